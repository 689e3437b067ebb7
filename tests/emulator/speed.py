# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The same answers as moto's, sooner: an estate of a thousand caches is waited for many times.

moto lists its own folders and methods for every request, and looks for each member of an answer under every name that
one of its objects might have for it. Our answers are dictionaries with AWS's own names.
"""

from __future__ import annotations

from functools import cache
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import moto.core.responses
from moto.core.serialize import SERIALIZERS, EC2Serializer, QuerySerializer
from moto.moto_server.werkzeug_app import DomainDispatcherApplication

_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'


class Dispatcher(DomainDispatcherApplication):
    """moto's choice of a service, made once for each host name."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.get_backend_for_host = cache(super().get_backend_for_host)  # type: ignore[method-assign]


class _OwnNames:
    """Serializes dictionaries that have AWS's names without looking for others."""

    def _serialize_type_structure(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
        if not isinstance(value, dict) or not value.keys() <= shape.members.keys():
            super()._serialize_type_structure(serialized, value, shape, key)  # type: ignore[misc]
            return
        wrapper: dict[str, Any] = {} if key else serialized
        transformed = {path.rpartition(".")[2] for path in self._value_picker.response_transformers}
        for name, member in shape.members.items():
            if name in transformed:
                member.parent = shape
                self._serialize_structure_member(wrapper, value, member, name)
            elif value.get(name) is not None:
                self._serialize(wrapper, value[name], member, name)
        if key:
            self._default_serialize(serialized, wrapper, shape, key)


class _Ec2(_OwnNames, EC2Serializer):
    def _serialize_body(self, body: Any) -> str:
        return _DECLARATION + "".join(element(name, value) for name, value in body.items())


class _Query(_OwnNames, QuerySerializer):
    def _serialize_body(self, body: Any) -> str:
        return "".join(element(name, value) for name, value in body.items())


def element(name: str, value: Any) -> str:
    """XML, written as moto's own library writes it."""
    if isinstance(value, list):
        return "".join(element(name, each) for each in value)
    attributes = content = ""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key.startswith("@"):
                attributes += f" {key[1:]}={quoteattr(inner)}"
            else:
                content += element(key, inner)
    elif isinstance(value, bool):
        content = str(value).lower()
    elif value is not None:
        content = escape(str(value))
    return f"<{name}{attributes}>{content}</{name}>" if content else f"<{name}{attributes}/>"


def install() -> None:
    """Take the place of what moto does over and over."""
    moto.core.responses.method_names_from_class = cache(moto.core.responses.method_names_from_class)
    SERIALIZERS.update({"ec2": _Ec2, "query": _Query})
