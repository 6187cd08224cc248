"""Social cards: a picture of each paper's title for sites that show a shared link.

They are drawn with the archive's own fonts and colours, in 16 shades, so that 10,000 of them stay small,
and cached under the fingerprint of all that a card is made from. A title with characters that no font has
gets no card. A curator's own fonts come first.
"""

import contextlib
import functools
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from offprint.archive.model import Paper
from offprint.diagnostics import Diagnostic, Position, stop_on_errors
from offprint.records.model import SiteConfig
from offprint.site import routes
from offprint.site.context import SiteContext
from offprint.site.messages import Messages
from offprint.site.views.shared import CARD_SIZE
from offprint.storage.cache import Cache
from offprint.storage.files import hash_content
from offprint.storage.fingerprint import Fingerprint, fingerprint
from offprint.storage.folders import Overlay
from offprint.storage.workers import pool

WIDTH, HEIGHT = CARD_SIZE
_MARGIN = 84
_LINE = WIDTH - 2 * _MARGIN
_TITLE_TOP, _TITLE_ROOM = 178, 316
_TITLE_SIZES = (76, 68, 60, 52, 46)
_SMALL = 32
_BOLD, _PLAIN = 640, 420
_INKS = ("ink", "soft", "accent")
_SHADES = 5  # of each ink: with the paper's colour they make the 16 that a PNG can hold in four bits
_COLOURS = {"paper": "#fbfaf7", "ink": "#22201d", "soft": "#67615a", "accent": "#8a2b2b"}
_FONT_FILES = (".woff2", ".otf", ".ttf")
_PARALLEL_FROM = 40  # cards; below, starting processes costs more than they save
_BATCH = 20  # cards that a process draws at a time
_KIND = "cards"  # of values in the cache


@dataclass(frozen=True, slots=True)
class Sheet:
    """The text of a card; every line but the title may be empty."""

    title: str
    site: str
    by: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """The look of all cards: the bytes of fonts and, by name, colours as ``#rrggbb`` or ``#rgb``.

    A character is set in the first font that has it.
    """

    fonts: tuple[bytes, ...]
    colours: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SocialCard:
    """A card in the cache under ``key``, and all that is needed to draw it again if it is lost there."""

    key: Fingerprint
    sheet: Sheet
    look: Look
    cache: Cache

    def data(self) -> bytes:
        """Return the card as PNG."""
        return self.cache.get(_KIND, self.key, lambda: draw(self.sheet, self.look))


def make_cards(
    context: SiteContext, look: Look, cache: Cache, jobs: int, progress: Callable[[int, int], None]
) -> dict[str, SocialCard]:
    """Return the cards of the site and of all papers by output path.

    They are drawn, in up to ``jobs`` processes, where the cache lacks them; ``progress`` is called with the
    number drawn so far and that of all to draw. A paper whose title the fonts
    cannot set has no card.
    """
    library = context.library
    sheets = {routes.CARD: Sheet(library.site.title, "", library.site.tagline)}
    sheets |= {
        routes.card(paper.slug): sheet_of(paper, library.site, context.messages) for paper in library.versions
    }
    face, look_fingerprint = _face(look.fonts), _fingerprint_of(look)
    cards = {
        path: SocialCard(fingerprint(look_fingerprint, sheet), sheet, look, cache)
        for path, sheet in sheets.items()
        if face.has(_normal(sheet.title))
    }
    missing = {card.key: card for card in cards.values() if not cache.has(_KIND, card.key)}
    _draw_all(list(missing.values()), jobs, progress)
    return cards


def sheet_of(paper: Paper, site: SiteConfig, messages: Messages) -> Sheet:
    """Return the text of a paper's card."""
    names = [each.name for each in paper.organizations] or [each.shown for each in paper.authors]
    shown = ", ".join(names[:3])
    more = len(names) - 3 if paper.organizations else paper.author_count - len(names[:3])
    about = [messages.date(paper.date) if paper.date else "", *(topic.name for topic in paper.topics[:3])]
    mark = "" if paper.record.status == "published" else f"[{paper.record.status.upper()}] "
    return Sheet(
        title=mark + paper.record.title.plain,
        site=site.title,
        by=messages("and_more", names=shown, count=messages.number(more)) if names and more > 0 else shown,
        about=" · ".join(part for part in about if part),
    )


def find_look(static: Overlay, read: dict[str, Fingerprint] | None = None) -> Look:
    """Return the upright fonts and the light colours in ``static``, the curator's own before ours.

    The fingerprints of the files are put into ``read``, by path, as they were read. Raises ContentError where
    a font cannot be read or a style sheet is not UTF-8.
    """
    read = {} if read is None else read
    files = [
        file
        for folder in static.layers
        for file in sorted((folder / "fonts").glob("*"), key=lambda file: file.stem)
        if file.suffix in _FONT_FILES and "italic" not in file.stem.casefold()
    ]
    colours = dict(_COLOURS)
    for sheet in (static.base / "style.css", static.own / "style.css", static.own / "own.css"):
        data = sheet.read_bytes() if sheet.is_file() else b""
        read[str(sheet)] = hash_content(data, [])
        text = static.text(sheet, data)
        colours |= {name: match[1] for name in colours if (match := _colour(name).search(text))}
    fonts = [file.read_bytes() for file in files]
    read |= {str(file): hash_content(data, []) for file, data in zip(files, fonts, strict=True)}
    stop_on_errors(_unreadable_fonts(files, fonts, static))
    return Look(tuple(fonts), tuple(colours.items()))


def _unreadable_fonts(files: Sequence[Path], fonts: Sequence[bytes], static: Overlay) -> Iterator[Diagnostic]:
    """Yield an error for each font that cannot be read."""
    for file, font in zip(files, fonts, strict=True):
        try:
            ImageFont.truetype(io.BytesIO(font), _SMALL).getmask("a")
        except (OSError, ValueError, SyntaxError) as error:
            advice = "put a WOFF2, OpenType or TrueType font in its place, or take the file away"
            place = Position(static.shown(file), 1, 1)
            yield Diagnostic(place, f"this is no font that can be read ({error})", advice)


def draw(sheet: Sheet, look: Look) -> bytes:
    """Return a card as PNG; empty where no font has all characters of the title."""
    face = _face(look.fonts)
    title = _normal(sheet.title)
    if not face.has(title):
        return b""
    size, lines = _fit(face, title)
    layers = {ink: Image.new("L", (WIDTH, HEIGHT)) for ink in _INKS}
    pens = {ink: ImageDraw.Draw(layer) for ink, layer in layers.items()}
    pens["accent"].rectangle((0, 0, WIDTH, 15), fill=255)
    face.write(pens["accent"], 112, _cut(face, sheet.site, _SMALL, _BOLD), _SMALL, _BOLD)
    for number, line in enumerate(lines):
        face.write(pens["ink"], _TITLE_TOP + round((number * 1.16 + 0.8) * size), line, size, _BOLD)
    face.write(pens["soft"], HEIGHT - 96, _cut(face, sheet.by, _SMALL, _PLAIN), _SMALL, _PLAIN)
    face.write(pens["soft"], HEIGHT - 50, _cut(face, sheet.about, _SMALL, _PLAIN), _SMALL, _PLAIN)
    return _png([layers[ink] for ink in _INKS], dict(look.colours))


class _Face:
    """Several fonts used as one: a character is set in the first that has it."""

    def __init__(self, files: tuple[bytes, ...]) -> None:
        self._files = files
        self._fonts: dict[tuple[int, int, int], ImageFont.FreeTypeFont] = {}
        self._font_of: dict[str, int] = {}

    def has(self, text: str) -> bool:
        """Tell whether every character can be set."""
        return all(self._font_number(character) >= 0 for character in text)

    def length(self, text: str, size: int, weight: int) -> float:
        """Return the length of a line in pixels; ``size`` is in pixels, ``weight`` as in CSS."""
        return sum(self._font(number, size, weight).getlength(run) for number, run in self._runs(text))

    def write(self, pen: ImageDraw.ImageDraw, baseline: int, text: str, size: int, weight: int) -> None:
        """Draw a line that starts at the left margin."""
        x: float = _MARGIN
        for number, run in self._runs(text):
            font = self._font(number, size, weight)
            pen.text((x, baseline), run, fill=255, font=font, anchor="ls")
            x += font.getlength(run)

    def _runs(self, text: str) -> Iterable[tuple[int, str]]:
        """Yield the text in runs of one font each, with the font's number."""
        start = 0
        for end in range(1, len(text) + 1):
            if end == len(text) or self._font_number(text[end]) != self._font_number(text[start]):
                yield self._font_number(text[start]), text[start:end]
                start = end

    def _font_number(self, character: str) -> int:
        """Return the number of the first font that has a character, -1 where none has."""
        number = self._font_of.get(character)
        if number is None:
            numbers = range(len(self._files))
            number = next((n for n in numbers if self._glyph(n, character) != self._glyph(n, "\uffff")), -1)
            self._font_of[character] = number
        return number

    def _glyph(self, number: int, character: str) -> bytes:
        # U+FFFF is no character, so it is drawn like every missing one.
        """Return the pixels of a character in a font."""
        return bytes(self._font(number, _SMALL, _PLAIN).getmask(character))

    def _font(self, number: int, size: int, weight: int) -> ImageFont.FreeTypeFont:
        """Return a font in one size and, where it is variable, one weight."""
        font = self._fonts.get((number, size, weight))
        if font is None:
            font = ImageFont.truetype(io.BytesIO(self._files[number]), size)
            with contextlib.suppress(OSError, ValueError):  # a font of one weight
                font.set_variation_by_axes([weight])
            self._fonts[number, size, weight] = font
        return font


@functools.lru_cache(1)
def _face(files: tuple[bytes, ...]) -> _Face:
    return _Face(files)


def _fit(face: _Face, title: str) -> tuple[int, list[str]]:
    """Return the largest size at which a title fits, and its lines; at the smallest size it is cut."""
    for size in _TITLE_SIZES:
        lines = _wrap(face, title, size)
        room = int(_TITLE_ROOM / (1.16 * size))
        if len(lines) <= room:
            return size, lines
    return size, [*lines[: room - 1], _cut(face, " ".join(lines[room - 1 :]), size, _BOLD)]


def _wrap(face: _Face, text: str, size: int) -> list[str]:
    """Return lines that fit, broken between words; a longer word, as in Chinese, is broken anywhere."""
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        if face.length(joined, size, _BOLD) <= _LINE:
            lines[-1] = joined
            continue
        lines += [""] if lines[-1] else []
        for character in word:
            if face.length(lines[-1] + character, size, _BOLD) > _LINE:
                lines.append("")
            lines[-1] += character
    return lines


def _cut(face: _Face, text: str, size: int, weight: int) -> str:
    """Return a line cut to fit; empty where it cannot be set."""
    text = _normal(text)
    if not face.has(text):
        return ""
    if face.length(text, size, weight) <= _LINE:
        return text
    while text and face.length(f"{text}…", size, weight) > _LINE:
        text = text[:-1]
    return f"{text.rstrip(' ,·')}…"


def _png(layers: Sequence[Image.Image], colours: dict[str, str]) -> bytes:
    """Return a PNG of the paper's colour with a layer of each ink, in the order of ``_INKS``, on top."""
    card = Image.new("P", (WIDTH, HEIGHT))
    paper = _rgb(colours["paper"])
    palette = [*paper]
    for number, layer in enumerate(layers):
        shades = layer.point([round(level * _SHADES / 255) for level in range(256)])
        first = number * _SHADES
        card.paste(
            shades.point([shade + first if shade else 0 for shade in range(256)]),
            mask=shades.point([255 if shade else 0 for shade in range(256)]),
        )
        ink = _rgb(colours[_INKS[number]])
        for shade in range(1, _SHADES + 1):
            palette += [round(p + (i - p) * shade / _SHADES) for p, i in zip(paper, ink, strict=True)]
    card.putpalette(palette)
    file = io.BytesIO()
    card.save(file, "PNG", bits=4, compress_level=6)
    return file.getvalue()


def _rgb(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue, 0 to 255, of ``#rrggbb`` or ``#rgb``."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


@functools.cache
def _colour(name: str) -> re.Pattern[str]:
    """Return the pattern of a custom property of a style sheet that holds a colour."""
    return re.compile(rf"--{name}:\s*(#[0-9a-fA-F]{{6}}|#[0-9a-fA-F]{{3}})\b")


def _fingerprint_of(look: Look) -> Fingerprint:
    """Return the fingerprint of a look: of the fonts' bytes and the colours."""
    return fingerprint(look.colours, [hash_content(font, []) for font in look.fonts])


def _draw_all(cards: Sequence[SocialCard], jobs: int, progress: Callable[[int, int], None]) -> None:
    """Draw cards into the cache, in several processes where there are many."""
    batches = [cards[start : start + _BATCH] for start in range(0, len(cards), _BATCH)]
    done = 0
    with contextlib.ExitStack() as resources:
        several = jobs > 1 and len(cards) >= _PARALLEL_FROM
        draw = resources.enter_context(pool(jobs)).map if several else map
        for batch, _ in zip(batches, draw(_draw_some, batches), strict=True):
            done += len(batch)
            progress(done, len(cards))


def _draw_some(cards: Sequence[SocialCard]) -> None:
    for card in cards:
        card.data()


def _normal(text: str) -> str:
    """Return a text with letters and their accents composed (NFC), as fonts have them."""
    return unicodedata.normalize("NFC", text)
