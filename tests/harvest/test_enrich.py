"""``enrich`` writes what is missing, tells where sources disagree, and leaves every other byte."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offprint.commands.check import examine
from offprint.commands.enrich import Enriched, enrich
from offprint.diagnostics import CommandError
from offprint.harvest.http import ServiceError
from offprint.harvest.mending import Target, with_fields
from offprint.records import forms
from tests.harvest.servers import Fault, World, arxiv_paper, serving
from tests.sites import options, tree, write_content

ORCID = "0000-0002-1825-0097"
ROR = "https://ror.org/05dxps055"


@pytest.fixture
def world() -> Iterator[World]:
    with serving() as served:
        yield served


def run(folder: Path, world: World, files: dict[str, str] | None = None, **more: Any) -> Enriched:
    """Enrich an archive of these files; it is sound afterwards."""
    if files is not None:
        write_content(folder, files)
    result = enrich(options(folder), [], lambda *_: None, **{"dry_run": False, "web": world.web(), **more})
    checked = examine(options(folder), [], fix=False, links=False, progress=lambda *_: None)
    assert [each for each in checked.diagnostics if each.severity == "error"] == []
    return result


def text(folder: Path, path: str) -> str:
    return (folder / "content" / path).read_bytes().decode()


def crossref(doi: str, title: str, **more: Any) -> dict[str, Any]:
    return {"DOI": doi, "title": [title], "type": "journal-article", **more}


def openalex(doi: str, title: str, **more: Any) -> dict[str, Any]:
    return {"doi": f"https://doi.org/{doi}", "title": title, **more}


RICH = crossref(
    "10.1000/rice",
    "On rice",
    author=[
        {"given": "Ada", "family": "Lovelace", "ORCID": f"https://orcid.org/{ORCID}",
         "affiliation": [{"name": "Analytical Society", "id": [{"id": ROR, "id-type": "ROR"}]}]},
        {"given": "Grace", "family": "Hopper"},
    ],
    issued={"date-parts": [[2026, 6, 30]]},
    **{"container-title": ["J. of Grain"], "volume": "4", "issue": "2", "page": "1-9", "publisher": "Mill"},
)  # fmt: skip


def test_what_is_missing_is_written_in_its_place(tmp_path: Path, world: World) -> None:
    world.crossref = [RICH]
    result = run(
        tmp_path,
        world,
        {
            "papers/a.md": "---\ntitle: 'On rice' # its title\n# a comment\ndoi:   '10.1000/Rice'\n---\nText.  \n",  # noqa: E501
            "organizations/analytical-society.md": "---\nname: Analytical Society\n---\nOld.\n",
        },
    )
    assert text(tmp_path, "papers/a.md") == (
        "---\n"
        "title: 'On rice' # its title\n"
        "date: 2026-06-30\n"
        f"authors: [{{name: Ada Lovelace, orcid: {ORCID}}}, Grace Hopper]\n"
        "organizations: [Analytical Society]\n"
        "venue: J. of Grain\n"
        "volume: 4\n"
        "issue: 2\n"
        "pages: 1-9\n"
        "publisher: Mill\n"
        "# a comment\n"
        "doi:   '10.1000/Rice'\n"
        "---\nText.  \n"
    )
    assert text(tmp_path, "organizations/analytical-society.md") == (
        f"---\nname: Analytical Society\nror: {ROR}\n---\nOld.\n"
    )
    assert set(result.added) == {"content/papers/a.md", "content/organizations/analytical-society.md"}
    assert not run(tmp_path, world).added


def test_a_dry_run_prints_the_difference_and_writes_nothing(tmp_path: Path, world: World) -> None:
    world.crossref = [RICH]
    write_content(
        tmp_path, {"papers/a.md": "---\ntitle: On rice\ndoi: 10.1000/rice\nvenue: J. of Grain\n---\nx\n"}
    )
    before = tree(tmp_path / "content")
    result = run(tmp_path, world, dry_run=True)
    assert tree(tmp_path / "content") == before
    assert result.diff.startswith("--- a/content/papers/a.md\n+++ b/content/papers/a.md\n@@")
    assert "+date: 2026-06-30\n" in result.diff


def test_authors_gain_their_orcid_and_nothing_else(tmp_path: Path, world: World) -> None:
    world.crossref = [RICH]
    run(
        tmp_path,
        world,
        {
            "papers/a.md": '---\ntitle: On rice\nauthors:\n  - "Ada Lovelace"  # first\n  - Grace Hopper\n'
            "doi: 10.1000/rice\n---\nx\n"
        },
    )
    assert f'authors:\n  - {{name: "Ada Lovelace", orcid: {ORCID}}}  # first\n  - Grace Hopper\n' in text(
        tmp_path, "papers/a.md"
    )


def test_a_source_that_disagrees_is_told_at_its_place_and_changes_nothing(
    tmp_path: Path, world: World
) -> None:
    world.crossref = [RICH]
    world.arxiv = [
        arxiv_paper("2601.00001", "On tea", "2026-01-02", authors=["A", "B", "C"], doi="10.1000/other")
    ]
    a = "---\ntitle: On rice\ndate: 2020\nauthors: [Ada Lovelace]\nvenue: Elsewhere\ndoi: 10.1000/rice\n" + (
        "organizations: [X]\n---\nx\n"
    )
    b = "---\ntitle: On tea\ndate: 2026-01\nauthor_count: 5\norganizations: [X]\narxiv: 2601.00001\n" + (
        "doi: 10.1000/tea\nlinks: {}\n---\nx\n"
    )
    result = run(tmp_path, world, {"papers/a.md": a, "papers/b.md": b})
    notes = [(each.position.path[-4:], each.position.line, each.message) for each in result.notes]
    assert ("a.md", 3, "the date is 2020 here; Crossref says 2026-06-30") in notes
    assert ("a.md", 4, "Crossref names 2 authors, the record 1") in notes
    assert ("b.md", 4, "arXiv names 3 authors, the record 5") in notes
    assert ("b.md", 7, "arXiv gives the DOI 10.1000/other") in notes
    assert "date: 2020\n" in text(tmp_path, "papers/a.md")
    assert "volume" not in text(tmp_path, "papers/a.md")
    assert "author_count: 5\n" in text(tmp_path, "papers/b.md")
    assert "authors" not in text(tmp_path, "papers/b.md")


def test_an_id_of_another_paper_is_told_and_nothing_is_taken_from_it(tmp_path: Path, world: World) -> None:
    world.crossref = [RICH]
    record = "---\ntitle: The flight of bees in winter\ndoi: 10.1000/rice\n---\nx\n"
    result = run(tmp_path, world, {"papers/a.md": record})
    assert text(tmp_path, "papers/a.md") == record
    (note,) = result.notes
    assert note.message == "Crossref has another title for its id: 'On rice'"


def test_published_withdrawn_and_retracted(tmp_path: Path, world: World) -> None:
    world.arxiv = [
        arxiv_paper("2601.00001", "On rice", doi="10.1000/rice"),
        arxiv_paper("2601.00002", "On tea", comment="This paper has been withdrawn: an error in Lemma 2"),
    ]
    world.crossref = [RICH, crossref("10.1000/soup", "On soup", **{"updated-by": [{"type": "retraction"}]})]
    run(
        tmp_path,
        world,
        {
            "papers/a.md": "---\ntitle: On rice\narxiv: 2601.00001v3\n---\nx\n",
            "papers/b.md": "---\ntitle: On tea\narxiv: 2601.00002\n---\nx\n",
            "papers/c.md": "---\ntitle: On soup\ndoi: 10.1000/soup\n---\nx\n",
        },
    )
    a, b, c = (text(tmp_path, f"papers/{name}.md") for name in "abc")
    assert "venue: J. of Grain\n" in a
    assert "doi: 10.1000/rice\n" in a
    assert (
        'status: withdrawn\nnotice: "Withdrawn, as arXiv says: This paper has been withdrawn: an error' in b
    )
    assert 'status: retracted\nnotice: "Retracted by its publisher"\n' in c


def test_what_crossref_does_not_know_datacite_and_openalex_may(tmp_path: Path, world: World) -> None:
    world.datacite = {
        "10.5281/zenodo.7": {
            "doi": "10.5281/zenodo.7",
            "titles": [{"title": "Bee data"}],
            "creators": [{"name": "von Frisch, Karl", "nameIdentifiers": [{"nameIdentifier": ORCID}],
                          "affiliation": [{"name": "Zoology", "affiliationIdentifier": ROR}]}],
            "publicationYear": 1927,
        }
    }  # fmt: skip
    world.openalex = [
        openalex("10.5281/zenodo.7", "Bee data", publication_date="1927-04-01",
                 primary_location={"source": {"display_name": "Zenodo", "type": "repository"},
                                   "pdf_url": "https://example.org/bees.pdf"}),
        openalex("10.48550/arXiv.2601.00009", "Wax", publication_date="2026-01-09",
                 authorships=[{"author": {"display_name": "Ada Lovelace", "orcid": f"https://orcid.org/{ORCID}"},
                               "institutions": [{"display_name": "Analytical Society", "ror": ROR}]}]),
    ]  # fmt: skip
    run(
        tmp_path,
        world,
        {
            "papers/a.md": "---\ntitle: Bee data\ndoi: 10.5281/zenodo.7\n---\nx\n",
            "papers/b.md": "---\ntitle: Wax\narxiv: 2601.00009\n---\nx\n",
        },
    )
    a, b = (text(tmp_path, f"papers/{name}.md") for name in "ab")
    assert "date: 1927\n" in a
    assert f"authors: [{{name: Karl von Frisch, orcid: {ORCID}}}]\norganizations: [Zoology]\n" in a
    assert "links: {pdf: https://example.org/bees.pdf}\n" in a
    assert f"authors: [{{name: Ada Lovelace, orcid: {ORCID}}}]\norganizations: [Analytical Society]\n" in b


def test_fifty_records_with_gaps(tmp_path: Path, world: World) -> None:
    """Every kind of file: front matter, a record in YAML, lists of records, Windows' line ends, a BOM."""
    world.arxiv = [
        arxiv_paper(
            f"2601.{n:05}", f"On grain number {n}", "2026-01-02", authors=[f"Author {k}" for k in range(3)]
        )
        for n in range(50)
    ]
    root = write_content(tmp_path, {})
    (root / "papers").mkdir()
    fields = "title: On grain number {n}\n{i}author_count: 3\n{i}arxiv: 2601.{n:05}\n"
    for n in range(30):
        lines = f"---\n{fields.format(n=n, i='')}---\nSummary {n}.\n"
        data = {0: lines, 1: lines.replace("\n", "\r\n"), 2: "\ufeff" + lines}[n % 3]
        (root / f"papers/p{n}.md").write_bytes(data.encode())
    for n in range(30, 40):
        (root / f"papers/p{n}.yaml").write_bytes(fields.format(n=n, i="").rstrip("\n").encode())
    items = "".join(f"- slug: p{n}\n  {fields.format(n=n, i='  ')}\n# between\n" for n in range(40, 50))
    (root / "papers/many.yaml").write_bytes(items.encode())
    before = dict(tree(root / "papers"))
    result = run(tmp_path, world)
    assert len(result.added) == 41
    assert not result.notes
    for path, mended in tree(root / "papers").items():
        added = mended.decode().splitlines(keepends=True)
        old = before[path].decode().splitlines(keepends=True)
        kept = [line for line in added if not line.lstrip().startswith(("date:", "authors:", "links:"))]
        assert "".join(kept).rstrip("\n") == "".join(old).rstrip("\n"), path
        assert {line.endswith("\r\n") for line in added if line.strip()} == {
            line.endswith("\r\n") for line in old if line.strip()
        } or path.endswith(".yaml")
    assert result.requests == 2


def test_a_record_on_one_line_is_told(tmp_path: Path, world: World) -> None:
    world.crossref = [RICH]
    record = "---\n{title: On rice, doi: 10.1000/rice}\n---\nx\n"
    result = run(tmp_path, world, {"papers/a.md": record})
    assert text(tmp_path, "papers/a.md") == record
    assert "is written so that nothing can be added" in result.notes[0].message


def test_a_field_without_a_value_is_filled(tmp_path: Path, world: World) -> None:
    world.crossref = [RICH]
    run(
        tmp_path,
        world,
        {"papers/a.md": "---\ntitle: On rice\ndate:  # unknown\nvenue:\ndoi: 10.1000/rice\n---\nx\n"},
    )
    assert "date: 2026-06-30  # unknown\n" in text(tmp_path, "papers/a.md")
    assert "venue: J. of Grain\n" in text(tmp_path, "papers/a.md")


@pytest.mark.parametrize("service", [0, 1, 2, 3])
def test_a_service_that_fails_ends_in_a_clear_line_and_no_file_changes(
    tmp_path: Path, world: World, service: int
) -> None:
    world.arxiv = [arxiv_paper("2601.00001", "On rice")]
    files = {"papers/a.md": "---\ntitle: On rice\narxiv: 2601.00001\ndoi: 10.9999/none\n---\nx\n"}
    write_content(tmp_path, files)
    before = tree(tmp_path / "content")
    world.faults = [*[None] * service, Fault(403)]
    with pytest.raises(ServiceError, match="answers 403"):
        run(tmp_path, world)
    assert tree(tmp_path / "content") == before


def test_only_the_files_that_are_named(tmp_path: Path, world: World) -> None:
    world.crossref = [RICH]
    record = "---\ntitle: On rice\ndoi: 10.1000/rice\n---\nx\n"
    root = write_content(tmp_path, {"papers/a.md": record, "papers/b.md": "---\ntitle: B\n---\nx\n"})
    enrich(options(tmp_path), [root / "papers/b.md"], lambda *_: None, dry_run=False, web=world.web())
    assert text(tmp_path, "papers/a.md") == record
    for path in (tmp_path / "x.md", root / "papers/c.md"):
        with pytest.raises(CommandError):
            enrich(options(tmp_path), [path], lambda *_: None, dry_run=False, web=world.web())


_TITLES = st.sampled_from(
    ['title: "a: b"', "title: >-\n  a\n  b", "title: |\n  a", "title: a # x", "title: 'ü 𝛼'"]
)
_OTHERS = st.sampled_from(
    ["topics: []", "venue: x", "venue:", "# note", "links:\n  code: https://example.org/x", "authors:\n- A\n- B",  # noqa: E501
     "authors: [A,\n  B]", "organizations: [o]  # end", "", "upvotes: 3"]
)  # fmt: skip


@given(_TITLES, st.lists(_OTHERS, unique=True), st.booleans(), st.booleans())
def test_adding_fields_changes_nothing_else(title: str, others: list[str], windows: bool, bom: bool) -> None:
    if sum(each.startswith(("authors", "venue")) for each in others) > 1 and len(
        {each.partition(":")[0] for each in others}
    ) < len(others):
        return  # a key that stands twice is refused
    text = "---\n" + "".join(f"{each}\n" for each in [title, *others]) + "---\nBody.\n"
    text = ("\ufeff" if bom else "") + (text.replace("\n", "\r\n") if windows else text)
    mended = with_fields(text, Target("x", forms.PAPER, True), {"date": " 2026-06-30", "doi": " 10.1000/x"})
    assert mended is not None
    ending = "\r\n" if windows else "\n"
    assert mended.replace(f"date: 2026-06-30{ending}", "").replace(f"doi: 10.1000/x{ending}", "") == text


def test_a_record_without_ids_is_found_by_its_title_where_only_one_paper_has_it(
    tmp_path: Path, world: World
) -> None:
    world.arxiv = [
        arxiv_paper("2601.00001", "Growing: Rice in Winter!", authors=["A", "B"]),
        arxiv_paper("2601.00002", "Growing rice in winter fields"),
        arxiv_paper("2601.00003", "On the flight of bees"),
        arxiv_paper("2601.00004", "On the flight of bees"),
        arxiv_paper("2601.00005", "The taste of tea", "2026-01-02"),
        arxiv_paper("2601.00006", "Tea"),
    ]
    files = {
        "papers/a.md": "---\ntitle: 'Growing: rice, in winter'\ndate: 2026\nauthor_count: 2\n---\nx\n",
        "papers/b.md": "---\ntitle: On the flight of bees\n---\nx\n",
        "papers/c.md": "---\ntitle: The taste of tea\ndate: 1999\n---\nx\n",
        "papers/d.md": "---\ntitle: Tea\n---\nx\n",
    }
    result = run(tmp_path, world, files)
    assert set(result.added) == {"content/papers/a.md"}
    a = text(tmp_path, "papers/a.md")
    assert "authors: [A, B]\nauthor_count: 2\n" in a
    assert "arxiv: 2601.00001\n" in a
    assert "date: 2026\n" in a
