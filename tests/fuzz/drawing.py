# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Argument specs -> options to draw: whatever a module takes is spoilt, an option that is added tomorrow as well."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from tests.fuzz.values import ANYTHING, FITTING, FITTING_OF, INTEGERS, PLANNED, TEXTS

Spec = Mapping[str, Any]
Options = dict[str, Any]
Path = tuple[str, ...]

_OF_TYPE: dict[str, tuple[Any, ...]] = {
    "bool": (True, False),
    "int": (1, 5),
    "float": (1.0, 0.5),
    "dict": ({}, {"a": "b"}),
    "list": ([],),
}


def paths_of(spec: Spec) -> dict[Path, Spec]:
    """Return every option with what its spec says, those within others behind them."""
    return dict(_paths(spec, ()))


def _paths(spec: Spec, before: Path) -> Iterator[tuple[Path, Spec]]:
    for name, option in spec.items():
        yield (*before, name), option
        yield from _paths(option.get("options") or {}, (*before, name))


def put(options: Options, path: Path, value: Any, paths: Mapping[Path, Spec]) -> bool:
    """Set an option, in every entry of a list that it is within; say whether there was a place for it."""
    holders: list[Any] = [options]
    for depth in range(1, len(path)):
        name = path[depth - 1]
        for holder in holders:
            if holder.get(name) is None:
                holder[name] = [{}] if paths[path[:depth]]["type"] == "list" else {}
        found = [holder[name] for holder in holders]
        holders = [each for value in found for each in (value if isinstance(value, list) else [value])]
        if not all(isinstance(each, dict) for each in holders):
            return False
    for holder in holders:
        holder[path[-1]] = copy.deepcopy(value)
    return bool(holders)


def fitting(path: Path, option: Spec, module: str = "") -> Sequence[Any]:
    """Return values that an option is meant to take, as long as the others leave it alone."""
    name = path[-1]
    if option.get("choices"):
        return tuple(option["choices"])
    given = FITTING_OF.get(module, {}) if len(path) == 1 else {}
    return given.get(name) or FITTING.get(name) or _OF_TYPE.get(option.get("type", "str"), ("x",))


def hostile(path: Path, option: Spec) -> st.SearchStrategy[Any]:
    """Return what spoils an option: mostly something of its type, for only that gets past Ansible's own check."""
    kind = option.get("type", "str")
    if path[-1] == "planned":
        fit = st.sampled_from(PLANNED).flatmap(_spoilt).map(lambda each: [each])
    elif kind == "list" and not option.get("options"):
        element = _of_type(option.get("elements", "str"))
        fit = element.map(lambda each: [each]) | element.map(lambda each: [*fitting(path, option)[0], each])
    elif kind == "list":
        fit = st.lists(st.dictionaries(st.sampled_from(list(option["options"])), ANYTHING, max_size=2), max_size=3)
    else:
        fit = _of_type(kind)
    return st.one_of(fit, fit, fit, ANYTHING)


def _of_type(kind: str) -> st.SearchStrategy[Any]:
    if kind == "int":
        return st.sampled_from(INTEGERS) | st.integers()
    if kind == "float":
        return st.floats() | st.sampled_from(INTEGERS)
    if kind == "dict":
        return st.dictionaries(st.text(max_size=20) | st.just("team"), ANYTHING, max_size=3)
    return st.sampled_from(TEXTS) | st.text(max_size=60) if kind in ("str", "path") else ANYTHING


def _spoilt(sample: Any) -> st.SearchStrategy[Any]:
    """Draw C(sample) with one of the values in it, at whatever depth, replaced or taken away."""
    places = list(_places(sample, ()))
    return st.tuples(st.sampled_from(places), ANYTHING, st.booleans()).map(
        lambda drawn: _replaced(sample, drawn[0], drawn[1], drawn[2])
    )


def _places(value: Any, before: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield (*before, key)
        yield from _places(each, (*before, key))


def _replaced(sample: Any, place: tuple[Any, ...], value: Any, is_gone: bool) -> Any:
    made = copy.deepcopy(sample)
    holder = made
    for key in place[:-1]:
        holder = holder[key]
    if is_gone:
        del holder[place[-1]]
    else:
        holder[place[-1]] = copy.deepcopy(value)
    return made


@st.composite
def spoilt_options(draw: st.DrawFn, module: str, spec: Spec, bases: Sequence[Options]) -> Options:
    """Draw options: what is known to work, a few more that fit, and one or some that do not."""
    paths = paths_of(spec)
    options = copy.deepcopy(draw(st.sampled_from(list(bases))))
    for path in draw(st.lists(st.sampled_from(list(paths)), max_size=3)):
        put(options, path, draw(st.sampled_from(fitting(path, paths[path], module))), paths)
    for path in draw(st.lists(st.sampled_from(list(paths)), min_size=1, max_size=3)):
        put(options, path, draw(hostile(path, paths[path])), paths)
    return options


@st.composite
def one_spoilt(draw: st.DrawFn, paths: Mapping[Path, Spec], bases: Sequence[Options]) -> tuple[Path, Options]:
    """Draw options that are known to work but for one, and which one that is."""
    path = draw(st.sampled_from(list(paths)))
    fit = [base for base in bases if path[0] in base] or bases[:1]
    options = copy.deepcopy(draw(st.sampled_from(list(fit))))
    put(options, path, draw(hostile(path, paths[path])), paths)
    return path, options
