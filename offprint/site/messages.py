"""Messages: the text of the interface in the archive's language, with its names, counts and dates.

There is one YAML file for each language, ``templates/text/<code>.yaml``; keys that a language lacks are
taken from English. A curator's own texts, in files of the same names, win over both. Content is
not translated. Reading the files is left to the callers.
"""

import datetime as dt
import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal

from offprint.diagnostics import ContentError, Diagnostic, Position, nearest
from offprint.records import frontmatter
from offprint.records.frontmatter import Scalar, Sequence
from offprint.records.model import PartialDate

DEFAULT = "en"
_SCRIPT = "script_"
_FORMS = ("zero", "one", "two", "few", "many", "other")
_NAME = re.compile(r"\{([a-z_0-9]+)\}")
_ALSO_SCRIPT = frozenset(
    "any author card_code card_project comments draft "
    "mine most_comments most_votes new newest_first oldest_first order organization search_help "
    "show_more status_retracted status_withdrawn topic undated venue votes year".split()
)  # texts that templates and scripts share


class MissingTextError(LookupError):
    """A template asks for a text that the interface does not have; ``advice`` names the nearest."""

    def __init__(self, key: str, texts: Mapping[str, str]) -> None:
        name = key.partition(".")[0]
        super().__init__(f"the interface has no text {name!r}")
        self.advice = nearest(name, sorted({each.partition(".")[0] for each in texts}))


@dataclass(frozen=True, slots=True)
class Messages:
    """Texts by key; a list has ``key.0``, ``key.1`` and so on.

    A count has ``key.other`` and the further forms of its language: ``key.one``, ``key.few`` and so on
    (Unicode CLDR). ``language`` is the archive's; numbers are written in its way.
    """

    texts: Mapping[str, str]
    language: str = DEFAULT

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of a key, with ``{names}`` filled in; raises MissingTextError."""
        text = self.texts.get(key)
        if text is None:
            raise MissingTextError(key, self.texts)
        return fill(text, values)

    def count(self, number: int, key: str) -> str:
        """Return a counted text: ``1 paper``, ``2,000 papers``."""
        form = f"{key}.{_locale(self.language).plural_form(number)}"
        return self(form if form in self.texts else f"{key}.other", count=self.number(number))

    def number(self, number: int) -> str:
        """Return a whole number as the language writes it."""
        return _decimal(number, None, self.language) if number > 999 else str(number)

    def megabytes(self, size: int) -> str:
        """Return a size in bytes as ``23.5 MB``, with the language's decimal mark."""
        return f"{_decimal(size / 1_000_000, '#,##0.0', self.language)} MB"

    def date(self, date: PartialDate) -> str:
        """Return a date as ``30 June 2026``, ``June 2026`` or ``2026``."""
        if not date.month:
            return str(date.year)
        return self(
            "date_day" if date.day else "date_month",
            day=date.day,
            month=self.month(date.month),
            number=date.month,
            year=date.year,
        )

    def day(self, day: dt.date) -> str:
        """Return a day as ``30 June 2026``."""
        return self.date(PartialDate(day.year, day.month, day.day))

    def month(self, number: int) -> str:
        """Return the name of a month, 1 to 12."""
        return self.texts[f"months.{number - 1}"]

    def script(self) -> str:
        """Return ``static/text.js``: the texts that scripts use, which read them with ``text("copy")``."""
        texts = {
            key.removeprefix(_SCRIPT): text
            for key, text in self.texts.items()
            if key.startswith(_SCRIPT) or key.partition(".")[0] in _ALSO_SCRIPT
        }
        data = json.dumps(texts, ensure_ascii=False, indent=1, sort_keys=True)
        return f'// What scripts say; made by the build.\n"use strict";\n\nconst TEXTS = {data};\n'


def message_file(language: str) -> str:
    """Return the path of a language's file below a folder of templates."""
    return f"text/{language.split('-', maxsplit=1)[0].lower()}.yaml"


def fill(text: str, values: Mapping[str, object]) -> str:
    """Return a text with ``{names}`` replaced by their values, in which nothing is replaced again."""
    return _NAME.sub(lambda match: str(values.get(match[1], match[0])), text)


def message_files(language: str) -> tuple[str, ...]:
    """Return the paths of the files below the templates' folder that a language takes texts from.

    Later files win over earlier ones; only the first must exist.
    """
    return tuple(dict.fromkeys((message_file(DEFAULT), message_file(language))))


def merge_messages(sources: Mapping[str, str], language: str = DEFAULT) -> Messages:
    """Parse files of messages in a language, path → YAML; the first must be complete, and later ones win.

    Raises ContentError where a file is faulty: not YAML, or with a key, a form of a text or a name in braces
    that the first does not have.
    """
    (base, text), *others = sources.items()
    english = _parse(base, text, None)
    texts = dict(english)
    for path, text in others:
        own = _parse(path, text, english)
        # A plural that a language forms with "other" alone must not fall back to the English "one".
        for key in own:
            if key.endswith(".other") and (one := f"{key[:-5]}one") not in own:
                texts.pop(one, None)
        texts |= own
    return Messages(texts, language)


@functools.lru_cache(8)
def _locale(language: str) -> Locale:
    """Return what Unicode CLDR knows of a language, or else what it knows of English."""
    for code in (language, language.partition("-")[0]):
        try:
            return Locale.parse(code, sep="-")
        except (ValueError, UnknownLocaleError):
            continue
    return Locale(DEFAULT)


@functools.lru_cache(4096)
def _decimal(number: float, pattern: str | None, language: str) -> str:
    """Return a number in a pattern of Unicode CLDR, in Western digits like the dates beside it."""
    return format_decimal(number, format=pattern, locale=_locale(language), numbering_system="latn")


def languages(templates: Path) -> tuple[str, ...]:
    """Return the codes of the languages that have a file of messages, sorted."""
    return tuple(sorted(path.stem for path in templates.glob("text/*.yaml")))


def _parse(path: str, text: str, english: Mapping[str, str] | None) -> dict[str, str]:
    """Parse one file into texts by key, lists and plurals flattened.

    ``english`` has all valid keys, with the names in braces that a text may have; None where this file is it.
    Raises ContentError.
    """
    node, faults = frontmatter.parse(text, path)
    texts: dict[str, str] = {}
    if not isinstance(node, frontmatter.Mapping):
        raise ContentError(
            faults
            or [
                Diagnostic(
                    Position(path, 1, 1), "each text is a field", "write key: text, as in newest: Newest"
                )
            ]
        )
    for name, (key, value) in node.entries.items():
        if isinstance(value, Scalar):
            scalars = {name: value}
        elif isinstance(value, Sequence):
            scalars = {f"{name}.{i}": item for i, item in enumerate(value.items) if isinstance(item, Scalar)}
        else:
            scalars = {f"{name}.{k}": v for k, (_, v) in value.entries.items() if isinstance(v, Scalar)}
        if english is not None:
            faults += _misfits(name, key, scalars, english)
        texts |= {each: scalar.text for each, scalar in scalars.items()}
    if any(fault.severity == "error" for fault in faults):
        raise ContentError(faults)
    return texts


def _misfits(
    name: str, key: Scalar, scalars: Mapping[str, Scalar], english: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """Yield what is wrong with a text beside the English one: its key, its form, its names in braces.

    ``scalars`` are the text itself, or its forms or items, by their whole keys.
    """
    same = [each for each in english if each.partition(".")[0] == name]
    counted = {f"{name}.{form}" for form in _FORMS if f"{name}.other" in english.keys() & scalars.keys()}
    if not same:
        advice = nearest(name, (each.partition(".")[0] for each in english))
        yield Diagnostic(key.position, f"{name!r} is not a text of the interface", advice)
    elif not scalars or not scalars.keys() <= {*same, *counted}:
        forms = [each.partition(".")[2] for each in same]
        if not forms[0]:
            advice = f"write a single text, as in {name}: {english[name]}"
        elif forms[0].isdigit():
            advice = f"write a list of {len(forms)} texts"
        else:
            advice = "write {" + ", ".join(f"{form}: …" for form in forms) + "}"
        yield Diagnostic(key.position, f"{name!r} has another form here than in English", advice)
    else:
        allowed = {each for one in same for each in _NAME.findall(english[one])}
        if name in ("date_day", "date_month"):
            allowed.add("number")  # of the month, for languages that write it so
        for scalar in scalars.values():
            for unknown in sorted(set(_NAME.findall(scalar.text)) - allowed):
                valid = " or ".join(f"{{{each}}}" for each in sorted(allowed))
                advice = f"write {valid}" if valid else "this text has no names in braces"
                yield Diagnostic(scalar.position, f"nothing fills {{{unknown}}} in this text", advice)
