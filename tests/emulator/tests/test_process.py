# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""``python -m tests.emulator`` as a process: what it prints, where it listens, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import pytest

from tests.emulator import control, latency, throttling

_ROOT = Path(__file__).parents[3]
_COMMAND = [sys.executable, "-m", "tests.emulator"]


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(_COMMAND, cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        yield started
        started.kill()


def _first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_prints_its_url_and_ends_quietly_when_told_to(process: subprocess.Popen[str], how: signal.Signals) -> None:
    url = _first_line(process)
    assert urlsplit(url).hostname == "127.0.0.1"
    client = boto3.client(
        "ec2", endpoint_url=url, region_name="eu-west-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    assert client.describe_vpcs()["Vpcs"]
    process.send_signal(how)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "", "")


def test_bad_days_can_be_had_from_the_start() -> None:
    command = [*_COMMAND, "--latency", "12.5", "--throttle"]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as started:
        url = _first_line(started)
        assert control.ask(url, latency.PATH) == {"milliseconds": 12.5}
        assert control.ask(url, throttling.PATH) == {"on": True, "limits": {}}
        started.kill()


def test_ends_when_its_parent_is_killed() -> None:
    # The parent starts the emulator, passes its process id on, and is then killed without a chance to clean up.
    script = (
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen({_COMMAND!r}, stdout=subprocess.PIPE, text=True)\n"
        "print(child.pid, child.stdout.readline().strip(), flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=_ROOT, stdout=subprocess.PIPE, text=True) as parent:
        pid = int(_first_line(parent).split()[0])
        parent.kill()
    deadline = time.monotonic() + 10
    while _alive(pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _alive(pid)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # An orphan that has ended may stay in the table until whoever adopted it looks.
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z")
