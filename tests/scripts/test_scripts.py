"""The tests of scripts' pure functions run with those of everything else."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest


def test_pure_functions_of_scripts() -> None:
    node = shutil.which("node")
    if not node:
        pytest.fail("the tests of scripts need Node.js: apt-get install nodejs", pytrace=False)
    command = [node, "--test", "--test-reporter=tap"]
    done = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"^# pass (\d+)$", done.stdout, re.MULTILINE)
    assert passed
    assert int(passed[1]) >= 20
