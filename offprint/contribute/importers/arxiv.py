"""An entry of arXiv's Atom feed → a draft (info.arxiv.org/help/api/user-manual.html).

arXiv keeps what authors typed: accents in TeX (``L\\'evy``), and a withdrawal in the comment. Metadata is
free to copy (CC0).
"""

import re
import xml.etree.ElementTree as ET

from offprint.contribute.drafts import Draft, DraftAuthor
from offprint.contribute.importers import entry as shared
from offprint.contribute.importers import tex
from offprint.contribute.importers.entry import Entry
from offprint.contribute.importers.source import Unused
from offprint.records import identifiers
from offprint.records.model import Link

ATOM = "{http://www.w3.org/2005/Atom}"
ARXIV = "{http://arxiv.org/schemas/atom}"
_WITHDRAWN = re.compile(r"\b(?:has been|is|was) withdrawn\b|^\W*withdrawn\b", re.IGNORECASE)


def entry_of(element: ET.Element) -> Entry:
    """Return what an entry says of a paper; its arXiv id is empty where the entry is none of a paper."""
    number = identifiers.without_version(identifiers.arxiv_of(text_of(element, f"{ATOM}id")))
    abstract, comment = text_of(element, f"{ATOM}summary"), text_of(element, f"{ARXIV}comment")
    notice = withdrawal(comment, abstract)
    ids = [ids for each in element.iter(f"{ARXIV}doi") if (ids := identifiers.doi_of(each.text or ""))]
    doi = next((each for each in ids if not identifiers.arxiv_of(each)), "")
    names = (text_of(each, f"{ATOM}name") for each in element.iter(f"{ATOM}author"))
    affiliations = (tex.accents_of(_folded(each)) for each in element.iter(f"{ARXIV}affiliation"))
    draft = Draft(
        title=tex.accents_of(text_of(element, f"{ATOM}title")),
        date=shared.date_of(text_of(element, f"{ATOM}published"))[:10],
        authors=tuple(DraftAuthor(tex.accents_of(name)) for name in names if name),
        organizations=tuple(dict.fromkeys(filter(None, affiliations))),
        venue=tex.accents_of(text_of(element, f"{ARXIV}journal_ref")),
        arxiv=number,
        doi=doi,
        links=(Link("pdf", f"https://arxiv.org/pdf/{number}"),) if number else (),
        status="withdrawn" if notice else "",
        notice=notice,
        abstract=tex.accents_of(abstract),
    )
    left = (Unused("comment", comment),) if comment and comment[:300] not in notice else ()
    return Entry(draft, 1, number, left)


def withdrawal(comment: str, abstract: str) -> str:
    """Return why a paper was withdrawn, in arXiv's words; empty where it was not."""
    for said in (comment, abstract[:200]):
        if _WITHDRAWN.search(said):
            return f"Withdrawn, as arXiv says: {said[:300]}"
    return ""


def text_of(element: ET.Element, name: str) -> str:
    """Return the text of a child, its white space folded; empty where there is none."""
    child = element.find(name)
    return _folded(child) if child is not None else ""


def _folded(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())
