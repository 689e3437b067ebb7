# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What prefix lists hold, as far as it may be read."""

from __future__ import annotations

import typing as t
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._actions import ENTRIES
from ansible_collections.elasticache.access.plugins.module_utils._errors import AwsError
from ansible_collections.elasticache.access.plugins.module_utils._rules import cidr_source

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from ansible_collections.elasticache.access.plugins.module_utils._audited_aws import AuditedAws

# A list that was deleted, or is shared no more, between two calls or for good.
_NO_SUCH_LIST = "InvalidPrefixListID.NotFound"


def read_entries(aws: AuditedAws, list_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the ranges of those prefix lists that can be read. EC2 tells of one list per call."""
    list_ids = sorted(set(list_ids))
    told = aws.side_by_side([partial(_ranges_of, aws, list_id) for list_id in list_ids])
    return {list_id: ranges for list_id, ranges in zip(list_ids, told) if ranges is not None}


def _ranges_of(aws: AuditedAws, list_id: str) -> tuple[str, ...] | None:
    try:
        answers = aws.get_managed_prefix_list_entries(list_id)
    except AwsError as error:
        if error.code == _NO_SUCH_LIST:
            return None
        raise
    # A call that is denied lists nothing, which is not to be taken for an empty list.
    if ENTRIES in aws.denied:
        return None
    return tuple(cidr_source(answer["Cidr"]).value for answer in answers)
