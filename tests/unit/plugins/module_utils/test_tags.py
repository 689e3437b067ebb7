# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError
from ansible_collections.elasticache.access.plugins.module_utils._tags import MARKER, OWN, Tags, merged, read_tags


def many(count: int) -> dict[str, str]:
    return {f"key-{number:02}": "" for number in range(count)}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param(None, (), id="none"),
        pytest.param({}, (), id="an empty dict"),
        pytest.param({"team": "shop", "env": "prod"}, (("env", "prod"), ("team", "shop")), id="sorted by key"),
        pytest.param(
            {"cost": 12, "live": True, "share": 0.5},
            (("cost", "12"), ("live", "True"), ("share", "0.5")),
            id="numbers and truth values become text",
        ),
        pytest.param({"team": ""}, (("team", ""),), id="an empty value is one"),
        pytest.param({"k" * 128: "v" * 256}, (("k" * 128, "v" * 256),), id="the longest key and value"),
        pytest.param({"laws:x": "y"}, (("laws:x", "y"),), id="a key that holds aws: further on"),
        pytest.param(many(47), tuple(many(47).items()), id="as many as there is room for beside our own"),
    ],
)
def test_read_tags(written: dict[str, Any] | None, read: Tags) -> None:
    assert read_tags(written) == read


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        pytest.param({"": "x"}, "tags holds the key '' of 0 characters; EC2 takes 1 to 128.", id="an empty key"),
        pytest.param(
            {"k" * 129: "x"},
            f"tags holds the key '{'k' * 40}' of 129 characters; EC2 takes 1 to 128.",
            id="a key that is too long",
        ),
        pytest.param({"team": None}, "tags gives 'team' no text as its value; write one, in quotes.", id="no value"),
        pytest.param({"team": ["a"]}, "tags gives 'team' no text as its value; write one, in quotes.", id="a list"),
        pytest.param({"team": {"a": 1}}, "tags gives 'team' no text as its value; write one, in quotes.", id="a dict"),
        pytest.param(
            {"team": "v" * 257},
            "tags gives 'team' a value of 257 characters; EC2 takes up to 256: shorten it.",
            id="a value that is too long",
        ),
        pytest.param(
            {"aws:team": "x"},
            "tags holds 'aws:team', and keys that begin with aws: are AWS's: rename it.",
            id="a key of AWS's",
        ),
        pytest.param(
            {"AWS:team": "x"},
            "tags holds 'AWS:team', and keys that begin with aws: are AWS's: rename it.",
            id="a key of AWS's in capitals",
        ),
        pytest.param(
            {"elasticache.access:managed": "false"},
            "tags holds 'elasticache.access:managed', and keys that begin with elasticache.access: are "
            "this collection's: rename it.",
            id="a key of ours",
        ),
        pytest.param(
            many(48),
            "tags holds 48 tags; EC2 takes 50 per rule, of which 3 are this collection's own: leave some out.",
            id="more than there is room for beside our own",
        ),
    ],
)
def test_tags_that_cannot_be(written: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidGrantError) as caught:
        read_tags(written)
    assert str(caught.value) == sentence


def test_the_marker_is_one_of_the_keys_that_are_ours() -> None:
    assert MARKER[0].startswith(OWN)


@pytest.mark.parametrize(
    ("tags", "more", "expected"),
    [
        pytest.param((), (), (), id="nothing and nothing"),
        pytest.param((("b", "1"),), (("a", "2"),), (("a", "2"), ("b", "1")), id="both, sorted by key"),
        pytest.param((("a", "1"), ("b", "1")), (("a", "2"),), (("a", "2"), ("b", "1")), id="the second goes first"),
        pytest.param((("a", "1"),), (), (("a", "1"),), id="nothing takes nothing away"),
    ],
)
def test_merged(tags: Tags, more: Tags, expected: Tags) -> None:
    assert merged(tags, more) == expected
