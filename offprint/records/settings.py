"""The kinds of value that only ``site.yaml`` has: each is strict, since every page is made with it."""

import re
from urllib.parse import urlsplit

from offprint.records.fields import (
    Faults,
    Kind,
    fault,
    read_number,
    read_setting,
    read_url,
)
from offprint.records.frontmatter import Node

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
# What git allows of a branch's name and an address holds without escapes.
_BRANCH = re.compile(r"(?![/.-])(?!.*(?:\.\.|//|/\.|\.lock(?:/|$)))[A-Za-z0-9._/-]{1,200}(?<![/.])")
_FORM_FIELD = re.compile(r"[A-Za-z0-9_.:\[\]-]{1,100}")
_ADDRESS_PATTERN = r"^https?://[^\s@?#\"<>\\^`{|}/]+(?:/[^\s?#\"<>\\^`{|}]*)?$"
_MOST_ON_A_PAGE = 500


def _read_address(node: Node, faults: Faults) -> str | None:
    """Read the address of a site: an http or https URL without a query or a fragment."""
    url = read_url(node, faults)
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.query or parts.fragment or url.endswith(("?", "#")):
        advice = f"write {parts.scheme}://{parts.netloc}{parts.path}"
        fault(faults, node.position, "this address goes on after its path, with ? or #", advice)
        return None
    return url


def _matching(pattern: re.Pattern[str], what: str, advice: str) -> Kind[str]:
    """Return the kind of a text on one line that matches a pattern whole."""

    def read(node: Node, faults: Faults) -> str | None:
        text = read_setting(node, faults)
        if text is not None and not pattern.fullmatch(text):
            shown = text if len(text) <= 60 else f"{text[:59]}…"
            fault(faults, node.position, f"{shown!r} is not {what}", advice)
            return None
        return text

    return Kind(read, {"type": "string", "pattern": f"^(?:{pattern.pattern})$"})


def _read_page_size(node: Node, faults: Faults) -> int | None:
    """Read how many papers a page of a list shows."""
    number = read_number(node, faults)
    if number is not None and not 1 <= number <= _MOST_ON_A_PAGE:
        fault(faults, node.position, "page_size is between 1 and 500")
        return None
    return number


ADDRESS = Kind(_read_address, {"type": "string", "format": "uri", "pattern": _ADDRESS_PATTERN})
LANGUAGE = _matching(_LANGUAGE, "a language's code", "write it as en, de or zh-Hans, with a hyphen")
BRANCH = _matching(_BRANCH, "a branch's name", "write it as git shows it: git branch --show-current")
FORM_FIELD = _matching(_FORM_FIELD, "the name of a form's field", "write it as in the form: email")
PAGE_SIZE = Kind(_read_page_size, {"type": "integer", "minimum": 1, "maximum": _MOST_ON_A_PAGE})
