# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The runner of the integration targets: what it takes to use an AWS account, and what it tells whom."""

from __future__ import annotations

import configparser
import contextlib
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.gates import aws_account, integration
from tests.gates.aws_account import Account, AccountError, emulated, is_prefix, new_prefix, real_account
from tests.gates.environment import CHECKOUT

KEY, SECRET, TOKEN = "AKIANOBODY", "a-secret-nobody-may-see", "a-token-nobody-may-see"
KEYS = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}


class _Sts:
    """Says whose the credentials are."""

    def get_caller_identity(self) -> dict[str, str]:
        return {"Account": "123456789012"}


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Account:
    """An account by keys, as AWS would name it."""
    monkeypatch.setattr("boto3.Session.client", lambda *_arguments, **_options: _Sts())
    return real_account({**KEYS, "AWS_SESSION_TOKEN": TOKEN, "AWS_REGION": "eu-west-3"})


@pytest.mark.parametrize(
    ("environment", "missing"),
    [
        pytest.param({}, "AWS_PROFILE", id="nothing at all"),
        pytest.param({"AWS_REGION": "eu-west-1"}, "AWS_PROFILE", id="a region alone"),
        pytest.param({"AWS_ACCESS_KEY_ID": KEY, "AWS_REGION": "eu-west-1"}, "AWS_SECRET_ACCESS_KEY", id="half a key"),
        pytest.param(KEYS, "AWS_REGION", id="keys without a region"),
        pytest.param({"AWS_PROFILE": "default"}, "AWS_REGION", id="a profile without a region"),
    ],
)
def test_an_account_is_named_in_full_or_not_used(
    environment: dict[str, str], missing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever boto3 would find by itself, nothing is started, and the message says what to set."""
    monkeypatch.setattr(integration, "test", lambda *_arguments: pytest.fail("it ran"))
    monkeypatch.setattr("boto3.Session", lambda *_arguments, **_options: pytest.fail("it looked for an account"))
    assert integration.main(["--real-aws"], environment) == 1
    said = capsys.readouterr()
    assert missing in said.err
    assert SECRET not in said.out + said.err


def test_without_the_switch_an_account_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials in the environment are not enough."""
    used: list[Account] = []
    monkeypatch.setattr(integration, "real_account", lambda _environment: pytest.fail("it looked for an account"))
    monkeypatch.setattr(integration, "emulator", lambda: contextlib.nullcontext("http://127.0.0.1:1"))

    def test(account: Account, _names: list[str]) -> int:
        used.append(account)
        return 0

    monkeypatch.setattr(integration, "test", test)
    assert integration.main([], {**KEYS, "AWS_REGION": "eu-west-1"}) == 0
    assert [(one.is_real, one.endpoint_url) for one in used] == [(False, "http://127.0.0.1:1")]


@pytest.mark.parametrize(
    ("said", "expected"), [("", False), ("REAL_AWS=", False), ("REAL_AWS=no", False), ("REAL_AWS=yes", True)]
)
def test_make_passes_the_switch_on_for_yes_alone(said: str, expected: bool) -> None:
    """As make would run it."""
    command = ["make", "--dry-run", "integration", *([said] if said else [])]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert ("--real-aws" in done.stdout) is expected


def test_it_is_said_what_is_made_where_and_under_which_prefix(account: Account) -> None:
    """Before anything is made."""
    said = account.announcement("eca-it-0badcafe")
    for word in ("123456789012", "eu-west-3", "eca-it-0badcafe", "cost money", "cache.t4g.micro", "PREFIX=eca-it-"):
        assert word in said


def test_the_targets_are_told_the_prefix_and_no_secret(account: Account, tmp_path: Path) -> None:
    """What is secret is in a file that nobody else can read, and in nothing that is printed."""
    told = integration.variables(account, "eca-it-0badcafe", tmp_path / "credentials")
    assert told["resource_prefix"] == "eca-it-0badcafe"
    assert (told["aws_is_real"], told["aws_region"], told["aws_endpoint_url"]) == (True, "eu-west-3", None)
    aws_account.write_credentials(account, tmp_path / "credentials")
    aws_account.write_credentials(account, tmp_path / "credentials")  # Those of a role are written anew.
    assert (tmp_path / "credentials").stat().st_mode & 0o777 == 0o600
    written = configparser.ConfigParser()
    written.read(tmp_path / "credentials")
    assert dict(written["default"]) == {
        "aws_access_key_id": KEY,
        "aws_secret_access_key": SECRET,
        "aws_session_token": TOKEN,
    }
    for text in (yaml.safe_dump(told), repr(account), account.announcement("eca-it-0badcafe")):
        assert SECRET not in text
        assert TOKEN not in text


def test_the_emulator_is_no_account() -> None:
    """Its keys are nobody's, and its address is always said."""
    told = integration.variables(emulated("http://127.0.0.1:1"), new_prefix(), Path("credentials"))
    assert (told["aws_is_real"], told["aws_endpoint_url"]) == (False, "http://127.0.0.1:1")


def test_each_run_has_a_prefix_of_its_own() -> None:
    """Random, and short enough for the names of caches."""
    prefixes = {new_prefix() for _run in range(100)}
    assert len(prefixes) == 100
    assert all(is_prefix(prefix) and len(prefix) == 15 for prefix in prefixes)


@pytest.mark.parametrize("prefix", ["", "prod", "eca-it-", "eca-it-0badcafe-sessions", "eca-it-*", "eca-it-0badcafe\n"])
def test_only_what_a_run_has_made_can_be_removed(
    prefix: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Any other prefix is refused before an account is looked at."""
    monkeypatch.setattr(integration, "real_account", lambda _environment: pytest.fail("it looked for an account"))
    with pytest.raises(SystemExit):
        integration.main(["--remove", prefix], {})
    assert "prefix" in capsys.readouterr().err


def test_an_account_that_is_refused_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile that is not there is no traceback."""
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with pytest.raises(AccountError, match="nobody-s-profile"):
        real_account({"AWS_PROFILE": "nobody-s-profile", "AWS_REGION": "eu-west-1"})
