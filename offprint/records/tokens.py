"""Tokenizing: the words of a paper and how often it has each, for finding related papers.

Stopwords are left out. The weight of a word, and which plurals are merged with their singular, depends on all
papers and is computed in ``archive/tfidf.py``.
"""

import re
from collections import Counter
from typing import NamedTuple

_IN_TITLE = 3  # a word in the title counts as often as this many in the text
_MOST = 255  # the highest count that fits into a byte

_WORD = re.compile(r"[^\W\d_][\w-]{2,}")
_ASCII_WORD = re.compile("[a-z][a-z0-9_-]{2,}")  # the same for lower-case ASCII, twice as fast
# Chinese and Japanese have no spaces between words, so pairs of characters are counted instead.
_PAIR = re.compile("(?=([\u3040-\u30ff\u3400-\u9fff]{2}))")
_STOPWORDS = frozenset(
    "about above across after against all allow allows along already also although among and another any "
    "are around based because been before being best better between both bring brings but can clearly "
    "could current despite does during each effective efficient either enable enables enabling end enhance "
    "enhancing even every existing experiments first five for four from full further furthermore gain "
    "gains given has have having here high higher how however improve improved improvement improves "
    "improving incentivizing including instead into introduce introduced introduces its itself just large "
    "learn learns less leveraging like limited long made make makes making many may method methods model "
    "models more moreover most much must native near nearly need needed needs new not novel now number "
    "often one only open other others our out over own paper per performance present presented presents "
    "problem propose proposed proposes provide provides rather recent recently remain report require "
    "requires respectively result results rethinking right same second seeking several should show shown "
    "shows significant significantly simple since single small some sparking step steps still strong such "
    "system systems take task tasks than that the their them then there these they this those three "
    "through thus time times together too top toward towards train training true two under unified "
    "unleashing until upon use used useful uses using various very via was well were what when where "
    "whether which while who why will with within without work worth would yet you".split()
)


class TokenCounts(NamedTuple):
    """The words of a paper, separated by spaces, and the count of each as a byte, at most _MOST.

    The words are one string because one for each word would take ten times the memory.
    """

    text: str = ""
    counts: bytes = b""

    @property
    def words(self) -> list[str]:
        """Return the words as a list."""
        return self.text.split()


NO_TOKENS = TokenCounts()


def count_tokens(title: str, text: str) -> TokenCounts:
    """Count the words of a paper's title and text, in lower case, in the order of their first use."""
    by_word = Counter(_split(text.casefold()))
    for word in _split(title.casefold()):
        by_word[word] += _IN_TITLE
    for word in _STOPWORDS.intersection(by_word):
        del by_word[word]
    counts = list(by_word.values())
    if counts and max(counts) > _MOST:
        counts = [min(count, _MOST) for count in counts]
    return TokenCounts(" ".join(by_word), bytes(counts))


def _split(text: str) -> list[str]:
    if text.isascii():
        return _ASCII_WORD.findall(text)
    words: list[str] = _WORD.findall(text)
    return words + _PAIR.findall(text)
