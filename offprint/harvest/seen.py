"""The text of ``content/watch/seen.yaml``: a line for each paper that was proposed."""

import datetime as dt
import re
from collections.abc import Sequence

from offprint.contribute.drafts import Draft, quote, title_key
from offprint.records.watch.model import SeenPaper

MOST = (
    5000  # papers in one file; a file may have ten times as many values, and a person must be able to open it
)
_HEAD = """\
# Every paper that was proposed, so that none is proposed twice, whatever became of its record.
# Take a line out, and its paper may come back.
"""
_PLAIN = re.compile(r"[0-9][A-Za-z0-9._/()-]*")


def appended(text: str, papers: Sequence[SeenPaper]) -> str:
    """Return the text of the file with these papers added."""
    before = text or _HEAD
    return before + ("" if before.endswith("\n") else "\n") + "".join(map(_line, papers))


def seen_paper(draft: Draft, day: dt.date) -> SeenPaper:
    """Return a draft as a paper that is proposed on a day."""
    return SeenPaper(day, draft.title, draft.arxiv, draft.doi)


def identity(paper: SeenPaper) -> tuple[str, str, str]:
    """Return what makes two entries one: ids and letters of the title."""
    return paper.arxiv, paper.doi.casefold(), title_key(paper.title)


def _line(paper: SeenPaper) -> str:
    fields = [f"day: {paper.day}", f"title: {quote(paper.title)}"]
    ids = (("arxiv", paper.arxiv), ("doi", paper.doi))
    fields += [f"{name}: {each if _PLAIN.fullmatch(each) else quote(each)}" for name, each in ids if each]
    return f"- {{{', '.join(fields)}}}\n"
