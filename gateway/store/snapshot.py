"""A consistent copy of the whole database while it is in use: SQLite's online backup, or `pg_dump`.

Synchronous on purpose; callers run it in a thread.
"""

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy import URL

from gateway.core.errors import StoreError
from gateway.store.engine import Store, store_error

BUSY_SECONDS: Final = 30.0
"""How long the copy waits for a lock. Readers wait only while SQLite recovers its log after a crash."""


def take(store: Store, into: Path) -> None:
    """Write the database as one file that `put_back` understands.

    Raises:
        StoreError: the database would not, or PostgreSQL's own tools are not installed.
    """
    if store.is_sqlite:
        _take_sqlite(str(store.url.database), into)
    else:
        _run("pg_dump", store.url, "--format=custom", "--no-owner", f"--file={into}")


def put_back(copy: Path, store: Store) -> None:
    """Make a database that does not exist yet from a copy: a new SQLite file, or an empty PostgreSQL database.

    Raises:
        StoreError: the database would not, or PostgreSQL's own tools are not installed.
    """
    if store.is_sqlite:
        copy.replace(str(store.url.database))
    else:
        _run("pg_restore", store.url, "--exit-on-error", "--single-transaction", "--no-owner", str(copy))


def _take_sqlite(database: str, into: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(f"file:{quote(database)}?mode=ro", uri=True, timeout=BUSY_SECONDS)) as source,
            closing(sqlite3.connect(into)) as target,
        ):
            source.backup(target)
            # The copy travels as one file: fold everything in, and leave no log beside it.
            target.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as exc:
        raise store_error(exc) from exc


def _run(tool: str, url: URL, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs; the password travels by environment, never on a command line."""
    program = shutil.which(tool)
    if program is None:
        raise StoreError(f"{tool} is not installed; install PostgreSQL's client programs", code="store_tools_missing")
    address = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environment = {"PATH": "/usr/bin:/bin"} | ({} if url.password is None else {"PGPASSWORD": str(url.password)})
    # A fixed program and our own settings: nothing of this comes from outside.
    done = subprocess.run(  # noqa: S603
        [program, f"--dbname={address}", "--no-password", *arguments], env=environment, capture_output=True, check=False
    )
    if done.returncode != 0:
        raise StoreError(f"{tool} did not succeed; run it by hand to see why", code="store_unavailable")
