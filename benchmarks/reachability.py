# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What explanations take: a few instances and caches, and a fleet of both."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import partial
from typing import Any

from benchmarks.contenders import inside
from benchmarks.emulation import ContenderError, Measured, measure, reset
from benchmarks.explaining import seconds
from benchmarks.fleet import Fleet, at_once, build, client
from benchmarks.results import Figure, Results, Settings, say
from benchmarks.tables import table

ACTION = "explain"
SOURCES, CACHES = 1000, 100
# How many instances and how many caches are asked about.
PAIRS = ((10, 10), (SOURCES, CACHES))
# What is expected of the largest: seconds to tell everything, and the module's memory in MB.
MOST_SECONDS, MOST_MEMORY = 5, 300
_PER_CALL = 50


def furnish(url: str, fleet: Fleet, instances: int) -> list[str]:
    """Start so many instances in two subnets behind the groups of applications, grant access, and return their ids."""
    ec2 = client(url, "ec2")
    subnets = [
        ec2.create_subnet(VpcId=fleet.vpc_id, CidrBlock=f"10.0.{16 * (number + 1)}.0/20")["Subnet"]["SubnetId"]
        for number in range(2)
    ]
    groups = sorted({group for cache in fleet.caches for group in cache.application_ids})

    def start(number: int) -> list[str]:
        answer: Any = ec2.run_instances(
            ImageId="ami-12c6146b",
            InstanceType="t3.micro",
            MinCount=_PER_CALL,
            MaxCount=_PER_CALL,
            SubnetId=subnets[number % 2],
            SecurityGroupIds=[groups[number % len(groups)]],
        )
        return [str(instance["InstanceId"]) for instance in answer["Instances"]]

    for cache in fleet.caches:
        pairs = [{"GroupId": group_id} for group_id in cache.application_ids]
        permissions = [
            {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "UserIdGroupPairs": pairs} for port in cache.ports
        ]
        ec2.authorize_security_group_ingress(GroupId=cache.group_id, IpPermissions=permissions)
    started = at_once(partial(start, number) for number in range(instances // _PER_CALL))
    return [each for some in started for each in some]


def explain(settings: Settings, results: Results) -> None:
    """Which of many instances reach which of many caches, after all grants were made."""
    results.explaining = seconds(SOURCES, CACHES)
    print(f"  explaining {SOURCES} x {CACHES} pairs: {results.explaining:.2f} s", flush=True)
    reset(settings.url)
    fleet = build(settings.url, CACHES)
    instances = furnish(settings.url, fleet, SOURCES)
    for sources, caches in PAIRS:
        options = {
            "sources": instances[:: SOURCES // sources],
            "caches": [cache.name for cache in fleet.caches[:caches]],
            "include_hops": False,
        }
        command = inside("elasticache_reachability_info", options, settings.home)
        runs = [
            measure(settings.url, settings.home, command, settings.latency) for _time in range(settings.repetitions)
        ]
        _check(runs, sources * caches)
        results.figures.append(Figure(f"{sources} x {caches}", caches, ACTION, 0, runs))
        say(results.figures[-1])


def _check(runs: Iterable[Measured], pairs: int) -> None:
    """Raise V(ContenderError) unless each run told of every pair, and that some reach and some do not."""
    for run in runs:
        [told] = [json.loads(line) for line in run.output.splitlines() if line.startswith("{")]
        verdicts = [verdict for cache in told["caches"] for verdict in cache["verdicts"].values()]
        if len(verdicts) != pairs or told["verdict"] != "partial":
            raise ContenderError(f"of {pairs} pairs {len(verdicts)} were told, and together {told['verdict']}")


def explain_table(results: Results) -> str:
    """What was measured of explanations, as a table of Markdown; empty where nothing was."""
    rows = []
    for sources, caches in PAIRS:
        figure = results.of(f"{sources} x {caches}", caches, ACTION)
        if figure:
            run = figure.runs[-1]
            row = [f"{sources:,} instances x {caches} caches", str(run.reads), f"{figure.work or 0:.2f} s"]
            rows.append([*row, f"{figure.seconds:.2f} s", f"{figure.memory:.0f} MB"])
    header = ["", "reads", "work of the module", "its whole process", "its memory"]
    return table(header, rows) if rows else ""
