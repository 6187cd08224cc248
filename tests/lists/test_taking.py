"""What was found is taken along as BibTeX, RIS or CSL-JSON: the build's own citations."""

import json
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Browser, expect

from offprint.archive.model import Library
from offprint.site import citations
from tests.lists.conftest import CONTENT, Reader
from tests.sites import read_library

LONG = "topics/video.html"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return read_library(tmp_path_factory.mktemp("library"), CONTENT)[0]


def cited(library: Library, slugs: list[str]) -> tuple[str, str, str]:
    """The files that the papers make, in the three formats."""
    papers = {paper.slug: paper for paper in library.papers}
    chosen, site = [papers[slug] for slug in slugs], library.site
    ris = "\r\n\r\n".join(citations.ris(paper, site) for paper in chosen) + "\r\n"
    items = (
        json.dumps(citations.csl(paper, site), ensure_ascii=False, separators=(",", ":")) for paper in chosen
    )
    bib = "\n\n".join(citations.bibtex(paper, site) for paper in chosen if citations.bibtex(paper, site))
    return f"{bib}\n", ris, "[\n" + ",\n".join(items) + "\n]\n"


def said(reader: Reader) -> str:
    return reader.page.locator(".take .said").inner_text()


def test_one_paper_from_its_page(reader: Reader, library: Library) -> None:
    reader.open("papers/p04.html")
    files = cited(library, ["p04"])
    for name, ending, text in zip(("BibTeX", "RIS", "CSL-JSON"), ("bib", "ris", "json"), files, strict=True):
        assert reader.take(name) == (f"p04.{ending}", text)


def test_a_list_as_it_stands(reader: Reader, library: Library) -> None:
    reader.open(f"{LONG}?topic=sound&not-organization=a-lab&sort=oldest")
    expect(reader.page.locator(".list > .said")).to_contain_text("4 of 12")
    reader.page.get_by_text("Export").click()
    files = cited(library, ["p02", "p04", "p08", "p10"])
    for name, ending, text in zip(("BibTeX", "RIS", "CSL-JSON"), ("bib", "ris", "json"), files, strict=True):
        assert reader.take(name) == (f"topics-video.{ending}", text)
    assert said(reader) == "Saved 4 citations"


def test_a_whole_list_beyond_its_first_page_and_without_what_is_retracted(
    reader: Reader, library: Library
) -> None:
    reader.open(LONG)
    reader.page.get_by_text("Export").click()
    slugs = [f"p{number:02}" for number in range(12, 0, -1) if number != 11]
    assert reader.take("RIS")[1] == cited(library, slugs)[1]
    assert said(reader) == "Saved 11 citations · Left out 1 retracted or withdrawn paper"


def test_the_papers_of_the_home_page_and_of_a_search(reader: Reader, library: Library) -> None:
    reader.open("index.html")
    shown = reader.page.locator(".card").evaluate_all("all => all.map((card) => card.dataset.slug)")
    reader.page.get_by_text("Export").click()
    assert reader.take("BibTeX")[1] == cited(library, [slug for slug in shown if slug != "p11"])[0]
    reader.open("search.html?q=lovelace&sort=oldest&year=2025")
    reader.page.get_by_text("Export").click()
    assert reader.take("BibTeX")[1] == cited(library, [f"p{number:02}" for number in range(1, 7)])[0]


def test_from_a_folder_too(offline: Reader, library: Library) -> None:
    offline.open("organizations/a-lab.html")
    offline.page.get_by_text("Export").click()
    assert json.loads(offline.take("CSL-JSON")[1]) == json.loads(
        cited(library, ["p12", "p09", "p06", "p03"])[2]
    )


def test_zotero_finds_every_field_of_a_list(reader: Reader) -> None:
    reader.open("organizations/bell-and-sons.html")
    reader.page.get_by_text("Export").click()
    reader.page.evaluate(
        "document.addEventListener('ZoteroItemUpdated', () => { document.body.dataset.told = 'yes' })"
    )
    reader.page.get_by_role("button", name="Send to Zotero").click()
    span = reader.page.locator("span.Z3988")
    expect(span).to_have_count(1)
    assert reader.page.locator("body").get_attribute("data-told") == "yes"
    assert parse_qsl(span.get_attribute("title") or "") == [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
        ("rft.title", "Paper 04: naïve even C＋＋"),
        *(
            ("rft.creator", name)
            for name in ("Hopper, Grace", "Lovelace, Ada", "Third, A", "Fourth, A", "Number4, Author")
        ),
        ("rft.date", "2025-04-03"),
        ("rft.description", "The abstract of 4 holds x²."),
        ("rft.subject", "Video"),
        ("rft.subject", "Sound, and more"),
        ("rft.identifier", "https://example.org/archive/papers/p04.html"),
        ("rft.language", "en"),
        ("rft.type", "preprint"),
    ]


def test_citations_that_cannot_be_loaded_are_said_to_be_missing(chromium: Browser, address: str) -> None:
    page = chromium.new_page(service_workers="block")  # whose requests no route sees
    page.route("**/data/cite/**", lambda route: route.abort())
    page.goto(f"{address}{LONG}")
    page.get_by_text("Export").click()
    page.get_by_role("button", name="RIS").click()
    expect(page.locator(".take .said")).to_contain_text("could not be loaded")
    page.unroute("**/data/cite/**")
    with page.expect_download():
        page.get_by_role("button", name="RIS").click()
    page.close()


def test_a_retracted_paper_offers_no_citation(reader: Reader) -> None:
    reader.open("papers/p11.html")
    assert reader.page.get_by_role("button", name="RIS").count() == 0


def test_scripts_are_loaded_under_trusted_types_and_from_this_site_only(reader: Reader, folder: Path) -> None:
    policy = "require-trusted-types-for 'script'; trusted-types offprint"

    def stricter(route: object) -> None:
        path = folder / "topics/video.html"
        route.fulfill(  # type: ignore[attr-defined] # playwright's own Route
            body=path.read_bytes(), content_type="text/html", headers={"Content-Security-Policy": policy}
        )

    reader.page.route("**/topics/video.html", stricter)
    reader.open(LONG)
    reader.page.get_by_text("Export").click()
    assert reader.take("RIS")[0] == "topics-video.ris"
    for path in ("https://example.com/x.js", "//example.com/x.js", "../x.js", "data/x.json", "data:,x.js"):
        message = reader.page.evaluate("path => offprint.load(path).catch((error) => error.message)", path)
        assert message == f"not a script of this site: {path}"
