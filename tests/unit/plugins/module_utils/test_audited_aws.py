# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._actions import (
    CLUSTERS,
    GATEWAY_ROUTES,
    SUBNETS,
)
from ansible_collections.elasticache.access.plugins.module_utils._audited_aws import OF_ALL, OF_EC2, AuditedAws
from ansible_collections.elasticache.access.plugins.module_utils._connection import Connection, Listing
from ansible_collections.elasticache.access.plugins.module_utils._errors import AwsError


class Asking(AuditedAws):
    """The calls of one who asks, without a connection."""

    def __init__(self, dispensable: frozenset[str] = OF_EC2) -> None:
        self.region = "eu-west-1"
        self.denied = {}
        self._dispensable = dispensable


def refusing(monkeypatch: pytest.MonkeyPatch, code: str, is_denied: bool = False) -> AwsError:
    """Let AWS refuse everything, and return how."""
    error = AwsError("AWS refused.", code, is_denied=is_denied)

    def refuse(*_said: Any, **_more: Any) -> Any:
        raise error

    monkeypatch.setattr(Connection, "_list", refuse)
    monkeypatch.setattr(Connection, "_call", refuse)
    return error


def test_what_may_be_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Connection, "_list", lambda *_said, **_more: Listing([{"SubnetId": "subnet-1"}]))
    routes: dict[str, Any] = {"Routes": [{"State": "active"}], "AdditionalRoutesAvailable": True}
    monkeypatch.setattr(Connection, "_call", lambda *_said, **_more: routes)
    aws = Asking()
    assert aws.describe_subnets_of_vpcs(["vpc-1"]) == [{"SubnetId": "subnet-1"}]
    assert aws.search_transit_gateway_routes("tgw-rtb-1") == Listing([{"State": "active"}], is_complete=False)
    assert aws.denied == {}


def test_what_may_not_be_read_is_empty_and_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    error = refusing(monkeypatch, "UnauthorizedOperation", is_denied=True)
    aws = Asking()
    assert aws.describe_subnets_of_vpcs(["vpc-1"]) == []
    # Empty does not mean that there are none.
    assert aws.search_transit_gateway_routes("tgw-rtb-1") == Listing([], is_complete=False)
    assert aws.denied == {SUBNETS: error, GATEWAY_ROUTES: error}


@pytest.mark.parametrize(
    ("code", "noted"), [("InvalidVpcID.NotFound", [SUBNETS]), ("InvalidRouteTableID.NotFound", [])]
)
def test_what_is_another_account_s_is_said_not_to_be_there(
    monkeypatch: pytest.MonkeyPatch, code: str, noted: list[str]
) -> None:
    refusing(monkeypatch, code)
    aws = Asking()
    assert aws.describe_subnets_of_vpcs(["vpc-1"]) == []
    assert list(aws.denied) == noted
    assert not aws.search_transit_gateway_routes("tgw-rtb-1").is_complete


@pytest.mark.parametrize(("code", "is_denied"), [("RequestLimitExceeded", False), ("", False), ("AuthFailure", False)])
def test_any_other_refusal_is_a_fault(monkeypatch: pytest.MonkeyPatch, code: str, is_denied: bool) -> None:
    error = refusing(monkeypatch, code, is_denied)
    aws = Asking()
    for call in (lambda: aws.describe_subnets_of_vpcs(["vpc-1"]), lambda: aws.search_transit_gateway_routes("t")):
        with pytest.raises(AwsError) as caught:
            call()
        assert (caught.value, aws.denied) == (error, {})


def test_which_caches_there_are_has_to_be_known_for_an_explanation_but_not_for_an_audit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    error = refusing(monkeypatch, "AccessDenied", is_denied=True)
    with pytest.raises(AwsError):
        Asking().describe_cache_clusters()
    auditing = Asking(OF_ALL)
    assert (auditing.describe_cache_clusters().answers, auditing.denied) == ([], {CLUSTERS: error})
