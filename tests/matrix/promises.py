# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The oldest releases that the collection promises to work with."""

from __future__ import annotations

import re

import yaml

from tests.gates.environment import CHECKOUT

SENTENCE = re.compile(
    r"It needs ansible-core (?P<cores>[\d., or]+) on Python (?P<pythons>[\d., or]+), "
    r"`amazon\.aws` (?P<amazon_aws>[\d.]+) or newer, and boto3 with botocore (?P<boto3>[\d.]+) or newer"
)


def readme() -> dict[str, str]:
    """What README.md says, by the names of SENTENCE."""
    found = SENTENCE.search(" ".join((CHECKOUT / "README.md").read_text().split()))
    if not found:
        raise ValueError(f"README.md does not say what the collection needs: {SENTENCE.pattern}")
    return found.groupdict()


def oldest() -> dict[str, str]:
    """The oldest release of each that is promised, by name."""
    galaxy = yaml.safe_load((CHECKOUT / "galaxy.yml").read_text())
    runtime = yaml.safe_load((CHECKOUT / "meta" / "runtime.yml").read_text())
    return {
        "ansible-core": runtime["requires_ansible"].removeprefix(">="),
        "amazon.aws": galaxy["dependencies"]["amazon.aws"].removeprefix(">="),
        "boto3": readme()["boto3"],
        "botocore": readme()["boto3"],
    }
