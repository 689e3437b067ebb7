#!/usr/bin/python
# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: elasticache_security_groups
short_description: Attach VPC security groups to ElastiCache caches, and detach them
version_added: 0.6.0
description:
  - Says which VPC security groups a cluster, replication group or serverless cache carries, and waits until they are in
    force on every node.
  - ElastiCache knows but one way to change them, which replaces the whole list. This module works the list out from
    what the cache carries, sends it alone, and changes nothing else about the cache.
  - The rules in the groups are the matter of M(elasticache.access.elasticache_sg_access), the groups themselves that of
    M(amazon.aws.ec2_security_group).
  - Everything is validated before anything is changed, for all caches of the task, in check mode as well.
options:
  cache:
    description:
      - Name or ARN of the cache, which can be a cluster, a replication group or a serverless cache.
      - The name of a node that belongs to a replication group stands for that group.
      - Required unless O(assignments) is given.
    type: str
    aliases: [cluster]
  cache_type:
    description:
      - The kind of the cache, for the case that caches of several kinds have one name.
      - When left out, the kind is found out.
    type: str
    choices: [cluster, replication_group, serverless]
  security_groups:
    description:
      - Ids of security groups, or their names in the VPC of the cache.
      - Required unless O(assignments) is given.
    type: list
    elements: str
  assignments:
    description:
      - Many caches at once, one entry per cache; takes the place of the options of the same names of the task.
      - All entries are validated before anything is changed for any of them, and all caches are changed and waited for
        side by side. Where a cache cannot be changed the others are, the task fails in the end, and the next run does
        what is left.
      - When left out, the task is about O(cache).
    type: list
    elements: dict
    suboptions:
      cache:
        description: As O(cache).
        type: str
        required: true
        aliases: [cluster]
      cache_type:
        description: As O(cache_type). When left out, the kind is found out.
        type: str
        choices: [cluster, replication_group, serverless]
      security_groups:
        description: As O(security_groups).
        type: list
        elements: str
        required: true
      state:
        description: As O(state). When left out, O(state) of the task.
        type: str
        choices: [present, absent]
      purge:
        description: As O(purge). When left out, O(purge) of the task.
        type: bool
      allow_lost_access:
        description: As O(allow_lost_access). When left out, O(allow_lost_access) of the task.
        type: bool
  state:
    description:
      - V(present) makes sure that the cache carries these groups, beside those that it carries already.
      - V(absent) makes sure that it carries none of them. A cache always keeps one group at least.
    type: str
    choices: [present, absent]
    default: present
  purge:
    description: Whether the cache is to carry no other groups than these. Not used with O(state=absent).
    type: bool
    default: false
  allow_lost_access:
    description:
      - Whether a group may be detached whose rules were made by M(elasticache.access.elasticache_sg_access) and let
        something reach the cache that no group which stays lets reach it.
      - When V(false), that is an error which names the rules. Rules that somebody else made are reported in
        RV(caches[].lost_rules), and warned of, in either case.
    type: bool
    default: false
  security_groups_per_interface:
    description:
      - How many security groups a network interface may carry, which is the account's quota C(L-2AFB9258) in Service
        Quotas.
      - More than that is an error before anything is changed.
    type: int
    default: 5
  wait:
    description:
      - Whether to wait for caches that are busy until they can be changed, and then until the groups are in force on
        every node. What is waited for is written to the log of the host that the module runs on.
      - When V(false), a busy cache is an error, and RV(caches[].in_force) says whether everything is in force.
      - In check mode nothing is waited for.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds O(wait) waits at most, for each of the two.
    type: int
    default: 1200
  missing:
    description:
      - What to do about a cache that does not exist, such as one that is created later.
      - V(fail) fails before anything is changed. V(skip) leaves that cache out, does the others, and names it in
        RV(missing).
    type: str
    choices: [fail, skip]
    default: fail
  expected_groups:
    description:
      - Names of security groups that an earlier task of the playbook creates.
      - In check mode, where that task creates nothing, the module goes on as if they stood in the VPC of the cache,
        without rules. Not used outside of check mode, when they have to be there.
      - When left out, every group has to exist.
    type: list
    elements: str
  planned:
    description:
      - RV(elasticache.access.elasticache_sg_access#module:caches) or RV(caches) of earlier tasks in check mode.
      - In check mode the caches and rules are then taken as those tasks would leave them. Not used outside of check
        mode.
      - When left out, they are taken as they are.
    type: list
    elements: dict
author:
  - The elasticache.access authors (@elasticache-access)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - elasticache.access._attributes
  - elasticache.access._attributes.action_group
  - elasticache.access._call_limits
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
notes:
  - Detaching a group disconnects nobody. Connections that are open live on until they idle out.
  - The groups of a replication group are changed node by node. Until all carry them, the task waits.
  - ElastiCache does not always change members of a Global Datastore by themselves. The refusal then says so.
seealso:
  - module: elasticache.access.elasticache_sg_access
  - module: amazon.aws.ec2_security_group
"""

EXAMPLES = r"""
- name: Make a group for the cache, leaving its rules alone when it exists
  amazon.aws.ec2_security_group:
    name: sessions-cache
    description: Who may reach the cache sessions
    vpc_id: vpc-0a1b2c3d4e5f60718
    purge_rules: false

- name: Attach it beside what the cache carries, and wait until it is in force
  elasticache.access.elasticache_security_groups:
    cache: sessions
    security_groups: [sessions-cache]

- name: Detach the default group of the VPC
  elasticache.access.elasticache_security_groups:
    cache: sessions
    security_groups: [default]
    state: absent

- name: Have several caches carry these groups and no others
  elasticache.access.elasticache_security_groups:
    assignments:
      - cache: sessions
        security_groups: [sessions-cache, monitoring]
      - cache: arn:aws:elasticache:eu-west-1:123456789012:serverlesscache:carts
        security_groups: [carts-cache]
    purge: true
"""

RETURN = r"""
caches:
  description: What was done for each cache of the task, or in check mode would be done.
  returned: when all options are valid
  type: list
  elements: dict
  contains:
    name:
      description: The name of the cache.
      returned: always
      type: str
      sample: sessions
    arn:
      description: The ARN of the cache. V(null) for caches so old that ElastiCache tells none.
      returned: always
      type: str
      sample: arn:aws:elasticache:eu-west-1:123456789012:replicationgroup:sessions
    kind:
      description: V(cluster), V(replication_group) or V(serverless).
      returned: always
      type: str
      sample: replication_group
    status:
      description: The status of the cache as ElastiCache reports it.
      returned: always
      type: str
      sample: available
    vpc_id:
      description: The VPC of the cache.
      returned: always
      type: str
      sample: vpc-0a1b2c3d4e5f60718
    security_groups:
      description: The security groups that the cache carries after this task.
      returned: always
      type: list
      elements: dict
      contains:
        id:
          description:
            - The id. Of a group that does not exist yet, of which check mode alone can tell, V(new:VPC:NAME).
          returned: always
          type: str
          sample: sg-0a1b2c3d4e5f60718
        name:
          description: The name. V(null) where EC2 does not show the group.
          returned: always
          type: str
          sample: sessions-cache
        status:
          description: Whether the group is in force for the cache, V(active) where it is.
          returned: always
          type: str
          sample: active
    differing_members:
      description:
        - Where nodes of a replication group carry different security groups, each node with the groups that it
          carries. Empty where all carry the same.
      returned: always
      type: list
      elements: dict
      sample:
        - {name: sessions-001, security_groups: [sg-0a1b2c3d4e5f60718]}
        - {name: sessions-002, security_groups: [sg-0918273645abcdef0]}
    attached:
      description: The groups that were attached, each with C(id) and C(name).
      returned: always
      type: list
      elements: dict
      sample:
        - {id: sg-0a1b2c3d4e5f60718, name: sessions-cache}
    detached:
      description: The groups that were detached, each with C(id) and C(name).
      returned: always
      type: list
      elements: dict
      sample:
        - {id: sg-0918273645abcdef0, name: default}
    in_force:
      description: Whether every node carries these groups, with the status V(active).
      returned: always
      type: bool
      sample: true
    lost_rules:
      description:
        - Rules of detached groups that let something reach the cache which no group that stays lets reach it, as
          RV(elasticache.access.elasticache_sg_access#module:caches[].removed) has them.
      returned: always
      type: list
      elements: dict
      sample:
        - rule_id: sgr-0a1b2c3d4e5f60718
          security_group_id: sg-0918273645abcdef0
          protocol: tcp
          from_port: 6379
          to_port: 6379
          source: {type: cidr, value: 10.20.0.0/16, name: null, owner_id: null}
          description: Web tier
          managed: true
          tags: {"elasticache.access:managed": "true"}
          expires_at: null
          reason: null
    error:
      description: Why not everything was done for this cache. V(null) where everything was.
      returned: always
      type: str
      sample: "... is denied to these credentials: ..."
missing:
  description: The caches of the task that do not exist, as the task names them.
  returned: when all options are valid
  type: list
  elements: str
  sample: [planned]
"""

from ansible_collections.elasticache.access.plugins.module_utils._argument_specs import (
    assignment_options,
    call_limits,
)
from ansible_collections.elasticache.access.plugins.module_utils._module import run_module
from ansible_collections.elasticache.access.plugins.module_utils._run_security_groups import run


def main() -> None:
    """Run the module."""
    run_module(
        run,
        argument_spec=dict(
            **call_limits(),
            cache=dict(type="str", aliases=["cluster"]),
            cache_type=dict(type="str", choices=["cluster", "replication_group", "serverless"]),
            security_groups=dict(type="list", elements="str"),
            assignments=dict(type="list", elements="dict", options=assignment_options()),
            state=dict(type="str", choices=["present", "absent"], default="present"),
            purge=dict(type="bool", default=False),
            allow_lost_access=dict(type="bool", default=False),
            security_groups_per_interface=dict(type="int", default=5),
            wait=dict(type="bool", default=True),
            wait_timeout=dict(type="int", default=1200),
            missing=dict(type="str", choices=["fail", "skip"], default="fail"),
            expected_groups=dict(type="list", elements="str"),
            planned=dict(type="list", elements="dict"),
        ),
        mutually_exclusive=[("assignments", "cache"), ("assignments", "security_groups")],
        required_one_of=[("assignments", "cache")],
        required_by={"cache": "security_groups"},
    )


if __name__ == "__main__":
    main()
