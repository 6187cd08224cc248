"""A list is comfortable, or compact with one line a paper, and the browser remembers which."""

from playwright.sync_api import Page, expect

from tests.browser.site import Site, serve

HEIGHTS = "all => all.map((each) => each.getBoundingClientRect().height)"


def test_a_compact_list_has_one_line_a_paper_and_stays_so(page: Page, everything: Site) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    with serve(everything.root) as base:
        page.goto(f"{base}topics/broad.html")
        comfortable = min(page.locator(".card").evaluate_all(HEIGHTS))
        compact = page.get_by_role("button", name="Compact")
        expect(compact).to_have_attribute("aria-pressed", "false")
        compact.click()
        assert max(page.locator(".card").evaluate_all(HEIGHTS)) < min(comfortable, 48)
        page.goto(base)
        expect(page.get_by_role("button", name="Compact")).to_have_attribute("aria-pressed", "true")
        assert max(page.locator(".card").evaluate_all(HEIGHTS)) < 48
        expect(page.locator(".card .lead").first).to_be_hidden()
        page.get_by_role("button", name="Compact").click()
        expect(page.locator(".card .lead").first).to_be_visible()
