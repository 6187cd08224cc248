"""The same input gives the same bytes, whatever the machine, the moment and the number of processes.

Pagefind's own filter files, and so its meta file and our list, which name them, are the exception: it keeps
the values of a filter in a hash map of Rust's, whose seed is of chance, and writes them in that order. One
thread, one processor and files in order do not change it (tried with RAYON_NUM_THREADS, TOKIO_WORKER_THREADS
and taskset). ``OFFPRINT_BUILDS=20`` builds more often.
"""

import hashlib
import itertools
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.sites import PROJECT, tree

BUILDS = int(os.environ.get("OFFPRINT_BUILDS", "5"))
_BY_CHANCE = (".pf_filter", ".pf_meta", "bundles.json", "pagefind-entry.json")
_ZONES = ["UTC", "Pacific/Kiritimati", "America/St_Johns", "Asia/Kathmandu"]
_LOCALES = ["C", "C.UTF-8", "tr_TR.UTF-8", "POSIX", "de_DE.ISO-8859-1"]
_MASKS = [0o022, 0o077, 0o000]


def _build(folder: Path, number: int) -> dict[str, bytes]:
    """The repository's own archive, copied in another order of files, built in yet another setting."""
    here = folder / f"here {number} é"
    for name in ("content", "templates", "static"):
        shutil.copytree(PROJECT / name, here / name)
    environment = os.environ | {
        "PYTHONHASHSEED": str(number * 7919),
        "TZ": _ZONES[number % len(_ZONES)],
        "LC_ALL": _LOCALES[number % len(_LOCALES)],
        "PYTHONPATH": str(PROJECT),
        "TMPDIR": str(here),
    }
    command = [sys.executable, "-m", "tests.hostile.shuffled", str(number), "--jobs", str(number % 3 + 1)]
    command += ["--output", "../out/_site"]
    done = subprocess.run(
        command,
        cwd=here,
        env=environment,
        umask=_MASKS[number % len(_MASKS)],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    return tree(folder / "out/_site")


def test_builds_in_other_settings_are_the_same_to_the_byte(tmp_path: Path) -> None:
    made = [_build(tmp_path / f"folder-{number}", number) for number in range(BUILDS)]
    chance = [{path for path in files if path.endswith(_BY_CHANCE)} for files in made]
    assert all(0 < len(paths) < 40 for paths in chance)
    hashes = set()
    for files, paths in zip(made, chance, strict=True):
        digest = hashlib.sha256()
        for path in sorted(set(files) - paths):
            digest.update(path.encode() + b"\0" + hashlib.sha256(files[path]).digest())
        hashes.add(digest.hexdigest())
    if len(hashes) > 1:
        one, other = next((a, b) for a, b in itertools.combinations(made, 2) if a != b)
        assert {p: d for p, d in one.items() if not p.endswith(_BY_CHANCE)} == {
            p: d for p, d in other.items() if not p.endswith(_BY_CHANCE)
        }
    assert len(hashes) == 1
