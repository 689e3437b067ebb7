# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which tags EC2 takes; moto takes any."""

from __future__ import annotations

from tests.emulator.ec2 import errors

_LONGEST_KEY, _LONGEST_VALUE = 128, 256


def check(tags: dict[str, str]) -> None:
    """Refuse keys that are empty, AWS's own or too long, and values that are too long."""
    for key, value in tags.items():
        if not key or key.lower().startswith("aws:"):
            raise errors.EC2ClientError(
                "InvalidTagKey.Malformed",
                "The specified tag key is not valid. Tag keys cannot be empty or null, and cannot start with aws:.",
            )
        if len(key) > _LONGEST_KEY:
            raise errors.invalid_parameter(f"Tag key exceeds the maximum length of {_LONGEST_KEY} characters")
        if value is not None and len(value) > _LONGEST_VALUE:
            raise errors.invalid_parameter(f"Tag value exceeds the maximum length of {_LONGEST_VALUE} characters")
