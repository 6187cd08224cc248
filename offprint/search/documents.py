"""Paper → the bare page that Pagefind reads of it (its search document), and the shards of all papers.

Every paper is rendered once more for the search, without navigation and other furniture. So a change of the
site's design changes no search result, pages carry no markup for the index, and the index can be made while
pages are rendered. Filters are slugs, which need no escaping in any script. Every document has every sort
key and every meta field, so that all shards have the same shape.

A document has three parts with ``BREAK`` between them: title, names, date and venue; the text that excerpts
are taken from; and spellings of the above that Pagefind does not find by itself, with the paper's
identifiers. static/queries.js spells a reader's words in the same way.
"""

import datetime as dt
import itertools
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence

from markupsafe import escape

from offprint.archive.model import Paper
from offprint.records import markup
from offprint.records.model import Text
from offprint.records.slugs import fold_case, without_accents
from offprint.search.pagefind_format import CARD
from offprint.site import routes
from offprint.site.messages import Messages
from offprint.site.views.shared import authors_line
from offprint.storage.fingerprint import content_chunks

SIZES = (512, 512, 2048)  # papers of a shard, as of content_chunks(): each run of Pagefind costs 50 ms more
BREAK = "\ue000"  # content cannot hold characters of private use

# How letters are spelled where they cannot be typed, beside losing their accent: Müller as Mueller.
_TRANSCRIBED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_WORD = re.compile(r"[^\W_]+(?:[-/’'][^\W_]+)*")
_MARK = re.compile("[\u0300-\u036f]")
_CAPITAL_WITHIN = re.compile("[a-z][A-Z]")  # Pagefind reads L-CoDer as L, Co and Der
_SIGNED = re.compile(r"(?<!\w)([A-Za-z])(\+\+|#)(?!\w)")  # C++, C#, F#
_SIGNS = {"++": "plusplus", "#": "sharp"}
_POWER = re.compile(r"(?<![^\W_])([^\W\d_]|\d+)\^[({]?([-−+]?)([^\W_]{1,4})[)}]?(?![^\W_])")  # 10^-4, n^2
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱ]+")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff]{3,}")  # Chinese and Japanese, which have no spaces


def shards(papers: Sequence[Paper]) -> list[list[Paper]]:
    """Return the papers in shards, which Pagefind reads one by one; papers listed first come first.

    New papers thus change the last shard alone. A shard has about a thousand papers, which take Pagefind
    some two seconds and 140 MB.
    """
    in_order = sorted(papers, key=lambda each: (each.listed or dt.date.min, each.slug))
    return content_chunks(in_order, lambda paper: paper.slug, SIZES)


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
        "venue": record.venue,
    }
    keys[CARD] = _card(paper, messages)
    data = "".join(f' data-{key}="{escape(value)}"' for key, value in keys.items())
    filters = [("topic", each.slug) for each in paper.topics]
    filters += [("organization", each.slug) for each in paper.organizations]
    filters += [("author", each.author.slug) for each in paper.authors]
    about = " ".join(part for part in (keys["names"], keys["shown"], record.venue) if part)
    return routes.paper(paper.slug), (
        f'<!doctype html><html lang="{language}"><body><main data-pagefind-body{data}'
        ' data-pagefind-filter="year[data-year], date[data-date], votes[data-votes], comments[data-comments],'
        f' {CARD}[data-{CARD}]{", venue[data-venue]" if record.venue else ""}"'
        ' data-pagefind-meta="date[data-shown], status[data-status], organizations[data-names], by[data-by],'
        ' venue[data-venue]">'
        f'<h1 data-pagefind-weight="10" data-pagefind-meta="title">{_words(record.title)}</h1>'
        f"<p>{escape(keys['by'])}</p><p>{escape(about)}</p><p>{BREAK}</p>"
        f"{_words(record.summary, 'p')}{_words(record.abstract, 'p')}"
        f"<p>{BREAK}</p>{_typed(record.title)}<p>{' '.join(_spellings(paper, language))}</p>"
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


def _card(paper: Paper, messages: Messages) -> str:
    """Return what a hit's card shows beside title and status, as JSON; the hit is drawn by static/card.js."""
    record, date = paper.record, paper.date
    card = {
        "who": authors_line(paper, messages),
        "authors": [each.name for each in paper.authors],
        "venue": record.venue,
        "date": {"iso": date.iso, "text": messages.date(date)} if date else {"text": messages("undated")},
        "topics": [(each.slug, each.name) for each in paper.topics],
        "organizations": [(each.slug, each.name) for each in paper.organizations],
        "votes": record.upvotes,
        "comments": record.comments,
        "draft": record.draft or None,
        "links": {each.kind: each.url for each in record.links if each.kind in ("code", "project")},
    }
    text = json.dumps({k: v for k, v in card.items() if v not in (None, "", [], {})}, ensure_ascii=False)
    return text.replace("&", "\\u0026")  # Pagefind resolves character references in attributes twice


def _spellings(paper: Paper, language: str) -> Iterator[str]:
    """Yield words by which a paper is found beside its own: identifiers, other spellings, parts."""
    record = paper.record
    for kind, identifier in _identifiers(paper):
        # One word; the digit at its end keeps Pagefind from taking it for an inflected one.
        yield f"{kind}{re.sub('[^a-z0-9]', '', identifier.lower())}0"
    names = [each.name for each in paper.authors] + [each.name for each in paper.organizations]
    texts = [record.title.plain, *names, record.venue, record.summary.plain, record.abstract.plain]
    text = unicodedata.normalize("NFC", " ".join(texts))
    words = {f"{letter}{_SIGNS[sign]}".lower() for letter, sign in _SIGNED.findall(text)}
    words.update(_powers(text))
    for word in set(_WORD.findall(text)):
        if word.isascii() and word.isalnum():  # as nearly all are: Pagefind finds it as it is
            continue
        if not word.isascii():
            small = word.lower()
            words |= {without_accents(fold_case(word)), without_accents(small.translate(_TRANSCRIBED))}
            words.discard(_MARK.sub("", unicodedata.normalize("NFD", small)))  # which Pagefind finds
        parts = re.split("[-/’']", word)
        words |= {part.lower() for part in parts if len(parts) > 1 and _CAPITAL_WITHIN.search(part)}
    yield from sorted(word for word in words if word.isascii() and word.isalnum())
    if not text.isascii() and language.partition("-")[0].lower() not in ("zh", "ja"):
        for run in _UNSPACED.findall(text):
            yield from map("".join, itertools.pairwise(run))


def _powers(text: str) -> Iterator[str]:
    """Yield powers as words, as they are typed or raised: ``10powminus4`` for 10^-4 and 10⁻⁴."""
    lowered = _RAISED.sub(lambda run: f"^{unicodedata.normalize('NFKD', run[0])}", text)
    for base, sign, power in _POWER.findall(lowered):
        yield f"{base}pow{'minus' if sign in '-−' and sign else ''}{power}".lower()


def _identifiers(paper: Paper) -> Iterator[tuple[str, str]]:
    """Yield the identifiers of a paper, its authors and organizations, each with its kind."""
    yield "slug", paper.slug
    if paper.record.arxiv:
        yield "arxiv", paper.record.arxiv.text
    if paper.record.doi:
        yield "doi", paper.record.doi.text
    yield from (("orcid", each.author.orcid) for each in paper.authors if each.author.orcid)
    yield from (("ror", each.ror.rpartition("/")[2]) for each in paper.organizations if each.ror)
