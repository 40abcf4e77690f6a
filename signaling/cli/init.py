"""`sotto init`: makes configuration, keys, database and backup identity in an empty folder, loudly, once."""

import asyncio
import os
import re
import secrets
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import click

from gateway.core.errors import SottoError
from gateway.crypto.age import new_identity
from gateway.crypto.secrets import new_key_file
from gateway.hub import Gateway
from signaling import settings
from signaling.cli.beside import program
from signaling.cli.configuration import render
from signaling.cli.folder import empty_again, empty_folder, unusable
from signaling.cli.opening import CONFIGURATION, PATH

KEYS: Final = ("log", "witness", "export", "storage")
IDENTITY: Final = "backup-identity.txt"
DEFAULT_ORIGIN: Final = "http://localhost:8080"
REPORT: Final = """\
Made in {folder}:
  sotto.toml           the configuration: read it once
  keys/                four new keys; whoever has them can sign as this log, so nobody else may read them
  sotto.db             the database
  audit/               the second copy of the log; on another volume it protects better
  backup-identity.txt  opens every backup of this deployment

MOVE {identity} TO ANOTHER MACHINE NOW, and keep it where you keep what must not be lost.
Backups are worth nothing without it, and protect nobody while it lies beside the data.

Beside it, {kept} will hold the newest checkpoint. Copy it elsewhere from time to time:
it is what proves, later, that nothing of the log was taken away.

Next, make the first account, then run the gateway:
  sotto admin create --config {config} --email YOU@EXAMPLE.ORG --role admin
  sotto serve --config {config}"""


@click.command(short_help="Make a new deployment in an empty folder.")
@click.argument("folder", metavar="DIR", type=PATH)
@click.option(
    "--origin", default=DEFAULT_ORIGIN, show_default=True, help="Scheme, host and port as browsers will show them."
)
@click.option("--name", default="Our organization", show_default=True, help="The organization, as people know it.")
def init(folder: Path, origin: str, name: str) -> None:
    """Make configuration, keys and database in DIR, which must be empty or not exist."""
    establish(folder, origin=origin, name=name)
    click.echo(report(folder))


def establish(folder: Path, *, origin: str, name: str, demonstration: bool = False) -> None:
    """Make a deployment; whatever goes wrong, nothing of it stays.

    Raises:
        Failure: the folder is not empty, or cannot be written.
        ConfigError: origin or name cannot be used.
    """
    values = _values(folder.resolve().name, origin, name)
    if demonstration:
        values["organization"]["demonstration"] = True
    identity, values["backup"]["recipient"] = new_identity()
    made_here = empty_folder(folder)
    try:
        _write_files(folder, render(values), identity)
        asyncio.run(_make_database(folder / CONFIGURATION))
    except (OSError, SottoError) as exc:
        empty_again(folder, made_here=made_here)
        if isinstance(exc, OSError):
            raise unusable(folder, exc) from exc
        raise


def _values(folder: str, origin: str, name: str) -> dict[str, dict[str, Any]]:
    listen: dict[str, Any] = {"origin": origin}
    if origin.startswith("http://"):  # Nothing stands before us, so we listen where browsers come.
        listen["port"] = urlsplit(origin).port or 80
    keys = {f"{key}_key_file": f"keys/{key}.key" for key in KEYS}
    storage = {"storage_key_file": keys.pop("storage_key_file")}
    return {
        "organization": {"id": _organization_id(name), "name": name},
        "listen": listen,
        "audit": {
            "log_name": (urlsplit(origin).hostname or "").lower(),
            **keys,
            "kept_checkpoint_file": f"../{folder}.checkpoint",
        },
        "accounts": storage,
        "backup": {},
    }


def _organization_id(name: str) -> str:
    """Return what the log will call the organization: its name if that has letters, and a few random ones."""
    letters = re.sub(r"[^a-z0-9]", "", name.lower())[:20]
    return f"org_{letters}{secrets.token_hex(3)}"


def _write_files(folder: Path, configuration: str, identity: str) -> None:
    (folder / "keys").mkdir(mode=0o700)
    for key in KEYS:
        _write(folder / "keys" / f"{key}.key", new_key_file())
    _write(folder / IDENTITY, identity)
    _write(folder / CONFIGURATION, configuration)


def _write(path: Path, content: str) -> None:
    """Write a new file that only its owner can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


async def _make_database(config: Path) -> None:
    configuration = settings.load(config)
    gateway = Gateway(configuration.settings, configuration.secrets, program())
    try:
        await gateway.store.open()
    finally:
        await gateway.aclose()
    configuration.settings.audit.folder.mkdir(mode=0o700, exist_ok=True)


def report(folder: Path) -> str:
    """Return what was made, and what to do next."""
    return REPORT.format(
        folder=folder, config=folder / CONFIGURATION, identity=folder / IDENTITY, kept=f"{folder}.checkpoint"
    )
