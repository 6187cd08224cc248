"""What scripts read when a reader asks for it: the rows of long lists, and papers' citations.

Pages that are opened from a folder can load nothing but scripts, so each file is a call of
``offprint.receive`` (static/offprint.js) with its own path and JSON. Which lists have rows is pages.py's to
say, how a paper is cited citations.py's.
"""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from offprint.archive.model import Library, Paper
from offprint.records.model import SiteConfig
from offprint.site import citations, routes
from offprint.site.context import SiteContext
from offprint.site.views.shared import named_of

# Stand for texts that citations repeat; content cannot hold private use.
_MARKS = "\ue001\ue002\ue003\ue004\ue005"
_WORTH = 8  # characters of a text from which on a mark saves something
_NO_TEXT = re.compile(r"[\W\d]*")  # which JSON may hold outside its texts, too
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def rows(context: SiteContext, path: str, group: str, key: object) -> str:
    """The papers of a long list in its order; ``path`` is the list's first page.

    A row is slug, title, authors as shown, further authors, date, topics, organizations, upvotes, comments
    and status; what is empty at its end is left out. Date, topics and organizations are numbers into tables
    that stand before the rows.
    """
    dates, topics, organizations = _Table(), _Table(), _Table()
    made = []
    papers = papers_of(context.library, group, key)
    for paper, card in zip(papers, context.cards(papers), strict=True):
        record, date = paper.record, card.date
        row: list[Any] = [
            paper.slug,
            record.title.plain,
            card.who,
            ", ".join(each.name for each in paper.authors[len(named_of(paper)) :]),
            dates.number(date.iso, date.text) if date else None,
            [topics.number(topic.slug, topic.name) for topic in paper.topics],
            [organizations.number(each.slug, each.name) for each in paper.organizations],
            record.upvotes,
            record.comments,
            record.status if record.status != "published" else None,
        ]
        while row[-1] in (None, "", []):
            row.pop()
        made.append(row)
    tables = {"dates": dates.rows, "topics": topics.rows, "organizations": organizations.rows}
    return _call(
        routes.rows_of(path), ((key, _json(value)) for key, value in {**tables, "papers": made}.items())
    )


def papers_of(library: Library, group: str, key: object) -> Sequence[Paper]:
    """The papers of one of the library's lists: ``("by_topic", "video")``, ``("undated", None)``."""
    found: Any = getattr(library, group)
    papers: Sequence[Paper] = found if key is None else found.get(key, ())
    return papers


class _Table:
    """Pairs of a key and what is shown for it, each once, in the order of their first use."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str]] = []
        self._numbers: dict[str, int] = {}

    def number(self, key: str, shown: str) -> int:
        if key not in self._numbers:
            self._numbers[key] = len(self.rows)
            self.rows.append((key, shown))
        return self._numbers[key]


def cited(papers: Iterable[Paper]) -> dict[str, tuple[int, ...]]:
    """The papers of each file of citations, as numbers into ``papers``."""
    files: dict[str, list[int]] = {}
    for number, paper in enumerate(papers):
        files.setdefault(routes.citations_of(paper.slug), []).append(number)
    return {path: tuple(files[path]) for path in sorted(files)}


def cite(context: SiteContext, path: str, numbers: Iterable[int]) -> str:
    """The citations of some papers by slug; null for a paper that is not to be cited."""
    library = context.library
    papers = (library.papers[number] for number in numbers)
    return _call(path, ((paper.slug, citation(paper, library.site)) for paper in papers))


def citation(paper: Paper, site: SiteConfig) -> str:
    """BibTeX, RIS, CSL-JSON, then the texts that marks stand for in them; the slug, the last, is left out."""
    record = paper.record
    if record.status != "published":
        return "null"
    bibtex, ris = citations.bibtex(paper, site), citations.ris(paper, site)
    csl = _json(citations.csl(paper, site))
    texts = [record.abstract.plain, record.summary.plain, record.title.plain, citations.address(paper, site)]
    written = [_json(text) for text in texts]
    for mark, text, quoted in zip(_MARKS, [*texts, paper.slug], [*written, _json(paper.slug)], strict=True):
        if len(text) > _WORTH and not _NO_TEXT.fullmatch(text):
            bibtex, ris = bibtex.replace(text, mark), ris.replace(text, mark)
            csl = csl.replace(quoted[1:-1], mark)
    return f"[{','.join([_json(bibtex), _json(ris), csl, *written])}]"


def _call(path: str, written: Iterable[tuple[str, str]]) -> str:
    """The call for one file, with an object of keys and JSON."""
    made = ",".join(f"{_json(key)}:{value}" for key, value in written)
    return f'offprint.receive("{path}",{{{made}}});\n'
