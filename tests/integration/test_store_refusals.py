"""Every way a database can refuse: a stable code, a sentence that says what to do, and nothing that was in it."""

import sqlite3
import traceback
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.core.errors import StoreError
from gateway.store import deployment
from gateway.store.engine import Store
from tests.support import postgres
from tests.support.store import CANARY, mark, marks, refused, store_at


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    opened = store_at(database_url, busy_seconds=0.5)
    await opened.open()
    yield opened
    await opened.close()


async def test_another_writer_was_first(store: Store) -> None:
    await mark(store, CANARY)
    assert await refused(store, lambda store: mark(store, CANARY)) == "store_conflict"


async def test_an_error_shows_the_statement_and_not_what_was_in_it(store: Store) -> None:
    async with store.transaction() as unit:
        await unit.execute(text("DROP TABLE deployment"))
    with pytest.raises(StoreError) as refusal:
        await mark(store, CANARY)
    assert CANARY not in "".join(traceback.format_exception(refusal.value))


async def test_every_connection_is_in_use(store: Store) -> None:
    """A caller waits for a while, and is then told so in our own words."""
    units = [store.transaction() for _ in range(1 if store.is_sqlite else 4)]
    for unit in units:
        await unit.__aenter__()
    assert await refused(store) == "store_locked"
    for unit in units:
        await unit.__aexit__(None, None, None)
    await mark(store)


async def test_a_database_that_is_locked(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/sotto.db"
    store = store_at(url, busy_seconds=0.2)
    await store.open()
    beside = sqlite3.connect(tmp_path / "sotto.db", isolation_level=None)
    beside.execute("BEGIN IMMEDIATE")
    assert await refused(store) == "store_locked"
    assert await marks(store) == set(), "reading goes on"
    beside.execute("ROLLBACK")
    beside.close()
    await mark(store)
    assert await marks(store) == {"mark"}
    await store.close()


async def test_a_database_that_may_not_be_written(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/sotto.db"
    store = store_at(url)
    await store.open()
    await store.close()
    with (tmp_path / "sotto.db").open("r+b") as file:
        # The header says that only a newer SQLite may write; unlike file permissions, this binds root too.
        file.seek(18)
        file.write(b"\x03")
    store = store_at(url)
    assert await refused(store) == "store_read_only"
    await store.close()


@pytest.mark.postgres
async def test_a_server_that_may_not_be_written(request: pytest.FixtureRequest) -> None:
    url = await postgres.fresh(request, "read_only")
    store = store_at(url)
    await store.open()
    async with store.transaction() as unit:
        await unit.execute(text("ALTER DATABASE read_only SET default_transaction_read_only = on"))
    await store.close()
    store = store_at(url)
    assert await refused(store) == "store_read_only"
    await store.close()


@pytest.mark.postgres
async def test_a_server_that_is_not_there_or_knows_no_such_database(request: pytest.FixtureRequest) -> None:
    url = await postgres.fresh(request, "known")
    for wrong in (url.replace("/known", "/unknown"), url.replace("sotto@", "nobody@"), "postgresql://s@127.0.0.1:1/s"):
        store = store_at(wrong)
        assert await refused(store, Store.open) == "store_unavailable"
        await store.close()


@pytest.mark.parametrize("harm", [b"not a database at all, but long enough to look at", b""])
async def test_a_file_that_is_no_database(tmp_path: Path, harm: bytes) -> None:
    (tmp_path / "sotto.db").write_bytes(harm)
    store = store_at(f"sqlite:///{tmp_path}/sotto.db")
    if harm:
        assert await refused(store, Store.open) == "store_damaged"
    else:
        await store.open()  # An empty file is an empty database.
    await store.close()


async def test_a_page_that_was_overwritten(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/sotto.db"
    store = store_at(url)
    await store.open()
    await store.close()
    with (tmp_path / "sotto.db").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096 * 20)
    store = store_at(url)
    assert await refused(store, Store.open) == "store_damaged"
    await store.close()


async def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    store = store_at(f"sqlite:///{tmp_path}/missing/sotto.db")
    assert await refused(store, Store.open) == "store_unavailable"
    await store.close()


async def test_a_disk_that_is_full(tmp_path: Path) -> None:
    store = store_at(f"sqlite:///{tmp_path}/sotto.db")
    await store.open()
    async with store.transaction() as unit:
        pages = (await unit.execute(text("PRAGMA page_count"))).scalar_one()
        await unit.execute(text(f"PRAGMA max_page_count = {pages}"))

    async def fill(store: Store) -> None:
        async with store.transaction() as unit:
            await deployment.replace(unit, "mark", {CANARY: CANARY.encode() * 10_000})

    assert await refused(store, fill) == "store_full"
    assert await marks(store) == set()
    async with store.transaction() as unit:
        await unit.execute(text(f"PRAGMA max_page_count = {pages * 100}"))
    await fill(store)
    assert await marks(store) == {CANARY}
    await store.close()
