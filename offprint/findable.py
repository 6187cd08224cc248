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

# Papers of a stretch at most. Small stretches would be made again sooner, but are searched worse: Pagefind
# weighs a word by how many papers of its own stretch have it, and where none has it takes its beginning for
# it. At 10,000 papers (python -m tests.benchmarks.searching; the first query of 12 words, with an empty
# browser, fonts and all):
#
#     stretches                             1    2    4    8   16   32
#     requests                             20   24   26   38   53   84
#     kB                                  412  437  487  586  800 1215
#     ms, on a busy machine               180  166  217  310  410  564
#     of one index's first ten hits        10  6.9  5.6  4.7  4.7  3.6
#
# So an archive is one stretch for as long as Pagefind takes some ten seconds and one gigabyte for it.
MOST = 10_000


def stretches(papers: Sequence[Paper]) -> dict[str, list[Paper]]:
    """The papers by the stretch of the index that they belong to, the stretches in a fixed order.

    A stretch is a share of the slugs' CRC-32: a paper's coming and going changes one, and all are alike in
    their words. Where MOST no longer does, all papers are parted anew.
    """
    number = max(1, -(-len(papers) // MOST))
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
