# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""`make prove-gates`: seed faults in a copy of the checkout, and see each caught by its gate.

A gate that cannot fail is a defect. Each must hold in the copy first. With arguments, only the gates so named.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.gates.command import Finished, run
from tests.gates.environment import CHECKOUT

HEADER = """\
# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""
UTILS = "plugins/module_utils"
MODULE = "plugins/modules/elasticache_sg_access.py"

Change = Callable[[str], str]


def new(text: str) -> Change:
    """A file that holds just this."""
    return lambda _: text


def add(text: str) -> Change:
    return lambda before: before + text


def swap(old: str, new: str) -> Change:
    def change(before: str) -> str:
        if old not in before:
            raise LookupError(f"{old!r} is no longer there to be replaced: see tests/gates/seed_faults.py")
        return before.replace(old, new, 1)

    return change


@dataclass(frozen=True)
class Fault:
    """What is done to which files, and what the gate's output must then contain."""

    name: str
    changes: Mapping[str, Change]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Proof:
    gate: str
    command: tuple[str, ...]
    faults: tuple[Fault, ...] = field(default_factory=tuple)


def gate(name: str, *faults: Fault) -> Proof:
    return Proof(name, ("-m", "tests.gates", name), faults)


def tests(name: str, *command: str, faults: tuple[Fault, ...]) -> Proof:
    return Proof(name, ("-m", "pytest", *command), faults)


PROOFS = [
    gate("format", Fault("two blanks too many", {"tests/seeded.py": new(f"{HEADER}\nnumber =   1\n")}, ("seeded.py",))),
    gate(
        "style",
        Fault("an import that nobody uses", {"tests/seeded.py": new(f"{HEADER}\nimport os\n")}, ("F401",)),
        Fault(
            "syntax newer than Python 3.9 in a plugin",
            {f"{UTILS}/_seeded.py": new(f"{HEADER}\nmatch 1:\n    case _:\n        pass\n")},
            ("match", "3.9"),
        ),
    ),
    gate(
        "types of plugins",
        Fault(
            "an untyped function",
            {f"{UTILS}/_seeded.py": new(f"{HEADER}\n\ndef same(value):\n    return value\n")},
            ("no-untyped-def",),
        ),
    ),
    gate(
        "types",
        Fault(
            "a wrong argument", {"tests/seeded.py": new(f"{HEADER}\nnumber: int = len(3)\n")}, ("seeded.py", "arg-type")
        ),
    ),
    gate("yaml", Fault("a key given twice", {"seeded.yml": new("---\na: 1\na: 2\n")}, ("duplication",))),
    gate(
        "changelog",
        Fault("a section that is none", {"changelogs/fragments/seeded.yml": new("---\nnews:\n  - x\n")}, ("news",)),
    ),
    gate(
        "documentation",
        Fault(
            "markup that names no option",
            {MODULE: swap("description: As O(allow_any_address).", "description: As O(allow_no_address).")},
            ("allow_no_address",),
        ),
        Fault(
            "RETURN that is no YAML",
            {MODULE: swap('RETURN = r"""', 'RETURN = r"""\nseeded: [')},
            ("elasticache_sg_access",),
        ),
        Fault(
            "a role's option without a type that exists",
            {"roles/cache_access/meta/argument_specs.yml": swap("type: list", "type: liste")},
            ("argument_specs",),
        ),
    ),
    gate(
        "ansible-lint",
        Fault(
            "a task without a name",
            {"playbooks/tasks/seeded.yml": new("---\n- ansible.builtin.debug:\n    msg: Seeded\n")},
            ("name[missing]",),
        ),
        Fault(
            "a module by its short name",
            {"playbooks/tasks/seeded.yml": new("---\n- name: Say it\n  debug:\n    msg: Seeded\n")},
            ("fqcn",),
        ),
    ),
    gate(
        "sanity",
        Fault(
            "an undocumented option, an assertion in a plugin, a shell script that does not hold",
            {
                MODULE: swap("allow_any_address=dict(", 'seeded=dict(type="str"), allow_any_address=dict('),
                f"{UTILS}/_seeded.py": new(f"{HEADER}\nassert 1\n"),
                "seeded.sh": new("#!/usr/bin/env bash\nrm $1\n"),
            },
            ("validate-modules", "seeded", "no-assert", "shellcheck"),
        ),
        Fault(
            "an import that fails where boto3 is missing",
            {f"{UTILS}/_seeded.py": new(f"{HEADER}\nimport boto3\n\nboto3.client\n")},
            ("import", "_seeded.py"),
        ),
    ),
    gate(
        "integration",
        Fault(
            "access that check mode grants in earnest",
            {f"{UTILS}/_module.py": swap("return foretell() if self.check_mode else change()", "return change()")},
            ("elasticache_sg_access", "foretold is changed and granted is changed"),
        ),
    ),
    gate(
        "molecule",
        Fault(
            "a role that is never done",
            {
                "roles/cache_access/tasks/main.yml": add(
                    "\n- name: Change every time\n  ansible.builtin.command: echo\n  changed_when: true\n"
                )
            },
            ("dempotence",),
        ),
        Fault(
            "a rule under another description",
            {"extensions/molecule/grant/converge.yml": swap("Web tier", "Webtier")},
            ("verify",),
        ),
    ),
    gate(
        "importer",
        Fault(
            "a role without a README",
            {"galaxy.yml": add("  - roles/access_audit/README.md\n")},
            ("No role readme found",),
        ),
        Fault(
            "no changelog in the tarball",
            {"galaxy.yml": add("  - CHANGELOG.md\n  - changelogs\n")},
            ("WARNING: No changelog found",),
        ),
        Fault(
            "a task that ansible-lint finds fault with",
            {"playbooks/tasks/seeded.yml": new("---\n- ansible.builtin.debug:\n    msg: Seeded\n")},
            ("WARNING: ", "name[missing]"),
        ),
    ),
    gate(
        "supply",
        Fault(
            "a licence that is not allowed",
            {"tests/gates/licences.py": swap('"MIT-0", "MPL-2.0"),', '"MIT-0"),')},
            ("certifi", "'MPL-2.0' is not allowed"),
        ),
        Fault(
            "a licence that does not go with ours, of what is needed at run time",
            {
                "tests/gates/licences.py": swap(
                    '"python-dateutil", "Dual License"): "BSD-3-Clause"', '"python-dateutil", "Dual License"): "BSD"'
                )
            },
            ("python-dateutil", "does not go with"),
        ),
        Fault(
            "a question to pip-audit that it does not understand",
            {"tests/gates/vulnerabilities.py": swap('"--no-deps"', '"--seeded"')},
            ("pip-audit ended with 2", "--seeded"),
        ),
    ),
    tests(
        "unit tests",
        *("tests/unit", "--cov"),
        faults=(
            Fault(
                "a branch of a pure file that no test takes",
                {
                    f"{UTILS}/_rules.py": add(
                        "\n\ndef _seeded(a: int) -> int:\n    if a:\n        a += 1\n    return a\n"
                    )
                },
                ("_rules.py", "100"),
            ),
            Fault(
                "boto3 in a pure file",
                {f"{UTILS}/_rules.py": swap("import typing as t\n", "import typing as t\n\nimport boto3\n")},
                ("test_purity.py", "boto3"),
            ),
            Fault(
                "Ansible in a pure file, by way of another",
                {
                    f"{UTILS}/_rules.py": swap(
                        "import typing as t\n",
                        "import typing as t\n\nfrom ansible_collections.elasticache.access.plugins.module_utils "
                        "import _aws\n",
                    )
                },
                ("test_purity.py",),
            ),
            Fault(
                "a third dependency at run time",
                {
                    f"{UTILS}/_connection.py": swap(
                        "import botocore.exceptions\n", "import botocore.exceptions, requests\n"
                    )
                },
                ("test_dependencies.py", "requests"),
            ),
            Fault(
                "a test that goes to the network",
                {
                    "tests/unit/test_seeded.py": new(
                        f"{HEADER}\nimport socket\n\n\ndef test_seeded() -> None:\n"
                        '    socket.create_connection(("192.0.2.1", 80))\n'
                    )
                },
                ("SocketBlockedError",),
            ),
            Fault(
                "a warning",
                {
                    "tests/unit/test_seeded.py": new(
                        f"{HEADER}\nimport warnings\n\n\ndef test_seeded() -> None:\n"
                        '    warnings.warn("seeded", DeprecationWarning, stacklevel=1)\n'
                    )
                },
                ("DeprecationWarning: seeded",),
            ),
        ),
    ),
    tests(
        "supply tests",
        "tests/gates/test_vulnerabilities.py",
        faults=(
            Fault(
                "vulnerabilities that make nothing fail",
                {
                    "tests/gates/vulnerabilities.py": swap(
                        "return Report(answer.vulnerabilities, notes", "return Report([], notes"
                    )
                },
                ("FAILED tests/gates/test_vulnerabilities.py",),
            ),
            Fault(
                "a service that is believed whatever it says",
                {"tests/gates/vulnerabilities.py": swap("if not first.vulnerabilities:", "if first is None:")},
                ("FAILED tests/gates/test_vulnerabilities.py",),
            ),
        ),
    ),
    tests(
        "release tests",
        "tests/release",
        faults=(
            Fault(
                "a release of what is not committed",
                {"tests/release/state.py": swap('git(checkout, "status", "--porcelain")', "[]")},
                ("FAILED tests/release/test_release.py",),
            ),
            Fault(
                "a release whatever the tests say",
                {"tests/release/__main__.py": swap("if subprocess.run(everything", "if not subprocess.run(everything")},
                ("FAILED tests/release/test_release.py",),
            ),
            Fault(
                "breaking changes in a minor release",
                {"tests/release/versions.py": swap('"major" if before[0] else "minor"', '"minor"')},
                ("FAILED tests/release/test_versions.py",),
            ),
        ),
    ),
    tests(
        "hooks",
        "tests/gates",
        faults=(
            Fault(
                "a quick gate that is no hook",
                {
                    "tests/gates/__main__.py": swap(
                        'Gate("molecule", ["molecule", "test", "--all"], quick=False)', 'Gate("molecule", ["molecule"])'
                    )
                },
                ("FAILED tests/gates/test_hooks.py",),
            ),
        ),
    ),
    tests(
        "coverage",
        *("tests/unit", "tests/package", "-n", "2", "--cov"),
        faults=(
            Fault(
                "a pure file that only another kind of test visits",
                {
                    f"{UTILS}/_rules.py": add("\n\ndef seeded() -> int:\n    return 1\n"),
                    "tests/package/test_seeded.py": new(
                        f"{HEADER}\nfrom ansible_collections.elasticache.access.plugins.module_utils import _rules\n\n"
                        "\ndef test_seeded() -> None:\n    assert _rules.seeded() == 1\n"
                    ),
                },
                ("_rules.py", "100"),
            ),
        ),
    ),
    tests(
        "emulator",
        "tests/emulator",
        faults=(
            Fault(
                "an emulated EC2 without our overlay",
                {"tests/emulator/__init__.py": swap("        ec2.install()\n", "")},
                ("FAILED tests/emulator",),
            ),
        ),
    ),
    tests(
        "model",
        "tests/model",
        faults=(
            Fault(
                "a purge that takes what is not ours",
                {f"{UTILS}/_purge.py": swap("(purge_on[port] == PURGE_MANAGED and rule.is_managed)", "True")},
                ("FAILED tests/model", "MODEL_SEED="),
            ),
            Fault(
                "access that is taken away in one of the cache's groups alone",
                {f"{UTILS}/_wishes.py": swap("    return target.groups if", "    return target.groups[:1] if")},
                ("FAILED tests/model", "MODEL_SEED="),
            ),
            Fault(
                "access that is extended whenever the task runs again",
                {f"{UTILS}/_terms.py": swap("(at != self.ends_at and not self.keeps_end)", "at != self.ends_at")},
                ("FAILED tests/model/test_ends", "MODEL_SEED="),
            ),
            Fault(
                "an end that is left where none is wanted any more",
                {f"{UTILS}/_terms.py": swap("told.pop(EXPIRES_AT, None)", "pass")},
                ("FAILED tests/model/test_ends", "MODEL_SEED="),
            ),
            Fault(
                "a sweep that knows no grace",
                {f"{UTILS}/_expired_rules.py": swap("self.now - at >= self.grace", "self.now >= at")},
                ("FAILED tests/model/test_ends", "MODEL_SEED="),
            ),
        ),
    ),
    tests(
        "bad days",
        "tests/model/test_bad_days.py",
        faults=(
            Fault(
                "removals before what was added shows",
                {f"{UTILS}/_apply.py": swap("if (current.removes and done.added) or moved:", "if moved:")},
                ("FAILED tests/model/test_bad_days", "MODEL_SEED="),
            ),
            Fault(
                "additions of which nobody knows",
                {f"{UTILS}/_done.py": swap("                    self.added[key] = found", "                    pass")},
                ("FAILED tests/model/test_bad_days", "MODEL_SEED="),
            ),
            Fault(
                "removals of which nobody knows",
                {f"{UTILS}/_done.py": swap("                self.removed.append(rule)", "                pass")},
                ("FAILED tests/model/test_bad_days", "MODEL_SEED="),
            ),
        ),
    ),
    tests(
        "permissions",
        "tests/permissions",
        faults=(
            Fault(
                "a policy that lacks an action",
                {"docs/iam/revoke.json": swap('"ec2:RevokeSecurityGroupEgress",', "")},
                ("FAILED tests/permissions",),
            ),
        ),
    ),
    tests(
        "end-to-end tests",
        *("-n", "2", "tests/end_to_end"),
        faults=(
            Fault(
                "a playbook that revokes where it should grant",
                {"playbooks/grant_access.yml": swap("cache_access_state: present", "cache_access_state: absent")},
                ("FAILED tests/end_to_end",),
            ),
        ),
    ),
    tests(
        "tarball",
        "tests/package",
        faults=(
            Fault("a development file that is shipped", {"noxfile.py": new(HEADER)}, ("noxfile.py",)),
            Fault("a playbook that is not shipped", {"galaxy.yml": add("  - playbooks\n")}, ("playbooks/",)),
            Fault(
                "a playbook that is none",
                {"playbooks/grant_access.yml": add("\n- nothing: here\n")},
                ("FAILED tests/package",),
            ),
        ),
    ),
]


class Copy:
    """A clone of the checkout as it stands, changes that are not committed included."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        listing = ["git", "-C", str(CHECKOUT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        for name in subprocess.run(listing, check=True, capture_output=True, text=True).stdout.split("\0"):
            source = CHECKOUT / name
            if name and source.is_file():
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(source.read_bytes())
                target.chmod(source.stat().st_mode)
        self._git("init", "--quiet")
        self._git("add", "--all")
        who = ("-c", "user.name=gates", "-c", "user.email=gates@localhost", "-c", "commit.gpgsign=false")
        self._git(*who, "commit", "--no-verify", "--message", "As it stands")
        # Of its own, for an environment belongs to the checkout that it was made for.
        subprocess.run(["make", "--no-print-directory", "venv", f"PYTHON={sys.executable}"], cwd=folder, check=True)

    def _git(self, *command: str) -> None:
        subprocess.run(["git", *command], cwd=self.folder, check=True, stdout=subprocess.DEVNULL)

    def run(self, command: tuple[str, ...]) -> Finished:
        outside = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        return run([self.folder / ".venv" / "bin" / "python", *command], self.folder, outside)

    def seed(self, fault: Fault) -> None:
        for name, change in fault.changes.items():
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(change(file.read_text() if file.exists() else ""))

    def restore(self) -> None:
        self._git("reset", "--hard")
        self._git("clean", "--force", "-d")


def verdict(copy: Copy, proof: Proof, fault: Fault) -> str:
    try:
        copy.seed(fault)
        held, output, _seconds = copy.run(proof.command)
    finally:
        copy.restore()
    if held:
        return "NOT CAUGHT"
    missing = [word for word in fault.words if word not in output]
    return f"FAILED FOR ANOTHER REASON, without {missing}:\n{output[-4000:]}" if missing else "caught"


def main() -> int:
    chosen = [proof for proof in PROOFS if not sys.argv[1:] or proof.gate in sys.argv[1:]]
    sound = True
    with tempfile.TemporaryDirectory(prefix="prove-gates-") as folder:
        copy = Copy(Path(folder) / "checkout")
        for proof in chosen:
            held, output, _seconds = copy.run(proof.command)
            if not held:
                print(f"{proof.gate:<18} does not hold as it is; mend that first:\n{output[-4000:]}", flush=True)
                sound = False
                continue
            for fault in proof.faults:
                result = verdict(copy, proof, fault)
                print(f"{proof.gate:<18} {fault.name:<78} {result}", flush=True)
                sound &= result == "caught"
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
