"""Any mistake in a curator's own files is a message with its place; nothing is published."""

from pathlib import Path

import pytest

from offprint.commands.build import build
from offprint.commands.check import examine
from offprint.diagnostics import ContentError, Diagnostic
from tests.sites import SITE, build_site, options, page, write_content

PAPER = {"papers/a.md": "---\ntitle: Ants\n---\nText.\n"}


def faults(folder: Path, files: dict[str, bytes], site: str = SITE) -> tuple[Diagnostic, ...]:
    """What a build of an archive with these files of its own refuses."""
    write_content(folder, {**PAPER, "site.yaml": site})
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    with pytest.raises(ContentError) as caught:
        build(options(folder), lambda *_: None)
    assert not (folder / "_site").exists()
    return caught.value.diagnostics


@pytest.mark.parametrize(
    ("path", "data", "place", "words"),
    [
        ("templates/text/en.yaml", b"newest: Fresh\ntopic: \xff", 2, "not UTF-8"),
        ("templates/text/en.yaml", b"newset: Fresh", 1, "'newset' is not a text of the interface"),
        ("templates/text/en.yaml", b"papers: 3", 1, "'papers' has another form here than in English"),
        ("templates/text/en.yaml", b"days: {one: a}", 1, "'days' has another form here"),
        ("templates/text/en.yaml", b"newest: x\nmonths: []", 2, "'months' has another form here"),
        ("templates/text/en.yaml", b"papers: {few: a}", 1, "'papers' has another form here"),
        ("templates/text/en.yaml", b'page: "Seite {nummer}"', 1, "nothing fills {nummer} in this text"),
        ("templates/text/en.yaml", b'papers: {other: "{n} x"}', 1, "nothing fills {n} in this text"),
        ("templates/text/en.yaml", b"- a", 1, "each text is a field"),
        ("static/own.css", b":root {}\n\n/* \xe4 */", 3, "not UTF-8"),
        ("static/style.css", b"\xff", 1, "not UTF-8"),
        ("static/fonts/own.woff2", b"no font", 1, "no font that can be read"),
        ("static/fonts/own.ttf", b"", 1, "no font that can be read"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_its_line(
    tmp_path: Path, path: str, data: bytes, place: int, words: str
) -> None:
    (fault,) = faults(tmp_path, {path: data}, f"{SITE}cards: true\n")
    assert fault.position[:2] == (path, place)
    assert words in fault.message
    assert fault.advice


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("static/style.css/x", "static/style.css"),
        ("static/fonts", "static/fonts"),
        ("static/fonts/OFL.txt/x", "static/fonts/OFL.txt"),
    ],
)
def test_a_folder_with_the_name_of_our_file_is_told(tmp_path: Path, path: str, place: str) -> None:
    (fault,) = faults(tmp_path, {path: b""})
    assert fault.position == (place, 1, 1)
    assert "Offprint's own of this name is a" in fault.message


def test_faults_of_texts_and_of_content_are_told_together(tmp_path: Path) -> None:
    files = {"templates/text/en.yaml": b"newset: x", "content/papers/b.md": b"---\ntitel: x\n---\n"}
    paths = ["content/papers/b.md", "content/papers/b.md", "templates/text/en.yaml"]
    assert [fault.position.path for fault in faults(tmp_path, files)] == paths
    found = examine(options(tmp_path), [], fix=False, links=False, progress=lambda *_: None).diagnostics
    assert [fault.position.path for fault in found if fault.severity == "error"] == paths


@pytest.mark.parametrize("language", ["it", "xx-YY"])
def test_a_language_without_texts_is_told_at_its_line(tmp_path: Path, language: str) -> None:
    (fault,) = faults(tmp_path, {}, f"{SITE}language: {language}\n")
    assert fault.position == ("content/site.yaml", 4, 1)
    assert fault.message == f"the interface has no texts in {language!r}"
    assert fault.advice.startswith(
        "write one of de, en, fr, zh, or translate the interface in templates/text/"
    )
    (same, *_) = examine(options(tmp_path), [], fix=False, links=False, progress=lambda *_: None).diagnostics
    assert same == fault


def test_a_language_with_texts_of_the_archives_own_is_fine(tmp_path: Path) -> None:
    (tmp_path / "templates/text").mkdir(parents=True)
    (tmp_path / "templates/text/fr.yaml").write_text("newest: Récents\n", "utf-8")
    build_site(tmp_path, {**PAPER, "site.yaml": f"{SITE}language: fr-CA\n"})
    assert "Récents" in page(tmp_path, "index.html")


def test_an_unknown_topic_where_none_is_defined_says_how_to_make_one(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, {"content/papers/b.md": b"---\ntitle: x\ntopics: [Wild Bees]\n---\n"})
    assert fault.advice == (
        "no topic is defined yet; make content/topics/wild-bees.md "
        "with the three lines ---, name: Wild Bees and ---"
    )
    topic = "---\nname: Wild Bees\n---\n"
    build_site(tmp_path, {**PAPER, "topics/wild-bees.md": topic})
    assert "Wild Bees" in page(tmp_path, "topics/wild-bees.html")


def test_comments_may_follow_values_of_the_configuration(tmp_path: Path) -> None:
    site = """\
        title: Papers on Bees   # what it is called
        url: https://example.org/bees/   # where
        tagline: What is known of them         # may be left out
        authors: {min_papers: 3}    # who gets a page
        """
    build_site(tmp_path, {**PAPER, "site.yaml": site})
    text = page(tmp_path, "index.html")
    assert "What is known of them" in text
    assert "may be left out" not in text


def test_the_form_has_samples_of_the_archives_own_topics(tmp_path: Path) -> None:
    build_site(tmp_path, {**PAPER, "topics/wild-bees.md": "---\nname: Wild bees\n---\n"})
    assert "\ntopics: [wild-bees]\n" in page(tmp_path, "add.html")
    build_site(tmp_path / "none", PAPER)
    assert "\ntopics:" not in page(tmp_path / "none", "add.html").partition("</pre>")[0]
