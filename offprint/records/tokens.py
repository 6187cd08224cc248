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
    "able about above across actually after again against all allow allows almost alone along already "
    "also although always among and another any anyone anything apart are around aside away back based "
    "because become becomes been before being beside best better between beyond both bring brings but "
    "came can cannot certain clearly come comes common complete could course current despite different "
    "does done down during each effective efficient either else enable enables enabling end enhance "
    "enhancing enough entire even ever every everyone everything exactly existing experiments few first "
    "five follow following follows for found four from full further furthermore gain gains general get "
    "gets given goes going good great had hardly has have having hence her here high higher his how "
    "however improve improved improvement improves improving incentivizing including indeed instead "
    "into introduce introduced introduces its itself just keep kind known large last later learn learns "
    "least less let leveraging like limited long lot made mainly make makes making many may maybe mean "
    "means meant merely method methods might model models more moreover most mostly much must native "
    "near nearly need needed needs neither never nevertheless new next nobody none nor not nothing "
    "novel now number off often old once one only onto open other others otherwise our ours out over "
    "own paper per performance perhaps please possible present presented presents problem propose "
    "proposed proposes provide provides put quite rather really recent recently remain report require "
    "requires respectively result results rethinking right said same saw say says second seeking seen "
    "several shall she should show shown shows significant significantly simple simply since single "
    "small some somehow someone something sometimes somewhat soon sooner sort sparking step steps still "
    "strong such sure system systems take taken task tasks than that the their them then there these "
    "they thing things think this those though three through thus till time times together too top "
    "toward towards train training tried true try turn twice two under unified unleashing unless unlike "
    "until upon use used useful uses using usually various very via want was way ways well went were "
    "what when where whether which while who whole whose why wide will with within without work worth "
    "would yes yet you".split()
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
