"""A database at work: acts that leave a mark in it, and what it says when it refuses."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import insert

from gateway.core.clock import SystemClock
from gateway.core.errors import StoreError
from gateway.store import deployment
from gateway.store.engine import Store, driver_url

CANARY: Final = "usr_CANARY000000"


def store_at(url: str, *, busy_seconds: float = 5) -> Store:
    return Store(driver_url(url, Path()), SystemClock(), busy_seconds=busy_seconds)


async def mark(store: Store, name: str = "mark") -> None:
    """Leave a mark; the same one twice is a conflict."""
    async with store.transaction() as unit:
        row = {"kind": "mark", "name": name, "value": b"done"}
        await unit.execute(insert(deployment.deployment).values(**row))


async def marks(store: Store) -> set[str]:
    async with store.reading() as unit:
        return set(await deployment.read(unit, "mark"))


async def refused(store: Store, act: Callable[[Store], Awaitable[object]] = mark) -> str:
    """Return the code of the store's refusal; its text says what to do, and repeats no value."""
    with pytest.raises(StoreError) as refusal:
        await act(store)
    assert str(refusal.value).count("; ") == 1
    assert CANARY not in str(refusal.value)
    return refusal.value.code
