# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Text that anybody may have written -> text for a terminal: no control codes, and not without end. Pure.

Names, tags and descriptions come from whoever may write them in AWS. Return values hold them as they are, for Ansible
prints those as JSON; what is printed as it stands goes through here.
"""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterable

# Of a line longer than this the middle is left out: it begins with what is wrong and ends with the way out.
_LINE = 2000
_HEAD, _TAIL = 1200, 600
# All lines of a message, beyond which it only says how many more there are.
_MESSAGE = 20_000


def printable(text: str) -> str:
    r"""Return C(text) as one line in which control and format characters stand as escapes, such as V(\\x1b)."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def message_text(text: str) -> str:
    """Return a message, whose lines are our own, as it can be printed: in lines of bearable length, and not too many.

    A value that is put into a message and has line breaks of its own has to stand there as its repr.
    """
    lines = [_shortened(printable(line)) for line in text.split("\n")]
    shown = 1
    length = len(lines[0])
    while shown < len(lines) and length + len(lines[shown]) <= _MESSAGE:
        length += len(lines[shown])
        shown += 1
    more = [f"... and {len(lines) - shown} more lines."] if shown < len(lines) else []
    return "\n".join([*lines[:shown], *more])


def _shortened(line: str) -> str:
    if len(line) <= _LINE:
        return line
    return f"{line[:_HEAD]} [... {len(line) - _HEAD - _TAIL} characters more ...] {line[-_TAIL:]}"


def block(lines: Iterable[str]) -> str:
    """Return lines as a side of a diff, which Ansible prints as it stands."""
    # The blank sets a line apart from the sign that Ansible puts there.
    return "".join(f" {printable(line)}\n" for line in lines)
