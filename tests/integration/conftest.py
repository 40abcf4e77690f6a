"""A served gateway for tests that speak HTTP and WebSocket."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support import clinic as clinics
from tests.support import ledger as ledgers
from tests.support import process
from tests.support.clinic import Clinic
from tests.support.house import House, serving
from tests.support.ledger import Ledger
from tests.support.staff import ToldClock


@pytest.fixture
async def house(tmp_path: Path, database_url: str) -> AsyncIterator[House]:
    """A gateway on loopback, on each kind of database."""
    async with serving(tmp_path, database_url) as served:
        yield served


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A deployment made by `sotto init`, with one account that can sign in; never served again, only copied."""
    return process.made_deployment(tmp_path_factory.mktemp("template"))


@pytest.fixture
def deployment(template: Path, tmp_path: Path) -> Path:
    """The folder of a deployment of one's own, on a port of its own."""
    return process.copy(template, tmp_path)


@pytest.fixture
async def ledger(database_url: str) -> AsyncIterator[Ledger]:
    """A log with its guard, on each kind of database; the clock is told."""
    async with ledgers.opened(database_url) as opened:
        yield opened


@pytest.fixture
async def clinic(tmp_path: Path, database_url: str) -> AsyncIterator[Clinic]:
    """A gateway in a folder, on each kind of database; the clock is told, and nothing happens by itself."""
    async with clinics.opened(tmp_path, database_url, ToldClock()) as opened:
        yield opened
