# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""Options that ansible-core's own check of types stumbles over, where it has to say what is wrong with them.

V(inf) for a whole number and V(true) for a dict with options of its own end in a traceback there.
"""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError
from ansible_collections.elasticache.access.plugins.module_utils._errors import InvalidGrantError

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Spec = Mapping[str, Mapping[str, t.Any]]
    Module = t.TypeVar("Module")

# What ansible-core, and botocore, raise where they do not foresee what they are told.
STUMBLES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
# What stays of an option where its value is not looked at.
_KEPT = ("aliases", "no_log")


def made(make: Callable[..., Module], inherited: Spec, **arguments: t.Any) -> Module:
    """Return the module that C(make) makes with these arguments; C(inherited) are options that it adds itself.

    Where that stumbles over a value, the task fails with a sentence that names the option.
    """
    try:
        return make(**arguments)
    except STUMBLES:
        pass
    # Outside the except block: within it fail_json would add a traceback.
    spec = {**inherited, **arguments["argument_spec"]}
    unread = {name: {key: option[key] for key in _KEPT if key in option} for name, option in spec.items()}
    module = AnsibleModule(
        argument_spec={name: {**option, "type": "raw"} for name, option in unread.items()}, supports_check_mode=True
    )
    module.fail_json(msg=stumble_text(spec, module.params))
    raise AssertionError("fail_json ends the process")


def stumble_text(spec: Spec, params: Mapping[str, t.Any]) -> str:
    """Return which option has a value that cannot be read."""
    stumbling = [name for name, option in spec.items() if _stumbles(name, option, params)]
    named = stumbling[0] if stumbling else "An option"
    return f"{named} is, or holds, a value of a type that it does not take; correct it, or leave it out."


def _stumbles(name: str, option: Mapping[str, t.Any], params: Mapping[str, t.Any]) -> bool:
    given = [key for key in (name, *option.get("aliases", ())) if params.get(key) is not None]
    try:
        ArgumentSpecValidator({name: dict(option)}).validate({key: params[key] for key in given})
    except STUMBLES:
        return True
    return False


def read_options(spec: Spec, given: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return options of something that is no module as a module with this C(spec) would have them.

    Raises V(InvalidGrantError) for what the module would refuse.
    """
    try:
        result = ArgumentSpecValidator(dict(spec)).validate(dict(given))
    except STUMBLES as error:
        raise InvalidGrantError(stumble_text(spec, given)) from error
    for fault in result.errors:
        # Of an option that there is not, Ansible says no more than its name and those that there are.
        said = f"There is no option {fault.msg}" if isinstance(fault, UnsupportedError) else fault.msg
        raise InvalidGrantError(f"{said.rstrip('.')}.")
    options: dict[str, t.Any] = result.validated_parameters
    return options
