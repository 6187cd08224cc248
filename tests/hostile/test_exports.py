"""Whatever records say, programs read it as meant: BibTeX, CSV, JSON, XML. And templates escape all of it."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from offprint.records import markup
from offprint.records.model import SiteConfig
from offprint.site import citations, pages, routes
from tests.hostile.vectors import VECTORS
from tests.sites import PROJECT, build_site, page, read_library

_BRACES = [
    "{",
    "}",
    "a}b{c",
    r"\{",
    r"\}",
    "$}$, note={x}",
    "$}$",
    "${$",
    r"$\{$",
    r"$\}, url = {x$",
    "\\",
    "$$",
    "{{}",
    "%",
    "@x{y,",
]
HOSTILE = [*_BRACES, "x},\n note={y", "A and B", *VECTORS]


def _quoted(text: str) -> str:
    return "'" + " ".join(text.split()).replace("'", "''") + "'"


def _papers() -> dict[str, str]:
    return {
        f"papers/p{n:03}.md": f"---\ntitle: {_quoted('Title ' + text)}\nvenue: {_quoted('V ' + text)}\n"
        f"authors: [{_quoted('Ada ' + text)}]\ndate: 2026-06-30\n---\n"
        for n, text in enumerate(HOSTILE)
    }


def _fields(entry: str) -> dict[str, str]:
    """A BibTeX entry's fields, each up to the brace that closes it, as BibTeX counts: escaped ones too."""
    fields, rest = {}, entry.partition(",\n")[2]
    while match := re.match(r"\s*([a-z]+) = \{", rest):
        depth, end = 1, match.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(rest[end], 0)
            end += 1
        fields[match[1]] = rest[match.end() : end - 1]
        rest = rest[end:].removeprefix(",")
    assert rest.strip() == "}"
    return fields


def test_no_text_leaves_its_field_of_a_bibtex_entry(tmp_path: Path) -> None:
    library, _ = read_library(tmp_path, _papers())
    assert len(library.papers) == len(HOSTILE)
    names = {"title", "author", "booktitle", "year", "month", "url"}
    for paper in library.papers:
        fields = _fields(citations.bibtex(paper, library.site))
        assert set(fields) == names
        assert fields["title"].startswith("{Title ")
        assert fields["title"].endswith("}")
        assert " and " not in re.sub(r"\{.*\}", "", fields["author"], flags=re.DOTALL)


def test_a_doi_leaves_its_field_no_more(tmp_path: Path) -> None:
    _, faults = read_library(tmp_path, {"papers/x.md": "---\ntitle: x\ndoi: '10.1000/x},url={y'\n---\n"})
    assert "is not a DOI" in faults[0].message


def test_every_cell_of_the_table_is_text(tmp_path: Path) -> None:
    formulas = [
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        '=HYPERLINK("http://evil.example")',
        '"=1+1',
        'x";=1',
    ]
    papers = {
        f"papers/p{n}.md": f"---\ntitle: {_quoted(text)}\nvenue: {_quoted(text)}\n---\n"
        for n, text in enumerate(formulas)
    }
    library, _ = read_library(tmp_path, papers)
    made = citations.EXPORTS[routes.PAPERS_CSV]
    text = made.before + "".join(made.entry(paper, library.site) for paper in library.papers)
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert sorted(row["title"].removeprefix("'") for row in rows) == sorted(formulas)
    for row in rows:
        assert not [cell for cell in row.values() if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]


def test_all_data_and_feeds_parse(tmp_path: Path) -> None:
    build_site(
        tmp_path,
        {**_papers(), "papers/cdata.md": "---\ntitle: ']]>'\nlisted: 2026-01-01\n---\n`]]>` &amp;\n"},
    )
    site = tmp_path / "_site"
    for path in site.rglob("*.xml"):
        ET.parse(path)
    for path in [*site.rglob("*.json"), site / "manifest.webmanifest"]:
        json.loads(path.read_bytes())
    items = json.loads(page(tmp_path, "data/papers.json"))
    sources = [item.get("custom", {}).get("title", item["title"]) for item in items]
    titles = {item["title"] for item in json.loads(page(tmp_path, "feed.json"))["items"]}
    assert titles <= {markup.in_words(source) for source in sources}
    assert len(json.loads(page(tmp_path, "data/papers.json"))) == len(HOSTILE) + 1


def test_a_sitemap_is_split_before_50_000_addresses() -> None:
    site = SiteConfig("x", "https://example.org/a/")
    addresses = [f"papers/p{n}.html" for n in range(120_000)]
    made = list(pages._sitemap_pages(site, addresses))
    assert [each.path for each in made] == ["sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml", "sitemap.xml"]
    parts = [each.args[0] for each in made[:-1]]
    assert [address for part in parts for address in part] == addresses
    assert max(map(len, parts)) < 50_000


TEMPLATES = sorted(path for path in (PROJECT / "templates").glob("*") if path.suffix in (".html", ".xml"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_leaves_escaping_on_and_quotes_every_attribute(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    for word in ("|safe", "| safe", "autoescape", "Markup(", "|tojson"):
        assert word not in text
    bare = re.sub(r"\{%.*?%\}|\{#.*?#\}", "", text, flags=re.DOTALL)
    for tag in re.findall(r"<[a-zA-Z][^<]*?>", re.sub(r"\{\{.*?\}\}", "VALUE", bare)):
        outside = re.sub(r'"[^"]*"', "", tag)
        assert "VALUE" not in outside, f"an attribute without quotes in {tag}"
        assert "'" not in outside, f"an attribute in single quotes in {tag}"
        assert not re.search(r"\s(on[a-z]+|style|srcdoc)=", outside), tag
        assert not re.search(r'\s(href|src|action)="\s*(javascript|data|blob):', tag), tag
    for attributes, script in re.findall(r"<script([^>]*)>(.*?)</script>", text, re.DOTALL):
        inline = script.strip()
        data = ("application/ld+json", "{{ view.json_ld }}"), ("application/json", "{{ view.rules }}")
        assert not inline or any(kind in attributes and inline == view for kind, view in data)
    own_style = "<style>{{ view.style }}</style>"  # of 404.html alone; its policy has the hash
    assert "<style" not in text.replace(own_style, "")
