"""Pagefind's index files: read from the index of a shard, and joined into the one index of all shards.

Pagefind indexes every page on its own, so what it writes for a shard is, but for the page numbers, what it
would have written of those pages in the whole. A shard is read once (``read_shard``); after an edit it is put
together from its former pages and those that Pagefind has read anew (``select``); and ``join`` makes the
files of the one index without decoding a posting. Running Pagefind is left to ``pagefind_process.py``.

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
CARD = "card"  # a filter that nothing is filtered by: a fragment holds it for the page that draws its hit
_FIELDS = ["by", "date", "organizations", "status", "title", "venue"]
_DIGITS = 7  # of a file's hash in its name, as many as Pagefind takes; more where two would have one name
# Bytes of a chunk of words. From the first size on, a chunk ends where the first two letters change, so that
# an edit moves few chunks' ends; at the second it ends in any case. Pagefind's own chunks have some 64 kB.
_ENOUGH, _MOST = 32_000, 64_000
# Of gzip. Level 6 takes more than twice as long and saves 3% of the bytes; every edit would feel it, since a
# paper's words are in most chunks.
_LEVEL = 5

# A word, or a word and its form with _FORM between them; how many pages of the shard have it; the numbers of
# the first and the last of them; and the pages in CBOR as a chunk has them, without the first page's number.
_PostingList = tuple[str, int, int, int, bytes]
# Successive pages in CBOR: arrays of a number and two arrays of numbers (RFC 8949, section 3), which can be
# negative in the latter. Neither the array of forms that follows nor the next word looks like one.
_INT = rb"(?:[\x00-\x17\x20-\x37]|[\x18\x38].|[\x19\x39]..|[\x1a\x3a].{4})"
_INTS = rb"(?:[\x80-\x97]|\x98.|\x99..|\x9a.{4})" + _INT + rb"*+"
_PAGES = re.compile(rb"(?:\x83" + _INT + _INTS + _INTS + rb")*+", re.DOTALL)
_PAGE = re.compile(rb"\x83(" + _INT + rb")(" + _INTS + _INTS + rb")", re.DOTALL)  # its step, and its places
_FORM = "\0"  # before all that words consist of, so that words are sorted as they are without it


class PostingsError(CommandError):
    """Pagefind wrote files of a shape that is not known."""


class ShardPage(NamedTuple):
    """A page: its fragment file's bytes, the SHA-1 of its content, its number of words, and its filters."""

    fragment: bytes
    digest: str
    words: int
    filters: dict[str, list[str]]


class Shard(NamedTuple):
    """The index of some pages, numbered from 0 in the order in which Pagefind read them.

    ``postings`` holds marshalled posting lists by the first letter of their words, so that only the lists
    of one letter need to be in memory for all shards at once. Words that do not begin with an ASCII
    character share one last key.
    """

    pages: list[ShardPage]
    postings: dict[str, bytes]


class File(NamedTuple):
    """A file of the index: its path below the index's folder, and its content, perhaps not yet compressed."""

    path: str
    content: bytes
    compressed: bool = False

    @property
    def content_addressed(self) -> bool:
        """Whether the name holds a hash of the content."""
        return self.path.endswith((".pf_fragment", ".pf_index", ".pf_filter", ".pf_meta"))

    def data(self) -> bytes:
        """Return the bytes to write."""
        return self.content if self.compressed else gzip.compress(_SIGNATURE + self.content, _LEVEL, mtime=0)


def read_shard(files: Mapping[str, bytes], paths: Sequence[str]) -> Shard:
    """Return the shard that is in the files (path → bytes) of an index that Pagefind made.

    ``paths`` are the pages it was given, in the same order. Raises PostingsError.
    """
    metas = [path for path in files if path.endswith(".pf_meta")]
    try:
        if len(metas) != 1:
            raise PostingsError(f"Pagefind wrote {len(metas)} indexes for one language")
        _, listed, chunks, _, _, fields = cbor2.loads(content_of(files[metas[0]], metas[0]))
        if fields != _FIELDS:
            raise PostingsError(f"Pagefind found other meta fields than ours: {fields}")
        pages = [
            _page(files[f"fragment/{name}.pf_fragment"], path, words)
            for path, (name, words) in zip(paths, listed, strict=True)
        ]
        postings: dict[str, list[_PostingList]] = defaultdict(list)
        for _, _, name in chunks:
            for posting_list in _posting_lists(content_of(files[f"index/{name}.pf_index"], name)):
                postings[min(posting_list[0][0], "\x80")].append(posting_list)
    except (ValueError, TypeError, KeyError, IndexError, EOFError) as error:
        raise PostingsError(f"Pagefind's files are not of the kind known: {error}") from None
    return Shard(pages, {letter: marshal.dumps(each) for letter, each in postings.items()})


def content_of(written: bytes, name: str) -> bytes:
    """Return the content of one of Pagefind's data files; raises PostingsError where it is none."""
    data = gzip.decompress(written)
    if not data.startswith(_SIGNATURE):
        raise PostingsError(f"{name} is no data file of Pagefind's")
    return data.removeprefix(_SIGNATURE)


def _page(written: bytes, path: str, words: int) -> ShardPage:
    """Return a page from its fragment file, after checking that the fragment is of that page."""
    content = content_of(written, path)
    fragment = json.loads(content)
    if fragment["url"] != f"/{path}":
        raise PostingsError(f"Pagefind has {fragment['url']} where it was given {path}")
    return ShardPage(written, sha1(content).hexdigest(), words, fragment["filters"])  # noqa: S324 - a name


def _posting_lists(content: bytes) -> Iterator[_PostingList]:
    """Yield the posting lists of a decompressed chunk, their pages in the very bytes of the chunk."""
    (words,) = cbor2.loads(content)
    at = 1 + len(_head(4, len(words)))
    for word, plain, forms in words:
        at += 1 + _length(word) + len(_head(4, len(plain)))
        start, at = at, _end_of_pages(content, at)
        if plain:
            yield _posting_list(word, plain, content[start:at])
        at += len(_head(4, len(forms)))
        for form, pages in forms:
            at += 1 + _length(form) + len(_head(4, len(pages)))
            start, at = at, _end_of_pages(content, at)
            if pages:
                yield _posting_list(f"{word}{_FORM}{form}", pages, content[start:at])
    if at != len(content):
        raise PostingsError("Pagefind wrote a chunk of words in another way than is known")


def _posting_list(key: str, pages: list[list[Any]], written: bytes) -> _PostingList:
    """Return one posting list; ``written`` is the CBOR of ``pages``."""
    first = pages[0][0]
    return key, len(pages), first, sum([page[0] for page in pages]), written[1 + len(_head(0, first)) :]


def _length(text: str) -> int:
    """Return how many bytes a text takes in CBOR."""
    size = len(text.encode())
    return len(_head(3, size)) + size


def _end_of_pages(content: bytes, at: int) -> int:
    """Return the offset at which the pages that begin at an offset end."""
    pages = _PAGES.match(content, at)
    return pages.end() if pages else at


@functools.cache
def _head(major: int, value: int) -> bytes:
    """Return how CBOR begins an item (RFC 8949, section 3): its major type, and its length or value."""
    if value < 24:
        return bytes((major << 5 | value,))
    size = next(size for size in range(4) if value < 1 << 8 * 2**size)
    return bytes((major << 5 | 24 + size,)) + value.to_bytes(2**size, "big")


def select(shards: Sequence[Shard], chosen: Sequence[tuple[int, int]]) -> Shard:
    """Return a shard of chosen pages, none twice, each given as the index of its shard and its number there.

    It is what ``read_shard()`` returns where Pagefind has read just these pages in this order.
    """
    numbers: list[dict[int, int]] = [{} for _ in shards]
    for number, (of, before) in enumerate(chosen):
        numbers[of][before] = number
    postings = {}
    for letter in _letters(shards):
        found: dict[str, list[tuple[int, bytes]]] = defaultdict(list)
        for shard, kept in zip(shards, numbers, strict=True):
            for key, _, first, _, content in _lists(shard, letter):
                found[key] += _kept_pages(first, content, kept)
        if lists := [_encode(key, sorted(found[key])) for key in sorted(found) if found[key]]:
            postings[letter] = marshal.dumps(lists)
    return Shard([shards[of].pages[before] for of, before in chosen], postings)


def _kept_pages(first: int, content: bytes, kept: Mapping[int, int]) -> Iterator[tuple[int, bytes]]:
    """Yield the new number of each page of a posting list that is kept, and its places in CBOR."""
    number = 0
    for page in _PAGE.finditer(b"".join((b"\x83", _head(0, first), content))):
        step = page[1]
        number += step[0] if len(step) == 1 else int.from_bytes(step[1:], "big")
        if number in kept:
            yield kept[number], page[2]


def _encode(key: str, pages: Sequence[tuple[int, bytes]]) -> _PostingList:
    """Return the posting list of a word from its pages' numbers and places; sorted, one at least."""
    (first, places), last = pages[0], pages[-1][0]
    pieces, before = [places], first
    for number, places in pages[1:]:
        pieces += (b"\x83", _head(0, number - before), places)
        before = number
    return key, len(pages), first, last, b"".join(pieces)


def join(shards: Sequence[Shard], entry: Mapping[str, Any]) -> Iterator[File]:
    """Yield all files of the one index over these shards' pages, in this order.

    ``entry`` is the parsed entry file of any index that Pagefind made in the same language.
    """
    (language,) = entry["languages"]
    pages = [page for shard in shards for page in shard.pages]
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
    for first, last, content in _chunks(shards):
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
    """Return how many digits of the pages' hashes tell all fragments apart."""
    digits = _DIGITS
    while len({digest[:digits] for digest in digests}) < len(set(digests)):
        digits += 1
    return digits


def _name(language: str, content: bytes) -> str:
    """Return the name of a file of the index: the language and the first digits of the content's hash."""
    return f"{language}_{sha1(content).hexdigest()[:10]}"  # noqa: S324 - a name


def _orders(pages: Sequence[ShardPage]) -> list[tuple[str, list[int]]]:
    """Return the page numbers by each sort key, smallest value first.

    Pagefind itself compares values as 32-bit floats, which cannot tell all dates apart.
    """
    return [
        (key, sorted(range(len(pages)), key=lambda number, key=key: int(pages[number].filters[key][0])))  # type: ignore[misc]
        for key in _SORTED_BY
    ]


def _filters(pages: Sequence[ShardPage]) -> Iterator[tuple[str, bytes]]:
    """Yield each filter's name and file content: the numbers of the pages that have each value."""
    values: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, page in enumerate(pages):
        for key, of_page in page.filters.items():
            for value in of_page if key != CARD else ():
                values[key][value].append(number)
    for key in sorted(values):
        yield key, cbor2.dumps([key, sorted(values[key].items())])


def _chunks(shards: Sequence[Shard]) -> Iterator[tuple[str, str, bytes]]:
    """Yield the chunks of all words: the first and the last word of each, and its content.

    Pagefind shortens these two words, and then misses the word at the end of a chunk in a query of several
    words.
    """
    words: list[bytes] = []
    size, first, last = 0, "", ""
    for word, content in _words(shards):
        if size >= _MOST or (size >= _ENOUGH and word[:2] != last[:2]):
            yield first, last, _chunk(words)
            words, size = [], 0
        first = first if words else word
        last = word
        words.append(content)
        size += len(content)
    if words:
        yield first, last, _chunk(words)


def _chunk(words: Sequence[bytes]) -> bytes:
    """Return the content of a chunk, from the CBOR of its words."""
    return b"".join((b"\x81", _head(4, len(words)), *words))


def _words(shards: Sequence[Shard]) -> Iterator[tuple[str, bytes]]:
    """Yield every word, sorted by code points as Pagefind compares them, and its CBOR in a chunk."""
    for letter in _letters(shards):
        plain: dict[str, bytes] = {}
        spelled: dict[str, list[bytes]] = {}
        for key, count, first, _, content in _merged(shards, letter):
            word, _, form = key.partition(_FORM)
            pages = b"".join((_head(4, count), b"\x83", _head(0, first), content))
            forms = spelled.setdefault(word, [])
            if form:
                forms.append(b"".join((b"\x82", cbor2.dumps(form), pages)))
            else:
                plain[word] = pages
        for word, forms in spelled.items():
            pieces = (b"\x83", cbor2.dumps(word), plain.get(word, b"\x80"), _head(4, len(forms)), *forms)
            yield word, b"".join(pieces)


def _letters(shards: Sequence[Shard]) -> list[str]:
    """Return the first letters of all words, sorted."""
    return sorted({letter for shard in shards for letter in shard.postings})


def _lists(shard: Shard, letter: str) -> list[_PostingList]:
    """Return the posting lists of a shard's words that begin with a letter."""
    dumped = shard.postings.get(letter)
    return marshal.loads(dumped) if dumped else []  # noqa: S302 - ours


def _merged(shards: Sequence[Shard], letter: str) -> list[_PostingList]:
    """Return the posting lists of a letter's words over all shards, pages renumbered; sorted by word."""
    merged: dict[str, tuple[int, int, int, list[bytes]]] = {}
    before = 0  # pages of the shards that precede
    for shard in shards:
        for key, count, first, last, content in _lists(shard, letter):
            preceding = merged.get(key)
            if preceding is None:
                merged[key] = (count, before + first, before + last, [content])
            else:
                total, start, end, pieces = preceding
                pieces += (b"\x83", _head(0, before + first - end), content)
                merged[key] = (total + count, start, before + last, pieces)
        before += len(shard.pages)
    return [(key, *merged[key][:3], b"".join(merged[key][3])) for key in sorted(merged)]
