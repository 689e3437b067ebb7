# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What ElastiCache's refusal to change a cache's security groups means, as a sentence. Pure."""

from __future__ import annotations

import re
import typing as t

if t.TYPE_CHECKING:
    from ansible_collections.elasticache.access.plugins.module_utils._errors import AwsError
    from ansible_collections.elasticache.access.plugins.module_utils._membership_plan import MembershipPlan

# With this, as InvalidParameterValue, ElastiCache refuses changes to a member of a Global Datastore, as reported in
# https://github.com/hashicorp/terraform-provider-aws/issues/27875
_GLOBAL = re.compile(r"is part of a global \w+(?: \[(?P<name>[^\]]+)\])?")


def meaning(error: AwsError, plan: MembershipPlan) -> str:
    """Return what C(error) means while C(plan) was carried out."""
    belongs = _GLOBAL.search(str(error))
    if belongs or (error.is_busy and plan.cache.global_datastore):
        name = (belongs and belongs.group("name")) or plan.cache.global_datastore or "a Global Datastore"
        return (
            f"{error} The cache is a member of Global Datastore {name}, whose members ElastiCache does not always "
            "change by themselves: run again when the Global Datastore and all its members are available, or take the "
            "cache out of it first."
        )
    if error.code in ("InvalidParameterValue", "InvalidParameterCombination") and plan.added:
        groups = " and ".join(map(str, plan.added))
        return (
            f"{error} What was to be attached is {groups}: it may have been deleted meanwhile, or the quota L-2AFB9258 "
            "of this account is lower than security_groups_per_interface says; run again to see which."
        )
    return str(error)
