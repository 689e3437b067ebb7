# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._argument_specs import (
    assignment_options,
    cache_selection,
    call_limits,
    common_grant_options,
    grant_options,
    source_options,
)
from ansible_collections.elasticache.access.plugins.module_utils._caches import fits
from ansible_collections.elasticache.access.plugins.module_utils._call_limits import read_call_limits
from ansible_collections.elasticache.access.plugins.module_utils._grants import _INHERITED, CACHE_TYPES
from ansible_collections.elasticache.access.plugins.module_utils._wanted_sources import SOURCE_KINDS

from tests.unit.values import cache


def test_an_entry_of_grants_has_all_that_it_can_take_over_from_the_task() -> None:
    assert set(_INHERITED) | set(common_grant_options()) <= set(grant_options())


@pytest.mark.parametrize("options", [grant_options, assignment_options])
def test_what_an_entry_leaves_out_has_no_default_of_its_own(options: Callable[[], dict[str, Any]]) -> None:
    """A default would hide what the task says."""
    assert not [name for name, option in options().items() if "default" in option]


def test_a_source_can_be_of_every_kind_that_is_read() -> None:
    assert set(source_options()) == {*SOURCE_KINDS, "description", "expires_at", "expires_in", "reason"}


@pytest.mark.parametrize("piece", [common_grant_options, assignment_options, cache_selection])
def test_a_cache_can_be_of_every_kind(piece: Callable[[], dict[str, Any]]) -> None:
    assert piece()["cache_type"]["choices"] == list(CACHE_TYPES)


def test_the_limits_of_calls_are_those_that_are_read_and_their_defaults_can_be_meant() -> None:
    defaults = {name: option["default"] for name, option in call_limits().items()}
    assert read_call_limits(defaults) == defaults


@pytest.mark.parametrize("name", list(cache_selection()["filters"]["options"]))
def test_every_filter_filters(name: str) -> None:
    assert not fits(cache(), {name: {"no": "such"} if name == "tags" else ["no such"]})
