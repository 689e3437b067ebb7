# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The messages that docs/troubleshooting.md quotes are messages of this collection."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PAGE = (CHECKOUT / "docs" / "troubleshooting.md").read_text()
QUOTED = re.findall(r"(?<!\*)\*(?!\*)([^*\n]+)\*(?!\*)", PAGE)
# Said by Ansible itself.
OF_OTHERS = {"Failed to import the required Python library (botocore and boto3)"}


def texts() -> set[str]:
    """Return every string in the code, f-strings in the parts between what they fill in."""
    trees = [ast.parse(file.read_text()) for file in (CHECKOUT / "plugins" / "module_utils").glob("*.py")]
    return {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


TEXTS = texts()


@pytest.mark.parametrize("message", sorted(set(QUOTED) - OF_OTHERS))
def test_a_message_is_in_the_code(message: str) -> None:
    for part in message.split("..."):
        assert any(part.strip() in text for text in TEXTS)


def test_messages_are_quoted() -> None:
    assert len(QUOTED) > 30
    assert set(QUOTED) >= OF_OTHERS
