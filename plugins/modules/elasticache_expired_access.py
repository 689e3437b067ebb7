#!/usr/bin/python
# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: elasticache_expired_access
short_description: Remove access to ElastiCache caches that has ended, or list what has an end
version_added: 0.7.0
description:
  - Removes the rules of a region whose time is over, which M(elasticache.access.elasticache_sg_access) made with
    O(elasticache.access.elasticache_sg_access#module:sources[].expires_in) or
    O(elasticache.access.elasticache_sg_access#module:sources[].expires_at). AWS ends no rule by itself, so that
    something has to run this, every few minutes or every hour.
  - Finds the rules by their tags, in one listing of the region. No cache is looked at, and one that is gone does not
    keep its rules from ending.
  - Removes by rule id, one call per security group, and only rules that carry the tag of this collection. Outbound
    rules that O(elasticache.access.elasticache_sg_access#module:source_egress) made end with the inbound ones.
options:
  state:
    description:
      - V(absent) removes what has ended.
      - V(listed) removes nothing, and says what has ended and what will.
    type: str
    choices: [absent, listed]
    default: absent
  grace:
    description:
      - For how long access is left after its end, as a number of minutes, hours or days, such as V(30m), V(8h) or
        V(2d).
    type: str
    default: 0m
  now:
    description:
      - The time to go by, in ISO 8601 and with its zone, such as V(2026-01-31T18:00:00Z). One that lies ahead tells in
        check mode, or with O(state=listed), what will have ended by then.
      - Outside of check mode and with O(state=absent), what will have ended by then is removed now, and a warning says
        so.
      - When left out, it is the clock of the host that the module runs on.
    type: str
  check_permissions:
    description:
      - Whether to ask EC2 in check mode if these credentials may remove what has ended, by C(DryRun). What they may not
        do is then an error that names the actions.
      - When V(false), check mode needs no permission but to read. Outside of check mode the option means nothing.
    type: bool
    default: false
    version_added: 0.8.0
  concurrency:
    description: How many calls to AWS are under way at once, from 1 to 100.
    type: int
    default: 10
  throttle_timeout:
    description:
      - While AWS throttles an action, all calls of that action slow down together and are made again until they get
        through. After this many seconds in which not one got through, the task gives that action up, and says how far
        it got.
    type: int
    default: 120
author:
  - The elasticache.access authors (@elasticache-access)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - elasticache.access._attributes
  - elasticache.access._attributes.action_group
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
notes:
  - Removing a rule disconnects nobody. Connections that are open live on until they idle out.
  - The end of a rule is its tag C(elasticache.access:expires_at). Whoever may change the tags of security group rules
    may end or extend the access.
  - A rule whose tag is no time is left alone and reported, since nobody knows when it is to end.
  - Access that is renewed while this module runs is left, or where its rule went in the same moment, the task fails and
    RV(renewed_meanwhile) names it.
  - Needs the permissions C(ec2:DescribeSecurityGroupRules), C(ec2:RevokeSecurityGroupIngress),
    C(ec2:RevokeSecurityGroupEgress), and for names C(ec2:DescribeSecurityGroups).
seealso:
  - module: elasticache.access.elasticache_sg_access
  - module: elasticache.access.elasticache_access_info
"""

EXAMPLES = r"""
- name: Remove what has ended
  elasticache.access.elasticache_expired_access:

- name: See what that would remove
  elasticache.access.elasticache_expired_access:
  check_mode: true
  diff: true

- name: List what will have ended by the end of January
  elasticache.access.elasticache_expired_access:
    state: listed
    now: "2026-02-01T00:00:00Z"

- name: Remove what ended an hour ago or earlier
  elasticache.access.elasticache_expired_access:
    grace: 1h
"""

RETURN = r"""
now:
  description: The time that was gone by, in UTC.
  returned: when all options are valid
  type: str
  sample: "2026-01-31T18:00:00Z"
region:
  description: The region that was looked at.
  returned: when all options are valid
  type: str
  sample: eu-west-1
expired:
  description:
    - The rules that have ended, by O(now) and for longer than O(grace), as they were when the region was read.
    - Those that somebody renewed or removed before this module came to them are in no other list.
  returned: when all options are valid
  type: list
  elements: dict
  contains: &rule
    rule_id:
      description: The id of the rule.
      returned: always
      type: str
      sample: sgr-0a1b2c3d4e5f60718
    security_group_id:
      description: The security group that the rule is in.
      returned: always
      type: str
      sample: sg-0a1b2c3d4e5f60718
    security_group_name:
      description: The name of that group. V(null) where it is not known, for want of permission.
      returned: always
      type: str
      sample: sessions-cache
    protocol:
      description: The protocol, V(-1) for all.
      returned: always
      type: str
      sample: tcp
    from_port:
      description: The first port, V(-1) for all.
      returned: always
      type: int
      sample: 6379
    to_port:
      description: The last port, V(-1) for all.
      returned: always
      type: int
      sample: 6379
    source:
      description:
        - What an inbound rule admits. C(type) is V(security_group), V(cidr) or V(prefix_list).
        - C(value) is the id or the address range. C(name) is the name of a group where it is known, else V(null).
          C(owner_id) is the account of a group where it is known, else V(null).
      returned: for inbound rules
      type: dict
      sample: {type: security_group, value: sg-0918273645abcdef0, name: app-web, owner_id: "123456789012"}
    destination:
      description: Where an outbound rule leads to, with the keys of RV(expired[].source).
      returned: for outbound rules
      type: dict
      sample: {type: security_group, value: sg-0a1b2c3d4e5f60718, name: sessions-cache, owner_id: "123456789012"}
    description:
      description: The description of the rule.
      returned: always
      type: str
      sample: "Debugging [until 2026-01-31T18:00:00Z: ticket 4711]"
    managed:
      description: Whether the rule carries the tag of this collection, which all of these do.
      returned: always
      type: bool
      sample: true
    tags:
      description: The tags of the rule.
      returned: always
      type: dict
      sample: {"elasticache.access:managed": "true", "elasticache.access:expires_at": "2026-01-31T18:00:00Z"}
    expires_at:
      description: When the access is to end, as the tag says.
      returned: always
      type: str
      sample: "2026-01-31T18:00:00Z"
    reason:
      description: Why access was given, V(null) where nobody said so.
      returned: always
      type: str
      sample: ticket 4711
pending:
  description: The rules that have an end and are not to be removed yet, those that end first in front.
  returned: when all options are valid
  type: list
  elements: dict
  contains: *rule
unreadable:
  description: The rules whose tag is no time with a zone. They are left alone.
  returned: when all options are valid
  type: list
  elements: dict
  contains: *rule
removed:
  description: The rules that were removed, or in check mode would be, as they were.
  returned: when all options are valid
  type: list
  elements: dict
  contains: *rule
renewed_meanwhile:
  description:
    - Those of RV(removed) that somebody had given another end, or none, just before they were removed. This access was
      lost; the task fails for it.
  returned: when all options are valid
  type: list
  elements: dict
  contains: *rule
not_done:
  description: The rules that were to be removed and were not. C(error) says why.
  returned: when all options are valid
  type: list
  elements: dict
  contains: *rule
"""

from ansible_collections.elasticache.access.plugins.module_utils._argument_specs import call_limits
from ansible_collections.elasticache.access.plugins.module_utils._module import run_module
from ansible_collections.elasticache.access.plugins.module_utils._run_expired_access import run


def main() -> None:
    """Run the module."""
    run_module(
        run,
        argument_spec=dict(
            **call_limits(),
            state=dict(type="str", choices=["absent", "listed"], default="absent"),
            grace=dict(type="str", default="0m"),
            now=dict(type="str"),
            check_permissions=dict(type="bool", default=False),
        ),
    )


if __name__ == "__main__":
    main()
