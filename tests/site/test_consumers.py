"""What other programs make of the exports: each paper is read back by its title, people, type and ids.

The programs are from PyPI (pybtex, bibtexparser, rispy, feedparser) and npm (citation-js).
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bibtexparser
import feedparser
import pybtex.database
import pytest
import rispy

from offprint.site.citations import ris
from tests.sites import PROJECT, build_site, read_library

NPM = {f"@citation-js/{name}": "0.8.2" for name in ("core", "plugin-bibtex", "plugin-csl", "plugin-ris")}
PAPERS = {
    "papers/math.md": r"""
        ---
        title: Scaling to $10^4$ frames with $O(n \log n)$ & 50% of CO$_2$
        date: 2026-01-02
        listed: 2026-06-30
        authors:
          - {name: Gabriel García Márquez, family: García Márquez}
          - {name: World Health Organization, group: true}
          - Ludwig van Beethoven
        arxiv: 2601.00001v2
        topics: [graphs, sound]
        abstract: At $\sqrt{s}=13$ TeV.
        ---
        Seen.
        """,
    "papers/journal.md": """
        ---
        title: "Deep_learning: a review"
        date: 2025-03
        listed: 2026-06-30
        authors: [Ada Lovelace, Grace Hopper]
        author_count: 30
        type: article-journal
        venue: Journal of Łódź
        volume: 12
        issue: 3
        pages: 100-120
        doi: 10.1002/(SICI)1521_3862
        ---
        """,
    "papers/retracted.md": """
        ---
        title: Wrong figures
        date: 2024
        listed: 2026-06-30
        authors: [Jane Roe]
        status: retracted
        notice: Its figures were wrong.
        ---
        """,
    "topics/graphs.md": "---\nname: Graphs, trees\n---\n",
    "topics/sound.md": "---\nname: Sound\n---\n",
}
TITLE = "Scaling to 10⁴ frames with O(n log n) & 50% of CO₂"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a site's data files, and in it all citations as RIS."""
    folder = tmp_path_factory.mktemp("consumers")
    build_site(folder, PAPERS)
    library, _ = read_library(folder, PAPERS)
    cited = (ris(paper, library.site) for paper in library.papers)
    text = "\r\n".join(each for each in cited if each) + "\r\n"
    (folder / "_site/data/papers.ris").write_text(text, "utf-8")
    return folder / "_site/data"


@pytest.fixture(scope="module")
def read_by_citation_js(data: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """The items that citation-js reads from each export, by format and slug."""
    prefix = PROJECT / ".cache" / "citation-js"
    if not (prefix / "node_modules/@citation-js/plugin-ris").exists():
        npm = shutil.which("npm")
        if not npm:
            pytest.fail("this test needs Node.js and npm: apt-get install npm", pytrace=False)
        wanted = [f"{name}@{version}" for name, version in NPM.items()]
        options = ["--no-save", "--no-audit", "--no-fund", "--prefix", str(prefix)]
        subprocess.run([npm, "install", *options, *wanted], check=True, capture_output=True)
    program = """
        const { plugins, Cite } = require("@citation-js/core");
        for (const name of ["bibtex", "csl", "ris"]) require(`@citation-js/plugin-${name}`);
        const { readFileSync } = require("node:fs");
        const read = (file) => new Cite(readFileSync(`${process.argv[1]}/${file}`, "utf-8")).data;
        const [bib, json, ris] = ["papers.bib", "papers.json", "papers.ris"].map(read);
        console.log(JSON.stringify({ bib, json, ris }));
    """
    done = subprocess.run(
        ["node", "-e", program, str(data)], cwd=prefix, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return {name: {item["id"]: item for item in items} for name, items in json.loads(done.stdout).items()}


def families(names: list[dict[str, str]]) -> Iterator[str]:
    """How each name would be sorted."""
    for name in names:
        yield name.get("literal") or f"{name.get('non-dropping-particle', '')} {name['family']}".strip()


def test_pybtex_reads_people_types_and_ids(data: Path) -> None:
    entries = pybtex.database.parse_file(str(data / "papers.bib")).entries
    assert set(entries) == {"math", "journal"}
    math, journal = entries["math"], entries["journal"]
    assert (math.type, journal.type) == ("misc", "article")
    people = [
        (" ".join(each.prelast_names), " ".join(each.last_names), " ".join(each.first_names))
        for each in math.persons["author"]
    ]
    assert people == [
        ("", "García Márquez", "Gabriel"),
        ("", "{World Health Organization}", ""),
        ("van", "Beethoven", "Ludwig"),
    ]
    assert (math.fields["eprint"], math.fields["eprinttype"]) == ("2601.00001v2", "arxiv")
    assert "$10^4$" in math.fields["title"]
    assert journal.fields["doi"] == "10.1002/(SICI)1521_3862"
    assert (journal.fields["volume"], journal.fields["number"], journal.fields["pages"]) == (
        "12",
        "3",
        "100--120",
    )
    assert str(journal.persons["author"][-1]) == "others"


def test_bibtexparser_reads_every_entry_and_field(data: Path) -> None:
    entries = bibtexparser.loads((data / "papers.bib").read_text("utf-8")).entries_dict
    assert {key: entry["ENTRYTYPE"] for key, entry in entries.items()} == {
        "math": "misc",
        "journal": "article",
    }
    assert entries["journal"]["journal"] == "Journal of Łódź"
    assert entries["math"]["author"].split(" and ")[1] == "{World Health Organization}"


def test_rispy_reads_types_people_and_each_keyword(data: Path) -> None:
    entries = {entry["id"]: entry for entry in rispy.loads((data / "papers.ris").read_text("utf-8"))}
    assert {key: entry["type_of_reference"] for key, entry in entries.items()} == {
        "math": "UNPB",
        "journal": "JOUR",
    }
    math, journal = entries["math"], entries["journal"]
    assert math["title"] == TITLE
    assert math["keywords"] == ["Graphs, trees", "Sound"]
    assert math["authors"][0] == "García Márquez, Gabriel"
    assert journal["authors"] == ["Lovelace, Ada", "Hopper, Grace", "others"]
    assert (journal["start_page"], journal["end_page"]) == ("100", "120")


def test_feedparser_reads_titles_as_words(data: Path) -> None:
    feed = feedparser.parse(str(data.parent / "feed.xml"))
    assert not feed.bozo
    titles = {entry.title for entry in feed.entries}
    assert titles >= {TITLE, "Deep_learning: a review"}


def test_citation_js_reads_the_same_people_from_every_format(
    read_by_citation_js: dict[str, dict[str, dict[str, Any]]],
) -> None:
    for items in read_by_citation_js.values():
        people = list(families(items["math"]["author"]))
        assert people == ["García Márquez", "World Health Organization", "van Beethoven"]
        assert list(families(items["journal"]["author"])) == ["Lovelace", "Hopper", "others"]


def test_citation_js_reads_types_titles_and_status(
    read_by_citation_js: dict[str, dict[str, dict[str, Any]]],
) -> None:
    read = read_by_citation_js
    assert {name: items["journal"]["type"] for name, items in read.items()} == {
        "bib": "article-journal",
        "json": "article-journal",
        "ris": "article-journal",
    }
    assert read["json"]["math"]["title"] == (
        "Scaling to 10<sup>4</sup> frames with O(n log n) & 50% of CO<sub>2</sub>"
    )
    assert read["ris"]["math"]["title"] == TITLE
    assert read["json"]["retracted"]["title"] == "[RETRACTED] Wrong figures"
    assert read["json"]["retracted"]["custom"]["notice"] == "Its figures were wrong."
    assert {name for name, items in read.items() if "retracted" in items} == {"json"}
    assert {items["journal"]["DOI"] for items in read.values()} == {"10.1002/(SICI)1521_3862"}
