"""Names are found by typing, and ordered, in the list of all of them."""

from playwright.sync_api import Page, expect

from tests.browser.site import Site


def test_a_name_is_found_by_typing_and_names_are_ordered_and_back_again(page: Page, everything: Site) -> None:
    page.goto((everything.root / "organizations.html").as_uri())
    expect(page.locator(".letters")).to_be_visible()
    page.get_by_label("Find a name").fill("third")
    expect(page.locator(".finding + .group li")).to_have_count(1)
    expect(page.locator(".finding + .group a")).to_have_text("A Third Place")
    expect(page.locator(".letters")).to_be_hidden()
    assert page.url.endswith("organizations.html?q=third")
    page.get_by_label("Find a name").fill("")
    expect(page.locator(".letters")).to_be_visible()
    page.get_by_label("Order").select_option("Most papers")
    expect(page.locator(".finding + .group li").first).to_contain_text("Big Lab & <Sons>")
    page.reload()
    expect(page.locator(".finding + .group li").first).to_contain_text("Big Lab & <Sons>")
    page.locator(".finding + .group a").first.click()
    expect(page.locator("h1")).to_contain_text("Big Lab & <Sons>")
