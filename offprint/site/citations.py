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

from offprint.archive.model import Paper, Topic
from offprint.records import markup
from offprint.records.model import SiteConfig
from offprint.site import routes

_PARTICLES = frozenset("af al bin da de del della den der di do dos du el la le ten ter van von zu".split())
_SUFFIXES = frozenset("jr sr ii iii iv".split())
_COMPANIES = frozenset("co corp gmbh inc llc ltd".split())
_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "&": r"\&",
    "%": r"\%", "#": r"\#", "_": r"\_", "$": r"\$", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
# Math; an escape; a sign that TeX takes for a command; the gap between two signs that TeX would join to one
# (dashes, quotes, inverted marks).
_MATH_OR_SPECIAL = re.compile(
    r"(\$\$[^$]+\$\$|\$(?!\s)(?:\\.|[^$\\])+(?<!\s)\$(?!\d)|\\\(.+?\\\)|\\\[.+?\\\])"
    r"|\\([%&#_{}$])|([\\{}&%#_$~^])|(?<=[-'`!?])(?=[-'`])",
    re.DOTALL,
)
_SIGN = re.compile(r"[\\{}&%#_$~^]")
_GAP = re.compile(r"[-'`!?][-'`]")
_AND = re.compile(r"\band\b", re.IGNORECASE)  # separates two names in BibTeX, unless in braces
_UNSAFE_IN_SCRIPT = [(character, f"\\u{ord(character):04x}") for character in "<>&\u2028\u2029"]
CSV_COLUMNS = (
    "slug", "title", "date", "listed", "authors", "author_count", "organizations", "topics", "venue",
    "arxiv", "doi", "links", "upvotes", "comments", "status", "url",
)  # fmt: skip


@functools.lru_cache(1000)  # a paper is cited in many ways, one after the other
def split_name(name: str) -> tuple[str, str]:
    """Return a personal name as (family, given); given is empty where the name has one part.

    A name written "Family, Given" is split at the comma; else the last word is the family name, with the
    particles before it and a "Jr." behind it. A name that ends in "Inc." has no given name.
    """
    if "," in name:
        family, _, given = (part.strip() for part in name.partition(","))
        if _bare(given) in _COMPANIES:
            return name, ""
        if _bare(given) not in _SUFFIXES:
            return family, given
    words = name.replace(",", " ").split()
    start = len(words) - 1
    if start > 1 and _bare(words[start]) in _SUFFIXES:
        start -= 1
    while start > 1 and words[start - 1].casefold() in _PARTICLES and words[start - 1].islower():
        start -= 1
    return " ".join(words[start:]), " ".join(words[:start])


def _bare(word: str) -> str:
    """Return a word in lower case and without its full stop."""
    return word.casefold().rstrip(".")


def address(paper: Paper, site: SiteConfig) -> str:
    """Return the web address of a paper: its DOI, its arXiv page, or this archive's page of it."""
    record = paper.record
    if record.doi:
        return f"https://doi.org/{record.doi.text}"
    if record.arxiv:
        return f"https://arxiv.org/abs/{record.arxiv.text}"
    return site.url + routes.paper(paper.slug)


def bibtex(paper: Paper, site: SiteConfig, *, whole: bool = False) -> str:
    """Return one BibTeX entry, without a line end; empty for a paper that must not be cited.

    A citation has the fields that styles print. ``whole`` adds everything else in fields that styles
    ignore, so that ``import`` makes the same record of it.
    """
    record = paper.record
    if record.status != "published":
        return ""
    names = [_bibtex_name(each.name) for each in paper.authors]
    if names and record.author_count > len(names):
        names.append("others")
    entry = {
        "title": f"{{{_bibtex_text(record.title.source)}}}",
        "author": " and ".join(names),
        "booktitle": _bibtex_text(record.venue),
        "year": f"{paper.date.year:04}" if paper.date else "",
        "month": str(paper.date.month) if paper.date and paper.date.month else "",
        "eprint": record.arxiv.text if record.arxiv else "",
        "archiveprefix": "arXiv" if record.arxiv else "",
        "doi": record.doi.text if record.doi else "",
        "url": address(paper, site),
    }
    if whole:
        entry |= _further_fields(paper)
    kind = "inproceedings" if record.venue else "misc"
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
        "day": date.day if date and date.day else "",
    }
    orcids = [f"{_bibtex_name(a.name)}/{a.author.orcid}" for a in paper.authors if a.author.orcid]
    texts = {
        "affiliation": " and ".join(f"{{{_bibtex_text(each.name)}}}" for each in paper.organizations),
        "orcid-numbers": "; ".join(orcids),
        "keywords": ", ".join(_bibtex_text(_keyword(topic)) for topic in paper.topics),
        **{f"link-{link.kind}": _bibtex_text(link.url) for link in record.links},
        "abstract": _bibtex_text(record.abstract.source),
        "annote": _bibtex_text(record.summary.source.strip("\n"), markdown=True),
    }
    return {name: str(value) for name, value in numbers.items()} | texts


def _keyword(topic: Topic) -> str:
    """Return a topic as a keyword: its name, or its slug where the name would read as two keywords."""
    return topic.slug if set(",;") & set(topic.name) else topic.name


@functools.lru_cache(1000)
def _bibtex_name(name: str) -> str:
    """Return a name as BibTeX reads it, in braces where it must not be taken apart."""
    family, given = split_name(name)
    if not given or _AND.search(name):
        return f"{{{_bibtex_text(name)}}}"
    return f"{_bibtex_text(family)}, {_bibtex_text(given)}"


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
        if match[2]:
            backslash = signs["\\"] if markdown and match[2] != "$" else ""
            return backslash + _SPECIAL[match[2]]
        return signs[match[3]] if match[3] else "{}"

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
    names = (split_name(each.name) for each in paper.authors)
    tags = [
        ("TY", "CONF" if record.venue else "GEN"),
        ("ID", paper.slug),
        ("TI", record.title.plain),
        *(("AU", f"{family}, {given}" if given else family) for family, given in names),
        ("T2", record.venue),
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
    ]
    # A value is one line: nothing in it can be taken for the next tag.
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in tags if value]
    return "\r\n".join([*lines, "ER  - "])


def csl(paper: Paper, site: SiteConfig) -> dict[str, Any]:
    """Return one CSL-JSON item; fields that CSL lacks, such as ORCID and affiliations, are in ``custom``."""
    record, date = paper.record, paper.date
    item: dict[str, Any] = {
        "id": paper.slug,
        "type": "paper-conference" if record.venue else "article",
        "title": markup.in_words(record.title.source, "html"),
        "URL": address(paper, site),
    }
    if paper.authors:
        item["author"] = [_csl_name(each.name) for each in paper.authors]
    if date:
        item["issued"] = {"date-parts": [[part for part in date if part]]}
    optional = {
        "container-title": record.venue,
        "DOI": record.doi.text if record.doi else "",
        "number": f"arXiv:{record.arxiv.text}" if record.arxiv else "",
        "abstract": record.abstract.plain,
        "note": record.summary.plain,
        "keyword": ", ".join(topic.name for topic in paper.topics),
    }
    item |= {key: value for key, value in optional.items() if value}
    custom = {
        "organizations": [each.name for each in paper.organizations],
        "orcid": {each.name: each.author.orcid for each in paper.authors if each.author.orcid},
        "author_count": paper.author_count,
        "links": {link.kind: link.url for link in record.links},
        "status": record.status if record.status != "published" else "",
    }
    custom = {key: value for key, value in custom.items() if value}
    return item | ({"custom": custom} if custom else {})


def _csl_name(name: str) -> dict[str, str]:
    """Return a name as CSL has it: family and given, or one literal."""
    family, given = split_name(name)
    return {"family": family, "given": given} if given else {"literal": family}


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
    mark = "" if record.status == "published" else f"[{record.status.upper()}] "
    tags = [("citation_title", mark + record.title.plain)]
    for each in paper.authors:
        family, given = split_name(each.name)
        tags.append(("citation_author", f"{family}, {given}" if given else family))
        tags += [("citation_author_institution", o.name) for o in each.organizations]
        if each.author.orcid:
            tags.append(("citation_author_orcid", f"https://orcid.org/{each.author.orcid}"))
    tags += [
        ("citation_publication_date", date.iso.replace("-", "/") if date else ""),
        ("citation_conference_title", record.venue),
        ("citation_doi", record.doi.text if record.doi else ""),
        ("citation_arxiv_id", record.arxiv.text if record.arxiv else ""),
        ("citation_pdf_url", _pdf(paper)),
        ("citation_abstract_html_url", site.url + routes.paper(paper.slug)),
        ("citation_abstract", record.abstract.plain or record.summary.plain),
        ("citation_keywords", "; ".join(topic.name for topic in paper.topics)),
        ("citation_language", site.language),
    ]
    # Zotero takes a paper without a venue for a journal article unless its own tags say otherwise.
    if not record.venue:
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
        "author": [_json_ld_author(each.name, each.author.orcid) for each in paper.authors],
        "sourceOrganization": organizations,
        "keywords": [topic.name for topic in paper.topics],
        "creativeWorkStatus": "" if record.status == "published" else record.status.capitalize(),
        "isPartOf": {"@type": "CreativeWork", "name": record.venue} if record.venue else "",
        "sameAs": same,
        "inLanguage": site.language,
    }
    return in_script(json.dumps({key: value for key, value in item.items() if value}, ensure_ascii=False))


def in_script(text: str) -> str:
    """Return JSON that may stand inside a script element: signs that could end it are escaped."""
    for character, escaped in _UNSAFE_IN_SCRIPT:
        text = text.replace(character, escaped)
    return text


def _json_ld_author(name: str, orcid: str) -> dict[str, str]:
    person = {"@type": "Person", "name": name}
    return person | {"identifier": f"https://orcid.org/{orcid}"} if orcid else person
