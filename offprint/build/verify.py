"""``build --verify``: whether the published site, made with a cache, is that of a clean build to the byte."""

from dataclasses import replace

from offprint.build.inputs import read_inputs
from offprint.build.manifest import built_files
from offprint.build.options import Options, Progress
from offprint.build.pipeline import make_site
from offprint.storage.folders import remove

_FOLDER = "verify"  # of the cache, while a clean site is in it


def compare_with_clean(options: Options, progress: Progress) -> tuple[int, list[str]]:
    """Build a second site from nothing; return its number of files, and the paths of those that differ.

    Files that only one of the two sites has differ, too.
    """
    folder = options.cache / _FOLDER
    remove(folder)
    try:
        folder.mkdir(parents=True)
        clean = replace(options, output=folder / "_site", cache=folder / "cache")
        make_site(clean, progress, read_inputs(clean))
        published, expected = built_files(options.output) or frozenset(), built_files(clean.output)
        paths = sorted(published | (expected or frozenset()))
        differing = [path for path in paths if _content(options, path) != _content(clean, path)]
        return len(paths), differing
    finally:
        remove(folder)


def _content(options: Options, path: str) -> bytes | None:
    """Return the bytes of a site's file, or None where there is none."""
    try:
        return (options.output / path).read_bytes()
    except OSError:
        return None
