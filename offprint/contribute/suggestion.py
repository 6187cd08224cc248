"""The text of an issue of the form "Suggest a paper" → which paper is meant.

GitHub writes each field of a form as a heading ``### Label`` and the answer below it, ``_No response_`` where
there is none. The text is a stranger's and is nothing but data.
"""

import re

from offprint.records import identifiers

MAX_LENGTH = 65_536  # characters of an issue
_HEADING = re.compile(r"^###[ \t]+(.+?)[ \t]*$", re.MULTILINE)
_TITLE, _PLACE = "title", "where it is"
_MAX_ANSWER = 500


def suggested(issue: str) -> str:
    """Return the arXiv id, DOI or title of the suggested paper; "" where the issue names none."""
    answers = _answers(issue[:MAX_LENGTH])
    for word in (answers.get(_PLACE, ""), *answers.get(_PLACE, "").split()):
        ids = identifiers.understand(word)
        if ids.arxiv or ids.doi:
            return identifiers.without_version(ids.arxiv) or ids.doi
    return answers.get(_TITLE, "")


def _answers(issue: str) -> dict[str, str]:
    """Return the answers by their labels in lower case, each on one line; the first of two counts."""
    parts = _HEADING.split(issue.replace("\r\n", "\n"))
    answers: dict[str, str] = {}
    for label, answer in zip(parts[1::2], parts[2::2], strict=True):
        one_line = " ".join(answer.split())[:_MAX_ANSWER]
        answers.setdefault(label.casefold(), "" if one_line == "_No response_" else one_line)
    return answers
