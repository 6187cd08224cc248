"""The built site: every page is there, linked from where a reader looks, and says what it should."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from offprint.build.load import load_messages
from offprint.site.fingerprints import Fingerprints
from offprint.site.pages import list_pages
from tests.records.test_records import FULL
from tests.sites import TEMPLATES, build_site, page, read_library, tree

ATOM = "{http://www.w3.org/2005/Atom}"
SITE = "title: Small\nurl: https://example.org/archive/\npage_size: 5\n"


def many(count: int, **fields: str) -> dict[str, str]:
    """Papers p001, p002, … with the same fields."""
    more = "".join(f"{key}: {value}\n" for key, value in fields.items())
    return {f"papers/p{n:03}.md": f"---\ntitle: Paper {n:03}\n{more}---\n" for n in range(1, count + 1)}


def links(text: str) -> list[str]:
    return re.findall(r'href="([^"]*)"', text)


def test_an_empty_archive_has_every_page_and_says_that_it_is_empty(tmp_path: Path) -> None:
    build_site(tmp_path, {}, search=True)
    for path in (
        "index",
        "daily",
        "topics",
        "organizations",
        "authors",
        "archive",
        "search",
        "404",
        "undated",
    ):
        assert "<main" in page(tmp_path, f"{path}.html")
    assert "No papers yet" in page(tmp_path, "index.html")
    assert ET.fromstring(page(tmp_path, "feed.xml")).findall(f"{ATOM}entry") == []


def test_one_paper_is_found_from_every_side(tmp_path: Path) -> None:
    build_site(tmp_path, FULL)
    for path in (
        "index.html", "daily/2026-06-30.html", "daily/2026-w27.html", "2025.html", "2025/12.html",
        "2025/12/04.html", "topics/video.html", "organizations/facebook.html",
        "organizations/analytical-society.html",
    ):  # fmt: skip
        assert any(link.endswith("papers/tv2tv.html") for link in links(page(tmp_path, path))), path


def test_a_papers_page_says_everything_known(tmp_path: Path) -> None:
    build_site(tmp_path, FULL)
    text = page(tmp_path, "papers/tv2tv.html")
    for known in (
        "TV2TV: A Unified Framework", "Grace Hopper", "and 29 more", "Ada Lovelace", "Analytical Society",
        "AI at Meta", "facebook", "4 December 2025", "30 June 2026", "CVPR 2026", "12 votes", "2 comments",
        "https://arxiv.org/abs/2406.10000", "https://doi.org/10.1000/xyz123", "https://example.org/code",
        "https://orcid.org/0000-0002-1825-0097", "<math", "Our <em>own</em> words.",
        "This paper was retracted.", "Its figures were wrong.",
        "https://github.com/example/archive/edit/main/content/papers/2025/tv2tv.md",
    ):  # fmt: skip
        assert known in text, known


def test_a_retracted_paper_is_marked_and_not_cited(tmp_path: Path) -> None:
    build_site(tmp_path, FULL)
    text = page(tmp_path, "papers/tv2tv.html")
    assert 'name="citation_title" content="[RETRACTED] TV2TV' in text
    assert 'id="bibtex"' not in text
    assert "gone" in page(tmp_path, "topics/video.html")
    assert page(tmp_path, "data/papers.bib").strip() == ""


def test_machines_find_what_they_read(tmp_path: Path) -> None:
    build_site(tmp_path, FULL)
    text = page(tmp_path, "papers/tv2tv.html")
    assert meta_tags(text) == [
        ("citation_title", "[RETRACTED] TV2TV: A Unified Framework"),
        ("citation_author", "Hopper, Grace"),
        ("citation_author", "Lovelace, Ada"),
        ("citation_author_institution", "Analytical Society"),
        ("citation_author_orcid", "https://orcid.org/0000-0002-1825-0097"),
        ("citation_publication_date", "2025/12/04"),
        ("citation_conference_title", "CVPR 2026"),
        ("citation_doi", "10.1000/xyz123"),
        ("citation_arxiv_id", "2406.10000"),
        ("citation_pdf_url", "https://example.org/a.pdf"),
        ("citation_abstract_html_url", "https://example.org/archive/papers/tv2tv.html"),
        ("citation_abstract", "Plain text with k."),
        ("citation_keywords", "Video"),
        ("citation_language", "en"),
    ]
    data = json_ld(text)
    assert data["@type"] == "ScholarlyArticle"
    assert data["datePublished"] == "2025-12-04"
    assert [author["name"] for author in data["author"]] == ["Grace Hopper", "Ada Lovelace"]


def test_zotero_reads_a_paper_without_a_venue_as_a_preprint_of_arxiv(tmp_path: Path) -> None:
    record = "---\ntitle: x\narxiv: 2406.10000\n---\nA summary.\n"
    build_site(tmp_path, {"papers/x.md": record})
    assert meta_tags(page(tmp_path, "papers/x.html")) == [
        ("citation_title", "x"),
        ("citation_arxiv_id", "2406.10000"),
        ("citation_pdf_url", "https://arxiv.org/pdf/2406.10000"),
        ("citation_abstract_html_url", "https://example.org/archive/papers/x.html"),
        ("citation_abstract", "A summary."),
        ("citation_language", "en"),
        ("z:itemType", "preprint"),
        ("z:repository", "arXiv"),
        ("z:archiveID", "arXiv:2406.10000"),
    ]


def meta_tags(text: str) -> list[tuple[str, str]]:
    """What Google Scholar and Zotero's translator "Embedded Metadata" read of a page, in its order."""
    return re.findall(r'<meta name="(citation_\w+|z:\w+)" content="([^"]*)">', text)


def json_ld(text: str) -> dict[str, Any]:
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    made: dict[str, Any] = json.loads(block)
    return made


def test_no_title_can_leave_the_json_block(tmp_path: Path) -> None:
    title = "</script><script>alert(1)</script> & <!--"
    build_site(tmp_path, {"papers/x.md": f"---\ntitle: '{title}'\n---\n"})
    text = page(tmp_path, "papers/x.html")
    assert json_ld(text)["headline"] == title
    assert "<script>alert" not in text


def test_the_whole_archive_can_be_taken_along(tmp_path: Path) -> None:
    files = {key: text.replace("status: retracted", "") for key, text in FULL.items()}
    build_site(tmp_path, files)
    (item,) = json.loads(page(tmp_path, "data/papers.json"))
    assert item["id"] == "tv2tv"
    assert item["issued"] == {"date-parts": [[2025, 12, 4]]}
    assert item["author"][0] == {"family": "Hopper", "given": "Grace"}
    assert item["custom"]["orcid"] == {"Ada Lovelace": "0000-0002-1825-0097"}
    bib = page(tmp_path, "data/papers.bib")
    assert bib.startswith("@inproceedings{tv2tv,\n  title = {{TV2TV: A Unified Framework}},")
    assert "author = {Hopper, Grace and Lovelace, Ada and others}" in bib
    (row,) = csv.DictReader(io.StringIO(page(tmp_path, "data/papers.csv")))
    assert row["arxiv"] == "2406.10000"
    assert row["authors"] == "Grace Hopper; Ada Lovelace"


def test_bibtex_keeps_math_and_escapes_the_rest(tmp_path: Path) -> None:
    build_site(tmp_path, {"papers/x.md": "---\ntitle: '$k_1$ & R\\&D_x #1 50%'\nauthors: [李娜]\n---\n"})
    bib = page(tmp_path, "data/papers.bib")
    assert r"title = {{$k_1$ \& R\&D\_x \#1 50\%}}" in bib
    assert "author = {李娜}" in bib


def test_a_spreadsheet_takes_no_cell_for_a_formula(tmp_path: Path) -> None:
    build_site(tmp_path, {"papers/x.md": "---\ntitle: '=HYPERLINK(1)'\n---\n"})
    assert "'=HYPERLINK(1)" in page(tmp_path, "data/papers.csv")


def test_long_lists_are_paged_with_links_both_ways(tmp_path: Path) -> None:
    files = {
        "site.yaml": SITE,
        "topics/t.md": "---\nname: T\n---\n",
        **many(23, date="2025-10", topics="[t]", authors="[Ada]", organizations="[Lab]"),
    }
    build_site(tmp_path, files)
    for first, later in (
        ("topics/t.html", "topics/t/{}.html"),
        ("organizations/lab.html", "organizations/lab/{}.html"),
        ("authors/ada.html", "authors/ada/{}.html"),
        ("2025.html", "2025/page-{}.html"),
        ("2025/10.html", "2025/10/page-{}.html"),
    ):
        seen = []
        for number in range(1, 6):
            text = page(tmp_path, first if number == 1 else later.format(number))
            seen += re.findall(r"papers/(p\d+)\.html", text)
            assert ('rel="next"' in text) == (number < 5)
            assert ('rel="prev"' in text) == (number > 1)
        assert sorted(set(seen)) == [f"p{n:03}" for n in range(1, 24)], first


def test_no_two_pages_have_one_path(tmp_path: Path) -> None:
    files = {"site.yaml": SITE.replace("5", "1"), **many(60, date="2025-10-11", authors="['2', page]")}
    library, _ = read_library(tmp_path, files)
    paths = [
        each.path.casefold()
        for each in list_pages(library, load_messages(TEMPLATES, "en"), Fingerprints(library))
    ]
    assert len(set(paths)) == len(paths)


def test_the_home_page_goes_from_the_newest_day_back(tmp_path: Path) -> None:
    days = {f"papers/d{n}.md": f"---\ntitle: Day {n}\nlisted: 2026-06-{n:02}\n---\n" for n in range(1, 10)}
    build_site(tmp_path, {"site.yaml": SITE, **days})
    text = page(tmp_path, "index.html")
    shown = re.findall(r"<h2><a href=\"daily/2026-06-(\d+)\.html\">", text)
    assert shown == ["09", "08", "07", "06", "05"]
    assert '<a href="daily/2026-06-04.html">Earlier days' in text
    assert text.count('class="new"') == 1
    day = page(tmp_path, "daily/2026-06-05.html")
    assert 'rel="prev" href="../daily/2026-06-04.html"' in day
    assert 'rel="next" href="../daily/2026-06-06.html"' in day


def test_an_archive_where_nothing_is_listed_shows_its_newest_papers(tmp_path: Path) -> None:
    build_site(tmp_path, {"papers/x.md": "---\ntitle: Only a year\ndate: 2024\n---\n"})
    assert "Only a year" in page(tmp_path, "index.html")


def test_the_calendar_leads_to_months_and_ends_with_the_undated(tmp_path: Path) -> None:
    build_site(tmp_path, {"papers/a.md": "---\ntitle: A\ndate: 2024-05\n---\n", **many(1)})
    text = page(tmp_path, "archive.html")
    assert '<a href="2024/05.html" aria-label="May 2024: 1 paper">1</a>' in text
    assert text.index("Undated") > text.index("2024.html")
    assert "papers/p001.html" in text[text.index("Undated") :]


def test_a_name_without_enough_papers_has_no_page_and_no_link(tmp_path: Path) -> None:
    files = {**many(2, authors="[Ada]"), "papers/x.md": "---\ntitle: x\nauthors: [Ada, Bo]\n---\n"}
    build_site(tmp_path, files)
    text = page(tmp_path, "papers/x.html")
    assert "../authors/ada.html" in links(text)
    assert not any("bo.html" in link for link in links(text))


def test_feeds_tell_what_was_listed_newest_first(tmp_path: Path) -> None:
    files = {
        **FULL,
        "papers/older.md": "---\ntitle: <b> & more\nlisted: 2026-01-01\ntopics: [video]\n---\n*text*\n",
        "papers/never.md": "---\ntitle: Never listed\n---\n",
    }
    build_site(tmp_path, files)
    for path in ("feed.xml", "topics/video.xml"):
        feed = ET.fromstring(page(tmp_path, path))
        titles = [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]
        assert titles == ["[RETRACTED] TV2TV: A Unified Framework", "<b> & more"]
        assert feed.findtext(f"{ATOM}updated") == "2026-06-30T00:00:00Z"
        assert feed.findall(f"{ATOM}entry")[1].findtext(f"{ATOM}content") == "<p><em>text</em></p>"
    made = json.loads(page(tmp_path, "feed.json"))
    assert [item["id"] for item in made["items"]] == [
        "https://example.org/archive/papers/tv2tv.html",
        "https://example.org/archive/papers/older.html",
    ]


def test_the_sitemap_names_each_page_once_and_leaves_out_what_is_not_for_it(tmp_path: Path) -> None:
    build_site(tmp_path, FULL)
    root = ET.fromstring(page(tmp_path, "sitemap.xml"))
    addresses = [element.text or "" for element in root.iter() if element.tag.endswith("loc")]
    assert len(set(addresses)) == len(addresses)
    assert "https://example.org/archive/" in addresses
    html = {path for path in tree(tmp_path / "_site") if path.endswith(".html")}
    named = {address.removeprefix("https://example.org/archive/") or "index.html" for address in addresses}
    assert html - named == {"404.html", "search.html", "mine.html", "daily/2026-w27-mail.html"}
    assert named <= html


def test_only_404_links_from_the_sites_path_and_all_else_is_relative(tmp_path: Path) -> None:
    build_site(tmp_path, FULL)
    for path, data in tree(tmp_path / "_site").items():
        if not path.endswith(".html"):
            continue
        inside = [link for link in links(data.decode()) if "://" not in link and not link.startswith("#")]
        rooted = [link for link in inside if link.startswith("/")]
        assert rooted == (inside if path == "404.html" else []), path
    assert '"/archive/static/style.css"' in page(tmp_path, "404.html")


def test_an_e_mail_services_form_stands_where_the_configuration_names_it(tmp_path: Path) -> None:
    site = (
        "title: S\nurl: https://example.org/\nsubscribe: {action: 'https://mail.example.org/new', field: e}\n"
    )
    build_site(tmp_path, {"site.yaml": site})
    text = page(tmp_path, "index.html")
    assert '<form action="https://mail.example.org/new" method="post">' in text
    assert "form-action 'self' https://mail.example.org\"" in text
    assert 'name="e"' in text


def test_every_page_has_the_policy_before_anything_it_governs(tmp_path: Path) -> None:
    build_site(tmp_path, FULL)
    for path, data in tree(tmp_path / "_site").items():
        if path.endswith(".html"):
            text = data.decode()
            policy = text.index("Content-Security-Policy")
            assert "<script" not in text[:policy]
            assert "<link" not in text[:policy]
            assert not re.search(r"<[^>]+\s(on\w+|style)=", text), path
            inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", text)
            assert set(inline) <= {' type="application/ld+json"', ' type="application/json" id="rules"'}, path


@pytest.mark.parametrize("files", [{}, FULL, many(40, date="2025-10-11", authors="[Ada, Bo]")])
def test_the_same_content_gives_the_same_bytes(tmp_path: Path, files: dict[str, str]) -> None:
    build_site(tmp_path / "one", files)
    build_site(tmp_path / "other place", files)
    assert tree(tmp_path / "one/_site") == tree(tmp_path / "other place/_site")


def test_several_processes_make_what_one_makes(tmp_path: Path) -> None:
    files = many(300, date="2025-10-11", authors="[Ada, Bo]")
    build_site(tmp_path / "one", files)
    build_site(tmp_path / "two", files, jobs=2)
    assert tree(tmp_path / "one/_site") == tree(tmp_path / "two/_site")
