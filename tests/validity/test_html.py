"""What the site is made of is valid: HTML, accessibility, links, feeds, and the data that machines read.

html-validate and axe-core come from npm, at fixed versions, into ``.cache/npm`` below the project. Every page
of three sites is looked at: one of many papers, one in which everything occurs that a record can say, and
one without papers. axe-core, being slow, looks at a page of every kind.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from offprint.site.routes import MINE, NOT_FOUND, SEARCH
from tests.browser.site import Site, build_site, serve
from tests.sites import PROJECT

NPM = {"html-validate": "10.17.0", "axe-core": "4.14.1"}
BELOW = "/archive/"  # where every site's site.yaml says that it lies
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module", params=["many", "everything", "empty"])
def site(request: pytest.FixtureRequest) -> Site:
    """Each of the sites."""
    made: Site = request.getfixturevalue(request.param)
    return made


@pytest.fixture(scope="session")
def modules() -> Path:
    """The folder of npm's modules, with the tools in it."""
    prefix = PROJECT / ".cache" / "npm"
    folder = prefix / "node_modules"
    if any(installed(folder / name) != version for name, version in NPM.items()):
        npm = shutil.which("npm")
        if not npm:
            pytest.fail("the validity tests need Node.js and npm: apt-get install npm", pytrace=False)
        wanted = [f"{name}@{version}" for name, version in NPM.items()]
        options = ["--no-save", "--no-audit", "--no-fund", "--prefix", str(prefix)]
        done = subprocess.run(
            [npm, "install", *options, *wanted], capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.fail(f"npm could not install {' '.join(wanted)}: {done.stderr}", pytrace=False)
    return folder


def installed(folder: Path) -> str:
    """The version of an npm package that is there, or nothing."""
    description = folder / "package.json"
    return str(json.loads(description.read_text())["version"]) if description.exists() else ""


def test_all_html_is_valid(site: Site, modules: Path) -> None:
    program = modules / ".bin" / "html-validate"
    config = Path(__file__).with_name("htmlvalidate.cjs")
    command = [str(program), "--config", str(config), "--formatter", "json", "--ext", "html", "."]
    done = subprocess.run(command, cwd=site.root, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("["), done.stderr
    assert [
        (page["filePath"], fault["line"], fault["ruleId"], fault["message"])
        for page in json.loads(done.stdout)
        for fault in page["messages"]
    ] == []
    assert done.returncode == 0


def test_the_validator_is_not_silent_about_what_is_invalid(modules: Path, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        "<!doctype html>\n<html><body><p><div></p><img src=x></body></html>\n"
    )
    program = modules / ".bin" / "html-validate"
    config = Path(__file__).with_name("htmlvalidate.cjs")
    done = subprocess.run([str(program), "--config", str(config), "page.html"], cwd=tmp_path, check=False)
    assert done.returncode == 1


AXE = """
async (only) => {
  const rules = only.length ? { runOnly: only } : { rules: { "target-size": { enabled: true } } };
  const found = await axe.run({ resultTypes: ["violations"], ...rules });
  return found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html}`));
}
"""
ALL_RULES: list[str] = []  # with target-size of WCAG 2.2, which axe-core leaves out unless it is asked
RULES_OF_LOOK = ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"]
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
TELEPHONE: ViewportSize = {"width": 360, "height": 740}


@pytest.fixture
def bare_page(chromium: Browser) -> Iterator[Page]:
    """A page without its Content-Security-Policy, which would keep axe-core out, and without transitions."""
    with chromium.new_context(bypass_csp=True, reduced_motion="reduce") as context:
        yield context.new_page()


def test_every_kind_of_page_is_accessible_on_a_desk_by_day_and_in_a_hand_by_night(
    bare_page: Page, site: Site, everything: Site, modules: Path
) -> None:
    # Where everything occurs, every kind of page; of the others, which have the same in other numbers, a
    # page from every template.
    pages = site.kinds() if site is everything else site.templates()
    found = {}
    with serve(site.root, BELOW) as base:
        for path in [*pages, *site.mails[:1], "search.html?q=a"]:
            bare_page.set_viewport_size(DESKTOP)
            bare_page.emulate_media(color_scheme="light")
            bare_page.goto(base + path)
            if "?" in path and site.library.papers:
                expect(bare_page.locator("#results > li").first).to_be_visible()
            bare_page.add_script_tag(path=modules / "axe-core" / "axe.min.js")
            by_day = bare_page.evaluate(AXE, ALL_RULES)
            bare_page.emulate_media(color_scheme="dark")
            bare_page.set_viewport_size(TELEPHONE)
            by_night = bare_page.evaluate(AXE, RULES_OF_LOOK)
            if by_day or by_night:
                found[path] = (by_day, by_night)
    assert found == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_scripts_unfold_is_accessible(
    bare_page: Page, many: Site, modules: Path, scheme: Literal["light", "dark"]
) -> None:
    with serve(many.root, BELOW) as base:
        bare_page.set_viewport_size(TELEPHONE)
        bare_page.emulate_media(color_scheme=scheme)

        def faults() -> list[str]:
            # Cards that are not in view have no size of their own yet, so that axe-core sees them overlap.
            bare_page.add_style_tag(content="* { content-visibility: visible !important }")
            bare_page.add_script_tag(path=modules / "axe-core" / "axe.min.js")
            found: list[str] = bare_page.evaluate(AXE, ALL_RULES)
            return found

        bare_page.goto(f"{base}daily/2026-06-30.html?q=bees&topic=wild-bees&not-year=2024")
        expect(bare_page.locator(".chip")).to_have_count(2)
        bare_page.get_by_role("button", name="Star: ").first.click()
        bare_page.get_by_text("Export").click()
        bare_page.get_by_role("button", name="Send to Zotero").click()
        expect(bare_page.locator(".Z3988").first).to_be_attached()
        assert faults() == []
        bare_page.goto(f"{base}{MINE}")
        expect(bare_page.locator(".card")).to_have_count(1)
        assert faults() == []
        bare_page.get_by_role("button", name="Keyboard shortcuts").click()
        expect(bare_page.get_by_role("dialog")).to_be_visible()
        assert faults() == []


class Document(HTMLParser):
    """A page's ids, what it refers to, and its scripts that hold data."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []  # where a reader can go
        self.parts: list[str] = []  # what the browser loads by itself
        self.canonical: list[str] = []
        self.hidden = False  # from search engines
        self.data: list[str] = []
        self._in_data = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "link" and given["rel"] == "canonical":
            self.canonical.append(given["href"])
        elif tag == "link" and given["rel"] in ("stylesheet", "icon", "manifest"):
            self.parts.append(given["href"])
        else:
            self.links += [given[name] for name in ("href", "action") if name in given]
        if tag == "meta" and given.get("name") == "robots":
            self.hidden = given["content"] == "noindex"
        if "src" in given:
            self.parts.append(given["src"])
        self._in_data = tag == "script" and given.get("type") == "application/ld+json"

    def handle_data(self, data: str) -> None:
        if self._in_data:
            self.data.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._in_data = False


@pytest.fixture(scope="module")
def documents(site: Site) -> dict[str, Document]:
    """Every HTML page of a site, by its path."""
    return {path: Document((site.root / path).read_text(encoding="utf-8")) for path in site.html}


def test_no_link_inside_the_site_is_dead(site: Site, documents: dict[str, Document]) -> None:
    dead, checked = [], 0
    for path, document in documents.items():
        for link in document.links + document.parts:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            checked += 1
            absolute = link.startswith("/")
            if absolute != (path == NOT_FOUND) and not link.startswith("#"):
                dead.append(f"{path}: {link} is {'absolute' if absolute else 'relative'}")
                continue
            target = unquote(urlsplit(urljoin(f"{BELOW}{path}", link)).path).removeprefix(BELOW)
            if not (site.root / target).is_file():
                dead.append(f"{path}: {link}")
            elif parts.fragment and unquote(parts.fragment) not in documents[target].ids:
                dead.append(f"{path}: {link} (no such id)")
    assert checked > 10 * len(documents)
    assert dead == []


def test_no_page_names_a_part_that_is_not_its_own(site: Site, documents: dict[str, Document]) -> None:
    for path, document in documents.items():
        assert document.parts or path in site.mails, path
        assert [part for part in document.parts if urlsplit(part).netloc or urlsplit(part).scheme] == [], path


def test_a_page_says_where_it_is_or_that_it_is_not_for_search_engines(
    site: Site, documents: dict[str, Document]
) -> None:
    home = site.library.site.url
    for path, document in documents.items():
        shown = path.replace("-mail.html", ".html")  # an e-mail is the double of its week's page
        nowhere = path in (NOT_FOUND, MINE)
        expected = [] if nowhere else [home if path == "index.html" else home + shown]
        assert document.canonical == expected, path
        assert document.hidden == (nowhere or path in site.mails), path


def test_files_that_name_others_name_what_is_there(site: Site) -> None:
    style = site.root / "static" / "style.css"
    fonts = re.findall(r'url\("([^"]+)"\)', style.read_text(encoding="utf-8"))
    manifest = json.loads((site.root / "manifest.webmanifest").read_text(encoding="utf-8"))
    named = [style.parent / font for font in fonts]
    named += [site.root / manifest["start_url"], *(site.root / icon["src"] for icon in manifest["icons"])]
    assert len(fonts) >= 3
    assert [file for file in named if not file.is_file()] == []


def test_no_id_stands_twice_on_a_page(documents: dict[str, Document]) -> None:
    for path, document in documents.items():
        assert len(document.ids) == len(set(document.ids)), path


def test_every_papers_page_holds_its_metadata_as_json(site: Site, documents: dict[str, Document]) -> None:
    for paper in site.library.papers:
        (text,) = documents[f"papers/{paper.slug}.html"].data
        data = json.loads(text)
        assert data["@context"] == "https://schema.org"
        assert data["@type"] == "ScholarlyArticle"
        assert data["headline"] == paper.record.title.plain
        assert data["url"] == f"{site.library.site.url}papers/{paper.slug}.html"


def test_no_title_can_leave_the_script_that_holds_its_metadata(tmp_path: Path) -> None:
    titles = {
        "end": "A </script><script>alert(1)</script>",
        "comment": "A <!--<script> that begins a comment",
        "cdata": "A ]]> and <![CDATA[",
        "entity": "A &lt;/script&gt; &amp; a &quot;",
        "quote": 'A "quoted\\" title',
    }
    site = build_site(
        tmp_path,
        {f"papers/{slug}.yaml": f"title: {json.dumps(title)}\n" for slug, title in titles.items()},
    )
    for slug, title in titles.items():
        document = Document((site.root / f"papers/{slug}.html").read_text(encoding="utf-8"))
        (text,) = document.data
        assert json.loads(text)["headline"] == title
        assert not re.search("[<>&]", text)


def test_feeds_are_well_formed_and_lead_to_pages_of_the_site(site: Site) -> None:
    feeds = [page.path for page in site.pages if page.template == "feed.xml"]
    assert "feed.xml" in feeds
    for path in feeds:
        feed = ElementTree.parse(site.root / path).getroot()
        assert feed.tag == f"{ATOM}feed"
        for name in ("id", "title", "updated"):
            assert feed.findtext(f"{ATOM}{name}"), f"{path}: {name}"
        (own,) = [link.get("href") for link in feed.iter(f"{ATOM}link") if link.get("rel") == "self"]
        assert own == site.library.site.url + path
        for entry in feed.iter(f"{ATOM}entry"):
            for name in ("id", "title", "updated"):
                assert entry.findtext(f"{ATOM}{name}"), f"{path}: an entry's {name}"
            address = entry.findtext(f"{ATOM}id") or ""
            assert (site.root / address.removeprefix(site.library.site.url)).is_file(), address
        ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
        assert len(ids) == len(set(ids)), path


def test_the_sitemap_holds_every_page_that_is_for_search_engines_once(site: Site) -> None:
    root = ElementTree.parse(site.root / "sitemap.xml").getroot()
    addresses = [element.text or "" for element in root.iter() if element.tag.endswith("}loc")]
    home = site.library.site.url
    hidden = (NOT_FOUND, MINE, SEARCH, *site.mails)
    shown = [path for path in site.html if path not in hidden]
    expected = [home + path.removesuffix("index.html") for path in shown]
    assert sorted(addresses) == sorted(expected)


def test_the_search_of_the_archive_can_be_added_to_a_browser(site: Site) -> None:
    namespace = "{http://a9.com/-/spec/opensearch/1.1/}"
    text = (site.root / "opensearch.xml").read_text(encoding="utf-8")
    assert text.startswith("<?xml")
    root = ElementTree.fromstring(text)
    assert root.tag == f"{namespace}OpenSearchDescription"
    assert 0 < len(root.findtext(f"{namespace}ShortName") or "") <= 16
    url = root.find(f"{namespace}Url")
    assert url is not None
    assert url.get("template") == f"{site.library.site.url}search.html?q={{searchTerms}}"


def test_the_json_feed_has_what_json_feed_1_1_requires(site: Site) -> None:
    feed: dict[str, Any] = json.loads((site.root / "feed.json").read_text(encoding="utf-8"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] == site.library.site.title
    assert feed["feed_url"] == f"{site.library.site.url}feed.json"
    listed = [paper for paper in site.library.papers if paper.renewed]
    assert len(feed["items"]) == min(50, len(listed))
    for item in feed["items"]:
        assert item["id"] == item["url"]
        assert "content_html" in item or "content_text" in item
        assert (site.root / item["url"].removeprefix(site.library.site.url)).is_file(), item["url"]
        assert all(author["name"] for author in item.get("authors", []))


def test_the_exported_papers_are_csl_json(site: Site) -> None:
    items: list[dict[str, Any]] = json.loads((site.root / "data/papers.json").read_text(encoding="utf-8"))
    assert [item["id"] for item in items] == [paper.slug for paper in site.library.papers]
    known = {"article", "article-journal", "paper-conference", "chapter", "thesis", "report"}
    for item in items:
        assert item["type"] in known, item["id"]
        assert item["title"], item["id"]
        for author in item.get("author", []):
            assert author.get("family") or author.get("literal"), item["id"]
        if "issued" in item:
            ((year, *rest),) = item["issued"]["date-parts"]
            assert all(isinstance(part, int) for part in (year, *rest)), item["id"]
