"""Adding fields to a record's file: what is missing is written in its place, every other byte stays.

Places come from libyaml's marks. Whatever is written is read again by our own reader, and given up where the
record would then say anything else than before, the new fields apart.
"""

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, NamedTuple

import yaml

from offprint.contribute.drafts import plain
from offprint.records import forms
from offprint.records.forms import Form, Record
from offprint.records.model import AuthorRecord, Ref

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FENCE = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)
_CHANGED = frozenset(("digest", "tokens", "position"))  # by every edit


class Target(NamedTuple):
    """The record to mend: its slug, the kind of record, and whether its file has front matter and a body."""

    slug: str
    form: Form
    markdown: bool


class _Edit(NamedTuple):
    start: int
    end: int
    order: int
    text: str


def with_fields(
    text: str,
    target: Target,
    values: Mapping[str, str],
    orcids: Mapping[str, str] | None = None,
    *,
    replace: bool = False,
) -> str | None:
    """Return the text of a file with fields added to one of its records, or None where that cannot be done.

    ``values`` are YAML as it follows the name and colon, ``orcids`` are ORCID iDs by the name of an author
    who has none. With ``replace``, values on one line take the place of those that are there.
    """
    if text.startswith("\ufeff"):
        mended = with_fields(text[1:], target, values, orcids, replace=replace)
        return None if mended is None else f"\ufeff{mended}"
    start, end = 0, len(text)
    if target.markdown:
        opening = _FENCE.match(text)
        closing = _FENCE.search(text, opening.end()) if opening else None
        if not opening or not closing:
            return None
        start, end = text.index("\n", opening.end()) + 1, closing.start()
    front = text[start:end]
    if front and not front.endswith("\n"):
        front += "\n"
    node = _record_node(front, target.slug)
    if node is None or node.flow_style:
        return None
    edits = []
    for name, value in values.items():
        edit = _addition(front, node, target.form, name, value)
        edit = _replacement(node, name, value) or edit if replace else edit
        edits += [edit] if edit else []
    edits += _orcid_edits(front, node, orcids or {})
    for each in sorted(edits, reverse=True):
        added = each.text.replace("\n", "\r\n") if "\r\n" in front else each.text
        front = front[: each.start] + added + front[each.end :]
    whole = text[:start] + front + text[end:]
    return whole if _says_the_same(text, whole, target, values) else None


def _record_node(front: str, slug: str) -> Any:
    """Return the node of the record in a file: the only one, or the one of a list that has the slug."""
    try:
        root = yaml.compose(front, Loader=_Loader)
    except yaml.YAMLError:
        return None
    if isinstance(root, yaml.MappingNode):
        return root
    for item in root.value if isinstance(root, yaml.SequenceNode) else ():
        entries = item.value if isinstance(item, yaml.MappingNode) else ()
        if any(key.value == "slug" and value.value == slug for key, value in entries):
            return item
    return None


def _replacement(node: Any, name: str, value: str) -> _Edit | None:
    """Return the edit that replaces a value without quotes, on one line; None where there is none."""
    for key, old in node.value:
        if key.value == name and isinstance(old, yaml.ScalarNode) and not old.style and old.value:
            return _Edit(old.start_mark.index, old.end_mark.index, 0, value.strip())
    return None


def _addition(front: str, node: Any, form: Form, name: str, value: str) -> _Edit | None:
    """Return the edit that adds one field; None where the record has it."""
    order = list(form.fields)
    indent = " " * node.value[0][0].start_mark.column
    block = value.replace("\n", f"\n{indent}")
    for key, old in node.value:
        if key.value != name:
            continue
        if not (isinstance(old, yaml.ScalarNode) and not old.style and not old.value):
            return None
        place = key.end_mark.index + 1  # after the colon of a field that is there without a value
        if value.startswith("\n"):
            place = front.index("\n", place)
        return _Edit(place, place, order.index(name), block)
    before = [pair for pair in node.value if pair[0].value in order[: order.index(name)]]
    if not before:
        return None
    last = max(before, key=lambda pair: order.index(pair[0].value))
    place = _end_of(front, last)
    return _Edit(place, place, order.index(name), f"{indent}{name}:{block}\n")


def _end_of(front: str, entry: tuple[Any, Any]) -> int:
    """Return where the line after the last one of a field begins."""
    node = entry[1]
    while isinstance(node, yaml.MappingNode | yaml.SequenceNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    index: int = max(node.end_mark.index, entry[0].end_mark.index)
    return index if front[index - 1 : index] == "\n" else front.index("\n", index) + 1


def _orcid_edits(front: str, node: Any, orcids: Mapping[str, str]) -> list[_Edit]:
    """Return the edits that add ORCID iDs to authors who have none."""
    edits = []
    authors = next((value for key, value in node.value if key.value == "authors"), None)
    for item in authors.value if orcids and isinstance(authors, yaml.SequenceNode) else ():
        start, end = item.start_mark.index, item.end_mark.index
        if isinstance(item, yaml.ScalarNode) and (orcid := orcids.get(" ".join(item.value.split()))):
            name = plain(item.value) if not item.style else front[start:end]
            edits.append(_Edit(start, end, 0, f"{{name: {name}, orcid: {orcid}}}"))
        elif isinstance(item, yaml.MappingNode) and item.flow_style:
            entries = {key.value: value.value for key, value in item.value}
            orcid = orcids.get(" ".join(str(entries.get("name", "")).split()))
            if orcid and "orcid" not in entries:
                last = item.value[-1][1].end_mark.index
                edits.append(_Edit(last, last, 0, f", orcid: {orcid}"))
    return edits


def _says_the_same(before: str, after: str, target: Target, values: Mapping[str, str]) -> bool:
    """Tell whether a record says what it said, the new fields apart, and its file has no more errors."""
    one, errors = _read(before, target)
    other, more_errors = _read(after, target)
    if one is None or other is None or more_errors > errors:
        return False
    for each in fields(one):
        if each.name in _CHANGED or each.name in values:
            continue
        if _bare(getattr(one, each.name)) != _bare(getattr(other, each.name)):
            return False
    return True


def _read(text: str, target: Target) -> tuple[Record | None, int]:
    """Return a file's record, and the number of errors in the file."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if target.markdown:
        record, faults = forms.read_markdown_record(lines, target.form, "x", target.slug)
    else:
        records, faults = forms.read_yaml_records(lines, target.form, "x", target.slug)
        record = next((each for each in records if each.slug == target.slug), None)
    return record, sum(each.severity == "error" for each in faults)


def _bare(value: Any) -> Any:
    """Return a value without positions, and authors without their ORCID iDs."""
    if isinstance(value, Ref):
        return value.text
    if isinstance(value, AuthorRecord):
        return tuple(_bare(each) for each in value._replace(orcid=""))
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return tuple(map(_bare, value))
    return value
