"""``build``: content → a whole site, published in one step or not at all."""

from dataclasses import replace
from typing import NamedTuple

from offprint.build import manifest
from offprint.build.inputs import hash_files, hash_inputs
from offprint.build.options import Built, Options, Progress
from offprint.storage.cache import Cache
from offprint.storage.fingerprint import Fingerprint

_KIND = "last-build"  # of state in the cache


class _Last(NamedTuple):
    """What the last build was of, the tree that it made, and what it reported."""

    inputs: Fingerprint
    tree: str
    built: Built


def build(options: Options, progress: Progress) -> Built:
    """Build the site; raises ContentError, PublishError, SearchError, and the old site stays."""
    progress("Reading", 0, 0)
    cache, content_hashes = Cache(options.cache), hash_files(options.content)
    inputs = hash_inputs(options, content_hashes)
    if done := _nothing_to_do(options, cache, inputs):
        return done
    from offprint.build.pipeline import make_site  # noqa: PLC0415 - where nothing is to do, nothing need be loaded

    built, tree = make_site(options, progress, content_hashes)
    cache.save_state(_KIND, _Last(inputs, tree.name, replace(built, made=0, reasons=())))
    return built


def _nothing_to_do(options: Options, cache: Cache, inputs: Fingerprint) -> Built | None:
    """Return what was built before, where that was of the same and the site is still as it was left."""
    last, tree = cache.state(_KIND), manifest.load(cache, options.output)
    same = isinstance(last, _Last) and last.inputs == inputs and tree and tree.name == last.tree
    return last.built if same and tree and manifest.whole(tree, options.output) else None
