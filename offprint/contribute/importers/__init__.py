"""What other tools export → drafts: BibTeX, CSL-JSON, RIS, and saved daily-papers pages.

Each reader maps what a record has a place for and names what it has none for. Whether a draft becomes a
record, and whether the archive has the paper, is for drafts.py and the command.
"""

import json
import re

from offprint.contribute.importers import bibtex, csl, daily, ris
from offprint.contribute.importers.entry import Entry
from offprint.diagnostics import Diagnostic, Position

_BIBTEX = re.compile(r"^\s*@[A-Za-z]+\s*[{(]", re.MULTILINE)
_KINDS = "BibTeX, CSL-JSON, RIS and the saved text or JSON of a daily-papers page can be imported"
_RIS = re.compile(r"^TY  -", re.MULTILINE)


def read_entries(data: bytes, path: str) -> tuple[list[Entry], list[Diagnostic]]:
    """The papers of an exported file, whatever its kind: that is seen from its content, not its name."""
    text, faults = _decoded(data, path)
    if "\x00" in text:
        return [], [Diagnostic(Position(path, 1, 1), "this is no text", _KINDS)]
    if text.lstrip()[:1] in ("[", "{"):
        entries, more = _json(text, path)
    elif _RIS.search(text):
        entries, more = ris.read(text, path)
    elif _BIBTEX.search(text):
        entries, more = bibtex.read(text, path)
    else:
        entries, more = daily.read_text(text), []
    if not entries and not more:
        more = [Diagnostic(Position(path, 1, 1), "no paper was found in this file", _KINDS)]
    return entries, faults + more


def _decoded(data: bytes, path: str) -> tuple[str, list[Diagnostic]]:
    """The text as UTF-8 or UTF-16 where it is that, else as cp1252, which older programs on Windows write."""
    kind = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    faults = []
    try:
        text = data.decode(kind)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = "this is not UTF-8; it was read as Windows-1252"
        advice = "see whether the accents are right; if not, export it as UTF-8"
        faults.append(Diagnostic(Position(path, line, 1), message, advice, "warning"))
        text = data.decode("cp1252", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n"), faults


def _json(text: str, path: str) -> tuple[list[Entry], list[Diagnostic]]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        place = Position(path, error.lineno, error.colno)
        return [], [Diagnostic(place, f"this is not JSON: {error.msg}", "export it once more")]
    except RecursionError:
        return [], [Diagnostic(Position(path, 1, 1), "this JSON is nested too deep")]
    items = value.get("items", [value]) if isinstance(value, dict) else value
    found = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    entries = [daily.read([item])[0] if daily.is_daily(item) else csl.entry_of(item) for item in found]
    return entries, []
