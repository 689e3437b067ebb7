# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The world of tests/model on an emulator in this process, built anew whenever something was changed in it."""

from __future__ import annotations

import gc
import importlib
import os
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest
from ansible_collections.elasticache.access.plugins.module_utils import _waiting
from hypothesis import HealthCheck, settings
from moto.moto_api._internal import mock_random

from tests.emulator.middleware import AwsRequest, noting
from tests.emulator.server import Emulator
from tests.fuzz.harness import CHANGING, Ending, Subject, faults_of
from tests.model.clients import clients_of
from tests.model.world import World, build

MODULES = "ansible_collections.elasticache.access.plugins.modules"


def campaign(examples: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a test draw so many examples, FUZZ times as many where that is set, from the seed FUZZ_SEED (1)."""
    told = os.environ.get("FUZZ_SEED", "1")
    seed = secrets.randbelow(10**9) if told == "random" else int(told)

    def decorate(test: Callable[..., Any]) -> Callable[..., Any]:
        chosen = settings(
            max_examples=int(examples * float(os.environ.get("FUZZ", "1"))),
            deadline=None,
            database=None,
            print_blob=True,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        )
        drawn = chosen(hypothesis.seed(seed)(test))

        def attempt() -> None:
            try:
                drawn()
            except BaseException as error:
                times = os.environ.get("FUZZ", "1")
                error.add_note(f"To see this again: FUZZ={times} FUZZ_SEED={seed} pytest tests/fuzz")
                raise

        return attempt

    return decorate


class Stage:
    """Where modules are run: one world, whose ids are always the same."""

    def __init__(self, emulator: Emulator, actions: list[str]) -> None:
        self._emulator = emulator
        self._actions = actions
        self._world: World | None = None
        self._subjects: dict[str, Subject] = {}

    @property
    def world(self) -> World:
        """The world as it was built."""
        if self._world is None:
            self._emulator.reset()
            mock_random.seed(1)
            self._world = build(clients_of(self._emulator.url))
        return self._world

    def subject(self, name: str) -> Subject:
        """Return a module by its name."""
        if name not in self._subjects:
            self._subjects[name] = Subject(self._emulator.url, importlib.import_module(f"{MODULES}.{name}"))
        return self._subjects[name]

    def attempt(self, name: str, options: Any, check_mode: bool = False, anew: bool = False) -> Ending:
        """Run a module with these options, in which names in braces stand for ids, and see that what always holds does.

        Raises AssertionError, with the options as a user would write them, where it does not.
        """
        options = self.written(options)
        subject = self.subject(name)
        self._actions.clear()
        # What a run freezes is freed when its process ends. This one goes on.
        gc.unfreeze()
        try:
            ending = (subject.attempt_anew if anew else subject.attempt)(options, check_mode)
            wrong = faults_of(ending, self._actions, check_mode)
            assert not wrong, wrong
        except BaseException as error:
            self._world = None
            error.add_note(f"{name}, {'in check mode' if check_mode else 'in earnest'}, with {options!r:.3000}")
            raise
        if any(action.startswith(CHANGING) for action in self._actions):
            self._world = None
        return ending

    def written(self, value: Any) -> Any:
        """Return options with ids in place of the names in braces."""
        if isinstance(value, str):
            for name, some_id in self.world.ids.items():
                value = value.replace(f"{{{name}}}", some_id)
            return value
        if isinstance(value, dict):
            return {key: self.written(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.written(each) for each in value]
        return value


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """A world of which every change is undone."""
    actions: list[str] = []

    def note(request: AwsRequest) -> None:
        actions.append(request.action)

    with pytest.MonkeyPatch.context() as patch, Emulator(middleware=[noting(note)]) as emulator:
        # Whoever forgets to say where AWS is finds the emulator.
        patch.setenv("AWS_ENDPOINT_URL", emulator.url)
        # What was changed is in force at once here.
        patch.setattr(_waiting, "_FIRST_PAUSE", 0.01)
        yield Stage(emulator, actions)
        emulator.reset()
