"""The database: one unit of work, and the schema's versions."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert, text

import gateway.accounts.rows
import gateway.sessions.rows
from gateway.core.errors import StoreError
from gateway.store import deployment, schema, snapshot
from gateway.store.engine import Store
from gateway.store.tables import metadata
from tests.support import postgres
from tests.support.store import mark, marks, refused, store_at

TABLES = (gateway.accounts.rows.account, gateway.sessions.rows.seat, deployment.deployment)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    opened = store_at(database_url)
    await opened.open()
    yield opened
    await opened.close()


# The schema


async def test_after_migration_the_schema_is_what_the_code_says(store: Store) -> None:
    assert all(table.metadata is metadata for table in TABLES)

    def compare(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))

    async with store._writer.begin() as connection:
        assert await connection.run_sync(compare) == []


async def test_opening_a_second_time_changes_nothing(store: Store, database_url: str) -> None:
    await mark(store)
    again = store_at(database_url)
    await again.open()
    await again.check()
    assert await marks(again) == {"mark"}
    await again.close()


async def test_a_database_of_a_newer_version_is_refused_and_left_alone(store: Store) -> None:
    async with store.transaction() as unit:
        await unit.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for look in (Store.open, Store.check):
        assert await refused(store, look) == "store_newer"
    async with store.reading() as unit:
        assert (await unit.execute(text("SELECT version_num FROM alembic_version"))).scalar_one() == "9999"


async def test_a_command_beside_the_service_does_not_migrate(database_url: str) -> None:
    store = store_at(database_url)
    assert await refused(store, Store.check) == "store_older"
    async with store._writer.begin() as connection:
        assert await connection.run_sync(schema.current) is None
    await store.close()


# A unit of work


async def test_a_unit_happens_as_a_whole_or_not_at_all(store: Store) -> None:
    async def half(store: Store) -> None:
        async with store.transaction() as unit:
            row = {"kind": "mark", "name": "half", "value": b"done"}
            await unit.execute(insert(deployment.deployment).values(**row))
            raise LookupError

    with pytest.raises(LookupError):
        await half(store)
    assert await marks(store) == set()
    await mark(store)
    assert await marks(store) == {"mark"}


async def test_one_reading_sees_one_instant_whatever_is_written_beside_it(store: Store) -> None:
    async with store.reading() as unit:
        assert await deployment.read(unit, "mark") == {}
        await mark(store)
        assert await deployment.read(unit, "mark") == {}
    assert await marks(store) == {"mark"}


async def test_facts_of_one_kind_are_replaced_together(store: Store) -> None:
    async with store.transaction() as unit:
        await deployment.replace(unit, "setting", {"a": b"1", "b": b"2"})
        await deployment.replace(unit, "other", {"c": b"3"})
        await deployment.replace(unit, "setting", {"b": b"4"})
    async with store.reading() as unit:
        assert await deployment.read(unit, "setting") == {"b": b"4"}
        assert await deployment.read(unit, "other") == {"c": b"3"}


async def test_the_callers_own_trouble_is_not_the_databases(store: Store) -> None:
    with pytest.raises(FileNotFoundError):
        async with store.transaction():
            raise FileNotFoundError


async def test_sqlite_keeps_what_it_has_acknowledged(tmp_path: Path) -> None:
    store = store_at(f"sqlite:///{tmp_path}/sotto.db")
    await store.open()
    for opening in (store.transaction, store.reading):
        async with opening() as unit:
            found = {
                name: (await unit.execute(text(f"PRAGMA {name}"))).scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
            }
        assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    await store.close()
    assert names_in(tmp_path) == ["sotto.db"], "the last one out folds the log back"


# Copies


async def test_a_copy_taken_while_the_database_is_in_use_is_a_whole_database(
    store: Store, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    await mark(store)
    async with store.transaction() as unit:
        await deployment.replace(unit, "mark", {"not committed": b"yet"})
        snapshot.take(store, tmp_path / "copy")
    assert names_in(tmp_path, "copy*") == ["copy"], "one file"
    if store.is_sqlite:
        (tmp_path / "elsewhere").mkdir()
        other = store_at(f"sqlite:///{tmp_path}/elsewhere/sotto.db")
    else:
        other = store_at(await postgres.fresh(request, "restored"))
    snapshot.put_back(tmp_path / "copy", other)
    await other.open()
    assert await marks(other) == {"mark"}
    await other.close()


async def test_without_the_servers_own_programs_there_is_no_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    store = store_at("postgresql://s@127.0.0.1:1/s")
    with pytest.raises(StoreError) as refusal:
        snapshot.take(store, tmp_path / "copy")
    assert refusal.value.code == "store_tools_missing"
    await store.close()


async def test_a_copy_of_what_is_not_there_is_refused(tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path}/missing.db", "postgresql://s@127.0.0.1:1/s"):
        store = store_at(url)
        with pytest.raises(StoreError) as refusal:
            snapshot.take(store, tmp_path / "copy")
        assert refusal.value.code == "store_unavailable"
        await store.close()


def names_in(folder: Path, pattern: str = "*") -> list[str]:
    return sorted(path.name for path in folder.glob(pattern))
