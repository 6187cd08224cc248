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
    made = html(source)
    tags = made.split("<")[1:]
    assert all(tag.startswith(("p>", "/p>", "a ", "/a>", "em>", "/em>")) for tag in tags)
    assert not any("onerror" in tag.split(">")[0] or "onclick" in tag.split(">")[0] for tag in tags)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#10;script:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html,x",
        "blob:https://example.org/x",
        "vbscript:x",
        "file:///etc/passwd",
        "//example.org/x",
        "other.html",
    ],
)
def test_a_link_goes_to_the_web_or_to_mail_or_nowhere(address: str) -> None:
    assert "href" not in html(f"[x]({address}) <{address}>")


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
