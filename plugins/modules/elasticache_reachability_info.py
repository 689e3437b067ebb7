#!/usr/bin/python
# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: elasticache_reachability_info
short_description: Explain why instances can, or cannot, reach ElastiCache caches
version_added: 0.5.0
description:
  - Walks, in configuration alone, the way of a connection from each of O(sources) to each cache and back, to every
    node, on every port, in every address family, and says of each hop whether packets pass it, why, and what would mend
    it.
  - Looks at the states of both ends, security groups, network ACLs, route tables, peerings and transit gateways. No
    packet is sent, nothing is changed, and AWS's Reachability Analyzer is not used.
  - What the credentials may not read, and what is not looked into, such as VPNs and appliances, makes the answer
    V(unknown), never V(reachable).
  - Answers for many pairs at once, in calls that grow with the pages of AWS's lists and not with pairs. Sources that
    nothing tells apart share one entry of RV(paths).
options:
  sources:
    description:
      - What is to reach the caches. Each is the id of an instance (C(i-...)) or of a network interface (C(eni-...)), or
        an IP address.
      - An address that an interface of this account and region has stands for that interface. Of any other one,
        outside AWS or in another account, only the side of the cache can be looked at, so that the answer is
        V(blocked) or V(unknown).
    type: list
    elements: str
    required: true
    aliases: [source]
  planned:
    description:
      - RV(elasticache.access.elasticache_sg_access#module:caches) of tasks in check mode, and
        RV(elasticache.access.elasticache_security_groups#module:caches). The answer is then what it will be once these
        rules are added and removed, and these security groups attached and detached.
      - When left out, the rules are looked at as they are.
    type: list
    elements: dict
  include_hops:
    description:
      - Whether to return RV(paths[].hops) and RV(paths[].lanes). For some hundred pairs and more these are most of a
        result of many megabytes.
      - Verdicts, summaries, RV(paths[].blockers) and RV(paths[].fixes) are there in either case.
    type: bool
    default: true
author:
  - The elasticache.access authors (@elasticache-access)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - elasticache.access._attributes
  - elasticache.access._attributes.action_group
  - elasticache.access._attributes.read_only
  - elasticache.access._cache_selection
  - elasticache.access._call_limits
notes:
  - Of several network interfaces of an instance any one that gets through counts. Which one is used, its operating
    system decides.
  - Replies have to pass network ACLs on the ports that clients send from, which are 32768-60999 for Linux, 49152-65535
    for Windows, and 1024-65535 where it is not known what the client is.
  - An established connection outlives the rule that let it in. The answer is about new connections.
seealso:
  - module: elasticache.access.elasticache_sg_access
  - module: elasticache.access.elasticache_access_info
  - name: AWS's explanation codes
    description: What the codes in RV(paths[].hops[].steps[].code) mean.
    link: https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html
"""

EXAMPLES = r"""
- name: Explain why an instance does not get through
  elasticache.access.elasticache_reachability_info:
    caches: [sessions]
    sources: [i-0123456789abcdef0]
  register: explained

- name: Say it in one sentence
  ansible.builtin.debug:
    msg: "{{ explained.paths | map(attribute='summary') }}"

- name: Show the way hop by hop, and what would mend it
  ansible.builtin.debug:
    msg: "{{ explained | elasticache.access.reachability_text }}"

- name: Check a fleet against every cache of the region
  elasticache.access.elasticache_reachability_info:
    sources: "{{ groups['web'] | map('extract', hostvars, 'instance_id') }}"
    include_hops: false
  register: fleet
  failed_when: fleet.verdict != 'reachable'

- name: Plan a grant
  elasticache.access.elasticache_sg_access:
    cache: sessions
    sources:
      - security_group: app-web
  check_mode: true
  register: granted

- name: See whether the grant would be enough
  elasticache.access.elasticache_reachability_info:
    caches: [sessions]
    sources: [i-0123456789abcdef0, 10.30.0.7]
    planned: "{{ granted.caches }}"
"""

RETURN = r"""
region:
  description: The region that was looked at.
  returned: success
  type: str
  sample: eu-west-1
verdict:
  description:
    - What is certain of all pairs together.
    - V(reachable) if every source reaches every cache, V(blocked) if none reaches any, V(partial) if some do and some
      do not, else V(unknown).
  returned: success
  type: str
  sample: partial
planned:
  description: Whether the answer is about rules as O(planned) will make them.
  returned: success
  type: bool
  sample: false
caches:
  description: The caches, in the order of O(caches) or else by kind and name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The name.
      returned: always
      type: str
      sample: sessions
    arn:
      description: The ARN. V(null) for caches so old that ElastiCache tells none.
      returned: always
      type: str
      sample: arn:aws:elasticache:eu-west-1:123456789012:replicationgroup:sessions
    kind:
      description: V(cluster), V(replication_group) or V(serverless).
      returned: always
      type: str
      sample: replication_group
    status:
      description: The status as ElastiCache reports it.
      returned: always
      type: str
      sample: available
    ports:
      description: Every TCP port that clients connect to. Empty while the cache is being created.
      returned: always
      type: list
      elements: int
      sample: [6379]
    vpc_id:
      description: The VPC. V(null) where unknown.
      returned: always
      type: str
      sample: vpc-0a1b2c3d4e5f60718
    verdicts:
      description: The verdict for each source, V(reachable), V(blocked), V(partial) or V(unknown).
      returned: always
      type: dict
      sample: {i-0123456789abcdef0: reachable, 10.30.0.7: unknown}
sources:
  description: The sources, in the order of O(sources).
  returned: success
  type: list
  elements: dict
  contains:
    source:
      description: The id or address.
      returned: always
      type: str
      sample: i-0123456789abcdef0
    type:
      description: V(instance), V(interface) or V(address).
      returned: always
      type: str
      sample: instance
    name:
      description: The name of the instance by its tag. V(null) where there is none.
      returned: always
      type: str
      sample: web-1
    state:
      description: The state of the instance, or the status of an interface without one. V(null) where unknown.
      returned: always
      type: str
      sample: running
    interfaces:
      description: The network interfaces that it can send from. Empty for an address outside.
      returned: always
      type: list
      elements: dict
      contains:
        id:
          description: The id.
          returned: always
          type: str
          sample: eni-0a1b2c3d4e5f60718
        vpc_id:
          description: The VPC.
          returned: always
          type: str
          sample: vpc-0a1b2c3d4e5f60718
        subnet_id:
          description: The subnet.
          returned: always
          type: str
          sample: subnet-0a1b2c3d4e5f60718
        security_groups:
          description: The ids of its security groups.
          returned: always
          type: list
          elements: str
          sample: [sg-0a1b2c3d4e5f60719]
        addresses:
          description: Its private IPv4 addresses, then its IPv6 addresses.
          returned: always
          type: list
          elements: str
          sample: [10.20.1.17]
paths:
  description: >-
    One entry per cache and set of sources which nothing that was read tells apart. Each pair is in one entry.
  returned: success
  type: list
  elements: dict
  contains:
    cache:
      description: The name of the cache.
      returned: always
      type: str
      sample: sessions
    kind:
      description: The kind of the cache.
      returned: always
      type: str
      sample: replication_group
    sources:
      description: The sources.
      returned: always
      type: list
      elements: str
      sample: [i-0123456789abcdef0]
    verdict:
      description:
        - V(reachable) if every node can be reached on every port and in every address family that both sides have.
        - V(blocked) if none can. V(partial) if some can and some cannot.
        - V(unknown) where something could not be read or is not looked into, and nothing is certain without it.
      returned: always
      type: str
      sample: blocked
    summary:
      description: The answer with the first reason for it, as one or two sentences.
      returned: always
      type: str
      sample: >-
        web-1 (i-0123456789abcdef0) cannot reach sessions: no inbound rule of the cache's security group sessions-cache
        (sg-0a1b2c3d4e5f60718) admits it on tcp/6379: there is none for that port.
    first_blocker:
      description: The first of RV(paths[].blockers). V(null) where nothing stops it.
      returned: always
      type: dict
      contains: &step
        hop:
          description: The name of the hop.
          returned: always
          type: str
          sample: cache_ingress
        direction:
          description: V(forward) for packets to the cache, V(reply) for those back.
          returned: always
          type: str
          sample: forward
        verdict:
          description: V(ok), V(blocked), V(partial) or V(unknown).
          returned: always
          type: str
          sample: blocked
        sentence:
          description: What was found, for people.
          returned: always
          type: str
          sample: >-
            No inbound rule of the cache's security group sessions-cache (sg-0a1b2c3d4e5f60718) admits it on tcp/6379:
            there is none for that port.
        evidence:
          description: What it rests on.
          returned: always
          type: list
          elements: dict
          contains:
            id:
              description: The id of a resource of AWS.
              returned: always
              type: str
              sample: acl-0a1b2c3d4e5f60718
            part:
              description: Which part of it, such as an entry or a route. V(null) for all of it.
              returned: always
              type: str
              sample: inbound entry 90
        code:
          description: AWS's explanation code. V(null) where there is none.
          returned: always
          type: str
          sample: ENI_SG_RULES_MISMATCH
        action:
          description: The IAM action that would tell more. V(null) where none would.
          returned: always
          type: str
          sample: ec2:DescribeNetworkAcls
    blockers:
      description: Everything that stops packets, in the order of hops.
      returned: always
      type: list
      elements: dict
      contains: *step
    hops:
      description: Every hop, in order, with what was found out of it.
      returned: when O(include_hops=true)
      type: list
      elements: dict
      contains:
        number:
          description: The number, from 1 to 12.
          returned: always
          type: int
          sample: 9
        name:
          description: >-
            V(cache_state), V(source_state), V(address_family), V(source_egress), V(source_acl), V(source_route),
            V(link), V(cache_acl), V(cache_ingress), V(cache_egress), V(reply_acls) or V(return_route).
          returned: always
          type: str
          sample: cache_ingress
        title:
          description: The hop in a few words.
          returned: always
          type: str
          sample: inbound rules of the cache
        verdict:
          description: What is certain of the hop for all of RV(paths[].lanes) together.
          returned: always
          type: str
          sample: blocked
        steps:
          description: Each different thing that was found.
          returned: always
          type: list
          elements: dict
          contains:
            <<: *step
            where:
              description: Which of RV(paths[].lanes) it is about, in words. V(null) where it is about all of them.
              returned: always
              type: str
              sample: at sessions-002 on tcp/6380
    lanes:
      description: One entry per node, port and address family, all of which have to work.
      returned: when O(include_hops=true)
      type: list
      elements: dict
      contains:
        node:
          description: The node, or the subnet in which it is where more is not known.
          returned: always
          type: str
          sample: sessions-001
        subnet_id:
          description: The subnet in which it is. V(null) where it is not known which of several.
          returned: always
          type: str
          sample: subnet-0a1b2c3d4e5f60718
        availability_zone:
          description: The zone. V(null) where unknown.
          returned: always
          type: str
          sample: eu-west-1a
        port:
          description: The port.
          returned: always
          type: int
          sample: 6379
        family:
          description: V(ipv4) or V(ipv6).
          returned: always
          type: str
          sample: ipv4
        interface:
          description: Which of the interfaces of each source does best, counted from 0.
          returned: always
          type: int
          sample: 0
        verdict:
          description: V(ok), V(blocked), V(partial) or V(unknown).
          returned: always
          type: str
          sample: blocked
    fixes:
      description: The smallest changes that would let packets pass, as far as there are any that can be named.
      returned: always
      type: list
      elements: dict
      contains:
        sentence:
          description: What the change does.
          returned: always
          type: str
          sample: Let sg-0a1b2c3d4e5f60719 reach the cache sessions.
        command:
          description: A command that makes it. V(null) where none can be given.
          returned: always
          type: str
          sample: >-
            ansible-playbook elasticache.access.grant_access -e cache=sessions -e security_group=sg-0a1b2c3d4e5f60719
        task:
          description: A task that makes it. V(null) where it is no matter of this collection.
          returned: always
          type: dict
          sample:
            name: Let sg-0a1b2c3d4e5f60719 reach sessions
            elasticache.access.elasticache_sg_access:
              cache: sessions
              sources: [{security_group: sg-0a1b2c3d4e5f60719}]
    several_interfaces:
      description: Whether the sources have several network interfaces, one of which is enough here.
      returned: always
      type: bool
      sample: false
missing:
  description: Those of O(caches) that do not exist.
  returned: success
  type: list
  elements: str
  sample: [planned]
not_looked_at:
  description: What can stop a connection and was not looked at.
  returned: success
  type: list
  elements: str
  sample: [Name resolution.]
"""

from ansible_collections.elasticache.access.plugins.module_utils._argument_specs import cache_selection, call_limits
from ansible_collections.elasticache.access.plugins.module_utils._module import run_module
from ansible_collections.elasticache.access.plugins.module_utils._run_reachability_info import run


def main() -> None:
    """Run the module."""
    run_module(
        run,
        argument_spec=dict(
            **cache_selection(),
            **call_limits(),
            sources=dict(type="list", elements="str", required=True, aliases=["source"]),
            planned=dict(type="list", elements="dict"),
            include_hops=dict(type="bool", default=True),
        ),
    )


if __name__ == "__main__":
    main()
