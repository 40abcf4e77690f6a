"""SQLite's driver with one trip to its thread per statement, where the stock one makes three or four.

A trip costs more than the statement: what limits durable acts a second is handing over between two threads, not the
disk. Touches two private names of aiosqlite (`_execute`, `_conn`); the lock pins it, and `test_one_trip.py` says so
when a release moves them.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, Final, Self

import aiosqlite

ROWS_AT_ONCE: Final = 64
"""aiosqlite's own number for iterating over a cursor; ours has fetched everything by then."""


class Cursor:
    """A cursor that runs its statement, fetches everything and closes, all in one trip."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Self:
        """Run one statement."""
        return await self._run("execute", statement, parameters)

    async def executemany(self, statement: str, rows: Iterable[Sequence[Any]]) -> Self:
        """Run one statement for every row."""
        return await self._run("executemany", statement, rows)

    async def _run(self, method: str, statement: str, given: Any) -> Self:  # noqa: ANN401  (the driver's types)
        await self._connection._execute(self._in_thread, method, statement, given)  # type: ignore[no-untyped-call]  # noqa: SLF001
        return self

    def _in_thread(self, method: str, statement: str, given: Any) -> None:  # noqa: ANN401
        cursor = self._connection._conn.cursor()  # noqa: SLF001
        try:
            getattr(cursor, method)(statement, given)
            self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
            self._rows = cursor.fetchall() if cursor.description else []
        finally:
            cursor.close()

    async def fetchall(self) -> list[Any]:
        """Return what was fetched already."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Do nothing: the thread's cursor is closed."""


class Connection(aiosqlite.Connection):
    """A connection whose cursors make one trip."""

    def cursor(self) -> Cursor:  # type: ignore[override]  # Not awaited, as SQLAlchemy asks for it.
        """Return a cursor."""
        return Cursor(self)


def connect(database: str, **options: Any) -> Connection:  # noqa: ANN401  (sqlite3's own options)
    """Return a connection to be awaited."""
    connection = Connection(lambda: sqlite3.connect(database, **options), ROWS_AT_ONCE)
    connection._thread.daemon = True  # noqa: SLF001  (as SQLAlchemy does for the stock one)
    return connection
