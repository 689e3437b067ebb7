# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where the nodes of a cluster are, as it tells."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.elasticache.access.plugins.module_utils._cluster_nodes import nodes_of_shards, nodes_of_slots
from hypothesis import given
from hypothesis import strategies as st


def flat(**facts: Any) -> list[Any]:
    """A map, as this version of the protocol writes it."""
    return [each for key, value in facts.items() for each in (key.replace("_", "-"), value)]


def shards(*nodes: list[Any]) -> list[Any]:
    return [flat(slots=[0, 16383], nodes=list(nodes))]


@pytest.mark.parametrize(
    ("node", "uses_tls", "place"),
    [
        pytest.param(flat(port=6379, ip="10.0.0.1"), False, ("10.0.0.1", 6379), id="by address"),
        pytest.param(
            flat(port=6379, ip="10.0.0.1", endpoint="a.example", hostname="b.example"),
            False,
            ("a.example", 6379),
            id="by what the cluster prefers",
        ),
        pytest.param(
            flat(port=6379, ip="10.0.0.1", endpoint="?", hostname="b.example"), False, ("b.example", 6379), id="by name"
        ),
        pytest.param(flat(port=6379, ip="", endpoint=None), False, ("asked", 6379), id="a node that knows no name"),
        pytest.param(flat(port=6379, tls_port=6380, ip="10.0.0.1"), True, ("10.0.0.1", 6380), id="TLS beside plain"),
        pytest.param(flat(port=6379, tls_port=6380, ip="10.0.0.1"), False, ("10.0.0.1", 6379), id="plain beside TLS"),
        pytest.param(flat(tls_port=6380, ip="10.0.0.1"), True, ("10.0.0.1", 6380), id="TLS alone"),
        pytest.param(flat(port=6379, tls_port=0, ip="10.0.0.1"), True, ("10.0.0.1", 6379), id="a TLS port that is off"),
    ],
)
def test_a_node_of_a_shard(node: list[Any], uses_tls: bool, place: tuple[str, int]) -> None:
    assert nodes_of_shards(shards(node), "asked", uses_tls) == (place,)


def test_every_node_of_every_shard_once() -> None:
    one, two = flat(port=6379, ip="10.0.0.1"), flat(port=6379, ip="10.0.0.2")
    assert nodes_of_shards([*shards(one, two), *shards(one)], "asked", False) == (
        ("10.0.0.1", 6379),
        ("10.0.0.2", 6379),
    )


def test_nodes_of_slots() -> None:
    reply = [
        [0, 5460, ["a.example", 6379, "id", ["ip", "10.0.0.1"]], [None, 6380, "id"]],
        [5461, 10922, ["a.example", 6379, "id"], ["?", 6381, "id"]],
        [10923, 16383, ["", 6382]],
    ]
    assert nodes_of_slots(reply, "asked") == (
        ("a.example", 6379),
        ("asked", 6380),
        ("asked", 6381),
        ("asked", 6382),
    )


@pytest.mark.parametrize("reply", [None, "OK", 7, [], [7], [["slots"]], [flat(nodes=7)], [[0, 1, 7, ["a"]]]])
def test_anything_else_names_no_nodes(reply: Any) -> None:
    assert nodes_of_shards(reply, "asked", False) == ()
    assert nodes_of_slots(reply, "asked") == ()


@pytest.mark.parametrize("port", [0, 65536, "6379", None])
def test_a_port_that_is_none(port: Any) -> None:
    assert nodes_of_shards(shards(flat(port=port, ip="10.0.0.1")), "asked", False) == ()
    assert nodes_of_slots([[0, 1, ["10.0.0.1", port]]], "asked") == ()


ANYTHING = st.recursive(
    st.one_of(st.none(), st.integers(), st.text(max_size=8), st.sampled_from(["nodes", "port", "ip", "endpoint"])),
    lambda inner: st.lists(inner, max_size=6),
    max_leaves=30,
)


@given(ANYTHING)
def test_whatever_a_server_says_only_places_come_of_it(reply: Any) -> None:
    for places in (nodes_of_shards(reply, "asked", True), nodes_of_slots(reply, "asked")):
        assert all(isinstance(address, str) and 1 <= port <= 65535 for address, port in places)
