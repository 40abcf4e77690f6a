"""Backups come back: whole, checked, from beside a busy service, and for nobody without the identity."""

import hashlib
import io
import json
import re
import shutil
import signal
import sqlite3
import tarfile
import threading
from contextlib import closing
from pathlib import Path

import pyrage
import pytest
from pyrage import x25519

from gateway import backup
from gateway.core.errors import IntegrityError
from gateway.crypto.secrets import Secret
from tests.support.postgres import empty_database, free_port, fresh_database
from tests.support.process import Answer, Service, change, serving, set_port, sotto


def back_up(folder: Path, out: Path) -> Answer:
    answer = sotto("backup", "--data", folder, "--out", out, "--json")
    assert answer.code == 0, answer.err
    return answer


def restore(file: Path, folder: Path, identity: Path) -> Answer:
    return sotto("restore", file, "--identity", identity, "--into", folder)


@pytest.fixture
def identity(deployment: Path, tmp_path: Path) -> Path:
    """The identity where it belongs: away from the data."""
    return (deployment / "backup-identity.txt").rename(tmp_path / "identity.txt")


def test_what_comes_back_is_what_was_saved_and_goes_on_working(
    deployment: Path, identity: Path, tmp_path: Path
) -> None:
    with serving(deployment) as service:
        service.sign_in()
        session = service.post("/api/sessions")[1]["id"]
        made = back_up(deployment, tmp_path / "b.age").json
        assert service.stop(signal.SIGINT) == 0
    assert made["sha256"] == hashlib.sha256((tmp_path / "b.age").read_bytes()).hexdigest()
    shutil.rmtree(deployment)  # The disaster.
    restored = tmp_path / "restored"
    answer = restore(tmp_path / "b.age", restored, identity)
    assert (answer.code, answer.err) == (0, "")
    assert f"{made['entries']} entries, checked" in answer.out
    files = [path for path in restored.rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    set_port(restored, free_port())
    with serving(restored) as service:
        service.sign_in()
        assert [each["id"] for each in service.get("/api/sessions")[1]["sessions"]] == [session]
        assert service.get("/readyz")[0] == 200
        assert service.stop(signal.SIGINT) == 0
    assert sotto("audit", "verify", "--data", restored).code == 0
    types = types_in(restored)
    assert types.index("system.restored") > types.index("session.created")


def types_in(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "sotto.db")) as database:
        return [str(kind) for (kind,) in database.execute("SELECT type FROM audit_leaf ORDER BY seq")]


def test_a_backup_beside_a_busy_service_is_consistent(deployment: Path, identity: Path, tmp_path: Path) -> None:
    with serving(deployment) as service:
        service.sign_in()
        stop = threading.Event()
        writers = [threading.Thread(target=write, args=(service, stop)) for _ in range(3)]
        for writer in writers:
            writer.start()
        try:
            for number in range(3):
                back_up(deployment, tmp_path / f"{number}.age")
        finally:
            stop.set()
            for writer in writers:
                writer.join()
        assert "system.backup_made" in types_in(deployment)
    for number in range(3):
        answer = restore(tmp_path / f"{number}.age", tmp_path / f"restored-{number}", identity)
        assert answer.code == 0, answer.err


def write(service: Service, stop: threading.Event) -> None:
    own = Service(service.process, service.url, service.log, cookie=service.cookie)
    while not stop.is_set():
        own.post("/api/sessions")
        stop.wait(0.1)


def test_a_backup_holds_everything_and_nobody_else_opens_it(deployment: Path, identity: Path, tmp_path: Path) -> None:
    back_up(deployment, tmp_path / "b.age")
    secret = identity.read_text(encoding="utf-8").splitlines()[-1]
    plain = pyrage.decrypt((tmp_path / "b.age").read_bytes(), [x25519.Identity.from_str(secret)])
    with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
        names = set(archive.getnames())
        manifest = json.loads(archive.extractfile("manifest.json").read())  # type: ignore[union-attr]
    assert {"sotto.toml", "database", "audit/checkpoint.txt", "audit/segments/000000.jsonl"} <= names
    assert {name for name in names if name.startswith("keys/")} == {
        f"keys/{key.name}" for key in (deployment / "keys").iterdir()
    }
    assert manifest["secrets"]["audit.log_key_file"] == "log.key"
    sealed = (tmp_path / "b.age").read_bytes()
    assert not any(key.read_bytes().strip() in sealed for key in (deployment / "keys").iterdir())
    stranger = tmp_path / "stranger.txt"
    stranger.write_text(f"{x25519.Identity.generate()}\n", encoding="ascii")
    refused = restore(tmp_path / "b.age", tmp_path / "r", stranger)
    assert (refused.code, refused.err.endswith("(backup_not_opened)\n")) == (1, True)
    assert not (tmp_path / "r").exists()


def test_a_damaged_backup_comes_back_not_at_all(deployment: Path, identity: Path, tmp_path: Path) -> None:
    back_up(deployment, tmp_path / "b.age")
    content = (tmp_path / "b.age").read_bytes()
    for name, damaged in {
        "flipped": content[:-50_000] + bytes([content[-50_000] ^ 1]) + content[-49_999:],
        "short": content[:-50_000],
        "other": b"not a backup at all",
    }.items():
        (tmp_path / name).write_bytes(damaged)
        answer = restore(tmp_path / name, tmp_path / f"r-{name}", identity)
        assert (answer.code, answer.err.endswith("(backup_not_opened)\n")) == (1, True)
        assert not (tmp_path / f"r-{name}").exists()


@pytest.mark.parametrize(
    ("names", "manifest", "code"),
    [
        (["manifest.json", "sotto.toml", "database", "/etc/passwd"], {}, "backup_malformed"),
        (["manifest.json", "sotto.toml", "database", "keys/../../x"], {}, "backup_malformed"),
        (["manifest.json", "sotto.toml", "database", "elsewhere"], {}, "backup_malformed"),
        (["manifest.json", "sotto.toml"], {}, "backup_malformed"),
        (["sotto.toml", "database"], {}, "backup_malformed"),
        (["manifest.json", "sotto.toml", "database"], {"secrets": {"audit.log_key_file": "../x"}}, "backup_malformed"),
        (["manifest.json", "sotto.toml", "database", "keys/x"], {"secrets": {"audit.color": "x"}}, "backup_malformed"),
        (["manifest.json", "sotto.toml", "database"], {"secrets": 5}, "backup_malformed"),
        (["manifest.json", "sotto.toml", "database"], {"kind": "other"}, "backup_malformed"),
        (["manifest.json", "sotto.toml", "database"], {"v": 2}, "backup_newer"),
        ([], {}, "backup_malformed"),
    ],
)
def test_what_somebody_else_encrypted_to_us_is_not_believed(
    identity: Path, tmp_path: Path, names: list[str], manifest: dict[str, object], code: str
) -> None:
    secret = x25519.Identity.from_str(identity.read_text(encoding="utf-8").splitlines()[-1])
    told = {"kind": "sotto-backup", "made_at": "2026-11-22T12:00:00.000Z", "secrets": {}, "v": 1, **manifest}
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        for name in names:
            content = json.dumps(told).encode() if name == "manifest.json" else b"x"
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    (tmp_path / "b.age").write_bytes(pyrage.encrypt(plain.getvalue(), [secret.to_public()]))
    (tmp_path / "into").mkdir()
    with pytest.raises(IntegrityError) as refused:
        backup.open_into(tmp_path / "b.age", Secret(str(secret).encode()), tmp_path / "into")
    assert refused.value.code == code
    assert {path.name for path in tmp_path.iterdir()} <= {"b.age", "into", "identity.txt", "data", "data.checkpoint"}


def test_a_backup_of_a_log_that_was_changed_is_refused(deployment: Path, identity: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(deployment / "sotto.db")) as database:
        database.execute("UPDATE audit_leaf SET line = replace(line, 'operator', 'nobodyyy') WHERE seq = 0")
        database.commit()
    made = sotto("backup", "--data", deployment, "--out", tmp_path / "b.age")
    assert made.code == 0  # What is there is saved: it may be all that is left, and it is evidence.
    answer = restore(tmp_path / "b.age", tmp_path / "r", identity)
    assert answer.code == 1
    assert re.search(r"not the log that was signed: .+ \(tampered\)", answer.err)


def test_nothing_is_overwritten(deployment: Path, identity: Path, tmp_path: Path) -> None:
    back_up(deployment, tmp_path / "b.age")
    again = sotto("backup", "--data", deployment, "--out", tmp_path / "b.age")
    assert (again.code, again.err.endswith("(file_exists)\n")) == (1, True)
    into = restore(tmp_path / "b.age", deployment, identity)
    assert (into.code, into.err.endswith("(folder_not_empty)\n")) == (1, True)
    missing = restore(tmp_path / "none.age", tmp_path / "r", identity)
    assert (missing.code, missing.err.endswith("(file_unusable)\n")) == (1, True)


def test_without_a_recipient_nothing_is_written(deployment: Path, tmp_path: Path) -> None:
    change(deployment, r"(?m)^recipient = .*$", "")
    answer = sotto("backup", "--data", deployment, "--out", tmp_path / "b.age")
    assert (answer.code, answer.err.endswith("(recipient_missing)\n")) == (1, True)
    wrong = sotto("backup", "--data", deployment, "--out", tmp_path / "b.age", "--recipient", "age1nobody")
    assert (wrong.code, wrong.err.endswith("(recipient_malformed)\n")) == (1, True)
    assert [path.name for path in tmp_path.iterdir() if "b.age" in path.name] == []
    assert not list(deployment.glob(".sotto-backup-*"))


def test_a_restored_folder_is_self_contained_and_keeps_the_newer_checkpoint_aside(
    deployment: Path, identity: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "volume"
    (deployment / "audit").rename(elsewhere)
    (deployment / "keys" / "log.key").rename(tmp_path / "log.key")
    change(deployment, r'(?m)^# folder = "audit"$', f'folder = "{elsewhere}"')
    change(deployment, r"(?m)^log_key_file = .*$", f'log_key_file = "{tmp_path}/log.key"')
    back_up(deployment, tmp_path / "b.age")
    with serving(deployment) as service:  # Life goes on after the backup: this is what a disaster takes.
        service.sign_in()
        assert service.stop(signal.SIGINT) == 0
    newer = (tmp_path / "data.checkpoint").read_text(encoding="utf-8")
    shutil.rmtree(deployment)
    answer = restore(tmp_path / "b.age", deployment, identity)
    assert answer.code == 0
    assert "audit.folder was" in answer.out
    assert "data.checkpoint.before-restore" in answer.out
    assert (tmp_path / "data.checkpoint.before-restore").read_text(encoding="utf-8") == newer
    shown = sotto("check-config", "--data", deployment, "--json").json
    assert shown["audit.folder"] == str(deployment / "audit")
    assert (deployment / "keys" / "log.key").read_bytes() == (tmp_path / "log.key").read_bytes()
    with serving(deployment) as service:
        assert service.get("/readyz")[0] == 200
        assert service.stop(signal.SIGINT) == 0
    since = tmp_path / "data.checkpoint.before-restore"
    assert sotto("audit", "verify", "--data", deployment, "--since", since).code == 1  # History was lost, and shows.


@pytest.mark.postgres
def test_a_postgresql_database_comes_back_too(
    deployment: Path, identity: Path, tmp_path: Path, postgres_server: str
) -> None:
    if shutil.which("pg_dump") is None or shutil.which("pg_restore") is None:
        pytest.skip("pg_dump and pg_restore are not on PATH (Debian: apt-get install postgresql-client)")
    shutil.rmtree(deployment / "audit")
    (tmp_path / "data.checkpoint").unlink()
    change(deployment, r"(?m)^# url = .*$", f'url = "{fresh_database(postgres_server, "saved")}"')
    with serving(deployment) as service:
        assert service.stop(signal.SIGINT) == 0
    back_up(deployment, tmp_path / "b.age")
    refused = restore(tmp_path / "b.age", tmp_path / "same", identity)
    assert refused.code == 1  # The database it names is not empty, and is not overwritten.
    assert not (tmp_path / "same").exists()
    empty_database(postgres_server, "saved")
    answer = restore(tmp_path / "b.age", tmp_path / "same", identity)
    assert (answer.code, answer.err) == (0, "")
    assert sotto("audit", "verify", "--data", tmp_path / "same", "--since", tmp_path / "b.age.checkpoint").code == 0
