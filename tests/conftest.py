"""What tests in several folders share: sites built once, and a browser.

The browser lives as long as one file of tests, so that it and its threads are gone before tests that start
processes of their own.
"""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.everything import EVERYTHING
from tests.browser.many import MANY
from tests.browser.site import Site, build_site

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # no test can reach another machine
]


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site of some forty papers, with cards: enough to search, filter and page through."""
    return build_site(tmp_path_factory.mktemp("many"), MANY)


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A small site in which everything occurs that a record can say."""
    return build_site(tmp_path_factory.mktemp("everything"), EVERYTHING)


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """An archive as it is before its first paper."""
    return build_site(tmp_path_factory.mktemp("empty"), {})


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium."""
    program = shutil.which("chromium")
    if not program:
        pytest.fail("the browser tests need Chromium: apt-get install chromium", pytrace=False)
    expect.set_options(timeout=20_000)  # a machine may be busy: what is awaited comes, or never does
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser that has never been anywhere."""
    context = chromium.new_context()
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page of it."""
    return context.new_page()
