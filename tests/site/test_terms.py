"""The lists of all organizations and authors: from A to Z by letters, long ones folded and paged."""

import json
import re
from pathlib import Path

import pytest

from offprint.site.views import terms
from tests import sites


def letters(text: str) -> list[str]:
    return re.findall(r'<h2 class="letter" id="[^"]*">([^<]*)</h2>', text)


def names(text: str) -> list[str]:
    return re.findall(r'<li[^>]*><a href="[^"]*">([^<]*)</a>', text)


def archive(*papers: str) -> dict[str, str]:
    return {f"papers/p{n}.md": f"---\ntitle: Paper {n}\n{each}\n---\n" for n, each in enumerate(papers)}


def test_organizations_stand_under_their_letters_and_signs_and_digits_last(tmp_path: Path) -> None:
    listed = (
        '["*Star", "1QBit", ") Odd", ", Comma", "Zoo", "Ärzte, Bund der", aachen, 清华大学, Ωmega, "“Q”"]'
    )
    sites.build_site(tmp_path, archive(f"organizations: {listed}"))
    text = sites.page(tmp_path, "organizations.html")
    assert letters(text) == ["A", "Z", "Ω", "CJK", "#"]
    assert names(text)[:5] == ["aachen", "Ärzte, Bund der", "Zoo", "Ωmega", "清华大学"]
    assert len(names(text)) == 10
    assert "Older" not in text


def test_authors_are_listed_by_their_family_names(tmp_path: Path) -> None:
    authors = "authors: [Grace Hopper, Ludwig van Beethoven, {name: Wang Xi, family: Wang}, Åse Ås, 王小明]"
    sites.build_site(tmp_path, archive(authors, authors))
    text = sites.page(tmp_path, "authors.html")
    assert letters(text) == ["A", "H", "V", "W", "CJK"]
    assert names(text) == ["Ås, Åse", "Hopper, Grace", "van Beethoven, Ludwig", "Wang, Xi", "王小明"]


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("terms")
    first = [f"{letter} {number:02}" for letter in "ABC" for number in range(50)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(terms, "TERMS_A_PAGE", 120)
        sites.build_site(
            folder, archive(f"organizations: [{', '.join(first)}]", "organizations: [A 07]\ndate: 2025")
        )
    return folder


def test_in_a_long_list_names_of_one_paper_are_folded_under_their_letter(long: Path) -> None:
    text = sites.page(long, "organizations.html")
    assert letters(text) == ["A", "B"]
    assert "<summary>49 names with one paper</summary>" in text
    assert names(text.partition("<details")[0]) == ["A 07"]


def test_every_letter_is_on_one_page_and_each_page_leads_to_all_letters(long: Path) -> None:
    for path in ("organizations.html", "organizations-2.html"):
        links = re.search(r'<nav class="letters".*?</nav>', sites.page(long, path), re.DOTALL)
        assert links
        assert re.findall(r'href="([^"]*)"', links[0]) == [
            "organizations.html#a",
            "organizations.html#b",
            "organizations-2.html#c",
        ]
    assert letters(sites.page(long, "organizations-2.html")) == ["C"]


def test_scripts_get_every_name_with_its_papers_and_its_newest_date(long: Path) -> None:
    call = re.fullmatch(r"offprint\.receive\((.*)\);\n", sites.page(long, "data/organizations.js"))
    assert call
    path, rows = json.loads(f"[{call[1]}]")
    assert path == "data/organizations.js"
    assert len(rows) == 150
    assert rows[7] == ["A 07", "a-07", 2, "2025"]
    assert rows[8] == ["A 08", "a-08", 1, ""]
