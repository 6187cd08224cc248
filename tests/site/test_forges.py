"""Pages link to where a record is edited, on any forge."""

from pathlib import Path

import pytest

from offprint.diagnostics import ContentError
from tests.sites import build_site, page

PAPER = {"papers/a b/x.md": "---\ntitle: Ants\n---\nText.\n"}


def site(repository: str, more: str = "") -> str:
    return f"title: x\nurl: https://example.org/\nrepository: {repository}\n{more}"


@pytest.mark.parametrize(
    ("repository", "edit", "new"),
    [
        ("https://github.com/o/r", "/edit/main/content/papers/a%20b/x.md", "/new/main"),
        ("https://gitlab.com/g/sub/r", "/-/edit/main/content/papers/a%20b/x.md", ""),
        ("https://gitlab.example.org/g/r", "/-/edit/main/content/papers/a%20b/x.md", ""),
        ("https://codeberg.org/o/r", "/_edit/main/content/papers/a%20b/x.md", ""),
        ("https://forgejo.example.org/o/r", "/_edit/main/content/papers/a%20b/x.md", ""),
        ("https://gitea.com/o/r", "/_edit/main/content/papers/a%20b/x.md", ""),
        ("https://git.example.org/o/r", "/edit/main/content/papers/a%20b/x.md", "/new/main"),
    ],
)
def test_a_record_is_edited_on_its_forge(tmp_path: Path, repository: str, edit: str, new: str) -> None:
    build_site(tmp_path, {**PAPER, "site.yaml": site(repository)})
    assert f'href="{repository}{edit}"' in page(tmp_path, "papers/x.html")
    assert (f'href="{repository}/new/main"' in page(tmp_path, "add.html")) == bool(new)


def test_a_pattern_of_the_archives_own_wins(tmp_path: Path) -> None:
    pattern = "edit_url: https://edit.example.org/?file={path}&of={branch}  # our editor\nbranch: trunk\n"
    build_site(tmp_path, {**PAPER, "site.yaml": site("https://github.com/o/r", pattern)})
    shown = 'href="https://edit.example.org/?file=content/papers/a%20b/x.md&amp;of=trunk"'
    assert shown in page(tmp_path, "papers/x.html")


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("https://example.org/edit", "has no {path}"),
        ("edit/{path}", "does not begin with https://"),
        ("https://example.org/{file}/{path}", "it holds '{'"),
    ],
)
def test_a_pattern_that_is_no_address_is_refused(tmp_path: Path, pattern: str, words: str) -> None:
    files = {**PAPER, "site.yaml": site("https://github.com/o/r", f"edit_url: {pattern!r}\n")}
    with pytest.raises(ContentError) as caught:
        build_site(tmp_path, files)
    (fault,) = caught.value.diagnostics
    assert fault.position[:2] == ("content/site.yaml", 4)
    assert words in fault.message
