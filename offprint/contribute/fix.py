"""``check --fix``: what in a file can be mended without a doubt, every other byte left as it is.

Mended are: texts whose colon or backslash needs quotes, a DOI or arXiv id given as an address, an alias in
place of its slug, the order of the fields. Places come from libyaml's marks, so nothing is written anew that
was not asked for. Files that cannot be read after that are left alone.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import yaml

from offprint.contribute.drafts import quote
from offprint.records import frontmatter, identifiers
from offprint.records.characters import first_forbidden
from offprint.records.forms import Form
from offprint.records.language.math_text import is_command
from offprint.records.slugs import slugify

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FENCE = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)
_LINE_TEXT = ("title", "venue", "notice", "name", "abstract", "summary", "description")
_FRONT = re.compile(r"---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"((?:- )?[ ]*(?P<key>[a-z_]+):[ \t]+)(?P<value>\S.*?)(?P<end>[ \t]*\r?)")
_DOUBLE = re.compile(r'"((?:[^"\\]|\\[^"\\])*)"')
_ESCAPED = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
_MOST_QUOTED = 20


class Fix(NamedTuple):
    """One thing that was mended, and the line (from 1) on which it stood."""

    line: int
    what: str


class _Edit(NamedTuple):
    start: int
    end: int
    text: str
    what: str


class Names(NamedTuple):
    """What words mean: a slugified name or alias of a topic or registered organization → its slug."""

    topics: Mapping[str, str]
    organizations: Mapping[str, str]


def fix_text(text: str, form: Form, markdown: bool, names: Names) -> tuple[str, list[Fix]]:
    """Return a file's text with everything safe mended; ``markdown`` says that it has front matter."""
    start, end = 0, len(text)
    if markdown:
        opening = _FENCE.match(text)
        closing = _FENCE.search(text, opening.end()) if opening else None
        if not opening or not closing:
            return text, []
        start, end = text.index("\n", opening.end()) + 1, closing.start()
    before, front, after = text[:start], text[start:end], text[end:]
    first_line = before.count("\n") + 1
    quoted, edits = _readable(front)
    if quoted is None:
        return text, []
    mended = [Fix(first_line + line, what) for line, what in edits]
    found = sorted(_edits(quoted, names), reverse=True)
    mended += [Fix(first_line + quoted.count("\n", 0, each.start), each.what) for each in found]
    for edit in found:
        quoted = quoted[: edit.start] + edit.text + quoted[edit.end :]
    ordered = _in_order(quoted, form)
    if ordered != quoted:
        mended.append(Fix(first_line, "the fields are in their usual order"))
    return before + ordered + after, sorted(mended)


def add_former(text: str, old: str, new: str) -> tuple[str, int]:
    """Return the text of a record's file with a slug added to ``formerly``, and the line of that field.

    The oldest slug comes first. What follows a slug that stands there already are addresses that the record
    took in, so the present slug ``new`` is put before them. The line is 0 where nothing can be done.
    """
    match = _FRONT.match(text)
    start, end = match.span(1) if match else (0, len(text))
    front = text[start:end].replace("\r\n", "\n")
    try:
        root = yaml.compose(front, Loader=_Loader)
    except yaml.YAMLError:
        return text, 0
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        return text, 0
    front += "" if front.endswith("\n") else "\n"
    slugs, first, last = [old], len(front), len(front)
    for key, value in root.value:
        if key.value == "formerly" and isinstance(value, yaml.SequenceNode):
            known = [each.value for each in value.value]
            at = known.index(old) + 1 if old in known else len(known)
            slugs = [*known[:at], new if old in known else old, *known[at:]]
            first, last = key.start_mark.index, _end_of(front, (key, value))
    written = f"{front[:first]}formerly: [{', '.join(slugs)}]\n{front[last:]}"
    written = written.replace("\n", "\r\n") if "\r\n" in text else written
    return text[:start] + written + text[end:], text.count("\n", 0, start) + front.count("\n", 0, first) + 1


def _readable(front: str) -> tuple[str | None, list[tuple[int, str]]]:
    """Return the text with quotes where libyaml cannot read it without; None where that does not help."""
    edits: list[tuple[int, str]] = []
    for _ in range(_MOST_QUOTED):
        try:
            for _event in yaml.parse(front, Loader=_Loader):
                pass
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line if error.problem_mark else 0
            rows = front.split("\n")
            row = _quoted_row(rows, line, error.problem or "") if line < len(rows) else None
            if row is None:
                return None, []
            edits.append((line, f"quotes around {rows[line].split(':')[0].strip(' -')}"))
            rows[line] = row
            front = "\n".join(rows)
        except yaml.YAMLError:
            return None, []
        else:
            # Only what our own reader takes is touched: it refuses nesting, aliases and the like.
            node, _faults = frontmatter.parse(front.replace("\r\n", "\n"), "")
            return (front, edits) if node is not None else (None, [])
    return None, []


def _quoted_row(rows: list[str], line: int, problem: str) -> str | None:
    """Return a line with its value in quotes, where it is one line of text and can mean nothing else."""
    match = _ROW.fullmatch(rows[line])
    following = rows[line + 1] if line + 1 < len(rows) else ""
    continued = following[:1] in (" ", "\t") and following.strip() and not rows[line].startswith("- ")
    if not match or continued:
        return None
    value = match["value"]
    if "unknown escape" in problem and (inner := _DOUBLE.fullmatch(value)) and _only_tex(inner[1]):
        return f"{match[1]}{_single(inner[1])}{match['end']}"
    if match["key"] not in _LINE_TEXT or " #" in value or value[0] in "|>[{&*!":
        return None
    if value[0] in "\"'" and value[-1] == value[0]:
        return None
    return f"{match[1]}{quote(value)}{match['end']}"


def _only_tex(inner: str) -> bool:
    """Return whether each backslash in double quotes begins LaTeX, so that none of them stands for a sign."""
    return all(
        is_command(each) if each.isalpha() else each not in ' /"\\\t0' for each in _ESCAPED.findall(inner)
    )


def _single(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _edits(front: str, names: Names) -> Iterator[_Edit]:
    root = yaml.compose(front, Loader=_Loader)
    for record in root.value if isinstance(root, yaml.SequenceNode) else [root]:
        if isinstance(record, yaml.MappingNode):
            yield from _record_edits(front, record, names)


def _record_edits(front: str, record: Any, names: Names) -> Iterator[_Edit]:
    for key, value in record.value:
        if isinstance(value, yaml.ScalarNode):
            yield from _scalar_edits(front, key.value, value)
        elif key.value == "topics":
            yield from _alias_edits(value, names.topics)
        elif key.value == "organizations":
            yield from _alias_edits(value, names.organizations)
        elif key.value == "authors" and isinstance(value, yaml.SequenceNode):
            for author in value.value:
                if isinstance(author, yaml.MappingNode):
                    yield from _record_edits(front, author, names)


def _scalar_edits(front: str, key: str, node: Any) -> Iterator[_Edit]:
    start, end = node.start_mark.index, node.end_mark.index
    if key == "doi" and not identifiers.DOI.fullmatch(node.value):
        if doi := identifiers.pasted(node.value).doi:
            yield _Edit(start, end, _like(node, doi), "the DOI alone")
    elif key == "arxiv" and not identifiers.ARXIV.fullmatch(node.value):
        if number := identifiers.pasted(node.value).arxiv:
            yield _Edit(start, end, _like(node, number), "the arXiv id alone")
    elif node.style == '"' and first_forbidden(node.value.replace("\r\n", "\n")):
        inner = _DOUBLE.fullmatch(front[start:end])
        if inner and "\n" not in inner[1] and _only_tex(inner[1]):
            yield _Edit(start, end, _single(inner[1]), f"single quotes around {key}, which has backslashes")


def _like(node: Any, text: str) -> str:
    """Return the text in the quotes that the node has; without any, in double ones where it needs them."""
    bare = re.fullmatch(r"[A-Za-z0-9./_()-]+", text)
    return f"{node.style}{text}{node.style}" if node.style in ("'", '"') else text if bare else quote(text)


def _alias_edits(node: Any, slugs: Mapping[str, str]) -> Iterator[_Edit]:
    for item in node.value if isinstance(node, yaml.SequenceNode) else []:
        if not isinstance(item, yaml.ScalarNode) or item.style in ("|", ">"):
            continue
        slug = slugs.get(slugify(item.value))
        if slug and slug != item.value:
            yield _Edit(item.start_mark.index, item.end_mark.index, slug, f"{item.value!r} is {slug!r}")


def _in_order(front: str, form: Form) -> str:
    """Return whole lines moved, so that the fields of a single record stand in their form's order."""
    root = yaml.compose(front, Loader=_Loader)
    order = {name: index for index, name in enumerate(["slug", *form.fields])}
    if not isinstance(root, yaml.MappingNode) or root.flow_style or not front.endswith("\n"):
        return front
    keys = [key for key, _ in root.value]
    if any(key.start_mark.column or key.value not in order for key in keys) or not keys:
        return front
    places = [order[key.value] for key in keys]
    if places == sorted(places) or len(set(places)) < len(places):
        return front
    starts = [keys[0].start_mark.index, *(_with_comments(front, key.start_mark.index) for key in keys[1:])]
    ends = [*starts[1:], _end_of(front, root.value[-1])]
    blocks = sorted(zip(places, starts, ends, strict=True))
    moved = "".join(front[start:end] for _, start, end in blocks)
    return front[: starts[0]] + moved + front[ends[-1] :]


def _with_comments(front: str, start: int) -> int:
    """Return where a field begins together with the comment lines right above it."""
    while start > 0:
        above = front.rfind("\n", 0, start - 1) + 1
        if not front.startswith("#", above):
            break
        start = above
    return start


def _end_of(front: str, entry: tuple[Any, Any]) -> int:
    """Return the end of the last line of a field; what follows it are comments at the file's end."""
    node = entry[1]
    while isinstance(node, (yaml.MappingNode, yaml.SequenceNode)) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    index = max(node.end_mark.index, entry[0].end_mark.index)
    if front[index - 1 : index] == "\n":
        return int(index)
    return front.index("\n", index) + 1
