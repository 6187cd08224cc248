"""``content/watch.yaml`` is validated like all content, by a schema that says the same; no page shows it."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from offprint.cli import main
from offprint.diagnostics import Diagnostic, TooManyFaultsError
from offprint.records.watch.forms import read_seen, read_watches, watch_schema
from offprint.records.watch.model import Watch
from offprint.records.watch.reader import load_seen, load_watches
from tests.sites import build_site, page, read_library, tree, write_content

WATCHES = """\
contact: editor@example.org
limit: 10
watches:
  video:
    source: arxiv
    categories: [cs.CV, cs.*, hep-th]
    words: [video language model, captioning]
    authors: [Grace Hopper]
    exclude: [survey]
  bees:
    source: crossref
    venue: 0028-0836
    words: [bees]
  institute:
    source: openalex
    institution: https://ror.org/05dxps055
  starred:
    source: daily
    votes: 10
  blog:
    source: feed
    url: https://example.org/feed.xml
"""


def faults_of(text: str) -> list[Diagnostic]:
    watches, faults = read_watches(text, "content/watch.yaml")
    assert (watches is None) == any(each.severity == "error" for each in faults)
    return faults


def test_every_source_is_read(tmp_path: Path) -> None:
    watches, faults = load_watches(write_content(tmp_path, {"watch.yaml": WATCHES}))
    assert not faults
    assert watches
    assert (watches.contact, watches.limit) == ("editor@example.org", 10)
    video, bees, institute, starred, blog = watches.watches
    assert video == Watch(
        "video",
        "arxiv",
        video.position,
        ("cs.CV", "cs.*", "hep-th"),
        ("video language model", "captioning"),
        ("Grace Hopper",),
        ("survey",),
    )
    assert (bees.venue, institute.institution) == ("0028-0836", "https://ror.org/05dxps055")
    assert (starred.votes, blog.url) == (10, "https://example.org/feed.xml")


FAULTS = [
    ("wathces: {}\n", 1, 1, "'wathces' is not a field", "did you mean 'watches'?"),
    ("limit: 3\n", 1, 1, "the file has no watches", "below watches:"),
    ("- source: arxiv\n", 1, 1, "the file has no watches", "begin with watches:"),
    ("watches:\n  a: {source: arxiv, words: [x]}\n  a: {source: daily}\n", 3, 3, "'a' stands twice", "line 2"),  # noqa: E501
    ("watches:\n  a: {words: [x]}\n", 2, 3, "a watch needs a source", "arxiv"),
    ("watches:\n  a: {source: arxive}\n", 2, 15, "'arxive' is not known here", "did you mean 'arxiv'?"),
    ("watches:\n  a: {source: arxiv, word: [x]}\n", 2, 22, "'word' is not a field", "did you mean 'words'?"),
    ("watches:\n  a: {source: arxiv}\n", 2, 3, "'a' would take everything", "categories or words or authors"),
    ("watches:\n  a: {source: arxiv, exclude: [x]}\n", 2, 3, "would take everything", "categories"),
    ("watches:\n  a: {source: feed}\n", 2, 3, "'a' would take everything", "add url"),
    ("watches:\n  a: {source: arxiv, words: [x], votes: 3}\n", 2, 34, "arxiv cannot be asked for 'votes'", "words"),  # noqa: E501
    ("watches:\n  a: {source: arxiv, categories: [CV]}\n", 2, 35, "'CV' is not a category", "cs.CV"),
    ("watches:\n  a: {source: arxiv, words: ['a \"b\"']}\n", 2, 30, "a word to look for holds no", "kept whole"),  # noqa: E501
    ("watches:\n  a: {source: arxiv, words: ['?']}\n", 2, 30, "has a letter or digit", ""),
    ("watches:\n  a: {source: openalex, institution: mit}\n", 2, 38, "'mit' is not a ROR id", "ror.org"),
    ("watches:\n  a: {source: daily, votes: many}\n", 2, 29, "'many' is not a count", "digits"),
    ("watches:\n  a: {source: feed, url: 'javascript:x'}\n", 2, 26, "not a web address", "https"),
    ("watches:\n  A b: {source: daily}\n", 2, 3, "'A b' is not a slug", "a-b"),
    ("watches:\n  a: arxiv\n", 2, 6, "the watch 'a' has no fields", "source: arxiv"),
    ("contact: me\nwatches:\n  a: {source: daily}\n", 1, 10, "'me' is not an e-mail address", "editor@"),
    ("limit: 0\nwatches:\n  a: {source: daily}\n", 1, 8, "limit is between 1 and 500", ""),
    ("limit: 501\nwatches:\n  a: {source: daily}\n", 1, 8, "limit is between 1 and 500", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "column", "message", "advice"), FAULTS)
def test_a_fault_has_its_place_and_the_nearest_word(
    text: str, line: int, column: int, message: str, advice: str
) -> None:
    (fault,) = faults_of(text)
    assert (fault.position.line, fault.position.column) == (line, column)
    assert message in fault.message
    assert advice in fault.advice


def test_all_faults_are_reported_in_one_run(tmp_path: Path) -> None:
    text = "contact: me\nwatches:\n  a: {source: arxiv, word: [x]}\n  b: {source: nowhere}\n"
    _, faults = read_library(tmp_path, {"watch.yaml": text})
    assert [each.position[:2] for each in faults] == [
        ("content/watch.yaml", 1), ("content/watch.yaml", 3), ("content/watch.yaml", 4)
    ]  # fmt: skip


def test_too_many_faults_end_the_reading() -> None:
    text = "watches:\n" + "".join(f"  a{n}: {{source: x}}\n" for n in range(300))
    with pytest.raises(TooManyFaultsError):
        read_watches(text, "x")


def test_too_many_faults_are_reported_as_faults(tmp_path: Path) -> None:
    text = "watches:\n" + "".join(f"  a{n}: {{source: x}}\n" for n in range(300))
    _, faults = read_library(tmp_path, {"watch.yaml": text})
    assert len(faults) == 200


SCHEMA = jsonschema.Draft202012Validator(watch_schema())


def schema_takes(text: str) -> bool:
    value: Any = yaml.safe_load(text)
    return bool(SCHEMA.is_valid(value))


def test_the_schema_takes_what_the_validator_takes() -> None:
    jsonschema.Draft202012Validator.check_schema(watch_schema())
    assert schema_takes(WATCHES)


@pytest.mark.parametrize(
    "text", [each[0] for each in FAULTS if "stands twice" not in each[3] and "'?'" not in each[0]]
)
def test_the_schema_refuses_what_the_validator_refuses(text: str) -> None:
    assert not schema_takes(text)


def test_the_schema_is_published_and_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build_site(tmp_path, {})
    schema = json.loads(page(tmp_path, "data/watch.schema.json"))
    assert schema["$id"] == "https://example.org/archive/data/watch.schema.json"
    main(["schema", "watch"], tmp_path)
    assert capsys.readouterr().out == page(tmp_path, "data/watch.schema.json")


def test_a_build_ignores_what_is_watched_and_seen(tmp_path: Path) -> None:
    build_site(tmp_path, {"papers/a.md": "---\ntitle: A\n---\nText.\n"})
    before = tree(tmp_path / "_site")
    build_site(
        tmp_path,
        {
            "watch.yaml": WATCHES,
            "watch/seen.yaml": "- {day: 2026-06-30, title: Declined, arxiv: 2606.00001}\n",
        },
    )
    assert tree(tmp_path / "_site") == before


def test_seen_papers_are_read_from_every_file(tmp_path: Path) -> None:
    root = write_content(
        tmp_path,
        {
            "watch/seen.yaml": "- {day: 2026-06-30, title: One, arxiv: 2606.00001}\n",
            "watch/seen-2025.yaml": "- {day: 2025-06-30, title: Two, doi: 10.1000/Two}\n",
        },
    )
    seen, faults = load_seen(root)
    assert not faults
    assert [(each.title, each.arxiv, each.doi) for each in seen.papers] == [
        ("Two", "", "10.1000/Two"),
        ("One", "2606.00001", ""),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("day: 2026-06-30\n", "this is a list of papers that were proposed"),
        ("- One\n", "a paper that was proposed has fields"),
        ("- {title: x}\n", "needs its day"),
        ("- {day: 2026-06-30}\n", "needs its title"),
        ("- {day: 2026-06, title: x}\n", "2026-06 is not a whole day"),
        ("- {day: 2026-06-30, title: x, arxiv: nonsense}\n", "is not an arXiv id"),
    ],
)
def test_a_faulty_list_of_seen_papers_is_named_by_check(tmp_path: Path, text: str, message: str) -> None:
    _, faults = read_seen(text, "content/watch/seen.yaml")
    assert message in faults[0].message
    write_content(tmp_path, {"watch/seen.yaml": text})
    assert main(["check"], tmp_path) == 1


def test_other_things_in_the_folder_are_named(tmp_path: Path) -> None:
    root = write_content(tmp_path, {"watch/notes.txt": "x"})
    assert [each.message for each in load_seen(root)[1]] == ["this has no place here"]
