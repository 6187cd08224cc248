r"""LaTeX math → plain text that means the same: ``10⁴``, ``1/2``, ``√s``, ``O(n log n)``, ``x_ij``.

For every place that shows text and no markup: a window's title, feeds, exports, metadata, the search. Three
forms are written from one reading: ``unicode`` is what people read, ``typed`` what they type into a search
box (``10^4``, ``sqrt(s)``, ``alpha``), ``html`` has ``<sup>`` and ``<sub>`` as CSL-JSON knows them and is
not escaped. Nothing is lost: a command that is not known stays as it was written.

Spaces stay where the author put them. Parentheses come in where the text would else mean something else:
``\frac{1}{ab}`` is ``1/(ab)``, ``\frac{1}{a}b`` is ``1/a b``.
"""

import contextlib
import functools
import re
import unicodedata
from collections.abc import Callable
from typing import Literal, NamedTuple

Form = Literal["unicode", "typed", "html"]

MAX_DEPTH = 60  # of commands and groups inside one another; what lies deeper stays LaTeX

_TOKEN = re.compile(r"\\(?:operatorname|hspace)\*?|\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
_GAP = "\x00"  # a space, should the signs before and after it run together without
_NEEDED_GAP = re.compile(r"(?<=[\w)\]}⟩|°*∗⊤†])\x00+(?=[\w√\\])")
_SPACES = frozenset(r"\, \; \: \> ~ \quad \qquad \enspace \thinspace \space".split()) | {"\\ "}
_NOTHING = frozenset(
    r"\! \displaystyle \textstyle \scriptstyle \scriptscriptstyle \limits \nolimits \big \Big \bigg "
    r"\Bigg \bigl \bigr \Bigl \Bigr \biggl \biggr \Biggl \Biggr \bigm \Bigm \middle \rm \bf \it \sf "
    r"\tt \cal \nonumber".split()
)
_STYLES = frozenset(
    r"\mathbf \mathit \mathsf \mathtt \mathnormal \boldsymbol \bm \pmb \mathop \mathrel "
    r"\mathbin \mathord \mathopen \mathclose \mathpunct \mathinner \smash \underbrace \overbrace "
    r"\boxed".split()
)
_TEXTS = frozenset(
    r"\text \textrm \textbf \textit \textsf \texttt \textup \textnormal \textmd \emph \mbox \hbox "
    r"\fbox \operatorname \operatorname* \mathrm".split()
)
_FUNCTIONS = frozenset(
    r"\arccos \arcsin \arctan \arg \argmax \argmin \cos \cosh \cot \coth \csc \deg \det \dim \exp "
    r"\gcd \hom \inf \ker \lg \lim \liminf \limsup \ln \log \max \min \Pr \sec \sin \sinh \sup \tan "
    r"\tanh \bmod \mod".split()
)
_ALPHABETS = {
    r"\mathbb": "DOUBLE-STRUCK",
    r"\mathcal": "SCRIPT",
    r"\mathscr": "SCRIPT",
    r"\mathfrak": "FRAKTUR",
}
_ACCENTS = {
    r"\hat": "\u0302", r"\widehat": "\u0302", r"\bar": "\u0304", r"\overline": "\u0305", r"\tilde": "\u0303",
    r"\widetilde": "\u0303", r"\vec": "\u20d7", r"\dot": "\u0307", r"\ddot": "\u0308", r"\check": "\u030c",
    r"\breve": "\u0306", r"\acute": "\u0301", r"\grave": "\u0300", r"\mathring": "\u030a",
    r"\underline": "\u0332",
}  # fmt: skip
_BRACKETS = {
    "pmatrix": "()",
    "bmatrix": "[]",
    "Bmatrix": "{}",
    "vmatrix": "||",
    "Vmatrix": "‖‖",
    "cases": "{}",
}
_SIGNS = {r"\|": "‖", r"\colon": ":", r"\lvert": "|", r"\rvert": "|", r"\prime": "′", r"\mid": "|"}
_INVISIBLE = "\u2061\u2062\u2063\u2064"  # function application and the like
_GREEK = frozenset(  # the names of letters, which are typed as they are read
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi "
    "varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega".split()
)
_RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_LOWERED = str.maketrans("0123456789+-−", "₀₁₂₃₄₅₆₇₈₉₊₋₋")
_SMALL = re.compile(r"[0-9]+[+\-−]?|[+\-−][0-9]*")  # what Unicode has raised and lowered
_BARE = re.compile(r"[^\W_⁰¹²³⁴-⁹₀-₉]+|[*∗⊤†‡⋆∞+\-−]")  # needs no parentheses as a script
_HTML = {"^": "sup", "_": "sub"}
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")


class _Piece(NamedTuple):
    """A part of a formula in words, and how firmly it holds together.

    2: one sign, number or word; 1: such a one with scripts or a root; 0: anything that needs parentheses.
    """

    text: str
    firm: int = 0


@functools.lru_cache(4096)
def math_text(latex: str, form: Form = "unicode") -> str:
    """Return LaTeX math, given without its dollar signs, as plain text in one of the forms."""
    text = _Reader(latex.replace(_GAP, ""), form).sequence(0).text
    text = _NEEDED_GAP.sub(" ", text).replace(_GAP, "")
    return unicodedata.normalize("NFC", " ".join(text.split()))


def is_command(name: str) -> bool:
    """Return whether a name, without its backslash, is a command of LaTeX's math that is known here."""
    from latex2mathml.symbols_parser import convert_symbol  # noqa: PLC0415 - reads a table of 2,000 lines

    command = f"\\{name}"
    return (
        command in _COMMANDS
        or command in _NOTHING
        or command in _SPACES
        or convert_symbol(command) is not None
    )


class _Reader:
    """LaTeX's tokens, read from left to right, each once."""

    def __init__(self, latex: str, form: Form) -> None:
        self._parts, self._at, self.form = _TOKEN.findall(latex), 0, form

    def peek(self, ahead: int = 0) -> str:
        """Return a part ahead without taking it; empty at the end."""
        at = self._at + ahead
        return self._parts[at] if at < len(self._parts) else ""

    def take(self) -> str:
        """Take the next part; empty at the end."""
        part = self.peek()
        self._at += bool(part)
        return part

    def sequence(self, depth: int, until: frozenset[str] = frozenset()) -> _Piece:
        """Read signs and commands up to one of the tokens ``until``, which is not taken, or to the end."""
        pieces: list[_Piece] = []
        while (part := self.peek()) and part not in until:
            if part in (r"\over", r"\choose"):
                self.take()
                below = self.sequence(depth, until)
                return (_fraction if part == r"\over" else _binomial)(_joined(pieces), below)
            pieces.append(self._scripted(depth))
        return _joined(pieces)

    def argument(self, depth: int) -> _Piece:
        """Read a command's argument: a group in braces or a single sign."""
        while self.peek().isspace():
            self.take()
        return self._item(depth + 1)

    def optional(self, depth: int) -> _Piece:
        """Read an argument in brackets, if there is one."""
        if self.peek() != "[":
            return _Piece("")
        self.take()
        inner = self.sequence(depth + 1, frozenset("]}"))
        if self.peek() == "]":
            self.take()
        return inner

    def raw(self) -> str:
        """Read a group of text rather than math: its spaces stand for themselves."""
        while self.peek().isspace():
            self.take()
        if self.peek() != "{":
            return self._literal(self.take())
        parts, depth = [], 0
        while part := self.take():
            depth += (part == "{") - (part == "}")
            if not depth:
                break
            parts.append(self._literal(part))
        return "".join(parts)

    def _literal(self, part: str) -> str:
        if part in "{}$":
            return ""
        if part in _SPACES:
            return " "
        return self.sign(part).text if part[0] == "\\" else part

    def sign(self, command: str) -> _Piece:
        """Return what a command without arguments stands for; one that is not known stays."""
        if not command[1:].isalpha():
            return _Piece(_SIGNS.get(command, command[1:]), 2)
        if self.form == "typed" and command[1:].casefold() in _GREEK:
            return _Piece(f"{_GAP}{command[1:].removeprefix('var')}{_GAP}", 2)
        from latex2mathml.symbols_parser import convert_symbol  # noqa: PLC0415 - reads a table of 2,000 lines

        code = convert_symbol(command)
        sign = _SIGNS.get(command) or (chr(int(code, 16)) if code else f"{_GAP}{command}{_GAP}")
        return _Piece("" if sign in _INVISIBLE else sign, 2)

    def _item(self, depth: int) -> _Piece:
        """Read one sign, group or command with its arguments."""
        part = self.take()
        if part.isspace():
            return _Piece(" " if self._is_meant(self._at - 1) else "")
        if part in ("", "}", "&") or part in _NOTHING or part in _SPACES:
            return _Piece(" " if part in _SPACES else "")
        if depth > MAX_DEPTH or (part[0] != "\\" and part != "{"):
            return _Piece(part, 2)
        if part != "{":
            return self._command(part, depth)
        inner = self.sequence(depth + 1, frozenset("}"))
        self.take()
        return inner

    def _is_meant(self, at: int) -> bool:
        """Return whether a space is more than the end of a command's name: one is before that, too."""
        after_command = at > 0 and self._parts[at - 1][1:].isalpha()
        return not after_command or (at > 1 and self._parts[at - 2].isspace())

    def _command(self, command: str, depth: int) -> _Piece:
        if handler := _COMMANDS.get(command):
            return handler(self, command, depth)
        sign = self.sign(command)
        if command not in sign.text:
            return sign
        while self.peek() == "{":  # a command that is not known keeps its arguments, braces and all
            sign = _Piece(f"{sign.text.rstrip(_GAP)}{{{self._item(depth + 1).text}}}")
        return sign

    def _scripted(self, depth: int) -> _Piece:
        """Read an item with its subscript, superscript and primes, in whatever order they stand."""
        base = _Piece("", 2) if self.peek() in ("^", "_") else self._item(depth)
        scripts: dict[str, str] = {}
        primes = 0
        while True:
            if self.peek().isspace() and self.peek(1) in ("^", "_", "'") and base.text.strip():
                self.take()
            if (part := self.peek()) == "'":
                self.take()
                primes += 1
            elif part in ("^", "_"):
                self.take()
                scripts[part] = scripts.get(part, "") + self.script(part, self.argument(depth))
            else:
                break
        if not scripts and not primes:
            return base
        prime = "'" if self.form == "typed" else "′"
        core = base.text.rstrip(_GAP) if base.firm == 2 else _enclosed(base)
        parts = [core, prime * primes, *(scripts.get(mark, "") for mark in "_^")]
        apart = core != base.text or any(part.endswith(_GAP) for part in parts)
        return _Piece("".join(part.rstrip(_GAP) for part in parts) + (_GAP if apart else ""), 1)

    def script(self, mark: str, inner: _Piece) -> str:
        """Write a subscript (``_``) or superscript (``^``), with what its base needs before and after it."""
        text = _bare(inner)
        if mark == "^" and text in ("∘", "′"):
            return "°" if text == "∘" else text
        if self.form == "html":
            return f"<{_HTML[mark]}>{text}</{_HTML[mark]}>"
        if _SMALL.fullmatch(text):
            if self.form == "unicode":
                return text.translate(_RAISED if mark == "^" else _LOWERED)
            if mark == "_":
                return text  # CO2
        simple = len(text) == 1 or _BARE.fullmatch(text) or (self.form == "typed" and _SMALL.fullmatch(text))
        return f"{mark}{text if simple else _enclosed(inner)}{_GAP}"


def _joined(pieces: list[_Piece]) -> _Piece:
    filled = [piece for piece in pieces if piece.text.strip()]
    if len(filled) == 1:
        return filled[0]
    text = "".join(piece.text for piece in pieces)
    if _NUMBER.fullmatch(text):
        return _Piece(text, 2)
    return _Piece(text, 1 if _is_enclosed(text.strip()) else 0)


def _bare(piece: _Piece) -> str:
    return piece.text.strip(f"{_GAP} ")


def _is_enclosed(text: str) -> bool:
    """Tell whether one pair of parentheses is around the whole text."""
    depth = 0
    for index, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth < 1:
            return index > 0 and index == len(text) - 1
    return False


def _enclosed(piece: _Piece) -> str:
    text = _bare(piece)
    return text if _is_enclosed(text) else f"({text})"


def _operand(piece: _Piece) -> str:
    return _bare(piece) if piece.firm else _enclosed(piece)


def _fraction(above: _Piece, below: _Piece) -> _Piece:
    return _Piece(f"{_GAP}{_operand(above)}/{_operand(below)}{_GAP}")


def _binomial(above: _Piece, below: _Piece) -> _Piece:
    return _Piece(f"{_GAP}binom({_bare(above)}, {_bare(below)})", 1)


def _two(join: Callable[[_Piece, _Piece], _Piece]) -> "_Handler":
    return lambda reader, _command, depth: join(reader.argument(depth), reader.argument(depth))


def _root(reader: _Reader, _command: str, depth: int) -> _Piece:
    index, inner = reader.optional(depth), reader.argument(depth)
    before = reader.script("^", index).rstrip(_GAP) if index.text else ""
    if reader.form == "typed":
        return _Piece(f"{_GAP}{before}sqrt{_enclosed(inner)}", 1)
    return _Piece(f"{_GAP}{before}√{_bare(inner) if inner.firm == 2 else _enclosed(inner)}{_GAP}", 1)


def _text(reader: _Reader, command: str, _depth: int) -> _Piece:
    text = reader.raw()
    return _Piece(f"{_GAP}{text}{_GAP}" if "operatorname" in command else text, 0 if " " in text else 2)


def _function(_reader: _Reader, command: str, _depth: int) -> _Piece:
    return _Piece(f"{_GAP}{command[1:].removeprefix('b')}{_GAP}", 2)


def _accented(reader: _Reader, command: str, depth: int) -> _Piece:
    base = reader.argument(depth)
    text = _bare(base)
    if reader.form == "typed":
        return base
    if len(text) == 1:
        return _Piece(text + _ACCENTS[command], 2)
    return _Piece(f"{_GAP}{command[1:]}({text})", 1)


def _styled(reader: _Reader, command: str, depth: int) -> _Piece:
    """Return a single letter in its mathematical alphabet, such as ℝ; words stay as they are."""
    base, alphabet = reader.argument(depth), _ALPHABETS[command]
    text = _bare(base)
    if len(text) != 1 or not text.isascii() or not text.isalnum() or reader.form == "typed":
        return base
    name = unicodedata.name(text).replace("LATIN ", "").replace("LETTER ", "")
    for style in (f"MATHEMATICAL {alphabet}", alphabet, "BLACK-LETTER"):
        with contextlib.suppress(KeyError):
            return _Piece(unicodedata.lookup(f"{style} {name}"), 2)
    return base


def _over(mark: str) -> "_Handler":
    def read(reader: _Reader, _command: str, depth: int) -> _Piece:
        script, base = reader.argument(depth), reader.argument(depth)
        core = _bare(base) if base.firm == 2 else _enclosed(base)
        return _Piece(core + reader.script(mark, script), 1)

    return read


def _arrow(sign: str) -> "_Handler":
    def read(reader: _Reader, _command: str, depth: int) -> _Piece:
        below, above = reader.optional(depth), reader.argument(depth)
        marks = [reader.script(mark, part) for mark, part in (("_", below), ("^", above)) if part.text]
        return _Piece(sign + "".join(marks), 1)

    return read


def _negated(reader: _Reader, _command: str, depth: int) -> _Piece:
    text = _bare(reader.argument(depth))
    return _Piece(f"{text}\u0338" if len(text) == 1 else f"{_GAP}not({text})", 2)


def _delimiter(reader: _Reader, _command: str, _depth: int) -> _Piece:
    """Pass over ``\\left`` or ``\\right`` and the dot that stands for no delimiter."""
    while reader.peek().isspace():
        reader.take()
    if reader.peek() == ".":
        reader.take()
    return _Piece("")


def _without_argument(reader: _Reader, _command: str, _depth: int) -> _Piece:
    """Pass over a command that says only how wide or in which colour something is shown."""
    reader.raw()
    return _Piece("")


def _modulo(reader: _Reader, _command: str, depth: int) -> _Piece:
    return _Piece(f" (mod {_bare(reader.argument(depth))})")


def _environment(reader: _Reader, _command: str, depth: int) -> _Piece:
    """Read a matrix or the like: its cells parted by commas, its rows by semicolons."""
    name = reader.raw().rstrip("*")
    if name == "array":
        reader.raw()  # how columns are aligned
    ends = frozenset(["&", r"\\", r"\end", "}"])
    rows: list[list[str]] = [[]]
    while True:
        rows[-1].append(_bare(reader.sequence(depth + 1, ends)))
        part = reader.peek()
        if part in ("", "}"):
            break
        reader.take()
        if part == r"\end":
            reader.raw()
            break
        if part == r"\\":
            rows.append([])
    grid = name == "array" or name in _BRACKETS
    text = "; ".join((", " if grid else " ").join(row).strip() for row in rows if any(row))
    return _Piece(_BRACKETS[name][0] + text + _BRACKETS[name][1], 1) if name in _BRACKETS else _Piece(text)


_Handler = Callable[[_Reader, str, int], _Piece]
_COMMANDS: dict[str, _Handler] = {
    **dict.fromkeys(_STYLES, lambda reader, _command, depth: reader.argument(depth)),
    **dict.fromkeys(_TEXTS, _text),
    **dict.fromkeys(_FUNCTIONS, _function),
    **dict.fromkeys(_ACCENTS, _accented),
    **dict.fromkeys(_ALPHABETS, _styled),
    **dict.fromkeys([r"\frac", r"\dfrac", r"\tfrac", r"\cfrac"], _two(_fraction)),
    **dict.fromkeys([r"\binom", r"\dbinom", r"\tbinom"], _two(_binomial)),
    **dict.fromkeys([r"\left", r"\right"], _delimiter),
    **dict.fromkeys([r"\color", r"\textcolor", r"\hspace", r"\hspace*"], _without_argument),
    **dict.fromkeys([r"\overset", r"\stackrel"], _over("^")),
    r"\underset": _over("_"),
    r"\xrightarrow": _arrow("→"),
    r"\xleftarrow": _arrow("←"),
    r"\sqrt": _root,
    r"\not": _negated,
    r"\pmod": _modulo,
    r"\begin": _environment,
    r"\\": lambda *_: _Piece("; "),
}
