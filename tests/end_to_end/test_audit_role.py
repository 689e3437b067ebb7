# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The role access_audit and the playbook audit_access: what they show, write and fail on, for one host and many."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.emulator.calls import clear, counted, totals
from tests.emulator.estate import Estate, build
from tests.emulator.server import Emulator
from tests.emulator.tests.conftest import REGION
from tests.end_to_end.ansible import CHECKOUT, Ansible, Run
from tests.end_to_end.rules import every_rule, permit

PLAYBOOK = "elasticache.access.audit_access"
SCHEMA = json.loads((CHECKOUT / "docs" / "audit-report.schema.json").read_text())
GUIDE = (CHECKOUT / "docs" / "audit.md").read_text()
POLICY = {"cache_access_grants": [{"cache": "sessions", "sources": [{"security_group": "app-batch"}]}]}
HOSTILE = "<script>alert(1)</script> {{ 7 * 7 }} =1+1"


@pytest.fixture
def exposed(ec2: Any, estate: Estate) -> Estate:
    """The estate, with one cache that stands open to everybody."""
    permit(ec2, estate.groups["fragments-cache"], ["0.0.0.0/0"], 11211, description="for a moment")
    return estate


def audit(ansible: Ansible, *arguments: str, **variables: Any) -> Run:
    """Run the playbook in the folder of the test."""
    extra = ["-e", json.dumps(variables)] if variables else []
    return ansible.playbook(PLAYBOOK, *arguments, *extra)


def written(ansible: Ansible, folder: str = "access-audit") -> dict[str, str]:
    """Return the files of the report by their ending."""
    return {file.suffix: file.read_text() for file in sorted((ansible.folder / folder).glob("access-audit.*"))}


def report(ansible: Ansible, folder: str = "access-audit") -> dict[str, Any]:
    """Return the JSON of the report, which is of the documented form."""
    read: dict[str, Any] = json.loads(written(ansible, folder)[".json"])
    jsonschema.Draft202012Validator(SCHEMA).validate(read)
    return read


def shown(done: Run) -> str:
    """Return what the terminal shows of the audit."""
    return done.output.rsplit("Show the audit]", 1)[1]


def test_it_shows_the_worst_and_writes_the_report(ansible: Ansible, ec2: Any, exposed: Estate) -> None:
    """As a page, as JSON of the documented form and as CSV, readable for their owner alone; nothing is changed."""
    before = every_rule(ec2)
    done = audit(ansible)
    assert done.succeeded, done.output
    assert done.changed == 0
    assert every_rule(ec2) == before
    assert "3 caches, 2 rules that let something in; 1 critical." in shown(done)
    assert re.search(r"fragments +11211 +1 +1 critical", shown(done))
    assert f"{ansible.folder}/access-audit/access-audit.html, .json, .csv" in shown(done)
    files = written(ansible)
    assert list(files) == [".csv", ".html", ".json"]
    modes = {oct(file.stat().st_mode & 0o777) for file in (ansible.folder / "access-audit").iterdir()}
    assert modes == {"0o600"}
    read = report(ansible)
    assert [cache["name"] for cache in read["caches"]] == ["fragments", "carts", "sessions"]
    assert read["summary"]["findings"]["critical"] == 1
    assert (read["hosts"][0]["host"], read["hosts"][0]["region"]) == ("localhost", REGION)
    assert read["compared"] is False
    rows = list(csv.DictReader(files[".csv"].splitlines()))
    assert [(row["cache"], row["source"], row["findings"]) for row in rows] == [
        ("fragments", "0.0.0.0/0", "open_to_any_address"),
        ("sessions", exposed.groups["app-batch"], ""),
    ]
    assert "for a moment" in files[".html"]


def test_the_policy_file_of_the_grant_playbook_serves_it_too(ansible: Ansible, exposed: Estate) -> None:
    """Drift is counted, shown and written; the same state gives the same report but for its time."""
    (ansible.folder / "access.yml").write_text(yaml.safe_dump(POLICY))
    done = audit(ansible, "-e", "@access.yml")
    assert "1 wanted, 1 unexpected, 0 missing" in shown(done)
    assert "UNEXPECTED  fragments: 0.0.0.0/0 to port 11211, by rule sgr-" in shown(done)
    first = report(ansible)
    assert first["compared"] is True
    assert {cache["name"]: cache["in_policy"] for cache in first["caches"]} == {
        "fragments": False,
        "carts": False,
        "sessions": True,
    }
    text = written(ansible)[".json"]
    audit(ansible, "-e", "@access.yml")
    second = report(ansible)
    assert written(ansible)[".json"].replace(second["generated_at"], first["generated_at"]) == text
    audit(ansible, "-e", "@access.yml", access_audit_grants=[], access_audit_directory="own")
    assert report(ansible, "own")["summary"]["drift"] == {"wanted": 0, "unexpected": 2, "missing": 0}
    assert exposed.groups["app-batch"] in text


@pytest.mark.usefixtures("exposed")
def test_what_it_fails_on_is_for_the_user_to_say_and_comes_after_the_report(ansible: Ansible) -> None:
    """A severity stands for what is worse, too."""
    (ansible.folder / "access.yml").write_text(yaml.safe_dump(POLICY))
    policy = ("-e", "@access.yml")
    fails = {
        ("high",): "The audit found 1 of severity critical, and access_audit_fail_on holds high.",
        ("drift", "unknown"): "The audit found 1 unexpected, and access_audit_fail_on holds drift, unknown.",
    }
    for number, (words, sentence) in enumerate(fails.items()):
        done = audit(ansible, *policy, access_audit_fail_on=list(words), access_audit_directory=str(number))
        assert done.code == 2
        assert sentence in done.output
        assert report(ansible, str(number))["summary"]["caches"] == 3
    assert audit(ansible, *policy, access_audit_fail_on=["unknown"]).succeeded
    without = audit(ansible, access_audit_fail_on=["drift"])
    assert without.code == 2
    assert "drift is to be looked for, and there are no grants to compare with" in without.output
    wrong = audit(ansible, access_audit_fail_on=["severe"])
    assert wrong.code == 2
    assert "value of access_audit_fail_on must be one or more of: critical, high" in wrong.output


@pytest.mark.usefixtures("exposed")
def test_in_check_mode_it_shows_the_same_and_writes_nothing(ansible: Ansible) -> None:
    """For a report is a change to the machine on which it is made."""
    done = audit(ansible, "--check", access_audit_fail_on=["critical"])
    assert done.code == 2
    assert "In check mode no report was written." in shown(done)
    assert re.search(r"fragments +11211 +1 +1 critical", shown(done))
    assert not (ansible.folder / "access-audit").exists()


@pytest.mark.usefixtures("estate")
def test_caches_files_and_folder_can_be_chosen(ansible: Ansible, tmp_path: Path) -> None:
    """With every other variable of the role set as well."""
    done = audit(
        ansible,
        access_audit_caches=["carts", "session"],
        access_audit_cache_type="serverless",
        access_audit_filters={"engine": ["valkey"], "status": ["available"]},
        access_audit_missing="skip",
        access_audit_widest_ipv4_prefix=8,
        access_audit_widest_ipv6_prefix=32,
        access_audit_rules_per_security_group=100,
        access_audit_directory=str(tmp_path / "deep" / "down"),
        access_audit_formats=["json"],
        access_audit_concurrency=2,
        access_audit_throttle_timeout=30,
        access_audit_aws={"region": REGION},
    )
    assert done.succeeded, done.output
    assert list(written(ansible, "deep/down")) == [".json"]
    [cache] = report(ansible, "deep/down")["caches"]
    assert (cache["name"], cache["security_groups"][0]["quota"]["limit"]) == ("carts", 100)
    one = audit(ansible, "-e", "cache=sessions")
    assert one.succeeded, one.output
    assert [cache["name"] for cache in report(ansible)["caches"]] == ["sessions"]


@pytest.mark.usefixtures("estate")
def test_a_cache_that_does_not_exist_fails_with_the_sentence_and_the_report_says_so(ansible: Ansible) -> None:
    """A report that is not there could be taken for one that found nothing."""
    done = audit(ansible, "-e", "cache=session")
    assert done.code == 2
    sentence = f"cache 'session': no cache of that name in {REGION}. Did you mean sessions?"
    assert f"NOT AUDITED  localhost: {sentence}" in shown(done)
    assert [host["error"] for host in report(ansible)["hosts"]] == [sentence]
    assert "no findings in what could be read" in shown(done)


def test_an_inventory_of_regions_becomes_one_report(
    ansible: Ansible, emulator: Emulator, client: Any, ec2: Any, exposed: Estate
) -> None:
    """A host that cannot be audited is in it by name; each host fails for itself."""
    build(client("ec2", region="us-east-1"), client("elasticache", region="us-east-1"))
    hosts = {
        "shop-eu": {"cache_access_aws": {"region": REGION}},
        "shop-us": {"cache_access_aws": {"region": "us-east-1"}},
        "lost": {"cache_access_aws": {"region": REGION}, "access_audit_caches": ["nowhere"]},
    }
    (ansible.folder / "inventory.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts}}, sort_keys=False))
    clear(emulator.url)
    done = audit(ansible, "-i", "inventory.yml", access_hosts="all", access_audit_fail_on=["critical"])
    assert done.code == 2
    assert not [name for name in totals(counted(emulator.url)) if ":Describe" not in name]
    read = report(ansible)
    assert [(host["host"], host["region"], host["error"] is None) for host in read["hosts"]] == [
        ("shop-eu", REGION, True),
        ("shop-us", "us-east-1", True),
        ("lost", None, False),
    ]
    assert [(cache["host"], cache["name"]) for cache in read["caches"]] == [
        ("shop-eu", "fragments"),
        ("shop-eu", "carts"),
        ("shop-eu", "sessions"),
        ("shop-us", "carts"),
        ("shop-us", "fragments"),
        ("shop-us", "sessions"),
    ]
    assert read["summary"]["failed_hosts"] == 1
    recap = {line.split()[0]: line for line in done.output.rsplit("PLAY RECAP", 1)[1].splitlines() if "ok=" in line}
    assert {name: "failed=1" in line for name, line in recap.items()} == {
        "shop-eu": True,
        "shop-us": False,
        "lost": True,
    }
    assert exposed.groups["fragments-cache"] in str(every_rule(ec2))


@pytest.mark.usefixtures("exposed")
def test_names_from_aws_are_text_wherever_they_are_shown(ansible: Ansible, ec2: Any, estate: Estate) -> None:
    """Neither a page nor a template nor a spreadsheet runs them."""
    tags = {"note": HOSTILE, "=cmd": "x"}
    permit(ec2, estate.groups["carts-cache"], ["10.1.0.0/16"], 6379, description="{{ 7 * 7 }}", tags=tags)
    done = audit(ansible)
    assert done.succeeded, done.output
    [rule] = next(cache for cache in report(ansible)["caches"] if cache["name"] == "carts")["rules"]
    assert (rule["tags"], rule["description"]) == (tags, "{{ 7 * 7 }}")
    files = written(ansible)
    assert "<script>alert(1)" not in files[".html"]
    assert "{{ 7 * 7 }}" in files[".html"]
    cells = [cell for row in csv.reader(files[".csv"].splitlines()) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]


def test_inside_a_larger_playbook_the_facts_go_on(ansible: Ansible, exposed: Estate) -> None:
    """What the module returned for the host, and the report of all hosts."""
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "tasks": [
            {
                "ansible.builtin.include_role": {"name": "elasticache.access.access_audit"},
                "vars": {"access_audit_formats": [], "access_audit_caches": ["fragments"]},
            },
            {
                "ansible.builtin.assert": {
                    "that": [
                        "access_audit_result.caches[0].worst == 'critical'",
                        "access_audit_report.caches[0].name == 'fragments'",
                        f"access_audit_result.caches[0].security_groups[0].id == '{exposed.groups['fragments-cache']}'",
                    ]
                }
            },
        ],
    }
    path = ansible.folder / "larger.yml"
    path.write_text(yaml.safe_dump([play], sort_keys=False))
    done = ansible.playbook(str(path))
    assert done.succeeded, done.output


def test_the_guide_lists_every_check() -> None:
    """As the module names them; the guide's commands are run in test_pages.py."""
    module = (CHECKOUT / "plugins" / "modules" / "elasticache_access_info.py").read_text()
    said = module[module.index("What was looked for.") : module.index("sample: open_to_any_address")]
    assert set(re.findall(r"V\((\w+)\)", said)) == set(re.findall(r"^\| `(\w+)` \| (?:crit|high|med|low)", GUIDE, re.M))
