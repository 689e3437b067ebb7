# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import re

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._echo import base_of, echoed, echoed_until
from hypothesis import given
from hypothesis import strategies as st

UNTIL = "2026-01-31T18:00:00Z"
# What EC2 takes as a description of any rule.
FIT = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=;{}!$*]{0,255}")
bases = st.text("ab Z09._-:/()#,@[]+=;{}!$*", max_size=255)
untils = st.sampled_from(["", UNTIL, "9999-12-31T23:59:59Z"])
reasons = st.one_of(st.just(""), st.text(max_size=256))


@pytest.mark.parametrize(
    ("base", "until", "reason", "description"),
    [
        ("Web tier", "", "", "Web tier"),
        ("Web tier", UNTIL, "", f"Web tier [until {UNTIL}]"),
        ("Web tier", UNTIL, "ticket 4711", f"Web tier [until {UNTIL}: ticket 4711]"),
        ("", UNTIL, "ticket 4711", f"[until {UNTIL}: ticket 4711]"),
        ("Web tier", "", "ticket 4711", "Web tier [reason: ticket 4711]"),
        ("", "", "Bob's [own] ü&", "[reason: Bob_s (own) __]"),
        ("x" * 255, UNTIL, "ticket 4711", f"{'x' * 223}... [until {UNTIL}]"),
        ("x" * 201, UNTIL, "a very long story indeed", f"{'x' * 201} [until {UNTIL}: a very long story in...]"),
        ("x" * 219, UNTIL, "brief", f"{'x' * 219} [until {UNTIL}: brief]"),
        ("x" * 220, UNTIL, "brief", f"{'x' * 220} [until {UNTIL}]"),
        ("x" * 255, "", "a very long story indeed", f"{'x' * 231}... [reason: a very ...]"),
    ],
)
def test_echoed(base: str, until: str, reason: str, description: str) -> None:
    assert echoed(base, until, reason) == description


@given(bases, untils, reasons)
def test_it_is_always_something_that_ec2_takes_and_the_end_always_shows(base: str, until: str, reason: str) -> None:
    description = echoed(base, until, reason)
    assert FIT.fullmatch(description)
    assert f"[until {until}" in description or not until


@given(bases.filter(lambda base: len(base) < 100), untils, st.text(min_size=1, max_size=256))
def test_what_is_behind_comes_off_again(base: str, until: str, reason: str) -> None:
    description = echoed(base, until, reason)
    assert (base_of(description), echoed_until(description)) == (base, until)


@given(bases, untils, reasons)
def test_a_description_that_was_cut_stays_as_it_is_the_second_time(base: str, until: str, reason: str) -> None:
    once = echoed(base, until, reason)
    if until or reason:
        assert echoed(base_of(once), until, reason) == once


@pytest.mark.parametrize(
    "description",
    ["", "Web tier", "Web [prod]", "[until tomorrow]", f"[until {UNTIL}] Web", "[until 2026-13-31T18:00:00Z]"],
)
def test_no_time_is_found_where_none_is_echoed(description: str) -> None:
    assert echoed_until(description) == ""
