"""The search page in a browser, by what a reader does with it."""

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect


class Search:
    """The search page as a person sees it."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base
        self.words = page.locator("#q")
        self.status = page.locator("#status")
        self.hits = page.locator("#results > li")
        self.titles = page.locator("#results h3 a")

    def open(self, query: str = "") -> None:
        self.page.goto(f"{self.base}search.html{query}")

    def type(self, words: str) -> None:
        """Write the words and pause, as the page waits for; the address then holds them."""
        self.words.fill(words)
        self.page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("q", [""]) == [words])

    def order(self, value: str) -> None:
        self.page.locator("select[name=sort]").select_option(value)

    def facet(self, kind: str) -> Locator:
        """The values of a kind; the facet is opened where it is not."""
        facet = self.page.locator(f"#facets details[data-kind={kind}]")
        if facet.get_attribute("open") is None:
            facet.locator("summary").click()
        return facet

    def tick(self, kind: str, value: str) -> None:
        """Choose a value of a facet, or no longer, once its counts are those of the hits."""
        expect(self.status).not_to_have_attribute("aria-busy", "true")
        facet = self.facet(kind)
        expect(facet).not_to_have_attribute("aria-busy", "true")
        facet.locator(f"[data-value='{value}'] input").click()

    def count(self) -> int:
        """How many papers the page says it has found, once it has shown the first of them."""
        expect(self.status).to_have_text(re.compile(r"^[\d,]+ papers?$"))
        found = int((self.status.text_content() or "").split()[0].replace(",", ""))
        expect(self.hits).to_have_count(min(found, 10))
        return found

    def all_titles(self) -> list[str]:
        """The titles of everything found, each "Show more" pressed."""
        found = self.count()
        for shown in range(20, found + 10, 10):
            self.page.get_by_role("button", name="Show more").click()
            expect(self.hits).to_have_count(min(found, shown))
        expect(self.page.get_by_role("button", name="Show more")).to_be_hidden()
        return self.titles.all_text_contents()
