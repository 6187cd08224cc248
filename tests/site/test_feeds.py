"""Feeds keep the rules of RFC 4287, JSON Feed 1.1 and OPML 2.0; a digest is the same in feed and e-mail."""

import html
import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.records.test_records import FULL
from tests.sites import SITE, build_site, page, tree

URL = "https://example.org/archive/"
NS = {"a": "http://www.w3.org/2005/Atom"}
ATOM = f"{{{NS['a']}}}"
# RFC 3339, section 5.6.
MOMENT = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ")
# RFC 4287, sections 4.1.1 and 4.1.2: each element and how often it may stand.
FEED_ONCE = {"id", "title", "updated", "subtitle", "icon", "logo", "generator", "rights"}
ENTRY_ONCE = {"id", "title", "updated", "published", "summary", "content", "rights", "source"}
MANY = {"author", "category", "contributor", "link"}


def paper(title: str, listed: str, **fields: str) -> str:
    more = "".join(f"{key}: {value}\n" for key, value in fields.items())
    return f"---\ntitle: {title!r}\nlisted: {listed}\n{more}---\nThe summary of <{title}>.\n"


FILES = {
    **FULL,
    "papers/mon.md": paper("Monday & more", "2026-06-29", upvotes="3", topics="[video]", authors="[Ada, Bo]"),
    "papers/mon2.md": paper("Loved on Monday", "2026-06-29", upvotes="90", authors="[Ada, Bo]"),
    "papers/old.md": paper("Week before", "2026-06-23"),
    "papers/bare.md": "---\ntitle: Nothing but a title\nlisted: 2026-06-22\n---\n",
    "papers/undated.md": "---\ntitle: Never listed\ntopics: [video]\n---\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("feeds")
    build_site(folder, {**FILES, "site.yaml": f"{SITE}feeds: {{min_papers: 1}}\n"})
    return folder


def atom_paths(folder: Path, url: str = URL) -> list[str]:
    opml = ET.fromstring(page(folder, "feeds.opml"))
    return [
        each.attrib["xmlUrl"].removeprefix(url) for each in opml.iter("outline") if "xmlUrl" in each.attrib
    ]


def check_atom(text: str, path: str, url: str) -> None:
    """Every rule of RFC 4287 that our feeds could break."""
    feed = ET.fromstring(text)
    assert feed.tag == f"{ATOM}feed"
    _check_element(feed, FEED_ONCE, {"id", "title", "updated"}, MANY | {"entry"})
    links = {each.attrib["rel"]: each.attrib["href"] for each in feed.findall("a:link", NS)}
    assert links["self"] == url + path
    assert set(links) == {"self", "alternate"}
    ids = [each.findtext("a:id", "", NS) for each in feed.findall("a:entry", NS)]
    assert len(set(ids)) == len(ids)
    feed_author = feed.find("a:author/a:name", NS) is not None
    for entry in feed.findall("a:entry", NS):
        _check_element(entry, ENTRY_ONCE, {"id", "title", "updated"}, MANY)
        assert feed_author or entry.find("a:author/a:name", NS) is not None
        assert [each.attrib["rel"] for each in entry.findall("a:link", NS)] == ["alternate"]
        assert (entry.findtext("a:published", "", NS)) <= entry.findtext("a:updated", "", NS)
        assert entry.findtext("a:updated", "", NS) <= feed.findtext("a:updated", "", NS)
        for category in entry.findall("a:category", NS):
            assert category.attrib["term"]
        content = entry.find("a:content", NS)
        if content is not None:
            assert content.attrib == {"type": "html"}
            _check_html(content.text or "")


def _check_element(element: ET.Element, once: set[str], required: set[str], many: set[str]) -> None:
    names = [child.tag.removeprefix(ATOM) for child in element]
    assert set(names) <= once | many
    assert all(names.count(name) == 1 for name in required)
    assert all(names.count(name) <= 1 for name in once)
    for name in ("id", "icon"):
        if (address := element.findtext(f"a:{name}", None, NS)) is not None:
            assert _absolute(address)
    for name in ("updated", "published"):
        if (moment := element.findtext(f"a:{name}", None, NS)) is not None:
            assert MOMENT.fullmatch(moment)
    assert all(_absolute(link.attrib["href"]) for link in element.findall("a:link", NS))
    assert all(author.findtext("a:name", "", NS) for author in element.findall("a:author", NS))
    assert (element.findtext("a:title", "", NS)).strip()


def _absolute(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and bool(parts.netloc)


class _Html(HTMLParser):
    """Elements that are opened and closed in order, and addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "style", "iframe", "form")
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]
        assert not [name for name, _ in attrs if name == "style" or name.startswith("on")]
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _check_html(text: str) -> None:
    parser = _Html()
    parser.feed(text)
    assert not parser.open
    assert all(_absolute(address) for address in parser.addresses)


def check_json_feed(feed: dict[str, Any]) -> None:
    """Every rule of JSON Feed 1.1 that ours could break."""
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    for key in ("home_page_url", "feed_url"):
        assert _absolute(feed[key])
    ids = [item["id"] for item in feed["items"]]
    assert len(set(ids)) == len(ids)
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert item.get("content_html") or item.get("content_text")
        assert _absolute(item["url"])
        assert MOMENT.fullmatch(item["date_published"])
        assert item["authors"]
        assert all(set(author) & {"name", "url", "avatar"} and author["name"] for author in item["authors"])
        assert all(isinstance(tag, str) for tag in item["tags"])


def test_every_atom_feed_keeps_the_rules(site: Path) -> None:
    paths = atom_paths(site)
    assert {"feed.xml", "daily.xml", "weekly.xml", "topics/video.xml", "authors/ada.xml"} <= set(paths)
    assert "organizations/facebook.xml" in paths
    for path in paths:
        check_atom(page(site, path), path, URL)


def test_no_two_feeds_are_one(site: Path) -> None:
    ids = [ET.fromstring(page(site, path)).findtext("a:id", "", NS) for path in atom_paths(site)]
    assert len(set(ids)) == len(ids)


def test_the_list_of_feeds_names_every_feed_and_its_page(site: Path) -> None:
    opml = ET.fromstring(page(site, "feeds.opml"))
    assert (opml.tag, opml.attrib["version"]) == ("opml", "2.0")
    assert [child.tag for child in opml] == ["head", "body"]
    files = tree(site / "_site")
    feeds = {path for path, data in files.items() if b'xmlns="http://www.w3.org/2005/Atom"' in data[:120]}
    assert set(atom_paths(site)) == feeds
    for each in opml.iter("outline"):
        assert each.attrib["text"]
        if "xmlUrl" in each.attrib:
            assert each.attrib["type"] == "rss"
            assert each.attrib["title"] == each.attrib["text"]
            assert (each.attrib["htmlUrl"].removeprefix(URL) or "index.html") in files


def test_the_json_feed_keeps_the_rules(site: Path) -> None:
    check_json_feed(json.loads(page(site, "feed.json")))


def test_feeds_of_an_empty_archive_keep_the_rules(tmp_path: Path) -> None:
    build_site(tmp_path, {})
    for path in atom_paths(tmp_path):
        check_atom(page(tmp_path, path), path, URL)
    check_json_feed(json.loads(page(tmp_path, "feed.json")))


def entries(folder: Path, path: str) -> list[ET.Element]:
    return ET.fromstring(page(folder, path)).findall("a:entry", NS)


def test_the_feed_of_days_has_an_entry_a_day_the_most_votes_first(site: Path) -> None:
    found = entries(site, "daily.xml")
    assert [each.findtext("a:title", "", NS) for each in found] == [
        "30 June 2026",
        "29 June 2026",
        "23 June 2026",
        "22 June 2026",
    ]
    monday = found[1].findtext("a:content", "", NS)
    assert monday.index("Loved on Monday") < monday.index("Monday &amp; more")
    assert found[1].findtext("a:id", "", NS) == f"{URL}daily/2026-06-29.html"
    assert [each.attrib["term"] for each in found[1].findall("a:category", NS)] == ["video"]


def test_the_feed_of_weeks_has_an_entry_a_week_with_its_days(site: Path) -> None:
    newest, before = entries(site, "weekly.xml")
    assert newest.findtext("a:title", "", NS) == "Week 27 of 2026"
    assert newest.findtext("a:published", "", NS) == "2026-06-29T00:00:00Z"
    assert newest.findtext("a:updated", "", NS) == "2026-06-30T00:00:00Z"
    assert re.findall("<h2>(.*?)</h2>", newest.findtext("a:content", "", NS)) == [
        "30 June 2026",
        "29 June 2026",
    ]
    assert "Nothing but a title" in before.findtext("a:content", "", NS)


def test_an_e_mail_is_the_weeks_digest_whole_and_by_itself(site: Path) -> None:
    text = page(site, "daily/2026-w27-mail.html")
    digest = entries(site, "weekly.xml")[0].findtext("a:content", "", NS)
    assert digest.strip() in text
    assert all(_absolute(html.unescape(link)) for link in re.findall(r'(?:href|src)="([^"]*)"', text))
    assert "<script" not in text
    assert "stylesheet" not in text
    assert 'href="../daily/2026-w27-mail.html"' in page(site, "daily/2026-w27.html")
    assert "-mail.html" not in page(site, "sitemap.xml")


def test_a_long_digest_is_cut_and_says_where_the_rest_is(tmp_path: Path) -> None:
    files = {f"papers/p{n:03}.md": paper(f"Paper {n:03}", "2026-06-30") for n in range(75)}
    build_site(tmp_path, files)
    text = page(tmp_path, "daily/2026-w27-mail.html")
    assert text.count("<h3>") == 60
    assert f'<a href="{URL}daily/2026-w27.html">15 more papers</a>' in text
    assert len(text) < 100_000


@pytest.mark.parametrize(("setting", "least"), [("", 3), ("feeds: {min_papers: 2}\n", 2)])
def test_an_organization_or_author_without_a_record_has_a_feed_from_some_papers_on(
    tmp_path: Path, setting: str, least: int
) -> None:
    files = {
        f"papers/p{n}-of-{count}.md": f"---\ntitle: P{n}\ndate: 2026-06-0{n + 1}\nauthors: [Author {count}]\n"
        f"organizations: [Lab {count}, Known]\n---\n"
        for count in (1, 2, 3)
        for n in range(count)
    }
    site = f"title: Archive\nurl: https://example.org/archive/\nauthors: {{min_papers: 1}}\n{setting}"
    records = {
        "organizations/known.md": "---\nname: Known\n---\n",
        "organizations/new.md": "---\nname: New\n---\n",
    }
    build_site(tmp_path, files | records | {"site.yaml": site})
    with_feed = {"organizations/known", "organizations/new"}
    with_feed |= {
        f"{kind}-{count}" for kind in ("organizations/lab", "authors/author") for count in range(least, 4)
    }
    pages = {
        path.relative_to(tmp_path / "_site").with_suffix("")
        for path in (tmp_path / "_site").glob("[ao]*s/*.html")
    }
    assert len(pages) == 8
    outline = page(tmp_path, "feeds.opml")
    for each in map(str, pages):
        has = each in with_feed
        assert (tmp_path / f"_site/{each}.xml").exists() == has, each
        assert (f"{each}.xml" in outline) == has, each
        assert page(tmp_path, f"{each}.html").count(f"{each.partition('/')[2]}.xml") == 2 * has, each


def test_an_author_has_a_feed_and_the_page_names_it(site: Path) -> None:
    titles = [each.findtext("a:title", "", NS) for each in entries(site, "authors/ada.xml")]
    assert titles == ["Loved on Monday", "Monday & more"]
    text = page(site, "authors/ada.html")
    assert '<link rel="alternate" href="../authors/ada.xml" type="application/atom+xml"' in text
    assert '<a href="../authors/ada.xml">Feed of this author</a>' in text
