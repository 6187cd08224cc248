"""HTML, JATS and MathML as registries and reference managers hold them → the text of a record.

Tags go, what they mean stays: indices and formulas become math between dollars, paragraphs are parted by an
empty line. Only tags that these formats have are taken for tags, so that ``a < b`` and ``vec<T>`` stay.
Sources: JATS 1.3, MathML 3, HTML.
"""

import re
import xml.etree.ElementTree as ET

from offprint.records.characters import unescape

_INLINE = (
    "a b i u em strong small span scp sc font tt code kbd samp mark bdi bdo cite q s strike del ins big abbr "
    "italic bold roman monospace underline overline named-content styled-content ext-link xref uri email "
    "inline-formula disp-formula alternatives tex-math nlm fn inline-graphic graphic label nobr wbr"
).split()
_BLOCKS = (
    "p div br sec list list-item ul ol li disp-quote title abstract trans-abstract h1 h2 h3 h4 h5 h6".split()
)
_PREFIX = r"(?:jats:|mml:|xhtml:|html:)?"
_NAMES = "|".join(sorted([*_INLINE, *_BLOCKS, "sup", "sub"], key=len, reverse=True))
_ANY = re.compile(rf"</?{_PREFIX}(?P<name>{_NAMES})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_MATH = re.compile(
    r"<(?:mml:)?math\b[^<>]*>(?:(?!<(?:mml:)?math\b).)*?</(?:mml:)?math>", re.DOTALL | re.IGNORECASE
)
_TEX_MATH = re.compile(
    r"<(?:jats:)?tex-math\b[^<>]*>((?:(?!<(?:jats:)?tex-math).)*?)</(?:jats:)?tex-math>",
    re.DOTALL | re.IGNORECASE,
)
_RAISED = re.compile(rf"<{_PREFIX}(su[pb])(?:\s[^<>]*)?>([^<>]*)</{_PREFIX}\1>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TITLE = re.compile(rf"<{_PREFIX}title(?:\s[^<>]*)?>\s*abstract\s*:?\s*</{_PREFIX}title>", re.IGNORECASE)


def plain(text: str) -> str:
    """Return one line of text, such as a title or a name, without tags and entities."""
    return " ".join(_converted(text).split()) if "<" in text or "&" in text else text


def paragraphs(text: str) -> str:
    """Return a text in paragraphs, such as an abstract.

    A heading of its own, “Abstract”, is none of its words.
    """
    if "<" not in text and "&" not in text:
        return text
    parts = re.split(r"\n\s*\n", _converted(_TITLE.sub("", text)))
    return "\n\n".join(folded for part in parts if (folded := " ".join(part.split())))


def plain_tex(value: str) -> str:
    """Return a value in TeX without the HTML that it may hold, all else as it is."""
    value = re.sub(r"(?:\\&|\{\\&\})(?=(?:#\w{1,7}|[A-Za-z]\w{1,31});)", "&", value)
    return _ENTITY.sub(lambda match: _escaped(unescape(match[0])), _without_tags(value))


def _escaped(text: str) -> str:
    return re.sub(r"(?<!\\)([%#&$_])", r"\\\1", text) if not _ENTITY.fullmatch(text) else text


def _converted(text: str) -> str:
    text = _without_tags(text)
    for _ in range(2):  # what was escaped twice is common: &amp;lt;
        text = _ENTITY.sub(lambda match: unescape(match[0]), text)
    return text


def _without_tags(text: str) -> str:
    text = _TEX_MATH.sub(lambda match: _dollars(_bare_tex(match[1])), text)
    text = _MATH.sub(lambda match: _spaced(match, _dollars(_latex_of(match[0]))), text)
    text = _RAISED.sub(_index, text)
    return _ANY.sub(_replaced, text)


def _replaced(match: re.Match[str]) -> str:
    return "\n\n" if match["name"].lower() in _BLOCKS else ""


def _spaced(match: re.Match[str], formula: str) -> str:
    """Return a formula with a space between it and a word: publishers leave none."""
    before, after = (
        match.string[max(0, match.start() - 1) : match.start()],
        match.string[match.end() : match.end() + 1],
    )
    return f"{' ' if before.isalnum() else ''}{formula}{' ' if after.isalnum() else ''}"


def _dollars(latex: str) -> str:
    return f"${latex.strip()}$" if latex.strip() else ""


def _bare_tex(text: str) -> str:
    r"""Return the formula of a ``tex-math``, which may be a whole document around ``$…$``."""
    inner = re.search(r"\\begin\{document\}(.*?)\\end\{document\}", text, re.DOTALL)
    return unescape(inner[1] if inner else text).strip().strip("$")


def _index(match: re.Match[str]) -> str:
    sign, inner = ("^" if match[1].lower() == "sup" else "_"), unescape(match[2]).strip()
    if not inner:
        return ""
    simple = re.fullmatch(r"[0-9+().,/-]+|[A-Za-z]", inner.replace("−", "-"))
    return f"${sign}{{{inner.replace('−', '-')}}}$" if simple else f"${sign}{{\\text{{{inner}}}}}$"


_COMMANDS = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta",
    "θ": "theta", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma",
    "τ": "tau", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta",
    "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega", "∞": "infty",
    "≤": "le", "≥": "ge", "≠": "ne", "≈": "approx", "×": "times", "·": "cdot", "±": "pm", "→": "to",
    "∈": "in", "∑": "sum", "∫": "int", "∂": "partial", "∇": "nabla", "−": "-", "\u2061": "", "\u2062": "",
    "\u2063": "", "\u2064": "", "\u00a0": " ",
}  # fmt: skip


def _latex_of(source: str) -> str:
    """Return a formula in MathML as LaTeX; where it is no XML, its text."""
    bare = re.sub(r"<(/?)mml:", r"<\1", source)
    bare = re.sub(r'\s(?:xmlns|xlink|mml|xml)(?::[\w-]+)?="[^"]*"', "", bare)
    bare = re.sub(r"&(?!#|amp;|lt;|gt;|quot;|apos;)\w+;", lambda match: unescape(match[0]), bare)
    try:
        # Expat expands no external entity, and a fragment has no declarations.
        return _latex(ET.fromstring(bare), 0)  # noqa: S314
    except ET.ParseError:
        return _signs(unescape(re.sub(r"<[^<>]*>", "", source)))


def _latex(element: ET.Element, depth: int) -> str:
    tag = element.tag.rpartition("}")[2]
    children = [] if depth > 50 else list(element)
    if depth > 50:
        return _signs("".join(element.itertext()))
    if tag == "semantics":
        notes = [each for each in children if "tex" in each.get("encoding", "").lower() and each.text]
        return str(notes[0].text) if notes else _latex(children[0], depth + 1) if children else ""
    if not children:
        return _leaf(tag, (element.text or "").strip())
    parts = [_latex(child, depth + 1) for child in children]
    padded = [*parts, "", ""]
    first, second, third = padded[0], padded[1], padded[2]
    shapes = {
        "msup": f"{_base(first)}^{{{second}}}",
        "msub": f"{_base(first)}_{{{second}}}",
        "msubsup": f"{_base(first)}_{{{second}}}^{{{third}}}",
        "munder": f"{_base(first)}_{{{second}}}",
        "mover": f"\\overline{{{first}}}"
        if second in ("¯", "‾", "\\overline")
        else f"{_base(first)}^{{{second}}}",
        "munderover": f"{_base(first)}_{{{second}}}^{{{third}}}",
        "mfrac": f"\\frac{{{first}}}{{{second}}}",
        "mroot": f"\\sqrt[{second}]{{{first}}}",
        "msqrt": f"\\sqrt{{{''.join(parts)}}}",
        "mfenced": f"{element.get('open', '(')}{','.join(parts)}{element.get('close', ')')}",
    }
    return shapes.get(tag, "".join(parts))


def _leaf(tag: str, text: str) -> str:
    if tag in ("mspace", "none", "mprescripts"):
        return " " if tag == "mspace" else ""
    if tag in ("mtext", "ms") and text:
        return f"\\text{{{text}}}"
    if tag == "mi" and len(text) > 1 and text.isalpha():
        return f"\\mathrm{{{text}}}"
    return _signs(text)


def _signs(text: str) -> str:
    parts = []
    for sign in text:
        command = _COMMANDS.get(sign)
        parts.append(sign if command is None else f"\\{command} " if command.isalpha() else command)
    return re.sub(r"(?<!\\)([%#&$])", r"\\\1", "".join(parts))


def _base(text: str) -> str:
    return text if len(text) < 2 or re.fullmatch(r"\\[a-zA-Z]+ ?|\\\w+\{[^{}]*\}", text) else f"{{{text}}}"
