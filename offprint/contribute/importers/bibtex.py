"""BibTeX and BibLaTeX, as Zotero, JabRef, Google Scholar, DBLP and our own ``data/papers.bib`` write them.

bibtex_syntax takes the file apart; here fields find their places in a record. What an entry inherits by
``crossref`` and ``xdata`` is filled in first. Sources: btxdoc (Patashnik 1988), the biblatex manual (3.20).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from offprint.contribute.drafts import Draft, DraftAuthor
from offprint.contribute.importers import entry as shared
from offprint.contribute.importers import hypertext, people, tex
from offprint.contribute.importers.bibtex_syntax import Block, parse
from offprint.contribute.importers.entry import Entry, Links
from offprint.contribute.importers.source import Source, Unused
from offprint.diagnostics import Diagnostic
from offprint.records import forms, identifiers
from offprint.records.fields import LINK_KINDS
from offprint.records.language.names import split_name
from offprint.records.model import Link

_VOLUMES = ("proceedings", "mvproceedings", "periodical", "collection", "mvcollection", "book", "mvbook")
# What a record can hold of the volume that a paper stands in (biblatex manual, appendix B).
_INHERITED = (
    "year", "month", "day", "date", "booktitle", "journal", "journaltitle", "publisher", "editor", "volume",
    "issue", "eventtitle",
)  # fmt: skip
TYPES = {
    "article": "article-journal", "inproceedings": "paper-conference", "conference": "paper-conference",
    "book": "book", "mvbook": "book", "inbook": "chapter", "incollection": "chapter", "phdthesis": "thesis",
    "mastersthesis": "thesis", "thesis": "thesis", "techreport": "report", "report": "report",
    "dataset": "dataset", "software": "software", "online": "webpage", "electronic": "webpage",
    "www": "webpage", "patent": "patent", "misc": "", "collection": "book", "proceedings": "book",
    "mvcollection": "book", "mvproceedings": "book", "preprint": "article",
}  # fmt: skip
_URL_COMMAND = re.compile(r"\\(?:url|path|nolinkurl)\s*\{[^{}]*\}|https?://[^\s{}]+", re.IGNORECASE)
_YEAR = re.compile(r"[0-9]{4}")
_TAG_IN_TEX = re.compile(
    r"(?:\{?\\textless *(?:\{\}|\})? *|\$<\$)"
    r"(/?(?:i|b|u|em|strong|sub|sup|sc|scp|span)(?: class=\"[a-z]+\")?)"
    r"(?:\{?\\textgreater(?![a-zA-Z])(?: *\{\}|\}| ?)|\$>\$)",
)


def read(text: str, path: str) -> tuple[list[Entry], list[Diagnostic]]:
    """Return every paper of the file, and a fault for each block that is no BibTeX."""
    blocks, faults = parse(text, path)
    resolver = _Resolver(blocks)
    return [entry for block in blocks if (entry := resolver.entry(block))], faults


class _Resolver:
    """Knows all entries of a file by key, and what each has from others."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._by_key: dict[str, Block] = {}
        children: dict[str, int] = {}
        for block in blocks:
            if block.key:
                self._by_key.setdefault(block.key.casefold(), block)
            for _, key in _parents(block):
                children[key] = children.get(key, 0) + 1
        self._children = children
        self._complete: dict[str, dict[str, str]] = {}
        self._circular: set[tuple[str, str]] = set()  # a key and the one that leads back to it
        self._closing: set[str] = set()  # the former; no more than its own is inherited from it

    def entry(self, block: Block) -> Entry | None:
        """Return the entry as a paper; None for one that only others draw on."""
        problems: list[str] = []
        values: dict[str, dict[str, None]] = {}  # a value that stands twice is one
        for each in block.fields:
            if each.value:
                values.setdefault(each.name, {})[each.value] = None
        own = {name: list(each) for name, each in values.items()}
        children = self._children.get(block.key.casefold(), 0)
        if block.kind == "xdata" and children:
            return None
        fields = Source(own)
        for name, value in self._inherited(block, problems).items():
            if not any(own.get(twin) for twin in _twins(name)):
                own[name] = [value]
        fields["crossref"].use()
        fields["xdata"].use()
        if block.kind in _VOLUMES and children and "author" not in own:
            return self._volume(block, fields, children)
        return _Reader(block, fields, problems).entry()

    @staticmethod
    def _volume(block: Block, fields: Source, children: int) -> Entry:
        """Return a volume that papers of the file stand in: it is not a paper itself."""
        papers = f"{children} {'entries' if children > 1 else 'entry'}"
        refused = f"it is the {block.kind} that {papers} of this file refer to by crossref"
        return Entry(Draft(title=fields["title"].peek()), block.line, block.key, refused=refused)

    def _inherited(self, block: Block, problems: list[str]) -> dict[str, str]:
        """Return what an entry has from its parents, the nearest first.

        A key that leads nowhere is a problem.
        """
        for name, key in _parents(block):
            if key not in self._by_key:
                problems.append(f"{name} names {key!r}, which is no entry of this file")
            elif self._by_key[key] is block:
                problems.append(f"{name} names the entry itself")
            else:
                self._complete_from(key)
                if (block.key.casefold(), key) in self._circular:
                    problems.append(f"{name} leads from {key!r} back to this entry")
                elif key in self._closing:
                    problems.append(f"{name} leads to {key!r}, whose own leads back to it")
        return self._joined(block)

    def _joined(self, block: Block) -> dict[str, str]:
        values: dict[str, str] = {}
        for name, key in _parents(block):
            if (block.key.casefold(), key) in self._circular or key in self._closing:
                parent = _own_values(self._by_key[key])
            else:
                parent = self._complete.get(key, {})
            if name == "crossref":
                parent = _from_volume(parent)
                if block.kind in _VOLUMES:  # its own title is that of its papers' book
                    parent.pop("booktitle", None)
            values = parent | values
        return values

    def _complete_from(self, key: str) -> None:
        """Find the values of an entry, and of all that it leads to, with those that each inherits."""
        stack, begun = [key], set()
        while stack:
            key = stack[-1]
            block = self._by_key[key]
            parents = [parent for _, parent in _parents(block) if parent in self._by_key]
            if key not in self._complete and key not in begun:
                begun.add(key)
                stack += [
                    parent for parent in parents if parent not in self._complete and parent not in begun
                ]
                circular = {(key, p) for p in parents if p in begun and p not in self._complete}
                self._circular |= circular
                self._closing |= {key for key, _ in circular}
                continue
            stack.pop()
            if key not in self._complete:
                values = self._joined(block) | _own_values(block)
                self._complete[key] = {k: v for k, v in values.items() if k not in ("crossref", "xdata")}


def _own_values(block: Block) -> dict[str, str]:
    """Return the first value of each of an entry's fields that is not empty."""
    return {each.name: each.value for each in reversed(block.fields) if each.value}


def _parents(block: Block) -> list[tuple[str, str]]:
    """Return the fields that name other entries, and the keys that they name."""
    fields = (each for each in block.fields if each.name in ("crossref", "xdata"))
    return [(each.name, key) for each in fields for key in _keys(each.value)]


def _keys(value: str) -> list[str]:
    return [key.casefold() for each in value.split(",") if (key := each.strip())]


def _twins(name: str) -> tuple[str, ...]:
    """Return the names of which one is enough: an own year stands for the date of a volume, and so on."""
    for group in (("year", "date"), ("month", "date"), ("journal", "journaltitle")):
        if name in group:
            return tuple({name, *group})
    return (name,)


def _from_volume(parent: Mapping[str, str]) -> dict[str, str]:
    """Return what a paper has from its volume: the volume's title is its book's."""
    values = {name: parent[name] for name in _INHERITED if name in parent}
    if "title" in parent:
        title = ": ".join(parent[name] for name in ("title", "subtitle") if name in parent)
        values.setdefault("booktitle", title)
    return values


class _Reader:
    """Finds a place for each field of one entry; what stays unread is left."""

    def __init__(self, block: Block, fields: Source, problems: list[str]) -> None:
        self._block = block
        self._fields = fields
        self._problems = problems
        self._left: list[Unused] = []

    def entry(self) -> Entry:
        block = self._block
        ids = self._ids()
        authors, count = self._authors()
        draft = Draft(
            title=": ".join(part for part in (self._line("title"), self._line("subtitle")) if part),
            slug=block.key,
            date=self._date(),
            listed=self._listed(),
            authors=self._as_printed(authors),
            author_count=count,
            organizations=self._organizations(),
            topics=self._keywords(),
            type=self._type(),
            venue=self._venue(ids),
            volume="" if self._fields["volume"].is_used else self._line("volume"),
            issue=self._issue(),
            pages=self._pages(),
            publisher=self._publisher(ids),
            editors=self._as_printed(self._editors()),
            arxiv=ids.arxiv,
            doi=ids.doi,
            links=ids.links,
            upvotes=self._count("upvotes"),
            comments=self._count("comments"),
            abstract=self._paragraphs("abstract"),
            summary=self._decoded("annote", self._fields["annote"].text(), markdown=True),
        )
        left = (*self._left, *self._fields.unused())
        return Entry(draft, block.line, block.key or draft.title[:60], left, tuple(self._problems))

    def _decoded(self, name: str, value: str, *, markdown: bool = False) -> str:
        text, unknown = tex.decode(value if markdown else _without_html(value), markdown=markdown)
        for command in unknown:
            self._problems.append(f"{name}: the command {command} is not known; it stays as it was written")
        return text

    def _line(self, name: str) -> str:
        return " ".join(self._decoded(name, self._fields[name].text()).split())

    def _paragraphs(self, name: str) -> str:
        parts = re.split(r"\n\s*\n", self._fields[name].text())
        return "\n\n".join(" ".join(self._decoded(name, part).split()) for part in parts)

    def _ids(self) -> Links:
        ids = Links(links=self._named_links())
        for field in self._fields["doi"].items():
            if not self._take_id(field, tex.address_of(field.peek()), ids):
                self._problems.append(f"the DOI {shown(field)} is none")
                field.use()
        self._eprint(ids)
        for name in ("url", "howpublished", "note"):
            for field in self._fields[name].items():
                self._addresses(name, field, ids)
        for name in ("journal", "number", "volume", "note", "howpublished"):
            self._preprint(self._fields[name], ids)
        return ids

    def _take_id(self, field: Source, text: str, ids: Links) -> bool:
        taken = ids.add_id(identifiers.understand(text))
        if taken:
            field.use()
        return taken

    def _named_links(self) -> Iterator[Link]:
        """Yield our own ``link-code`` and the like, in the entry's order."""
        for name in self._fields.names():
            kind = name.removeprefix("link-")
            if kind in LINK_KINDS and kind != name:
                yield Link(kind, tex.address_of(self._fields[name].text()))

    def _eprint(self, ids: Links) -> None:
        """Take arXiv's id out of ``eprint``; another archive's is left."""
        fields = self._fields
        eprint, kind = fields["eprint"], fields["eprinttype"] or fields["archiveprefix"]
        subject = fields["primaryclass"] or fields["eprintclass"]
        if not eprint or kind.peek().casefold() not in ("", "arxiv"):
            return
        number = tex.address_of(eprint.peek())
        if re.fullmatch(r"[0-9]{7}(?:v[0-9]+)?", number) and subject:
            if self._take_id(eprint, f"{tex.text_of(subject.peek())}/{number}", ids):
                subject.use()
        else:
            self._take_id(eprint, number, ids)
        if eprint and ids.arxiv and eprint.is_used:
            for name in ("eprinttype", "archiveprefix"):
                if fields[name].peek().casefold() == "arxiv":
                    fields[name].use()
            if ids.arxiv.startswith(subject.peek() + "/"):
                subject.use()

    def _addresses(self, name: str, field: Source, ids: Links) -> None:
        """Take each address of a field as an id or a link.

        The field is left where it says more than addresses.
        """
        value = field.peek()
        if name == "url":
            addresses = shared.addresses_in(tex.address_of(value))
        else:
            addresses = [tex.address_of(each) for each in _URL_COMMAND.findall(value)]
            rest = _URL_COMMAND.sub("", value)
            if not addresses or re.search(
                r"\w", re.sub(r"\\href|available(?: at)?|online|url", "", rest, flags=re.I)
            ):
                return
        field.use()
        for address in addresses:
            whole = shared.whole_address(address)
            if ids.add(whole):
                if whole != address:
                    self._problems.append(f"{name}: {address} was read as {whole}")
            else:
                self._left.append(Unused(name, address))

    def _preprint(self, field: Source, ids: Links) -> None:
        """Take an arXiv id from a field that has nothing else, as Google Scholar, DBLP and Zotero do."""
        text = tex.text_of(field.peek())
        bare = re.sub(r"^arxiv\s+(?:e-?prints?|preprints?),?\s*", "", text, flags=re.IGNORECASE)
        if not text or (field is self._fields["number"] and not re.match("arxiv", text, re.IGNORECASE)):
            return
        if field is self._fields["volume"] and not text.startswith("abs/"):
            return
        bare = bare.split(",")[0] if re.fullmatch(r"\S+,\s*[0-9]{4}\.?", bare) else bare
        if not self._take_id(field, bare, ids) and field is self._fields["journal"] and not ids.arxiv:
            ids.add_arxiv(identifiers.arxiv_inside(text))  # the rest of the journal stays its name

    def _date(self) -> str:
        fields = self._fields
        if fields["date"]:
            return self._iso_date()
        year_text = tex.text_of(fields["year"].peek())
        if not year_text:
            return ""
        year = _YEAR.fullmatch(year_text) or re.search(r"(?<![0-9])[0-9]{4}(?![0-9])", year_text)
        if not year:
            self._problems.append(f"the date {shown(fields['year'])} is none")
            fields["year"].use()
            return ""
        fields["year"].use()
        if year[0] != year_text:
            self._problems.append(f"of the year {shown(fields['year'])} only {year[0]} was taken")
        return self._month(year[0])

    def _month(self, year: str) -> str:
        # "10~" # dec and dec # "~10" are the classical ways to name a day.
        month_field, day_field = self._fields["month"], self._fields["day"]
        words = re.findall(r"[^\W\d_]+|[0-9]+", tex.text_of(month_field.peek()))
        month = next((word for word in words if word.isalpha()), words[0] if words else "")
        number = next((word for word in words if word.isdecimal() and word is not month), "")
        date = shared.iso(year, month, number or day_field.peek())
        if date.count("-") >= 1:
            if len(words) > 1 + date.count("-") - (0 if number else 1):
                self._problems.append(f"of the month {shown(month_field)} only {date} was taken")
            month_field.use()
        if date.count("-") == 2 and not number:
            day_field.use()
        return date

    def _iso_date(self) -> str:
        field = self._fields["date"]
        text = tex.text_of(field.peek())
        date = shared.date_of(re.sub(r"[~?%]$", "", text.partition("/")[0].strip()))
        field.use()
        if not date:
            self._problems.append(f"the date {shown(field)} is none")
        elif date != text:
            self._problems.append(f"of the date {shown(field)} only {date} was taken")
        for name, part in zip(("year", "month", "day"), date.split("-"), strict=False):
            own = self._fields[name]
            if own and (
                own.peek().lstrip("0") == part.lstrip("0")
                or str(shared.month_of(own.peek())) == part.lstrip("0")
            ):
                own.use()
        return date

    def _listed(self) -> str:
        listed = shared.date_of(self._fields["listed"].peek())
        if listed == self._fields["listed"].peek():
            self._fields["listed"].use()
            return listed
        return ""

    def _type(self) -> str:
        kind, own = self._block.kind, self._fields["csl-type"].peek()
        if own == "none" or own in forms.TYPES:  # our own exports say what their record says
            self._fields["csl-type"].use()
            return own if own != "none" else ""
        if kind not in TYPES:
            self._left.append(Unused("entry type", kind))
        return TYPES.get(kind, "")

    def _venue(self, ids: Links) -> str:
        for name in ("booktitle", "journaltitle", "journal", "eventtitle"):
            field = self._fields[name]
            bare = tex.text_of(field.peek())
            if ids.arxiv and shared.is_preprint_server(bare):
                field.use()
            elif not field.is_used:
                return self._line(name)
        return ""

    def _issue(self) -> str:
        if self._fields["issue"]:
            return self._line("issue")
        number = self._fields["number"]
        if self._block.kind == "article" and not number.is_used:
            return self._line("number")
        return ""

    def _pages(self) -> str:
        name = "pages" if self._fields["pages"] else "eid"
        if self._fields["eid"].peek() == self._fields["pages"].peek():
            self._fields["eid"].use()
        return re.sub(r"\s*[-–—]+\s*", "-", self._line(name))

    def _publisher(self, ids: Links) -> str:
        field = self._fields["publisher"]
        if ids.arxiv and shared.is_preprint_server(tex.text_of(field.peek())):
            field.use()
            return ""
        return self._line("publisher")

    def _keywords(self) -> tuple[str, ...]:
        return tuple(word for each in re.split(r"[,;]", self._line("keywords")) if (word := each.strip()))

    def _organizations(self) -> tuple[str, ...]:
        """Return institutions as text.

        An ``and`` parts them only in our own list, where each stands in braces.
        """
        found = []
        for name in ("affiliation", "institution", "school"):
            value = self._fields[name].text()
            parts = people.split_list(value)
            if not all(people.is_all_braced(part) for part in parts):
                parts = [value]
            found += [" ".join(self._decoded(name, part).split()) for part in parts if part]
        if self._block.kind in ("online", "manual", "report", "techreport", "misc"):
            found.append(self._line("organization"))
        return tuple(dict.fromkeys(filter(None, found)))

    def _authors(self) -> tuple[tuple[DraftAuthor, ...], int]:
        authors, others = self._people("author")
        self._printed = self._printed_names()
        orcids: dict[str, str] = {}
        for part in people.outside_braces(self._fields["orcid-numbers"].text(), ";"):
            name, slash, orcid = part.strip().rpartition("/")
            if slash:
                orcids[self._person("orcid-numbers", name).name] = orcid
        authors = tuple(
            DraftAuthor(each.name, orcids.get(each.name, each.orcid), each.family, each.group)
            for each in authors
        )
        count = self._count("author-count") or (len(authors) + others if others > 0 else 0)
        if others and not count:
            self._problems.append(people.MORE)
        return authors, count

    def _printed_names(self) -> dict[str, str]:
        """Return names that our own exports turned round, and how they are printed."""
        names = {}
        for part in people.outside_braces(self._fields["printed-names"].text(), ";"):
            turned, slash, printed = part.strip().partition("/{")
            if slash:
                name = self._person("printed-names", turned).name
                names[name] = self._name_text("printed-names", printed.removesuffix("}"))
        return names

    def _as_printed(self, authors: tuple[DraftAuthor, ...]) -> tuple[DraftAuthor, ...]:
        return tuple(replace(each, name=self._printed.get(each.name, each.name)) for each in authors)

    def _editors(self) -> tuple[DraftAuthor, ...]:
        editors, others = self._people("editor")
        if others:
            self._problems.append("the editors end in “and others”: who they are is not said")
        return editors

    def _people(self, name: str) -> tuple[tuple[DraftAuthor, ...], int]:
        found, others = [], 0
        for each in people.split_list(_without_html(self._fields[name].text())):
            bare, more = people.without_et_al(each)
            others = others or more
            if bare and (author := self._person(name, bare)).name:
                found.append(author)
        return tuple(found), others

    def _person(self, field: str, name: str) -> DraftAuthor:
        is_letter = name.startswith("{\\") and " " not in name  # {\"U}, one letter for BibTeX
        if people.is_all_braced(name) and not is_letter:
            return people.group(self._name_text(field, name))
        if parts := people.name_parts(name):
            return self._of_parts(field, parts)
        sources = people.outside_braces(name, ",")
        parts_between = [self._name_text(field, part) for part in sources]
        if len(parts_between) > 3 or (len(parts_between) == 3 and not people.is_suffix(parts_between[1])):
            self._problems.append(f"{field}: {name} has more commas than a name; it stays as it was written")
            return DraftAuthor(", ".join(filter(None, parts_between)))
        if len(parts_between) == 3:
            return people.person(parts_between[0], parts_between[2], parts_between[1])
        suffix = parts_between[1] if len(parts_between) == 2 else ""
        if suffix and not people.is_suffix(suffix):
            return people.person(*parts_between)
        first = self._first_last(field, sources[0])
        return DraftAuthor(f"{first.name} {suffix}".strip(), family=first.family)

    def _of_parts(self, field: str, parts: Mapping[str, str]) -> DraftAuthor:
        """Return a person of biblatex's name parts."""
        plain = {part: self._name_text(field, value) for part, value in parts.items()}
        for unread in plain.keys() - {"family", "given", "prefix", "suffix", "useprefix"}:
            self._left.append(Unused(f"{field}.{unread}", plain[unread]))
        family = " ".join(filter(None, (plain.get("prefix"), plain.get("family"))))
        return people.person(family, plain.get("given", ""), plain.get("suffix", ""))

    def _first_last(self, field: str, name: str) -> DraftAuthor:
        """Return ``First von Last``: words in one pair of braces are the family name, wherever they stand."""
        words = people.words_of(name)
        plain = [self._name_text(field, word) for word in words]
        whole = " ".join(filter(None, plain))
        braced = [
            text
            for word, text in zip(words, plain, strict=True)
            if people.is_all_braced(word) and " " in text
        ]
        if len(braced) == 1 and len(words) > 1:
            if words[-1] != words[plain.index(braced[0])]:
                self._problems.append(
                    f"{field}: {braced[0]!r}, in braces, was taken for the family name of {whole!r}"
                )
            return DraftAuthor(whole, family=braced[0])
        # BibTeX's particles are all words in lower case between others; those that are known need no word.
        low = next((i for i, word in enumerate(words[:-1]) if i and word[0].islower()), 0)
        family = " ".join(plain[low:]) if low else ""
        return DraftAuthor(whole, family=family if family != split_name(whole).family else "")

    def _name_text(self, field: str, name: str) -> str:
        return " ".join(self._decoded(field, name).replace("\\$", "$").split())

    def _count(self, name: str) -> int | None:
        value = self._fields[name].text()
        if not value:
            return None
        if re.fullmatch(r"[0-9]{1,9}", value):
            return int(value)
        self._problems.append(f"{name} {value[:60]!r} is not a number")
        return None


def shown(field: Source) -> str:
    """Return a field's value as a message quotes it."""
    return shared.shown(field.peek())


def _without_html(value: str) -> str:
    r"""Return the value without HTML, which has no place in TeX; ``\&amp;`` is an ampersand, too.

    Reference managers write tags in TeX: ``\textless{}i\textgreater{}``, ``$<$i$>$``.
    """
    value = _TAG_IN_TEX.sub(r"<\1>", value)
    if "<" not in value and "&" not in value:
        return value
    return hypertext.plain_tex(value)
