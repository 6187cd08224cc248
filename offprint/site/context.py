"""The one argument of every view: the library, the interface's messages, and what a build has decided."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar, cast

from offprint.archive.model import Library, Paper
from offprint.site.fingerprints import Fingerprints
from offprint.site.messages import Messages
from offprint.site.views.shared import Card, make_card, without_marks
from offprint.storage.fingerprint import Fingerprint

_T = TypeVar("_T")


class Memo(Protocol):
    """Return the value of a kind under a fingerprint, made if it is not known yet."""

    def __call__(self, kind: str, key: Fingerprint, make: Callable[[], _T]) -> _T: ...  # noqa: D102


def make_anew(kind: str, key: Fingerprint, make: Callable[[], _T]) -> _T:
    """Return a new value, remembering nothing: the memo of a context without a cache."""
    return make()


@dataclass(slots=True)
class SiteContext:
    """The one argument of every view.

    ``own_style`` tells whether the archive has a style sheet of its own, ``social_cards`` holds the paths
    of all social cards, and ``memo`` keeps parts of large files from one build to the next.
    """

    library: Library
    messages: Messages
    fingerprints: Fingerprints
    own_style: bool = False
    social_cards: frozenset[str] = frozenset()
    memo: Memo = make_anew
    _cards: dict[str, Card] = field(default_factory=dict)
    _made: dict[Callable[[Library], Any], Any] = field(default_factory=dict)

    def once(self, make: Callable[[Library], _T]) -> _T:
        """Return what ``make`` makes of the library; a process calls it once, though many pages need it."""
        if make not in self._made:
            self._made[make] = make(self.library)
        return cast("_T", self._made[make])

    def cards(self, papers: Iterable[Paper]) -> tuple[Card, ...]:
        """Return the papers' cards, in the same order; each card is made once.

        Where all of them are new, none is marked so.
        """
        cards = tuple(self._card(paper) for paper in papers)
        return without_marks(cards) if all(card.new for card in cards) else cards

    def _card(self, paper: Paper) -> Card:
        """Return a paper's card."""
        card = self._cards.get(paper.slug)
        if card is None:
            card = self._cards[paper.slug] = make_card(paper, self.messages, new=self.library.is_new(paper))
        return card
