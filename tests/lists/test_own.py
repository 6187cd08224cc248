"""A reader's own list: stars, read marks and notes, kept in the browser, in a file, and nowhere else."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, FilePayload, Page, expect

from tests.lists.conftest import Reader

TOPIC = "topics/video.html"


def star(reader: Reader, number: int) -> None:
    reader.page.get_by_role("button", name=f"Star: Paper {number:02}").click()


def kept(page: Page) -> dict[str, dict[str, object]]:
    papers: dict[str, dict[str, object]] = page.evaluate("own.all()")
    return papers


def load(reader: Reader, text: str) -> None:
    file = FilePayload(name="my-papers.json", mimeType="application/json", buffer=text.encode())
    reader.page.locator("#load").set_input_files(files=[file])


def test_a_star_is_set_on_a_card_and_seen_everywhere(reader: Reader) -> None:
    reader.open(TOPIC)
    star(reader, 12)
    star(reader, 10)
    star(reader, 11)
    star(reader, 11)
    for path in (TOPIC, "index.html", "papers/p12.html", "search.html?q=naïve", "mine.html"):
        reader.open(path)
        expect(reader.page.get_by_role("button", name="Star: Paper 12")).to_have_attribute(
            "aria-pressed", "true"
        )
    assert reader.titles() == ["10", "12"]
    assert reader.page.locator(".card").first.locator(".meta").inner_text().split("\n") == [
        "Grace Hopper, Ada Lovelace, A Third and 2 more",
        "3 October 2026",
    ]


def test_a_filtered_list_has_stars_too(reader: Reader) -> None:
    reader.open(f"{TOPIC}?sort=oldest")
    star(reader, 1)
    assert list(kept(reader.page)) == ["p01"]


def test_read_marks_and_notes_are_kept_from_a_papers_page(reader: Reader) -> None:
    reader.open("papers/p04.html")
    reader.page.get_by_role("button", name="Mark as read").click()
    reader.page.get_by_label("Note").fill("Compare with <b>p05</b>.")
    expect(reader.page.locator("#yours")).to_contain_text("They stay in this browser; nothing is sent.")
    reader.page.reload()
    assert reader.page.get_by_label("Note").input_value() == "Compare with <b>p05</b>."
    reader.page.get_by_role("link", name="My papers").first.click()
    expect(reader.page.get_by_role("heading", name="Read or noted")).to_be_visible()
    assert reader.titles() == ["04"]
    assert reader.page.get_by_label("Note").input_value() == "Compare with <b>p05</b>."
    reader.page.get_by_role("button", name="✓ Read").click()
    reader.page.get_by_label("Note").fill("")
    reader.open("mine.html")
    expect(reader.page.locator("#mine")).to_contain_text("No paper is starred yet.")
    assert kept(reader.page) == {}


def test_a_read_paper_is_told_from_others_in_a_list(reader: Reader) -> None:
    reader.open("papers/p12.html")
    reader.page.get_by_role("button", name="Mark as read").click()
    reader.open(TOPIC)
    assert reader.page.locator(".card.seen h3 a").all_text_contents() == ["Paper 12: naïve even C++"]


def test_another_tab_shows_what_changed(reader: Reader) -> None:
    reader.open(TOPIC)
    other = reader.page.context.new_page()
    other.goto(reader.address + "papers/p12.html")
    star(reader, 12)
    expect(other.get_by_role("button", name="Star: Paper 12")).to_have_attribute("aria-pressed", "true")


def test_the_list_goes_to_a_file_and_comes_back_in_another_browser(reader: Reader, offline: Reader) -> None:
    reader.open("papers/p04.html")
    reader.page.get_by_label("Note").fill("Mine.")
    star(reader, 4)
    reader.open("mine.html")
    name, text = reader.take("Save to a file")
    assert name == "my-papers.json"
    assert json.loads(text)["offprint"] == 1
    offline.open("papers/p04.html")
    offline.page.get_by_label("Note").fill("Theirs.")
    offline.open("mine.html")
    load(offline, text)
    expect(offline.page.locator(".said").last).to_have_text("Loaded 1 paper from the file.")
    expect(offline.page.get_by_label("Note")).to_have_value("Theirs.\n\nMine.")
    assert offline.titles() == ["04"]
    before = kept(offline.page)
    load(offline, text)
    expect(offline.page.locator(".said").last).to_have_text("Loaded 1 paper from the file.")
    assert kept(offline.page)["p04"]["star"] == before["p04"]["star"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it does not hold what such a file holds"),
        ("{", "JSON"),
        ("[1]", "it does not hold what such a file holds"),
        ('{"offprint": 1, "papers": null}', "it does not hold what such a file holds"),
        ('{"offprint": 2, "papers": {}}', "it was saved by a newer version"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_the_reason(reader: Reader, text: str, reason: str) -> None:
    reader.open("mine.html")
    load(reader, text)
    expect(reader.page.locator(".said").last).to_contain_text("This file is no list of papers saved here")
    expect(reader.page.locator(".said").last).to_contain_text(reason)


def test_from_a_file_only_what_belongs_in_a_list_is_taken(reader: Reader) -> None:
    when = "2026-11-23T10:00:00.000Z"
    papers = {
        "../../evil": {"title": "x", "star": when},
        "p01": {"title": "<img src=x onerror=alert(1)>", "star": when, "who": 5, "more": "x"},
        "p02": {"title": "No mark"},
        "p03": "no entry",
        "gone": {"star": "yesterday", "note": "n" * 200_000},
    }
    reader.open("mine.html")
    load(reader, json.dumps({"offprint": 1, "papers": papers}))
    expect(reader.page.locator(".card")).to_have_count(2)
    held = kept(reader.page)
    assert held["p01"] == {"title": "<img src=x onerror=alert(1)>", "who": "", "date": "", "star": when}
    assert sorted(held) == ["gone", "p01"]
    assert len(str(held["gone"]["note"])) == 100_000
    assert reader.page.locator("img").count() == 0


def test_the_starred_papers_are_taken_along(reader: Reader) -> None:
    reader.open(TOPIC)
    star(reader, 12)
    star(reader, 11)
    reader.open("mine.html")
    reader.page.get_by_text("Export").click()
    assert reader.take("BibTeX")[1].startswith("@misc{p12,")
    assert reader.page.locator(".take .said").inner_text() == (
        "Saved 1 citation · Left out 1 retracted or withdrawn paper"
    )


def test_everything_can_be_forgotten(reader: Reader) -> None:
    reader.open(TOPIC)
    star(reader, 12)
    reader.open("mine.html")
    reader.page.once("dialog", lambda dialog: dialog.dismiss())
    reader.page.get_by_role("button", name="Delete all my data").click()
    assert reader.titles() == ["12"]
    reader.page.once("dialog", lambda dialog: dialog.accept())
    reader.page.get_by_role("button", name="Delete all my data").click()
    assert reader.titles() == []
    assert reader.page.evaluate("localStorage.length") == 0


def test_two_archives_of_one_origin_keep_two_lists(reader: Reader) -> None:
    reader.open(TOPIC)
    star(reader, 12)
    keys = reader.page.evaluate("Object.keys(localStorage)")
    assert keys == ["offprint:own:https://example.org/archive/"]


def test_a_browser_that_keeps_nothing_says_so(reader: Reader) -> None:
    reader.page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full'); }")
    said: list[str] = []

    def answer(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.accept()

    reader.page.on("dialog", answer)
    reader.open(TOPIC)
    star(reader, 12)
    assert said == ["This browser does not let the page keep anything, or has no room left."]
    expect(reader.page.get_by_role("button", name="Star: Paper 12")).to_have_attribute(
        "aria-pressed", "false"
    )


def test_without_scripts_the_page_says_what_it_needs(folder: Path) -> None:
    text = (folder / "mine.html").read_text(encoding="utf-8")
    assert "Keeping a list of one's own needs JavaScript." in text.replace("&#39;", "'")
    assert 'name="robots" content="noindex"' in text
    assert 'href="mine.html"' in (folder / "index.html").read_text(encoding="utf-8")


def test_where_pages_share_no_storage_a_star_is_kept_on_the_lists_page(offline: Reader) -> None:
    # Firefox keeps one storage for each file of a folder; here only its name is put on.
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"
    offline.page.add_init_script(
        f"Object.defineProperty(navigator, 'userAgent', {{ get: () => '{firefox}' }})"
    )
    offline.open("papers/p12.html")
    expect(offline.page.locator("#yours")).to_contain_text("Opened from a folder, this browser keeps nothing")
    assert offline.page.get_by_label("Note").count() == 0
    star(offline, 12)
    expect(offline.page.get_by_role("heading", name="My papers")).to_be_visible()
    expect(offline.page.locator(".card")).to_have_count(1)
    assert "#" not in offline.page.url
    assert offline.titles() == ["12"]


def test_a_hosted_list_takes_nothing_from_its_address(reader: Reader) -> None:
    entry = {"offprint": 1, "papers": {"p01": {"title": "Planted", "note": "x"}}}
    reader.page.goto(f"{reader.address}mine.html#add={json.dumps(entry)}")
    expect(reader.page.locator("#mine")).to_contain_text("No paper is starred yet.")


STARRED = "2026-11-23T10:00:00.000Z"
PROBLEMS = [
    "{",
    "[]",
    "null",
    '{"offprint": 1, "papers": []}',
    json.dumps({"offprint": 1, "papers": {"p01": {"star": [STARRED], "title": "x"}, "p02": {"star": 5}}}),
    json.dumps({"offprint": 1, "papers": {"p01": {"star": {}, "note": ["x"], "read": "yes"}}}),
    json.dumps({"offprint": 7, "papers": {"p01": {"star": STARRED}}}),
]


@pytest.mark.parametrize("stored", PROBLEMS)
def test_what_storage_holds_is_never_in_the_way(reader: Reader, stored: str) -> None:
    reader.open("mine.html")
    key = f"offprint:own:{reader.page.locator('html').get_attribute('data-archive')}"
    reader.page.evaluate("([key, stored]) => localStorage.setItem(key, stored)", [key, stored])
    reader.page.reload()
    expect(reader.page.locator("#mine")).to_contain_text("No paper is starred yet.")
    reader.open(TOPIC)
    star(reader, 12)
    assert list(kept(reader.page)) == ["p12"]
    reader.open("mine.html")
    assert reader.titles() == ["12"]


def test_a_paper_starred_on_its_readers_own_page_keeps_its_authors_and_date(reader: Reader) -> None:
    reader.open(TOPIC)
    star(reader, 12)
    about = {name: kept(reader.page)["p12"][name] for name in ("title", "who", "date")}
    reader.open("mine.html")
    star(reader, 12)
    star(reader, 12)
    assert {name: kept(reader.page)["p12"][name] for name in about} == about
    assert about["who"]
    assert about["date"]


@pytest.mark.parametrize("handed_over", ["%E0%A4%A", "{", "null", "%7B%22offprint%22%3A1%7D"])
def test_an_address_that_hands_over_no_list_is_said_to_be_none(offline: Reader, handed_over: str) -> None:
    offline.open(f"mine.html#add={handed_over}")
    said = offline.page.locator(".said").last
    expect(said).to_contain_text("This file is no list of papers saved here")
