"""A running Pagefind that is handed pages and returns the files of an index over a pipe.

No page and no file of a shard's index touches the disk. Pagefind speaks JSON in Base64, each message
followed by a comma (its source: ``service/mod.rs``). It reads messages as they come and answers them one
after the other: so an index is asked for as a whole, and fetched when it is needed. It ends with its input.
Its official Python wrapper pauses a tenth of a second for each response, and is not used.

Which pages are indexed, and what becomes of the files, is up to ``index.py``.
"""

import contextlib
import io
import itertools
import json
import subprocess
from base64 import standard_b64decode, standard_b64encode
from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NoReturn, cast

import pagefind_bin

from offprint.diagnostics import CommandError

_EXTENDED = "pagefind_bin_extended"
_OWN_INTERFACE = ("ui.js", "ui.css", "worker.js")  # of Pagefind: ours needs none of these files
_READ_SIZE = 2**20  # bytes, more than a pipe holds


def finds_words(language: str) -> bool:
    """Tell whether the installed Pagefind can split texts of a language (a BCP 47 tag) into words.

    Chinese and Japanese put no space between words. Pagefind's extended build has the dictionaries to split
    them, and is ten times as large: the extra ``chinese``.
    """
    return language.partition("-")[0].lower() not in ("zh", "ja") or find_spec(_EXTENDED) is not None


def _executable() -> str:
    """Return the path of Pagefind's program, of the extended build where it is installed."""
    package = import_module(_EXTENDED) if find_spec(_EXTENDED) else pagefind_bin
    return str(package.get_executable())


class SearchError(CommandError):
    """Pagefind failed; the message holds what it said."""


class PagefindProcess(contextlib.AbstractContextManager["PagefindProcess"]):
    """One running Pagefind; leaving the context kills it, whatever it is doing."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - ours
            [_executable(), "--service"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            process_group=0,  # Ctrl-C is for the build, which then ends this
        )
        self._numbers = itertools.count()
        self._read = b""  # the start of an answer that is not complete yet

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        with contextlib.suppress(BrokenPipeError):  # raised for messages that were still unsent
            self._process.communicate()

    def ask(self, pages: Iterable[tuple[str, str]]) -> None:
        """Ask for an index of (path, HTML) pages; raises SearchError if Pagefind has ended."""
        index = {"index_id": next(self._numbers)}
        requests = [
            {"type": "NewIndex", "config": {}},
            *({"type": "AddFile", **index, "file_path": path, "file_contents": text} for path, text in pages),
            {"type": "GetFiles", **index},
            {"type": "DeleteIndex", **index},
        ]
        messages = (json.dumps({"message_id": 0, "payload": each}).encode() for each in requests)
        stdin = cast("io.BufferedWriter", self._process.stdin)
        try:
            stdin.writelines(standard_b64encode(message) + b"," for message in messages)
            stdin.flush()
        except BrokenPipeError:
            self._fail("")

    def files(self) -> dict[str, bytes]:
        """Return the files by path of the earliest index asked for and not fetched; blocks until it is made.

        Raises SearchError if Pagefind fails.
        """
        files: dict[str, bytes] = {}
        while (answer := self._answer())["type"] != "DeleteIndex":
            if answer["type"] == "Error":
                self._fail(answer["message"])
            if answer["type"] == "GetFiles":
                read = (each for each in answer["files"] if not each["path"].endswith(_OWN_INTERFACE))
                files = {each["path"]: standard_b64decode(each["content"]) for each in read}
        return files

    def _answer(self) -> dict[str, Any]:
        """Return the payload of the next message; raises SearchError if Pagefind ends before it."""
        stdout = cast("io.BufferedReader", self._process.stdout)
        pieces = []  # an answer with all files of an index comes in hundreds of them
        data = self._read
        while b"," not in data:
            pieces.append(data)
            data = stdout.read1(_READ_SIZE)
            if not data:
                self._fail("")
        end, _, self._read = data.partition(b",")
        answer: dict[str, Any] = json.loads(standard_b64decode(b"".join((*pieces, end))))["payload"]
        return answer

    def _fail(self, message: str) -> NoReturn:
        """Raise SearchError with Pagefind's own words, or with what it left on stderr."""
        self._process.kill()
        stderr = cast("io.BufferedReader", self._process.stderr)
        message = message or stderr.read().decode("utf-8", "replace")
        raise SearchError(f"Pagefind failed: {message.strip() or 'it ended before its time'}")
