#!/usr/bin/python
# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: elasticache_sg_access
short_description: Grant and revoke access to an ElastiCache cache in its security groups
version_added: 0.1.0
description:
  - Lets sources reach an ElastiCache cache, or takes that access away, by changing inbound rules of the VPC security
    groups that the cache carries.
  - Starts from the cache. Its kind, its security groups and the ports on which it listens are found out.
  - Changes only what it must. Rules that the task does not name are left as they are, unless O(purge) says otherwise.
  - Everything is validated before anything is changed, in check mode as well. That includes whether a rule can name
    the source at all, and whether the rules fit into the security group.
options:
  cache:
    description:
      - Name or ARN of the cache, which can be a cluster, a replication group or a serverless cache.
      - The name of a node that belongs to a replication group stands for that group.
      - Required unless O(grants) is given.
    type: str
    aliases: [cluster]
  cache_type:
    description:
      - The kind of the cache, for the case that caches of several kinds have one name.
      - When left out, the kind is found out.
    type: str
    choices: [cluster, replication_group, serverless]
  sources:
    description:
      - What may reach the cache, or may no longer.
      - Each entry takes exactly one of O(sources[].security_group), O(sources[].instance), O(sources[].cidr) and
        O(sources[].prefix_list).
      - A source that is named twice is one rule. An empty list grants nothing, and changes nothing unless O(purge)
        says otherwise.
      - Required unless O(grants) is given.
    type: list
    elements: dict
    suboptions: &sources
      security_group:
        description:
          - Id of a security group, or its name in the VPC of the cache. C(ACCOUNT/sg-...) is one of another account.
          - It admits every network interface that carries the group.
          - A group of another VPC can be named where an active peering within the region, or a transit gateway with
            security group referencing enabled, joins that VPC with the cache's.
          - Beside O(sources[].instance), it says which of the instance's groups is meant.
          - When left out, the entry has to name another source.
        type: str
      instance:
        description:
          - Id of an EC2 instance. What is granted or revoked is access of the security group that it carries, and so
            of whatever else carries that group.
          - All its network interfaces are looked at. Where they carry several groups, O(sources[].security_group) has
            to say which.
          - When left out, the entry has to name another source.
        type: str
        version_added: 0.2.0
      cidr:
        description:
          - Address range, IPv4 or IPv6, such as V(10.1.0.0/16) or V(2001:db8::/56).
          - Host bits are cleared, as EC2 does it.
          - When left out, the entry has to name another source.
        type: str
      prefix_list:
        description:
          - Id or name of a managed prefix list, of this account's own, shared with it, or AWS's.
          - It counts against the quota of the security group with all that it may hold.
          - When left out, the entry has to name another source.
        type: str
        version_added: 0.2.0
      description:
        description:
          - Description of the rule, up to 255 of the characters C(a-z A-Z 0-9), blank and
            V(._-:/(\)#,@[]+=;{}!$*), and for O(sources[].cidr) also C(&).
          - A rule that stands with another description gets this one in place.
          - When left out, a new rule has none, and that of a rule that stands is not touched.
          - The end and the reason of the access, where there are any, are put behind it in brackets. What there is no
            room for is cut.
        type: str
      expires_at:
        description:
          - When the access is to end, as a time in ISO 8601 that names its zone, such as V(2026-01-31T18:00:00Z) or
            V(2026-01-31T19:00:00+01:00). One that has passed is an error, unless access is taken away.
          - It stands in the tag C(elasticache.access:expires_at) of the rule, in UTC, and behind its description.
            Something has to run M(elasticache.access.elasticache_expired_access) then, for AWS ends no rule by itself.
          - A rule of this collection's own that stands with another end gets this one in place. A rule that somebody
            else made stays as it is, and a warning says that it does not end.
          - When this and O(sources[].expires_in) are left out, access is given for good. A rule that was to end is then
            made permanent, and the diff says so.
        type: str
        version_added: 0.7.0
      expires_in:
        description:
          - In how long the access is to end, as a number of minutes, hours or days, such as V(30m), V(8h) or V(2d).
          - Running again does not move the end of a rule that has one, unless O(renew) says so. Once the rule has been
            removed, running again grants the access anew; a playbook that runs on a schedule is better off with
            O(sources[].expires_at).
          - When left out, see O(sources[].expires_at). The two exclude each other.
        type: str
        version_added: 0.7.0
      reason:
        description:
          - Why access is given, in up to 256 characters without line breaks.
          - It stands in the tag C(elasticache.access:reason) of the rule, and behind its description, there with C(_)
            for characters that EC2 takes in no description.
          - When left out, a new rule has none, and that of a rule that stands is not touched.
        type: str
        version_added: 0.7.0
  grants:
    description:
      - Many caches at once, one entry per cache; takes the place of the options of the same names of the task.
      - All entries are validated before anything is changed for any of them.
      - Entries on one security group make one change to it. Where a group cannot be changed the others are, the task
        fails in the end, and the next run does what is left.
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
      sources:
        description: As O(sources).
        type: list
        elements: dict
        required: true
        suboptions: *sources
      state:
        description: As O(state). When left out, O(state) of the task.
        type: str
        choices: [present, absent]
        version_added: 0.3.0
      security_group:
        description: As O(security_group). When left out, it is the only one that the cache carries.
        type: str
      ports:
        description: As O(ports). When left out, all ports on which the cache reports to listen.
        type: list
        elements: int
      tags:
        description: As O(tags). When left out, O(tags) of the task.
        type: dict
        aliases: [resource_tags]
        version_added: 0.2.0
      purge:
        description: As O(purge). When left out, O(purge) of the task.
        type: str
        choices: [none, managed, all]
        version_added: 0.2.0
      purge_shared:
        description: As O(purge_shared). When left out, O(purge_shared) of the task.
        type: bool
        version_added: 0.2.0
      allow_large_purge:
        description: As O(allow_large_purge). When left out, O(allow_large_purge) of the task.
        type: bool
        version_added: 0.2.0
      allow_any_address:
        description: As O(allow_any_address). When left out, O(allow_any_address) of the task.
        type: bool
      source_egress:
        description: As O(source_egress). When left out, O(source_egress) of the task.
        type: bool
        version_added: 0.6.0
      max_duration:
        description: As O(max_duration). An entry cannot loosen that of the task; when left out, that alone holds.
        type: str
        version_added: 0.7.0
      renew:
        description: As O(renew). When left out, O(renew) of the task.
        type: bool
        version_added: 0.7.0
  state:
    description:
      - V(present) makes sure that the sources may reach the cache.
      - V(absent) makes sure that no rule for the ports of the cache names one of the sources, in any security group
        that the cache carries. Rules that admit more than that are left, and reported in RV(caches[].still_allowed).
    type: str
    choices: [present, absent]
    default: present
  security_group:
    description:
      - Which of the cache's security groups gets new rules, by id or name. Not used with O(state=absent).
      - When left out, it is the only one that the cache carries. It is an error to leave it out where the cache
        carries several, or only the default group of its VPC.
    type: str
  ports:
    description:
      - The TCP ports that the rules are for.
      - When left out, all ports on which the cache reports to listen. For a serverless cache these are two.
      - Needed only while the cache is being created, when its ports cannot be known yet. O(wait) is the other way.
        Once the cache reports its ports, any other is refused.
    type: list
    elements: int
  tags:
    description:
      - Tags for the rules that are added, beside the one by which this collection knows its own rules.
      - Rules of this collection's own that stand get those of these tags that they lack or have with other values.
        No tag is ever removed, and rules that somebody else made are not tagged.
      - When left out, no other tags are set.
    type: dict
    aliases: [resource_tags]
    version_added: 0.2.0
  purge:
    description:
      - What happens to rules for exactly one of these ports whose source O(sources) does not name, in any security
        group that the cache carries. Not used with O(state=absent).
      - V(none) leaves them as they are.
      - V(managed) removes those that this collection made.
      - V(all) removes those that somebody else made as well.
      - Rules that admit more than a port of the cache (port ranges, all protocols) are never removed. They are
        reported in RV(caches[].wider_rules).
      - What is missing is added first. Nothing is removed unless that succeeded and EC2 shows it.
    type: str
    choices: [none, managed, all]
    default: none
  purge_shared:
    description:
      - Whether rules are purged from a security group that something outside this task carries too, be it another
        cache or a network interface that is no cache's.
      - When V(false), such a purge is an error that names who carries the group.
    type: bool
    default: false
    version_added: 0.2.0
  allow_large_purge:
    description:
      - Whether O(purge) may remove every rule that lets anything reach a cache while none is granted, or six or more
        rules that are more than half of them.
      - When V(false), such a purge is an error that says how many rules it is about.
    type: bool
    default: false
    version_added: 0.2.0
  allow_any_address:
    description:
      - Whether C(0.0.0.0/0) and C(::/0) are accepted as O(sources[].cidr). Not needed with O(state=absent).
    type: bool
    default: false
  source_egress:
    description:
      - Whether to see to the other side as well, where a source is a security group, or an instance with one, of this
        account.
      - With O(state=present), a group whose outbound rules do not let packets out to the cache gets the rule that does,
        to the cache's security group and one port each. Rules that name a group of the cache, or ranges which hold its
        subnets, let them out already, as those do that EC2 gives to a new group. What a prefix list holds is not looked
        into.
      - With O(state=absent), and for what O(purge) removes, these outbound rules are removed as well, where this
        collection made them.
      - For sources of other accounts, and of VPCs that a transit gateway alone joins with the cache's, a warning says
        that it is for you to do.
    type: bool
    default: false
    version_added: 0.6.0
  max_duration:
    description:
      - For how long access may be granted at most, as a number of minutes, hours or days, such as V(8h) or V(2d).
      - A source whose access would end later than that, or not at all, is an error before anything is changed.
      - When left out, there is no limit.
    type: str
    version_added: 0.7.0
  renew:
    description:
      - Whether O(sources[].expires_in) counts from now for rules that have an end already.
      - When V(false), such a rule keeps its end, even if that has passed; a warning says so.
    type: bool
    default: false
    version_added: 0.7.0
  rules_per_security_group:
    description:
      - How many rules a security group may have in each direction and address family, which is the account's quota
        C(L-0EA8095F) in Service Quotas.
      - More than that is an error before anything is changed, in check mode as well.
    type: int
    default: 60
    version_added: 0.2.0
  wait:
    description:
      - Whether to wait for caches that are being created, in check mode as well.
      - When V(false), such a cache is an error unless O(ports) says on which ports it will listen.
    type: bool
    default: false
    version_added: 0.2.0
  wait_timeout:
    description: How many seconds O(wait) waits at most.
    type: int
    default: 1200
    version_added: 0.2.0
  missing:
    description:
      - What to do about a cache that does not exist, such as one that is created later.
      - V(fail) fails before anything is changed. V(skip) leaves that cache out, does the others, and names it in
        RV(missing).
    type: str
    choices: [fail, skip]
    default: fail
    version_added: 0.3.0
  planned:
    description:
      - RV(elasticache.access.elasticache_security_groups#module:caches) of earlier tasks in check mode.
      - In check mode the caches are then taken to carry the security groups that they will carry, without rules where a
        group does not exist yet. Not used outside of check mode.
      - When left out, the groups are those that the caches carry.
    type: list
    elements: dict
    version_added: 0.6.0
  concurrency:
    description:
      - How many calls to AWS are under way at once, from 1 to 100. Results stand in the order of O(grants) whatever
        this is.
    type: int
    default: 10
    version_added: 0.3.0
  throttle_timeout:
    description:
      - While AWS throttles an action, all calls of that action slow down together and are made again until they get
        through. After this many seconds in which not one got through, the task gives that action up, and says how far
        it got.
    type: int
    default: 120
    version_added: 0.3.0
  include_cache_info:
    description:
      - Whether to return RV(cache_info) as well, the record of each cache. Takes a call or two more.
    type: bool
    default: false
    version_added: 0.3.0
  check_permissions:
    description:
      - Whether to ask EC2 in check mode if these credentials may make the changes that are foretold, by C(DryRun). What
        they may not do is then an error that names the actions.
      - When V(false), check mode needs no permission but to read. Outside of check mode the option means nothing.
    type: bool
    default: false
    version_added: 0.8.0
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
  - New rules carry the tag C(elasticache.access:managed=true), which needs the permission C(ec2:CreateTags).
  - An identical rule that somebody else made is as good as one of ours, and stays theirs.
  - A security group of another account is known by its id alone. Whether it exists is for EC2 to say.
  - Revoking a rule disconnects nobody. Connections that are open live on until they idle out.
  - Whoever may change the tags of security group rules may end or extend access that has an end.
  - Making access permanent that was to end needs the permission C(ec2:DeleteTags).
seealso:
  - module: elasticache.access.elasticache_expired_access
  - module: elasticache.access.elasticache_cache_info
  - module: elasticache.access.elasticache_security_groups
  - module: amazon.aws.ec2_security_group
"""

EXAMPLES = r"""
- name: Let the web tier and one subnet reach the cache
  elasticache.access.elasticache_sg_access:
    cache: sessions
    sources:
      - security_group: app-web
        description: Web tier
      - cidr: 10.20.1.0/24
        description: Build agents

- name: Grant access to several caches in one call
  elasticache.access.elasticache_sg_access:
    grants:
      - cache: sessions
        sources:
          - security_group: app-web
      - cache: arn:aws:elasticache:eu-west-1:123456789012:serverlesscache:carts
        sources:
          - security_group: app-web
          - security_group: app-batch

- name: Grant here, revoke there, and leave out what does not exist yet
  elasticache.access.elasticache_sg_access:
    grants:
      - cache: sessions
        sources:
          - security_group: app-web
      - cache: fragments
        state: absent
        sources:
          - security_group: app-batch
    missing: skip

- name: Let an instance and an on-premises network reach the cache, and nothing else that was granted before
  elasticache.access.elasticache_sg_access:
    cache: sessions
    sources:
      - instance: i-0a1b2c3d4e5f60718
      - prefix_list: office-networks
    purge: managed
    tags:
      team: shop

- name: Wait for a cache that is being created, then let the web tier reach it
  elasticache.access.elasticache_sg_access:
    cache: sessions
    sources:
      - security_group: app-web
    wait: true

- name: See what that would change
  elasticache.access.elasticache_sg_access:
    cache: sessions
    sources:
      - security_group: app-web
  check_mode: true
  diff: true

- name: Let the web tier reach the cache, and let it out of a group with restricted outbound rules
  elasticache.access.elasticache_sg_access:
    cache: sessions
    sources:
      - security_group: app-web
    source_egress: true

- name: Let an instance reach the cache for an afternoon
  elasticache.access.elasticache_sg_access:
    cache: sessions
    sources:
      - instance: i-0a1b2c3d4e5f60718
        expires_in: 4h
        reason: ticket 4711
    max_duration: 1d

- name: Take access away from a range
  elasticache.access.elasticache_sg_access:
    cache: sessions
    state: absent
    sources:
      - cidr: 10.20.1.0/24
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
    ports:
      description: The ports that the rules are for.
      returned: always
      type: list
      elements: int
      sample: [6379]
    vpc_id:
      description: The VPC of the cache.
      returned: always
      type: str
      sample: vpc-0a1b2c3d4e5f60718
    security_group:
      description: The security group that gets new rules. V(null) with O(state=absent).
      returned: always
      type: dict
      sample: {id: sg-0a1b2c3d4e5f60718, name: sessions-cache}
    security_groups:
      description: All security groups that the cache carries.
      returned: always
      type: list
      elements: dict
      contains:
        id:
          description: The id of the group.
          returned: always
          type: str
          sample: sg-0a1b2c3d4e5f60718
        name:
          description: The name of the group.
          returned: always
          type: str
          sample: sessions-cache
        status:
          description: Whether its rules are in force for the cache, V(active) where they are.
          returned: always
          type: str
          sample: active
        quota:
          description:
            - How many inbound rules the group has after this task, as EC2 counts them for each address family, and
              the limit O(rules_per_security_group).
          returned: always
          type: dict
          sample: {ipv4_used: 4, ipv6_used: 3, limit: 60}
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
    added:
      description: Rules that were added.
      returned: always
      type: list
      elements: dict
      contains: &rule
        rule_id:
          description: The id of the rule. V(null) in check mode for a rule that does not exist yet.
          returned: always
          type: str
          sample: sgr-0a1b2c3d4e5f60718
        security_group_id:
          description:
            - The security group that the rule is in, V(new:VPC:NAME) for one that O(planned) tells of and that does not
              exist yet.
          returned: always
          type: str
          sample: sg-0a1b2c3d4e5f60718
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
            - What the rule admits. C(type) is V(security_group), V(cidr) or V(prefix_list).
            - C(value) is the id or the address range. C(name) is the name of a group or prefix list where it is known,
              else V(null). C(owner_id) is the account of a group where it is known, else V(null).
          returned: always
          type: dict
          sample: {type: security_group, value: sg-0918273645abcdef0, name: app-web, owner_id: "123456789012"}
        description:
          description: The description of the rule, empty where it has none.
          returned: always
          type: str
          sample: Web tier
        managed:
          description: Whether the rule carries the tag of this collection.
          returned: always
          type: bool
          sample: true
        tags:
          description: The tags of the rule.
          returned: always
          type: dict
          sample: {"elasticache.access:managed": "true"}
        expires_at:
          description: When the access is to end, as the tag of the rule says. V(null) where it is given for good.
          returned: always
          type: str
          sample: "2026-01-31T18:00:00Z"
        reason:
          description: Why access is given, as the tag of the rule says. V(null) where it says nothing.
          returned: always
          type: str
          sample: ticket 4711
    updated:
      description: Rules whose description or tags were changed, as they are now.
      returned: always
      type: list
      elements: dict
      contains: *rule
    removed:
      description: Rules that were removed, purged ones among them, as they were.
      returned: always
      type: list
      elements: dict
      contains: *rule
    unchanged:
      description: Rules that the task asks for and that stood already.
      returned: always
      type: list
      elements: dict
      contains: *rule
    wider_rules:
      description:
        - Rules in the cache's groups that admit something to a port of the cache and more besides.
        - They are never changed.
      returned: always
      type: list
      elements: dict
      contains: *rule
    still_allowed:
      description: With O(state=absent), rules that still admit one of the sources.
      returned: always
      type: list
      elements: dict
      contains: *rule
    not_done:
      description: Rules that were to be added, changed or removed, and were not, because of RV(caches[].error).
      returned: always
      type: list
      elements: dict
      contains: *rule
    error:
      description: Why not everything was done for this cache. V(null) where everything was.
      returned: always
      type: str
      sample: "... is denied to these credentials: ..."
    source_egress:
      description:
        - What was done to the outbound rules of sources, as lists C(added), C(updated), C(removed), C(unchanged) and
          C(not_done) of rules. Each has the keys that RV(caches[].added) has, but for C(destination) in place of
          C(source).
      returned: when O(source_egress=true) for the cache
      type: dict
      sample: {added: [], updated: [], removed: [], unchanged: [], not_done: []}
missing:
  description: The caches of the task that do not exist, as the task names them.
  returned: when all options are valid
  type: list
  elements: str
  sample: [planned]
cache_info:
  description:
    - The record of each cache of the task, as M(elasticache.access.elasticache_cache_info) returns it, without tags.
  returned: when O(include_cache_info=true)
  type: list
  elements: dict
  sample:
    - {name: sessions, kind: replication_group, engine: valkey, status: available, ports: [6379]}
"""

from ansible_collections.elasticache.access.plugins.module_utils._argument_specs import (
    call_limits,
    common_grant_options,
    grant_options,
    source_options,
)
from ansible_collections.elasticache.access.plugins.module_utils._module import run_module
from ansible_collections.elasticache.access.plugins.module_utils._run_sg_access import run


def main() -> None:
    """Run the module."""
    run_module(
        run,
        argument_spec=dict(
            **common_grant_options(),
            **call_limits(),
            cache=dict(type="str", aliases=["cluster"]),
            sources=dict(type="list", elements="dict", options=source_options()),
            purge=dict(type="str", choices=["none", "managed", "all"], default="none"),
            purge_shared=dict(type="bool", default=False),
            allow_large_purge=dict(type="bool", default=False),
            allow_any_address=dict(type="bool", default=False),
            source_egress=dict(type="bool", default=False),
            max_duration=dict(type="str"),
            renew=dict(type="bool", default=False),
            grants=dict(type="list", elements="dict", options=grant_options()),
            state=dict(type="str", choices=["present", "absent"], default="present"),
            rules_per_security_group=dict(type="int", default=60),
            wait=dict(type="bool", default=False),
            wait_timeout=dict(type="int", default=1200),
            missing=dict(type="str", choices=["fail", "skip"], default="fail"),
            include_cache_info=dict(type="bool", default=False),
            planned=dict(type="list", elements="dict"),
            check_permissions=dict(type="bool", default=False),
        ),
        mutually_exclusive=[("grants", "cache"), ("grants", "sources")],
        required_one_of=[("grants", "cache")],
        required_by={"cache": "sources"},
    )


if __name__ == "__main__":
    main()
