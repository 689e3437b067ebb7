# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Short ways to write what elasticache_access_info returns, as the report takes it."""

from __future__ import annotations

from collections import Counter
from typing import Any

SOURCE = {"type": "security_group", "value": "sg-web", "name": "app-web", "owner_id": "123456789012", "vpc_id": "vpc-1"}
RANGE = {"type": "cidr", "value": "10.0.0.0/8", "name": None, "owner_id": None, "vpc_id": None}


def row(rule_id: str = "sgr-1", **facts: Any) -> dict[str, Any]:
    """One rule."""
    return {
        "cache": "sessions",
        "kind": "cluster",
        "ports": [6379],
        "security_group": {"id": "sg-sessions", "name": "sessions"},
        "rule_id": rule_id,
        "protocol": "tcp",
        "from_port": 6379,
        "to_port": 6379,
        "source": SOURCE,
        "members": "sg-web",
        "instances": 2,
        "interfaces": 3,
        "addresses": 4,
        "reachable": None,
        "reachability": None,
        "managed": True,
        "description": "Web",
        "tags": {},
        "expires_at": None,
        "reason": None,
        "exact": True,
        "drift": None,
        **facts,
    }


def finding(severity: str = "low", rule_id: str = "sgr-1", **facts: Any) -> dict[str, Any]:
    """One finding."""
    return {
        "check": "wider_rule",
        "severity": severity,
        "cache": "sessions",
        "security_group": "sg-sessions",
        "rule_ids": [rule_id],
        "message": f"Something of severity {severity}.",
        "fix": "Mend it.",
        **facts,
    }


def lack(port: int | None = 6379, **facts: Any) -> dict[str, Any]:
    """One access that is granted and not there."""
    return {
        "cache": "sessions",
        "port": port,
        "security_group": {"id": "sg-sessions", "name": "sessions"} if port else None,
        "source": SOURCE,
        "description": "Web",
        "reason": None,
        **facts,
    }


def audited(name: str = "sessions", **facts: Any) -> dict[str, Any]:
    """One cache."""
    return {
        "name": name,
        "arn": None,
        "kind": "cluster",
        "engine": "valkey",
        "status": "available",
        "ports": [6379],
        "vpc_id": "vpc-1",
        "in_policy": None,
        "worst": None,
        "security_groups": [],
        "rules": [],
        "findings": [],
        "missing": [],
        "unknown": [],
        **facts,
    }


def audit(*caches: dict[str, Any], compared: bool = False, **facts: Any) -> dict[str, Any]:
    """What the module returned for one account and region."""
    result: dict[str, Any] = {
        "account": "123456789012",
        "region": "eu-west-1",
        "compared": compared,
        "caches": list(caches),
        "members": {},
        "findings": [],
        "missing_access": [],
        "unknown": [],
        "missing": [],
        **facts,
    }
    found = [*result["findings"], *(each for cache in caches for each in cache["findings"])]
    severities = Counter(each["severity"] for each in found)
    drift = Counter(rule["drift"] for cache in caches for rule in cache["rules"])
    lacking = len(result["missing_access"]) + sum(len(cache["missing"]) for cache in caches)
    counted = {"wanted": drift["wanted"], "unexpected": drift["unexpected"], "missing": lacking}
    result["summary"] = {
        "caches": len(caches),
        "rules": sum(len(cache["rules"]) for cache in caches),
        "findings": {severity: severities[severity] for severity in ("critical", "high", "medium", "low")},
        "drift": counted if compared else None,
        "unknown": len(result["unknown"]) + sum(len(cache["unknown"]) for cache in caches),
    }
    return result
