# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What modules, filters and roles say of themselves is complete: every option, return value and attribute."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.documentation import documented

CHECKOUT = Path(__file__).resolve().parents[2]
PLUGINS = CHECKOUT / "plugins"
MODULES = sorted((PLUGINS / "modules").glob("elasticache_*.py"))
OTHERS = sorted(file for kind in ("filter", "inventory") for file in (PLUGINS / kind).glob("[!_]*.py"))
ROLES = sorted((CHECKOUT / "roles").glob("*/meta/argument_specs.yml"))
FRAGMENTS = PLUGINS / "doc_fragments"

# How the text of an option says what happens without it.
SAID = re.compile(r"\b([Ww]hen .*left out|[Ll]eft out|[Bb]y default|[Ww]ithout it|[Rr]equired (unless|when|with))\b")
ATTRIBUTES = {"check_mode", "diff_mode", "idempotent"}

Written = Mapping[str, Any]


def fragments(written: Written) -> Iterator[Written]:
    """Yield the fragments of this collection that a documentation takes in."""
    for name in written.get("extends_documentation_fragment", []):
        if name.startswith("elasticache.access."):
            file, _dot, part = name.removeprefix("elasticache.access.").partition(".")
            yield documented(FRAGMENTS / f"{file}.py", (part or "documentation").upper())


def options_of(written: Written) -> dict[str, Any]:
    """Return the options, with those of the collection's fragments."""
    found: dict[str, Any] = {}
    for part in (*fragments(written), written):
        found |= part.get("options") or {}
    return found


def described(entry: Written) -> str:
    """Return a description as one text."""
    text = entry.get("description", "")
    return text if isinstance(text, str) else " ".join(text)


def unsaid(options: Written, path: str = "") -> Iterator[str]:
    """Yield each option of which it is not said what happens without it."""
    for name, option in options.items():
        here = f"{path}{name}"
        if not (option.get("required") or "default" in option or SAID.search(described(option))):
            yield here
        yield from unsaid(option.get("suboptions") or option.get("options") or {}, f"{here}.")


def lacking(values: Written, path: str = "") -> Iterator[str]:
    """Yield what each return value lacks."""
    for name, value in values.items():
        here = f"{path}{name}"
        needed = {"description", "type", "returned"} | ({"elements"} if value.get("type") == "list" else set())
        needed |= set() if "contains" in value else {"sample"}
        told = {word for word, said in value.items() if said not in (None, "", [], {})}
        yield from (f"{here} has no {word}" for word in sorted(needed - told))
        yield from lacking(value.get("contains", {}), f"{here}.")


def named(file: Path) -> str:
    return file.stem if file.suffix == ".py" else file.parents[1].name


@pytest.mark.parametrize("file", [*MODULES, *OTHERS], ids=named)
def test_every_option_says_what_happens_without_it(file: Path) -> None:
    assert list(unsaid(options_of(documented(file)))) == []


@pytest.mark.parametrize("file", ROLES, ids=named)
def test_every_variable_of_a_role_says_what_happens_without_it(file: Path) -> None:
    [main] = yaml.safe_load(file.read_text())["argument_specs"].values()
    assert list(unsaid(main["options"])) == []


@pytest.mark.parametrize("file", [file for file in [*MODULES, *OTHERS] if file.parent.name != "inventory"], ids=named)
def test_every_return_value_has_all_that_it_takes(file: Path) -> None:
    assert list(lacking(documented(file, "RETURN"))) == []


@pytest.mark.parametrize("file", MODULES, ids=named)
def test_every_module_says_what_it_can_do(file: Path) -> None:
    written = documented(file)
    attributes: dict[str, Any] = {}
    for part in (*fragments(written), written):
        for name, attribute in (part.get("attributes") or {}).items():
            attributes[name] = attributes.get(name, {}) | attribute
    assert {
        name for name, attribute in attributes.items() if attribute.keys() >= {"support", "description"}
    } >= ATTRIBUTES


@pytest.mark.parametrize("file", [*MODULES, *OTHERS], ids=named)
def test_every_plugin_names_what_goes_with_it(file: Path) -> None:
    assert documented(file).get("seealso")


@pytest.mark.parametrize("file", ROLES, ids=named)
def test_every_role_speaks_of_check_mode_names_what_goes_with_it_and_shows_how(file: Path) -> None:
    """ansible-core knows no attributes of roles."""
    [main] = yaml.safe_load(file.read_text())["argument_specs"].values()
    assert "check mode" in described(main)
    assert main["seealso"] and yaml.safe_load(main["examples"])


def test_every_variable_that_a_playbook_reads_is_on_the_page_of_the_playbooks() -> None:
    page = (CHECKOUT / "docs" / "playbooks.md").read_text()
    told = set(re.findall(r"`(\w+)`", page))
    for file in sorted((CHECKOUT / "playbooks").rglob("*.yml")):
        text = file.read_text()
        read = set(re.findall(r"(?<![\w.])(?!__)(\w+) (?:\| default\(|is (?:not )?defined)", text))
        assert read - told - {"ansible_check_mode", "cache"} == set(), file.name
        assert file.parent.name == "tasks" or f"\n## {file.stem}\n" in page
