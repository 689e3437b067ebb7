# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Resolve every dependency anew (`make pins`).

pins.txt holds demo.txt and test.txt on every supported Python, importer-pins.txt what Galaxy's importer needs there, and
oldest.txt what `make matrix` needs for the oldest releases that are promised.

PIP_CONSTRAINT=FILE with a copy of what is there keeps that, and only adds.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
# What is written for every supported Python, from what.
PINS = {
    "pins.txt": ("demo.txt", "test.txt"),
    # With attrs of long ago, which the others cannot live with.
    "importer-pins.txt": ("importer.txt",),
}
OLDEST_PINS = "oldest.txt"

# One ansible-core per Python, so that testing on the three Pythons tests the three releases we support.
CORES = {"3.11": "2.19", "3.12": "2.20", "3.13": "2.21"}
# The oldest that README.md, galaxy.yml and meta/runtime.yml promise, on the oldest Python. This release of the Ansible
# package, a beta, is the last that carries the oldest amazon.aws; its requirements.txt names the oldest boto3.
OLDEST_PYTHON = "3.11"
OLDEST = ["ansible==12.0.0b3", "ansible-core==2.19.0", "boto3==1.34.0", "botocore==1.34.0"]


def names(*files: str) -> list[str]:
    lines = [line.strip() for file in files for line in (HERE / file).read_text().splitlines()]
    return [line for line in lines if line and not line.startswith(("#", "-"))]


def resolve(python: str, *wanted: str) -> dict[str, str]:
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        subprocess.run(
            [
                *(f"python{python}", "-m", "pip", "install", "--dry-run", "--ignore-installed", "--only-binary=:all:"),
                *("--quiet", "--report", report.name, *wanted),
            ],
            check=True,
        )
        found = [item["metadata"] for item in json.load(report)["install"]]
    return {item["name"].lower().replace("_", "-"): item["version"] for item in found}


def resolve_everywhere(files: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """The versions by name, by Python."""
    return {python: resolve(python, f"ansible-core=={core}.*", *names(*files)) for python, core in CORES.items()}


def resolve_oldest(newest: dict[str, str]) -> dict[str, str]:
    """The oldest of what is promised; all else as new as it can be with that, but no newer than in pins.txt."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as limits:
        limits.writelines(f"{name}<={version}\n" for name, version in newest.items())
        limits.flush()
        return resolve(OLDEST_PYTHON, "--constraint", limits.name, *OLDEST, *names("matrix.txt"))


def constraints(resolved: dict[str, dict[str, str]]) -> list[str]:
    lines = []
    for name in sorted({name for versions in resolved.values() for name in versions}):
        versions = {python: found[name] for python, found in resolved.items() if name in found}
        if len(set(versions.values())) == 1:
            lines.append(f"{name}=={next(iter(versions.values()))}")
        else:
            lines += [f'{name}=={version} ; python_version == "{python}"' for python, version in versions.items()]
    return lines


def write(name: str, header: str, resolved: dict[str, dict[str, str]]) -> None:
    pins = constraints(resolved)
    (HERE / name).write_text("\n".join([header, *pins]) + "\n")
    print(f"{name}: {len(pins)} pins")


def main() -> None:
    cores = ", ".join(f"{python} -> {core}" for python, core in CORES.items())
    try:
        found = {name: resolve_everywhere(files) for name, files in PINS.items()}
        oldest = resolve_oldest(found["pins.txt"][OLDEST_PYTHON])
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"lock.py needs python{', python'.join(CORES)} with pip on PATH, and the package index: {error}")
    for name, files in PINS.items():
        header = f"# All packages from {' and '.join(files)}, direct or not. Written by `make pins`; do not edit.\n"
        write(name, f"{header}# The Python decides the ansible-core: {cores}.", found[name])
    header = "# Every package of the oldest row of `make matrix`. Written by `make pins`; do not edit.\n"
    said = f"{header}# requirements/lock.py says which the oldest are, all on Python {OLDEST_PYTHON}."
    write(OLDEST_PINS, said, {OLDEST_PYTHON: oldest})


if __name__ == "__main__":
    main()
