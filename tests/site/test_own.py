"""A curator's own words, templates and styles win over ours; the interface speaks the archive's language."""

import base64
import dataclasses
import hashlib
import re
import textwrap
from pathlib import Path

import pytest

from offprint.build.load import load_messages
from offprint.commands.build import build
from offprint.diagnostics import ContentError
from offprint.records.model import PartialDate
from offprint.site.messages import languages, merge_messages
from offprint.storage.folders import Overlay
from tests.records.test_records import FULL
from tests.sites import STATIC, TEMPLATES, build_site, options, page, write_content


@pytest.mark.parametrize("code", ["de", "zh"])
def test_a_language_says_everything_that_english_says(code: str) -> None:
    english, other = load_messages(TEMPLATES, "en").texts, load_messages(TEMPLATES, code).texts
    same_in_both = {"direction", "website", "abstract"}
    for key, text in english.items():
        if key.endswith(".one") and key not in other:
            continue
        assert set(re.findall(r"\{\w+\}", other[key])) <= set(re.findall(r"\{\w+\}", text)), key
        latin = re.fullmatch(r"[\W\d_{}a-z]*|[A-Z][A-Za-z]{0,5}|.*(month|short_month).*", text)
        if code == "zh" and key not in same_in_both and not key.startswith("link_") and not latin:
            assert other[key] != text, key


def test_counts_and_dates_take_the_languages_form() -> None:
    date = PartialDate(2026, 6, 30)
    said = {code: load_messages(TEMPLATES, code) for code in ("en", "de", "zh", "en-GB", "xx")}
    assert {code: words.date(date) for code, words in said.items()} == {
        "en": "30 June 2026",
        "de": "30. Juni 2026",
        "zh": "2026年6月30日",
        "en-GB": "30 June 2026",
        "xx": "30 June 2026",
    }
    assert said["de"].count(2000, "papers") == "2.000 Publikationen"
    assert said["en"].count(1, "papers") == "1 paper"
    assert said["de"].megabytes(1_234_500_000) == "1.234,5 MB"
    assert said["zh"].count(1, "papers") == "1 篇论文"
    assert languages(TEMPLATES.base) == ("de", "en", "fr", "zh")


def test_a_count_has_every_form_of_its_language() -> None:
    polish = """
    papers:
      one: "{count} artykuł"
      few: "{count} artykuły"
      many: "{count} artykułów"
      other: "{count} artykułu"
    """
    english = 'papers: {one: "{count} paper", other: "{count} papers"}'
    words = merge_messages({"en.yaml": english, "pl.yaml": textwrap.dedent(polish)}, "pl")
    said = [words.count(number, "papers") for number in (1, 3, 5, 22, 2000, 12_345)]
    assert said == [
        "1 artykuł",
        "3 artykuły",
        "5 artykułów",
        "22 artykuły",
        "2\xa0000 artykułów",
        "12\xa0345 artykułów",
    ]


def test_a_chinese_archive_is_chinese_throughout(tmp_path: Path) -> None:
    site = "title: 论文\nurl: https://example.org/\nlanguage: zh\n"
    build_site(tmp_path, {**FULL, "site.yaml": site})
    text = page(tmp_path, "papers/tv2tv.html")
    assert '<html lang="zh" dir="ltr"' in text
    assert "2025年12月4日" in text
    assert "本文已撤稿" in text
    assert "Listed" not in text
    assert "正在搜索" in page(tmp_path, "static/text.js")


def test_own_words_templates_and_styles_win(tmp_path: Path) -> None:
    write_content(tmp_path, FULL)
    for path, text in {
        "templates/text/en.yaml": "newest: Fresh\n",
        "templates/foot.html": "<footer>Ours, by {{ head.site.title }}</footer>",
        "static/own.css": ":root { --accent: #06c }",
        "static/icon.svg": "<svg/>",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    build(options(tmp_path), lambda *_: None)
    text = page(tmp_path, "topics/video.html")
    assert ">Fresh</a>" in text
    assert "<footer>Ours, by A small archive</footer>" in text
    assert text.index("../static/style.css") < text.index("../static/own.css")
    assert page(tmp_path, "static/icon.svg") == "<svg/>"
    assert not (tmp_path / "_site/static/own").exists()


def test_a_language_that_runs_right_to_left_turns_the_page(tmp_path: Path) -> None:
    write_content(tmp_path, {"site.yaml": "title: x\nurl: https://example.org/\nlanguage: ar\n"})
    (tmp_path / "templates/text").mkdir(parents=True)
    (tmp_path / "templates/text/ar.yaml").write_text("direction: rtl\nnewest: الأحدث\n")
    build(options(tmp_path), lambda *_: None)
    assert '<html lang="ar" dir="rtl"' in page(tmp_path, "index.html")


def test_a_word_that_the_interface_does_not_have_is_an_error_with_its_place(tmp_path: Path) -> None:
    write_content(tmp_path, {})
    (tmp_path / "templates/text").mkdir(parents=True)
    (tmp_path / "templates/text/en.yaml").write_text("newset: Fresh\n")
    with pytest.raises(ContentError) as caught:
        build(options(tmp_path), lambda *_: None)
    (fault,) = caught.value.diagnostics
    assert fault.position == ("templates/text/en.yaml", 1, 1)
    assert fault.advice == "did you mean 'newest'?"


@pytest.mark.parametrize("path", ["static/own.css", "templates/card.html", "templates/text/en.yaml"])
def test_a_folder_where_a_file_belongs_is_named(tmp_path: Path, path: str) -> None:
    write_content(tmp_path, {})
    (tmp_path / path).mkdir(parents=True)
    own = dataclasses.replace(
        options(tmp_path),
        templates=Overlay(TEMPLATES.base, tmp_path / "templates"),
        static=Overlay(STATIC.base, tmp_path / "static"),
    )
    with pytest.raises(ContentError) as caught:
        build(own, lambda *_: None)
    (fault,) = caught.value.diagnostics
    assert fault.position.path == path
    assert "this is a folder" in fault.message
    assert fault.advice


def test_the_page_for_unknown_addresses_has_a_style_of_its_own_that_browsers_allow(tmp_path: Path) -> None:
    build_site(tmp_path, FULL)
    text = page(tmp_path, "404.html")
    (style,) = re.findall(r"<style>(.*?)</style>", text)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'self' 'sha256-{digest}';" in text
    assert "<style>" not in page(tmp_path, "index.html")


def test_a_title_that_runs_from_right_to_left_says_so(tmp_path: Path) -> None:
    arabic = "---\ntitle: تعلم الآلة and more\nlisted: 2026-06-30\n---\n"
    english = "---\ntitle: Naïve learning\nlisted: 2026-06-30\n---\n"
    build_site(tmp_path, {"papers/a.md": arabic, "papers/b.md": english})
    assert '<h1 dir="auto">' in page(tmp_path, "papers/a.html")
    home = page(tmp_path, "index.html")
    assert '<a dir="auto" href="papers/a.html">' in home
    assert '<a href="papers/b.html">' in home


def test_examples_of_queries_are_of_the_archives_own_subjects(tmp_path: Path) -> None:
    paper = "---\ntitle: {0}\nauthors: [Karl von Frisch]\norganizations: ['{1}']\ntopics: [{2}]\n---\n"
    files = {
        "topics/wild-bees.md": "---\nname: Wild bees\n---\n",
        "topics/wasps.md": "---\nname: Wasps & “kin”\n---\n",
        "papers/a.md": paper.format("One", "The Hive", "wild-bees, wasps"),
        "papers/b.md": paper.format("Two", "The Hive", "wild-bees"),
    }
    build_site(tmp_path, files)
    help_text = page(tmp_path, "search.html").partition('id="search-help"')[2].partition("</dl>")[0]
    for query in ("wild bees", "topic:wild-bees OR topic:wasps", "author:frisch org:the", "topic:wild-bees"):
        assert f">{query}</a>" in help_text
    assert "video" not in help_text
    marks = "---\ntitle: x\nauthors: ['?', '!']\norganizations: ['—']\n---\n"
    build_site(tmp_path / "marks", {"papers/x.md": marks})
    assert ">author:lovelace org:university</a>" in page(tmp_path / "marks", "search.html")
