# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Note: this module util is PRIVATE to the collection. It can change at any time.
"""User and password in URLs, such as those of proxies: nobody is to see them. Pure."""

from __future__ import annotations

import re
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterator

# Behind C(//) all up to the last C(@), for passwords hold slashes too where somebody did not encode them; and
# C(user:password@host), which has been taken for an address as well.
_LOGIN = re.compile(r"""(?<=//)[^\s"'<>]+@|(?<![^\s"'(<=])[^\s"'(<=:@/]*:(?!//)[^\s"'<>]+@""")


def masked(text: str) -> str:
    """Return C(text) without the logins of the URLs in it."""
    return _LOGIN.sub("***@", text)


def logins_in(value: t.Any) -> Iterator[str]:
    """Yield the logins of all URLs in an option, whatever its form, each with the C(@) behind it."""
    if isinstance(value, str):
        yield from _LOGIN.findall(value)
    elif isinstance(value, dict):
        for each in value.values():
            yield from logins_in(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from logins_in(each)
