# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""README.md, galaxy.yml, meta/ and the pins agree about what is supported."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from requirements import lock
from tests.gates.environment import CHECKOUT
from tests.matrix import promises


def pins(file: Path) -> dict[str, str]:
    lines = [line.split(" ; ")[0] for line in file.read_text().splitlines() if not line.startswith("#")]
    return dict(line.split("==") for line in lines)


def test_the_oldest_pins_are_the_oldest_that_is_promised() -> None:
    """That their amazon.aws is, the matrix sees once it is installed: the Ansible package does not say."""
    held, promised = pins(lock.OLDEST_PINS), promises.oldest()
    assert {name: held[name] for name in promised if name != "amazon.aws"} == {
        name: version for name, version in promised.items() if name != "amazon.aws"
    }
    wanted = dict(pin.split("==") for pin in lock.OLDEST)
    assert {name: held[name] for name in wanted} == wanted


def test_readme_and_galaxy_name_the_same_amazon_aws() -> None:
    assert promises.readme()["amazon_aws"] == promises.oldest()["amazon.aws"]


def test_readme_names_what_the_matrix_runs() -> None:
    said = promises.readme()
    assert re.findall(r"[\d.]+", said["cores"]) == list(lock.CORES.values())
    assert re.findall(r"[\d.]+", said["pythons"]) == list(lock.CORES)
    assert next(iter(lock.CORES)) == lock.OLDEST_PYTHON


def test_the_execution_environment_wants_the_same_core() -> None:
    definition = yaml.safe_load((CHECKOUT / "meta" / "execution-environment.yml").read_text())
    assert definition["dependencies"]["ansible_core"]["package_pip"] == (
        f"ansible-core>={promises.oldest()['ansible-core']}"
    )


def test_a_readme_that_promises_nothing_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "README.md").write_text("It needs ansible-core.\n")
    monkeypatch.setattr(promises, "CHECKOUT", tmp_path)
    with pytest.raises(ValueError, match="does not say"):
        promises.readme()
