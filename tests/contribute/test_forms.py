"""The newcomer's road in a real browser: form, record, check, page; and the pages without JavaScript."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from offprint.commands.check import examine
from offprint.contribute.drafts import Draft, DraftAuthor, path_for, record_text, slug_for
from offprint.records.forms import PAPER, read_markdown_record
from offprint.records.model import Link
from tests.sites import build_site, options, page, tree, write_content

CHROMIUM = "/usr/bin/chromium"
FILES = {
    "topics/video.md": "---\nname: Video\n---\n",
    "topics/graphs.md": "---\nname: '<b>Graphs</b>'\n---\n",
    "papers/old.md": "---\ntitle: Old\ndoi: 10.1000/Old_1\narxiv: 2501.00007\n---\n",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield made
        made.close()


@pytest.fixture
def add(tmp_path: Path, browser: Browser) -> Iterator[Page]:
    """The form, opened from the folder itself; it asks the network for nothing and logs no error."""
    build_site(tmp_path, FILES)
    context = browser.new_context(viewport={"width": 390, "height": 844})
    tab = context.new_page()
    wrong: list[str] = []
    tab.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("request", lambda request: wrong.append(request.url) if request.url.startswith("http") else None)
    tab.goto((tmp_path / "_site/add.html").as_uri())
    yield tab
    assert not wrong
    context.close()


def proposed(tab: Page) -> tuple[str, str]:
    """The path and the text that GitHub's new-file page would be opened with."""
    address = urlsplit(tab.locator("#propose").get_attribute("href") or "")
    assert (
        f"{address.scheme}://{address.netloc}{address.path}" == "https://github.com/example/archive/new/main"
    )
    query = parse_qs(address.query)
    return query["filename"][0], query["value"][0]


def test_a_newcomers_road_from_the_form_to_the_page(tmp_path: Path, add: Page) -> None:
    add.get_by_label("Title").fill('TV2TV: a "unified" framework with $k$ steps')
    add.get_by_label("Date of publication").fill("2025-12-04")
    add.get_by_label("Authors", exact=True).fill("Grace Hopper\nÉva O'Neil\n")
    add.get_by_label("Organizations").fill("AI: a lab")
    add.get_by_role("checkbox", name="Video").check()
    add.get_by_label("arXiv id", exact=True).fill("2512.05103")
    add.get_by_label("Code", exact=True).fill("https://example.org/a?b=c,d")
    add.get_by_label("Summary").fill("It asks.\n\nIt *answers*: yes.")
    expect(add.locator("#state")).to_have_text("Nothing is missing")
    path, text = proposed(add)
    assert path == "content/papers/2025/tv2tv.md"
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text(text, encoding="utf-8")

    checked = examine(options(tmp_path), [tmp_path / path], fix=False, links=False, progress=lambda *_: None)
    assert checked.diagnostics == ()
    build_site(tmp_path, {})
    made = page(tmp_path, "papers/tv2tv.html")
    for said in (
        "TV2TV: a &#34;unified&#34; framework",
        "Grace Hopper",
        "O&#39;Neil",
        "AI: a lab",
        "<em>answers</em>",
    ):
        assert said in made
    assert "papers/tv2tv.html" in page(tmp_path, "index.html")


FOCUSED = """(() => {
  const at = document.activeElement;
  return [at.id || at.value || at.pathname || "", at.type || ""];
})()"""


def test_the_whole_road_can_be_gone_by_keyboard(tmp_path: Path, browser: Browser) -> None:
    build_site(tmp_path, FILES)
    context = browser.new_context()
    asked: list[str] = []

    def github(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body="<title>New file</title>", content_type="text/html")

    context.route("https://github.com/**", github)
    tab = context.new_page()
    typed = {
        "field-title": "By keys: a paper",
        "field-date": "2026-05",
        "field-authors": "Ada Lovelace\nÉva",
        "field-summary": "It asks.",
    }

    def step_to(goal: str) -> None:
        for _ in range(150):
            tab.keyboard.press("Tab")
            name, kind = tab.evaluate(FOCUSED)
            if name in typed:
                tab.keyboard.type(typed.pop(name))
            elif (name, kind) == ("video", "checkbox"):
                tab.keyboard.press("Space")
            if name.endswith(goal):
                return
        raise AssertionError(f"{goal} is out of the keyboard's reach")

    tab.goto((tmp_path / "_site/papers/old.html").as_uri())
    step_to("add.html")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/add.html")
    step_to("propose")
    assert not typed
    tab.keyboard.press("Enter")
    expect(tab).to_have_title("New file")
    query = parse_qs(urlsplit(asked[0]).query)
    context.close()

    path = tmp_path / query["filename"][0]
    assert path == tmp_path / "content/papers/2026/by-keys.md"
    path.parent.mkdir(parents=True)
    path.write_text(query["value"][0], encoding="utf-8")
    assert "authors: [Ada Lovelace, Éva]\ntopics: [video]\n---\nIt asks.\n" in path.read_text(
        encoding="utf-8"
    )
    assert (
        examine(options(tmp_path), [path], fix=False, links=False, progress=lambda *_: None).diagnostics == ()
    )


def test_the_form_writes_what_new_and_import_write(add: Page) -> None:
    draft = Draft(
        title="A \\ 'b' \"c\"", date="2024", listed="2026-06-30", author_count=31, status="retracted",
        authors=tuple(DraftAuthor(f"Ada Lovelace {letter}") for letter in "abcdefgh"),
        organizations=("Ünï 7", "B: c"), topics=("graphs", "video"), venue="CVPR '26", arxiv="hep-th/9901001",
        links=(Link("code", "https://e.org/a#b"), Link("project", f"https://e.org/{'x' * 90}")),
        doi="10.1000/a;b", abstract="One two.\n\nThree.", summary="Own.\n\n- a list", notice="Why: so",
    )  # fmt: skip
    add.locator("summary").evaluate_all(
        "found => found.forEach((each) => { each.parentElement.open = true; })"
    )
    for name, value in (
        ("title", draft.title), ("date", draft.date), ("listed", draft.listed), ("venue", draft.venue),
        ("authors", "\n".join(each.name for each in draft.authors)), ("organizations", "Ünï  7\nB: c"),
        ("arxiv", draft.arxiv), ("doi", draft.doi), ("author_count", "31"), ("notice", draft.notice),
        ("abstract", "One\ntwo.\n\nThree."), ("summary", draft.summary),
    ):  # fmt: skip
        add.locator(f"#field-{name}").fill(value)
    add.locator("#field-status").select_option("retracted")
    for box in ("graphs", "video"):
        add.locator(f"input[value={box}]").check()
    for link in draft.links:
        add.locator(f"input[name={link.kind}]").fill(link.url)
    path, text = proposed(add)
    assert text == record_text(draft)
    assert path == f"content/{path_for(draft, slug_for(draft, ()))}"


def test_what_is_pasted_fills_the_form_and_stays_over_a_reload(add: Page) -> None:
    add.locator("#paste").fill(
        r"@article{k, title={On {\"U}ber $x_1$}, author={Jimeno Yepes, Antonio and {Kimi Team}}, year=2020, "
        r"journal={J. of X}, doi={10.1000/new{\_}1}, file={x.pdf}}"
    )
    add.locator("#fill").click()
    expect(add.locator("#pasted")).to_contain_text("Not filled in: file.")
    add.locator("#field-authors").press("End")
    add.locator("#field-authors").press_sequentially("\nGrace Hopper 0000-0002-1825-0097")
    _, text = proposed(add)
    assert 'title: "On Über $x_1$"\ndate: 2020\n' in text
    assert (
        "authors:\n  - {name: Antonio Jimeno Yepes, family: Jimeno Yepes}\n"
        "  - {name: Kimi Team, group: true}\n"
        "  - {name: Grace Hopper, orcid: 0000-0002-1825-0097}\n"
    ) in text
    assert "type: article-journal\nvenue: J. of X\ndoi: 10.1000/new_1\n" in text
    record, _ = read_markdown_record(text, PAPER, "new.md", "new")
    assert record
    add.reload()
    assert proposed(add)[1] == text
    expect(add.locator("#known")).to_be_hidden()
    for pasted in ("https://doi.org/10.1000/OLD_1", "https://arxiv.org/pdf/2501.00007v2"):
        add.locator("#again").click()
        expect(add.locator("#field-title")).to_have_value("")
        add.locator("#paste").fill(pasted)
        add.locator("#fill").click()
        expect(add.locator("#known a")).to_have_attribute("href", re.compile(r"papers/old\.html$"))
    add.locator("#paste").fill("no entry")
    add.locator("#fill").click()
    expect(add.locator("#pasted")).to_have_text("This is no BibTeX entry, no DOI and no arXiv id.")


@pytest.mark.parametrize(
    "title", ["Łódź benchmark", "CON", "Old", "OLD: again", "C++ & C#", "Модель", "“Æther” – naïve"]
)
def test_the_form_names_a_file_as_new_and_import_do(add: Page, title: str) -> None:
    slug = slug_for(Draft(title=title), {"old"})
    add.get_by_label("Title").fill(title)
    expect(add.locator("#slug")).to_have_value(slug)
    expect(add.locator("#path")).to_have_text(f"content/{path_for(Draft(), slug)}")
    assert proposed(add)[0] == f"content/{path_for(Draft(), slug)}"


def test_a_name_that_another_paper_or_a_device_has_is_refused(add: Page) -> None:
    add.get_by_label("Title").fill("New")
    for slug, fault in (
        ("old", "Another paper is called “old”"),
        ("con", "“con” names a device on Windows, not a file"),
        ("new", ""),
    ):
        add.locator("#slug").fill(slug)
        expect(add.locator("#fault-slug")).to_have_text(fault)


def test_every_fault_is_said_beside_its_field_as_one_types(add: Page) -> None:
    add.locator("summary").evaluate_all(
        "found => found.forEach((each) => { each.parentElement.open = true; })"
    )
    good = {"arxiv": "2512.05103", "doi": "10.1000/x", "author_count": "1"}
    for name, value, fault in (
        ("title", "", "Required"),
        ("title", "x" * 501, "At most 500 characters; there are 501"),
        ("date", "4 May", "“4 May” cannot be read"),
        ("date", "0000", "“0000” cannot be read"),
        ("date", "2025-02-30", "2025-02-30 is not in the calendar"),
        ("listed", "2025", "“2025” cannot be read"),
        ("arxiv", "arXiv:2512.05103", "“arXiv:2512.05103” cannot be read"),
        ("doi", "https://doi.org/10.1000/x", "“https://doi.org/10.1000/x” cannot be read"),
        ("author_count", "many", "A number of up to nine digits"),
        ("authors", "x" * 201, "At most 200 characters; there are 201"),
    ):
        field = add.locator(f"#field-{name}")
        field.fill("y")
        field.fill(value)
        expect(add.locator(f"#fault-{name}")).to_have_text(fault)
        expect(field).to_have_attribute("aria-invalid", "true")
        assert f"fault-{name}" in (field.get_attribute("aria-describedby") or "")
        field.fill(good.get(name, "2025-01-01"))
        expect(add.locator(f"#fault-{name}")).to_be_empty()
    for address in ("https://example.org/a b", "https://me@example.org", "https://", "example.org"):
        add.locator("input[name=code]").fill(address)
        expect(add.locator("#fault-links")).to_have_text(f"“{address}” cannot be read")
    add.locator("#slug").fill("Not a slug")
    expect(add.locator("#fault-slug")).to_have_text("Lower-case letters, digits and single hyphens")
    expect(add.locator("#state")).to_have_text("2 fields to complete or correct")
    expect(add.locator("#propose")).to_be_hidden()
    expect(add.locator("#save")).to_be_disabled()


NASTY = (
    "---|...|:|#x|a # b|a:b|a: b|[|]|{|}|-|- a|'|\"|\\|&|*|!|>|%|@|`|~|null|yes|0|2020-13|$|$x$|$\\alpha|<b>|"
    "é|読|https://e.org/x|\u200b|\u202e|\ufb01|\ue000|a\u2028b|e\u0301|a\n\n\nb|---\nx"
).split("|")
FILL = """([names, texts]) => names.flatMap((name) => texts.map((given) => {
  const field = document.getElementById(`field-${name}`) ?? document.querySelector(`input[name=${name}]`);
  field.value = given;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  const made = [document.getElementById("text").textContent, document.getElementById("save").disabled];
  field.value = name === "title" ? "x" : "";
  return made;
}))"""


def test_what_the_form_lets_through_the_validator_takes(add: Page) -> None:
    names = [
        "title",
        "date",
        "authors",
        "organizations",
        "venue",
        "doi",
        "code",
        "notice",
        "image_alt",
        "abstract",
        "summary",
    ]
    add.locator("#field-title").fill("x")
    let_through = [text for text, refused in add.evaluate(FILL, [names, NASTY]) if not refused]
    assert len(let_through) > len(NASTY) * 6
    for text in let_through:
        _, faults = read_markdown_record(text, PAPER, "x.md", "x")
        assert [each.message for each in faults if each.severity == "error"] == [], text


def test_it_works_with_the_keyboard_alone_and_offers_a_download(tmp_path: Path, add: Page) -> None:
    add.locator("#field-title").focus()
    add.keyboard.type("Typed: a title")
    for _ in range(4):
        add.keyboard.press("Tab")
    assert add.evaluate("document.activeElement.type") == "checkbox"
    add.keyboard.press("Space")
    expect(add.locator("#text")).to_contain_text("topics: [graphs]")
    add.locator("#save").focus()
    with add.expect_download() as saved:
        add.keyboard.press("Enter")
    assert saved.value.suggested_filename == "typed.md"
    assert 'title: "Typed: a title"' in Path(saved.value.path()).read_text()


def test_a_record_too_long_for_an_address_is_copied_instead(add: Page) -> None:
    add.locator("#field-title").fill("Long")
    add.locator("#field-summary").fill("Word. " * 1300)
    expect(add.locator("#long")).to_be_visible()
    address = add.locator("#propose").get_attribute("href") or ""
    assert (
        address == "https://github.com/example/archive/new/main?filename=content%2Fpapers%2Fundated%2Flong.md"
    )


def test_without_javascript_the_page_explains_the_file(tmp_path: Path, browser: Browser) -> None:
    build_site(tmp_path, FILES)
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((tmp_path / "_site/add.html").as_uri())
    expect(tab.get_by_text("The form needs JavaScript.")).to_be_visible()
    expect(tab.get_by_text('title: "A title in quotes')).to_be_visible()
    expect(tab.get_by_text("As in 2512.05103, without a version.")).to_be_visible()
    expect(tab.locator(".made")).to_be_hidden()
    context.close()


def test_without_a_repository_there_is_only_the_download(tmp_path: Path, browser: Browser) -> None:
    build_site(tmp_path, {**FILES, "site.yaml": "title: x\nurl: https://example.org/\n"})
    context = browser.new_context()
    tab = context.new_page()
    tab.goto((tmp_path / "_site/add.html").as_uri())
    tab.locator("#field-title").fill("x")
    expect(tab.locator("#save")).to_be_enabled()
    expect(tab.locator("#propose")).to_be_hidden()
    context.close()


def test_gaps_lists_what_records_lack_with_their_edit_links(tmp_path: Path) -> None:
    record = "---\ntitle: Paper\ntopics: [video]\n---\nSummary.\n"
    papers = {f"papers/p{number:03}.md": record for number in range(100)}
    full = "---\ntitle: Full\ntopics: [video]\norganizations: [x]\ndoi: 10.1000/x\n---\nSummary.\n"
    gone = "---\ntitle: Gone\nstatus: withdrawn\nnotice: x\n---\n"
    papers["papers/old.md"] = "---\ntitle: Old\n---\n"
    build_site(tmp_path, {**FILES, **papers, "papers/full.md": full, "papers/gone.md": gone})
    text = page(tmp_path, "gaps.html")
    assert "No organization: 101" in text
    assert "No summary: 1" in text
    first = re.search(r"<li>.*?</li>", text, re.DOTALL)
    assert first
    assert "Missing: summary, topic, organization, identifier" in first[0]
    assert 'href="https://github.com/example/archive/edit/main/content/papers/old.md"' in first[0]
    assert text.count("<li>") == 100
    assert page(tmp_path, "gaps-2.html").count("<li>") == 1
    assert ">Full<" not in text
    assert ">Gone<" not in text
    assert "gaps-2.html" in tree(tmp_path / "_site")


def test_an_archive_without_gaps_says_so(tmp_path: Path) -> None:
    write_content(tmp_path, {})
    build_site(tmp_path, {})
    assert "Every record has a summary" in page(tmp_path, "gaps.html")
