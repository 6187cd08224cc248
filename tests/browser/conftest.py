"""What tests of one site share: a file of tests has a fixture ``site``, which is served here."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.search import Search
from tests.browser.site import Site, serve


@pytest.fixture(scope="module")
def base(site: Site) -> Iterator[str]:
    """The address of the site of a file of tests."""
    with serve(site.root) as address:
        yield address


@pytest.fixture
def search(page: Page, base: str) -> Search:
    """Its search page."""
    return Search(page, base)
