"""Names that mean one thing become one thing; papers come in the order that the archive promises."""

import datetime as dt
from pathlib import Path

import pytest

from offprint.records.model import PartialDate
from offprint.records.slugs import slugify
from tests.sites import read_library


def paper(**fields: str) -> str:
    lines = "".join(f"{key}: {value}\n" for key, value in {"title": "x", **fields}.items())
    return f"---\n{lines}---\n"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("NVIDIA Research", "nvidia-research"),
        ("Nvidia  research", "nvidia-research"),
        ("Łukasz Øster-Straße", "lukasz-oster-strasse"),
        ("Nguyễn Văn", "nguyen-van"),
        ("AT&T", "at-and-t"),
        ("O'Neil", "oneil"),
    ],
)
def test_a_name_has_a_readable_slug(name: str, slug: str) -> None:
    assert slugify(name) == slug


def test_names_outside_latin_keep_apart() -> None:
    names = ["李娜", "王芳", "李娜 Li", "Li", "清华大学", "CON", "***", "a" * 200, "a" * 201]
    slugs = [slugify(name) for name in names]
    assert len(set(slugs)) == len(names)
    assert all(slug.isascii() and len(slug) <= 80 for slug in slugs)


def test_spellings_of_an_organization_are_one(tmp_path: Path) -> None:
    files = {
        "organizations/nvidia.md": "---\nname: NVIDIA\nhandle: NVlabs\naliases: [NVIDIA Research]\n---\n",
        "papers/a.md": paper(organizations="[Nvidia research, nvlabs]"),
        "papers/b.md": paper(organizations="[mit csail]"),
        "papers/c.md": paper(organizations="['MIT  CSAIL']"),
        "papers/d.md": paper(organizations="[MIT CSAIL]"),
    }
    library, faults = read_library(tmp_path, files)
    assert not faults
    assert [o.name for o in library.organizations] == ["MIT CSAIL", "NVIDIA"]
    assert [p.slug for p in library.by_organization["mit-csail"]] == ["b", "c", "d"]


def test_one_alias_cannot_name_two_organizations(tmp_path: Path) -> None:
    files = {
        "organizations/a.md": "---\nname: A\naliases: [Lab]\n---\n",
        "organizations/b.md": "---\nname: B\naliases: [LAB]\n---\n",
    }
    _, (fault,) = read_library(tmp_path, files)
    assert fault.position == ("content/organizations/b.md", 3, 11)
    assert "names the organization 'a' already" in fault.message


def test_people_are_one_by_orcid_and_stay_two_by_two_orcids(tmp_path: Path) -> None:
    one, two = "0000-0002-1825-0097", "0000-0001-5109-3700"
    files = {
        "papers/a.md": paper(authors=f"[{{name: Wei Zhang, orcid: {one}}}, {{name: Ada, orcid: {two}}}]"),
        "papers/b.md": paper(authors=f"[{{name: W. Zhang, orcid: {one}}}, ADA]"),
        "papers/c.md": paper(authors="[Wei Zhang]"),
    }
    library, faults = read_library(tmp_path, files)
    assert not faults
    assert {a.slug: len(library.by_author[a.slug]) for a in library.authors} == {"ada": 2, "wei-zhang": 3}

    files["papers/d.md"] = paper(authors=f"[{{name: Wei Zhang, orcid: {two}}}]")
    library, _ = read_library(tmp_path / "again", files)
    people = {each.author for p in library.papers for each in p.authors if each.name == "Wei Zhang"}
    assert len({person.slug for person in people}) == len(people) == 3


def test_papers_stand_newest_first_and_the_undated_last(tmp_path: Path) -> None:
    dates = {"a": "2025", "b": "2025-12", "c": "2025-12-04", "d": "2026", "e": "", "f": "2025-12-04"}
    files = {f"papers/{slug}.md": paper(title=slug, date=date) for slug, date in dates.items()}
    library, _ = read_library(tmp_path, files)
    assert "".join(p.slug for p in library.papers) == "dcfbae"
    assert [p.slug for p in library.undated] == ["e"]


def test_a_paper_stands_in_every_period_that_its_date_lies_in(tmp_path: Path) -> None:
    library, _ = read_library(
        tmp_path, {"papers/a.md": paper(date="2025-12-04"), "papers/b.md": paper(date="2025")}
    )
    counts = {date.iso: len(papers) for date, papers in library.periods.items()}
    assert counts == {"2025": 2, "2025-12": 1, "2025-12-04": 1}
    assert PartialDate(2025, 12, 4) in library.periods


def test_a_paper_is_listed_on_its_day_where_nothing_else_is_said(tmp_path: Path) -> None:
    files = {
        "papers/a.md": paper(date="2025-12-04"),
        "papers/b.md": paper(date="2025-12"),
        "papers/c.md": paper(date="2025-12", listed="2026-01-01"),
    }
    library, _ = read_library(tmp_path, files)
    assert {day: [p.slug for p in papers] for day, papers in library.daily.items()} == {
        dt.date(2026, 1, 1): ["c"],
        dt.date(2025, 12, 4): ["a"],
    }


def test_a_daily_list_goes_by_votes_then_title(tmp_path: Path) -> None:
    files = {
        "papers/a.md": paper(title="Zebra", listed="2026-01-01", upvotes="5"),
        "papers/b.md": paper(title="apple", listed="2026-01-01"),
        "papers/c.md": paper(title="Berry", listed="2026-01-01"),
    }
    library, _ = read_library(tmp_path, files)
    assert [p.slug for p in library.daily[dt.date(2026, 1, 1)]] == ["a", "b", "c"]


def test_papers_that_share_rare_words_or_topics_are_related_with_the_reason(tmp_path: Path) -> None:
    files = {
        "topics/optics.md": "---\nname: Optics\n---\n",
        "papers/a.md": paper(title="Photonic lattices under strain", topics="[optics]"),
        "papers/b.md": paper(title="Strain in photonic crystals", topics="[optics]"),
        "papers/c.md": paper(title="Cooking rice with lattices"),
        "papers/d.md": paper(title="Sparrows of Iceland"),
    }
    library, _ = read_library(tmp_path, files)
    nearest = library.related["a"]
    assert [each.paper.slug for each in nearest] == ["b", "c"]
    assert nearest[0].reasons == ("Optics", "photonic", "strain")
    assert library.related["d"] == ()
