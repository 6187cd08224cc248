"""How a paper is cited: BibTeX, RIS, CSL-JSON, CSV, and the metadata that machines read on its page.

Sources: the BibTeX names of btxdoc (Patashnik 1988), the RIS tags of Reference Manager (2011), CSL-JSON 1.0
of the Citation Style Language, Google Scholar's inclusion guidelines for ``citation_*``, schema.org's
ScholarlyArticle. A retracted or withdrawn
paper is never offered as a citation.
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
from offprint.records.model import SiteConfig
from offprint.site import routes

_PARTICLES = frozenset("af al bin da de del della den der di do dos du el la le ten ter van von zu".split())
_SUFFIXES = frozenset("jr sr ii iii iv".split())
_COMPANIES = frozenset("co corp gmbh inc llc ltd".split())
_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "&": r"\&",
    "%": r"\%", "#": r"\#", "_": r"\_", "$": r"\$", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
# Math, an escape, what TeX takes for a command, and the gap in what it would join: a dash, a quote, a mark.
_MATH_OR_SPECIAL = re.compile(
    r"(\$\$[^$]+\$\$|\$(?!\s)(?:\\.|[^$\\])+(?<!\s)\$(?!\d)|\\\(.+?\\\)|\\\[.+?\\\])"
    r"|\\([%&#_{}$])|([\\{}&%#_$~^])|(?<=[-'`!?])(?=[-'`])",
    re.DOTALL,
)
_SIGN = re.compile(r"[\\{}&%#_$~^]")
_GAP = re.compile(r"[-'`!?][-'`]")
_AND = re.compile(r"\band\b", re.IGNORECASE)  # parts two names in BibTeX, unless in braces
_UNSAFE_IN_SCRIPT = [(character, f"\\u{ord(character):04x}") for character in "<>&\u2028\u2029"]
CSV_COLUMNS = (
    "slug", "title", "date", "listed", "authors", "author_count", "organizations", "topics", "venue",
    "arxiv", "doi", "links", "upvotes", "comments", "status", "url",
)  # fmt: skip


@functools.lru_cache(1000)  # a paper is cited in many ways, one after the other
def split_name(name: str) -> tuple[str, str]:
    """A personal name as (family, given); given is empty where the name has one part.

    Written "Family, Given" it is taken at its word; else the last word is the family name, with the
    particles before it and the "Jr." behind it. What ends in "Inc." has no given name.
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
    return word.casefold().rstrip(".")


def address(paper: Paper, site: SiteConfig) -> str:
    """Where the paper itself is: its DOI, its arXiv page, or this archive's page of it."""
    record = paper.record
    if record.doi:
        return f"https://doi.org/{record.doi.text}"
    if record.arxiv:
        return f"https://arxiv.org/abs/{record.arxiv.text}"
    return site.url + routes.paper(paper.slug)


def bibtex(paper: Paper, site: SiteConfig, *, whole: bool = False) -> str:
    """One BibTeX entry, without a line end; empty for a paper that is not to be cited.

    A citation has what styles print. The whole entry has everything else too, in fields that styles pass
    over, so that ``import`` makes the same record of it.
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
        entry |= _rest(paper)
    kind = "inproceedings" if record.venue else "misc"
    lines = [f"  {name} = {{{value}}}" for name, value in entry.items() if value]
    return f"@{kind}{{{paper.slug},\n" + ",\n".join(lines) + "\n}"


def page_bibtex(site: SiteConfig, title: str, path: str, day: dt.date | None) -> str:
    """A BibTeX entry for a page of the archive as it was on ``day``."""
    entry = {
        "title": f"{{{_bibtex_text(f'{site.title}: {title}')}}}",
        "year": f"{day.year:04}" if day else "",
        "month": str(day.month) if day else "",
        "day": str(day.day) if day else "",
        "url": site.url + path,
    }
    lines = [f"  {name} = {{{value}}}" for name, value in entry.items() if value]
    return f"@misc{{{path.removesuffix('.html')},\n" + ",\n".join(lines) + "\n}"


def _rest(paper: Paper) -> dict[str, str]:
    """What a citation leaves out.

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
    """A topic as a keyword: its slug where its name would be taken for two."""
    return topic.slug if set(",;") & set(topic.name) else topic.name


@functools.lru_cache(1000)
def _bibtex_name(name: str) -> str:
    family, given = split_name(name)
    if not given or _AND.search(name):
        return f"{{{_bibtex_text(name)}}}"
    return f"{_bibtex_text(family)}, {_bibtex_text(given)}"


def _bibtex_text(text: str, *, markdown: bool = False) -> str:
    """Text with what TeX would take for commands written out; math stays math.

    BibTeX counts every brace, an escaped one too, to find where a field ends: no text may close its own.
    In titles and abstracts ``\\_`` is ``_``, and a bare ``$`` is ``\\$``; in Markdown they are not the same.
    """
    if not (_SIGN.search(text) or _GAP.search(text)):
        return text  # as most texts are, and told six times as fast
    signs = {**_SPECIAL, "$": r"\textdollar{}"} if markdown else _SPECIAL

    def written(match: re.Match[str]) -> str:
        if match[1]:
            return match[1] if _balanced(match[1]) else "".join(signs.get(c, c) for c in match[1])
        if match[2]:
            escape = signs["\\"] if markdown and match[2] != "$" else ""
            return escape + _SPECIAL[match[2]]
        return signs[match[3]] if match[3] else "{}"

    return _MATH_OR_SPECIAL.sub(written, text)


def _balanced(text: str) -> bool:
    depth = 0
    for brace in re.findall("[{}]", text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return not depth


def ris(paper: Paper, site: SiteConfig) -> str:
    """One RIS record, without its last line end; empty for a paper that is not to be cited."""
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
    """One CSL-JSON item; ORCID and affiliations, which CSL has no place for, stand in ``custom``."""
    record, date = paper.record, paper.date
    item: dict[str, Any] = {
        "id": paper.slug,
        "type": "paper-conference" if record.venue else "article",
        "title": record.title.plain,
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
    family, given = split_name(name)
    return {"family": family, "given": given} if given else {"literal": family}


def no_formula(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell


def _json_entry(paper: Paper, site: SiteConfig) -> str:
    return json.dumps(csl(paper, site), ensure_ascii=False)


def _bibtex_entry(paper: Paper, site: SiteConfig) -> str:
    return bibtex(paper, site, whole=True)


def _csv_row(cells: Iterable[object]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([no_formula(str(cell)) for cell in cells])
    return text.getvalue()


def _csv_entry(paper: Paper, site: SiteConfig) -> str:
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
    """A file of the whole archive: what stands before, between and after its entries, and what makes one."""

    before: str
    between: str
    after: str
    entry: Callable[[Paper, SiteConfig], str]


# By output path: a CSL-JSON list, an item a line; BibTeX with all that a record says; CSV (RFC 4180), lists
# joined by semicolons.
EXPORTS = {
    routes.PAPERS_JSON: Export("[\n", ",\n", "\n]\n", _json_entry),
    routes.PAPERS_BIB: Export("", "\n\n", "\n", _bibtex_entry),
    routes.PAPERS_CSV: Export(_csv_row(CSV_COLUMNS), "", "", _csv_entry),
}


def _pdf(paper: Paper) -> str:
    record = paper.record
    given = next((link.url for link in record.links if link.kind == "pdf"), "")
    return given or (f"https://arxiv.org/pdf/{record.arxiv.text}" if record.arxiv else "")


def meta_tags(paper: Paper, site: SiteConfig) -> tuple[tuple[str, str], ...]:
    """The ``citation_*`` tags of Google Scholar and Zotero, each institution after its author.

    Zotero (its translator Embedded Metadata) reads all but keywords, which it never takes from such tags.
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
    # Zotero takes a paper without a venue for a journal's article, unless told in its own words.
    if not record.venue:
        tags.append(("z:itemType", "preprint"))
        if record.arxiv:
            tags += [("z:repository", "arXiv"), ("z:archiveID", f"arXiv:{record.arxiv.text}")]
    return tuple((name, value) for name, value in tags if value)


def json_ld(paper: Paper, site: SiteConfig) -> str:
    """The paper as schema.org's ScholarlyArticle, in JSON that no ``</script>`` can leave."""
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
    """JSON as it may stand inside a script element: what could end or change that is escaped."""
    for character, written in _UNSAFE_IN_SCRIPT:
        text = text.replace(character, written)
    return text


def _json_ld_author(name: str, orcid: str) -> dict[str, str]:
    person = {"@type": "Person", "name": name}
    return person | {"identifier": f"https://orcid.org/{orcid}"} if orcid else person
