# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What options are given: values that fit, by the name of the option, and values that nobody wishes to meet.

Names in braces stand for the ids that things have in the world of tests/model/world.py.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

GIGANTIC = 100_000

_BLANK = ("", " ", "\n", "\t", "web\n", "\nweb", "a\nb", "a\r\nb", "web ", " web")
_CONTROL = ("\x00", "a\x00b", "\x07", "\x1b[2J", "\x1b]0;owned\x07", "\x9b31m", "\x7f", "a\x85b", "a\u2028b")
_UNICODE = (
    *("\u202egpj.exe", "\u2066web\u2069", "we\u200bb", "\ufeffweb", "w\u0435b", "Web", "\uff37\uff25\uff22"),
    *("e\u0301" * 50, "\U0001f389", "\U000e0041", "\ud800", "web\udc80", "\u0663", "\u0661\u0660.0.0.0/8"),
)
_TEMPLATES = (
    *(
        "{{ 7*7 }}",
        "{{ lookup('pipe', 'touch owned') }}",
        "{% for x in y %}",
        "{{",
        "{#",
        "${x}",
        "%s%n%(x)s",
        "{0} {x}",
    ),
    *("$(touch owned)", "`touch owned`", "; touch owned", "| touch owned", "&& touch owned", "'", '"', "\\", "--help"),
    *("<script>alert(1)</script>", "]]>", "&amp;", "=1+1", "@SUM(A1)"),
    *("../../etc/passwd", "/dev/null", "/", "~root", "file:///etc/passwd"),
)
_GROUPS = (
    *("sg-", "sg-1", "sg-12345678", "sg-0123456789abcdef0", "SG-12345678", "sg-12345678/x", "sg-0123456789abcdeg0"),
    *("{web}", "{stranger}", "{office}", "web", "nobody", "default", "123456789012/{web}", "0/{web}"),
    *("123456789012/web", "123456789012/", "123456789012/sg-\n"),
)
_IDS = (
    *(
        "{web-1}",
        "{both-1}",
        "i-",
        "i-12345678",
        "i-0123456789abcdef0",
        "eni-0123456789abcdef0",
        "eni-",
        "vpc-12345678",
    ),
    *("pl-", "pl-12345678", "pl-63a5400a", "arn:", "arn:aws:elasticache", "sessions", "SESSIONS", "sessions-001"),
    "arn:aws:elasticache:eu-west-1:123456789012:cluster:queue",
    "arn:aws:elasticache:eu-west-1:123456789012:cluster:queue\n",
    "arn:aws:elasticache:eu-west-1:123456789012:cluster:nobody",
    "arn:aws:elasticache:us-east-1:123456789012:cluster:queue",
    "arn:aws:elasticache:eu-west-1:210987654321:serverlesscache:carts",
    "arn:aws:elasticache:eu-west-1:123456789012:user:queue",
    "arn:aws:elasticache::::",
)
_RANGES = (
    *("0.0.0.0/0", "::/0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/\uff18", "010.0.0.0/8", "fe80::1%eth0/64"),
    *("10.0.0.0/255.0.0.0", "10.1.0.0", "10.1.0.0/16 ", "2001:db8::/32\n", "192.0.2.7", "fe80::1%eth0", "256.0.0.1"),
    "::ffff:10.0.0.1/128",
)
_TIMES = (
    *("0m", "8h", "8 h", "-8h", "8H", "\u0668h", "9" * 20 + "d", "9" * 5000 + "d", "1w", "now", "2026-01-31"),
    *("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "2026-02-30T00:00:00Z"),
    *("2026-01-31T18:00:00", "2026-01-31T18:00:00+99:99"),
)
_NUMBERS = (
    *("-1", "0", "1", "65536", "1e3", "1e309", "nan", "inf", "0x10", "1_000", "9" * 50, "9" * 5000),
    *("true", "None", "null", "~", "[1, 2", "{'a': 1}", "a=b", '{"a": [}', "[[[[[["),
)
_LONG = (
    *("x" * 51, "x" * 256, "x" * GIGANTIC, "\x1b" * GIGANTIC, "\n" * GIGANTIC),
    *("' " * (GIGANTIC // 2), "a," * (GIGANTIC // 2)),
)
TEXTS = (
    *(*_BLANK, *_CONTROL, *_UNICODE, *_TEMPLATES, *_GROUPS, *_IDS),
    *(*_RANGES, *_TIMES, *_NUMBERS, *_LONG),
)

INTEGERS = (0, 1, -1, 2, 100, 65535, 65536, 2**31, 2**63, -(2**63), 10**30, 10**400, -(10**400))
OTHERS: tuple[Any, ...] = (
    *(None, True, False, *INTEGERS),
    *(0.0, 0.5, 1.0, -0.5, 1e308, float("nan"), float("inf"), float("-inf")),
    *([], [None], [[]], [[[["web"]]]], [{}], {}, {"": ""}, {"a": {"b": []}}, [True, 0, "x", {}]),
    *(["web", "web"], list(range(2000)), [f"x{number}" for number in range(2000)], [{"cidr": "10.0.0.0/8"}] * 1000),
    *({"cache": "queue"}, {f"key-{number}": number for number in range(1000)}, {"x" * GIGANTIC: "y"}, {"\ud800": "y"}),
)

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=20),
    lambda each: st.lists(each, max_size=4) | st.dictionaries(st.text(max_size=10), each, max_size=4),
    max_leaves=8,
)


def deep(levels: int) -> Any:
    """Return lists in dicts in lists, so many of them."""
    value: Any = "x"
    for level in range(levels):
        value = [value] if level % 2 else {"a": value}
    return value


ANYTHING = st.one_of(
    st.sampled_from(TEXTS),
    st.sampled_from([*OTHERS, deep(30), deep(200)]),
    st.text(max_size=60),
    st.integers(),
    _JSON,
)

_SOURCES = [{"security_group": "web"}, {"cidr": "10.1.0.0/16"}, {"prefix_list": "office"}, {"instance": "{web-1}"}]
_RULE = {
    "rule_id": None,
    "security_group_id": "{alpha}",
    "protocol": "tcp",
    "from_port": 6379,
    "to_port": 6379,
    "source": {"type": "security_group", "value": "{web}", "name": "web", "owner_id": None},
    "description": "",
    "managed": True,
    "tags": {"elasticache.access:managed": "true"},
    "expires_at": None,
    "reason": None,
}
_TOLD = {"name": "queue", "kind": "cluster", "arn": None, "vpc_id": "vpc-12345678", "status": "available"}
_OF_RULES = {**_TOLD, "added": [_RULE], "removed": [{**_RULE, "rule_id": "sgr-0123456789abcdef0"}]}
_OF_GROUPS = {
    **_TOLD,
    "security_groups": [{"id": "{alpha}", "name": "alpha", "status": "active"}],
    "attached": [{"id": "{beta}", "name": "beta"}],
    "detached": [],
    "lost_rules": [],
}
PLANNED: tuple[dict[str, Any], ...] = (
    _OF_RULES,
    _OF_GROUPS,
    {**_OF_RULES, "source_egress": {"added": [], "removed": []}},
)

# Values that fit, by the name of the option; an option that is not here gets what fits its type.
FITTING: dict[str, tuple[Any, ...]] = {
    "cache": ("queue", "sessions", "carts", "stock"),
    "caches": (["queue"], ["sessions", "carts"], []),
    "security_group": ("web", "{web}", "batch"),
    "security_groups": (["alpha"], ["alpha", "beta"], ["{gamma}"], []),
    "expected_groups": (["beta"], []),
    "instance": ("{web-1}",),
    "cidr": ("10.1.0.0/16", "2001:db8::/32"),
    "prefix_list": ("office", "{branches}"),
    "description": ("Web tier", ""),
    "expires_at": ("2099-01-01T00:00:00Z",),
    "expires_in": ("8h", "2d"),
    "max_duration": ("30d",),
    "reason": ("ticket 4711",),
    "ports": ([6379], []),
    "tags": ({"team": "shop"}, {}),
    "engine": (["valkey"], []),
    "status": (["available"],),
    "vpc_id": (["vpc-12345678"],),
    "planned": ([], *([each] for each in PLANNED)),
    "grace": ("0m", "1h"),
    "now": ("2026-01-31T18:00:00Z",),
    "concurrency": (1, 10),
    "throttle_timeout": (1, 120),
    "wait_timeout": (1, 60),
    "rules_per_security_group": (60, 200),
    "security_groups_per_interface": (5, 16),
    "widest_ipv4_prefix": (16,),
    "widest_ipv6_prefix": (56,),
}
# The same name means something else for these modules.
FITTING_OF: dict[str, dict[str, tuple[Any, ...]]] = {
    "elasticache_reachability_info": {"sources": (["{web-1}"], ["192.0.2.7"], ["10.20.1.9", "{both-1}"], [])},
}
# What is known to be done as it stands, for every way to ask.
BASES: dict[str, tuple[dict[str, Any], ...]] = {
    "elasticache_access_info": (
        {},
        {"caches": ["queue"]},
        {"grants": [{"cache": "queue", "sources": [{"security_group": "web"}]}]},
    ),
    "elasticache_cache_info": ({}, {"caches": ["queue", "carts"]}),
    "elasticache_expired_access": ({}, {"state": "listed"}),
    "elasticache_reachability_info": ({"caches": ["queue"], "sources": ["{web-1}"]}, {"sources": ["192.0.2.7"]}),
    "elasticache_security_groups": (
        {"cache": "queue", "security_groups": ["alpha", "beta"]},
        {"assignments": [{"cache": "queue", "security_groups": ["beta"]}]},
        {"assignments": [{"cache": "stock", "security_groups": ["{gamma}"]}], "state": "absent"},
    ),
    "elasticache_sg_access": (
        {"cache": "queue", "sources": [{"security_group": "web"}]},
        {"cache": "sessions", "sources": _SOURCES, "purge": "managed"},
        {"grants": [{"cache": "queue", "sources": [{"cidr": "10.1.0.0/16"}]}]},
        {"grants": [{"cache": "carts", "sources": _SOURCES}], "state": "absent"},
    ),
}
