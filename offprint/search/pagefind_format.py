"""Pagefind's index files: what it wrote for parts of an archive, put together to one index.

Pagefind indexes each page for itself, so what it writes for a part, with other page numbers, is what it would
have written of those pages for the whole. A part is read once (``read_part``), several parts are put together
to a larger one (``merge``), and ``join`` makes the files of the one index, without reading any posting again.
Running Pagefind is for ``search.py``.

The format is that of Pagefind 1.5 (its sources: ``index_words.rs``, ``index_metadata.rs``,
``index_filter.rs``), CBOR of arrays, strings and integers alone:

- an index chunk: ``[[word, pages, [[form, pages]…]]…]``, the words sorted; a form is a spelling that the word
  stands for; pages are ``[step from the last page's number, places in the text, places in the meta fields]``;
- a filter: ``[name, [[value, [page's number…]]…]]``;
- the meta file: version, pages ``[fragment, words]``, chunks ``[from, to, name]``, filters ``[name, file]``,
  orders ``[key, [page's number…]]``, and the names of the meta fields.
"""

import functools
import gzip
import json
import marshal
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha1
from typing import Any, NamedTuple

import cbor2

from offprint.diagnostics import CommandError

_SIGNATURE = b"pagefind_dcd"  # what each of Pagefind's data files begins with, once decompressed
ENTRY = "pagefind-entry.json"
_SORTED_BY = ("comments", "date", "votes")  # filters of whole numbers, by which papers can be ordered
_FIELDS = ["by", "date", "organizations", "status", "title"]
_DIGITS = 7  # of a file's hash in its name, as many as Pagefind takes; more where two would have one name
# Bytes of a chunk of words: from the first on it ends with the words of the same two letters, so that an edit
# moves the end of few chunks, and at the second in any case. Pagefind's chunks are of some 64 kB.
_ENOUGH, _MOST = 32_000, 64_000
# Of compression. The default, 6, takes more than twice as long, which an edit feels: a paper's words are in
# most chunks. It would save 3% of their bytes.
_LEVEL = 5

# A word, or a word and its form with _FORM between them; how many pages of the part have it, the numbers of
# the first and the last of them, and the pages as they stand in a chunk, but for the first one's number.
_PostingList = tuple[str, int, int, int, bytes]
# A stretch of pages in CBOR: arrays of a number and two arrays of numbers (RFC 8949, section 3), which can be
# negative in the latter. Neither the array of forms that follows nor the next word looks like one.
_INT = rb"(?:[\x00-\x17\x20-\x37]|[\x18\x38].|[\x19\x39]..|[\x1a\x3a].{4})"
_INTS = rb"(?:[\x80-\x97]|\x98.|\x99..|\x9a.{4})" + _INT + rb"*+"
_PAGES = re.compile(rb"(?:\x83" + _INT + _INTS + _INTS + rb")*+", re.DOTALL)
_FORM = "\0"  # before all that words consist of, so that words are sorted as they are without it


class PostingsError(CommandError):
    """Pagefind wrote files of a shape that is not known."""


class ShardPage(NamedTuple):
    """A page: its fragment as Pagefind compressed it and as a hash, its number of words, and its filters."""

    fragment: bytes
    digest: str
    words: int
    filters: dict[str, list[str]]


class Shard(NamedTuple):
    """What Pagefind found in some pages, numbered in the order they were given in.

    The posting lists are marshalled by the letter that their words begin with, so that no more than those of
    one letter need be in memory for all shards; words that begin with none of ASCII are together, the last.
    """

    pages: list[ShardPage]
    runs: dict[str, bytes]


class File(NamedTuple):
    """A file of the index: its path, and its content, which ``data()`` gives as it is to be written."""

    path: str
    content: bytes
    compressed: bool = False

    @property
    def lasting(self) -> bool:
        """Whether its name tells its content."""
        return self.path.endswith((".pf_fragment", ".pf_index", ".pf_filter", ".pf_meta"))

    def data(self) -> bytes:
        """The bytes of the file."""
        return self.content if self.compressed else gzip.compress(_SIGNATURE + self.content, _LEVEL, mtime=0)


def read_shard(files: Mapping[str, bytes], paths: Sequence[str]) -> Shard:
    """What is in the files of an index that Pagefind made of the pages with these paths, given in this order.

    Raises PostingsError.
    """
    found = [path for path in files if path.endswith(".pf_meta")]
    try:
        if len(found) != 1:
            raise PostingsError(f"Pagefind wrote {len(found)} indexes for one language")
        _, listed, chunks, _, _, fields = cbor2.loads(content_of(files[found[0]], found[0]))
        if fields != _FIELDS:
            raise PostingsError(f"Pagefind found other meta fields than ours: {fields}")
        pages = [
            _page(files[f"fragment/{name}.pf_fragment"], path, words)
            for path, (name, words) in zip(paths, listed, strict=True)
        ]
        runs: dict[str, list[_PostingList]] = defaultdict(list)
        for _, _, name in chunks:
            for run in _runs(content_of(files[f"index/{name}.pf_index"], name)):
                runs[min(run[0][0], "\x80")].append(run)
    except (ValueError, TypeError, KeyError, IndexError, EOFError) as error:
        raise PostingsError(f"Pagefind's files are not of the kind known: {error}") from None
    return Shard(pages, {letter: _packed(each) for letter, each in runs.items()})


def content_of(written: bytes, name: str) -> bytes:
    """What is in a data file of Pagefind's, by its bytes; raises PostingsError where it is none."""
    data = gzip.decompress(written)
    if not data.startswith(_SIGNATURE):
        raise PostingsError(f"{name} is no data file of Pagefind's")
    return data.removeprefix(_SIGNATURE)


def _page(written: bytes, path: str, words: int) -> ShardPage:
    content = content_of(written, path)
    fragment = json.loads(content)
    if fragment["url"] != f"/{path}":
        raise PostingsError(f"Pagefind has {fragment['url']} where it was given {path}")
    return ShardPage(written, sha1(content).hexdigest(), words, fragment["filters"])  # noqa: S324 - a name


def _packed(runs: list[_PostingList]) -> bytes:
    return marshal.dumps(runs)


def _runs(content: bytes) -> Iterator[_PostingList]:
    """The runs of a chunk that has been decompressed, of pages as they are written there."""
    (words,) = cbor2.loads(content)
    at = 1 + len(_head(4, len(words)))
    for word, plain, forms in words:
        at += 1 + _length(word) + len(_head(4, len(plain)))
        start, at = at, _end_of_pages(content, at)
        if plain:
            yield _run(word, plain, content[start:at])
        at += len(_head(4, len(forms)))
        for form, pages in forms:
            at += 1 + _length(form) + len(_head(4, len(pages)))
            start, at = at, _end_of_pages(content, at)
            if pages:
                yield _run(f"{word}{_FORM}{form}", pages, content[start:at])
    if at != len(content):
        raise PostingsError("Pagefind wrote a chunk of words in another way than is known")


def _run(key: str, pages: list[list[Any]], written: bytes) -> _PostingList:
    first = pages[0][0]
    return key, len(pages), first, sum([page[0] for page in pages]), written[1 + len(_head(0, first)) :]


def _length(text: str) -> int:
    """How many bytes a text takes in CBOR."""
    size = len(text.encode())
    return len(_head(3, size)) + size


def _end_of_pages(content: bytes, at: int) -> int:
    found = _PAGES.match(content, at)
    return found.end() if found else at


@functools.cache
def _head(major: int, value: int) -> bytes:
    """How CBOR begins an item (RFC 8949, section 3): its major type, and its length or value."""
    if value < 24:
        return bytes((major << 5 | value,))
    size = next(size for size in range(4) if value < 1 << 8 * 2**size)
    return bytes((major << 5 | 24 + size,)) + value.to_bytes(2**size, "big")


def merge(parts: Sequence[Shard]) -> Shard:
    """One part of the pages of several, in this order."""
    runs = {letter: _packed(_merged(parts, letter)) for letter in _letters(parts)}
    return Shard([page for part in parts for page in part.pages], runs)


def join(parts: Sequence[Shard], entry: Mapping[str, Any]) -> Iterator[File]:
    """All files of the one index of these parts' pages, in this order; ``entry`` is Pagefind's own of any."""
    (language,) = entry["languages"]
    pages = [page for part in parts for page in part.pages]
    digits = _digits([page.digest for page in pages])
    meta: list[Any] = [entry["version"], [], [], [], _orders(pages), _FIELDS]
    for page in pages:
        name = f"{language}_{page.digest[:digits]}"
        meta[1].append((name, page.words))
        yield File(f"fragment/{name}.pf_fragment", page.fragment, compressed=True)
    for key, content in _filters(pages):
        name = _name(language, content)
        meta[3].append((key, name))
        yield File(f"filter/{name}.pf_filter", content)
    for first, last, content in _chunks(parts):
        name = _name(language, content)
        meta[2].append((first, last, name))
        yield File(f"index/{name}.pf_index", content)
    content = cbor2.dumps(meta)
    name = _name(language, content)
    yield File(f"pagefind.{name}.pf_meta", content)
    languages = {language: {**entry["languages"][language], "hash": name, "page_count": len(pages)}}
    text = json.dumps({**entry, "languages": languages}) + "\n"
    yield File(ENTRY, text.encode(), compressed=True)


def _digits(digests: Sequence[str]) -> int:
    """How many digits tell all pages' fragments apart."""
    digits = _DIGITS
    while len({digest[:digits] for digest in digests}) < len(set(digests)):
        digits += 1
    return digits


def _name(language: str, content: bytes) -> str:
    return f"{language}_{sha1(content).hexdigest()[:10]}"  # noqa: S324 - a name


def _orders(pages: Sequence[ShardPage]) -> list[tuple[str, list[int]]]:
    """The pages' numbers by each key, smallest first. Pagefind itself compares keys as 32-bit floats."""
    return [
        (key, sorted(range(len(pages)), key=lambda number, key=key: int(pages[number].filters[key][0])))  # type: ignore[misc]
        for key in _SORTED_BY
    ]


def _filters(pages: Sequence[ShardPage]) -> Iterator[tuple[str, bytes]]:
    values: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, page in enumerate(pages):
        for key, given in page.filters.items():
            for value in given:
                values[key][value].append(number)
    for key in sorted(values):
        yield key, cbor2.dumps([key, sorted(values[key].items())])


def _chunks(parts: Sequence[Shard]) -> Iterator[tuple[str, str, bytes]]:
    """The chunks of all words: the first and the last word of each, and its content.

    Pagefind shortens these two, and then misses the word at the end of a chunk in a query of several words.
    """
    held: list[bytes] = []
    size, first, last = 0, "", ""
    for word, content in _words(parts):
        if size >= _MOST or (size >= _ENOUGH and word[:2] != last[:2]):
            yield first, last, _chunk(held)
            held, size = [], 0
        first = first if held else word
        last = word
        held.append(content)
        size += len(content)
    if held:
        yield first, last, _chunk(held)


def _chunk(words: Sequence[bytes]) -> bytes:
    return b"".join((b"\x81", _head(4, len(words)), *words))


def _words(parts: Sequence[Shard]) -> Iterator[tuple[str, bytes]]:
    """Every word, sorted by code points as Pagefind compares them, and its part of a chunk."""
    for letter in _letters(parts):
        plain: dict[str, bytes] = {}
        spelled: dict[str, list[bytes]] = {}
        for key, count, first, _, content in _merged(parts, letter):
            word, _, form = key.partition(_FORM)
            pages = b"".join((_head(4, count), b"\x83", _head(0, first), content))
            forms = spelled.setdefault(word, [])
            if form:
                forms.append(b"".join((b"\x82", cbor2.dumps(form), pages)))
            else:
                plain[word] = pages
        for word, forms in spelled.items():
            parted = (b"\x83", cbor2.dumps(word), plain.get(word, b"\x80"), _head(4, len(forms)), *forms)
            yield word, b"".join(parted)


def _letters(parts: Sequence[Shard]) -> list[str]:
    return sorted({letter for part in parts for letter in part.runs})


def _merged(parts: Sequence[Shard], letter: str) -> list[_PostingList]:
    """The runs of all parts' words that begin with a letter, as one part would have them; sorted."""
    found: dict[str, tuple[int, int, int, list[bytes]]] = {}
    before = 0
    for part in parts:
        runs: list[_PostingList] = marshal.loads(part.runs[letter]) if letter in part.runs else []  # noqa: S302 - ours
        for key, count, first, last, content in runs:
            having = found.get(key)
            if having is None:
                found[key] = (count, before + first, before + last, [content])
            else:
                held, start, end, pieces = having
                pieces += (b"\x83", _head(0, before + first - end), content)
                found[key] = (held + count, start, before + last, pieces)
        before += len(part.pages)
    return [(key, *found[key][:3], b"".join(found[key][3])) for key in sorted(found)]
