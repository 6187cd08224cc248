"""The archive in its forms, made once, and the browsers, started once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.offline.browsers import Browser, open_browser
from tests.offline.editions import ODD, build_hosted, unpack


@pytest.fixture(scope="session")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_hosted(tmp_path_factory.mktemp("hosted"))


@pytest.fixture(scope="session")
def unpacked(hosted: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack(hosted, tmp_path_factory.mktemp(ODD))


@pytest.fixture(scope="module", params=["chromium", "firefox"])
def browser(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with open_browser(request.param, tmp_path_factory.mktemp("profile") / request.param) as opened:
        yield opened
