"""Whoever follows an old address arrives: from a host, a folder, without JavaScript, with a filter in it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.site import Site, build_site

PAPER = "---\ntitle: Paper {0}\ndate: 2026-06-{0:02}\ntopics: [{1}]\n{2}---\nA summary.\n"
FILES = {
    "site.yaml": "title: An archive\nurl: https://example.org/\npage_size: 5\n",
    "topics/new.md": "---\nname: The new topic\nformerly: [old]\n---\n",
    "topics/other.md": "---\nname: Another topic\n---\n",
    "papers/renamed.md": PAPER.format(30, "new", "formerly: [before]\n"),
} | {f"papers/p{n}.md": PAPER.format(n, "new" if n % 2 else "other", "") for n in range(1, 10)}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return build_site(tmp_path_factory.mktemp("moved"), FILES)


def test_a_former_address_leads_on_from_a_host_and_from_a_folder(page: Page, site: Site, base: str) -> None:
    for root in (base, f"file://{site.root}/"):
        page.goto(f"{root}papers/before.html")
        page.wait_for_url("**/papers/renamed.html")
        expect(page.locator("h1")).to_have_text("Paper 30")


def test_it_leads_on_without_javascript(chromium: Browser, base: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base}topics/old.html")
    page.wait_for_url("**/topics/new.html")
    context.close()


def test_filters_and_places_in_an_address_go_along(page: Page, base: str) -> None:
    page.goto(f"{base}topics/old.html?year=2026&sort=title#main")
    page.wait_for_url("**/topics/new.html?year=2026&sort=title#main")
    expect(page.locator(".chip")).to_have_text(re.compile("2026"))


@pytest.mark.parametrize("root", ["host", "folder"])
def test_a_filter_by_a_former_slug_follows_in_search_and_in_lists(
    page: Page, site: Site, base: str, root: str
) -> None:
    start = base if root == "host" else f"file://{site.root}/"
    page.goto(f"{start}2026.html?topic=old")
    expect(page.get_by_text("6 of 10 papers")).to_be_visible()
    expect(page.locator(".chip")).to_contain_text("The new topic")
    if root == "host":
        page.goto(f"{start}search.html?topic=old")
        expect(page.locator("#status")).to_contain_text("6 papers")
        expect(page.locator("[data-value=new] input")).to_be_checked()
        page.goto(f"{start}search.html?q=before&topic=new")
        expect(page.locator("#results a[href*='before']")).to_have_count(0)


def test_the_page_itself_reads_well_while_it_stands(chromium: Browser, site: Site, tmp_path: Path) -> None:
    still = (site.root / "topics/old.html").read_text("utf-8").replace('http-equiv="refresh"', 'name="still"')
    (site.root / "topics/still.html").write_text(still, "utf-8")
    context = chromium.new_context(viewport={"width": 360, "height": 600})
    page = context.new_page()
    page.goto(f"file://{site.root}/topics/still.html")
    expect(page.locator("main")).to_contain_text("This page has moved")
    expect(page.get_by_role("link")).to_have_text("The new topic")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
