# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is said to AWS and what is made of its answers; botocore checks each call and each answer against its model."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from types import SimpleNamespace
from typing import Any, cast

import pytest
from ansible_collections.elasticache.access.plugins.module_utils import _connection
from ansible_collections.elasticache.access.plugins.module_utils._aws import Aws
from ansible_collections.elasticache.access.plugins.module_utils._connection import CONCURRENCY, Listing
from ansible_collections.elasticache.access.plugins.module_utils._errors import AccessError, AwsError
from ansible_collections.elasticache.access.plugins.module_utils._module import AccessModule
from ansible_collections.elasticache.access.plugins.module_utils._pacing import Pace
from ansible_collections.elasticache.access.plugins.module_utils._tags import MARKER
from botocore import exceptions
from botocore.hooks import first_non_none_response
from botocore.parsers import ResponseParserError
from botocore.stub import Stubber

# The options of amazon.aws, none of them set.
UNSET = dict.fromkeys(
    ["access_key", "aws_ca_bundle", "aws_config", "endpoint_url", "profile", "region", "secret_key", "session_token"]
)
OPTIONS: dict[str, Any] = {"region": "eu-west-1", "access_key": "one", "secret_key": "two", "validate_certs": True}


def connect(concurrency: int = CONCURRENCY, throttle_timeout: float = 120, **options: Any) -> Aws:
    """Aws as a task with these options has it."""
    module = cast(AccessModule, SimpleNamespace(params={**UNSET, **options}))
    return Aws(module, concurrency, throttle_timeout)


@cache
def connected() -> Aws:
    """One for all tests that stub its clients: to make a client takes long."""
    return connect(**OPTIONS)


class Wire:
    """The next answers of AWS, in order, per service."""

    def __init__(self) -> None:
        self.aws = connected()
        self.stubs: dict[str, Stubber] = {}

    def expect(self, service: str, method: str, said: dict[str, Any], answer: dict[str, Any]) -> None:
        self._stub(service).add_response(method, answer, said)

    def refuse(self, service: str, method: str, code: str, message: str) -> None:
        self._stub(service).add_client_error(method, code, message)

    def _stub(self, service: str) -> Stubber:
        if service not in self.stubs:
            self.stubs[service] = Stubber(self.aws._client(service))
            self.stubs[service].activate()
        return self.stubs[service]


@pytest.fixture
def wire() -> Iterator[Wire]:
    """AWS's side of the wire; every answer has to be fetched."""
    made = Wire()
    yield made
    for stub in made.stubs.values():
        stub.deactivate()
    for stub in made.stubs.values():
        stub.assert_no_pending_responses()


# How calls run side by side


@pytest.mark.parametrize(
    "count",
    [pytest.param(0, id="no call"), pytest.param(1, id="one call"), pytest.param(20, id="more than run at once")],
)
def test_results_stand_in_the_order_of_the_calls(count: int) -> None:
    def call(number: int) -> Callable[[], int]:
        def later() -> int:
            time.sleep(0.002 * (number % 3))
            return number

        return later

    assert connected().side_by_side([call(number) for number in range(count)]) == list(range(count))


@pytest.mark.parametrize("bound", [1, 4, CONCURRENCY, 30])
def test_calls_run_at_once_and_within_the_bound(bound: int) -> None:
    lock, together = threading.Lock(), threading.Barrier(bound, timeout=10)
    running, most = 0, 0

    def call() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        together.wait()
        with lock:
            running -= 1

    connect(concurrency=bound, **OPTIONS).side_by_side([call] * (2 * bound))
    assert most == bound


def test_the_bound_holds_where_what_runs_side_by_side_does_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    lock = threading.Lock()
    running, most = 0, 0

    def call(_action: str) -> dict[str, Any]:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.01)
        with lock:
            running -= 1
        return {}

    aws = connect(concurrency=3, **OPTIONS)
    monkeypatch.setattr(aws._client("ec2"), "create_tags", lambda **_said: call("CreateTags"))
    inner = [partial(aws.create_tags, ["sgr-1"], [MARKER])] * 3
    aws.side_by_side([lambda: aws.side_by_side(inner)] * 3)
    assert most == 3


def test_one_call_runs_in_the_thread_that_asks() -> None:
    assert connected().side_by_side([threading.current_thread]) == [threading.current_thread()]


def test_the_first_error_in_the_order_of_the_calls_is_raised() -> None:
    def fail(words: str) -> Callable[[], None]:
        def call() -> None:
            raise AwsError(words)

        return call

    with pytest.raises(AwsError, match="first"):
        connected().side_by_side([fail("first"), fail("second")])


# How a connection is made


def test_the_region_is_the_one_of_the_options() -> None:
    assert connect(region="eu-central-1").region == "eu-central-1"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        pytest.param(
            {},
            "No AWS region is known; set the option region, the environment variable AWS_REGION, "
            "or a region in the profile.",
            id="no region",
        ),
        pytest.param(
            {"region": "eu-west-1", "aws_config": {"retry": 3}},
            "aws_config holds what botocore does not know: Got unexpected keyword argument 'retry'.",
            id="an option that botocore does not have",
        ),
    ],
)
def test_options_with_which_nothing_can_be_asked(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(AccessError) as caught:
        connect(**options)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        pytest.param(
            {"profile": "nobody"},
            "AWS cannot be connected to as configured: The config profile (nobody) could not be found.",
            id="a profile that is not there",
        ),
        pytest.param(
            {**OPTIONS, "endpoint_url": "localhost:5000"},
            "AWS cannot be connected to as configured: Invalid endpoint: localhost:5000.",
            id="an endpoint that is no URL",
        ),
        pytest.param(
            {**OPTIONS, "endpoint_url": "joe:secret@localhost:5000"},
            "AWS cannot be connected to as configured: Invalid endpoint: ***@localhost:5000.",
            id="an endpoint that is no URL and has a password",
        ),
        pytest.param(
            {"access_key": "one"},
            "AWS cannot be connected to as configured: Partial credentials found in explicit, missing: "
            "aws_secret_access_key.",
            id="half of the credentials",
        ),
    ],
)
def test_options_with_which_no_client_can_be_made(options: dict[str, Any], sentence: str) -> None:
    aws = connect(**{"region": "eu-west-1", **options})
    with pytest.raises(AccessError) as caught:
        aws.describe_subnets(["subnet-1"])
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    "error", [KeyError("DescribeSubnetsResult"), ValueError(b"Credential=a-key"), OSError("ca.pem")]
)
def test_what_botocore_does_not_foresee_is_said_without_repeating_it(error: Exception) -> None:
    """An answer that is none of AWS's, or a header that cannot be sent, in which there can be a key."""

    def stumble() -> Any:
        raise error

    with pytest.raises(AwsError) as caught:
        connected()._in_our_words("ec2:DescribeSubnets", stumble)
    assert str(caught.value).startswith(
        "ec2:DescribeSubnets could not be asked, or was not answered in the way of AWS "
        f"({type(error).__name__}); check the options access_key"
    )
    assert caught.value.may_be_done


def test_a_client_is_made_once_however_many_calls_run_at_once() -> None:
    aws = connect(**OPTIONS)
    clients = aws.side_by_side([lambda: aws._client("ec2")] * CONCURRENCY)
    assert len(set(map(id, clients))) == 1


# How throttling is waited out

AUTHORIZE, REVOKE_RULES = "AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"


class Throttled:
    """Botocore's events, as they come while EC2 throttles; nothing is sent, and nothing really waits."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, throttle_timeout: float = 120) -> None:
        self.now = 1000.0
        self.waited: list[float] = []
        clock = SimpleNamespace(monotonic=lambda: self.now, sleep=self.waited.append)
        monkeypatch.setattr(_connection, "time", clock)
        monkeypatch.setattr(_connection, "Pace", partial(Pace, clock=lambda: self.now))
        self.client = connect(throttle_timeout=throttle_timeout, **OPTIONS)._client("ec2")

    def call(self, operation: str = AUTHORIZE) -> float:
        """How long a call waits before it is made."""
        model = self.client.meta.service_model.operation_model(operation)
        self.client.meta.events.emit(f"before-call.ec2.{operation}", model=model, params={"headers": {}})
        return self.waited.pop()

    def answer(self, code: str = "", status: int = 200, operation: str = AUTHORIZE, attempts: int = 1) -> Any:
        """What botocore does about an answer: a pause before the next try, or V(None)."""
        parsed = {"Error": {"Code": code, "Message": "Slow"}} if code else {}
        responses = self.client.meta.events.emit(
            f"needs-retry.ec2.{operation}",
            response=(SimpleNamespace(status_code=status, headers={}), {**parsed, "ResponseMetadata": {}}),
            endpoint=None,
            operation=self.client.meta.service_model.operation_model(operation),
            attempts=attempts,
            caught_exception=None,
            request_dict={"context": {}},
        )
        return first_non_none_response(responses)


@pytest.mark.parametrize("code", ["RequestLimitExceeded", "Throttling", "ThrottlingException"])
def test_a_throttled_call_is_tried_again_and_the_others_of_its_action_wait_as_well(
    monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    throttled = Throttled(monkeypatch)
    assert throttled.call() == 0
    assert 0.2 <= throttled.answer(code, 503) <= 0.22
    assert throttled.call() == pytest.approx(0.4)
    assert throttled.call(REVOKE_RULES) == 0


def test_however_often_a_call_was_throttled_it_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    throttled = Throttled(monkeypatch)
    assert throttled.answer("RequestLimitExceeded", 503, attempts=50) is not None


def test_throttling_that_does_not_end_is_given_up_for_all_calls_of_the_action(monkeypatch: pytest.MonkeyPatch) -> None:
    throttled = Throttled(monkeypatch, throttle_timeout=30)
    throttled.answer("Throttling", 400)
    throttled.now += 30
    said = (
        "AWS still throttles ec2:AuthorizeSecurityGroupIngress (Throttling) after 30 seconds in which no call got "
        "through; run again later, or raise throttle_timeout."
    )
    with pytest.raises(AwsError) as caught:
        throttled.answer("Throttling", 400)
    assert (str(caught.value), caught.value.code) == (said, "Throttling")
    with pytest.raises(AwsError, match="still throttles"):
        throttled.call()
    assert throttled.call(REVOKE_RULES) == 0


def test_a_call_that_gets_through_begins_the_waiting_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    throttled = Throttled(monkeypatch, throttle_timeout=30)
    throttled.answer("Throttling", 400)
    throttled.now += 29
    assert throttled.answer() is None
    throttled.now += 29
    assert throttled.answer("Throttling", 400) is not None


def test_botocore_sees_to_failures_that_are_no_throttling(monkeypatch: pytest.MonkeyPatch) -> None:
    throttled = Throttled(monkeypatch, throttle_timeout=30)
    assert throttled.answer("InternalError", 500) is not None
    assert throttled.answer("InvalidPermission.Duplicate", 400) is None
    # A failure of EC2's own is no sign that calls get through again.
    throttled.answer("Throttling", 400)
    throttled.now += 30
    throttled.answer("InternalError", 500)
    with pytest.raises(AwsError, match="still throttles"):
        throttled.answer("Throttling", 400)


# What AWS is asked


def test_caches_are_listed_over_all_pages(wire: Wire) -> None:
    first, second = {"CacheClusterId": "a"}, {"CacheClusterId": "b"}
    said = {"ShowCacheNodeInfo": True, "MaxRecords": 100}
    wire.expect("elasticache", "describe_cache_clusters", said, {"CacheClusters": [first], "Marker": "more"})
    wire.expect("elasticache", "describe_cache_clusters", {**said, "Marker": "more"}, {"CacheClusters": [second]})
    assert wire.aws.describe_cache_clusters() == Listing([first, second])


def test_a_listing_ends_after_so_many_pages_and_says_that_there_is_more(wire: Wire) -> None:
    groups: list[Mapping[str, Any]] = [{"ReplicationGroupId": f"g{number}"} for number in range(200)]
    for marker, more, page in ((None, "b", groups[:100]), ("b", "c", groups[100:])):
        said = {"MaxRecords": 100, **({"Marker": marker} if marker else {})}
        wire.expect("elasticache", "describe_replication_groups", said, {"ReplicationGroups": page, "Marker": more})
    assert wire.aws.describe_replication_groups(most_pages=2) == Listing(groups, is_complete=False)


def test_a_listing_that_ends_with_the_last_page_asked_for_is_complete(wire: Wire) -> None:
    page: list[Mapping[str, Any]] = [{"ServerlessCacheName": f"s{number}"} for number in range(50)]
    wire.expect("elasticache", "describe_serverless_caches", {"MaxResults": 50}, {"ServerlessCaches": page})
    assert wire.aws.describe_serverless_caches(most_pages=1) == Listing(page)


@pytest.mark.parametrize(
    ("method", "said", "key", "answer"),
    [
        pytest.param(
            "describe_cache_clusters",
            {"ShowCacheNodeInfo": True, "CacheClusterId": "sessions", "MaxRecords": 100},
            "CacheClusters",
            {"CacheClusterId": "sessions"},
            id="a cluster",
        ),
        pytest.param(
            "describe_replication_groups",
            {"ReplicationGroupId": "sessions", "MaxRecords": 100},
            "ReplicationGroups",
            {"ReplicationGroupId": "sessions"},
            id="a replication group",
        ),
        pytest.param(
            "describe_serverless_caches",
            {"ServerlessCacheName": "sessions", "MaxResults": 50},
            "ServerlessCaches",
            {"ServerlessCacheName": "sessions"},
            id="a serverless cache",
        ),
        pytest.param(
            "describe_cache_subnet_groups",
            {"CacheSubnetGroupName": "sessions", "MaxRecords": 100},
            "CacheSubnetGroups",
            {"CacheSubnetGroupName": "sessions"},
            id="a subnet group",
        ),
    ],
)
def test_one_thing_is_asked_for_by_its_name(
    wire: Wire, method: str, said: dict[str, Any], key: str, answer: dict[str, Any]
) -> None:
    wire.expect("elasticache", method, said, {key: [answer]})
    assert getattr(wire.aws, method)("sessions") == Listing([answer])


@pytest.mark.parametrize(
    ("method", "said"),
    [
        pytest.param("describe_replication_groups", {"MaxRecords": 100}, id="replication groups"),
        pytest.param("describe_serverless_caches", {"MaxResults": 50}, id="serverless caches"),
        pytest.param("describe_cache_subnet_groups", {"MaxRecords": 100}, id="subnet groups"),
    ],
)
def test_a_region_without_any_is_an_empty_list(wire: Wire, method: str, said: dict[str, Any]) -> None:
    wire.expect("elasticache", method, said, {})
    assert getattr(wire.aws, method)() == Listing([])


@pytest.mark.parametrize(
    ("method", "name", "code"),
    [
        pytest.param("modify_cache_cluster", "CacheClusterId", "InvalidCacheClusterState", id="cluster"),
        pytest.param(
            "modify_replication_group", "ReplicationGroupId", "InvalidReplicationGroupState", id="replication group"
        ),
        pytest.param(
            "modify_serverless_cache", "ServerlessCacheName", "InvalidServerlessCacheStateFault", id="serverless cache"
        ),
    ],
)
def test_the_groups_of_a_cache_are_sent_alone_and_a_busy_cache_is_known_for_one(
    wire: Wire, method: str, name: str, code: str
) -> None:
    wire.expect("elasticache", method, {name: "sessions", "SecurityGroupIds": ["sg-1", "sg-2"]}, {})
    assert getattr(wire.aws, method)("sessions", ("sg-1", "sg-2")) is None
    wire.refuse("elasticache", method, code, "It is in status modifying.")
    with pytest.raises(AwsError) as caught:
        getattr(wire.aws, method)("sessions", ["sg-1"])
    action = "".join(part.capitalize() for part in method.split("_"))
    assert caught.value.is_busy
    assert str(caught.value) == (
        f"ElastiCache is busy with the cache ({code} on elasticache:{action}): It is in status modifying; "
        "run again when it is available."
    )


def test_tags_of_one_cache(wire: Wire) -> None:
    tags = [{"Key": "team", "Value": "shop"}]
    wire.expect("elasticache", "list_tags_for_resource", {"ResourceName": "arn:a"}, {"TagList": tags})
    wire.expect("elasticache", "list_tags_for_resource", {"ResourceName": "arn:b"}, {})
    assert [wire.aws.list_tags_for_resource(arn) for arn in ("arn:a", "arn:b")] == [tags, []]


def test_tags_of_all_caches(wire: Wire) -> None:
    kinds = ["elasticache:cluster", "elasticache:replicationgroup", "elasticache:serverlesscache"]
    listed = [{"ResourceARN": "arn:a", "Tags": []}]
    said = {"ResourceTypeFilters": kinds, "ResourcesPerPage": 100}
    wire.expect("resourcegroupstaggingapi", "get_resources", said, {"ResourceTagMappingList": listed})
    assert wire.aws.get_resources() == listed


@pytest.mark.parametrize(
    ("ours", "theirs", "name", "key"),
    [
        pytest.param("describe_subnets", "describe_subnets", "subnet-id", "Subnets", id="subnets"),
        pytest.param(
            "describe_security_groups", "describe_security_groups", "group-id", "SecurityGroups", id="groups by id"
        ),
        pytest.param(
            "describe_security_groups_named",
            "describe_security_groups",
            "group-name",
            "SecurityGroups",
            id="groups by name",
        ),
        pytest.param(
            "describe_security_group_rules",
            "describe_security_group_rules",
            "group-id",
            "SecurityGroupRules",
            id="rules",
        ),
        pytest.param(
            "describe_managed_prefix_lists",
            "describe_managed_prefix_lists",
            "prefix-list-id",
            "PrefixLists",
            id="prefix lists by id",
        ),
        pytest.param(
            "describe_managed_prefix_lists_named",
            "describe_managed_prefix_lists",
            "prefix-list-name",
            "PrefixLists",
            id="prefix lists by name",
        ),
        pytest.param(
            "describe_transit_gateway_vpc_attachments",
            "describe_transit_gateway_vpc_attachments",
            "vpc-id",
            "TransitGatewayVpcAttachments",
            id="attachments to transit gateways",
        ),
        pytest.param(
            "describe_transit_gateways",
            "describe_transit_gateways",
            "transit-gateway-id",
            "TransitGateways",
            id="transit gateways",
        ),
    ],
)
def test_many_things_are_asked_for_200_at_a_time_each_once_and_none_not_at_all(
    wire: Wire, ours: str, theirs: str, name: str, key: str
) -> None:
    # The stub hands its answers out in order, and calls side by side come in any.
    wire.aws.concurrency = 1
    values = [f"x-{number:03}" for number in range(201)]
    for part in (values[:200], values[200:]):
        said = {"Filters": [{"Name": name, "Values": part}], "MaxResults": 100 if key == "PrefixLists" else 1000}
        wire.expect("ec2", theirs, said, {key: [{"Tags": []}]})
    ask = getattr(wire.aws, ours)
    assert ask([*reversed(values), *values]) == [{"Tags": []}] * 2
    assert ask([]) == []


def test_groups_of_a_vpc(wire: Wire) -> None:
    said = {"Filters": [{"Name": "vpc-id", "Values": ["vpc-1"]}], "MaxResults": 1000}
    wire.expect("ec2", "describe_security_groups", said, {"SecurityGroups": [{"GroupId": "sg-1"}]})
    assert wire.aws.describe_security_groups_of_vpc("vpc-1") == [{"GroupId": "sg-1"}]


def test_regions_of_the_account(wire: Wire) -> None:
    wire.expect("ec2", "describe_regions", {}, {"Regions": [{"RegionName": "eu-west-1"}, {"RegionName": "us-east-1"}]})
    assert wire.aws.describe_regions() == ["eu-west-1", "us-east-1"]


def test_what_a_prefix_list_holds(wire: Wire) -> None:
    said = {"PrefixListId": "pl-1", "MaxResults": 100}
    wire.expect("ec2", "get_managed_prefix_list_entries", said, {"Entries": [{"Cidr": "10.0.0.0/8"}]})
    assert wire.aws.get_managed_prefix_list_entries("pl-1") == [{"Cidr": "10.0.0.0/8"}]


def test_stale_groups_of_a_vpc(wire: Wire) -> None:
    said = {"VpcId": "vpc-1", "MaxResults": 255}
    wire.expect("ec2", "describe_stale_security_groups", said, {"StaleSecurityGroupSet": [{"GroupId": "sg-1"}]})
    assert wire.aws.describe_stale_security_groups("vpc-1") == [{"GroupId": "sg-1"}]


@pytest.mark.parametrize(
    ("ours", "theirs", "name", "key"),
    [
        pytest.param(
            "describe_network_interfaces_of_vpcs",
            "describe_network_interfaces",
            "vpc-id",
            "NetworkInterfaces",
            id="interfaces of VPCs",
        ),
        pytest.param("describe_instances", "describe_instances", "instance-id", "Reservations", id="instances"),
        pytest.param(
            "describe_network_interfaces",
            "describe_network_interfaces",
            "group-id",
            "NetworkInterfaces",
            id="network interfaces",
        ),
    ],
)
def test_what_services_manage_is_asked_for_as_well(wire: Wire, ours: str, theirs: str, name: str, key: str) -> None:
    said = {"Filters": [{"Name": name, "Values": ["x-1"]}], "IncludeManagedResources": True, "MaxResults": 1000}
    wire.expect("ec2", theirs, said, {key: [{}]})
    assert getattr(wire.aws, ours)(["x-1"]) == [{}]


def test_an_old_botocore_is_not_asked_for_what_it_does_not_know(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    model = wire.aws._client("ec2").meta.service_model.operation_model("DescribeInstances")
    monkeypatch.delitem(model.input_shape.members, "IncludeManagedResources")
    said = {"Filters": [{"Name": "instance-id", "Values": ["i-1"]}], "MaxResults": 1000}
    wire.expect("ec2", "describe_instances", said, {})
    assert wire.aws.describe_instances(["i-1"]) == []


def test_all_prefix_lists(wire: Wire) -> None:
    wire.expect(
        "ec2", "describe_managed_prefix_lists", {"MaxResults": 100}, {"PrefixLists": [{"PrefixListId": "pl-1"}]}
    )
    assert wire.aws.describe_all_managed_prefix_lists() == [{"PrefixListId": "pl-1"}]


def test_peerings_are_asked_for_from_both_sides_and_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The two calls run side by side, so that no order of answers can be laid down."""
    answers = {
        "requester-vpc-info.vpc-id": ["pcx-1", "pcx-2"],
        "accepter-vpc-info.vpc-id": ["pcx-2", "pcx-3"],
    }
    said = []

    def tell(operation: str, key: str, name: str, values: list[str]) -> list[dict[str, str]]:
        said.append((operation, key, name, list(values)))
        return [{"VpcPeeringConnectionId": peering_id} for peering_id in answers[name]]

    aws = connect(**OPTIONS)
    monkeypatch.setattr(aws, "_list_filtered", tell)
    found = aws.describe_vpc_peering_connections(vpc_id for vpc_id in ["vpc-1", "vpc-2"])
    assert [each["VpcPeeringConnectionId"] for each in found] == ["pcx-1", "pcx-2", "pcx-3"]
    assert sorted(said) == [
        ("DescribeVpcPeeringConnections", "VpcPeeringConnections", name, ["vpc-1", "vpc-2"]) for name in sorted(answers)
    ]


def test_rules_are_tagged_in_one_call(wire: Wire) -> None:
    said = {
        "Resources": ["sgr-1", "sgr-2"],
        "Tags": [{"Key": "env", "Value": "prod"}, {"Key": "team", "Value": "shop"}],
    }
    wire.expect("ec2", "create_tags", said, {})
    wire.aws.create_tags(("sgr-1", "sgr-2"), (("env", "prod"), ("team", "shop")))


def test_rules_are_added_in_one_call_with_their_tags(wire: Wire) -> None:
    permissions = [{"IpProtocol": "tcp", "FromPort": 6379, "ToPort": 6379, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]
    wire.expect(
        "ec2",
        "authorize_security_group_ingress",
        {
            "GroupId": "sg-1",
            "IpPermissions": permissions,
            "TagSpecifications": [
                {"ResourceType": "security-group-rule", "Tags": [{"Key": MARKER[0], "Value": MARKER[1]}]}
            ],
        },
        {"Return": True, "SecurityGroupRules": [{"SecurityGroupRuleId": "sgr-1"}]},
    )
    made = wire.aws.authorize_security_group_ingress("sg-1", permissions, [MARKER])
    assert made == [{"SecurityGroupRuleId": "sgr-1"}]


def test_descriptions_are_changed_in_place(wire: Wire) -> None:
    said = {
        "GroupId": "sg-1",
        "SecurityGroupRuleDescriptions": [
            {"SecurityGroupRuleId": "sgr-1", "Description": "Web"},
            {"SecurityGroupRuleId": "sgr-2", "Description": ""},
        ],
    }
    wire.expect("ec2", "update_security_group_rule_descriptions_ingress", said, {"Return": True})
    wire.aws.update_security_group_rule_descriptions_ingress("sg-1", {"sgr-1": "Web", "sgr-2": ""})


def test_rules_are_removed_by_their_ids(wire: Wire) -> None:
    said = {"GroupId": "sg-1", "SecurityGroupRuleIds": ["sgr-1", "sgr-2"]}
    wire.expect("ec2", "revoke_security_group_ingress", said, {"Return": True})
    wire.aws.revoke_security_group_ingress("sg-1", ("sgr-1", "sgr-2"))


# What is made of a refusal

REVOKE = "ec2:RevokeSecurityGroupIngress"
DENIED = "You are not authorized to perform this operation."
WHO = "User: arn:aws:iam::123456789012:user/joe is not authorized to perform: "
MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details.{0}{0}The Canonical String for this request "
    "should have been{0}{1}"
)


@pytest.mark.parametrize(
    ("code", "message", "action", "sentence"),
    [
        pytest.param(
            "UnauthorizedOperation",
            DENIED,
            REVOKE,
            f"AWS does not permit these credentials {REVOKE}; allow that action in their policy.",
            id="a permission is missing",
        ),
        pytest.param(
            "UnauthorizedOperation",
            f"{DENIED} {WHO}ec2:CreateTags on resource: arn:aws:ec2:eu-west-1:123456789012:security-group-rule/* "
            "because no identity-based policy allows the action. Encoded authorization failure message: AbC",
            "ec2:CreateTags",
            "AWS does not permit these credentials ec2:CreateTags; allow that action in their policy.",
            id="the permission for another action that the call needs is missing",
        ),
        pytest.param(
            "UnauthorizedOperation",
            f"{DENIED} {WHO}{REVOKE} on resource: * with an explicit deny in a service control policy",
            REVOKE,
            f"AWS does not permit these credentials {REVOKE}; a policy denies it explicitly: change that policy.",
            id="a policy denies the action, so that allowing it is no help",
        ),
        pytest.param(
            "AccessDenied",
            f"{WHO}elasticache:DescribeCacheClusters on resource: *",
            "elasticache:DescribeCacheClusters",
            "AWS does not permit these credentials elasticache:DescribeCacheClusters; "
            "allow that action in their policy.",
            id="a permission is missing, as ElastiCache says it",
        ),
        pytest.param(
            "AuthFailure",
            "AWS was not able to validate the provided access credentials",
            REVOKE,
            f"AWS does not accept these credentials (AuthFailure on {REVOKE}): "
            "AWS was not able to validate the provided access credentials.",
            id="credentials that are wrong",
        ),
        pytest.param(
            "ExpiredToken",
            "The security token included in the request is expired.",
            REVOKE,
            f"AWS does not accept these credentials (ExpiredToken on {REVOKE}): "
            "The security token included in the request is expired.",
            id="credentials that have expired",
        ),
        pytest.param(
            "SignatureDoesNotMatch",
            MISMATCH.format(" ", "'POST / host:x x-amz-security-token:TOKEN'"),
            REVOKE,
            f"AWS does not accept these credentials (SignatureDoesNotMatch on {REVOKE}): "
            "The request signature we calculated does not match the signature you provided.",
            id="a secret key that is wrong, where AWS repeats the request with the session token in it",
        ),
        pytest.param(
            "InvalidSignatureException",
            MISMATCH.format("\n", "'POST\n/\n\nhost:x\nx-amz-security-token:TOKEN'"),
            REVOKE,
            f"AWS does not accept these credentials (InvalidSignatureException on {REVOKE}): "
            "The request signature we calculated does not match the signature you provided.",
            id="the same as services say it that speak JSON",
        ),
        pytest.param(
            "IncompleteSignature",
            "'SECRET' not a valid key=value pair (missing equal-sign) in Authorization header: 'Credential=SECRET/20'.",
            REVOKE,
            f"AWS does not accept these credentials (IncompleteSignature on {REVOKE}): '...'.",
            id="a secret key in place of the access key, where AWS repeats the header",
        ),
        pytest.param(
            "InvalidParameterValue",
            "That is no value.\nx-amz-security-token:TOKEN",
            REVOKE,
            f"AWS refused {REVOKE} (InvalidParameterValue): That is no value.",
            id="a reason of several lines, of which the first one is AWS's own",
        ),
        pytest.param(
            "InvalidPermission.NotFound",
            "The specified rule does not exist in this security group",
            REVOKE,
            f"AWS refused {REVOKE} (InvalidPermission.NotFound): "
            "The specified rule does not exist in this security group.",
            id="a reason that ends without a stop",
        ),
        pytest.param(
            "InvalidGroup.NotFound",
            "The security group 'sg-1' does not exist. ",
            REVOKE,
            f"AWS refused {REVOKE} (InvalidGroup.NotFound): The security group 'sg-1' does not exist.",
            id="a reason that ends with a stop and a blank",
        ),
        pytest.param(
            "403",
            "<html>x-amz-security-token: TOKEN",
            REVOKE,
            f"{REVOKE} got an answer that is not AWS's (HTTP 403); check the options region and endpoint_url, and "
            "proxies on the way.",
            id="a refusal by somebody who is not AWS",
        ),
        pytest.param(
            "InternalError",
            "",
            REVOKE,
            f"AWS refused {REVOKE} (InternalError): no reason given.",
            id="no reason",
        ),
    ],
)
def test_a_refusal_in_our_words(wire: Wire, code: str, message: str, action: str, sentence: str) -> None:
    wire.refuse("ec2", "revoke_security_group_ingress", code, message)
    with pytest.raises(AwsError) as caught:
        wire.aws.revoke_security_group_ingress("sg-1", ["sgr-1"])
    assert (str(caught.value), caught.value.code, caught.value.action) == (sentence, code, action)


def test_a_refusal_of_a_listing_names_its_action(wire: Wire) -> None:
    wire.refuse("resourcegroupstaggingapi", "get_resources", "AccessDeniedException", "No.")
    with pytest.raises(AwsError) as caught:
        wire.aws.get_resources()
    assert str(caught.value) == (
        "AWS does not permit these credentials tag:GetResources; allow that action in their policy."
    )


def test_without_credentials_the_ways_to_give_them_are_named() -> None:
    aws = connect(region="eu-west-1")
    with pytest.raises(AwsError) as caught:
        aws.describe_subnets(["subnet-1"])
    assert (caught.value.code, caught.value.action) == ("", "ec2:DescribeSubnets")
    assert str(caught.value) == (
        "No AWS credentials were found; set the option profile, or access_key and secret_key, or the environment "
        "variables that boto3 reads (AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)."
    )


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        pytest.param(
            exceptions.EndpointConnectionError(endpoint_url="http://localhost:5000/"),
            'ec2:DescribeSubnets got no answer (Could not connect to the endpoint URL: "http://localhost:5000/"); '
            "check the options region and endpoint_url, and the network.",
            id="nobody listens",
        ),
        pytest.param(
            exceptions.ConnectTimeoutError(endpoint_url="https://ec2.eu-west-1.amazonaws.com/"),
            'ec2:DescribeSubnets got no answer (Connect timeout on endpoint URL: "https://ec2.eu-west-1.amazonaws.com/");'
            " check the options region and endpoint_url, and the network.",
            id="nobody answers in time",
        ),
        pytest.param(
            exceptions.SSLError(endpoint_url="https://localhost:5000/", error="certificate verify failed"),
            "ec2:DescribeSubnets got no answer (SSL validation failed for https://localhost:5000/ certificate verify "
            "failed); check the options region and endpoint_url, and the network.",
            id="the certificate is not trusted",
        ),
        pytest.param(
            exceptions.ProxyConnectionError(proxy_url="http://joe:secret@proxy:3128"),
            'ec2:DescribeSubnets got no answer (Failed to connect to proxy URL: "http://***@proxy:3128"); check the '
            "options region and endpoint_url, and the network.",
            id="a proxy with a password does not answer",
        ),
        pytest.param(
            ResponseParserError("Unable to parse response, invalid XML received:\nb'<p>x-amz-security-token: TOKEN'"),
            "ec2:DescribeSubnets got an answer that is not AWS's; check the options region and endpoint_url, and "
            "proxies on the way.",
            id="somebody answers who is not AWS, and repeats what was sent",
        ),
        pytest.param(
            exceptions.TokenRetrievalError(provider="sso", error_msg="Token has expired and refresh failed."),
            "ec2:DescribeSubnets could not be called: Error when retrieving token from sso: "
            "Token has expired and refresh failed.",
            id="the session of the single sign-on has expired",
        ),
    ],
)
def test_a_call_that_gets_no_answer(error: Exception, sentence: str) -> None:
    aws = connect(**OPTIONS)

    def fail(**_event: object) -> None:
        raise error

    aws._client("ec2").meta.events.register("before-call", fail)
    with pytest.raises(AwsError) as caught:
        aws.describe_subnets(["subnet-1"])
    assert (str(caught.value), caught.value.code, caught.value.action) == (sentence, "", "ec2:DescribeSubnets")
