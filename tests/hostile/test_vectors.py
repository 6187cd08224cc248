"""Nothing in a record runs: not on a page, not in search results, with the policy or without it.

Each of the vectors stands in every text field of a paper, a topic, an organization and a page. The output is
read as a browser reads it, then opened in Chromium, where whatever runs would be noticed.
"""

import functools
import http.server
import json
import re
import shutil
import threading
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, sync_playwright

from offprint.commands.build import build
from offprint.offline.edition import pack
from tests.hostile.vectors import VECTORS, json_ld_of, word, write_hostile_content
from tests.offline.browsers import open_browser
from tests.sites import TEMPLATES, options

# What our own pages are made of, MathML aside; nothing of it loads, embeds, or refreshes but what base.html
# itself asks for.
_TAGS = set(
    "a abbr article aside body blockquote br button code details div em footer form h1 h2 h3 h4 h5 h6 head "
    "header hr html i input label li link main meta nav noscript ol option p pre script section select span "
    "strong summary textarea fieldset legend progress kbd dialog datalist table tbody td th thead time title "
    "tr ul dl dt dd".split()
)
_DRAWN = {"svg", "g", "rect", "text"}  # bars and heat maps, made of numbers
_DRAWN_WITH = {"class", "width", "height", "x", "y", "transform", "role", "aria-label", "aria-hidden"}
_ADDRESSES = {
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "cite",
    "background",
    "xlink:href",
    "srcset",
}


@dataclass
class Found(HTMLParser):
    """Every element of a page with its attributes."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vectors")
    write_hostile_content(folder)
    build(options(folder, search=True), lambda *_: None)
    return folder / "_site"


def test_there_are_enough_vectors() -> None:
    assert len(set(VECTORS)) >= 60


def test_pages_hold_only_what_is_ours(site: Path) -> None:
    pages = sorted(path for path in site.rglob("*.html") if "pagefind" not in path.parts)
    assert len(pages) > 4 * len(VECTORS)
    for path in pages:
        _check_markup(path.read_text(encoding="utf-8"), str(path), whole=True)


def test_content_in_feeds_is_as_safe_as_pages(site: Path) -> None:
    """A reader of feeds puts it into a page of its own, where no policy of ours holds."""
    atom = "{http://www.w3.org/2005/Atom}"
    feeds = [path for path in site.rglob("*.xml") if path.name not in ("sitemap.xml", "opensearch.xml")]
    assert len(feeds) > 2 * len(VECTORS)
    for path in feeds:
        for entry in ET.parse(path).getroot().iter(f"{atom}entry"):
            _check_markup(entry.findtext(f"{atom}content") or "", str(path))
    for item in json.loads((site / "feed.json").read_bytes())["items"]:
        _check_markup(item["content_html"], "feed.json")


def _check_markup(text: str, where: str, *, whole: bool = False) -> None:
    found = Found()
    found.feed(text)
    math = 0
    for tag, attributes in found.elements:
        at = f"{where}: <{tag} {attributes}>"
        math += tag == "math"
        drawn = whole and tag in _DRAWN and set(attributes) <= _DRAWN_WITH
        drawn |= tag == "style" and where.endswith("404.html")  # ours, by its hash in the policy
        assert drawn or tag in _TAGS or (math and re.fullmatch("m[a-z]+", tag) and tag != "meta"), at
        for name, value in attributes.items():
            assert not name.startswith("on"), at
            assert (
                name not in ("style", "srcdoc", "ping", "http-equiv") or value == "Content-Security-Policy"
            ), at
            if name in _ADDRESSES:
                scheme = re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", value)
                assert not scheme or scheme[0] in ("http:", "https:", "mailto:"), at
                assert not re.search(r"[\x00-\x20\x7f]", value), at
                assert tag == "a" or "//evil" not in value, at
        if tag == "script":
            assert whole, at
            data = attributes.get("type") in ("application/ld+json", "application/json")
            assert data or "static/" in attributes["src"], at
        if tag in ("link", "form", "input", "button", "select", "meta"):
            assert whole, at


def test_data_blocks_and_exports_hold_the_title_as_written(site: Path) -> None:
    items = {item["id"]: item for item in json.loads((site / "data/papers.json").read_bytes())}
    for number, vector in enumerate(VECTORS):
        if "$" in vector or "\\" in vector:
            continue  # math, or LaTeX's escapes, which are read as meant
        title = " ".join(f"{word(number)} {vector}".split())
        page = (site / f"papers/v{number:03}.html").read_text(encoding="utf-8")
        data = json_ld_of(page)
        assert isinstance(data, dict)
        mark = "[WITHDRAWN] " if number % 7 == 6 else ""
        assert data["headline"] == title
        assert items[f"v{number:03}"]["title"] == mark + title


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """The site, and at /frames?a&b a page that shows the pages a and b: quicker than to visit each."""

    def do_GET(self) -> None:
        path, _, pages = self.path.partition("?")
        if path != "/frames":
            super().do_GET()
            return
        frames = "".join(f"<iframe src='{each}'></iframe>" for each in pages.split("&"))
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(f"<!doctype html><title>All</title>{frames}".encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    assert program, "the tests need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Watched:
    """A page of which is written down whatever a vector could do: dialogs, requests, errors, tabs."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.seen: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("dialog", self._dialog)
        self.page.on("pageerror", lambda error: self.seen.append(f"error {error}"))
        self.page.on("popup", lambda popup: self.seen.append(f"popup {popup.url}"))
        self.page.on("framenavigated", lambda frame: self._navigated(frame.url, address))
        self.page.on("request", lambda request: self._request(request.url, address))

    def _dialog(self, dialog: Dialog) -> None:
        self.seen.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _request(self, url: str, address: str) -> None:
        if not url.startswith((address, f"blob:{address}")):  # the search's worker is a blob of ours
            self.seen.append(f"request {url}")

    def _navigated(self, url: str, address: str) -> None:
        if not url.startswith(address) and url != "about:blank":
            self.seen.append(f"navigated {url}")


@pytest.fixture(params=[False, True], ids=["with-policy", "without-policy"])
def watched(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Watched]:
    context = browser.new_context(bypass_csp=request.param)
    yield Watched(context, address)
    context.close()


def test_a_vector_that_ran_would_be_noticed(browser: Browser, address: str) -> None:
    """The watch itself, tried on a page that is open to every vector."""
    with_policy, without = browser.new_context(), browser.new_context(bypass_csp=True)
    for context in (with_policy, without):
        watched = Watched(context, address)
        watched.page.goto(address)
        watched.page.evaluate(
            "try { document.body.innerHTML = '<img src=static/none onerror=alert(1)>' } catch {}"
        )
        watched.page.wait_for_timeout(300)
        assert bool(watched.seen) == (context is without), watched.seen
        context.close()


def test_nothing_runs_on_any_page(watched: Watched, address: str, site: Path) -> None:
    lists = "index topics organizations authors archive daily 2026 2026/06 404 search".split()
    paths = [f"{each}.html" for each in lists]
    for number in range(len(VECTORS)):
        paths.append(f"papers/v{number:03}.html")
        if number % 10 == 0:
            paths += [f"v{number:03}.html", f"topics/v{number:03}.html", f"organizations/v{number:03}.html"]
    assert all((site / path).exists() for path in paths)
    for start in range(0, len(paths), 50):
        some = paths[start : start + 50]
        watched.page.goto(f"{address}frames?{'&'.join(some)}", wait_until="load")
        assert [frame.title() != "" for frame in watched.page.frames] == [True] * (len(some) + 1)
    watched.page.wait_for_timeout(200)
    assert watched.seen == []


def test_nothing_runs_in_search_results(watched: Watched, address: str) -> None:
    page = watched.page
    page.goto(address + "search.html?q=hostile")
    page.wait_for_selector("#results > li")
    while page.locator("#more").is_visible():
        before = page.locator("#results > li").count()
        page.locator("#more button").click()
        page.locator("#results > li").nth(before).wait_for()
    assert page.locator("#results > li").count() == len(VECTORS)
    elements = page.eval_on_selector_all(
        "#results *", "all => all.map(e => [e.localName, [...e.attributes].map(a => a.name)])"
    )
    assert {name for name, _ in elements} <= {
        "li",
        "h2",
        "h3",
        "a",
        "p",
        "span",
        "mark",
        "em",
        "strong",
        "button",
        "time",
    }
    star = {"type", "title", "aria-pressed", "aria-label"}
    assert {name for _, names in elements for name in names} <= {
        "class",
        "href",
        "data-status",
        "dir",
        "data-slug",
        "datetime",
    } | star
    shown = page.locator("#results").inner_text()
    assert "onerror=alert(document.domain)" in shown, "the vectors are there, as text"
    for number in (0, 12, 50):
        page.goto(address + f"search.html?q={word(number)}")
        page.wait_for_selector("#results > li")
    page.wait_for_timeout(200)
    assert watched.seen == []


# A script that ran would leave a mark that outlives the page.
_NOTICE = """() => {
  for (const name of ["alert", "confirm", "prompt"]) window[name] = () => { window.name += "ran "; };
}"""
_RAN = """
  const all = [window, ...[...document.querySelectorAll("iframe")].map((each) => each.contentWindow)];
  const isOdd = ({ name, value }) => /^on/i.test(name) || /^\\s*(javascript|data):/i.test(value);
  const odd = [...document.querySelectorAll("*")].filter((each) => [...each.attributes].some(isOdd));
  const foreign = performance.getEntriesByType("resource").map(({ name }) => name)
    .filter((name) => !/^(blob:)?(file:|http:..127\\.0\\.0\\.1)/.test(name));
  return [all.map((each) => each.name).join(""), odd.map((each) => each.outerHTML), foreign];
"""
_QUIET = ["", [], []]


def _hits(browser: Any) -> int:
    """Return how many hits a search page shows once it has searched."""
    return int(
        browser.run("""
          for (let n = 0; n < 400 && !document.querySelector("#results > li"); n++)
            await new Promise((resolve) => setTimeout(resolve, 25));
          return document.querySelectorAll("#results > li").length;
        """)
    )


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with open_browser("firefox", tmp_path_factory.mktemp("firefox") / "profile") as opened:
        firefox: Any = opened
        firefox.before_each_page(_NOTICE)
        yield firefox


def test_nothing_runs_in_firefox_either(firefox: Any, address: str, site: Path, tmp_path: Path) -> None:
    """Pages, search, form, what feeds hold without a policy, service worker, the zip from a folder."""
    (site / "open.html").write_text("<!doctype html><img src=static/none onerror=alert(1)>")
    firefox.open(f"{address}open.html")
    firefox.run("await new Promise((resolve) => setTimeout(resolve, 300));")
    assert firefox.run(_RAN)[0] == "ran ", "the watch itself"
    firefox.run("window.name = '';")
    pages = [f"papers/v{n:03}.html" for n in range(len(VECTORS))]
    pages += ["index.html", "topics.html", "changes.html", "v000.html", "topics/v012.html", "404.html"]
    firefox.open(f"{address}frames?{'&'.join(pages)}")
    assert firefox.run(_RAN) == _QUIET
    firefox.open(f"{address}search.html?q=hostile&shown=60")
    assert _hits(firefox) >= 10
    assert firefox.run(_RAN) == _QUIET
    firefox.open(f"{address}add.html")
    firefox.run(f"""
      for (const vector of {json.dumps(VECTORS)}) {{
        for (const field of document.querySelectorAll("form [name]")) {{
          if (field.type === "checkbox" || field.localName === "select") continue;
          field.value = vector;
          field.dispatchEvent(new Event("input", {{ bubbles: true }}));
        }}
      }}
      await new Promise((resolve) => setTimeout(resolve, 200));
    """)
    assert firefox.run(_RAN) == _QUIET
    feeds = [ET.parse(path).getroot() for path in (site / "feed.xml", site / "changes.xml")]
    entries = [
        each.text or "" for feed in feeds for each in feed.iter("{http://www.w3.org/2005/Atom}content")
    ]
    (site / "reader.html").write_text("<!doctype html><meta charset=utf-8>" + "\n".join(entries), "utf-8")
    firefox.open(f"{address}reader.html")
    assert firefox.run(_RAN) == _QUIET
    firefox.open(f"{address}index.html")
    firefox.run("await navigator.serviceWorker.ready;")
    firefox.open(f"{address}papers/v000.html")
    assert firefox.run(_RAN) == _QUIET
    for name in ("open.html", "reader.html"):
        (site / name).unlink()
    edition = pack(site, tmp_path, TEMPLATES, 1, lambda *_: None)
    with zipfile.ZipFile(edition.path) as archive:
        archive.extractall(tmp_path / "unzipped")
    (root,) = (tmp_path / "unzipped").iterdir()
    for path in ("index.html", "papers/v001.html", "papers/v050.html", "add.html"):
        firefox.open(f"{root.as_uri()}/{path}")
        assert firefox.run(_RAN) == _QUIET
    firefox.open(f"{root.as_uri()}/search.html?q=hostile")
    assert _hits(firefox) >= 10
    assert firefox.run(_RAN) == _QUIET
