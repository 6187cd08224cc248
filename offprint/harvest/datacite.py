"""DataCite: what it knows of a DOI that Crossref did not register: data sets, software, some preprints.

The shape of an answer is documented (support.datacite.org, the metadata schema 4).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from offprint.contribute.drafts import Draft, DraftAuthor
from offprint.harvest import answers
from offprint.harvest.answers import Web, Work, mapping, objects, plain, text
from offprint.harvest.http import NothingThereError, ServiceError

_WHO = "DataCite"


def by_dois(dois: Sequence[str], web: Web) -> Iterator[Work]:
    """Yield what DataCite says of those of the DOIs that it registered. Raises ServiceError."""
    for doi in dois:
        url = f"{web.services.datacite}/dois/{quote(doi, safe='')}?affiliation=true"
        try:
            answer = answers.parse_json(web.client.get(url, _WHO), _WHO)
        except NothingThereError:
            continue
        except ServiceError:
            web.client.forget(url)
            raise
        yield work_of(mapping(mapping(mapping(answer).get("data")).get("attributes")))


def work_of(item: Mapping[str, Any]) -> Work:
    """Return what the attributes of a DOI say of a paper."""
    affiliations = [each for one in objects(item.get("creators")) for each in objects(one.get("affiliation"))]
    rors = {plain(each.get("name")): answers.ror(each.get("affiliationIdentifier")) for each in affiliations}
    issued = [
        text(each.get("date")) for each in objects(item.get("dates")) if each.get("dateType") == "Issued"
    ]
    titles = [plain(each.get("title")) for each in objects(item.get("titles")) if not each.get("titleType")]
    published_as = ""
    for each in objects(item.get("relatedIdentifiers")):
        if each.get("relationType") in ("IsPreprintOf", "IsPreviousVersionOf"):
            published_as = published_as or answers.doi(each.get("relatedIdentifier"))
    date = next(filter(None, map(_date, issued)), "")
    draft = Draft(
        title=next(iter(titles), ""),
        date=date or _date(text(item.get("publicationYear"))),
        authors=tuple(each for each in map(_author, objects(item.get("creators"))) if each.name),
        organizations=tuple(name for name in rors if name),
        venue=plain(mapping(item.get("container")).get("title")),
        arxiv=answers.arxiv_id(item.get("doi")),
        doi=answers.doi(item.get("doi")),
    )
    return Work(draft, tuple((name, each) for name, each in rors.items() if name and each), published_as)


def _date(written: str) -> str:
    """Return a date in ISO form, whole or not; "" for anything else, such as a range."""
    match = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?(?:T.*)?", written)
    numbers = [int(part) for part in match.groups() if part] if match else []
    return answers.partial_date([numbers]) if numbers else ""


def _author(creator: Mapping[str, Any]) -> DraftAuthor:
    parts = [plain(creator.get("givenName")), plain(creator.get("familyName"))]
    name = " ".join(parts) if all(parts) else _turned(plain(creator.get("name")))
    ids = (each for each in objects(creator.get("nameIdentifiers")))
    found = (answers.orcid(each.get("nameIdentifier")) for each in ids)
    return DraftAuthor(name, next(filter(None, found), ""))


def _turned(name: str) -> str:
    """Return ``Family, Given`` as a reader writes the name."""
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}" if comma and given.strip() else name
