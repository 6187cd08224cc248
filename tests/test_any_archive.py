"""Offprint's tests pass whatever archive is kept beside it, with whatever templates and styles of its own.

Only ``tests/shipped`` may look at them.
"""

import ast
from collections.abc import Iterator

from tests.sites import PROJECT

TESTS = PROJECT / "tests"


def readings(source: str) -> Iterator[int]:
    """The lines of a test that look at the archive beside Offprint, or run a command on it."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.BinOp(op=ast.Div(), left=left, right=right) if is_project(left):
                names = [str(each.value) for each in ast.walk(right) if isinstance(each, ast.Constant)]
                if names and (names[0].split("/")[0] == "content" or "own" in names[0].split("/")):
                    yield node.lineno
            case ast.For(iter=names, body=body) if "content" in constants(names):
                if any(is_project(each) for statement in body for each in ast.walk(statement)):
                    yield node.lineno
            case ast.Call(func=ast.Name(id="main"), args=[_, project]) if is_project(project):
                yield node.lineno


def is_project(node: ast.AST) -> bool:
    match node:
        case ast.Name(id="PROJECT") | ast.Attribute(attr="PROJECT"):
            return True
    return False


def constants(node: ast.AST) -> set[object]:
    return {each.value for each in ast.walk(node) if isinstance(each, ast.Constant)}


def test_no_test_looks_at_the_archive_that_is_kept_beside_offprint() -> None:
    files = [file for file in TESTS.rglob("*.py") if file.parent.name not in ("shipped", "benchmarks")]
    assert len(files) > 100
    found = {
        f"{file.relative_to(PROJECT)}:{line}" for file in files for line in readings(file.read_text("utf-8"))
    }
    assert found == set()


def test_such_a_look_is_seen() -> None:
    for look in (
        "load_content(PROJECT / 'content')",
        "sites.PROJECT / f'content/{kind}s'",
        "PROJECT / 'static/own/own.css'",
        "for name in ('content', 'static'): copy(PROJECT / name, folder)",
        "main(['check'], PROJECT)",
    ):
        assert list(readings(look)) == [1], look
    assert not list(readings("(PROJECT / 'templates/base.html', tmp_path / 'content')"))
