"""A backup: one encrypted file with everything a deployment needs to come back, and how it is opened again.

An age file around a tar archive, always of the same shape, wherever the parts lay before:

    manifest.json     {"kind": "sotto-backup", "made_at": instant, "secrets": {setting: name in keys/}, "v": 1}
    sotto.toml        the configuration as it was
    keys/NAME         every file a `*_file` setting names
    database          the snapshot (`gateway.store.snapshot`)
    audit/...         the log's second copy

Parts are added at the end and never renamed, so that any later version opens any backup.
"""

import asyncio
import hashlib
import io
import os
import shutil
import tarfile
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import IO, Final

import msgspec

from gateway.audit import rows
from gateway.core.actions import Action
from gateway.core.clock import rfc3339
from gateway.core.errors import IntegrityError
from gateway.core.events import OPERATOR, Data, SystemBackupMade, SystemRestored
from gateway.core.settings import Settings, declared, names
from gateway.crypto import age
from gateway.crypto.secrets import Secret
from gateway.guard import Deed, Guard
from gateway.store import snapshot
from gateway.store.engine import Store

VERSION: Final = 1
KIND: Final = "sotto-backup"
MANIFEST, CONFIGURATION, DATABASE = "manifest.json", "sotto.toml", "database"
KEYS, AUDIT = "keys", "audit"
SEPARATOR: Final = b"---\n"


class Manifest(msgspec.Struct, frozen=True):
    """What a backup says of itself."""

    kind: str
    made_at: str
    secrets: dict[str, str]
    """The name in `keys/` of the file that each setting names."""
    v: int


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was written."""

    sha256: str
    size: int
    """Entries of the log in it; beside a busy service, at least so many."""
    checkpoint: str | None
    """The newest checkpoint in it: proves later that what came back is what was saved."""


class Backups:
    """Makes backups, and writes into the log that they were made and used. Owned by the hub."""

    def __init__(self, store: Store, guard: Guard, settings: Settings) -> None:
        self._store = store
        self._guard = guard
        self._settings = settings

    async def make(self, configuration: Path, out: Path, *, recipient: str) -> Made:
        """Write everything to `out`, encrypted; may run beside the service.

        Raises:
            StoreError: the database cannot be copied.
            IntegrityError: `recipient_malformed`.
            OSError: a file cannot be read or written; what was written of `out` is gone.
        """
        async with self._store.reading() as unit:
            size = (await rows.read_head(unit)).frontier.size
            newest = await rows.latest_checkpoint(unit)
        plan = _Plan(
            configuration=configuration,
            secrets=secret_files(self._settings),
            audit=self._settings.audit.folder,
            store=self._store,
            recipient=recipient,
            made_at=rfc3339(self._store.clock.now()),
        )
        made = Made(await asyncio.to_thread(_make, plan, out), size, newest.note if newest else None)
        await self._note(SystemBackupMade(size=made.size, sha256=made.sha256))
        return made

    def put_back(self, copy: Path) -> None:
        """Make the database from the copy that came with a backup.

        Raises:
            StoreError: PostgreSQL would not, or its own tools are not installed.
        """
        snapshot.put_back(copy, self._store)
        copy.unlink(missing_ok=True)

    async def note_restored(self, size: int) -> None:
        """Write that this log came back from a backup that held `size` entries."""
        await self._note(SystemRestored(size=size))

    async def _note(self, data: Data) -> None:
        async def perform(deed: Deed) -> None:
            deed.record(data)

        await self._guard.note(Action.SYSTEM, OPERATOR, self._store.clock.now(), perform)


def secret_files(settings: Settings) -> dict[str, Path]:
    """Return every file with a secret, by the name of its setting."""
    found: dict[str, Path] = {}
    for name, _ in declared():
        section, key = name.split(".")
        path = getattr(getattr(settings, section), key)
        if key.endswith("_file") and key != "kept_checkpoint_file" and isinstance(path, Path):
            found[name] = path
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What is to be saved, and where it lies now."""

    configuration: Path
    secrets: Mapping[str, Path]
    """Files with secrets, by the name of their setting."""
    audit: Path
    store: Store
    recipient: str
    made_at: str


@dataclass(frozen=True, slots=True)
class _Grown:
    """An append-only file, and how much of it belongs to this backup."""

    name: str
    path: Path
    size: int


def _make(plan: _Plan, out: Path) -> str:
    """Write the encrypted backup to `out` and return its SHA-256."""
    part = out.with_name(out.name + ".part")
    try:
        # The copy in the clear lies where the database lies, not on the disk the backup is for.
        with tempfile.TemporaryDirectory(dir=_home(plan), prefix=".sotto-backup-") as scratch:
            # The second copy is measured before the database is, because it must never be ahead of it.
            texts, grown = _audit_files(plan.audit)
            copy = Path(scratch) / DATABASE
            snapshot.take(plan.store, copy)
            with open(part, "wb", opener=_owner_only) as into, _archived(plan, texts, grown, copy) as source:
                age.seal_stream(source, into, recipient=plan.recipient)
                into.flush()
                os.fsync(into.fileno())
        digest = _sha256(part)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return digest


def _home(plan: _Plan) -> Path:
    database = plan.store.url.database
    return Path(database).parent if plan.store.is_sqlite and database else plan.audit.parent


def open_into(file: Path, identity: Secret, folder: Path) -> Manifest:
    """Unpack a backup into an empty folder, and return its manifest; what goes wrong halfway, the caller takes away.

    Raises:
        IntegrityError: `identity_malformed`, `backup_not_opened`, or `backup_malformed` (something else inside).
        OSError: a file cannot be read or written.
    """
    plain = folder / ".unpacking"
    try:
        with open(plain, "x+b", opener=_owner_only) as opened, file.open("rb") as sealed:
            # All of it is decrypted before any of it is believed: age proves each part, and the end, as it goes.
            age.open_stream(sealed, opened, identity=identity)
            opened.seek(0)
            with tarfile.open(fileobj=opened, mode="r:") as archive:
                manifest = _unpack(archive, folder)
    except tarfile.TarError as exc:
        raise IntegrityError("the file is not a backup of Sotto", code="backup_malformed") from exc
    plain.unlink()
    return manifest


def _unpack(archive: tarfile.TarFile, folder: Path) -> Manifest:
    members = {member.name: member for member in archive.getmembers()}
    if MANIFEST not in members or not all(_is_ours(member) for member in members.values()):
        raise IntegrityError("the file is not a backup of Sotto", code="backup_malformed")
    manifest = _read_manifest(_opened(archive, members.pop(MANIFEST)).read(), set(members))
    for name, member in members.items():
        path = folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(path, "xb", opener=_owner_only) as out:
            shutil.copyfileobj(_opened(archive, member), out)
            out.flush()
            os.fsync(out.fileno())
    return manifest


def _read_manifest(content: bytes, members: set[str]) -> Manifest:
    """Return the manifest. Anyone may encrypt to a recipient, so what stands in it is believed no further than this."""
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
    except msgspec.MsgspecError as exc:
        raise IntegrityError("the file is not a backup of Sotto", code="backup_malformed") from exc
    if manifest.kind != KIND or {CONFIGURATION, DATABASE} - members:
        raise IntegrityError("the file is not a backup of Sotto", code="backup_malformed")
    if manifest.v != VERSION:
        raise IntegrityError("the backup was made by a newer version of Sotto", code="backup_newer")
    if {f"{KEYS}/{name}" for name in manifest.secrets.values()} - members or set(manifest.secrets) - names():
        raise IntegrityError("the file is not a backup of Sotto", code="backup_malformed")
    return manifest


def _is_ours(member: tarfile.TarInfo) -> bool:
    """Answer whether a member is a plain file in one of the places a backup has."""
    parts = Path(member.name).parts
    is_place = member.name in (MANIFEST, CONFIGURATION, DATABASE) or (len(parts) > 1 and parts[0] in (KEYS, AUDIT))
    return member.isfile() and is_place and ".." not in parts and not member.name.startswith("/")


def _opened(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    source = archive.extractfile(member)
    assert source is not None, "only plain files get here"  # noqa: S101
    return source


@contextmanager
def _archived(plan: _Plan, texts: Mapping[str, bytes], grown: list[_Grown], copy: Path) -> Iterator[BufferedReader]:
    """Give the archive as a stream that is written while it is read, so that it lies nowhere in the clear."""
    reading, writing = os.pipe()
    failure: list[BaseException] = []

    def write() -> None:
        try:
            with os.fdopen(writing, "wb") as into, tarfile.open(fileobj=into, mode="w|") as archive:
                _write(archive, plan, texts, grown, copy)
        except OSError as exc:  # Told to the caller when the reader comes to the end.
            failure.append(exc)

    writer = threading.Thread(target=write, name="backup")
    with os.fdopen(reading, "rb") as source:
        writer.start()
        try:
            yield source
        finally:
            source.close()  # A writer that nobody reads from any more ends by this.
            writer.join()
    if failure:
        raise failure[0]


def _write(archive: tarfile.TarFile, plan: _Plan, texts: Mapping[str, bytes], grown: list[_Grown], copy: Path) -> None:
    taken = _names(plan.secrets)
    _add(archive, MANIFEST, msgspec.json.encode(Manifest(KIND, plan.made_at, taken, VERSION)))
    _add(archive, CONFIGURATION, plan.configuration.read_bytes())
    for name, path in plan.secrets.items():
        _add(archive, f"{KEYS}/{taken[name]}", path.read_bytes())
    for name, content in texts.items():
        _add(archive, name, content)
    for each in [*grown, _Grown(DATABASE, copy, copy.stat().st_size)]:
        member = tarfile.TarInfo(each.name)
        member.size, member.mode = each.size, 0o600
        with each.path.open("rb") as source:
            archive.addfile(member, source)


def _names(secrets: Mapping[str, Path]) -> dict[str, str]:
    """Return a file name for each secret: its own, unless two settings name files that are called the same."""
    taken = Counter(path.name for path in secrets.values())
    return {setting: path.name if taken[path.name] == 1 else setting for setting, path in secrets.items()}


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    archive.addfile(member, io.BytesIO(content))


def _audit_files(folder: Path) -> tuple[dict[str, bytes], list[_Grown]]:
    """Return the second copy as it is now: small files with their content, growing ones with their size."""
    texts: dict[str, bytes] = {}
    # The checkpoints first: they must not speak of entries that the segments below do not have.
    for path in sorted(folder.glob("*.txt")):
        content = path.read_bytes()
        if path.name == "checkpoints.txt":  # Perhaps being written just now.
            content = content[: content.rfind(SEPARATOR) + len(SEPARATOR)] if SEPARATOR in content else b""
        texts[f"{AUDIT}/{path.name}"] = content
    files = [*sorted((folder / "segments").glob("*.jsonl")), *sorted((folder / "tiles").glob("*.bin"))]
    return texts, [_Grown(f"{AUDIT}/{path.parent.name}/{path.name}", path, path.stat().st_size) for path in files]


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
