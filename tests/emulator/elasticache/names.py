# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How ElastiCache names things: identifiers, ARNs and hosts."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from moto.utilities.utils import get_partition

from tests.emulator.elasticache import errors

CLUSTER, REPLICATION_GROUP, SERVERLESS = "cluster", "replication_group", "serverless"
KINDS = (CLUSTER, REPLICATION_GROUP, SERVERLESS)

_ARN_KINDS = {CLUSTER: "cluster", REPLICATION_GROUP: "replicationgroup", SERVERLESS: "serverlesscache"}
_IDENTIFIER = re.compile(r"[a-z](-?[a-z0-9])*")
_REGION = re.compile(r"([a-z]+)(?:-(gov|iso[a-z]?))?-([a-z]+)-(\d+)")
_DIRECTIONS = {"northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw"}


def identifier(name: str | None, parameter: str, longest: int) -> str:
    """The name as AWS stores it: in lower case."""
    if not name:
        raise errors.missing(parameter)
    lowered = name.lower()
    if not _IDENTIFIER.fullmatch(lowered) or len(lowered) > longest:
        raise errors.invalid_identifier(parameter)
    return lowered


@dataclass(frozen=True)
class Place:
    """The account and region in which things are named."""

    account_id: str
    region: str

    def arn(self, kind: str, name: str) -> str:
        """``kind`` is one of ours, or AWS's own word."""
        partition = get_partition(self.region)
        return f"arn:{partition}:elasticache:{self.region}:{self.account_id}:{_ARN_KINDS.get(kind, kind)}:{name}"

    @property
    def domain(self) -> str:
        """Where the host names of this region end, such as ``euw1.cache.amazonaws.com``."""
        top = "amazonaws.com.cn" if self.region.startswith("cn-") else "amazonaws.com"
        return f"{self._short_region}.cache.{top}"

    @property
    def hash(self) -> str:
        """Six characters that AWS puts into every host name of an account and region."""
        return hashlib.sha256(f"{self.account_id}/{self.region}".encode()).hexdigest()[:6]

    @property
    def _short_region(self) -> str:
        match = _REGION.fullmatch(self.region)
        if match is None:
            return self.region.replace("-", "")
        area, special, direction, number = match.groups()
        if self.region == "cn-northwest-1":
            direction = "west"
        return f"{area}{(special or '')[:1]}{_DIRECTIONS.get(direction, direction[0])}{number}"
