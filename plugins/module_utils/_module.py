# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What every module of this collection that talks to AWS is built on."""

from __future__ import annotations

import typing as t
from functools import partial

from ansible_collections.amazon.aws.plugins.module_utils.common import set_collection_info
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule, aws_argument_spec
from ansible_collections.elasticache.access.plugins.module_utils._ending import end_with
from ansible_collections.elasticache.access.plugins.module_utils._option_types import made
from ansible_collections.elasticache.access.plugins.module_utils._printable import message_text
from ansible_collections.elasticache.access.plugins.module_utils._url_logins import logins_in
from ansible_collections.elasticache.access.plugins.module_utils._version import NAME, VERSION

if t.TYPE_CHECKING:
    from collections.abc import Callable

    Outcome = t.TypeVar("Outcome")
    Job = Callable[["AccessModule"], dict[str, t.Any]]


class AccessModule(AnsibleAWSModule):
    """An Ansible module that talks to AWS; it names this collection in the User-Agent."""

    def __init__(self, **arguments: t.Any) -> None:
        set_collection_info(collection_name=NAME, collection_version=VERSION)
        super().__init__(supports_check_mode=True, **arguments)
        # An endpoint or a proxy can be given with a password, which Ansible does not know for one.
        self._module.no_log_values.update(logins_in([self.params["endpoint_url"], self.params["aws_config"]]))

    def warn(self, warning: str) -> None:
        """Warn once. The inherited method also hands warnings to exit_json, which ansible-core deprecates."""
        self._module.warn(message_text(warning))

    def log(self, message: str) -> None:
        """Write to the log of the host that the module runs on, where one can follow what takes long."""
        self._module.log(message_text(message))

    def carry_out(self, foretell: Callable[[], Outcome], change: Callable[[], Outcome]) -> Outcome:
        """Return what C(change) did, or in check mode what C(foretell) says it would do. Asked nowhere else."""
        return foretell() if self.check_mode else change()


def run_module(job: Job, **arguments: t.Any) -> None:
    """Run C(job) as an Ansible module with these arguments of AnsibleModule, and end with its result."""
    module = made(AccessModule, aws_argument_spec(), **arguments)
    end_with(module, partial(job, module))
