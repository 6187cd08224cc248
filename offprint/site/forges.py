"""Where the files of a repository are edited on the web, for each kind of forge."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from offprint.records.model import SiteConfig


@dataclass(frozen=True, slots=True)
class Forge:
    """The addresses below a repository, with ``{branch}``, ``{path}`` and ``{commit}`` in them.

    ``new`` is a page that takes a new file as ``?filename=…&value=…``; "" where there is none.
    """

    edit: str
    history: str
    commit: str
    new: str = ""


_GITHUB = Forge("/edit/{branch}/{path}", "/commits/{branch}/{path}", "/commit/{commit}", "/new/{branch}")
_GITLAB = Forge("/-/edit/{branch}/{path}", "/-/commits/{branch}/{path}", "/-/commit/{commit}")
_FORGEJO = Forge(
    "/_edit/{branch}/{path}", "/commits/branch/{branch}/{path}", "/commit/{commit}"
)  # Gitea's are the same
_BY_HOST = {"gitlab": _GITLAB, "codeberg": _FORGEJO, "forgejo": _FORGEJO, "gitea": _FORGEJO}


def edit_address(site: SiteConfig, path: str) -> str:
    """Return where a file of the archive is edited; empty if the archive has no repository."""
    return _fill(site.edit_url or _address(site, _forge(site).edit), site, path)


def history_address(site: SiteConfig, path: str) -> str:
    """Return where a file's changes are listed; empty if the archive has no repository."""
    return _fill(_address(site, _forge(site).history), site, path)


def commit_address(site: SiteConfig, commit: str) -> str:
    """Return where a commit shows what it changed; empty without one, or if the archive has no repository."""
    return _address(site, _forge(site).commit).replace("{commit}", quote(commit)) if commit else ""


def new_address(site: SiteConfig) -> str:
    """Return the page for a new file; empty where the forge has none that takes its text."""
    forge = _forge(site)
    return _fill(_address(site, forge.new), site, "") if forge.new else ""


def _forge(site: SiteConfig) -> Forge:
    """Return the kind of forge, by the host's name; GitHub's where that says nothing."""
    host = urlsplit(site.repository).hostname or ""
    return next((forge for word, forge in _BY_HOST.items() if word in host), _GITHUB)


def _address(site: SiteConfig, below: str) -> str:
    return f"{site.repository}{below}" if site.repository else ""


def _fill(pattern: str, site: SiteConfig, path: str) -> str:
    """Return a pattern with its names filled in, each character quoted that an address cannot hold."""
    return pattern.replace("{branch}", quote(site.branch)).replace("{path}", quote(path))
