"""arXiv ids and DOIs in whatever form a person pastes or a program writes them: one set of rules for all.

An arXiv id is written as on arxiv.org (``2512.05103v2``, ``hep-th/9901001``; its version may be there), a DOI
from its ``10.`` on. Sources: arXiv's scheme (info.arxiv.org/help/arxiv_identifier.html), the DOI Handbook
(sections 2.2 and 2.6: an address has a DOI percent-encoded), Crossref's display guidelines.
"""

import re
from typing import NamedTuple
from urllib.parse import quote, unquote

_NEW_ID = r"[0-9]{4}\.[0-9]{4,5}"
_OLD_ID = r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z]{2})?/[0-9]{7}"
ARXIV = re.compile(rf"(?P<id>{_NEW_ID}|{_OLD_ID})(?P<version>v[1-9][0-9]{{0,2}})?")
DOI = re.compile(r'10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s"\\{}]{1,300}')

_ARXIV_HOSTS = (
    r"(?:(?:www\.|export\.|browse\.)?arxiv\.org|(?:www\.)?alphaxiv\.org|ar5iv\.(?:labs\.arxiv\.)?org)"
)
_ARXIV_PAGES = r"(?:abs|pdf|html|format|ps|src|e-print|overview|list)"
# Before an id: an address of arXiv's or of a site that shows its papers, arXiv's DOI, or the word itself.
_ARXIV_PREFIX = (
    rf"(?:(?:https?://)?{_ARXIV_HOSTS}/{_ARXIV_PAGES}/|(?:https?://)?(?:www\.)?huggingface\.co/papers/"
    r"|(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?10\.48550/arxiv\.|(?:corr\s+)?abs/|arxiv\s*:\s*|arxiv\s+)"
)
_ARXIV_WHOLE = re.compile(
    rf"(?:{_ARXIV_PREFIX})?(?P<found>{ARXIV.pattern})(?:\.pdf)?(?:\s*\[[\w.,\s-]*\])?/?(?:[?#]\S*)?",
    re.IGNORECASE,
)
_ARXIV_INSIDE = re.compile(
    rf"(?<![\w/]){_ARXIV_PREFIX}(?P<found>{ARXIV.pattern})(?![\w/]|\.[0-9])", re.IGNORECASE
)
_DOI_HOST = r"https?://(?:www\.|dx\.)?doi\.org/(?:doi:)?"
_DOI_ADDRESS = re.compile(rf"{_DOI_HOST}(?P<found>10\.\S+)", re.IGNORECASE)
_DOI_WHOLE = re.compile(
    r"(?:(?P<address>(?:https?://)?(?:www\.|dx\.)?doi\.org/(?:doi:)?)|doi\s*[:=]?\s*)?(?P<found>10\.\S+)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
# Parameters that a site puts behind the DOI it links to; other question marks belong to the DOI.
_QUERY = re.compile(r"[?#].*$")


class Ids(NamedTuple):
    """The ids of a paper; empty where there is none. ``arxiv`` may end with its version."""

    arxiv: str = ""
    doi: str = ""


def understand(text: str) -> Ids:
    """The id that a text is, bare, prefixed or as an address, and nothing besides; both empty otherwise."""
    bare = text.strip().strip("<>").strip()
    if len(bare) > 1000:
        return Ids()
    if match := _ARXIV_WHOLE.fullmatch(bare):
        return Ids(arxiv=_arxiv(match["found"]))
    match = _DOI_WHOLE.fullmatch(bare)
    return Ids(doi=_doi(match["found"], address=bool(match["address"]))) if match else Ids()


def arxiv_inside(text: str) -> str:
    """The first arXiv id that a text names as such, as in ``arXiv preprint arXiv:2512.05103``."""
    match = _ARXIV_INSIDE.search(text)
    return _arxiv(match["found"]) if match else ""


def without_version(arxiv: str) -> str:
    """An arXiv id as it is unique: ``2512.05103`` for ``2512.05103v2``."""
    match = ARXIV.fullmatch(arxiv)
    return match["id"] if match else arxiv


def doi_address(doi: str) -> str:
    """The address of a DOI, what an address cannot hold percent-encoded."""
    return "https://doi.org/" + quote(doi, safe="/:;()-_.~!$'*+,=@")


def _arxiv(text: str) -> str:
    """An id in arXiv's spelling: archives in lower case (``math.GT/0309136``), ``v`` too."""
    match = ARXIV.fullmatch(text) or ARXIV.fullmatch(text.lower())
    if not match:
        archive, _, number = text.partition("/")
        name, dot, subject = archive.partition(".")
        text = f"{name.lower()}{dot}{subject.upper()}/{number.lower()}"
        match = ARXIV.fullmatch(text)
    if not match:
        return ""
    # Subject classes of two letters are written in capitals: math.GT.
    archive, slash, number = match["id"].rpartition("/")
    name, dot, subject = archive.partition(".")
    return f"{name}{dot}{subject.upper()}{slash}{number}{match['version'] or ''}"


def _doi(text: str, *, address: bool) -> str:
    """A DOI from its ``10.`` on; of an address, decoded and without what follows a question mark."""
    if address:
        text = unquote(_QUERY.sub("", text))
    # A sentence's end is none of the DOI's; a closing bracket may be, where it closes one of its own.
    text = text.rstrip(".,;")
    while text.endswith(")") and text.count(")") > text.count("("):
        text = text[:-1].rstrip(".,;")
    return text if DOI.fullmatch(text) else ""
