"""``check`` says what deserves a look, to whoever reads it, and mends what is safe and no other byte."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from offprint.cli import main
from offprint.commands.check import Checked, examine
from offprint.contribute import reports
from offprint.contribute.fix import Names, fix_text
from offprint.diagnostics import Diagnostic, Position
from offprint.records import frontmatter
from offprint.records.forms import PAPER
from tests.sites import options, write_content

SUMMARY = "What came out.\n"
VOCABULARY = {
    "topics/video.md": "---\nname: Video\naliases: [moving pictures]\n---\n",
    "organizations/facebook.md": "---\nname: AI at Meta\nhandle: facebook\naliases: [FAIR]\n---\n",
}
NAMES = Names({"moving-pictures": "video", "video": "video"}, {"fair": "facebook"})


def looked_at(folder: Path, files: dict[str, str], *only: str, fix: bool = False) -> Checked:
    """What ``check`` finds in an archive, or in some files of it."""
    root = write_content(folder, {**VOCABULARY, **files})
    return examine(
        options(folder),
        [root.parent / path for path in only],
        fix=fix,
        links=False,
        progress=lambda *_: None,
    )


def warnings_of(folder: Path, record: str, body: str = SUMMARY) -> list[tuple[str, int]]:
    """The messages about one record, each with its line."""
    found = looked_at(folder, {"papers/x.md": f"---\n{record}\n---\n{body}"}).diagnostics
    return [(each.message, each.position.line) for each in found]


def test_a_good_record_is_passed_over_in_silence(tmp_path: Path) -> None:
    record = """\
title: "Well-known: pre- and post-training in RGB"
abstract: It works. So do $x - y$ and state-of-the-art."""
    assert warnings_of(tmp_path, record) == []


@pytest.mark.parametrize(
    ("record", "message", "line"),
    [
        ("title: DEEP LEARNING FOR GRAPHS", "the title is in capitals", 2),
        ("title: x\nabstract: E\ufb03x.", "the abstract holds the ligature '\ufb03', a PDF's leftover", 3),
        ("title: x\nabstract: A re- sen.", "the abstract holds a word cut by a line's end: 're- sen'", 3),
        ("title: x\nabstract: We show", "the abstract seems cut off: it ends in 'We show'", 3),
        ("title: x\nabstract: We show...", "the abstract seems cut off: it ends in 'We show...'", 3),
        ("title: x\norganizations: [FAIR Lab]", "the organization 'FAIR Lab' looks like 'AI at Meta'", 3),
        ("title: x\norganizations: [facebok ai]", "the organization 'facebok ai' looks like 'AI at Meta'", 3),
    ],
)  # fmt: skip
def test_what_deserves_a_look_is_said_at_its_line(
    tmp_path: Path, record: str, message: str, line: int
) -> None:
    assert warnings_of(tmp_path, record) == [(message, line)]


def test_numbers_tell_organizations_apart(tmp_path: Path) -> None:
    assert warnings_of(tmp_path, "title: x\norganizations: [University Paris 6, University Paris 7]") == []


def test_a_missing_summary_is_said(tmp_path: Path) -> None:
    assert warnings_of(tmp_path, "title: x", body="") == [("the record has no summary", 1)]


def twin(title: str, more: str = "") -> str:
    return f"---\ntitle: {title}\n{more}---\n{SUMMARY}"


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("A Deep, Deep Sea", "a deep deep sea", True),
        (
            "Learning Sparse Graphs From Noisy Video Streams",
            "Learning Sparse Graphs From Video Streams",
            True,
        ),
        (
            "Learning Sparse Graphs From Noisy Videos Part 1",
            "Learning Sparse Graphs From Noisy Videos Part 2",
            False,
        ),
        ("Deep graphs", "Deep videos", False),
    ],
)
def test_two_records_that_look_like_one_paper_are_named(
    tmp_path: Path, one: str, other: str, alike: bool
) -> None:
    found = looked_at(tmp_path, {"papers/a.md": twin(one), "papers/b.md": twin(other)}).diagnostics
    assert [each.message for each in found] == ([f"this looks like 'a': {one}"] if alike else [])
    assert all("content/papers/a.md:1" in each.advice for each in found)


def test_ids_tell_twins_apart(tmp_path: Path) -> None:
    files = {
        "papers/a.md": twin("Same", "arxiv: 2001.00001\n"),
        "papers/b.md": twin("Same", "arxiv: 2001.00002\n"),
    }
    assert looked_at(tmp_path, files).diagnostics == ()


def test_given_files_hear_only_of_themselves_and_of_what_concerns_them(tmp_path: Path) -> None:
    files = {
        "papers/bad.md": "---\ntitle: [x]\n---\n",
        "papers/a.md": twin("One", "doi: 10.1000/x\n"),
        "papers/b.md": twin("Two", "doi: 10.1000/x\n"),
    }
    paths = [each.position.path for each in looked_at(tmp_path, files).diagnostics]
    assert paths == ["content/papers/b.md", "content/papers/bad.md"]
    (mine,) = looked_at(tmp_path, files, "content/papers/a.md").diagnostics
    assert mine.position.path == "content/papers/b.md"  # whose DOI is a's
    assert looked_at(tmp_path, files, "content/topics/video.md").diagnostics == ()


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("x")
    found = looked_at(tmp_path, {}, "content/papers/none.md", "other.md").diagnostics
    assert sorted(each.message for each in found) == [
        "there is no such file or folder",
        "this is not below content/",
    ]


def test_annotations_escape_what_github_would_take_for_a_command() -> None:
    place = Position("content/papers/a,b:c.md", 3, 7)
    hostile = Diagnostic(place, "100%\n::add-mask::x", "a\r\nb", "warning")
    assert reports.github([hostile]) == (
        "::warning file=content/papers/a%2Cb%3Ac.md,line=3,col=7::100%25%0A::add-mask::x%0Aa%0D%0Ab\n"
    )


def test_the_command_speaks_to_github_and_to_programs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_content(tmp_path, {"papers/x.md": "---\ntitle: x\ndatte: 2020\n---\nText.\n"})
    assert main(["check", "--format", "github", "--quiet"], tmp_path) == 1
    said = capsys.readouterr().out
    assert said == (
        "::error file=content/papers/x.md,line=3,col=1::'datte' is not a field of a record of this kind"
        "%0Adid you mean 'date'?\n"
    )
    assert main(["check", "--format", "json", "--quiet"], tmp_path) == 1
    (row,) = json.loads(capsys.readouterr().out)
    assert row == {
        "path": "content/papers/x.md",
        "line": 3,
        "column": 1,
        "severity": "error",
        "message": "'datte' is not a field of a record of this kind",
        "advice": "did you mean 'date'?",
    }


UNTIDY = """\
---\r
# where this came from\r
topics: [Moving Pictures,  "video"]   # why\r
title: TV2TV: A "Unified" Framework\r
doi: "https://doi.org/10.1000/XYZ"\r
\r
# the newest version\r
arxiv: https://arxiv.org/abs/2512.05103v2\r
authors:\r
  - {name: Ada, organizations: [ FAIR ]}\r
organizations: [ 'fair', Unknown Lab ]\r
abstract: "$\\alpha$ and $\\beta$"\r
date: 2025-12-04\r
---\r
Title: text, topics: [moving pictures], doi: https://doi.org/10.1/x\r
"""

TIDY = """\
---\r
# where this came from\r
title: 'TV2TV: A "Unified" Framework'\r
date: 2025-12-04\r
authors:\r
  - {name: Ada, organizations: [ facebook ]}\r
organizations: [ facebook, Unknown Lab ]\r
topics: [video,  "video"]   # why\r
# the newest version\r
arxiv: 2512.05103v2\r
doi: "10.1000/XYZ"\r
\r
abstract: '$\\alpha$ and $\\beta$'\r
---\r
Title: text, topics: [moving pictures], doi: https://doi.org/10.1/x\r
"""


def test_what_is_safe_is_mended_and_every_other_byte_stays() -> None:
    made, mended = fix_text(UNTIDY, PAPER, True, NAMES)
    assert made == TIDY
    assert [(each.line, each.what) for each in mended] == [
        (2, "the fields are in their usual order"),
        (3, "'Moving Pictures' is 'video'"),
        (4, "quotes around title"),
        (5, "the DOI alone"),
        (8, "the arXiv id alone"),
        (10, "'FAIR' is 'facebook'"),
        (11, "'fair' is 'facebook'"),
        (12, "single quotes around abstract, which has backslashes"),
    ]
    assert fix_text(made, PAPER, True, NAMES) == (made, [])


@pytest.mark.parametrize(
    "text",
    [
        "no front matter",
        "---\ntitle: x\n",
        "---\ntitle: [unclosed\n---\n",
        "---\ntitle: &a x\ndoi: https://doi.org/10.1000/x\n---\n",
        "---\ndate: 2020\ntitle: x\ntitle: y\nunknown: 1\n---\n",
        "---\n{date: 2020, title: x}\n---\n",
        "---\nabstract: one: two\n  three: four\ntitle: x\n---\n",
        "---\n" + "[" * 30_000 + "\n---\n",
        "---\n---\n",
    ],
)
def test_what_is_doubtful_is_left_alone(text: str) -> None:
    assert fix_text(text, PAPER, True, NAMES) == (text, [])


FIELD = {
    "title": st.sampled_from(["x", '"a: b"', "'it''s'", ">-\n  folded\n  text"]),
    "date": st.sampled_from(["2020", "2020-01-02   # day"]),
    "topics": st.sampled_from(["[video]", "\n  - video\n  - video", "[ ]"]),
    "links": st.sampled_from(
        ["{code: https://e.org/a}", "\n  code: https://e.org\n  # inside\n  pdf: https://e.org/p"]
    ),
    "abstract": st.sampled_from(["|-\n  one\n\n  # no comment\n  two", "|+\n  kept\n\n", '"a\n  b"']),
    "venue": st.sampled_from(["X", "", "'a # b'"]),
}
ROWS = st.permutations(sorted(FIELD)).flatmap(
    lambda names: st.tuples(*(st.tuples(st.just(name), FIELD[name], st.booleans()) for name in names))
)


@settings(deadline=None)
@given(ROWS)
def test_moving_fields_changes_no_value_and_loses_no_line(rows: tuple[tuple[str, str, bool], ...]) -> None:
    front = "".join(
        f"{'# about ' + name + chr(10) if noted else ''}{name}: {value}\n" for name, value, noted in rows
    )
    text = f"---\n{front}---\nbody\n"
    made, _ = fix_text(text, PAPER, True, NAMES)
    assert sorted(made.split("\n")) == sorted(text.split("\n"))

    def values(record: str) -> dict[str, object]:
        document, _ = frontmatter.split(record, "x")
        assert document
        node, faults = frontmatter.parse(document.front, "x")
        assert not faults
        assert isinstance(node, frontmatter.Mapping)
        return {name: strip(value) for name, (_, value) in node.entries.items()}

    def strip(node: frontmatter.Node) -> object:
        if isinstance(node, frontmatter.Scalar):
            return node.text
        if isinstance(node, frontmatter.Sequence):
            return [strip(item) for item in node.items]
        return {name: strip(value) for name, (_, value) in node.entries.items()}

    assert values(made) == values(text)
    order = list(PAPER.fields)
    assert list(values(made)) == sorted(values(made), key=order.index)


def abstract_of(text: str) -> str | None:
    """The abstract as the reader takes it; None where it is refused."""
    front = text.split("---\n", 2)[1]
    node, faults = frontmatter.parse(front, "x")
    if faults or not isinstance(node, frontmatter.Mapping):
        return None
    abstract = node.entries["abstract"][1]
    assert isinstance(abstract, frontmatter.Scalar)
    return abstract.text


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(['"', "'", None]), st.booleans())
def test_what_a_program_wrote_in_quotes_means_the_same_after_mending(
    text: str, style: str | None, ascii_only: bool
) -> None:
    written = yaml.safe_dump(
        {"title": "x", "abstract": text}, default_style=style, allow_unicode=not ascii_only, sort_keys=False
    )
    before = f"---\n{written}---\n"
    after, _ = fix_text(before, PAPER, True, NAMES)
    if (meant := abstract_of(before)) is not None:
        assert abstract_of(after) == meant
        if style:
            assert meant == text.replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        (r'abstract: "one\r\ntwo"', r'abstract: "one\r\ntwo"'),
        (r'abstract: "one\ntwo \u00e9 $\alpha$"', r'abstract: "one\ntwo \u00e9 $\alpha$"'),
        (r'abstract: "so $\beta$, 5\% and x\_i"', r"abstract: 'so $\beta$, 5\% and x\_i'"),
        (r'abstract: "$\frac{1}{2}$ of $\rho$"', r"abstract: '$\frac{1}{2}$ of $\rho$'"),
    ],
)
def test_single_quotes_are_put_only_where_every_backslash_is_tex(written: str, mended: str) -> None:
    assert (
        fix_text(f"---\ntitle: x\n{written}\n---\n", PAPER, True, NAMES)[0]
        == f"---\ntitle: x\n{mended}\n---\n"
    )


def test_a_line_end_of_windows_in_double_quotes_is_a_line_end(tmp_path: Path) -> None:
    record = r'abstract: "One.\r\n\r\nTwo."'
    done = looked_at(tmp_path, {"papers/x.md": f"---\ntitle: x\n{record}\n---\n{SUMMARY}"}, fix=True)
    assert (done.diagnostics, done.fixes) == ((), ())


def test_fix_writes_files_in_place_and_check_then_speaks_of_what_is_left(tmp_path: Path) -> None:
    done = looked_at(
        tmp_path, {"papers/x.md": "---\ntitle: A: B\ntopics: [Moving pictures, nope]\n---\nText.\n"}, fix=True
    )
    assert (
        tmp_path / "content/papers/x.md"
    ).read_text() == '---\ntitle: "A: B"\ntopics: [video, nope]\n---\nText.\n'
    assert [(path, each.line) for path, each in done.fixes] == [
        ("content/papers/x.md", 2),
        ("content/papers/x.md", 3),
    ]
    assert [each.message for each in done.diagnostics] == ["there is no topic 'nope'"]
    assert [path.name for path in (tmp_path / "content/papers").iterdir()] == ["x.md"]


def test_a_byte_order_mark_survives_mending(tmp_path: Path) -> None:
    root = write_content(tmp_path, VOCABULARY)
    file = root / "papers/x.md"
    file.parent.mkdir()
    file.write_bytes(b"\xef\xbb\xbf---\ntitle: A: B\n---\nText.\n")
    examine(options(tmp_path), [], fix=True, links=False, progress=lambda *_: None)
    assert file.read_bytes() == b'\xef\xbb\xbf---\ntitle: "A: B"\n---\nText.\n'


def test_family_names_that_a_rule_may_get_wrong_are_told_in_one_line(tmp_path: Path) -> None:
    record = "---\ntitle: x\nauthors: [{0}]\n---\n" + SUMMARY
    sure = (
        "Ada Lovelace, John Doe Jr., Jan van der Berg, Wei Zhang, {name: Wang Xiaoming, family: Wang}, 王小明"
    )
    told = looked_at(
        tmp_path,
        {
            "papers/a.md": record.replace("{0}", sure),
            "papers/b.md": record.replace("{0}", "Ada Lovelace, Nguyễn Văn An, Gabriel Gómez Ruano"),
            "papers/c.md": record.replace("{0}", "Nguyễn Văn An, {name: Kim Team Leads, group: true}"),
        },
    ).diagnostics
    (warning,) = [each for each in told if "guessed" in each.message]
    assert (warning.position.path, warning.position.line) == ("content/papers/b.md", 3)
    assert warning.message == (
        "2 family names are guessed and may be wrong: those of 'Nguyễn Văn An', 'Gabriel Gómez Ruano'"
    )
