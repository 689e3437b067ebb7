# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The end of a run in the middle: from one request on nothing more is done, as if the process had been killed."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import Any

_LOOKS = re.compile(r"\bAction=(Describe|Get|List)")


class KilledError(BaseException):
    """Nobody catches this, as nobody outlives SIGKILL."""


@dataclass
class Interruption:
    """Kills a run at its request number C(at), counted from 0; with C(after) once AWS has carried that out.

    With C(changes_only) only requests that change something are counted.
    """

    at: int
    after: bool
    changes_only: bool = False
    happened: bool = False
    _count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def before_send(self, request: Any, **_more: Any) -> None:
        """Botocore's event before-send."""
        with self._lock:
            counts = not (self.changes_only and _LOOKS.search(str(request.body)))
            if self.happened or (counts and self._count == self.at and not self.after):
                self.happened = True
                raise KilledError
            self._count += counts

    def needs_retry(self, **_answer: Any) -> None:
        """Botocore's event needs-retry, which follows each answer."""
        with self._lock:
            if self.after and self._count > self.at:
                self.happened = True
                raise KilledError
