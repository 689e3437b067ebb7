# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the module is asked and cannot answer: one sentence per fault, before AWS is asked where it can be."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.estate import Estate
from tests.end_to_end.ansible import Ansible
from tests.end_to_end.conftest import Call
from tests.end_to_end.reach import MODULE, Values, address_of, explain, interface_of, path

NO_SOURCE = "which is no id of an instance (i-...) or of a network interface (eni-...), and no IP address"


def refusals(ansible: Ansible, *questions: Values) -> list[str]:
    """Return why each of these was refused."""
    results = ansible.tasks(*({MODULE: question} for question in questions))
    for question, result in zip(questions, results, strict=True):
        assert result.get("failed"), (question, result)
        assert "Traceback" not in str(result), result
    return [str(result["msg"]) for result in results]


@pytest.mark.usefixtures("estate")
def test_what_is_no_source(ansible: Ansible, calls: list[Call]) -> None:
    """Ids of the wrong form, names, ranges and nothing at all are said before anything is asked of AWS."""
    wrong = ["i-123", "i-0123456789ABCDEF0", "eni-xyz", "web-1", "10.20.0.0/16", "sg-0123456789abcdef0", "", "10.20.1"]
    questions: list[Values] = [{"caches": ["sessions"], "sources": [each]} for each in wrong]
    nonsense: list[Any] = [["x"], [{"name": "sessions"}], [{"added": [{"source": "x"}], "removed": []}]]
    planned: list[Values] = [{"caches": ["sessions"], "sources": ["192.0.2.7"], "planned": each} for each in nonsense]
    several = {"caches": ["sessions"], "sources": ["i-123", "192.0.2.7", "10.0.0.0/8"]}
    said = refusals(ansible, *questions, {"caches": ["sessions"]}, several, *planned)
    assert [
        sentence for each, sentence in zip(wrong, said, strict=False) if f"{each!r}, {NO_SOURCE}" not in sentence
    ] == []
    assert said[len(wrong)] == "missing required arguments: sources"
    assert [line.split(",")[0] for line in said[len(wrong) + 1].splitlines()] == [
        "sources holds 'i-123'",
        "sources holds '10.0.0.0/8'",
    ]
    for sentence in said[len(wrong) + 2 :]:
        assert "planned" in sentence
        assert len(sentence.splitlines()) == 1
    assert calls == []


def test_what_does_not_exist(ansible: Ansible, estate: Estate) -> None:
    """Sources and caches; every one of them is named, with what is near."""
    gone, lost = "i-0123456789abcdef0", "eni-0123456789abcdef0"
    web = estate.instances["web-1"]
    sources, caches, both = refusals(
        ansible,
        {"caches": ["sessions"], "sources": [gone, web, lost]},
        {"caches": ["session", "nowhere"], "sources": [web]},
        {"caches": ["session"], "sources": [gone]},
    )
    lines = sources.splitlines()
    assert len(lines) == 2
    assert f"{gone!r}, but there is no such instance in this account and eu-west-1" in lines[0]
    assert f"{lost!r}, but there is no such network interface in this account and eu-west-1" in lines[1]
    assert caches.splitlines() == [
        "cache 'session': no cache of that name in eu-west-1. Did you mean sessions?",
        "cache 'nowhere': no cache of that name in eu-west-1. There are: carts, fragments, sessions.",
    ]
    assert "session" in both
    [skipped] = explain(ansible, {"caches": ["nowhere"], "sources": [web], "missing": "skip"})
    assert (skipped["caches"], skipped["paths"], skipped["missing"], skipped["verdict"]) == (
        [],
        [],
        ["nowhere"],
        "unknown",
    )


def test_one_source_named_twice_and_in_several_ways(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """An id twice is one source; an instance, its interface and its address are three that get one answer each."""
    batch = estate.instances["batch-1"]
    interface, address = interface_of(ec2, batch)["NetworkInterfaceId"], address_of(ec2, batch)
    sources = [batch, f" {batch} ", interface, address, batch, "2001:DB8:0:0::1", "2001:db8::1"]
    [result, alias, none] = explain(
        ansible,
        {"caches": ["sessions", "Sessions", "sessions-001"], "sources": sources},
        {"caches": ["sessions"], "source": batch},
        {"caches": ["sessions"], "sources": []},
    )
    once = [batch, interface, address, "2001:db8::1"]
    assert [each["source"] for each in result["sources"]] == once
    assert [(cache["name"], set(cache["verdicts"])) for cache in result["caches"]] == [("sessions", set(once))]
    assert {path(result, source)["verdict"] for source in once[:3]} == {"reachable"}
    assert alias["verdict"] == "reachable"
    assert (none["sources"], none["paths"], none["verdict"]) == ([], [], "unknown")
