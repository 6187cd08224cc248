"""What the archive that comes with Offprint must hold. An archive of your own may delete this folder."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from offprint.archive.resolve import resolve
from offprint.build.options import overlay
from offprint.commands.build import build
from offprint.records.reader import load_content
from offprint.site.schema import FORMS, file_schema
from tests.site.test_feeds import atom_paths, check_atom, check_json_feed
from tests.site.test_schema import WORDS, accepts
from tests.sites import PROJECT, options, page

CONTENT = PROJECT / "content"


def test_the_archive_that_comes_with_the_project_is_whole() -> None:
    content, malformed = load_content(CONTENT)
    library, unresolved = resolve(content)
    assert not malformed + unresolved
    assert len(library.papers) == 53
    assert 12 <= len(library.topics) <= 20
    assert all(1 <= len(paper.topics) <= 4 for paper in library.papers)
    assert all(paper.record.summary for paper in library.papers)
    assert len(library.undated) == 2
    handles = {o.handle for o in library.organizations}
    assert handles == {"facebook", "AlpachinoNLP", "Insight-bgu", "kaist-ai"}
    assert {str(paper.listed) for paper in library.papers} == {"2026-06-30"}


@pytest.mark.parametrize("kind", FORMS)
def test_the_projects_own_records_are_accepted(kind: str) -> None:
    library, _ = resolve(load_content(CONTENT)[0])
    schema = file_schema(library, WORDS, kind)
    for file in sorted((CONTENT / f"{kind}s").rglob("*.md")):
        front = file.read_text("utf-8").split("---\n")[1]
        assert accepts(schema, front), file


def test_its_site_builds_and_its_feeds_keep_the_rules(tmp_path: Path) -> None:
    templates, static = overlay("templates", PROJECT), overlay("static", PROJECT)
    here = options(tmp_path, jobs=2)
    build(replace(here, content=CONTENT, templates=templates, static=static), lambda *_: None)
    url = resolve(load_content(CONTENT)[0])[0].site.url
    for path in atom_paths(tmp_path, url):
        check_atom(page(tmp_path, path), path, url)
    check_json_feed(json.loads(page(tmp_path, "feed.json")))
