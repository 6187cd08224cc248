"""``build``: content → a whole site, published in one step or not at all."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from offprint.build import manifest
from offprint.commands import Built, Options, Progress
from offprint.records.git_history import head
from offprint.site.fingerprints import Print, fold
from offprint.storage.cache import Cache, code_print
from offprint.storage.files import file_print, survey
from offprint.storage.folders import regular_files

_LAST = "last"  # where the cache keeps what the last build was of


class _Last(NamedTuple):
    """What the last build was of, the tree that it made, and what it told."""

    inputs: Print
    tree: str
    built: Built


def build(options: Options, progress: Progress) -> Built:
    """Build the site; raises ContentError, PublishError, SearchError, and the old site stays."""
    progress("Reading", 0, 0)
    cache, known = Cache(options.cache), survey(options.content)
    inputs = _inputs(options, known)
    if done := _nothing_to_do(options, cache, inputs):
        return done
    from offprint.build.pipeline import make  # noqa: PLC0415 - where nothing is to do, nothing need be loaded

    built, tree = make(options, progress, known)
    cache.save(_LAST, _Last(inputs, tree.name, replace(built, made=0, reasons=())))
    return built


def _nothing_to_do(options: Options, cache: Cache, inputs: Print) -> Built | None:
    """What was built before, where that was of the same and the site is still as it was left."""
    last, tree = cache.load(_LAST), manifest.load(cache, options.output)
    same = isinstance(last, _Last) and last.inputs == inputs and tree and tree.name == last.tree
    return last.built if same and tree and manifest.whole(tree, options.output) else None


def _inputs(options: Options, known: Mapping[str, Print]) -> Print:
    """One fingerprint of all that a build reads."""
    folders = (options.templates, options.static)
    looks = [[(path, file_print(file)) for path, file in regular_files(each, "").items()] for each in folders]
    return fold(code_print(), sorted(known.items()), looks, head(options.content), options.search)
