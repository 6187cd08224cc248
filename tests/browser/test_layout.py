"""Where things stand on a page: what is hidden takes no room, and what is read begins on the first screen."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, ViewportSize, expect

from tests.browser.site import Site, serve

BELOW = "/archive/"
TELEPHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def base(everything: Site) -> Iterator[str]:
    with serve(everything.root, BELOW) as address:
        yield address


HIDDEN_WITH_ROOM = """
() => [...document.querySelectorAll("[hidden]")]
  .filter((each) => each.getClientRects().length)
  .map((each) => each.outerHTML.slice(0, 90))
"""
HIDE_EVERYTHING = """
() => {
  for (const each of document.body.querySelectorAll("*")) each.hidden = true;
}
"""


def test_what_is_hidden_takes_no_room_on_any_page_and_whatever_it_is(
    page: Page, everything: Site, base: str
) -> None:
    for path in [*everything.kinds(), "topics/broad.html?q=plain"]:
        page.goto(base + path)
        assert page.evaluate(HIDDEN_WITH_ROOM) == [], path
        page.evaluate(HIDE_EVERYTHING)
        assert page.evaluate(HIDDEN_WITH_ROOM) == [], path


def test_a_filtered_list_has_no_pager_of_the_unfiltered_one(page: Page, base: str) -> None:
    page.goto(f"{base}topics/broad.html")
    expect(page.locator(".pager")).to_be_visible()
    page.goto(f"{base}topics/broad.html?q=plain")
    expect(page.locator(".list > .said")).to_contain_text("of")
    expect(page.locator(".pager")).to_be_hidden()


def top_of(page: Page, selector: str) -> float:
    top: float = page.locator(selector).first.evaluate("(each) => each.getBoundingClientRect().top")
    return top


def test_on_a_telephone_the_header_is_one_row_and_the_first_paper_is_on_the_first_screen(
    chromium: Browser, base: str
) -> None:
    with chromium.new_context(viewport=TELEPHONE, java_script_enabled=False) as context:
        page = context.new_page()
        for path in ("index.html", "daily/2026-07-01.html", "topics/broad.html", "authors/ada-lovelace.html"):
            page.goto(base + path)
            assert top_of(page, "main") < 90, path
            assert top_of(page, ".card") < 500, path


def test_on_a_telephone_the_menu_opens_by_a_press_and_closes_by_escape_without_a_script(
    chromium: Browser, base: str
) -> None:
    with chromium.new_context(viewport=TELEPHONE, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{base}topics/broad.html")
        sections = page.get_by_role("navigation", name="Sections")
        expect(sections).to_be_hidden()
        page.get_by_role("button", name="Menu").click()
        expect(sections).to_be_visible()
        page.keyboard.press("Escape")
        expect(sections).to_be_hidden()
        page.get_by_role("button", name="Menu").click()
        sections.get_by_role("link", name="Archive").click()
        expect(page.locator("h1")).to_have_text("Archive")


def test_what_is_too_wide_scrolls_inside_itself(page: Page, base: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{base}papers/full.html")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    for selector in (".text table", ".text math[display=block]"):
        widths = "all => all.map((each) => [each.scrollWidth > each.clientWidth, each.clientWidth <= 320])"
        assert [True, True] in page.locator(selector).evaluate_all(widths), selector


def test_a_wide_screen_is_filled_and_the_columns_of_all_pages_begin_at_one_line(
    page: Page, base: str
) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{base}daily/2026-07-01.html")
    lefts = {
        round(left)
        for left in page.locator(".card").evaluate_all(
            "all => all.map((each) => each.getBoundingClientRect().left)"
        )
    }
    assert len(lefts) == 2  # two cards side by side
    ends = set()
    page.set_viewport_size({"width": 1280, "height": 800})
    for path in ("index.html", "daily/2026-07-01.html", "topics/broad.html", "papers/full.html", "add.html"):
        page.goto(base + path)
        column = page.locator(".columns > :first-child, .adding > :first-child").first
        ends.add(
            tuple(
                column.evaluate(
                    "(each) => [each.getBoundingClientRect().left, each.getBoundingClientRect().right]"
                )
            )
        )
    assert len(ends) == 1


# The share of the screen that moved, times how far, as browsers report it (Layout Instability API).
SHIFTS = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


LATE = re.compile(r"\.(woff2|js)$")


def shift_of(page: Page, address: str) -> float:
    """How far parts of a page move when its fonts and scripts come after it was first painted."""

    def later(route: Route) -> None:
        time.sleep(0.05)
        route.continue_()

    page.add_init_script(SHIFTS)
    page.route(LATE, later)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    shift: float = page.evaluate("window.shift")
    return shift


def test_nothing_jumps_where_fonts_and_scripts_come_late(chromium: Browser, base: str) -> None:
    moved = {}
    sizes: tuple[ViewportSize, ...] = (TELEPHONE, {"width": 1280, "height": 800})
    paths = ("index.html", "topics/broad.html", "papers/plain-5.html", "organizations.html", "search.html")
    for size in sizes:
        with chromium.new_context(viewport=size) as context:
            for path in paths:
                if (shift := shift_of(context.new_page(), base + path)) > 0.02:
                    moved[size["width"], path] = shift
    assert moved == {}
