"""A small archive whose lists have several pages, and a reader in Chromium who looks at it."""

import functools
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.sites import build_site

TOPICS = {"video": "Video", "sound": "Sound, and more", "code": "Code"}


def _paper(number: int) -> str:
    """Paper ``number`` of 12: one a month, sound on every second, a lab's every third, one retracted."""
    topics = ["video"] + ["sound"] * (number % 2 == 0) + ["code"] * (number > 10)
    organizations = ["A lab"] * (number % 3 == 0) + ["Bell & Sons"] * (number == 4)
    status = "status: retracted\nnotice: It was wrong.\n" if number == 11 else ""
    return f"""---
title: 'Paper {number:02}: naïve {"even" if number % 2 == 0 else "odd"} C++'
date: {2025 + number // 7}-{number:02}-03
listed: 2026-12-{1 + number // 5:02}
authors: [Grace Hopper, Ada Lovelace, A Third, A Fourth, Author Number{number}]
topics: [{", ".join(topics)}]
organizations: [{", ".join(organizations)}]
upvotes: {number * 5 % 12}
comments: {number * 7 % 12}
{status}abstract: The abstract of {number} holds $x^2$.
---
The summary of {number}.
"""


CONTENT = {
    "site.yaml": "title: A small archive\nurl: https://example.org/archive/\npage_size: 5\n",
    **{f"topics/{slug}.md": f"---\nname: {name!r}\n---\n" for slug, name in TOPICS.items()},
    **{f"papers/p{number:02}.md": _paper(number) for number in range(1, 13)},
}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built archive, with its search."""
    root = tmp_path_factory.mktemp("lists")
    build_site(root, CONTENT, search=True)
    return root / "_site"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """Where the archive is served."""
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium."""
    program = shutil.which("chromium")
    if not program:
        pytest.fail("the browser tests need Chromium: apt-get install chromium", pytrace=False)
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@dataclass(frozen=True, slots=True)
class Reader:
    """A page of a browser that has never been anywhere, and where the archive is."""

    page: Page
    address: str

    def open(self, path: str) -> None:
        """Go to a page of the archive."""
        self.page.goto(self.address + path)

    def titles(self) -> list[str]:
        """The numbers of the papers that are shown, in their order."""
        shown = self.page.locator(".card:visible h3 a").all_text_contents()
        return [title.split(":")[0].removeprefix("Paper ") for title in shown]

    def query(self) -> str:
        """What stands in the address behind the page's name."""
        return self.page.url.partition("?")[2]

    def take(self, name: str) -> tuple[str, str]:
        """Press a button that hands over a file: the file's name and text."""
        with self.page.expect_download() as download:
            self.page.get_by_role("button", name=name, exact=True).click()
        with open(download.value.path(), encoding="utf-8", newline="") as file:  # noqa: PTH123 - newline
            return download.value.suggested_filename, file.read()


def _reader(chromium: Browser, address: str) -> Iterator[Reader]:
    context = chromium.new_context()
    context.set_default_timeout(10_000)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    yield Reader(page, address)
    context.close()
    assert not faults


@pytest.fixture
def reader(chromium: Browser, address: str) -> Iterator[Reader]:
    """Someone who reads the hosted archive; an error in a script, or a breach of its policy, is a failure."""
    yield from _reader(chromium, address)


@pytest.fixture
def offline(chromium: Browser, folder: Path) -> Iterator[Reader]:
    """Someone who opened the archive's folder."""
    yield from _reader(chromium, f"{folder.as_uri()}/")
