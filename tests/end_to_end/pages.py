# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The fenced blocks of README.md and docs: what each is, who runs it, and what its commands did.

- ``bash``: commands, run one by one in the order of the page, or one of those in C(ELSEWHERE).
- a block whose first line is a comment with a file name: that file, in whatever language. A command after it has to
  name it, or it is in C(CHECKED_ELSEWHERE).
- ``text``: what the commands before it print; C(...) stands for anything.
- ``json``: an IAM policy.
- one of the languages in C(COMPARED): other people's programs, beside which ours are put.
"""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.emulator.estate import Estate
from tests.end_to_end.ansible import CHECKOUT, Ansible
from tests.end_to_end.rules import every_rule, source_of

PAGES = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").rglob("*.md"))]

RUN = ("ansible-doc ", "ansible-inventory ", "ansible-playbook ", "make demo")
# How commands begin that no page's test runs, and why.
ELSEWHERE = {
    "git clone ": "there is a checkout already",
    "cd elasticache.access": "it is the working directory of make demo",
    "pip install ": "what it may name is checked in tests/unit/test_dependencies.py",
    "ansible-galaxy collection ": "it asks Galaxy, and tests/package builds and installs",
    "ansible-builder build ": "it needs a container engine; tests/package reads the definition",
    "make bench": "benchmarks/ has tests of its own",
    "make bad-days": "it is a test itself",
    "export AWS_PROFILE=": "a profile of the reader's own",
    "export AWS_CONFIG_FILE=": "tests/end_to_end/test_accounts.py",
    "ansible-playbook -i docs/examples/accounts/": "tests/end_to_end/test_accounts.py",
    "ansible-runner run runner ": "tests/end_to_end/test_accounts.py",
}
# What test_accounts.py runs, page by page.
OF_ACCOUNTS = re.compile(r"^(?:ansible-playbook -i docs/examples/accounts/|ansible-runner |export AWS_CONFIG_FILE)")
PAGES_OF_ACCOUNTS = ("docs/audit.md", "docs/expiring-access.md", "docs/scale.md")
CHECKED_ELSEWHERE = {
    "docs/expiring-access.md": {
        "/etc/cron.d/revoke-expired",
        "/etc/systemd/system/revoke-expired.service",
        "/etc/systemd/system/revoke-expired.timer",
        "revoke_expired.yml",
        "schedule.yml",
        ".github/workflows/revoke-expired.yml",
    },
    # An excerpt of a file that test_accounts.py uses.
    "docs/scale.md": {"docs/examples/accounts/inventory.yml"},
}
COMPARED = ("hcl", "typescript")

_FENCE = re.compile(r"^(?P<fence>`{3,})(?P<language>[^\n`]*)\n(?P<text>.*?)^(?P=fence)$", re.DOTALL | re.MULTILINE)
_FILE = re.compile(r"# (\S*[./]\S+)")


@dataclass(frozen=True)
class Block:
    """One fenced block."""

    page: str
    line: int
    language: str
    text: str

    @property
    def where(self) -> str:
        """Return where it stands."""
        return f"{self.page}:{self.line}"

    @property
    def file(self) -> str:
        """Return the name of the file that it is, empty where it is none."""
        named = _FILE.fullmatch(self.text.partition("\n")[0])
        return named[1] if named else ""

    @property
    def commands(self) -> list[str]:
        """Return its commands, those on several lines as one."""
        if self.language != "bash" or self.file:
            return []
        return [line for line in self.text.replace("\\\n", " ").splitlines() if line.strip()]


def blocks_in(page: str, text: str) -> list[Block]:
    """Return the fenced blocks of a page."""
    return [
        Block(page, text.count("\n", 0, found.start()) + 1, found["language"].strip(), found["text"])
        for found in _FENCE.finditer(text)
    ]


def blocks_of(page: str) -> list[Block]:
    """Return the fenced blocks of a page of this checkout."""
    return blocks_in(page, (CHECKOUT / page).read_text())


def is_run(command: str) -> bool:
    """Say whether a command is run where it stands."""
    return command.startswith(RUN) and not command.startswith(tuple(ELSEWHERE))


def not_run(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield a sentence for each of a page's blocks that nobody runs or checks."""
    for number, block in enumerate(blocks):
        after = blocks[number + 1 :]
        why = _why_not_run(block, blocks[:number], after)
        if why:
            yield f"block at {block.where} is not run: {why}"


def _why_not_run(block: Block, before: Sequence[Block], after: Sequence[Block]) -> str:
    if block.file:
        users = [command for each in after for command in each.commands if is_run(command)]
        if block.file in CHECKED_ELSEWHERE.get(block.page, ()) or any(block.file in command for command in users):
            return ""
        return f"no command after it names its file {block.file}"
    if block.language == "bash":
        for command in block.commands:
            if OF_ACCOUNTS.match(command) and block.page not in PAGES_OF_ACCOUNTS:
                return f"test_accounts.py does not read this page: {command}"
            if not command.startswith((*RUN, *ELSEWHERE)):
                return f"nobody knows this command: {command}"
        return "" if block.commands else "it has no command"
    if block.language == "text":
        return "" if any(map(is_run, _commands(before))) else "no command before it prints it"
    if block.language == "json" or block.language in COMPARED:
        return ""
    return (
        f"it is neither a file with its name in the first line nor known by its language ({block.language or 'none'})"
    )


def _commands(blocks: Iterable[Block]) -> list[str]:
    return [command for block in blocks for command in block.commands]


def check_policy(block: Block) -> None:
    """Insist on an IAM policy that AWS would take for one."""
    policy = json.loads(block.text)
    assert policy["Version"] == "2012-10-17", block.where
    for statement in policy["Statement"]:
        assert statement["Effect"] in ("Allow", "Deny"), block.where
        assert statement["Resource"] and statement["Action"], block.where
        actions = statement["Action"]
        for action in [actions] if isinstance(actions, str) else actions:
            assert re.fullmatch(r"[a-z0-9]+:[A-Za-z]+\*?", action), block.where


class Region:
    """What there is in a region that commands can change, in words."""

    def __init__(self, ec2: Any, elasticache: Any) -> None:
        groups = ec2.describe_security_groups()["SecurityGroups"]
        self._names = {group["GroupId"]: group["GroupName"] for group in groups}
        self._names |= {
            each["PrefixListId"]: each["PrefixListName"] for each in ec2.describe_managed_prefix_lists()["PrefixLists"]
        }
        self._rules = {
            rule_id: (self._said(rule), rule.get("Description"), str(rule.get("Tags")))
            for rule_id, rule in every_rule(ec2).items()
            # EC2 gives one such rule to every new group.
            if not (rule["IsEgress"] and rule["IpProtocol"] == "-1")
        }
        self._carried = {
            cluster["CacheClusterId"]: {group["SecurityGroupId"] for group in cluster.get("SecurityGroups", ())}
            for cluster in elasticache.describe_cache_clusters()["CacheClusters"]
        }
        for cache in elasticache.describe_serverless_caches()["ServerlessCaches"]:
            self._carried[cache["ServerlessCacheName"]] = set(cache.get("SecurityGroupIds", ()))

    def _said(self, rule: Mapping[str, Any]) -> str:
        source = source_of(dict(rule))
        ports = "-".join(dict.fromkeys((str(rule["FromPort"]), str(rule["ToPort"]))))
        way = "to" if rule["IsEgress"] else "from"
        return f"{self._names[rule['GroupId']]} {ports} {way} {self._names.get(source, source)}"

    def became(self, after: Region) -> list[str]:
        """Return what is otherwise in C(after): rules that came (+), went (-) or were edited (~), groups of caches."""
        said = [f"+ {after._rules[key][0]}" for key in after._rules.keys() - self._rules.keys()]
        said += [f"- {self._rules[key][0]}" for key in self._rules.keys() - after._rules.keys()]
        said += [
            f"~ {after._rules[key][0]}"
            for key in self._rules.keys() & after._rules.keys()
            if self._rules[key] != after._rules[key]
        ]
        for cache, groups in after._carried.items():
            had = self._carried.get(cache, set())
            said += [f"{cache} carries {after._names[group]}" for group in groups - had]
            said += [f"{cache} loses {self._names[group]}" for group in had - groups]
        return sorted(said)


@dataclass(frozen=True)
class Done:
    """What one command did."""

    command: str
    code: int
    output: str
    effects: tuple[str, ...]

    def __str__(self) -> str:
        """Return the playbook, whether it was check mode or failed, and what became of the region."""
        words = [word for word in shlex.split(self.command) if not word.startswith("-")]
        name = words[0] if words[0] != "ansible-playbook" else _playbook(words[1:])
        name += " --check" if " --check" in self.command else ""
        name += " fails" if self.code else ""
        return "; ".join([name, *self.effects])


def _playbook(words: Sequence[str]) -> str:
    return next(
        word.removeprefix("elasticache.access.")
        for word in words
        if word.startswith("elasticache.access.")
        or (word.endswith(".yml") and word[0] not in "@" and word != "hosts.yml")
    )


class Reader:
    """Somebody who reads a page from top to bottom and does what it says, on the estate of the demo."""

    def __init__(self, ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate) -> None:
        self.ansible = ansible
        self.ec2 = ec2
        self.elasticache = elasticache
        self.estate = estate
        # What stands on pages for something of the reader's own.
        self.own: dict[str, str] = {"i-0123456789abcdef0": estate.instances["web-1"]}

    def filled(self, text: str) -> str:
        """Return a text with the reader's own ids in place of those on the page."""
        for placeholder, value in sorted(self.own.items(), key=lambda pair: -len(pair[0])):
            text = re.sub(rf"(?<!\w){re.escape(placeholder)}", value, text)
        return text

    def read(self, blocks: Iterable[Block]) -> list[Done]:
        """Do all that the blocks of a page say, and return what became of it."""
        all_done: list[Done] = []
        for block in blocks:
            if block.file:
                file = self.ansible.folder / block.file.lstrip("/")
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(self.filled(block.text))
            elif block.language == "bash":
                all_done += [self.do(command) for command in block.commands if is_run(command)]
            elif block.language == "text":
                printed = "\n".join(done.output for done in all_done)
                missing = not_printed(self.filled(block.text), printed)
                assert not missing, f"block at {block.where}: {missing!r} was not printed\n{all_done[-1].output}"
            elif block.language == "json":
                check_policy(block)
        return all_done

    def do(self, command: str) -> Done:
        """Run one command."""
        before = Region(self.ec2, self.elasticache)
        if command.startswith("make demo"):
            done = self.ansible.run(sys.executable, "-m", "tests.demo", environment={"PYTHONPATH": str(CHECKOUT)})
        else:
            done = self.ansible.run("/bin/sh", "-c", self.filled(command))
        effects = before.became(Region(self.ec2, self.elasticache))
        return Done(command, done.code, done.output + done.errors, tuple(effects))


def not_printed(wanted: str, printed: str) -> str:
    """Return the first part of C(wanted) that is not in C(printed) after the one before it; empty if all are.

    Ids are alike, and so are blanks, quotes around lines and where lines are broken.
    """
    text = _plain(printed)
    position = 0
    for part in map(str.strip, _plain(wanted).split("...")):
        found = text.find(part, position)
        if found < 0:
            return part
        position = found + len(part)
    return ""


def _plain(text: str) -> str:
    lines = [line.strip().removesuffix(",").strip('"').replace('\\"', '"') for line in text.splitlines()]
    return re.sub(r"\b([a-z]{1,4})-[0-9a-f]{17}\b", r"\1-", " ".join(" ".join(lines).split()))
