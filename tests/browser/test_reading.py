"""Reading the site in Chromium: without JavaScript, from a folder, on a telephone, at night.

Every kind of page of two sites is looked at: one of many papers, and a small one in which everything
occurs that a record can say.
"""

import gzip
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from offprint.site.routes import NOT_FOUND
from tests.browser.site import Site, serve

BELOW = "/archive/"  # both sites say in site.yaml that they lie there


@pytest.fixture(scope="module", params=["many", "everything", "empty"])
def site(request: pytest.FixtureRequest) -> Site:
    """Each of the sites."""
    made: Site = request.getfixturevalue(request.param)
    return made


@pytest.fixture(scope="module")
def base(site: Site) -> Iterator[str]:
    with serve(site.root, BELOW) as address:
        yield address


@pytest.fixture(scope="module")
def many_base(many: Site) -> Iterator[str]:
    with serve(many.root, BELOW) as address:
        yield address


@pytest.fixture
def plain_page(chromium: Browser) -> Iterator[Page]:
    """A page of a browser that runs no JavaScript."""
    with chromium.new_context(java_script_enabled=False) as context:
        yield context.new_page()


def follow(link: Locator) -> str:
    """Click, and give the heading of the page that it leads to."""
    link.click()
    return link.page.locator("main h1, .name h1, h1.name").first.inner_text()


def test_without_javascript_every_kind_of_page_can_be_read(plain_page: Page, site: Site, base: str) -> None:
    for path in site.kinds():
        answer = plain_page.goto(base + path)
        assert answer
        assert answer.status == 200, path
        expect(plain_page.locator("h1")).to_be_visible()
        expect(plain_page.locator("main")).to_contain_text(re.compile(r"\w"))
        assert (
            plain_page.locator("nav[aria-label=Sections] a:visible").count()
            == len(site.library.site.sections) + 2
        ), path


def test_without_javascript_a_reader_gets_from_the_newest_day_to_everything_about_a_paper(
    plain_page: Page, many: Site, many_base: str
) -> None:
    paper = next(p for p in many.library.daily[next(iter(many.library.daily))] if p.organizations and p.date)
    title = paper.record.title.plain
    plain_page.goto(many_base)
    while not (link := plain_page.get_by_role("link", name=title, exact=True)).count():
        plain_page.locator("p.more a, a[rel=next]").click()
    assert follow(link) == title
    topic = paper.topics[0]
    assert follow(plain_page.locator("aside").get_by_role("link", name=topic.name, exact=True)) == topic.name
    plain_page.go_back()
    organization = paper.organizations[0]
    found = plain_page.locator("article.paper").get_by_role("link", name=organization.name, exact=True)
    assert follow(found).startswith(organization.name)
    plain_page.go_back()
    expect(plain_page.locator("h1")).to_have_text(title)


def test_without_javascript_a_reader_gets_from_the_archive_through_year_month_and_day_and_back(
    plain_page: Page, many: Site, many_base: str
) -> None:
    paper = next(p for p in many.library.papers if p.date and p.date.day)
    assert paper.date
    year, month, day = paper.date._replace(month=0, day=0), paper.date._replace(day=0), paper.date
    plain_page.goto(many_base)
    sections = plain_page.get_by_role("navigation", name="Sections")
    assert follow(sections.get_by_role("link", name="Archive")) == "Archive"
    assert (
        follow(plain_page.locator("table").get_by_role("link", name=str(year.year), exact=True)) == year.iso
    )
    months = plain_page.locator("section.facet", has_text="Months")
    assert follow(months.get_by_role("link", name=many.messages.month(month.month))) == many.messages.date(
        month
    )
    days = plain_page.locator("section.facet", has_text="Days")
    assert follow(days.get_by_role("link", name=str(day.day), exact=True)) == many.messages.date(day)
    assert follow(
        plain_page.get_by_role("link", name=many.messages.date(month), exact=True)
    ) == many.messages.date(month)
    assert follow(plain_page.locator(".meta").get_by_role("link", name=year.iso, exact=True)) == year.iso
    assert follow(plain_page.locator(".kicker a")) == "Archive"
    plain_page.go_back()
    expect(plain_page.locator("h1")).to_have_text(year.iso)


def test_without_javascript_the_neighbours_of_papers_lead_through_the_whole_archive(
    plain_page: Page, everything: Site
) -> None:
    with serve(everything.root, BELOW) as address:
        plain_page.goto(f"{address}papers/{everything.library.papers[0].slug}.html")
        slugs = [everything.library.papers[0].slug]
        while (older := plain_page.locator(".neighbours a[rel=prev]")).count():
            older.click()
            slugs.append(Path(urlsplit(plain_page.url).path).stem)
    assert slugs == [paper.slug for paper in everything.library.papers]


def test_without_javascript_a_long_list_is_turned_page_by_page_and_holds_each_paper_once(
    plain_page: Page, everything: Site
) -> None:
    papers = everything.library.by_topic["broad"]
    titles = []
    with serve(everything.root, BELOW) as address:
        plain_page.goto(f"{address}topics/broad.html")
        for number in range(1, len(papers) // 2 + 2):
            expect(plain_page.locator(".pager .here")).to_have_text(str(number))
            titles += plain_page.locator(".card h3 > a").all_text_contents()
            if (older := plain_page.get_by_role("link", name="Older")).count():
                older.click()
        assert plain_page.get_by_role("link", name="Older").count() == 0
        assert follow(plain_page.get_by_role("link", name="Page 1", exact=True)) == "Broad & <wide>"
    assert len(titles) == len(papers)
    assert len(set(titles)) == len(papers)


def test_without_javascript_the_search_page_says_so_and_leads_to_the_indexes(
    plain_page: Page, many_base: str
) -> None:
    plain_page.goto(f"{many_base}papers/flashblock.html")
    plain_page.locator("#find").fill("foraging")
    plain_page.locator("#find").press("Enter")
    note = plain_page.locator("noscript p")
    expect(note).to_contain_text("Searching needs JavaScript.")
    names = note.get_by_role("link").all_inner_texts()
    assert names == ["Topics", "Organizations", "Authors", "Daily", "Archive"]
    for name in names:
        assert follow(plain_page.locator("noscript").get_by_role("link", name=name, exact=True))
        plain_page.go_back()


def test_no_page_asks_another_origin_for_anything_or_complains(
    context: BrowserContext, site: Site, base: str
) -> None:
    # A violation of the Content-Security-Policy is told on the console too.
    asked: list[tuple[str, str]] = []
    complaints: list[tuple[str, str]] = []
    page = context.new_page()
    context.on("request", lambda request: asked.append((page.url, request.url)))
    context.on("console", lambda message: complaints.append((page.url, message.text)))
    context.on("weberror", lambda error: complaints.append((page.url, str(error.error))))
    visits = [*site.kinds(), *site.mails[:1], "search.html?q=a"]
    for path in visits:
        page.goto(base + path)
        page.evaluate("document.fonts.ready")
        if "?" in path and site.library.papers:
            expect(page.locator("#results > li").first).to_be_visible()
    origin = base.removesuffix(BELOW)
    assert any(address.endswith(".pagefind") for _, address in asked) == bool(site.library.papers)
    assert [each for each in asked if not each[1].removeprefix("blob:").startswith(f"{origin}/")] == []
    assert complaints == []


def test_subscribing_is_allowed_to_send_its_form(context: BrowserContext, everything: Site) -> None:
    with serve(everything.root, BELOW) as address:
        page = context.new_page()
        context.route("https://lists.example/**", lambda route: route.abort())
        page.goto(address)
        page.get_by_label("Your e-mail address").fill("reader@example.org")
        with page.expect_request("https://lists.example/**") as request:
            page.get_by_role("button", name="Subscribe").click()
    assert request.value.method == "POST"
    assert request.value.url == "https://lists.example/join?list=a&b=c"
    assert request.value.post_data == "EMAIL=reader%40example.org"


class Parts(HTMLParser):
    """The stylesheets and scripts that a page names."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.paths: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "link" and given.get("rel") == "stylesheet":
            self.paths.append(given["href"] or "")
        if tag == "script" and given.get("src"):
            self.paths.append(given["src"] or "")


def test_no_page_with_its_styles_and_scripts_weighs_more_than_60_kilobytes(many: Site) -> None:
    """As a server sends them, compressed; styles and scripts serve all pages, and are sent once."""

    def weigh(file: Path) -> int:
        return len(gzip.compress(file.read_bytes()))

    heavy = {}
    for path in many.html:
        page = many.root / path
        if path == NOT_FOUND or path in many.mails:
            continue  # the one is as any other, but names its parts from the site's root; mails have none
        parts = [page.parent / part for part in Parts(page.read_text(encoding="utf-8")).paths]
        assert len(parts) >= 2, path
        weight = weigh(page) + sum(map(weigh, parts))
        if weight > 60_000:
            heavy[path] = weight
    assert heavy == {}


@pytest.mark.parametrize("name", ["read me", "issue #1", "100%41", "论文 中"])
def test_from_a_folder_of_any_name_pages_open_and_links_work(
    page: Page, many: Site, tmp_path: Path, name: str
) -> None:
    folder = shutil.copytree(many.root, tmp_path / name)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((folder / "index.html").as_uri())
    assert page.evaluate("getComputedStyle(document.querySelector('.masthead')).display") == "grid"
    title = page.locator(".card h3 > a").first.inner_text()
    assert follow(page.locator(".card h3 > a").first) == title
    heading = page.locator("aside .tags a").first.inner_text()
    assert follow(page.locator("aside .tags a").first) == heading
    assert (
        follow(page.get_by_role("navigation", name="Sections").get_by_role("link", name="Archive"))
        == "Archive"
    )
    assert follow(page.locator("table tbody th a").first).isdigit()
    page.go_back()
    page.locator(".name a").click()
    assert page.url == (folder / "index.html").as_uri()
    assert errors == []


def test_from_a_folder_the_search_says_that_it_needs_the_web(page: Page, many: Site) -> None:
    page.goto((many.root / "search.html").as_uri())
    page.locator("#q").fill("foraging")
    expect(page.locator("#status")).to_have_text(
        "Opened from a folder, only the offline edition can be searched. "
        "Unpack that, or open the site on the web."
    )


def test_the_copy_button_puts_the_citation_into_the_clipboard(
    context: BrowserContext, page: Page, everything: Site
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    with serve(everything.root) as address:
        page.goto(f"{address}papers/full.html")
        page.get_by_role("button", name="Copy").click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#bibtex").text_content()
    assert copied.startswith("@inproceedings{full,\n")
    assert '{<}b onclick="alert(1)">bold{<}/b>' in copied


def test_where_the_clipboard_is_closed_the_citation_is_selected_to_be_copied_by_hand(
    page: Page, everything: Site
) -> None:
    with serve(everything.root) as address:
        page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('closed'))")
        page.goto(f"{address}papers/full.html")
        page.get_by_role("button", name="Copy").click()
        expect(page.get_by_role("button", name="Press Ctrl+C")).to_be_visible()
        assert page.evaluate("getSelection().toString()") == page.locator("#bibtex").text_content()


def test_a_retracted_paper_is_marked_and_offered_for_no_citation(page: Page, everything: Site) -> None:
    with serve(everything.root) as address:
        page.goto(f"{address}papers/retracted.html")
        expect(page.get_by_role("note")).to_contain_text("This paper was retracted.")
        assert page.locator("#bibtex").count() == 0
        page.goto(f"{address}authors/ada-lovelace.html")
        while not (card := page.locator(".card", has_text="A paper that was retracted")).count():
            page.get_by_role("link", name="Older").click()
        expect(card.locator(".status")).to_have_text("Retracted")


def luminance(page: Page, name: str) -> float:
    """How bright a colour of the page's body is, from 0 to 255."""
    value = page.evaluate(f"getComputedStyle(document.body).{name}")
    red, green, blue = (int(part) for part in re.findall(r"\d+", value)[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_page_is_light_by_day_and_dark_by_night(chromium: Browser, many_base: str) -> None:
    with chromium.new_context(color_scheme="light") as context:
        page = context.new_page()
        page.goto(many_base)
        assert luminance(page, "backgroundColor") > 230
        assert luminance(page, "color") < 60
        page.emulate_media(color_scheme="dark")
        assert luminance(page, "backgroundColor") < 60
        assert luminance(page, "color") > 200


OUTSIDE = """
() => {
  const main = document.querySelector("main");
  const { left, right } = main.getBoundingClientRect();
  const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  const outside = [];
  while (texts.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    const place = range.getBoundingClientRect();
    const apart = texts.currentNode.parentElement.closest(".hidden, .scroll, pre, select, table, math");
    if (place.width && !apart && (place.left < left - 1 || place.right > right + 1)) {
      outside.push(texts.currentNode.data);
    }
  }
  return outside;
}
"""


def test_on_a_screen_of_1280_pixels_at_400_percent_no_page_scrolls_sideways_and_no_text_is_cut_off(
    chromium: Browser, site: Site, base: str
) -> None:
    wrong = {}
    with chromium.new_context(viewport={"width": 320, "height": 256}) as context:
        page = context.new_page()
        for path in [*site.kinds(), "search.html?q=a"]:
            page.goto(base + path)
            page.evaluate("document.fonts.ready")
            if "?" in path and site.library.papers:
                expect(page.locator("#results > li").first).to_be_visible()
            width = page.evaluate("document.documentElement.scrollWidth")
            outside = page.evaluate(OUTSIDE)
            if width > 320 or outside:
                wrong[path] = (width, outside)
    assert wrong == {}


def test_an_address_that_leads_nowhere_shows_a_page_whose_links_work_at_any_depth(
    page: Page, many_base: str
) -> None:
    for path in ("nothing.html", "papers/nothing.html", "2026/13/nothing/deeper.html"):
        answer = page.goto(many_base + path)
        assert answer
        assert answer.status == 404
        expect(page.locator("h1")).to_have_text("Not found")
        assert page.evaluate("getComputedStyle(document.querySelector('.masthead')).display") == "grid"
        page.locator("main").get_by_role("link", name="archive").click()
        expect(page.locator("h1")).to_have_text("Archive")
        assert page.url == f"{many_base}archive.html"


def test_the_keyboard_skips_the_masthead(page: Page, many_base: str) -> None:
    page.goto(f"{many_base}archive.html")
    page.keyboard.press("Tab")
    expect(page.locator("a.skip")).to_be_focused()
    expect(page.locator("a.skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
