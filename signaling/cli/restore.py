"""`sotto restore`: brings a deployment back from a backup into an empty folder, and checks its log before it says so.

The folder is self-contained afterwards: whatever lay elsewhere lies in it, and its configuration says so.
"""

import asyncio
import tomllib
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any, Final

import click

from gateway import backup
from gateway.audit.verify import TAMPERED, Report, UsageError
from gateway.core.errors import IntegrityError, SottoError
from gateway.crypto import age
from gateway.health import Health
from gateway.hub import Gateway
from signaling.cli.beside import program
from signaling.cli.configuration import HEADING, render
from signaling.cli.folder import empty_again, empty_folder
from signaling.cli.main import Failure
from signaling.cli.opening import CONFIGURATION, PATH, load

BEFORE: Final = ".before-restore"


@click.command(short_help="Bring a deployment back from a backup.")
@click.argument("file", type=PATH)
@click.option("--identity", type=PATH, required=True, metavar="FILE", help="The age identity that opens the backup.")
@click.option("--into", "folder", type=PATH, required=True, metavar="DIR", help="An empty folder, or one to be made.")
def restore(file: Path, identity: Path, folder: Path) -> None:
    """Bring a deployment back from the backup FILE, and check its log."""
    made_here = empty_folder(folder)
    try:
        made_at, notes = _unpack(file, identity, folder)
        report, size = asyncio.run(_take_up(folder, _checkpoint_beside(file)))
    except (OSError, SottoError, UsageError) as exc:
        empty_again(folder, made_here=made_here)
        if isinstance(exc, SottoError):
            raise
        what, why = getattr(exc, "filename", None) or "the backup", getattr(exc, "strerror", None) or exc
        raise Failure(f"{what} cannot be read or written ({why}); check it and its disk", "file_unusable") from exc
    if report.exit_code == TAMPERED:
        message = f"what came back is not the log that was signed: {report.reasons[0]}; use an older backup"
        raise Failure(message, "tampered")
    click.echo(f"Restored into {folder}: {size} entries, checked, from the backup of {made_at}.")
    for note in [*notes, *_set_aside(folder), *report.warnings]:
        click.echo(f"Note: {note}.")
    click.echo(f"Now run: sotto doctor --data {folder}\nthen:    sotto serve --data {folder}")


def _unpack(file: Path, identity: Path, folder: Path) -> tuple[str, list[str]]:
    """Open the backup, and let its configuration speak of this folder; return when it was made and what is new."""
    holder = age.parse_identity_file(identity.read_text("utf-8", errors="replace"))
    manifest = backup.open_into(file, holder, folder)
    return manifest.made_at, _settle(folder, manifest.secrets)


def _checkpoint_beside(file: Path) -> str | None:
    beside = file.with_name(file.name + ".checkpoint")
    return beside.read_text("utf-8", errors="replace") if beside.is_file() else None


def _settle(folder: Path, secrets: Mapping[str, str]) -> list[str]:
    """Write the configuration anew for this folder; return what is different now."""
    path = folder / CONFIGURATION
    try:
        before = tomllib.loads(path.read_text("utf-8"))
        values: dict[str, dict[str, Any]] = {section: dict(content) for section, content in before.items()}
    except (ValueError, TypeError) as exc:
        raise IntegrityError("the file is not a backup of Sotto", code="backup_malformed") from exc
    for setting, name in secrets.items():
        section, key = setting.split(".")
        values.setdefault(section, {})[key] = f"{backup.KEYS}/{name}"
    values.setdefault("audit", {}).pop("folder", None)
    values["audit"]["kept_checkpoint_file"] = f"../{folder.resolve().name}.checkpoint"
    if values.get("store", {}).get("url", "sqlite:").startswith("sqlite:"):
        values.get("store", {}).pop("url", None)
    path.write_text(render(values, heading=HEADING), encoding="utf-8")
    return [
        f"{section}.{key} was {before.get(section, {}).get(key)!r} and is in the folder now"
        for section, key in (("store", "url"), ("audit", "folder"))
        if before.get(section, {}).get(key) != values.get(section, {}).get(key)
    ]


def _set_aside(folder: Path) -> list[str]:
    """Move a checkpoint kept under this folder's name out of the way: it may know entries the backup does not."""
    kept = folder.resolve().with_name(folder.resolve().name + ".checkpoint")
    if not kept.exists():
        return []
    names = (f"{kept.name}{BEFORE}{'' if number == 1 else f'-{number}'}" for number in count(1))
    aside = next(path for name in names if not (path := kept.with_name(name)).exists())
    kept.rename(aside)
    return [f"the checkpoint kept here before is {aside.name} now; if it counts more entries, those are lost"]


async def _take_up(folder: Path, since: str | None) -> tuple[Report, int]:
    """Put the database back, check the log, and write into it that it was restored."""
    configuration = load(folder / CONFIGURATION)
    gateway = Gateway(configuration.settings, configuration.secrets, program())
    try:
        await asyncio.to_thread(gateway.backups.put_back, folder / backup.DATABASE)
        await gateway.store.open()
        await asyncio.to_thread(gateway.segments.measure)
        size = (await Health(gateway.store, gateway.log, gateway.segments).log_state()).size
        report = await gateway.review.verify(configuration.settings.audit.folder, since, lambda _done, _size: None)
        if report.exit_code != TAMPERED:
            await gateway.backups.note_restored(size)
    finally:
        await gateway.aclose()
    return report, size
