"""The same input gives the same bytes, whatever the machine, the moment and the number of processes.

``OFFPRINT_BUILDS=20`` builds more often.
"""

import hashlib
import itertools
import os
import random
import subprocess
import sys
from pathlib import Path

from tests.browser.everything import EVERYTHING
from tests.browser.many import MANY
from tests.sites import PROJECT, copy_program, tree, write_content

BUILDS = int(os.environ.get("OFFPRINT_BUILDS", "5"))
_ZONES = ["UTC", "Pacific/Kiritimati", "America/St_Johns", "Asia/Kathmandu"]
_LOCALES = ["C", "C.UTF-8", "tr_TR.UTF-8", "POSIX", "de_DE.ISO-8859-1"]
_MASKS = [0o022, 0o077, 0o000]


def _build(folder: Path, number: int) -> dict[str, bytes]:
    """An archive, written in another order of files, built in yet another setting."""
    here = folder / f"here {number} é"
    copy_program(here, "templates", "static")
    files = list({**MANY, **EVERYTHING, "site.yaml": f"{MANY['site.yaml']}page_size: 10\n"}.items())
    random.Random(number).shuffle(files)
    write_content(here, dict(files))
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
    hashes = set()
    for files in made:
        digest = hashlib.sha256()
        for path in sorted(files):
            digest.update(path.encode() + b"\0" + hashlib.sha256(files[path]).digest())
        hashes.add(digest.hexdigest())
    if len(hashes) > 1:
        one, other = next((a, b) for a, b in itertools.combinations(made, 2) if a != b)
        assert one == other
    assert len(hashes) == 1
