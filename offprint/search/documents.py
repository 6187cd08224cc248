"""Paper → the bare page that Pagefind reads of it (its search document), and the shards of all papers.

Every paper is rendered once more for the search, without navigation and other furniture. So a change of the
site's design changes no search result, pages carry no markup for the index, and the index can be made while
pages are rendered. Filters are slugs, which need no escaping in any script. Every document has every sort
key and every meta field, so that all shards have the same shape.
"""

import datetime as dt
from collections.abc import Sequence

from markupsafe import escape

from offprint.archive.model import Paper
from offprint.records import markup
from offprint.records.model import Text
from offprint.site import routes
from offprint.site.messages import Messages
from offprint.site.views.shared import authors_line
from offprint.storage.fingerprint import content_chunks


def shards(papers: Sequence[Paper]) -> list[list[Paper]]:
    """Return the papers in shards, which Pagefind reads one by one; papers listed first come first.

    New papers thus change the last shard alone. A shard has some hundred papers, which take Pagefind about
    an eighth of a second.
    """
    in_order = sorted(papers, key=lambda each: (each.listed or dt.date.min, each.slug))
    return content_chunks(in_order, lambda paper: paper.slug)


def search_document(paper: Paper, language: str, messages: Messages) -> tuple[str, str]:
    """Return a paper's path and the HTML page that Pagefind reads of it."""
    record, date = paper.record, paper.date
    keys = {
        "year": f"{date.year:04}" if date else "undated",
        # Digits only, so that numbers are compared; the undated come last.
        "date": f"{date.year:04}{date.month:02}{date.day:02}" if date else "0",
        "votes": str(record.upvotes or 0),
        "comments": str(record.comments or 0),
        "shown": messages.date(date) if date else messages("undated"),
        "status": "" if record.status == "published" else messages(f"status_{record.status}"),
        "names": ", ".join(each.name for each in paper.organizations),
        "by": _by(paper, messages),
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
        f'<h1 data-pagefind-weight="10" data-pagefind-meta="title">{_words(record.title)}</h1>'
        f"<p>{escape(keys['by'])}</p><p>{escape(about)}</p>"
        f"{_words(record.summary, 'p')}{_words(record.abstract, 'p')}{_typed(record.title)}"
        f"<p data-pagefind-ignore>{''.join(f'<i data-pagefind-filter={k}>{v}</i>' for k, v in filters)}</p>"
        "</main></body></html>"
    )


def _words(text: Text, tag: str = "") -> str:
    """Return a text's HTML, or its words where it has math: the signs of MathML would run together."""
    if "<math" not in text.html:
        return text.html
    return f"<{tag}>{escape(text.plain)}</{tag}>" if tag else escape(text.plain)


def _typed(title: Text) -> str:
    """Return a title with its math as people type it (``10^4`` for 10⁴), where that differs."""
    typed = markup.in_words(title.source, "typed")
    return f'<p data-pagefind-weight="10">{escape(typed)}</p>' if typed != title.plain else ""


def _by(paper: Paper, messages: Messages) -> str:
    """Return all authors' names, and how many more there are; empty where nothing is known of them."""
    names = ", ".join(each.shown for each in paper.authors) or authors_line(paper, messages)
    unnamed = paper.author_count - len(paper.authors)
    return f"{names} {messages('and_unnamed', count=unnamed)}" if paper.authors and unnamed > 0 else names
