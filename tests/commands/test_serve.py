"""The server of a curator's own machine: it shows edits and faults, and goes on whatever happens."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.client import HTTPResponse
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.sites import PROJECT, write_content

GOOD = {"papers/x.md": "---\ntitle: Good\n---\n"}
BAD = {"papers/x.md": "---\ntitle: [Bad]\n---\n"}
BETTER = {"papers/x.md": "---\ntitle: Better\n---\n"}
FAULT = "content/papers/x.md:2:8: error: a text is expected here, not a list"

Event = tuple[str, str]  # its name and its data


class Server:
    """A running server and its address."""

    def __init__(self, project: Path, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        self.project, self.process = project, process
        line = process.stdout.readline()
        assert line.startswith("Serving on http://127.0.0.1:"), line
        self.address = line.split()[2]

    def get(self, path: str) -> str:
        try:
            with urllib.request.urlopen(self.address + path, timeout=30) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            return error.read().decode()

    def wait(self, path: str, words: str) -> None:
        """Wait until a page has these words."""
        wait_until(lambda: words in self.get(path), f"{words!r} in {path}")

    @contextlib.contextmanager
    def events(self) -> Iterator[Callable[[], Event]]:
        """Yield a function that returns the next event."""
        with urllib.request.urlopen(f"{self.address}.offprint/events", timeout=60) as stream:
            yield lambda: next_event(stream)

    def failure(self) -> str:
        """What a page that is opened now is told to show."""
        with self.events() as event:
            return next_failure(event)

    def builders(self) -> list[int]:
        """The ids of the processes that build."""
        command = ["pgrep", "-P", str(self.process.pid)]
        return [int(pid) for pid in subprocess.run(command, capture_output=True, check=False).stdout.split()]


def next_event(stream: HTTPResponse) -> Event:
    name, data = "message", ""
    while True:
        line = stream.readline().decode().rstrip("\n")
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            data = value
        elif not line and data:
            return name, data


def next_failure(event: Callable[[], Event]) -> str:
    """The data of the next event that tells of a failure, or of its end."""
    name, data = event()
    while name != "failure":
        name, data = event()
    return data


def wait_until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.1)


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Serve the archive in a folder without a search index."""
    command = [sys.executable, "-m", "offprint", "serve", "--port", "0", "--no-search"]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield Server(folder, process)
        finally:
            process.terminate()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Server]:
    write_content(tmp_path, GOOD)  # and neither templates nor static files: they may come later
    with serving(tmp_path) as server:
        server.wait("papers/x.html", "Good")
        yield server


def test_an_edit_is_shown_and_the_browser_is_told(served: Server) -> None:
    assert '<script src="/.offprint/reload.js"></script>' in served.get("papers/x.html")
    with served.events() as event:
        write_content(served.project, BETTER)
        while event() != ("message", "reload"):
            pass
    served.wait("papers/x.html", "Better")


def test_a_fault_is_told_with_its_place_until_it_is_mended(served: Server) -> None:
    with served.events() as event:
        assert next_failure(event) == "[]"
        write_content(served.project, BAD)
        data = next_failure(event)
        fault, tally = json.loads(data)
        assert fault.startswith(f"{FAULT}\n    title: [Bad]\n           ^")
        assert tally == "1 error; nothing was published"
        assert "Good" in served.get("papers/x.html")
        assert served.failure() == data, "a page that is opened now shows it, too"
    write_content(served.project, BETTER)
    wait_until(lambda: served.failure() == "[]", "the end of the fault")
    served.wait("papers/x.html", "Better")


def test_folders_that_come_later_or_in_another_place_are_watched(served: Server) -> None:
    style = served.project / "static/own.css"
    style.parent.mkdir()
    style.write_text("p { color: red }")
    served.wait("static/own.css", "red")
    style.write_text("p { color: blue }")
    served.wait("static/own.css", "blue")
    (served.project / "content").rename(served.project / "before")
    wait_until(lambda: served.failure() != "[]", "the fault that there is no content")
    write_content(served.project, {**BETTER, "authors/ada.md": "---\nname: Ada Lovelace\n---\n"})
    served.wait("papers/x.html", "Better")
    write_content(served.project, GOOD)
    served.wait("papers/x.html", "Good")


def test_what_was_edited_during_the_first_build_is_shown(tmp_path: Path) -> None:
    write_content(tmp_path, GOOD)
    with serving(tmp_path) as server:
        wait_until((tmp_path / ".cache").exists, "the first build")
        write_content(tmp_path, BETTER)
        server.wait("papers/x.html", "Better")


def test_a_process_that_is_killed_is_replaced(served: Server) -> None:
    with served.events() as event:
        assert next_failure(event) == "[]"
        for builder in served.builders():
            os.kill(builder, signal.SIGKILL)
        write_content(served.project, BETTER)
        served.wait("papers/x.html", "Better")
    site = served.project / "_site/papers/x.html"
    write_content(served.project, {"papers/x.md": "---\ntitle: Best\n---\n"})
    wait_until(lambda: "Best" in site.read_text("utf-8"), "a build by a new process")
    assert served.process.poll() is None


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("templates/paper.html", b"{% if %}"),
        ("templates/paper.html", b"\xff"),
        ("templates/text/en.yaml", b"\xff"),
        ("templates/text/en.yaml", b"newset: x"),
        ("static/style.css/x", b""),
        ("content/site.yaml", b"nonsense"),
        ("content/papers/y.md", b"\xff"),
        ("content/pages/about.md", b"---\n"),
    ],
)
def test_it_goes_on_after_any_fault(served: Server, path: str, data: bytes) -> None:
    file = served.project / path
    with served.events() as event:
        assert next_failure(event) == "[]"
        previous = file.read_bytes() if file.exists() else None
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        assert ": error: " in next_failure(event)
        if previous is not None:
            file.write_bytes(previous)
        elif path.endswith("/x"):
            shutil.rmtree(file.parent)
        else:
            file.unlink()
    wait_until(lambda: served.failure() == "[]", "the end of the fault")
    assert "Good" in served.get("papers/x.html")


def test_a_port_that_is_taken_is_named_before_anything_is_built(tmp_path: Path) -> None:
    write_content(tmp_path, GOOD)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "offprint", "serve", "--port", port]
        environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
    assert done.returncode == 1
    assert done.stderr == (
        f"error: cannot serve on 127.0.0.1:{port}: Address already in use; "
        "choose another with --port (0 for any) or --host; nothing was built\n"
    )
    assert not (tmp_path / "_site").exists()


def test_a_fault_lies_over_the_page_in_a_browser(served: Server, page: Page) -> None:
    problems: list[str] = []
    page.on("console", lambda each: problems.append(each.text) if each.type == "error" else None)
    page.goto(f"{served.address}papers/x.html")
    faults = page.locator("#offprint-faults")
    expect(faults).to_have_count(0)
    write_content(served.project, BAD)
    expect(faults).to_contain_text(FAULT)
    expect(faults).to_be_in_viewport()
    expect(page.locator("h1").first).to_have_text("Good")
    page.reload()
    expect(faults).to_contain_text(FAULT)
    write_content(served.project, BETTER)
    expect(page.locator("h1").first).to_have_text("Better")
    expect(faults).to_have_count(0)
    assert [each for each in problems if "fetching the script" not in each] == []  # no worker is served


def test_a_site_that_was_never_built_shows_why(tmp_path: Path, page: Page) -> None:
    write_content(tmp_path, BAD)
    with serving(tmp_path) as server:
        page.goto(server.address)
        expect(page.locator("#offprint-faults")).to_contain_text(FAULT)
        write_content(tmp_path, GOOD)
        expect(page.locator("h1").first).to_have_text("A small archive")
