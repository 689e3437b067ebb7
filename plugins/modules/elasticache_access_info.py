#!/usr/bin/python
# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: elasticache_access_info
short_description: Audit who can reach ElastiCache caches, rule by rule
version_added: 0.4.0
description:
  - Returns, for named caches or all of a region, each inbound rule that lets something reach a port of the cache, who
    is behind its source right now, and findings with a severity and a way to mend each.
  - Held against the grants of a policy, it says of each rule whether it is wanted, and which access is granted and not
    there.
  - Reads only, in calls that grow with the pages of AWS's lists and not with rules or members. Only the ranges of a
    prefix list take a call per list.
  - What the credentials may not read is reported as unknown, and never taken for nothing.
options:
  grants:
    description:
      - The policy to compare with, in the form of O(elasticache.access.elasticache_sg_access#module:grants), so that
        one file serves both.
      - Access of caches that it does not name is unexpected. A cache that it names and that does not exist is reported
        in RV(missing_access).
      - When left out, nothing is compared.
    type: list
    elements: dict
    suboptions:
      cache:
        description: Name or ARN of the cache.
        type: str
        required: true
        aliases: [cluster]
      cache_type:
        description: The kind of the cache. When left out, the kind is found out.
        type: str
        choices: [cluster, replication_group, serverless]
      sources:
        description: What may reach the cache. Each entry names one source.
        type: list
        elements: dict
        required: true
        suboptions:
          security_group:
            description:
              - Id of a security group, or its name in the VPC of the cache. C(ACCOUNT/sg-...) is one of another
                account.
              - When left out, the entry has to name another source.
            type: str
          instance:
            description: >-
              Id of an EC2 instance, for the security group that it carries. When left out, the entry has to name
              another source.
            type: str
          cidr:
            description: Address range. When left out, the entry has to name another source.
            type: str
          prefix_list:
            description: Id or name of a managed prefix list. When left out, the entry has to name another source.
            type: str
          description:
            description: Description of the rule. Not compared, so that it can be left out.
            type: str
          expires_at:
            description: >-
              When the access is to end. Once it has, it is wanted no longer; otherwise not compared. When left out, it
              is for good.
            type: str
            version_added: 0.7.0
          expires_in:
            description: In how long the access is to end. Not compared, so that it can be left out.
            type: str
            version_added: 0.7.0
          reason:
            description: Why access is given. Not compared, so that it can be left out.
            type: str
            version_added: 0.7.0
      state:
        description: Access that is V(absent) is unexpected where it is there. When left out, V(present).
        type: str
        choices: [present, absent]
      security_group:
        description: >-
          Which of the cache's security groups is to have the rules. When left out, the only one that it carries.
        type: str
      ports:
        description: The ports. When left out, all on which the cache reports to listen.
        type: list
        elements: int
      tags:
        description: Not compared, so that they can be left out.
        type: dict
        aliases: [resource_tags]
      purge:
        description: >-
          Not used by an audit, which shows everything that a purge could take away. It can be left out.
        type: str
        choices: [none, managed, all]
      purge_shared:
        description: Not used by an audit, so that it can be left out.
        type: bool
      allow_large_purge:
        description: Not used by an audit, so that it can be left out.
        type: bool
      allow_any_address:
        description: >-
          Not used by an audit, which reports what is open to any address whether it is granted or not. It can be left
          out.
        type: bool
      source_egress:
        description: Not used by an audit, so that it can be left out.
        type: bool
        version_added: 0.6.0
      max_duration:
        description: Not used by an audit, so that it can be left out.
        type: str
        version_added: 0.7.0
      renew:
        description: Not used by an audit, so that it can be left out.
        type: bool
        version_added: 0.7.0
  widest_ipv4_prefix:
    description: An IPv4 range with a shorter prefix than this is called wide. No VPC holds a wider range than a /16.
    type: int
    default: 16
  widest_ipv6_prefix:
    description: An IPv6 range with a shorter prefix than this is called wide. Amazon gives VPCs ranges of a /56.
    type: int
    default: 56
  rules_per_security_group:
    description:
      - How many inbound rules a security group may have in each address family, which is the account's quota
        C(L-0EA8095F) in Service Quotas. From 80 percent of it on there is a finding.
    type: int
    default: 60
  include_reachability:
    description:
      - Whether to find out, of each network interface behind a rule, whether it gets through to the cache, past
        the rules of its own groups, network ACLs, routes and links between VPCs, as
        M(elasticache.access.elasticache_reachability_info) does.
      - Takes some calls more.
    type: bool
    default: false
    version_added: 0.5.0
author:
  - The elasticache.access authors (@elasticache-access)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - elasticache.access._attributes
  - elasticache.access._attributes.action_group
  - elasticache.access._attributes.read_only
  - elasticache.access._cache_selection
  - elasticache.access._call_limits
notes:
  - Behind a security group are all network interfaces that carry it. Behind an address range or a prefix list are the
    interfaces with such an address in the VPC of the cache; what is behind peerings, gateways and VPNs is in no list
    of EC2's, and only the number of addresses tells of it.
  - It looks at the rules of the cache's security groups. Whether a packet would find its way, past the rules of its
    sender, network ACLs and routes, it tells only with O(include_reachability).
  - A cache that shares a security group with others shares its access with them. Access that is wanted for one is
    unexpected for another one that the policy does not grant it to.
seealso:
  - module: elasticache.access.elasticache_sg_access
  - module: elasticache.access.elasticache_cache_info
  - module: elasticache.access.elasticache_reachability_info
  - ref: ansible_collections.elasticache.access.access_audit_role
    description: The role that makes a report of it.
"""

EXAMPLES = r"""
- name: Audit every cache of the region
  elasticache.access.elasticache_access_info:
  register: audit

- name: Show the findings that cannot wait
  ansible.builtin.debug:
    msg: "{{ audit.caches | map(attribute='findings') | flatten | selectattr('severity', 'eq', 'critical') }}"

- name: Show which instances can reach the cache sessions
  ansible.builtin.debug:
    msg: >-
      {{ audit.caches | selectattr('name', 'eq', 'sessions') | map(attribute='rules') | flatten
         | map(attribute='members') | select | map('extract', audit.members) | map(attribute='instances') | flatten }}

- name: Hold two caches against a policy
  elasticache.access.elasticache_access_info:
    caches: [sessions, carts]
    grants:
      - cache: sessions
        sources:
          - security_group: app-web
      - cache: carts
        sources:
          - security_group: app-web
          - cidr: 10.20.0.0/16
"""

RETURN = r"""
account:
  description: The account of the caches. V(null) where no cache tells it.
  returned: success
  type: str
  sample: "123456789012"
region:
  description: The region that was audited.
  returned: success
  type: str
  sample: eu-west-1
compared:
  description: Whether there was a policy to compare with.
  returned: success
  type: bool
  sample: true
caches:
  description: The caches that were asked about, in the order of O(caches) or else by kind and name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The name.
      returned: always
      type: str
      sample: sessions
    arn:
      description: The ARN. V(null) for caches so old that ElastiCache tells none.
      returned: always
      type: str
      sample: arn:aws:elasticache:eu-west-1:123456789012:replicationgroup:sessions
    kind:
      description: V(cluster), V(replication_group) or V(serverless).
      returned: always
      type: str
      sample: replication_group
    engine:
      description: The engine. V(null) where ElastiCache does not tell.
      returned: always
      type: str
      sample: valkey
    status:
      description: The status as ElastiCache reports it.
      returned: always
      type: str
      sample: available
    ports:
      description: Every TCP port that clients connect to. Empty while the cache is being created.
      returned: always
      type: list
      elements: int
      sample: [6379]
    vpc_id:
      description: The VPC. V(null) where unknown.
      returned: always
      type: str
      sample: vpc-0a1b2c3d4e5f60718
    in_policy:
      description: Whether O(grants) names the cache. V(null) where nothing was compared.
      returned: always
      type: bool
      sample: true
    worst:
      description: The worst severity among RV(caches[].findings). V(null) where there are none.
      returned: always
      type: str
      sample: critical
    security_groups:
      description: The security groups that the cache carries.
      returned: always
      type: list
      elements: dict
      contains:
        id:
          description: The id of the group.
          returned: always
          type: str
          sample: sg-0a1b2c3d4e5f60718
        name:
          description: Its name. V(null) where EC2 does not show the group.
          returned: always
          type: str
          sample: sessions-cache
        status:
          description: V(active) while the group guards every node, else what ElastiCache reports.
          returned: always
          type: str
          sample: active
        quota:
          description: How full the group is. V(null) where that is not known.
          returned: always
          type: dict
          contains:
            ipv4_used:
              description: Inbound rules as EC2 counts them for IPv4.
              returned: always
              type: int
              sample: 3
            ipv6_used:
              description: Inbound rules as EC2 counts them for IPv6.
              returned: always
              type: int
              sample: 2
            limit:
              description: O(rules_per_security_group).
              returned: always
              type: int
              sample: 60
    rules:
      description: One entry per rule that lets something reach a port of the cache.
      returned: always
      type: list
      elements: dict
      contains:
        cache:
          description: The name of the cache.
          returned: always
          type: str
          sample: sessions
        kind:
          description: The kind of the cache.
          returned: always
          type: str
          sample: replication_group
        ports:
          description: The ports of the cache that the rule opens.
          returned: always
          type: list
          elements: int
          sample: [6379]
        security_group:
          description: The group that has the rule.
          returned: always
          type: dict
          contains:
            id:
              description: The id of the group.
              returned: always
              type: str
              sample: sg-0a1b2c3d4e5f60718
            name:
              description: Its name. V(null) where EC2 does not show the group.
              returned: always
              type: str
              sample: sessions-cache
        rule_id:
          description: The id of the rule.
          returned: always
          type: str
          sample: sgr-0a1b2c3d4e5f60718
        protocol:
          description: The protocol, V(-1) for all.
          returned: always
          type: str
          sample: tcp
        from_port:
          description: The first port, -1 for all.
          returned: always
          type: int
          sample: 6379
        to_port:
          description: The last port, -1 for all.
          returned: always
          type: int
          sample: 6379
        source:
          description: What the rule admits.
          returned: always
          type: dict
          contains:
            type:
              description: V(security_group), V(cidr) or V(prefix_list).
              returned: always
              type: str
              sample: security_group
            value:
              description: The id of the group or prefix list, or the address range.
              returned: always
              type: str
              sample: sg-0a1b2c3d4e5f60719
            name:
              description: The name of the group or prefix list. V(null) for ranges, and where EC2 does not show it.
              returned: always
              type: str
              sample: app-web
            owner_id:
              description: The account that owns the group or prefix list. V(null) for ranges, and where unknown.
              returned: always
              type: str
              sample: "123456789012"
            vpc_id:
              description: The VPC of the group. V(null) for anything else, and where EC2 does not show it.
              returned: always
              type: str
              sample: vpc-0a1b2c3d4e5f60718
        members:
          description: Under which key RV(members) lists who is behind the source. V(null) where it is not known.
          returned: always
          type: str
          sample: sg-0a1b2c3d4e5f60719
        instances:
          description: How many instances are behind the source. V(null) where it is not known.
          returned: always
          type: int
          sample: 2
        interfaces:
          description: How many network interfaces are behind the source. V(null) where it is not known.
          returned: always
          type: int
          sample: 2
        addresses:
          description:
            - How many addresses the source stands for, which is those of its members for a group, and all that it holds
              for a range or list.
            - V(null) where it is not known.
          returned: always
          type: int
          sample: 2
        reachable:
          description:
            - How many of the network interfaces behind the source get through to the cache, on every port and to every
              node.
            - V(null) unless O(include_reachability), and where it is not known of one of them, or who they are.
          returned: always
          type: int
          sample: 2
          version_added: 0.5.0
        reachability:
          description:
            - For each network interface behind the source, up to 500, the C(verdict) V(reachable), V(blocked),
              V(partial) or V(unknown), and the first C(reason) for it.
            - V(null) unless O(include_reachability), and where it is not known who is behind the source.
          returned: always
          type: dict
          sample: {eni-0a1b2c3d4e5f60718: {verdict: reachable, reason: null}}
          version_added: 0.5.0
        managed:
          description: Whether this collection made the rule.
          returned: always
          type: bool
          sample: true
        description:
          description: The description of the rule.
          returned: always
          type: str
          sample: Web tier
        tags:
          description: The tags of the rule, but for those of this collection's own.
          returned: always
          type: dict
          sample: {team: shop}
        expires_at:
          description: When the access is to end, as the tag of the rule says. V(null) where it is to stay.
          returned: always
          type: str
          sample: "2026-01-31T18:00:00Z"
        reason:
          description: Why access is given, as the tag of the rule says. V(null) where it says nothing.
          returned: always
          type: str
          sample: ticket 4711
          version_added: 0.7.0
        exact:
          description: Whether the rule opens one port of the cache and nothing else.
          returned: always
          type: bool
          sample: true
        drift:
          description: >-
            V(wanted) where O(grants) grants exactly this access, else V(unexpected). V(null) where nothing was
            compared, and where it could not be told.
          returned: always
          type: str
          sample: wanted
    findings:
      description: What is wrong, the worst first.
      returned: always
      type: list
      elements: dict
      contains: &finding
        check:
          description:
            - What was looked for.
            - Of single rules, V(open_to_any_address), V(wide_cidr), V(wider_rule), V(stale_reference),
              V(empty_source), V(expired), V(expiry_unreadable), V(port_not_covered) and V(redundant_rule).
            - Of caches and their groups, V(public_connection), V(membership_not_in_force), V(default_group),
              V(guards_others), V(shared_by_caches), V(connect_wizard) and V(quota_nearly_used).
          returned: always
          type: str
          sample: open_to_any_address
        severity:
          description: V(critical), V(high), V(medium) or V(low).
          returned: always
          type: str
          sample: critical
        cache:
          description: The name of the cache. V(null) where it is about none.
          returned: always
          type: str
          sample: sessions
        security_group:
          description: The id of the group that it is about. V(null) where it is about none.
          returned: always
          type: str
          sample: sg-0a1b2c3d4e5f60718
        rule_ids:
          description: The ids of the rules that it is about.
          returned: always
          type: list
          elements: str
          sample: [sgr-0a1b2c3d4e5f60718]
        message:
          description: What is wrong, as a sentence.
          returned: always
          type: str
          sample: The rule sgr-0a1b2c3d4e5f60718, tcp/6379  0.0.0.0/0, admits every address that has a way to the VPC.
        fix:
          description: What mends it.
          returned: always
          type: str
          sample: Grant the security groups that need the cache, then remove the rule.
    missing:
      description: Access that O(grants) grants and no rule gives.
      returned: always
      type: list
      elements: dict
      contains: &missing
        cache:
          description: The name of the cache, as O(grants) has it where there is no such cache.
          returned: always
          type: str
          sample: sessions
        port:
          description: The port. V(null) where it is not known.
          returned: always
          type: int
          sample: 6379
        security_group:
          description: The group that is to have the rule, with C(id) and C(name). V(null) where it is not known.
          returned: always
          type: dict
          sample: {id: sg-0a1b2c3d4e5f60718, name: sessions-cache}
        source:
          description: What is granted access, of the form of RV(caches[].rules[].source).
          returned: always
          type: dict
          sample: {type: cidr, value: 10.20.0.0/16, name: null, owner_id: null, vpc_id: null}
        description:
          description: The description that O(grants) gives.
          returned: always
          type: str
          sample: Web tier
        reason:
          description: Why it cannot be granted as it is written. V(null) where it can.
          returned: always
          type: str
          sample: there is no such cache
    unknown:
      description: What could not be found out. Without it, no findings would not mean that all is well.
      returned: always
      type: list
      elements: dict
      contains: &unknown
        message:
          description: What is not known, as a sentence.
          returned: always
          type: str
          sample: The rules of its security groups could not be read; anything may reach it.
        action:
          description: The IAM action that the credentials lack. V(null) where it is no matter of permission.
          returned: always
          type: str
          sample: ec2:DescribeSecurityGroupRules
members:
  description:
    - Who is behind the sources of the rules, by the key that RV(caches[].rules[].members) gives. Each value has
      C(instances), a list of C(id), C(name) and C(state), and C(interfaces), a list of C(id), C(instance_id),
      C(description) and C(addresses).
    - Up to 500 instances and interfaces are listed per source. The counts in RV(caches[].rules) are complete.
  returned: success
  type: dict
  sample:
    sg-0a1b2c3d4e5f60719:
      instances:
        - {id: i-0a1b2c3d4e5f60718, name: web-1, state: running}
      interfaces:
        - {id: eni-0a1b2c3d4e5f60718, instance_id: i-0a1b2c3d4e5f60718, description: "", addresses: [10.20.1.4]}
findings:
  description: Findings that are about no cache, such as security groups that the console's connect wizard left behind.
  returned: success
  type: list
  elements: dict
  contains: *finding
missing_access:
  description: Access that O(grants) grants on caches that do not exist.
  returned: success
  type: list
  elements: dict
  contains: *missing
unknown:
  description: What could not be found out about the region.
  returned: success
  type: list
  elements: dict
  contains: *unknown
missing:
  description: Those of O(caches) that do not exist.
  returned: success
  type: list
  elements: str
  sample: [planned]
summary:
  description: How many there are of what.
  returned: success
  type: dict
  contains:
    caches:
      description: Caches.
      returned: always
      type: int
      sample: 3
    rules:
      description: Rules that let something reach a cache.
      returned: always
      type: int
      sample: 7
    findings:
      description: Findings by severity.
      returned: always
      type: dict
      sample: {critical: 1, high: 0, medium: 2, low: 0}
    drift:
      description: Access by what the policy says of it. V(null) where nothing was compared.
      returned: always
      type: dict
      sample: {wanted: 5, unexpected: 2, missing: 1}
    unknown:
      description: Things that could not be found out.
      returned: always
      type: int
      sample: 0
"""

from ansible_collections.elasticache.access.plugins.module_utils._argument_specs import (
    cache_selection,
    call_limits,
    grant_options,
)
from ansible_collections.elasticache.access.plugins.module_utils._module import run_module
from ansible_collections.elasticache.access.plugins.module_utils._run_access_info import run


def main() -> None:
    """Run the module."""
    run_module(
        run,
        argument_spec=dict(
            **cache_selection(),
            **call_limits(),
            grants=dict(type="list", elements="dict", options=grant_options()),
            widest_ipv4_prefix=dict(type="int", default=16),
            widest_ipv6_prefix=dict(type="int", default=56),
            rules_per_security_group=dict(type="int", default=60),
            include_reachability=dict(type="bool", default=False),
        ),
    )


if __name__ == "__main__":
    main()
