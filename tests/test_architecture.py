"""The map in the package's docstring is true: imports point down, in no circle, and pure folders are pure."""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import offprint
from docs import reference
from offprint.storage.cache import code_fingerprint
from offprint.storage.fingerprint import Fingerprint, fingerprint

PACKAGE = Path(offprint.__file__).parent
_ROW = re.compile(r"^    ([a-z_/]+) +(\S.*)$", re.MULTILINE)
TABLE = dict(_ROW.findall(offprint.__doc__ or ""))
PURE = [name for name, about in TABLE.items() if about.startswith("pure")]
_EFFECTS = {"os", "subprocess", "shutil", "socket", "urllib.request", "sqlite3", "tempfile", "time", "random"}
_STORAGE = {f"offprint.storage.{name}" for name in ("cache", "deltas", "files", "folders")}
_CALLS = {"open", "print", "input", "exec", "eval"}
_METHODS = set(
    "read_text read_bytes write_text write_bytes mkdir unlink rename touch iterdir glob rglob exists "
    "stat state save_state sweep".split()
)


def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name."""
    names = {}
    for file in PACKAGE.rglob("*.py"):
        parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return names


MODULES = modules()


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported anywhere in a module, below functions, too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in MODULES else node.module


def row(module: str) -> str:
    """The row of the table that a module belongs to: the most specific one."""
    inside = module.removeprefix("offprint").lstrip(".").replace(".", "/")
    rows = [name for name in TABLE if inside == name or inside.startswith(f"{name}/")]
    return max(rows, key=len, default="")


def test_the_table_names_every_folder_and_every_module_has_a_row() -> None:
    folders = {file.parent.relative_to(PACKAGE).as_posix() for file in MODULES.values()} - {"."}
    assert {name.partition("/")[0] for name in folders} <= set(TABLE)
    assert [name for name in MODULES if name != "offprint" and not row(name)] == []
    assert [name for name in TABLE if not any(row(module) == name for module in MODULES)] == []


def test_imports_point_down() -> None:
    order = list(TABLE)
    upward = []
    for module, file in MODULES.items():
        for target in imports(ast.parse(file.read_text("utf-8"))):
            # The package itself is nobody's folder: the cache asks where it stands.
            if target.startswith("offprint.") and row(module) and row(module) != row(target):
                same_folder = row(target).partition("/")[0] == row(module).partition("/")[0]
                if not same_folder and order.index(row(target)) < order.index(row(module)):
                    upward.append(f"{module} → {target}")
    assert upward == []


def test_no_imports_go_in_a_circle() -> None:
    graph = {
        module: {each for each in imports(ast.parse(file.read_text("utf-8"))) if each in MODULES}
        - {"offprint"}
        for module, file in MODULES.items()
    }
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def effects(source: str) -> list[str]:
    """What in a module's source reaches beyond its arguments."""
    tree = ast.parse(source)
    reached = [
        f"imports {name}"
        for name in imports(tree)
        if name in _EFFECTS or name.partition(".")[0] in _EFFECTS or name in _STORAGE
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CALLS:
            reached.append(f"calls {node.func.id}()")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS:
            reached.append(f"calls .{node.func.attr}()")
    return reached


@pytest.mark.parametrize("module", sorted(name for name in MODULES if row(name) in PURE))
def test_pure_folders_have_no_effects(module: str) -> None:
    assert effects(MODULES[module].read_text("utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        "from os import path",
        "import subprocess",
        "from offprint.storage.cache import Cache",
        "from offprint.storage import files",
        "open('x')",
        "def f(cache):\n    return cache.state('x')",
        "def f(path):\n    return path.read_text()",
    ],
)
def test_effects_are_seen(source: str) -> None:
    assert effects(source)


def test_no_folder_has_more_modules_than_a_person_can_look_over() -> None:
    crowded = {}
    for folder in {file.parent for file in MODULES.values()}:
        size = sum(each.parent == folder and each.name != "__init__.py" for each in MODULES.values())
        if size > 14:
            crowded[folder.name] = size
    assert crowded == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = {}
    for module, file in MODULES.items():
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > 40:
                    long[f"{module}.{node.name}"] = lines
    assert long == {}


def test_the_fingerprint_of_the_code_covers_every_module(monkeypatch: pytest.MonkeyPatch) -> None:
    covered = []

    def noted(*parts: object) -> Fingerprint:
        covered.append(parts[0])
        return fingerprint(*parts)

    monkeypatch.setattr("offprint.storage.cache.fingerprint", noted)
    code_fingerprint.__wrapped__()
    assert set(covered) == {file.relative_to(PACKAGE).as_posix() for file in MODULES.values()}


def test_the_pages_of_reference_say_what_the_code_does() -> None:
    for page, text in reference.pages().items():
        assert page.read_text("utf-8") == text, f"{page.name} is not current; run: python -m docs.reference"
