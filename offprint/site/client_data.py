"""Data that scripts load when a reader asks for it: rows of lists, papers' citations and slugs, words.

Pages that are opened from a folder can load nothing but scripts, so each file is a call of
``offprint.receive`` (static/offprint.js) with its own path and JSON. Which lists have rows is decided in
``pages.py``; how a paper is cited, in ``citations.py``.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from offprint.archive.model import Library, Paper
from offprint.archive.name_index import name_index
from offprint.records import identifiers
from offprint.records.model import SiteConfig
from offprint.records.slugs import fold_case, without_accents
from offprint.site import citations, routes
from offprint.site.context import SiteContext
from offprint.site.views.shared import shown_names
from offprint.site.views.terms import author_terms, organization_terms

# Stand for texts that citations repeat; content cannot hold characters of private use.
_MARKS = "\ue001\ue002\ue003\ue004\ue005"
_SAVES = 8  # characters of a text; a mark for a shorter one would save nothing
_WORD = re.compile(r"[^\W\d_]{4,}")  # worth correcting
_NO_TEXT = re.compile(r"[\W\d]*")  # could also occur in JSON outside of its strings
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def rows(context: SiteContext, path: str, group: str, key: object) -> str:
    """Return the script with the rows of a long list, in its order; ``path`` is the list's first page.

    A row is slug, title, authors as shown, further authors, date, topics, organizations, upvotes, comments,
    status and whether it is a draft; empty values at its end are left out. Date, topics and organizations are
    indexes into tables that precede the rows. ``group`` and ``key`` name the list as in ``papers_of``.
    """
    dates, topics, organizations = _Table(), _Table(), _Table()
    paper_rows = []
    papers = papers_of(context.library, group, key)
    for paper, card in zip(papers, context.cards(papers), strict=True):
        record, date = paper.record, card.date
        row: list[Any] = [
            paper.slug,
            record.title.plain,
            card.who,
            ", ".join(each.shown for each in paper.authors[len(shown_names(paper)) :]),
            dates.number(date.iso, date.text) if date else None,
            [topics.number(topic.slug, topic.name) for topic in paper.topics],
            [organizations.number(each.slug, each.name) for each in paper.organizations],
            record.upvotes,
            record.comments,
            record.status if record.status != "published" else None,
            1 if record.draft else None,
        ]
        while row[-1] in (None, "", []):
            row.pop()
        paper_rows.append(row)
    tables = {"dates": dates.rows, "topics": topics.rows, "organizations": organizations.rows}
    data = {**tables, "papers": paper_rows}
    return _call(routes.rows_of(path), ((name, _json(value)) for name, value in data.items()))


def papers_of(library: Library, group: str, key: object) -> Sequence[Paper]:
    """Return the papers of a library's list: ``("by_topic", "video")``, ``("undated", None)``."""
    lists: Any = getattr(library, group)
    papers: Sequence[Paper] = lists if key is None else lists.get(key, ())
    return papers


def moved_file(context: SiteContext) -> str:
    """Return the script with the former slugs of topics, organizations and authors, each with the one now."""
    present: dict[str, dict[str, str]] = {"topics": {}, "organizations": {}, "authors": {}}
    for each in context.library.moved:
        if each.kind in present:
            present[each.kind][each.old] = each.new
    return _call(routes.MOVED, ((kind.removesuffix("s"), _json(slugs)) for kind, slugs in present.items()))


class _Table:
    """Pairs of a key and the text shown for it, each once, in the order of their first use."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str]] = []
        self._numbers: dict[str, int] = {}

    def number(self, key: str, shown: str) -> int:
        """Return the index of a pair, which is added if it is new."""
        if key not in self._numbers:
            self._numbers[key] = len(self.rows)
            self.rows.append((key, shown))
        return self._numbers[key]


def citation_files(papers: Iterable[Paper]) -> dict[str, tuple[int, ...]]:
    """Return the path of each file of citations and its papers, as indexes into ``papers``."""
    files: dict[str, list[int]] = {}
    for number, paper in enumerate(papers):
        files.setdefault(routes.citations_of(paper.slug), []).append(number)
    return {path: tuple(files[path]) for path in sorted(files)}


def citation_file(context: SiteContext, path: str, numbers: Iterable[int]) -> str:
    """Return a file of citations: those of some papers by slug, null for papers that must not be cited."""
    library = context.library
    versions = library.versions
    papers = (versions[number] for number in numbers)
    return _call(path, ((paper.slug, citation(paper, library.site)) for paper in papers))


def citation(paper: Paper, site: SiteConfig) -> str:
    """Return a paper's citations as JSON: ``[BibTeX, RIS, CSL-JSON, text…]``, or ``null`` for none.

    A long text that the formats repeat (abstract, summary, title, address) stands once at the end, and
    before that a mark from ``_MARKS`` stands for it. The last mark is for the slug, which the script knows
    anyway.
    """
    record = paper.record
    if record.status != "published":
        return "null"
    bibtex, ris = citations.bibtex(paper, site), citations.ris(paper, site)
    csl = _json(citations.csl(paper, site))
    texts = [record.abstract.plain, record.summary.plain, record.title.plain, citations.address(paper, site)]
    quoted = [_json(text) for text in texts]
    for mark, text, in_json in zip(_MARKS, [*texts, paper.slug], [*quoted, _json(paper.slug)], strict=True):
        if len(text) > _SAVES and not _NO_TEXT.fullmatch(text):
            bibtex, ris = bibtex.replace(text, mark), ris.replace(text, mark)
            csl = csl.replace(in_json[1:-1], mark)
    return f"[{','.join([_json(bibtex), _json(ris), csl, *quoted])}]"


def known_papers(library: Library) -> list[tuple[str, ...]]:
    """Return the slug of each paper, its arXiv id without a version, and its DOI in lower case, sorted.

    What is empty at the end of a row is left out.
    """
    found = []
    for paper in library.versions:
        record = paper.record
        arxiv = identifiers.without_version(record.arxiv.text) if record.arxiv else ""
        doi = record.doi.text.lower() if record.doi else ""
        found.append((paper.slug, arxiv, doi) if doi else (paper.slug, arxiv) if arxiv else (paper.slug,))
    return sorted(found)


def slugs(context: SiteContext) -> str:
    """Return the script with the slugs and ids of all papers: the form "Add a paper" takes none of them."""
    return _received(routes.SLUGS, _json(known_papers(context.library)))


def vocabulary(context: SiteContext) -> str:
    """Return the words of titles, names and venues, folded, the most frequent first.

    Typing errors are corrected by them (static/queries.js).
    """
    counts: Counter[str] = Counter()
    for paper in context.library.papers:
        names = [each.name for each in paper.authors] + [each.name for each in paper.organizations]
        names += [each.name for each in paper.topics]
        text = " ".join((paper.record.title.plain, paper.record.venue, *names))
        counts.update(set(_WORD.findall(without_accents(fold_case(text)))))
    words = sorted(counts, key=lambda word: (-counts[word], word))
    return _call(routes.WORDS, [("words", _json(" ".join(words)))])


def names(context: SiteContext, node: str) -> str:
    """Return the script with the names of a node of the index of names (``archive/name_index.py``).

    A name is kind, name, slug and number of papers. The root's file tells the other nodes, too.
    """
    index = context.once(name_index)
    values = [("names", _json(index.of_node(node)))]
    if not node:
        values.append(("nodes", _json(" ".join(filter(None, index.nodes)))))
    return _call(routes.names_of(node), values)


def every_author(context: SiteContext) -> str:
    """Return the script with the name and slug of every author, also of those without a page."""
    rows = [(each.name, each.slug) for each in context.once(name_index).every_author()]
    return _received(routes.EVERY_AUTHOR, _json(rows))


def terms_file(context: SiteContext, kind: str) -> str:
    """Return the script with all organizations or authors for the reader to search and order.

    A row is name, slug, number of papers, date of the newest paper and handle; the order is that of the list.
    """
    library = context.library
    terms = context.once(organization_terms if kind == "organizations" else author_terms)
    papers_of = library.by_organization if kind == "organizations" else library.by_author
    rows = []
    for term in terms:
        slug = term.path.rpartition("/")[2].removesuffix(".html")
        newest = max((paper.date.iso for paper in papers_of[slug] if paper.date), default="")
        row = [term.name, slug, term.count, newest, term.note]
        rows.append(row if term.note else row[:-1])
    return _received(routes.terms_of(kind), _json(rows))


def _call(path: str, values: Iterable[tuple[str, str]]) -> str:
    """Return the script that hands the page an object of these keys and values (encoded JSON)."""
    items = ",".join(f"{_json(key)}:{value}" for key, value in values)
    return _received(path, f"{{{items}}}")


def _received(path: str, value: str) -> str:
    """Return the script that hands the page a value, which is encoded as JSON."""
    return f'offprint.receive("{path}",{value});\n'
