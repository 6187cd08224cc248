"""What other tools export → drafts: BibTeX, CSL-JSON, Zotero's JSON, RIS, and saved daily-papers pages.

Each reader maps what a record has a place for and names what it has none for. Whether a draft becomes a
record, and whether the archive has the paper, is for drafts.py and the command.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from offprint.contribute.importers import bibtex, csl, daily, json_items, ris, zotero
from offprint.contribute.importers.entry import Entry, with_status
from offprint.diagnostics import Diagnostic, Position
from offprint.records import frontmatter

_BIBTEX = re.compile(r"@\s*[A-Za-z]+\s*[{(]")
_KINDS = (
    "BibTeX, CSL-JSON, Zotero's JSON, Pandoc's references, RIS and the saved text or JSON of a "
    "daily-papers page can be imported"
)
_YAML_DEPTH = 10  # references, an item, its date, its parts; a record needs less


def read_entries(data: bytes, path: str) -> tuple[list[Entry], list[Diagnostic]]:
    """Return the papers of an exported file, whose kind is seen from its content and not its name."""
    text, faults = _decoded(data, path)
    if "\x00" in text:
        return [], [Diagnostic(Position(path, 1, 1), "this is no text", _KINDS)]
    if text.lstrip()[:1] in ("[", "{"):
        entries, more = _json(text, path)
    elif ris.START.search(text):
        entries, more = ris.read(text, path)
    elif text.startswith(("---", "references:")) and _yaml_front(text):
        entries, more = _yaml(text, path)
    elif _BIBTEX.search(text):
        entries, more = bibtex.read(text, path)
    else:
        entries, more = daily.read_text(text), []
    if not entries and not more:
        more = [Diagnostic(Position(path, 1, 1), "no paper was found in this file", _KINDS)]
    return list(map(with_status, entries)), faults + more


def _decoded(data: bytes, path: str) -> tuple[str, list[Diagnostic]]:
    """Return the text as UTF-8, UTF-16 or UTF-32, else as cp1252, which old Windows programs write."""
    kind = "utf-8-sig"
    if data[:4] in (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"):
        kind = "utf-32"
    elif data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        kind = "utf-16"
    faults = []
    try:
        text = data.decode(kind)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = "this is not UTF-8; it was read as Windows-1252"
        if kind != "utf-8-sig":
            message = f"this begins as {kind.upper()} and is none; what does not fit was left out"
        advice = "see whether the accents are right; if not, export it as UTF-8"
        faults.append(Diagnostic(Position(path, line, 1), message, advice, "warning"))
        text = data.decode("cp1252" if kind == "utf-8-sig" else kind, "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n"), faults


def entry_of(item: Mapping[str, Any], line: int) -> Entry | None:
    """Return a JSON object as a paper, of whichever program it is; None where it is none."""
    if zotero.looks_like_zotero(item):
        return zotero.entry_of(item, line)
    if not isinstance(item.get("paper"), dict) and csl.looks_like_csl(item):
        return csl.entry_of(item, line)
    return daily.entry_of(item, line) if daily.looks_like_daily(item) else None


def _json(text: str, path: str) -> tuple[list[Entry], list[Diagnostic]]:
    items, faults = json_items.read_items(text, path)
    entries, more = _entries(items, path)
    return entries, faults + more


def _entries(items: Iterable[tuple[Any, int]], path: str) -> tuple[list[Entry], list[Diagnostic]]:
    """Return items as entries; those that are no papers are faults."""
    entries, faults = [], []
    for item, line in items:
        entry = entry_of(item, line) if isinstance(item, dict) else None
        if entry:
            entries.append(entry)
        else:
            message = "this item was left out: it has no title, so it is no paper of a kind known here"
            faults.append(Diagnostic(Position(path, line, 1), message, _KINDS))
    return entries, faults if entries else []


def _yaml_front(text: str) -> str:
    """Return Pandoc's metadata block with ``references``; empty where the text begins with none."""
    front = text
    if text.startswith("---"):
        first = text.find("\n") + 1
        ends = [end for fence in ("\n---", "\n...") if (end := text.find(fence, first)) > 0]
        front = "\n" + text[first : min(ends, default=len(text)) + 1]
    return front if re.search(r"^references:[ \t]*(?:#.*)?$", front, re.MULTILINE) else ""


def _yaml(text: str, path: str) -> tuple[list[Entry], list[Diagnostic]]:
    node, faults = frontmatter.parse(_yaml_front(text), path, depth=_YAML_DEPTH)
    if node is None:
        return [], faults
    value = node.entries.get("references") if isinstance(node, frontmatter.Mapping) else None
    items = value[1].items if value and isinstance(value[1], frontmatter.Sequence) else ()
    entries, more = _entries(((_plain(item), item.position.line) for item in items), path)
    return entries, faults + more


def _plain(node: frontmatter.Node) -> Any:
    """Return a YAML node as JSON has it; every scalar is a text."""
    if isinstance(node, frontmatter.Mapping):
        return {name: _plain(value) for name, (_, value) in node.entries.items()}
    if isinstance(node, frontmatter.Sequence):
        return [_plain(item) for item in node.items]
    return node.text
