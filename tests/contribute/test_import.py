"""What other tools export becomes records without a fault, and nothing is lost silently."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offprint.archive.model import Paper
from offprint.archive.resolve import resolve
from offprint.commands.importing import Imported, import_file
from offprint.contribute.drafts import Draft, record_text
from offprint.contribute.importers.bibtex import read
from offprint.diagnostics import ContentError, count
from offprint.records import markup
from offprint.records.reader import load_content
from offprint.site.citations import bibtex, ris
from tests.contribute import exports
from tests.sites import build_site, options, page, read_library, tree, write_content

TOPICS = {"topics/video-generation.md": "---\nname: Video generation\naliases: [text to video]\n---\n"}


def bring(folder: Path, data: str | bytes, files: dict[str, str] = TOPICS, listed: str = "") -> Imported:
    """Import a file into an archive that has ``files``."""
    if not (folder / "content").exists():
        write_content(folder, files)
    file = folder / "export"
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return import_file(options(folder), file, listed, lambda *_: None)


def papers(folder: Path) -> dict[str, Paper]:
    """The archive's papers by slug; there may be no error in it."""
    content, malformed = load_content(folder / "content")
    library, unresolved = resolve(content)
    assert not count(malformed + unresolved, "error")
    return {paper.slug: paper for paper in library.papers}


def facts(paper: Paper) -> dict[str, object]:
    """All that a record says, without places in files."""
    record = paper.record
    return {
        "slug": paper.slug,
        "title": record.title.source,
        "date": record.date,
        "listed": record.listed,
        "authors": [(each.name, each.author.orcid) for each in paper.authors],
        "author_count": record.author_count,
        "organizations": [each.name for each in paper.organizations],
        "topics": [each.slug for each in paper.topics],
        "venue": record.venue,
        "arxiv": record.arxiv and record.arxiv.text,
        "doi": record.doi and record.doi.text,
        "links": record.links,
        "upvotes": record.upvotes,
        "comments": record.comments,
        "abstract": record.abstract.source,
        "summary": record.summary.source.strip(),
    }


def test_zoteros_bibtex_keeps_accents_braces_math_and_names(tmp_path: Path) -> None:
    done = bring(tmp_path, exports.ZOTERO_BIB)
    found = papers(tmp_path)
    first = facts(found["tv2tv"])
    assert first["title"] == r"TV2TV: A Unified Framework for $\alpha_2$-Interleaved Language & Video"
    assert [name for name, _ in first["authors"]] == [  # type: ignore[attr-defined]
        "Józef Müller", "Jan van der Berg", "OpenAI Research and Safety", "Renée Šimko",
    ]  # fmt: skip
    assert first["venue"] == "Proceedings of the 42nd International Conference on Machine Learning"
    assert (first["date"], first["doi"]) == ((2025, 12, 0), "10.1000/xyz_123")
    assert first["abstract"] == r"We reach 5% on École data, “by far”, for \$5 a day."
    assert first["topics"] == ["video-generation"]
    second = facts(found["attention-is-all-you-need"])
    assert (second["arxiv"], second["doi"], second["venue"]) == ("1706.03762", None, "")
    keyword = "keyword 'Computer Science - Machine Learning'"
    assert done.unmapped.keys() == {keyword, "file", "shorttitle", "urldate", "primaryclass"}
    assert (found["tv2tv"].record.pages, found["tv2tv"].record.type) == ("1-12", "paper-conference")
    assert [note.message for note in done.notes] == [
        "vaswaniAttention2017: the authors end in “and others”: how many there are is not said"
    ]
    assert [note.position.line for note in done.notes] == [18]


def test_jabrefs_strings_crossrefs_and_months_are_understood(tmp_path: Path) -> None:
    done = bring(tmp_path, exports.JABREF_BIB)
    found = papers(tmp_path)
    assert len(done.written) == 3  # the proceedings themselves are no paper
    study = facts(found["a-study-of-graphs-large-and"])
    assert study["title"] == "A Study of Graphs – “Large” and Small"
    assert study["date"] == (2020, 7, 10)
    assert study["venue"] == "Int. Conf. on Machine Learning"
    assert study["authors"] == [("John Doe Jr.", ""), ("Anna Bäcker", "")]
    assert study["links"] == (("code", "https://github.com/doe/graphs"),)
    machine = facts(found["a-machine-with-texttt"])
    assert machine["venue"] == "Int. Conf. on Machine Learning Workshop # 2"
    assert machine["authors"] == [("José de la Cruz", ""), ("Barnes and Noble, Inc.", "")]
    ore = facts(found["an-aether-of-graphs"])
    assert ore["title"] == "An æther of graphs"
    assert [name for name, _ in ore["authors"]] == ["Øystein Ore", "Paul Erdős"]  # type: ignore[attr-defined]
    assert done.unmapped == {"note": (22,), "timestamp": (13,)}
    assert [each.name.text for each in found["a-study-of-graphs-large-and"].record.editors] == ["Some One"]
    assert "it is the proceedings that 1 entry of this file refer to by crossref" in done.notes[0].message


def test_google_scholar_and_dblp_name_arxiv_in_the_journal(tmp_path: Path) -> None:
    bring(tmp_path, exports.SCHOLAR_BIB)
    found = papers(tmp_path)
    assert {slug: paper.record.arxiv and paper.record.arxiv.text for slug, paper in found.items()} == {
        "smith2024deep": "2401.12345",
        "machines-that-weave": "2302.00001",
    }
    assert not any(paper.record.venue for paper in found.values())


def test_what_is_broken_is_named_with_its_line_and_the_rest_is_imported(tmp_path: Path) -> None:
    done = bring(tmp_path, exports.BROKEN_BIB)
    assert sorted(papers(tmp_path)) == ["after", "fine", "fine-2"]
    said = {(note.position.line, note.message) for note in done.notes}
    assert (2, "broken: this @article was left out: its braces do not close") in said
    assert done.refused == 2
    assert (1, "fine: the date '20xx' is none") in said
    assert (1, "fine: the DOI 'not a doi' is none") in said
    assert (6, "untitled: not imported: it has no title that can be used") in said


def test_csl_json_is_read_with_its_partial_dates_and_names(tmp_path: Path) -> None:
    done = bring(tmp_path, exports.ZOTERO_CSL)
    found = papers(tmp_path)
    bees = facts(found["on-bees-ants"])
    assert bees["title"] == "On Bees & Ants"
    assert bees["authors"] == [("Jan van der Berg", ""), ("The Bee Group", "")]
    assert (bees["date"], bees["doi"]) == ((2019, 3, 4), "10.1234/bees")
    assert bees["links"] == (("html", "https://example.org/bees"),)
    assert facts(found["b"])["arxiv"] == "2405.00001v2"
    assert facts(found["b"])["date"] == (2024, 5, 0)
    assert found["c"].date is None
    assert "c: the date 'in press' is none" in [note.message for note in done.notes]
    assert found["on-bees-ants"].record.volume == "3"


def test_ris_is_read_in_zoteros_and_mendeleys_spelling(tmp_path: Path) -> None:
    done = bring(tmp_path, exports.ZOTERO_RIS)
    found = papers(tmp_path)
    mice = facts(found["of-mice-and-men"])
    assert (mice["date"], mice["doi"], mice["venue"]) == ((2021, 3, 5), "10.5555/mice", "J. of Mice")
    assert mice["authors"] == [("John Steinbeck", ""), ("Vincent van Gogh", "")]
    assert (mice["topics"], mice["abstract"]) == (["video-generation"], "Mice are small.")
    assert mice["links"] == (("html", "https://example.org/mice"), ("pdf", "https://example.org/mice.pdf"))
    mendeley = facts(found["mendeley-writes-t1"])
    assert (mendeley["arxiv"], mendeley["date"]) == ("1911.00001v2", (1911, 0, 0))
    assert done.unmapped == {"keyword 'mice'": (1,)}
    record = found["of-mice-and-men"].record
    assert (record.volume, record.pages, record.type) == ("7", "1-9", "article-journal")


def test_a_text_that_begins_below_its_tag_is_read(tmp_path: Path) -> None:
    bring(tmp_path, "TY  - JOUR\nTI  - One\nAB  -\nFirst line\nand second.\nKW  -\nER  - \nstray\n")
    assert papers(tmp_path)["one"].record.abstract.source == "First line and second."


def test_our_own_ris_comes_back_with_both_ids(tmp_path: Path) -> None:
    record = "---\ntitle: x\narxiv: 2512.05103\ndoi: 10.1000/x\nlinks: {pdf: https://e.org/x.pdf}\n---\n"
    library, _ = read_library(tmp_path / "first", {"papers/x.md": record})
    done = bring(tmp_path / "second", ris(library.papers[0], library.site))
    found = facts(papers(tmp_path / "second")["x"])
    assert (found["arxiv"], found["doi"]) == ("2512.05103", "10.1000/x")
    assert found["links"] == (("pdf", "https://e.org/x.pdf"),)
    assert done.unmapped.keys() == {"LA", "DP"}


def test_a_reference_without_an_end_is_named(tmp_path: Path) -> None:
    done = bring(tmp_path, "TY  - JOUR\nTI  - One\nER  -\nTY  - JOUR\nTI  - Two\n")
    assert list(papers(tmp_path)) == ["one"]
    assert [(n.position.line, n.message) for n in done.notes] == [(4, "Two: this reference has no end")]


def test_a_daily_page_is_read_as_text_and_as_json(tmp_path: Path) -> None:
    bring(tmp_path / "text", exports.DAILY_TEXT)
    found = papers(tmp_path / "text")
    tv2tv, second = facts(found["tv2tv"]), facts(found["second"])
    assert (tv2tv["organizations"], tv2tv["comments"]) == (["facebook"], 2)
    assert tv2tv["date"] == (2025, 12, 4)
    assert str(tv2tv["listed"]) == "2026-06-30"
    assert (second["author_count"], second["date"], second["comments"]) == (31, (2026, 5, 8), 1)

    bring(tmp_path / "json", exports.SEED_JSON, listed="2026-06-30")
    found = papers(tmp_path / "json")
    assert facts(found["tv2tv"])["organizations"] == ["facebook"]
    assert {str(paper.listed) for paper in found.values()} == {"2026-06-30"}
    assert dict(found["undated-paper"].record.links).keys() == {"code", "project"}
    api = facts(found["from-an-api"])
    assert (api["arxiv"], api["upvotes"], api["comments"]) == ("2512.05103", 7, 3)


def test_papers_keep_the_order_of_their_file_on_each_day(tmp_path: Path) -> None:
    entries = ["second", "another", "ancient"]
    bring(tmp_path, "".join(f"@misc{{{x}, title={{{x}}}}}" for x in entries), listed="2026-06-30")
    bring(tmp_path, "@misc{also, title={Also}}", listed="2026-06-30")
    bring(tmp_path, "@misc{next, title={Of the next day}}", listed="2026-07-01")
    ranks = {slug: paper.record.rank for slug, paper in papers(tmp_path).items()}
    assert ranks == {"second": 1, "another": 2, "ancient": 3, "also": 4, "next": 1}


def test_cp1252_is_read_and_said(tmp_path: Path) -> None:
    done = bring(tmp_path, "@misc{x,\n title = {Señor “Müller”}}".encode("cp1252"))
    assert papers(tmp_path)["x"].record.title.source == "Señor “Müller”"
    (note,) = done.notes
    assert (note.position.line, note.message) == (2, "this is not UTF-8; it was read as Windows-1252")


def test_what_the_archive_has_is_skipped_and_never_overwritten(tmp_path: Path) -> None:
    mine = "---\ntitle: deep THINGS\n---\nMy own words.\n"
    write_content(tmp_path, {**TOPICS, "papers/2020/smith2024deep.md": mine})
    done = bring(tmp_path, exports.SCHOLAR_BIB)
    assert done.skipped == (
        "export:1: smith2024deep: content/papers/2020/smith2024deep.md has the title 'Deep things'",
    )
    before = tree(tmp_path / "content")
    again = bring(tmp_path, exports.SCHOLAR_BIB)
    assert again.written == ()
    assert len(again.skipped) == 2
    assert tree(tmp_path / "content") == before
    assert before["papers/2020/smith2024deep.md"].decode() == mine


def test_papers_of_one_title_are_two_where_their_ids_say_so(tmp_path: Path) -> None:
    entry = "@misc{{{0}, title = {{Editorial}}, {0} = {{{1}}}}}\n"
    done = bring(
        tmp_path,
        entry.format("doi", "10.1000/one") + entry.format("DOI", "10.1000/two")
        + entry.format("doi", "10.1000/ONE") + "@misc{x, title = {Editorial}}",
    )  # fmt: skip
    assert done.written == ("content/papers/undated/doi.md", "content/papers/undated/editorial.md")
    assert [line.partition(" has ")[2] for line in done.skipped] == [
        "the DOI 10.1000/one",
        "the title 'Editorial'",
    ]


def test_the_round_trip_through_papers_bib_loses_nothing(tmp_path: Path) -> None:
    rest = r"""
        @misc{plain-key, title = {{Odd -{}- \$5 \_ \{x\} \textbackslash{}alpha
          \textasciitilde{} ``q'' $x''_{1}$}},
          abstract = {One 5\%.

          Two $a_b$.},
          author = {{One Name} and Last, First}, orcid-numbers = {Last, First/0000-0002-1825-0097},
          affiliation = {{A, B and C} and {D}}, keywords = {text to video}, link-code = {https://example.org/a_b~c},
          url = {https://example.org/x.pdf}, day = {3}, month = 2, year = 2020, author-count = 9, upvotes = 0,
          comments = 4, listed = {2026-06-30}, annote = {Own *words*, a `code_x`, and [link](https://e.org/\textasciitilde{}x).

- a list
- of two}}
        """
    first, second = tmp_path / "first", tmp_path / "second"
    for export in (exports.ZOTERO_BIB, exports.JABREF_BIB, exports.SCHOLAR_BIB, exports.ZOTERO_RIS,
                   exports.ZOTERO_CSL, exports.SEED_JSON, rest):  # fmt: skip
        bring(first, export)
    build_site(first, {})
    done = bring(second, page(first, "data/papers.bib"))
    mine, theirs = papers(first), papers(second)
    assert len(mine) == 16
    assert not done.skipped
    assert {slug: facts(paper) for slug, paper in theirs.items()} == {
        slug: facts(paper) for slug, paper in mine.items()
    }
    odd = facts(theirs["plain-key"])
    assert odd["title"] == r"Odd -- \$5 _ {x} \alpha ~ “q” $x''_{1}$"
    assert odd["summary"] == "Own *words*, a `code_x`, and [link](https://e.org/~x).\n\n- a list\n- of two"


@pytest.fixture(scope="module")
def somewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("round")


PIECES = st.sampled_from(
    r"a 5 $ $$ $x_1$ $$a & b$$ \(x_1\) \[y\] \$ _ % & # ~ ^ - ' ` ! ? @ \alpha ( ) * é $HOME `$x`".split(" ")
)
LINES = st.lists(
    st.sampled_from([" ", r"\_", r"\%", r"\{", "{", "}", "\\", "\n", "\n\n    "]) | PIECES, max_size=8
)


@settings(deadline=None, max_examples=150)
@given(st.lists(PIECES | st.sampled_from([" ", r"\_", r"\%"]), max_size=8), LINES)
def test_no_sign_is_lost_on_the_way_through_bibtex(
    somewhere: Path, title: list[str], summary: list[str]
) -> None:
    title_text = " ".join(f"A {''.join(title)}".split())
    text = record_text(Draft(title=title_text, abstract=title_text, summary=f"S {''.join(summary)}".rstrip()))
    library, _ = read_library(somewhere, {"papers/x.md": text})
    (paper,) = library.papers
    (entry,), faults = read(bibtex(paper, library.site, whole=True), "papers.bib")
    assert not faults
    shown, _ = markup.inline(title_text)
    assert markup.inline(entry.draft.title)[0].html == shown.html  # 5\\% and 5% are one text
    assert markup.inline(entry.draft.abstract)[0].html == shown.html
    assert entry.draft.summary == paper.record.summary.source.strip()


def test_names_come_back_as_they_were_and_are_cited_by_their_family(tmp_path: Path) -> None:
    record = """\
        ---
        title: x
        authors: [John Doe Jr., Jan van der Berg III, "Barnes, Inc.", Ada Lovelace, 王小明, A and B]
        ---
        """
    library, _ = read_library(tmp_path / "first", {"papers/x.md": record})
    (paper,) = library.papers
    assert "Doe, Jr., John and van der Berg, III, Jan" in bibtex(paper, library.site)
    assert "AU  - Doe, John, Jr.\r\nAU  - van der Berg, Jan, III" in ris(paper, library.site)
    bring(tmp_path / "second", bibtex(paper, library.site, whole=True))
    assert facts(papers(tmp_path / "second")["x"])["authors"] == facts(paper)["authors"]


def test_topics_links_and_venues_come_back_as_they_were(tmp_path: Path) -> None:
    record = """\
        ---
        title: x
        topics: [sound]
        venue: Workshop on arXiv
        links: {project: "https://example.org/", code: "https://example.org/code"}
        ---
        """
    topic = {"topics/sound.md": "---\nname: Audio, speech; music\n---\n"}
    write_content(tmp_path / "first", {**topic, "papers/x.md": record})
    build_site(tmp_path / "first", {})
    bring(tmp_path / "second", page(tmp_path / "first", "data/papers.bib"), topic)
    (mine,), (theirs,) = papers(tmp_path / "first").values(), papers(tmp_path / "second").values()
    assert facts(theirs) == facts(mine)


@pytest.mark.parametrize(
    ("data", "message", "line"),
    [
        ("", "no paper was found in this file", 1),
        ("hello\nworld", "no paper was found in this file", 1),
        ('[{"title": "x",\n]', "this is not JSON", 2),
        ("[" * 100_000, "this JSON is nested too deep", 1),
        ("[1, 2]", "no paper was found in this file", 1),
        ("\x00\x01\x02", "this is no text", 1),
        (f"A heading\n\n{'A long paragraph. ' * 20}\n\nMore.\n", "no paper was found in this file", 1),
    ],
)
def test_a_file_without_papers_is_refused_with_its_line(
    tmp_path: Path, data: str, message: str, line: int
) -> None:
    with pytest.raises(ContentError) as caught:
        bring(tmp_path, data)
    fault = caught.value.diagnostics[0]
    assert message in fault.message
    assert fault.position.line == line
    assert list(tree(tmp_path / "content")) == ["site.yaml", "topics/video-generation.md"]


def test_hostile_values_become_sound_records_or_are_left_out(tmp_path: Path) -> None:
    done = bring(
        tmp_path,
        "@misc{../../etc/passwd, title = {--- : # &a *b !c \u202e <script>alert(1)</script>}, "
        "author = {- x: y and {[a], {b}} and 'q\" r'}, booktitle = {a: b # c}, "
        'url = {javascript:alert(1)}, link-code = {https://e.org/{x}}, doi = {10.1/"><script>}, '
        f"abstract = {{{'x' * 30_000}}}, annote = {{{'*' * 2000}}}, year = 2020}}",
    )
    (paper,) = papers(tmp_path).values()
    assert paper.record.title.source == "— : # &a *b !c <script>alert(1)</script>"
    assert paper.record.position.path.startswith("content/papers/2020/")
    assert not paper.record.abstract
    assert not paper.record.summary
    assert any("left out: " in note.message for note in done.notes)
    assert all(re.fullmatch(r"[a-z0-9-]+\.md", path.rpartition("/")[2]) for path in done.written)
