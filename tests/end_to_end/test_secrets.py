# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Keys, tokens and passwords appear nowhere: all modules and roles, as loud as can be, where all goes well and not."""

from __future__ import annotations

import base64
import html
import json
import socket
import sys
import urllib.parse
from collections.abc import Callable, Iterable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
import yaml

from tests.emulator import faults
from tests.emulator.elasticache.control import set_window
from tests.emulator.estate import Estate
from tests.emulator.server import Emulator
from tests.end_to_end.ansible import Ansible, Run
from tests.end_to_end.conftest import Call, create_cluster
from tests.ping.servers import HOST
from tests.ping.sockets import served

US = "elasticache.access"
PASSWORD = "open/sesame+0123456789=="
LOGIN = "pass-of-the-proxy-01"
WRONG = "wrong/secret+key/0123456789=="
NO_RETRIES = {"retries": {"mode": "standard", "max_attempts": 1}}
# What each task that fails is to say.
REFUSALS = {
    "wrong secret key": "AWS does not accept these credentials (SignatureDoesNotMatch on elasticache:Describe",
    "wrong secret key at EC2": "AWS does not accept these credentials (AuthFailure on ec2:",
    "wrong secret key of a profile": "AWS does not accept these credentials (SignatureDoesNotMatch on elasticache:",
    "expired token": "AWS does not accept these credentials (ExpiredToken on elasticache:DescribeCacheClusters)",
    "nobody listens": "got no answer (Could not connect to the endpoint URL",
    "a proxy that is not there": "got no answer (Failed to connect to proxy URL",
    "somebody else listens": "got an answer that is not AWS's; check the options region and endpoint_url",
    "no URL": "AWS cannot be connected to as configured: Invalid endpoint",
    "wrong password": "auth: the cache does not accept this password",
    "a URL with a password": "is no host; give the name or address of an endpoint alone",
    "a password for Memcached": "engine memcached, to which nobody logs in",
}


class Echo(BaseHTTPRequestHandler):
    """Somebody who is no AWS, and answers with a page that holds what was sent."""

    def do_POST(self) -> None:  # pylint: disable=invalid-name
        """Answer."""
        body = f"<!doctype html><pre>{self.headers}</pre>".encode()
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_anything: Any) -> None:
        """Say nothing."""


@pytest.fixture
def echo() -> Iterator[str]:
    """The address of such a server."""
    with ThreadingHTTPServer((HOST, 0), Echo) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"{HOST}:{server.server_port}"
        server.shutdown()


def cache(connection: socket.socket, _over: Event) -> None:
    """Be a cache with a password, no cluster; who gives a wrong one is answered with it, as old engines do."""
    while received := connection.recv(65536):
        words = received.split(b"\r\n")[2::2]
        if words == [b"AUTH", PASSWORD.encode()]:
            connection.sendall(b"+OK\r\n")
        elif words == [b"PING"]:
            connection.sendall(b"+PONG\r\n")
        elif words[:1] == [b"AUTH"]:
            connection.sendall(b"-WRONGPASS not the password: " + words[-1] + b"\r\n")
        else:
            connection.sendall(b"-ERR This instance has cluster support disabled\r\n")


@pytest.fixture
def port() -> Iterator[int]:
    """What stands behind the endpoint of a cache."""
    with served(cache) as listening:
        yield listening


@pytest.fixture
def plain(elasticache: Any, estate: Estate, emulator: Emulator, port: int) -> Estate:
    """The estate with one cache more, which has no group of its own and behind whose endpoint the server is."""
    create_cluster(elasticache, "plain", [])
    nodes = [{"CacheNodeId": "0001", "Endpoint": {"Address": HOST, "Port": port}}]
    set_window(emulator.url, "plain", kind="cluster", also={"CacheNodes": nodes})
    return estate


Keys = dict[str, str]


@pytest.fixture
def keys(client: Callable[..., Any]) -> Keys:
    """The credentials of an assumed role, which hold a session token."""
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam = client("iam")
    role = iam.create_role(RoleName="caches", AssumeRolePolicyDocument=json.dumps(everything))["Role"]
    iam.put_role_policy(RoleName="caches", PolicyName="all", PolicyDocument=json.dumps(everything))
    got = client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="me")["Credentials"]
    return {
        "access_key": got["AccessKeyId"],
        "secret_key": got["SecretAccessKey"],
        "session_token": got["SessionToken"],
    }


def module(name: str, **options: Any) -> dict[str, Any]:
    """Return a task of one of the collection's modules."""
    return {f"{US}.elasticache_{name}": options}


def role(name: str, **variables: Any) -> dict[str, Any]:
    """Return a task of one of the collection's roles."""
    return {"ansible.builtin.include_role": {"name": f"{US}.{name}"}, "vars": variables}


def modules(estate: Estate, port: int) -> list[dict[str, Any]]:
    """Return a task for each module that goes well."""
    return [
        module("cache_info"),
        module("sg_access", cache="carts", sources=[{"cidr": "10.1.0.0/16", "expires_in": "8h", "reason": "ticket"}]),
        module("security_groups", cache="sessions", security_groups=[estate.groups["carts-cache"]]),
        module("access_info", include_reachability=True),
        module("expired_access"),
        module("reachability_info", caches=["carts"], sources=[estate.instances["web-1"]]),
        module("ping", address=HOST, port=port, password=PASSWORD),
    ]


def roles(estate: Estate, keys: Keys) -> list[dict[str, Any]]:
    """Return a task for each role, with all that it can do."""
    grant = {"cache": "plain", "sources": [{"security_group": "app-web"}]}
    return [
        role(
            "cache_access",
            cache_access_aws=keys,
            cache_access_grants=[grant],
            cache_access_dedicated_group=True,
            cache_access_detach_default_group=True,
            cache_access_source_egress=True,
            cache_access_verify_from=["localhost"],
            cache_access_verify_auth={"password": PASSWORD},
            cache_access_explain_from=[estate.instances["web-1"]],
        ),
        role("access_audit", access_audit_aws=keys, access_audit_grants=[grant]),
    ]


def that_fail(keys: Keys, echo: str, port: int) -> dict[str, dict[str, Any]]:
    """Return the tasks of C(REFUSALS)."""
    quick = {"aws_config": NO_RETRIES}
    login = f"joe:{LOGIN}@"
    proxy = {"proxies": {"http": f"http://{login}{HOST}:1"}, **NO_RETRIES}
    no_keys = dict.fromkeys(keys, "")
    ping = {"address": HOST, "port": port, "timeout": 2}
    return {
        "wrong secret key": module("cache_info", **{**keys, "secret_key": WRONG}),
        "wrong secret key at EC2": module("expired_access", **{**keys, "secret_key": WRONG}),
        "wrong secret key of a profile": module("access_info", **no_keys, profile="wrong"),
        "expired token": module("cache_info", region="us-east-1"),
        "nobody listens": module("access_info", endpoint_url=f"http://{login}{HOST}:1", **quick),
        "a proxy that is not there": module("cache_info", endpoint_url="http://nowhere.example", aws_config=proxy),
        "somebody else listens": module("cache_info", endpoint_url=f"http://{login}{echo}", **quick),
        "no URL": module("cache_info", endpoint_url=f"{login}{echo}"),
        "wrong password": module("ping", **ping, username="app", password=WRONG),
        "a URL with a password": module("ping", **{**ping, "address": f"redis://app:{WRONG}@{HOST}"}),
        "a password for Memcached": module(
            "ping", endpoints=[{"address": HOST, "port": port, "engine": "memcached", "password": PASSWORD}]
        ),
    }


def hidden(value: Any, secrets: Mapping[str, str]) -> Any:
    """Return a part of a playbook with variables in place of the secrets."""
    if isinstance(value, dict):
        return {key: hidden(each, secrets) for key, each in value.items()}
    if isinstance(value, list):
        return [hidden(each, secrets) for each in value]
    for name, secret in secrets.items() if isinstance(value, str) else ():
        value = value.replace(secret, f"{{{{ {name} }}}}")
    return value


def play(
    ansible: Ansible,
    given: Path,
    tasks: list[dict[str, Any]],
    secrets: Mapping[str, str],
    environment: Mapping[str, str],
    **more: Any,
) -> Run:
    """Run these tasks as loud as can be, with the secrets in variables of a file in the folder C(given)."""
    written = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": sys.executable},
        **more,
        "tasks": tasks,
    }
    variables = given / "secrets.yml"
    variables.write_text(yaml.safe_dump(dict(secrets)))
    path = ansible.folder / "loud.yml"
    path.write_text(yaml.safe_dump([hidden(written, secrets)], sort_keys=False))
    log = ansible.folder / "loud.log"
    around = {"ANSIBLE_LOG_PATH": str(log), "TMPDIR": str(ansible.folder / "temporary"), **environment}
    done = ansible.playbook(str(path), "-vvvv", "--diff", "-e", f"@{variables}", environment=around)
    assert log.exists()
    return done


def secrets_of(keys: Keys) -> dict[str, str]:
    """Return all secrets by the variables that hold them."""
    key_and_token = {"secret_key": keys["secret_key"], "session_token": keys["session_token"]}
    return {**key_and_token, "password": PASSWORD, "wrong_secret": WRONG, "password_of_proxy": LOGIN}


def forms(secret: str) -> set[str]:
    """Return what a secret can look like: plain, escaped for JSON, URLs or pages, and in base64 at any position."""
    encoded = {base64.b64encode(b" " * shift + secret.encode()).decode()[4:-4] for shift in range(3)}
    escaped = {urllib.parse.quote(secret, safe=""), urllib.parse.quote(secret), urllib.parse.quote_plus(secret)}
    return (
        {secret, json.dumps(secret)[1:-1], json.dumps(json.dumps(secret))[3:-3], html.escape(secret)}
        | escaped
        | encoded
    )


def leaks(secrets: Mapping[str, str], texts: Mapping[str, str]) -> list[str]:
    """Return which secret stands where, and what stands around it."""
    return [
        f"{what} in {where}: ...{text[max(0, text.find(form) - 200) : text.find(form)]}"
        for what, secret in secrets.items()
        for form in forms(secret)
        for where, text in texts.items()
        if form in text
    ]


def left_by(done: Run, folder: Path, calls: list[Call]) -> dict[str, str]:
    """Return all that can be read after a run, by where it stands."""
    files = {str(path): path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file()}
    asked = "\n".join(f"{call.user_agent} {call.parameters}" for call in calls)
    return {"stdout": done.output, "stderr": done.errors, "what AWS was asked": asked, **files}


@pytest.fixture
def quiet(emulator: Emulator, tmp_path: Path) -> Ansible:
    """Ansible whose home is searched afterwards, and which has no credentials."""
    home = tmp_path / "home"
    (home / "temporary").mkdir(parents=True)
    ansible = Ansible(home, emulator.url)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        del ansible.environment[name]
    return ansible


@pytest.fixture
def given(tmp_path: Path, keys: Keys) -> Path:
    """A folder for what a user writes secrets into, among it a profile with a wrong secret key."""
    folder = tmp_path / "given"
    folder.mkdir()
    lines = ["[wrong]", f"aws_access_key_id={keys['access_key']}", f"aws_session_token={keys['session_token']}"]
    (folder / "profiles").write_text("\n".join([*lines, f"aws_secret_access_key={WRONG}"]))
    return folder


def named(tasks: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return tasks that may fail, by their names."""
    return [{"name": name, **task, "ignore_errors": True} for name, task in tasks.items()]


def check(done: Run, failing: Iterable[str], keys: Keys, texts: Mapping[str, str]) -> None:
    """Insist that just these tasks failed, as they should, and that no secret stands anywhere."""
    assert done.succeeded, done.output[-3000:]
    said = " ".join(done.output.split())
    assert said.count("...ignoring") == len(list(failing))
    for name in failing:
        assert REFUSALS[name] in said, name
    assert not leaks(secrets_of(keys), texts)


def test_a_secret_would_be_found() -> None:
    """In every form, and it is told where."""
    secret = "abc/def+ghi==&"
    written = [secret, f'{{"a": "{secret}"}}', urllib.parse.quote(secret, safe=""), html.escape(secret)]
    written += [base64.b64encode(f"{before}{secret} and more".encode()).decode() for before in ("", "1", "12", "123")]
    for text in written:
        assert leaks({"key": secret}, {"here": text})
    assert not leaks({"key": secret}, {"here": "abc/def"})


def test_credentials_from_the_environment(
    quiet: Ansible, emulator: Emulator, plain: Estate, keys: Keys, given: Path, port: int, echo: str, calls: list[Call]
) -> None:
    """Every module, and everything that can go wrong."""
    failing = that_fail(keys, echo, port)
    # Ansible takes the environment for the options, beside which amazon.aws refuses a profile.
    del failing["wrong secret key of a profile"]
    environment = {
        "AWS_ACCESS_KEY_ID": keys["access_key"],
        "AWS_SECRET_ACCESS_KEY": keys["secret_key"],
        "AWS_SESSION_TOKEN": keys["session_token"],
    }
    calls.clear()
    faults.inject(emulator.url, "DescribeCacheClusters", "ExpiredToken", region="us-east-1")
    emulator.enforce_iam()
    done = play(quiet, given, [*modules(plain, port), *named(failing)], secrets_of(keys), environment)
    emulator.trust_everybody()
    check(done, failing, keys, left_by(done, quiet.folder, calls))


def test_credentials_as_options(
    quiet: Ansible, emulator: Emulator, plain: Estate, keys: Keys, given: Path, port: int, echo: str, calls: list[Call]
) -> None:
    """Of modules and of roles, which write a report and connect with a password; and a profile."""
    names = ["wrong secret key of a profile", "nobody listens", "somebody else listens"]
    failing = {name: that_fail(keys, echo, port)[name] for name in names}
    environment = {"AWS_SHARED_CREDENTIALS_FILE": str(given / "profiles")}
    defaults = {"module_defaults": {f"group/{US}.aws": keys}}
    calls.clear()
    emulator.enforce_iam()
    done = play(quiet, given, [*roles(plain, keys), *named(failing)], secrets_of(keys), environment, **defaults)
    emulator.trust_everybody()
    texts = left_by(done, quiet.folder, calls)
    check(done, failing, keys, texts)
    reports = {f"access-audit.{form}" for form in ("html", "json", "csv")}
    assert reports < {Path(where).name for where in texts}
