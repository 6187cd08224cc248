"""The search as a reader uses it: typed into the page, in Chromium, over Pagefind's real index.

What a search must give is never written down here twice: it is compared with the library that the site was
made from.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect

from offprint.archive.model import Paper
from tests.browser.search import Search
from tests.browser.site import Site, build_site, serve

SMALL = {
    "papers/hostile.md": (
        "---\n"
        "title: Is <img src=x onerror=alert(1)> harmful, or </script><script>alert(2)</script>?\n"
        "date: 2025-03-04\n"
        "authors: ['<i onclick=alert(3)>Eve</i>']\n"
        "organizations: ['<u>Underlined</u> Institute']\n"
        "upvotes: 50\n"
        "---\n"
        "Markup such as <b onmouseover=alert(4)>bold</b> or `<svg onload=alert(5)>` stays heron text.\n"
    ),
    "papers/first.md": (
        "---\ntitle: Counting herons\ndate: 2025-03\nauthors: [Ada Lovelace, Grace Hopper]\nupvotes: 5\n"
        "topics: [birds]\n---\nA heron stands in the water.\n"
    ),
    "papers/second.md": (
        "---\ntitle: Herons in winter\ndate: 2023\nauthors: [Ada Lovelace]\nupvotes: 1000\n"
        "---\nA heron stands on the ice.\n"
    ),
    "papers/third.md": (
        "---\ntitle: Herons at night\ndate: 2024-12-31\nauthors: [Grace Hopper, Alan Turing]\n"
        "---\nNobody has seen the heron sleep.\n"
    ),
    "papers/undated.md": "---\ntitle: An old heron\nupvotes: 7\n---\nWhen this heron was drawn is unknown.\n",
    "papers/undated-too.md": "---\ntitle: Another old heron\n---\nThis heron is not dated either.\n",
    "topics/birds.md": "---\nname: Birds\n---\n",
    "topics/fish.md": "---\nname: Fish\n---\n",
    "papers/pike.md": "---\ntitle: The pike\ndate: 2022\ntopics: [fish]\n---\nA pike stands in the reeds.\n",
}


@pytest.fixture(scope="module")
def site(many: Site) -> Site:
    return many


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return build_site(tmp_path_factory.mktemp("small"), SMALL)


@pytest.fixture(scope="module")
def small_base(small: Site) -> Iterator[str]:
    with serve(small.root) as address:
        yield address


@pytest.fixture
def small_search(page: Page, small_base: str) -> Search:
    return Search(page, small_base)


def plain_titles(papers: tuple[Paper, ...]) -> list[str]:
    return [paper.record.title.plain for paper in papers]


def test_every_title_of_the_archive_finds_its_paper_first(search: Search, many: Site) -> None:
    search.open()
    missed = {}
    for title in plain_titles(many.library.papers):
        search.type(title)
        search.count()
        first = search.titles.first.text_content()
        if first != title:
            missed[title] = first
    assert missed == {}


def test_newest_and_oldest_first_give_the_order_of_the_dates(small_search: Search) -> None:
    # The undated count as older than anything dated; between equals there is no order to keep.
    undated = {"An old heron", "Another old heron"}
    dated = [
        "Is <img src=x onerror=alert(1)> harmful, or </script><script>alert(2)</script>?",  # 4 March 2025
        "Counting herons",  # March 2025
        "Herons at night",  # 31 December 2024
        "Herons in winter",  # 2023
    ]
    small_search.open()
    small_search.type("heron")
    assert set(small_search.all_titles()) == {*dated, *undated}
    small_search.order("newest")
    newest = small_search.all_titles()
    assert newest[: len(dated)] == dated
    assert set(newest[len(dated) :]) == undated
    small_search.order("oldest")
    oldest = small_search.all_titles()
    assert set(oldest[: len(undated)]) == undated
    assert oldest[len(undated) :] == dated[::-1]


def test_most_votes_first_compares_votes_as_numbers(small_search: Search) -> None:
    small_search.open("?q=heron&sort=votes")
    assert small_search.all_titles()[:4] == [
        "Herons in winter",  # 1000
        "Is <img src=x onerror=alert(1)> harmful, or </script><script>alert(2)</script>?",  # 50
        "An old heron",  # 7
        "Counting herons",  # 5
    ]


def test_the_whole_archive_in_order_of_dates_is_in_the_librarys_order(search: Search, many: Site) -> None:
    dates = {p.record.title.plain: (p.date.iso if p.date else "") for p in many.library.papers}
    year = max({p.date.year for p in many.library.papers if p.date})
    search.open(f"?year={year}&sort=newest")
    shown = [dates[title] for title in search.all_titles()]
    assert len(set(shown)) > 1
    assert shown == sorted(shown, reverse=True)
    search.order("oldest")
    assert [dates[title] for title in search.all_titles()] == sorted(shown)


def test_the_undated_are_a_filter_value_of_their_own(small_search: Search) -> None:
    small_search.open()
    small_search.tick("year", "undated")
    assert sorted(small_search.all_titles()) == ["An old heron", "Another old heron"]
    for order in ("newest", "oldest", "votes"):
        small_search.order(order)
        assert sorted(small_search.all_titles()) == ["An old heron", "Another old heron"], order


def test_an_authors_page_leads_to_a_search_among_their_papers(small_search: Search) -> None:
    small_search.page.goto(f"{small_search.base}authors/grace-hopper.html")
    small_search.page.get_by_role("link", name="Search this author’s papers").click()
    assert sorted(small_search.all_titles()) == ["Counting herons", "Herons at night"]
    small_search.type("sleep")
    expect(small_search.titles).to_have_text(["Herons at night"])


def test_a_filter_value_that_the_page_does_not_offer_still_works_from_an_address(
    small_search: Search,
) -> None:
    small_search.open("?author=alan-turing")
    assert small_search.all_titles() == ["Herons at night"]


def test_words_filters_and_order_live_in_the_address_and_are_restored_from_it(
    search: Search, context: BrowserContext
) -> None:
    search.open()
    search.type("bees")
    search.tick("topic", "wild-bees")
    search.page.locator("[data-year='2025']").click()
    search.order("oldest")
    given = parse_qs(urlsplit(search.page.url).query)
    assert given == {"q": ["bees"], "topic": ["wild-bees"], "sort": ["oldest"]} | {
        name: ["2025"] for name in ("from", "to")
    }
    titles = search.all_titles()
    again = Search(context.new_page(), search.base)
    again.page.goto(search.page.url)
    assert again.all_titles() == titles
    assert again.words.input_value() == "bees"
    expect(again.page.locator("select[name=sort]")).to_have_value("oldest")
    expect(again.page.locator("[data-value='wild-bees'] input")).to_be_checked()
    expect(again.page.locator("[data-year='2025']")).to_have_attribute("aria-pressed", "true")


def test_words_with_marks_that_addresses_use_come_back_as_they_were(search: Search) -> None:
    words = "bees & 100% #1 a+b=c “中”?"
    search.open()
    search.type(words)
    search.page.reload()
    expect(search.words).to_have_value(words)


def test_back_from_a_paper_restores_the_search_and_forward_returns_to_the_paper(search: Search) -> None:
    search.open()
    search.type("foraging")
    search.order("newest")
    titles = search.all_titles()
    search.titles.first.click()
    expect(search.page.locator("h1")).to_have_text(titles[0])
    search.page.go_back()
    expect(search.words).to_have_value("foraging")
    expect(search.page.locator("select[name=sort]")).to_have_value("newest")
    assert search.all_titles() == titles
    search.page.go_forward()
    expect(search.page.locator("h1")).to_have_text(titles[0])


def test_back_from_a_paper_restores_all_hits_shown_and_the_place(search: Search) -> None:
    search.open("?q=bees")
    more = search.page.get_by_role("button", name="Show more")
    for shown in (20, 30, 40):
        more.click()
        expect(search.hits).to_have_count(shown)
    assert parse_qs(urlsplit(search.page.url).query)["shown"] == ["40"]
    hit = search.titles.nth(34)
    hit.scroll_into_view_if_needed()
    title, place = hit.text_content(), search.page.evaluate("scrollY")
    assert place > 1000
    hit.click()
    expect(search.page.locator("h1")).to_have_text(title or "")
    search.page.go_back()
    expect(search.hits).to_have_count(40)
    expect(search.titles.nth(34)).to_be_in_viewport()
    search.page.reload()
    expect(search.hits).to_have_count(40)


def test_the_first_hit_is_on_the_first_screen_of_a_phone(search: Search) -> None:
    search.page.set_viewport_size({"width": 390, "height": 844})
    search.open("?q=bees")
    search.count()
    expect(search.titles.first).to_be_in_viewport()


def test_back_within_the_search_page_restores_the_search_of_that_address(search: Search) -> None:
    search.open("?q=foraging")
    before = search.all_titles()
    search.page.keyboard.press("Tab")
    search.page.locator("a.skip").press("Enter")
    search.page.wait_for_url("**/search.html?q=foraging#main")
    search.type("mites")
    expect(search.titles.first).not_to_have_text(before[0])
    search.page.go_back()
    expect(search.words).to_have_value("foraging")
    expect(search.titles.first).to_have_text(before[0])
    assert search.all_titles() == before


def test_clearing_the_words_clears_the_hits_and_the_address(search: Search) -> None:
    search.open("?q=foraging")
    search.count()
    search.type("")
    expect(search.hits).to_have_count(0)
    expect(search.status).to_have_text("")
    assert search.page.url == f"{search.base}search.html"


def test_what_was_found_is_marked_in_the_excerpts(search: Search) -> None:
    search.open("?q=foraging")
    search.count()
    marks = search.page.locator("#results mark").all_text_contents()
    assert marks
    assert {mark.casefold().strip(".,;:") for mark in marks} <= {"foraging", "forage", "forages", "foraged"}


def test_excerpts_and_words_to_find_are_what_a_reader_reads_and_not_the_filters_slugs(
    search: Search, many: Site
) -> None:
    slugs = {topic.slug for topic in many.library.topics if "-" in topic.slug}
    assert slugs
    search.open("?q=foraging")
    search.count()
    excerpts = search.page.locator("#results .lead").all_text_contents()
    assert [slug for slug in slugs for excerpt in excerpts if slug in excerpt] == []


def test_pressing_show_more_twice_at_once_shows_each_hit_once(search: Search, many: Site) -> None:
    topic = max(many.library.by_topic, key=lambda slug: len(many.library.by_topic[slug]))
    papers = many.library.by_topic[topic]
    assert len(papers) > 20
    search.open(f"?topic={topic}")
    search.count()
    more = search.page.get_by_role("button", name="Show more")
    more.evaluate("button => { button.click(); button.click(); }")
    expect(search.hits).to_have_count(20)
    more.click()
    expect(search.hits).to_have_count(len(papers))
    expect(more).to_be_hidden()
    assert sorted(search.titles.all_text_contents()) == sorted(plain_titles(papers))


def test_a_slash_on_a_papers_page_goes_to_the_search(search: Search, many: Site) -> None:
    page = search.page
    page.goto(search.base + many.kinds()[0])
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("foraging")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=foraging")
    expect(search.words).to_have_value("foraging")
    assert search.count() > 0


def test_a_slash_in_a_field_is_a_slash(search: Search, many: Site) -> None:
    page = search.page
    page.goto(f"{search.base}papers/{many.library.papers[0].slug}.html")
    page.locator("#find").focus()
    page.keyboard.type("and/or")
    expect(page.locator("#find")).to_have_value("and/or")
    search.open()
    search.words.focus()
    page.keyboard.type("and/or")
    expect(search.words).to_have_value("and/or")
    page.locator("select[name=sort]").focus()
    page.keyboard.press("/")
    expect(page.locator("select[name=sort]")).to_be_focused()


def test_no_match_says_so_and_offers_the_search_without_filters(small_search: Search) -> None:
    small_search.open("?q=heron&topic=fish")
    expect(small_search.status).to_contain_text("No paper matches.")
    expect(small_search.hits).to_have_count(0)
    small_search.page.get_by_role("button", name="Show 6 without filters").click()
    assert small_search.count() == 6
    assert parse_qs(urlsplit(small_search.page.url).query) == {"q": ["heron"]}
    expect(small_search.page.locator("#facets :checked:not(option)")).to_have_count(0)


def test_no_match_of_words_alone_offers_nothing_more(small_search: Search) -> None:
    small_search.open("?q=xylophonist")
    expect(small_search.status).to_have_text("No paper matches.")
    expect(small_search.status.locator("button")).to_have_count(0)


def test_no_match_of_filters_alone_offers_no_search_for_nothing(small_search: Search) -> None:
    small_search.open("?topic=fish&year=2025")
    expect(small_search.status).to_have_text("No paper matches.")
    expect(small_search.status.locator("button")).to_have_count(0)


@pytest.mark.parametrize("below", ["/", "/archive/"])
def test_a_hit_leads_to_its_paper_wherever_the_site_lies(page: Page, small: Site, below: str) -> None:
    with serve(small.root, below) as address:
        page.goto(f"{address}papers/pike.html")
        page.locator("#find").fill("ice")
        page.locator("#find").press("Enter")
        found = Search(page, address)
        expect(found.titles).to_have_text(["Herons in winter"])
        found.titles.click()
        page.wait_for_url(f"{address}papers/second.html")
        expect(page.locator("h1")).to_have_text("Herons in winter")


def test_markup_in_records_is_text_in_the_hits_and_nothing_of_it_runs(small_search: Search) -> None:
    page = small_search.page
    ran: list[str] = []

    def hear(dialog: Dialog) -> None:
        ran.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", hear)
    small_search.open("?q=stays+heron+text")
    hit = small_search.hits.first
    expect(hit.locator("h3")).to_have_text(
        "Is <img src=x onerror=alert(1)> harmful, or </script><script>alert(2)</script>?"
    )
    expect(hit.locator(".meta span")).to_have_text(
        ["<u>Underlined</u> Institute", "<i onclick=alert(3)>Eve</i>", "50 votes"]
    )
    expect(hit.locator(".meta time")).to_have_text("4 March 2025")
    expect(hit.locator(".lead")).to_contain_text("Markup such as <b onmouseover=alert(4)>bold</b>")
    expect(hit.locator(".lead")).to_contain_text("<svg onload=alert(5)>")
    assert hit.locator("img, script, i, u, b, svg, [onclick], [onmouseover]").count() == 0
    hit.locator(".lead").hover()
    hit.locator(".meta").click()
    hit.locator("h3 a").click()
    expect(page.locator("h1")).to_contain_text("<img src=x onerror=alert(1)>")
    assert ran == []


def test_a_hit_of_a_retracted_paper_says_so(page: Page, tmp_path: Path) -> None:
    site = build_site(
        tmp_path,
        {
            "papers/false.md": (
                "---\ntitle: A false heron\nstatus: retracted\nnotice: It was a stork.\n---\nHeron.\n"
            ),
            "papers/true.md": "---\ntitle: A true heron\n---\nHeron.\n",
        },
    )
    with serve(site.root) as address:
        search = Search(page, address)
        search.open("?q=heron")
        assert search.count() == 2
        expect(search.hits.filter(has_text="A false heron").locator(".status")).to_have_text("Retracted")
        expect(search.hits.filter(has_text="A true heron").locator(".status")).to_have_count(0)


def test_a_hit_names_authors_and_organizations_and_no_marks_beside_them(page: Page, everything: Site) -> None:
    with serve(everything.root) as address:
        search = Search(page, address)
        search.open("?q=learning+claims")
        expect(search.hits.first.locator(".meta span")).to_have_text(
            [
                "A Third Place, Big Lab & <Sons>, Org & <Sons>",
                "O'Hara, Séan <sean>, 王小明, Ada Lovelace and 9 more",
                "1,234 votes",
                "1 comment",
            ]
        )
        expect(search.hits.first.locator(".meta time")).to_have_text("30 June 2026")


def test_the_search_speaks_the_archives_language(page: Page, tmp_path: Path) -> None:
    site = build_site(
        tmp_path,
        {
            "site.yaml": "title: Reiher\nurl: https://example.org/archive/\nlanguage: de\n",
            "papers/false.yaml": (
                "title: Ein falscher Reiher\ndate: 2025-03-04\nstatus: retracted\nnotice: Ein Storch\n"
            ),
            "papers/true.yaml": "title: Der wahre Reiher\ntopics: [vogel]\n",
            "topics/vogel.yaml": "name: Vogel\n",
            "topics/fisch.yaml": "name: Fisch\n",
        },
    )
    words = site.messages
    with serve(site.root) as address:
        search = Search(page, address)
        search.open("?q=Reiher")
        expect(search.status).to_have_text(words.count(2, "script_found"))
        false = search.hits.filter(has_text="Ein falscher Reiher")
        expect(false.locator(".status")).to_have_text(words("status_retracted"))
        expect(false.locator(".meta")).to_have_text("4. März 2025")
        search.type("falscher")
        expect(search.status).to_have_text(words.count(1, "script_found"))
        search.open("?q=falscher&year=undated")
        expect(search.status).to_contain_text(words("script_no_match"))
        expect(search.status.locator("button")).to_have_text(words("script_without_filters", count=1))


def test_words_are_found_in_chinese_which_puts_no_spaces_between_them(page: Page, tmp_path: Path) -> None:
    site = build_site(
        tmp_path,
        {
            "site.yaml": "title: 苍鹭\nurl: https://example.org/archive/\nlanguage: zh\n",
            "papers/video.md": (
                "---\ntitle: 基于扩散模型的视频生成方法\nauthors: [王小明]\n---\n"
                "我们提出统一的框架，实验结果优于现有的大型语言模型。\n"
            ),
            "papers/image.md": "---\ntitle: 图像检索的研究\n---\n本文使用 Transformer 网络检索图像。\n",
        },
    )
    with serve(site.root) as address:
        search = Search(page, address)
        search.open()
        for words, title in {
            "视频": "基于扩散模型的视频生成方法",
            "语言模型": "基于扩散模型的视频生成方法",
            "王小明": "基于扩散模型的视频生成方法",
            "检索": "图像检索的研究",
            "transformer 网络": "图像检索的研究",
        }.items():
            search.type(words)
            expect(search.titles).to_have_text([title])
        expect(search.hits.locator("mark").last).to_have_text("网络")
        search.type("足球")
        expect(search.status).to_have_text(site.messages("script_no_match"))


SHIFTED = """
() => new Promise((resolve) => {
  new PerformanceObserver((seen) => resolve(seen.getEntries().reduce((sum, each) => sum + each.value, 0)))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(0), 500); // nothing was shifted, so nothing is ever told
})
"""


def test_hits_that_come_push_nothing_aside_that_is_seen(page: Page, small_base: str) -> None:
    page.set_viewport_size({"width": 412, "height": 823})
    page.goto(f"{small_base}search.html?q=heron")
    expect(page.locator("#results > li").first).to_be_visible()
    assert page.evaluate(SHIFTED) < 0.1


def test_a_venue_is_found_by_its_words(page: Page, everything: Site) -> None:
    with serve(everything.root) as address:
        search = Search(page, address)
        search.open('?q="proceedings+of"')
        assert search.count() == 1
        expect(search.titles).to_contain_text("Learning")


def test_hits_that_cannot_be_loaded_are_told_of_and_those_shown_stay(
    search: Search, context: BrowserContext
) -> None:
    search.open("?q=bees")
    assert search.count() > 10
    context.route("**/pagefind/fragment/*", lambda route: route.abort())
    for shown in (20, 30):  # loaded already, to be ranked
        search.page.get_by_role("button", name="Show more").click()
        expect(search.hits).to_have_count(shown)
    search.page.get_by_role("button", name="Show more").click()
    expect(search.status).to_contain_text("could not be loaded")
    expect(search.hits).to_have_count(30)
    context.unroute("**/pagefind/fragment/*")


def test_a_search_that_cannot_load_says_what_to_do(chromium: Browser, small: Site) -> None:
    with serve(small.root) as address, chromium.new_context(service_workers="block") as context:
        context.route("**/pagefind/*", lambda route: route.abort())
        search = Search(context.new_page(), address)
        search.open("?q=heron")
        expect(search.status).to_have_text(
            "The search could not be loaded. Check the connection and try again."
        )
        context.unroute("**/pagefind/*")
        search.words.press("Enter")
        assert search.count() == 6


def test_an_archive_without_papers_has_nothing_to_search_and_says_so(page: Page, empty: Site) -> None:
    with serve(empty.root) as address:
        wrong: list[str] = []
        page.on("console", lambda message: wrong.append(message.text))
        page.goto(f"{address}search.html")
        expect(page.locator("main")).to_contain_text("No paper yet.")
        page.wait_for_load_state("networkidle")
        assert wrong == []
