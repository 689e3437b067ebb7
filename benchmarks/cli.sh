#!/usr/bin/env bash
# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# The AWS CLI in a loop, as people write it: look at the cache, look at its rules, add what is missing.
# Standard input has a line per cache: kind, name, group id, ports and sources, the last two separated by commas.
set -euo pipefail

while read -r kind name group_id ports sources; do
  case "$kind" in
    serverless) aws elasticache describe-serverless-caches --serverless-cache-name "$name" >/dev/null ;;
    *) aws elasticache describe-cache-clusters --cache-cluster-id "$name" --show-cache-node-info >/dev/null ;;
  esac
  there=$(aws ec2 describe-security-group-rules --filters "Name=group-id,Values=$group_id" --output text \
    --query 'SecurityGroupRules[?!IsEgress].[FromPort, CidrIpv4 || ReferencedGroupInfo.GroupId]')
  missing=()
  for port in ${ports//,/ }; do
    for source in ${sources//,/ }; do
      grep -qx "${port}[[:space:]]${source}" <<<"$there" && continue
      case "$source" in
        sg-*) missing+=("IpProtocol=tcp,FromPort=$port,ToPort=$port,UserIdGroupPairs=[{GroupId=$source}]") ;;
        *) missing+=("IpProtocol=tcp,FromPort=$port,ToPort=$port,IpRanges=[{CidrIp=$source}]") ;;
      esac
    done
  done
  if [ "${#missing[@]}" -gt 0 ]; then
    aws ec2 authorize-security-group-ingress --group-id "$group_id" --ip-permissions "${missing[@]}" >/dev/null
  fi
done
