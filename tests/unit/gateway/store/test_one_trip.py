"""The driver that makes one trip: it does what the stock one does, and the private names it needs are still there."""

import sqlite3
from pathlib import Path

import aiosqlite
import pytest

from gateway.store import one_trip


async def test_it_reads_and_writes_like_the_stock_driver(tmp_path: Path) -> None:
    connection = await one_trip.connect(str(tmp_path / "x.db"))
    cursor = await one_trip.Cursor(connection).__aenter__()  # As SQLAlchemy does: entered, never left.
    await cursor.execute("CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT)")
    await cursor.executemany("INSERT INTO word (text) VALUES (?)", [("one",), ("two",)])
    assert cursor.rowcount == 2
    await cursor.execute("INSERT INTO word (text) VALUES (?)", ("three",))
    assert cursor.lastrowid == 3
    await cursor.execute("SELECT id, text FROM word ORDER BY id")
    assert [name for name, *_ in cursor.description] == ["id", "text"]
    assert await cursor.fetchall() == [(1, "one"), (2, "two"), (3, "three")]
    assert await cursor.fetchall() == []
    await connection.close()


async def test_an_error_is_the_databases_own_and_the_connection_goes_on(tmp_path: Path) -> None:
    connection = await one_trip.connect(str(tmp_path / "x.db"))
    cursor = one_trip.Cursor(connection)
    with pytest.raises(sqlite3.OperationalError):
        await cursor.execute("SELECT nothing FROM nowhere")
    await cursor.execute("SELECT 1")
    assert await cursor.fetchall() == [(1,)]
    await connection.close()


def test_the_private_names_are_still_there() -> None:
    assert callable(aiosqlite.Connection._execute)
    assert isinstance(aiosqlite.Connection._conn, property)


async def test_a_connection_gives_such_cursors(tmp_path: Path) -> None:
    connection = await one_trip.connect(str(tmp_path / "x.db"))
    assert type(connection) is one_trip.Connection
    assert isinstance(connection.cursor(), one_trip.Cursor)
    await connection.close()
