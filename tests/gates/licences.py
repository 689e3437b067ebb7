# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The licences of what is installed, as pip-licenses reads them, against those that are allowed. Needs no network.

Everything installed needs an allowed licence; what the collection needs at run time needs one that goes with its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# SPDX identifiers that go with GPL-3.0-or-later.
COMPATIBLE = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "GPL-3.0-or-later", "ISC", "MIT", "MIT-0", "MPL-2.0"),
    "PSF-2.0",
}
# For tools besides: a BSD licence, but the distribution does not say which.
ALLOWED = COMPATIBLE | {"BSD"}

# How distributions write them without SPDX, in their metadata or as a classifier.
NAMES = {
    "ASL 2": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "Apache Software License, Version 2.0": "Apache-2.0",
    "BSD License": "BSD",
    "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "ISC license": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "PSFL": "PSF-2.0",
    "Python Software Foundation License": "PSF-2.0",
}

# Where the metadata say too little: the distribution with what it says, and what its licence file says.
# Should it ever say something else, the exception is void.
UNKNOWN = "UNKNOWN"
EXCEPTIONS = {
    # Without metadata; LICENSE is the MIT licence.
    ("axe-playwright-python", UNKNOWN): "MIT",
    # Mostly public domain, the rest as COPYING.txt lists it: BSD-2-Clause, the licence of Python, and one file for
    # Emacs under GPL-3.0-or-later.
    ("docutils", "public domain, Python, 2-Clause BSD, GPL 3 (see COPYING.txt)"): "GPL-3.0-or-later",
    # LICENSE: BSD-3-Clause for all of it, Apache-2.0 at choice for what is newer.
    ("python-dateutil", "Dual License"): "BSD-3-Clause",
}

# What plugins/ imports; what these need in turn is looked up.
RUN_TIME = ("boto3", "botocore")


def installed() -> list[dict[str, str]]:
    command = (sys.executable, "-m", "piplicenses", "--from=all", "--with-system", "--format=json")
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    rows: list[dict[str, str]] = json.loads(done.stdout)
    return rows


def at_run_time() -> set[str]:
    """RUN_TIME and all that it needs."""
    found: set[str] = set()
    waiting = list(RUN_TIME)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name not in found:
            found.add(name)
            needed = [Requirement(line) for line in metadata.requires(name) or ()]
            waiting += [each.name for each in needed if not each.marker or each.marker.evaluate({"extra": ""})]
    return found


def stated(row: Mapping[str, str]) -> str:
    """What a distribution says: by preference SPDX, then a word or two, then its classifiers, of which all count."""
    for text in (row["License-Expression"], row["License-Metadata"]):
        # Some put the whole text of the licence there.
        if text != UNKNOWN and "\n" not in text:
            return text
    return row["License-Classifier"].replace("; ", " AND ")


def permits(expression: str, licences: set[str]) -> bool:
    """Whether an expression of AND and OR, without brackets, is met by these licences."""
    return any(
        all(NAMES.get(term.strip(), term.strip()) in licences for term in choice.split(" AND "))
        for choice in expression.split(" OR ")
    )


def offenders(rows: Iterable[Mapping[str, str]], run_time: Iterable[str]) -> list[str]:
    """A line for each distribution that may not be used as it is, and for each that is not there."""
    licences = {}
    for row in rows:
        name, says = canonicalize_name(row["Name"]), stated(row)
        licences[name] = (row["Version"], EXCEPTIONS.get((name, says), says))
    needed = set(run_time)
    lines = [f"{name} is needed at run time and not installed" for name in sorted(needed - licences.keys())]
    for name, (version, licence) in sorted(licences.items()):
        if not permits(licence, ALLOWED):
            lines.append(f"{name} {version}: the licence {licence!r} is not allowed")
        elif name in needed and not permits(licence, COMPATIBLE):
            lines.append(f"{name} {version}: needed at run time, and {licence!r} does not go with GPL-3.0-or-later")
    return lines
