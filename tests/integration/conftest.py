"""A served gateway for tests that speak HTTP and WebSocket."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.house import House, serving


@pytest.fixture
async def house(tmp_path: Path, database_url: str) -> AsyncIterator[House]:
    """A gateway on loopback, on each kind of database."""
    async with serving(tmp_path, database_url) as served:
        yield served
