# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What can keep a host from talking to a cache, and what is said of it."""

from __future__ import annotations

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._ping_faults import (
    Circumstances,
    Fault,
    fault_of,
    sentence,
)
from ansible_collections.elasticache.access.plugins.module_utils._ping_options import Target
from ansible_collections.elasticache.access.plugins.module_utils._resp import ErrorReply
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.values import missing

PLAIN = Target("one.example", 6379)
SECURE = Target("one.example", 6379, "valkey", True, "app", "open sesame", cache="sessions")


def said(fault: Fault, target: Target = PLAIN) -> str:
    return sentence(fault, target, Circumstances("10.0.0.7", 5))


@pytest.mark.parametrize(
    ("step", "code", "target", "words"),
    [
        ("dns", "name_unknown", PLAIN, ["no address of one.example"]),
        ("dns", "resolver_silent", PLAIN, ["within 5 seconds", "/etc/resolv.conf"]),
        ("tcp", "refused", PLAIN, ["refused", "port 6379", "Security groups do not refuse"]),
        (
            "tcp",
            "timeout",
            SECURE,
            [
                "within 5 seconds",
                "security group",
                "elasticache.access.explain_access -e cache=sessions -e address=10.0.0.7",
            ],
        ),
        ("tcp", "timeout", PLAIN, ["-e cache=NAME -e address=10.0.0.7"]),
        ("tcp", "unreachable", PLAIN, ["no way to", "its routes"]),
        ("tcp", "connection_failed", PLAIN, ["could not connect"]),
        ("tls", "timeout", SECURE, ["handshake", "set tls to false"]),
        ("tls", "not_tls", SECURE, ["does not speak TLS", "tls to false"]),
        ("tls", "closed", SECURE, ["handshake was cut off"]),
        ("tls", "certificate_name", SECURE, ["not for one.example", "validate_certs"]),
        ("tls", "certificate_issuer", SECURE, ["ca_path"]),
        ("tls", "certificate_expired", SECURE, ["has expired", "clock"]),
        ("tls", "certificate", SECURE, ["not valid"]),
        ("ping", "tls_failed", SECURE, ["TLS failed"]),
        ("ping", "timeout", PLAIN, ["ping was not answered within 5 seconds", "expects TLS"]),
        ("ping", "timeout", SECURE, ["connected over TLS, but ping", "raise timeout"]),
        ("ping", "closed", PLAIN, ["closed in answer to ping", "expects TLS"]),
        ("auth", "closed", SECURE, ["connected over TLS", "closed in answer to auth"]),
        ("ping", "tls_expected", PLAIN, ["set tls to true"]),
        ("ping", "garbage", PLAIN, ["not how redis answers", "engine"]),
        ("ping", "wrong_engine", PLAIN, ["set engine to"]),
        ("auth", "NOAUTH", PLAIN, ["asks for a password"]),
        ("auth", "WRONGPASS", PLAIN, ["this password for the default user"]),
        ("auth", "WRONGPASS", SECURE, ["this password for the user 'app'"]),
        ("auth", "no_password", PLAIN, ["leave password out"]),
        ("auth", "no_users", SECURE, ["leave username out"]),
        ("cluster", "NOPERM", SECURE, ["user 'app'", "CLUSTER SHARDS"]),
        ("ping", "LOADING", PLAIN, ["loading its data"]),
        ("ping", "MASTERDOWN", PLAIN, ["lost its primary"]),
        ("ping", "max_clients", PLAIN, ["as many clients as it takes"]),
        ("cluster", "no_cluster", PLAIN, ["cluster mode is off"]),
        ("ping", "unknown_command", PLAIN, ["does not know the command of ping"]),
        ("ping", "MISCONF", PLAIN, ["answered ping with the error MISCONF"]),
    ],
)
def test_what_is_said(step: str, code: str, target: Target, words: list[str]) -> None:
    text = said(Fault(step, code), target)
    assert not missing(words, text)
    assert "sesame" not in text
    assert "{" not in text


def test_without_an_address_of_its_own_the_host_is_asked_to_be_named() -> None:
    assert "-e address=ADDRESS" in sentence(Fault("tcp", "timeout"), PLAIN, Circumstances())


@pytest.mark.parametrize(
    ("text", "step", "code"),
    [
        ("NOAUTH Authentication required.", "auth", "NOAUTH"),
        ("WRONGPASS invalid username-password pair or user is disabled.", "ping", "WRONGPASS"),
        ("ERR invalid password", "ping", "WRONGPASS"),
        ("ERR AUTH <password> called without any password configured for the default user.", "ping", "no_password"),
        ("ERR Client sent AUTH, but no password is set", "ping", "no_password"),
        ("ERR operation not permitted", "ping", "NOAUTH"),
        ("ERR wrong number of arguments for 'auth' command", "ping", "no_users"),
        ("ERR max number of clients reached", "ping", "max_clients"),
        ("ERR This instance has cluster support disabled", "ping", "no_cluster"),
        ("ERR Unknown subcommand or wrong number of arguments for 'SHARDS'.", "ping", "unknown_command"),
        ("ERR unknown subcommand 'SHARDS'. Try CLUSTER HELP.", "ping", "unknown_command"),
        ("ERR unknown command `AUTH`, with args beginning with: `opensesame`, ", "ping", "unknown_command"),
        ("LOADING Redis is loading the dataset in memory", "ping", "LOADING"),
        ("OPENSESAME", "ping", "ERR"),
        ("opensesame", "ping", "ERR"),
    ],
)
def test_which_fault_an_error_is(text: str, step: str, code: str) -> None:
    fault = fault_of("ping", ErrorReply(text))
    assert (fault.step, fault.code) == (step, code)


@given(st.text(max_size=200))
def test_whatever_a_server_says_it_is_not_repeated(text: str) -> None:
    """The password, or any part of it, can be in there: an old server repeats what it does not know."""
    fault = fault_of("auth", ErrorReply(text))
    plain = said(Fault(fault.step, fault.code), SECURE)
    assert said(fault, SECURE) == plain
    assert fault.what == ""
    assert fault.code in {
        *("BUSY", "CLUSTERDOWN", "DENIED", "ERR", "LOADING", "MASTERDOWN", "MISCONF", "MOVED", "NOAUTH", "NOPERM"),
        *("NOREPLICAS", "OOM", "READONLY", "TRYAGAIN", "WRONGPASS"),
        *("max_clients", "no_password", "no_users", "no_cluster", "unknown_command"),
    }


@pytest.mark.parametrize(
    ("code", "can_pass"),
    [
        ("timeout", True),
        ("refused", True),
        ("name_unknown", True),
        ("closed", True),
        ("LOADING", True),
        ("max_clients", True),
        ("WRONGPASS", False),
        ("NOAUTH", False),
        ("certificate_name", False),
        ("not_tls", False),
        ("garbage", False),
    ],
)
def test_what_can_pass_by_itself(code: str, can_pass: bool) -> None:
    assert Fault("ping", code).can_pass is can_pass
    assert str(Fault("ping", code)) == f"ping: {code}"
