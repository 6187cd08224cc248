"""The wheel, installed in an empty environment far from any checkout, does all that the checkout does."""

import datetime as dt
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import offprint
from tests.browser.site import serve
from tests.sites import PROJECT

SOURCES = "LICENSE README.md offprint pyproject.toml static templates".split()
OLDER = "0.1.99"


def copied(folder: Path) -> Path:
    """A copy of what a wheel is built from."""
    folder.mkdir()
    for name in SOURCES:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder)
    return folder


def wheel_of(sources: Path) -> Path:
    """Build a wheel as pip does, in an environment of its own."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", "dist", "."]
    done = subprocess.run(command, cwd=sources, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = (sources / "dist").glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sources = copied(tmp_path_factory.mktemp("wheel") / "sources")
    (sources / "static/own").mkdir(exist_ok=True)
    (sources / "static/own/own.css").write_text("/* this archive's own */")
    return wheel_of(sources)


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of an older version, whose init wrote another README and another workflow."""
    sources = copied(tmp_path_factory.mktemp("older") / "sources")
    module = sources / "offprint/__init__.py"
    text = module.read_text("utf-8")
    module.write_text(text.replace(f'"{offprint.__version__}"', f'"{OLDER}"'), "utf-8")
    for path in ("README.md", "github/workflows/site.yml"):
        file = sources / "offprint/commands/starter" / path
        file.write_text(f"# As {OLDER} wrote it\n{file.read_text('utf-8')}", "utf-8")
    return wheel_of(sources)


class Installed:
    """An environment with nothing but the wheel and what that needs."""

    def __init__(self, folder: Path) -> None:
        venv.create(folder, with_pip=True)
        self.scripts = folder / "bin"

    def install(self, wheel: Path) -> None:
        command = [str(self.scripts / "pip"), "install", "--quiet", "--disable-pip-version-check", str(wheel)]
        subprocess.run(command, check=True, timeout=600)

    def start(self, folder: Path, *arguments: str) -> subprocess.Popen[str]:
        """Start the program in a folder, with nothing of this project in its environment."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        environment |= {"https_proxy": "http://127.0.0.1:9"}  # no test asks a service
        return subprocess.Popen(
            [str(self.scripts / "offprint"), *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, folder: Path, *arguments: str, given: str = "") -> str:
        """Run the program; return what it says, which must be a success."""
        with self.start(folder, *arguments) as program:
            said, complained = program.communicate(given, timeout=300)
        assert program.returncode == 0, complained
        return said


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, older: Path) -> Installed:
    environment = Installed(tmp_path_factory.mktemp("environment") / "venv")
    environment.install(older)
    return environment


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, installed: Installed, wheel: Path) -> Path:
    """An archive that the older version has begun, after the newer was installed over that."""
    folder = tmp_path_factory.mktemp("far away") / "Käfer und 蜂"
    said = installed.run(folder.parent, "init", folder.name, "--title", "Beetles")
    assert "files written" in said
    assert json.loads((folder / ".offprint.json").read_text())["version"] == OLDER
    assert (folder / "README.md").read_text("utf-8").startswith(f"# As {OLDER} wrote it\n")
    installed.install(wheel)
    return folder


def test_the_wheel_holds_our_files_and_no_archives_own(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as content:
        names = set(content.namelist())
    for name in ("templates", "static"):
        ours = {
            f"offprint/{file.relative_to(PROJECT).as_posix()}"
            for file in (PROJECT / name).rglob("*")
            if file.is_file() and file.relative_to(PROJECT).parts[1] != "own"
        }
        assert {each for each in names if each.startswith(f"offprint/{name}/")} == ours
    assert "offprint/commands/starter/gitignore" in names
    assert not any(each.startswith(("tests/", "content/", "build/")) for each in names)


def test_an_archive_of_an_older_version_is_upgraded(installed: Installed, archive: Path) -> None:
    assert installed.run(archive, "--version") == f"offprint {offprint.__version__}\n"
    (archive / "README.md").write_text("Our own words.\n")
    said = installed.run(archive, "init", "--upgrade")
    assert ".github/workflows/site.yml is up to date now" in said
    assert "requirements.txt is up to date now" in said
    assert f"=={offprint.__version__}\n" in (archive / "requirements.txt").read_text()
    assert OLDER not in (archive / ".github/workflows/site.yml").read_text("utf-8")
    assert "-Our own words.\n" in said
    assert (archive / "README.md").read_text() == "Our own words.\n"


def test_it_builds_checks_adds_imports_and_packs(installed: Installed, archive: Path) -> None:
    record = archive / "content/papers/2026/more.bib"
    record.parent.mkdir(parents=True, exist_ok=True)
    bibtex = "@article{k, title = {Ladybirds in winter}, year = 2026, author = {Ada Lovelace}}\n"
    assert installed.run(archive, "import", "-", given=bibtex) == "1 record written\n"
    said = installed.run(archive, "new", "Fireflies")
    assert "was written" in said
    assert re.search(r"3 papers without errors", installed.run(archive, "check"))
    said = installed.run(archive / "content")
    assert re.match(r"3 papers, \d+ pages, in .* s: ", said)
    assert (archive / "_site/pagefind/pagefind-entry.json").exists()
    assert "Ladybirds" in (archive / "_site/papers/k.html").read_text("utf-8")
    installed.run(archive, "pack")
    (zipped,) = archive.glob("*.zip")
    assert zipped.name.startswith("beetles-")
    assert "paper" in installed.run(archive, "schema")


FEED = """\
<feed xmlns="http://www.w3.org/2005/Atom"><title>Bees</title><id>https://example.org/</id><entry>
<title>Bees that hum</title><id>https://example.org/hum</id><updated>{today}T00:00:00Z</updated>
<link href="https://example.org/hum"/></entry></feed>
"""


@pytest.fixture(scope="module")
def bees(tmp_path_factory: pytest.TempPathFactory, installed: Installed, archive: Path) -> Iterator[Path]:
    """An archive without papers that watches a feed on this machine."""
    folder = tmp_path_factory.mktemp("bees")
    installed.run(folder, "init", "bees", "--title", "Bees", "--url", "https://example.org/")
    (folder / "bees/content/papers/example.md").unlink()
    (folder / "feed.xml").write_text(FEED.format(today=dt.datetime.now(tz=dt.UTC).date()))
    with serve(folder) as address:
        watch = f"watches:\n  hum: {{source: feed, url: {address}feed.xml}}\n"
        (folder / "bees/content/watch.yaml").write_text(watch)
        yield folder / "bees"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("enrich", "0 files completed"),
        ("harvest --renew", "0 records renewed"),
        ("harvest", "1 record written"),
        ("schema watch", '"watches"'),
        ("completion bash", "complete"),
        ("check --links", "1 paper without errors"),
        ("help harvest", "--since"),
    ],
)
def test_every_other_command_runs(installed: Installed, bees: Path, arguments: str, expected: str) -> None:
    with installed.start(bees, *arguments.split()) as program:
        said, complained = program.communicate(timeout=120)
    assert program.returncode == 0, complained
    assert expected in said + complained


def test_an_archives_own_files_lie_over_ours(installed: Installed, archive: Path, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    installed.run(tmp_path, "init", "own", "--title", "Own")
    for path, text in {
        "templates/paper.html": '{% extends "offprint:paper.html" %}{% block main %}Mine{% endblock %}',
        "templates/text/en.yaml": "newest: Fresh\n",
        "static/own.css": ":root { --accent: #06c }",
        "static/icon.svg": "<svg/>",
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    installed.run(folder, "build", "--no-search", "--cache", str(tmp_path / "cache"))
    text = (folder / "_site/papers/example.html").read_text("utf-8")
    assert "Mine" in text
    assert ">Fresh</a>" in text
    assert "static/own.css" in text
    assert (folder / "_site/static/icon.svg").read_text() == "<svg/>"
    assert (tmp_path / "cache").exists()
    assert not (folder / ".cache").exists()


def test_it_serves(installed: Installed, archive: Path) -> None:
    with installed.start(archive, "serve", "--port", "0", "--no-search") as server:
        try:
            assert server.stdout
            address = ""
            while not address:
                line = server.stdout.readline()
                assert line, "the server has ended"
                address = next((word for word in line.split() if word.startswith("http://")), "")
            end = time.monotonic() + 60
            shown = ""
            while "Beetles" not in shown and time.monotonic() < end:
                with urllib.request.urlopen(address, timeout=30) as answer:
                    shown = answer.read().decode()
            assert "Beetles" in shown
        finally:
            server.terminate()


def test_it_can_be_run_as_a_module(installed: Installed, archive: Path) -> None:
    command = [str(installed.scripts / "python"), "-m", "offprint", "check"]
    done = subprocess.run(command, cwd=archive, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, "without errors" in done.stdout) == (0, True), done.stderr
