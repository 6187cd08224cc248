"""``init``: begin an archive in a folder, or bring the files that it wrote there up to date.

What is written stands in ``starter/``, with ``@NAMES@`` for what differs between archives. A file of the
archive, RECORD, keeps the answers and a hash of each file as it was written. An upgrade replaces a file that
still has its hash; of any other, it returns the difference for a person to look at.
"""

import datetime as dt
import difflib
import json
import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import offprint
from offprint.diagnostics import CommandError
from offprint.records import forms
from offprint.site.messages import languages, message_file
from offprint.storage.files import create_files, replace_file

RECORD = ".offprint.json"
_STARTER = Path(__file__).parent / "starter"
_CONTENT = "content/"  # the curator's from the first day on: never upgraded
_CONFIGURATION = "content/site.yaml"
# Of files below starter/, where names that begin with a dot would be overlooked.
_DOTTED = {"github": ".github", "vscode": ".vscode", "gitignore": ".gitignore"}
_PIN = re.compile(r"(?<=^offprint-archive)(\[\w+\])?==\S+", re.MULTILINE)
_GITHUB = re.compile(r"https://github\.com/([\w.-]+)/([\w.-]+?)(?:\.git)?/?$")

_UNSPACED = ("zh", "ja")  # languages whose words Pagefind splits only with an extra

Ask = Callable[[str, str], str]  # a question and the default for an empty answer → the answer


class Answers(NamedTuple):
    """What an archive is begun with; ``repository`` may be empty."""

    title: str
    url: str
    repository: str
    language: str


class Begun(NamedTuple):
    """The result of ``begin()``: paths of the files written, and of those that were there already."""

    written: tuple[str, ...]
    present: tuple[str, ...]


class Upgraded(NamedTuple):
    """The result of ``upgrade()``: paths of the files brought up to date, and diffs of those left alone."""

    written: tuple[str, ...]
    diffs: tuple[str, ...]


def ask_answers(folder: Path, known: dict[str, str | None], ask: Ask | None) -> Answers:
    """Return the answers: those ``known``, and for the others what a person says, or else a default."""
    answers = {name: value for name, value in known.items() if value is not None}

    def answer(name: str, question: str, default: str) -> str:
        if name not in answers:
            answers[name] = ask(question, default) if ask else default
        return answers[name].strip()

    words = re.sub(r"[-_]+", " ", folder.absolute().name).strip()
    title = answer("title", "Title", words[:1].upper() + words[1:] or "Papers")
    repository = answer("repository", "Address of the repository (empty where there is none)", "")
    github = _GITHUB.match(repository)
    address = f"https://{github[1].lower()}.github.io/{github[2]}/" if github else "https://example.org/"
    url = answer("url", "Address of the site", address)
    return Answers(title, url, repository, answer("language", "Language of the interface", "en"))


def begin(folder: Path, answers: Answers, templates: Path, today: dt.date) -> Begun:
    """Write a new archive into a folder, which may hold other files; none of them is changed.

    ``templates`` has the languages of the interface. Raises CommandError where the answers cannot stand in a
    configuration or the folder holds an archive, and OSError.
    """
    if (folder / _CONFIGURATION).exists():
        raise CommandError(f"{folder} holds an archive already; to renew what init wrote, add --upgrade")
    texts = _texts(answers, today)
    _refuse_bad_answers(answers, texts[_CONFIGURATION], templates)
    present = tuple(path for path in texts if (folder / path).exists())
    written = tuple(path for path in texts if path not in present)
    # What an init that was killed has left is ours, too.
    ours = [path for path in texts if path in written or _holds(folder / path, texts[path])]
    record = _record(answers, {path: _hash(texts[path]) for path in ours})
    begun_before = (folder / RECORD).exists()
    # The configuration comes last: while it is missing, init can begin anew.
    new = {path: texts[path] for path in sorted(written, key=_CONFIGURATION.__eq__)}
    create_files(folder, new if begun_before else {RECORD: record, **new})
    if begun_before:
        try:
            replace_file(folder / RECORD, record.encode())
        except BaseException as error:
            error.add_note(f"the archive is begun, but {RECORD} is that of an earlier one")
            raise
    return Begun(written, present)


def upgrade(folder: Path, today: dt.date) -> Upgraded:
    """Bring the files that ``begin()`` wrote up to date with this version; leave out what was deleted.

    Raises CommandError where the folder was not begun with init, and OSError.
    """
    answers, hashes = _load_record(folder)
    written: list[str] = []
    try:
        diffs = _upgrade_files(folder, _texts(answers, today), hashes, written)
        replace_file(folder / RECORD, _record(answers, hashes).encode())
    except BaseException as error:
        if written:
            error.add_note(f"these files are up to date now: {', '.join(written)}")
        raise
    return Upgraded(tuple(written), tuple(diffs))


def _upgrade_files(
    folder: Path, texts: Mapping[str, str], hashes: dict[str, str], written: list[str]
) -> list[str]:
    """Write the files that nobody has changed and add their paths to ``written``; return the others' diffs.

    ``hashes`` are those of the files as they were written last, and afterwards as they are now.
    """
    diffs = []
    for path, text in texts.items():
        file = folder / path
        if path.startswith(_CONTENT) or (path in hashes and not file.exists()):
            continue
        present = file.read_text("utf-8", "replace") if file.exists() else None
        if present is None:
            create_files(folder, {path: text})
        elif present == text:
            hashes[path] = _hash(text)
            continue
        elif hashes.get(path) == _hash(present):
            replace_file(file, text.encode())
        else:
            if hashes.get(path) != _hash(text):
                diffs.append(_diff(path, present, text))
            continue
        written.append(path)
        hashes[path] = _hash(text)
    return diffs


def _texts(answers: Answers, today: dt.date) -> dict[str, str]:
    """Return the text of each file of a new archive, by path."""
    quoted = json.dumps(answers.repository, ensure_ascii=False)
    repository = f"repository: {quoted}  # makes every page's Edit link"
    extra = "[chinese]" if answers.language[:2].lower() in _UNSPACED else ""
    title = " ".join(answers.title.split())
    names = {
        "TITLE": title,
        "TITLE_YAML": json.dumps(title, ensure_ascii=False),
        "URL": answers.url,
        "URL_YAML": json.dumps(answers.url, ensure_ascii=False),
        "REPOSITORY_LINE": repository if answers.repository else "# repository: https://github.com/…",
        "LANGUAGE": json.dumps(answers.language, ensure_ascii=False).strip('"'),
        "REQUIREMENT": f"offprint-archive{extra}=={offprint.__version__}",
        "HOME": offprint.HOME,
        "TODAY": today.isoformat(),
    }
    texts = {}
    for file in sorted(each for each in _STARTER.rglob("*") if each.is_file()):
        first, *rest = file.relative_to(_STARTER).parts
        path = "/".join((_DOTTED.get(first, first), *rest))
        text = file.read_text("utf-8")
        texts[path] = re.sub(r"@([A-Z_]+)@", lambda match: names[match[1]], text)
    return texts


def _refuse_bad_answers(answers: Answers, configuration: str, templates: Path) -> None:
    """Raise CommandError with all that is wrong with the answers."""
    _, faults = forms.read_site(configuration, _CONFIGURATION)
    problems = [each.message for each in faults]
    known = languages(templates)
    if Path(message_file(answers.language)).stem not in known:
        problems.append(f"the interface has no texts in {answers.language!r}, only in {', '.join(known)}")
    if problems:
        raise CommandError("; ".join(problems))


def _holds(file: Path, text: str) -> bool:
    """Tell whether a file has this text."""
    return file.is_file() and file.read_bytes() == text.encode()


def _hash(text: str) -> str:
    """Return the hash of a file's text, whatever version of Offprint it requires.

    Whoever upgrades has changed that version already, by hand or by Dependabot.
    """
    return sha256(_PIN.sub("", text).encode()).hexdigest()


def _diff(path: str, present: str, text: str) -> str:
    """Return the difference between an archive's file and that of this version."""
    lines = difflib.unified_diff(
        present.splitlines(keepends=True), text.splitlines(keepends=True), path, f"{path} (new)"
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def _record(answers: Answers, hashes: Mapping[str, str]) -> str:
    """Return the text of RECORD: the answers, and the hashes of the files to keep up to date."""
    files = {path: each for path, each in sorted(hashes.items()) if not path.startswith(_CONTENT)}
    record = {"version": offprint.__version__, "answers": answers._asdict(), "files": files}
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


def _load_record(folder: Path) -> tuple[Answers, dict[str, str]]:
    """Return the answers and hashes in RECORD; raises CommandError where it is missing or damaged."""
    try:
        record = json.loads((folder / RECORD).read_text("utf-8"))
        answers = Answers(**{name: str(value) for name, value in record["answers"].items()})
        return answers, {str(path): str(value) for path, value in record["files"].items()}
    except FileNotFoundError:
        raise CommandError(
            f"{folder} has no {RECORD}; begin an archive with: offprint init {folder}"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CommandError(f"{folder / RECORD} is damaged; take it from an earlier commit") from None
