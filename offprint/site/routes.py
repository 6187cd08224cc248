"""The shape of every URL: paths of pages below the site's root, without a leading slash.

Every link on a page is relative and names a file, so that the same bytes work at a domain's root, below
``/repository/`` and from ``file://``. Later pages of a long list are in a folder named like the first.
"""

import datetime as dt
import zlib
from urllib.parse import urlsplit

from offprint.records.model import PartialDate

INDEX = "index.html"
ARCHIVE = "archive.html"
DAILY = "daily.html"
MONTH = "month.html"
TRENDING = "trending.html"
TOPICS = "topics.html"
ORGANIZATIONS = "organizations.html"
AUTHORS = "authors.html"
SEARCH = "search.html"
MINE = "mine.html"
OFFLINE = "offline.html"
UNDATED = "undated.html"
STATISTICS = "statistics.html"
STATISTICS_JSON = "data/statistics.json"
STATISTICS_CSV = "data/statistics.csv"
NOT_FOUND = "404.html"
CARD = "card.png"
OPENSEARCH = "opensearch.xml"
TEXTS = "static/text.js"
EVERY_AUTHOR = "data/every-author.js"
WORDS = "data/words.js"
FEED = "feed.xml"
JSON_FEED = "feed.json"
DAY_FEED = "daily.xml"
WEEK_FEED = "weekly.xml"
OUTLINE = "feeds.opml"
PAPERS_JSON = "data/papers.json"
PAPERS_BIB = "data/papers.bib"
PAPERS_CSV = "data/papers.csv"
SLUGS = "data/slugs.js"
ADD = "add.html"
GAPS = "gaps.html"
MOVED = "data/moved.js"
CHANGES = "changes.html"
CHANGES_FEED = "changes.xml"


def paper(slug: str) -> str:
    """Return the path of a paper's page."""
    return f"papers/{slug}.html"


def card(slug: str) -> str:
    """Return the path of a paper's social card."""
    return f"cards/{slug}.png"


def image(name: str) -> str:
    """Return the path of a record's picture."""
    return f"images/{name}"


def topic(slug: str) -> str:
    """Return the path of a topic's first page."""
    return f"topics/{slug}.html"


def organization(slug: str) -> str:
    """Return the path of an organization's first page."""
    return f"organizations/{slug}.html"


def author(slug: str) -> str:
    """Return the path of an author's first page."""
    return f"authors/{slug}.html"


def own_page(slug: str) -> str:
    """Return the path of one of the archive's own pages."""
    return f"{slug}.html"


def day(date: dt.date) -> str:
    """Return the path of a daily list: the papers listed on that day."""
    return f"daily/{date.isoformat()}.html"


def week(year: int, number: int) -> str:
    """Return the path of the digest of an ISO week."""
    return f"daily/{year:04}-w{number:02}.html"


def mail(year: int, number: int) -> str:
    """Return the path of the digest of an ISO week as an e-mail."""
    return f"daily/{year:04}-w{number:02}-mail.html"


def period(date: PartialDate) -> str:
    """Return the path of a year, month or day of publication."""
    return f"{date.iso.replace('-', '/')}.html"


def calendar(year: int) -> str:
    """Return the path of a year of publication, day by day."""
    return f"{year:04}/calendar.html"


_BY_KIND = {
    "papers": paper,
    "topics": topic,
    "organizations": organization,
    "authors": author,
    "pages": own_page,
}


def page_of(kind: str, slug: str) -> str:
    """Return the path of the page of a record; ``kind`` is the folder of content that it is in."""
    return _BY_KIND[kind](slug)


def feed_of(path: str) -> str:
    """Return the path of the feed that belongs to the page of a topic, organization or author."""
    return path.removesuffix(".html") + ".xml"


def rows_of(path: str) -> str:
    """Return the path of the script data of all papers of the long list that begins at ``path``."""
    return f"data/lists/{path.removesuffix('.html')}.js"


def terms_of(kind: str) -> str:
    """Return the path of the script data of all organizations or authors."""
    return f"data/{kind}.js"


def citations_of(slug: str) -> str:
    """Return the path of a paper's citations, a file it shares with few others.

    They are the papers whose slugs have the same last 11 bits of CRC-32: a script finds the file by the
    slug alone (static/cite.js), and a new paper changes one file.
    """
    return f"data/cite/{zlib.crc32(slug.encode()) & 0x7FF:03x}.js"


def names_of(node: str) -> str:
    """Return the path of the script data of the names with a word that begins with the letters of a node.

    Letters beyond ASCII are written as their code points: static/suggest.js does the same.
    """
    letters = "".join(each if each.isascii() else f"_{ord(each):x}" for each in node)
    return f"data/names/{letters}.js" if node else "data/names.js"


def numbered(path: str, number: int) -> str:
    """Return the path of page ``number``, from 1, of the list at ``path``: ``topics/<slug>/2.html``.

    Two kinds of folder have other pages in them. The folder of an index holds its terms, one of which may
    be called ``2``, so an index continues next to its first page: ``authors-2.html``. The folder of a year
    or month holds its months or days, so a period continues as ``2026/page-2.html``.
    """
    if number == 1:
        return path
    stem = path.removesuffix(".html")
    if path in (DAILY, ORGANIZATIONS, AUTHORS, GAPS):
        return f"{stem}-{number}.html"
    return f"{stem}/{'page-' if stem[0].isdigit() else ''}{number}.html"


def root_of(path: str, url: str) -> str:
    """Return the way from a page up to the site's root: ``""``, ``"../"``, ``"../../"``.

    404.html is served at any address, so its way starts from the site's path in ``url``.
    """
    return urlsplit(url).path if path == NOT_FOUND else "../" * path.count("/")


def schema(kind: str) -> str:
    """Return the path of the JSON Schema of a kind of record: paper, topic or organization."""
    return f"data/{kind}.schema.json"
