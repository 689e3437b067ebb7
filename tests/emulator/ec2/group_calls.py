# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The API calls about security groups and their rules: parameters in, the backend's doing, the answer's shape out."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.responses._base_response import EC2BaseResponse

from tests.emulator.ec2 import errors, groups, rules
from tests.emulator.ec2.paging import page
from tests.emulator.ec2.permissions import Permission, from_request
from tests.emulator.ec2.references import check_group_id


class GroupCalls(EC2BaseResponse):
    """Overrides moto's answers; the method names are the calls'."""

    def create_security_group(self) -> ActionResult:
        tags = self._parse_tag_specification("security-group").get("security-group", {})
        group = self.ec2_backend.create_security_group(
            self._get_param("GroupName"), self._get_param("Description"), vpc_id=self._get_param("VpcId"), tags=tags
        )
        shown = [{"Key": key, "Value": value} for key, value in tags.items()]
        return ActionResult({"GroupId": group.id, "SecurityGroupArn": group.arn, "Tags": shown or None})

    def delete_security_group(self) -> ActionResult:
        group_id, name = self._get_param("GroupId"), self._get_param("GroupName")
        if not group_id and not name:
            raise errors.missing_parameter("The request must contain the parameter groupName or groupId")
        return ActionResult({"Return": True, "GroupId": self.ec2_backend.delete_security_group(name, group_id)})

    def describe_security_groups(self) -> ActionResult:
        found = self.ec2_backend.describe_security_groups(
            self._get_param("GroupIds", []), self._get_param("GroupNames", []), self._filters_from_querystring()
        )
        shown, token = page(found, self._get_params())
        return ActionResult({"SecurityGroups": [groups.described(group) for group in shown], "NextToken": token})

    def describe_security_group_rules(self) -> ActionResult:
        found = self.ec2_backend.describe_security_group_rules(
            self._get_param("SecurityGroupRuleIds", []), self._filters_from_querystring()
        )
        shown, token = page(found, self._get_params())
        return ActionResult({"SecurityGroupRules": [rules.described(rule) for rule in shown], "NextToken": token})

    def authorize_security_group_ingress(self) -> ActionResult:
        return self._authorize(is_egress=False)

    def authorize_security_group_egress(self) -> ActionResult:
        return self._authorize(is_egress=True)

    def revoke_security_group_ingress(self) -> ActionResult:
        return self._revoke(is_egress=False)

    def revoke_security_group_egress(self) -> ActionResult:
        return self._revoke(is_egress=True)

    def update_security_group_rule_descriptions_ingress(self) -> ActionResult:
        return self._update_descriptions(is_egress=False)

    def update_security_group_rule_descriptions_egress(self) -> ActionResult:
        return self._update_descriptions(is_egress=True)

    def modify_security_group_rules(self) -> ActionResult:
        wanted = {
            item["SecurityGroupRuleId"]: item.get("SecurityGroupRule", {})
            for item in self._get_param("SecurityGroupRules", [])
        }
        self.ec2_backend.modify_security_group_rules(self._get_param("GroupId"), wanted)
        return ActionResult({"Return": True})

    def describe_security_group_references(self) -> ActionResult:
        """Which VPCs, across a peering, name these groups."""
        found = []
        for group_id in self._get_param("GroupId", []):
            self.ec2_backend.require_group(group_id)
            found += self.ec2_backend.peers_naming(group_id)
        return ActionResult({"SecurityGroupReferenceSet": found})

    def describe_stale_security_groups(self) -> ActionResult:
        vpc = self.ec2_backend.get_vpc(self._get_param("VpcId"))
        stale = []
        for group in self.ec2_backend.groups[vpc.id].values():
            ingress = [rule for rule in group.ingress_rules if self.ec2_backend.is_stale(rule)]
            egress = [rule for rule in group.egress_rules if self.ec2_backend.is_stale(rule)]
            if ingress or egress:
                stale.append(_stale(group, ingress, egress))
        shown, token = page(stale, self._get_params())
        return ActionResult({"StaleSecurityGroupSet": shown, "NextToken": token})

    def describe_security_group_vpc_associations(self) -> ActionResult:
        """Groups that serve further VPCs: nobody can make such an association here, so there are none."""
        return ActionResult({"SecurityGroupVpcAssociations": []})

    def get_security_groups_for_vpc(self) -> ActionResult:
        vpc = self.ec2_backend.get_vpc(self._get_param("VpcId"))
        filters = {**self._filters_from_querystring(), "vpc-id": [vpc.id]}
        found = self.ec2_backend.describe_security_groups(filters=filters)
        shown, token = page(found, self._get_params())
        return ActionResult({"SecurityGroupForVpcs": [groups.for_vpc(group) for group in shown], "NextToken": token})

    def _group(self) -> Any:
        """The group that a call is about, by id, or by a name in the default VPC."""
        group_id, name = self._get_param("GroupId"), self._get_param("GroupName")
        if group_id:
            return self.ec2_backend.require_group(check_group_id(group_id))
        if name:
            return self.ec2_backend.require_group_named(name)
        raise errors.missing_parameter("The request must contain the parameter groupName or groupId")

    def _permissions(self) -> list[Permission]:
        return from_request(self._get_params())

    def _authorize(self, is_egress: bool) -> ActionResult:
        tags = self._parse_tag_specification("security-group-rule").get("security-group-rule", {})
        added = self.ec2_backend.authorize(self._group(), self._permissions(), is_egress, tags)
        return ActionResult({"Return": True, "SecurityGroupRules": [rules.authorized(rule) for rule in added]})

    def _revoke(self, is_egress: bool) -> ActionResult:
        group = self._group()
        rule_ids = self._get_param("SecurityGroupRuleIds", [])
        self._check_one_form(rule_ids)
        unknown: list[Permission] = []
        if rule_ids:
            removed = self.ec2_backend.revoke_by_id(group, rule_ids, is_egress)
        else:
            removed, unknown = self.ec2_backend.revoke(group, self._permissions(), is_egress)
        return ActionResult(
            {
                "Return": True,
                "UnknownIpPermissions": [rules.as_ip_permission(permission) for permission in unknown] or None,
                "RevokedSecurityGroupRules": [rules.revoked(rule) for rule in removed],
            }
        )

    def _check_one_form(self, rule_ids: list[str]) -> None:
        by_properties = any(
            self._get_param(name) for name in ("IpPermissions", "IpProtocol", "SourceSecurityGroupName")
        )
        if rule_ids and by_properties:
            raise errors.bad_combination("Only one of 'ipPermissions' or 'securityGroupRuleIds' can be provided.")
        if not rule_ids and not by_properties:
            raise errors.missing_parameter("Either 'ipPermissions' or 'securityGroupRuleIds' should be provided.")

    def _update_descriptions(self, is_egress: bool) -> ActionResult:
        group = self._group()
        texts = self._get_param("SecurityGroupRuleDescriptions", [])
        by_properties = self._get_param("IpPermissions", [])
        if bool(texts) == bool(by_properties):
            raise errors.bad_combination(
                "You must specify either 'ipPermissions' or 'securityGroupRuleDescriptions', and not both."
            )
        if texts:
            wanted = {item.get("SecurityGroupRuleId", ""): item.get("Description") for item in texts}
            self.ec2_backend.describe_by_id(group, wanted, is_egress)
        else:
            self.ec2_backend.describe_by_properties(group, self._permissions(), is_egress)
        return ActionResult({"Return": True})


def _stale(group: Any, ingress: list[rules.Rule], egress: list[rules.Rule]) -> dict[str, Any]:
    # In this answer, and only here, ranges and prefix lists are plain strings; stale rules have neither.
    return {
        "GroupId": group.id,
        "GroupName": group.name,
        "Description": group.description,
        "VpcId": group.vpc_id,
        "StaleIpPermissions": [_only_pairs(item) for item in rules.folded(ingress)],
        "StaleIpPermissionsEgress": [_only_pairs(item) for item in rules.folded(egress)],
    }


def _only_pairs(item: dict[str, Any]) -> dict[str, Any]:
    return {key: item[key] for key in ("IpProtocol", "FromPort", "ToPort", "UserIdGroupPairs")}
