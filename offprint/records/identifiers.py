"""arXiv ids and DOIs in whatever form a person pastes or a program writes them: one set of rules for all.

An arXiv id is written as on arxiv.org (``2512.05103v2``, ``hep-th/9901001``; its version may be there), a DOI
from its ``10.`` on. Sources: arXiv's scheme (info.arxiv.org/help/arxiv_identifier.html), the DOI Handbook
(sections 2.2 and 2.6: an address has a DOI percent-encoded), Crossref's display guidelines.
"""

import re
from typing import NamedTuple
from urllib.parse import quote, unquote

# As editors and the form know them, too: without what JavaScript's expressions lack.
ARXIV_PATTERN = r"(?:[0-9]{4}\.[0-9]{4,5}|[a-z]+(?:-[a-z]+)*(?:\.[A-Z]{2})?/[0-9]{7})(?:v[1-9][0-9]{0,2})?"
DOI_PATTERN = r'10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s"\\{}]{1,300}'
ARXIV = re.compile(ARXIV_PATTERN)
DOI = re.compile(DOI_PATTERN)
_VERSION = re.compile(r"v[0-9]+$")

_ARXIV_HOSTS = (
    r"(?:(?:www\.|export\.|browse\.)?arxiv\.org|(?:www\.)?alphaxiv\.org|ar5iv\.(?:labs\.arxiv\.)?org)"
)
_ARXIV_PAGES = r"(?:abs|pdf|html|format|ps|src|e-print|overview|list)"
# Before an id: an address of arXiv's or of a site that shows its papers, arXiv's DOI, or the word itself.
_ARXIV_PREFIX = (
    rf"(?:(?:https?://)?{_ARXIV_HOSTS}/{_ARXIV_PAGES}/(?:arxiv:)?|(?:https?://)?(?:www\.)?huggingface\.co/papers/"
    r"|(?:https?://)?hf\.co/papers/|(?:https?://)?papers\.cool/arxiv/|(?:https?://)?(?:www\.)?semanticscholar\.org/arxiv/"
    r"|(?:https?://(?:www\.|dx\.)?doi\.org/|doi:\s*)?10\.48550/arxiv\.|(?:corr\s+)?abs/|arxiv\s*:\s*|arxiv\s+)"
)
_ARXIV_WHOLE = re.compile(
    rf"(?:{_ARXIV_PREFIX})?(?P<found>{ARXIV_PATTERN})(?:\.pdf)?(?:\s*\[[\w.,\s-]*\])?/?(?:[?#]\S*)?",
    re.IGNORECASE,
)
_ARXIV_INSIDE = re.compile(
    rf"(?<![\w/]){_ARXIV_PREFIX}(?P<found>{ARXIV_PATTERN})(?![\w/]|\.[0-9])", re.IGNORECASE
)
_DOI_WHOLE = re.compile(
    r"(?:(?P<address>(?:https?://)?(?:(?:www\.|dx\.)?doi\.org|doi-org\.[\w.-]+|hdl\.handle\.net)/(?:doi:)?)"
    r"|(?:info:doi/|(?:urn:)?doi\s*[:=]?\s*))?(?P<found>10\.\S+)",
    re.IGNORECASE,
)
# A publisher's page: the DOI is in its path, or a parameter of it, and may be followed by what is shown.
_PUBLISHER = re.compile(
    r"https?://[\w.-]+/(?:[^\s?#]*?/|[^\s#]*?[?&](?:doi|id)=)(?P<found>10\.[0-9]{4,9}(?:/|%2F)\S+)",
    re.IGNORECASE,
)
_SHOWN = re.compile(
    r"(?:/(?:full(?:text|/html|/pdf)?|abstract|abs|e?pdf(?:plus)?|html|meta|summary|references|figures|metrics))?/?$"
    r"|(?:v[0-9]+)?\.full(?:\.pdf|-text)?$|\.pdf$",
    re.IGNORECASE,
)
_PREPRINT_VERSION = re.compile(r"(?<=^10\.1101/)([0-9.]+)v[0-9]+$")
_LONGEST = 1000  # characters of a text that may be an id
# Parameters that a site puts behind the DOI it links to; other question marks belong to the DOI.
_QUERY = re.compile(r"[?#].*$")


class Ids(NamedTuple):
    """The ids of a paper; empty where there is none. ``arxiv`` may end with its version."""

    arxiv: str = ""
    doi: str = ""


def understand(text: str) -> Ids:
    """Return the id that a text is, bare, prefixed or as an address, and nothing besides; else none.

    A DOI of arXiv's (``10.48550/arXiv.…``) is understood as the arXiv id that it has in it.
    """
    if arxiv := arxiv_of(text):
        return Ids(arxiv=arxiv)
    return Ids(doi=doi_of(text))


def arxiv_of(text: str) -> str:
    """Return the arXiv id that a text is, with its version if it has one; empty where it is none."""
    bare = text.strip().strip("<>").strip()
    match = _ARXIV_WHOLE.fullmatch(bare) if len(bare) <= _LONGEST else None
    return _arxiv(match["found"]) if match else ""


def doi_of(text: str) -> str:
    """Return the DOI that a text is, from its ``10.`` on; empty where it is none."""
    bare = text.strip().strip("<>").strip() if text.lstrip()[:1] == "<" else text.strip()
    match = _DOI_WHOLE.fullmatch(bare) if len(bare) <= _LONGEST else None
    return _doi(match["found"], address=bool(match["address"])) if match else ""


def pasted(text: str) -> Ids:
    """Return the id that a person means with a text: as ``understand()``, or a publisher's page of a DOI.

    An importer does not ask this, since such an address says more than its DOI.
    """
    ids = understand(text)
    bare = text.strip().strip("<>")
    page = _PUBLISHER.match(bare) if len(bare) <= _LONGEST and not any(ids) else None
    if not page:
        return ids
    found = page["found"].partition("&")[0] if "=" in page[0][: page.start("found")] else page["found"]
    found = _SHOWN.sub("", unquote(_QUERY.sub("", found)), count=1)
    return understand(_PREPRINT_VERSION.sub(r"\1", found))


def arxiv_inside(text: str) -> str:
    """Return the first arXiv id that a text names as such, as in ``arXiv preprint arXiv:2512.05103``."""
    match = _ARXIV_INSIDE.search(text)
    return _arxiv(match["found"]) if match else ""


def without_version(arxiv: str) -> str:
    """Return an arXiv id as it is unique: ``2512.05103`` for ``2512.05103v2``."""
    return _VERSION.sub("", arxiv)


def doi_address(doi: str) -> str:
    """Return the address of a DOI; what an address cannot hold is percent-encoded."""
    return "https://doi.org/" + quote(doi, safe="/:;()-_.~!$'*+,=@")


def _arxiv(text: str) -> str:
    """Return an id in arXiv's spelling: an archive and ``v`` in lower case, a subject in capitals."""
    archive, slash, number = text.rpartition("/")
    name, dot, subject = archive.partition(".")
    return f"{name.lower()}{dot}{subject.upper()}{slash}{number.lower()}"


def _doi(text: str, *, address: bool) -> str:
    """Return a DOI from its ``10.`` on; that of an address is decoded, without its query."""
    if address:
        text = unquote(_QUERY.sub("", text))
    # A sentence's end is none of the DOI's; a closing bracket is, where it closes one of its own.
    text = text.rstrip(".,;")
    while text.endswith(")") and text.count(")") > text.count("("):
        text = text[:-1].rstrip(".,;")
    return text if DOI.fullmatch(text) else ""
