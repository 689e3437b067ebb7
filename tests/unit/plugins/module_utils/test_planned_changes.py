# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._planned_changes import Changes, read_changes
from ansible_collections.elasticache.access.plugins.module_utils._render import rule_values

from tests.unit.values import JOBS, KNOWN, MANAGED, PEER, WEB, missing, rule


def planned(*, added: Any = (), removed: Any = ()) -> dict[str, Any]:
    """One of the caches of a result of elasticache_sg_access."""
    return {
        "name": "sessions",
        "added": [rule_values(each, KNOWN) for each in added],
        "removed": [rule_values(each, KNOWN) for each in removed],
    }


def test_rules_are_as_they_will_be() -> None:
    web, jobs, everything = rule(rule_id=""), rule(JOBS.group_id), rule("0.0.0.0/0", "all", rule_id="sgr-2")
    changes = read_changes([planned(added=[web], removed=[jobs]), planned(added=[web])])
    assert changes.made_to([jobs, everything]) == [everything, web]


def test_a_rule_that_stands_already_is_not_added_again() -> None:
    standing = rule(description="Web tier")
    changes = read_changes([planned(added=[rule(rule_id="")])])
    assert changes.made_to([standing]) == [standing]
    # One that is removed is told by what it is, whatever its id.
    assert read_changes([planned(removed=[rule(rule_id="sgr-9")])]).made_to([standing]) == []


def test_the_account_of_a_group_is_kept() -> None:
    values = planned(added=[rule("sg-elsewhere")])
    values["added"][0]["source"]["owner_id"] = PEER
    [added] = read_changes([values]).made_to([])
    assert (added.key.source.owner_id, added.rule_id) == (PEER, "sgr-1")


def test_a_rule_is_known_for_one_of_ours_by_its_tags() -> None:
    web = rule(rule_id="", tags=(*MANAGED, ("team", "shop")))
    [added] = read_changes([planned(added=[web])]).made_to([])
    assert added == web and added.is_managed


@pytest.mark.parametrize("caches", [None, [], [None], [planned()]])
def test_nothing_is_planned(caches: Any) -> None:
    assert read_changes(caches) == Changes()
    assert read_changes(caches).made_to([rule(WEB.group_id)]) == [rule(WEB.group_id)]


@pytest.mark.parametrize(
    "caches",
    [
        pytest.param(["sessions"], id="names"),
        pytest.param([{"name": "sessions"}], id="caches of another module"),
        pytest.param([{"added": [{}], "removed": []}], id="no rules"),
        pytest.param([{"added": ["sgr-1"], "removed": []}], id="ids of rules"),
        pytest.param([{**planned(), "removed": None}], id="nothing instead of a list"),
        pytest.param([{**planned(), "added": [{**rule_values(rule(), KNOWN), "from_port": None}]}], id="no port"),
        pytest.param([{**planned(), "added": [{**rule_values(rule(), KNOWN), "to_port": "any"}]}], id="a word as port"),
        pytest.param(
            [{**planned(), "added": [{**rule_values(rule(), KNOWN), "from_port": float("inf")}]}], id="an endless port"
        ),
        pytest.param(
            [{**planned(), "added": [{**rule_values(rule(), KNOWN), "source": {"type": "cidr", "value": "web"}}]}],
            id="no range",
        ),
        pytest.param(
            [{**planned(), "added": [{**rule_values(rule(), KNOWN), "source": {"type": "instance", "value": "i-1"}}]}],
            id="no source of a rule",
        ),
        pytest.param(7, id="a number"),
    ],
)
def test_anything_else_is_refused(caches: Any) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        read_changes(caches)
    assert missing(["planned", "elasticache_sg_access"], caught.value) == []
