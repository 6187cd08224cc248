"""Texts of chance: nothing but ordinary faults comes of them, and nothing but safe markup.

``OFFPRINT_FUZZ=20000`` tries so many of each kind, not a few; a crash of the process ends pytest itself.
"""

import os
import re
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from offprint.diagnostics import Diagnostic, TooManyFaultsError, excerpt, format_text
from offprint.records import fields, forms, frontmatter, markup, slugs
from offprint.records.characters import first_forbidden, without_forbidden
from tests.hostile.vectors import VECTORS

EXAMPLES = int(os.environ.get("OFFPRINT_FUZZ", "120"))
_settings = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES < 1000, suppress_health_check=list(HealthCheck)
)
_CASES = Path(__file__).parent / "cases"
_CORPUS = [
    text
    for path in sorted(_CASES.glob("*/papers/*.md"))
    if path.is_file() and len(text := path.read_text(encoding="utf-8", errors="surrogateescape")) < 2000
]

_ODD = st.sampled_from(
    "\0 \x01 \x1b \x7f \x85 \xa0 \xad \u200b \u202e \u2028 \ud800 \udfff \ue000 \ue001 \ufeff \ufffe "
    "\U000e0041 \U0010ffff "
    "é é 中 א ی 𝔘 👩‍👩‍👧 İ ß ﷺ ｘ ² ١ Ⅷ".split(" ")
)
_ENTITIES = st.one_of(
    st.integers(0, 0x110010).map("&#{};".format),
    st.integers(0, 0xE010).map("&#x{:x};".format),
    st.sampled_from(
        "&shy; &zwj; &rlm; &NoBreak; &amp; &lt; &quot; &Tab; &NewLine; &colon; &lpar; &#; &#x; &; "
        "&nbsp".split()
    ),
    st.integers(1, 6000).map(lambda n: f"&#{'1' * n};"),
)
_MARKDOWN_PIECES = st.one_of(
    st.sampled_from(
        "[ ] ( ) ![ ]( [a]: < > </a> <http://a.b> <a@b.c> ` `` ``` ~~~ * ** *** _ __ # ## > - + 1. "
        "9) --- === \\ \\\\ \\* \\$ $ $$ "
        "\\( \\) \\[ \\] ! & | ~ ^ { } {: } : :: [^1] [toc] <!-- --> <?php <![CDATA[ ]]>".split()
    ),
    st.sampled_from(
        ["\n", "\n\n", "\n    ", "\t", " ", "  \n", "\n> ", "\n* ", "\n1. ", "\n- - ", "\n```\n", "\n# "]
    ),
    st.text(alphabet="abxy019 .,'\"=/", max_size=8),
    st.sampled_from(VECTORS),
    _ENTITIES,
)
_MATH_PIECES = st.one_of(
    st.sampled_from(
        r"\frac \sqrt \left( \right) \left. \begin{matrix} \end{matrix} \begin{cases} \end{cases} "
        r"\text{ \mathrm{ \mathbb R \alpha \sum "
        r"\int_ ^ _ { } & \\ \, \; ' \prime \over \choose \binom \overline \underbrace \operatorname "
        r"\color{red} \href{a}{b} \limits "
        r"\not \hspace{1em} \substack \middle| \big \tag{1} \unknown [ ] ( ) | < > # % ~ \$ \{ \} \| "
        r"\ ".split(" ")
    ),
    st.text(alphabet="abxyz0123 +-=,.", max_size=5),
    st.sampled_from(VECTORS),
    _ENTITIES,
    _ODD,
)
_MATH = st.tuples(
    st.sampled_from([("$", "$"), ("$$", "$$"), ("\\(", "\\)"), ("\\[", "\\]")]),
    st.lists(_MATH_PIECES, max_size=14),
).map(lambda each: each[0][0] + "".join(each[1]) + each[0][1])
_MARKDOWN = st.lists(st.one_of(_MARKDOWN_PIECES, _MARKDOWN_PIECES, _MATH, _ODD), max_size=40).map("".join)

_YAML_PIECES = st.one_of(
    st.sampled_from(
        ": - ? [ ] { } , # & * ! | > ' \" % @ ` --- ... << ~ null yes 1.10 2406.10000 0x1F 12:30:45 "
        "&a *a !!str !x <<: *a".split(" ")
    ),
    st.sampled_from(
        [
            "\n",
            "\n  ",
            "\n    ",
            "\n- ",
            "\n  - ",
            ": ",
            " #",
            "\t",
            "|\n",
            ">-\n",
            "\r",
            '"\\',
            "'",
            "''",
            "\\x1b",
            "\\ue000",
        ]
    ),
    st.sampled_from(
        [
            *forms.PAPER.fields,
            *forms.TOPIC.fields,
            *forms.ORGANIZATION.fields,
            *forms.SITE,
            "slug",
            "name",
            "orcid",
        ]
    ).map("\n{}: ".format),
    st.text(alphabet="abc019 -_/.", max_size=6),
    _ODD,
)
_YAML = st.lists(_YAML_PIECES, max_size=40).map("".join)

_ADDRESS = st.lists(
    st.one_of(
        st.sampled_from(
            "http https HTTPS ftp javascript data blob mailto : :// // / \\ @ [ ] ::1 127.1 "
            "example.org a.b xn--a ? # % %00 %zz . .. "
            "user:pass@ :80 :99999 :٣ ; , ' \" < > { } | ^ ` 中国 ． 。".split(" ")
        ),
        st.text(alphabet="ab.:/@?#[]", max_size=4),
        _ODD,
    ),
    max_size=10,
).map("".join)  # fmt: skip

_VALUES = st.one_of(
    st.text(max_size=40),
    _MARKDOWN,
    _ADDRESS,
    st.text(alphabet="0129-", max_size=10),
    st.sampled_from("2512.05103 10.1000/x 0000-0002-1825-0097 https://ror.org/05dxps055 retracted".split()),
)
_NODES = st.recursive(
    _VALUES.map(lambda text: "'" + text.replace("'", "''") + "'"),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(
            st.tuples(
                st.sampled_from(["name", "orcid", "organizations", "code", "pdf", "action", "x"]), inner
            ),
            max_size=3,
        ).map(lambda items: "{" + ", ".join(f"{key}: {value}" for key, value in items) + "}"),
    ),
    max_leaves=6,
)
_FORMS = st.sampled_from([forms.PAPER, forms.TOPIC, forms.ORGANIZATION, forms.PAGE])


@st.composite
def _record(draw: st.DrawFn) -> tuple[forms.Form, str, str]:
    """A record of known fields with values of any kind: its form, front matter and body."""
    form = draw(_FORMS)
    names = draw(st.lists(st.sampled_from([*form.fields, "slug", "nonsense"]), unique=True, max_size=6))
    front = "".join(f"{name}: {draw(_NODES)}\n" for name in names)
    return form, front, draw(_MARKDOWN)


_SAFE_TAG = re.compile(
    r"</?(?:a|blockquote|br|code|em|h[1-6]|hr|li|ol|p|pre|strong|table|tbody|td|th|thead|tr|ul|math|m[a-z]+|none)"
    r"(?: (?:href|rel|display|[a-z]+)=\"[^\"<>]*\")*>"
)  # fmt: skip
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')


def _check_text(html: str) -> None:
    for tag in re.findall(r"<[^>]*>?", html):
        assert _SAFE_TAG.fullmatch(tag), tag
        for name, value in _ATTRIBUTE.findall(tag):
            assert not name.startswith("on")
            assert name not in ("style", "class", "id", "src")
            if name == "href":
                assert value.startswith(("http:", "https:", "mailto:")) or value[:4].lower() in (
                    "http",
                    "mail",
                ), tag
                assert not re.search(r"\s", value), tag
    assert not first_forbidden(re.sub("[\u2061-\u2064]", "", html))


def _told(faults: list[Diagnostic]) -> None:
    for fault in faults:
        said = format_text(fault, "a line of the file")
        assert re.match(r"[^\n]*:[1-9][0-9]*:[1-9][0-9]*: (error|warning): ", said)
        said.encode()


@_settings
@given(_MARKDOWN)
@example("&#xE000;0&#xE001;")
@example("#|\n|\n|\n|\n")  # a table of which nothing is left
@example("a|b\n:-:|-:\n<x>|[y](javascript:z)\n")
@example("$x$ " + "&#" + "1" * 5000 + ";")
def test_markdown(source: str) -> None:
    source, _ = without_forbidden(source, "a.md")
    for text, faults in (markup.markdown(source), markup.paragraphs(source), markup.inline(source)):
        if not any(fault.severity == "error" for fault in faults):
            _check_text(text.html)
        assert all(0 <= fault.offset <= len(source) for fault in faults)


@_settings
@given(_MATH)
def test_math(source: str) -> None:
    source, _ = without_forbidden(source, "a.md")
    text, _ = markup.inline(source)
    _check_text(text.html)


@_settings
@given(_YAML)
def test_yaml(source: str) -> None:
    clean, faults = without_forbidden(source.replace("\r\n", "\n"), "a.yaml")
    _told(faults)
    for form in (forms.PAPER, forms.TOPIC, forms.ORGANIZATION):
        _read(lambda form=form: forms.read_yaml_records(clean, form, "a.yaml", "a"))
    _read(lambda: forms.read_site(clean, "site.yaml"))
    _read(lambda: forms.read_markdown_record(f"---\n{clean}\n---\n{clean}", forms.PAPER, "a.md", "a"))


@_settings
@given(_record())
def test_records(record: tuple[forms.Form, str, str]) -> None:
    form, front, body = record
    clean, _ = without_forbidden(f"---\n{front}---\n{body}", "a.md")
    made = _read(lambda: forms.read_markdown_record(clean, form, "a.md", "a"))
    summary = getattr(made, "summary", None)
    if summary:
        _check_text(summary.html)


def _read(run: object) -> object:
    try:
        made, faults = run()  # type: ignore[operator]
    except TooManyFaultsError as error:
        made, faults = None, error.diagnostics
    _told(faults)
    assert made or faults or made is None or made == []
    return None if any(fault.severity == "error" for fault in faults) else made


@_settings
@given(_ADDRESS)
def test_addresses(url: str) -> None:
    if not fields.url_fault(url):
        assert url.lower().startswith(("http://", "https://"))
        assert not re.search(r"[\x00-\x20\"<>\\^`{|}]", url)


@_settings
@given(st.one_of(st.text(max_size=300), st.lists(_ODD).map("".join)))
def test_slugs_and_excerpts(text: str) -> None:
    slug = slugs.slugify(text.encode("utf-8", "ignore").decode())
    assert slugs.slug_fault(slug) is None
    for column in (1, len(text) // 2 + 1, len(text) + 1):
        shown = excerpt(text.replace("\n", " "), column)
        shown.encode()
        assert shown.count("\n") == 1


@_settings
@given(
    st.sampled_from(_CORPUS),
    st.lists(
        st.tuples(st.integers(0, 2000), st.integers(0, 60), st.one_of(_YAML_PIECES, _MARKDOWN_PIECES)),
        max_size=6,
    ),
)
def test_bad_inputs_bent_further(text: str, changes: list[tuple[int, int, str]]) -> None:
    for at, length, piece in changes:
        text = text[: at % (len(text) + 1)] + piece + text[at % (len(text) + 1) + length :]
    clean, faults = without_forbidden(text.replace("\r\n", "\n"), "a.md")
    _told(faults)
    for form in (forms.PAPER, forms.PAGE):
        _read(lambda form=form: forms.read_markdown_record(clean, form, "a.md", "a"))


def test_the_reader_of_front_matter_ends(  # whatever a text is cut off in
) -> None:
    for text in _CORPUS[::3]:
        clean, _ = without_forbidden(text, "a.md")
        for end in range(0, len(clean), max(1, len(clean) // 40)):
            _, faults = frontmatter.parse(clean[:end], "a.md")
            _told(faults)
