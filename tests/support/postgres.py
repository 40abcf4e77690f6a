"""A real PostgreSQL server for the tests: Debian's package, its own folder, a loopback port, gone afterwards."""

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

SERVERS = Path("/usr/lib/postgresql")


def binaries() -> Path | None:
    """Return the newest server's programs, or None where none is installed."""
    found = sorted(SERVERS.glob("*/bin/postgres"), key=lambda path: float(path.parts[4]))
    return found[-1].parent if found else None


def free_port() -> int:
    """Return a port nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running() -> Iterator[str]:
    """Run a server; give the URL of its maintenance database."""
    programs = binaries()
    assert programs is not None
    # The server refuses to run as root, so its folder and its process belong to Debian's own user.
    as_server = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="sotto-postgres-"))
    if as_server:
        shutil.chown(folder, "postgres", "postgres")
    data, port = folder / "data", free_port()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    initdb = [*as_server, str(programs / "initdb"), "-D", str(data), "-A", "trust", "-U", "sotto", "-E", "UTF8", "-N"]
    subprocess.run(initdb, check=True, **quiet)  # type: ignore[call-overload]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    ctl = [*as_server, str(programs / "pg_ctl"), "-D", str(data), "-w"]
    subprocess.run([*ctl, "-o", options, "start"], check=True, **quiet)  # type: ignore[call-overload]
    try:
        yield f"postgresql://sotto@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*ctl, "-m", "immediate", "stop"], check=False, **quiet)  # type: ignore[call-overload]
        shutil.rmtree(folder, ignore_errors=True)


def fresh_database(server: str, name: str) -> str:
    """Make an empty database; return its URL."""

    async def create() -> None:
        connection = await asyncpg.connect(server)
        await connection.execute(f'CREATE DATABASE "{name}"')
        await connection.close()

    asyncio.run(create())
    return server.rsplit("/", 1)[0] + f"/{name}"


async def fresh(request: pytest.FixtureRequest, name: str) -> str:
    """Make an empty database for a test that SQLite has no part in; return its URL."""
    return await asyncio.to_thread(fresh_database, request.getfixturevalue("postgres_server"), name)


def empty_database(server: str, name: str) -> None:
    """Take everything out of a database."""

    async def empty() -> None:
        connection = await asyncpg.connect(server.rsplit("/", 1)[0] + f"/{name}")
        await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        await connection.close()

    asyncio.run(empty())
