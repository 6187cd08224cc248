"""A staged tree: written beside the output, exchanged for it in one step, or discarded.

Two renames (the old site away, the new one in) leave no site where the build is killed between them. Linux
and macOS can exchange two folders in one step; where neither can, publishing over an existing site is
refused rather than risked. What a killed build leaves behind is removed by the next one.

The old site need not be thrown away: kept in the cache as a spare, it is brought up to date by the next
build, which so writes only what has changed. The files that the two trees share are links to one and the
same, so nothing here opens a file for writing that is there already.
"""

import contextlib
import itertools
import os
import shutil
from collections.abc import Collection, Iterable, Mapping, Set
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from offprint.build import manifest
from offprint.build.manifest import STAMP_FILE, Manifest
from offprint.storage.cache import Cache
from offprint.storage.files import write_new
from offprint.storage.fingerprint import Fingerprint
from offprint.storage.folders import PublishError, exchange, lock, remove
from offprint.storage.workers import background, identity

_STANDBY = "standby"
_PARALLEL_FROM = 4000  # files; below, a process to look through them costs more than it saves


class Staging:
    """A context in which a new site is made; leaving it without ``publish()`` discards the new one.

    Without a ``cache`` the new site begins empty. With one it begins as the spare: a second tree that the
    build before has left there, and that another process looks through from now on where it is large and
    there are several ``jobs``. ``plan()`` keeps of it what still holds, takes from the present site what came
    since (as links to the same files), and tells what is left to make.
    """

    def __init__(self, output: Path, cache: Cache | None = None, jobs: int = 1) -> None:
        self.output = output.absolute()
        self.root = self.output.parent / f".{self.output.name}.staging"
        self._cache, self._jobs = cache, jobs
        self._held = contextlib.ExitStack()
        self._wanted: dict[str, Fingerprint] = {}
        self._sizes: manifest.Sizes = {}
        self._folders: dict[str, tuple[str, ...]] = {}
        self._missing: list[str] = []
        self._left: set[str] = set()
        self._spare: Manifest | None = None
        self._changes: Future[dict[str, int | None]] | None = None
        self.live: Manifest | None = None

    def __enter__(self) -> "Staging":
        _check_output(self.output)
        self.output.parent.mkdir(parents=True, exist_ok=True)
        self._held.callback(os.close, lock(self.output.parent))
        try:
            remove(self.root)
            if self._cache:
                self._look_around(self._cache)
            if self._spare:
                several = self._jobs if len(self._spare.sizes) >= _PARALLEL_FROM else 1
                look = self._held.enter_context(background(several, identity, self._spare))
                self._changes = look(manifest.changes, self.root)
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
            self._held.close()

    def _look_around(self, cache: Cache) -> None:
        """Find the spare and what is known of the present site; a cache on another disk can hold neither."""
        cache.folder.mkdir(parents=True, exist_ok=True)
        if cache.folder.stat().st_dev != self.output.parent.stat().st_dev:
            self._cache = None
            return
        if not cache.folder.samefile(self.output.parent):
            self._held.callback(os.close, lock(cache.folder))
        self.root = cache.folder / _STANDBY
        self._spare = manifest.load(cache, self.root)
        self.live = manifest.load(cache, self.output)

    def plan(self, made_from: Mapping[str, Fingerprint], always_made: Iterable[str] = ()) -> list[str]:
        """Tell what the site consists of; gives what of it is still to be made.

        ``made_from`` has files, and folders that are made as one (a slash at the end), by path, each with the
        fingerprint of what it is made from; ``always_made`` are files that are made each time. The folders of
        what is to be made are there afterwards.
        """
        changes = self._changes.result() if self._changes else {}
        # From here on this is no whole tree, whatever ends this build.
        (self.root / STAMP_FILE).unlink(missing_ok=True)
        self._wanted = {**made_from, **dict.fromkeys(always_made, b"")}
        kept = self._take(self._spare, made_from, changes.keys())
        missing = {path: made for path, made in made_from.items() if path not in kept}
        self._left = self._of_folders(missing) - changes.keys()
        gone = {path for path, size in changes.items() if size is None}
        there = changes.keys() | (self._spare.sizes.keys() if self._spare else set())
        for path in there - gone - self._sizes.keys() - self._left:
            self._drop(path)
        self.make_folders((*missing, *always_made))
        linked = self._link(missing)
        self._missing = [path for path in missing if path not in linked]
        return self._missing

    def _of_folders(self, missing: Mapping[str, Fingerprint]) -> set[str]:
        """The files of the spare in folders that are to be made anew: see ``again()``."""
        made = self.live.made if self.live else {}
        anew = tuple(path for path in missing if path.endswith("/") and made.get(path) != missing[path])
        if not anew or not self._spare:
            return set()
        return {path for path in self._spare.sizes if path.startswith(anew)}

    def _link(self, wanted: Mapping[str, Fingerprint]) -> set[str]:
        """Take what the present site has of the wanted, as links to the same files; gives that."""
        if not self.live:
            return set()
        files = [file for path in self.live.same(wanted) for file in self.live.folders.get(path, (path,))]
        before = set(self._sizes)
        linked = self._take(self.live, wanted, set(files) - self._intact(files))
        new = self._sizes.keys() - before
        self.make_folders(new)
        self._link_files(new)
        return linked

    def _intact(self, files: Iterable[str]) -> set[str]:
        """Those of these files that the present site has, as they were left."""
        if not self.live:
            return set()
        known = self.live.sizes
        found = manifest.look(self.output, (file for file in files if file in known), self.live.finished)
        return {file for file, size in found.items() if size == known[file]}

    def _link_files(self, files: Iterable[str]) -> None:
        """Have files of the present site in the staged one, too, in folders that are there."""
        for file in files:
            os.link(f"{self.output}/{file}", f"{self.root}/{file}")

    def _take(self, tree: Manifest | None, wanted: Mapping[str, Fingerprint], broken: Set[str]) -> set[str]:
        """Note as part of the new site what a tree has of the wanted, where it is intact; gives that."""
        if not tree:
            return set()
        taken = {path for path in tree.same(wanted) if broken.isdisjoint(tree.folders.get(path, (path,)))}
        folders = {path: files for path, files in tree.folders.items() if path in taken}
        self._folders |= folders
        files = [*(taken - folders.keys()), *itertools.chain(*folders.values())]
        self._sizes |= {file: tree.sizes[file] for file in files}
        return taken

    def _drop(self, path: str) -> None:
        """Delete a file of the spare, and the folders that then are empty."""
        (self.root / path).unlink()
        folder = path.rpartition("/")[0]
        with contextlib.suppress(OSError):  # most folders are not empty
            while folder:
                (self.root / folder).rmdir()
                folder = folder.rpartition("/")[0]

    def make_folders(self, paths: Iterable[str]) -> None:
        """Make the folders of all paths that will be written, once each."""
        for folder in sorted({path.rpartition("/")[0] for path in paths}):
            (self.root / folder).mkdir(parents=True, exist_ok=True)

    def write(self, path: str, text: str | bytes) -> None:
        """Write one file; its folder is there, and the file is not: it may be one with the present site's."""
        write_new(f"{self.root}/{path}", text.encode() if isinstance(text, str) else text)

    def had(self, folder: str) -> frozenset[str]:
        """The files that earlier sites have in a folder, as far as is known."""
        earlier = (tree for tree in (self.live, self._spare) if tree)
        return frozenset(path for tree in earlier for path in tree.folders.get(folder, ()))

    def again(self, folder: str, paths: Collection[str]) -> set[str]:
        """Have of a folder that is made anew what earlier sites had in it of these files; gives those.

        The files' names tell their content. All else that was in the folder goes.
        """
        left = {path for path in self._left if path.startswith(folder)}
        for path in left - set(paths):
            self._drop(path)
        self.make_folders(paths)
        taken = left & set(paths)
        linked = self._intact(set(paths) - taken)
        self._link_files(linked)
        return taken | linked

    def copy(self, source: Path, path: str) -> None:
        """Copy one file to its path in the site."""
        shutil.copyfile(source, self.root / path)

    def publish(
        self, papers: Mapping[str, Fingerprint] | None = None, world: Mapping[str, Fingerprint] | None = None
    ) -> Manifest:
        """Put the staged site in the output's place, in one step; gives what is known of it.

        ``papers`` and ``world`` are kept with what is known of it. The site that was there before is the next
        spare; where nothing is known of that, the spare is made of links to the new site's files.
        """
        tree = self._finished(papers or {}, world or {})
        if self._cache:
            manifest.save(self._cache, tree)
        if self.output.exists():
            exchange(self.root, self.output)
        else:
            self.root.rename(self.output)
        if self._cache and not self.live:
            self._make_spare(tree)
        return tree

    def _finished(self, papers: Mapping[str, Fingerprint], world: Mapping[str, Fingerprint]) -> Manifest:
        """The staged tree with its mark, whole: what was kept, and what was made."""
        for folder in (path for path in self._missing if path.endswith("/")):
            inside = {f"{folder}{name}": size for name, size in manifest.walk(self.root / folder).items()}
            self._folders[folder] = tuple(inside)
            self._sizes |= inside
        self._sizes |= manifest.look(
            self.root, self._wanted.keys() - self._sizes.keys() - self._folders.keys()
        )
        made = {
            path: made_from
            for path, made_from in self._wanted.items()
            if path in self._sizes or path in self._folders
        }
        tree = Manifest(manifest.name_of(made), made, self._folders, self._sizes, papers, world)
        (self.root / STAMP_FILE).write_text(tree.mark, "utf-8")
        return replace(tree, finished=(self.root / STAMP_FILE).stat().st_mtime_ns)

    def _make_spare(self, tree: Manifest) -> None:
        """Link all files of the new site, its mark last."""
        remove(self.root)
        self.root.mkdir(parents=True)
        paths = [*tree.sizes, STAMP_FILE]
        self.make_folders(paths)
        for path in paths:
            os.link(f"{self.output}/{path}", f"{self.root}/{path}")


def _check_output(output: Path) -> None:
    """Refuse to replace what no build of ours has made."""
    if not output.exists() and not output.is_symlink():
        return
    if output.is_symlink() or not output.is_dir():
        raise PublishError(f"{output} is not a folder; choose another --output")
    if any(output.iterdir()) and not (output / STAMP_FILE).exists():
        raise PublishError(f"{output} holds files that no build has made; choose another --output")
