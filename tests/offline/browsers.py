"""Chromium and Firefox as the tests of the offline edition need them: open an address, run a script.

Firefox is Debian's, driven by WebDriver BiDi without a driver between. Automation switches its rule for pages
from ``file://`` off (``security.fileuri.strict_origin_policy``), so that even a fetch works there that fails
for every reader; here it is on.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Page, sync_playwright
from websockets.sync.client import ClientConnection, connect

_PREFERENCES = {
    "remote.prefs.recommended": False,
    "security.fileuri.strict_origin_policy": True,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "dom.storageManager.prompt.testing": True,
    "dom.storageManager.prompt.testing.allow": True,
}


class Browser(Protocol):
    """What the tests ask of a browser."""

    def open(self, address: str) -> None:
        """Go to an address and wait until it is loaded."""

    def run(self, script: str) -> Any:
        """The value, from JSON, of the body of an asynchronous function run in the page."""


@contextmanager
def open_browser(name: str, profile: Path) -> Iterator[Browser]:
    """A browser without a window, with a profile of its own."""
    with _chromium(profile) if name == "chromium" else _firefox(profile) as browser:
        yield browser


def _wrapped(script: str) -> str:
    return f"(async () => {{ {script} }})().then((value) => JSON.stringify(value ?? null))"


class _Chromium:
    def __init__(self, page: Page) -> None:
        self._page = page

    def open(self, address: str) -> None:
        self._page.goto(address)

    def run(self, script: str) -> Any:
        return json.loads(self._page.evaluate(_wrapped(script)))


@contextmanager
def _chromium(profile: Path) -> Iterator[Browser]:
    path = shutil.which("chromium")
    assert path, "the browser tests need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=path, args=["--no-sandbox", "--disable-background-networking"]
        )
        try:
            yield _Chromium(context.pages[0])
        finally:
            context.close()


class _Firefox:
    def __init__(self, socket: ClientConnection) -> None:
        self._socket, self._asked = socket, 0
        self._call("session.new", capabilities={})
        self._context = self._call("browsingContext.getTree")["contexts"][0]["context"]

    def open(self, address: str) -> None:
        self._call("browsingContext.navigate", context=self._context, url=address, wait="complete")
        loaded = 'new Promise((done) => addEventListener("load", done))'
        self.run(f'if (document.readyState !== "complete") await {loaded};')

    def run(self, script: str) -> Any:
        answer = self._call(
            "script.evaluate",
            expression=_wrapped(script),
            target={"context": self._context},
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return json.loads(answer["result"]["value"])

    def before_each_page(self, function: str) -> None:
        """Run a function, as JavaScript, in each page before its own scripts."""
        self._call("script.addPreloadScript", functionDeclaration=function)

    def _call(self, method: str, **given: Any) -> Any:
        self._asked += 1
        self._socket.send(json.dumps({"id": self._asked, "method": method, "params": given}))
        while True:
            answer = json.loads(self._socket.recv(timeout=60))
            if answer.get("id") == self._asked:
                assert answer["type"] == "success", answer
                return answer["result"]


@contextmanager
def _firefox(profile: Path) -> Iterator[Browser]:
    path = shutil.which("firefox-esr") or shutil.which("firefox")
    assert path, "the browser tests need Firefox: apt-get install firefox-esr"
    profile.mkdir(parents=True)
    lines = (f'user_pref("{key}", {json.dumps(value)});\n' for key, value in _PREFERENCES.items())
    (profile / "user.js").write_text("".join(lines))
    command = [path, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr
            address = next(
                found[1] for line in process.stderr if (found := re.search(r"listening on (ws://\S+)", line))
            )
            with connect(f"{address}/session", max_size=None) as socket:
                yield _Firefox(socket)
        finally:
            process.kill()
            process.communicate()
