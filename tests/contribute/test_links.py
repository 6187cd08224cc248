"""``check --links`` asks every address of every record; a server that is down ends nothing."""

import http.server
import json
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from offprint.commands import check
from offprint.contribute import linkcheck
from offprint.contribute.fetch import FetchError
from offprint.contribute.linkcheck import Manners, addresses_of, dead_links
from offprint.records.reader import load_content
from tests.sites import options, write_content

MANNERS = Manners(pause=0, arxiv_pause=0, timeout=1)
ASKED: Counter[str] = Counter()


class Host(http.server.BaseHTTPRequestHandler):
    """Answers by the path: a code, or a redirect to nowhere."""

    def do_GET(self) -> None:
        ASKED[self.path] += 1
        code = int(self.path.strip("/").partition("/")[0])
        self.send_response(code)
        if code == 302:
            self.send_header("Location", "/404")
        self.end_headers()

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def base() -> Iterator[str]:
    ASKED.clear()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Host) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def down() -> str:
    """Return the address of a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"http://localhost:{taken.getsockname()[1]}"


def content_of(folder: Path, base: str, down: str) -> Path:
    return write_content(
        folder,
        {
            "papers/a.md": "---\ntitle: A\ndoi: 10.1000/a\n"
            f"links: {{code: '{base}/404/code', pdf: '{down}/x'}}\n"
            "authors: [{name: Ada, orcid: 0000-0002-1825-0097}]\n---\n"
            f"See [this]({base}/410/text?a=1&b=2) and [that]({base}/200).\n",
            "papers/b.yaml": f"- slug: b\n  title: B\n  summary: See <{base}/410/text?a=1&b=2>.\n",
            "organizations/o.md": f"---\nname: O\nurl: {base}/404/home\nror: https://ror.org/05dxps055\n---\n"
            f"[More]({base}/503).\n",
            "topics/t.md": f"---\nname: T\n---\n[Read]({base}/404/topic)\n",
            "pages/about.md": f"---\ntitle: About\n---\n[Us]({base}/404/page), [here](x.html)\n",
        },
    )


def test_every_address_of_every_record_is_asked(tmp_path: Path, base: str, down: str) -> None:
    content, faults = load_content(content_of(tmp_path, base, down))
    assert not faults
    found = ((each.url.replace(base, "").replace(down, "down"), each.field) for each in addresses_of(content))
    assert sorted(found) == [
        ("/200", "summary"),
        ("/404/code", "links"),
        ("/404/home", "url"),
        ("/404/page", ""),
        ("/404/topic", "description"),
        ("/410/text?a=1&b=2", "summary"),
        ("/410/text?a=1&b=2", "summary"),
        ("/503", "description"),
        ("down/x", "links"),
        ("https://doi.org/10.1000/a", "doi"),
        ("https://orcid.org/0000-0002-1825-0097", ""),
        ("https://ror.org/05dxps055", "ror"),
    ]  # fmt: skip


def local(folder: Path, base: str, down: str) -> list[linkcheck.Address]:
    """Return the addresses on this machine."""
    content, _ = load_content(content_of(folder, base, down))
    return [each for each in addresses_of(content) if each.url.startswith((base, down))]


def test_dead_ones_are_named_wherever_they_stand_and_a_server_down_ends_nothing(
    tmp_path: Path, base: str, down: str
) -> None:
    found = dead_links(local(tmp_path, base, down), lambda *_: None, MANNERS)
    dead = ((each.record.path[8:], each.message.replace(base, "").partition(" ")[0]) for each in found)
    assert sorted(dead) == [
        ("organizations/o.md", "/404/home"),
        ("pages/about.md", "/404/page"),
        ("papers/a.md", "/404/code"),
        ("papers/a.md", "/410/text?a=1&b=2"),
        ("papers/b.yaml", "/410/text?a=1&b=2"),
        ("topics/t.md", "/404/topic"),
    ]
    assert max(count for path, count in ASKED.items() if path == "/200") == 1


def test_what_was_alive_is_not_asked_again_for_a_while(tmp_path: Path, base: str, down: str) -> None:
    known = tmp_path / "cache/links.json"
    addresses = local(tmp_path, base, down)
    first = list(dead_links(addresses, lambda *_: None, MANNERS, known))
    assert list(json.loads(known.read_text())) == [f"{base}/200"]
    assert list(dead_links(addresses, lambda *_: None, MANNERS, known)) == first
    assert ASKED["/200"] == 1
    assert ASKED["/503"] == 4  # HEAD and GET, twice: what cannot be told is asked again
    known.write_text(json.dumps({f"{base}/200": "2020-01-01"}))
    list(dead_links(addresses, lambda *_: None, MANNERS, known))
    assert ASKED["/200"] == 2


@pytest.mark.parametrize("damaged", ["", "[]", "{", '{"x": 3}', '"x"'])
def test_a_damaged_list_of_those_alive_is_as_good_as_none(
    tmp_path: Path, base: str, down: str, damaged: str
) -> None:
    known = tmp_path / "links.json"
    known.write_text(damaged)
    assert len(list(dead_links(local(tmp_path, base, down), lambda *_: None, MANNERS, known))) == 6


def test_of_a_doi_only_the_resolver_is_asked(
    tmp_path: Path, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linkcheck, "RESOLVER", "127.0.0.1")
    content, _ = load_content(
        write_content(
            tmp_path,
            {"papers/a.md": f"---\ntitle: A\nlinks: {{code: {base}/302, pdf: {base}/404}}\n---\nx\n"},
        )
    )
    (dead,) = dead_links(addresses_of(content), lambda *_: None, MANNERS)
    assert dead.message == f"{base}/404 leads nowhere: the host answers 404"


def test_arxiv_down_is_a_warning_and_the_links_are_told(
    tmp_path: Path, base: str, down: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_content(
        tmp_path,
        {"papers/a.md": f"---\ntitle: A\narxiv: 2601.00001\nlinks: {{code: {base}/404}}\n---\nText.\n"},
    )

    def refuse(*_: object) -> list[object]:
        raise FetchError("arXiv answers 503")

    monkeypatch.setattr(linkcheck, "withdrawn_papers", refuse)
    checked = check.examine(options(tmp_path), [], fix=False, links=True, progress=lambda *_: None)
    messages = [each.message for each in checked.diagnostics if each.severity == "warning"]
    assert f"{base}/404 leads nowhere: the host answers 404" in messages
    assert "which papers were withdrawn is not known: arXiv answers 503" in messages


def test_former_addresses_are_asked_where_readers_come_from(tmp_path: Path) -> None:
    content, _ = load_content(
        write_content(
            tmp_path,
            {
                "papers/new.md": "---\ntitle: New\nformerly: [first, second]\n---\n",
                "topics/video.md": "---\nname: Video\nformerly: [film]\n---\n",
            },
        )
    )
    asked = {
        each.url.removeprefix(content.site.url) for each in addresses_of(content) if each.field == "formerly"
    }
    assert asked == {"papers/first.html", "papers/second.html", "topics/film.html"}
