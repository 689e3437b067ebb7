# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""EC2's refusals, in EC2's words. Where AWS's own text is not known, the nearest known one is used."""

from __future__ import annotations

from moto.ec2.exceptions import EC2ClientError


def invalid_parameter(message: str) -> EC2ClientError:
    return EC2ClientError("InvalidParameterValue", message)


def invalid_filter(name: str) -> EC2ClientError:
    return invalid_parameter(f"The filter '{name}' is invalid")


def missing_parameter(message: str) -> EC2ClientError:
    return EC2ClientError("MissingParameter", message)


def bad_combination(message: str) -> EC2ClientError:
    return EC2ClientError("InvalidParameterCombination", message)


def group_not_found(group_id: str) -> EC2ClientError:
    return EC2ClientError("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist")


def different_networks() -> EC2ClientError:
    return EC2ClientError(
        "InvalidGroup.NotFound", "You have specified two resources that belong to different networks."
    )


def group_id_malformed(group_id: str) -> EC2ClientError:
    expected = "" if group_id.startswith("sg-") else ' (expecting "sg-...")'
    return EC2ClientError("InvalidGroupId.Malformed", f'Invalid id: "{group_id}"{expected}')


def rule_not_found(rule_id: str) -> EC2ClientError:
    return EC2ClientError(
        "InvalidSecurityGroupRuleId.NotFound", f"The security group rule ID '{rule_id}' does not exist"
    )


def rule_id_malformed(rule_id: str) -> EC2ClientError:
    return EC2ClientError(
        "InvalidSecurityGroupRuleId.Malformed", f"The security group rule ID '{rule_id}' is malformed"
    )


def permission_not_found() -> EC2ClientError:
    return EC2ClientError("InvalidPermission.NotFound", "The specified rule does not exist in this security group.")


def permission_duplicate(label: str) -> EC2ClientError:
    return EC2ClientError("InvalidPermission.Duplicate", f'the specified rule "{label}" already exists')


def prefix_list_id_malformed(prefix_list_id: str) -> EC2ClientError:
    expected = "" if prefix_list_id.startswith("pl-") else ' (expecting "pl-...")'
    return EC2ClientError("InvalidPrefixListId.Malformed", f'Invalid id: "{prefix_list_id}"{expected}')


def prefix_list_not_found(prefix_list_id: str) -> EC2ClientError:
    return EC2ClientError("InvalidPrefixListID.NotFound", f"The prefix list ID '{prefix_list_id}' does not exist")


def transit_gateway_not_found(gateway_id: str) -> EC2ClientError:
    return EC2ClientError("InvalidTransitGatewayID.NotFound", f"The transitGateway ID '{gateway_id}' does not exist")


def transit_gateway_attachment_not_found(attachment_id: str) -> EC2ClientError:
    return EC2ClientError(
        "InvalidTransitGatewayAttachmentID.NotFound",
        f"The transitGatewayAttachment ID '{attachment_id}' does not exist",
    )


def too_many_rules() -> EC2ClientError:
    return EC2ClientError(
        "RulesPerSecurityGroupLimitExceeded", "The maximum number of rules per security group has been reached."
    )


def too_many_groups() -> EC2ClientError:
    return EC2ClientError(
        "SecurityGroupsPerInterfaceLimitExceeded",
        "The maximum number of security groups per interface has been reached.",
    )


class VpcNotFound(EC2ClientError):
    """Takes the place of moto's, which prints a Python set."""

    def __init__(self, vpc_id: str | set[str]) -> None:
        missing = vpc_id if isinstance(vpc_id, str) else min(vpc_id)
        super().__init__("InvalidVpcID.NotFound", f"The vpc ID '{missing}' does not exist")


def dependency_violation(resource_id: str) -> EC2ClientError:
    return EC2ClientError("DependencyViolation", f"resource {resource_id} has a dependent object")
