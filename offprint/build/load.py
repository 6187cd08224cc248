"""Content and messages as most commands need them: read, resolved, and free of errors."""

from pathlib import Path

from offprint.archive.model import Library
from offprint.archive.resolve import resolve
from offprint.build.options import Options
from offprint.diagnostics import stop_on_errors
from offprint.records.model import Content
from offprint.records.reader import load_content
from offprint.site.messages import Messages, merge_messages, message_files
from offprint.storage.cache import Cache


def load_messages(templates: Path, language: str) -> Messages:
    """Return the interface's messages for a language code such as ``de`` or ``de-CH``.

    Raises ContentError where a file of messages is faulty: not YAML, or with a key that does not exist.
    """
    paths = [path for path in message_files(language) if (templates / path).exists()]
    return merge_messages(
        {f"{templates.name}/{path}": (templates / path).read_text("utf-8") for path in paths}
    )


def load_library(options: Options) -> tuple[Content, Library]:
    """Return the records and the library resolved from them; raises ContentError if any has an error."""
    content, malformed = load_content(options.content, options.jobs, Cache(options.cache))
    library, unresolved = resolve(content)
    stop_on_errors(malformed, unresolved)
    return content, library
