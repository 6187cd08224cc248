"""Local servers that play arXiv, OpenAlex, Crossref, DataCite, a daily-papers page and feeds.

What they answer has the services' documented shapes; a test sets the papers, and the faults of some requests.
"""

import http.server
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from offprint.harvest.answers import Services, Web
from offprint.harvest.http import Client, Manners

Query = dict[str, str]


@dataclass
class Fault:
    """What one request gets instead of its answer: a status with headers, a broken body, or others."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    kind: str = ""  # "cut": half of the body; "trickle": a byte now and then; "hang": no answer


@dataclass
class World:
    """All that the servers know: papers of arXiv, works, days of the daily page, feeds, and faults in turn.

    ``faults`` are taken one for each request; None lets a request through. ``asked`` are the requests' paths.
    """

    arxiv: list[dict[str, Any]] = field(default_factory=list)
    openalex: list[dict[str, Any]] = field(default_factory=list)
    sources: list[dict[str, Any]] = field(default_factory=list)
    crossref: list[dict[str, Any]] = field(default_factory=list)
    datacite: dict[str, dict[str, Any]] = field(default_factory=dict)
    daily: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    feeds: dict[str, bytes] = field(default_factory=dict)
    faults: list[Fault | None] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    total: Callable[[int], int] = int
    base: str = ""
    slept: list[float] = field(default_factory=list)

    def web(self, *, folder: Path | None = None, timeout: float = 2.0, contact: str = "") -> Web:
        """Return how to ask these servers, at full speed; pauses are noted in ``slept``."""
        services = Services(
            f"{self.base}/arxiv", f"{self.base}/openalex", f"{self.base}/crossref", f"{self.base}/datacite",
            f"{self.base}/api/daily_papers",
        )  # fmt: skip
        client = Client("Offprint/test", Manners(3.0, 1.0, timeout), folder, self.slept.append)
        return Web(client, services, contact)


def arxiv_paper(number: str, title: str, day: str = "2026-11-20", **more: Any) -> dict[str, Any]:
    """Return a paper of arXiv as the server lists it."""
    return {"id": number, "title": title, "day": day, "authors": ["Ada Lovelace"], "abstract": "", **more}


_ENTRY = """<entry><id>http://arxiv.org/abs/{id}v2</id><published>{day}T18:59:59Z</published>
<updated>{day}T18:59:59Z</updated><title>{title}</title><summary>{abstract}</summary>{authors}{doi}{comment}
<link href="http://arxiv.org/abs/{id}v2" rel="alternate" type="text/html"/>
<category term="cs.CV" scheme="http://arxiv.org/schemas/atom"/></entry>"""
_FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"
xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">
<opensearch:totalResults>{total}</opensearch:totalResults>{entries}</feed>"""


def _entry(paper: dict[str, Any]) -> str:
    values = {
        name: escape(str(paper.get(name, "")), quote=False) for name in ("id", "title", "day", "abstract")
    }
    for name in ("doi", "comment"):
        value = paper.get(name)
        values[name] = f"<arxiv:{name}>{escape(value)}</arxiv:{name}>" if value else ""
    values["authors"] = "".join(f"<author><name>{escape(each)}</name></author>" for each in paper["authors"])
    return _ENTRY.format(**values)


class _Handler(http.server.BaseHTTPRequestHandler):
    world: World

    def do_GET(self) -> None:
        world = self.world
        world.asked.append(self.path)
        world.agents.add(self.headers["User-Agent"])
        address = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        fault = world.faults.pop(0) if world.faults else None
        if fault and fault.kind == "hang":
            time.sleep(1.5)
            return
        answer = self._answer(unquote(address.path), query)
        if fault and fault.body is not None:
            answer = fault.body
        if fault and fault.status != 200:
            self._send(fault.status, fault.body or b"", fault.headers)
        elif answer is None:
            self._send(404, b"", {})
        elif fault and fault.kind == "cut":
            self._send(200, answer[: len(answer) // 2], {"Content-Length": str(len(answer))})
        elif fault and fault.kind == "trickle":
            self._send(200, b"", {})
            with suppress(OSError):
                for _ in range(100):
                    self.wfile.write(b" ")
                    time.sleep(0.05)
        else:
            self._send(200, answer, {})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _answer(self, path: str, query: Query) -> bytes | None:
        if path == "/arxiv":
            return self._arxiv(query)
        lists = {"/openalex/works": self._openalex, "/crossref/works": self._crossref}
        if path in lists:
            return lists[path](query)
        return self._single(path, query)

    def _single(self, path: str, query: Query) -> bytes | None:
        world = self.world
        if path == "/openalex/sources":
            return json.dumps({"meta": {"count": 1}, "results": world.sources}).encode()
        if path.startswith("/crossref/works/"):
            doi = path.removeprefix("/crossref/works/")
            item = next((each for each in world.crossref if each["DOI"].casefold() == doi.casefold()), None)
            return json.dumps({"status": "ok", "message": item}).encode() if item else None
        if path.startswith("/datacite/dois/"):
            item = world.datacite.get(path.removeprefix("/datacite/dois/"))
            return json.dumps({"data": {"attributes": item}}).encode() if item else None
        if path == "/api/daily_papers":
            return json.dumps(world.daily.get(query["date"], [])).encode()
        return world.feeds.get(path)

    def _arxiv(self, query: Query) -> bytes:
        if "id_list" in query:
            numbers = query["id_list"].split(",")
            papers = [paper for paper in self.world.arxiv if paper["id"] in numbers]
            return _FEED.format(total=len(papers), entries="".join(map(_entry, papers))).encode()
        if query["search_query"].startswith("ti:"):
            words = query["search_query"][4:-1].casefold()
            papers = [
                each
                for each in self.world.arxiv
                if words in " ".join(re.findall(r"\w+", each["title"].casefold()))
            ]
            return _FEED.format(total=len(papers), entries="".join(map(_entry, papers))).encode()
        since, until = re.findall(r"(\d{8})(?:0000|2359)", query["search_query"])
        papers = [each for each in self.world.arxiv if since <= each["day"].replace("-", "") <= until]
        start = int(query["start"])
        page = papers[start : start + int(query["max_results"])]
        return _FEED.format(total=self.world.total(len(papers)), entries="".join(map(_entry, page))).encode()

    def _openalex(self, query: Query) -> bytes:
        works = self.world.openalex
        if "doi:" in query["filter"]:
            wanted = query["filter"].casefold()
            works = [each for each in works if (each.get("doi") or "-").casefold() in wanted]
        start, size = int(query.get("cursor", "*").strip("*") or 0), int(query["per-page"])
        following = str(start + size) if start + size < len(works) else None
        meta = {"count": self.world.total(len(works)), "next_cursor": following}
        return json.dumps({"meta": meta, "results": works[start : start + size]}).encode()

    def _crossref(self, query: Query) -> bytes:
        works, start, size = self.world.crossref, int(query["cursor"].strip("*") or 0), int(query["rows"])
        message = {
            "total-results": self.world.total(len(works)),
            "items": works[start : start + size],
            "next-cursor": str(start + size),
        }
        return json.dumps({"status": "ok", "message": message}).encode()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[World]:
    """Serve a new world for as long as the context lasts."""
    world = World()
    handler = type("Handler", (_Handler,), {"world": world})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        world.base = f"http://127.0.0.1:{server.server_port}"
        yield world
        server.shutdown()
