"""The site for everyone: by keyboard, enlarged, without motion, read aloud in order, from right to left."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests import sites
from tests.browser.everything import EVERYTHING
from tests.browser.site import Site, build_options, serve

BELOW = "/archive/"
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
TELEPHONE: ViewportSize = {"width": 360, "height": 740}

# Some words of an interface in Arabic; the others stay English, as in a language half translated.
ARABIC = """\
direction: rtl
newest: الأحدث
days: الأيام
topics: المواضيع
date_day: "{day} {month} {year}"
months: [يناير, فبراير, مارس, أبريل, مايو, يونيو, يوليو, أغسطس, سبتمبر, أكتوبر, نوفمبر, ديسمبر]
"""


@pytest.fixture(scope="module")
def base(everything: Site) -> Iterator[str]:
    with serve(everything.root, BELOW) as address:
        yield address


@pytest.fixture(scope="module")
def arabic(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site in which everything occurs, with an interface that runs from right to left."""
    folder = tmp_path_factory.mktemp("arabic")
    (folder / "templates/text").mkdir(parents=True, exist_ok=True)
    (folder / "templates/text/ar.yaml").write_text(ARABIC, encoding="utf-8")
    site = EVERYTHING["site.yaml"].replace("language: en", "language: ar")
    sites.write_content(folder, {**EVERYTHING, "site.yaml": site})
    return build_options(sites.options(folder, search=True))


@pytest.fixture(scope="module")
def arabic_base(arabic: Site) -> Iterator[str]:
    with serve(arabic.root, BELOW) as address:
        yield address


# What takes the focus on a page, what scrolls among it, in the order of the document, each with its number.
FOCUSABLE = """
() => [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex='0'], table, math")]
  .filter((each) => each.checkVisibility() && !each.disabled)
  .filter((each) => !each.matches("table, math") || each.scrollWidth > each.clientWidth)
  .map((each, number) => { each.dataset.number = number; return each.outerHTML.slice(0, 120); })
"""
# The focused element's number; -1 on the page itself, None where nobody could see that it has the focus.
FOCUSED = """
() => {
  const { activeElement: at } = document;
  if (at === document.body) return -1;
  const { top, bottom, left, right } = at.getBoundingClientRect();
  const inside = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
  const { outlineStyle, outlineWidth } = getComputedStyle(at);
  const ringed = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  return inside && ringed ? Number(at.dataset.number) : null;
}
"""


def test_tab_reaches_everything_in_its_order_and_the_focus_is_seen(
    page: Page, everything: Site, base: str
) -> None:
    page.set_viewport_size(DESKTOP)
    for path in everything.templates():
        page.goto(base + path)
        page.wait_for_load_state("networkidle")
        parts = page.evaluate(FOCUSABLE)
        assert len(parts) > 10, path
        page.locator(".skip").focus()  # where Tab comes first; the search page begins in its field
        reached = [page.evaluate(FOCUSED)]
        for _ in parts[1:]:
            page.keyboard.press("Tab")
            reached.append(page.evaluate(FOCUSED))
        assert reached == list(range(len(parts))), (path, parts)


def test_everything_a_reader_does_with_a_list_can_be_done_by_keyboard(
    page: Page, everything: Site, base: str
) -> None:
    page.goto(f"{base}topics/broad.html")
    page.get_by_text("Filter and sort").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("paper plain")  # at once, before the rows of the list are there
    expect(page.locator(".list > .said")).to_contain_text("11 of ")
    expect(page.locator(".work input")).to_have_value("paper plain")
    page.get_by_role("button", name="Clear").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".work input")).to_be_focused()
    page.locator(".star:visible").first.focus()
    page.keyboard.press("Space")
    expect(page.locator(".star:visible").first).to_have_attribute("aria-pressed", "true")
    page.get_by_text("Export").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="RIS").focus()
    with page.expect_download():
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Keyboard shortcuts").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Keyboard shortcuts")).to_be_focused()


# Text that lies beside the column of the page, or is cut off by what holds it.
CUT_OFF = """
() => {
  const { left, right } = document.body.getBoundingClientRect();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const wrong = [];
  while (texts.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    const place = range.getBoundingClientRect();
    const holder = texts.currentNode.parentElement;
    if (!place.width || !holder.checkVisibility()) continue;
    if (holder.closest(".hidden, .skip, .scroll, pre, select, table, math")) continue;
    const box = holder.getBoundingClientRect();
    const clipped = getComputedStyle(holder).overflow !== "visible" && place.bottom > box.bottom + 1;
    if (place.left < left - 1 || place.right > right + 1 || clipped) wrong.push(texts.currentNode.data);
  }
  return wrong;
}
"""


def cut_off(page: Page, address: str, *, hits: bool) -> object:
    """What of a page cannot be read without scrolling sideways; nothing where all can."""
    page.goto(address)
    if hits:
        expect(page.locator("#results > li").first).to_be_visible()
    page.evaluate("document.fonts.ready")
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    wrong: list[str] = page.evaluate(CUT_OFF)
    return (wide, wrong) if wide > 0 or wrong else None


def test_at_200_percent_nothing_is_cut_off(chromium: Browser, everything: Site, base: str) -> None:
    # To a page, a browser at 200 % is a window of half the size with twice the pixels.
    half: ViewportSize = {"width": DESKTOP["width"] // 2, "height": DESKTOP["height"] // 2}
    wrong = {}
    with chromium.new_context(viewport=half, device_scale_factor=2) as context:
        page = context.new_page()
        for path in [*everything.kinds(), "search.html?q=a"]:
            if found := cut_off(page, base + path, hits="?" in path):
                wrong[path] = found
    assert wrong == {}


MOVING = """
() => [...document.querySelectorAll("*")].filter((each) => {
  const style = getComputedStyle(each);
  const long = (times) => times.split(",").some((time) => parseFloat(time) > 0);
  return long(style.transitionDuration) || style.animationName !== "none" || style.scrollBehavior !== "auto";
}).length
"""


def test_who_wants_no_motion_gets_none(page: Page, everything: Site, base: str) -> None:
    for path in everything.templates():
        page.emulate_media(reduced_motion="reduce")
        page.goto(base + path)
        assert page.evaluate(MOVING) == 0, path
        page.emulate_media(reduced_motion="no-preference")
        assert page.evaluate(MOVING) > 0, path


# In one column, what stands later in the document stands lower on the page; but for what stands side by side,
# and for the statistics' totals, where each number is above its name and read after it.
OUT_OF_ORDER = """
() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const apart = ".hidden, .skip, .scroll, .star, .cite, .days, .filters, .totals, math, option, svg";
  const wrong = [];
  let lowest = { top: -1, text: "" };
  while (texts.nextNode()) {
    const holder = texts.currentNode.parentElement;
    if (!holder.checkVisibility() || holder.closest(apart)) continue;
    const range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    const place = range.getBoundingClientRect();
    if (!place.width) continue;
    if (place.bottom < lowest.top + 1) wrong.push([lowest.text, texts.currentNode.data]);
    if (place.top > lowest.top) lowest = { top: place.top, text: texts.currentNode.data };
  }
  return wrong;
}
"""


def test_what_is_read_aloud_comes_in_the_order_in_which_it_is_seen(
    page: Page, everything: Site, base: str
) -> None:
    page.set_viewport_size(TELEPHONE)
    for path in everything.kinds():
        page.goto(base + path)
        page.evaluate("document.fonts.ready")
        assert page.evaluate(OUT_OF_ORDER) == [], path


def test_a_screen_reader_hears_the_landmarks_and_headings_of_a_paper_in_order(page: Page, base: str) -> None:
    page.goto(f"{base}papers/plain-5.html")
    heard = page.locator("body").aria_snapshot()
    roles = "banner|navigation|search|main|heading|complementary|contentinfo"
    assert re.findall(rf"^ *- ((?:{roles})\b.*?):?$", heard, re.MULTILINE) == [
        "banner",
        'navigation "Sections"',
        "search",
        "main",
        'heading "Plain paper number 5" [level=1]',
        'heading "Summary" [level=2]',
        'heading "Cite" [level=2]',
        'complementary "About this paper"',
        'heading "Your notes" [level=2]',
        'heading "Topics" [level=2]',
        'heading "Read next" [level=2]',
        'heading "This record" [level=2]',
        'navigation "Previous and next paper"',
        "contentinfo",
        'navigation "About and data"',
    ]


def place(page: Page, selector: str) -> dict[str, float]:
    """Where the first such element is."""
    found: dict[str, float] = page.locator(selector).first.evaluate(
        "(each) => { const { left, right } = each.getBoundingClientRect(); return { left, right }; }"
    )
    return found


def test_from_right_to_left_no_page_scrolls_sideways_and_no_text_is_cut_off(
    page: Page, arabic: Site, arabic_base: str
) -> None:
    wrong = {}
    for size in (DESKTOP, TELEPHONE):
        page.set_viewport_size(size)
        for path in [*arabic.kinds(), "search.html?q=a"]:
            if found := cut_off(page, arabic_base + path, hits="?" in path):
                wrong[size["width"], path] = found
    assert wrong == {}


def test_from_right_to_left_the_page_is_turned_and_its_words_are_not(page: Page, arabic_base: str) -> None:
    page.set_viewport_size(DESKTOP)
    page.goto(arabic_base)
    middle = DESKTOP["width"] / 2
    assert place(page, ".name a")["left"] > middle > place(page, ".find")["right"]
    assert place(page, ".list")["left"] > place(page, ".side")["right"]
    assert place(page, ".card .star")["right"] < place(page, ".card h3 a")["left"]
    page.goto(f"{arabic_base}papers/plain-5.html")
    # An English sentence in an Arabic archive ends at its right, and code starts at its left.
    assert page.locator(".text p").first.evaluate(
        """(text) => {
          const range = document.createRange();
          const end = text.textContent.lastIndexOf(".");
          range.setStart(text.firstChild, end);
          range.setEnd(text.firstChild, end + 1);
          return range.getBoundingClientRect().left > text.getBoundingClientRect().left + 50;
        }"""
    )
    assert page.locator("#bibtex").evaluate("(code) => getComputedStyle(code).direction") == "ltr"
    # Heat maps and bars begin at the right, their words are not mirrored, and all of them are in the picture.
    page.goto(f"{arabic_base}archive.html")
    assert place(page, ".heat [role=rowheader]")["left"] > place(page, ".heat [role=cell] rect")["right"]
    assert place(page, ".heat [role=rowheader]")["right"] <= place(page, ".heat")["right"] + 1
    turned = "(each) => new DOMMatrix(getComputedStyle(each).transform).a"
    assert page.locator(".heat").first.evaluate(turned) == -1
    assert page.locator(".heat text").first.evaluate(turned) == -1
    page.goto(f"{arabic_base}topics/broad.html")
    bar = page.locator(".timeline .share").last
    assert bar.evaluate(
        "(bar) => bar.firstElementChild.getBoundingClientRect().right - bar.getBoundingClientRect().right"
    ) == pytest.approx(0, abs=1)


def test_from_right_to_left_the_arrows_go_where_they_point(page: Page, arabic_base: str) -> None:
    page.goto(f"{arabic_base}daily/2026-07-02.html")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/daily/2026-07-01.html")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/daily/2026-07-02.html")
    assert place(page, ".steps a[rel=prev]")["left"] > place(page, ".steps a[rel=next]")["right"]
