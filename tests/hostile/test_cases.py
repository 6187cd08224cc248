"""Every bad input gets an ordinary message with its place, soon, and what is published stays as it was.

``cases/`` holds a folder for each input: the files, as below ``content/``, and in ``expected.txt`` the
messages, without the lines that they quote. After a change of words, ``OFFPRINT_RENEW=1 pytest
tests/hostile/test_cases.py`` writes them anew; read the difference. What git cannot hold is made below.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.hostile.guarded import MEGABYTES, Outcome, run_all
from tests.sites import PROJECT, SITE, build_site

CASES = sorted((Path(__file__).parent / "cases").iterdir())
RENEW = "OFFPRINT_RENEW" in os.environ
SECONDS = 10  # of a processor: more than any takes on a busy machine; what hangs takes them all
_MESSAGE = re.compile(r"^\S.*:\d+:\d+: (?:error|warning): .*$", re.MULTILINE)
GOOD = {
    "papers/good.md": "---\ntitle: Good\ntopics: [video]\n---\nIt stays.\n",
    "topics/video.md": "---\nname: Video\n---\n",
    "organizations/registered.md": "---\nname: Registered\n---\n",
}

# What git or another system's checkout cannot hold: name → maker of files below content/, expected messages.
Made = tuple[Callable[[Path], object], str]


def _big(path: str, head: str, piece: str, size: int) -> Callable[[Path], object]:
    return lambda root: (root / path).write_text(head + piece * (size // len(piece)))


def _link(path: str, target: str) -> Callable[[Path], object]:
    def make(root: Path) -> None:
        (root / path).unlink(missing_ok=True)
        (root / path).symlink_to(target)

    return make


def _socket(root: Path) -> None:
    here = os.open(".", os.O_RDONLY)
    os.chdir(root / "papers")  # a socket's path has at most 108 bytes
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("socket.md")
    os.fchdir(here)
    os.close(here)


def _named(name: bytes) -> Callable[[Path], object]:
    def make(root: Path) -> None:
        path = root / "papers" / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("---\ntitle: x\n---\n")

    return make


def _site_as_fifo(root: Path) -> None:
    (root / "site.yaml").unlink()
    os.mkfifo(root / "site.yaml")


def _site_as_folder(root: Path) -> None:
    (root / "site.yaml").unlink()
    (root / "site.yaml").mkdir()


def _papers_as_link(root: Path) -> None:
    shutil.rmtree(root / "papers")
    (root / "papers").symlink_to("/etc")


_MIB = 2**20
_LINK = "this is a link or a device, not a file"
MADE: Mapping[str, Made] = {
    "fifo": (lambda root: os.mkfifo(root / "papers/fifo.md"), f"papers/fifo.md:1:1: error: {_LINK}"),
    "fifo-as-site": (
        _site_as_fifo,
        "site.yaml:1:1: error: this is not a regular file",
    ),
    "socket": (_socket, f"papers/socket.md:1:1: error: {_LINK}"),
    "link-to-file": (_link("papers/passwd.md", "/etc/passwd"), f"papers/passwd.md:1:1: error: {_LINK}"),
    "link-to-folder": (_link("papers/etc", "/etc"), f"papers/etc:1:1: error: {_LINK}"),
    "link-to-device": (_link("papers/zero.yaml", "/dev/zero"), f"papers/zero.yaml:1:1: error: {_LINK}"),
    "link-to-itself": (_link("papers/self.md", "self.md"), f"papers/self.md:1:1: error: {_LINK}"),
    "link-to-nothing": (_link("papers/none.md", "nowhere"), f"papers/none.md:1:1: error: {_LINK}"),
    "link-to-parent": (_link("papers/up", ".."), f"papers/up:1:1: error: {_LINK}"),
    "link-for-papers": (
        _papers_as_link,
        "papers:1:1: error: this has no place here",
    ),
    "site-is-link": (
        _link("site.yaml", "/etc/passwd"),
        "site.yaml:1:1: error: this is a link, not a file",
    ),
    "site-is-folder": (
        _site_as_folder,
        "site.yaml:1:1: error: this is not a regular file",
    ),
    "site-missing": (
        lambda root: (root / "site.yaml").unlink(),
        "site.yaml:1:1: error: the configuration is missing",
    ),
    "name-not-utf-8": (_named(b"caf\xe9.md"), "papers/caf�.md:1:1: error: a name of characters"),
    "name-with-line-end": (_named(b"a\nb: 1:1.md"), "papers/a�b: 1:1.md:1:1: error: a name of characters"),
    "name-with-escape": (_named(b"\x1b[2Jx.md"), "papers/�[2Jx.md:1:1: error: a name of characters"),
    "name-with-bidi": (
        _named("\u202emd.x.md".encode()),
        "papers/�md.x.md:1:1: error: a name of characters",
    ),
    "folder-not-utf-8": (_named(b"caf\xe9/good-slug.md"), "papers/caf�:1:1: error: a name of characters"),
    "folder-with-line-end": (_named(b"a\nb/good-slug.md"), "papers/a�b:1:1: error: a name of characters"),
    "name-in-another-form": (
        lambda root: [_named(name.encode())(root) for name in ("caf\u00e9.md", "cafe\u0301.md")],
        "papers/café.md:1:1: error: 'café' is not a slug",
    ),
    "name-of-a-device": (_named(b"con.md"), "papers/con.md:1:1: error: 'con' is a device's name on Windows"),
    "names-alike-but-for-case": (
        lambda root: [_named(name)(root) for name in (b"alike.md", b"ALIKE.md", b"Alike.md")],
        "papers/Alike.md:1:1: error: 'Alike' is not a slug",
    ),
    "folders-2000-deep": (_named(b"d/" * 900 + b"x.md"), "error: folders nested more than 8 deep"),
    "file-of-5-mib": (_big("papers/big.yaml", "", "# x\n", 5 * _MIB), "error: a file of more than 4 MiB"),
    "body-of-3-mib": (_big("papers/x.md", "---\ntitle: x\n---\n", "[", 3 * _MIB), "Markdown of more than"),
    "brackets-of-3-mib": (_big("papers/x.yaml", "", "[", 3 * _MIB), "error: nested more than 5 deep"),
    "scalar-of-3-mib": (_big("papers/x.yaml", "title: ", "x", 3 * _MIB), "a text of more than 20000"),
    "values-of-3-mib": (_big("papers/x.yaml", "[", "a,", 3 * _MIB), "more than 100000 values in one file"),
    "records-of-3-mib": (_big("papers/x.yaml", "", "- {a: 1}\n", 3 * _MIB), "more than 100000 values"),
    "keys-of-3-mib": (
        lambda root: (root / "papers/x.yaml").write_text("".join(f"{n:07}:\n" for n in range(340_000))),
        "more than 100000 values in one file",
    ),
    "comments-of-3-mib": (_big("papers/x.yaml", "title: [x]\n", "#\n", 3 * _MIB), "a text is expected here"),
    "directives-of-100-kib": (
        lambda root: (root / "papers/x.yaml").write_text(
            "".join(f"%TAG !a{n}! tag:x\n" for n in range(6000)) + "--- [x]\n"
        ),
        "papers/x.yaml:6001:6: error: a record is made of fields",
    ),
    "fences-of-3-mib": (_big("papers/x.md", "---\n", "--- \t x\n", 3 * _MIB), "the front matter has no end"),
    "names-of-topics": (
        lambda root: (root / "papers/x.yaml").write_text(
            "".join(
                f"- {{slug: p{n}, title: x, topics: [{', '.join(f'u{n}-{i}' for i in range(99))}]}}\n"
                for n in range(100)
            )
        ),
        "papers/x.yaml:1:33: error: there is no topic 'u0-0'",
    ),
}  # fmt: skip


def _content(folder: Path, files: Mapping[str, str]) -> Path:
    root = folder / "content"
    for path, text in {"site.yaml": SITE, **files}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def _state(folder: Path) -> dict[str, tuple[int, ...]]:
    """Every file and folder below, with what would change if it were replaced or written."""
    return {
        str(path.relative_to(folder)): (info.st_ino, info.st_size, info.st_mtime_ns)
        for path in folder.rglob("*")
        for info in [path.lstat()]
    }


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """What became of each case, and of all at once; run one after the other over one published site."""
    base = tmp_path_factory.mktemp("hostile")
    published = base / "published"
    published.mkdir()
    build_site(published, GOOD)
    before = _state(published)
    runs: dict[str, list[str]] = {}
    for case in CASES:
        root = _content(base / case.name, GOOD)
        shutil.copytree(case, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected.txt"))
        runs[case.name] = [_command(case), "--content", str(root)]
    for name, (make, _) in MADE.items():
        root = _content(base / name, GOOD)
        make(root)
        runs[name] = ["build", "--content", str(root)]
    runs["all"] = ["build", "--content", str(_all_at_once(base / "all"))]
    common = [
        "--project",
        str(base / "project"),
        "--output",
        str(published / "_site"),
        "--no-search",
        "--jobs",
        "1",
    ]
    outcomes = dict(
        zip(runs, run_all("command_line", [[*run, *common] for run in runs.values()], SECONDS), strict=True)
    )
    assert _state(published) == before
    return outcomes


def _command(case: Path) -> str:
    """Warnings alone would let a build publish, so such a case is only checked."""
    return "check" if "-warning-" in case.name else "build"


def _all_at_once(folder: Path) -> Path:
    """The files of all cases in one content, each case's in folders of its own."""
    root = _content(folder, GOOD)
    for case in CASES:
        for kind in ("papers", "topics", "organizations", "pages"):
            if (case / kind).is_dir():
                shutil.copytree(case / kind, root / kind / case.name)
    return root


def test_there_are_enough_cases() -> None:
    assert len(CASES) + len(MADE) >= 150


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bad_input_gets_its_message(case: Path, outcomes: dict[str, Outcome]) -> None:
    outcome = outcomes[case.name]
    _check_limits(outcome, 0 if _command(case) == "check" else 1)
    said = "\n".join(_MESSAGE.findall(outcome.errors)) + "\n"
    expected = case / "expected.txt"
    if RENEW:
        expected.write_text(said, encoding="utf-8")
    assert said == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", MADE)
def test_what_git_cannot_hold_gets_its_message(name: str, outcomes: dict[str, Outcome]) -> None:
    outcome = outcomes[name]
    _check_limits(outcome, 1)
    assert MADE[name][1] in outcome.errors
    assert "root:" not in outcome.errors, "a line of /etc/passwd was quoted"


def _check_limits(outcome: Outcome, status: int) -> None:
    assert outcome.status == status, outcome.errors[-2000:]
    assert outcome.megabytes < MEGABYTES
    assert "Traceback" not in outcome.errors
    assert _MESSAGE.search(outcome.errors)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", outcome.errors), "a terminal could be led"


def test_all_at_once_are_all_told(outcomes: dict[str, Outcome]) -> None:
    outcome = outcomes["all"]
    assert outcome.status == 1
    assert "Traceback" not in outcome.errors
    told = set(_MESSAGE.findall(outcome.errors))
    missing = []
    for case in CASES:
        for line in (case / "expected.txt").read_text(encoding="utf-8").splitlines():
            kind, _, rest = line.removeprefix("content/").partition("/")
            if kind not in ("papers", "topics", "organizations", "pages"):
                continue  # the configuration, of which there is one, and folders beside the four
            moved = f"content/{kind}/{case.name}/{rest}"
            if moved not in told:
                missing.append(moved)
    assert not missing


def test_what_may_not_be_read_is_an_ordinary_error() -> None:
    """Tried as somebody who is not root, whom no permission stops; pytest's own folders are closed to him."""
    script = (
        "import os, sys, json, pathlib, offprint.records.reader\n"
        "offprint.records.reader.load_content(pathlib.Path(sys.argv[1]))  # imports what only root may read\n"
        "for closed in sys.argv[2:]: os.chmod(closed, 0)\n"
        "if not os.getuid(): os.setgroups([]); os.setuid(65534)\n"
        "_, faults = offprint.records.reader.load_content(pathlib.Path(sys.argv[1]))\n"
        "print(json.dumps([[*fault.position, fault.message] for fault in faults]))\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        root = _content(Path(folder), GOOD)
        closed = [str(root / "papers"), str(root / "topics/video.md")]
        command = [sys.executable, "-c", script, str(root), *closed]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT)
        (root / "papers").chmod(0o755)
    for path in ("content/papers", "content/topics/video.md"):
        assert [path, 1, 1, "cannot be read: Permission denied"] in json.loads(done.stdout)
