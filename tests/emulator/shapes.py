# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Does an answer have the shape that AWS's own service model gives it?

botocore's parser drops what the model does not know, so the parsed answer alone proves little: ``watch`` looks at the
XML of every answer that a client receives, before botocore does.
"""

from __future__ import annotations

import datetime
import re
from typing import Any
from xml.etree import ElementTree

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

_PYTHON_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "character": str,
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
    "boolean": bool,
    "timestamp": datetime.datetime,
    "blob": bytes,
}
_XML_TEXTS = {
    "integer": re.compile(r"-?\d+"),
    "long": re.compile(r"-?\d+"),
    "float": re.compile(r"-?\d+(\.\d+)?"),
    "double": re.compile(r"-?\d+(\.\d+)?"),
    "boolean": re.compile(r"true|false"),
    "timestamp": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)"),
}

# What AWS sends although its model says otherwise, as in https://github.com/boto/botocore/issues/3128: the platform of
# Windows, and the state of VPC endpoints.
_NOT_AS_MODELLED = {"PlatformValues": ("windows",), "State": ("available", "deleted")}


def assert_matches_shape(client: Any, operation_name: str, response: dict[str, Any]) -> None:
    """Every key of a parsed answer is in the operation's output shape, with the right type."""
    operation = client.meta.service_model.operation_model(operation_name)
    found = {key: value for key, value in response.items() if key != "ResponseMetadata"}
    problems = _parsed_problems(found, operation.output_shape, operation_name)
    assert not problems, "\n".join(problems)


def watch(client: Any) -> Any:
    """Check every answer that this client gets from now on; hands the client back."""
    client.meta.events.register("before-parse", _check_raw)
    return client


def _check_raw(operation_model: OperationModel, response_dict: dict[str, Any], **_: Any) -> None:
    if operation_model.service_model.protocol not in ("query", "ec2"):
        return
    status, body = response_dict["status_code"], response_dict["body"]
    problems = raw_problems(operation_model, status, body)
    assert not problems, "\n".join([*problems, body.decode("utf-8", "replace")[:2000]])


def raw_problems(operation: OperationModel, status: int, body: bytes) -> list[str]:
    """What is wrong with an answer as it came over the wire."""
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        return [f"{operation.name}: HTTP {status} is not XML: {error}"]
    if status >= 300:
        return _error_problems(operation, root)
    expected = f"{operation.name}Response"
    if _name(root) != expected:
        return [f"{operation.name}: the root element is {_name(root)}, not {expected}"]
    if operation.service_model.protocol == "ec2":
        return _raw_structure(root, operation.output_shape, operation.name, extra={"requestId"})
    return _query_problems(operation, root)


def _query_problems(operation: OperationModel, root: ElementTree.Element) -> list[str]:
    shape = operation.output_shape
    wrapper = shape.serialization.get("resultWrapper") if shape is not None else None
    problems = []
    for child in root:
        if _name(child) == wrapper:
            problems += _raw_structure(child, shape, operation.name)
        elif _name(child) != "ResponseMetadata":
            problems.append(f"{operation.name}: unknown element {_name(child)}")
    if wrapper and not any(_name(child) == wrapper for child in root):
        problems.append(f"{operation.name}: no element {wrapper}")
    return problems


def _error_problems(operation: OperationModel, root: ElementTree.Element) -> list[str]:
    texts = {_name(element): (element.text or "").strip() for element in root.iter()}
    return [f"{operation.name}: an error without {key}" for key in ("Code", "Message") if not texts.get(key)]


def _raw(element: ElementTree.Element, shape: Shape, path: str) -> list[str]:
    if isinstance(shape, StructureShape):
        return _raw_structure(element, shape, path)
    if isinstance(shape, ListShape):
        return _raw_list(element, shape, path)
    if isinstance(shape, MapShape):
        return []
    return _raw_scalar(element, shape, path)


def _raw_structure(
    element: ElementTree.Element, shape: Shape | None, path: str, extra: frozenset[str] | set[str] = frozenset()
) -> list[str]:
    members = {_wire_name(name, member): member for name, member in shape.members.items()} if shape else {}
    problems: list[str] = []
    seen: set[str] = set()
    if (element.text or "").strip():
        problems.append(f"{path}: text {element.text!r} in a structure")
    for child in element:
        name = _name(child)
        if name in extra:
            continue
        member = members.get(name)
        if member is None:
            problems.append(f"{path}: unknown element {name}")
            continue
        flattened = bool(member.serialization.get("flattened"))
        if name in seen and not flattened:
            problems.append(f"{path}: {name} appears twice")
        seen.add(name)
        problems += _raw(child, member.member if flattened else member, f"{path}.{name}")
    return problems


def _raw_list(element: ElementTree.Element, shape: ListShape, path: str) -> list[str]:
    item = shape.member.serialization.get("name", "member")
    problems: list[str] = []
    if (element.text or "").strip():
        problems.append(f"{path}: text {element.text!r} in a list")
    for child in element:
        if _name(child) != item:
            problems.append(f"{path}: {_name(child)} where {item} belongs")
        else:
            problems += _raw(child, shape.member, f"{path}[]")
    return problems


def _raw_scalar(element: ElementTree.Element, shape: Shape, path: str) -> list[str]:
    text = element.text or ""
    if len(element):
        return [f"{path}: elements in a {shape.type_name}"]
    pattern = _XML_TEXTS.get(shape.type_name)
    if pattern is not None and not pattern.fullmatch(text):
        return [f"{path}: {text!r} is no {shape.type_name}"]
    if getattr(shape, "enum", None) and text not in [*shape.enum, *_NOT_AS_MODELLED.get(shape.name, ())]:
        return [f"{path}: {text!r} is none of {shape.enum}"]
    # Python objects that were printed rather than serialised.
    if text in ("None", "True", "False", "{}", "[]") or text.startswith("<moto."):
        return [f"{path}: {text!r} is a Python value"]
    return []


def _wire_name(name: str, shape: Shape) -> str:
    if shape.type_name == "list" and shape.serialization.get("flattened"):
        flat_name = shape.member.serialization.get("name")
        if flat_name is not None:
            return str(flat_name)
    return str(shape.serialization.get("name", name))


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _parsed_problems(value: Any, shape: Shape | None, path: str) -> list[str]:
    if shape is None:
        return [f"{path}: {sorted(value)} in an answer that has no members"] if value else []
    if isinstance(shape, StructureShape):
        if not isinstance(value, dict):
            return [f"{path}: {value!r} is no structure"]
        problems = [f"{path}: unknown key {key}" for key in value if key not in shape.members]
        for key in value.keys() & shape.members.keys():
            problems += _parsed_problems(value[key], shape.members[key], f"{path}.{key}")
        return problems
    if isinstance(shape, ListShape):
        if not isinstance(value, list):
            return [f"{path}: {value!r} is no list"]
        return [problem for item in value for problem in _parsed_problems(item, shape.member, f"{path}[]")]
    expected = _PYTHON_TYPES.get(shape.type_name)
    if expected is not None and (not isinstance(value, expected) or (expected is int and isinstance(value, bool))):
        return [f"{path}: {value!r} is no {shape.type_name}"]
    return []
