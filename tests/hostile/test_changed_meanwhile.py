"""A file that changes between hashing and reading, and back again after, leaves no stale page for good."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from offprint.build import pipeline
from offprint.build.options import Options
from offprint.build.publish import Staging
from offprint.commands.build import build
from offprint.records import git_history
from offprint.site import social_cards
from offprint.storage.folders import Overlay
from tests.records.test_git_history import commit, git
from tests.sites import PROJECT, SITE, options, tree, write_content

_FILES = {
    "papers/x.md": "---\ntitle: Paper\ntopics: [t]\n---\nText.\n",
    "topics/t.md": "---\nname: Topic\n---\n",
}


def options_with_own(folder: Path, built: Path) -> Options:
    """Options for the content of a folder that has templates and static files of its own."""
    return replace(
        options(folder),
        output=built / "_site",
        cache=built / ".cache",
        templates=Overlay(PROJECT / "templates", folder / "templates"),
        static=Overlay(PROJECT / "static", folder / "static"),
    )


@pytest.mark.parametrize(
    ("path", "whole", "other"),
    [
        ("content/papers/x.md", b"---\ntitle: Paper\n---\nText.\n", b"---\ntitle: Other\n---\nText.\n"),
        ("content/site.yaml", SITE.encode(), SITE.replace("small", "other").encode()),
        ("content/topics/t.md", b"---\nname: Topic\n---\n", b"---\nname: Other\n---\n"),
        ("templates/card.html", b"<p>{{ card.title }}</p>", b"<b>{{ card.title }}</b>"),
        ("templates/text/en.yaml", b"newest_first: New\n", b"newest_first: Newest\n"),
        ("static/own.css", b"p { color: blue }", b"p { color: red }"),
    ],
)
def test_it_is_seen_by_the_next_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, whole: bytes, other: bytes
) -> None:
    write_content(tmp_path, _FILES)
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(whole)
    here = options_with_own(tmp_path, tmp_path)
    read_site, publish = pipeline.read_site, Staging.publish

    def changed_before(*arguments: Any) -> Any:
        file.write_bytes(other)
        return read_site(*arguments)

    def changed_back_before(self: Staging, *arguments: Any) -> Any:
        file.write_bytes(whole)
        return publish(self, *arguments)

    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "read_site", changed_before)
        patched.setattr(Staging, "publish", changed_back_before)
        build(here, lambda *_: None)
    assert file.read_bytes() == whole
    build(here, lambda *_: None)
    clean = options_with_own(tmp_path, tmp_path / "clean")
    build(clean, lambda *_: None)
    assert tree(here.output) == tree(clean.output)


def test_a_font_or_colour_that_changes_while_cards_are_drawn_is_seen_by_the_next_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_content(tmp_path, {**_FILES, "site.yaml": SITE + "cards: true\n"})
    style = tmp_path / "static/own.css"
    style.parent.mkdir()
    style.write_bytes(b":root { --ink: #111111 }")
    fonts = sorted((PROJECT / "static/fonts").glob("*.woff2"), key=lambda file: file.stat().st_size)
    font = tmp_path / "static/fonts/aaa.woff2"
    font.parent.mkdir()
    font.write_bytes(fonts[0].read_bytes())
    before = {file: file.read_bytes() for file in (style, font)}
    here = options_with_own(tmp_path, tmp_path)
    make_cards, find_look = social_cards.make_cards, social_cards.find_look

    def changed_before(*arguments: Any) -> Any:
        style.write_bytes(b":root { --ink: #cc0000 }")
        font.write_bytes(fonts[-1].read_bytes())
        return find_look(*arguments)

    def changed_back_after(*arguments: Any) -> Any:
        cards = make_cards(*arguments)
        for file, data in before.items():
            file.write_bytes(data)
        return cards

    with monkeypatch.context() as patched:
        patched.setattr(social_cards, "find_look", changed_before)
        patched.setattr(social_cards, "make_cards", changed_back_after)
        build(here, lambda *_: None)
    build(here, lambda *_: None)
    clean = options_with_own(tmp_path, tmp_path / "clean")
    build(clean, lambda *_: None)
    assert tree(here.output) == tree(clean.output)


def test_a_commit_that_is_checked_out_only_while_history_is_read_is_seen_by_the_next_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_content(tmp_path, _FILES)
    commit(tmp_path, "2026-01-01", {})
    git(tmp_path, "2026-01-01", "branch", "other")
    commit(tmp_path, "2026-02-02", {"content/papers/x.md": "---\ntitle: Paper\n---\nText.\nMore.\n"})
    here = options_with_own(tmp_path, tmp_path)

    def elsewhere(*arguments: Any) -> Any:
        git(tmp_path, "2026-02-02", "symbolic-ref", "HEAD", "refs/heads/other")
        history = git_history.read_history(*arguments)
        git(tmp_path, "2026-02-02", "symbolic-ref", "HEAD", "refs/heads/main")
        return history

    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "read_history", elsewhere)
        build(here, lambda *_: None)
    assert "Last changed" not in (here.output / "papers/x.html").read_text("utf-8")
    build(here, lambda *_: None)
    assert "hanged 2 February 2026" in (here.output / "papers/x.html").read_text("utf-8")
