"""A desk for staff, on an empty database."""

from collections.abc import AsyncIterator

import pytest

from tests.support.staff import Desk, ToldClock, opened


@pytest.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    """A desk on an empty database."""
    async with opened(database_url, ToldClock()) as desk:
        yield desk
