"""Citations of a paper: BibTeX, RIS, CSL-JSON, CSV, and the metadata that machines read on its page.

Sources: the BibTeX names of btxdoc (Patashnik 1988), the RIS tags of Reference Manager (2011), CSL-JSON 1.0
of the Citation Style Language, Google Scholar's inclusion guidelines for ``citation_*``, schema.org's
ScholarlyArticle. A retracted or withdrawn paper is never offered as a citation.
"""

import csv
import datetime as dt
import functools
import io
import json
import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from offprint.archive.model import Authorship, Paper, Topic
from offprint.records import identifiers, markup
from offprint.records.language.names import NameParts, split_name
from offprint.records.model import AuthorRecord, SiteConfig
from offprint.site import routes

# CSL's types in BibTeX (btxdoc) and in RIS; all others are @misc and GEN.
_BIBTEX_TYPES = {
    "article-journal": "article", "article-magazine": "article", "article-newspaper": "article",
    "paper-conference": "inproceedings", "chapter": "incollection", "book": "book", "thesis": "phdthesis",
    "report": "techreport", "webpage": "online", "dataset": "dataset", "software": "software",
    "patent": "patent",
}  # fmt: skip
_RIS_TYPES = {
    "article-journal": "JOUR", "article-magazine": "MGZN", "article-newspaper": "NEWS",
    "paper-conference": "CONF", "chapter": "CHAP", "book": "BOOK", "thesis": "THES", "report": "RPRT",
    "webpage": "ELEC", "dataset": "DATA", "software": "COMP", "patent": "PAT", "article": "UNPB",
}  # fmt: skip
_VENUE_TAGS = {
    "article-journal": "citation_journal_title", "article-magazine": "citation_journal_title",
    "article-newspaper": "citation_journal_title", "chapter": "citation_inbook_title",
}  # fmt: skip
_OTHERS = "others"  # who is not named: BibTeX's word, which pandoc and citeproc know in CSL-JSON, too
UNTYPED = "none"  # in our own fields, where a record does not say its type
_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "&": r"\&",
    "%": r"\%", "#": r"\#", "_": r"\_", "$": r"\$", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
# Math; an escape; a sign that TeX takes for a command; the gap between two signs that TeX would join to one
# (dashes, quotes, inverted marks); what would read as an HTML tag.
_MATH_OR_SPECIAL = re.compile(
    r"(\$\$[^$]+\$\$|\$(?!\s)(?:\\.|[^$\\])+(?<!\s)\$(?!\d)|\\\(.+?\\\)|\\\[.+?\\\])"
    r"|\\([%&#_{}$])|([\\{}&%#_$~^])|(?<=[-'`!?])(?=[-'`])|(<)(?=/?[A-Za-z])",
    re.DOTALL,
)
_SIGN = re.compile(r"[\\{}&%#_$~^<]")
_ENTITY = re.compile(r"#?\w+;")
_GAP = re.compile(r"[-'`!?][-'`]")
_AND = re.compile(r"\band\b", re.IGNORECASE)  # separates two names in BibTeX, unless in braces
_UNSAFE_IN_SCRIPT = [(character, f"\\u{ord(character):04x}") for character in "<>&\u2028\u2029"]
CSV_COLUMNS = (
    "slug", "title", "date", "listed", "authors", "author_count", "organizations", "topics", "venue",
    "arxiv", "doi", "links", "upvotes", "comments", "status", "url",
    "type", "volume", "issue", "pages", "publisher", "editors", "supersedes",
)  # fmt: skip


def address(paper: Paper, site: SiteConfig) -> str:
    """Return the web address of a paper: its DOI, its arXiv page, or this archive's page of it."""
    record = paper.record
    if record.doi:
        return identifiers.doi_address(record.doi.text)
    if record.arxiv:
        return f"https://arxiv.org/abs/{record.arxiv.text}"
    return site.url + routes.paper(paper.slug)


def _parts(author: Authorship | AuthorRecord) -> NameParts:
    """Return the parts of an author's or editor's name."""
    name = author.name if isinstance(author, Authorship) else author.name.text
    return split_name(name, author.family, author.group)


def _type(paper: Paper) -> str:
    """Return the CSL type of a paper; if the record does not say it, what its venue and arXiv id suggest."""
    record = paper.record
    return record.type or ("paper-conference" if record.venue else "article" if record.arxiv else "")


def bibtex(paper: Paper, site: SiteConfig, *, whole: bool = False) -> str:
    """Return one BibTeX entry, without a line end; empty for a paper that must not be cited.

    A citation has the fields that styles print. ``whole`` adds everything else in fields that styles
    ignore, so that ``import`` makes the same record of it.
    """
    record = paper.record
    if record.status != "published":
        return ""
    names = [_bibtex_name(_parts(each)) for each in paper.authors]
    if _has_unnamed(paper):
        names.append(_OTHERS)
    kind = _BIBTEX_TYPES.get(_type(paper), "misc")
    in_journal = kind == "article"
    institution = _bibtex_text(paper.organizations[0].name) if paper.organizations else ""
    entry = {
        "title": f"{{{_bibtex_text(record.title.source)}}}",
        "author": " and ".join(names),
        "editor": " and ".join(_bibtex_name(_parts(each)) for each in record.editors),
        "journal" if in_journal else "booktitle": _bibtex_text(record.venue),
        "volume": _bibtex_text(record.volume),
        "number" if in_journal else "issue": _bibtex_text(record.issue),
        "pages": re.sub(r"(?<=\w)-(?=\w)", "--", _bibtex_text(record.pages)),
        "publisher": _bibtex_text(record.publisher),
        "school": institution if kind == "phdthesis" else "",
        "institution": institution if kind == "techreport" else "",
        "year": f"{paper.date.year:04}" if paper.date else "",
        "month": str(paper.date.month) if paper.date and paper.date.month else "",
        "eprint": record.arxiv.text if record.arxiv else "",
        "archiveprefix": "arXiv" if record.arxiv else "",
        "eprinttype": "arxiv" if record.arxiv else "",
        "doi": record.doi.text if record.doi else "",  # verbatim, as biblatex and all others read it
        "url": address(paper, site),
    }
    if whole:
        entry |= _further_fields(paper)
    lines = [f"  {name} = {{{value}}}" for name, value in entry.items() if value]
    return f"@{kind}{{{paper.slug},\n" + ",\n".join(lines) + "\n}"


def page_bibtex(site: SiteConfig, title: str, path: str, day: dt.date | None) -> str:
    """Return a BibTeX entry for a page of the archive as it was on ``day``."""
    entry = {
        "title": f"{{{_bibtex_text(f'{site.title}: {title}')}}}",
        "year": f"{day.year:04}" if day else "",
        "month": str(day.month) if day else "",
        "day": str(day.day) if day else "",
        "url": site.url + path,
    }
    lines = [f"  {name} = {{{value}}}" for name, value in entry.items() if value]
    return f"@misc{{{path.removesuffix('.html')},\n" + ",\n".join(lines) + "\n}"


def _further_fields(paper: Paper) -> dict[str, str]:
    """Return the BibTeX fields of all that a citation leaves out, by name; values may be empty.

    ``abstract``, ``annote``, ``keywords``, ``affiliation`` and ``orcid-numbers`` are names that other tools
    know (btxdoc, Web of Science); the rest are ours.
    """
    record, date = paper.record, paper.date
    numbers = {
        "author-count": record.author_count or "",
        "upvotes": "" if record.upvotes is None else record.upvotes,
        "comments": "" if record.comments is None else record.comments,
        "listed": record.listed or "",
        "related": paper.supersedes,  # biblatex's fields for what it has no name for
        "relatedtype": "supersedes" if paper.supersedes else "",
        "relatedstring": "Supersedes" if paper.supersedes else "",
        "day": date.day if date and date.day else "",
    }
    orcids = [f"{_bibtex_name(_parts(a))}/{a.author.orcid}" for a in paper.authors if a.author.orcid]
    people = [(_parts(a), a.name) for a in paper.authors] + [(_parts(e), e.name.text) for e in record.editors]
    printed = [
        f"{_bibtex_name(parts)}/{{{_bibtex_text(name)}}}" for parts, name in people if _is_turned(parts, name)
    ]
    texts = {
        "affiliation": " and ".join(f"{{{_bibtex_text(each.name)}}}" for each in paper.organizations),
        "orcid-numbers": "; ".join(orcids),
        "printed-names": "; ".join(dict.fromkeys(printed)),
        "csl-type": record.type or UNTYPED,
        "keywords": ", ".join(_bibtex_text(_keyword(topic)) for topic in paper.topics),
        **{f"link-{link.kind}": _bibtex_text(link.url) for link in record.links},
        "abstract": _bibtex_text(record.abstract.source),
        "annote": _bibtex_text(record.summary.source.strip("\n"), markdown=True),
    }
    return {name: str(value) for name, value in numbers.items()} | texts


def _keyword(topic: Topic) -> str:
    """Return a topic as a keyword: its name, or its slug where the name would read as two keywords."""
    return topic.slug if set(",;") & set(topic.name) else topic.name


def _is_turned(parts: NameParts, name: str) -> bool:
    """Tell whether a name is printed in another order than given name, family name, suffix."""
    return bool(parts.given) and " ".join(filter(None, (parts.given, parts.family, parts.suffix))) != name


@functools.lru_cache(1000)
def _bibtex_name(parts: NameParts) -> str:
    """Return a name as BibTeX reads it, in braces where it must not be taken apart."""
    family, given, suffix = map(_bibtex_text, parts)
    if not given:
        return f"{{{family}}}" if " " in family else family
    words = [_AND.sub(lambda match: f"{{{match[0]}}}", word) for word in (family, suffix, given) if word]
    return ", ".join(words)


def _bibtex_text(text: str, *, markdown: bool = False) -> str:
    """Return a text with all signs that TeX takes for commands written out; math stays math.

    BibTeX counts every brace, even an escaped one, to find where a field ends: so no text may close its
    own. In titles and abstracts ``\\_`` is ``_``, and a bare ``$`` is ``\\$``; in Markdown they are not the
    same.
    """
    if not (_SIGN.search(text) or _GAP.search(text)):
        return text  # as most texts are, and six times as fast
    signs = {**_SPECIAL, "$": r"\textdollar{}"} if markdown else _SPECIAL

    def escape(match: re.Match[str]) -> str:
        if match[1]:
            return match[1] if _balanced(match[1]) else "".join(signs.get(c, c) for c in match[1])
        is_entity = "&" in (match[2], match[3]) and _ENTITY.match(text, match.end())
        if match[2]:
            backslash = signs["\\"] if markdown and match[2] != "$" else ""
            return backslash + _SPECIAL[match[2]] + ("{}" if is_entity else "")
        if match[3]:
            return signs[match[3]] + ("{}" if is_entity else "")
        return "{<}" if match[4] else "{}"

    return _MATH_OR_SPECIAL.sub(escape, text)


def _balanced(text: str) -> bool:
    """Tell whether every brace is closed, and none before it is opened."""
    depth = 0
    for brace in re.findall("[{}]", text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return not depth


def ris(paper: Paper, site: SiteConfig) -> str:
    """Return one RIS record, without its last line end; empty for a paper that must not be cited."""
    record, date = paper.record, paper.date
    if record.status != "published":
        return ""
    first, _, last = record.pages.partition("-")
    tags = [
        ("TY", _RIS_TYPES.get(_type(paper), "GEN")),
        ("ID", paper.slug),
        ("TI", record.title.plain),
        *(("AU", _ris_name(_parts(each))) for each in paper.authors),
        ("AU", _OTHERS if _has_unnamed(paper) else ""),
        *(("A2", _ris_name(_parts(each))) for each in record.editors),
        ("T2", record.venue),
        ("VL", record.volume),
        ("IS", record.issue),
        ("SP", first),
        ("EP", last),
        ("PB", record.publisher),
        ("PY", f"{date.year:04}" if date else ""),
        ("DA", "/".join(f"{part:02}" if part else "" for part in date) + "/" if date else ""),
        ("AB", record.abstract.plain),
        ("N1", record.summary.plain),
        *(("KW", topic.name) for topic in paper.topics),
        ("DO", record.doi.text if record.doi else ""),
        ("DB", "arXiv" if record.arxiv else ""),
        ("AN", f"arXiv:{record.arxiv.text}" if record.arxiv else ""),
        ("UR", address(paper, site)),
        ("L1", _pdf(paper)),
        ("LA", site.language),
        ("DP", site.title),
        ("OP", site.url + routes.paper(paper.supersedes) if paper.supersedes else ""),
    ]
    # A value is one line: nothing in it can be taken for the next tag.
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in tags if value]
    return "\r\n".join([*lines, "ER  - "])


def _has_unnamed(paper: Paper) -> bool:
    """Return whether a paper has more authors than its record names; then no list of them may seem whole."""
    return bool(paper.authors) and paper.record.author_count > len(paper.authors)


def _status_mark(paper: Paper) -> str:
    """Return what stands before the title of a retracted or withdrawn paper where no field can say so."""
    return "" if paper.record.status == "published" else f"[{paper.record.status.upper()}] "


def _ris_name(parts: NameParts) -> str:
    return ", ".join(filter(None, parts[:2])) + (f", {parts.suffix}" if parts.suffix else "")


def csl(paper: Paper, site: SiteConfig) -> dict[str, Any]:
    """Return one CSL-JSON item; fields that CSL lacks, such as ORCID and affiliations, are in ``custom``."""
    record, date = paper.record, paper.date
    item: dict[str, Any] = {
        "id": paper.slug,
        "type": _type(paper) or "article",
        "title": _status_mark(paper) + markup.in_words(record.title.source, "html"),
        "URL": address(paper, site),
    }
    if paper.authors:
        others = [{"literal": _OTHERS}] if _has_unnamed(paper) else []
        item["author"] = [_csl_name(each) for each in paper.authors] + others
    if record.editors:
        item["editor"] = [_csl_name(each) for each in record.editors]
    if date:
        item["issued"] = {"date-parts": [[part for part in date if part]]}
    optional = {
        "container-title": record.venue,
        "volume": record.volume,
        "issue": record.issue,
        "page": record.pages,
        "publisher": record.publisher,
        "DOI": record.doi.text if record.doi else "",
        "number": f"arXiv:{record.arxiv.text}" if record.arxiv else "",
        "abstract": record.abstract.plain,
        "note": record.summary.plain,
        "keyword": ", ".join(topic.name for topic in paper.topics),
    }
    item |= {key: value for key, value in optional.items() if value}
    return item | {"custom": _csl_custom(paper, item["title"])}


def _csl_custom(paper: Paper, title: str) -> dict[str, Any]:
    """Return what CSL has no field for, and texts that its fields, such as ``title``, hold otherwise."""
    record = paper.record
    people = [(_parts(a), a.name) for a in paper.authors] + [(_parts(e), e.name.text) for e in record.editors]
    custom = {
        "type": record.type or UNTYPED,
        "title": _if_other(record.title.source, title),
        "abstract": _if_other(record.abstract.source, record.abstract.plain),
        "summary": _if_other(record.summary.source.strip("\n"), record.summary.plain),
        "listed": str(record.listed or ""),
        "topics": [topic.slug for topic in paper.topics],
        "upvotes": record.upvotes,
        "comments": record.comments,
        "printed_names": {
            " ".join(filter(None, (parts.given, parts.family, parts.suffix))): name
            for parts, name in people
            if _is_turned(parts, name)
        },
        "organizations": [each.name for each in paper.organizations],
        "orcid": {each.name: each.author.orcid for each in paper.authors if each.author.orcid},
        "author_count": paper.author_count,
        "links": {link.kind: link.url for link in record.links},
        "status": record.status if record.status != "published" else "",
        "notice": record.notice,
        "supersedes": paper.supersedes,
        "superseded_by": paper.superseded_by,
    }
    return {key: value for key, value in custom.items() if value or value == 0}


def _if_other(source: str, shown: str) -> str:
    """Return a text as a record writes it where an item shows it in another form, else an empty text."""
    return "" if source == shown else source


def _csl_name(author: Authorship | AuthorRecord) -> dict[str, str]:
    """Return a name as CSL has it: its parts, or one literal for a group."""
    parts = _parts(author)
    if not parts.given:
        return {"literal" if author.group or " " in parts.family else "family": parts.family}
    return {"family": parts.family, "given": parts.given} | ({"suffix": parts.suffix} if parts.suffix else {})


def no_formula(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell


def _json_entry(paper: Paper, site: SiteConfig) -> str:
    return json.dumps(csl(paper, site), ensure_ascii=False)


def _bibtex_entry(paper: Paper, site: SiteConfig) -> str:
    return bibtex(paper, site, whole=True)


def _csv_row(cells: Iterable[object]) -> str:
    """Return one line of CSV with its line end."""
    text = io.StringIO()
    csv.writer(text).writerow([no_formula(str(cell)) for cell in cells])
    return text.getvalue()


def _csv_entry(paper: Paper, site: SiteConfig) -> str:
    """Return a paper's line of CSV, in the order of ``CSV_COLUMNS``."""
    record = paper.record
    return _csv_row(
        (
            paper.slug,
            record.title.plain,
            paper.date.iso if paper.date else "",
            paper.listed or "",
            "; ".join(each.name for each in paper.authors),
            paper.author_count or "",
            "; ".join(each.name for each in paper.organizations),
            "; ".join(each.slug for each in paper.topics),
            record.venue,
            record.arxiv.text if record.arxiv else "",
            record.doi.text if record.doi else "",
            " ".join(link.url for link in record.links),
            "" if record.upvotes is None else record.upvotes,
            "" if record.comments is None else record.comments,
            record.status,
            site.url + routes.paper(paper.slug),
            record.type,
            record.volume,
            record.issue,
            record.pages,
            record.publisher,
            "; ".join(each.name.text for each in record.editors),
            paper.supersedes,
        )
    )


class Export(NamedTuple):
    """A file of the whole archive: the text before, between and after entries, and what makes an entry."""

    before: str
    between: str
    after: str
    entry: Callable[[Paper, SiteConfig], str]


# By output path: CSL-JSON, one item a line; BibTeX with all that a record says; CSV (RFC 4180), in which
# lists are joined by semicolons.
EXPORTS = {
    routes.PAPERS_JSON: Export("[\n", ",\n", "\n]\n", _json_entry),
    routes.PAPERS_BIB: Export("", "\n\n", "\n", _bibtex_entry),
    routes.PAPERS_CSV: Export(_csv_row(CSV_COLUMNS), "", "", _csv_entry),
}


def _pdf(paper: Paper) -> str:
    """Return the address of a paper's PDF, or an empty text."""
    record = paper.record
    link_to_pdf = next((link.url for link in record.links if link.kind == "pdf"), "")
    return link_to_pdf or (f"https://arxiv.org/pdf/{record.arxiv.text}" if record.arxiv else "")


def meta_tags(paper: Paper, site: SiteConfig) -> tuple[tuple[str, str], ...]:
    """Return the ``citation_*`` tags of Google Scholar and Zotero as (name, value), in order.

    Each institution follows its author. Zotero (its translator Embedded Metadata) reads all but keywords,
    which it never takes from such tags.
    """
    record, date = paper.record, paper.date
    first, _, last_page = record.pages.partition("-")
    tags = [("citation_title", _status_mark(paper) + record.title.plain)]
    for each in paper.authors:
        family, given, suffix = _parts(each)
        last = f"{family} {suffix}".strip()
        tags.append(("citation_author", f"{last}, {given}" if given else last))
        tags += [("citation_author_institution", o.name) for o in each.organizations]
        if each.author.orcid:
            tags.append(("citation_author_orcid", f"https://orcid.org/{each.author.orcid}"))
    tags += [
        ("citation_publication_date", date.iso.replace("-", "/") if date else ""),
        (_VENUE_TAGS.get(record.type, "citation_conference_title"), record.venue),
        ("citation_volume", record.volume),
        ("citation_issue", record.issue),
        ("citation_firstpage", first),
        ("citation_lastpage", last_page),
        ("citation_publisher", record.publisher),
        ("citation_doi", record.doi.text if record.doi else ""),
        ("citation_arxiv_id", record.arxiv.text if record.arxiv else ""),
        ("citation_pdf_url", _pdf(paper)),
        ("citation_abstract_html_url", site.url + routes.paper(paper.slug)),
        ("citation_abstract", record.abstract.plain or record.summary.plain),
        ("citation_keywords", "; ".join(topic.name for topic in paper.topics)),
        ("citation_language", site.language),
    ]
    # Zotero takes a paper without a venue for a journal article unless its own tags say otherwise.
    if not record.venue and record.type in ("", "article"):
        tags.append(("z:itemType", "preprint"))
        if record.arxiv:
            tags += [("z:repository", "arXiv"), ("z:archiveID", f"arXiv:{record.arxiv.text}")]
    return tuple((name, value) for name, value in tags if value)


def json_ld(paper: Paper, site: SiteConfig) -> str:
    """Return the paper as schema.org's ScholarlyArticle, in JSON that no ``</script>`` can end."""
    record, date = paper.record, paper.date
    same = [address(paper, site)] if record.doi or record.arxiv else []
    organizations = [{"@type": "Organization", "name": o.name} for o in paper.organizations]
    item: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle",
        "headline": record.title.plain,
        "url": site.url + routes.paper(paper.slug),
        "datePublished": date.iso if date else "",
        "author": [_json_ld_author(_parts(each), each.shown, each) for each in paper.authors],
        "editor": [_json_ld_author(_parts(each), each.name.text, each) for each in record.editors],
        "sourceOrganization": organizations,
        "keywords": [topic.name for topic in paper.topics],
        "creativeWorkStatus": "" if record.status == "published" else record.status.capitalize(),
        "isPartOf": _json_ld_venue(paper),
        "pagination": record.pages,
        "publisher": {"@type": "Organization", "name": record.publisher} if record.publisher else "",
        "sameAs": same,
        "inLanguage": site.language,
    }
    item |= _json_ld_versions(paper, site)
    return in_script(json.dumps({key: value for key, value in item.items() if value}, ensure_ascii=False))


def in_script(text: str) -> str:
    """Return JSON that may stand inside a script element: signs that could end it are escaped."""
    for character, escaped in _UNSAFE_IN_SCRIPT:
        text = text.replace(character, escaped)
    return text


def _json_ld_versions(paper: Paper, site: SiteConfig) -> dict[str, Any]:
    """Return a paper's relations to other versions in Dublin Core's terms, since schema.org has none."""
    relations = (("replaces", paper.supersedes), ("isReplacedBy", paper.superseded_by))
    linked = {f"dcterms:{name}": {"@id": site.url + routes.paper(slug)} for name, slug in relations if slug}
    context = ["https://schema.org", {"dcterms": "http://purl.org/dc/terms/"}]
    return {"@context": context, **linked} if linked else {}


def _json_ld_venue(paper: Paper) -> dict[str, Any]:
    """Return what a paper is part of: the issue of the volume of its journal or book, as far as known."""
    record = paper.record
    kind = "Periodical" if record.type.startswith("article-") else "CreativeWork"
    venue: dict[str, Any] = {"@type": kind, "name": record.venue} if record.venue else {}
    for name, value in (("Volume", record.volume), ("Issue", record.issue)):
        if value:
            part = {"@type": f"Publication{name}", f"{name.lower()}Number": value}
            venue = part | ({"isPartOf": venue} if venue else {})
    return venue


def _json_ld_author(parts: NameParts, name: str, author: Authorship | AuthorRecord) -> dict[str, str]:
    orcid = author.author.orcid if isinstance(author, Authorship) else author.orcid
    item = {"@type": "Organization" if author.group else "Person", "name": name}
    printed = author.name if isinstance(author, Authorship) else author.name.text
    if author.family and parts.given and name == printed:
        item |= {"familyName": parts.family, "givenName": parts.given}
    return item | ({"identifier": f"https://orcid.org/{orcid}"} if orcid else {})
