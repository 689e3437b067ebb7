# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Figures -> a page of Markdown."""

from __future__ import annotations

import datetime
import json
import os
import platform
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

import yaml

from benchmarks.audit import audit_table
from benchmarks.contenders import ACTIONS, AGAIN, APPLY, CHECK, CONTENDERS
from benchmarks.reachability import ACTION, MOST_MEMORY, MOST_SECONDS, PAIRS, explain_table
from benchmarks.results import Figure, Results, Settings
from benchmarks.tables import Row, table

_ACTIONS = {APPLY: "apply", AGAIN: "second run", CHECK: "check and diff"}

# What a profile of the whole playbook showed; it changes with the code, not with the machine.
_ONE_GRANT = (
    "Where the time of one grant goes beyond that of `aws_caller_info`: four rounds of calls that need each other's "
    "answers (the name, the nodes, the groups and rules, the change) in place of one, and a second client; the other "
    "tasks of the playbook and the role (checking what is asked for, validating arguments, facts, the last message); "
    "and the module's files, which Ansible packs and Python compiles for each run."
)
_AUDIT = (
    "`elasticache_access_info` for a whole region, and the playbook `audit_access` with page, JSON and CSV. A third of "
    "the rules are for address ranges; 40 instances are behind the groups that the others name."
)

_EXPLANATIONS = (
    "`elasticache_reachability_info` with `include_hops: false`. The instances are in two subnets behind ten groups, "
    "the caches in a third one; what routes and network ACLs do is looked at for each, and found once."
)


def versions() -> str:
    """What was compared, and on what."""
    import ansible_collections.amazon.aws as amazon

    root = Path(next(iter(amazon.__path__))).parents[1]

    def collection(name: str) -> str:
        manifest = json.loads((root / name.replace(".", "/") / "MANIFEST.json").read_text())
        return f"{name} {manifest['collection_info']['version']}"

    ours = yaml.safe_load((Path(__file__).parents[1] / "galaxy.yml").read_text())["version"]
    packages = ", ".join(f"{name} {version(name)}" for name in ("ansible-core", "boto3", "awscli", "moto"))
    return (
        f"Measured on {datetime.datetime.now(tz=datetime.UTC).date()}, with elasticache.access {ours}, "
        f"{collection('amazon.aws')}, {collection('community.aws')}, {packages}, Python {platform.python_version()}, "
        f"on {os.cpu_count()} cores."
    )


def comparison(results: Results, others: int) -> str:
    """Wall seconds by contender, size and action."""
    figures = [each for each in results.figures if each.others == others and each.action in ACTIONS]
    sizes = sorted({each.size for each in figures if each.size not in (0, 1000)})
    columns = [(size, action) for size in sizes for action in ACTIONS]
    rows = []
    for contender in CONTENDERS:
        found = [results.of(contender.name, size, action, others) for size, action in columns]
        if any(found):
            rows.append([contender.label, *(f"{each.seconds:.2f}" if each else "—" for each in found)])
    return table(["", *(f"{size}, {_ACTIONS[action]}" for size, action in columns)], rows)


def work(results: Results) -> str:
    """The time of the work itself, without starting a process and importing."""
    rows = []
    for size in sorted({each.size for each in results.figures if each.contender == "inside"}):
        for action in ACTIONS:
            ours, floor = results.of("inside", size, action), results.of("floor", size, action)
            if ours and floor and ours.work and floor.work:
                rows.append(
                    [
                        f"{size}, {_ACTIONS[action]}",
                        f"{ours.work:.2f}",
                        f"{floor.work:.2f}",
                        f"{ours.work / floor.work:.2f}",
                        f"{ours.seconds:.2f}",
                        f"{floor.seconds:.2f}",
                        f"{ours.seconds / floor.seconds:.2f}",
                    ]
                )
    header = ["", "work: module", "script", "ratio", "whole process: module", "script", "ratio"]
    return table(header, rows)


def calls(results: Results) -> str:
    """Calls by name, of the largest fleet that each contender was measured with."""
    rows = []
    for contender in CONTENDERS:
        sizes = [each.size for each in results.figures if each.contender == contender.name and each.action == APPLY]
        for action in (APPLY, AGAIN):
            figure = results.of(contender.name, max(sizes), action) if sizes else None
            if figure:
                names = ", ".join(
                    f"{count} {name.partition(':')[2]}" for name, count in sorted(figure.runs[-1].calls.items())
                )
                rows.append([contender.label, f"{figure.size}, {_ACTIONS[action]}", names, f"{figure.memory:.0f} MB"])
    return table(["", "", "calls", "peak memory"], rows)


def expectations(results: Results) -> str:
    """What was expected, what was measured."""
    rows: list[Row] = []

    def row(what: str, expected: str, measured: str, holds: bool) -> None:
        rows.append([what, expected, measured, "yes" if holds else "**no**"])

    for action in (APPLY, AGAIN):
        ours, loop = results.of("ours", 100, action), results.of("loop", 100, action)
        if ours and loop:
            ratio = loop.seconds / ours.seconds
            row(
                f"100 caches, {_ACTIONS[action]}, against the loop",
                "40 times faster",
                f"{ratio:.0f} times",
                ratio >= 40,
            )
    for action in (APPLY, AGAIN):
        inside, floor = results.of("inside", 100, action), results.of("floor", 100, action)
        if inside and floor and inside.work and floor.work:
            ratio = inside.work / floor.work
            row(
                f"100 caches, {_ACTIONS[action]}, in the module, against the script",
                "1.25",
                f"{ratio:.2f}",
                ratio <= 1.25,
            )
    one, caller = results.of("ours", 1, "one grant"), results.of("caller", 0, APPLY)
    if one and caller:
        ratio = one.seconds / caller.seconds
        row(
            f"one grant, whole playbook ({one.seconds:.2f} s), against `aws_caller_info` ({caller.seconds:.2f} s)",
            "1.3",
            f"{ratio:.2f}",
            ratio <= 1.3,
        )
    for action, changes in ((APPLY, 100), (AGAIN, 0)):
        ours = results.of("ours", 100, action)
        if ours:
            run = ours.runs[-1]
            row(
                f"100 caches, {_ACTIONS[action]}, calls",
                f"8 reads, {changes} changes",
                f"{run.reads} reads, {run.changes} changes",
                run.reads <= 8 and run.changes == changes,
            )
    large = results.of("inside", 1000, AGAIN)
    if large:
        row("1,000 caches, second run, reads", "60", str(large.runs[-1].reads), large.runs[-1].reads <= 60)
        row("1,000 caches, second run, memory of the module", "250 MB", f"{large.memory:.0f} MB", large.memory < 250)
    throttled = results.of("ours", 200, "throttled")
    if throttled:
        ratio = throttled.seconds / 30
        refused = throttled.runs[0].throttled
        row(
            "200 groups to change with AWS's buckets, against the 30 s that these dictate",
            "1.15, nothing fails",
            f"{ratio:.2f}, {refused} calls refused and made again",
            ratio <= 1.15,
        )
    if results.planning:
        row(
            "planning 1,000 groups of 60 rules",
            "0.5 s",
            f"{results.planning[1000]:.2f} s",
            results.planning[1000] < 0.5,
        )
        ratio = results.planning[2000] / results.planning[500]
        row("planning four times as many groups", "4 times as long", f"{ratio:.1f} times", ratio < 5)
    if results.explaining is not None:
        row(
            "telling which of 1,000 instances reach which of 100 caches, once everything is read",
            f"{MOST_SECONDS} s",
            f"{results.explaining:.2f} s",
            results.explaining < MOST_SECONDS,
        )
    few, many = (results.of(f"{sources} x {caches}", caches, ACTION) for sources, caches in PAIRS)
    if many:
        memory = f"{many.memory:.0f} MB"
        row("the same, memory of the whole module", f"{MOST_MEMORY} MB", memory, many.memory < MOST_MEMORY)
    if few and many:
        row(
            "a thousand times as many pairs, reads",
            "as pages ask for",
            f"{many.runs[-1].reads} in place of {few.runs[-1].reads}",
            many.runs[-1].reads < 2 * few.runs[-1].reads,
        )
    return table(["", "expected", "measured", "holds"], rows)


def repeated(settings: Settings, figures: Iterable[Figure]) -> str:
    """Who was measured less often."""
    once = sorted({each.contender for each in figures if len(each.runs) == 1 and each.action in ACTIONS})
    labels = {contender.name: contender.label for contender in CONTENDERS}
    said = "; ".join(labels[name] for name in once if name in labels)
    return (
        f"Medians of {settings.repetitions} runs"
        f"{f', but of one run for: {said}' if said and settings.repetitions > 1 else ''}. "
        "A dash stands for what a contender was not measured with, because it has no such thing or takes too long."
    )


def page(settings: Settings, results: Results) -> str:
    """The whole page."""
    crowded = comparison(results, 1500) if any(each.others for each in results.figures) else ""
    audited = audit_table(results)
    explained = explain_table(results)
    parts = [
        "# How fast it is",
        "Made by `make bench`, which runs all contenders against one emulator in one go, with "
        f"{settings.latency:.0f} ms added to each call. A third of the caches are replication groups with two nodes, a "
        "third clusters, a third serverless; each has a security group of its own and three wanted sources. After each "
        f"run it is checked that exactly the wanted rules stand. {versions()}",
        "## Expected and measured",
        expectations(results),
        _ONE_GRANT,
        "## Wall seconds, by number of caches",
        repeated(settings, results.figures),
        comparison(results, 0),
        *(["### Among 1,500 other security groups", crowded] if crowded else []),
        "## The module beside the bare script",
        "Seconds; the work is what is done once everything is imported, making clients included.",
        work(results),
        "## Calls and memory, of the largest fleet of each",
        calls(results),
        *(["## An audit", _AUDIT, audited] if audited else []),
        *(["## Explanations", _EXPLANATIONS, explained] if explained else []),
    ]
    return "\n\n".join(parts) + "\n"
