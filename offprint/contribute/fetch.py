"""What arXiv and the DOI registries know of a paper → a draft; nobody else asks the network for records.

arXiv: its Atom API (info.arxiv.org/help/api), whose metadata is free to copy (CC0). DOIs: content negotiation
for CSL-JSON (citation.doi.org), where an abstract is the publisher's and stays out unless a licence is open.
"""

import http.client
import json
import socket
import time
import urllib.error
import urllib.request
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import quote, urlencode

from offprint.contribute.importers import arxiv, csl
from offprint.contribute.importers.entry import Entry, with_status
from offprint.contribute.importers.source import Unused
from offprint.diagnostics import CommandError

AGENT = "Offprint (a static site generator for paper archives)"
MAX_ANSWER = 8 * 1024 * 1024


class Services(NamedTuple):
    """Where to ask, and how many seconds to wait for a whole answer."""

    arxiv: str = "https://export.arxiv.org/api/query"
    doi: str = "https://doi.org/"
    timeout: float = 20.0


SERVICES = Services()


class FetchError(CommandError):
    """Nothing could be had; the message says why and what to do."""


def arxiv_paper(number: str, services: Services = SERVICES) -> Entry:
    """Return the paper with this arXiv id, and what arXiv says of it that a record has no place for."""
    entries = _feed(_arxiv_query([number], services))
    found = next((entry for entry in entries if _is_paper(entry)), None)
    if found is None:
        raise FetchError(f"arXiv has no paper {number}; is the id right?")
    entry = with_status(arxiv.entry_of(found))
    return replace(entry, draft=replace(entry.draft, arxiv=number))


def withdrawn(numbers: Sequence[str], services: Services = SERVICES) -> set[str]:
    """Return those of the arXiv ids (at most some hundred at once) whose papers arXiv calls withdrawn."""
    entries = map(arxiv.entry_of, _feed(_arxiv_query(numbers, services)))
    return {entry.draft.arxiv for entry in entries if entry.draft.status == "withdrawn"}


def doi_paper(doi: str, services: Services = SERVICES) -> Entry:
    """Return the paper with this DOI; its abstract where a licence allows that."""
    accept = "application/vnd.citationstyles.csl+json"
    try:
        answer = _get(services.doi + quote(doi, safe="/.:;()-_"), accept, "doi.org", services.timeout)
    except _NothingThereError:
        raise FetchError(f"there is no DOI {doi}; is it right?") from None
    try:
        item = json.loads(answer)
    except (ValueError, RecursionError):
        item = None
    if not isinstance(item, dict) or not item.get("title"):
        raise FetchError(f"whoever registered {doi} answers no CSL-JSON; give the title instead")
    entry = with_status(csl.entry_of(item))
    abstract = entry.draft.abstract if csl.is_open(item) else ""
    draft = replace(entry.draft, slug="", abstract=abstract, topics=(), doi=doi)
    words = [Unused("keyword", word) for word in entry.draft.topics]
    is_left = entry.draft.abstract and not abstract
    left_abstract = [Unused("abstract, which is the publisher's", "")] if is_left else []
    return replace(entry, draft=draft, left=(*entry.left, *words, *left_abstract))


def _arxiv_query(numbers: Sequence[str], services: Services) -> bytes:
    words = urlencode({"id_list": ",".join(numbers), "max_results": len(numbers)})
    try:
        return _get(f"{services.arxiv}?{words}", "application/atom+xml", "arXiv", services.timeout)
    except _NothingThereError:
        raise FetchError(f"arXiv does not take {', '.join(numbers[:3])} for an id; is it right?") from None


def _feed(answer: bytes) -> list[ET.Element]:
    try:
        # Expat expands no external entity and, from 2.4.1 on, stops at internal ones that grow without bound.
        return ET.fromstring(answer).findall(f"{arxiv.ATOM}entry")  # noqa: S314
    except ET.ParseError:
        raise FetchError("arXiv answered something that is no Atom feed; try again later") from None


def _is_paper(entry: ET.Element) -> bool:
    """Tell whether an entry is a paper; for ids that it does not know, arXiv sends an error or nothing."""
    if "/api/errors" in arxiv.text_of(entry, f"{arxiv.ATOM}id"):
        return False
    return bool(arxiv.text_of(entry, f"{arxiv.ATOM}published"))


class _NothingThereError(Exception):
    """The server knows no such thing."""


def _get(url: str, accept: str, who: str, timeout: float) -> bytes:
    request = urllib.request.Request(url, headers={"Accept": accept, "User-Agent": AGENT})  # noqa: S310 - see Services
    end = time.monotonic() + timeout
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310
            parts, size = [], 0
            while part := answer.read1(65536):
                parts.append(part)
                size += len(part)
                if size > MAX_ANSWER:
                    raise FetchError(f"{who} answers more than {MAX_ANSWER // 2**20} MiB; this is no record")
                if time.monotonic() > end:
                    raise TimeoutError
            return b"".join(parts)
    except urllib.error.HTTPError as error:
        with error:
            if error.code in (400, 404, 410):
                raise _NothingThereError from None
            later = "it asks for patience" if error.code in (429, 503) else "it is broken just now"
            raise FetchError(f"{who} answers {error.code}: {later}; try again in some minutes") from None
    except TimeoutError:
        raise FetchError(f"{who} did not answer within {timeout:.0f} seconds; try again later") from None
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise FetchError(f"{who} did not answer within {timeout:.0f} seconds; try again later") from None
        reason = error.reason.strerror if isinstance(error.reason, OSError) else error.reason
        unknown = isinstance(error.reason, socket.gaierror)
        advice = "is there a network?" if unknown else "try again later"
        raise FetchError(f"{who} cannot be reached ({reason}); {advice}") from None
    except (OSError, http.client.HTTPException) as error:
        raise FetchError(f"{who} broke off its answer ({type(error).__name__}); try again later") from None
