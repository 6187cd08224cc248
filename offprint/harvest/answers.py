"""What the answers of all services have in common: the work that each describes, and how shapes are checked.

Answers are foreign data. Whatever has another shape than documented counts as absent, and an answer that is
neither JSON nor XML ends in a ServiceError; nothing here raises anything else.
"""

import datetime as dt
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any, NamedTuple

from offprint.contribute.drafts import Draft
from offprint.harvest.http import Client, ServiceError
from offprint.records import identifiers
from offprint.records.characters import unescape
from offprint.records.watch.model import Watch

MAX_RESULTS = 10_000  # of one watch: more are no list that a person could want
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9:-]*(?:\s[^<>]*)?/?>")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:$|[T ])")


class Services(NamedTuple):
    """Where to ask."""

    arxiv: str = "https://export.arxiv.org/api/query"
    openalex: str = "https://api.openalex.org"
    crossref: str = "https://api.crossref.org"
    datacite: str = "https://api.datacite.org"
    daily: str = "https://huggingface.co/api/daily_papers"


SERVICES = Services()


class Web(NamedTuple):
    """How to ask, where, and the e-mail address that services may write to, which may be empty."""

    client: Client
    services: Services = SERVICES
    contact: str = ""

    @property
    def mailto(self) -> dict[str, str]:
        """Return the parameter that puts a request into a service's polite pool."""
        return {"mailto": self.contact} if self.contact else {}


class Window(NamedTuple):
    """The days, both included, in which a paper must have appeared."""

    since: dt.date
    until: dt.date


class Work(NamedTuple):
    """What a service says of a paper.

    ``draft`` has its status and notice where it was withdrawn or retracted; ``rors`` are pairs of an
    organization's name and its ROR address; ``published_as`` is the DOI under which a preprint appeared.
    """

    draft: Draft
    rors: tuple[tuple[str, str], ...] = ()
    published_as: str = ""


def parse_json(body: bytes, who: str) -> Any:
    """Return an answer's JSON; raises ServiceError where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise ServiceError(f"{who} answers something that is not JSON; try again later") from None


def parse_xml(body: bytes, who: str) -> ET.Element:
    """Return the root of an answer in XML; raises ServiceError where it is none."""
    try:
        # Expat expands no external entity and, from 2.4.1 on, stops at internal ones that grow without bound.
        return ET.fromstring(body)  # noqa: S314
    except (ET.ParseError, LookupError, ValueError):
        raise ServiceError(f"{who} answers something that is not XML; try again later") from None


def mapping(value: object) -> Mapping[str, Any]:
    """Return the value if it is an object of JSON, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """Return the value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def objects(value: object) -> list[Mapping[str, Any]]:
    """Return the objects of a list; anything else in it is left out."""
    return [each for each in items(value) if isinstance(each, dict)]


def text(value: object) -> str:
    """Return a text or a number as text, the first one of a list; "" for anything else."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).strip()


def plain(value: object) -> str:
    """Return a text on one line, without tags and entities: registries put HTML into titles and names."""
    return " ".join(unescape(_TAG.sub("", text(value))).split())


def iso_day(value: object) -> str:
    """Return the day that a date and time in ISO form begins with, "" where it is not in the calendar."""
    match = _DAY.match(text(value))
    try:
        return dt.date(*map(int, match.groups())).isoformat() if match else ""
    except ValueError:
        return ""


def partial_date(parts: object) -> str:
    """Return CSL's ``date-parts`` as a record writes a date: ``2026``, ``2026-06`` or ``2026-06-30``."""
    numbers = [each for each in items((items(parts) or [None])[0])[:3] if isinstance(each, int)]
    try:
        whole = dt.date(*[*numbers, 1, 1][:3]) if numbers else None
    except (ValueError, OverflowError):
        return ""
    return whole.isoformat()[: (4, 7, 10)[len(numbers) - 1]] if whole and whole.year > 999 else ""


def arxiv_id(value: object) -> str:
    """Return the arXiv id, without its version, that an id, a DOI of arXiv's or an address is; else ""."""
    written = text(value).removeprefix("oai:")
    found = identifiers.understand(written.replace("arXiv.org:", "arXiv:"))
    return identifiers.without_version(found.arxiv)


def doi(value: object) -> str:
    """Return the DOI that a text is, bare or as an address; "" for arXiv's own, which are ids."""
    return identifiers.understand(text(value)).doi


def orcid(value: object) -> str:
    """Return the digits of an ORCID iD, bare or as an address; "" where its check digit is wrong."""
    digits = text(value).rstrip("/").rpartition("/")[2].upper()
    if not re.fullmatch(r"[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]", digits):
        return ""
    total = 0
    for digit in digits.replace("-", "")[:15]:
        total = (total + int(digit)) * 2
    return digits if "0123456789X"[(12 - total % 11) % 11] == digits[-1] else ""


def ror(value: object) -> str:
    """Return a ROR id as an address, "" where it is none."""
    match = re.fullmatch(r"(?:https?://)?(?:ror\.org/)?(0[a-hj-km-np-tv-z0-9]{6}[0-9]{2})", text(value))
    return f"https://ror.org/{match[1]}" if match else ""


def fits(watch: Watch, draft: Draft, *, words: bool = True) -> bool:
    """Tell whether title and abstract have one of the watch's words, and none that it excludes.

    Without ``words``, the source has looked for them itself.
    """
    letters = f" {_letters(f'{draft.title} {draft.abstract}')} "
    if any(f" {_letters(word)} " in letters for word in watch.exclude):
        return False
    return not words or not watch.words or any(f" {_letters(word)}" in letters for word in watch.words)


def _letters(value: str) -> str:
    """Return the words of a text in lower case, separated by single spaces."""
    return " ".join(re.findall(r"\w+", value.casefold()))
