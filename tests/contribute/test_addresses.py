"""``check`` says which addresses that readers know would lead nowhere, and writes down git's renames."""

from dataclasses import replace
from pathlib import Path

import pytest

from offprint.commands.check import Checked, examine
from offprint.contribute.fix import add_former
from tests.records.test_git_history import commit, git
from tests.sites import build_site, options, page, write_content

TEXT = "What it asks, what was done and what came out: enough words to know the record again.\n"
FILES: dict[str, str | None] = {
    "content/papers/2024/one.md": f"---\ntitle: One\norganizations: [Lab]\nauthors: [Ada, Bo]\n---\n{TEXT}",
    "content/papers/2024/two.md": f"---\ntitle: Two\nauthors: [Ada, Bo]\ntopics: [video]\n---\n{TEXT}2\n",
    "content/papers/list.yaml": "- slug: three\n  title: Three\n  summary: Text.\n",
    "content/topics/video.md": f"---\nname: Video\n---\n{TEXT}About video.\n",
    "content/pages/about.md": f"---\ntitle: About\n---\n{TEXT}About us.\n",
}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive on the branch main, whose last commit has all records, and a branch of work."""
    write_content(tmp_path, {})
    commit(tmp_path, "2026-01-01", FILES)
    git(tmp_path, "2026-01-01", "branch", "-M", "main")
    git(tmp_path, "2026-01-01", "switch", "--quiet", "--create", "work")
    return tmp_path


def look(folder: Path, *, fix: bool = False) -> Checked:
    return examine(options(folder), [], fix=fix, links=False, progress=lambda *_: None)


def lost(folder: Path) -> list[str]:
    """Return the addresses that check says lead nowhere now."""
    messages = [each.message for each in look(folder).diagnostics]
    return sorted(message.split(",")[0] for message in messages if "leads nowhere" in message)


def move(folder: Path, old: str, new: str) -> None:
    git(folder, "2026-02-01", "mv", f"content/{old}", f"content/{new}")


def test_nothing_is_lost_while_all_is_as_on_the_main_branch_or_more(archive: Path) -> None:
    assert lost(archive) == []
    write_content(archive, {"papers/four.md": f"---\ntitle: Four\n---\n{TEXT}"})
    assert lost(archive) == []


def test_an_address_without_a_successor_is_named_whatever_it_was_of(archive: Path) -> None:
    (archive / "content/papers/2024/one.md").unlink()
    (archive / "content/pages/about.md").unlink()
    (archive / "content/papers/list.yaml").write_text("- slug: drei\n  title: Three\n  summary: Text.\n")
    assert lost(archive) == [
        "about.html", "authors/ada.html", "authors/bo.html", "organizations/lab.html", "papers/one.html",
        "papers/three.html",
    ]  # fmt: skip
    git(archive, "2026-02-01", "add", "--all")
    git(archive, "2026-02-01", "commit", "--quiet", "--message=x")
    assert len(lost(archive)) == 6


def test_a_published_paper_that_becomes_a_draft_is_lost_and_a_draft_that_goes_is_not(archive: Path) -> None:
    one = archive / "content/papers/2024/one.md"
    one.write_text(one.read_text().replace("title: One", "title: One\ndraft: true"))
    told = [each for each in look(archive).diagnostics if each.message.startswith("papers/one.html,")]
    assert [each.advice.split(",")[0] for each in told] == ["take draft out of content/papers/2024/one.md:1"]
    git(archive, "2026-02-01", "commit", "--quiet", "--all", "--message=x")
    git(archive, "2026-02-01", "branch", "--force", "main", "HEAD")
    one.unlink()
    assert "papers/one.html" not in lost(archive)


def test_an_organization_without_papers_is_kept_by_a_file_of_its_own(archive: Path) -> None:
    one = archive / "content/papers/2024/one.md"
    one.write_text(one.read_text().replace("organizations: [Lab]\n", ""))
    (told,) = (each for each in look(archive).diagnostics if "leads nowhere" in each.message)
    assert told.advice.endswith("or keep the page: write content/organizations/lab.md with its name")
    write_content(archive, {"organizations/lab.md": "---\nname: Lab\n---\n"})
    assert lost(archive) == []
    build_site(archive, {})
    assert "No paper yet." in page(archive, "organizations/lab.html")


def test_a_record_that_git_does_not_know_yet_counts_too(tmp_path: Path) -> None:
    paper = "---\ntitle: {0}\nauthors: [Ada]\n{1}---\n{0}"
    write_content(tmp_path, {})
    commit(tmp_path, "2026-01-01", {f"content/papers/{n}.md": paper.format(f"Paper {n}", "") for n in "abc"})
    assert look(tmp_path).diagnostics == ()
    newer = paper.format("Newer", "supersedes: a\n").replace("Ada", "Bo")
    write_content(tmp_path, {"papers/newer.md": newer})
    told = [
        each.message.split(",")[0] for each in look(tmp_path).diagnostics if "feed readers" in each.message
    ]
    assert told == ["authors/ada.xml"]


def test_a_feed_that_goes_with_a_paper_is_told_and_kept_by_a_file(tmp_path: Path) -> None:
    paper = "---\ntitle: {0}\norganizations: [Lab]\nauthors: [Ada]\n---\n{0}"
    write_content(tmp_path, {})
    commit(tmp_path, "2026-01-01", {f"content/papers/{n}.md": paper.format(f"Paper {n}") for n in "abc"})
    (tmp_path / "content/papers/a.md").unlink()
    told = {
        each.message.split(",")[0] for each in look(tmp_path).diagnostics if "feed readers" in each.message
    }
    assert told == {"authors/ada.xml", "organizations/lab.xml"}
    named = "---\nname: {}\n---\n"
    write_content(
        tmp_path, {"authors/ada.md": named.format("Ada"), "organizations/lab.md": named.format("Lab")}
    )
    assert [each for each in look(tmp_path).diagnostics if "feed readers" in each.message] == []
    # Where the address leads on, the feed is there still.
    (tmp_path / "content/authors/ada.md").rename(tmp_path / "content/authors/countess.md")
    assert [each for each in look(tmp_path).diagnostics if "feed readers" in each.message] == []


def test_fix_writes_the_renames_that_git_knows_and_the_old_address_leads_on(archive: Path) -> None:
    move(archive, "papers/2024/one.md", "papers/2024/uno.md")
    move(archive, "topics/video.md", "topics/moving-pictures.md")
    move(archive, "pages/about.md", "pages/us.md")
    assert lost(archive) == ["about.html", "papers/one.html", "topics/video.html"]
    done = look(archive, fix=True)
    assert [each for each in done.diagnostics if "leads nowhere" in each.message] == []
    assert {(path, each.what) for path, each in done.fixes if "formerly" in each.what} == {
        ("content/papers/2024/uno.md", "formerly has one, as git knows"),
        ("content/topics/moving-pictures.md", "formerly has video, as git knows"),
        ("content/pages/us.md", "formerly has about, as git knows"),
    }
    text = (archive / "content/papers/2024/uno.md").read_text()
    assert "formerly: [one]\n---\n" in text
    assert look(archive, fix=True).fixes == ()
    build_site(archive, {})
    assert "url=../papers/uno.html" in page(archive, "papers/one.html")


def test_an_id_in_feeds_that_would_change_is_told(archive: Path) -> None:
    (archive / "content/papers/2024/one.md").unlink()
    two = archive / "content/papers/2024/two.md"
    two.write_text(two.read_text().replace("title: Two", "title: Two\nformerly: [one]"))
    told = [each for each in look(archive).diagnostics if "once more" in each.message]
    assert [(each.position.line, each.advice) for each in told] == [(3, "begin formerly with two")]
    two.write_text(two.read_text().replace("[one]", "[two, one]"))
    assert [each for each in look(archive).diagnostics if "once more" in each.message] == []


def test_the_host_of_the_main_branch_decides_where_it_is_known(archive: Path) -> None:
    git(archive, "2026-02-01", "update-ref", "refs/remotes/origin/main", "HEAD")
    (archive / "content/papers/2024/one.md").unlink()
    git(archive, "2026-02-01", "add", "--all")
    git(archive, "2026-02-01", "commit", "--quiet", "--message=x")
    git(archive, "2026-02-01", "branch", "--force", "main", "HEAD")
    assert "papers/one.html" in lost(archive)


def test_without_a_repository_or_a_main_branch_nothing_is_said(tmp_path: Path) -> None:
    write_content(tmp_path, {"papers/one.md": f"---\ntitle: One\n---\n{TEXT}"})
    assert look(tmp_path).diagnostics == ()
    checked = examine(replace(options(tmp_path), jobs=2), [], fix=True, links=False, progress=lambda *_: None)
    assert checked.fixes == ()


@pytest.mark.parametrize(
    ("text", "written", "line"),
    [
        ("---\ntitle: x\n---\nText.\n", "---\ntitle: x\nformerly: [old]\n---\nText.\n", 3),
        ("---\r\ntitle: x\r\n---\r\nText.\r\n", "---\r\ntitle: x\r\nformerly: [old]\r\n---\r\nText.\r\n", 3),
        ("title: x", "title: x\nformerly: [old]\n", 2),
        ("---\nformerly: [a]\ntitle: x\n---\n", "---\nformerly: [a, old]\ntitle: x\n---\n", 2),
        (
            "---\nformerly:\n  - a\n  - b # why\ntitle: x\n---\n",
            "---\nformerly: [a, b, old]\ntitle: x\n---\n",
            2,
        ),
        ("---\nformerly: [old, taken-in]\n---\n", "---\nformerly: [old, new, taken-in]\n---\n", 2),
        ("- slug: x\n", "- slug: x\n", 0),
        ("---\n{title: x}\n---\n", "---\n{title: x}\n---\n", 0),
    ],
)
def test_a_former_slug_is_added_and_every_other_byte_stays(text: str, written: str, line: int) -> None:
    assert add_former(text, "old", "new") == (written, line)
