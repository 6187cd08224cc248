"""Pagefind over the staged tree: the search index of the papers' pages.

The binary is run as it is; its official Python wrapper pauses a tenth of a second for each response. Of its
bundle only what our own interface loads is kept.
"""

import subprocess
from pathlib import Path

from pagefind_bin import get_executable

FOLDER = "pagefind"
_UNUSED = ("pagefind-ui.*", "pagefind-modular-ui.*", "pagefind-component-ui.*", "pagefind-highlight.js")


class SearchError(Exception):
    """Pagefind failed; the message holds what it said."""


def index_search(root: Path) -> None:
    """Index ``papers/*.html`` below ``root`` into ``pagefind/``."""
    command = [str(get_executable()), "--site", str(root), "--glob", "papers/*.html", "--silent"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if done.returncode:
        raise SearchError(f"Pagefind failed: {(done.stderr or done.stdout).strip()}")
    for pattern in _UNUSED:
        for file in (root / FOLDER).glob(pattern):
            file.unlink()
