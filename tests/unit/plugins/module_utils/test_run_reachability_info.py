# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest
from ansible_collections.elasticache.access.plugins.module_utils import _run_reachability_info
from ansible_collections.elasticache.access.plugins.module_utils._errors import AwsError, InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._module import AccessModule
from ansible_collections.elasticache.access.plugins.module_utils._render import rule_values

from tests.unit.connections import ToldNetwork, told
from tests.unit.values import KNOWN, missing, rule

NEAR, OTHER = "i-00000001", "i-00000002"


def run(
    monkeypatch: pytest.MonkeyPatch, *sources: str, refused: Sequence[str] = (), **options: Any
) -> tuple[dict[str, Any], ToldNetwork]:
    """The result of the module, and what AWS was asked for."""
    answers = {**told(), **options.pop("answers", {})}
    aws = ToldNetwork(answers, refused)
    monkeypatch.setattr(_run_reachability_info, "AuditedAws", lambda *_given, **_more: aws)
    plain = {
        "sources": list(sources),
        "caches": ["sessions"],
        "cache_type": "cluster",
        "filters": None,
        "missing": "fail",
        "planned": None,
        "include_hops": True,
        "concurrency": 10,
        "throttle_timeout": 120,
    }
    module = cast(AccessModule, SimpleNamespace(params={**plain, **options}))
    return _run_reachability_info.run(module), aws


@pytest.mark.parametrize("source", [NEAR, OTHER, "eni-00000001", "10.0.1.1", "10.1.1.2"])
def test_a_source_that_reaches_the_cache(monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    """From the VPC of the cache and, over a transit gateway, from another one."""
    result, _aws = run(monkeypatch, source)
    assert (result["verdict"], result["changed"], result["region"]) == ("reachable", False, "eu-west-1")
    assert (result["planned"], result["missing"]) == (False, [])
    [path] = result["paths"]
    assert (path["sources"], path["cache"], len(path["hops"])) == ([source], "sessions", 12)
    assert [(each["name"], each["verdicts"]) for each in result["caches"]] == [("sessions", {source: "reachable"})]
    assert [each["source"] for each in result["sources"]] == [source]
    assert result["not_looked_at"]


def test_each_source_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    result, aws = run(monkeypatch, NEAR, f" {NEAR}", OTHER)
    assert [each["source"] for each in result["sources"]] == [NEAR, OTHER]
    assert aws.asked["DescribeInstances"] == {NEAR, OTHER}


def test_an_interface_has_its_instance_read(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = told()["DescribeInstances"]
    stopped[0]["Instances"][0]["State"]["Name"] = "stopped"
    for source in ("eni-00000001", "10.0.1.1"):
        result, aws = run(monkeypatch, source, answers={"DescribeInstances": stopped})
        assert (result["verdict"], aws.asked["DescribeInstances"]) == ("blocked", {NEAR})
        assert result["paths"][0]["first_blocker"]["hop"] == "source_state"
    # One that is named itself is read once.
    _result, aws = run(monkeypatch, "eni-00000001", NEAR)
    assert sum("DescribeInstances" in each for each in aws.rounds) == 1


def test_an_instance_that_may_not_be_read_leaves_its_interface_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    result, _aws = run(monkeypatch, "eni-00000001", refused=["DescribeInstances"])
    assert result["verdict"] == "unknown"
    assert result["paths"][0]["hops"][1]["steps"][0]["action"] == "ec2:DescribeInstances"


@pytest.mark.parametrize(
    ("source", "action"), [(NEAR, "DescribeInstances"), ("eni-00000001", "DescribeNetworkInterfaces")]
)
def test_sources_that_may_not_be_read_are_a_fault(monkeypatch: pytest.MonkeyPatch, source: str, action: str) -> None:
    with pytest.raises(AwsError) as caught:
        run(monkeypatch, source, refused=[action])
    assert missing([f"ec2:{action}"], caught.value) == []


def test_an_address_can_be_anybody_s_where_interfaces_may_not_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    result, _aws = run(monkeypatch, "10.0.1.1", refused=["DescribeNetworkInterfaces"])
    assert result["verdict"] == "unknown"


def test_sources_that_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        run(monkeypatch, "app-web", "i-0", NEAR)
    first, second = str(caught.value).splitlines()
    assert (missing(["'app-web'"], first), missing(["'i-0'"], second)) == ([], [])
    with pytest.raises(InvalidGrantError) as caught:
        run(monkeypatch, "i-00000009")
    assert missing(["i-00000009", "eu-west-1"], caught.value) == []


def test_rules_that_are_only_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    planned = [{"added": [], "removed": [rule_values(rule(), KNOWN)]}]
    result, _aws = run(monkeypatch, NEAR, planned=planned)
    assert (result["planned"], result["verdict"]) == (True, "blocked")
    assert result["paths"][0]["first_blocker"]["hop"] == "cache_ingress"
    result, _aws = run(monkeypatch, NEAR, planned=[])
    assert (result["planned"], result["verdict"]) == (True, "reachable")


def test_caches_that_are_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    result, _aws = run(monkeypatch, NEAR, caches=None, answers={"DescribeCacheClusters": []})
    assert (result["verdict"], result["paths"], result["caches"]) == ("unknown", [], [])


def test_hops_can_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    result, _aws = run(monkeypatch, NEAR, include_hops=False)
    assert "hops" not in result["paths"][0]


@pytest.mark.parametrize(
    "action",
    [
        "DescribeSubnets",
        "DescribeNetworkAcls",
        "DescribeRouteTables",
        "DescribeSecurityGroupRules",
        "DescribeTransitGatewayVpcAttachments",
        "DescribeTransitGatewayAttachments",
        "DescribeTransitGateways",
        "SearchTransitGatewayRoutes",
    ],
)
def test_what_may_not_be_read_is_not_known(monkeypatch: pytest.MonkeyPatch, action: str) -> None:
    """The cache is reached over a transit gateway, with nothing to stop it."""
    result, _aws = run(monkeypatch, OTHER, refused=[action])
    assert (result["verdict"], result["paths"][0]["blockers"]) == ("unknown", [])


@pytest.mark.parametrize("action", ["DescribeVpcPeeringConnections", "DescribeSecurityGroups"])
def test_what_may_not_be_read_does_not_always_matter(monkeypatch: pytest.MonkeyPatch, action: str) -> None:
    result, _aws = run(monkeypatch, OTHER, refused=[action])
    assert result["verdict"] == "reachable"
