# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from ansible_collections.elasticache.access.plugins.module_utils._audit_reachability import reach_of_members

from tests.unit.audits import survey
from tests.unit.connections import ToldNetwork
from tests.unit.values import rule


def test_nothing_is_asked_where_nobody_is_behind_a_rule() -> None:
    aws = ToldNetwork({})
    assert reach_of_members(aws, survey(rule(), carriers=())) == {}
    assert aws.asked == {}
