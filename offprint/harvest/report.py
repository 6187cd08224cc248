"""The report of a harvest in Markdown, which becomes the text of its pull request.

Titles are a stranger's: they are shown as text, mention nobody and close no issue.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from offprint.harvest.proposals import Candidate, Selection

_MARKS = re.compile(r"([\\`*_{}\[\]<>()#+.!|~$&-])")
_JOINER = "\u2060"  # invisible: GitHub then sees no mention, issue or address
_REFERENCE = re.compile(r"@(?=\w)|#(?=\d)|GH-(?=\d)|:(?=//)|www\.", re.IGNORECASE)
_SHOWN = 20
_LONGEST = 60_000  # characters; GitHub takes 65,536


class Asked(NamedTuple):
    """A watch that was asked: its name, its source, and the number of papers that it found."""

    watch: str
    source: str
    found: int


def harvest_report(
    day: str, asked: Sequence[Asked], selection: Selection, proposed: Sequence[tuple[Candidate, str]]
) -> str:
    """Return why each paper is proposed, with the path of its record, and what was left out."""
    lines = [f"# {_count(len(proposed), 'paper')} proposed on {day}", ""]
    lines += ["Delete the record of a paper that does not belong: it will not come back.", ""]
    for candidate, path in proposed:
        lines += [*_reasons(candidate, path), ""]
    lines += ["## What was asked", "", "| watch | source | papers found |", "| --- | --- | ---: |"]
    lines += [f"| {_text(each.watch)} | {each.source} | {each.found:,} |" for each in asked]
    more = len(selection.candidates) - len(proposed)
    lines += ["", "Not proposed:", "", f"- {_count(selection.existing, 'paper')} the archive has"]
    lines.append(f"- {_count(selection.declined, 'paper')} proposed before")
    if more:
        lines.append(f"- {_count(more, 'paper')} less near than these, beyond the limit of one run")
    if selection.left_out:
        lines += ["", "## Left out", ""]
        lines += [f"- {_text(each.title)}: {_text(each.reason)}" for each in selection.left_out[:_SHOWN]]
        if len(selection.left_out) > _SHOWN:
            lines.append(f"- … and {len(selection.left_out) - _SHOWN:,} more")
    text = "\n".join(lines) + "\n"
    return text if len(text) <= _LONGEST else text[:_LONGEST].rpartition("\n")[0] + "\n\n… (cut)\n"


def _reasons(candidate: Candidate, path: str) -> list[str]:
    """Return the lines about one paper."""
    draft = candidate.draft
    address = f"https://arxiv.org/abs/{draft.arxiv}" if draft.arxiv else ""
    address = address or (f"https://doi.org/{draft.doi}" if draft.doi else "")
    address = address or next((link.url for link in draft.links), "")
    title = f"[{_text(draft.title)}](<{address}>)" if address and ">" not in address else _text(draft.title)
    lines = [f"## {title}", "", f"- `{path}`, found by {', '.join(map(_text, candidate.watches))}"]
    if draft.upvotes is not None:
        lines.append(f"- {_count(draft.upvotes, 'vote')}")
    for paper, words in candidate.neighbours:
        lines.append(f"- near {_text(paper.record.title.plain)}: {', '.join(map(_text, words))}")
    if draft.topics:
        lines.append(f"- topics proposed: {', '.join(draft.topics)}")
    return lines


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _text(text: str) -> str:
    """Return a text as Markdown that shows it, on one line."""
    one_line = " ".join(text.split())
    apart = _REFERENCE.sub(lambda match: match[0] + _JOINER, one_line)
    return _MARKS.sub(r"\\\1", apart)
