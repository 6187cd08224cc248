"""``sw.js``: the list of files that a reader's browser keeps of the hosted site, and their edition.

What the service worker does with the list is in ``static/worker.js``.

The list names the shell (the pages that lead to all others, the style, the scripts) with a hash of each
file, so that the browser keeps a whole edition or none. The edition is named by these hashes, the hash of
the export, which changes with every record, and the zip where the site offers one. Pagefind's files are
found through ``pagefind-entry.json``.
"""

import hashlib
import json
from pathlib import Path
from typing import NamedTuple

from offprint.site import routes

WORKER = "sw.js"
_SHELL = (
    routes.INDEX, routes.DAILY, routes.TOPICS, routes.ORGANIZATIONS, routes.AUTHORS, routes.ARCHIVE,
    routes.SEARCH, routes.OFFLINE, "manifest.webmanifest",
)  # fmt: skip
_ASSETS = (".css", ".js", ".svg", ".woff2", ".png")


class Archive(NamedTuple):
    """The zip that the site offers: its path, its size in bytes, its SHA-256 in hexadecimal digits."""

    path: str
    size: int
    sha256: str


def write_worker(site: Path, archive: Archive | None = None) -> None:
    """Write ``sw.js`` into the folder of a site that is otherwise complete."""
    assets = (
        path.relative_to(site).as_posix() for path in (site / "static").rglob("*") if path.suffix in _ASSETS
    )
    shell = {path: _hash(site / path) for path in sorted((*_SHELL, *assets))}
    name = hashlib.sha256(json.dumps([shell, archive, _hash(site / routes.PAPERS_JSON)]).encode())
    edition = {
        "name": name.hexdigest()[:16],
        "shell": shell,
        "search": (site / "pagefind").is_dir(),
        "archive": archive._asdict() if archive else None,
    }
    text = f'self.edition = {json.dumps(edition, indent=0)};\nimportScripts("static/worker.js");\n'
    (site / WORKER).unlink(missing_ok=True)  # it may be a hard link shared with another tree
    (site / WORKER).write_text(text, encoding="utf-8", newline="\n")


def _hash(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
