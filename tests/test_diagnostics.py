"""A message names the place, shows the line with a caret under it, and proposes what to do."""

from typing import Literal

from offprint.diagnostics import MAX_ALIKE, Diagnostic, Position, excerpt, format_text, gather, nearest


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
    assert nearest("zzz", ["b", "a"]) == "valid are: b, a"
    assert nearest("x", []) == "none is defined yet"


def test_of_warnings_of_one_kind_the_first_few_are_printed_and_the_rest_counted() -> None:
    def diagnostic(line: int, message: str, severity: Literal["error", "warning"] = "warning") -> Diagnostic:
        return Diagnostic(Position("a", line, 1), message, "", severity)

    bare = [diagnostic(line, "the record has no summary") for line in range(1500)]
    alike = [diagnostic(line, f"the link to 'x{line}' leads nowhere") for line in range(MAX_ALIKE + 2)]
    errors = [diagnostic(line, "no title", "error") for line in range(20)]
    printed, left_out = gather([*bare, *alike, *errors])
    assert printed == [*bare[:MAX_ALIKE], *alike[:MAX_ALIKE], *errors]
    assert left_out == [
        f"and {1500 - MAX_ALIKE:,} more warnings like: the record has no summary",
        "and 2 more warnings like: the link to 'x0' leads nowhere",
    ]
