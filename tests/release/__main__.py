# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""`make release`: refuse what must not be released, see everything hold on this commit, build, say what to type next.

It tags nothing and publishes nothing. The reasons against a release come first, before an hour of tests.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

from tests.gates.environment import CHECKOUT
from tests.package.__main__ import build
from tests.release.refusals import refusals
from tests.release.state import git, read

WRITTEN_BY_GALAXY = {"FILES.json", "MANIFEST.json"}

NEXT = """\
{tarball} and {tarball}.sha256 are built from {commit}, on which everything holds. Next:

  git tag --annotate {version} --message "elasticache.access {version}" {commit}
  git push origin main {version}
  ansible-galaxy collection publish {tarball}

The last wants your token for Galaxy, from --token or from ansible.cfg. Put both files beside the tag on the
repository's page of releases, with the section of CHANGELOG.md."""


class Refused(Exception):
    """Not this, not now."""


def check(checkout: Path) -> tuple[str, str]:
    """The version and the commit that can be released."""
    state = read(checkout)
    reasons = refusals(state)
    if reasons:
        raise Refused("\n".join([f"{state.version} is not released:", *(f"- {reason}" for reason in reasons)]))
    return state.version, state.commit


def strangers(checkout: Path, tarball: Path) -> list[str]:
    """Files in the tarball of which git knows nothing."""
    known = set(git(checkout, "ls-files"))
    with tarfile.open(tarball) as archive:
        files = {member.name for member in archive.getmembers() if member.isfile()}
    return sorted(files - known - WRITTEN_BY_GALAXY)


def release(checkout: Path, everything: list[str]) -> str:
    """Build the release if everything, which is a command, holds, and say what to do with it."""
    version, commit = check(checkout)
    print(f"Nothing speaks against {version}. Now {' '.join(everything)}, which takes more than an hour.", flush=True)
    if subprocess.run(everything, cwd=checkout, check=False).returncode:
        raise Refused(f"{version} is not released: {' '.join(everything)} does not hold, see above; mend that first.")
    if check(checkout) != (version, commit):
        raise Refused(f"{version} is not released: other things were committed meanwhile; run make release again.")
    tarball = build(checkout)
    found = strangers(checkout, tarball)
    if found:
        tarball.unlink()
        raise Refused(
            f"{version} is not released: the tarball would hold what is not in git ({', '.join(found[:5])}); remove it "
            "here, or keep it out with build_ignore in galaxy.yml."
        )
    return NEXT.format(tarball=tarball.name, version=version, commit=commit)


def main() -> int:
    try:
        print(release(CHECKOUT, ["make", "--no-print-directory", "test", "matrix"]))
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"Nothing is released: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
