"""A paper of three thousand authors: its summary is on the first screen, and everybody is there on demand."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.site import Site, build_site

ATOM = {"a": "http://www.w3.org/2005/Atom"}
COUNT = 3000
NAMES = ", ".join(f"Author Number{n}" for n in range(1, COUNT + 1))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    records = {
        "papers/many.md": f"---\ntitle: By many\nlisted: 2026-06-30\nauthors: [{NAMES}]\n---\nThe summary.\n",
        "papers/few.md": "---\ntitle: By few\nlisted: 2026-06-29\nauthors: [Ada, Bo]\n---\nThe summary.\n",
    }
    return build_site(tmp_path_factory.mktemp("many"), records)


def test_the_summary_is_on_the_first_screen_and_all_authors_are_there_without_a_script(
    chromium: Browser, site: Site
) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 1000, "height": 800})
    page = context.new_page()
    page.goto(f"file://{site.root}/papers/many.html")
    expect(page.get_by_text("The summary.")).to_be_in_viewport()
    first = page.locator("p.authors").first
    expect(first).to_contain_text("Author Number1, ")
    expect(first).to_contain_text(f"… Author Number{COUNT}")
    expect(page.get_by_text("Author Number1500")).to_be_hidden()
    page.get_by_text("All 3,000 authors").click()
    expect(page.get_by_text("Author Number1500")).to_be_visible()
    page.goto(f"file://{site.root}/papers/few.html")
    expect(page.locator("p.authors")).to_have_text("Ada, Bo")
    expect(page.locator("details.authors")).to_have_count(0)
    context.close()


def test_feeds_name_ten_and_say_how_many_more_there_are(site: Site) -> None:
    text = Path(site.root / "feed.xml").read_text("utf-8")
    many, few = ET.fromstring(text).findall("a:entry", ATOM)
    names = [each.text for each in many.findall("a:author/a:name", ATOM)]
    assert names == [*(f"Author Number{n}" for n in range(1, 11)), "and 2990 more"]
    assert [each.text for each in few.findall("a:author/a:name", ATOM)] == ["Ada", "Bo"]
    assert len(text) < 5000
