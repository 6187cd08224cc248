"""Pagefind's program, kept running and handed pages: what it makes of them comes back over a pipe.

So no page or index of a part touches the disk. Pagefind speaks JSON as Base64, each message with a comma at
its end (its sources: ``service/mod.rs``). It takes all messages in at once and sees to one after the other:
so an index is asked for as a whole, and fetched when it is needed. The end of its input ends it. Its official
Python wrapper pauses a tenth of a second for each response, and is not used.

What to have indexed, and what becomes of the files, is for ``search.py``.
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
_ROOM = 2**20  # bytes, more than a pipe holds


def finds_words(language: str) -> bool:
    """Whether the Pagefind at hand finds words in texts of a language.

    Chinese and Japanese put no space between words; Pagefind's extended build has the dictionaries that it
    takes to part them, and is ten times as large: the extra ``chinese``.
    """
    return language.partition("-")[0].lower() not in ("zh", "ja") or find_spec(_EXTENDED) is not None


def _executable() -> str:
    found = import_module(_EXTENDED) if find_spec(_EXTENDED) else pagefind_bin
    return str(found.get_executable())


class SearchError(CommandError):
    """Pagefind failed; the message holds what it said."""


class PagefindProcess(contextlib.AbstractContextManager["PagefindProcess"]):
    """One running Pagefind; leaving the context ends it, whatever it is at."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - ours
            [_executable(), "--service"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            process_group=0,  # Ctrl-C is for the build, which then ends this
        )
        self._numbers = itertools.count()
        self._read = b""

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        with contextlib.suppress(BrokenPipeError):  # of what it was not yet given
            self._process.communicate()

    def ask(self, pages: Iterable[tuple[str, str]]) -> None:
        """Ask for an index of pages, given by path and text; raises SearchError where Pagefind has ended."""
        index = {"index_id": next(self._numbers)}
        asked = [
            {"type": "NewIndex", "config": {}},
            *({"type": "AddFile", **index, "file_path": path, "file_contents": text} for path, text in pages),
            {"type": "GetFiles", **index},
            {"type": "DeleteIndex", **index},
        ]
        messages = (json.dumps({"message_id": 0, "payload": each}).encode() for each in asked)
        stdin = cast("io.BufferedWriter", self._process.stdin)
        try:
            stdin.writelines(standard_b64encode(message) + b"," for message in messages)
            stdin.flush()
        except BrokenPipeError:
            self._fail("")

    def files(self) -> dict[str, bytes]:
        """The files by path of the index that was asked for first; raises SearchError where there is none."""
        files: dict[str, bytes] = {}
        while (answer := self._answer())["type"] != "DeleteIndex":
            if answer["type"] == "Error":
                self._fail(answer["message"])
            if answer["type"] == "GetFiles":
                files = {each["path"]: standard_b64decode(each["content"]) for each in answer["files"]}
        return files

    def _answer(self) -> dict[str, Any]:
        stdout = cast("io.BufferedReader", self._process.stdout)
        while b"," not in self._read:
            more = stdout.read1(_ROOM)
            if not more:
                self._fail("")
            self._read += more
        message, _, self._read = self._read.partition(b",")
        answer: dict[str, Any] = json.loads(standard_b64decode(message))["payload"]
        return answer

    def _fail(self, said: str) -> NoReturn:
        self._process.kill()
        stderr = cast("io.BufferedReader", self._process.stderr)
        said = said or stderr.read().decode("utf-8", "replace")
        raise SearchError(f"Pagefind failed: {said.strip() or 'it ended before its time'}")
