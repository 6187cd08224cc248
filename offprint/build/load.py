"""Content and messages as most commands need them: read, resolved, and free of errors."""

from collections.abc import Sequence
from pathlib import Path

from offprint.archive.model import Library
from offprint.archive.resolve import resolve
from offprint.build.options import Options
from offprint.diagnostics import ContentError, Diagnostic, Position, stop_on_errors
from offprint.records.model import Content
from offprint.records.reader import load_content, place_of
from offprint.site.messages import Messages, languages, merge_messages, message_file, message_files
from offprint.storage.cache import Cache
from offprint.storage.folders import Overlay

_OWN_STYLE = "own.css"  # see site/renderer.py, which takes longer to load


def load_messages(templates: Overlay, language: str) -> Messages:
    """Return the interface's messages for a language code such as ``de`` or ``de-CH``.

    Raises ContentError where a file of messages is faulty: not UTF-8, not YAML, or with a key that does not
    exist.
    """
    return _messages(templates, templates.layers, language)


def read_messages(templates: Overlay, language: str) -> tuple[Messages, list[Diagnostic]]:
    """Return the interface's messages, and what is wrong with an archive's own files of them.

    Where anything is, the messages are those that come with Offprint.
    """
    try:
        return load_messages(templates, language), []
    except ContentError as error:
        return _messages(templates, (templates.base,), language), list(error.diagnostics)


def _messages(templates: Overlay, folders: Sequence[Path], language: str) -> Messages:
    """Return the messages from files in some folders of templates, the one that wins first."""
    files = [
        folder / path
        for folder in reversed(folders)
        for path in message_files(language)
        if templates.data(folder / path) is not None
    ]
    return merge_messages({templates.shown(file): templates.text(file) for file in files}, language)


def untranslated(options: Options, language: str) -> list[Diagnostic]:
    """Return an error at ``language`` in the configuration where the interface has no texts in it."""
    templates = options.templates
    if any((folder / message_file(language)).exists() for folder in templates.layers):
        return []
    place = place_of(options.content, Position(f"{options.content.name}/site.yaml", 1, 1), "language")
    known = ", ".join(languages(templates.base))
    own = templates.shown(templates.own / message_file(language))
    advice = f"write one of {known}, or translate the interface in {own}"
    return [Diagnostic(place, f"the interface has no texts in {language!r}", advice)]


def misplaced(options: Options) -> list[Diagnostic]:
    """Return an error for each folder of an archive's own that stands where a file belongs, or a file so."""
    faults = [*options.templates.clashes(), *options.static.clashes()]
    own_style = options.static.own / _OWN_STYLE
    if own_style.is_dir():
        place = Position(options.static.shown(own_style), 1, 1)
        faults.append(Diagnostic(place, "this is a folder, not a file", "put the style sheet itself here"))
    return faults


def load_library(options: Options) -> tuple[Content, Library]:
    """Return the records and the library resolved from them; raises ContentError if any has an error."""
    content, malformed = load_content(options.content, options.jobs, Cache(options.cache))
    library, unresolved = resolve(content)
    stop_on_errors(malformed, unresolved)
    return content, library
