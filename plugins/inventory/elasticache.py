# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: elasticache
short_description: ElastiCache inventory source
version_added: 1.0.0
description:
  - Makes a host of each ElastiCache cache, be it a cluster, a replication group or a serverless cache. Its variables
    are the record that M(elasticache.access.elasticache_cache_info) returns, and the region.
  - The file has to be called C(elasticache.yml) or C(elasticache.yaml), or to end with that, such as
    C(shop.elasticache.yml).
  - Nobody logs in to a cache. So each host has V(local) as C(ansible_connection), and Ansible's own Python as
    C(ansible_python_interpreter), with which tasks run on the controller, as modules that talk to AWS should. The
    C(ansible_host) is where clients connect first, which is the primary or configuration endpoint, that of a
    serverless cache, or else that of a node; there is none while the cache has no endpoint.
  - All hosts are in the group C(elasticache). O(default_groups) says which other groups there are without asking.
options:
  regions:
    description:
      - The regions to ask, all at once.
      - When left out, the one region of O(region), of the environment or of the profile is asked, as by the modules of
        this collection. That differs from P(amazon.aws.aws_ec2#inventory), which then asks all regions.
      - V(all) stands for every region that is enabled for the account, which takes C(ec2:DescribeRegions).
    type: list
    elements: str
    default: []
  cache_types:
    description: Make hosts of caches of these kinds only. When left out, of all kinds.
    type: list
    elements: str
    choices: [cluster, replication_group, serverless]
    default: []
  filters:
    description:
      - Make hosts only of caches that fit every one of these. Of several values of one filter one has to fit.
      - The filters are C(engine), C(status) and C(vpc_id), each with a list of values, and C(tags) with a dict.
    type: dict
    default: {}
  include_tags:
    description:
      - Whether to read tags, for variables, groups and names of hosts.
      - That takes a call per cache for up to five caches of a region, and for more a call per hundred caches, and
        C(elasticache:ListTagsForResource) and C(tag:GetResources). Tags that are a filter are read anyway.
    type: bool
    default: true
  hostnames:
    description:
      - What the hosts are called, in order of preference. Each is V(name), V(address) (see C(ansible_host)), V(arn),
        V(kind), V(region) or V(tag:KEY), or a dict of such a C(name), a C(prefix), which is another, and the
        C(separator) between them, which is V(_) unless given.
      - When left out, and where a cache has none of these, the host is called by its name, kind and region, such as
        C(sessions.replication_group.eu-west-1), for caches of several kinds and regions can have one name. What
        comes before the first stop, C(inventory_hostname_short), is the name of the cache.
      - Two caches of one name are an error. Otherwise a cache could be taken for another, or another cache could change
        its name.
      - All but letters, digits, stops, hyphens and underscores become underscores. Names that Ansible has itself, such
        as C(localhost), are not given to caches.
      - Whoever may tag a cache can choose what is called by a tag.
    type: list
    elements: raw
    default: []
  default_groups:
    description:
      - By what to group caches without being asked to, beside the group C(elasticache). With an empty list there are no
        other groups than those of O(groups) and O(keyed_groups).
      - The groups are called such as C(elasticache_engine_valkey), C(elasticache_kind_serverless),
        C(elasticache_region_eu_west_1), C(elasticache_status_available), C(elasticache_vpc_vpc_0a1b2c3d4e5f60718) and
        C(elasticache_tag_Environment_production).
    type: list
    elements: str
    choices: [engine, kind, region, status, tags, vpc]
    default: [engine, kind, region, status, tags, vpc]
  hostvars_prefix:
    description:
      - What the names of the variables begin with.
      - It should not be empty, for Ansible has C(name) and C(tags) itself, and warns of such variables.
      - In O(compose), O(groups) and O(keyed_groups) the variables are known without it as well.
    type: str
    default: elasticache_
  strict_permissions:
    description:
      - Whether a permission that is missing is an error. If not, the regions in which one is missing are left out, each
        with a warning that names the action.
    type: bool
    default: true
author:
  - The elasticache.access authors (@elasticache-access)
extends_documentation_fragment:
  - amazon.aws.boto3
  - amazon.aws.common.plugins
  - amazon.aws.region.plugins
  - amazon.aws.assume_role.plugins
  - constructed
  - inventory_cache
notes:
  - With O(cache) the records are cached as AWS told them, without anything of the credentials. What is asked for in
    another way, by other O(regions), O(filters) or another O(profile), is not answered from the cache. The role of
    O(assume_role_arn) is assumed even so.
  - What AWS tells, such as tags, is never taken for a template.
seealso:
  - module: elasticache.access.elasticache_cache_info
  - plugin: amazon.aws.aws_ec2
    plugin_type: inventory
"""

EXAMPLES = r"""
# All caches of the region that the environment or the profile names.
plugin: elasticache.access.elasticache

---
# The available Valkey caches of two regions, called by their names and regions, such as sessions.eu-west-1.
plugin: elasticache.access.elasticache
regions:
  - eu-west-1
  - us-east-1
filters:
  engine: [valkey]
  status: [available]
hostnames:
  - name: region
    prefix: name
    separator: "."

---
# Groups of your own instead of those that there are by default, and variables of your own.
plugin: elasticache.access.elasticache
regions:
  - eu-west-1
default_groups: []
keyed_groups:
  # Such as engine_valkey.
  - key: engine
    prefix: engine
  # Such as tag_Environment_production.
  - key: tags
    prefix: tag
  # Such as production, for caches that have such a tag.
  - key: tags.Environment
    separator: ""
groups:
  unencrypted: not transit_encryption
compose:
  cache_port: ports | first
  cache_url: "'rediss://' ~ ansible_host ~ ':' ~ (ports | first)"

---
# Without tags, with a role of another account, and asked for at most once an hour.
plugin: elasticache.access.elasticache
assume_role_arn: arn:aws:iam::123456789012:role/cache-inventory
include_tags: false
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/ansible/elasticache
cache_timeout: 3600
"""

import hashlib
import json
import typing as t
from contextlib import contextmanager, suppress
from functools import partial

# Where it is missing, amazon.aws says so before anything here is used.
with suppress(ImportError):
    import botocore.exceptions

from ansible.errors import AnsibleParserError
from ansible.template import trust_as_template
from ansible_collections.amazon.aws.plugins.module_utils.common import get_collection_info, set_collection_info
from ansible_collections.amazon.aws.plugins.plugin_utils.inventory import AWSInventoryBase
from ansible_collections.elasticache.access.plugins.module_utils._argument_specs import cache_selection
from ansible_collections.elasticache.access.plugins.module_utils._aws import Aws
from ansible_collections.elasticache.access.plugins.module_utils._errors import AccessError, AwsError
from ansible_collections.elasticache.access.plugins.module_utils._inventory_hosts import (
    GROUP,
    check_hostnames,
    group_names,
    host_names,
    host_variables,
)
from ansible_collections.elasticache.access.plugins.module_utils._option_types import read_options
from ansible_collections.elasticache.access.plugins.module_utils._option_values import check_values
from ansible_collections.elasticache.access.plugins.module_utils._printable import message_text
from ansible_collections.elasticache.access.plugins.module_utils._run_cache_info import cache_records
from ansible_collections.elasticache.access.plugins.module_utils._version import NAME, VERSION

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Record = dict[str, t.Any]

_CONNECTION = ("access_key", "endpoint_url", "profile", "region", "secret_key", "session_token")
# As amazon.aws calls what an assumed role gives.
_ROLE = {"aws_access_key_id": "access_key", "aws_secret_access_key": "secret_key", "aws_session_token": "session_token"}
_ALL_REGIONS = "all"
# What answers where no region is known yet.
_FIRST_REGION = "us-east-1"


class _Connectable:
    """What stands for a module where a connection is made."""

    def __init__(self, params: dict[str, t.Any]) -> None:
        self.params = params

    def fail_json(self, msg: str, **_results: t.Any) -> t.NoReturn:
        raise AccessError(msg)


class InventoryModule(AWSInventoryBase):
    """What Ansible looks for in this file."""

    NAME = "elasticache.access.elasticache"
    INVENTORY_FILE_SUFFIXES = ("elasticache.yml", "elasticache.yaml")

    def parse(self, inventory: t.Any, loader: t.Any, path: str, cache: bool = True) -> None:
        """Add the caches that the file at C(path) selects to C(inventory)."""
        super().parse(inventory, loader, path, cache=cache)
        try:
            self._check_options()
            is_cached, records = self.get_cached_result(path, cache)
            if not is_cached:
                records = self._read()
            self._add(records)
        except AccessError as error:
            self._do_fail(str(error))
        self.update_cached_result(path, cache, records)

    def get_cache_key(self, path: str) -> str:
        """Return under what to cache: what is asked for in another way is not answered from the cache."""
        question = {
            **self._selection(),
            **{name: self.get_option(name) for name in ("assume_role_arn", "profile", "regions")},
            "region": self.region,
            "version": VERSION,
        }
        digest = hashlib.sha256(json.dumps(question, sort_keys=True, default=str).encode()).hexdigest()
        return f"{super().get_cache_key(path)}_{digest[:16]}"

    def _freeze_iam_role(self, iam_role_arn: str) -> None:
        """Assume the role of O(assume_role_arn), which not every amazon.aws says in one sentence that it cannot."""
        try:
            super()._freeze_iam_role(iam_role_arn)
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
            self.fail_aws(f"Unable to assume role {iam_role_arn}", exception=error)

    def _do_fail(self, message: str) -> t.NoReturn:
        raise AnsibleParserError(message_text(message)) from None

    def _check_options(self) -> None:
        check_values({name: self.get_option(name) for name in ("filters", "hostnames", "regions")})
        check_hostnames(self.get_option("hostnames"))
        prefix = self.get_option("hostvars_prefix")
        if not f"{prefix}name".isidentifier():
            raise AccessError(
                f"hostvars_prefix is {prefix!r}, with which no name of a variable begins; give letters, digits and "
                "underscores, or leave it out."
            )

    def _selection(self) -> dict[str, t.Any]:
        """Return the options that say which caches are meant, as elasticache_cache_info has them."""
        kinds = self.get_option("cache_types")
        options = read_options({"filters": cache_selection()["filters"]}, {"filters": self.get_option("filters")})
        return {
            "caches": None,
            "cache_type": kinds[0] if len(kinds) == 1 else None,
            "filters": options["filters"],
            "include_tags": self.get_option("include_tags"),
            "kinds": kinds,
            "missing": "skip",
        }

    def _read(self) -> list[Record]:
        """Return the records of all caches, by region, kind and name."""
        with _named_in_user_agent():
            regions = list(dict.fromkeys(self.get_option("regions"))) or [None]
            if _ALL_REGIONS in regions:
                regions = sorted(self._connect(self.region or _FIRST_REGION).describe_regions())
            connections = [self._connect(region) for region in regions]
            # Of the regions each takes turns of its own, since AWS throttles them one by one.
            read = connections[0].side_by_side(
                partial(self._read_region, aws, self._selection()) for aws in connections
            )
        return [record for records in read for record in records]

    def _read_region(self, aws: Aws, selection: Mapping[str, t.Any]) -> list[Record]:
        try:
            records, _missing = cache_records(aws, selection)
        except AwsError as error:
            if error.is_denied and not self.get_option("strict_permissions"):
                self.warn(message_text(f"{aws.region} is left out: {error}"))
                return []
            raise AccessError(f"{aws.region}: {error}") from error
        except AccessError as error:
            raise AccessError(f"{aws.region}: {error}") from error
        kinds = selection["kinds"]
        return [{**record, "region": aws.region} for record in records if not kinds or record["kind"] in kinds]

    def _connect(self, region: str | None) -> Aws:
        options = {name: self.get_option(name) for name in _CONNECTION}
        if self._frozen_credentials:
            # Those of the role that was assumed, in place of those that assumed it.
            options.update({ours: self._frozen_credentials[theirs] for theirs, ours in _ROLE.items()}, profile=None)
        return Aws(_Connectable({**options, "region": region or options["region"]}))

    def _add(self, records: Sequence[Record]) -> None:
        """Add a host for each record, with its variables and its groups."""
        self.inventory.add_group(GROUP)
        for host, record in zip(host_names(records, self.get_option("hostnames")), records):
            variables = host_variables(record, self.get_option("hostvars_prefix"))
            self.inventory.add_host(host, group=GROUP)
            for name, value in {**variables, **_LOCAL}.items():
                self.inventory.set_variable(host, name, value)
            for group in group_names(record, self.get_option("default_groups")):
                self.inventory.add_child(self.inventory.add_group(self._sanitize_group_name(group)), host)
            self._construct(host, {**record, **variables})

    def _construct(self, host: str, variables: dict[str, t.Any]) -> None:
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), variables, host, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), variables, host, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, host, strict=strict)


# Tasks run where Ansible runs, by the Python that has boto3 there: what Ansible gives localhost. As a template, since
# an inventory can be made on one controller and used on another.
_LOCAL = {
    "ansible_connection": "local",
    "ansible_python_interpreter": trust_as_template("{{ ansible_playbook_python }}"),
}


@contextmanager
def _named_in_user_agent() -> Iterator[None]:
    """Name this collection in calls to AWS, and afterwards again whoever else reads an inventory in this process."""
    others = dict(get_collection_info())
    set_collection_info(collection_name=NAME, collection_version=VERSION)
    try:
        yield
    finally:
        set_collection_info(collection_name=others["name"], collection_version=others["version"])
