# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Reports of an access audit to make pages of: large ones of any size, always the same for the same size."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

Report = dict[str, Any]

SEVERITIES = ("critical", "high", "medium", "low")
ACCOUNT = "123456789012"

TEAMS = (
    *("shop", "search", "checkout", "payments", "identity", "pricing", "catalog", "reviews", "delivery", "returns"),
    *("loyalty", "adverts", "support", "stock", "supplier", "content", "mobile", "reports", "fraud", "gifts"),
)
PURPOSES = ("sessions", "carts", "pages", "limits", "locks", "queue", "profiles", "scores", "tokens", "flags")
SERVICES = ("web", "api", "worker", "batch", "admin", "importer")
ENGINES = (("valkey", [6379]), ("redis", [6379]), ("memcached", [11211]))
KINDS = ("replication_group", "cluster", "serverless")
CHECKS = (
    *(("wider_rule", "medium"), ("redundant_rule", "low"), ("stale_reference", "medium"), ("shared_by_caches", "low")),
    *(("wide_cidr", "high"), ("expired", "medium"), ("connect_wizard", "low"), ("empty_source", "low")),
)


def identifier(prefix: str, *words: object) -> str:
    """Return an AWS-like id that is always the same for the same words."""
    return f"{prefix}-{random.Random(' '.join(map(str, words))).getrandbits(68):017x}"


def source(kind: str, value: str, name: str | None = None, vpc: str | None = None) -> dict[str, Any]:
    """Return where a rule admits from."""
    owner = ACCOUNT if kind == "security_group" else None
    return {"type": kind, "value": value, "name": name, "owner_id": owner, "vpc_id": vpc}


def rule(cache: dict[str, Any], admitted: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a plain, wanted rule of this cache."""
    group, port = cache["security_groups"][0], cache["ports"][0]
    return {
        "cache": cache["name"],
        "kind": cache["kind"],
        "ports": cache["ports"],
        "security_group": {"id": group["id"], "name": group["name"]},
        "rule_id": identifier("sgr", cache["arn"], len(cache["rules"])),
        "protocol": "tcp",
        "from_port": port,
        "to_port": cache["ports"][-1],
        "source": admitted,
        "members": admitted["value"],
        "instances": 3,
        "interfaces": 3,
        "addresses": 3,
        "reachable": None,
        "reachability": None,
        "managed": True,
        "description": "",
        "tags": {},
        "expires_at": None,
        "reason": None,
        "exact": True,
        "drift": "wanted",
        **more,
    }


def finding(
    check: str, severity: str, cache: dict[str, Any] | None, rules: Sequence[dict[str, Any]] = (), **more: Any
) -> dict[str, Any]:
    """Return what a check has found."""
    return {
        "check": check,
        "severity": severity,
        "cache": cache and cache["name"],
        "security_group": cache and cache["security_groups"][0]["id"],
        "rule_ids": [each["rule_id"] for each in rules],
        "message": f"The rule admits more than {cache['name'] if cache else 'anything'} needs ({check}).",
        "fix": "Revoke the rule: aws ec2 revoke-security-group-ingress",
        **more,
    }


def cache(host: str, name: str, **more: Any) -> dict[str, Any]:
    """Return a cache to which nobody has access yet."""
    group = {
        "id": identifier("sg", host, name),
        "name": f"{name}-cache",
        "status": "active",
        "quota": {"ipv4_used": 3, "ipv6_used": 1, "limit": 60},
    }
    return {
        "host": host,
        "name": name,
        "arn": f"arn:aws:elasticache:eu-west-1:{ACCOUNT}:replicationgroup:{name}",
        "kind": "replication_group",
        "engine": "valkey",
        "status": "available",
        "ports": [6379],
        "vpc_id": identifier("vpc", host),
        "in_policy": True,
        "worst": None,
        "security_groups": [group],
        "rules": [],
        "findings": [],
        "missing": [],
        "unknown": [],
        **more,
    }


def host(name: str, **more: Any) -> dict[str, Any]:
    """Return a host of which everything is known."""
    return {
        "host": name,
        "account": ACCOUNT,
        "region": "eu-west-1",
        "error": None,
        "unknown": [],
        "findings": [],
        "missing": [],
        "members": {},
        **more,
    }


def members(name: str, size: int) -> dict[str, Any]:
    """Return the instances behind a source."""
    instances = [{"id": identifier("i", name, n), "name": f"{name}-{n + 1}", "state": "running"} for n in range(size)]
    interfaces = [
        {
            "id": identifier("eni", name, n),
            "instance_id": instance["id"],
            "description": "",
            "addresses": [f"10.{len(name)}.{n // 200}.{n % 200 + 10}"],
        }
        for n, instance in enumerate(instances)
    ]
    return {"instances": instances, "interfaces": interfaces}


def whole(hosts: Sequence[dict[str, Any]], caches: Sequence[dict[str, Any]], compared: bool = True) -> Report:
    """Put a report together, worst caches first, and count."""
    for each in caches:
        found = {entry["severity"] for entry in each["findings"]}
        each["worst"] = next((severity for severity in SEVERITIES if severity in found), None)
        if not compared:
            each["in_policy"] = None
            for entry in each["rules"]:
                entry["drift"] = None
    everything = [*hosts, *caches]
    severities = Counter(entry["severity"] for each in everything for entry in each["findings"])
    rules = [entry for each in caches for entry in each["rules"]]
    drift = Counter(entry["drift"] for entry in rules)
    missing = sum(len(each["missing"]) for each in everything)
    return {
        "version": 1,
        "generated_at": "2026-11-25T01:02:03Z",
        "collection_version": "0.4.0",
        "compared": compared,
        "summary": {
            "hosts": len(hosts),
            "failed_hosts": sum(each["error"] is not None for each in hosts),
            "caches": len(caches),
            "rules": len(rules),
            "findings": {severity: severities[severity] for severity in SEVERITIES},
            "drift": {"wanted": drift["wanted"], "unexpected": drift["unexpected"], "missing": missing}
            if compared
            else None,
            "unknown": sum(len(each["unknown"]) for each in everything),
        },
        "hosts": list(hosts),
        "caches": sorted(caches, key=lambda each: [*SEVERITIES, None].index(each["worst"])),
    }


def team_sources(where: str, team: str) -> list[dict[str, Any]]:
    """Return what may reach the caches of a team, the usual ones first."""
    vpc = identifier("vpc", where)
    names = [f"{team}-{service}" for service in SERVICES] + ["monitoring", "bastion", "data-platform"]
    groups = [source("security_group", identifier("sg", where, name), name, vpc) for name in names]
    ranges = [source("cidr", f"10.{TEAMS.index(team) + 20}.0.0/16"), source("prefix_list", "pl-0f1e2d3c", "offices")]
    rest = [source("cidr", f"10.200.{n}.0/24") for n in range(60)]
    return [*groups[:2], groups[6], *ranges, *groups[2:6], *groups[7:], *rest]


def fleet(caches: int, rules: int = 5, hosts: int = 1, findings_every: int = 9) -> Report:
    """Return a fleet in which each team's services reach its own caches, with the odd rule too many."""
    chance = random.Random(f"{caches} {rules} {hosts}")
    audited = [host(f"shop-eu-west-{n + 1}", region=f"eu-west-{n + 1}") for n in range(hosts)]
    made = []
    for number in range(caches):
        where = audited[number % hosts]
        team = TEAMS[number % len(TEAMS)]
        again = number // (len(TEAMS) * len(PURPOSES))
        name = f"{team}-{PURPOSES[number // len(TEAMS) % len(PURPOSES)]}{f'-{again + 1}' if again else ''}"
        engine, ports = ENGINES[number % len(ENGINES)]
        each = cache(where["host"], name, engine=engine, ports=ports, kind=KINDS[number % len(KINDS)])
        sources = team_sources(where["host"], team)
        size = rules if rules > 6 else max(1, rules - number // 7 % 3)
        for admitted in sources[:size]:
            if admitted["value"] not in where["members"]:
                where["members"][admitted["value"]] = members(
                    admitted["name"] or admitted["value"], chance.randint(1, 12)
                )
            size_behind = len(where["members"][admitted["value"]]["instances"])
            behind = {"instances": size_behind, "interfaces": size_behind, "addresses": size_behind}
            each["rules"].append(
                rule(
                    each,
                    admitted,
                    description=f"{admitted['name'] or 'range'} of {team}",
                    tags={"team": team},
                    **behind,
                )
            )
        made.append(each)
    every = [(each, entry) for each in made for entry in each["rules"]]
    for number, (each, entry) in enumerate(every[::findings_every]):
        check, severity = CHECKS[number % len(CHECKS)]
        each["findings"].append(finding(check, severity, each, [entry]))
        entry.update(
            exact=check != "wider_rule", managed=number % 3 == 0, drift="unexpected" if number % 4 == 1 else "wanted"
        )
    for each in made[3::17]:
        open_rule = rule(
            each,
            source("cidr", "0.0.0.0/0"),
            members=None,
            drift="unexpected",
            managed=False,
            instances=None,
            interfaces=None,
            addresses=2**32,
        )
        each["rules"].append(open_rule)
        each["findings"].append(finding("open_to_any_address", "critical", each, [open_rule]))
    for each in made[5::11]:
        other = chance.choice(TEAMS)
        wanted = source("security_group", identifier("sg", each["host"], f"{other}-api"), f"{other}-api")
        each["missing"].append(
            {
                "cache": each["name"],
                "port": None,
                "security_group": None,
                "source": wanted,
                "description": "",
                "reason": None,
            }
        )
    return whole(audited, made)


def clean() -> Report:
    """Return a report in which all is known and nothing is wrong."""
    audited = host("shop-eu-west-1", members={"sg-0a": members("app-web", 3)})
    calm = cache("shop-eu-west-1", "sessions")
    calm["rules"].append(rule(calm, source("security_group", "sg-0a", "app-web")))
    return whole([audited], [calm])


def unsure(place: str) -> Report:
    """Return the clean report but for one thing that could not be read: of the host, a cache or a rule."""
    report = clean()
    entry = {"message": "Serverless caches could not be listed.", "action": "elasticache:DescribeServerlessCaches"}
    if place == "rule":
        report["caches"][0]["rules"][0].update(members=None, instances=None, interfaces=None, addresses=None)
    elif place == "failure":
        report["hosts"].append(host("shop-us-east-1", error="The credentials have expired."))
    else:
        report[place][0]["unknown"].append(entry)
    return whole(report["hosts"], report["caches"])


def empty() -> Report:
    """Return a report of an account without caches."""
    return whole([host("shop-eu-west-1")], [])


def not_compared() -> Report:
    """Return a report that was not held against a policy file."""
    return whole(fleet(6)["hosts"], [{**each, "missing": []} for each in fleet(6)["caches"]], compared=False)


HOSTILE = (
    "<script>window.__pwned=1</script>",
    '"><img src=x onerror=window.__pwned=1>',
    "</script><script>window.__pwned=1</script>",
    "<!--<script>",
    "{{ 7*7 }}",
    "{% raw %}${x}",
    "__proto__",
    "line\u2028and\u2029paragraph & more",
)


def hostile() -> Report:
    """Return a report in which whatever can be named has a hostile name."""
    audited = [host(name, account=name, region=name, unknown=[{"message": name, "action": name}]) for name in HOSTILE]
    caches = []
    for name, where in zip(HOSTILE, audited, strict=True):
        each = cache(name, name, arn=name, engine=name, status=name, vpc_id=name)
        each["security_groups"][0].update(id=name, name=name, status=name)
        behind = members("web", 1)
        behind["instances"][0].update(name=name, state=name)
        where["members"][name] = behind
        admitted = {"type": "security_group", "value": name, "name": name, "owner_id": name, "vpc_id": name}
        each["rules"].append(rule(each, admitted, rule_id=name, description=name, tags={name: name}))
        each["findings"].append(finding(name, "high", each, each["rules"], message=name, fix=name))
        each["missing"].append(
            {"cache": name, "port": 1, "security_group": None, "source": admitted, "description": name, "reason": name}
        )
        each["unknown"].append({"message": name, "action": name})
        caches.append(each)
    return whole(audited, caches)


def handmade() -> Report:
    """Return a small report with every feature."""
    sources = {
        "web": source("security_group", "sg-0a11", "app-web", "vpc-0b"),
        "batch": source("security_group", "sg-0a22", "app-batch", "vpc-0b"),
        "office": source("prefix_list", "pl-0c33", "offices"),
        "range": source("cidr", "10.20.0.0/16"),
        "six": source("cidr", "2001:db8::/32"),
        "any": source("cidr", "0.0.0.0/0"),
    }
    behind = {"sg-0a11": members("web", 3), "sg-0a22": members("batch", 1), "10.20.0.0/16": members("ranged", 2)}
    behind["sg-0a22"]["instances"][0]["name"] = None
    behind["sg-0a22"]["interfaces"].append(
        {"id": "eni-0f", "instance_id": None, "description": "ELB app/batch", "addresses": ["10.0.9.9"]}
    )
    where = host(
        "shop-eu-west-1",
        members=behind,
        unknown=[
            {"message": "Serverless caches could not be listed.", "action": "elasticache:DescribeServerlessCaches"}
        ],
        findings=[
            finding(
                "public_connection",
                "high",
                None,
                message="A gateway leads to the internet.",
                fix="See to the route table.",
            )
        ],
        missing=[
            {
                "cache": "ghosts",
                "port": None,
                "security_group": None,
                "source": {"type": "security_group", "value": None, "name": "app-ghost"},
                "description": "",
                "reason": "There is no such cache.",
            }
        ],
    )
    failed = host("shop-us-east-1", account=None, region="us-east-1", error="The credentials have expired.")

    sessions = cache(where["host"], "sessions")
    interfaces = [one["id"] for one in behind["sg-0a11"]["interfaces"]]
    denied = "Network ACL acl-0d44 of subnet-0e55 does not let tcp/6379 in."
    reached = {
        interfaces[0]: {"verdict": "blocked", "reason": denied},
        **{each: {"verdict": "reachable", "reason": None} for each in interfaces[1:]},
    }
    sessions["rules"] = [
        rule(
            sessions,
            sources["web"],
            description="Web tier",
            tags={"team": "shop"},
            reachable=len(interfaces) - 1,
            reachability=reached,
        )
    ]
    sessions["rules"].append(
        rule(
            sessions,
            sources["any"],
            members=None,
            instances=None,
            interfaces=None,
            addresses=None,
            managed=False,
            drift="unexpected",
            protocol="-1",
            from_port=-1,
            to_port=-1,
            exact=False,
        )
    )
    sessions["rules"].append(
        rule(sessions, sources["six"], members=None, addresses=2**96, drift="unexpected", managed=False)
    )
    sessions["findings"] = [
        finding(
            "open_to_any_address",
            "critical",
            sessions,
            sessions["rules"][1:2],
            message="Anybody who gets into the VPC may reach sessions.",
        ),
        finding("something_quite_new", "low", sessions),
    ]
    sessions["unknown"] = [{"message": "The users of the cache could not be read.", "action": None}]

    carts = cache(where["host"], "carts", kind="serverless", ports=[6379, 6380])
    carts["rules"] = [
        rule(carts, sources["web"], instances=2000, interfaces=2000, addresses=2000, expires_at="2026-10-01T00:00:00Z")
    ]
    carts["rules"].append(
        rule(carts, sources["batch"], instances=1, interfaces=2, addresses=2, to_port=6379, ports=[6379])
    )
    carts["rules"].append(
        rule(carts, sources["range"], exact=False, from_port=1024, to_port=65535, expires_at="2027-01-01T00:00:00Z")
    )
    carts["findings"] = [finding("expired", "medium", carts, carts["rules"][:1])]
    carts["missing"] = [
        {
            "cache": "carts",
            "port": 6380,
            "security_group": {"id": "sg-0d", "name": "carts-cache"},
            "source": sources["office"],
            "description": "Offices",
            "reason": "The quota of rules is used up.",
        },
    ]

    pages = cache(where["host"], "pages", kind="cluster", engine="memcached", ports=[11211], in_policy=False)
    pages["security_groups"][0].update(quota=None, name=None)
    return whole([where, failed], [sessions, carts, pages])
