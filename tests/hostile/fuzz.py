"""Hundreds of thousands of bent inputs in one run, led on by what they make the readers say.

    python -m tests.hostile.fuzz [COUNT] [SEED]

Begins with the kept cases and the vectors. Each input is one of the pool, bent; where it makes the readers
say something new (a fault that nothing else had, a tag beside another), it joins the pool. What breaks a
promise of ``test_fuzz.py`` is printed, to be kept as a case. Ends with a line of counts, and with 1 where
anything broke.
"""

import itertools
import random
import re
import sys
from collections.abc import Callable
from typing import Any

from offprint.diagnostics import Diagnostic, TooManyFaultsError
from offprint.records import forms
from offprint.records.characters import without_forbidden
from offprint.records.watch.forms import read_watches
from tests.hostile.test_fuzz import _CORPUS as CORPUS
from tests.hostile.test_fuzz import _check_text as check_text
from tests.hostile.test_fuzz import _told as check_faults
from tests.hostile.vectors import VECTORS

MOST = 1500  # characters of an input
_FORMS = (forms.PAPER, forms.TOPIC, forms.ORGANIZATION, forms.PERSON)
_PIECES = (
    "\n", "\n\n", "  ", "\n- ", "\n  - ", ": ", "[", "]", "{", "}", "'", '"', "|\n", ">-\n", "#", "---\n",
    "$", "$$", "\\(", "\\)", "`", "```\n", "*", "**", "_", "<", ">", "&", "&#", ";", "![", "](", "http://a.b",
    "\\", "\0", "\u2028", "\u202e", "\ufeff", "\ue000", "\ud800", "é", "中", "0", "2026-06-30", "10.1000/x",
    "true", "~", "null", *(f"\n{name}: " for form in _FORMS for name in form.fields),
)  # fmt: skip
_QUOTED = re.compile(r"'[^']*'|\d+|\"[^\"]*\"")
_RELATIVE = re.compile(r'href="(?![A-Za-z][\w+.-]*:)[^"]*"')
PAGE = 1  # the place of its reader
_TAG = re.compile(r"<(\w+)")

Readers = tuple[Callable[[str], tuple[Any, list[Diagnostic]]], ...]
READERS: Readers = (
    lambda text: forms.read_markdown_record(text, forms.PAPER, "a.md", "a"),
    lambda text: forms.read_markdown_record(text, forms.PAGE, "a.md", "a"),
    lambda text: forms.read_yaml_records(text, forms.ORGANIZATION, "a.yaml", "a"),
    lambda text: forms.read_yaml_records(text, forms.REMOVED, "a.yaml", "a"),
    lambda text: forms.read_site(text, "site.yaml"),
    lambda text: read_watches(text, "watch.yaml"),
)


def bend(text: str, pool: list[str], chance: random.Random) -> str:
    """Return a text with a few of its parts cut, doubled, moved, or replaced by pieces or parts of others."""
    for _ in range(chance.randrange(1, 5)):
        at = chance.randrange(len(text) + 1)
        end = min(len(text), at + chance.randrange(1 + chance.choice((2, 10, 80))))
        piece = chance.choice(_PIECES)
        if chance.random() < 0.3:
            other = chance.choice(pool)
            start = chance.randrange(len(other) + 1)
            piece = other[start : start + chance.randrange(60)]
        elif chance.random() < 0.2:
            piece = text[at:end] * chance.randrange(2, 6)
        text = text[:at] + piece + (text[end:] if chance.random() < 0.6 else text[at:])
    return text[:MOST]


def read(text: str, number: int) -> set[str]:
    """Have a reader read a text; return what it says, without values. Raises where a promise is broken."""
    clean, faults = without_forbidden(text.replace("\r\n", "\n"), "a.md")
    check_faults(faults)
    try:
        made, faults = READERS[number](clean)
    except TooManyFaultsError as error:
        made, faults = None, error.diagnostics
    check_faults(faults)
    said = {f"{number} {_QUOTED.sub('', fault.message)}" for fault in faults}
    if made and not any(fault.severity == "error" for fault in faults):
        html = getattr(made, "summary", None) or getattr(made, "body", None)
        if html:
            # Of all records only the archive's own pages may link to a page beside them.
            check_text(_RELATIVE.sub('href="http://beside"', html.html) if number == PAGE else html.html)
            tags = _TAG.findall(html.html)
            said |= {f"{one} {other}" for one, other in itertools.pairwise(tags)}
    return said


def main(count: int, seed: int) -> int:
    """Try ``count`` inputs; print each that breaks a promise, then the counts. Return the exit code."""
    chance, broken = random.Random(seed), 0
    pool = [*CORPUS, *(f"---\ntitle: x\n---\n{vector}" for vector in VECTORS)]
    begun = len(pool)
    known: set[str] = set()
    for tried in range(count):
        text = bend(chance.choice(pool), pool, chance)
        number = 0 if chance.random() < 0.5 else chance.randrange(len(READERS))
        try:
            said = read(text, number)
        except Exception as error:
            broken += 1
            sys.stdout.write(f"{tried}: reader {number}: {type(error).__name__}: {error}\n{text!r}\n")
            continue
        if not said <= known:
            known |= said
            pool.append(text)
    new = len(pool) - begun
    sys.stdout.write(f"{count:,} inputs, {new:,} of them new in what they say, {broken} broke a promise\n")
    return 1 if broken else 0


if __name__ == "__main__":
    arguments = [int(each) for each in sys.argv[1:3]]
    sys.exit(main(*arguments, *(500_000, 1)[len(arguments) :]))
