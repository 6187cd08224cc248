"""A harvest proposes what is new and near, once; it ends in records or in a clear line."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import markdown
import pytest

from offprint.build.load import load_library
from offprint.cli import main
from offprint.commands.check import examine
from offprint.commands.harvest import Harvested, Query, harvest
from offprint.diagnostics import CommandError, ContentError
from offprint.harvest import batch
from offprint.harvest.answers import Window
from offprint.harvest.arxiv import query_of
from offprint.harvest.http import ServiceError
from offprint.records.watch.forms import read_watches
from tests.harvest.servers import Fault, World, arxiv_paper, serving
from tests.sites import options, tree, write_content

TODAY = dt.date(2026, 11, 25)
ARXIV = "watches:\n  video:\n    source: arxiv\n    categories: [cs.CV]\n    exclude: [survey]\n"
FILES = {
    "topics/video.md": "---\nname: Video\n---\n",
    "topics/graphs.md": "---\nname: Graphs\n---\n",
    "papers/one.md": "---\ntitle: Streaming video captioning\ntopics: [video]\narxiv: 2601.00001\n---\n"
    "Streaming captioning of video with memory.\n",
    "papers/two.md": "---\ntitle: Streaming video memory\ntopics: [video]\nupvotes: 100\n---\n"
    "Captioning and memory for streaming video.\n",
    "papers/three.md": "---\ntitle: Sparse graph matching\ntopics: [graphs]\ndoi: 10.1000/Three\n---\n"
    "Matching of sparse graph pairs by kernels.\n",
    "papers/four.md": "---\ntitle: Kernels for sparse graph pairs\ntopics: [graphs]\n---\n"
    "Sparse kernels match graph pairs.\n",
    "watch.yaml": ARXIV,
}


@pytest.fixture
def world() -> Iterator[World]:
    with serving() as served:
        yield served


def run(folder: Path, world: World, today: dt.date = TODAY, **query: Any) -> Harvested:
    """Harvest in an archive of FILES; it is sound afterwards."""
    if not (folder / "content").exists():
        write_content(folder, FILES)
    result = harvest(options(folder), Query(**query), today, lambda *_: None, world.web())
    checked = examine(options(folder), [], fix=False, links=False, progress=lambda *_: None)
    assert [each for each in checked.diagnostics if each.severity == "error"] == []
    return result


def watch(folder: Path, text: str) -> None:
    write_content(folder, {**FILES, "watch.yaml": text})


def test_a_record_has_what_the_source_says_and_nothing_invented(tmp_path: Path, world: World) -> None:
    world.arxiv = [
        arxiv_paper("2611.00001", 'Streaming: "video" $x_1$ captioning', "2026-11-20",
                    authors=["Ada Lovelace", "Grace Hopper"], abstract="We caption video.\nIt streams.",
                    doi="10.1000/new"),
    ]  # fmt: skip
    result = run(tmp_path, world)
    assert result.written == ("content/papers/2026/streaming.md",)
    assert (tmp_path / result.written[0]).read_text() == (
        "---\n"
        "title: 'Streaming: \"video\" $x_1$ captioning'\n"
        "date: 2026-11-20\n"
        "listed: 2026-11-25\n"
        "authors: [Ada Lovelace, Grace Hopper]\n"
        "topics: [video]  # proposed from the archive's nearest papers; keep what fits\n"
        "arxiv: 2611.00001\n"
        "doi: 10.1000/new\n"
        "links: {pdf: https://arxiv.org/pdf/2611.00001}\n"
        "rank: 1\n"
        "abstract: |-\n"
        "  We caption video. It streams.\n"
        "---\n"
    )
    assert (tmp_path / "content/watch/seen.yaml").read_text().endswith(
        "- {day: 2026-11-25, title: 'Streaming: \"video\" $x_1$ captioning', arxiv: 2611.00001,"
        " doi: 10.1000/new}\n"
    )  # fmt: skip


def test_the_nearest_come_first_and_the_report_says_why(tmp_path: Path, world: World) -> None:
    world.arxiv = [
        arxiv_paper("2611.00001", "Cooking rice"),
        arxiv_paper("2611.00002", "Streaming video captioning with memory", abstract="Streaming memory."),
        arxiv_paper("2611.00003", "Sparse graph kernels", abstract="Kernels for pairs of graphs."),
    ]
    result = run(tmp_path, world)
    titles = [line for line in result.report.splitlines() if line.startswith("## [")]
    assert titles == [
        "## [Streaming video captioning with memory](<https://arxiv.org/abs/2611.00002>)",
        "## [Sparse graph kernels](<https://arxiv.org/abs/2611.00003>)",
        "## [Cooking rice](<https://arxiv.org/abs/2611.00001>)",
    ]
    assert "- near Streaming video captioning: " in result.report
    assert "- topics proposed: graphs\n" in result.report
    assert "| video | arxiv | 3 |" in result.report
    _, library = load_library(options(tmp_path))
    ranks = {str(paper.record.title.source): paper.record.rank for paper in library.papers}
    assert [ranks[title] for title in ("Cooking rice", "Streaming video captioning with memory")] == [1, 2]


def test_votes_lift_a_paper_and_those_of_readers_lift_its_neighbours(tmp_path: Path, world: World) -> None:
    watch(tmp_path, "watches:\n  starred: {source: daily}\n")
    papers = [
        {"paper": {"id": f"2611.0000{n}", "title": title, "upvotes": votes, "summary": "x"}}
        for n, (title, votes) in enumerate([("Rice", 0), ("Tea", 9), ("Bread", 3)])
    ]
    world.daily = {"2026-11-25": papers}
    report = run(tmp_path, world).report
    assert report.index("[Tea]") < report.index("[Bread]") < report.index("[Rice]")
    assert "- 9 votes\n" in report
    record = (tmp_path / "content/papers/undated/tea.md").read_text()
    assert "upvotes: 9\n" in record


@pytest.mark.parametrize(
    "paper",
    [
        arxiv_paper("2601.00001", "Of another name"),
        arxiv_paper("2611.00009", "streaming VIDEO: memory!"),
        arxiv_paper("2611.00009", "Of another name", doi="10.1000/THREE"),
    ],
)
def test_what_the_archive_has_is_not_proposed(tmp_path: Path, world: World, paper: dict[str, Any]) -> None:
    world.arxiv = [paper]
    result = run(tmp_path, world)
    assert not result.written
    assert "- 1 paper the archive has\n" in result.report
    assert not (tmp_path / "content/watch").exists()


def test_a_paper_that_was_deleted_in_review_never_comes_back(tmp_path: Path, world: World) -> None:
    world.arxiv = [arxiv_paper("2611.00001", "Cooking rice", doi="10.1000/rice")]
    (path,) = run(tmp_path, world).written
    (tmp_path / path).unlink()
    assert not run(tmp_path, world).written
    for paper in (
        arxiv_paper("2611.00001", "Cooking rice, second version"),
        arxiv_paper("2611.00002", "Of another name", doi="10.1000/RICE"),
        {**arxiv_paper("2611.00003", "Cooking rice!"), "doi": "10.1000/rice"},
    ):
        world.arxiv = [paper]
        result = run(tmp_path, world)
        assert not result.written
        assert "- 1 paper proposed before\n" in result.report


def test_two_papers_of_one_title_are_two(tmp_path: Path, world: World) -> None:
    world.arxiv = [arxiv_paper("2611.00001", "Editorial"), arxiv_paper("2611.00002", "Editorial")]
    assert run(tmp_path, world).written == (
        "content/papers/2026/editorial.md",
        "content/papers/2026/editorial-2.md",
    )


def test_withdrawn_and_excluded_papers_are_left_out(tmp_path: Path, world: World) -> None:
    world.arxiv = [
        arxiv_paper("2611.00001", "Rice", comment="This paper has been withdrawn by the authors"),
        arxiv_paper("2611.00002", "Tea", abstract="This submission has been withdrawn due to an error."),
        arxiv_paper("2611.00003", "A survey of bread"),
        arxiv_paper("2611.00004", "Soup", abstract="We survey soup. Money withdrawn from banks."),
        arxiv_paper("2611.00005", "Surveyors of land"),
    ]
    result = run(tmp_path, world)
    assert [Path(path).stem for path in result.written] == ["surveyors-of-land"]
    assert "- Rice: Withdrawn, as arXiv says: This paper has been withdrawn by the authors" in result.report
    assert "- Tea: Withdrawn" in result.report


def test_a_paper_that_several_watches_find_is_one_with_the_most_that_is_known(
    tmp_path: Path, world: World
) -> None:
    watch(tmp_path, "watches:\n  starred: {source: daily}\n  new: {source: arxiv, words: [rice]}\n")
    world.daily = {
        "2026-11-24": [{"paper": {"id": "2611.00001", "title": "Rice", "upvotes": 7}, "numComments": 2}]
    }
    world.arxiv = [arxiv_paper("2611.00001", "Rice", abstract="We cook.")]
    result = run(tmp_path, world)
    text = (tmp_path / result.written[0]).read_text()
    assert "upvotes: 7\ncomments: 2\nrank: 1\nabstract: |-\n  We cook.\n" in text
    assert "authors: [Ada Lovelace]\n" in text
    assert "found by starred, new\n" in result.report


def test_the_limit_leaves_the_rest_for_the_next_run(tmp_path: Path, world: World) -> None:
    watch(tmp_path, f"limit: 2\n{ARXIV}")
    world.arxiv = [arxiv_paper(f"2611.0000{n}", f"Paper {n}") for n in range(5)]
    result = run(tmp_path, world)
    assert len(result.written) == 2
    assert "- 3 papers less near than these" in result.report
    assert len(run(tmp_path, world).written) == 2
    assert len(run(tmp_path, world).written) == 1
    assert not run(tmp_path, world).written


def test_a_dry_run_writes_nothing_and_reports_the_same(tmp_path: Path, world: World) -> None:
    write_content(tmp_path, FILES)
    world.arxiv = [arxiv_paper("2611.00001", "Rice")]
    before = tree(tmp_path / "content")
    dry = run(tmp_path, world, dry_run=True)
    assert tree(tmp_path / "content") == before
    assert not dry.written
    assert run(tmp_path, world).report == dry.report


def test_ten_thousand_results_are_read_page_by_page(tmp_path: Path, world: World) -> None:
    world.arxiv = [arxiv_paper(f"2611.{n:05}", f"Paper {n}") for n in range(10_000)]
    result = run(tmp_path, world)
    assert result.requests == 20
    assert len(result.written) == 25
    assert "| video | arxiv | 10,000 |" in result.report
    pauses = [each for each in world.slept if each > 0]
    assert len(pauses) == 19
    assert max(pauses) <= 3


def test_a_watch_that_is_too_broad_says_so(tmp_path: Path, world: World) -> None:
    world.arxiv, world.total = [arxiv_paper("2611.00001", "Rice")], lambda _: 10_001
    with pytest.raises(
        ServiceError, match=r"arXiv has 10,001 papers for the watch 'video'; name rarer words"
    ):
        run(tmp_path, world)


LIES = [
    (Fault(body=b"<html>oops"), "arXiv answers something that is not XML"),
    (Fault(body=b"<html/>"), "arXiv answers something that is no Atom feed"),
    (Fault(body=b"\xff\xfe\x00"), "arXiv answers something that is not XML"),
    (Fault(body=b"<feed xmlns='http://www.w3.org/2005/Atom'/>"), "arXiv answers without the number of results"),  # noqa: E501
    (Fault(body=b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>http://arxiv.org/api/errors#x</id>"
                b"<summary>incorrect id</summary></entry></feed>"), "arXiv refuses the query: incorrect id"),
    (Fault(400), "arXiv does not understand the query"),
    (Fault(429, {"Retry-After": "9999"}), "arXiv asks for 167 minutes of patience"),
]  # fmt: skip


@pytest.mark.parametrize(("lie", "message"), LIES)
def test_a_lying_server_ends_in_a_clear_line_and_no_file(
    tmp_path: Path, world: World, lie: Fault, message: str
) -> None:
    write_content(tmp_path, FILES)
    before = tree(tmp_path / "content")
    world.arxiv, world.faults = [arxiv_paper(f"2611.{n:05}", f"Paper {n}") for n in range(900)], [None, lie]
    with pytest.raises(ServiceError, match=message):
        run(tmp_path, world)
    assert tree(tmp_path / "content") == before


@pytest.mark.parametrize("kind", ["cut", "trickle"])
def test_an_answer_that_breaks_off_for_good_ends_in_a_clear_line(
    tmp_path: Path, world: World, kind: str
) -> None:
    write_content(tmp_path, FILES)
    world.faults = [Fault(kind=kind)] * 4
    with pytest.raises(ServiceError, match=r"arXiv .*, 4 times in a row; try again later"):
        harvest(options(tmp_path), Query(), TODAY, lambda *_: None, world.web(timeout=0.3))
    assert not (tmp_path / "content/watch").exists()


def test_empty_pages_are_asked_for_again_and_then_named(tmp_path: Path, world: World) -> None:
    world.arxiv, world.total = [arxiv_paper("2611.00001", "Rice")], lambda _: 600
    with pytest.raises(ServiceError, match="counts 600 results and lists none after 500"):
        run(tmp_path, world)
    assert len(world.asked) == 4


def test_after_a_run_that_broke_off_nothing_is_asked_again(tmp_path: Path, world: World) -> None:
    write_content(tmp_path, FILES)
    world.arxiv = [arxiv_paper(f"2611.{n:05}", f"Paper {n}") for n in range(1500)]
    world.faults = [None, None, Fault(403)]
    for code in (1, 0):
        web = world.web(folder=tmp_path / "answers")
        if code:
            with pytest.raises(ServiceError):
                harvest(options(tmp_path), Query(), TODAY, lambda *_: None, web)
        else:
            harvest(options(tmp_path), Query(), TODAY, lambda *_: None, web)
            assert web.client.requests == 1


def test_a_full_disk_leaves_nothing_behind(
    tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_content(tmp_path, {**FILES, "watch/seen.yaml": "- {day: 2026-01-01, title: x}\n"})
    before = tree(tmp_path / "content")
    world.arxiv = [arxiv_paper(f"2611.{n:05}", f"Paper {n}") for n in range(3)]

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(batch, "replace_file", full)
    with pytest.raises(OSError, match="No space left"):
        run(tmp_path, world)
    assert tree(tmp_path / "content") == before


def test_a_closed_pull_requests_list_counts_and_is_taken_over(tmp_path: Path, world: World) -> None:
    write_content(tmp_path, FILES)
    (tmp_path / "old.yaml").write_text("- {day: 2026-11-20, title: Rice, arxiv: 2611.00001}\n")
    world.arxiv = [arxiv_paper("2611.00001", "Rice"), arxiv_paper("2611.00002", "Tea")]
    result = run(tmp_path, world, seen=tmp_path / "old.yaml")
    assert result.written == ("content/papers/2026/tea.md",)
    seen = (tmp_path / "content/watch/seen.yaml").read_text()
    assert [line for line in seen.splitlines() if line.startswith("-")] == [
        '- {day: 2026-11-20, title: "Rice", arxiv: 2611.00001}',
        '- {day: 2026-11-25, title: "Tea", arxiv: 2611.00002}',
    ]


def test_a_full_list_of_what_was_seen_is_put_aside(tmp_path: Path, world: World) -> None:
    old = "".join(f"- {{day: 2026-01-01, title: Old {n}, arxiv: 2512.{n:05}}}\n" for n in range(5000))
    write_content(tmp_path, {**FILES, "watch/seen.yaml": old})
    world.arxiv = [arxiv_paper("2512.00007", "Of another name"), arxiv_paper("2611.00001", "Rice")]
    assert run(tmp_path, world).written == ("content/papers/2026/rice.md",)
    assert (tmp_path / "content/watch/seen-until-2026-11-25.yaml").read_text() == old
    assert (tmp_path / "content/watch/seen.yaml").read_text().count("\n- ") == 1
    assert not run(tmp_path, world).written


HOSTILE = [
    "Closes #1, fixes https://github.com/o/r/issues/2, GH-3 and @everyone",
    "![x](http://tracker.example/pixel) <img src=x onerror=alert(1)> | a | b |",
    "# heading\n---\n- item `code` **bold** [link](javascript:alert(1))",
]


@pytest.mark.parametrize("title", HOSTILE)
def test_a_title_is_shown_as_text_and_does_nothing(tmp_path: Path, world: World, title: str) -> None:
    world.arxiv = [arxiv_paper("2611.00001", title)]
    report = run(tmp_path, world).report
    for harm in ("#1", "@everyone", "https://github.com", "GH-3"):
        assert harm not in report.replace("\\", "")
    shown = markdown.markdown(report)
    assert "<img" not in shown
    assert "javascript:alert(1)</a>" not in shown
    assert "<strong>" not in shown
    assert shown.count("<h2>") == 2


def test_wrong_shapes_count_as_absent(tmp_path: Path, world: World) -> None:
    watch(
        tmp_path,
        "watches:\n  a: {source: daily}\n  b: {source: crossref, words: [rice]}\n"
        "  c: {source: openalex, words: [rice]}\n",
    )
    odd: list[Any] = [None, 3, "x", [], {}, {"title": 3}, {"paper": []}, {"paper": {"title": ["x"]}}]
    world.daily = {"2026-11-25": odd}
    world.crossref = [*odd, {"type": "journal-article", "title": {}, "author": "x", "issued": [1]}]
    world.openalex = [
        *odd,
        {"title": "Rice", "authorships": [None, {"author": 3}], "publication_date": "2026"},
    ]
    result = run(tmp_path, world)
    assert "content/papers/undated/rice.md" in result.written


def test_a_watch_is_chosen_by_name(tmp_path: Path, world: World) -> None:
    watch(tmp_path, "watches:\n  video: {source: arxiv, words: [x]}\n  starred: {source: daily}\n")
    assert "starred" not in run(tmp_path, world, watch="video").report
    with pytest.raises(CommandError, match=r"there is no watch 'vidoe'; did you mean 'video'\?"):
        run(tmp_path, world, watch="vidoe")


def test_without_watches_there_is_nothing_to_ask(tmp_path: Path, world: World) -> None:
    write_content(tmp_path, {"papers/a.md": "---\ntitle: A\n---\n"})
    with pytest.raises(CommandError, match=r"there is no content/watch\.yaml"):
        harvest(options(tmp_path), Query(), TODAY, lambda *_: None, world.web())
    write_content(tmp_path, {"watch.yaml": ARXIV, "watch/seen.yaml": "- {day: x, title: y}\n"})
    with pytest.raises(ContentError):
        harvest(options(tmp_path), Query(), TODAY, lambda *_: None, world.web())


def test_a_watch_becomes_arxivs_query() -> None:
    watches, _ = read_watches(
        "watches:\n  a:\n    source: arxiv\n    categories: [cs.CV, cs.CL]\n    words: [long video]\n"
        "    authors: [Ada Lovelace]\n    exclude: [survey]\n",
        "x",
    )
    assert watches
    assert query_of(watches.watches[0], Window(dt.date(2026, 11, 18), TODAY)) == (
        '(cat:cs.CV OR cat:cs.CL) AND (ti:"long video" OR abs:"long video") AND (au:"Ada Lovelace")'
        " AND (submittedDate:[202611180000 TO 202611252359])"
        ' ANDNOT (ti:"survey" OR abs:"survey")'
    )


def test_the_command_line_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_content(tmp_path, FILES)
    assert main(["harvest", "--watch", "nothing"], tmp_path) == 1
    assert "there is no watch 'nothing'" in capsys.readouterr().err
    for since in ("7", "0d", "9999d", "yesterday"):
        with pytest.raises(SystemExit):
            main(["harvest", "--since", since], tmp_path)
    assert "write it as 7d or 2w" in capsys.readouterr().err


def test_json_is_what_the_servers_answer(world: World) -> None:
    """The stand-ins are asked as the real services are."""
    answer = world.web().client.get(f"{world.base}/crossref/works?cursor=*&rows=5", "x")
    assert json.loads(answer)["status"] == "ok"


def test_a_title_that_no_record_can_hold_makes_room_for_the_next(tmp_path: Path, world: World) -> None:
    watch(tmp_path, f"limit: 1\n{ARXIV}")
    world.arxiv = [arxiv_paper("2611.00001", "Streaming video " * 40), arxiv_paper("2611.00002", "Tea")]
    result = run(tmp_path, world)
    assert result.written == ("content/papers/2026/tea.md",)
    assert ": it has no title that a record can hold\n" in result.report
