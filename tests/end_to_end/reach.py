# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Questions who reaches what, their answers looked up, and their mends carried out to the letter."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from typing import Any

from tests.emulator.estate import start_instance
from tests.emulator.tests.conftest import REGION
from tests.emulator.tests.ec2.conftest import filters, make_subnet
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.networks import make_vpc

Values = dict[str, Any]

MODULE = "elasticache.access.elasticache_reachability_info"
EVERYWHERE = "0.0.0.0/0"
MISMATCH, NO_RULES, REFERENCING = "ENI_SG_RULES_MISMATCH", "SG_HAS_NO_RULES", "SG_REFERENCING_SUPPORT"
NO_ROUTE, BAD_ROUTE, MORE_SPECIFIC = "NO_ROUTE_TO_DESTINATION", "BAD_STATE_ROUTE", "MORE_SPECIFIC_ROUTE"
BAD_ATTACHMENT, ACL_RESTRICTION = "BAD_STATE_ATTACHMENT", "SUBNET_ACL_RESTRICTION"
HOPS = (
    *("cache_state", "source_state", "address_family", "source_egress", "source_acl", "source_route", "link"),
    *("cache_acl", "cache_ingress", "cache_egress", "reply_acls", "return_route"),
)


def explain(ansible: Ansible, *questions: Mapping[str, Any], **more: Any) -> list[Values]:
    """Run elasticache_reachability_info once per set of options, and see that it changed nothing."""
    results = ansible.tasks(*({MODULE: dict(question)} for question in questions), **more)
    for result in results:
        assert not result.get("failed"), result
        assert result["changed"] is False
    return results


def ask(ansible: Ansible, cache: str, *sources: str, **options: Any) -> Values:
    """Return whether these sources reach one cache."""
    [result] = explain(ansible, {"caches": [cache], "sources": list(sources), **options})
    return result


def path(result: Values, source: str, cache: str = "") -> Values:
    """Return the one entry of paths that a pair is in."""
    [found] = [each for each in result["paths"] if source in each["sources"] and cache in ("", each["cache"])]
    if "hops" in found:
        assert tuple(hop["name"] for hop in found["hops"]) == HOPS
        assert [hop["number"] for hop in found["hops"]] == list(range(1, 13))
    verdict = next(each for each in result["caches"] if each["name"] == found["cache"])["verdicts"][source]
    assert verdict == found["verdict"]
    entry: Values = found
    return entry


def troubles(found: Values) -> dict[str, str]:
    """Return the verdict of every hop that is not plainly passed."""
    return {hop["name"]: hop["verdict"] for hop in found["hops"] if hop["verdict"] != "ok"}


def answers(result: Values, sources: Mapping[str, str], cache: str = "") -> dict[str, tuple[str, dict[str, str]]]:
    """Return the verdict and the hops that are not passed, by what C(sources) call each source."""
    found = {name: path(result, source, cache) for name, source in sources.items()}
    return {name: (each["verdict"], troubles(each)) for name, each in found.items()}


def codes(result: Values, sources: Mapping[str, str], cache: str = "") -> dict[str, list[str | None]]:
    """Return AWS's code of each thing that stops something, by what C(sources) call each source."""
    return {
        name: [step["code"] for step in path(result, source, cache)["blockers"]] for name, source in sources.items()
    }


def steps_of(found: Values, hop: str) -> list[Values]:
    """Return what was found out of one hop."""
    [passed] = [each for each in found["hops"] if each["name"] == hop]
    steps: list[Values] = passed["steps"]
    return steps


def evidence(step: Values) -> set[str]:
    """Return the ids that a step rests on."""
    return {each["id"] for each in step["evidence"]}


def parts(step: Values) -> set[tuple[str, str | None]]:
    """Return the ids that a step rests on, each with the part of it."""
    return {(each["id"], each["part"]) for each in step["evidence"]}


def lanes(found: Values, *keys: str) -> dict[tuple[Any, ...], str]:
    """Return the verdict of each lane by these of its values."""
    return {tuple(lane[key] for key in keys): lane["verdict"] for lane in found["lanes"]}


def run_command(ansible: Ansible, command: str) -> None:
    """Do to the letter what a fix offers for the command line."""
    words = shlex.split(command)
    done = ansible.run(*words, *(["--region", REGION] if words[0] == "aws" else []))
    assert done.succeeded, f"{command}: {done.output}{done.errors}"


def carry_out(ansible: Ansible, found: Values) -> list[str]:
    """Carry out every fix of an answer, one after the other, by its command or else its task; return the commands."""
    assert found["fixes"], found["summary"]
    commands = [fix["command"] for fix in found["fixes"] if fix["command"]]
    for fix in found["fixes"]:
        assert fix["command"] or fix["task"], fix
        if fix["command"]:
            run_command(ansible, fix["command"])
        else:
            [done] = ansible.tasks(fix["task"])
            assert not done.get("failed"), done
    return commands


# -- the network


def main_table(ec2: Any, vpc_id: str) -> str:
    """Return the main route table of a VPC."""
    [table] = ec2.describe_route_tables(Filters=filters(vpc_id=vpc_id, association__main="true"))["RouteTables"]
    return str(table["RouteTableId"])


def own_table(ec2: Any, vpc_id: str, *subnet_ids: str) -> str:
    """Give subnets a new route table, which has the local routes alone, and return its id."""
    table_id = str(ec2.create_route_table(VpcId=vpc_id)["RouteTable"]["RouteTableId"])
    for subnet_id in subnet_ids:
        ec2.associate_route_table(RouteTableId=table_id, SubnetId=subnet_id)
    return table_id


def add_route(ec2: Any, table_id: str, destination: str, target_id: str) -> None:
    """Add a route to a range or a prefix list."""
    option = {
        "pcx": "VpcPeeringConnectionId",
        "tgw": "TransitGatewayId",
        "nat": "NatGatewayId",
        "eni": "NetworkInterfaceId",
        "eigw": "EgressOnlyInternetGatewayId",
    }.get(target_id.partition("-")[0], "GatewayId")
    kind = "DestinationPrefixListId" if destination.startswith("pl-") else "DestinationCidrBlock"
    kind = "DestinationIpv6CidrBlock" if ":" in destination else kind
    ec2.create_route(RouteTableId=table_id, **{kind: destination, option: target_id})


def acl_of(ec2: Any, subnet_id: str) -> tuple[str, str]:
    """Return the network ACL of a subnet, and the id of its association."""
    [acl] = ec2.describe_network_acls(Filters=filters(association__subnet_id=subnet_id))["NetworkAcls"]
    [association] = [each for each in acl["Associations"] if each["SubnetId"] == subnet_id]
    return str(acl["NetworkAclId"]), str(association["NetworkAclAssociationId"])


# An entry of a network ACL: its number, in or out, allow or deny, the range, and the ports (empty: of all protocols).
Entry = tuple[int, str, str, str, str]
OPEN_IN: Entry = (100, "in", "allow", EVERYWHERE, "")
OPEN_OUT: Entry = (100, "out", "allow", EVERYWHERE, "")


def add_entry(ec2: Any, acl_id: str, entry: Entry, protocol: str = "6") -> None:
    """Add an entry to a network ACL."""
    number, side, action, cidr, ports = entry
    first, _dash, last = ports.partition("-")
    ranged = {"PortRange": {"From": int(first), "To": int(last or first)}} if ports else {}
    ec2.create_network_acl_entry(
        NetworkAclId=acl_id,
        RuleNumber=number,
        Egress=side == "out",
        RuleAction=action,
        Protocol=protocol if ports else "-1",
        **{"Ipv6CidrBlock" if ":" in cidr else "CidrBlock": cidr},
        **ranged,
    )


def own_acl(ec2: Any, vpc_id: str, subnet_id: str, *entries: Entry) -> str:
    """Give a subnet a new network ACL with these entries and no others, and return its id."""
    acl_id = str(ec2.create_network_acl(VpcId=vpc_id)["NetworkAcl"]["NetworkAclId"])
    _old, association_id = acl_of(ec2, subnet_id)
    ec2.replace_network_acl_association(AssociationId=association_id, NetworkAclId=acl_id)
    for entry in entries:
        add_entry(ec2, acl_id, entry)
    return acl_id


def block_of(ec2: Any, subnet_id: str) -> str:
    """Return the IPv4 range of a subnet."""
    [subnet] = ec2.describe_subnets(SubnetIds=[subnet_id])["Subnets"]
    return str(subnet["CidrBlock"])


def interface_of(ec2: Any, instance_id: str) -> Values:
    """Return the first network interface of an instance."""
    [reservation] = ec2.describe_instances(InstanceIds=[instance_id])["Reservations"]
    first: Values = reservation["Instances"][0]["NetworkInterfaces"][0]
    return first


def table_of(ec2: Any, subnet_id: str) -> str:
    """Return the route table that a subnet has of its own."""
    [table] = ec2.describe_route_tables(Filters=filters(association__subnet_id=subnet_id))["RouteTables"]
    return str(table["RouteTableId"])


def address_of(ec2: Any, instance_id: str) -> str:
    """Return the private IPv4 address of an instance."""
    return str(interface_of(ec2, instance_id)["PrivateIpAddress"])


# -- groups


def default_group(ec2: Any, vpc_id: str) -> str:
    """Return the group that whatever names none in a VPC has."""
    [group] = ec2.describe_security_groups(Filters=filters(vpc_id=vpc_id, group_name="default"))["SecurityGroups"]
    return str(group["GroupId"])


def forbid_out(ec2: Any, group_id: str) -> None:
    """Take away the rules that let a group send anywhere, which a new group has."""
    [group] = ec2.describe_security_groups(GroupIds=[group_id])["SecurityGroups"]
    ec2.revoke_security_group_egress(GroupId=group_id, IpPermissions=group["IpPermissionsEgress"])


def permit_out(ec2: Any, group_id: str, target: str, port: int, protocol: str = "tcp") -> str:
    """Let a group send to a range, a prefix list or a group, and return the id of the rule."""
    if target.startswith("sg-"):
        named: Values = {"UserIdGroupPairs": [{"GroupId": target}]}
    elif target.startswith("pl-"):
        named = {"PrefixListIds": [{"PrefixListId": target}]}
    else:
        named = {"Ipv6Ranges": [{"CidrIpv6": target}]} if ":" in target else {"IpRanges": [{"CidrIp": target}]}
    permission = {"IpProtocol": protocol, "FromPort": port, "ToPort": port, **named}
    [made] = ec2.authorize_security_group_egress(GroupId=group_id, IpPermissions=[permission])["SecurityGroupRules"]
    return str(made["SecurityGroupRuleId"])


# -- caches


def subnet_group(elasticache: Any, name: str, subnet_ids: Sequence[str]) -> str:
    """Make a subnet group, and return its name."""
    elasticache.create_cache_subnet_group(
        CacheSubnetGroupName=name, CacheSubnetGroupDescription=name, SubnetIds=list(subnet_ids)
    )
    return name


def add_cache(elasticache: Any, name: str, subnets: str, group_ids: Sequence[str], **options: Any) -> str:
    """Make a cluster of one Redis OSS node, which listens on 6379, and return its name."""
    given = {"SecurityGroupIds": list(group_ids)} if group_ids else {}
    elasticache.create_cache_cluster(
        CacheClusterId=name,
        Engine="redis",
        CacheNodeType="cache.t4g.micro",
        NumCacheNodes=1,
        CacheSubnetGroupName=subnets,
        **given,
        **options,
    )
    return name


def add_serverless(elasticache: Any, name: str, subnet_ids: Sequence[str], group_ids: Sequence[str]) -> str:
    """Make a serverless cache of Valkey, which listens on 6379 and 6380, and return its name."""
    elasticache.create_serverless_cache(
        ServerlessCacheName=name, Engine="valkey", SubnetIds=list(subnet_ids), SecurityGroupIds=list(group_ids)
    )
    return name


# -- other VPCs


class Elsewhere:
    """Another VPC, whose instances carry one group, with a subnet for each of them."""

    def __init__(self, ec2: Any, cidr: str, name: str) -> None:
        self.ec2 = ec2
        self.cidr = cidr
        self.vpc_id, self.group_id = astuple(make_vpc(ec2, cidr, name))
        self._count = 0

    def subnet(self, zone: str = "a") -> str:
        """Make a subnet of 256 addresses."""
        self._count += 1
        return make_subnet(self.ec2, self.vpc_id, self.cidr.replace(".0.0/16", f".{self._count}.0/24"), zone)

    def start(self, *routes: tuple[str, str], zone: str = "a") -> str:
        """Start an instance in a subnet with a route table of its own that has these routes."""
        subnet_id = self.subnet(zone)
        table_id = own_table(self.ec2, self.vpc_id, subnet_id)
        for destination, target_id in routes:
            add_route(self.ec2, table_id, destination, target_id)
        return start_instance(self.ec2, subnet_id, self.group_id)

    def start_by_main_table(self, zone: str = "a") -> str:
        """Start an instance in a subnet that has no route table of its own."""
        return start_instance(self.ec2, self.subnet(zone), self.group_id)
