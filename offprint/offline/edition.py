"""The offline edition: a built site as one zip that is unpacked and read, without a server or installation.

The pages are as they are; the search index is made of scripts (``search_scripts.py``); what only a server
can use is left out. Where the zip is written into the site itself, the site's page "Read offline" then tells
its size and date, readable without scripts, and the service worker can keep it. In the zip that page says
instead which edition one is reading: the page can tell the zip's size since the zip does not hold what tells
it.
"""

import datetime as dt
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup, escape

from offprint.build.load import load_messages
from offprint.build.manifest import STAMP_FILE
from offprint.diagnostics import CommandError
from offprint.offline import search_scripts
from offprint.offline.search_scripts import Source
from offprint.offline.zip import ZipError, write_zip
from offprint.records.slugs import slugify
from offprint.search.index import FOLDER
from offprint.search.pagefind_format import ENTRY
from offprint.search.pagefind_script import ScriptError
from offprint.site import routes
from offprint.site.messages import Messages
from offprint.site.service_worker import Archive, write_worker

# Social cards are for sites that show a shared link, and no page of ours shows them.
_SERVER_ONLY = re.compile(r"404\.html|robots\.txt|sitemap[^/]*\.xml|cards?(/.*|\.png)|[^/]*\.zip|sw\.js")
_MARKED = re.compile(r"(<!-- zip -->).*(<!-- /zip -->)", re.DOTALL)
_CANONICAL = re.compile(r'<link rel="canonical" href="([^"]+)">')
_READ_ME_LINES = 5


class PackError(CommandError):
    """The site cannot be packed; the message says why and what to do."""


class Packed(NamedTuple):
    """The zip that was written."""

    path: Path
    files: int
    bytes: int


class _Edition(NamedTuple):
    """What the zip tells of itself, in the archive's language."""

    title: str
    date: dt.date | None
    address: str  # of the page that offers the newest edition
    words: Messages


def pack(
    site: Path, output: Path | None, templates: Path, jobs: int, progress: Callable[[int, int], None]
) -> Packed:
    """Write the offline edition of a built site: to ``output``, a folder or a ``.zip``, or beside the site.

    ``templates`` has the texts in the archive's language. ``progress`` is told how many files are written, of
    how many. Raises PackError, ContentError (faulty texts), OSError.
    """
    if not (site / STAMP_FILE).is_file():
        raise PackError(f"there is no built site in {site}; build it first: python build.py")
    manifest = json.loads((site / "manifest.webmanifest").read_text(encoding="utf-8"))
    date = _newest_day(site)
    found = _CANONICAL.search((site / routes.OFFLINE).read_text(encoding="utf-8"))
    messages = load_messages(templates, manifest["lang"])
    edition = _Edition(manifest["name"], date, found[1] if found else "", messages)
    stem = f"{slugify(manifest['short_name'])}-{date.isoformat() if date else 'undated'}"
    target = (output or site.parent).absolute()
    if target.suffix != ".zip":
        target /= f"{stem}.zip"
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        sources = dict(_sources(site, edition))
        inside = {f"{stem}/{name}": source for name, source in sources.items()}
        _write(target, inside, date, jobs, progress)
    except (ScriptError, ZipError) as error:
        raise PackError(str(error)) from None
    if target.parent == site.absolute():
        _offer(site, target, edition)
    return Packed(target, len(sources), target.stat().st_size)


def _write(
    target: Path,
    sources: dict[str, Source],
    date: dt.date | None,
    jobs: int,
    progress: Callable[[int, int], None],
) -> None:
    """Write the zip whole or not at all."""
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("wb") as file:
            done = 0
            for more in write_zip(file, sources, date or dt.date(1980, 1, 1), jobs):
                done += more
                progress(done, len(sources))
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _newest_day(site: Path) -> dt.date | None:
    """The day of the newest daily list: an edition's date, which no clock tells."""
    days = [path.stem for path in site.glob("daily/[0-9]*-[0-9][0-9]-[0-9][0-9].html")]
    return dt.date.fromisoformat(max(days)) if days else None


def _sources(site: Path, edition: _Edition) -> Iterator[tuple[str, Source]]:
    """Every file of the edition, by its path in it."""
    yield "READ ME FIRST.txt", partial(_read_me, edition)
    for folder, inner, names in os.walk(site):
        inner[:] = [name for name in inner if (folder, name) != (str(site), FOLDER)]
        for name in names:
            path = Path(folder, name)
            inside = path.relative_to(site).as_posix()
            if name != STAMP_FILE and not _SERVER_ONLY.fullmatch(inside):
                yield inside, path.read_bytes
    yield routes.OFFLINE, partial(_reading, site / routes.OFFLINE, edition)
    if (site / FOLDER / ENTRY).is_file():
        for name, source in search_scripts.scripts(site / FOLDER):
            yield f"{FOLDER}/{name}", source
    elif any(site.glob("papers/*.html")):
        raise PackError(f"{site} was built without its search; build it again without --no-search")


def _read_me(edition: _Edition) -> bytes:
    lines = [edition.words(f"read_me.{number}", address=edition.address) for number in range(_READ_ME_LINES)]
    date = [edition.words.day(edition.date)] if edition.date else []
    # The byte order mark and both ends of a line are for Windows' own editor.
    return "\r\n".join([edition.title, *date, "", *lines, ""]).encode("utf-8-sig")


def _reading(page: Path, edition: _Edition) -> bytes:
    """The page "Read offline" as it stands in the zip."""
    link = Markup('<a href="{0}">{0}</a>').format(edition.address)
    return _saying(page, edition, "offline_within", {"address": link}).encode()


def _offer(site: Path, archive: Path, edition: _Edition) -> None:
    """Tell on the site's own page what the zip in the site is, and let readers' browsers keep it."""
    size, digest = archive.stat().st_size, hashlib.sha256(archive.read_bytes()).hexdigest()
    link = Markup('<a href="{0}" download>{0}</a>').format(archive.name)
    page = site / routes.OFFLINE
    values = {"file": link, "size": Markup(edition.words.megabytes(size))}  # noqa: S704 - digits
    more = f'<p class="digest">SHA-256 <code>{digest}</code></p>'
    text = _saying(page, edition, "offline_offered", values, more)
    page.unlink()  # it may be one file with that of a spare tree
    page.write_text(text, encoding="utf-8", newline="\n")
    write_worker(site, Archive(archive.name, size, digest))


def _saying(page: Path, edition: _Edition, key: str, values: dict[str, Markup], more: str = "") -> str:
    """The page with a text of the interface between its two marks."""
    text = str(escape(edition.words(key if edition.date else f"{key}_undated")))
    if edition.date:
        values["date"] = escape(edition.words.day(edition.date))
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    said = f"<p>{text}</p>{more}"
    return _MARKED.sub(lambda found: found[1] + said + found[2], page.read_text(encoding="utf-8"))
