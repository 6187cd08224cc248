"""The index of names: the deepest node of what a reader types has every name that it may begin."""

from pathlib import Path

import pytest

from offprint.archive import name_index as module
from offprint.archive.name_index import name_index
from tests.sites import read_library


def test_every_name_is_in_the_node_of_each_of_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEAF_SIZE", 4)
    monkeypatch.setattr(module, "TOP", 2)
    names = ["Ana Abel", "Anabel Abt", "Bo Abel", "Björn Ødegård", "王小明", "Al Ab", "Ab Abel", "Ada A"]
    records = "".join(
        f"- {{slug: p{n}, title: The {name}, authors: [{name}]}}\n" for n, name in enumerate(names)
    )
    library, _ = read_library(
        tmp_path, {"papers/all.yaml": records + "- {slug: x, title: A, authors: [Bo Abel]}\n"}
    )
    index = name_index(library)

    def found(word: str) -> set[str]:
        node = next(word[:end] for end in range(len(word), -1, -1) if word[:end] in index.nodes)
        return {each.name for each in index.of_node(node)}

    assert len(index.nodes) > 5
    assert {"Ana Abel", "Bo Abel", "Ab Abel"} <= found("abel")
    assert found("bo") >= {"Bo Abel", "The Bo Abel"}
    assert "Björn Ødegård" in found("odegard")
    assert "王小明" in found("王")
    assert index.of_node("")[0].name == "Bo Abel"  # who has two papers
    assert len(index.of_node("")) == 2
    assert [(each.kind, each.slug) for each in index.names if each.name == "The Ana Abel"] == [
        ("papers", "p0")
    ]
    by_author = {each.name: (each.kind, each.papers) for each in index.names if each.kind != "papers"}
    assert by_author["Bo Abel"] == ("authors", 2)
    assert by_author["Ada A"] == ("", 1)  # without a page
