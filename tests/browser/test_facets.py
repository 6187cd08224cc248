"""The facets of the search page: what they count and let through is compared with the records."""

from collections import Counter

import pytest
from playwright.sync_api import expect

from offprint.archive.model import Paper
from tests.browser.search import Search
from tests.browser.site import Site, build_site, serve

TOPICS = ("birds", "fish", "insects")
PAPERS = "".join(
    f"- slug: p{n}\n"
    f"  title: {'Heron' if n % 3 else 'Pike'} number {n}\n"
    f"  authors: [Author Number{n % 7}, Solo Writer{n}]\n"
    f"  organizations: [Lab {n % 11}, Single Institute {n}]\n"
    f"  topics: [{', '.join(TOPICS[: n % 4])}]\n"
    f"  venue: {'A & B' if n % 2 else ''}\n" + (f"  date: {2015 + n % 5}\n" if n % 6 else "")
    for n in range(24)
)

RECORDS = {f"topics/{slug}.md": f"---\nname: {slug.title()}\n---\n" for slug in TOPICS} | {
    "papers/all.yaml": PAPERS
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return build_site(tmp_path_factory.mktemp("facets"), RECORDS)


def values_of(paper: Paper, kind: str) -> list[str]:
    return {
        "topic": [each.slug for each in paper.topics],
        "organization": [each.slug for each in paper.organizations],
        "author": [each.author.slug for each in paper.authors],
        "venue": [paper.record.venue] if paper.record.venue else [],
        "year": [str(paper.date.year) if paper.date else "undated"],
    }[kind]


def expect_values(search: Search, kind: str, expected: dict[str, int]) -> None:
    """Wait until a facet shows these values, all of them, with their counts: they come after the hits."""
    facet = search.facet(kind)
    more = facet.locator("button", has_text="More")
    shown: dict[str, int] = {}
    for _ in range(200):
        more.evaluate("button => button.hidden || button.click()")
        shown = dict(
            facet.locator("li").evaluate_all(
                "rows => rows.map(row => [row.dataset.value, +row.querySelector('.count').textContent])"
            )
        )
        if shown == expected:
            return
        search.page.wait_for_timeout(100)
    assert shown == expected, (search.page.url, kind)


def test_counts_follow_the_query_and_are_those_of_the_records(search: Search, site: Site) -> None:
    for query, found in {
        "": list(site.library.papers),
        "?q=heron": [paper for paper in site.library.papers if "Heron" in paper.record.title.plain],
        "?q=heron&topic=fish&not-topic=insects": [
            paper
            for paper in site.library.papers
            if "Heron" in paper.record.title.plain and values_of(paper, "topic") == ["birds", "fish"]
        ],
    }.items():
        search.open(query)
        for kind in ("topic", "organization", "author", "venue"):
            expected = Counter(value for paper in found for value in values_of(paper, kind))
            if "not-topic" in query and kind == "topic":
                expected["insects"] = 0  # it is chosen, and so it stays
            expect_values(search, kind, expected)
        years = Counter(year for paper in found for year in values_of(paper, "year"))
        for year in ("2015", "2016", "2019"):
            label = f"{year}: {years[year]} paper{'' if years[year] == 1 else 's'}"
            expect(search.page.locator(f"[data-year='{year}']")).to_have_attribute("aria-label", label)


def test_hits_have_all_any_or_none_of_the_values_chosen(search: Search, site: Site) -> None:
    def slugs(*wanted: int) -> set[int]:
        return {n for n in range(24) if n % 4 in wanted}

    search.open()
    search.tick("topic", "birds")
    search.tick("topic", "fish")
    assert search.count() == len(slugs(2, 3))
    how = search.facet("topic").locator("select")
    how.select_option("any")
    assert search.count() == len(slugs(1, 2, 3))
    expect(search.facet("topic").locator("[data-value=insects] .count")).to_have_text(str(len(slugs(3))))
    how.select_option("none")
    assert search.count() == len(slugs(0))
    search.page.reload()
    assert search.count() == len(slugs(0))
    search.page.get_by_role("button", name="Remove the filter Without Birds").click()
    expect(search.facet("topic").locator("[data-value=birds] input")).not_to_be_checked()
    search.open("?venue=A+%26+B")
    assert search.count() == 12


def test_years_are_chosen_by_bar_and_as_a_span(search: Search, site: Site) -> None:
    by_year = Counter(year for paper in site.library.papers for year in values_of(paper, "year"))
    search.open()
    bar = search.page.locator("[data-year='2017']")
    bar.click()
    assert search.count() == by_year["2017"]
    expect(bar).to_be_focused()
    expect(search.page.locator("[data-year='2018']")).to_have_attribute("aria-pressed", "false")
    search.page.get_by_label("To", exact=True).fill("2018")
    search.page.keyboard.press("Enter")
    expect(search.status).to_have_text(f"{by_year['2017'] + by_year['2018']} papers")
    search.page.get_by_role("button", name="Remove the filter Only 2017–2018").click()
    expect(search.status).to_have_text("")
    search.open("?year=2015&year=2016")
    assert search.count() == by_year["2015"] + by_year["2016"]


def test_every_author_and_organization_can_be_found_by_name(
    search: Search, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setattr("offprint.site.views.indexes._CHOICES", 3)  # as of a large archive
    few = build_site(tmp_path_factory.mktemp("few"), RECORDS)
    with serve(few.root) as base:
        page = Search(search.page, base)
        for kind, typed, value, name in (
            ("author", "writer22 solo", "solo-writer22", "Solo Writer22"),
            ("organization", "institute 22", "single-institute-22", "Single Institute 22"),
        ):
            for query in ("", "?q=heron"):
                page.open(query)
                facet = page.facet(kind)
                facet.get_by_label("Find one").fill(typed)
                row = facet.locator(f"[data-value={value}]")
                expect(row.locator("label span")).to_have_text(name)
                page.tick(kind, value)
                expect(page.titles).to_have_text(["Heron number 22"])


def test_on_a_phone_facets_are_behind_a_button(search: Search) -> None:
    search.page.set_viewport_size({"width": 390, "height": 844})
    search.open("?q=heron")
    search.count()
    box = search.page.locator("[data-value=fish] input")
    expect(box).to_be_hidden()
    search.page.get_by_text("Filters", exact=True).click()
    box.check()
    expect(search.titles.first).to_be_attached()
    assert search.count() == 8
