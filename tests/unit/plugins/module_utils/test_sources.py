# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._grants import (
    CacheReference,
    Grant,
    GroupReference,
    WantedSource,
)
from ansible_collections.elasticache.access.plugins.module_utils._groups import SecurityGroup
from ansible_collections.elasticache.access.plugins.module_utils._sources import (
    ResolvedSource,
    UnknownGroupNameError,
    group_ids,
    group_names,
    resolve_sources,
)

from tests.unit.values import GROUPS, JOBS, PEER_VPC, VPC, WEB, source

# A group of the same name as one of ours, and one whose name exists in two other VPCs alone.
PEER_WEB = SecurityGroup("sg-000000000000b0001", "app-web", PEER_VPC)
BATCH = SecurityGroup("sg-000000000000b0002", "batch", PEER_VPC)
FAR_BATCH = SecurityGroup("sg-000000000000b0003", "batch", "vpc-0000000000000a003")
KNOWN = {group.group_id: group for group in (PEER_WEB, FAR_BATCH, BATCH, *GROUPS.values())}


def by_id(group_id: str, description: str | None = None) -> WantedSource:
    return WantedSource(group=GroupReference(group_id=group_id), description=description)


def by_name(name: str, description: str | None = None) -> WantedSource:
    return WantedSource(group=GroupReference(name=name), description=description)


def by_cidr(cidr: str, description: str | None = None) -> WantedSource:
    return WantedSource(cidr=cidr, description=description)


def grant(*sources: WantedSource, is_present: bool = True) -> Grant:
    return Grant(CacheReference("sessions", "sessions"), sources, is_present)


def test_group_names_and_ids_are_those_that_the_sources_use() -> None:
    grants = [grant(by_name("app-web"), by_id("sg-1"), by_cidr("10.0.0.0/8")), grant(by_name("batch"), by_id("sg-1"))]
    assert (group_names(grants), group_ids(grants)) == ({"app-web", "batch"}, {"sg-1"})


@pytest.mark.parametrize(
    ("wanted", "resolved"),
    [
        pytest.param(grant(), (), id="no source"),
        pytest.param(
            grant(by_cidr("10.0.0.0/8", "Office")),
            (ResolvedSource(source("10.0.0.0/8"), "Office"),),
            id="a range is taken as it is",
        ),
        pytest.param(
            grant(by_name("app-web")),
            (ResolvedSource(source(WEB.group_id)),),
            id="a name is looked up in the cache's VPC, though another VPC has it too",
        ),
        pytest.param(
            grant(by_id(PEER_WEB.group_id)),
            (ResolvedSource(source(PEER_WEB.group_id)),),
            id="an id may be one of another VPC",
        ),
        pytest.param(
            grant(by_id("sg-0000000000000dead"), is_present=False),
            (ResolvedSource(source("sg-0000000000000dead")),),
            id="a group that is gone can still lose its access",
        ),
        pytest.param(
            grant(by_name("app-jobs"), by_cidr("10.0.0.0/8"), by_name("app-web")),
            (
                ResolvedSource(source(JOBS.group_id)),
                ResolvedSource(source("10.0.0.0/8")),
                ResolvedSource(source(WEB.group_id)),
            ),
            id="sources keep their order",
        ),
        pytest.param(
            grant(by_name("app-web"), by_id(WEB.group_id)),
            (ResolvedSource(source(WEB.group_id)),),
            id="name and id of one group are one source",
        ),
        pytest.param(
            grant(by_name("app-web"), by_id(WEB.group_id, "Web")),
            (ResolvedSource(source(WEB.group_id), "Web"),),
            id="the second naming gives the description",
        ),
        pytest.param(
            grant(by_name("app-web", "Web"), by_id(WEB.group_id)),
            (ResolvedSource(source(WEB.group_id), "Web"),),
            id="the first naming gives the description",
        ),
        pytest.param(
            grant(by_name("app-web", "Web"), by_id(WEB.group_id, "Web")),
            (ResolvedSource(source(WEB.group_id), "Web"),),
            id="both namings give the same description",
        ),
    ],
)
def test_resolve_sources(wanted: Grant, resolved: tuple[ResolvedSource, ...]) -> None:
    assert resolve_sources(wanted, VPC, KNOWN) == resolved


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        pytest.param(
            grant(by_id("sg-0000000000000dead")),
            "security_group 'sg-0000000000000dead' does not exist in this account and region; check the id.",
            id="an id that is not there",
        ),
        pytest.param(
            grant(by_name("app-web", "Web"), by_id(WEB.group_id, "Shop")),
            "sources of cache 'sessions' name sg-000000000000a0001 twice, as 'Web' and as 'Shop'; "
            "one rule has one description: leave one out.",
            id="two descriptions of one group",
        ),
        pytest.param(
            grant(by_cidr("10.0.0.0/8", "Office"), by_cidr("10.0.0.0/8", "")),
            "sources of cache 'sessions' name 10.0.0.0/8 twice, as 'Office' and as ''; "
            "one rule has one description: leave one out.",
            id="a description and an empty one",
        ),
        pytest.param(
            grant(by_name("batch")),
            "security_group 'batch' exists only in vpc-0000000000000a002 (as sg-000000000000b0002) or "
            "vpc-0000000000000a003 (as sg-000000000000b0003), while cache 'sessions' is in vpc-0000000000000a001, "
            "and a name is looked up in the cache's VPC; name a group there, or give the id of one in a peered VPC.",
            id="a name that only other VPCs have",
        ),
        pytest.param(
            grant(by_name("nobody"), is_present=False),
            "security_group 'nobody' does not exist in vpc-0000000000000a001, the VPC of cache 'sessions'.",
            id="a name that no VPC has, where access is to be taken away",
        ),
    ],
)
def test_sources_that_cannot_be_resolved(wanted: Grant, sentence: str) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        resolve_sources(wanted, VPC, KNOWN)
    assert str(caught.value) == sentence


def test_an_unknown_name_is_offered_the_names_that_come_near() -> None:
    with pytest.raises(UnknownGroupNameError) as caught:
        resolve_sources(grant(by_name("app-wbe")), VPC, KNOWN)
    assert (caught.value.name, caught.value.vpc_id) == ("app-wbe", VPC)
    offered = caught.value.offering(["app-web", "default"])
    assert isinstance(offered, InvalidGrantError)
    assert str(offered) == (
        "security_group 'app-wbe' does not exist in vpc-0000000000000a001, the VPC of cache 'sessions'. "
        "Did you mean app-web?"
    )
