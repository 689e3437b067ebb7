# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""The job of elasticache_expired_access: read, tell what has ended, remove it, report."""

from __future__ import annotations

import typing as t
from datetime import timedelta
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils import _clock
from ansible_collections.elasticache.access.plugins.module_utils._aws import Aws
from ansible_collections.elasticache.access.plugins.module_utils._call_limits import read_call_limits
from ansible_collections.elasticache.access.plugins.module_utils._dry_run import check_permissions
from ansible_collections.elasticache.access.plugins.module_utils._errors import AwsError, PartialError
from ansible_collections.elasticache.access.plugins.module_utils._expired_rules import (
    Deadline,
    batches_of,
    ending_rules,
)
from ansible_collections.elasticache.access.plugins.module_utils._expired_values import (
    sweep_diff,
    sweep_failure,
    sweep_values,
    unreadable_warnings,
)
from ansible_collections.elasticache.access.plugins.module_utils._groups import parse_groups
from ansible_collections.elasticache.access.plugins.module_utils._render import LIVE_ON
from ansible_collections.elasticache.access.plugins.module_utils._rules import (
    SECURITY_GROUP,
    parse_rule,
    values_of,
)
from ansible_collections.elasticache.access.plugins.module_utils._sources import Known
from ansible_collections.elasticache.access.plugins.module_utils._sweep import changes_of, foretell_sweep, sweep
from ansible_collections.elasticache.access.plugins.module_utils._tags import MARKER
from ansible_collections.elasticache.access.plugins.module_utils._times import (
    read_duration,
    read_option_time,
    time_text,
)

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ansible_collections.elasticache.access.plugins.module_utils._expired_rules import Batch, EndingRules
    from ansible_collections.elasticache.access.plugins.module_utils._module import AccessModule
    from ansible_collections.elasticache.access.plugins.module_utils._sweep import Swept

# The clock of whoever says what time it is may differ from this one.
_TOLERANCE = timedelta(minutes=5)


def run(module: AccessModule) -> dict[str, t.Any]:
    """Remove the access of the region that has ended, or only list it, and return the module's result.

    Raises V(AccessError) before anything is changed, V(PartialError) where some rules could not be removed, and where
    one was removed that somebody renewed meanwhile.
    """
    options = module.params
    deadline = _read_deadline(options)
    aws = Aws(module, **read_call_limits(options))
    found, known = _read(aws, deadline, module.warn)
    batches = batches_of(found.expired) if options["state"] == "absent" else []

    swept = module.carry_out(
        partial(_foretell, aws, batches, deadline, options["check_permissions"]),
        partial(_sweep, module, aws, batches, deadline),
    )

    for warning in unreadable_warnings(found, known):
        module.warn(warning)
    if any(each.removed for each in swept):
        module.warn(LIVE_ON)
    result: dict[str, t.Any] = {
        "changed": any(each.removed for each in swept),
        "region": aws.region,
        "now": time_text(deadline.now),
        **sweep_values(found, swept, known),
        "diff": sweep_diff(batches, found, known),
    }
    failure = sweep_failure(swept, known)
    if failure:
        raise PartialError(failure, result)
    return result


def _foretell(aws: Aws, batches: Sequence[Batch], deadline: Deadline, is_asking: bool) -> list[Swept]:
    if is_asking:
        check_permissions(aws, changes_of(batches, deadline))
    return foretell_sweep(batches)


def _read_deadline(options: Mapping[str, t.Any]) -> Deadline:
    now = _clock.now() if options["now"] is None else read_option_time(options["now"], "now")
    return Deadline(now, read_duration(options["grace"], "grace", is_zero_fit=True))


def _read(aws: Aws, deadline: Deadline, warn: Callable[[str], None]) -> tuple[EndingRules, Known]:
    """Return the rules of this collection's own that have an end, and the groups that they are in and name."""
    answers = aws.describe_security_group_rules_tagged(*MARKER)
    found = ending_rules(map(parse_rule, answers), deadline)
    rules = (*found.expired, *found.pending, *found.unreadable)
    group_ids = {rule.key.group_id for rule in rules} | values_of(rules, SECURITY_GROUP)
    try:
        return found, Known(groups=parse_groups(aws.describe_security_groups(group_ids)))
    except AwsError as error:
        # Names are for people. Access has to end without them.
        warn(f"{error} Security groups are shown without their names until then.")
        return found, Known()


def _sweep(module: AccessModule, aws: Aws, batches: Sequence[Batch], deadline: Deadline) -> list[Swept]:
    if batches and deadline.now - _clock.now() > _TOLERANCE:
        module.warn(f"now is set to {time_text(deadline.now)}, which lies ahead: access is removed before its end.")
    return sweep(aws, batches, deadline)
