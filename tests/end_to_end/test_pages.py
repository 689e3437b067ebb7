# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""README.md and docs, read from top to bottom by somebody who does what they say, and what that changes."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.emulator.elasticache.control import set_window
from tests.emulator.estate import SESSIONS_PORT, Estate
from tests.emulator.server import Emulator
from tests.emulator.tests.conftest import ACCOUNT, REGION
from tests.end_to_end.ansible import CHECKOUT, Ansible
from tests.end_to_end.conftest import create_cluster
from tests.end_to_end.networks import accept, add_interface, make_group, make_prefix_list, make_vpc, peer
from tests.end_to_end.pages import PAGES, Reader, blocks_in, blocks_of, check_policy, is_run, not_printed, not_run
from tests.end_to_end.reach import own_acl
from tests.end_to_end.rules import allow
from tests.ping.sockets import served


@dataclass(frozen=True)
class World:
    """What a page's reader has before they begin."""

    reader: Reader
    client: Callable[..., Any]
    url: str
    until_the_end: contextlib.ExitStack

    @property
    def estate(self) -> Estate:
        """Return the estate of the demo."""
        return self.reader.estate

    @property
    def ec2(self) -> Any:
        """Return a client of EC2."""
        return self.reader.ec2

    def write(self, name: str, content: Any) -> None:
        """Write a file that the page takes for granted."""
        (self.reader.ansible.folder / name).write_text(yaml.safe_dump(content, sort_keys=False))

    def serve_sessions(self, address: str) -> None:
        """Have a server at the endpoints of the cache sessions, and a host that connects to it."""
        self.until_the_end.enter_context(served(trusting, address, SESSIONS_PORT))
        endpoint = {"Address": address, "Port": SESSIONS_PORT}
        shard = {"NodeGroupId": "0001", "Status": "available", "PrimaryEndpoint": endpoint, "ReaderEndpoint": endpoint}
        set_window(self.url, "sessions", kind="replication_group", also={"NodeGroups": [shard]})
        for member in ("sessions-001", "sessions-002"):
            nodes = [{"CacheNodeId": "0001", "Endpoint": endpoint}]
            set_window(self.url, member, kind="cluster", also={"CacheNodes": nodes})
        host = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        self.write("hosts.yml", {"app": {"hosts": {"app-1": host}}})


def trusting(connection: socket.socket, _over: threading.Event) -> None:
    """Take any password, and answer every ping."""
    while asked := connection.recv(65536):
        connection.sendall(b"+OK\r\n" if b"AUTH" in asked else b"+PONG\r\n")


def nothing(_world: World) -> None:
    """The estate of the demo is enough."""


@dataclass(frozen=True)
class Page:
    """What a page takes for granted, and what its commands do, in order."""

    effects: list[str]
    prepare: Callable[[World], None] = field(default=nothing)


def before_the_guide(world: World) -> None:
    """Hosts that connect, and the VPC."""
    world.serve_sessions("127.0.1.1")
    world.reader.own["vpc-0123456789abcdef0"] = world.estate.vpc_id


def before_expiring_access(world: World) -> None:
    """Access that has ended already."""
    tags = {"elasticache.access:managed": "true", "elasticache.access:expires_at": "2020-01-01T00:00:00Z"}
    allow(world.ec2, world.estate.groups["sessions-cache"], "10.9.0.0/16", SESSIONS_PORT, tags=tags)


def before_audits(world: World) -> None:
    """A policy file, and a cache that stands open to everybody."""
    allow(world.ec2, world.estate.groups["fragments-cache"], "0.0.0.0/0", 11211)
    world.write("access.yml", {"cache_access_grants": [grant("sessions", "app-batch")]})


def before_reachability(world: World) -> None:
    """A network ACL that lets nothing into the subnet of the second node."""
    web = world.estate.instances["web-1"]
    own_acl(world.ec2, world.estate.vpc_id, world.estate.subnet_ids[1])
    interface = add_interface(world.ec2, world.estate.subnet_ids[0], world.estate.groups["app-web"], web)
    world.reader.own |= {
        "eni-0123456789abcdef0": interface,
        "i-0123456789abcdef0": world.estate.instances["batch-1"],
    }
    world.write("access.yml", {"cache_access_grants": [grant("sessions", "app-web")]})


def before_pinging(world: World) -> None:
    """A server that takes any password, but knows no TLS."""
    world.serve_sessions("127.0.1.2")
    world.reader.own |= {
        "master.sessions.abcdef.euw1.cache.amazonaws.com": "127.0.1.2",
        "port: 6379": f"port: {SESSIONS_PORT}",
        "tls: true": "tls: false",
    }
    world.write("secrets.yml", {"vaulted_password": "open-sesame"})


def before_groups(world: World) -> None:
    """A group to attach."""
    make_group(world.ec2, world.estate.vpc_id, "monitoring")


def before_the_recipes(world: World) -> None:
    """What they are to mend, and what they name."""
    estate, ec2 = world.estate, world.ec2
    create_cluster(world.reader.elasticache, "plain", [])
    create_cluster(world.reader.elasticache, "forgotten", [make_group(ec2, estate.vpc_id, "forgotten-cache")])
    allow(ec2, estate.groups["fragments-cache"], "0.0.0.0/0", 11211)
    for port in (6379, 6380):
        allow(ec2, estate.groups["carts-cache"], "10.20.1.0/24", port)
    for group, port in (("sessions-cache", SESSIONS_PORT), ("carts-cache", 6379)):
        allow(ec2, estate.groups[group], "198.51.100.7/32", port)
    web = [estate.instances[name] for name in ("web-1", "web-2")]
    ec2.create_tags(Resources=web, Tags=[{"Key": "tier", "Value": "web"}])
    tags = [{"Key": "team", "Value": "shop"}]
    for kind, name in (("replicationgroup", "sessions"), ("serverlesscache", "carts")):
        arn = f"arn:aws:elasticache:{REGION}:{ACCOUNT}:{kind}:{name}"
        world.reader.elasticache.add_tags_to_resource(ResourceName=arn, Tags=tags)
    theirs = world.client("ec2", account="222222222222")
    other = make_vpc(theirs, "10.40.0.0/16", "analytics")
    accept(theirs, peer(ec2, estate, other.vpc_id, PeerOwnerId="222222222222"))
    make_prefix_list(ec2, "office")
    set_window(world.url, "fragments", kind="cluster", also={"NetworkType": "dual_stack"})
    world.reader.own |= {
        "sg-0123456789abcdef0": other.group_id,
        "i-0123456789abcdef0": web[0],
        "i-0123456789abcdef1": estate.instances["batch-1"],
    }


def grant(cache: str, group: str) -> dict[str, Any]:
    """Return an entry of a policy file."""
    return {"cache": cache, "sources": [{"security_group": group}]}


CARTS = "+ carts-cache 6379 from {0}; + carts-cache 6380 from {0}"

RUN: dict[str, Page] = {
    "README.md": Page(
        [
            "make",
            "grant_access --check",
            "grant_access; + sessions-cache 6390 from app-web",
            "grant_access --check",
            f"grant_access; {CARTS.format('app-web')}; + sessions-cache 6390 from 10.20.0.0/16; "
            "~ sessions-cache 6390 from app-web",
        ],
    ),
    "docs/guide.md": Page(
        [
            "grant_access --check",
            "grant_access; + sessions-cache 6390 from app-web",
            "grant_access --check",
            "grant_access; + carts-cache 6379 from 10.20.9.0/24; + carts-cache 6379 from app-web; "
            "+ carts-cache 6380 from 10.20.9.0/24; + carts-cache 6380 from app-web",
            "grant_access --check",
            "grant_access; - sessions-cache 6390 from app-batch",
            "revoke_access --check",
            "revoke_access; - sessions-cache 6390 from app-web",
            "provision.yml --check",
            "provision.yml; + orders-cache 6379 from app-web; orders carries orders-cache",
            "provision.yml",
            "grant_access; + sessions-cache 6390 from app-web",
            "grant_access; + sessions-cache 6390 from 10.30.0.7/32",
            "revoke_expired",
            "audit_access",
            "audit_access",
            "explain_access",
            f"grant_for_an_afternoon.yml; {CARTS.format('10.30.0.8/32')}",
            "grant_for_an_afternoon.yml fails",
        ],
        before_the_guide,
    ),
    "docs/audit.md": Page(
        ["audit_access", "audit_access", "audit_access", "grant_access --check", "audit_access fails"], before_audits
    ),
    "docs/expiring-access.md": Page(
        [
            "grant_access --check",
            "grant_access; + sessions-cache 6390 from app-web",
            "revoke_expired; - sessions-cache 6390 from 10.9.0.0/16",
            # The instance is of the web tier, whose end is kept, and the batch tier has its access for good.
            f"grant_access; {CARTS.format('10.20.0.0/16')}",
            "revoke_expired --check",
            "revoke_expired",
            "revoke_expired",
            "revoke_expired",
        ],
        before_expiring_access,
    ),
    "docs/ping.md": Page(["connect.yml", "grant_access; + sessions-cache 6390 from app-web"], before_pinging),
    "docs/reachability.md": Page(
        ["explain_access", "explain_access", "explain_access", "grant_access --check"], before_reachability
    ),
    "docs/migration.md": Page(
        [
            "audit_access",
            "grant_access --check",
            "grant_access",
            "grant_access; + sessions-cache 6390 from app-web",
        ]
    ),
    "docs/troubleshooting.md": Page(["explain_access"]),
    "docs/recipes.md": Page(
        [
            "web_tier.yml; + sessions-cache 6390 from app-web",
            f"caches_of_the_shop.yml; {CARTS.format('app-batch')}",
            "grant_access; + fragments-cache 11211 from app-web; - fragments-cache 11211 from 0.0.0.0/0",
            f"grant_access; {CARTS.format('app-web')}",
            "revoke_access; - carts-cache 6379 from 10.20.1.0/24; - carts-cache 6380 from 10.20.1.0/24",
            "?",
        ],
        before_the_recipes,
    ),
    "docs/security-groups.md": Page(
        [
            "grant_access --check",
            "grant_access; + elasticache-sessions 6390 from app-web; + shop-caches 6379 from app-web; "
            "+ shop-caches 6380 from app-web; carts carries shop-caches; "
            "sessions-001 carries elasticache-sessions; sessions-002 carries elasticache-sessions",
            "attach.yml; carts loses carts-cache; sessions-001 carries monitoring; sessions-002 carries monitoring",
        ],
        before_groups,
    ),
}


@pytest.fixture
def world(
    ansible: Ansible, ec2: Any, elasticache: Any, estate: Estate, client: Callable[..., Any], emulator: Emulator
) -> Iterator[World]:
    with contextlib.ExitStack() as until_the_end:
        yield World(Reader(ansible, ec2, elasticache, estate), client, emulator.url, until_the_end)


@pytest.mark.parametrize("page", RUN)
def test_every_command_does_what_the_page_says(world: World, page: str) -> None:
    """In order, on one estate; what the page shows of the output is printed."""
    RUN[page].prepare(world)
    done = world.reader.read(blocks_of(page))
    said = [str(each) for each in done]
    failed = "\n".join(each.output for each in done if each.code)
    assert said == RUN[page].effects, "\n".join([*said, failed])


def test_no_block_of_any_page_is_left_out() -> None:
    """A block that nobody runs or checks can be wrong for years."""
    names = [page.relative_to(CHECKOUT).as_posix() for page in PAGES]
    assert [said for name in names for said in not_run(blocks_of(name))] == []
    running = {name for name in names for block in blocks_of(name) if any(map(is_run, block.commands))}
    assert running == set(RUN)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(CHECKOUT).as_posix())
def test_policies_are_policies_and_excerpts_are_of_their_files(page: Path) -> None:
    for block in blocks_of(page.relative_to(CHECKOUT).as_posix()):
        if block.language == "json":
            check_policy(block)
        if block.file.startswith("docs/"):
            assert block.text.partition("\n")[2] in (CHECKOUT / block.file).read_text()


@pytest.mark.parametrize(
    ("block", "said"),
    [
        pytest.param("bash\nterraform apply\n", "nobody knows this command: terraform apply", id="a command"),
        pytest.param("bash\n\n", "it has no command", id="no command"),
        pytest.param("yaml\n# new.yml\na: 1\n", "no command after it names its file new.yml", id="a file"),
        pytest.param("yaml\na: 1\n", "known by its language (yaml)", id="a file without a name"),
        pytest.param("\na: 1\n", "known by its language (none)", id="no language"),
        pytest.param("text\nok\n", "no command before it prints it", id="output of nothing"),
        pytest.param(
            "bash\nansible-playbook -i docs/examples/accounts/inventory.yml x.yml\n",
            "test_accounts.py does not read this page",
            id="an inventory of accounts",
        ),
    ],
)
def test_a_block_that_nobody_runs_is_told(block: str, said: str) -> None:
    [sentence] = not_run(blocks_in("docs/new.md", f"A page\n\n```{block}```\n"))
    assert sentence.startswith("block at docs/new.md:3 is not run: ")
    assert said in sentence


@pytest.mark.parametrize(
    ("wanted", "missing"),
    [
        ("1 added", ""),
        ("made sg-0123456789abcdef0 ... 1 added", ""),
        ("made sg-...\n1\nadded", ""),
        ("2 added", "2 added"),
        ("1 added ... made", "made"),
    ],
)
def test_what_is_shown_has_to_be_printed_in_this_order(wanted: str, missing: str) -> None:
    assert not_printed(wanted, '    "made sg-fedcba98765432100",\n    "1 added"\n') == missing
