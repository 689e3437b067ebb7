# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The example of docs/scale.md as it stands: three accounts in two regions each, an estate in every one of them."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from moto.iam.models import get_account_id_from
from moto.sts.models import sts_backends

from tests.emulator.estate import Estate, build
from tests.emulator.middleware import Environ, WSGIApplication, read_request
from tests.emulator.server import Emulator
from tests.end_to_end.ansible import CHECKOUT, Ansible, Run
from tests.end_to_end.rules import allow, every_rule, source_of

GUIDE = (CHECKOUT / "docs" / "scale.md").read_text()
[SETTING] = re.findall(r"^(export AWS_CONFIG_FILE=.*)$", GUIDE, re.MULTILINE)
COMMANDS = re.findall(r"^(ansible-(?:playbook|runner) .*)$", GUIDE, re.MULTILINE)
CHECK, PART, EVERYTHING, WITH_ROLES, RUNNER = COMMANDS

ACCOUNTS = {"shop": "111111111111", "payments": "222222222222", "analytics": "333333333333"}
REGIONS = ("eu-west-1", "us-east-1")
HOSTS = {f"{account}-{region}": (account, region) for account in ACCOUNTS for region in REGIONS}

# Group, port, source and description of what the policy of each account adds to its estates.
Rules = set[tuple[str, int, str, str]]
POLICIES: dict[str, Rules] = {
    "shop": {
        ("sessions-cache", 6390, "app-web", "Web tier"),
        ("carts-cache", 6379, "app-web", "Web tier"),
        ("carts-cache", 6380, "app-web", "Web tier"),
    },
    "payments": {("sessions-cache", 6390, "10.40.0.0/16", "Card terminals")},
    "analytics": {("fragments-cache", 11211, "app-batch", "Nightly reports")},
}

READING = ["ec2:Describe*", "elasticache:Describe*"]
CHANGING = ["ec2:AuthorizeSecurityGroupIngress", "ec2:CreateTags"]


class Meeting:
    """Middleware: has requests wait until so many accounts and regions have one waiting."""

    def __init__(self) -> None:
        self.took_place = False
        self._expected = 0
        self._there: set[tuple[str, str]] = set()
        self._news = threading.Condition()

    def expect(self, count: int) -> None:
        """From now on, until that many are there, nobody is served."""
        self.took_place = False
        self._expected = count
        self._there.clear()

    def wrap(self, application: WSGIApplication) -> WSGIApplication:
        def waiting(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
            request = read_request(environ)
            if self._expected and request.service == "elasticache":
                self._wait_for_others(get_account_id_from(request.access_key), request.region)
            return application(environ, start_response)

        return waiting

    def _wait_for_others(self, account: str, region: str) -> None:
        with self._news:
            self._there.add((account, region))
            if len(self._there) >= self._expected:
                self.took_place = True
                self._end()
            # Where hosts are worked on one after the other, the first wait is the last, so that the run ends as well.
            elif not self._news.wait_for(lambda: not self._expected, timeout=30):
                self._end()

    def _end(self) -> None:
        self._expected = 0
        self._news.notify_all()


MEETING = Meeting()


@pytest.fixture(scope="session")
def _server() -> Iterator[Emulator]:
    with Emulator(middleware=[MEETING.wrap]) as running:
        yield running


@dataclass(frozen=True)
class Place:
    """One account and region, seen past the collection."""

    ec2: Any
    elasticache: Any
    estate: Estate
    before: frozenset[str]

    def gained(self) -> Rules:
        """Return the rules that there are since the estate was built."""
        names = {group_id: name for name, group_id in self.estate.groups.items()}
        return {
            (
                names[rule["GroupId"]],
                rule["FromPort"],
                names.get(source_of(rule), source_of(rule)),
                rule.get("Description", ""),
            )
            for rule_id, rule in every_rule(self.ec2).items()
            if rule_id not in self.before
        }


class Fleet:
    """Runs commands as docs/scale.md shows them, with nothing but the credentials of a user who may assume roles."""

    def __init__(self, ansible: Ansible, emulator: Emulator, client: Callable[..., Any]) -> None:
        self._ansible = ansible
        self._emulator = emulator
        self._client = client
        self.places = {host: self._build(ACCOUNTS[account], region) for host, (account, region) in HOSTS.items()}
        for account in ACCOUNTS:
            self.permit(account, [*READING, *CHANGING])
        self.credentials = self._make_user()
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"):
            del ansible.environment[name]
        (ansible.folder / "docs").symlink_to(CHECKOUT / "docs", target_is_directory=True)

    def _build(self, account: str, region: str) -> Place:
        ec2 = self._client("ec2", region, account)
        elasticache = self._client("elasticache", region, account)
        estate = build(ec2, elasticache)
        return Place(ec2, elasticache, estate, frozenset(every_rule(ec2)))

    def _make_user(self) -> dict[str, str]:
        iam = self._client("iam")
        iam.create_user(UserName="hub")
        iam.put_user_policy(UserName="hub", PolicyName="roles", PolicyDocument=policy(["sts:AssumeRole"]))
        key = iam.create_access_key(UserName="hub")["AccessKey"]
        return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}

    def permit(self, account: str, actions: Sequence[str]) -> None:
        """Let the role of an account do these actions and no others."""
        iam = self._client("iam", account=ACCOUNTS[account])
        if not iam.list_roles()["Roles"]:
            iam.create_role(RoleName="cache-access", AssumeRolePolicyDocument=policy(["sts:AssumeRole"]))
        iam.put_role_policy(RoleName="cache-access", PolicyName="access", PolicyDocument=policy(actions))

    def run(self, command: str, environment: Mapping[str, str]) -> Run:
        """Run a line in a shell."""
        self._emulator.enforce_iam()
        done = self._ansible.run("/bin/sh", "-c", command, environment=environment)
        self._emulator.trust_everybody()
        return done

    def run_with_profiles(self, command: str) -> Run:
        """Run a line with the example's profiles, whose source_profile is among the person's own credentials."""
        lines = ["[hub]", *(f"{name.lower()}={value}" for name, value in self.credentials.items())]
        own = self._ansible.folder / "credentials"
        own.write_text("\n".join(lines))
        return self.run(f"{SETTING}\n{command}", {"AWS_SHARED_CREDENTIALS_FILE": str(own)})

    def gained(self) -> dict[str, Rules]:
        """Return for each host the rules that there are since the estates were built."""
        return {host: place.gained() for host, place in self.places.items()}


def policy(actions: Sequence[str]) -> str:
    """Return a policy that allows these actions."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def rules_of(*accounts: str) -> dict[str, Rules]:
    """Return for each host what it has gained once the policies of these accounts are in force, and no others."""
    return {host: POLICIES[account] if account in accounts else set() for host, (account, _region) in HOSTS.items()}


def recap(done: Run) -> dict[str, dict[str, int]]:
    """Return the counts of each host."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", done.output).rsplit("PLAY RECAP", 1)[1]
    hosts = re.findall(r"^(\S+)\s+: (.*)$", plain, re.MULTILINE)
    return {host: {name: int(count) for name, count in re.findall(r"(\w+)=(\d+)", counts)} for host, counts in hosts}


def changed(done: Run) -> set[str]:
    """Return the hosts on which something was changed."""
    return {host for host, counts in recap(done).items() if counts["changed"]}


@pytest.fixture
def fleet(ansible: Ansible, emulator: Emulator, client: Callable[..., Any]) -> Fleet:
    """Three accounts with an estate in each of two regions."""
    MEETING.expect(0)
    return Fleet(ansible, emulator, client)


def test_the_commands_of_the_guide_do_what_is_said_of_them(fleet: Fleet) -> None:
    """Check mode, a part of the inventory, all of it, and ansible-runner: each place gets its own rules, and once."""
    MEETING.expect(len(HOSTS))
    foretold = fleet.run_with_profiles(CHECK)
    assert foretold.succeeded, foretold.output
    assert changed(foretold) == set(HOSTS)
    assert fleet.gained() == rules_of()
    assert MEETING.took_place, "the hosts were not all worked on at the same time"

    sliced = fleet.run_with_profiles(PART)
    assert sliced.succeeded, sliced.output
    assert recap(sliced).keys() == {"shop-eu-west-1", "shop-us-east-1"}
    assert fleet.gained() == rules_of("shop")

    done = fleet.run_with_profiles(EVERYTHING)
    assert done.succeeded, done.output
    assert changed(done) == {host for host in HOSTS if not host.startswith("shop")}
    assert fleet.gained() == rules_of(*ACCOUNTS)

    again = fleet.run_with_profiles(RUNNER)
    assert again.succeeded, again.output
    assert recap(again).keys() == HOSTS.keys()
    assert changed(again) == set()
    assert fleet.gained() == rules_of(*ACCOUNTS)


def test_a_host_that_cannot_be_done_fails_alone(fleet: Fleet, ansible: Ansible) -> None:
    """One account lets its rules not be changed, one cache of another is gone; run by ansible-runner."""
    fleet.permit("payments", READING)
    fleet.places["analytics-us-east-1"].elasticache.delete_cache_cluster(CacheClusterId="fragments")
    done = fleet.run_with_profiles(RUNNER)
    assert not done.succeeded
    said = {event["host"]: event["res"]["msg"] for event in runner_events(ansible.folder, "runner_on_failed")}
    assert said.keys() == {"payments-eu-west-1", "payments-us-east-1", "analytics-us-east-1"}
    assert "AWS does not permit these credentials ec2:AuthorizeSecurityGroupIngress" in said["payments-us-east-1"]
    assert "cache 'fragments'" in said["analytics-us-east-1"]
    [stats] = runner_events(ansible.folder, "playbook_on_stats")
    assert stats["failures"].keys() == said.keys()
    assert stats["changed"].keys() == HOSTS.keys() - said.keys()
    assert fleet.gained() == {**rules_of("shop", "analytics"), "analytics-us-east-1": set()}


def test_roles_are_assumed_without_showing_what_was_got(fleet: Fleet) -> None:
    """By the example's own playbook, in check mode as well."""
    foretold = fleet.run(f"{WITH_ROLES} --check --limit analytics-eu-west-1", fleet.credentials)
    assert foretold.succeeded, foretold.output
    assert changed(foretold) == {"analytics-eu-west-1"}
    assert fleet.gained() == rules_of()
    done = fleet.run(f"{WITH_ROLES} -vvv", fleet.credentials)
    assert done.succeeded, done.output
    assert changed(done) == set(HOSTS)
    assert fleet.gained() == rules_of(*ACCOUNTS)
    roles = [role for account in ACCOUNTS.values() for role in sts_backends[account]["aws"].assumed_roles]
    assert len(roles) == 1 + len(HOSTS)
    secrets = {secret for role in roles for secret in (role.secret_access_key, role.session_token)}
    assert not [secret for secret in secrets if secret in foretold.output + done.output + done.errors]


def test_what_has_ended_is_removed_in_every_account_and_a_host_that_may_not_fails_alone(fleet: Fleet) -> None:
    """The command of docs/expiring-access.md; one account lets nobody revoke."""
    guide = (CHECKOUT / "docs" / "expiring-access.md").read_text()
    [command] = re.findall(r"^(ansible-playbook -i .*)$", guide, re.MULTILINE)
    tags = {"elasticache.access:managed": "true", "elasticache.access:expires_at": "2020-01-01T00:00:00Z"}
    old = {
        host: allow(place.ec2, place.estate.groups["sessions-cache"], "10.9.0.0/16", 6390, tags=tags)
        for host, place in fleet.places.items()
    }
    for account in ("shop", "analytics"):
        fleet.permit(account, [*READING, "ec2:RevokeSecurityGroupIngress"])
    fleet.permit("payments", READING)
    done = fleet.run_with_profiles(command)
    assert done.code == 2
    assert changed(done) == {host for host in HOSTS if not host.startswith("payments")}
    standing = {host for host, place in fleet.places.items() if old[host] in every_rule(place.ec2)}
    assert standing == {"payments-eu-west-1", "payments-us-east-1"}
    assert done.output.count("AWS does not permit these credentials ec2:RevokeSecurityGroupIngress") >= 2
    assert "us-east-1 at " in done.output


def test_an_audit_of_all_accounts_is_one_report_and_says_what_it_could_not_look_at(
    fleet: Fleet, ansible: Ansible
) -> None:
    """One account may list no caches, another one no interfaces; the secrets of none are in what is left behind."""
    guide = (CHECKOUT / "docs" / "audit.md").read_text()
    [command] = re.findall(r"^(ansible-playbook -i .*)$", guide, re.MULTILINE)
    fleet.permit("payments", ["ec2:Describe*"])
    fleet.permit("analytics", [*READING[1:], "ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules"])
    done = fleet.run_with_profiles(command)
    assert done.code == 2
    report = json.loads((ansible.folder / "access-audit" / "access-audit.json").read_text())
    accounts = {host["host"]: (host["account"], host["region"]) for host in report["hosts"] if not host["error"]}
    assert accounts == {
        host: (ACCOUNTS[account], region) for host, (account, region) in HOSTS.items() if account != "payments"
    }
    denied = "AWS does not permit these credentials elasticache:DescribeCacheClusters"
    assert [host["error"].startswith(denied) for host in report["hosts"] if host["error"]] == [True, True]
    assert len(report["caches"]) == 3 * len(accounts)
    unknown = {cache["host"] for cache in report["caches"] if cache["unknown"]}
    assert unknown == {"analytics-eu-west-1", "analytics-us-east-1"}
    # The policy of each account is compared with its own caches.
    missing = {
        (cache["host"], cache["name"], each["source"]["name"] or each["source"]["value"])
        for cache in report["caches"]
        for each in cache["missing"]
    }
    names = {"sessions-cache": "sessions", "carts-cache": "carts", "fragments-cache": "fragments"}
    assert missing == {
        (host, names[group], source)
        for host, (account, _region) in HOSTS.items()
        if account != "payments"
        for group, _port, source, _description in POLICIES[account]
    }
    left = [done.output, *(file.read_text() for file in (ansible.folder / "access-audit").iterdir())]
    secrets = [
        role.secret_access_key for name in ACCOUNTS for role in sts_backends[ACCOUNTS[name]]["aws"].assumed_roles
    ]
    assert secrets
    assert not [secret for secret in secrets for text in left if secret in text]


def runner_events(folder: Path, kind: str) -> list[dict[str, Any]]:
    """Return what ansible-runner left behind of one kind of event."""
    files = (folder / "runner" / "artifacts").glob("*/job_events/*.json")
    events = [json.loads(file.read_text()) for file in files]
    return [event["event_data"] for event in events if event["event"] == kind]
