"""A list can be filtered, ordered, bookmarked, walked back through; without scripts it is the plain list."""

import re

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.lists.conftest import Reader

ALL = [f"{number:02}" for number in range(12, 0, -1)]
LONG = "topics/video.html"


def work(reader: Reader, path: str = LONG) -> None:
    reader.open(path)
    reader.page.get_by_text("Filter and sort").click()
    expect(reader.page.get_by_label("Topic")).to_contain_text("(")


def says(reader: Reader, text: str) -> None:
    expect(reader.page.locator(".list > .said")).to_contain_text(text)


def test_without_scripts_a_list_is_plain_and_has_pages(chromium: Browser, address: str) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}{LONG}?topic=sound&sort=votes")
        assert page.locator(".card:visible").count() == 5
        assert page.locator(".tool, .star, [data-slug]:visible").count() == 0
        page.get_by_role("link", name="Page 3").click()
        assert page.locator(".card:visible").count() == 2


def test_a_long_list_loads_its_rows_only_when_it_is_worked(reader: Reader) -> None:
    asked: list[str] = []
    reader.page.on("request", lambda request: asked.append(request.url))
    reader.open(LONG)
    assert not [url for url in asked if "/data/" in url]
    reader.page.get_by_text("Filter and sort").click()
    expect(reader.page.get_by_label("Topic")).to_contain_text("Sound, and more (6)")
    assert [url.removeprefix(reader.address) for url in asked if "/data/" in url] == [
        "data/lists/topics/video.js"
    ]
    assert reader.titles() == ALL[:5]


def test_filters_narrow_the_whole_list_and_one_can_be_turned_around(reader: Reader) -> None:
    work(reader)
    reader.page.get_by_label("Topic").select_option("sound")
    says(reader, "6 of 12 papers")
    assert reader.titles() == ["12", "10", "08", "06", "04"]
    reader.page.get_by_role("button", name="Show more").click()
    assert reader.titles()[5:] == ["02"]
    reader.page.get_by_label("Organization").select_option("a-lab")
    says(reader, "2 of 12 papers")
    assert reader.titles() == ["12", "06"]
    reader.page.get_by_role("button", name="Only A lab").click()
    assert reader.titles() == ["10", "08", "04", "02"]
    assert reader.query() == "topic=sound&not-organization=a-lab"
    reader.page.get_by_role("button", name="Remove the filter Sound").click()
    says(reader, "8 of 12 papers")
    reader.page.get_by_role("button", name="Clear all").click()
    assert reader.titles() == ALL[:5]
    assert reader.query() == ""


def test_any_of_several_years_will_do(reader: Reader) -> None:
    reader.open(f"{LONG}?year=2025&year=2026")
    says(reader, "12 of 12 papers")
    reader.open(f"{LONG}?not-year=2026")
    says(reader, "6 of 12 papers")


def test_words_are_found_in_titles_authors_and_names_whatever_their_accents(reader: Reader) -> None:
    work(reader)
    field = reader.page.get_by_label("Words")
    for words, found in (("NAIVE even", "6"), ("number7", "1"), ("bell sons", "1"), ("third c++", "12")):
        field.fill(words)
        says(reader, f"{found} of 12 papers")
    field.fill("nothing of the kind")
    says(reader, "No paper matches.")
    assert reader.titles() == []


def test_words_typed_one_after_the_other_are_kept_also_before_the_rows_are_there(
    chromium: Browser, address: str
) -> None:
    reader = Reader(chromium.new_page(service_workers="block"), address)  # whose requests no route sees
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    reader.page.route("**/data/lists/**", hold)
    reader.open(LONG)
    reader.page.get_by_text("Filter and sort").click()
    field = reader.page.get_by_label("Words")
    field.press_sequentially("even num")
    expect(reader.page.locator(".list > .said")).to_have_text("Loading …")
    held[0].continue_()
    says(reader, "6 of 12 papers")
    field.press_sequentially("ber6 ")
    says(reader, "1 of 12 papers")
    expect(field).to_have_value("even number6 ")
    reader.page.close()


def test_every_order_is_the_one_it_says(reader: Reader) -> None:
    work(reader)
    by_votes = sorted(range(1, 13), key=lambda n: (-(n * 5 % 12), -n))
    by_comments = sorted(range(1, 13), key=lambda n: (-(n * 7 % 12), -n))
    expected = {
        "Oldest first": [f"{n:02}" for n in range(1, 6)],
        "Newest first": ALL[:5],
        "Most votes": [f"{n:02}" for n in by_votes[:5]],
        "Most comments": [f"{n:02}" for n in by_comments[:5]],
        "Title": [f"{n:02}" for n in range(1, 6)],
    }
    for order, titles in expected.items():
        reader.page.get_by_label("Order").select_option(label=order)
        assert reader.titles() == titles, order


def test_the_address_holds_the_state_and_back_undoes_a_step(reader: Reader) -> None:
    work(reader)
    reader.page.get_by_label("Topic").select_option("sound")
    reader.page.get_by_label("Order").select_option("votes")
    reader.page.get_by_label("Words").fill("paper")
    reader.page.wait_for_url("**?q=paper&topic=sound&sort=votes")
    bookmark, shown = reader.page.url, reader.titles()
    for query in ("topic=sound&sort=votes", "topic=sound", ""):
        reader.page.go_back()
        expect(reader.page).to_have_url(re.compile(rf"html\??{query}$"))
    assert reader.titles() == ALL[:5]
    reader.page.go_forward()
    says(reader, "6 of 12 papers")
    other = reader.page.context.new_page()
    other.goto(bookmark)
    expect(other.locator(".list > .said")).to_contain_text("6 of 12 papers")
    assert other.get_by_label("Words").input_value() == "paper"
    assert Reader(other, "").titles() == shown


def test_what_was_shown_is_shown_again_after_reading_a_paper(reader: Reader) -> None:
    reader.open(f"{LONG}?sort=oldest")
    reader.page.get_by_role("button", name="Show more").click()
    reader.page.get_by_role("link", name="Paper 09").click()
    reader.page.go_back()
    says(reader, "12 of 12 papers")
    assert len(reader.titles()) == 10


def test_a_row_shows_what_a_card_shows_of_a_paper(reader: Reader) -> None:
    reader.open(LONG)
    card = reader.page.locator(".card", has_text="Paper 12")
    facts = card.locator(".meta > *, .tags a").all_text_contents()
    links = card.locator(".meta a, .tags a, h3 a").evaluate_all("all => all.map((a) => a.href).sort()")
    gone = reader.page.locator(".card", has_text="Paper 11").locator("h3 a, h3 .status").all_inner_texts()
    reader.open(f"{LONG}?sort=newest")
    says(reader, "12 of 12")
    card = reader.page.locator(".card:visible", has_text="Paper 12")
    assert card.locator(".meta > *, .tags a").all_text_contents() == facts
    assert (
        card.locator(".meta a, .tags a, h3 a").evaluate_all("all => all.map((a) => a.href).sort()") == links
    )
    row = reader.page.locator(".card:visible", has_text="Paper 11")
    assert (
        row.locator("h3 a, h3 .status").all_inner_texts() == gone == ["Paper 11: naïve odd C++", "Retracted"]
    )


def test_a_list_of_one_page_is_worked_without_loading_anything(reader: Reader) -> None:
    asked: list[str] = []
    work(reader, "organizations/a-lab.html")
    reader.page.on("request", lambda request: asked.append(request.url))
    reader.page.get_by_label("Topic").select_option("sound")
    assert reader.titles() == ["12", "06"]
    reader.page.get_by_label("Order").select_option("oldest")
    assert reader.titles() == ["06", "12"]
    reader.page.get_by_role("button", name="Clear all").click()
    assert reader.titles() == ["12", "09", "06", "03"]
    assert not [url for url in asked if not url.endswith("icon.svg")]


def test_periods_authors_and_days_can_be_worked_too(reader: Reader) -> None:
    for path, found in (
        ("2025.html", "3"),
        ("authors/grace-hopper.html", "6"),
        ("daily/2026-12-02.html", "2"),
    ):
        reader.open(f"{path}?topic=sound")
        says(reader, f"{found} of")


def test_by_keyboard_a_select_is_one_filter_until_it_is_left(reader: Reader) -> None:
    work(reader)
    steps = reader.page.evaluate("history.length")
    reader.page.get_by_label("Topic").focus()
    for _ in range(3):
        reader.page.keyboard.press("ArrowDown")
    says(reader, "of 12 papers")
    assert reader.page.locator(".chip").count() == 1
    assert reader.page.evaluate("history.length") == steps + 1


def test_a_list_that_cannot_be_loaded_says_so_and_stays(reader: Reader, chromium: Browser) -> None:
    page = chromium.new_page(service_workers="block")  # whose requests no route sees
    page.route("**/data/lists/**", lambda route: route.abort())
    page.goto(f"{reader.address}{LONG}?topic=sound")
    expect(page.locator(".list > .said")).to_contain_text("could not be loaded")
    assert page.locator(".card:visible").count() == 5
    page.close()


def test_from_a_folder_a_list_is_worked_and_its_state_kept(offline: Reader) -> None:
    work(offline)
    offline.page.get_by_label("Topic").select_option("sound")
    says(offline, "6 of 12 papers")
    assert offline.query() == "topic=sound"
    offline.page.reload()
    says(offline, "6 of 12 papers")
    offline.page.go_back()
    assert offline.titles() == ALL[:5]


def test_the_search_excludes_and_orders_by_comments(reader: Reader) -> None:
    reader.open("search.html?q=paper&not-topic=sound&sort=comments")
    status = reader.page.locator("#status")
    expect(status).to_have_text("6 papers")
    odd = sorted(range(1, 13, 2), key=lambda n: -(n * 7 % 12))
    expect(reader.page.locator(".card")).to_have_count(6)
    assert reader.titles() == [f"{n:02}" for n in odd]
    reader.page.locator("#facets details[data-kind=topic] select").select_option("all")
    expect(status).to_have_text("6 papers")
    assert reader.query() == "q=paper&topic=sound&sort=comments"


def test_words_in_a_list_lead_on_to_the_search_which_looks_into_texts(reader: Reader) -> None:
    reader.open(f"{LONG}?q=abstracts&topic=sound")
    says(reader, "No paper matches.")
    says(reader, "Words are looked for in titles, names and topics.")
    reader.page.get_by_role("link", name="Search the texts, too").click()
    expect(reader.page.locator("#status")).to_have_text("6 papers")
    assert reader.query() == "topic=video&q=abstracts&topic=sound"


@pytest.mark.parametrize("order", ["__proto__", "constructor", "toString"])
def test_an_order_that_there_is_none_of_is_the_lists_own(reader: Reader, order: str) -> None:
    reader.open(f"topics/video.html?q=paper&sort={order}")
    expect(reader.page.locator(".worked .card").first).to_be_visible()
    assert reader.page.locator("select[name=sort]").input_value() == ""
    reader.page.get_by_role("searchbox", name="Words").fill("paper 1")
    expect(reader.page).to_have_url(re.compile(r"video\.html\?q=paper\+1$"))


def test_a_history_that_holds_no_number_of_cards_shows_a_page_of_them(reader: Reader) -> None:
    reader.open("topics/video.html?q=paper")
    expect(reader.page.locator(".worked .card").first).to_be_visible()
    shown = reader.page.locator(".worked .card").count()
    reader.page.evaluate("history.replaceState({ shown: [-1] }, '', location.href)")
    reader.page.reload()
    expect(reader.page.locator(".worked .card")).to_have_count(shown)
