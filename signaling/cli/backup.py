"""`sotto backup`: one encrypted file with everything a deployment needs to come back, made beside the service."""

import asyncio
from pathlib import Path

import click

from gateway.hub import BackupMade
from signaling.cli.beside import gateway_beside
from signaling.cli.main import Failure
from signaling.cli.opening import PATH, configured, load, say


@click.command(short_help="Write one encrypted file with everything.")
@configured
@click.option("--out", type=PATH, required=True, metavar="FILE", help="Where to write; must not exist.")
@click.option("--recipient", metavar="age1...", help="Encrypt to this age recipient; otherwise to [backup] recipient.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def backup(config: Path, out: Path, recipient: str | None, *, as_json: bool) -> None:
    """Write database, log, configuration and keys to one encrypted file. Works while the service runs."""
    kept = out.with_name(out.name + ".checkpoint")
    for path in (out, kept):
        if path.exists():
            raise Failure(f"{path} exists already; choose another name", "file_exists")
    made = asyncio.run(_back_up(config, out, recipient))
    if made.checkpoint is not None:
        kept.write_text(made.checkpoint, encoding="utf-8")
    told = {"file": str(out), "sha256": made.sha256, "entries": made.size}
    text = f"{made.size} entries, and everything else, written to {out}.\nSHA-256 {made.sha256}"
    say(told, text, as_json=as_json)


async def _back_up(config: Path, out: Path, recipient: str | None) -> BackupMade:
    configuration = load(config)
    to = recipient or configuration.settings.backup.recipient
    if to is None:
        raise Failure("nobody to encrypt to; set [backup] recipient, or give --recipient", "recipient_missing")
    async with gateway_beside(configuration) as gateway:
        try:
            made = await gateway.backups.make(config, out, recipient=to)
        except OSError as exc:
            reason = f" ({exc.strerror})" if exc.strerror else ""
            raise Failure(
                f"the backup cannot be written{reason}; check the folder and its disk", "file_unusable"
            ) from exc
        if not gateway.guard.is_writable:
            click.echo("sotto: that a backup was made could not be written into the log", err=True)
    return made
