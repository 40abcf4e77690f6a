"""`sotto restore`: brings a deployment back from a backup into an empty folder, and checks its log before it says so.

The folder is self-contained afterwards: whatever lay elsewhere lies in it, and its configuration says so.
"""

import asyncio
import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

from gateway import backup
from gateway.audit.verify import TAMPERED, Report
from gateway.core.errors import SottoError
from gateway.crypto import age
from gateway.health import Health
from gateway.hub import Gateway
from signaling.cli.beside import program
from signaling.cli.configuration import HEADING, render
from signaling.cli.main import Failure
from signaling.cli.opening import CONFIGURATION, PATH, load

BEFORE: Final = ".before-restore"


@click.command(short_help="Bring a deployment back from a backup.")
@click.argument("file", type=PATH)
@click.option("--identity", type=PATH, required=True, metavar="FILE", help="The age identity that opens the backup.")
@click.option("--into", "folder", type=PATH, required=True, metavar="DIR", help="An empty folder, or one to be made.")
def restore(file: Path, identity: Path, folder: Path) -> None:
    """Bring a deployment back from the backup FILE, and check its log."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Failure(f"{folder} is not an empty folder; choose another one, nothing was changed", "folder_not_empty")
    try:
        holder = age.parse_identity_file(identity.read_text("utf-8", errors="replace"))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        manifest = backup.open_into(file, holder, folder)
        notes = _settle(folder, manifest["secrets"])
        beside = file.with_name(file.name + ".checkpoint")
        since = beside.read_text("utf-8", errors="replace") if beside.is_file() else None
    except OSError as exc:
        name = exc.filename or "the backup"
        raise Failure(
            f"{name} cannot be read or written ({exc.strerror}); check it and its disk", "file_unusable"
        ) from exc
    try:
        report, size = asyncio.run(_take_up(folder, since))
    except SottoError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    if report.exit_code == TAMPERED:
        message = f"what came back is not the log that was signed: {report.reasons[0]}; use an older backup"
        raise Failure(message, "tampered")
    click.echo(f"Restored into {folder}: {size} entries, checked, from the backup of {manifest.get('made_at', '?')}.")
    for note in [*notes, *report.warnings]:
        click.echo(f"Note: {note}.")
    click.echo(f"Now run: sotto doctor --data {folder}\nthen:    sotto serve --data {folder}")


def _settle(folder: Path, secrets: Mapping[str, str]) -> list[str]:
    """Write the configuration anew for this folder; return what is different now."""
    path = folder / CONFIGURATION
    before = tomllib.loads(path.read_text("utf-8"))
    values: dict[str, dict[str, Any]] = {section: dict(content) for section, content in before.items()}
    for setting, name in secrets.items():
        section, key = setting.split(".")
        values.setdefault(section, {})[key] = f"{backup.KEYS}/{name}"
    values.setdefault("audit", {}).pop("folder", None)
    values["audit"]["kept_checkpoint_file"] = f"../{folder.resolve().name}.checkpoint"
    if values.get("store", {}).get("url", "sqlite:").startswith("sqlite:"):
        values.get("store", {}).pop("url", None)
    path.write_text(render(values, heading=HEADING), encoding="utf-8")
    changed = [
        f"{section}.{key} was {before.get(section, {}).get(key)!r} and is in the folder now"
        for section, key in (("store", "url"), ("audit", "folder"))
        if before.get(section, {}).get(key) != values.get(section, {}).get(key)
    ]
    return changed + _set_aside(folder)


def _set_aside(folder: Path) -> list[str]:
    """Move a checkpoint kept under this folder's name out of the way: it may know entries the backup does not."""
    kept = folder.resolve().with_name(folder.resolve().name + ".checkpoint")
    if not kept.exists():
        return []
    aside = kept.with_name(kept.name + BEFORE)
    kept.replace(aside)
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
