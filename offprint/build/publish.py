"""The staged site: made beside the output, exchanged for it in one step, or discarded.

Two renames (the old site away, the new one in) leave no site where the build is killed between them. Linux
and macOS can exchange two folders in one step; where neither can, publishing over an existing site is
refused rather than risked. What a killed build leaves behind is removed by the next one.

What no build made, such as ``.git`` or ``CNAME``, is carried over (``foreign.py``).

The old site is not thrown away: kept in the cache as the standby tree, it is brought up to date by the next
build, which so writes only what has changed. Files that the two trees share are hard links to one and the
same file, so nothing here opens an existing file for writing. Where a file system has no hard links, they are
copies.
"""

import contextlib
import itertools
import os
from collections.abc import Callable, Collection, Iterable, Mapping, Set
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from offprint.build.foreign import (
    colliding,
    foreign_paths,
    link_foreign,
    may_be_built,
    move_foreign,
    refuse,
)
from offprint.build.manifest import (
    STAMP_FILE,
    FileStates,
    Manifest,
    built_files,
    changed_files,
    checksum_of,
    intact_files,
    list_files,
    load_manifest,
    manifest_name,
    manifest_name_at,
    save_manifest,
    stamp_text,
    states_of,
)
from offprint.search.index import FOLDER as INDEX
from offprint.storage.cache import Cache
from offprint.storage.files import hash_content, link_or_copy, write_new
from offprint.storage.fingerprint import Fingerprint
from offprint.storage.folders import PublishError, exchange, lock, remove
from offprint.storage.workers import background, identity

_STANDBY = "standby"  # a folder of the cache
NOT_PUBLISHED, UNCERTAIN, PUBLISHED = (
    "nothing was published",
    "the site is the old one or the new one, whole",
    "the new site is published",
)
_PARALLEL_FROM = 4000  # files; below, a process to look through them costs more than it saves


class Staging:
    """A context in which a new site is made at ``root``; leaving it without ``publish()`` discards that.

    Without a ``cache`` the new site begins empty. With one it begins as the standby tree that the last build
    left in the cache. With several ``jobs`` and many files, a background process checks meanwhile which of
    them have been changed. ``plan()`` then keeps what is still valid, links what the published site has, and
    returns what is left to make. ``published`` is the manifest of the site at ``output``, if it is known.
    ``state`` says how far publishing is, in words that are true whatever happens next; ``copies`` tells
    whether files had to be copied that should have been linked, and ``damaged`` how many files of the standby
    tree were not as a build had left them; those are made again.
    """

    def __init__(self, output: Path, cache: Cache | None = None, jobs: int = 1) -> None:
        self.output = output.absolute()
        self.root = self.output.parent / f".{self.output.name}.staging"
        self.published: Manifest | None = None
        self.state = NOT_PUBLISHED
        self.copies = False
        self.damaged = 0
        self._cache, self._jobs = cache, jobs
        self._resources = contextlib.ExitStack()  # locks, and the background process
        self._standby: Manifest | None = None
        self._changed: Future[dict[str, int | None]] | None = None
        # Of the new site: what it is to have, what of it is there, and what is still to be made.
        self._targets: dict[str, Fingerprint] = {}
        self._files: FileStates = {}
        self._checksums: dict[str, int] = {}
        self._folders: dict[str, tuple[str, ...]] = {}
        self._missing: list[str] = []
        self._reusable: set[str] = set()

    def __enter__(self) -> "Staging":
        _check_output(self.output)
        self.output.parent.mkdir(parents=True, exist_ok=True)
        self._resources.callback(os.close, lock(self.output.parent))
        try:
            remove(self.root)
            if self._cache:
                self._load_manifests(self._cache)
            if self._standby:
                several = self._jobs if len(self._standby.files) >= _PARALLEL_FROM else 1
                submit = self._resources.enter_context(background(several, identity, self._standby))
                self._changed = submit(changed_files, self.root)
            else:
                remove(self.root)
                self.root.mkdir(parents=True)
        except BaseException:  # a full disk, an interrupt: nobody calls __exit__ where __enter__ fails
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if not (self._cache and (self.root / STAMP_FILE).exists()):
                remove(self.root)
        finally:
            self._resources.close()

    def _load_manifests(self, cache: Cache) -> None:
        """Load the manifests of the standby tree and of the published site.

        Where the cache is on another disk, work without it: no file there can be a link to one of the site.
        """
        cache.folder.mkdir(parents=True, exist_ok=True)
        if cache.folder.stat().st_dev != self.output.parent.stat().st_dev:
            self._cache = None
            return
        if not cache.folder.samefile(self.output.parent):
            self._resources.callback(os.close, lock(cache.folder))
        self.root = cache.folder / _STANDBY
        self._standby = load_manifest(cache, self.root)
        self.published = load_manifest(cache, self.output)

    def plan(self, targets: Mapping[str, Fingerprint], always_made: Iterable[str] = ()) -> list[str]:
        """Set what the site consists of; return the paths of the targets that are still to be made.

        ``targets`` are files, and folders that are made as one (with a slash at the end), by path, each with
        the fingerprint of what it is made from; ``always_made`` are files that every build makes. Afterwards
        the folders of everything that is to be made exist.
        """
        changed = self._changed.result() if self._changed else {}
        # From here on this is no complete site, whatever ends this build.
        (self.root / STAMP_FILE).unlink(missing_ok=True)
        if changed and self._standby:
            self.damaged = len(changed.keys() & self._standby.files.keys())
            for path in foreign_paths(self.root, self._standby.files):
                remove(self.root / path)
                changed.pop(path, None)
        self._targets = {**targets, **dict.fromkeys(always_made, b"")}
        kept_paths = self._adopt(self._standby, targets, changed.keys())
        missing = {path: value for path, value in targets.items() if path not in kept_paths}
        self._reusable = self._files_of_rebuilt_folders(missing) - changed.keys()
        removed = {path for path, size in changed.items() if size is None}
        existing = changed.keys() | (self._standby.files.keys() if self._standby else set())
        for path in existing - removed - self._files.keys() - self._reusable:
            self._delete(path)
        self.make_folders((*missing, *always_made))
        linked = self._link_published(missing)
        self._missing = [path for path in missing if path not in linked]
        return self._missing

    def _files_of_rebuilt_folders(self, missing: Mapping[str, Fingerprint]) -> set[str]:
        """Return the standby tree's files in folders that are made again, for ``reuse_hashed()``."""
        made_from = self.published.made_from if self.published else {}
        rebuilt = tuple(
            path for path in missing if path.endswith("/") and made_from.get(path) != missing[path]
        )
        if not rebuilt or not self._standby:
            return set()
        return {path for path in self._standby.files if path.startswith(rebuilt)}

    def _link_published(self, targets: Mapping[str, Fingerprint]) -> set[str]:
        """Link every target that the published site has unchanged; return the paths of those targets."""
        site = self.published
        if not site:
            return set()
        files = [file for path in site.unchanged(targets) for file in site.folders.get(path, (path,))]
        before = set(self._files)
        linked = self._adopt(site, targets, set(files) - self._intact(files))
        new = self._files.keys() - before
        self.make_folders(new)
        self._link_files(new)
        return linked

    def _intact(self, files: Iterable[str]) -> set[str]:
        """Return those of these files that the published site has, as its build left them."""
        if not self.published:
            return set()
        known = self.published.files
        states = states_of(self.output, (file for file in files if file in known), self.published.finished)
        return intact_files(self.published, self.output, states)

    def _link_files(self, files: Iterable[str]) -> None:
        """Link files of the published site into the staged one, where their folders already exist."""
        for file in files:
            self.copies |= not link_or_copy(f"{self.output}/{file}", f"{self.root}/{file}")

    def _adopt(
        self, manifest: Manifest | None, targets: Mapping[str, Fingerprint], changed: Set[str]
    ) -> set[str]:
        """Count targets that a site of this manifest has as part of the new site; return their paths.

        Those are the targets with an equal fingerprint and none of the ``changed`` files. No file is touched.
        """
        if not manifest:
            return set()
        adopted = {
            path
            for path in manifest.unchanged(targets)
            if changed.isdisjoint(manifest.folders.get(path, (path,)))
        }
        folders = {path: files for path, files in manifest.folders.items() if path in adopted}
        self._folders |= folders
        files = [*(adopted - folders.keys()), *itertools.chain(*folders.values())]
        self._files |= {file: manifest.files[file] for file in files}
        self._checksums |= {file: manifest.checksums[file] for file in files}
        return adopted

    def _delete(self, path: str) -> None:
        """Delete a file of the standby tree, and each folder that is then empty."""
        (self.root / path).unlink()
        folder = path.rpartition("/")[0]
        with contextlib.suppress(OSError):  # most folders are not empty
            while folder:
                (self.root / folder).rmdir()
                folder = folder.rpartition("/")[0]

    def make_folders(self, paths: Iterable[str]) -> None:
        """Make the folders that these files lie in, once each."""
        for folder in sorted({path.rpartition("/")[0] for path in paths}):
            (self.root / folder).mkdir(parents=True, exist_ok=True)

    def write(self, path: str, text: str | bytes) -> None:
        """Write one new file, whose folder exists.

        Raises FileExistsError where the file exists: it might be a link to one of the published site.
        """
        write_new(f"{self.root}/{path}", text.encode() if isinstance(text, str) else text)

    def known_files(self, folder: str) -> frozenset[str]:
        """Return the paths of all files that the published site and the standby tree have in a folder."""
        earlier = (manifest for manifest in (self.published, self._standby) if manifest)
        return frozenset(path for manifest in earlier for path in manifest.folders.get(folder, ()))

    def reuse_hashed(self, folder: str, paths: Collection[str]) -> set[str]:
        """Reuse the files of a rebuilt folder whose names are content hashes. Return the paths reused.

        ``paths`` are all such files that the folder is to have; every other file of it is deleted.
        """
        reusable = {path for path in self._reusable if path.startswith(folder)}
        for path in reusable - set(paths):
            self._delete(path)
        self.make_folders(paths)
        kept_paths = reusable & set(paths)
        linked = self._intact(set(paths) - kept_paths)
        self._link_files(linked)
        return kept_paths | linked

    def copy(self, source: Path, path: str) -> Fingerprint:
        """Copy one file to its path in the site; return the fingerprint of what was read.

        The site then is made from that, even if the file has changed since it was planned.
        """
        data = source.read_bytes()
        self.write(path, data)
        self._targets[path] = hash_content(data, [])
        return self._targets[path]

    def publish(
        self,
        papers: Mapping[str, Fingerprint] | None = None,
        global_inputs: Mapping[str, Fingerprint] | None = None,
    ) -> Manifest:
        """Put the staged site in the output's place, in one step; return its manifest.

        ``papers`` and ``global_inputs`` become part of the manifest. The site that was published before is
        the next standby tree; where it has no known manifest, the standby tree is made of links to the new
        site's files.
        """
        manifest = self._finish(papers or {}, global_inputs or {})
        if self._cache:
            save_manifest(self._cache, manifest)
        self._replace_output(manifest.files)
        if self._cache and not self.published:
            self._make_standby(manifest)
        return manifest

    def link_published(self) -> None:
        """Begin with all files of the published site, to change a few of them: see ``publish_changed()``."""
        paths = built_files(self.output)
        if paths is None:
            message = f"{self.output}/{STAMP_FILE} does not say what was built; build the site again"
            raise PublishError(message)
        self.make_folders(paths)
        self._link_files(paths)

    def publish_changed(self) -> None:
        """Put the staged site, begun with ``link_published()``, in the output's place.

        The next build puts right whatever was changed, since the site still names the manifest it had.
        """
        files = list_files(self.root)
        text = stamp_text(manifest_name_at(self.output), files)
        (self.root / STAMP_FILE).write_text(text, "utf-8")
        self._replace_output(files)

    def _replace_output(self, planned: Collection[str]) -> None:
        """Exchange the staged site, which has the ``planned`` files, for the output; keep foreign files."""
        if not self.output.exists():
            self.state = UNCERTAIN
            self._or_unpublished(lambda: self.root.rename(self.output))
            return
        built, foreign = self._foreign(planned)
        link_foreign(foreign, self.output, self.root)
        self.state = UNCERTAIN
        self._or_unpublished(lambda: exchange(self.root, self.output))
        if foreign:
            move_foreign(self.root, self.output, built, planned)

    def _or_unpublished(self, replace_output: Callable[[], object]) -> None:
        """Publish by one system call; whether it was done is known unless an interrupt comes in between."""
        try:
            replace_output()
        except (OSError, PublishError):
            self.state = NOT_PUBLISHED
            raise
        self.state = PUBLISHED

    def _foreign(self, planned: Collection[str]) -> tuple[Collection[str], list[str]]:
        """Return the files that builds made of the output, and the paths of foreign ones.

        Raises PublishError where a foreign file is in the way of a ``planned`` one, or where it is not known
        which files are foreign.
        """
        built: Collection[str] | None = built_files(self.output)
        if built is None and self.published:
            built = self.published.files
        foreign = foreign_paths(self.output, planned if built is None else built, planned)
        if built is None:  # a site of version 0.1, whose stamp file has no list: its index is ours for sure
            index = [path for path in foreign if path.startswith(f"{INDEX}/")]
            foreign = [path for path in foreign if not path.startswith(f"{INDEX}/")]
            unknown = list(filter(may_be_built, foreign))
            refuse(self.output, unknown, f"as far as its {STAMP_FILE} says")
            built = {*planned, *index}
        refuse(self.output, colliding(foreign, planned), "where the new site has files")
        return built, foreign

    def _finish(
        self, papers: Mapping[str, Fingerprint], global_inputs: Mapping[str, Fingerprint]
    ) -> Manifest:
        """Write the stamp file of the staged site, which is now complete; return the site's manifest."""
        for folder in (path for path in self._missing if path.endswith("/")):
            inside = {f"{folder}{name}": state for name, state in list_files(self.root / folder).items()}
            self._folders[folder] = tuple(inside)
            self._files |= inside
        self._files |= states_of(self.root, self._targets.keys() - self._files.keys() - self._folders.keys())
        new = self._files.keys() - self._checksums.keys()
        self._checksums |= {path: checksum_of(self.root, path) for path in new}
        made_from = {
            path: value
            for path, value in self._targets.items()
            if path in self._files or path in self._folders
        }
        name = manifest_name(made_from)
        manifest = Manifest(
            name, made_from, self._folders, self._files, self._checksums, papers, global_inputs
        )
        (self.root / STAMP_FILE).write_text(manifest.stamp, "utf-8")
        return replace(manifest, finished=(self.root / STAMP_FILE).stat().st_mtime_ns)

    def _make_standby(self, manifest: Manifest) -> None:
        """Link all files of the published site into a new standby tree, the stamp file last.

        The site is published: where the disk is full, there is no standby tree.
        """
        try:
            remove(self.root)
            self.root.mkdir(parents=True)
            paths = [*manifest.files, STAMP_FILE]
            self.make_folders(paths)
            self._link_files(paths)
        except OSError:
            with contextlib.suppress(OSError):
                remove(self.root)


def _check_output(output: Path) -> None:
    """Raise PublishError where the output is anything but a site of ours or an empty folder."""
    if not output.exists() and not output.is_symlink():
        return
    if output.is_symlink() or not output.is_dir():
        raise PublishError(f"{output} is not a folder; choose another --output")
    if any(output.iterdir()) and not (output / STAMP_FILE).exists():
        refuse(output, foreign_paths(output, ()), f"as it has no {STAMP_FILE}")
