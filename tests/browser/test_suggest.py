"""Suggestions under the search box of every page, as a reader at the keyboard meets them."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import Site, build_site

PAPERS = {
    "topics/slam.md": "---\nname: Visual SLAM\n---\n",
    "organizations/eth.md": "---\nname: ETH Zürich\n---\n",
    "papers/vision.md": """\
        ---
        title: A vision of maps
        authors: [Łukasz Müller, Ana Colomé]
        organizations: [eth]
        topics: [slam]
        ---
        Maps.
        """,
    "papers/views.md": "---\ntitle: Views of Zürich\nauthors: [Łukasz Müller]\ntopics: [slam]\n---\nViews.\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return build_site(tmp_path_factory.mktemp("suggest"), PAPERS)


def test_names_are_suggested_as_they_are_typed_and_chosen_by_keyboard(page: Page, base: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{base}papers/vision.html")
    box, options = page.get_by_role("combobox", name="Search the papers"), page.locator("#suggestions a")
    assert not [url for url in asked if "/data/names" in url]  # before it is focused
    box.press_sequentially("vi")
    expect(options).to_have_text(["Visual SLAMTopic · 2", "A vision of maps", "Views of Zürich"])
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press_sequentially("s")
    expect(options).to_have_count(2)
    for key, chosen in (("ArrowDown", "A"), ("ArrowDown", "B"), ("ArrowUp", "A"), ("ArrowUp", "")):
        box.press(key)
        expect(page.locator("[aria-selected=true]")).to_have_count(1 if chosen else 0)
        active = box.get_attribute("aria-activedescendant")
        assert active == {"A": "suggestion-0", "B": "suggestion-1", "": None}[chosen]
    box.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_have_value("vis")  # a second one would clear it
    box.fill("lukasz mul")
    expect(options).to_have_text(["Łukasz MüllerAuthor · 2"])
    box.press("ArrowDown")
    box.press("Enter")
    expect(page.locator("h1")).to_have_text("Łukasz Müller")
    box.fill("colome")
    options.first.click()
    page.wait_for_url("**/search.html?author=ana-colome")  # who has no page
    page.goto(f"{base}topics.html")
    box.fill("vis")
    expect(options).to_have_count(2)
    box.press("Enter")  # nothing is chosen
    page.wait_for_url("**/search.html?q=vis")


def test_on_the_search_page_suggestions_cover_no_hit(page: Page, base: str) -> None:
    page.goto(f"{base}search.html")
    box, options = page.locator("#q"), page.locator("#suggestions a")
    box.press_sequentially("zurich eth")
    expect(options).to_have_text(["ETH ZürichOrganization · 1"])
    hit = page.locator("#results h3 a").first
    expect(hit).to_have_text("A vision of maps")
    hit.click(trial=True)
    box.press("ArrowDown")
    box.press("ArrowDown")
    expect(options).to_have_count(0)
    expect(hit).to_be_focused()
    box.fill("topic:slam")
    expect(page.locator("#status")).to_have_text(re.compile("2 papers"))
    expect(options).to_have_count(0)


def test_suggestions_work_from_a_folder(page: Page, site: Site) -> None:
    page.goto((site.root / "topics/slam.html").as_uri())
    page.locator("#find").press_sequentially("zur eth")
    expect(page.locator("#suggestions a")).to_have_text(["ETH ZürichOrganization · 1"])
    page.locator("#suggestions a").click()
    expect(page.locator("h1")).to_have_text("ETH Zürich")
