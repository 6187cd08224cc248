"""Diagnostics for those who do not read a terminal: GitHub's annotations and JSON.

The text for a person is diagnostics.format_text.
"""

import json
from collections.abc import Iterable

from offprint.diagnostics import Diagnostic


def github(diagnostics: Iterable[Diagnostic]) -> str:
    """Return a workflow command for each, which GitHub shows at the line in the pull request.

    Every value is escaped as GitHub's own toolkit does it, so that no text from content is a command.
    """
    return "".join(_command(each) for each in diagnostics)


def _command(found: Diagnostic) -> str:
    where = found.position
    text = _escape(f"{found.message}\n{found.advice}" if found.advice else found.message)
    path = _escape(where.path).replace(":", "%3A").replace(",", "%2C")
    return f"::{found.severity} file={path},line={where.line},col={where.column}::{text}\n"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """Return a JSON list, one object a line."""
    rows = [
        json.dumps(
            {
                "path": each.position.path,
                "line": each.position.line,
                "column": each.position.column,
                "severity": each.severity,
                "message": each.message,
                "advice": each.advice,
            },
            ensure_ascii=False,
        )
        for each in diagnostics
    ]
    return "[\n" + ",\n".join(rows) + "\n]\n" if rows else "[]\n"
