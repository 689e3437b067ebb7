# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What can go wrong, as one sentence for the person who ran the task. Pure: no AWS, no Ansible."""

from __future__ import annotations

import difflib
import typing as t

from ansible_collections.elasticache.access.plugins.module_utils._printable import printable

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Result = t.TypeVar("Result")


# So many lines of faults are said at once.
_SHOWN = 50

BUSY = ("InvalidCacheClusterState", "InvalidReplicationGroupState", "InvalidServerlessCacheStateFault")


class AccessError(Exception):
    """The task must stop. The text names the value, the option and the way out."""


class InvalidGrantError(AccessError):
    """What the user asked for cannot be done as it is written.

    C(rest) makes the rest of the text, such as names that come near. It is asked for when somebody reads the text,
    since it takes long where there is much to look through.
    """

    def __init__(self, message: str, rest: Callable[[], str] | None = None) -> None:
        super().__init__(message)
        self.begin = message
        self._rest = rest

    def __str__(self) -> str:
        return f"{self.begin}{self._rest()}" if self._rest else self.begin


class PartialError(AccessError):
    """Some changes were made and others were not; C(results) says which."""

    def __init__(self, message: str, results: Mapping[str, t.Any]) -> None:
        super().__init__(message)
        self.results = results


class AwsError(AccessError):
    """AWS refused a call, or could not be asked.

    C(code) is AWS's own error code, empty where no answer came.
    C(action) is the IAM action of the call, such as V(ec2:AuthorizeSecurityGroupIngress).
    C(is_denied) says that a policy is missing, and nothing else.
    C(may_be_done) says that AWS may have carried the call out, because an attempt at it got no answer.
    """

    def __init__(
        self, message: str, code: str = "", action: str = "", is_denied: bool = False, may_be_done: bool = False
    ) -> None:
        super().__init__(message)
        self.code = code
        self.action = action
        self.is_denied = is_denied
        self.may_be_done = may_be_done

    @property
    def is_busy(self) -> bool:
        """Say whether ElastiCache does not do this while the cache is in its present state."""
        return self.code in BUSY


def all_or_error(calls: Iterable[Callable[[], Result]]) -> list[Result]:
    """Return the results of C(calls), or raise one V(InvalidGrantError) with a line for each thing that is wrong.

    Of very many things it says the first ones and how many more there are.
    """
    results = []
    # By how their texts begin: the rest of a text is asked for where it is said.
    wrong: dict[str, InvalidGrantError] = {}
    for call in calls:
        try:
            results.append(call())
        except InvalidGrantError as error:
            wrong.setdefault(error.begin, error)
    if wrong:
        raise InvalidGrantError("\n".join(_first_lines(list(wrong.values()))))
    return results


def _first_lines(errors: Sequence[InvalidGrantError]) -> list[str]:
    """Return the first lines of what C(errors) say, and how much more there is."""
    lines: list[str] = []
    unread = len(errors)
    for error in errors:
        if len(lines) >= _SHOWN:
            break
        lines += str(error).splitlines()
        unread -= 1
    more = max(0, len(lines) - _SHOWN) + unread
    return [*lines[:_SHOWN], *([f"... and {more} more like these."] if more else [])]


def near(name: str, known: Iterable[str]) -> str:
    """Return the ending of a sentence that offers the names most like C(name), or lists what there is."""
    names = sorted(set(known))
    if not names:
        return "There is none here."
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.6)
    if close:
        return f"Did you mean {or_list(map(printable, close))}?"
    return f"There are: {first_of(list(map(printable, names)), 10)}."


def first_of(words: Sequence[str], most: int) -> str:
    """Return up to C(most) of C(words) as prose, with how many more there are."""
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return f"{', '.join(words[:most])}{more}"


def or_list(words: Iterable[str]) -> str:
    """Return C(words) as prose: V(a, b or c)."""
    listed = list(words)
    if len(listed) < 2:
        return "".join(listed)
    return f"{', '.join(listed[:-1])} or {listed[-1]}"
