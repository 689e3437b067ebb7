# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""How calls to AWS are made: clients, pages, side by side within a bound, at a bearable pace, errors in our words."""

from __future__ import annotations

import random
import re
import threading
import time
import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

try:
    import botocore.exceptions
    import botocore.parsers
    from botocore.config import Config
except ImportError:
    pass  # AnsibleAWSModule has said so before anything here is used

from ansible_collections.amazon.aws.plugins.module_utils.botocore import (
    boto3_inventory_conn,
    get_aws_connection_info,
)
from ansible_collections.elasticache.access.plugins.module_utils._errors import BUSY, AccessError, AwsError
from ansible_collections.elasticache.access.plugins.module_utils._option_types import STUMBLES
from ansible_collections.elasticache.access.plugins.module_utils._pacing import Pace
from ansible_collections.elasticache.access.plugins.module_utils._url_logins import masked

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Answer = Mapping[str, t.Any]
    Result = t.TypeVar("Result")

# How many calls are under way at once, unless the task says otherwise.
CONCURRENCY = 10
# For how many seconds to wait while AWS throttles and not one call gets through, unless the task says otherwise.
THROTTLE_TIMEOUT = 120
# DescribeSecurityGroupRules and DescribeSecurityGroups take up to 200 values of a filter.
FILTER_VALUES = 200
# The most that one page of EC2's lists holds. Asked for, since EC2 throttles calls that ask for no size sooner.
EC2_PAGE = 1000

# Where a service's actions are called otherwise in IAM.
_IAM_PREFIX = {"resourcegroupstaggingapi": "tag"}

# Codes with which EC2 and ElastiCache refuse for want of permission.
_DENIED = ("UnauthorizedOperation", "AccessDenied", "AccessDeniedException")
_BAD_CREDENTIALS = (
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
)
_CHECK_ENDPOINT = "check the options region and endpoint_url, and proxies on the way."
_THROTTLED = ("RequestLimitExceeded", "Throttling", "ThrottlingException")


class Connectable(t.Protocol):
    """What says how to connect: a module, or what stands for one where there is none."""

    # The connection options of amazon.aws, those that are set. Nothing here writes them.
    params: dict[str, t.Any]

    def fail_json(self, msg: str, **results: t.Any) -> t.NoReturn:
        """End what was begun, for options that exclude each other."""


@dataclass(frozen=True)
class Listing:
    """What a describe call listed. Unless C(is_complete) there is more, which was not asked for."""

    answers: list[Answer]
    is_complete: bool = True


class Connection:
    """The way to AWS in one account and region. Clients are made once, when needed."""

    concurrency = CONCURRENCY

    def __init__(
        self, module: Connectable, concurrency: int = CONCURRENCY, throttle_timeout: float = THROTTLE_TIMEOUT
    ) -> None:
        """Take over how C(module) is to connect, and how many calls may be under way at once.

        While AWS throttles, an action is given up after C(throttle_timeout) seconds in which no call got through.

        Raises V(AccessError) where it does not say which region, or has options that botocore does not take.
        """
        try:
            # Here, and not where a client is made: for some faults this ends the task, which no thread may do.
            region, self._endpoint_url, self._options = get_aws_connection_info(module)
        except TypeError as error:
            raise AccessError(f"aws_config holds what botocore does not know: {error}.") from error
        except STUMBLES as error:
            raise AccessError(f"aws_config holds what botocore cannot use: {_told_by(error)}.") from error
        if not region:
            raise AccessError(
                "No AWS region is known; set the option region, the environment variable AWS_REGION, "
                "or a region in the profile."
            )
        self.region = str(region)
        self.concurrency = concurrency
        self._throttle_timeout = throttle_timeout
        self._paces: dict[str, Pace] = {}
        self._pacing = threading.Lock()
        self._clients: dict[str, t.Any] = {}
        self._making = threading.Lock()
        self._under_way = threading.BoundedSemaphore(concurrency)
        # Per thread, which makes one call at a time: whether an attempt at this call got no answer.
        self._attempts = threading.local()

    def side_by_side(self, calls: Iterable[Callable[[], Result]]) -> list[Result]:
        """Make independent C(calls) at once, within the bound, and return their results in order."""
        calls = list(calls)
        if len(calls) < 2:
            return [call() for call in calls]
        with ThreadPoolExecutor(min(self.concurrency, len(calls))) as pool:
            return [future.result() for future in [pool.submit(call) for call in calls]]

    def _client(self, service: str) -> t.Any:
        if service not in self._clients:
            with self._making:
                if service not in self._clients:
                    self._clients[service] = self._make_client(service)
        return self._clients[service]

    def _make_client(self, service: str) -> t.Any:
        """Make a client as AnsibleAWSModule.client() does, but raise where that would end the task."""
        # The standard mode retries 5xx and lost connections with jitter, within max_attempts.
        config = Config(
            retries={"mode": "standard", "max_attempts": 8},
            connect_timeout=10,
            max_pool_connections=max(self.concurrency, CONCURRENCY),
        )
        try:
            client = boto3_inventory_conn(
                "client", service, region=self.region, endpoint=self._endpoint_url, config=config, **self._options
            )
        except (*STUMBLES, OSError, botocore.exceptions.BotoCoreError) as error:
            raise AccessError(f"AWS cannot be connected to as configured: {_told_by(error)}.") from error
        self._listen_to(client)
        return client

    def _listen_to(self, client: t.Any) -> None:
        """Hear of each attempt at a call, and of its end."""
        # What is throttled is retried here and not by botocore, which knows of one call at a time: all threads wait.
        service_id = client.meta.service_model.service_id.hyphenize()
        client.meta.events.register(f"before-call.{service_id}", self._take_turn)
        client.meta.events.register_first(f"needs-retry.{service_id}", self._pause_before_retry)

    def _take_turn(self, model: t.Any, **_more: t.Any) -> None:
        """Wait until this call may be made. Botocore's event before-call."""
        pace = self._pace_of(model)
        if pace.is_over:
            raise self._still_throttled(model)
        time.sleep(pace.turn())

    def _pause_before_retry(
        self, response: tuple[t.Any, Answer] | None, operation: t.Any, **_more: t.Any
    ) -> float | None:
        """Return after how many seconds a throttled call is tried again. Botocore's event needs-retry.

        V(None) leaves the decision to botocore, which sees to 5xx and to lost connections.
        """
        if response is None:
            self._attempts.got_no_answer = True
            return None
        http, answer = response
        code = answer.get("Error", {}).get("Code", "")
        pace = self._pace_of(operation)
        if code not in _THROTTLED:
            if http.status_code < 500:
                pace.succeeded()
            else:
                # An error of the service's own says nothing of what it did before.
                self._attempts.got_no_answer = True
            return None
        pause = pace.refused()
        if pause is None:
            raise self._still_throttled(operation, code)
        # Tasks that were throttled together are not to come back together.
        return pause * random.uniform(1, 1.1)

    def _pace_of(self, operation: t.Any) -> Pace:
        with self._pacing:
            return self._paces.setdefault(_action(operation), Pace(self._throttle_timeout))

    def _still_throttled(self, operation: t.Any, code: str = _THROTTLED[0]) -> AwsError:
        action = _action(operation)
        return AwsError(
            f"AWS still throttles {action} ({code}) after {self._throttle_timeout:.0f} seconds in which no call got "
            "through; run again later, or raise throttle_timeout.",
            code,
            action,
        )

    def _call(self, service: str, operation: str, **parameters: t.Any) -> Answer:
        client = self._client(service)
        method = getattr(client, _method_name(operation))
        return self._in_our_words(f"{_IAM_PREFIX.get(service, service)}:{operation}", lambda: method(**parameters))

    def _list(
        self,
        service: str,
        operation: str,
        key: str,
        page_size: int,
        most_pages: int | None = None,
        **parameters: t.Any,
    ) -> Listing:
        paginator = self._client(service).get_paginator(_method_name(operation))
        paging = {"PageSize": page_size, "MaxItems": most_pages and most_pages * page_size}
        answer = self._in_our_words(
            f"{_IAM_PREFIX.get(service, service)}:{operation}",
            lambda: paginator.paginate(PaginationConfig=paging, **parameters).build_full_result(),
        )
        return Listing(list(answer.get(key) or ()), is_complete="NextToken" not in answer)

    def _list_filtered(
        self,
        operation: str,
        key: str,
        name: str,
        values: Iterable[str],
        page_size: int = EC2_PAGE,
        **parameters: t.Any,
    ) -> list[Answer]:
        wanted = sorted(set(values))
        portions = [wanted[start : start + FILTER_VALUES] for start in range(0, len(wanted), FILTER_VALUES)]
        listings = self.side_by_side(
            partial(
                self._list, "ec2", operation, key, page_size, Filters=[{"Name": name, "Values": values}], **parameters
            )
            for values in portions
        )
        return [answer for listing in listings for answer in listing.answers]

    def _including_managed(self, operation: str) -> dict[str, t.Any]:
        """Return the parameter without which EC2 hides what AWS's services manage; an old botocore has it not."""
        name = "IncludeManagedResources"
        shape = self._client("ec2").meta.service_model.operation_model(operation).input_shape
        return {name: True} if name in shape.members else {}

    def _in_our_words(self, action: str, call: Callable[[], Answer]) -> Answer:
        self._attempts.got_no_answer = False
        try:
            # Counted here, where calls are made, since what is done side by side can do things side by side itself.
            with self._under_way:
                return call()
        except botocore.exceptions.ClientError as error:
            raise _refusal(error, action, self._attempts.got_no_answer) from error
        except (botocore.exceptions.NoCredentialsError, botocore.exceptions.PartialCredentialsError) as error:
            raise AwsError(
                "No AWS credentials were found; set the option profile, or access_key and secret_key, "
                "or the environment variables that boto3 reads (AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
                "AWS_SECRET_ACCESS_KEY).",
                action=action,
            ) from error
        except (botocore.exceptions.HTTPClientError, botocore.exceptions.ConnectionError) as error:
            raise AwsError(
                f"{action} got no answer ({_told_by(error)}); check the options region and endpoint_url, and the "
                "network.",
                action=action,
                may_be_done=True,
            ) from error
        except botocore.exceptions.BotoCoreError as error:
            raise AwsError(f"{action} could not be called: {_told_by(error)}.", action=action) from error
        except botocore.parsers.ResponseParserError as error:
            # It holds the whole answer. Who is no AWS may have put into it what we sent, and as much as they like.
            raise AwsError(
                f"{action} got an answer that is not AWS's; {_CHECK_ENDPOINT}", action=action, may_be_done=True
            ) from error
        except (*STUMBLES, OSError) as error:
            # What botocore says of a header that cannot be sent holds the header, and so a key.
            raise AwsError(
                f"{action} could not be asked, or was not answered in the way of AWS ({type(error).__name__}); check "
                "the options access_key, session_token, region, endpoint_url, aws_ca_bundle and aws_config.",
                action=action,
                may_be_done=True,
            ) from None


def _action(operation: t.Any) -> str:
    """Return what IAM calls an operation of botocore's model, such as V(ec2:CreateTags)."""
    service = operation.service_model.service_name
    return f"{_IAM_PREFIX.get(service, service)}:{operation.name}"


def _method_name(operation: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()


def _told_by(error: Exception) -> str:
    """Return what botocore says, without the stop behind it and without a proxy's password."""
    return masked(str(error).rstrip("."))


def _refusal(error: botocore.exceptions.ClientError, action: str, got_no_answer: bool) -> AwsError:
    """Return AWS's refusal of a call as one sentence."""
    answer = error.response.get("Error", {})
    code = answer.get("Code", "")
    # AWS's own words end with or without a stop; this sentence has one, since others can follow it. Where AWS goes on
    # in another line it repeats what it was sent.
    said = answer.get("Message", "").partition(" Encoded authorization failure")[0].partition("\n")[0].rstrip(". ")
    said = said or "no reason given"
    if code in _DENIED:
        # One call can need two actions: authorizing with tags needs ec2:CreateTags as well.
        missing = re.search(r"perform: ([a-z0-9-]+:[A-Za-z]+)", said)
        action = missing.group(1) if missing else action
        text = f"AWS does not permit these credentials {action}; allow that action in their policy."
        if "explicit deny" in said:
            text = f"AWS does not permit these credentials {action}; a policy denies it explicitly: change that policy."
    elif code in _BAD_CREDENTIALS:
        # The first sentence, without what it quotes: the request, of which the session token is a part, and the
        # header, in which the secret key stands where it was taken for the access key.
        said = re.sub(r"'.*'", "'...'", said.partition(". ")[0])
        text = f"AWS does not accept these credentials ({code} on {action}): {said}."
    elif code in BUSY:
        text = f"ElastiCache is busy with the cache ({code} on {action}): {said}; run again when it is available."
    elif code.isdigit():
        # Botocore found no code in the answer, and puts all of it in place of the message.
        text = f"{action} got an answer that is not AWS's (HTTP {code}); {_CHECK_ENDPOINT}"
    else:
        text = f"AWS refused {action} ({code}): {said}."
    return AwsError(text, code, action, is_denied=code in _DENIED, may_be_done=got_no_answer)
