"""A client waits, asks again, gives up in time, and asks nothing twice that it was told."""

import email.utils
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from offprint.harvest import http
from offprint.harvest.http import Client, NothingThereError, ServiceError
from tests.harvest.servers import Fault, World, serving


@pytest.fixture
def world() -> Iterator[World]:
    with serving() as served:
        served.feeds["/x"] = b"answer" * 100
        yield served


def get(world: World, path: str = "/x", **options: float) -> bytes:
    return world.web(**options).client.get(f"{world.base}{path}", "the service")  # type: ignore[arg-type]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_an_overloaded_service_is_asked_again_after_longer_and_longer_pauses(
    world: World, status: int
) -> None:
    world.faults = [Fault(status), Fault(status), None]
    assert get(world) == b"answer" * 100
    assert len(world.asked) == 3
    assert [each for each in world.slept if each > 1] == [3.0, 6.0]


def test_retry_after_is_obeyed_in_seconds_and_as_a_date(world: World) -> None:
    date = email.utils.formatdate(time.time() + 100, usegmt=True)
    world.faults = [Fault(429, {"Retry-After": "17"}), Fault(503, {"Retry-After": date})]
    get(world)
    first, second = (each for each in world.slept if each > 1)
    assert first == 17.0
    assert 90 < second <= 100


def test_a_service_that_asks_for_hours_is_left_alone(world: World) -> None:
    world.faults = [Fault(429, {"Retry-After": "7200"})]
    with pytest.raises(
        ServiceError, match="the service asks for 120 minutes of patience; try again after that"
    ):
        get(world)
    assert len(world.asked) == 1


@pytest.mark.parametrize("header", ["", "soon", "-5", "1e9", "Wed, 99 Nov 2026 00:00:00 GMT"])
def test_a_retry_after_of_no_sense_is_as_good_as_none(world: World, header: str) -> None:
    world.faults = [Fault(503, {"Retry-After": header})]
    assert get(world)
    assert max(world.slept) == 3.0


@pytest.mark.parametrize(
    ("kind", "words"), [("cut", "broke off"), ("trickle", "within 0.3"), ("hang", "within 0.3")]
)
def test_an_answer_that_does_not_end_well_is_asked_for_again(world: World, kind: str, words: str) -> None:
    world.faults = [Fault(kind=kind), None]
    assert get(world, timeout=0.3) == b"answer" * 100
    world.faults = [Fault(kind=kind)] * http.ATTEMPTS
    with pytest.raises(ServiceError, match=f"{words}.*, 4 times in a row; try again later"):
        get(world, timeout=0.3)


def test_what_is_not_there_is_not_asked_for_again(world: World) -> None:
    with pytest.raises(NothingThereError):
        get(world, "/nothing")
    world.faults = [Fault(403)]
    with pytest.raises(ServiceError, match=r"the service answers 403 to http://127.0.0.1:\d+/x"):
        get(world)
    assert len(world.asked) == 2


def test_an_answer_without_end_is_cut(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_ANSWER", 100)
    with pytest.raises(ServiceError, match="more than 0 MiB"):
        get(world)


def test_no_network_is_said_at_once() -> None:
    slept: list[float] = []
    client = Client("x", sleep=slept.append)
    with pytest.raises(ServiceError, match=r"the service cannot be found; is there a network\?"):
        client.get("http://nowhere.invalid/", "the service")
    assert not slept


def test_two_requests_to_a_host_are_apart_and_to_two_hosts_are_not(world: World) -> None:
    client = world.web().client
    client.get(f"{world.base}/x", "x", pause=3.0)
    assert not world.slept
    client.get(f"{world.base}/x", "x", pause=3.0)
    (pause,) = world.slept
    assert 2.5 < pause <= 3.0


def test_an_answer_on_disk_stands_for_a_request_for_some_hours(world: World, tmp_path: Path) -> None:
    url = f"{world.base}/x"
    for _ in range(2):
        assert world.web(folder=tmp_path).client.get(url, "x") == b"answer" * 100
    assert len(world.asked) == 1
    (kept,) = tmp_path.iterdir()
    yesterday = time.time() - 86400
    os.utime(kept, (yesterday, yesterday))
    world.web(folder=tmp_path).client.get(url, "x")
    world.web(folder=tmp_path).client.forget(url)
    world.web(folder=tmp_path).client.get(url, "x")
    assert len(world.asked) == 3


def test_faults_are_not_kept(world: World, tmp_path: Path) -> None:
    world.faults = [Fault(kind="cut")] * 4
    client = world.web(folder=tmp_path).client
    with pytest.raises(ServiceError):
        client.get(f"{world.base}/x", "x")
    assert client.get(f"{world.base}/x", "x") == b"answer" * 100


def test_a_disk_that_refuses_is_no_fault(world: World, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert world.web(folder=tmp_path / "file").client.get(f"{world.base}/x", "x")
