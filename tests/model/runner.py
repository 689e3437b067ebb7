# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Runs the job of a module in this process: the options checked as Ansible does it, the calls for real."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest import mock

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec
from ansible_collections.elasticache.access.plugins.module_utils._connection import Connection
from ansible_collections.elasticache.access.plugins.module_utils._errors import AccessError, PartialError
from ansible_collections.elasticache.access.plugins.module_utils._module import AccessModule
from ansible_collections.elasticache.access.plugins.modules import elasticache_sg_access

from tests.model.interruption import Interruption
from tests.model.world import REGION


@dataclass
class Outcome:
    """What one run of the module ended with: its result, or the sentence with which it failed."""

    result: Mapping[str, Any] = field(default_factory=dict)
    failure: str = ""
    is_partial: bool = False
    warnings: list[str] = field(default_factory=list)


class _Module(AccessModule):
    """The module without the process around it."""

    def __init__(self, params: Mapping[str, Any], check_mode: bool) -> None:
        self.warnings: list[str] = []
        self.check_mode = check_mode
        self._module = SimpleNamespace(params=params, check_mode=check_mode, warn=self.warnings.append)


class Runner:
    """Runs a module against one endpoint, and against no other."""

    def __init__(self, endpoint_url: str, ansible_module: ModuleType = elasticache_sg_access) -> None:
        self._endpoint_url = endpoint_url
        self._clients: dict[str, Any] = {}
        self._listening: dict[str, Connection] = {}
        # What the next run does not outlive, if anything.
        self.interruption: Interruption | None = None
        self._make_client = Connection._make_client
        captured: dict[str, Any] = {}
        with mock.patch.object(
            ansible_module, "run_module", lambda job, **arguments: captured.update(arguments, job=job)
        ):
            ansible_module.main()
        self._job: Callable[[AccessModule], dict[str, Any]] = captured.pop("job")
        own = self.argument_spec = captured.pop("argument_spec")
        self._validator = ArgumentSpecValidator({**aws_argument_spec(), **own}, **captured)

    def run(self, options: Mapping[str, Any], check_mode: bool = False) -> Outcome:
        """Run the module with these options as a user writes them; one run at a time."""

        def make(connection: Connection, service: str) -> Any:
            return self._client(connection, service)

        with mock.patch.object(Connection, "_make_client", make):
            return self.run_beside_others(options, check_mode)

    def run_beside_others(self, options: Mapping[str, Any], check_mode: bool = False) -> Outcome:
        """Run the module likewise, with clients of its own, which takes longer."""
        connection = {
            "endpoint_url": self._endpoint_url,
            "region": REGION,
            "access_key": "testing",
            "secret_key": "testing",
        }
        validated = self._validator.validate({**connection, **options})
        if validated.error_messages:
            raise AssertionError(f"{options} is no input: {validated.error_messages}")
        module = _Module(validated.validated_parameters, check_mode)
        try:
            # What a run freezes is freed when its process ends. This one goes on.
            gc.unfreeze()
            return Outcome(self._job(module), warnings=module.warnings)
        except PartialError as error:
            return Outcome(error.results, str(error), is_partial=True, warnings=module.warnings)
        except AccessError as error:
            return Outcome(failure=str(error), warnings=module.warnings)

    def _before_send(self, **request: Any) -> None:
        if self.interruption:
            self.interruption.before_send(**request)

    def _needs_retry(self, **answer: Any) -> None:
        if self.interruption:
            self.interruption.needs_retry(**answer)

    def _client(self, connection: Connection, service: str) -> Any:
        """Make a client as the collection does, but once: that takes longer than all that is done with it."""
        if connection._endpoint_url != self._endpoint_url:
            raise AssertionError(f"{service} would be asked at {connection._endpoint_url}")
        if service not in self._clients:
            made = self._clients[service] = self._make_client(connection, service)
            made.meta.events.register_first("before-send", self._before_send)
            made.meta.events.register_first("needs-retry", self._needs_retry)
        elif self._listening[service] is not connection:
            self._hand_over(self._clients[service], self._listening[service], connection)
        self._listening[service] = connection
        return self._clients[service]

    @staticmethod
    def _hand_over(client: Any, before: Connection, after: Connection) -> None:
        """Let another run hear of what becomes of the calls of a client."""
        service_id = client.meta.service_model.service_id.hyphenize()
        client.meta.events.unregister(f"before-call.{service_id}", before._take_turn)
        client.meta.events.unregister(f"needs-retry.{service_id}", before._pause_before_retry)
        after._listen_to(client)
