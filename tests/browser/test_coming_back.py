"""Who opens a wrong address is led to the nearest papers, and who comes back is told what is new."""

from pathlib import Path

from playwright.sync_api import Page

from tests.browser.site import serve
from tests.sites import SITE, build_site

PAPER = "---\ntitle: {}\nlisted: {}\n{}---\nText.\n"
KEY = "offprint:visit:https://example.org/repository/"


def papers(count: int, day: str = "2026-06-30") -> dict[str, str]:
    return {f"papers/paper-number-{n}.md": PAPER.format(f"Paper number {n}", day, "") for n in range(count)}


FILES = {
    "site.yaml": SITE.replace("https://example.org/archive/", "https://example.org/repository/"),
    "papers/video-trees.md": PAPER.format("Trees that <i>generate</i> $x^2$ videos", "2026-06-29", ""),
    "papers/made-up-data.md": PAPER.format("Gone", "2026-06-29", "status: retracted\nnotice: Made up.\n"),
    **papers(2),
}


def ready(page: Page, address: str) -> None:
    page.goto(address, wait_until="networkidle")


def test_the_nearest_papers_and_what_is_new(page: Page, tmp_path: Path) -> None:
    build_site(tmp_path, FILES)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    with serve(tmp_path / "_site", "/repository/") as address:
        # A wrong address, at any depth.
        ready(page, f"{address}papers/2026/vidoe-trees.html?x#y")
        link = page.locator("#nearest li a")
        link.wait_for()
        assert link.all_inner_texts() == ["Trees that <i>generate</i> x² videos"]
        link.click()
        assert page.url == f"{address}papers/video-trees.html"
        ready(page, f"{address}papers/made-up-dat")
        link.wait_for()
        assert page.locator("#nearest li a").all_inner_texts() == ["made-up-data"]
        ready(page, f"{address}topics/constructor.html")
        assert page.locator("#nearest li").count() == 0
        assert page.locator("#nearest p a").get_attribute("href") == "/repository/search.html?q=constructor"

        # The first visit has nothing to tell, nor has the second one where nothing has come.
        notice = page.locator(".list > .notice")
        for _ in range(2):
            ready(page, f"{address}index.html")
            assert notice.count() == 0
        build_site(
            tmp_path, {**FILES, **papers(3), "papers/later.md": PAPER.format("Later", "2026-07-01", "")}
        )
        page.evaluate(f"localStorage['{KEY}'] = localStorage['{KEY}'].replace(/\"at\":\\d+/, '\"at\":1')")
        for _ in range(2):  # a page that is loaded again still tells
            ready(page, f"{address}index.html")
            assert notice.inner_text().startswith("2 new papers since your last visit on ")
            new = page.locator(".card:has(.new) h3 a").all_inner_texts()
            assert new == ["Later", "Paper number 2"]
        # Whatever else storage holds is set aside.
        for content in ("{", "[]", '{"offprint":1,"latest":{"seen":{}}}'):
            page.evaluate(f"localStorage['{KEY}'] = '{content}'")
            ready(page, f"{address}index.html")
            assert notice.count() == 0
    assert errors == []
