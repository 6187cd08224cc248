"""``build``: content → a whole site, published in one step or not at all.

This module only decides whether there is anything to do; how a site is made is for ``build/pipeline.py``.
"""

from dataclasses import replace
from typing import NamedTuple

from offprint.build.inputs import read_inputs
from offprint.build.manifest import is_intact, load_manifest
from offprint.build.options import Built, Options, Progress, refuse_overlap
from offprint.diagnostics import CommandError
from offprint.storage.cache import Cache
from offprint.storage.fingerprint import Fingerprint

_KIND = "last-build"  # of state in the cache


class _LastBuild(NamedTuple):
    """The last build: the fingerprint of its inputs, the name of its site's manifest, and its result."""

    inputs: Fingerprint
    manifest: str
    built: Built


def build(options: Options, progress: Progress) -> Built:
    """Build the site; return how many papers and pages it has and what was rendered.

    Raises ContentError, CommandError (of it, PublishError and SearchError); then the old site stays.
    """
    refuse_overlap(options.output, options)
    progress("Reading", 0, 0)
    options = replace(options, templates=options.templates.read())
    cache, inputs = Cache(options.cache), read_inputs(options)
    if built := _up_to_date(options, cache, inputs.fingerprint(options)):
        return built
    from offprint.build.pipeline import make_site  # noqa: PLC0415 - where nothing is to do, nothing need be loaded

    built, manifest = make_site(options, progress, inputs)
    last = replace(built, rendered=0, explanations=(), notes=())
    cache.save_state(_KIND, _LastBuild(inputs.fingerprint(options), manifest.name, last))
    if damaged := cache.take_damage():
        values = "1 damaged value" if damaged == 1 else f"{damaged:,} damaged values"
        made = "was made" if damaged == 1 else "were made"
        note = f"{values} in {options.cache} {made} again; is the disk failing?"
        built = replace(built, notes=(*built.notes, note))
    return built


def verify(options: Options, progress: Progress) -> int:
    """Compare the published site with a clean build of the same content; return how many files it has.

    Raises CommandError where they differ in a byte.
    """
    from offprint.build.verify import compare_with_clean  # noqa: PLC0415 - see build()

    count, differing = compare_with_clean(options, progress)
    if differing:
        names = ", ".join(differing[:5]) + (" …" if len(differing) > 5 else "")
        message = f"{len(differing):,} files are not those of a clean build ({names})"
        raise CommandError(f"{message}; delete {options.cache} and build again")
    return count


def _up_to_date(options: Options, cache: Cache, inputs: Fingerprint) -> Built | None:
    """Return the result of the last build if it had the same inputs and its site is intact, else None."""
    last, manifest = cache.state(_KIND), load_manifest(cache, options.output)
    same = isinstance(last, _LastBuild) and last.inputs == inputs
    if not same or not manifest or manifest.name != last.manifest:
        return None
    return last.built if is_intact(manifest, options.output) else None
