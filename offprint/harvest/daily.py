"""A daily-papers page: the papers of each day, with their votes.

The address, its parameter ``date`` and the fields of an item are as published programs use them; no document
says so. A summary there is arXiv's abstract, which is free to copy where the paper has an arXiv id.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urlsplit

from offprint.contribute.drafts import Draft
from offprint.contribute.importers import read_entries
from offprint.harvest import answers
from offprint.harvest.answers import Web, Window, Work, fits
from offprint.harvest.http import NothingThereError, ServiceError
from offprint.records.watch.model import Watch

_WHO = "the daily-papers page"


def search(watch: Watch, window: Window, web: Web) -> list[Work]:
    """Return the papers of a window's days that have the votes and words of a watch. Raises ServiceError."""
    works: list[Work] = []
    for number in range((window.until - window.since).days + 1):
        day = window.since + dt.timedelta(number)
        works += [Work(draft) for draft in on_day(watch.url or web.services.daily, day, web)]
    return [each for each in works if (each.draft.upvotes or 0) >= watch.votes and fits(watch, each.draft)]


def on_day(address: str, day: dt.date, web: Web) -> list[Draft]:
    """Return the papers of a day; none where the page has no such day."""
    url = f"{address}{'&' if urlsplit(address).query else '?'}{urlencode({'date': day.isoformat()})}"
    try:
        listed = answers.parse_json(web.client.get(url, _WHO), _WHO)
    except NothingThereError:
        return []
    except ServiceError:
        web.client.forget(url)
        raise
    if not isinstance(listed, list):
        web.client.forget(url)
        raise ServiceError(f"{_WHO} answers something that is no list of papers; try again later")
    return [draft for item in answers.objects(listed) if (draft := draft_of(item)).title]


def draft_of(item: Mapping[str, Any]) -> Draft:
    """Return the paper of an item; empty where it is none."""
    entries, _ = read_entries(json.dumps([item]).encode(), "daily.json")
    if not entries:
        return Draft()
    draft = entries[0].draft
    number = answers.arxiv_id(draft.arxiv)
    return replace(draft, slug="", arxiv=number, abstract=draft.abstract if number else "")
