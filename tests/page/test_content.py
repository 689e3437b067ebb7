# Copyright: (c) 2026, The elasticache.access authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the page says: everything, loudly where it matters, and nothing that is not known."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.page import reports
from tests.page.conftest import Look
from tests.page.reports import SEVERITIES


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_is_quiet_and_asks_for_nothing(look: Look, scheme: str) -> None:
    page = look(reports.handmade(), color_scheme=scheme)
    for details in page.locator("#findings details, #policy details, #caches details.cache").all():
        details.evaluate("details => details.unfold()")
    expect(page).to_have_title("ElastiCache access audit")
    expect(page.locator("details.cache .body")).to_have_count(3)


def test_top_counts_what_the_report_counts(look: Look) -> None:
    report = reports.handmade()
    page = look(report)
    expect(page.get_by_role("banner")).to_contain_text("3 caches · 6 rules · 2 hosts, held against the policy file")
    expect(page.get_by_role("banner")).to_contain_text("As of 2026-11-25 01:02 UTC, by elasticache.access 0.4.0")
    expect(page.get_by_role("banner")).to_contain_text("shop-eu-west-1 · 123456789012 · eu-west-1")
    counted = report["summary"]["findings"] | report["summary"]["drift"]
    for word in [*SEVERITIES, "unexpected", "missing", "wanted"]:
        expect(page.locator(f".tile.{word}")).to_have_text(f"{counted[word]}{word}")
    expect(page.locator(".tile.unknown")).to_have_text("2not read")


def test_findings_are_by_check_worst_first(look: Look) -> None:
    groups = look(reports.handmade()).locator("#findings details h3")
    titles = ["Open to any address", "Reachable from the internet", "Access that has expired", "Something quite new"]
    expect(groups).to_have_text(titles)


def test_failed_host_is_loud(look: Look) -> None:
    alarm = look(reports.handmade()).get_by_role("region", name="1 host could not be audited")
    expect(alarm).to_be_in_viewport()
    expect(alarm).to_contain_text("shop-us-east-1 · us-east-1: The credentials have expired.")
    assert alarm.locator("h2").evaluate("node => parseFloat(getComputedStyle(node).fontSize)") >= 20


def test_unknown_is_loud(look: Look) -> None:
    alarm = look(reports.handmade()).get_by_role("region", name="Not everything could be read")
    expect(alarm).to_be_in_viewport()
    expect(alarm).to_contain_text("Serverless caches could not be listed.")
    expect(alarm).to_contain_text("elasticache:DescribeServerlessCaches")
    expect(alarm).to_contain_text("The users of the cache could not be read. (sessions)")


def test_clean_report_says_no_findings(look: Look) -> None:
    page = look(reports.clean())
    expect(page.locator("#findings")).to_contain_text("No findings.")
    expect(page.locator("details.cache")).to_contain_text("nothing found")
    expect(page.locator(".notice")).to_have_count(0)


@pytest.mark.parametrize("place", ["hosts", "caches", "rule", "failure"])
def test_unsure_report_does_not_say_no_findings(look: Look, place: str) -> None:
    page = look(reports.unsure(place))
    expect(page.locator(".notice")).to_have_count(1)
    said = page.locator("body").inner_text().lower()
    assert "no findings" not in said
    assert "findings, at least" in said
    if place != "failure":
        assert "nothing found" not in page.locator("details.cache").inner_text()
        assert page.locator(".tile.unknown").inner_text().split()[0] == "1"


def test_report_without_caches_says_so(look: Look) -> None:
    page = look(reports.empty())
    expect(page.locator("#caches")).to_contain_text("There are no caches in this report.")
    expect(page.locator("#picture")).to_contain_text("There is nothing to draw.")
    expect(page.locator("#matrix table")).not_to_be_visible()


def test_report_that_was_not_compared_shows_no_drift(look: Look) -> None:
    page = look(reports.not_compared())
    expect(page.get_by_role("banner")).to_contain_text("not compared with a policy file")
    expect(page.get_by_role("group", name="Rules and the policy")).to_contain_text("Not compared with a policy.")
    expect(page.locator("#policy, select[name=drift], .cell.wanted, .cell.unexpected")).to_have_count(0)
    assert page.locator(".cell.present").count() > 0


def test_report_that_was_compared_in_part_says_so(look: Look) -> None:
    report = reports.clean()
    report["caches"].append(reports.cache("shop-eu-west-1", "carts", in_policy=None))
    page = look(report)
    expect(page.get_by_role("banner")).to_contain_text("held against the policy file except for 1 cache")
    expect(page.locator("#policy")).to_contain_text("Nothing differs in what could be read and compared.")
    expect(page.locator("#matrix .legend")).to_contain_text("a rule, not compared")


def test_cache_unfolds_to_all_that_is_known(look: Look) -> None:
    page = look(reports.handmade())
    carts = page.locator("details.cache", has=page.get_by_role("heading", name="carts"))
    expect(carts.locator(".body")).to_have_count(0)
    carts.locator("summary").first.click()
    for text in (
        *("arn:aws:elasticache:eu-west-1:123456789012:replicationgroup:carts", "IPv4 3 of 60 rules"),
        *("The quota of rules is used up.", "Access that has expired", "expired 2026-10-01 00:00 UTC"),
        *("tcp 1024 to 65535", "ports 6379, 6380 of the cache", "wider"),
    ):
        expect(carts).to_contain_text(text)
    carts.get_by_text("2,000 instances, 2,000 interfaces, 2,000 addresses").click()
    expect(carts).to_contain_text("1,997 more interfaces not listed in this report")
    expect(carts.locator(".members li").first).to_contain_text("web-1 i-")
    carts.get_by_text("1 instance, 2 interfaces, 2 addresses").click()
    expect(carts).to_contain_text("ELB app/batch eni-0f 10.0.9.9")


def test_who_gets_through_stands_beside_who_may(look: Look) -> None:
    page = look(reports.handmade())
    sessions = page.locator("details.cache").first
    sessions.locator("summary").first.click()
    row = sessions.get_by_role("row", name="app-web")
    expect(row).to_contain_text("2 of 3 interfaces can reach the cache")
    row.get_by_text("3 instances, 3 interfaces").click()
    expect(row.locator(".members li").first).to_contain_text("cannot reach it")
    expect(row.locator(".members li").first).to_contain_text("acl-0d44")
    expect(row.locator(".members li").nth(1)).to_contain_text("can reach it")
    # Where nobody asked, nothing is claimed.
    expect(sessions.get_by_role("row", name="0.0.0.0/0")).not_to_contain_text("reach")


def test_unknown_members_are_never_none(look: Look) -> None:
    page = look(reports.handmade())
    sessions = page.locator("details.cache").first
    sessions.locator("summary").first.click()
    row = sessions.get_by_role("row", name="0.0.0.0/0")
    expect(row.locator("td").nth(1)).to_have_text("unknown")
    expect(row.locator("td").nth(0)).to_contain_text("all traffic")
    expect(sessions.get_by_role("row", name="2001:db8::/32").locator("td").nth(1)).to_contain_text(
        "about 7.9e28 addresses"
    )


def test_many_findings_stay_readable(look: Look) -> None:
    page = look(reports.fleet(250, 10, findings_every=2))
    expect(page.locator("#findings details[open]")).to_have_count(0)
    group = page.locator("#findings details").nth(1)
    group.locator("summary").click()
    expect(group.locator(".finding")).to_have_count(100)
    group.get_by_role("button", name="Show").click()
    expect(group.locator(".finding").nth(100)).to_be_focused()
