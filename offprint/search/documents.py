"""Paper → the bare page that Pagefind reads of it, and the parts in which papers are read.

Every paper is rendered once more for the search, without all that surrounds it on its own page: what is found
does not change with a page's furniture, pages carry nothing for the index, and the index is made while pages
are. Filters are slugs, which need no escaping in any script; every paper has every key that papers are
ordered by, and every meta field, so that all parts are of one shape.
"""

import datetime as dt
from collections.abc import Sequence

from markupsafe import escape

from offprint.records.model import Paper
from offprint.site import routes
from offprint.site.fingerprints import stretches
from offprint.site.messages import Wording
from offprint.site.views.shared import who


def parts(papers: Sequence[Paper]) -> list[list[Paper]]:
    """The papers in the parts that Pagefind reads one by one: those listed first come first.

    So what is added from day to day changes the last part alone. A part has some hundred papers, for which
    Pagefind takes an eighth of a second.
    """
    return stretches(sorted(papers, key=lambda each: (each.listed or dt.date.min, each.slug)))


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
