"""A former address leads on: its page, its feed, its name in records, and the id of an entry in feeds."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from offprint.diagnostics import Diagnostic
from tests.records.test_git_history import commit, git
from tests.sites import build_site, page, read_library, write_content

ATOM = {"a": "http://www.w3.org/2005/Atom"}
URL = "https://example.org/archive/"
PAPER = (
    "---\ntitle: {}\nlisted: 2026-06-30\ntopics: [{}]\norganizations: [{}]\n{}---\n"
    "The summary, which is long enough to know the paper again by.\n"
)
FILES = {
    "papers/new.md": PAPER.format("The paper", "old-topic", "Old Lab", "formerly: [first, second]\n"),
    "topics/topic.md": "---\nname: The topic\nformerly: [old-topic]\n---\n",
    "organizations/lab.md": "---\nname: The lab\nformerly: [old-lab]\n---\n",
    "pages/about.md": "---\ntitle: About\nformerly: [info]\n---\nText.\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("moved")
    build_site(folder, FILES)
    return folder


def atom_ids(folder: Path, path: str) -> tuple[str, list[str]]:
    """Return a feed's id and those of its entries."""
    feed = ET.fromstring(page(folder, path))
    return feed.findtext("a:id", "", ATOM), [
        e.findtext("a:id", "", ATOM) for e in feed.findall("a:entry", ATOM)
    ]


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("papers/first.html", "papers/new.html", "The paper"),
        ("papers/second.html", "papers/new.html", "The paper"),
        ("topics/old-topic.html", "topics/topic.html", "The topic"),
        ("organizations/old-lab.html", "organizations/lab.html", "The lab"),
        ("info.html", "about.html", "About"),
    ],
)
def test_a_former_address_leads_on(site: Path, old: str, new: str, name: str) -> None:
    text = page(site, old)
    up = "../" * old.count("/")
    assert f'<link rel="canonical" href="{URL}{new}">' in text
    assert f'<meta http-equiv="refresh" content="0; url={up}{new}">' in text
    assert re.search(f'<a id="target" href="{re.escape(up + new)}">{name}</a>', text)


def test_an_entry_keeps_the_id_of_its_first_address_in_every_feed(site: Path) -> None:
    for path in ("feed.xml", "topics/topic.xml", "organizations/lab.xml"):
        assert atom_ids(site, path)[1] == [f"{URL}papers/first.html"]
        assert f'href="{URL}papers/new.html"' in page(site, path)
    (item,) = json.loads(page(site, "feed.json"))["items"]
    assert (item["id"], item["url"]) == (f"{URL}papers/first.html", f"{URL}papers/new.html")


@pytest.mark.parametrize(
    ("old", "new"), [("topics/old-topic", "topics/topic"), ("organizations/old-lab", "organizations/lab")]
)
def test_a_feed_is_the_same_at_its_former_address(site: Path, old: str, new: str) -> None:
    assert page(site, f"{old}.xml") == page(site, f"{new}.xml")
    assert atom_ids(site, f"{new}.xml")[0] == f"{URL}{old}.html"


def test_no_list_no_sitemap_and_no_export_has_a_former_address(site: Path) -> None:
    for path in ("index.html", "sitemap.xml", "topics.html", "feeds.opml", "data/papers.json"):
        text = page(site, path)
        assert not [
            old for old in ("first", "second", "old-topic", "old-lab", "info.html") if f"/{old}" in text
        ]


def faults(folder: Path, files: dict[str, str]) -> list[Diagnostic]:
    _, diagnostics = read_library(folder, files)
    return [each for each in diagnostics if each.severity == "error"]


@pytest.mark.parametrize(
    "files",
    [
        {
            "papers/a.md": PAPER.format("A", "", "", "formerly: [b]\n"),
            "papers/b.md": PAPER.format("B", "", "", ""),
        },
        {f"papers/{x}.md": PAPER.format(x, "", "", "formerly: [z]\n") for x in "ab"},
        {"topics/a.md": "---\nname: A\nformerly: [b]\n---\n", "topics/b.md": "---\nname: B\n---\n"},
        {
            "topics/a.md": "---\nname: A\nformerly: [z]\n---\n",
            "topics/b.md": "---\nname: B\naliases: [z]\n---\n",
        },
        {f"organizations/{x}.md": f"---\nname: {x}\nformerly: [z]\n---\n" for x in "ab"},
        {f"pages/{x}.md": f"---\ntitle: {x}\nformerly: [z]\n---\n" for x in "ab"},
        {"papers/a.md": PAPER.format("A", "", "", "formerly: [z, z]\n")},
    ],
)
def test_two_claims_to_one_address_are_an_error_with_both_places(
    tmp_path: Path, files: dict[str, str]
) -> None:
    files = {path: text.replace("topics: []\norganizations: []\n", "") for path, text in files.items()}
    (fault,) = faults(tmp_path, files)
    assert {fault.position.path, *re.findall(r"content/[\w/]+\.md", fault.advice)} == {
        f"content/{path}" for path in files
    }


def test_a_page_of_the_archive_is_not_a_former_address(tmp_path: Path) -> None:
    write_content(tmp_path, {"pages/about.md": "---\ntitle: x\nformerly: [topics]\n---\n"})
    with pytest.raises(Exception, match="1 error") as error:
        build_site(tmp_path, {})
    (fault,) = error.value.diagnostics  # type: ignore[attr-defined]
    assert (fault.position.line, fault.message) == (3, "the archive makes a page topics.html of its own")


def test_two_papers_that_were_one_keep_the_id_of_the_one_that_stays(tmp_path: Path) -> None:
    build_site(
        tmp_path,
        {
            "papers/b.md": PAPER.format("B", "", "", "formerly: [b, a]\n").replace(
                "topics: []\norganizations: []\n", ""
            )
        },
    )
    assert atom_ids(tmp_path, "feed.xml")[1] == [f"{URL}papers/b.html"]
    assert "url=../papers/b.html" in page(tmp_path, "papers/a.html")


def test_what_git_knows_to_be_renamed_leads_on_and_keeps_its_id_and_day(tmp_path: Path) -> None:
    text = PAPER.format("The paper", "t", "", "").replace("organizations: []\n", "")
    topic = "---\nname: The topic\ndescription: About the topic, with enough words to know it again.\n---\n"
    write_content(tmp_path, {})
    commit(tmp_path, "2026-01-01", {"content/papers/2024/old.md": text, "content/topics/t.md": topic})
    (tmp_path / "content/papers/2026").mkdir()
    git(tmp_path, "2026-02-01", "mv", "content/papers/2024/old.md", "content/papers/2026/new-name.md")
    commit(tmp_path, "2026-02-01", {})
    git(tmp_path, "2026-03-01", "mv", "content/papers/2026/new-name.md", "content/papers/2026/newest.md")
    git(tmp_path, "2026-03-01", "mv", "content/topics/t.md", "content/topics/u.md")
    commit(tmp_path, "2026-03-01", {})
    build_site(tmp_path, {})
    for old in ("old", "new-name"):
        assert "url=../papers/newest.html" in page(tmp_path, f"papers/{old}.html")
    assert atom_ids(tmp_path, "topics/u.xml") == (f"{URL}topics/t.html", [f"{URL}papers/old.html"])
    assert "Record made 1 January 2026" in page(tmp_path, "papers/newest.html")
    assert "Last changed" not in page(tmp_path, "papers/newest.html")
    # An address that somebody else has by now is theirs.
    build_site(tmp_path, {"papers/new-name.md": text.replace("The paper", "Another")})
    assert "Another" in page(tmp_path, "papers/new-name.html")
    assert atom_ids(tmp_path, "feed.xml")[1] == [f"{URL}papers/new-name.html", f"{URL}papers/old.html"]
