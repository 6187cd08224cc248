"""Errors in templates → diagnostics with file, line and advice.

Templates are a curator's own files: a mistake in one is a fault of content like any other, never a
traceback.
"""

import traceback
from pathlib import Path

from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError

from offprint.diagnostics import Diagnostic, Position, nearest
from offprint.site.messages import MissingTextError
from offprint.storage.folders import Overlay


def diagnose(error: Exception, overlay: Overlay) -> Diagnostic:
    """Return the diagnostic of an error in a template; ``overlay`` holds the templates.

    The error is one of Jinja's, or was raised by code that a template called; the place is read from its
    traceback.
    """
    message, advice = _explain(error)
    if isinstance(error, TemplateSyntaxError):
        return Diagnostic(_position(error.filename, error.lineno, error, overlay), message, advice)
    if isinstance(error, UnicodeDecodeError):
        return Diagnostic(Position(_shown(_undecodable(error, overlay), overlay), 1, 1), message, advice)
    file, line = _innermost(error, overlay)
    return Diagnostic(_position(file, line, error, overlay), message, advice)


def _explain(error: Exception) -> tuple[str, str]:
    """Return the message and the advice for an error."""
    advice = ""
    match error:
        case TemplateSyntaxError():
            message = str(error.message)
        case TemplateNotFound():
            message = f"there is no template {error.name!r}"
            advice = "name one of this folder, or one of ours as 'offprint:NAME'"
        case RecursionError():
            message = "the template includes, imports or extends itself"
            advice = "to extend the template of this name that comes with Offprint, write 'offprint:NAME'"
        case UndefinedError():
            message = str(error.message)
            if message.endswith("is undefined"):
                advice = "templates see 'view', 'words' and the names that base.html uses"
        case MissingTextError():
            message, advice = str(error), error.advice
        case AttributeError(name=str() as name):
            message = f"{type(error.obj).__name__} has no {name!r}"
            if type(error.obj).__module__ not in ("builtins", "markupsafe"):
                advice = nearest(name, [each for each in dir(error.obj) if not each.startswith("_")])
        case UnicodeDecodeError():
            message, advice = "this is not UTF-8 text", "save the file as UTF-8"
        case _:
            message = f"{type(error).__name__}: {error}"
    return message, advice


def _innermost(error: Exception, overlay: Overlay) -> tuple[str | None, int]:
    """Return the file and line of a traceback's last frame in a template, if possible an archive's own.

    Where Offprint's template fails in an own one's hands, such as an include without its values, that is the
    one to mend.
    """
    frames = traceback.extract_tb(error.__traceback__)
    places = [(frame.filename, frame.lineno or 1) for frame in frames if _below(frame.filename, overlay)]
    own = [place for place in places if overlay.layer(Path(place[0])) == overlay.own]
    places = own or places
    return places[-1] if places else (None, 1)


def _below(file: str, overlay: Overlay) -> bool:
    """Tell whether a file is in one of the folders."""
    return any(Path(file).is_relative_to(folder) for folder in overlay.layers)


def _shown(file: str | Path | None, overlay: Overlay) -> str:
    """Return a template's path as messages have it; that of the archive's own folder where it is unknown."""
    return overlay.shown(Path(file) if file and _below(str(file), overlay) else overlay.own)


def _position(file: str | None, line: int, error: Exception, overlay: Overlay) -> Position:
    """Return the place: where the line has the name that the error is about, else where its text begins."""
    try:
        text = Path(file or "").read_text("utf-8").splitlines()[line - 1]
    except (OSError, UnicodeDecodeError, IndexError):
        text = ""
    name = getattr(error, "name", None)
    column = text.find(name) if isinstance(name, str) and name in text else len(text) - len(text.lstrip())
    return Position(_shown(file, overlay), line, column + 1)


def _undecodable(error: UnicodeDecodeError, overlay: Overlay) -> Path | None:
    """Return the template whose bytes could not be decoded: the first that has them."""
    files = (file for folder in overlay.layers for file in sorted(folder.rglob("*")) if file.is_file())
    return next((file for file in files if file.read_bytes() == error.object), None)
