"""Imperfect queries, as a reader types them into the search page: what is found, and what is said of it."""

import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.search import Search
from tests.browser.site import Site, build_site

PAPERS = {
    "topics/slam.md": "---\nname: Visual SLAM\n---\n",
    "topics/face.md": "---\nname: Faces\n---\n",
    "organizations/eth.md": "---\nname: ETH Zürich\nror: 05a28rw58\n---\n",
    "papers/slam-one.md": """\
        ---
        title: Localization of robots by visual landmarks
        date: 2019-05-01
        authors: [{name: Łukasz Müller, orcid: 0000-0002-1825-0097}, Grace Ødegård]
        organizations: [eth]
        topics: [slam]
        arxiv: 2512.05103
        doi: 10.1000/Xyz.123
        venue: CVPR 2019
        upvotes: 3
        links: {code: https://example.org/code}
        ---
        A robot finds its place. Landmarks that a camera sees are matched with a map, and the map grows.
        """,
    "papers/slam-two.md": """\
        ---
        title: Local connectivity in graphs
        date: 2021-02-03
        authors: [Ana Colomé]
        topics: [slam, face]
        ---
        Locality matters for localization, and localization again: local methods localize all. Colombia.
        """,
    "papers/colombia.md": """\
        ---
        title: Maps of Colombia
        date: 2022-03-04
        authors: [Jan Groß]
        ---
        Colombia has mountains. The calibration of instruments is hard there; we use GPT-4 and a U-Net
        with ViT-L/14.
        """,
    "papers/cpp.md": """\
        ---
        title: The eﬃciency of C++ and C# programs
        date: 2023
        authors: [Vera Đokić]
        ---
        Programs are compiled. Nobody compared F# with them before; the L-CoDer decoupling is new.
        """,
    "papers/small.md": """\
        ---
        title: Errors below $10^{-4}$ by 大型语言模型
        authors: [王小明]
        ---
        Sorting takes $O(n \\log n)$ steps, not $n^2$.
        """,
    "papers/calibration.md": """\
        ---
        title: Calibration of cameras for aerial photographs
        date: 2020-06-07
        authors: [Roland Siegwart]
        organizations: [eth]
        ---
        A camera is calibrated from photographs of a lidar target. SLAM is not needed.
        """,
    "papers/siegwart.md": """\
        ---
        title: What others say of Siegwart
        date: 2024-01-01
        authors: [Jane Doe]
        ---
        Siegwart is cited often in work on lidar.
        """,
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return build_site(tmp_path_factory.mktemp("queries"), PAPERS)


def ask(search: Search, words: str) -> list[str]:
    """Open the address of a query; return the slugs of its hits, in order."""
    search.open(f"?q={quote(words)}")
    expect(search.status).to_have_text(re.compile(r"^(?!Searching).+"))
    links = search.titles.evaluate_all("all => all.map(link => offprint.slugOf(link))")
    return [str(slug) for slug in links]


def said(search: Search) -> str:
    """Return what is said above the hits."""
    return search.page.locator("p.notice[role=status]").inner_text()


# --- Nothing has all the words


def test_a_mistyped_word_is_corrected_by_the_archives_words_and_that_is_said(search: Search) -> None:
    assert ask(search, "calibraton of cameras for aerial photographs")[0] == "calibration"
    assert "calibraton" in said(search)
    search.page.get_by_role("link", name="calibration of cameras for aerial photographs", exact=True).click()
    expect(search.words).to_have_value("calibration of cameras for aerial photographs")
    assert ask(search, "calibration of cameras for aerial photographs") == ["calibration"]
    assert said(search) == ""


def test_what_was_typed_can_be_searched_for_to_the_letter(search: Search) -> None:
    ask(search, "calibraton cameras")
    search.page.get_by_role("link", name="Search for exactly what was typed").click()
    expect(search.status).to_have_text("No paper matches.")
    expect(search.words).to_have_value("calibraton cameras")


def test_a_wrong_word_is_left_out_and_that_is_said(search: Search) -> None:
    assert ask(search, "calibration of cameras for mountains photographs")[0] == "calibration"
    assert "without mountains" in said(search)
    search.type("calibration of cameras")
    expect(search.page.locator("p.notice[role=status]")).to_be_hidden()
    expect(search.titles).to_have_text(["Calibration of cameras for aerial photographs"])


def test_of_a_question_the_words_that_tell_most_are_enough(search: Search) -> None:
    assert ask(search, "which work is about making the calibration of a camera cheaper")[0] == "calibration"
    assert "Nothing has all these words" in said(search)


def test_plain_words_around_a_question_are_set_aside(search: Search) -> None:
    assert ask(search, "what is the calibration of a camera?") == ["calibration"]
    assert said(search).startswith("Set aside: what")
    assert set(ask(search, "work on lidar")) == {"siegwart", "calibration"}
    assert "papers without work, on" in said(search)


def test_words_that_no_paper_has_find_nothing(search: Search) -> None:
    for words in ("orchid", "xyzzyq", "kubernetes pod", "xyzzyq orchid tulip"):
        assert ask(search, words) == []
        expect(search.status).to_have_text("No paper matches.")
        assert words.split(maxsplit=1)[0] in said(search)


def test_a_word_that_is_not_typed_out_finds_what_begins_with_it(search: Search) -> None:
    for end in range(5, len("calibration") + 1):
        assert set(ask(search, "calibration"[:end])) >= {"calibration", "colombia"}, end


def test_one_letter_answers_at_once(search: Search) -> None:
    assert "calibration" in ask(search, "a")


def test_an_address_finds_the_same_after_other_searches(search: Search) -> None:
    fresh = ask(search, "local")
    for words in ("localization", "locality", "a", "maps", "local"):
        search.type(words)
        search.count()
    links = search.titles.evaluate_all("all => all.map(link => offprint.slugOf(link))")
    assert links == fresh


# --- Order


def test_the_word_as_it_was_typed_comes_first(search: Search) -> None:
    assert ask(search, "localization")[0] == "slam-one"
    assert ask(search, "local")[0] == "slam-two"


NAMES = (
    ("Colome", "slam-two"),
    ("Colomé", "slam-two"),
    ("Lukasz", "slam-one"),
    ("Łukasz", "slam-one"),
    ("Mueller", "slam-one"),
    ("Muller", "slam-one"),
    ("Odegard", "slam-one"),
    ("Gross", "colombia"),
    ("Groß", "colombia"),
    ("Dokic", "cpp"),
    ("ETH Zurich", "calibration"),
    ("ETH Zuerich", "calibration"),
)


def test_a_name_is_found_however_its_letters_are_typed(search: Search) -> None:
    for words, slug in NAMES:
        hits = ask(search, words)
        assert hits[0] == slug or (slug in hits and "ETH" in words), words
        assert said(search) == "", words


# --- Identifiers


IDENTIFIERS = [
    "2512.05103", "2512.05103v2", "arXiv:2512.05103", "https://arxiv.org/abs/2512.05103v1",
    "https://arxiv.org/pdf/2512.05103.pdf", "10.48550/arXiv.2512.05103", "10.1000/xyz.123",
    "doi:10.1000/XYZ.123", "https://doi.org/10.1000/xyz.123", "0000-0002-1825-0097",
    "https://orcid.org/0000-0002-1825-0097", "slam-one", "https://example.org/archive/papers/slam-one.html",
]  # fmt: skip


def test_an_identifier_leads_to_its_paper(search: Search) -> None:
    assert {words: ask(search, words) for words in IDENTIFIERS} == {key: ["slam-one"] for key in IDENTIFIERS}


def test_a_ror_id_leads_to_the_organizations_papers(search: Search) -> None:
    assert set(ask(search, "https://ror.org/05a28rw58")) == {"slam-one", "calibration"}


def test_an_identifier_that_no_record_has_finds_nothing(search: Search) -> None:
    assert ask(search, "arXiv:2512.99999") == []


# --- Tokens


TOKENS = [
    ("C++", "cpp"), ('"C++"', "cpp"), ("c#", "cpp"), ("F#", "cpp"), ("gpt 4", "colombia"),
    ("gpt4", "colombia"), ("GPT-4", "colombia"), ("u net", "colombia"), ("U-Net", "colombia"),
    ("unet", "colombia"),
    ("vit l 14", "colombia"), ("vit-l", "colombia"), ("10^-4", "small"), ("10^{-4}", "small"),
    ("10⁻⁴", "small"), ("n^2", "small"), ("O(n^2)", "small"), ("n log n", "small"), ("语言", "small"),
    ("语言模型", "small"), ("王小明", "small"),
    ("coder decoupling", "cpp"), ("efficiency", "cpp"), ("eﬃciency", "cpp"),
]  # fmt: skip


def test_a_word_is_found_however_its_parts_are_typed(search: Search) -> None:
    assert [(words, *ask(search, words)) for words, _ in TOKENS] == TOKENS


def test_quotes_of_any_kind_ask_for_a_phrase(search: Search) -> None:
    for words in ('"visual landmarks"', "“visual landmarks”", "„visual landmarks“", "«visual landmarks»"):
        assert ask(search, words) == ["slam-one"]
        assert said(search) == ""
        ask(search, words.replace("visual landmarks", "landmarks visual"))
        assert "word for word" in said(search)


def test_several_phrases_must_all_be_there(search: Search) -> None:
    assert ask(search, '"visual landmarks" "camera sees"') == ["slam-one"]


def test_a_quoted_word_is_ranked_as_any_other(search: Search) -> None:
    assert ask(search, '"localization"')[0] == "slam-one"


# --- The language of search


RESTRICTIONS: list[tuple[str, set[str]]] = [
    ("author:Siegwart", {"calibration"}),
    ('author:"Roland Siegwart"', {"calibration"}),
    ("org:ETH", {"slam-one", "calibration"}),
    ("title:Siegwart", {"siegwart"}),
    ("topic:slam", {"slam-one", "slam-two"}),
    ('topic:"Visual SLAM"', {"slam-one", "slam-two"}),
    ("topic:SLAM topic:face", {"slam-two"}),
    ("-topic:face topic:slam", {"slam-one"}),
    ("year:2020", {"calibration"}),
    ("year:2020..2022", {"calibration", "slam-two", "colombia"}),
    ("before:2020", {"slam-one"}),
    ("after:2022", {"cpp", "siegwart"}),
    ("lidar -siegwart", set()),
    ("lidar -cited", {"calibration"}),
    ('lidar -"cited often"', {"calibration"}),
    ("landmarks OR mountains", {"slam-one", "colombia"}),
    ("+lidar +cited", {"siegwart"}),
    ("lidar NOT cited", {"calibration"}),
    ("landmarks | mountains", {"slam-one", "colombia"}),
    ('landmarks OR "cited often"', {"slam-one", "siegwart"}),
    ("author:Siegwart OR author:Groß", {"calibration", "colombia"}),
    ("author: Siegwart", {"calibration"}),
    ("lidar -author:Siegwart", {"siegwart"}),
    ("topic:slam OR topic:face", {"slam-one", "slam-two"}),
    ("year:2020 OR year:2023", {"calibration", "cpp"}),
    ("year:>2022", {"cpp", "siegwart"}),
    ("lidar/calibrated", {"calibration"}),
    ("venue:CVPR", {"slam-one"}),
]


def test_a_query_can_restrict_what_is_found(search: Search) -> None:
    assert [(words, set(ask(search, words))) for words, _ in RESTRICTIONS] == RESTRICTIONS


def test_what_was_understood_can_be_taken_off(search: Search) -> None:
    assert ask(search, "lidar author:Siegwart") == ["calibration"]
    search.page.get_by_role("button", name="Remove the filter author: Siegwart").click()
    expect(search.words).to_have_value("lidar")
    assert search.count() == 2


def test_what_is_not_understood_is_said_and_not_searched_for(search: Search) -> None:
    assert set(ask(search, "lidar colour:red")) == {"calibration", "siegwart"}
    assert "colour:red" in said(search)
    assert ask(search, "year:lately") == []
    assert "year:lately" in said(search)
    assert set(ask(search, "lidar topic:nowhere")) == {"calibration", "siegwart"}
    assert "topic:nowhere" in said(search)
    for odd in ("author:", "---", "lidar OR author:Siegwart"):
        assert ask(search, odd) == []
        assert odd in said(search)


def test_several_values_of_a_filter_in_an_address_all_count(search: Search) -> None:
    search.open("?topic=slam&topic=face")
    expect(search.titles).to_have_text(["Local connectivity in graphs"])
    search.open("?topic=SLAM")
    assert search.count() == 2
    expect(search.page.locator("[data-value=slam] input")).to_be_checked()


def test_each_example_of_the_help_is_a_search(search: Search) -> None:
    search.open()
    search.page.get_by_text("Search tips").click()
    examples = search.page.locator("#search-help dt a")
    assert examples.count() >= 8
    for link in examples.all():
        assert parse_qs(urlsplit(link.get_attribute("href") or "").query)["q"] == [link.inner_text()]


# --- Hits


def test_a_hit_is_a_whole_card(search: Search) -> None:
    ask(search, "landmarks")
    hit = search.hits.first
    expect(hit.locator("h3 mark")).to_have_text("landmarks")
    expect(hit.locator(".meta a").first).to_have_attribute("href", "organizations/eth.html")
    expect(hit.locator(".tags a").first).to_have_attribute("href", "topics/slam.html")
    expect(hit.locator(".tags a.out")).to_have_attribute("href", "https://example.org/code")
    expect(hit.locator(".star")).to_be_visible()
    expect(hit.locator(".lead")).to_have_text(re.compile("^A robot finds its place"))
    expect(hit.locator(".lead mark")).to_have_text("Landmarks")


# --- Coming back


def test_the_arrows_lead_from_the_words_into_the_hits_and_back(search: Search) -> None:
    ask(search, "lidar")
    search.words.focus()
    search.page.keyboard.press("ArrowDown")
    expect(search.titles.first).to_be_focused()
    search.page.keyboard.press("ArrowDown")
    expect(search.titles.nth(1)).to_be_focused()
    search.page.keyboard.press("ArrowUp")
    search.page.keyboard.press("ArrowUp")
    expect(search.words).to_be_focused()
