"""The archive by keyboard: through papers and days, with help, and never in a field's way."""

from playwright.sync_api import expect

from tests.lists.conftest import Reader

TOPIC = "topics/video.html"


def context(reader: Reader, *keys: str) -> None:
    for key in keys:
        reader.page.keyboard.press(key)


def focused(reader: Reader) -> str:
    """The number of the paper that has the focus."""
    title = reader.page.evaluate(
        "document.activeElement.matches('.card h3 a') ? document.activeElement.textContent : ''"
    )
    return str(title).split(":")[0].removeprefix("Paper ")


def test_j_and_k_go_through_a_list_and_the_focus_is_seen(reader: Reader) -> None:
    reader.open(TOPIC)
    context(reader, "j", "j", "j")
    assert focused(reader) == "10"
    context(reader, "k")
    assert focused(reader) == "11"
    outline = reader.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    context(reader, "k", "k", "k")
    assert focused(reader) == "12"


def test_j_asks_a_filtered_list_for_more(reader: Reader) -> None:
    reader.open(f"{TOPIC}?sort=oldest")
    expect(reader.page.locator(".card:visible")).to_have_count(5)
    context(reader, *"jjjjjj")
    assert focused(reader) == "06"


def test_s_stars_and_o_opens(reader: Reader) -> None:
    reader.open("index.html")
    context(reader, "j", "j", "s")
    number = focused(reader)
    expect(reader.page.get_by_role("button", name=f"Star: Paper {number}")).to_have_attribute(
        "aria-pressed", "true"
    )
    context(reader, "o")
    reader.page.wait_for_url(f"**/papers/p{number}.html")
    context(reader, "s")
    expect(reader.page.get_by_role("button", name=f"Star: Paper {number}")).to_have_attribute(
        "aria-pressed", "false"
    )


def test_arrows_go_to_the_days_before_and_after(reader: Reader) -> None:
    reader.open("index.html")
    context(reader, "ArrowLeft")
    reader.page.wait_for_url("**/daily/2026-12-02.html")
    context(reader, "ArrowLeft")
    reader.page.wait_for_url("**/daily/2026-12-01.html")
    context(reader, "Shift+ArrowRight")
    context(reader, "ArrowRight")
    reader.page.wait_for_url("**/daily/2026-12-02.html")


def test_help_lists_the_keys_and_goes_again(reader: Reader) -> None:
    reader.open(TOPIC)
    context(reader, "?")
    dialog = reader.page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    assert dialog.locator("kbd").all_text_contents() == ["j", "k", "o", "s", "/", "←", "→", "?"]
    context(reader, "j")
    assert focused(reader) == ""
    context(reader, "?")
    expect(dialog).to_be_hidden()
    reader.page.get_by_role("button", name="Keyboard shortcuts").click()
    context(reader, "Escape")
    expect(dialog).to_be_hidden()


def test_keys_do_nothing_in_fields_or_with_modifiers(reader: Reader) -> None:
    reader.open(TOPIC)
    field = reader.page.get_by_label("Search the papers")
    field.focus()
    context(reader, "j", "?", "/", "s")
    assert field.input_value() == "j?/s"
    reader.page.locator("main").focus()
    context(reader, "Control+j", "Alt+j", "Meta+j", "Shift+J")
    assert focused(reader) == ""


def test_a_slash_goes_to_the_search(reader: Reader) -> None:
    reader.open(TOPIC)
    context(reader, "/")
    expect(reader.page.get_by_label("Search the papers")).to_be_focused()


def test_single_keys_can_be_turned_off(reader: Reader) -> None:
    reader.open(TOPIC)
    context(reader, "?")
    reader.page.get_by_label("Enable keyboard shortcuts").uncheck()
    context(reader, "Escape")
    reader.open("index.html")
    context(reader, "j", "?")
    assert focused(reader) == ""
    assert reader.page.get_by_role("dialog").count() == 0
    reader.page.get_by_role("button", name="Keyboard shortcuts").click()
    reader.page.get_by_label("Enable keyboard shortcuts").check()
    context(reader, "Escape", "j")
    assert focused(reader) != ""


def test_what_scrolls_sideways_keeps_its_arrows(reader: Reader) -> None:
    reader.open("papers/p06.html")
    reader.page.locator("#bibtex").focus()
    context(reader, "ArrowLeft")
    assert reader.page.url.endswith("papers/p06.html")
