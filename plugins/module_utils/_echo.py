# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""The end and the reason of a rule's access, echoed in its description for whoever looks at it in the console. Pure.

The tags are what counts. EC2 tells the description, and no tags, of a rule that it has removed: by its echo one can
see if it was given another end in the meantime.
"""

from __future__ import annotations

import re

from ansible_collections.elasticache.access.plugins.module_utils._times import read_time

# What EC2 takes as a description, and how much of it; '&' it takes for CIDRs alone.
DESCRIPTION_LENGTH = 255
_UNFIT = re.compile(r"[^a-zA-Z0-9 ._\-:/()#,@+=;{}!$*]")

_UNTIL = "until "
_REASON = "reason: "
_ECHO = re.compile(rf" ?\[(?:{_UNTIL}([0-9TZ:-]+)(?:: [^\[\]]*)?|{_REASON}[^\[\]]*)\]\Z")
# A reason of which there is room for less than this is left out.
_LEAST = 10
_CUT = "..."


def echoed(base: str, until: str, reason: str) -> str:
    """Return the description C(base) with the echo behind it; C(until) and C(reason) are empty where there is none.

    What there is no room for is cut: first of the reason, then of C(base).
    """
    head = f"{_UNTIL}{until}" if until else ""
    said = _UNFIT.sub("_", reason.replace("[", "(").replace("]", ")"))
    if not head and not said:
        return base
    joint = ": " if head else _REASON
    shortest = len(f" [{head}]") if head else len(f" [{joint}]") + _LEAST
    base = _cut(base, DESCRIPTION_LENGTH - shortest)
    gap = " " if base else ""
    room = DESCRIPTION_LENGTH - len(f"{base}{gap}[{head}{joint}]")
    if said and room >= min(len(said), _LEAST):
        head += f"{joint}{_cut(said, room)}"
    return f"{base}{gap}[{head}]"


def base_of(description: str) -> str:
    """Return a description without the echo behind it."""
    return _ECHO.sub("", description)


def echoed_until(description: str) -> str:
    """Return the time until which a description says that access is given, in UTC; empty where it says none."""
    match = _ECHO.search(description)
    until = (match and match.group(1)) or ""
    return until if read_time(until) else ""


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - len(_CUT)] + _CUT
