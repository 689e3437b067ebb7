# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""`make release` in a repository with all that it reads: what it refuses, in which order, and what it says to type."""

from __future__ import annotations

import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.gates.environment import CHECKOUT
from tests.release import __main__ as command
from tests.release.__main__ import Refused, release
from tests.release.state import read

HOLDS = ["true"]
FILES = {
    "galaxy.yml": "version: 1.0.0\n",
    "plugins/module_utils/_version.py": 'VERSION = "1.0.0"\n',
    "README.md": "ansible-galaxy collection install elasticache-access-1.0.0.tar.gz\n",
    "CHANGELOG.md": '<a id="v1-0-0"></a>\n## v1.0.0\n',
    "changelogs/changelog.yaml": "releases:\n  1.0.0: {changes: {release_summary: All.}, fragments: [1.0.0.yml]}\n",
    "changelogs/fragments/1.0.0.yml": "release_summary: All.\n",
}


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=release", "-c", "user.email=release@localhost", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", folder, *who, *words], check=True, capture_output=True)


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--no-verify", "--message", "As it stands")


def pack(folder: Path, *names: str) -> Path:
    tarball = folder / "elasticache-access-1.0.0.tar.gz"
    with tarfile.open(tarball, "w:gz") as archive:
        for name in names:
            archive.add(folder / name, name)
    return tarball


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    git(tmp_path, "init", "--quiet")
    commit(tmp_path)
    return tmp_path


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Says which files the tarball holds; until then, none is built."""

    def hold(*names: str) -> None:
        monkeypatch.setattr(command, "build", lambda folder: pack(folder, *names))

    monkeypatch.setattr(command, "build", lambda _folder: pytest.fail("a tarball was built"))
    return hold


def test_what_is_ready_is_built_and_what_to_type_next_is_said(checkout: Path, built: Callable[..., None]) -> None:
    built("galaxy.yml", "README.md")
    said = release(checkout, HOLDS)
    for line in (
        f'git tag --annotate 1.0.0 --message "elasticache.access 1.0.0" {read(checkout).commit}',
        "git push origin main 1.0.0",
        "ansible-galaxy collection publish elasticache-access-1.0.0.tar.gz",
    ):
        assert f"\n  {line}\n" in said
    assert (checkout / "elasticache-access-1.0.0.tar.gz").is_file()


@pytest.mark.usefixtures("built")
def test_every_reason_is_given_before_anything_is_tried(checkout: Path) -> None:
    (checkout / "README.md").write_text("Nothing.\n")
    (checkout / "changelogs" / "fragments" / "42.yml").write_text("bugfixes: [This.]\n")
    git(checkout, "tag", "1.0.0")
    with pytest.raises(Refused) as refused:
        release(checkout, ["touch", "tried"])
    heading, *reasons = str(refused.value).splitlines()
    assert heading == "1.0.0 is not released:"
    assert [reason.split()[1] for reason in reasons] == ["README.md", "changelogs/fragments", "There", "git"]
    assert not (checkout / "tried").exists()


@pytest.mark.usefixtures("built")
def test_what_does_not_hold_is_not_built(checkout: Path) -> None:
    with pytest.raises(Refused, match=r"^1\.0\.0 is not released: false does not hold, see above; mend that first\.$"):
        release(checkout, ["false"])


@pytest.mark.usefixtures("built")
def test_what_the_tests_leave_behind_is_refused(checkout: Path) -> None:
    with pytest.raises(Refused, match=r"git status is not clean \(\?\? left\)"):
        release(checkout, ["touch", "left"])


@pytest.mark.usefixtures("built")
def test_what_held_on_another_commit_does_not_count(checkout: Path) -> None:
    who = "git -c user.name=release -c user.email=release@localhost"
    with pytest.raises(Refused, match="other things were committed meanwhile"):
        release(checkout, ["sh", "-c", f"{who} commit --quiet --allow-empty --message More"])


def test_a_tarball_with_files_that_are_not_in_git_is_taken_away(checkout: Path, built: Callable[..., None]) -> None:
    (checkout / ".git" / "info" / "exclude").write_text("secret.yml\n*.tar.gz\n")
    (checkout / "secret.yml").write_text("password: x\n")
    built("galaxy.yml", "secret.yml")
    with pytest.raises(Refused, match=r"the tarball would hold what is not in git \(secret\.yml\)"):
        release(checkout, HOLDS)
    assert list(checkout.glob("*.tar.gz")) == []


def test_this_checkout_can_be_read() -> None:
    """Whatever it is short of just now, it says of itself what a release needs to know."""
    state = read(CHECKOUT)
    assert state.version and state.version_of_plugins
    assert "0.1.0" in state.releases.keys() & state.versions_in_changelog
    assert "modules" in state.releases["0.1.0"]
    assert state.versions_in_readme
    assert len(state.commit) == 40
