"""`sotto audit verify` and `sotto audit export`: what the operator may do with the log, also beside the service."""

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any, Final

import click

from gateway.audit.verify import INTACT, USAGE, Report, UsageError, verify_directory, verify_export
from gateway.core.errors import ConfigError, SottoError
from gateway.core.events import OPERATOR
from gateway.core.ids import SessionId
from gateway.hub import Caller
from signaling.cli.beside import gateway_beside
from signaling.cli.main import Failure
from signaling.cli.opening import PATH, configured, load, which

PROGRESS_SECONDS: Final = 2.0
VERDICTS: Final = {0: "intact", 1: "tampered", 2: "incomplete"}


@click.group(short_help="Verify and export the log.")
def audit() -> None:
    """Verify and export the log. Works while the service runs."""


class Unusable(click.UsageError):
    """Wrong usage of a command whose exit codes 1 and 2 are verdicts."""

    exit_code = USAGE


class VerifyCommand(click.Command):
    """A command whose wrong usage is exit code 3."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:  # noqa: ANN401  (click's signature)
        """Read the command line."""
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as exc:
            raise Unusable(exc.message, exc.ctx) from exc


@audit.command(cls=VerifyCommand)
@click.argument("copy", metavar="[EXPORT.zip | FOLDER]", type=PATH, required=False)
@click.option(
    "--config", type=PATH, metavar="FILE", envvar="SOTTO_CONFIG", show_envvar=True, help="The configuration file."
)
@click.option("--data", type=PATH, metavar="DIR", help="A folder made by `init` or `demo`, in place of --config.")
@click.option("--since", type=PATH, metavar="FILE", help="A checkpoint you kept elsewhere.")
@click.option("--vkey", help="The log's public key, as you know it (for a copy).")
@click.option("--witness", multiple=True, help="A witness's public key that must have cosigned (for a copy).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(  # noqa: PLR0913  (one parameter for each option)
    *,
    copy: Path | None,
    config: Path | None,
    data: Path | None,
    since: Path | None,
    vkey: str | None,
    witness: tuple[str, ...],
    as_json: bool,
) -> None:
    """Check the running log, an exported package, or a folder with the log's second copy.

    Exit codes: 0 intact, 1 tampered (the first bad entry is named), 2 incomplete, 3 it could not be checked.
    """
    try:
        if copy is None:
            report = asyncio.run(_verify_live(which(config, data), since))
        else:
            report = _verify_copy(copy, since, vkey, witness)
    except (OSError, UsageError, SottoError, click.UsageError) as exc:
        for problem in exc.problems if isinstance(exc, ConfigError) else [_words(exc)]:
            click.echo(f"sotto: cannot check: {problem}", err=True)
        raise SystemExit(USAGE) from exc
    _say(report, as_json=as_json)
    raise SystemExit(report.exit_code)


def _words(error: Exception) -> str:
    return error.format_message() if isinstance(error, click.UsageError) else str(error)


def _verify_copy(copy: Path, since: Path | None, vkey: str | None, witnesses: tuple[str, ...]) -> Report:
    """Return the verdict on a copy; a checkpoint that lies beside it counts as kept elsewhere."""
    beside = copy.resolve().with_name(copy.resolve().name + ".checkpoint")
    kept = since or (beside if beside.is_file() else None)
    text = None if kept is None else kept.read_bytes().decode(errors="replace")
    if copy.is_dir():
        folder = copy / "audit" if (copy / "audit" / "segments").is_dir() else copy
        return verify_directory(folder, log_vkey=vkey, witnesses=witnesses, since=text)
    return verify_export(copy.read_bytes(), log_vkey=vkey, witnesses=witnesses, since=text)


async def _verify_live(config: Path, since: Path | None) -> Report:
    configuration = load(config)
    kept = since or configuration.settings.audit.kept_checkpoint_file
    # Read before the log is, so that the log has had time to hold all it speaks of.
    text = await asyncio.to_thread(_text, kept, must_exist=since is not None)
    async with gateway_beside(configuration) as gateway:
        report = await gateway.review.verify(configuration.settings.audit.folder, text, Progress())
        if not gateway.guard.is_writable:
            click.echo("sotto: that the log was checked could not be written into it", err=True)
    return report


def _text(path: Path | None, *, must_exist: bool) -> str | None:
    if path is None or not (path.exists() or must_exist):
        return None
    return path.read_bytes().decode(errors="replace")


class Progress:
    """Says now and then how far long work is."""

    def __init__(self) -> None:
        self._told = time.monotonic()

    def __call__(self, done: int, size: int) -> None:
        """Say so, if nothing was said for a while."""
        if time.monotonic() - self._told > PROGRESS_SECONDS:
            self._told = time.monotonic()
            click.echo(f"sotto: {done:,} of {size:,} entries", err=True)


def _say(report: Report, *, as_json: bool) -> None:
    if as_json:
        told = {
            "verdict": VERDICTS[report.exit_code],
            "first_bad": report.first_bad,
            "reasons": list(report.reasons),
            "warnings": list(report.warnings),
            "size": report.size,
            "root": report.root,
            "seen_at": dict(report.seen_at),
        }
        click.echo(json.dumps(told, indent=2))
        return
    for warning in report.warnings:
        click.echo(f"warning: {warning}", err=True)
    if report.exit_code == INTACT:
        click.echo(f"intact: {report.size} entries, root {report.root}")
        return
    first = "" if report.first_bad is None else f"first bad entry {report.first_bad}: "
    click.echo(f"{VERDICTS[report.exit_code]}: {first}{report.reasons[0]}", err=True)
    for reason in report.reasons[1:]:
        click.echo(f"also: {reason}", err=True)


@audit.command()
@configured
@click.option("--session", metavar="ID", help="Entries of one session only.")
@click.option("--format", "kind", type=click.Choice(["zip", "jsonl"]), default="zip", show_default=True)
@click.option("--out", type=PATH, required=True, metavar="FILE", help="Where to write; must not exist.")
def export(config: Path, session: str | None, kind: str, out: Path) -> None:
    """Write a package that can be verified anywhere, and the checkpoint to keep elsewhere beside it."""
    kept = out.with_name(out.name + ".checkpoint")
    for path in (out, kept):
        if path.exists():
            raise Failure(f"{path} exists already; choose another name", "file_exists")
    count = asyncio.run(_export(config, session, kind, out, kept))
    click.echo(f"{count} entries written to {out}.")
    click.echo(f"Keep {kept} somewhere else: it shows later that nothing was cut off or replaced.")


async def _export(config: Path, session: str | None, kind: str, out: Path, kept: Path) -> int:
    async with gateway_beside(load(config)) as gateway:
        if kind == "zip" and not gateway.program.verify_html:
            raise Failure("verify.html is not built; run `make web`, or install the released wheel", "web_missing")
        now = gateway.clock.now()
        # Whoever may run commands on this machine has proved it by being here.
        caller = Caller(OPERATOR, step_up_at=now)
        chosen = None if session is None else SessionId(session)
        made = await gateway.review.export(caller, chosen, kind)
        await asyncio.to_thread(_write_both, (out, made.content), (kept, made.checkpoint.encode()))
    return made.rows


def _write_both(*files: tuple[Path, bytes]) -> None:
    try:
        for path, content in files:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
    except OSError as exc:
        raise Failure(f"the export cannot be written ({exc.strerror}); check the folder", "file_unusable") from exc
