"""Whether the addresses in records still answer, and whether arXiv has withdrawn a paper: on demand only.

Polite: one request at a time to a host with a pause between two, a few hosts at once, a HEAD before a GET,
and a name that says who asks. An address is called dead only where its host says so (404, 410) or is not
there; what refuses robots, is slow or is broken today says nothing about the paper.
"""

import contextlib
import datetime as dt
import http.client
import json
import os
import re
import socket
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from offprint.contribute import fetch
from offprint.contribute.addresses import records_with_slugs
from offprint.contribute.lint import Finding
from offprint.diagnostics import Position
from offprint.records import identifiers
from offprint.records.characters import unescape
from offprint.records.model import Content, PaperRecord, Text
from offprint.site import routes

HOSTS_AT_ONCE = 8
IDS_AT_ONCE = 100  # arXiv asks for few large queries rather than many small ones
RESOLVER = "doi.org"  # what it redirects to is the publisher's; that it does is enough
_NO_HOST = "there is no such host"
_UNKNOWN = "?"  # of an address that refuses robots, or whose host is slow or broken today
_FRESH = 14  # days for which an address that was alive is not asked again
_HREF = re.compile(r'href="(https?://[^"]+)"')
_Tell = Callable[[str, int, int], None]


class Manners(NamedTuple):
    """Seconds between two requests to a host, between two queries to arXiv (it asks for 3), and to wait."""

    pause: float = 1.0
    arxiv_pause: float = 3.0
    timeout: float = 15.0


MANNERS = Manners()


class Address(NamedTuple):
    """An address that a record has, the record's position, and the field that it is in."""

    url: str
    record: Position
    field: str


def addresses_of(content: Content) -> Iterator[Address]:
    """Yield every address in the records: links, DOIs, ORCID iDs, ROR ids, links in texts, former addresses.

    arXiv ids are not among them: arXiv is asked about those by the hundred.
    """
    for paper in content.papers:
        at = paper.position
        yield from (Address(link.url, at, "links") for link in paper.links)
        if paper.doi:
            yield Address(identifiers.doi_address(paper.doi.text), at, "doi")
        for author in paper.authors:
            if author.orcid:
                yield Address(f"https://orcid.org/{author.orcid}", author.name.position, "")
        yield from _in_text(paper.summary, at, "summary")
    for organization in content.organizations:
        for field, url in (("url", organization.url), ("ror", organization.ror)):
            if url:
                yield Address(url, organization.position, field)
        yield from _in_text(organization.description, organization.position, "description")
    for topic in content.topics:
        yield from _in_text(topic.description, topic.position, "description")
    for page in content.pages:
        yield from _in_text(page.body, page.position, "")
    yield from _former_addresses(content)


def _former_addresses(content: Content) -> Iterator[Address]:
    """Yield the archive's own addresses that readers still come from."""
    for record in records_with_slugs(content):
        kind = record.position.path.split("/")[1]
        for old in record.formerly:
            yield Address(content.site.url + routes.page_of(kind, old.text), record.position, "formerly")


def _in_text(text: Text, record: Position, field: str) -> Iterator[Address]:
    """Yield the addresses that a text links to."""
    for url in _HREF.findall(text.html):
        yield Address(unescape(url), record, field)


def dead_links(
    addresses: Iterable[Address], tell: _Tell, manners: Manners = MANNERS, known: Path | None = None
) -> Iterator[Finding]:
    """Yield a finding for each address that leads nowhere.

    Raises FetchError where no host at all can be found.

    ``known`` is a file of addresses that were alive; they are asked again after _FRESH days.
    """
    where: dict[str, list[Address]] = defaultdict(list)
    for address in addresses:
        where[address.url].append(address)
    alive = _read_alive(known)
    hosts: dict[str, list[str]] = defaultdict(list)
    for url in sorted(where.keys() - alive.keys()):
        hosts[urlsplit(url).hostname or ""].append(url)
    dead: dict[str, str] = {}
    asked, total = 0, sum(map(len, hosts.values()))
    today = dt.date.today().isoformat()
    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        tasks = {pool.submit(_ask_host, urls, manners): urls for urls in hosts.values()}
        for task in as_completed(tasks):
            reasons = task.result()
            dead |= {url: reason for url, reason in reasons.items() if reason not in ("", _UNKNOWN)}
            alive |= {url: today for url, reason in reasons.items() if not reason}
            _write_alive(known, alive)  # a check that is broken off has not been in vain
            asked += len(tasks[task])
            tell("Asking hosts", asked, total)
    if len(hosts) > 1 and len(dead) == total and set(dead.values()) == {_NO_HOST}:
        raise fetch.FetchError(f"none of {len(hosts)} hosts can be found; is there a network?")
    for url in sorted(dead):
        for address in where[url]:
            advice = "find where it has moved, or take it out"
            yield Finding(address.record, address.field, f"{url} leads nowhere: {dead[url]}", advice)


def _read_alive(file: Path | None) -> dict[str, str]:
    """Return the days, by address, on which addresses were found alive, those of the last _FRESH days."""
    since = (dt.date.today() - dt.timedelta(_FRESH)).isoformat()
    try:
        days = json.loads(file.read_text("utf-8")) if file else {}
    except (OSError, ValueError, RecursionError):
        return {}
    pairs = days.items() if isinstance(days, dict) else ()
    return {url: day for url, day in pairs if isinstance(day, str) and day >= since}


def _write_alive(file: Path | None, alive: Mapping[str, str]) -> None:
    """Write which addresses were alive; a disk that refuses is no fault."""
    if file is None:
        return
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f"{file.name}.{os.getpid()}")
        part.write_text(json.dumps(alive), "utf-8")
        part.replace(file)


def _ask_host(urls: Sequence[str], manners: Manners) -> dict[str, str]:
    """Return why a host's addresses are dead, "" for those alive; asked one after the other."""
    reasons = {}
    for index, url in enumerate(urls):
        if index:
            time.sleep(manners.pause)
        reasons[url] = _fault_of(url, manners.timeout)
    return reasons


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: that the resolver of DOIs knows one is all that is asked."""

    def redirect_request(self, *_: object) -> None:
        """Return no request to follow."""


def _fault_of(url: str, timeout: float) -> str:
    """Return why an address is dead, _UNKNOWN where that cannot be told, "" where it is alive."""
    address = quote(url, safe="/:?&=%#;,+@!$'()*~[]")
    resolver = urlsplit(url).hostname == RESOLVER
    opener = urllib.request.build_opener(*([_NoRedirect] if resolver else []))
    for method in ("HEAD", "GET"):
        request = urllib.request.Request(address, method=method, headers={"User-Agent": fetch.AGENT})  # noqa: S310 - http(s), by fields.url_fault
        try:
            with opener.open(request, timeout=timeout):
                return ""
        except urllib.error.HTTPError as error:
            error.close()
            if resolver and 300 <= error.code < 400:
                return ""
            if method == "GET":  # some servers know no HEAD and call it 404
                return f"the host answers {error.code}" if error.code in (404, 410) else _UNKNOWN
        except urllib.error.URLError as error:
            unknown = isinstance(error.reason, socket.gaierror) and error.reason.errno != socket.EAI_AGAIN
            return _NO_HOST if unknown else _UNKNOWN
        except (OSError, ValueError, http.client.HTTPException):
            return _UNKNOWN
    return _UNKNOWN


def withdrawn_papers(
    papers: Sequence[PaperRecord],
    tell: _Tell,
    services: fetch.Services = fetch.SERVICES,
    manners: Manners = MANNERS,
) -> Iterator[Finding]:
    """Yield a finding for each paper that arXiv calls withdrawn and its record does not.

    Raises FetchError.
    """
    by_id = {
        identifiers.without_version(paper.arxiv.text): paper
        for paper in papers
        if paper.arxiv and paper.status == "published"
    }
    numbers = sorted(by_id)
    for start in range(0, len(numbers), IDS_AT_ONCE):
        if start:
            time.sleep(manners.arxiv_pause)
        some = numbers[start : start + IDS_AT_ONCE]
        for number in sorted(fetch.withdrawn(some, services) & by_id.keys()):
            advice = "see its page; if so, add status: withdrawn, and a notice that says why"
            message = f"arXiv calls {number} withdrawn"
            yield Finding(by_id[number].position, "arxiv", message, advice)
        tell("Asking arXiv", start + len(some), len(numbers))
