"""A record says what it says; every fault of every file is told in one run, with its place and advice."""

import datetime as dt
import os
from pathlib import Path

import pytest

from offprint.diagnostics import Diagnostic
from offprint.records.model import PartialDate
from offprint.records.reader import load_content
from tests.sites import read_library, write_content

TOPIC = {"topics/video.md": "---\nname: Video\naliases: [moving pictures]\n---\n"}
FULL = {
    **TOPIC,
    "organizations/facebook.md": "---\nname: AI at Meta\nhandle: facebook\nror: 01zbnvs85\n---\nA lab.\n",
    "papers/2025/tv2tv.md": r"""
        ---
        title: "TV2TV: A Unified Framework"
        date: 2025-12-04            # a comment after a date is fine
        listed: 2026-06-30
        authors:
          - Grace Hopper
          - {name: Ada Lovelace, orcid: 0000-0002-1825-0097, organizations: [Analytical Society]}
        author_count: 31
        organizations: [facebook]
        topics: [Moving Pictures]
        venue: CVPR 2026
        arxiv: 2406.10000
        doi: 10.1000/xyz123
        links: {code: https://example.org/code, pdf: https://example.org/a.pdf}
        upvotes: 12
        comments: 2
        status: retracted
        notice: Its figures were wrong.
        abstract: >-
          Plain text with $k$.
        ---
        Our *own* words.
        """,
}


def faults_of(folder: Path, record: str) -> list[Diagnostic]:
    """What is wrong with one paper's front matter, given after its title."""
    text = f"---\ntitle: x\n{record}\n---\n"
    _, faults = read_library(folder, {**TOPIC, "papers/x.md": text})
    return faults


def test_a_title_of_nothing_that_can_be_seen_is_no_title(tmp_path: Path) -> None:
    _, faults = read_library(tmp_path, {"papers/x.md": '---\ntitle: "\u2800 \u00a0"\n---\n'})
    assert [each.message for each in faults] == ["the record has no title"]


def test_joiners_between_letters_are_spelling_and_nowhere_else(tmp_path: Path) -> None:
    spelled = "---\ntitle: می\u200cخواهم ශ්\u200dරී क्\u200dष\n---\n"
    hidden = "---\ntitle: pass\u200cword \u200dx می\u200c\u200cخ\n---\n"
    library, faults = read_library(tmp_path, {"papers/a.md": spelled, "papers/b.md": hidden})
    assert [paper.record.title.plain for paper in library.papers if paper.slug == "a"] == [
        "می\u200cخواهم ශ්\u200dරී क्\u200dष"
    ]
    assert [(each.position.path[-4:], each.position.column) for each in faults] == [
        ("b.md", 12), ("b.md", 18), ("b.md", 23), ("b.md", 24),
    ]  # fmt: skip


def test_two_versions_that_git_left_are_an_error_at_each_marker(tmp_path: Path) -> None:
    text = "---\ntitle: x\n---\nOne.\n<<<<<<< HEAD\nTwo.\n=======\nThree.\n>>>>>>> other\n"
    front = "---\n<<<<<<< HEAD\ntitle: x\n=======\ntitle: y\n>>>>>>> other\n---\n"
    quoted = "---\ntitle: x\n---\n>>>>>>> seven deep\n\nHead\n=======\n"
    _, faults = read_library(tmp_path, {"papers/a.md": text, "papers/b.md": front, "papers/c.md": quoted})
    assert [(each.position.path[-4:], each.position.line) for each in faults] == [
        ("a.md", 5), ("a.md", 7), ("a.md", 9), ("b.md", 2), ("b.md", 4), ("b.md", 6),
    ]  # fmt: skip
    assert {(each.message, each.severity) for each in faults} == {
        ("Git left two versions of the text here", "error")
    }


def test_a_second_front_matter_in_the_text_is_told_at_its_line(tmp_path: Path) -> None:
    text = "---\ntitle: x\n---\nOne.\n\n---\ntitle: y\nauthors:\n- A B\n---\nTwo.\n"
    ruled = "---\ntitle: x\n---\nOne\n\n---\n\nTwo: a word\n\n---\n\nThree\n"
    _, faults = read_library(tmp_path, {"papers/a.md": text, "papers/b.md": ruled})
    assert [(each.position.line, each.message, each.severity) for each in faults] == [
        (6, "a second front matter stands in the text", "warning")
    ]


def test_a_record_with_every_field_is_read_whole(tmp_path: Path) -> None:
    library, faults = read_library(tmp_path, FULL)
    assert not faults
    (paper,) = library.papers
    record = paper.record
    assert record.title.plain == "TV2TV: A Unified Framework"
    assert (record.date, paper.listed) == (PartialDate(2025, 12, 4), dt.date(2026, 6, 30))
    assert [each.name for each in paper.authors] == ["Grace Hopper", "Ada Lovelace"]
    assert paper.authors[1].author.orcid == "0000-0002-1825-0097"
    assert paper.author_count == 31
    assert [o.slug for o in paper.organizations] == ["facebook", "analytical-society"]
    assert [topic.slug for topic in paper.topics] == ["video"]
    assert record.arxiv
    assert record.arxiv.text == "2406.10000"
    assert (record.status, record.notice) == ("retracted", "Its figures were wrong.")
    assert record.abstract.html.startswith("<p>Plain text with <math")
    assert record.summary.html == "<p>Our <em>own</em> words.</p>"


def test_only_a_title_is_required(tmp_path: Path) -> None:
    library, faults = read_library(tmp_path, {"papers/x.md": "---\ntitle: x\n---\n"})
    assert not faults
    assert library.undated == library.papers


def test_a_yaml_file_holds_one_record_or_a_list(tmp_path: Path) -> None:
    files = {
        "papers/one.yaml": "title: One\nsummary: Our *words*.\n",
        "papers/Many papers.yaml": """
            - slug: two
              title: Two
            - {slug: three, title: Three, date: 2024}
            """,
    }
    library, faults = read_library(tmp_path, files)
    assert not faults
    assert {paper.slug for paper in library.papers} == {"one", "two", "three"}
    one = next(paper for paper in library.papers if paper.slug == "one")
    assert one.record.summary.html == "<p>Our <em>words</em>.</p>"


@pytest.mark.parametrize("date", ["2026", "2026-06", "2026-06-30"])
def test_a_date_may_be_a_year_a_month_or_a_day(tmp_path: Path, date: str) -> None:
    library, faults = read_library(tmp_path, {"papers/x.md": f"---\ntitle: x\ndate: {date}\n---\n"})
    assert not faults
    assert library.papers[0].date
    assert library.papers[0].date.iso == date


def test_an_empty_value_counts_as_left_out(tmp_path: Path) -> None:
    assert not faults_of(tmp_path, "date:\ndoi:\nauthors: []")


@pytest.mark.parametrize(
    ("record", "column", "message", "advice"),
    [
        ("datte: 2025", 1, "'datte' is not a field", "did you mean 'date'?"),
        ("date: 2026-13-40", 7, "not in the calendar", ""),
        ("date: 2026-02-30", 7, "not in the calendar", ""),
        ("date: 04.12.2025", 7, "is not a date", "write YYYY"),
        ("date: [2025]", 7, "a date is expected here, not a list", ""),
        ("listed: 2026-06", 9, "not a whole day", "YYYY-MM-DD"),
        ("topics: [vidoe]", 10, "there is no topic 'vidoe'", "did you mean 'video'?"),
        ("topics: video", 9, "this is a list", "write it as ["),
        ("authors: Jane Doe", 10, "this is a list", "[Grace Hopper, Ada Lovelace]"),
        ("authors: [{orcid: 0000-0002-1825-0097}]", 11, "an author needs a name", "add name"),
        ("authors: [{name: A, orcid: 0000-0002-1825-0098}]", 28, "check digit", "mistyped"),
        ("authors: [{name: A, orcid: 12}]", 28, "is not an ORCID", "0000-0002"),
        ("author_count: many", 15, "is not a count", ""),
        ("author_count: " + "9" * 5000, 15, "is not a count", ""),
        ("upvotes: -1", 10, "is not a count", ""),
        ("arxiv: arXiv:2512.05103", 8, "is not an arXiv id", "write 2512.05103"),
        ("arxiv: https://arxiv.org/abs/2512.05103", 8, "is not an arXiv id", "write 2512.05103"),
        ("doi: https://doi.org/10.1000/xyz", 6, "is not a DOI", "write 10.1000/xyz"),
        ("links: {code: 'javascript:alert(1)'}", 15, "not a web address", "https://"),
        ("links: {code: 'https://a@example.org/'}", 15, "user name", ""),
        ("links: {code: 'https://exa mple.org/'}", 15, "holds ' '", ""),
        ("links: {code: 'https://[::1/'}", 15, "not a web address", ""),
        ("links: {cod: https://example.org/}", 9, "is not a kind of link", "did you mean 'code'?"),
        ("year: 2020", 1, "'year' is not a field", "it is called 'date' here"),
        ("Journal: J", 1, "'Journal' is not a field", "it is called 'venue' here"),
        ("keywords: [a]", 1, "'keywords' is not a field", "it is called 'topics' here"),
        ("github: https://e.org", 1, "'github' is not a field", "write links: {code: https://…}"),
        ("pdf: https://e.org", 1, "'pdf' is not a field", "write links: {pdf: https://…}"),
        ("url: https://e.org", 1, "'url' is not a field", "write links: {project: https://…}"),
        ("zzzz: x", 1, "'zzzz' is not a field", "valid are: title, date, listed, authors"),
        ("links: {github: https://e.org}", 9, "is not a kind of link", "it is called 'code' here"),
        ("authors: [{name: A B, family: C}]", 31, "is no part of the name 'A B'", "as it is printed"),
        ("authors: [{name: A B, group: true, family: B}]", 44, "a group has no family name", "take out"),
        ("type: artikel", 7, "is not known here", "article"),
        ("status: gone", 9, "is not known here", "published"),
        ("venue: C #1", 8, "begins a comment", "quotes"),
        ("notice: a: b", 10, "a colon and a space where no field can begin", "needs quotes"),
        ("slug: y", 1, "a file's slug is its name", "rename"),
        ("abstract: [a]", 11, "a text is expected here, not a list", ""),
    ],
)
def test_a_fault_names_its_column_and_the_way_out(
    tmp_path: Path, record: str, column: int, message: str, advice: str
) -> None:
    (fault,) = faults_of(tmp_path, record)
    assert fault.position == ("content/papers/x.md", 3, column)
    assert message in fault.message
    assert advice in fault.advice
    assert fault.severity == "error"


def test_a_title_must_be_there(tmp_path: Path) -> None:
    _, faults = read_library(
        tmp_path, {"papers/x.md": "---\ndate: 2025\n---\n", "papers/y.md": "---\ntitle:\n---\n"}
    )
    assert [fault.message for fault in faults] == ["the record has no title"] * 2
    assert [fault.position.path for fault in faults] == ["content/papers/x.md", "content/papers/y.md"]


@pytest.mark.parametrize("name", ["TV2TV", "a_b", "a--b", "-a", "é", "a" * 81, "con", "a b"])
def test_a_file_name_must_be_a_slug(tmp_path: Path, name: str) -> None:
    _, faults = read_library(tmp_path, {f"papers/{name}.md": "---\ntitle: x\n---\n"})
    assert [fault.severity for fault in faults] == ["error"]
    assert faults[0].advice


@pytest.mark.parametrize("slug", ["../../x", "/etc/passwd", "a/b", "A", ""])
def test_a_slug_in_a_list_cannot_leave_its_folder(tmp_path: Path, slug: str) -> None:
    _, faults = read_library(tmp_path, {"papers/x.yaml": f"- slug: '{slug}'\n  title: x\n"})
    assert "is not a slug" in faults[0].message
    assert faults[0].position == ("content/papers/x.yaml", 1, 9)


def test_what_should_be_unique_is_refused_the_second_time(tmp_path: Path) -> None:
    files = {
        "papers/2024/x.md": "---\ntitle: x\narxiv: 2512.05103\n---\n",
        "papers/2025/x.md": "---\ntitle: x\n---\n",
        "papers/y.md": "---\ntitle: y\narxiv: 2512.05103\ndoi: 10.1000/A\n---\n",
        "papers/z.md": "---\ntitle: z\ndoi: 10.1000/a\n---\n",
    }
    _, faults = read_library(tmp_path, files)
    assert [(fault.position.path, fault.position.line, fault.message) for fault in faults] == [
        ("content/papers/2025/x.md", 1, "a second paper with the slug 'x'"),
        ("content/papers/y.md", 3, "a second use of the arXiv id 2512.05103"),
        ("content/papers/z.md", 3, "a second use of the DOI 10.1000/a"),
    ]
    assert "content/papers/2024/x.md:1" in faults[0].advice


def test_an_author_twice_is_a_warning_and_counted_once(tmp_path: Path) -> None:
    text = "---\ntitle: x\nauthors: [Ada Lovelace, Bo, ada lovelace]\n---\n"
    library, faults = read_library(tmp_path, {"papers/x.md": text})
    assert [(fault.severity, fault.position.column) for fault in faults] == [("warning", 29)]
    assert len(library.papers[0].authors) == 2


def test_a_retraction_without_a_notice_is_a_warning(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, "status: retracted")
    assert (fault.severity, fault.message) == ("warning", "a retracted paper has no notice")


def test_a_fault_in_the_text_below_is_placed_there(tmp_path: Path) -> None:
    text = "---\ntitle: x\n---\nfirst line\n\nand $\\nosuch{x}$ here\n"
    _, (fault,) = read_library(tmp_path, {"papers/x.md": text})
    assert fault.position == ("content/papers/x.md", 6, 5)


def test_a_faulty_topic_does_not_put_its_papers_at_fault(tmp_path: Path) -> None:
    files = {"topics/video.md": "---\nnam: x\n---\n", "papers/x.md": "---\ntitle: x\ntopics: [video]\n---\n"}
    _, faults = read_library(tmp_path, files)
    assert {fault.position.path for fault in faults} == {"content/topics/video.md"}


def test_a_topic_cannot_be_its_own_ancestor(tmp_path: Path) -> None:
    files = {
        "topics/a.md": "---\nname: A\nparent: b\n---\n",
        "topics/b.md": "---\nname: B\nparent: a\n---\n",
    }
    _, (fault,) = read_library(tmp_path, files)
    assert "its own ancestor" in fault.message


@pytest.mark.parametrize(
    ("site", "message"),
    [
        ("title: x\n", "the archive needs a url"),
        ("title: x\nurl: ftp://example.org/\n", "not a web address"),
        ("title: x\nurl: https://example.org/\nsubscribe: {action: 'http://example.org/'}\n", "https://"),
        ("title: x\nurl: https://example.org/\npage_size: 0\n", "between 1 and 500"),
        ("title: x\nurl: https://example.org/\ncolour: red\n", "is not a field of the configuration"),
        ("- x\n", "the configuration is made of fields"),
    ],
)
def test_the_configuration_is_checked_like_a_record(tmp_path: Path, site: str, message: str) -> None:
    _, faults = read_library(tmp_path, {"site.yaml": site})
    assert message in faults[0].message
    assert faults[0].position.path == "content/site.yaml"


def test_what_has_no_place_in_content_is_named(tmp_path: Path) -> None:
    files = {
        "papers/x.txt": "x",
        "notes/a.md": "x",
        "papers/.DS_Store": "x",
        "papers/y.md": "---\ntitle: y\n---\n",
    }
    _, faults = read_library(tmp_path, files)
    assert [fault.position.path for fault in faults] == ["content/notes", "content/papers/x.txt"]


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ("---\ntitle: caf\u00e9\n---\n".encode("latin-1"), (2, 11)),
        ("---\ntitle: x\n---\n".encode("utf-16"), (1, 1)),
        (b"---\ntitle: \xed\xa0\x80\n---\n", (2, 8)),
    ],
)
def test_a_file_that_is_not_utf8_is_placed_at_the_bad_byte(
    tmp_path: Path, data: bytes, place: tuple[int, int]
) -> None:
    (tmp_path / "content/papers").mkdir(parents=True)
    (tmp_path / "content/papers/x.md").write_bytes(data)
    _, faults = read_library(tmp_path, {})
    assert faults[0].message == "this is not UTF-8 text"
    assert faults[0].position[1:] == place


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "content/papers").mkdir(parents=True)
    (tmp_path / "content/papers/x.md").write_bytes(b"\xef\xbb\xbf---\r\ntitle: x\r\n---\r\nbody\r\n")
    library, faults = read_library(tmp_path, {})
    assert not faults
    assert library.papers[0].record.summary.html == "<p>body</p>"


def test_links_and_pipes_in_content_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "content/papers"
    folder.mkdir(parents=True)
    (folder / "link.md").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe.md")
    _, faults = read_library(tmp_path, {})
    assert [fault.position.path for fault in faults] == ["content/papers/link.md", "content/papers/pipe.md"]


def test_a_thousand_files_read_in_two_processes_give_what_one_gives(tmp_path: Path) -> None:
    files = {f"papers/p{n}.md": f"---\ntitle: Paper {n}\nauthors: [A, A]\n---\n*{n}*\n" for n in range(1000)}
    root = write_content(tmp_path, files)
    assert load_content(root, 2) == load_content(root, 1)


def test_a_place_on_a_days_list_is_counted_from_one(tmp_path: Path) -> None:
    library, faults = read_library(tmp_path, {"papers/x.md": "---\ntitle: x\nrank: 3\n---\n"})
    assert (library.papers[0].record.rank, faults) == (3, [])
    assert [each.message for each in faults_of(tmp_path, "rank: 0")] == ["places are counted from 1"]
    assert [each.message for each in faults_of(tmp_path, "rank: first")] == ["'first' is not a count"]
