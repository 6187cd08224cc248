"""A file that changes between hashing and reading, and back again after, leaves no stale page for good."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from offprint.build import pipeline
from offprint.build.options import Options
from offprint.build.publish import Staging
from offprint.commands.build import build
from offprint.storage.folders import Overlay
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
