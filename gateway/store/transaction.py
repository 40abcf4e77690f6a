"""A unit of work: what one transaction may do, and at which instant."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncConnection


class Unit:
    """One open transaction. `now` is the instant every row and entry of it carries."""

    def __init__(self, connection: AsyncConnection, now: datetime) -> None:
        self._connection = connection
        self.now = now

    @property
    def is_sqlite(self) -> bool:
        """Whether writers are already in single file (SQLite) or must lock a row (PostgreSQL)."""
        return self._connection.dialect.name == "sqlite"

    @asynccontextmanager
    async def part(self) -> AsyncIterator[None]:
        """Make what the block does a part that can fail alone: when it raises, only its own changes are undone."""
        async with self._connection.begin_nested():
            yield

    async def execute(self, statement: Executable, rows: Sequence[dict[str, Any]] | None = None) -> CursorResult[Any]:
        """Run one statement; with `rows`, once for each."""
        if rows is None:
            return await self._connection.execute(statement)
        return await self._connection.execute(statement, rows)
