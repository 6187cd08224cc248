"""TeX as bibliographies hold it → a record's text: accents become letters, math stays math.

What a command stands for is told by pylatexenc's tables; reading is our own, in one pass, since a command
that is not known must stay as it was written and be named, together with what stands in its braces.
"""

import functools
import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from offprint.records.characters import unescape

_MATH = re.compile(
    r"((?<!\\)\$\$[^$]+\$\$|(?<!\\)\$(?!\s)(?:\\.|[^$\\])+(?<!\s)\$(?!\d)"
    r"|\\\(.{1,2000}?\\\)|\\\[.{1,2000}?\\\])",
    re.DOTALL,
)
_ENDS_OF_MATH = {"$": "$", r"\(": r"\)", r"\[": r"\]"}
_LONGEST_MATH = 2010  # characters of a formula
_SPECIAL = re.compile(r"[\\{}$~]|--|``|''|[!?]`")
_TOKEN = re.compile(
    r"\\(?P<name>[a-zA-Z]+\*?)(?P<gap>\s*)|\\(?P<sign>.)|(?P<brace>[{}])|(?P<joined>---?|``|''|[!?]`|~)"
    r"|(?P<text>[^\\{}~`'!?$-]+|.)",
    re.DOTALL,
)
_JOINED = {"---": "—", "--": "–", "``": "“", "''": "”", "!`": "¡", "?`": "¿", "~": " "}
_MARKS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", '"': "\u0308", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "d": "\u0323", "b": "\u0331", "r": "\u030a",
    "k": "\u0328", "h": "\u0309", "G": "\u030f", "U": "\u030e", "f": "\u0311", "t": "\u0361",
}  # fmt: skip
_ABOVE = frozenset(_MARKS) - set("cdbkt")  # a dotless letter under these is the plain letter
_DOTLESS = {"ı": "i", "ȷ": "j"}
_BARE_MARKS = {"~": "~", "^": "^", "'": "'", "`": "`", '"': '"', "=": "=", ".": "."}  # without a letter
_SIGNS = {" ": " ", "\n": " ", "\t": " ", ",": " ", ";": " ", ":": " ", ">": " ", "!": "", "-": "", "/": "",
          "@": "", "\\": " ", "(": "(", ")": ")", "[": "[", "]": "]", "|": "‖"}  # fmt: skip
# Commands for how text looks, not for what it says; those of the second kind take no braces.
_LOOKS = frozenset(
    "emph textbf textit textrm textsc textsf textsl texttt textup textmd textnormal text mbox hbox fbox "
    "nohyphens uline underline textlatin textquotation".split()
)
_SWITCHES = frozenset(
    "em it bf rm sc sf sl tt bfseries itshape rmfamily scshape sffamily slshape ttfamily upshape mdseries "
    "normalfont tiny scriptsize footnotesize small normalsize large Large LARGE huge Huge relax protect "
    "noindent null allowbreak linebreak nobreak leavevmode sloppy xspace unskip break hfill "
    "textcompwordmark nolinebreak".split()
)
_NAMED = {
    "LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX", "LaTeXe": "LaTeX2e", "S": "§", "P": "¶",
    "copyright": "©", "pounds": "£", "textless": "<", "textgreater": ">", "textbar": "|",
    "textbackslash": "\\",
    "textbraceleft": "{", "textbraceright": "}", "textasciicircum": "^", "textasciitilde": "~",
    "textasciigrave": "`", "textquotesingle": "'", "textquotedbl": '"', "textunderscore": "_",
    "textvisiblespace": "␣", "textendash": "–", "textemdash": "—", "textellipsis": "…", "ldots": "…",
    "dots": "…", "slash": "/", "space": " ", "quad": " ", "qquad": " ", "enspace": " ", "thinspace": " ",
    "nobreakspace": " ", "newline": " ", "par": " ", "lbrace": "{", "rbrace": "}", "backslash": "\\",
    "textperiodcentered": "·", "textcelsius": "℃", "checkmark": "✓", "euro": "€", "textmu": "µ",
    "degree": "°", "ddag": "‡", "textasteriskcentered": "*", "enskip": " ", "string": "",
    "i": "ı", "j": "ȷ", "aa": "å", "AA": "Å", "micro": "µ",
    "textquoteleft": "‘", "textquoteright": "’", "textnumero": "№", "hyp": "-",
    "textnonbreakinghyphen": "-", "hyphen": "-", "textminus": "−", "textpercent": "%", "textampersand": "&",
}  # fmt: skip
_GREEK = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon "
    "phi chi "
    "psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega".split()
)
_DEEPEST = 100  # groups within groups whose commands are heeded
# An accent over a letter, a letter that has a command, a sign behind a backslash; each in braces or not.
_ACCENT = (
    r"\\(?:[`'^\"~=.]|[uvHcdbrkt](?![a-zA-Z]))\s*"
    r"(?:\{\s*(?:\\[ij]|[^\W\d_])\s*\}|\\[ij](?![a-zA-Z])|[^\W\d_])"
)
_LETTER = r"\\(?:ss|ae|AE|oe|OE|o|O|l|L|aa|AA|i|j|dh|DH|th|TH|dj|DJ|ng|NG)(?![a-zA-Z])(?:\{\}|\s)?"
_TYPED = re.compile(rf"\{{(?:{_ACCENT}|{_LETTER})\}}|{_ACCENT}|{_LETTER}|\\[&%#_](?![a-zA-Z])")
_URL = re.compile(r"\\(?:url|path|nolinkurl)\s*\{(.*)\}|\\href\s*\{([^{}]*)\}\s*\{.*\}", re.DOTALL)
_WRITTEN_OUT = re.compile(r"[\\{}$&]")
_SIGN_IN_MATH = re.compile(r"\$(\\?[^\s$\\]|\\[a-z]{2,10})\$")
_CODE = re.compile(  # behind \char and \symbol: a character's number in one of TeX's bases, or a sign
    r"\s*\{?\s*(?:\"(?P<hex>[0-9A-F]{1,5})|'(?P<oct>[0-7]{1,6})|`\\?(?P<sign>.)|(?P<dec>[0-9]{1,6}))\s*\}?"
)
_REFERENCE = re.compile(r"&(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});")
_TILDE = re.compile(r"\\(?:string|char`\\?)?([~^])(?:\{\})?")


class Decoded(NamedTuple):
    """A text, and the commands in it that nobody knows and that so stand as they were written."""

    text: str
    unknown: tuple[str, ...] = ()


def decode(value: str, *, markdown: bool = False) -> Decoded:
    r"""Return the value as a record writes it.

    In Markdown the dollar sign of ``\textdollar`` is a bare one, elsewhere ``\$``, since ``$`` begins math.
    """
    if not _SPECIAL.search(value):
        return Decoded(value)
    unknown: list[str] = []
    text = _Reader(value, unknown, "$" if markdown else r"\$").read()
    return Decoded(text, tuple(dict.fromkeys(unknown)))


def text_of(value: str) -> str:
    """Return the same without the names of what is not known."""
    return decode(value).text


def accents_of(text: str) -> str:
    r"""Return a text as arXiv shows it, with the TeX accents, letters, dashes and quotes that authors typed.

    What is no such sign stays: ``{1, 2}`` is a set, ``\mathbb{R}`` is left to be seen.
    """
    parts = _MATH.split(text)
    for index in range(0, len(parts), 2):
        typed = _TYPED.sub(lambda match: _decoded_if_known(match[0]), parts[index])
        parts[index] = re.sub(r"---?|``|''", lambda match: _JOINED[match[0]], typed)
    return "".join(parts)


def _decoded_if_known(tex: str) -> str:
    text, unknown = decode(tex)
    return tex if unknown else text


def address_of(value: str) -> str:
    r"""Return an address or id: without ``\url{…}`` around it, its signs bare, all else as it is.

    Signs may be written as commands (``{\_}``, ``\textless``, ``\~{}``) or as math (``$<$``, ``$\sim$``), or
    as HTML's entities. Dashes and quotes are not joined, and ``~`` is no space.
    """
    if not _WRITTEN_OUT.search(value):
        return value.strip()
    inner = _URL.fullmatch(value.strip())
    bare = _SIGN_IN_MATH.sub(lambda match: match[1], inner[1] or inner[2] if inner else value)
    if "\\" in bare or "{" in bare:
        bare = re.sub(r"\\\\(?=[%&#_])", r"\\", bare)  # escaped twice
        bare = _Reader(_TILDE.sub(lambda match: match[1], bare), [], "$", literal=True).read()
    return _REFERENCE.sub(lambda match: unescape(match[0]), bare).strip()


Wrap = Callable[[str], str]


class _Reader:
    """Decodes one text without math; commands wait for their argument, groups for their end."""

    def __init__(self, source: str, unknown: list[str], dollar: str, *, literal: bool = False) -> None:
        self._source = source
        self._unknown = unknown
        self._dollar = dollar  # of \textdollar
        self._bare_dollar = "$" if literal else r"\$"
        self._literal = literal  # no dashes and quotes are joined, and ~ is no space
        self._groups: list[tuple[list[str], list[Wrap]]] = [([], [])]
        self._waiting: list[Wrap] = []  # the innermost last
        self._skipped: dict[int, int] = {}  # where groups begin that are not read, and where they end

    def read(self) -> str:
        position = 0
        while match := self._math(position) or _TOKEN.match(self._source, position):
            position = match.end()
            if match.re is _MATH:
                self._put(match[0])
            elif match["name"]:
                position = self._command(match["name"], match)
            elif match["sign"] is not None:
                self._sign(match["sign"])
            elif match["brace"] == "{":
                self._open()
            elif match["brace"]:
                self._close()
                position = self._skipped.get(position, position)
            elif match["joined"]:
                self._put(match["joined"] if self._literal else _JOINED[match["joined"]])
            else:
                self._text(match["text"])
        self._flush()
        while len(self._groups) > 1:
            self._close()
        return "".join(self._groups[0][0])

    def _math(self, position: int) -> re.Match[str] | None:
        """Return the formula that begins here."""
        source = self._source
        begin = "$" if source.startswith("$", position) else source[position : position + 2]
        end = "" if self._literal else _ENDS_OF_MATH.get(begin, "")
        is_closed = end and source.find(end, position + 1, position + _LONGEST_MATH) > 0
        return _MATH.match(source, position) if is_closed else None

    def _put(self, text: str) -> None:
        """Add text; a waiting command takes it for its argument."""
        while self._waiting:
            text = self._waiting.pop()(text)
        self._groups[-1][0].append(text)

    def _open(self) -> None:
        """Begin a group; without a command that waits for it, its text is that of the group around it."""
        self._groups.append(([], self._waiting) if self._waiting else (self._groups[-1][0], []))
        self._waiting = []

    def _text(self, text: str) -> None:
        text = text.replace("$", self._bare_dollar)
        if self._waiting:
            bare = text.lstrip()
            if not bare:
                return
            self._put(bare[0])
            text = bare[1:]
        self._groups[-1][0].append(text)

    def _flush(self) -> None:
        if self._waiting:
            self._put("")

    def _close(self) -> None:
        self._flush()
        if len(self._groups) == 1:  # it closes nothing; BibTeX lets no such value through
            return
        parts, waiting = self._groups.pop()
        if waiting:
            self._waiting = waiting
            self._put("".join(parts))

    def _sign(self, sign: str) -> None:
        if sign in _MARKS:
            self._wait(functools.partial(_accented, sign))
        elif sign == "$":
            self._put(self._bare_dollar)
        else:
            self._put(_SIGNS.get(sign, sign))

    def _wait(self, wrap: Wrap) -> None:
        if len(self._waiting) + len(self._groups) < _DEEPEST:
            self._waiting.append(wrap)

    def _command(self, name: str, match: re.Match[str]) -> int:
        """Deal with a command; return where reading goes on."""
        if name in _MARKS and len(name) == 1:
            self._wait(functools.partial(_accented, name))
        elif name in ("textsuperscript", "textsubscript"):
            self._wait(_raised if name == "textsuperscript" else _lowered)
        elif name in ("enquote", "textquote", "mkbibquote"):
            self._wait(lambda text: f"“{text}”")
        elif name in _LOOKS or name in _SWITCHES:
            pass  # they change how the text looks, not what it says
        elif name in ("char", "symbol") and (code := _CODE.match(self._source, match.end("name"))):
            self._put(_character(code))
            return code.end()
        elif name in ("textdollar", "url", "href", "ensuremath", "texorpdfstring"):
            return self._special(name, match)
        elif sign := _known(name):
            self._put(sign)
        else:
            return self._verbatim(match)
        return match.end()

    def _special(self, name: str, match: re.Match[str]) -> int:
        if name == "textdollar":
            self._put(self._dollar)
            return match.end()
        if name == "texorpdfstring":  # its first group is for readers, the second for bookmarks
            second = self._ends.get(match.end(), -1) + 1
            self._skipped[second] = self._ends.get(second, second - 1) + 1
            return match.end()
        arguments, end = self._arguments(match.end(), 2 if name == "href" else 1)
        if name == "ensuremath":
            self._put(f"${arguments[0].strip()}$" if arguments and arguments[0].strip() else "")
        elif name == "url":
            self._put(address_of("".join(arguments)))
        else:
            address, shown = address_of("".join(arguments[:1])), decode("".join(arguments[1:])).text
            self._put(f"{shown} ({address})" if shown and shown != address else address)
        return end

    def _verbatim(self, match: re.Match[str]) -> int:
        """Keep a command that is not known, with the arguments that follow it at once."""
        _, end = self._arguments(match.end(), 9, options=True)
        end = end if end > match.end() else match.end()
        self._unknown.append(f"\\{match['name']}")
        self._put(self._source[match.start() : end].replace("$", self._bare_dollar))
        return end

    def _arguments(self, start: int, most: int, *, options: bool = False) -> tuple[list[str], int]:
        """Return the texts of the groups that begin here, and where they end."""
        found: list[str] = []
        while len(found) < most:
            sign = self._source[start : start + 1]
            if sign == "{":
                end = self._ends.get(start)
            elif sign == "[" and options and not found:
                end = self._source.find("]", start, start + 200)
            else:
                break
            if end is None or end < 0:
                break
            found.append(self._source[start + 1 : end])
            start = end + 1
        return found, start

    @functools.cached_property
    def _ends(self) -> dict[int, int]:
        ends, stack = {}, []
        for match in re.finditer(r"\\.|[{}]", self._source, re.DOTALL):
            if match[0] == "{":
                stack.append(match.start())
            elif match[0] == "}" and stack:
                ends[stack.pop()] = match.start()
        return ends


def _accented(mark: str, text: str) -> str:
    bare = text.lstrip()
    if not bare:
        return _BARE_MARKS.get(mark, "")
    if not (bare[0].isalpha() or bare[0] in "◌"):  # TeX sets the mark over nothing that Unicode has
        return (_BARE_MARKS.get(mark) or f"\\{mark}") + bare
    first = _DOTLESS.get(bare[0], bare[0]) if mark in _ABOVE else bare[0]
    # A mark stands behind its letter and the marks that this has already.
    rest = bare[1:]
    while rest and unicodedata.combining(rest[0]):
        first, rest = first + rest[0], rest[1:]
    return unicodedata.normalize("NFC", first + _MARKS[mark]) + rest


def _character(code: re.Match[str]) -> str:
    """Return the character that _CODE has found."""
    if code["sign"]:
        return code["sign"]
    base, digits = next(
        (base, code[name]) for name, base in (("hex", 16), ("oct", 8), ("dec", 10)) if code[name]
    )
    number = int(digits, base)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"


def _raised(text: str) -> str:
    return f"$^{{{_math_text(text)}}}$" if text.strip() else ""


def _lowered(text: str) -> str:
    return f"$_{{{_math_text(text)}}}$" if text.strip() else ""


def _math_text(text: str) -> str:
    bare = text.strip()
    if re.fullmatch(r"[0-9+−,.()/-]+|[A-Za-z]", bare):
        return bare.replace("−", "-")
    return f"\\text{{{re.sub('[$]', '', bare)}}}"


def _known(name: str) -> str:
    """Return what a command without arguments stands for; empty where that is not known."""
    if name in _NAMED:
        return _NAMED[name]
    if name.startswith("text") and name[4:] in _GREEK:
        name = name[4:]
    return _table().get(name, "")


@functools.cache
def _table() -> dict[str, str]:
    """Return the commands for single characters that pylatexenc knows."""
    from pylatexenc import latex2text  # noqa: PLC0415 - its tables take a tenth of a second

    specs = latex2text.get_default_latex_context_db().iter_macro_specs()
    return {
        spec.macroname: spec.simplify_repl
        for spec in specs
        if isinstance(spec.simplify_repl, str)
        and len(spec.simplify_repl) == 1
        and spec.simplify_repl.isprintable()
    }
