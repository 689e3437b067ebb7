# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Asking EC2 whether these credentials may make changes, without making them."""

from __future__ import annotations

import typing as t
from functools import partial

from ansible_collections.elasticache.access.plugins.module_utils._apply import RACES
from ansible_collections.elasticache.access.plugins.module_utils._aws import Aws
from ansible_collections.elasticache.access.plugins.module_utils._errors import AwsError

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

# With this EC2 says that it would have made the change
# (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html).
_WOULD_DO = "DryRunOperation"


class DryRun(Aws):
    """Changes that are only asked about. C(denied) says which of them these credentials may not make."""

    def __init__(self, aws: Aws) -> None:
        """Use the connection of C(aws)."""
        self.__dict__.update(aws.__dict__)
        self.denied: dict[str, AwsError] = {}

    def _call(self, service: str, operation: str, **parameters: t.Any) -> Mapping[str, t.Any]:
        try:
            super()._call(service, operation, DryRun=True, **parameters)
        except AwsError as error:
            if error.is_denied:
                self.denied[error.action] = error
            elif error.code not in (_WOULD_DO, *RACES):
                raise
        return {}


def check_permissions(aws: Aws, changes: Iterable[Callable[[Aws], object]]) -> None:
    """Raise V(AwsError) with all that these credentials may not do of C(changes), each of which makes its calls."""
    dry = DryRun(aws)
    dry.side_by_side([partial(change, dry) for change in changes])
    if dry.denied:
        said = " ".join(str(dry.denied[action]) for action in sorted(dry.denied))
        raise AwsError(f"{said} Nothing was changed.", is_denied=True)
