# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Resolve all that is needed anew on every supported Python, and write pins.txt and importer-pins.txt (`make pins`).

PIP_CONSTRAINT=FILE with a copy of what is there keeps that, and only adds.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
# What is written, from what.
PINS = {
    "pins.txt": ("demo.txt", "test.txt"),
    # With attrs of long ago, which the others cannot live with.
    "importer-pins.txt": ("importer.txt",),
}

# One ansible-core per Python, so that testing on the three Pythons tests the three releases we support.
CORES = {"3.11": "2.19", "3.12": "2.20", "3.13": "2.21"}


def names(*files: str) -> list[str]:
    lines = [line.strip() for file in files for line in (HERE / file).read_text().splitlines()]
    return [line for line in lines if line and not line.startswith(("#", "-"))]


def resolve(python: str, core: str, files: tuple[str, ...]) -> dict[str, str]:
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        subprocess.run(
            [
                *(f"python{python}", "-m", "pip", "install", "--dry-run", "--ignore-installed", "--only-binary=:all:"),
                *("--quiet", "--report", report.name, f"ansible-core=={core}.*", *names(*files)),
            ],
            check=True,
        )
        found = [item["metadata"] for item in json.load(report)["install"]]
    return {item["name"].lower().replace("_", "-"): item["version"] for item in found}


def constraints(resolved: dict[str, dict[str, str]]) -> list[str]:
    lines = []
    for name in sorted({name for versions in resolved.values() for name in versions}):
        versions = {python: found[name] for python, found in resolved.items() if name in found}
        if len(set(versions.values())) == 1:
            lines.append(f"{name}=={next(iter(versions.values()))}")
        else:
            lines += [f'{name}=={version} ; python_version == "{python}"' for python, version in versions.items()]
    return lines


def main() -> None:
    cores = ", ".join(f"{python} -> {core}" for python, core in CORES.items())
    try:
        for name, files in PINS.items():
            resolved = {python: resolve(python, core, files) for python, core in CORES.items()}
            header = [
                f"# All packages from {' and '.join(files)}, direct or not. Written by `make pins`; do not edit.",
                f"# The Python decides the ansible-core: {cores}.",
            ]
            pins = constraints(resolved)
            (HERE / name).write_text("\n".join(header + pins) + "\n")
            print(f"{name}: {len(pins)} pins")
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"lock.py needs python{', python'.join(CORES)} with pip on PATH, and the package index: {error}")


if __name__ == "__main__":
    main()
