"""What other tools and people call a record's fields and kinds of link → what they are called here."""

from collections.abc import Container

_FIELDS = {
    "date": "year published publication_date pubdate issued day month",
    "listed": "added date_added listing",
    "rank": "place position order",
    "authors": "author creator creators by writers",
    "author_count": "number_of_authors authors_count n_authors",
    "organizations": "affiliation affiliations institution institutions institute organisation organisations "
    "organization lab university school",
    "topics": "tag tags keyword keywords category categories subject subjects topic",
    "venue": "journal booktitle conference container_title journaltitle proceedings published_in",
    "arxiv": "arxiv_id arxivid eprint",
    "issue": "number no",
    "volume": "vol",
    "pages": "page pp",
    "editors": "editor",
    "image": "picture figure thumbnail photo",
    "image_alt": "alt alt_text caption",
    "upvotes": "votes likes",
    "status": "retracted withdrawn state",
    "notice": "note reason",
    "summary": "text body description tldr tl_dr",
    "aliases": "synonyms alias also_known_as",
    "family": "last_name lastname surname",
    "title": "name headline",
    "name": "title label",
}
_LINKS = {
    "code": "github gitlab repo repository source implementation software",
    "project": "homepage website page site project_page webpage url link address",
    "pdf": "paper fulltext full_text file",
    "data": "dataset datasets",
    "model": "huggingface weights checkpoint models",
    "video": "youtube talk recording",
    "slides": "presentation deck",
    "supplement": "supplementary appendix",
    "discussion": "openreview forum",
}
_PAIRS = [(word, name) for name, words in _FIELDS.items() for word in words.split()]
_LINK_OF = {word: kind for kind, words in _LINKS.items() for word in words.split()}


def field_meant(name: str, known: Container[str]) -> str:
    """Return the known field that a name means, as ``date`` for ``year``; empty where there is none."""
    word = _folded(name)
    meant = [word, *(name for other, name in _PAIRS if other == word)]
    return next((each for each in meant if each in known), "")


def link_meant(name: str, known: Container[str]) -> str:
    """Return the kind of link that a name means, as ``code`` for ``github``; empty where there is none."""
    word = _folded(name)
    return next((each for each in (word, _LINK_OF.get(word, "")) if each in known), "")


def _folded(name: str) -> str:
    return name.strip().casefold().replace("-", "_").replace(" ", "_")
