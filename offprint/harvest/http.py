"""Polite requests over HTTP: with pauses, patience, a deadline for the whole answer and a limit to its size.

The standard library serves better here than a client with retries of its own: urllib3's ``Retry`` has no
deadline for a body that trickles in, no limit for one that never ends, and repeats nothing once the body is
read in parts, so that the loop below would be needed all the same.
"""

import email.utils
import hashlib
import http.client
import re
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from offprint.diagnostics import CommandError

MAX_ANSWER = 32 * 1024 * 1024  # bytes of one answer
ATTEMPTS = 4
_BACKOFF = 3.0  # seconds before the second attempt; doubled for each one after that
_PATIENCE = 300.0  # seconds; a server that asks for more is left alone until the next run
_LATER = frozenset((429, 500, 502, 503, 504))  # codes that another attempt may change
_FRESH = 6 * 3600  # seconds for which an answer on disk stands for a request


class ServiceError(CommandError):
    """A service does not answer as it should; the message says which, how, and what to do."""


class NothingThereError(Exception):
    """A service knows no such thing (400, 404 or 410)."""


class Manners(NamedTuple):
    """Seconds between two requests to arXiv (it asks for 3), to other hosts, and to wait for an answer."""

    arxiv_pause: float = 3.0
    pause: float = 1.0
    timeout: float = 60.0


MANNERS = Manners()


class _LaterError(Exception):
    """An attempt failed in a way that the next may not; ``wait`` is how many seconds the server asks for."""

    def __init__(self, message: str, wait: float = 0.0) -> None:
        self.wait = wait
        super().__init__(message)


class Client:
    """Requests with one name, pauses between two to a host, and answers kept on disk for some hours.

    ``agent`` is the ``User-Agent``. With ``folder``, answers are kept there, so that after a run
    that was broken off nothing is asked again. ``requests`` counts what was sent; ``sleep`` waits for some
    seconds.
    """

    def __init__(
        self,
        agent: str,
        manners: Manners = MANNERS,
        folder: Path | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.agent, self.manners, self.requests = agent, manners, 0
        self._folder, self._sleep = folder, sleep
        self._last: dict[str, float] = {}

    def get(self, url: str, who: str, accept: str = "application/json", pause: float | None = None) -> bytes:
        """Return the body at ``url``; ``who`` is what messages call the service.

        ``pause`` is the time between two requests to its host, the manners' by default. Raises
        NothingThereError, and ServiceError after ATTEMPTS attempts.
        """
        kept = self._folder / hashlib.sha256(url.encode()).hexdigest() if self._folder else None
        if kept and (fresh := _fresh(kept)) is not None:
            return fresh
        for attempt in range(1, ATTEMPTS + 1):
            self._be_polite(url, self.manners.pause if pause is None else pause)
            try:
                body = self._ask(url, who, accept)
                break
            except _LaterError as error:
                if error.wait > _PATIENCE:
                    asks = f"{who} asks for {error.wait / 60:.0f} minutes of patience"
                    raise ServiceError(f"{asks}; try again after that") from None
                if attempt == ATTEMPTS:
                    raise ServiceError(f"{error}, {ATTEMPTS} times in a row; try again later") from None
                self._sleep(max(error.wait, _BACKOFF * 2 ** (attempt - 1)))
        if kept:
            _keep(kept, body)
        return body

    def forget(self, url: str) -> None:
        """Delete the answer on disk to a request whose answer proved to be of no use."""
        if self._folder:
            (self._folder / hashlib.sha256(url.encode()).hexdigest()).unlink(missing_ok=True)

    def _be_polite(self, url: str, pause: float) -> None:
        host = urlsplit(url).netloc
        if host in self._last:
            self._sleep(max(0.0, self._last[host] + pause - time.monotonic()))
        self._last[host] = time.monotonic()

    def _ask(self, url: str, who: str, accept: str) -> bytes:
        request = urllib.request.Request(url, headers={"Accept": accept, "User-Agent": self.agent})  # noqa: S310 - http(s), by fields.url_fault
        self.requests += 1
        timeout = self.manners.timeout
        slow = f"{who} did not answer within {timeout:g} seconds"
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310
                return _body(answer, who, time.monotonic() + timeout)
        except urllib.error.HTTPError as error:
            with error:
                if error.code in (400, 404, 410):
                    raise NothingThereError from None
                if error.code in _LATER:
                    wait = _seconds(error.headers.get("Retry-After", ""))
                    raise _LaterError(f"{who} answers {error.code}", wait) from None
                raise ServiceError(f"{who} answers {error.code} to {url}") from None
        except TimeoutError:
            raise _LaterError(slow) from None
        except urllib.error.URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise _LaterError(slow) from None
            if isinstance(error.reason, socket.gaierror):
                raise ServiceError(f"{who} cannot be found; is there a network?") from None
            reason = error.reason.strerror if isinstance(error.reason, OSError) else error.reason
            raise _LaterError(f"{who} cannot be reached ({reason})") from None
        except (OSError, http.client.HTTPException) as error:
            raise _LaterError(f"{who} broke off its answer ({type(error).__name__})") from None


def _body(answer: http.client.HTTPResponse, who: str, end: float) -> bytes:
    """Read an answer whole; ``end`` is when time is up on the monotonic clock."""
    parts, size = [], 0
    while part := answer.read1(65536):
        parts.append(part)
        size += len(part)
        if size > MAX_ANSWER:
            raise ServiceError(
                f"{who} answers more than {MAX_ANSWER // 2**20} MiB; that is no list of papers"
            )
        if time.monotonic() > end:
            raise TimeoutError
    length = answer.headers.get("Content-Length", "")
    if length.isdecimal() and size < int(length):  # read1() takes an early end for the end
        raise http.client.IncompleteRead(b"", int(length) - size)
    return b"".join(parts)


def _seconds(retry_after: str) -> float:
    """Return how long to wait by a ``Retry-After``, which is in seconds or a date (RFC 9110, 10.2.3)."""
    if re.fullmatch(r"[0-9]{1,9}", retry_after.strip()):
        return float(retry_after)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return 0.0


def _fresh(file: Path) -> bytes | None:
    """Return the answer in a file that is not too old, or None."""
    try:
        return file.read_bytes() if time.time() - file.stat().st_mtime < _FRESH else None
    except OSError:
        return None


def _keep(file: Path, body: bytes) -> None:
    """Write an answer to disk, and delete those that are too old; a disk that refuses is no fault."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        for each in file.parent.iterdir():
            if time.time() - each.stat().st_mtime >= _FRESH:
                each.unlink(missing_ok=True)
        part = file.with_name(f".{file.name}")
        part.write_bytes(body)
        part.replace(file)
    except OSError:
        return
