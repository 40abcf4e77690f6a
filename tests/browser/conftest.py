"""Browsers, a demonstration, and tabs for every test in this folder. All of it lives in one event loop."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.browsers import Browsers, Tabs, all_browsers
from tests.support.demo import Demo, demonstration


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run every test here in the loop in which the browsers were started."""
    for item in items:
        if pytest_asyncio.is_async_test(item) and "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            item.add_marker(pytest.mark.browser)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browsers() -> AsyncIterator[Browsers]:
    """The browsers that are installed."""
    async with all_browsers() as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Demo]:
    """One demonstration for every test that leaves it as it was: running."""
    async with demonstration(tmp_path_factory.mktemp("demo") / "data") as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def tabs(browsers: Browsers) -> AsyncIterator[Tabs]:
    """The tabs of one test; they are closed after it, and must not have complained."""
    opened = Tabs(browsers)
    yield opened
    await opened.aclose()
