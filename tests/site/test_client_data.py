"""What scripts load: the rows of long lists, and citations; and how a paper is cited in RIS."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from offprint.archive.model import Paper
from offprint.records.model import SiteConfig
from offprint.site import citations, client_data, routes
from tests.records.test_records import FULL, TOPIC
from tests.sites import build_site, page, read_library, tree

PUBLISHED = {path: text.replace("status: retracted", "") for path, text in FULL.items()}
SITE = "title: Small\nurl: https://example.org/archive/\npage_size: 2\n"


def only_paper(folder: Path, files: dict[str, str]) -> tuple[Paper, SiteConfig]:
    library, _ = read_library(folder, files)
    (paper,) = library.papers
    return paper, library.site


def handed(text: str) -> tuple[str, Any]:
    """The path and the value that a data file hands over."""
    call = re.fullmatch(r"offprint\.receive\((.*)\);\n", text)
    assert call
    path, value = json.loads(f"[{call[1]}]")
    return path, value


def test_ris_says_everything_in_one_line_each(tmp_path: Path) -> None:
    paper, site = only_paper(tmp_path, PUBLISHED)
    assert citations.ris(paper, site).split("\r\n") == [
        "TY  - CONF",
        "ID  - tv2tv",
        "TI  - TV2TV: A Unified Framework",
        "AU  - Hopper, Grace",
        "AU  - Lovelace, Ada",
        "AU  - others",
        "T2  - CVPR 2026",
        "PY  - 2025",
        "DA  - 2025/12/04/",
        "AB  - Plain text with k.",
        "N1  - Our own words.",
        "KW  - Video",
        "DO  - 10.1000/xyz123",
        "DB  - arXiv",
        "AN  - arXiv:2406.10000",
        "UR  - https://doi.org/10.1000/xyz123",
        "L1  - https://example.org/a.pdf",
        "LA  - en",
        "DP  - A small archive",
        "ER  - ",
    ]


@pytest.mark.parametrize(
    ("date", "lines"),
    [
        ("2025", ["PY  - 2025", "DA  - 2025///"]),
        ("2025-12", ["PY  - 2025", "DA  - 2025/12//"]),
    ],
)
def test_ris_knows_as_much_of_a_date_as_the_record(tmp_path: Path, date: str, lines: list[str]) -> None:
    paper, site = only_paper(tmp_path, {"papers/x.md": f"---\ntitle: x\ndate: {date}\n---\n"})
    assert [line for line in citations.ris(paper, site).split("\r\n") if line[:2] in ("PY", "DA")] == lines


def test_no_text_can_start_a_ris_tag_of_its_own(tmp_path: Path) -> None:
    record = "---\ntitle: x\nabstract: |\n  First.\n\n  ER  - \n\n  TY  - JOUR\n---\n"
    paper, site = only_paper(tmp_path, {"papers/x.md": record})
    tags = [line[:2] for line in citations.ris(paper, site).split("\r\n")]
    assert tags.count("TY") == tags.count("ER") == 1
    assert tags[-1] == "ER"


def test_a_retracted_paper_has_no_ris(tmp_path: Path) -> None:
    paper, site = only_paper(tmp_path, FULL)
    assert citations.ris(paper, site) == ""
    assert client_data.citation(paper, site) == "null"


def test_zotero_is_told_that_a_paper_without_a_venue_is_a_preprint(tmp_path: Path) -> None:
    record = "---\ntitle: x\narxiv: 2406.10000\n---\n"
    paper, site = only_paper(tmp_path / "a", {"papers/x.md": record})
    tags = dict(citations.meta_tags(paper, site))
    assert (tags["z:itemType"], tags["z:archiveID"]) == ("preprint", "arXiv:2406.10000")
    paper, site = only_paper(tmp_path / "b", PUBLISHED)
    assert not any(name.startswith("z:") for name, _ in citations.meta_tags(paper, site))


def test_a_citation_leaves_out_its_texts_and_loses_nothing(tmp_path: Path) -> None:
    abstract = 'A text with "quotes", $k$, a \\\\ and\n  a second line; ' + "words " * 20
    record = f"---\ntitle: The title\nabstract: |\n  {abstract}\n---\nA summary, *ours*.\n"
    files = {"papers/a-long-slug.md": record}
    paper, site = only_paper(tmp_path, files)
    bibtex, ris, csl, *texts = json.loads(client_data.citation(paper, site))
    csl = json.dumps(csl, ensure_ascii=False)
    assert texts[:2] == [paper.record.abstract.plain, "A summary, ours."]
    for text in (*texts, paper.slug):
        assert text not in ris
        assert text not in csl
    for mark, text in zip("\ue001\ue002\ue003\ue004\ue005", [*texts, paper.slug], strict=True):
        bibtex, ris = bibtex.replace(mark, text), ris.replace(mark, text)
        csl = csl.replace(mark, json.dumps(text, ensure_ascii=False)[1:-1])
    assert bibtex == citations.bibtex(paper, site)
    assert ris == citations.ris(paper, site)
    assert json.loads(csl) == citations.csl(paper, site)


@pytest.mark.parametrize("title", ["2020, 10, 4", "2020,10,4", "[[2020,10,4]]", "3000000000", "}],[{}],[{"])
def test_a_title_that_looks_like_json_breaks_no_citation(tmp_path: Path, title: str) -> None:
    record = f"---\ntitle: '{title}'\ndate: 2020-10-04\nauthor_count: 300000000\n---\n"
    paper, site = only_paper(tmp_path, {"papers/x.md": record})
    _, _, csl, *_ = json.loads(client_data.citation(paper, site))
    assert csl["title"].replace("\ue003", title) == title
    assert csl["issued"] == {"date-parts": [[2020, 10, 4]]}


def test_every_paper_is_in_the_file_of_citations_that_its_slug_names(tmp_path: Path) -> None:
    files = {f"papers/p{n:03}.md": f"---\ntitle: Paper {n}\n---\n" for n in range(40)}
    build_site(tmp_path, files)
    found: dict[str, object] = {}
    for path, text in tree(tmp_path / "_site/data/cite").items():
        handed_path, papers = handed(text.decode())
        assert handed_path == f"data/cite/{path}"
        assert {routes.citations_of(slug) for slug in papers} == {handed_path}
        found |= papers
    assert sorted(found) == [f"p{n:03}" for n in range(40)]


def test_a_new_paper_changes_one_file_of_citations(tmp_path: Path) -> None:
    files = {f"papers/p{n:03}.md": f"---\ntitle: Paper {n}\n---\n" for n in range(20)}
    build_site(tmp_path, files)
    before = tree(tmp_path / "_site/data/cite")
    build_site(tmp_path, {**files, "papers/another.md": "---\ntitle: Another\n---\n"})
    after = tree(tmp_path / "_site/data/cite")
    assert {f"data/cite/{path}" for path in after if before.get(path) != after[path]} == {
        routes.citations_of("another")
    }


def test_a_list_of_several_pages_has_rows_of_all_its_papers(tmp_path: Path) -> None:
    papers = {
        f"papers/p{n}.md": f"""
        ---
        title: Paper {n}
        date: 2026-0{n}-01
        authors: [A One, B Two, C Three, D Four, E Five]
        topics: [video]
        upvotes: {n}
        ---
        """
        for n in range(1, 4)
    }
    papers["papers/p4.md"] = "---\ntitle: Last\ntopics: [video]\norganizations: [A lab]\n---\n"
    build_site(tmp_path, {**TOPIC, **papers, "site.yaml": SITE})
    path, rows = handed(page(tmp_path, "data/lists/topics/video.js"))
    assert path == "data/lists/topics/video.js"
    assert [row[0] for row in rows["papers"]] == ["p3", "p2", "p1", "p4"]
    slug, title, who, others, date, topics, organizations, upvotes = rows["papers"][0]
    assert (slug, title, upvotes, organizations) == ("p3", "Paper 3", 3, [])
    assert (who, others) == ("A One, B Two, C Three and 2 more", "D Four, E Five")
    assert rows["dates"][date] == ["2026-03-01", "1 March 2026"]
    assert [rows["topics"][number] for number in topics] == [["video", "Video"]]
    assert rows["papers"][3] == ["p4", "Last", "", "", None, [0], [0]]
    assert 'data-rows="data/lists/topics/video.js"' in page(tmp_path, "topics/video/2.html")


def test_a_list_of_one_page_is_worked_from_the_page(tmp_path: Path) -> None:
    build_site(tmp_path, FULL)
    assert 'data-rows=""' in page(tmp_path, "topics/video.html")
    assert not (tmp_path / "_site/data/lists").exists()


def test_what_is_handed_over_is_data_whatever_the_content_says(tmp_path: Path) -> None:
    title = '\\");alert(1);//</script><!--'
    files = {f"papers/p{n}.md": f"---\ntitle: '{title}'\ntopics: [video]\n---\n" for n in range(3)}
    files = {**TOPIC, **files, "site.yaml": SITE}
    library, _ = read_library(tmp_path, files)
    build_site(tmp_path, files)
    _, rows = handed(page(tmp_path, "data/lists/topics/video.js"))
    assert {row[1] for row in rows["papers"]} == {library.papers[0].record.title.plain}
    _, cited = handed(page(tmp_path, routes.citations_of("p0")))
    assert "alert(1)" in "".join(cited["p0"][3:])
