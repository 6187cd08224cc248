"""Paper → the bare page that Pagefind reads of it, and which stretch of the index it belongs to.

Every paper is rendered once more for the search, without all that surrounds it on its own page: what is found
does not change with a page's furniture, pages carry nothing for the index, and the index is made while pages
are. Filters are slugs, which need no escaping in any script; every paper has every key to sort by, since
Pagefind leaves out those that lack one.
"""

import zlib
from collections.abc import Sequence

from markupsafe import escape

from offprint import routes
from offprint.model import Paper
from offprint.views import who
from offprint.wording import Wording

MOST = 1000  # papers of a stretch, on average, before the index is parted anew; see tests/benchmarks


def stretches(papers: Sequence[Paper]) -> dict[str, list[Paper]]:
    """The papers by the stretch of the index that they belong to, the stretches in a fixed order.

    A stretch is a share of the slugs' CRC-32, so that a paper's coming and going changes one, and all are
    alike in their words: a hit is worth the same in each. Their number is a power of two.
    """
    number = 1
    while number * MOST < len(papers):
        number *= 2
    parts: list[list[Paper]] = [[] for _ in range(number)]
    for paper in papers:
        parts[zlib.crc32(paper.slug.encode()) % number].append(paper)
    return {f"{index:02x}": part for index, part in enumerate(parts) if part}


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
    }
    data = "".join(f' data-{key}="{escape(value)}"' for key, value in keys.items())
    filters = [("topic", each.slug) for each in paper.topics]
    filters += [("organization", each.slug) for each in paper.organizations]
    filters += [("author", each.author.slug) for each in paper.authors]
    names = ", ".join(each.name for each in paper.authors) or who(paper, words)
    unnamed = paper.author_count - len(paper.authors)
    if paper.authors and unnamed > 0:
        names += f" {words('and_unnamed', count=unnamed)}"
    by = f'<p data-pagefind-meta="by">{escape(names)}</p>' if names else ""
    meta = "date[data-shown], status[data-status]" + (", organizations[data-names]" if keys["names"] else "")
    about = " ".join(part for part in (keys["names"], keys["shown"], record.venue) if part)
    return routes.paper(paper.slug), (
        f'<!doctype html><html lang="{language}"><body><main data-pagefind-body{data}'
        ' data-pagefind-filter="year[data-year], date[data-date], votes[data-votes], comments[data-comments]"'
        ' data-pagefind-sort="date[data-date], votes[data-votes], comments[data-comments]"'
        f' data-pagefind-meta="{meta}"><h1 data-pagefind-weight="10" data-pagefind-meta="title">'
        f"{record.title.html}</h1>{by}<p>{escape(about)}</p>{record.summary.html}{record.abstract.html}"
        f"<p data-pagefind-ignore>{''.join(f'<i data-pagefind-filter={k}>{v}</i>' for k, v in filters)}</p>"
        "</main></body></html>"
    )
