"""The hosted site with the server stopped: what was read, the shell, the whole archive where it is kept."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from offprint.offline.edition import ZipFile, pack
from tests.offline.browsers import Browser, open_browser
from tests.offline.editions import content, served
from tests.offline.test_search import answers, search
from tests.sites import TEMPLATES, build_site

TITLE = "return [document.title, location.pathname, getComputedStyle(document.body).maxWidth];"
CACHES = "return (await caches.keys()).sort();"
SETTLE = "await new Promise((resolve) => setTimeout(resolve, {}));"


@pytest.fixture(params=["chromium", "firefox"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Browser]:
    """A browser that was never on the site."""
    with open_browser(request.param, tmp_path / "profile") as opened:
        yield opened


def offer(site: Path) -> ZipFile:
    """Put the zip into the site itself."""
    return pack(site, site, TEMPLATES, 1, lambda *_: None)


def visit(browser: Browser, address: str) -> None:
    """Open a page and wait until the service worker answers for the site."""
    browser.open(address)
    browser.run("await navigator.serviceWorker.ready;")
    wait_for(browser, "return navigator.serviceWorker.controller !== null;")


def wait_for(browser: Browser, condition: str) -> None:
    for _ in range(100):
        if browser.run(condition):
            return
        browser.run(SETTLE.format(50))
    raise AssertionError(f"never true: {condition}")


def kept(path: str) -> str:
    return f"return Boolean(await caches.match(new URL({path!r}, document.baseURI).href));"


def update(browser: Browser) -> None:
    """Let the browser look for a new service worker, and wait until it is installed or has failed."""
    browser.run(
        "const at = await navigator.serviceWorker.ready; await at.update().catch(() => {});"
        "for (let n = 0; n < 200 && (at.installing || at.waiting); n++) "
        "  await new Promise((resolve) => setTimeout(resolve, 25));"
    )


def test_what_was_read_and_the_way_to_it_stay_without_a_server(fresh: Browser, hosted: Path) -> None:
    with served(hosted) as server:
        root = server.address
        visit(fresh, f"{root}index.html")
        wait_for(fresh, kept("pagefind/pagefind-entry.json"))
        asked = {path.split("?")[0] for path in server.asked}  # no more than the way to what there is
        assert not [
            path for path in asked if path.endswith((".zip", ".pf_index", ".pf_fragment", ".pf_filter"))
        ]
        assert not [path for path in asked if "/papers/" in path]
        fresh.open(f"{root}papers/p007.html")
        wait_for(fresh, kept("p007.html"))
        fresh.open(f"{root}search.html")
        while_served = search(fresh, {"q": "number2"})
        assert while_served["hits"]
    fresh.open(f"{root}papers/p007.html")
    title, path, width = fresh.run(TITLE)
    assert (title, path) == ("Paper 7 on motion & <video> · Small archive", "/repository/papers/p007.html")
    assert width != "none"  # its style sheet came, too
    for shell in ("", "index.html", "topics.html", "archive.html", "search.html", "offline.html"):
        fresh.open(root + shell)
        assert "Small archive" in fresh.run(TITLE)[0], shell
    fresh.open(f"{root}search.html")
    assert search(fresh, {"q": "number2"}) == while_served
    fresh.open(f"{root}papers/p008.html")
    assert fresh.run(TITLE)[1] == "/repository/offline.html"
    assert fresh.run("return getComputedStyle(document.getElementById('missing')).display;") == "block"


def test_the_whole_archive_is_kept_shown_and_taken_back(fresh: Browser, hosted: Path, tmp_path: Path) -> None:
    site = tmp_path / "_site"
    shutil.copytree(hosted, site)
    packed = offer(site)
    button = "document.querySelector('#keep button')"
    with served(site) as server:
        root = server.address
        expected = answers(fresh, root)
        visit(fresh, f"{root}offline.html")
        wait_for(fresh, "return !document.getElementById('keep').hidden;")
        size = f"{packed.bytes / 1e6:.1f} MB"
        assert size in fresh.run("return document.getElementById('keep').textContent;")
        assert size in fresh.run("return document.querySelector('a[download]').parentNode.textContent;")
        fresh.run(f"{button}.click();")
        wait_for(fresh, "return document.getElementById('kept').textContent.includes('on this device');")
    for page in (
        "papers/p061.html",
        "topics/text/2.html",
        "2021/02/02.html",
        "authors/author-1.html",
        "feed.xml",
    ):
        fresh.open(root + page)
        assert fresh.run("return location.pathname;") == f"/repository/{page}"
    assert answers(fresh, root) == expected
    fresh.open(f"{root}offline.html")
    wait_for(fresh, f"return {button}.textContent.startsWith('Remove');")
    fresh.run(f"{button}.click();")
    wait_for(fresh, f"return {button}.textContent.startsWith('Keep');")
    assert fresh.run("return document.getElementById('kept').textContent;") == ""
    fresh.open(f"{root}papers/p061.html")
    assert fresh.run("return location.pathname;") == "/repository/offline.html"


@pytest.fixture(scope="session")
def renewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another edition of the archive, packed."""
    files = content()
    files["papers/p000.md"] = files["papers/p000.md"].replace("Paper 0 ", "Renewed paper 0 ")
    files["papers/p007.md"] = files["papers/p007.md"].replace("Paper 7 ", "Renewed paper 7 ")
    files["site.yaml"] = files["site.yaml"].replace("Small archive", "New archive")
    folder = tmp_path_factory.mktemp("renewed")
    build_site(folder, files, search=True)
    offer(folder / "_site")
    return folder / "_site"


def deploy(edition: Path, site: Path) -> None:
    """Put another edition in place of the served one."""
    shutil.rmtree(site)
    shutil.copytree(
        edition, site, copy_function=shutil.copyfile
    )  # as new, since a server tells it by the date
    later = time.time() + 5
    for path in site.rglob("*"):
        os.utime(path, (later, later))


def test_a_new_edition_replaces_the_old_one_whole(
    fresh: Browser, hosted: Path, renewed: Path, tmp_path: Path
) -> None:
    site = tmp_path / "_site"
    shutil.copytree(hosted, site)
    offer(site)
    with served(site) as server:
        root = server.address
        visit(fresh, f"{root}offline.html")
        fresh.open(f"{root}papers/p007.html")
        wait_for(fresh, kept("p007.html"))
        fresh.open(f"{root}offline.html")
        wait_for(fresh, "return !document.getElementById('keep').hidden;")
        fresh.run("document.querySelector('#keep button').click();")
        wait_for(fresh, "return document.getElementById('kept').textContent.includes('on this device');")
        (old,) = fresh.run(CACHES)
        deploy(renewed, site)
        update(fresh)
        wait_for(fresh, f"return !(await caches.keys()).includes({old!r});")
        assert len(fresh.run(CACHES)) == 1
    fresh.open(f"{root}papers/p007.html")
    assert fresh.run(TITLE)[0] == "Renewed paper 7 on motion & <video> · New archive"
    fresh.open(f"{root}papers/p060.html")  # from the new zip, which followed since the old one was kept
    assert fresh.run(TITLE)[0].endswith("· New archive")
    fresh.open(f"{root}search.html")
    assert search(fresh, {"q": "renewed"})["status"] == "2 papers"


@pytest.mark.parametrize("broken", ["topics.html", "pagefind/engine.js"])
def test_an_update_that_fails_half_way_leaves_the_old_edition(
    fresh: Browser, hosted: Path, renewed: Path, tmp_path: Path, broken: str
) -> None:
    site = tmp_path / "_site"
    shutil.copytree(hosted, site)
    with served(site) as server:
        root = server.address
        visit(fresh, f"{root}index.html")
        fresh.open(f"{root}papers/p008.html")
        wait_for(fresh, kept("p008.html"))
        (old,) = fresh.run(CACHES)
        deploy(renewed, site)
        (site / broken).unlink()
        fresh.open(f"{root}papers/p007.html")
        assert fresh.run(TITLE)[0].startswith("Renewed")  # with a network one reads what is there
        update(fresh)
        wait_for(fresh, f"return JSON.stringify(await caches.keys()) === JSON.stringify([{old!r}]);")
        assert not fresh.run(kept("p007.html"))  # a page of the new edition is not put among the old ones
    for page, title in (("index.html", "Small archive"), ("papers/p008.html", "Paper 8 on")):
        fresh.open(root + page)
        assert fresh.run(TITLE)[0].startswith(title)
    shutil.copy(renewed / broken, site / broken)
    with served(site, server.port):
        update(fresh)
        wait_for(fresh, f"return !(await caches.keys()).includes({old!r});")
    fresh.open(f"{root}papers/p008.html")
    assert fresh.run(TITLE)[0].endswith("New archive")
