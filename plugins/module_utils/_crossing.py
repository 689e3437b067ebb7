# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Crossing: what a link between two VPCs does with packets in one direction. Pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.elasticache.access.plugins.module_utils._steps import LINK, UNKNOWN, Evidence, Step

if t.TYPE_CHECKING:
    from ansible_collections.elasticache.access.plugins.module_utils._mends import Mend

# Whether rules see the groups of the other end; what is not known is UNKNOWN.
YES = "yes"
NO = "no"


@dataclass(frozen=True)
class Crossing:
    """What a link does with packets in one direction, and what it means for the rules at both ends.

    C(leads_there) says whether it joins the two VPCs at all. C(entered_by) is the subnet by whose interface packets get
    on a transit gateway, C(left_by) are those by one of which they get off, empty elsewhere. C(others) is what else is
    wrong.
    """

    verdict: str = UNKNOWN
    sentence: str = ""
    evidence: tuple[Evidence, ...] = ()
    code: str = ""
    action: str = ""
    mend: Mend | None = None
    leads_there: bool = True
    references_in: str = UNKNOWN
    references_out: str = UNKNOWN
    why_no_references: str = ""
    gateway_id: str = ""
    entered_by: str = ""
    left_by: tuple[str, ...] = ()
    others: tuple[Crossing, ...] = ()

    def as_step(self, direction: str) -> Step:
        """Return what is to be said of the hop."""
        return Step(
            LINK, self.verdict, self.sentence, self.evidence, self.code, self.action, self.mend, direction=direction
        )
