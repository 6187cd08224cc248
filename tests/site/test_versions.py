"""Versions of one work: the newest is listed, the others say so and stay, exports tell."""

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from offprint.commands.build import build
from offprint.commands.check import examine
from tests.sites import build_site, options, page, read_library, tree, write_content

PAPER = (
    "---\ntitle: {title}\ndate: {date}\nlisted: {date}\nauthors: [{authors}]\norganizations: [{lab}]\n"
    "topics: [video]\narxiv: 2406.10000v{n}\n{more}---\nWords on entropy and video, number {n}.\n"
)


def version(n: int, date: str, more: str = "", *, authors: str = "Ada, Bo", lab: str = "Lab") -> str:
    return PAPER.format(title=f"Work v{n}", date=date, more=more, n=n, authors=authors, lab=lab)


FILES = {
    "topics/video.md": "---\nname: Video\n---\n",
    "papers/first.md": version(1, "2024-01-01", authors="Ada, Bo, Early Bird", lab="Old Lab"),
    "papers/second.md": version(2, "2024-02-02", "supersedes: was-first\n"),
    "papers/third.md": version(3, "2024-03-03", "supersedes: second\n"),
    "papers/other.md": "---\ntitle: Another\ndate: 2024-03-03\nauthors: [Ada, Early Bird]\n"
    "topics: [video]\n---\nWords on entropy and video.\n",
}
FILES["papers/first.md"] = FILES["papers/first.md"].replace("topics:", "formerly: [was-first]\ntopics:")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("versions")
    build_site(folder, FILES, search=True)
    return folder


def test_lists_feeds_counts_and_search_have_the_newest_alone(site: Path) -> None:
    for path in (
        "index.html", "topics/video.html", "organizations/lab.html", "authors/ada.html", "2024.html",
        "feed.xml", "feed.json", "topics/video.xml", "archive.html", "data/words.js",
    ):  # fmt: skip
        text = page(site, path)
        assert "first.html" not in text, path
        assert "second.html" not in text, path
    assert ">2 papers<" in page(site, "topics/video.html")
    assert json.loads(page(site, "data/statistics.json"))["years"] == {"2024": 2}
    entry = json.loads((site / "_site/pagefind/pagefind-entry.json").read_text())
    assert sum(each["page_count"] for each in entry["languages"].values()) == 2


def test_each_version_stays_and_leads_to_the_newest_and_to_all(site: Path) -> None:
    for slug in ("first", "second", "third"):
        text = page(site, f"papers/{slug}.html")
        listed = re.search(r"<h2>Versions</h2>(.*?)</section>", text, re.DOTALL)
        assert listed
        assert re.findall(r"Work v\d", listed[1]) == ["Work v3", "Work v2", "Work v1"]
        assert len(re.findall("<a ", listed[1])) == 2
        assert ("There is a newer version:" in text) == (slug != "third")
        assert f"papers/{slug}.html" in page(site, "sitemap.xml")
    notice = 'There is a newer version:</strong> <a href="../papers/third.html">Work v3</a> (3 March 2024)'
    assert notice in page(site, "papers/first.html")
    # Neither is related to the other, and none is a neighbour in the order of dates.
    assert "first.html" not in page(site, "papers/other.html")


def test_no_address_goes_with_an_earlier_version(site: Path) -> None:
    assert "url=../daily.html" in page(site, "daily/2024-01-01.html")
    assert "url=../../archive.html" in page(site, "2024/01/01.html")
    assert "No paper" in page(site, "organizations/old-lab.html")
    # Two works make an author's page, two versions of one do not, and a superseded one counts.
    assert "Another" in page(site, "authors/early-bird.html")
    assert not (site / "_site/authors/bo.html").exists()


def test_exports_tell_which_version_supersedes_which(site: Path) -> None:
    items = {each["id"]: each["custom"] for each in json.loads(page(site, "data/papers.json"))}
    relations = ("supersedes", "superseded_by")
    assert [tuple(map(items[each].get, relations)) for each in ("first", "second", "third")] == [
        (None, "second"), ("first", "third"), ("second", None),
    ]  # fmt: skip
    bib = page(site, "data/papers.bib")
    assert re.findall(r"related = \{(\w+)\}", bib) == ["second", "first"]
    assert bib.count("relatedtype = {supersedes}") == bib.count("relatedstring = {Supersedes}") == 2
    rows = {
        row["slug"]: row["supersedes"] for row in csv.DictReader(io.StringIO(page(site, "data/papers.csv")))
    }
    assert rows == {"first": "", "second": "first", "third": "second", "other": ""}
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page(site, "papers/second.html"))
    assert found
    linked = json.loads(found[1])
    url = "https://example.org/archive/papers/"
    assert linked["dcterms:replaces"] == {"@id": f"{url}first.html"}
    assert linked["dcterms:isReplacedBy"] == {"@id": f"{url}third.html"}
    cited = "".join(path.read_text() for path in (site / "_site/data/cite").iterdir())
    assert f"OP  - {url}first.html" in cited


@pytest.mark.parametrize(
    ("fields", "line", "message"),
    [
        ({"a": "supersedes: nobody"}, 3, "there is no paper 'nobody'"),
        ({"a": "supersedes: a"}, 3, "'a' supersedes itself"),
        ({"a": "supersedes: c", "b": "supersedes: a", "c": "supersedes: b"}, 3, "'c' supersedes itself"),
        ({"a": "", "b": "supersedes: a", "c": "supersedes: a"}, 3, "a second paper"),
        ({"a": "formerly: [z]", "b": "supersedes: a", "c": "supersedes: z"}, 3, "a second paper"),
        ({"a": "draft: true", "b": "supersedes: a"}, 3, "'a' is a draft, which readers do not see"),
        ({"a": "supersedes: gone"}, 3, "'gone' is removed for good"),
        ({"a": "supersedes: Not A Slug"}, 3, "'Not A Slug' is not a slug"),
    ],
)  # fmt: skip
def test_what_is_no_chain_of_versions_is_an_error_with_its_place(
    tmp_path: Path, fields: dict[str, str], line: int, message: str
) -> None:
    files = {
        f"papers/{slug}.md": f"---\ntitle: {slug}\n{more}\n---\nText.\n" for slug, more in fields.items()
    }
    files["removed.yaml"] = "- slug: gone\n  day: 2026-05-04\n  reason: Asked for.\n"
    write_content(tmp_path, files)
    # A build and check say the same, though a build leaves drafts out.
    with pytest.raises(Exception, match="1 error") as error:
        build_site(tmp_path, {})
    checked = examine(options(tmp_path), [], fix=False, links=False, progress=lambda *_: None)
    for found in (error.value.diagnostics, checked.diagnostics):  # type: ignore[attr-defined]
        (fault,) = (each for each in found if each.severity == "error")
        assert fault.position.line == line
        assert fault.message.startswith(message)


def test_one_arxiv_id_in_two_versions_is_an_error_only_where_they_are_not_joined(tmp_path: Path) -> None:
    files = {"topics/video.md": FILES["topics/video.md"], "papers/first.md": FILES["papers/first.md"]}
    _, faults = read_library(tmp_path, {**files, "papers/second.md": version(2, "2024-02-02")})
    (fault,) = (each for each in faults if each.severity == "error")
    assert fault.advice.endswith("If it is a newer version, add supersedes: first")
    write_content(tmp_path, {"papers/second.md": version(2, "2024-02-02", "supersedes: first\n")})
    checked = examine(options(tmp_path), [], fix=False, links=False, progress=lambda *_: None)
    assert [each.message for each in checked.diagnostics if "looks like" in each.message] == []
    assert not any(each.severity == "error" for each in checked.diagnostics)


def test_a_draft_of_a_new_version_leaves_the_published_one_listed_until_it_is_published(
    tmp_path: Path,
) -> None:
    files = {**FILES, "papers/third.md": version(3, "2024-03-03", "supersedes: second\ndraft: true\n")}
    build_site(tmp_path, files)
    assert "second.html" in page(tmp_path, "topics/video.html")
    assert "newer version" not in page(tmp_path, "papers/second.html")
    build_site(tmp_path, FILES)  # incremental, against a clean build
    clean = replace(options(tmp_path), output=tmp_path / "clean", cache=tmp_path / "clean-cache")
    build(clean, lambda *_: None)
    assert tree(tmp_path / "_site") == tree(tmp_path / "clean")
