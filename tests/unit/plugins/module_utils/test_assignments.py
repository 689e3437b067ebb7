# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which groups caches are to carry, as the options say it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._argument_specs import assignment_options
from ansible_collections.elasticache.access.plugins.module_utils._assignments import (
    Assignment,
    check_groups_per_interface,
    read_assignments,
)
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._grants import CacheReference
from ansible_collections.elasticache.access.plugins.module_utils._wanted_sources import GroupReference

BY_NAME, BY_ID = GroupReference(name="app"), GroupReference(group_id="sg-0123456789abcdef0")


def options(**given: Any) -> dict[str, Any]:
    """The options of a task, as Ansible hands them over."""
    plain = {"cache": "sessions", "security_groups": ["app"], "state": "present", "purge": False}
    return {"cache_type": None, "assignments": None, "allow_lost_access": False, **plain, **given}


def test_the_assignment_of_a_task() -> None:
    [read] = read_assignments(options(security_groups=["app", "sg-0123456789abcdef0", "app"], purge=True))
    assert read == Assignment(CacheReference("sessions", "sessions"), (BY_NAME, BY_ID), True, is_purging=True)


def test_what_is_to_be_detached_is_named_and_nothing_else_goes() -> None:
    [read] = read_assignments(options(state="absent", purge=True, allow_lost_access=True))
    assert (read.is_present, read.is_purging, read.allow_lost_access) == (False, False, True)


def test_entries_take_over_what_they_do_not_say() -> None:
    entries = [
        {"cache": "sessions", "security_groups": ["app"], "purge": None},
        {"cache": "carts", "cache_type": "serverless", "security_groups": [], "state": "absent", "purge": False},
    ]
    one, other = read_assignments(options(cache=None, assignments=entries, purge=True, allow_lost_access=True))
    assert (one.is_present, one.is_purging, one.allow_lost_access) == (True, True, True)
    assert (other.is_present, other.is_purging, other.groups) == (False, False, ())
    assert other.cache.cache_type == "serverless"


def test_a_cache_is_named_once() -> None:
    entries = [{"cache": "sessions", "security_groups": [name]} for name in ("app", "other")]
    with pytest.raises(InvalidGrantError, match="assignments names cache 'sessions' 2 times; put its groups in one"):
        read_assignments(options(cache=None, assignments=entries))


def test_caches_of_two_kinds_can_have_one_name() -> None:
    entries: list[dict[str, Any]] = [
        {"cache": "sessions", "cache_type": kind, "security_groups": []} for kind in ("cluster", "serverless")
    ]
    read = read_assignments(options(cache=None, assignments=entries))
    assert [each.cache.cache_type for each in read] == ["cluster", "serverless"]


def test_every_faulty_entry_is_told_of() -> None:
    entries: list[dict[str, Any]] = [
        {"cache": "sessions", "security_groups": ["sg-1"]},
        {"cache": "carts", "security_groups": ["210987654321/sg-0123456789abcdef0"]},
        {"cache": "_", "security_groups": []},
    ]
    with pytest.raises(InvalidGrantError) as refused:
        read_assignments(options(cache=None, assignments=entries))
    assert len(str(refused.value).splitlines()) == len(entries)


@pytest.mark.parametrize("limit", [0, 17])
def test_a_quota_that_no_account_has(limit: int) -> None:
    with pytest.raises(InvalidGrantError, match=f"security_groups_per_interface is {limit}; the quota L-2AFB9258"):
        check_groups_per_interface(limit)
    assert check_groups_per_interface(16) == 16


def test_the_options_of_an_entry_are_those_of_the_task() -> None:
    assert set(assignment_options()) == {*options()} - {"assignments"}


@pytest.mark.parametrize("name", ["cache", "security_groups"])
def test_an_option_that_is_written_down_without_a_value_is_asked_for(name: str) -> None:
    """Ansible takes C(cache:) with nothing behind it for given."""
    with pytest.raises(InvalidGrantError, match=f"^{name} has no value; give one"):
        read_assignments(options(**{name: None}))
