# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Build the documentation into a site: `python -m docsite [directory]`, as `make docs` does."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.gates.environment import CACHE, CHECKOUT, environment

WORK = CACHE / "docs"
SITE = WORK / "html"


def reference(source: Path) -> None:
    """Write a page for every plugin and role of this checkout."""
    source.mkdir(mode=0o755)
    command = ["antsibull-docs", "--config-file", "tests/gates/antsibull.cfg", "collection", "--use-current"]
    options = ["--squash-hierarchy", "--fail-on-error", "--no-add-antsibull-docs-version", "--dest-dir", str(source)]
    subprocess.run([*command, *options, "elasticache.access"], cwd=CHECKOUT, env=environment(), check=True)


def build(work: Path = WORK) -> Path:
    """Build the site anew below C(work), any warning being an error, and return where it is."""
    shutil.rmtree(work, ignore_errors=True)
    source, site = work / "source", work / "html"
    shutil.copytree(CHECKOUT / "docs", source)
    reference(source / "reference")
    sphinx = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "-n", "-W", "--keep-going"]
    places = ["-c", str(CHECKOUT / "docsite"), "-d", str(work / "doctrees"), str(source), str(site)]
    subprocess.run([*sphinx, *places], cwd=CHECKOUT, env=environment(), check=True)
    return site


if __name__ == "__main__":
    try:
        print(f"{build() / 'index.html'}")
    except subprocess.CalledProcessError as error:
        sys.exit(f"The site was not built: {error}")
