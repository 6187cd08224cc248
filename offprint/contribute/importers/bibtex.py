"""BibTeX and BibLaTeX, as Zotero, JabRef, Google Scholar, DBLP and our own ``data/papers.bib`` write them.

bibtexparser takes the file apart and resolves its @strings; here fields find their places in a record. What
an entry inherits by ``crossref`` is filled in, and the volumes that only serve for that are left out.
"""

import logging
import re
from collections.abc import Mapping

from bibtexparser.entrypoint import parse_string
from bibtexparser.model import DuplicateBlockKeyBlock
from bibtexparser.model import Entry as Block

from offprint.contribute.drafts import Draft, DraftAuthor
from offprint.contribute.importers import entry as shared
from offprint.contribute.importers.entry import Entry
from offprint.contribute.importers.tex import markdown_of, text_of, url_of
from offprint.diagnostics import Diagnostic, Position
from offprint.records.fields import LINK_KINDS
from offprint.records.model import Link

_VOLUMES = ("proceedings", "mvproceedings", "periodical", "collection", "book", "mvbook")
_PREPRINT = re.compile(r"\b(?:arxiv|corr)\b", re.IGNORECASE)
_QUOTED_OR_MACRO = re.compile(r'"([^"]*)"|\{([^{}]*)\}|([A-Za-z][\w-]*|\d+)')

# What is read below, and what only repeats it or speaks of the exporting tool: neither is worth a word.
_TAKEN = frozenset(
    "title subtitle author date year month day booktitle journal journaltitle eventtitle doi eprint "
    "eprinttype archiveprefix url urldate abstract keywords annote affiliation institution school "
    "listed author-count upvotes comments orcid-numbers note howpublished crossref key primaryclass "
    "eprintclass file timestamp creationdate modificationdate owner groups date-added date-modified "
    "bibsource biburl langid language shorttitle ids bdsk-url-1".split()
) | {f"link-{kind}" for kind in LINK_KINDS}


def read(text: str, path: str) -> tuple[list[Entry], list[Diagnostic]]:
    """Every paper of the file, and a fault for each block that is no BibTeX."""
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # it reports what we report below
    library = parse_string(text)
    blocks = list(library.entries)
    faults = []
    for failed in library.failed_blocks:
        inner = failed.ignore_error_block
        if isinstance(failed, DuplicateBlockKeyBlock) and isinstance(inner, Block):
            blocks.append(inner)  # two papers under one key are two papers all the same
        else:
            place = Position(path, (failed.start_line or 0) + 1, 1)
            advice = "close its braces and quotes, and put a comma after every field"
            faults.append(Diagnostic(place, "this entry cannot be read", advice))
    blocks.sort(key=lambda block: block.start_line or 0)
    strings = {string.key.lower(): string.value for string in library.strings}
    values = {block.key: _values(block, strings) for block in reversed(blocks)}
    parents = {own["crossref"] for own in values.values() if "crossref" in own}
    made = []
    for block in blocks:
        own = _values(block, strings)
        volume = block.entry_type.lower() in _VOLUMES
        if not volume or ("author" in own and block.key not in parents):
            made.append(_entry(block, _with_parent(own, values)))
    return made, faults


def _values(block: Block, strings: Mapping[str, str]) -> dict[str, str]:
    """An entry's values by name, without the empty ones."""
    bare = block.parser_metadata.get("removed_enclosing", {})
    made = {}
    for field in block.fields:
        name, value = field.key.lower(), str(field.value).strip()
        if "#" in value and bare.get(field.key) == "no-enclosing" and name != "month":
            # bibtexparser puts @strings in their places, but leaves what # joins.
            value = "".join(
                q or b or strings.get(m.lower(), m) for q, b, m in _QUOTED_OR_MACRO.findall(value)
            )
        if value:
            made[name] = value
    return made


def _with_parent(own: dict[str, str], values: Mapping[str, dict[str, str]]) -> dict[str, str]:
    """An entry's values with those that it has from the volume that it stands in."""
    parent = values.get(own.get("crossref", ""), {})
    inherited = {name: parent[name] for name in ("year", "month", "date", "booktitle") if name in parent}
    if "title" in parent:
        inherited.setdefault("booktitle", parent["title"])
    return inherited | own


def _entry(block: Block, values: dict[str, str]) -> Entry:
    def get(name: str) -> str:
        return " ".join(text_of(values.get(name, "")).split())

    problems: list[str] = []
    left: list[str] = []
    arxiv, doi = _ids(values)
    authors, more = _authors(values)
    count = _count(values, "author-count", problems) or 0
    if more and not count:
        problems.append("the authors end in “and others”: how many there are is not said")
    date = _date(values)
    if not date and ("year" in values or "date" in values):
        problems.append(f"the date {values.get('date') or values['year']!r} is none")
    if "doi" in values and not doi and not arxiv:
        problems.append(f"the DOI {values['doi']!r} is none")
    links, unplaced = _links(values)
    left += unplaced
    draft = Draft(
        title=": ".join(part for part in (get("title"), get("subtitle")) if part),
        slug=block.key,
        date=date,
        listed=shared.date_of(values.get("listed", "")),
        authors=authors,
        author_count=count,
        organizations=tuple(
            text_of(each)
            for name in ("affiliation", "institution", "school")
            for each in _names(values.get(name, ""))
        ),
        topics=tuple(k.strip() for k in re.split(r"[,;]", get("keywords")) if k.strip()),
        venue=_venue(values),
        arxiv=arxiv,
        doi=doi,
        links=links,
        upvotes=_count(values, "upvotes", problems),
        comments=_count(values, "comments", problems),
        abstract=_paragraphs(values.get("abstract", "")),
        summary=markdown_of(values.get("annote", "")),
    )
    left += [name for name in values if name not in _TAKEN and not (name == "volume" and arxiv)]
    if "note" in values and not (arxiv and arxiv in values["note"]):
        left.append("note")
    return Entry(draft, (block.start_line or 0) + 1, block.key, tuple(left), tuple(problems))


def _ids(values: Mapping[str, str]) -> tuple[str, str]:
    kind = (values.get("archiveprefix") or values.get("eprinttype") or "").casefold()
    eprint = values.get("eprint", "") if kind in ("", "arxiv") else ""
    names = ("url", "journal", "note", "howpublished", "volume")
    places = [text_of(values[name]).removeprefix("abs/") if name == "volume" else text_of(values[name])
              for name in names if name in values]  # fmt: skip
    preprints = [place for place in places if _PREPRINT.search(place) or shared.arxiv_in(place) == place]
    arxiv, doi = shared.ids_of(url_of(values.get("doi", "")), eprint, *preprints)
    return arxiv, doi or shared.ids_of("", *places)[1]


def _date(values: Mapping[str, str]) -> str:
    if date := shared.date_of(text_of(values.get("date", "")).partition("/")[0]):
        return date
    # "10~" # dec and dec # "~10" are the classical ways to name a day.
    parts = [next(filter(None, match), "") for match in _QUOTED_OR_MACRO.findall(values.get("month", ""))]
    words = re.findall(r"[A-Za-z]+|\d+", " ".join(parts) or values.get("month", ""))
    month = next((word for word in words if word.isalpha()), words[0] if words else "")
    day = next((word for word in words if word.isdecimal() and word is not month), values.get("day", ""))
    year = re.search(r"\d{4}", values.get("year", ""))
    return shared.iso(year[0] if year else "", month, day)


def _venue(values: Mapping[str, str]) -> str:
    for name in ("booktitle", "journaltitle", "journal", "eventtitle"):
        venue = " ".join(text_of(values.get(name, "")).split())
        if venue and (name == "booktitle" or not _PREPRINT.search(venue)):
            return venue
    return ""


def _authors(values: Mapping[str, str]) -> tuple[tuple[DraftAuthor, ...], bool]:
    orcids: dict[str, str] = {}
    for part in re.split(r"\s+and\s+|;", values.get("orcid-numbers", "")):
        name, _, orcid = part.strip().rpartition("/")
        orcids[_name(name)] = orcid
    names = [_name(each) for each in _names(values.get("author", ""))]
    others = bool(names) and names[-1].casefold() == "others"
    kept = names[:-1] if others else names
    return tuple(DraftAuthor(name, orcids.get(name, "")) for name in kept if name), others


def _names(value: str) -> list[str]:
    """A list of names, split at the ``and`` that stand outside of braces."""
    names, depth, word = [""], 0, re.compile(r"\s+and\s+")
    position = 0
    while position < len(value):
        joint = word.match(value, position) if depth == 0 else None
        if joint:
            names.append("")
            position = joint.end()
            continue
        depth += {"{": 1, "}": -1}.get(value[position], 0)
        names[-1] += value[position]
        position += 1
    return [name.strip() for name in names if name.strip()]


def _name(value: str) -> str:
    """``Family, Given`` and ``Family, Jr, Given`` turned round; what stands in braces is one name."""
    parts = [" ".join(text_of(part).split()) for part in _outside_braces(value)]
    # A name all in braces has no comma outside of them, and so is one part.
    if len(parts) == 3:
        return f"{parts[2]} {parts[0]} {parts[1]}"
    return " ".join(reversed(parts[:2])).strip()


def _outside_braces(value: str) -> list[str]:
    """A name's parts between the commas that stand outside of braces."""
    parts, depth = [""], 0
    for character in value:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _links(values: Mapping[str, str]) -> tuple[tuple[Link, ...], list[str]]:
    kinds = (name.removeprefix("link-") for name in values if name.startswith("link-"))
    named = [Link(kind, url_of(values[f"link-{kind}"])) for kind in kinds if kind in LINK_KINDS]
    given = [url_of(values[name]) for name in ("url", "howpublished") if name in values]
    urls = [url for url in given if url.startswith("http")]
    guessed, left = shared.links_of([url for url in urls if not any(url == link.url for link in named)])
    held = {link.kind for link in named}
    return (*named, *(link for link in guessed if link.kind not in held)), left


def _count(values: Mapping[str, str], name: str, problems: list[str]) -> int | None:
    if name not in values:
        return None
    if re.fullmatch(r"\d{1,9}", values[name]):
        return int(values[name])
    problems.append(f"{name} {values[name]!r} is not a number")
    return None


def _paragraphs(value: str) -> str:
    parts = (text_of(" ".join(part.split())) for part in re.split(r"\n\s*\n", value))
    return "\n\n".join(" ".join(part.split()) for part in parts)
