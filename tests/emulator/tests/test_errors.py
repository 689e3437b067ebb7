# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Whatever goes wrong, a client reads an AWS error."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session
from moto import settings

from tests.emulator.errors import explain
from tests.emulator.middleware import AwsRequest
from tests.emulator.server import Emulator
from tests.emulator.tests.conftest import ClientFactory


def _refusal(error: pytest.ExceptionInfo[ClientError]) -> tuple[int, str, str]:
    answer = error.value.response
    return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"], answer["Error"]["Message"]


def test_an_action_that_is_not_implemented(ec2: Any) -> None:
    with pytest.raises(ClientError) as error:
        ec2.describe_mac_hosts()
    status, code, message = _refusal(error)
    assert (status, code) == (400, "InvalidAction")
    assert "DescribeMacHosts" in message


def test_an_action_of_elasticache_that_is_not_implemented(elasticache: Any) -> None:
    with pytest.raises(ClientError) as error:
        elasticache.describe_update_actions()
    status, code, message = _refusal(error)
    assert (status, code) == (400, "InvalidAction")
    assert "DescribeUpdateActions" in message


def test_an_action_that_aws_does_not_know(emulator: Emulator) -> None:
    request = AWSRequest(
        "POST",
        emulator.url,
        data="Action=OpenSesame&Version=2016-11-15",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    SigV4Auth(Credentials("testing", "testing"), "ec2", "eu-west-1").add_auth(request)
    answer = URLLib3Session().send(request.prepare())
    assert answer.status_code == 400
    assert "<Code>InvalidAction</Code>" in answer.text
    assert "OpenSesame" in answer.text


@pytest.mark.parametrize(
    "operation",
    [
        "describe_security_groups",
        "describe_security_group_rules",
        "describe_network_interfaces",
        "describe_instances",
        "describe_subnets",
        "describe_vpcs",
        "describe_route_tables",
        "describe_network_acls",
        "describe_vpc_peering_connections",
    ],
)
def test_a_filter_that_aws_does_not_know(ec2: Any, operation: str) -> None:
    with pytest.raises(ClientError) as error:
        getattr(ec2, operation)(Filters=[{"Name": "colour", "Values": ["red"]}])
    assert _refusal(error) == (400, "InvalidParameterValue", "The filter 'colour' is invalid")


def test_a_defect_is_an_internal_error_with_its_text() -> None:
    request = AwsRequest("ec2", "eu-west-1", "DescribeVpcs", {})
    status, code, message = explain(ZeroDivisionError("division by zero"), request)
    assert (status, code) == (500, "InternalError")
    assert "DescribeVpcs" in message and "division by zero" in message


def test_a_middleware_sees_requests_before_aws_does() -> None:
    seen = []

    def spy(application: Any) -> Any:
        def call(environ: dict[str, Any], start_response: Any) -> Any:
            seen.append(environ["REQUEST_METHOD"])
            return application(environ, start_response)

        return call

    with Emulator(middleware=[spy]) as emulator:
        boto3.client(
            "ec2",
            endpoint_url=emulator.url,
            region_name="eu-west-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        ).describe_vpcs()
    assert seen == ["POST"]


@pytest.fixture
def stranger(client: ClientFactory, monkeypatch: pytest.MonkeyPatch) -> ClientFactory:
    """Clients of an IAM user who may do nothing, while IAM is enforced."""
    iam = client("iam")
    iam.create_user(UserName="stranger")
    key = iam.create_access_key(UserName="stranger")["AccessKey"]
    monkeypatch.setattr(settings, "INITIAL_NO_AUTH_ACTION_COUNT", 0)

    def make(service: str) -> Any:
        return client(service, key=key["AccessKeyId"], secret=key["SecretAccessKey"])

    return make


def test_ec2_refuses_as_unauthorized_operation(stranger: ClientFactory) -> None:
    with pytest.raises(ClientError) as error:
        stranger("ec2").describe_security_groups()
    status, code, message = _refusal(error)
    assert (status, code) == (403, "UnauthorizedOperation")
    assert message == (
        "You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/stranger is not "
        "authorized to perform: ec2:DescribeSecurityGroups because no identity-based policy allows the "
        "ec2:DescribeSecurityGroups action"
    )


def test_elasticache_refuses_as_access_denied(stranger: ClientFactory) -> None:
    with pytest.raises(ClientError) as error:
        stranger("elasticache").describe_cache_clusters()
    status, code, message = _refusal(error)
    assert (status, code) == (403, "AccessDenied")
    assert "elasticache:DescribeCacheClusters" in message


def test_a_wrong_secret_key(stranger: ClientFactory, client: ClientFactory) -> None:
    key = stranger("ec2").meta.events and stranger("ec2")._request_signer._credentials.access_key
    with pytest.raises(ClientError) as error:
        client("ec2", key=key, secret="wrong").describe_vpcs()
    assert _refusal(error)[:2] == (401, "AuthFailure")


def test_a_wrong_secret_key_is_answered_with_the_request_that_should_have_been_signed(client: ClientFactory) -> None:
    """By ElastiCache, as AWS does; the session token stands in it."""
    role = client("iam").create_role(RoleName="caches", AssumeRolePolicyDocument="{}")["Role"]
    held = client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="me")["Credentials"]
    wrong = boto3.client(
        "elasticache",
        endpoint_url=client("iam").meta.endpoint_url,
        region_name="eu-west-1",
        aws_access_key_id=held["AccessKeyId"],
        aws_secret_access_key="wrong",
        aws_session_token=held["SessionToken"],
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "INITIAL_NO_AUTH_ACTION_COUNT", 0)
        with pytest.raises(ClientError) as error:
            wrong.describe_cache_clusters()
    status, code, message = _refusal(error)
    assert (status, code) == (403, "SignatureDoesNotMatch")
    assert message.startswith("The request signature we calculated does not match the signature you provided. Check")
    assert "\n\nThe Canonical String for this request should have been\n'POST\n/\n" in message
    assert f"x-amz-security-token:{held['SessionToken']}\n" in message
    assert "\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n" in message
