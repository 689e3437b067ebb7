# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._prefix_lists import PrefixList, parse_prefix_lists


def of_aws(name: str) -> PrefixList:
    return PrefixList("pl-1", name, "AWS", "IPv4", None)


def test_prefix_lists_by_id() -> None:
    answers: list[dict[str, Any]] = [
        {
            "PrefixListId": "pl-1",
            "PrefixListName": "offices",
            "OwnerId": "123456789012",
            "AddressFamily": "IPv6",
            "MaxEntries": 10,
            "State": "create-complete",
        },
        # As AWS tells of its own.
        {"PrefixListId": "pl-2", "PrefixListName": "com.amazonaws.eu-west-1.s3", "OwnerId": "AWS"},
        {"PrefixListId": "pl-3"},
    ]
    assert parse_prefix_lists(answers) == {
        "pl-1": PrefixList("pl-1", "offices", "123456789012", "IPv6", 10),
        "pl-2": PrefixList("pl-2", "com.amazonaws.eu-west-1.s3", "AWS", "IPv4", None),
        "pl-3": PrefixList("pl-3", "", "", "IPv4", None),
    }


def test_a_prefix_list_is_shown_with_name_and_id() -> None:
    assert str(PrefixList("pl-1", "offices", "123456789012", "IPv4", 10)) == "offices (pl-1)"


@pytest.mark.parametrize(
    ("found", "weight"),
    [
        pytest.param(PrefixList("pl-1", "offices", "1", "IPv4", 10), 10, id="ours counts for all that it may hold"),
        pytest.param(PrefixList("pl-1", "x.cloudfront.origin-facing", "1", "IPv4", 3), 3, id="ours, named as AWS's"),
        pytest.param(of_aws("com.amazonaws.global.cloudfront.origin-facing"), 55, id="CloudFront"),
        pytest.param(of_aws("com.amazonaws.global.ipv6.cloudfront.origin-facing"), 55, id="CloudFront over IPv6"),
        pytest.param(of_aws("com.amazonaws.eu-west-1.route53-healthchecks"), 25, id="Route 53 health checks"),
        pytest.param(of_aws("com.amazonaws.eu-west-1.vpc-lattice"), 10, id="VPC Lattice"),
        pytest.param(of_aws("com.amazonaws.eu-west-1.ipv6.vpc-lattice"), 10, id="VPC Lattice over IPv6"),
        pytest.param(of_aws("com.amazonaws.eu-west-1.s3express"), 6, id="S3 Express"),
        pytest.param(of_aws("com.amazonaws.global.groundstation"), 5, id="Ground Station"),
        pytest.param(of_aws("com.amazonaws.eu-west-1.ec2-instance-connect"), 2, id="EC2 Instance Connect"),
        pytest.param(of_aws("com.amazonaws.eu-west-1.s3"), 1, id="S3"),
        pytest.param(of_aws("com.amazonaws.eu-west-1.dynamodb"), 1, id="DynamoDB"),
        pytest.param(of_aws(""), 1, id="one without a name"),
    ],
)
def test_what_a_rule_with_a_list_counts_for(found: PrefixList, weight: int) -> None:
    assert found.weight == weight


@pytest.mark.parametrize(("family", "is_ipv4"), [("IPv4", True), ("IPv6", False)])
def test_a_list_holds_ranges_of_one_family(family: str, is_ipv4: bool) -> None:
    assert PrefixList("pl-1", "offices", "1", family, 10).is_ipv4 is is_ipv4
