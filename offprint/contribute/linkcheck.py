"""Whether the addresses in records still answer, and whether arXiv has withdrawn a paper: on demand only.

Polite: one request at a time to a host with a pause between two, a few hosts at once, a HEAD before a GET,
and a name that says who asks. An address is called dead only where its host says so (404, 410) or is not
there; what refuses robots, is slow or is broken today says nothing about the paper.
"""

import http.client
import socket
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from offprint.contribute import fetch
from offprint.contribute.lint import Finding
from offprint.records import identifiers
from offprint.records.model import PaperRecord

HOSTS_AT_ONCE = 8
IDS_AT_ONCE = 100  # arXiv asks for few large queries rather than many small ones
_NO_HOST = "there is no such host"
_Tell = Callable[[str, int, int], None]


class Manners(NamedTuple):
    """Seconds between two requests to a host, between two queries to arXiv (it asks for 3), and to wait."""

    pause: float = 1.0
    arxiv_pause: float = 3.0
    timeout: float = 15.0


MANNERS = Manners()


def dead_links(papers: Sequence[PaperRecord], tell: _Tell, manners: Manners = MANNERS) -> Iterator[Finding]:
    """A finding for each link that leads nowhere; raises FetchError where no host at all can be found."""
    where: dict[str, list[PaperRecord]] = defaultdict(list)
    for paper in papers:
        for link in paper.links:
            where[link.url].append(paper)
    hosts: dict[str, list[str]] = defaultdict(list)
    for url in sorted(where):
        hosts[urlsplit(url).hostname or ""].append(url)
    dead: dict[str, str] = {}
    asked = 0
    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        tasks = {pool.submit(_ask_host, urls, manners): urls for urls in hosts.values()}
        for task in as_completed(tasks):
            dead |= task.result()
            asked += len(tasks[task])
            tell("Asking hosts", asked, len(where))
    if len(hosts) > 1 and len(dead) == len(where) and set(dead.values()) == {_NO_HOST}:
        raise fetch.FetchError(f"none of {len(hosts)} hosts can be found; is there a network?")
    for url in sorted(dead):
        for paper in where[url]:
            advice = "find where it has moved, or take it out"
            yield Finding(paper.position, "links", f"{url} leads nowhere: {dead[url]}", advice)


def _ask_host(urls: Sequence[str], manners: Manners) -> dict[str, str]:
    """The dead among a host's addresses, and why; asked one after the other."""
    dead = {}
    for index, url in enumerate(urls):
        if index:
            time.sleep(manners.pause)
        if reason := _fault_of(url, manners.timeout):
            dead[url] = reason
    return dead


def _fault_of(url: str, timeout: float) -> str:
    """Why an address is dead, or nothing where it lives or cannot be told."""
    address = quote(url, safe="/:?&=%#;,+@!$'()*~[]")
    for method in ("HEAD", "GET"):
        request = urllib.request.Request(address, method=method, headers={"User-Agent": fetch.AGENT})  # noqa: S310 - http(s), by fields.url_fault
        try:
            with urllib.request.urlopen(request, timeout=timeout):  # noqa: S310
                return ""
        except urllib.error.HTTPError as error:
            error.close()
            if method == "GET":  # some servers know no HEAD and call it 404
                return f"the host answers {error.code}" if error.code in (404, 410) else ""
        except urllib.error.URLError as error:
            unknown = isinstance(error.reason, socket.gaierror) and error.reason.errno != socket.EAI_AGAIN
            return _NO_HOST if unknown else ""
        except (OSError, ValueError, http.client.HTTPException):
            return ""
    return ""


def withdrawn_papers(
    papers: Sequence[PaperRecord],
    tell: _Tell,
    services: fetch.Services = fetch.SERVICES,
    manners: Manners = MANNERS,
) -> Iterator[Finding]:
    """A finding for each paper that arXiv calls withdrawn and its record does not; raises FetchError."""
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
