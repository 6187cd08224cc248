"""The cache gives back what was stored or nothing at all, and keeps what the last two builds asked for."""

import os
from pathlib import Path

import pytest

from offprint.storage.cache import Cache
from offprint.storage.deltas import DeltaTable
from offprint.storage.fingerprint import fingerprint
from offprint.storage.folders import remove

ONE, OTHER = fingerprint("one"), fingerprint("other")


def files(folder: Path) -> list[Path]:
    """Return the files of all stored values."""
    return sorted(path for path in folder.glob("values/*/*") if path.is_file())


def make_older(folder: Path) -> None:
    """Set the times of all files back by ten seconds, as if the next build began so much later."""
    for path in folder.rglob("*"):
        if path.is_file():
            seconds = path.stat().st_mtime - 10
            os.utime(path, (seconds, seconds))


def test_a_value_is_made_once_for_each_fingerprint_and_kind(tmp_path: Path) -> None:
    assert Cache(tmp_path).get("words", ONE, lambda: "first") == "first"
    assert Cache(tmp_path).get("words", ONE, pytest.fail) == "first"
    assert Cache(tmp_path).get("words", OTHER, lambda: "second") == "second"
    assert Cache(tmp_path).get("pages", ONE, lambda: "third") == "third"


def test_a_value_with_any_byte_changed_or_missing_is_made_again(tmp_path: Path) -> None:
    Cache(tmp_path).get("words", ONE, lambda: ["first"])
    (file,) = files(tmp_path)
    whole = file.read_bytes()
    damaged = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(len(whole))]
    for data in (*damaged, whole[:-1], whole + b"\0", b""):
        file.write_bytes(data)
        cache = Cache(tmp_path)
        assert cache.get("words", ONE, lambda: ["anew"]) == ["anew"]
        assert cache.damaged == [f"words/{ONE.hex()}"]


@pytest.mark.parametrize("path", ["values", "values/words", "values/words/NAME"])
def test_a_file_or_folder_in_the_wrong_place_is_out_of_the_way_after_a_build(
    tmp_path: Path, path: str
) -> None:
    Cache(tmp_path).get("words", ONE, lambda: "first")
    place = tmp_path / path.replace("NAME", ONE.hex())
    remove(place)
    if path.endswith("NAME"):
        place.mkdir()
        (place / "x").write_bytes(b"x")
    else:
        place.write_bytes(b"x")
    for _ in range(2):
        cache = Cache(tmp_path)
        cache.begin()
        assert cache.get("words", ONE, lambda: "anew") == "anew"
        cache.sweep()
    assert Cache(tmp_path).get("words", ONE, pytest.fail) == "anew"


def test_a_value_is_not_taken_from_a_file_that_was_renamed(tmp_path: Path) -> None:
    Cache(tmp_path).get("words", ONE, lambda: "first")
    (file,) = files(tmp_path)
    file.rename(file.with_name(OTHER.hex()))
    assert Cache(tmp_path).get("words", OTHER, lambda: "anew") == "anew"


def test_what_neither_of_the_last_two_builds_asked_for_is_swept(tmp_path: Path) -> None:
    present = []
    for keys in ([ONE, OTHER], [ONE], [ONE]):
        cache = Cache(tmp_path)
        cache.begin()
        for key in keys:
            cache.get("words", key, lambda: "value")
        cache.sweep()
        present.append({path.name for path in files(tmp_path)})
        make_older(tmp_path)
    both = {ONE.hex(), OTHER.hex()}
    assert present == [both, both, {ONE.hex()}]


def test_a_table_is_loaded_as_it_was_saved_whether_much_or_little_has_changed(tmp_path: Path) -> None:
    before = {str(number): number for number in range(20)}
    for now in (before, before | {"3": 33}, {"1": 1}, {}):
        table = DeltaTable(Cache(tmp_path), "numbers")
        table.load()
        table.save({"numbers": now})
        assert DeltaTable(Cache(tmp_path), "numbers").load()["numbers"] == now
