"""Every way a database can refuse has one code and one sentence, and repeats nothing that was in the statement."""

import sqlite3
from pathlib import Path

import pytest
from asyncpg import exceptions as postgres
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from gateway.crypto.secrets import Secret
from gateway.store.engine import SENTENCES, SQL_STATES, SQLITE_CODES, driver_url, store_error

CANARY = "usr_CANARY000000"


def sqlite_error(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError(CANARY)
    error.sqlite_errorcode = code
    return error


def wrapped(origin: Exception) -> DBAPIError:
    """Return the error as SQLAlchemy raises it, with the statement and its values."""
    return DBAPIError("INSERT INTO seat VALUES (?)", {"subject": CANARY}, origin)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (sqlite3.SQLITE_BUSY, "store_locked"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "store_locked"),
        (sqlite3.SQLITE_LOCKED, "store_locked"),
        (sqlite3.SQLITE_READONLY, "store_read_only"),
        (sqlite3.SQLITE_READONLY_DBMOVED, "store_read_only"),
        (sqlite3.SQLITE_CANTOPEN, "store_unavailable"),
        (sqlite3.SQLITE_FULL, "store_full"),
        (sqlite3.SQLITE_NOTADB, "store_damaged"),
        (sqlite3.SQLITE_CORRUPT, "store_damaged"),
        (sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, "store_conflict"),
        (sqlite3.SQLITE_IOERR, "store_unavailable"),
    ],
)
def test_sqlites_refusals(code: int, expected: str) -> None:
    for error in (sqlite_error(code), wrapped(sqlite_error(code))):
        found = store_error(error)
        assert (found.code, str(found)) == (expected, SENTENCES[expected])


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (postgres.UniqueViolationError, "store_conflict"),
        (postgres.CheckViolationError, "store_conflict"),
        (postgres.DeadlockDetectedError, "store_unavailable"),
        (postgres.ReadOnlySQLTransactionError, "store_read_only"),
        (postgres.InFailedSQLTransactionError, "store_unavailable"),
        (postgres.DiskFullError, "store_full"),
        (postgres.TooManyConnectionsError, "store_unavailable"),
        (postgres.LockNotAvailableError, "store_locked"),
        (postgres.DataCorruptedError, "store_damaged"),
        (postgres.InvalidPasswordError, "store_unavailable"),
        (postgres.InvalidCatalogNameError, "store_unavailable"),
    ],
)
def test_postgresqls_refusals(origin: type[postgres.PostgresError], expected: str) -> None:
    driver = RuntimeError(CANARY)  # The layer between the driver and SQLAlchemy keeps the driver's as its cause.
    driver.__cause__ = origin(CANARY)
    for error in (origin(CANARY), wrapped(driver)):
        found = store_error(error)
        assert (found.code, str(found)) == (expected, SENTENCES[expected])


@pytest.mark.parametrize("error", [ConnectionRefusedError(CANARY), TimeoutError(CANARY), OSError(CANARY)])
def test_a_server_that_cannot_be_reached(error: OSError) -> None:
    found = store_error(error)
    assert found.code == "store_unavailable"
    assert CANARY not in str(found)


def test_no_connection_became_free_in_time() -> None:
    assert store_error(PoolTimeout(CANARY)).code == "store_locked"


def test_every_code_has_a_sentence_that_says_what_to_do() -> None:
    assert set(SQLITE_CODES.values()) | set(SQL_STATES.values()) == set(SENTENCES)
    assert all("; " in sentence for sentence in SENTENCES.values())


def test_a_sqlite_path_is_relative_to_the_configurations_folder(tmp_path: Path) -> None:
    assert driver_url("sqlite:///sotto.db", tmp_path).database == str(tmp_path / "sotto.db")
    assert driver_url("sqlite:////elsewhere/sotto.db", tmp_path).database == "/elsewhere/sotto.db"


def test_a_password_travels_in_the_url_object_and_prints_as_nothing() -> None:
    url = driver_url("postgresql://sotto@db.example/sotto", Path(), Secret(b"pass/word"))
    assert (url.drivername, url.password) == ("postgresql+asyncpg", "pass/word")
    assert "pass" not in repr(url)
    assert driver_url("postgresql://sotto@db.example/sotto", Path()).password is None
