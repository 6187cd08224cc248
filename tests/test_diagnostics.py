"""A message names the place, shows the line with a caret under it, and proposes what to do."""

from offprint.diagnostics import Diagnostic, Position, excerpt, format_text, nearest


def test_a_message_reads_like_a_compilers() -> None:
    fault = Diagnostic(Position("content/papers/a.md", 3, 7), "no topic 'vidoe'", "did you mean 'video'?")
    assert format_text(fault, "topics: [vidoe]") == (
        "content/papers/a.md:3:7: error: no topic 'vidoe'\n"
        "    topics: [vidoe]\n"
        "          ^\n"
        "    did you mean 'video'?"
    )


def test_the_caret_stands_under_wide_and_combined_characters() -> None:
    assert excerpt("李娜: x", 4).splitlines()[1] == "    \u3000\u3000 ^"
    assert excerpt("e\u0301: x", 4).splitlines()[1] == "      ^"


def test_a_long_line_is_cut_around_the_caret() -> None:
    shown, caret = excerpt("a" * 500 + "B" + "c" * 500, 501).splitlines()
    assert len(shown) < 120
    assert shown[caret.index("^")] == "B"


def test_an_excerpt_cannot_write_to_the_terminal() -> None:
    assert "\x1b" not in excerpt("title: \x1b[31mred\x07", 8)


def test_the_nearest_word_is_proposed() -> None:
    assert nearest("topcis", ["topics", "title"]) == "did you mean 'topics'?"
    assert nearest("zzz", ["b", "a"]) == "valid are: a, b"
    assert nearest("x", []) == "none is defined yet"
