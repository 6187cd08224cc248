"""Whatever an archive goes through, addresses that were ever published lead somewhere, feed ids stay.

Each history is a repository: days on which records are added, renamed, corrected, retracted, removed, people
told apart or made one, versions joined. After each day the site is built, with the cache of the last build.
``OFFPRINT_HISTORIES=200 pytest tests/site/test_histories.py`` runs more.
"""

import os
import random
import re
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from offprint.commands.check import examine
from offprint.records.slugs import slugify
from tests.records.test_git_history import commit, git
from tests.sites import build_site, options, tree, write_content

HISTORIES = int(os.environ.get("OFFPRINT_HISTORIES", "3"))
_ATOM = "{http://www.w3.org/2005/Atom}"
_PEOPLE = ("Ada Lovelace", "Grace Hopper", "Jian Chen", "A. Lovelace", "Luca Dini")
_ORCIDS = {"Jian Chen": ("0000-0002-1825-0097", "0000-0001-5109-3700")}


@dataclass
class Archive:
    """The files of an archive, and what its readers know."""

    folder: Path
    chance: random.Random
    day: int = 1
    number: int = 0
    removed: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)  # addresses that were ever published
    ids: dict[str, str] = field(default_factory=dict)  # id of an entry → its paper's number

    @property
    def content(self) -> Path:
        return self.folder / "content"

    def papers(self) -> list[Path]:
        return sorted((self.content / "papers").rglob("*.md"))

    def commit(self) -> None:
        commit(self.folder, f"2026-{1 + self.day // 28:02}-{1 + self.day % 28:02}", {})
        self.day += 1

    def any_paper(self) -> Path:
        return self.chance.choice(self.papers())


def is_superseded(archive: Archive, path: Path) -> bool:
    return any(f"supersedes: {path.stem}\n" in each.read_text() for each in archive.papers())


def add(archive: Archive) -> None:
    archive.number += 1
    n, chance = archive.number, archive.chance
    names = chance.sample(_PEOPLE, 2)
    authors = [
        f"{{name: {name}, orcid: {chance.choice(_ORCIDS[name])}}}"
        if name in _ORCIDS and chance.random() < 0.6
        else name
        for name in names
    ]
    path = archive.content / f"papers/{chance.choice(['2024', '2025'])}/paper-{n}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"---\ntitle: Paper {n}\ndate: 2025-{n % 12 + 1:02}-01\nauthors: [{', '.join(authors)}]\n"
        f"organizations: [lab-{n % 3}]\ntopics: [video]\narxiv: 2501.{n:05}\n---\nWhat paper {n} found.\n"
    )


def rename(archive: Archive) -> None:
    old = archive.any_paper()
    if is_superseded(archive, old):
        return
    archive.number += 1
    new = old.with_name(f"renamed-{archive.number}.md")
    git(archive.folder, "2026-01-01", "mv", str(old), str(new))


def rename_term(archive: Archive) -> None:
    kind = archive.chance.choice(["organizations", "topics"])
    files = sorted((archive.content / kind).glob("*.md"))
    old = archive.chance.choice(files)
    archive.number += 1
    git(archive.folder, "2026-01-01", "mv", str(old), str(old.with_name(f"{kind}-{archive.number}.md")))


def correct(archive: Archive) -> None:
    path = archive.any_paper()
    path.write_text(path.read_text() + "A correction.\n")


def retract(archive: Archive) -> None:
    path = archive.any_paper()
    if "status:" not in path.read_text():
        path.write_text(
            path.read_text().replace("\n---\n", "\nstatus: retracted\nnotice: Made up.\n---\n", 1)
        )


def remove(archive: Archive) -> None:
    path = archive.any_paper()
    if len(archive.papers()) < 3 or is_superseded(archive, path):
        return
    archive.removed.append(path.stem)
    entries = [f"- {{slug: {slug}, day: 2026-06-30, reason: Asked for.}}\n" for slug in archive.removed]
    (archive.content / "removed.yaml").write_text("".join(entries))
    path.unlink()


def keep_pages(archive: Archive) -> None:
    """Do what check advises where the last papers of an author or organization are gone, one by one."""
    while lost := lost_pages(archive):
        kind, slug = min(lost, key=lambda each: (not each[1][-4:].isdigit(), each))
        name = next((name for name in _PEOPLE if slugify(name) in slug), slug)
        orcid = next((each for each in _ORCIDS.get(name, ()) if slug.endswith(each[-4:])), "")
        file = archive.content / kind / f"{slug}.md"
        file.parent.mkdir(exist_ok=True)
        assert not file.exists()
        file.write_text(f"---\nname: {name}\n{f'orcid: {orcid}' if orcid else ''}\n---\n")


def lost_pages(archive: Archive) -> list[tuple[str, str]]:
    """The kind and slug of each page of an author or organization that check says to keep by a file."""
    checked = examine(options(archive.folder), [], fix=False, links=False, progress=lambda *_: None)
    advice = re.compile(r"write content/(authors|organizations)/([\w-]+)\.md")
    found = [advice.search(each.advice) for each in checked.diagnostics]
    return [(each[1], each[2]) for each in found if each]


def rename_and_correct(archive: Archive) -> None:
    rename(archive)
    correct(archive)


def tell_apart(archive: Archive) -> None:
    """One of the people of a name gets an ORCID iD."""
    path = archive.any_paper()
    with_id = f"{{name: Jian Chen, orcid: {_ORCIDS['Jian Chen'][0]}}}"
    path.write_text(re.sub(r"(\[|, )Jian Chen(?=[,\]])", rf"\g<1>{with_id}", path.read_text()))


def merge_people(archive: Archive) -> None:
    """Two names turn out to be one person's."""
    people = archive.content / "authors"
    if not any((people / f"{slug}.md").exists() for slug in ("ada-lovelace", "a-lovelace")):
        people.mkdir(exist_ok=True)
        (people / "ada.md").write_text("---\nname: Ada Lovelace\naliases: [A. Lovelace]\n---\n")


def new_version(archive: Archive) -> None:
    old = archive.any_paper()
    if is_superseded(archive, old):
        return
    add(archive)
    new = next(each for each in archive.papers() if each.stem == f"paper-{archive.number}")
    new.write_text(new.read_text().replace("topics:", f"supersedes: {old.stem}\ntopics:"))


STEPS: tuple[Callable[[Archive], None], ...] = (
    add, add, rename, rename_term, rename_and_correct, correct, retract, remove, tell_apart, merge_people,
    new_version,
)  # fmt: skip


def addresses(site: Path) -> set[str]:
    """Every page of something with a name of its own, and its feed; days come and go with dates."""
    kinds = ("papers/", "topics/", "organizations/", "authors/")
    return {
        path
        for path in tree(site)
        if path.startswith(kinds) and path.count("/") == 1 and path.endswith((".html", ".xml"))
    }


def entries(site: Path) -> dict[str, str]:
    """The id of each entry of the site's feed, and the paper's number in its arXiv id, which stays."""
    found = {}
    for entry in ET.parse(site / "feed.xml").getroot().iter(f"{_ATOM}entry"):
        link = entry.find(f"{_ATOM}link")
        assert link is not None
        page = (site / link.attrib["href"].removeprefix("https://example.org/archive/")).read_text()
        number = re.search(r"arxiv\.org/abs/2501\.(\d+)", page)
        assert number
        found[entry.findtext(f"{_ATOM}id", "")] = number[1]
    return found


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_no_address_is_lost_and_no_id_is_changed_or_used_again(tmp_path: Path, seed: int) -> None:
    archive = Archive(tmp_path, random.Random(seed))
    write_content(
        tmp_path,
        {
            "topics/video.md": "---\nname: Video\n---\nMoving pictures, in enough words to know it again.\n",
            **{f"organizations/lab-{n}.md": f"---\nname: Lab {n}\n---\nLaboratory {n}.\n" for n in range(3)},
        },
    )
    (tmp_path / ".gitignore").write_text("_site\n.cache\n")
    for _ in range(4):
        add(archive)
    archive.commit()
    numbers: dict[str, str] = {}
    done: list[str] = []
    for _ in range(8):
        build_site(tmp_path, {})
        site = tmp_path / "_site"
        now = addresses(site)
        assert archive.known <= now, (done, archive.known - now)
        archive.known |= now
        for identity, number in entries(site).items():
            assert archive.ids.setdefault(identity, number) == number, (done, "an id is used again")
            assert numbers.setdefault(number, identity) == identity, (done, "an id has changed")
        step = archive.chance.choice(STEPS)
        done.append(step.__name__)
        step(archive)
        keep_pages(archive)
        if git_status(tmp_path):
            archive.commit()


def git_status(folder: Path) -> bool:
    command = ["git", "status", "--porcelain", "content"]
    return bool(subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout)
