# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""``make demo``: the real playbooks on an emulated AWS, step by step, each step checked as it goes."""

from __future__ import annotations

import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import boto3

from tests.emulator.estate import build, describe
from tests.emulator.server import Emulator
from tests.emulator.surroundings import PROGRAMS, surroundings

CHECKOUT = Path(__file__).resolve().parents[2]
POLICY = Path(__file__).with_name("access.yml")
REGION = "eu-west-1"

GRANT = ["ansible-playbook", "playbooks/grant_access.yml"]
ONE_GRANT = [*GRANT, "-e", "cache=sessions", "-e", "security_group=app-web", "-e", "description='Web tier'"]
WHOLE_POLICY = [*GRANT, "-e", f"@{POLICY.relative_to(CHECKOUT)}"]

REPORT = CHECKOUT / ".cache" / "demo"
AUDIT = [
    "ansible-playbook",
    "playbooks/audit_access.yml",
    "-e",
    f"access_audit_directory={REPORT.relative_to(CHECKOUT)}",
]

EXPLAIN = ["ansible-playbook", "playbooks/explain_access.yml"]

ON_REAL_AWS = """
That was all emulated: nothing left this machine. On real AWS, with credentials where boto3 finds them, type

  export AWS_REGION=eu-west-1 AWS_PROFILE=my-profile
  .venv/bin/ansible-playbook playbooks/grant_access.yml -e cache=MY-CACHE -e security_group=MY-APP-GROUP --check --diff

which only reads, and shows what would change. Without --check it changes just that. And

  .venv/bin/ansible-playbook playbooks/audit_access.yml

shows who can reach each of your caches now; it only reads too, and so does

  .venv/bin/ansible-playbook playbooks/explain_access.yml -e cache=MY-CACHE -e instance=MY-INSTANCE-ID

which tells why an instance can, or cannot, reach a cache. README.md goes on from here.
"""


class DemoError(Exception):
    """A step did not end as it should."""


def title(text: str) -> None:
    """Print the heading of a step."""
    print(f"\n== {text}\n", flush=True)


def run(command: list[str], environment: dict[str, str], expected: str = "") -> None:
    """Show a command, run it, show what it prints, and insist on success and on C(expected) in the output."""
    print("$", " ".join(f'"{word}"' if "'" in word else shlex.quote(word) for word in command), flush=True)
    done = subprocess.run(
        [str(PROGRAMS / command[0]), *command[1:]],
        cwd=CHECKOUT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print(done.stdout.strip("\n"), flush=True)
    if done.returncode or expected not in done.stdout:
        raise DemoError(f"this step should have ended well, with {expected!r} in its output")


def demonstrate(url: str, home: str) -> None:
    """Run every step."""
    environment = {**surroundings(url, home, REGION, "demo"), "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false"}
    access = {"endpoint_url": url, "region_name": REGION, "aws_access_key_id": "demo", "aws_secret_access_key": "demo"}
    title("A small estate, as a customer might have it")
    estate = build(boto3.client("ec2", **access), boto3.client("elasticache", **access))
    print(describe(estate))

    title("May app-web reach the cache sessions? What would change? (--check changes nothing)")
    run([*ONE_GRANT, "--check", "--diff"], environment, "changed=1")
    title("Grant it")
    run([*ONE_GRANT, "--diff"], environment, "changed=1")
    title("Grant it again: nothing is left to change")
    run(ONE_GRANT, environment, "changed=0")
    title("The AWS CLI sees the rule")
    run(
        [
            *("aws", "ec2", "describe-security-group-rules", "--region", REGION, "--output", "table"),
            *("--filters", f"Name=group-id,Values={estate.groups['sessions-cache']}"),
            *(
                "--query",
                "SecurityGroupRules[?!IsEgress].[SecurityGroupRuleId,FromPort,ReferencedGroupInfo.GroupId,Description]",
            ),
        ],
        environment,
        "Web tier",
    )
    title(f"Does the estate stand as a policy file says? ({POLICY.relative_to(CHECKOUT)})")
    print(POLICY.read_text())
    run([*WHOLE_POLICY, "--check", "--diff"], environment, "changed=1")
    title("Somebody needs the cache carts for an afternoon. The access ends by itself, once revoke_expired runs")
    run(
        [
            *(*GRANT, "-e", "cache=carts", "-e", "cidr=10.20.9.9/32"),
            *("-e", "expires_in=8h", "-e", "reason='ticket 4711'", "--diff"),
        ],
        environment,
        "changed=1",
    )
    title("What will have ended by the end of the century? (nothing is removed in check mode)")
    run(
        ["ansible-playbook", "playbooks/revoke_expired.yml", "-e", "as_of=2099-12-31T23:59:59Z", "--check"],
        environment,
        "2 would be removed",
    )
    title("Why can batch-1 not reach the cache carts? And what would mend that?")
    run(
        [*EXPLAIN, "-e", "cache=carts", "-e", f"instance={estate.instances['batch-1']}"],
        environment,
        "cannot reach carts",
    )
    title("Meanwhile somebody opens a cache to everybody, by hand and for a moment only")
    run(
        [
            *("aws", "ec2", "authorize-security-group-ingress", "--region", REGION, "--output", "text"),
            *("--group-id", estate.groups["fragments-cache"], "--protocol", "tcp", "--port", "11211"),
            *("--cidr", "0.0.0.0/0"),
        ],
        environment,
        "0.0.0.0/0",
    )
    title("An audit of every cache: who can reach it, what is wrong with that, what differs from the policy file")
    run([*AUDIT, "-e", f"@{POLICY.relative_to(CHECKOUT)}"], environment, "1 critical")
    print(f"\nOpen {REPORT / 'access-audit.html'} in a browser: the whole audit as a page.")
    print(ON_REAL_AWS)


def main() -> int:
    """Run the demo on an emulator of its own, and return its exit status."""
    with tempfile.TemporaryDirectory() as home, Emulator() as emulator:
        try:
            demonstrate(emulator.url, home)
        except DemoError as error:
            print(f"\nThe demo stopped: {error}.", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
