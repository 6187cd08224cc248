"""Text becomes safe HTML, math becomes MathML, and neither can be talked into anything else."""

import re

import pytest

from offprint.records import markup


def html(source: str) -> str:
    text, faults = markup.markdown(source)
    assert not faults
    return str(text.html)


def test_markdown_makes_plain_structure() -> None:
    assert html("*a* **b** `c`\n\n- one\n- two") == (
        "<p><em>a</em> <strong>b</strong> <code>c</code></p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>"
    )


def test_a_heading_takes_its_place_below_those_of_the_page() -> None:
    assert html("# One\n\n## Two") == "<h3>One</h3>\n<h4>Two</h4>"


def test_headings_go_down_one_level_at_a_time_whatever_levels_the_text_skips() -> None:
    assert html("## One\n\n#### Two\n\n## Three") == "<h3>One</h3>\n<h4>Two</h4>\n<h3>Three</h3>"


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "<div onclick=alert(1)>x</div>",
        "![x](x){: onerror=alert(1) }",
        '[x](https://example.org "a\\" onmouseover=alert(1)")',
        "<!-- --><svg onload=alert(1)>",
    ],
)
def test_raw_html_and_attributes_do_not_get_through(source: str) -> None:
    made = str(markup.markdown(source)[0].html)
    tags = made.split("<")[1:]
    assert all(tag.startswith(("p>", "/p>", "a ", "/a>", "em>", "/em>")) for tag in tags)
    assert not any("onerror" in tag.split(">")[0] or "onclick" in tag.split(">")[0] for tag in tags)


@pytest.mark.parametrize(
    ("address", "severity", "message"),
    [
        ("javascript:alert(1)", "error", "a link to javascript: is not allowed"),
        ("JaVaScRiPt:alert(1)", "error", "a link to JaVaScRiPt: is not allowed"),
        ("java&#10;script:alert(1)", "error", "a link to javascript: is not allowed"),
        ("&#106;avascript:alert(1)", "error", "a link to javascript: is not allowed"),
        ("data:text/html,x", "error", "a link to data: is not allowed"),
        ("blob:https://example.org/x", "error", "a link to blob: is not allowed"),
        ("vbscript:x", "error", "a link to vbscript: is not allowed"),
        ("file:///etc/passwd", "error", "a link to file: is not allowed"),
        ("//example.org/x", "warning", "the link to '//example.org/x' leads nowhere"),
        ("other.html", "warning", "the link to 'other.html' leads nowhere"),
        ("www.example.org", "warning", "the link to 'www.example.org' leads nowhere"),
        ("ftp://example.org", "warning", "the link to 'ftp://example.org' leads nowhere"),
        ("a$x$", "warning", "the link to 'a$x$' leads nowhere"),
        ("", "warning", "a link has no address"),
    ],
)
def test_a_link_goes_to_the_web_or_to_mail_or_is_told(address: str, severity: str, message: str) -> None:
    for source in (f"see [x]({address})", f"see [x][1]\n\n[1]: {address or '<>'}"):
        text, faults = markup.markdown(source)
        assert "href" not in text.html
        assert [(each.severity, each.message) for each in faults] == [(severity, message)]


def test_each_dropped_link_is_told_at_its_own_place() -> None:
    source = "[a](x) `[b](x)` [c](https://example.org) [d](x)"
    assert [each.offset for each in markup.markdown(source)[1]] == [4, 45]


@pytest.mark.parametrize(
    ("source", "message", "offset"),
    [
        ("CO<sub>2</sub>, `<b>`", "HTML is shown as text: <sub>", 2),
        ('a <a href="x">b</a>', 'HTML is shown as text: <a href="x">', 2),
        ("a <br /> b", "HTML is shown as text: <br />", 2),
        ("a <!-- b --> c", "HTML is shown as text: <!--", 2),
        ("a ![b](c.png)", "an image is shown as text", 2),
        ("A table:\n| a | b |\n| c | d |\n|---|---|\n", "a table is shown as text", 29),
    ],
)
def test_what_markdown_shows_as_written_is_told(source: str, message: str, offset: int) -> None:
    faults = markup.markdown(source)[1]
    assert [(each.message, each.offset, each.severity) for each in faults] == [(message, offset, "warning")]


@pytest.mark.parametrize(
    "source",
    ["a < b and c > d", "if a<b or b>c", "`<br>` and `![x](y)`", "    | a |\n    |---|", "x --- y | z"],
)
def test_what_only_looks_like_html_is_text(source: str) -> None:
    assert markup.markdown(source)[1] == []


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("Foo &amp; Bar", "HTML is shown as text: &amp;"),
        ("In <i>Drosophila</i>", "HTML is shown as text: <i>"),
        ("See [us](https://example.org)", "Markdown is shown as text: [us](https://example.org)"),
        ("A:\n| a | b |\n|---|---|", "a table is shown as text"),
    ],
)
def test_what_plain_text_shows_as_written_is_told(source: str, message: str) -> None:
    for faults in (markup.inline(source)[1], markup.paragraphs(source)[1]):
        assert [(each.message, each.severity) for each in faults] == [(message, "warning")]


@pytest.mark.parametrize("source", ["AT&T; R&D", "p<0.05 and q>1", "f[0](x, y)", "A -- B | C", "&c."])
def test_what_only_looks_like_markup_is_plain_text(source: str) -> None:
    assert markup.inline(source)[1] == []


def test_a_table_is_a_table() -> None:
    made = html("| a | b |\n|---|:-:|\n| $x|y$ | `c` |")
    assert made.startswith("<table>\n<thead>\n<tr>\n<th>a</th>")
    assert "<td><code>c</code></td>" in made
    assert made.count("<math") == 1


def test_web_and_mail_links_work() -> None:
    made = html("[a](https://example.org/?a=1&b=2) [b](mailto:a@example.org) <http://example.org>")
    assert 'href="https://example.org/?a=1&amp;b=2"' in made
    assert 'href="mailto:a@example.org"' in made
    assert 'href="http://example.org"' in made


def test_an_own_page_may_link_to_its_neighbours() -> None:
    text, _ = markup.markdown("[x](about.html) [y](javascript:x)", relative_links=True)
    assert 'href="about.html"' in text.html
    assert "javascript" not in text.html


def test_math_is_not_touched_by_markdown() -> None:
    made = html(r"$\alpha_{i}^{*}$ and *$a_1$* and \(z\) and $a<b$")
    assert made.count("<math") == 4
    assert "<msubsup>" in made
    assert "<mo>&lt;</mo>" in made


def test_math_in_code_is_code() -> None:
    assert html("`$x$`") == "<p><code>$x$</code></p>"


def test_dollars_that_are_money_stay_text() -> None:
    assert html("from $5 to $10, or \\$3") == "<p>from $5 to $10, or $3</p>"


@pytest.mark.parametrize("latex", [r"\frac{", r"\nosuchcommand{x}", "x}", "{x"])
def test_math_that_does_not_parse_stays_text_with_a_warning(latex: str) -> None:
    text, faults = markup.markdown(f"a ${latex}$ b")
    assert [fault.severity for fault in faults] == ["warning"]
    assert f"${latex}$" in text.plain
    assert "<math" not in text.html


@pytest.mark.parametrize(
    "latex",
    [
        r"\text{</math><script>alert(1)</script>}",
        r"\href{javascript:alert(1)}{x}",
        r"\class{x}{y}",
        r"\style{color:red}{y}",
        r"\mathrm{<img src=x onerror=alert(1)>}",
    ],
)
def test_math_cannot_smuggle_markup(latex: str) -> None:
    text, _ = markup.inline(f"${latex}$")
    tags = re.findall(r"<(/?[a-z]+)([^>]*)>", text.html)
    assert tags
    for name, attributes in tags:
        assert name.strip("/") == "code" or name.strip("/").startswith("m")
        assert not re.search(r"\bon|style|href|src|class", attributes)


def test_a_title_is_escaped_and_has_math() -> None:
    text, _ = markup.inline(r"</script> & $k$-means")
    assert text.html.startswith("&lt;/script&gt; &amp; <math")
    assert text.plain == "</script> & k-means"


def test_an_abstract_is_paragraphs_of_plain_text() -> None:
    text, _ = markup.paragraphs("One *not* emphasised, 95.3\\% of `it`.\n\nTwo <b>.\n")
    assert text.html == "<p>One *not* emphasised, 95.3% of `it`.</p>\n<p>Two &lt;b&gt;.</p>"


@pytest.mark.parametrize(
    "source",
    ["x" * 8193, "\n" * 1000, "[" * 257, "<a " * 257, "* " * 9 + "x", "> " * 9 + "x", "1. " * 9 + "x"],
)
def test_what_markdown_takes_minutes_for_is_refused_before(source: str) -> None:
    _, faults = markup.markdown(source)
    assert [fault.severity for fault in faults] == ["error"]


def test_a_refusal_points_at_the_character_that_is_too_many() -> None:
    _, faults = markup.markdown("ok\n" + "*" * 300)
    assert faults[0].offset == 3 + 256


def test_math_in_an_address_is_part_of_the_address() -> None:
    text, _ = markup.markdown('[x](https://example.org/ "t" x=y(1))$\\text{</math><img src=x>}$[[')
    assert "<math" not in text.html
    assert "<img" not in text.html
    text, faults = markup.markdown(r"[x](https://example.org/a$b<\alpha>$c) costs $n$")
    assert not faults
    assert 'href="https://example.org/a$b%3C%5Calpha%3E$c"' in text.html
    assert text.html.count("<math") == 1
    text, _ = markup.markdown(r"[x](\(javascript:alert(1)\))", relative_links=True)
    assert 'href="javascript' not in text.html
