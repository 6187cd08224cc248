"""The offline edition: a built site as one zip, which is unpacked and read without a server or installation.

Pages are copied as they are, the search index becomes scripts (``search_scripts.py``), and what only a server
can use is left out. Where the zip is written into the site itself, the site's page "Read offline" then shows
the zip's size and date, and the service worker can keep it. The copy of that page in the zip says instead
which edition it is: it cannot contain the size of the zip that contains it.
"""

import contextlib
import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup, escape

from offprint.build.load import load_messages
from offprint.build.manifest import STAMP_FILE, built_files
from offprint.build.publish import NOT_PUBLISHED, Staging
from offprint.diagnostics import CommandError
from offprint.offline.search_scripts import Source, make_scripts
from offprint.offline.zip import ZipError, write_zip
from offprint.records.slugs import slugify
from offprint.search.index import FOLDER
from offprint.search.pagefind_format import ENTRY
from offprint.search.pagefind_script import ScriptError
from offprint.site import routes
from offprint.site.messages import Messages, fill
from offprint.site.service_worker import Archive, write_worker
from offprint.storage.folders import Overlay, locked

# Social cards among them: they are for sites that show a shared link, and no page here shows them.
_SERVER_ONLY = re.compile(r"404\.html|robots\.txt|sitemap[^/]*\.xml|cards?(/.*|\.png)|[^/]*\.zip|sw\.js")
_BETWEEN_MARKS = re.compile(r"(<!-- zip -->).*(<!-- /zip -->)", re.DOTALL)
_CANONICAL = re.compile(r'<link rel="canonical" href="([^"]+)">')
_READ_ME_LINES = 5


class PackError(CommandError):
    """The site cannot be packed; the message says why and what to do."""


class ZipFile(NamedTuple):
    """The zip that was written: its path, the number of files in it, its size in bytes."""

    path: Path
    files: int
    bytes: int


class _Edition(NamedTuple):
    """What the zip says about itself: the archive's title, its date, and the messages to say it with.

    The ``stem`` is the zip's own name without its suffix, and that of the folder in it.
    """

    title: str
    stem: str
    date: dt.date | None
    address: str  # of the page that offers the newest edition
    messages: Messages


def pack(
    site: Path, output: Path | None, templates: Overlay, jobs: int, progress: Callable[[int, int], None]
) -> ZipFile:
    """Write the offline edition of a built site to ``output``, a folder or a ``.zip``; by default next to it.

    No build changes the site meanwhile. Where ``output`` is the site itself, a copy of it that has the zip
    takes its place. ``templates`` has the messages in the archive's language. ``progress`` is
    called with the number of files written so far and of all. Raises PackError, PublishError, ContentError
    (faulty messages) or OSError.
    """
    site = site.absolute()
    if not (site / STAMP_FILE).is_file():
        raise PackError(f"there is no built site in {site}; build it first")
    target = (output or site.parent).absolute()
    folder = (target.parent if target.suffix == ".zip" else target).resolve()
    if folder == site.resolve():
        return _pack_into_site(site, target, templates, jobs, progress)
    if folder.is_relative_to(site.resolve()):
        raise PackError(f"{folder} lies in the site, which holds its zip at the top: --output {site}")
    folder.mkdir(parents=True, exist_ok=True)
    with locked(site.parent):
        edition = _edition(site, templates)
        target = target if target.suffix == ".zip" else target / f"{edition.stem}.zip"
        return _write(target, site, edition, jobs, progress)


def _pack_into_site(
    site: Path, target: Path, templates: Overlay, jobs: int, progress: Callable[[int, int], None]
) -> ZipFile:
    """Write the zip into a copy of the site, which then takes the site's place in one step."""
    staging = Staging(site)
    try:
        with staging:
            edition = _edition(site, templates)
            name = target.name if target.suffix == ".zip" else f"{edition.stem}.zip"
            staging.link_published()
            written = _write(staging.root / name, site, edition, jobs, progress)
            _offer(staging.root, staging.root / name, edition)
            staging.publish_changed()
    except BaseException as error:
        if staging.state != NOT_PUBLISHED:
            error.add_note(staging.state)
        raise
    return written._replace(path=site / name)


def _edition(site: Path, templates: Overlay) -> _Edition:
    """Return what the zip of a site says about itself."""
    manifest = json.loads((site / "manifest.webmanifest").read_text(encoding="utf-8"))
    date = _newest_day(site)
    link = _CANONICAL.search((site / routes.OFFLINE).read_text(encoding="utf-8"))
    stem = f"{slugify(manifest['short_name'])}-{date.isoformat() if date else 'undated'}"
    messages = load_messages(templates, manifest["lang"])
    return _Edition(manifest["name"], stem, date, link[1] if link else "", messages)


def _write(
    target: Path, site: Path, edition: _Edition, jobs: int, progress: Callable[[int, int], None]
) -> ZipFile:
    """Write the zip of a site whole, or not at all."""
    unfinished = target.with_name(f".{target.name}.part")
    try:
        sources = {f"{edition.stem}/{name}": source for name, source in _sources(site, edition)}
        with unfinished.open("wb") as file:
            done = 0
            for written in write_zip(file, sources, edition.date or dt.date(1980, 1, 1), jobs):
                done += written
                progress(done, len(sources))
        size = unfinished.stat().st_size
        unfinished.replace(target)
    except (ScriptError, ZipError) as error:
        raise PackError(str(error)) from None
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
    return ZipFile(target, len(sources), size)


def _newest_day(site: Path) -> dt.date | None:
    """Return the day of the newest daily list, which is the edition's date: the same for the same content."""
    days = [path.stem for path in site.glob("daily/[0-9]*-[0-9][0-9]-[0-9][0-9].html")]
    return dt.date.fromisoformat(max(days)) if days else None


def _sources(site: Path, edition: _Edition) -> Iterator[tuple[str, Source]]:
    """Yield the path of every file of the edition, and a function that returns its bytes."""
    yield "READ ME FIRST.txt", partial(_read_me, edition)
    built = built_files(site)
    if built is None:
        raise PackError(f"{site / STAMP_FILE} does not say what was built; build the site again")
    for path in built:
        if not path.startswith(f"{FOLDER}/") and not _SERVER_ONLY.fullmatch(path):
            yield path, (site / path).read_bytes
    yield routes.OFFLINE, partial(_offline_page, site / routes.OFFLINE, edition)
    if (site / FOLDER / ENTRY).is_file():
        for name, source in make_scripts(site / FOLDER):
            yield f"{FOLDER}/{name}", source
    elif any(site.glob("papers/*.html")):
        raise PackError(f"{site} was built without its search; build it again without --no-search")


def _read_me(edition: _Edition) -> bytes:
    """Return the text file that says how to begin to read."""
    lines = [
        edition.messages(f"read_me.{number}", address=edition.address) for number in range(_READ_ME_LINES)
    ]
    date = [edition.messages.day(edition.date)] if edition.date else []
    # Windows' own editor needs the byte order mark, and \r\n at the end of each line.
    return "\r\n".join([edition.title, *date, "", *lines, ""]).encode("utf-8-sig")


def _offline_page(page: Path, edition: _Edition) -> bytes:
    """Return the page "Read offline" as it is in the zip."""
    link = Markup('<a href="{0}">{0}</a>').format(edition.address)
    return _with_message(page, edition, "offline_within", {"address": link}).encode()


def _offer(site: Path, archive: Path, edition: _Edition) -> None:
    """Offer a zip in the site on the page "Read offline", and list it in the service worker."""
    size, digest = archive.stat().st_size, hashlib.sha256(archive.read_bytes()).hexdigest()
    link = Markup('<a href="{0}" download>{0}</a>').format(archive.name)
    page = site / routes.OFFLINE
    values = {"file": link, "size": Markup(edition.messages.megabytes(size))}  # noqa: S704 - digits
    more = f'<p class="digest">SHA-256 <code>{digest}</code></p>'
    text = _with_message(page, edition, "offline_offered", values, more)
    page.unlink()  # it may be a hard link to the page of another tree
    page.write_text(text, encoding="utf-8", newline="\n")
    write_worker(site, Archive(archive.name, size, digest))


def _with_message(page: Path, edition: _Edition, key: str, values: dict[str, Markup], more: str = "") -> str:
    """Return the page's text with a message between its two marks, then ``more`` (HTML).

    ``values`` replace the message's placeholders, such as ``{file}``.
    """
    text = str(escape(edition.messages(key if edition.date else f"{key}_undated")))
    if edition.date:
        values["date"] = escape(edition.messages.day(edition.date))
    html = f"<p>{fill(text, values)}</p>{more}"
    return _BETWEEN_MARKS.sub(lambda match: match[1] + html + match[2], page.read_text(encoding="utf-8"))
