# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""What modules are built on that run on a managed host: Ansible and Python's standard library, and no boto3."""

from __future__ import annotations

import typing as t
from functools import partial

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.elasticache.access.plugins.module_utils._ending import end_with
from ansible_collections.elasticache.access.plugins.module_utils._option_types import made
from ansible_collections.elasticache.access.plugins.module_utils._url_logins import logins_in

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Job = Callable[[Mapping[str, t.Any]], dict[str, t.Any]]


def run_on_host(job: Job, **arguments: t.Any) -> None:
    """Run C(job), which gets the options, as an Ansible module with these arguments, and end with its result."""
    module = made(AnsibleModule, {}, supports_check_mode=True, **arguments)
    # Whoever gives a URL where an address is asked for may have given a password with it.
    module.no_log_values.update(logins_in(module.params))
    end_with(module, partial(job, module.params))
