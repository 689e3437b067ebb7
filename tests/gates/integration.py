# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run the integration targets with ansible-test, on a copy of the checkout: against the emulator, unless told not to.

`python -m tests.gates.integration [target ...]` needs no account and no container, and is quiet when all holds.
`--real-aws` makes the same resources in the AWS account that the environment names, tests there, and removes them.
`--remove PREFIX` removes what a run that was killed has left there. See tests/integration/README.md.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import yaml

from tests.gates.ansible_test import copy_checkout, surroundings
from tests.gates.aws_account import (
    Account,
    AccountError,
    emulated,
    is_prefix,
    new_prefix,
    real_account,
    write_credentials,
)
from tests.gates.environment import CHECKOUT, environment

INTEGRATION = Path("tests") / "integration"
TARGETS = CHECKOUT / INTEGRATION / "targets"
REMOVAL = "teardown_estate"
# What is called so is no test by itself.
OTHERS = ("setup_", "teardown_")
START_OF_TARGET = re.compile(r"^(?=Running .+ integration test role$)", re.MULTILINE)


def targets() -> list[str]:
    """Every target that tests something."""
    return sorted(folder.name for folder in TARGETS.iterdir() if not folder.name.startswith(OTHERS))


def variables(account: Account, prefix: str, credentials: Path) -> dict[str, Any]:
    """What the targets are told. Where the credentials are, and not what they are, so that none is ever printed."""
    return {
        "resource_prefix": prefix,
        "aws_region": account.region,
        "aws_endpoint_url": account.endpoint_url,
        "aws_credentials_file": str(credentials),
        "aws_is_real": account.is_real,
    }


class AnsibleTest:
    """ansible-test in a directory of its own, so that no other run gets in its way."""

    def __init__(self, folder: Path, account: Account, prefix: str, show: bool) -> None:
        self._folder = folder
        self._account = account
        self._show = show
        self._copy = copy_checkout(folder)
        self._environment = surroundings(home=folder / "home", programs=folder / "bin")
        config = self._copy / INTEGRATION / "integration_config.yml"
        config.write_text(yaml.safe_dump(variables(account, prefix, folder / "credentials")))

    def integration(self, names: Sequence[str]) -> tuple[int, str]:
        """Run these targets; the output is shown as it comes, or returned."""
        # Those of a role expire, and are renewed by being asked for.
        write_credentials(self._account, self._folder / "credentials")
        command = ["ansible-test", "integration", "--local", "--color", "no", "--allow-unsupported"]
        if not self._account.is_real:
            # In an account, time is money: there the first failure is the end.
            command.append("--continue-on-error")
        # In a session of its own, so that an interrupt does not end the removal of what was made.
        with subprocess.Popen(
            [*command, *names],
            cwd=self._copy,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=None if self._show else subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as running:
            try:
                output, _errors = running.communicate()
            except BaseException:
                os.killpg(running.pid, signal.SIGTERM)
                running.wait()
                raise
            return running.returncode, output or ""


@contextlib.contextmanager
def emulator() -> Iterator[str]:
    """An emulated AWS in a process of its own, which ends with this one, and its URL."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.emulator"], cwd=CHECKOUT, env=environment(), stdout=subprocess.PIPE, text=True
    ) as serving:
        try:
            url = serving.stdout.readline().strip() if serving.stdout else ""
            if not url:
                raise AccountError("The emulator did not start; `python -m tests.emulator` shows why.")
            yield url
        finally:
            serving.terminate()


def telling(output: str) -> str:
    """The part of the output that is about targets which failed, or all of it."""
    parts = [part for part in START_OF_TARGET.split(output) if re.search(r"^(ERROR|FATAL|fatal): ", part, re.MULTILINE)]
    return "".join(parts) or output


def test(account: Account, names: Sequence[str]) -> int:
    """Run the targets, and remove what they were run on whatever happened meanwhile."""
    prefix = new_prefix()
    if account.is_real:
        print(account.announcement(prefix), flush=True)
    with tempfile.TemporaryDirectory(prefix="integration-") as folder:
        ansible_test = AnsibleTest(Path(folder), account, prefix, show=account.is_real)
        try:
            code, output = ansible_test.integration(names)
        finally:
            removed = remove(ansible_test, account, prefix)
        if code:
            print(telling(output), flush=True)
        return code or removed


def remove(ansible_test: AnsibleTest, account: Account, prefix: str) -> int:
    """Remove everything of this prefix, and say what to do where that fails."""
    code, output = ansible_test.integration([REMOVAL])
    if code:
        print(telling(output), flush=True)
        if account.is_real:
            print(
                f"Something of {prefix} may be left in account {account.number}, {account.region}, and cost money. "
                f"Run `make integration-cleanup PREFIX={prefix}` until it ends well.",
                flush=True,
            )
    return code


def _leave(_signal: int, _frame: FrameType | None) -> None:
    sys.exit("Told to end.")


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.gates.integration", description=__doc__)
    parser.add_argument("--real-aws", action="store_true", help="in the AWS account that the environment names")
    parser.add_argument("--remove", metavar="PREFIX", help="only remove what a run with --real-aws has left")
    parser.add_argument("targets", nargs="*", metavar="target", help=", ".join(targets()))
    options = parser.parse_args(words)
    unknown = sorted(set(options.targets) - set(targets()))
    if unknown:
        parser.error(f"no such target: {', '.join(unknown)}; there are {', '.join(targets())}")
    if options.remove is not None and not is_prefix(options.remove):
        parser.error(f"{options.remove!r} is no prefix that a run has had, such as {new_prefix()}")
    return options


def main(words: Sequence[str] | None = None, outside: Mapping[str, str] | None = None) -> int:
    outside = os.environ if outside is None else outside
    options = arguments(words)
    names = options.targets or targets()
    try:
        if options.remove is not None:
            account = real_account(outside)
            with tempfile.TemporaryDirectory(prefix="integration-") as folder:
                return remove(AnsibleTest(Path(folder), account, options.remove, show=True), account, options.remove)
        if options.real_aws:
            return test(real_account(outside), names)
        with emulator() as url:
            return test(emulated(url), names)
    except AccountError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    # An end that leaves time to remove what was made.
    signal.signal(signal.SIGTERM, _leave)
    sys.exit(main())
