#!/usr/bin/python
# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: elasticache_ping
short_description: Prove that a host can connect to ElastiCache caches, or say at which step it cannot
version_added: 0.6.0
description:
  - Runs on the host that wants to connect. Resolves the name of each endpoint, connects to it, speaks TLS, logs in, and
    has the cache answer C(PING), or with Memcached C(version). In cluster mode it asks for the nodes of the cluster and
    does the same with each.
  - Says at which step it failed, and what that usually means. A step that nothing answers is told from one that is
    refused, for security groups drop packets and do not refuse them.
  - Needs Python 3.9 or newer on that host and nothing else, neither boto3 nor a client of the cache. It talks to no AWS
    API, and changes nothing.
options:
  address:
    description:
      - Name of the endpoint, as ElastiCache reports it. Certificates are for that name, and not for its addresses.
      - Required unless O(endpoints) is given.
    type: str
    aliases: [host]
  port:
    description:
      - Port of the endpoint.
      - Required with O(address).
    type: int
  endpoints:
    description:
      - Many endpoints at once; takes the place of O(address) and O(port). They are connected to side by side.
      - The filter P(elasticache.access.ping_endpoints#filter) makes this list of what
        M(elasticache.access.elasticache_cache_info) returned.
      - When left out, the task is about O(address).
    type: list
    elements: dict
    suboptions:
      address:
        description: As O(address).
        type: str
        required: true
        aliases: [host]
      port:
        description: As O(port).
        type: int
        required: true
      role:
        description: What the endpoint is, such as V(primary). Returned as it is. When left out, V(null) is returned.
        type: str
      cache:
        description: As O(cache). When left out, O(cache) of the task.
        type: str
      engine:
        description: As O(engine). When left out, O(engine) of the task.
        type: str
        choices: [valkey, redis, memcached]
      tls:
        description: As O(tls). When left out, O(tls) of the task.
        type: bool
      username:
        description: As O(username). When left out, O(username) of the task.
        type: str
      password:
        description: As O(password). When left out, O(password) of the task.
        type: str
      cluster_mode:
        description: As O(cluster_mode). When left out, O(cluster_mode) of the task.
        type: bool
  cache:
    description:
      - Name of the cache, for messages alone.
      - When left out, messages name the endpoint.
    type: str
  engine:
    description: The engine of the cache. V(valkey) and V(redis) are talked to alike.
    type: str
    choices: [valkey, redis, memcached]
    default: redis
  tls:
    description: Whether the cache uses encryption in transit. A serverless cache always does.
    type: bool
    default: false
  validate_certs:
    description: Whether the certificate is checked, for who issued it, for the name of the endpoint and for its dates.
    type: bool
    default: true
  ca_path:
    description:
      - Path on the host to a file of CA certificates, in PEM form, that are trusted in place of those of the system.
      - When left out, those of the system are, which know Amazon's.
    type: path
  username:
    description:
      - The user to log in as.
      - When left out, it is the default user.
    type: str
  password:
    description:
      - The password to log in with, or a token of IAM authentication.
      - When left out, nobody logs in.
    type: str
  cluster_mode:
    description:
      - Whether cluster mode is on, so that there are nodes to be asked for.
      - When left out, it is found out. A user who may not ask is then no failure.
    type: bool
  timeout:
    description: How many seconds each step may take.
    type: float
    default: 5
  retries:
    description:
      - How many times more an endpoint is tried that failed in a way that can pass by itself, such as no answer while a
        security group's rule is spreading. A wrong password or certificate does not pass.
    type: int
    default: 0
  delay:
    description: How many seconds lie between two tries.
    type: float
    default: 2
author:
  - The elasticache.access authors (@elasticache-access)
extends_documentation_fragment:
  - elasticache.access._attributes
  - elasticache.access._attributes.read_only
notes:
  - The module takes no AWS options and is in no action group.
  - It proves that this host gets through now, with this password. Why one does not get through, and others as well,
    M(elasticache.access.elasticache_reachability_info) tells from the configuration.
seealso:
  - module: elasticache.access.elasticache_reachability_info
  - module: elasticache.access.elasticache_cache_info
  - plugin: elasticache.access.ping_endpoints
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Prove that the application's hosts reach the cache
  elasticache.access.elasticache_ping:
    address: master.sessions.abcdef.euw1.cache.amazonaws.com
    port: 6379
    tls: true
    username: app
    password: "{{ vaulted_password }}"

- name: Find the caches
  elasticache.access.elasticache_cache_info:
    caches: [sessions, fragments]
  delegate_to: localhost
  run_once: true
  register: found

- name: Reach every endpoint and port of them, while rules that were just made are spreading
  elasticache.access.elasticache_ping:
    endpoints: "{{ found.caches | elasticache.access.ping_endpoints({'sessions': {'password': vaulted_password}}) }}"
    retries: 5
"""

RETURN = r"""
reachable:
  description: Whether every endpoint, and every node that it named, went through all steps. If not, the task fails.
  returned: when all options are valid
  type: bool
  sample: true
endpoints:
  description: What came of each endpoint, in the order of O(endpoints).
  returned: when all options are valid
  type: list
  elements: dict
  contains:
    address:
      description: The name that was connected to.
      returned: always
      type: str
      sample: master.sessions.abcdef.euw1.cache.amazonaws.com
    port:
      description: The port.
      returned: always
      type: int
      sample: 6379
    role:
      description: O(endpoints[].role), or V(node) for what a cluster named. V(null) where nothing is known.
      returned: always
      type: str
      sample: primary
    cache:
      description: The name of the cache. V(null) where it is not known.
      returned: always
      type: str
      sample: sessions
    engine:
      description: The engine that was spoken to.
      returned: always
      type: str
      sample: valkey
    tls:
      description: Whether TLS was spoken.
      returned: always
      type: bool
      sample: true
    reachable:
      description: Whether all steps went through. What the nodes did stands with these.
      returned: always
      type: bool
      sample: false
    step:
      description:
        - The step that failed, V(dns), V(tcp), V(tls), V(auth), V(ping) or V(cluster). V(null) where none did.
      returned: always
      type: str
      sample: tcp
    code:
      description:
        - How it failed, as one word, such as V(timeout), V(refused), V(closed), V(certificate_name), V(NOAUTH) or
          V(WRONGPASS). V(null) where nothing did.
      returned: always
      type: str
      sample: timeout
    message:
      description: What that usually means, and a way out. V(null) where nothing failed.
      returned: always
      type: str
      sample: "no answer within 5 seconds: usually a security group, a network ACL or a route is in the way. ..."
    ip:
      description: The address that was connected to, or tried last. V(null) where the name has none.
      returned: always
      type: str
      sample: 10.20.1.17
    own_address:
      description: The address of this host on the way there. V(null) where it has none.
      returned: always
      type: str
      sample: 10.20.2.5
    attempts:
      description: How many times it was tried.
      returned: always
      type: int
      sample: 1
    timings:
      description: How many milliseconds each step of the last attempt took.
      returned: always
      type: dict
      sample: {dns: 1.2, tcp: 0.6, tls: 4.1, auth: 0.5, ping: 0.4, cluster: 0.7}
    tls_version:
      description: The version of TLS. V(null) where none was spoken.
      returned: always
      type: str
      sample: TLSv1.3
    certificate_expires:
      description: When the certificate expires, in UTC. V(null) where it was not checked.
      returned: always
      type: str
      sample: "2027-03-01T23:59:59Z"
    nodes:
      description: What came of the nodes that a cluster named and that are no endpoints of the task, in the same form.
      returned: always
      type: list
      elements: dict
      sample:
        - {address: sessions-0001-002.abcdef.0001.euw1.cache.amazonaws.com, port: 6379, reachable: true, step: null}
"""

from ansible_collections.elasticache.access.plugins.module_utils._host_module import run_on_host
from ansible_collections.elasticache.access.plugins.module_utils._run_ping import run


def main() -> None:
    """Run the module."""
    engines = ["valkey", "redis", "memcached"]
    endpoint = dict(
        address=dict(type="str", required=True, aliases=["host"]),
        port=dict(type="int", required=True),
        role=dict(type="str"),
        cache=dict(type="str"),
        engine=dict(type="str", choices=engines),
        tls=dict(type="bool"),
        username=dict(type="str"),
        password=dict(type="str", no_log=True),
        cluster_mode=dict(type="bool"),
    )
    run_on_host(
        run,
        argument_spec=dict(
            address=dict(type="str", aliases=["host"]),
            port=dict(type="int"),
            endpoints=dict(type="list", elements="dict", options=endpoint),
            cache=dict(type="str"),
            engine=dict(type="str", choices=engines, default="redis"),
            tls=dict(type="bool", default=False),
            validate_certs=dict(type="bool", default=True),
            ca_path=dict(type="path"),
            username=dict(type="str"),
            password=dict(type="str", no_log=True),
            cluster_mode=dict(type="bool"),
            timeout=dict(type="float", default=5),
            retries=dict(type="int", default=0),
            delay=dict(type="float", default=2),
        ),
        mutually_exclusive=[("endpoints", "address"), ("endpoints", "port")],
        required_one_of=[("endpoints", "address")],
        required_by={"address": "port"},
    )


if __name__ == "__main__":
    main()
