# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Every option of every module that talks to AWS meets hostile and broken values.

FUZZ says how many times as many to draw, and FUZZ_SEED which ones (1 unless told; V(random) picks some).
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.conftest import Stage, campaign
from tests.fuzz.drawing import Options, Path, one_spoilt, paths_of, spoilt_options
from tests.fuzz.values import BASES


@pytest.mark.parametrize("module", BASES)
def test_what_is_spoilt_in_turn_works_as_it_stands(stage: Stage, module: str) -> None:
    for base in BASES[module]:
        for check_mode in (True, False):
            ending = stage.attempt(module, base, check_mode)
            assert (ending.invalid, ending.failure) == ("", ""), base


@pytest.mark.parametrize("module", BASES)
def test_options_of_which_some_are_spoilt(stage: Stage, module: str) -> None:
    """A result, Ansible's own word, or one failure of ours that changed nothing."""
    drawn = spoilt_options(module, stage.subject(module).argument_spec, BASES[module])

    @campaign(150)
    @given(options=drawn, check_mode=st.booleans())
    def attempt(options: dict[str, Any], check_mode: bool) -> None:
        stage.attempt(module, options, check_mode)

    attempt()


@pytest.mark.parametrize("module", BASES)
def test_failure_names_the_option_that_was_spoilt(stage: Stage, module: str) -> None:
    """Ansible's own word does it as well, but for what it takes apart by itself."""
    paths = paths_of(stage.subject(module).argument_spec)

    @campaign(150)
    @given(drawn=one_spoilt(paths, BASES[module]))
    def attempt(drawn: tuple[Path, Options]) -> None:
        path, options = drawn
        failure = stage.attempt(module, options, check_mode=True).failure
        # One of several is spoken of in the singular, and of what an option holds by the name that it has there.
        names = (*path, *paths[path].get("aliases", ()), *paths[path].get("options", ()))
        assert not failure or any(name.removesuffix("s") in failure for name in names), (path, failure)

    attempt()
