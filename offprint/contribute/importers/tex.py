"""TeX as bibliographies hold it → the text of a record: accents become letters, math stays math.

pylatexenc reads TeX, but takes 14 µs for each character, so it is given only the words that need it.
"""

import functools
import re
from collections.abc import Iterator
from typing import Any

from pylatexenc import latex2text, latexwalker, macrospec

_MATH = re.compile(
    r"((?<!\\)\$\$[^$]+\$\$|(?<!\\)\$(?!\s)(?:\\.|[^$\\])+(?<!\s)\$(?!\d)|\\\(.+?\\\)|\\\[.+?\\\])", re.DOTALL
)
_SPECIAL = re.compile(r"[\\{}$~]|--|``|''|[!?]`")
_ESCAPE = re.compile(r"\\([%&#_{}$])")
_JOINED = (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"), ("!`", "¡"), ("?`", "¿"), ("~", " "))
_BARE = re.compile(r"(?<!\\)([%&#])")
_OPEN_MACRO = re.compile(r"\\(?:[a-zA-Z]+|[^a-zA-Z%&#_{}$])$")  # its argument is the next word
_PASSED = ("mbox", "textmd", "textsf", "texttt", "textup")  # pylatexenc would drop what stands in them
_SIGNS = {"LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX", "copyright": "©", "pounds": "£", "S": "§"}
_DOLLAR = (r"\textdollar{}", "\uf8ff")  # for the time of decoding, a character that no record may hold
_URL = re.compile(r"\\url\{(.*)\}")


def text_of(value: str) -> str:
    """The value as a record writes it; TeX that cannot be read keeps its commands, without the braces."""
    if not _SPECIAL.search(value):
        return value
    parts = _MATH.split(value)  # texts and math by turns
    return "".join(_decoded(part) if index % 2 == 0 else part for index, part in enumerate(parts))


def markdown_of(value: str) -> str:
    r"""The value as Markdown: its lines stay lines, and ``\textdollar`` is a dollar sign as it stands."""
    parts = _MATH.split(value)
    for index in range(0, len(parts), 2):
        text = "\n".join(_decoded(line) for line in parts[index].replace(*_DOLLAR).split("\n"))
        parts[index] = text.replace(_DOLLAR[1], "$")
    return "".join(parts)


def url_of(value: str) -> str:
    r"""An address: as it is, but for ``\url{…}`` around it and escapes before ``_``, ``%`` and the like."""
    inner = _URL.fullmatch(value.strip())
    plain = inner[1] if inner else value.strip()
    plain = plain.replace(r"\textasciitilde{}", "~").replace(r"\textasciicircum{}", "^").replace(r"\~{}", "~")
    return _ESCAPE.sub(r"\1", plain)


def _decoded(text: str) -> str:
    """Text without math, word by word; white space stays as it is."""
    made = " ".join(_word(word) for word in _words(text)) if _SPECIAL.search(text) else text
    return made.replace("$", "\\$")


def _words(text: str) -> Iterator[str]:
    """What stands between spaces outside of braces; a command stays with the word that it is about."""
    word, depth = "", 0
    for part in text.split(" "):
        word += part
        bare = _ESCAPE.sub("", part)
        depth = max(0, depth + bare.count("{") - bare.count("}"))
        if depth or _OPEN_MACRO.search(part):
            word += " "
        else:
            yield word
            word = ""
    if word:
        yield word.removesuffix(" ")


@functools.lru_cache(4096)
def _word(word: str) -> str:
    if not re.search(r"[\\{}]", _ESCAPE.sub("", word)):
        for tex, character in _JOINED:
            word = word.replace(tex, character)
        return _ESCAPE.sub(r"\1", word)
    try:
        # In a bibliography % and the like are often left bare, and begin no comment.
        source = _BARE.sub(r"\\\1", word)
        walker = latexwalker.LatexWalker(source, latex_context=_commands(), tolerant_parsing=True)
        made = str(_decoder().nodelist_to_text(walker.get_latex_nodes()[0]))
    except Exception:  # it raises many kinds on malformed TeX, IndexError among them
        made = re.sub(r"[{}]", "", word)
    return made.replace("\u00a0", " ")


@functools.cache
def _commands() -> Any:
    context = latexwalker.get_default_latex_context_db()
    context.add_context_category("bibliography", prepend=True, macros=[macrospec.std_macro("href", "{{")])
    return context


@functools.cache
def _decoder() -> Any:
    context = latex2text.get_default_latex_context_db()
    context.add_context_category(
        "bibliography",
        prepend=True,
        macros=[
            latex2text.MacroTextSpec("url", "%s"),
            latex2text.MacroTextSpec("textasciicircum", "^"),
            latex2text.MacroTextSpec("textbraceleft", "{"),
            latex2text.MacroTextSpec("textbraceright", "}"),
            latex2text.MacroTextSpec("cite", ""),
            latex2text.MacroTextSpec("href", "%(2)s"),
            latex2text.MacroTextSpec("\\", " "),
            *(latex2text.MacroTextSpec(name, discard=False) for name in _PASSED),
            *(latex2text.MacroTextSpec(name, sign) for name, sign in _SIGNS.items()),
        ],
    )
    return latex2text.LatexNodes2Text(latex_context=context, math_mode="verbatim")
