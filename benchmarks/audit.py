# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an audit takes: many caches with several rules each, instances behind the groups that they name."""

from __future__ import annotations

import json
from functools import partial

from benchmarks.contenders import inside
from benchmarks.emulation import ContenderError, measure, reset
from benchmarks.fleet import Fleet, at_once, build, client
from benchmarks.results import Figure, Results, Settings, say
from benchmarks.tables import table
from tests.emulator.estate import start_instance

INSTANCES = 40
# How many caches, and how many rules each of them has.
SIZES = ((500, 5), (1000, 10))

ACTION, MODULE, PLAYBOOK = "audit", "audit", "audit, playbook"


def furnish(url: str, fleet: Fleet, rules: int) -> None:
    """Give every cache so many rules, a third of them for ranges, and start instances behind the groups."""
    ec2 = client(url, "ec2")
    [subnet] = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [fleet.vpc_id]}])["Subnets"]
    applications = sorted({group for cache in fleet.caches for group in cache.application_ids})
    at_once(
        partial(start_instance, ec2, subnet["SubnetId"], applications[number % len(applications)])
        for number in range(INSTANCES)
    )
    for number, cache in enumerate(fleet.caches):
        ranges = [{"CidrIp": f"10.{number % 200}.{each}.0/24"} for each in range(rules // 3)]
        groups = [{"GroupId": applications[(number + each) % len(applications)]} for each in range(rules - len(ranges))]
        permission = {"IpProtocol": "tcp", "FromPort": cache.ports[0], "ToPort": cache.ports[0]}
        ec2.authorize_security_group_ingress(
            GroupId=cache.group_id, IpPermissions=[{**permission, "IpRanges": ranges, "UserIdGroupPairs": groups}]
        )


def audit(settings: Settings, results: Results) -> None:
    """Who can reach each of many caches: the module, and the playbook with its whole report."""
    for size, rules in SIZES:
        reset(settings.url)
        furnish(settings.url, build(settings.url, size), rules)
        folder = settings.home / "audit"
        commands = {
            MODULE: inside("elasticache_access_info", {}, settings.home),
            PLAYBOOK: ["ansible-playbook", "playbooks/audit_access.yml", "-e", f"access_audit_directory={folder}"],
        }
        for contender, command in commands.items():
            runs = [
                measure(settings.url, settings.home, command, settings.latency) for _time in range(settings.repetitions)
            ]
            results.figures.append(Figure(contender, size, ACTION, 0, runs))
            say(results.figures[-1])
        report = json.loads((folder / "access-audit.json").read_text())
        if (report["summary"]["caches"], report["summary"]["rules"]) != (size, size * rules):
            raise ContenderError(f"the audit of {size} caches with {rules} rules each shows {report['summary']}")
        results.pages[size] = (folder / "access-audit.html").stat().st_size / 1e6


def audit_table(results: Results) -> str:
    """What was measured of audits, as a table of Markdown; empty where nothing was."""
    rows = []
    for size, rules in SIZES:
        module, playbook = (results.of(contender, size, ACTION) for contender in (MODULE, PLAYBOOK))
        if module and playbook:
            rows.append(
                [
                    f"{size:,} caches, {rules} rules each",
                    str(playbook.runs[-1].reads),
                    f"{module.work or 0:.2f} s, {module.memory:.0f} MB",
                    f"{playbook.seconds:.1f} s, {playbook.memory:.0f} MB",
                    f"{results.pages[size]:.1f} MB",
                ]
            )
    header = ["", "reads", "work of the module, its memory", "playbook with all files, its memory", "the page"]
    return table(header, rows) if rows else ""
