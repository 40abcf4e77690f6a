"""The database engine: SQLite in WAL mode or PostgreSQL, opened, migrated and checked once.

SQLite has one writer connection (`BEGIN IMMEDIATE`, `synchronous=FULL`) and a few readers; PostgreSQL has one
pool, and the row lock on `audit_head` orders the writers.
"""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from gateway.core.clock import Clock
from gateway.core.errors import StoreError
from gateway.crypto.secrets import Secret
from gateway.store import one_trip, schema
from gateway.store.transaction import Unit

BUSY_SECONDS: Final = 5
"""How long a writer waits for another process's lock. Longer hides a stuck process; shorter refuses beside a backup."""
READERS: Final = 4


class Store:
    """The database. Owned by the hub (or by one command); everyone else is given a `Unit`."""

    def __init__(self, url: URL, clock: Clock, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self.url = url
        self.clock = clock
        self._busy_seconds = busy_seconds
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._writer = self._engine(pool_size=1 if self.is_sqlite else READERS)
        if self.is_sqlite:
            self._reader = self._engine(pool_size=READERS)
            _prepare_sqlite(self._writer, begin="BEGIN IMMEDIATE")
            _prepare_sqlite(self._reader, begin="BEGIN")
        else:
            # The same pool; but every statement of one reading sees the same instant, as SQLite's do.
            self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def _engine(self, *, pool_size: int) -> AsyncEngine:
        wait = self._busy_seconds
        arguments: dict[str, Any] = {"timeout": wait}
        arguments |= {"async_creator_fn": one_trip.connect} if self.is_sqlite else {"command_timeout": wait}
        return create_async_engine(
            self.url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=wait * 2,
            connect_args=arguments,
            hide_parameters=True,  # An error repeats the statement, never what was in it.
        )

    async def open(self) -> None:
        """Check that the database can be used, and bring its schema up to date.

        Raises:
            StoreError: `store_locked`, `store_read_only`, `store_newer` or `store_unavailable`.
        """
        self._reach()
        async with self._connection(self._writer) as connection:
            await connection.run_sync(schema.upgrade)

    async def check(self) -> None:
        """Check that the database can be used as it is: for a command beside a service, which changes nothing.

        Raises:
            StoreError: as `open`, and `store_older`.
        """
        self._reach()
        async with self._connection(self._writer) as connection:
            await connection.run_sync(schema.check)

    def _reach(self) -> None:
        """Open a SQLite file once by ourselves: where that fails, the driver's thread would end with a traceback."""
        if self.is_sqlite:
            try:
                sqlite3.connect(str(self.url.database)).close()
            except sqlite3.Error as exc:
                raise store_error(exc) from exc

    @asynccontextmanager
    async def transaction(self, now: datetime | None = None) -> AsyncIterator[Unit]:
        """Give one unit of work; commit when the block ends, roll back when it raises.

        Raises:
            StoreError: the database would not; nothing of the block has happened.
        """
        async with self._connection(self._writer) as connection:
            yield Unit(connection, now or self.clock.now())

    @asynccontextmanager
    async def reading(self, now: datetime | None = None) -> AsyncIterator[Unit]:
        """Give one consistent view for reading only.

        Raises:
            StoreError: the database would not.
        """
        async with self._connection(self._reader) as connection:
            yield Unit(connection, now or self.clock.now())

    @asynccontextmanager
    async def _connection(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        callers_own: BaseException | None = None
        try:
            async with engine.begin() as connection:
                try:
                    yield connection
                except OSError as exc:
                    callers_own = exc  # Somebody else's disk or socket: not for us to rename.
                    raise
        except (DBAPIError, PoolTimeout, sqlite3.Error, OSError) as exc:
            if exc is callers_own:
                raise
            raise store_error(exc) from exc

    async def close(self) -> None:
        """Close every connection; a SQLite log is folded back into its file by the last one."""
        await self._writer.dispose()
        await self._reader.dispose()


def driver_url(configured: str, folder: Path, password: Secret | None = None) -> URL:
    """Return the driver's URL for a configured one; a SQLite path is relative to the configuration's folder."""
    url = make_url(configured)
    if url.get_backend_name() == "sqlite":
        return URL.create("sqlite+aiosqlite", database=str((folder / (url.database or "")).resolve()))
    url = url.set(drivername="postgresql+asyncpg")
    return url if password is None else url.set(password=password.reveal().decode())


def _prepare_sqlite(engine: AsyncEngine, *, begin: str) -> None:
    """Set what a SQLite connection must have before its first statement."""

    @event.listens_for(engine.sync_engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:  # noqa: ANN401  (driver's types)
        # The driver must not begin by itself: we say which kind of transaction it is.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


SQLITE_CODES: Final = {
    sqlite3.SQLITE_BUSY: "store_locked",
    sqlite3.SQLITE_LOCKED: "store_locked",
    sqlite3.SQLITE_READONLY: "store_read_only",
    sqlite3.SQLITE_CANTOPEN: "store_unavailable",
    sqlite3.SQLITE_FULL: "store_full",
    sqlite3.SQLITE_NOTADB: "store_damaged",
    sqlite3.SQLITE_CORRUPT: "store_damaged",
    sqlite3.SQLITE_CONSTRAINT: "store_conflict",
}
SQL_STATES: Final = {
    "23": "store_conflict",
    "25006": "store_read_only",
    "53100": "store_full",
    "55P03": "store_locked",
    "XX001": "store_damaged",
    "XX002": "store_damaged",
}
"""By SQLSTATE, or its class where every code of it means the same (PostgreSQL, appendix A)."""
SENTENCES: Final = {
    "store_locked": "another program holds the database's write lock; stop it, or wait for it to finish",
    "store_read_only": "the database cannot be written; give the service's user write access to its file and folder",
    "store_full": "the disk that holds the database is full; free space on it",
    "store_damaged": "the database file is damaged; restore the newest backup with `sotto restore`",
    "store_conflict": "another writer was first; try again",
    "store_unavailable": "the database cannot be reached; check [store] url, and that the server runs",
}


def store_error(error: BaseException) -> StoreError:
    """Return our error for a driver's: a stable code and what to do, never the statement or its values."""
    if isinstance(error, PoolTimeout):
        return StoreError("every connection to the database was busy for too long; try again", code="store_locked")
    origin: BaseException = error
    while not isinstance(origin, sqlite3.Error) and (inner := getattr(origin, "orig", None) or origin.__cause__):
        origin = inner
    if isinstance(origin, sqlite3.Error):
        code = SQLITE_CODES.get(getattr(origin, "sqlite_errorcode", 0) & 0xFF, "store_unavailable")
    else:
        state = str(getattr(origin, "sqlstate", "") or "")
        code = SQL_STATES.get(state) or SQL_STATES.get(state[:2], "store_unavailable")
    return StoreError(SENTENCES[code], code=code)
