# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What cannot be meant, or cannot be done, gets one sentence and changes nothing, in check mode as well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.emulator.elasticache.control import set_window
from tests.emulator.estate import Estate
from tests.emulator.server import Emulator
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.conftest import create_cluster
from tests.end_to_end.names import filled
from tests.end_to_end.rules import every_rule

WEB = [{"security_group": "app-web"}]

# What is asked for, and the sentence that it gets; {names} are filled in from the estate.
REFUSED = {
    "no call at once": (
        {"cache": "sessions", "sources": WEB, "concurrency": 0},
        "concurrency is 0; give a number from 1 to 100, or leave it out.",
    ),
    "very many calls at once": (
        {"cache": "sessions", "sources": WEB, "concurrency": 101},
        "concurrency is 101; give a number from 1 to 100, or leave it out.",
    ),
    "no patience": (
        {"cache": "sessions", "sources": WEB, "throttle_timeout": 0},
        "throttle_timeout is 0; give a number from 1 to 86400, or leave it out.",
    ),
    "one rule granted and revoked": (
        {"grants": [{"cache": "sessions", "sources": WEB}, {"cache": "sessions", "sources": WEB, "state": "absent"}]},
        "sources of several grants name {app-web} for one rule of security group sessions-cache ({sessions-cache}), "
        "with state present and with state absent; leave one out.",
    ),
    "an unknown cache": (
        {"cache": "sesions", "sources": WEB},
        "cache 'sesions': no cache of that name in eu-west-1. Did you mean sessions?",
    ),
    "an unknown cache of a stated type": (
        {"cache": "sessions", "cache_type": "serverless", "sources": WEB},
        "cache 'sessions': no serverless cache of that name in eu-west-1. There are: carts.",
    ),
    "a name that no cache can have": (
        {"cache": "no_such_cache", "sources": WEB},
        "cache 'no_such_cache' cannot be a name: an ElastiCache name begins with a letter and holds up to 50 letters, "
        "digits and hyphens; give the name of a cluster, replication group or serverless cache, or its ARN.",
    ),
    "an ARN of another region": (
        {"cache": "arn:aws:elasticache:us-east-1:123456789012:cluster:fragments", "sources": WEB},
        "cache 'arn:aws:elasticache:us-east-1:123456789012:cluster:fragments' is in us-east-1, while this task runs in "
        "eu-west-1; set region to us-east-1.",
    ),
    "an ARN of another account": (
        {"cache": "arn:aws:elasticache:eu-west-1:210987654321:cluster:fragments", "sources": WEB},
        "cache 'arn:aws:elasticache:eu-west-1:210987654321:cluster:fragments' is in account 210987654321, while these "
        "credentials are of account 123456789012; use credentials of account 210987654321.",
    ),
    "an ARN of something else": (
        {"cache": "arn:aws:elasticache:eu-west-1:123456789012:snapshot:fragments", "sources": WEB},
        "cache 'arn:aws:elasticache:eu-west-1:123456789012:snapshot:fragments' is not the ARN of a cache; one looks "
        "like arn:aws:elasticache:REGION:ACCOUNT:TYPE:NAME, where TYPE is cluster, replicationgroup or "
        "serverlesscache.",
    ),
    "an unknown group name": (
        {"cache": "sessions", "sources": [{"security_group": "app-wep"}]},
        "security_group 'app-wep' does not exist in {vpc}, the VPC of cache 'sessions'. Did you mean app-web?",
    ),
    "a group name of another VPC": (
        {"cache": "sessions", "sources": [{"security_group": "elsewhere"}]},
        "security_group 'elsewhere' exists only in {other_vpc} (as {elsewhere}), while cache 'sessions' is in {vpc}, "
        "and a name is looked up in the cache's VPC; name a group there, or give the id of one in a peered VPC.",
    ),
    "a malformed group id": (
        {"cache": "sessions", "sources": [{"security_group": "sg-0xyz"}]},
        "security_group 'sg-0xyz' is not the id of a security group: 'sg-' is followed by 8 or 17 digits of 0-9 and "
        "a-f.",
    ),
    "an unknown group id": (
        {"cache": "sessions", "sources": [{"security_group": "sg-0123456789abcdef0"}]},
        "security_group 'sg-0123456789abcdef0' does not exist in this account and region; check the id, write "
        "ACCOUNT/sg-... for a group of another account, or name an address range of another region as cidr.",
    ),
    "an empty group": (
        {"cache": "sessions", "sources": [{"security_group": " "}]},
        "security_group is empty; give the id or the name of a security group.",
    ),
    "a malformed CIDR": (
        {"cache": "sessions", "sources": [{"cidr": "10.1.0.0/33"}]},
        "cidr '10.1.0.0/33' is not an address range; write one such as 10.1.0.0/16, 10.1.2.3/32 or 2001:db8::/56.",
    ),
    "an address without a length": (
        {"cache": "sessions", "sources": [{"cidr": "10.1.2.3"}]},
        "cidr '10.1.2.3' is not an address range; write one such as 10.1.0.0/16, 10.1.2.3/32 or 2001:db8::/56.",
    ),
    "any IPv4 address": (
        {"cache": "sessions", "sources": [{"cidr": "0.0.0.0/0"}]},
        "cidr '0.0.0.0/0' admits every address there is; name the range that needs the cache, or set "
        "allow_any_address to true if you mean it.",
    ),
    "any IPv6 address": (
        {"cache": "sessions", "sources": [{"cidr": "::/0"}]},
        "cidr '::/0' admits every address there is; name the range that needs the cache, or set "
        "allow_any_address to true if you mean it.",
    ),
    "any address in disguise": (
        {"cache": "sessions", "sources": [{"cidr": "10.0.0.0/0"}]},
        "cidr '10.0.0.0/0' admits every address there is; name the range that needs the cache, or set "
        "allow_any_address to true if you mean it.",
    ),
    "two sources in one entry": (
        {"cache": "sessions", "sources": [{"security_group": "app-web", "cidr": "10.1.0.0/16"}]},
        "an entry of sources names security_group and cidr; each takes exactly one of security_group, instance, "
        "cidr or prefix_list (security_group also beside instance, to say which of its groups).",
    ),
    "no source in an entry": (
        {"cache": "sessions", "sources": [{"description": "Web tier"}]},
        "an entry of sources names no source; each takes exactly one of security_group, instance, "
        "cidr or prefix_list (security_group also beside instance, to say which of its groups).",
    ),
    "a description that EC2 refuses": (
        {"cache": "sessions", "sources": [{"security_group": "app-web", "description": "Büro"}]},
        "description 'Büro' holds a character that EC2 refuses; it takes a-z A-Z 0-9, blank and "
        "._-:/()#,@[]+=;{}!$* (and & only for a cidr).",
    ),
    "one source with two descriptions": (
        {
            "cache": "sessions",
            "sources": [
                {"security_group": "app-web", "description": "one"},
                {"security_group": "{app-web}", "description": "two"},
            ],
        },
        "sources of cache 'sessions' name {app-web} twice, as 'one' and as 'two'; one rule has one description: leave "
        "one out.",
    ),
    "a group that the cache does not carry": (
        {"cache": "sessions", "sources": WEB, "security_group": "app-web"},
        "security_group 'app-web' is not carried by cache 'sessions'; it carries sessions-cache ({sessions-cache}).",
    ),
    "a port on which the cache does not listen": (
        {"cache": "sessions", "sources": WEB, "ports": [6379]},
        "ports holds 6379, on which cache 'sessions' does not listen; it listens on 6390: leave ports out.",
    ),
    "no port at all": (
        {"cache": "sessions", "sources": WEB, "ports": [0]},
        "ports holds 0; a TCP port is a number from 1 to 65535.",
    ),
    "several groups on the cache and none chosen": (
        {"cache": "two-groups", "sources": WEB},
        "cache 'two-groups' carries several security groups; set security_group to the one that gets the rules: "
        "{two_groups}.",
    ),
    "only the default group": (
        {"cache": "only-default", "sources": WEB},
        "cache 'only-default' carries only the default group of its VPC, default ({default}), which guards whatever "
        "else was given no group; set security_group to {default} if you mean it, or attach a group of its own to the "
        "cache.",
    ),
    "a cache in EC2-Classic": (
        {"cache": "old-one", "sources": WEB},
        "cache 'old-one' stands in EC2-Classic, outside any VPC, where no security group guards a cache; AWS retired "
        "EC2-Classic on 15 August 2022: create the cache anew in a VPC.",
    ),
    "a cache that is being created": (
        {"cache": "not-yet", "sources": WEB},
        "cache 'not-yet' is creating and does not report its port yet; run again when it is available, set wait to "
        "true, or set ports to the ports it is being created with.",
    ),
}


NO_CREDENTIALS = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}

# An environment in which AWS cannot be asked, and the sentence that this gets.
UNREACHABLE: dict[str, tuple[Mapping[str, str | None], str]] = {
    "no region": (
        {"AWS_REGION": None},
        "No AWS region is known; set the option region, the environment variable AWS_REGION, or a region in the "
        "profile.",
    ),
    "no credentials": (
        NO_CREDENTIALS,
        "No AWS credentials were found; set the option profile, or access_key and secret_key, or the environment "
        "variables that boto3 reads (AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY). "
        "Nothing was changed.",
    ),
    "an unknown profile": (
        {**NO_CREDENTIALS, "AWS_PROFILE": "nobody"},
        "AWS cannot be connected to as configured: The config profile (nobody) could not be found.",
    ),
    "an endpoint that does not answer": (
        {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"},
        "elasticache:DescribeCacheClusters got no answer (Could not connect to the endpoint URL: "
        '"http://127.0.0.1:9/"); check the options region and endpoint_url, and the network. Nothing was changed.',
    ),
    "an endpoint that is no URL": (
        {"AWS_ENDPOINT_URL": "nonsense"},
        "AWS cannot be connected to as configured: Invalid endpoint: nonsense.",
    ),
}


@pytest.fixture
def names(emulator: Emulator, estate: Estate, ec2: Any, elasticache: Any) -> dict[str, str]:
    """The estate with caches that cannot be granted, and the names of what the sentences speak of."""
    other_vpc = ec2.create_vpc(CidrBlock="10.30.0.0/16")["Vpc"]["VpcId"]
    elsewhere = ec2.create_security_group(GroupName="elsewhere", Description="There", VpcId=other_vpc)["GroupId"]
    [default] = ec2.describe_security_groups(
        Filters=[{"Name": "vpc-id", "Values": [estate.vpc_id]}, {"Name": "group-name", "Values": ["default"]}]
    )["SecurityGroups"]
    two = ("sessions-cache", "carts-cache")
    groups_of = {
        "two-groups": [estate.groups[name] for name in two],
        "only-default": [],
        "old-one": [],
        "not-yet": [estate.groups["carts-cache"]],
    }
    for name, groups in groups_of.items():
        create_cluster(elasticache, name, groups)
    set_window(emulator.url, "old-one", classic=True)
    set_window(emulator.url, "not-yet", status="creating")
    by_id = sorted((estate.groups[name], name) for name in two)
    return {
        **estate.groups,
        "vpc": estate.vpc_id,
        "other_vpc": other_vpc,
        "elsewhere": elsewhere,
        "default": default["GroupId"],
        "two_groups": " or ".join(f"{name} ({group_id})" for group_id, name in by_id),
    }


@pytest.mark.parametrize("check", [False, True], ids=["in earnest", "in check mode"])
def test_what_cannot_be_done_gets_a_sentence_and_changes_nothing(
    ansible: Ansible, ec2: Any, names: dict[str, str], check: bool
) -> None:
    """One run with a task per fault; all have to fail, each with its own sentence alone."""
    before = every_rule(ec2)
    results = ansible.access(*(filled(asked, names) for asked, _sentence in REFUSED.values()), check=check)
    said = {fault: result["msg"] for fault, result in zip(REFUSED, results, strict=True)}
    assert said == {fault: filled(sentence, names) for fault, (_asked, sentence) in REFUSED.items()}
    assert all(result["failed"] and not result["changed"] and "Traceback" not in str(result) for result in results)
    assert every_rule(ec2) == before


def test_every_fault_of_many_grants_is_said_at_once_and_the_good_ones_wait(
    ansible: Ansible, ec2: Any, estate: Estate
) -> None:
    """Validation comes before the first change, for all grants of the call."""
    before = every_rule(ec2)
    grants = [
        {"cache": "carts", "sources": WEB},
        {"cache": "sessions", "sources": [{"security_group": "app-wep"}]},
        {"cache": "fragments", "sources": [{"security_group": "sg-0123456789abcdef0"}]},
    ]
    [result] = ansible.access({"grants": grants})
    assert result["msg"].splitlines() == [
        f"security_group 'app-wep' does not exist in {estate.vpc_id}, the VPC of cache 'sessions'. "
        "Did you mean app-web?",
        "security_group 'sg-0123456789abcdef0' does not exist in this account and region; check the id, write "
        "ACCOUNT/sg-... for a group of another account, or name an address range of another region as cidr.",
    ]
    assert every_rule(ec2) == before


@pytest.mark.parametrize("check", [False, True], ids=["in earnest", "in check mode"])
@pytest.mark.parametrize("fault", UNREACHABLE)
def test_aws_that_cannot_be_asked_gets_a_sentence(ansible: Ansible, fault: str, check: bool) -> None:
    """Nothing but the environment is at fault here."""
    environment, sentence = UNREACHABLE[fault]
    options: dict[str, Any] = {"cache": "sessions", "sources": WEB}
    if fault == "an endpoint that does not answer":
        options["aws_config"] = {"retries": {"mode": "standard", "max_attempts": 1}}
    [result] = ansible.access(options, check=check, environment=environment)
    assert result["msg"] == sentence
    assert "Traceback" not in str(result)


def test_options_that_contradict_each_other_are_refused(ansible: Ansible) -> None:
    """One cache or many, and never a cache without sources."""
    grants = [{"cache": "carts", "sources": WEB}]
    results = ansible.access(
        {"cache": "sessions", "sources": WEB, "grants": grants},
        {"cache": "sessions"},
        {"sources": WEB},
    )
    assert [result["msg"] for result in results] == [
        "parameters are mutually exclusive: grants|cache, grants|sources",
        "missing parameter(s) required by 'cache': sources",
        "one of the following is required: grants, cache",
    ]
