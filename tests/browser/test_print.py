"""What a paper, a topic and a day are on paper: the text, where links lead, and nothing to press."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.site import Site, serve

PAGES = {"paper": "papers/full.html", "topic": "topics/broad.html", "day": "daily/2026-07-01.html"}
TO_PRESS = "nav, .skip, button, input, select, [role=search], .foot"
SEEN = """(selector) => [...document.querySelectorAll(selector)]
  .filter((each) => each.checkVisibility()).map((each) => each.outerHTML.slice(0, 80))"""
TOLD = """() => [...document.querySelectorAll('main a[href^="http"]:not([href^="https://orcid.org/"])')]
  .filter((each) => each.checkVisibility())
  .map((each) => [each.getAttribute("href"), getComputedStyle(each, "::after").content])"""


@pytest.fixture(params=PAGES)
def printed(chromium: Browser, everything: Site, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page as a printer gets it, of a reader who reads at night."""
    with (
        serve(everything.root) as address,
        chromium.new_context(color_scheme="dark") as context,
    ):
        page = context.new_page()
        page.goto(address + PAGES[request.param])
        page.emulate_media(media="print", color_scheme="dark")
        yield page


def test_on_paper_there_is_the_text_in_black_on_white_and_nothing_to_press(printed: Page) -> None:
    assert printed.evaluate(SEEN, TO_PRESS) == []
    assert printed.evaluate(SEEN, "h1")
    assert printed.evaluate(SEEN, "main p")
    colours = "(({ color, backgroundColor }) => [color, backgroundColor])(getComputedStyle(document.body))"
    assert printed.evaluate(colours) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]


def test_on_paper_links_out_of_the_archive_tell_their_addresses(printed: Page) -> None:
    told = printed.evaluate(TOLD)
    assert told
    assert [href for href, content in told if content != f'" ({href})"'] == []
    assert printed.evaluate(SEEN, ".address")  # and where the page itself is


def test_a_page_is_printed(printed: Page) -> None:
    assert printed.pdf(format="A4").startswith(b"%PDF")
