# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._acls import LAST
from ansible_collections.elasticache.access.plugins.module_utils._mends import Workshop
from ansible_collections.elasticache.access.plugins.module_utils._network import Network
from ansible_collections.elasticache.access.plugins.module_utils._reachability import Explainer
from ansible_collections.elasticache.access.plugins.module_utils._reachability_text import text_of
from ansible_collections.elasticache.access.plugins.module_utils._reachability_values import path_values
from ansible_collections.elasticache.access.plugins.module_utils._receivers import Receiver
from ansible_collections.elasticache.access.plugins.module_utils._senders import Sender

from tests.unit.connections import CACHES, acl, deny, interface, network, receiver, sender
from tests.unit.values import missing

CLOSED = (deny(LAST),)


def answer(
    over: Network | None = None, source: Sender | None = None, to: Receiver | None = None, hops: bool = True
) -> dict[str, Any]:
    over = over or network()
    [found] = Explainer(over).explain([source or sender()], [to or receiver()])
    return path_values(found, Workshop(over), hops)


def result(*paths: dict[str, Any], **facts: Any) -> dict[str, Any]:
    """A result of the module with these paths."""
    return {"paths": list(paths), "planned": False, "missing": [], "not_looked_at": ["Name resolution."], **facts}


def text(*paths: dict[str, Any], details: bool = True, **facts: Any) -> str:
    return "\n".join(text_of(result(*paths, **facts), details))


GOOD = answer()
BAD = answer(network(inbound=[]))


def test_a_single_answer_is_shown_with_its_way() -> None:
    lines = text_of(result(GOOD))
    assert (lines[0], lines[1]) == (GOOD["summary"], "")
    # Replies pass two network ACLs: the second one has a line without number.
    way = lines[2:15]
    heads = [line.split()[:2] for number, line in enumerate(way) if number != 11]
    assert heads == [[str(number), "ok"] for number in range(1, 13)]
    sentences = [step["sentence"] for hop in GOOD["hops"] for step in hop["steps"]]
    assert len({line.index(sentence) for line, sentence in zip(way, sentences, strict=True)}) == 1
    assert lines[-2:] == ["Not looked at:", "     Name resolution."]
    assert "To mend it" not in "\n".join(lines)


def test_what_stops_it_meets_the_eye_and_how_to_mend_it_follows() -> None:
    shown = text(BAD)
    assert missing(["BLOCKED", "[SG_HAS_NO_RULES]", "To mend it:", "$ ansible-playbook"], shown) == []
    several = text(answer(network(inbound=[], acls={CACHES: acl("acl-1", CLOSED)})))
    assert missing(["To mend it, all of these:", "$ aws ec2 create-network-acl-entry"], several) == []
    moved = text(answer(network(acls={CACHES: acl("acl-1", [deny(1)])})))
    assert ("$" in moved, missing(["entry 1"], moved)) == (False, [])


def test_a_hop_with_several_steps_has_a_line_for_each() -> None:
    shown = text(answer(to=receiver(ports=(6379, 6380)))).splitlines()
    first = next(number for number, line in enumerate(shown) if "PARTIAL" in line)
    assert "on tcp/6379: Rule" in shown[first]
    assert shown[first + 1].strip().startswith("on tcp/6380: No inbound rule")


def test_a_hop_that_could_not_be_looked_at_says_so() -> None:
    nowhere = Receiver(receiver().cache, ())
    assert text(answer(to=nowhere)).count("Not looked at.") == 9


def test_hops_that_were_not_asked_for_are_not_shown() -> None:
    shown = text(answer(network(inbound=[]), hops=False))
    assert ("BLOCKED" in shown, "To mend it:" in shown) == (False, True)


def test_answers_alone() -> None:
    assert text_of(result(BAD, GOOD), details=False) == [BAD["summary"], GOOD["summary"]]


def test_what_is_wrong_comes_first_and_what_is_right_is_only_told() -> None:
    doubtful = answer(network(acl_of={}))
    partly = answer(to=receiver(ports=(6379, 6380)))
    lines = text_of(result(GOOD, doubtful, partly, BAD))
    assert lines[:4] == [each["summary"] for each in (BAD, partly, doubtful, GOOD)]
    assert lines.count("i-10 to sessions:") == 3
    assert "i-10 to sessions:" not in text(GOOD)


def test_where_all_is_well_nothing_but_the_answers_is_told() -> None:
    assert text_of(result(GOOD, GOOD)) == [GOOD["summary"]] * 2


def test_only_the_first_ways_and_answers_are_shown() -> None:
    lines = text_of(result(*[BAD] * 60))
    assert lines.count(BAD["summary"]) == 50
    assert lines[50] == "... and 10 more answers; see paths."
    assert lines.count("i-10 to sessions:") == 10
    assert "... and 50 more that are not plainly reachable; see paths." in lines
    assert "more that are" not in text(*[BAD] * 10)
    assert "more answers" not in text(*[BAD] * 50)


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (text(GOOD, planned=True), [f"After this change: {GOOD['summary']}"]),
        (text(GOOD, missing=["carts"]), ["no cache 'carts'"]),
        (text(), ["There is no cache to reach."]),
        (
            text(answer(source=sender(10, interface(10), interface(11)))),
            ["several network interfaces", "operating system"],
        ),
    ],
)
def test_what_else_there_is_to_say(shown: str, words: list[str]) -> None:
    assert missing(words, shown) == []


def test_what_need_not_be_said() -> None:
    assert "There is no cache to reach." not in text(missing=["carts"])
    assert "several network interfaces" not in text(GOOD)


def test_of_many_sources_the_first_are_named() -> None:
    over = network(inbound=[])
    [found] = Explainer(over).explain([sender(number) for number in range(10, 17)], [receiver()])
    assert (
        missing(["i-10, i-11, i-12, i-13", "3 more to sessions:"], text(path_values(found, Workshop(over), True), GOOD))
        == []
    )
