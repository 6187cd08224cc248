"""Who an author is, and where: addresses outlast later papers, namesakes, and changes of name."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from offprint.diagnostics import Diagnostic
from tests.records.test_git_history import commit
from tests.sites import build_site, page, read_library

A, B = "0000-0002-1825-0097", "0000-0001-5109-3700"
URL = "https://example.org/archive/"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def paper(listed: str, *authors: str) -> str:
    return f"---\ntitle: Paper of {listed}\nlisted: {listed}\nauthors: [{', '.join(authors)}]\n---\nText.\n"


def chen(orcid: str) -> str:
    return f"{{name: Jian Chen, orcid: {orcid}}}"


def dini(name: str) -> str:
    return f"{{name: {name}, orcid: {A}}}"


def addresses(folder: Path) -> dict[str, str]:
    """Return every author's address with where it leads: "" for a page of theirs, else links on it."""
    found = {}
    for file in sorted((folder / "_site/authors").glob("*.html")):
        text = file.read_text("utf-8")
        found[file.stem] = " ".join(
            re.findall(r'<(?:a id="target"|li><a) href="\.\./authors/([^"]*)\.html"', text)
        )
    return found


def feed_id(folder: Path, slug: str) -> str:
    return ET.fromstring(page(folder, f"authors/{slug}.xml")).findtext("a:id", "", ATOM)


def test_where_two_people_share_a_name_its_address_leads_to_both(tmp_path: Path) -> None:
    build_site(
        tmp_path, {"papers/a.md": paper("2026-01-01", chen(A)), "papers/b.md": paper("2026-02-01", chen(B))}
    )
    assert addresses(tmp_path) == {
        "jian-chen": "jian-chen-0097 jian-chen-3700",
        "jian-chen-0097": "",
        "jian-chen-3700": "",
    }
    assert "Several people" in page(tmp_path, "authors/jian-chen.html")
    assert feed_id(tmp_path, "jian-chen") == f"{URL}authors/jian-chen.html"


def test_an_address_and_its_feed_stay_when_a_namesake_comes(tmp_path: Path) -> None:
    before = {f"papers/{n}.md": paper(f"2026-01-0{n}", "Jian Chen") for n in (1, 2)}
    build_site(tmp_path, before)
    assert addresses(tmp_path) == {"jian-chen": ""}
    build_site(tmp_path, {"papers/a.md": paper("2026-02-01", chen(A))})
    assert addresses(tmp_path) == {"jian-chen": ""}  # the only iD of that name is theirs
    build_site(tmp_path, {"papers/b.md": paper("2026-03-01", chen(B))})
    assert addresses(tmp_path) == {"jian-chen": "", "jian-chen-0097": "", "jian-chen-3700": ""}
    assert "jian-chen-0097.html" in page(tmp_path, "authors/jian-chen.html")
    assert feed_id(tmp_path, "jian-chen") == f"{URL}authors/jian-chen.html"


def test_the_first_name_keeps_its_address_however_often_another_is_used(tmp_path: Path) -> None:
    files = {
        "papers/z.md": paper("2026-01-01", dini("Irene Dini")),
        "papers/a.md": paper("2026-02-01", dini("Luca Dini")),
    }
    build_site(tmp_path, files)
    assert addresses(tmp_path) == {"irene-dini": "", "luca-dini": "irene-dini"}
    build_site(tmp_path, {f"papers/{n}.md": paper(f"2026-03-0{n}", dini("Luca Dini")) for n in (1, 2, 3)})
    assert addresses(tmp_path) == {"irene-dini": "", "luca-dini": "irene-dini"}
    assert "<h1>Luca Dini" in page(tmp_path, "authors/irene-dini.html")
    assert feed_id(tmp_path, "luca-dini") == f"{URL}authors/luca-dini.html"


def test_a_changed_name_shows_as_its_bearer_wants_but_not_in_citations(tmp_path: Path) -> None:
    files = {
        "papers/z.md": paper("2026-01-01", "Irene Dini", "Bo"),
        "authors/luca-dini.md": (
            "---\nname: Luca Dini\naliases: [Irene Dini]\nurl: https://dini.example\n---\nOn *light*.\n"
        ),
    }
    build_site(tmp_path, files)
    assert addresses(tmp_path) == {"luca-dini": "", "irene-dini": "luca-dini"}
    person = page(tmp_path, "authors/luca-dini.html")
    assert all(each in person for each in ("<h1>Luca Dini", "<em>light</em>", 'href="https://dini.example"'))
    text = page(tmp_path, "papers/z.html")
    assert "Irene" in text[text.index('<pre id="bibtex"') :].partition("</pre>")[0]
    assert '<a href="../authors/luca-dini.html">Luca Dini</a>' in text
    assert "Irene" not in re.sub(
        r'(?s)<pre id="bibtex".*?</pre>|<meta name="citation_author"[^>]*>', "", text
    )
    for path in ("index.html", "feed.xml", "authors/luca-dini.html"):
        assert "Luca Dini" in page(tmp_path, path)
        assert "Irene" not in page(tmp_path, path)


def test_a_record_is_found_by_its_orcid_whatever_a_paper_prints(tmp_path: Path) -> None:
    record = f"---\nname: Luca Dini\norcid: {A}\n---\n"
    library, faults = read_library(
        tmp_path, {"papers/z.md": paper("2026-01-01", dini("I. D.")), "authors/dini.md": record}
    )
    assert not faults
    (authorship,) = library.papers[0].authors
    assert (authorship.author.slug, authorship.name, authorship.shown) == ("dini", "I. D.", "Luca Dini")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (f"name: A\norcid: {A}", f"name: B\norcid: {A}"),
        ("name: A", "name: B\naliases: [A]"),
        ("name: A\nformerly: [z]", "name: B\nformerly: [z]"),
        ("name: A", "name: B\nformerly: [one]"),
    ],
)
def test_what_two_records_of_people_share_is_an_error_with_both_places(
    tmp_path: Path, one: str, two: str
) -> None:
    _, faults = read_library(
        tmp_path, {"authors/one.md": f"---\n{one}\n---\n", "authors/two.md": f"---\n{two}\n---\n"}
    )

    def places(fault: Diagnostic) -> set[str]:
        return {fault.position.path, *re.findall(r"content/authors/\w+\.md", fault.advice)}

    assert faults
    assert all(places(fault) == {"content/authors/one.md", "content/authors/two.md"} for fault in faults)


def test_people_of_one_name_who_have_different_orcids_may_each_have_a_record(tmp_path: Path) -> None:
    files = {
        f"authors/chen-{n}.md": f"---\nname: Jian Chen\norcid: {orcid}\n---\n"
        for n, orcid in enumerate((A, B))
    }
    files |= {"papers/a.md": paper("2026-01-01", chen(A), "Jian Chen")}
    build_site(tmp_path, files)
    assert addresses(tmp_path) == {"chen-0": "", "chen-1": "", "jian-chen": ""}
    assert all(f'href="../authors/chen-{n}.html"' in page(tmp_path, "authors/jian-chen.html") for n in (0, 1))


def test_a_paper_that_git_does_not_know_yet_moves_no_address(tmp_path: Path) -> None:
    old = "---\ntitle: Old\ndate: 1999\nauthors: [{}]\n---\n"
    commit(
        tmp_path,
        "2026-01-01",
        {"content/papers/b.md": old.format(dini("Irene Dini")).replace("1999", "2020")},
    )
    build_site(tmp_path, {"papers/a.md": old.format(dini("Luca Dini"))})
    assert addresses(tmp_path) == {"irene-dini": "", "luca-dini": "irene-dini"}
