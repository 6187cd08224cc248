"""Paper → the bare page that Pagefind reads of it, and the parts in which papers are read.

Every paper is rendered once more for the search, without all that surrounds it on its own page: what is found
does not change with a page's furniture, pages carry nothing for the index, and the index is made while pages
are. Filters are slugs, which need no escaping in any script; every paper has every key that papers are
ordered by, and every meta field, so that all parts are of one shape.
"""

import datetime as dt
import zlib
from collections.abc import Sequence

from markupsafe import escape

from offprint import routes
from offprint.model import Paper
from offprint.views import who
from offprint.wording import Wording

# Papers of a part: Pagefind takes a quarter of a second for 250. The smallest, how many more come as a rule,
# and the largest.
_LEAST, _MORE, _MOST = 128, 64, 512


def parts(papers: Sequence[Paper]) -> list[list[Paper]]:
    """The papers in the parts that Pagefind reads one by one: those listed first come first.

    Where a part ends is for the CRC-32 of the next one's slug, within bounds: so a paper that comes or goes
    moves the ends of few parts beside its own, and what is added from day to day changes the last.
    """
    found: list[list[Paper]] = [[]]
    for paper in sorted(papers, key=lambda each: (each.listed or dt.date.min, each.slug)):
        size = len(found[-1])
        if size == _MOST or (size >= _LEAST and zlib.crc32(paper.slug.encode()) % _MORE == 0):
            found.append([])
        found[-1].append(paper)
    return [part for part in found if part]


def findable(paper: Paper, language: str, words: Wording) -> tuple[str, str]:
    """The paper's path, and the page that Pagefind reads of it."""
    record, date = paper.record, paper.date
    keys = {
        "year": f"{date.year:04}" if date else "undated",
        # Digits only, so that numbers are compared; the undated come last.
        "date": f"{date.year:04}{date.month:02}{date.day:02}" if date else "0",
        "votes": str(record.upvotes or 0),
        "comments": str(record.comments or 0),
        "shown": words.date(date) if date else words("undated"),
        "status": "" if record.status == "published" else words(f"status_{record.status}"),
        "names": ", ".join(each.name for each in paper.organizations),
        "by": _by(paper, words),
    }
    data = "".join(f' data-{key}="{escape(value)}"' for key, value in keys.items())
    filters = [("topic", each.slug) for each in paper.topics]
    filters += [("organization", each.slug) for each in paper.organizations]
    filters += [("author", each.author.slug) for each in paper.authors]
    about = " ".join(part for part in (keys["names"], keys["shown"], record.venue) if part)
    return routes.paper(paper.slug), (
        f'<!doctype html><html lang="{language}"><body><main data-pagefind-body{data}'
        ' data-pagefind-filter="year[data-year], date[data-date], votes[data-votes], comments[data-comments]"'
        ' data-pagefind-meta="date[data-shown], status[data-status], organizations[data-names], by[data-by]">'
        f'<h1 data-pagefind-weight="10" data-pagefind-meta="title">{record.title.html}</h1>'
        f"<p>{escape(keys['by'])}</p><p>{escape(about)}</p>{record.summary.html}{record.abstract.html}"
        f"<p data-pagefind-ignore>{''.join(f'<i data-pagefind-filter={k}>{v}</i>' for k, v in filters)}</p>"
        "</main></body></html>"
    )


def _by(paper: Paper, words: Wording) -> str:
    names = ", ".join(each.name for each in paper.authors) or who(paper, words)
    unnamed = paper.author_count - len(paper.authors)
    return f"{names} {words('and_unnamed', count=unnamed)}" if paper.authors and unnamed > 0 else names
