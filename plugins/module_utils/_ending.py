# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""How a module ends: with its result, or with what went wrong. The one place where a task fails."""

from __future__ import annotations

import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._errors import AccessError, PartialError
from ansible_collections.elasticache.access.plugins.module_utils._option_values import check_values
from ansible_collections.elasticache.access.plugins.module_utils._printable import message_text

if t.TYPE_CHECKING:
    from collections.abc import Callable


class Endable(t.Protocol):
    """What an Ansible module ends with."""

    params: dict[str, t.Any]

    def fail_json(self, msg: str, **results: t.Any) -> t.NoReturn:
        """Fail."""

    def exit_json(self, **results: t.Any) -> t.NoReturn:
        """Succeed."""


def end_with(module: Endable, job: Callable[[], dict[str, t.Any]]) -> None:
    """Do C(job), and end C(module) with its result."""
    failure: AccessError | None = None
    result: dict[str, t.Any] = {}
    try:
        check_values(module.params)
        result = job()
    except AccessError as error:
        failure = error
    if failure is not None:
        # Outside the except block: within it fail_json would add a traceback.
        module.fail_json(
            msg=message_text(str(failure)), **(failure.results if isinstance(failure, PartialError) else {})
        )
    module.exit_json(**result)
