# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Runs a module in this process from its options to its end, as Ansible would, and holds it to what always holds."""

from __future__ import annotations

import copy
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import ModuleType, SimpleNamespace
from typing import Any, NoReturn
from unittest import mock

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.elasticache.access.plugins.module_utils._connection import Connection
from ansible_collections.elasticache.access.plugins.module_utils._ending import end_with
from ansible_collections.elasticache.access.plugins.module_utils._module import AccessModule
from ansible_collections.elasticache.access.plugins.module_utils._option_types import STUMBLES, stumble_text

from tests.model.runner import Runner
from tests.model.world import REGION

# No failure is longer than this, whatever was given.
LONGEST = 25_000
CHANGING = ("Authorize", "Revoke", "Update", "Create", "Delete", "Modify", "Increase", "Decrease")


@dataclass
class Ending:
    """How a run ended: C(invalid) is Ansible's own word on the options, C(failure) the module's."""

    invalid: str = ""
    failure: str = ""
    results: Mapping[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


class Ended(Exception):
    """The module has ended, as a process would."""


class _Module(AccessModule):
    """The module without the process around it. Whatever is raised within it and is no end goes on upwards."""

    def __init__(self, params: dict[str, Any], check_mode: bool) -> None:
        self.ending = Ending()
        self._botocore_endpoint_log_stream = io.StringIO()
        self.check_mode = check_mode
        self._module = SimpleNamespace(
            params=params,
            check_mode=check_mode,
            warn=self.ending.warnings.append,
            log=self.ending.warnings.append,
            fail_json=self._fail,
            exit_json=self._exit,
        )

    def _fail(self, msg: str, **results: Any) -> NoReturn:
        self.ending.failure, self.ending.results = msg, results
        raise Ended

    def _exit(self, **results: Any) -> NoReturn:
        self.ending.results = results
        raise Ended


def arrived(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options as they arrive at a module, which gets them as JSON."""
    told: dict[str, Any] = json.loads(json.dumps(options))
    return told


class Subject(Runner):
    """A module that is to stand whatever its options hold."""

    def __init__(self, endpoint_url: str, ansible_module: ModuleType) -> None:
        super().__init__(endpoint_url, ansible_module)
        self._url = endpoint_url

    def attempt(self, options: Mapping[str, Any], check_mode: bool = False) -> Ending:
        """Run the module with these options, with clients that were made once."""

        def make(connection: Connection, service: str) -> Any:
            return self._client(connection, service)

        with mock.patch.object(Connection, "_make_client", make):
            return self.attempt_anew(options, check_mode)

    def attempt_anew(self, options: Mapping[str, Any], check_mode: bool = False) -> Ending:
        """Run the module likewise, with clients of its own."""
        told = {"endpoint_url": self._url, "region": REGION, "access_key": "testing", "secret_key": "testing"}
        return ended(self._validator, self._job, {**told, **arrived(options)}, check_mode)


def ended(
    validator: ArgumentSpecValidator, job: Any, options: dict[str, Any], check_mode: bool, is_local: bool = False
) -> Ending:
    """Run C(job) once Ansible has taken these options, and return how it ended."""
    try:
        validated = validator.validate(copy.deepcopy(options))
    except STUMBLES:
        return Ending(invalid=stumble_text(validator.argument_spec, options))
    if validated.error_messages:
        return Ending(invalid="; ".join(validated.error_messages))
    module = _Module(validated.validated_parameters, check_mode)
    try:
        end_with(module, partial(job, module.params if is_local else module))
    except Ended:
        return module.ending
    raise AssertionError("The module came to no end.")


def faults_of(ending: Ending, actions: Sequence[str], check_mode: bool) -> list[str]:
    """Return what must not be so, whatever the options were; C(actions) are those that reached AWS."""
    changes = [action for action in actions if action.startswith(CHANGING)]
    wrong = []
    if changes and (check_mode or ending.invalid or (ending.failure and "changed" not in ending.results)):
        wrong.append(f"it made the calls {changes}")
    printed = [ending.failure, *ending.warnings]
    diffs = ending.results.get("diff") or []
    printed += [text for diff in (diffs if isinstance(diffs, list) else [diffs]) for text in diff.values()]
    for text in printed:
        if not all(line.isprintable() for line in text.split("\n")):
            wrong.append(f"it prints control codes: {text!r:.300}")
        if "Traceback" in text or "Error(" in text:
            wrong.append(f"it prints a traceback: {text:.300}")
    wrong += [f"it says {len(text)} characters" for text in (ending.failure, *ending.warnings) if len(text) > LONGEST]
    # Ansible prints the results as JSON.
    json.dumps(dict(ending.results))
    return wrong
