"""What breaks for real, and what the operator is told: one sentence, a stable code, and nothing lost."""

import json
import os
import re
import resource
import shutil
import signal
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from gateway.audit import rows as audit_rows
from tests.support.house import serving as serving_here
from tests.support.process import Service, change, serving, sotto
from tests.support.staff import ToldClock

WITHOUT_ROOT_POWERS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
"""Root may write what is read-only; a service does not run with that power, and neither does this one."""


def refused(folder: Path, code: str, *, wrap: tuple[str, ...] = ()) -> str:
    """Start the service, which must not start, and return its one sentence."""
    with serving(folder, wait=False, wrap=wrap) as service:
        assert service.process.wait(30) == 1, service.printed
        lines = [line for line in service.printed.splitlines() if not line.startswith("{")]
    assert len(lines) == 1, service.printed
    assert re.fullmatch(rf"sotto: .+; .+ \({code}\)", lines[0]), lines[0]
    return lines[0]


# Configuration


@pytest.mark.parametrize("command", ["serve", "check-config"])
def test_every_problem_of_the_configuration_is_told_at_once(deployment: Path, command: str) -> None:
    keys = deployment / "keys"
    (keys / "log.key").unlink()
    (keys / "witness.key").chmod(0o640)
    (keys / "export.key").write_text("not a key\n", encoding="ascii")
    change(
        deployment, r"(?m)^# max_minutes = .*$", 'max_minutes = 5000\nmax_minuets = 90\n[recording]\nallowed = "yes"'
    )
    change(deployment, r"(?m)^# idle_minutes = .*$", 'idle_minutes = "an hour"')
    answer = sotto(command, "--data", deployment)
    assert (answer.code, answer.out) == (2, "")
    told = answer.err.splitlines()
    assert len(told) == 7
    for name, words in {
        "audit.log_key_file": "missing",
        "audit.witness_key_file": "chmod 600",
        "audit.export_key_file": "does not hold a key",
        "sessions.max_minutes": "must be from 5 to 480",
        "sessions.max_minuets": "unknown key",
        "recording": "unknown section",
        "accounts.idle_minutes": "must be a whole number",
    }.items():
        assert any(re.match(rf"sotto: {name}: .*{words}", line) for line in told), (name, answer.err)


def test_a_configuration_that_is_no_toml_is_one_problem(deployment: Path) -> None:
    (deployment / "sotto.toml").write_text("[organization\n", encoding="utf-8")
    answer = sotto("serve", "--data", deployment)
    assert answer.code == 2
    assert re.fullmatch(r"sotto: sotto\.toml: cannot be read as TOML .+\n", answer.err)


# What the service stands on


def test_a_port_in_use(deployment: Path) -> None:
    before = head(deployment)
    port = int(re.findall(r"(?m)^port = (\d+)$", (deployment / "sotto.toml").read_text(encoding="utf-8"))[0])
    with socket.create_server(("127.0.0.1", port)):
        assert str(port) in refused(deployment, "port_in_use")
    assert head(deployment) == before  # A start that cannot succeed leaves no trace.


def test_a_second_service_on_the_same_folder(deployment: Path) -> None:
    with serving(deployment) as service:
        refused(deployment, "folder_in_use")
        assert service.get("/readyz")[0] == 200


def test_a_database_locked_by_another_program(deployment: Path) -> None:
    with closing(sqlite3.connect(deployment / "sotto.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused(deployment, "store_locked")
        locked = sotto("admin", "reset", "--data", deployment, "--email", "a@b.example")
        assert (locked.code, locked.err.endswith("(store_locked)\n")) == (1, True)
    with serving(deployment) as service:
        assert service.get("/readyz")[0] == 200


def test_a_database_of_a_newer_version(deployment: Path) -> None:
    with closing(sqlite3.connect(deployment / "sotto.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    before = (deployment / "sotto.db").read_bytes()
    refused(deployment, "store_newer")
    assert (deployment / "sotto.db").read_bytes() == before


def test_a_database_of_an_older_version_is_not_touched_by_a_command(tmp_path: Path, template: Path) -> None:
    shutil.copytree(template, tmp_path / "data")
    (tmp_path / "data" / "sotto.db").unlink()
    sqlite3.connect(tmp_path / "data" / "sotto.db").close()
    shutil.rmtree(tmp_path / "data" / "audit")
    answer = sotto("admin", "create", "--data", tmp_path / "data", "--email", "a@b.example", "--role", "admin")
    assert (answer.code, answer.err.endswith("(store_older)\n")) == (1, True)


def test_a_database_that_cannot_be_written(deployment: Path) -> None:
    (deployment / "sotto.db").chmod(0o400)
    refused(deployment, "store_read_only", wrap=WITHOUT_ROOT_POWERS)


def test_a_database_that_is_missing_is_not_replaced_by_an_empty_one(deployment: Path) -> None:
    (deployment / "sotto.db").rename(deployment / "elsewhere.db")
    refused(deployment, "store_missing")
    assert not (deployment / "sotto.db").exists()


def test_a_database_that_is_damaged(deployment: Path) -> None:
    content = (deployment / "sotto.db").read_bytes()
    (deployment / "sotto.db").write_bytes(b"\x00" * 100 + content[100:])
    refused(deployment, "store_damaged")


def test_a_second_copy_that_cannot_be_written(deployment: Path) -> None:
    shutil.rmtree(deployment / "audit")
    (deployment / "audit").write_text("a file, where a folder belongs", encoding="ascii")
    refused(deployment, "sink_unavailable")


# While it runs


@contextmanager
def full_disk(service: Service) -> Iterator[None]:
    """Let no file of the service grow: what a full disk does, to one process and not to the machine."""
    limits = resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (1, limits[1]))
    try:
        yield
    finally:
        resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, limits)


def test_a_full_disk_stops_powers_and_nothing_acknowledged_is_lost(deployment: Path) -> None:
    with serving(deployment) as service:
        service.sign_in()
        made = [service.post("/api/sessions")[1]["id"]]
        with full_disk(service):
            status, problem = service.post("/api/sessions")
            assert (status, problem["code"]) == (503, "audit_unavailable")
            # Ending only takes power away: it takes effect at once, and is written when it can be.
            assert service.post(f"/api/sessions/{made[0]}/end")[0] == 200
            assert eventually(lambda: service.get("/readyz")[1]["failing"] != [])
            assert service.get("/livez")[0] == 200
        assert eventually(lambda: service.get("/readyz")[1]["failing"] == [])
        made.append(service.post("/api/sessions")[1]["id"])
        assert service.get(f"/api/sessions/{made[0]}")[1]["state"] == "ended"
        assert service.stop(signal.SIGINT) == 0
    assert sotto("audit", "verify", "--data", deployment).code == 0
    types = [(line["type"], line["session"]) for line in entries(deployment)]
    assert {session for kind, session in types if kind == "session.created"} == set(made)
    assert ("session.ended", made[0]) in types
    assert "audit.gap" in dict(types)


def test_a_torn_last_segment_is_mended_from_the_database(deployment: Path) -> None:
    newest = max((deployment / "audit" / "segments").iterdir())
    whole = newest.read_bytes()
    newest.write_bytes(whole + b'{"actor":{"aal":0,"auth":"no')
    with serving(deployment) as service:
        service.sign_in()
        assert service.stop(signal.SIGINT) == 0
    assert newest.read_bytes().startswith(whole + b'{"actor"')
    assert sotto("audit", "verify", deployment / "audit", "--since", f"{deployment}.checkpoint").code == 0
    assert sotto("audit", "verify", "--data", deployment).code == 0


async def test_a_clock_that_goes_back_is_said_so_in_the_log(tmp_path: Path, database_url: str) -> None:
    clock = ToldClock()
    async with serving_here(tmp_path, database_url, clock=clock) as house:
        staff = await house.staff()
        await staff.new_session()
        clock.advance(hours=-1)
        await staff.new_session()
        await staff.new_session()
        async with house.gateway.store.reading() as unit:
            found = await audit_rows.search(unit, audit_rows.Search(type="system.time_skew"))
            assert len(found) == 1
            assert 3_599_000 <= json.loads(found[0][1])["data"]["back_ms"] <= 3_601_000
            await house.gateway.log.check(unit)


def test_a_database_rolled_back_behind_its_second_copy(deployment: Path) -> None:
    database = deployment / "sotto.db"
    older = database.read_bytes()
    with serving(deployment) as service:
        service.sign_in()
        lost = service.post("/api/sessions")[1]["id"]
        assert service.stop(signal.SIGINT) == 0
    database.write_bytes(older)
    with serving(deployment) as service:
        status, readiness = service.get("/readyz")
        assert (status, readiness["failing"]) == (503, ["log"])
        service.sign_in()  # Conversations go on.
        assert service.post("/api/sessions")[0] == 201
        assert service.get(f"/api/sessions/{lost}")[0] == 404
        power = sotto("admin", "create", "--data", deployment, "--role", "admin", "--email", "x@y.example")
        assert (power.code, power.err.endswith("(safety_mode)\n")) == (1, True)
        live = sotto("audit", "verify", "--data", deployment)
        assert live.code == 1
        assert re.search(r"first bad entry \d+", live.err)
        assert service.stop(signal.SIGINT) == 0
    assert sotto("audit", "verify", "--data", deployment).code == 1
    doctor = sotto("doctor", "--data", deployment)
    assert (doctor.code, "fail log: " in doctor.out) == (1, True)


# What they look with


def eventually(is_so: Callable[[], bool], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.1)
    return False


def head(deployment: Path) -> int:
    with closing(sqlite3.connect(deployment / "sotto.db")) as database:
        return int(database.execute("SELECT size FROM audit_head").fetchone()[0])


def entries(deployment: Path) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(deployment / "sotto.db")) as database:
        return [json.loads(line) for (line,) in database.execute("SELECT line FROM audit_leaf ORDER BY seq")]
