"""No shape of Markdown or math takes long: it is refused, or rendered within a second.

Python-Markdown takes minutes to hours for some of these at 64 KiB. Each shape is a piece of text repeated to
8 and to 64 KiB, and once more at the most that the limits of markup.py let through, which is where a text
that is slow and not refused would be.
"""

import itertools
import json

import pytest

from offprint.records import markup
from tests.hostile.guarded import Outcome, run_all

SIZES = (8 * 1024, 64 * 1024)
_INLINE = (
    "[ ]( ![ ![]( [[ ]] [x] [x]( [x][ <a <http:// <!-- <?php </ &amp; &#x & &a _ __ ___ _a * ** *** *a **a "
    "*a* __a__ ` `` `a ``a` \\ \\\\ \\* \\[ \\( \\a $ $$ $a $a$ $$a ( (( (a ) )]( ! !! !a < << > \" ' [a](b "
    "[a](< http://a. a@b. ~~ ^ { {:"
).split()
_SPACED = ["` `", '[a](b "', "[a]: b "]
_BLOCK = "> |>|* |- |+ |1. |1) |    |\t|# |#|```|~~~|---|***|===|[a]: |[^a]: |=".split("|")
_MATH = (r"\frac \sqrt{ \left( \begin{matrix} x^ x_ { \text{ \over \\ & \sum_ '").split()


def _shapes() -> dict[str, str]:
    """175 pieces by name: single markers, markers in words, lines, growing indents, pairs, math."""
    pieces = {f"inline {each}": each for each in (*_INLINE, *_SPACED)}
    pieces |= {f"line {each}": f"{each}a\n" for each in _BLOCK}
    pieces |= {f"deeper {each}": f"\0{each}a\n" for each in _BLOCK}
    pieces |= {f"paragraph {each}": f"{each}a\n\n" for each in _BLOCK}
    openers = ["[", "*", "_", "`", "<a ", "> ", "* "]
    pieces |= {f"pair {a}{b}": f"{a}{b}a " for a, b in itertools.permutations(openers, 2)}
    pieces |= {f"math {each}": each for each in _MATH}
    return pieces


SHAPES = _shapes()


def _repeated(piece: str, size: int) -> str:
    """A piece over and over; NUL in it stands for an indent that grows by four from line to line."""
    if "\0" not in piece:
        return (piece * (size // len(piece) + 1))[:size]
    made, depth = "", 0
    while len(made) < size:
        made += piece.replace("\0", "    " * depth)
        depth += 1
    return made[:size]


def _at_the_limit(piece: str) -> str:
    """As much of a shape as markup.py takes, filled up with words and lines to the size that it takes."""
    made = _repeated(piece, markup.MAX_MARKDOWN)
    while any(fault.severity == "error" for fault in markup._limits(made)) and made:
        made = made[: len(made) * 9 // 10]
    room = markup.MAX_MARKDOWN - len(made)
    lines = min(markup.MAX_LINES - 1 - made.count("\n"), room // 2)
    return made + "a" * (room - 2 * lines) + "\na" * lines


def _texts(name: str) -> list[str]:
    """A shape at both sizes and at the limit; math alone in its dollars, and in many of them."""
    piece = SHAPES[name]
    sizes = [_repeated(piece, size) for size in SIZES]
    if name.startswith("math"):
        many = f"${_repeated(piece, 20)}$ " * 2000
        return [*(f"${each}$" for each in sizes), many, f"${_repeated(piece, markup.MAX_MATH)}$ " * 4]
    return [*sizes, _at_the_limit(piece)]


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Outcome]:
    return dict(zip(SHAPES, run_all("texts", [_texts(name) for name in SHAPES], 10), strict=True))


def test_there_are_175_shapes() -> None:
    assert len(set(SHAPES.values())) >= 175


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_is_refused_or_rendered_within_a_second(name: str, outcomes: dict[str, Outcome]) -> None:
    outcome = outcomes[name]
    assert outcome.status == 0, f"ended by signal {-outcome.status}"
    assert outcome.errors == ""
    _, at_64_kib, *_ = json.loads(outcome.said)
    assert at_64_kib, "64 KiB are always refused"


def test_a_text_at_the_limit_is_rendered(outcomes: dict[str, Outcome]) -> None:
    """Else the slowest texts that are not refused would not be among the tried."""
    rendered = [not json.loads(outcome.said)[-1] for outcome in outcomes.values()]
    assert sum(rendered) > 0.9 * len(rendered)
