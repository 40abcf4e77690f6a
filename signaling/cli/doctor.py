"""`sotto doctor`: looks at everything a deployment stands on, changes nothing, and says what to do.

Each check is one function that yields findings; the order is the order in which one would mend things.
"""

import asyncio
import json
import socket
import ssl
import stat
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import click

from gateway.audit import rows
from gateway.core.clock import parse_rfc3339
from gateway.core.errors import ConfigError, StoreError
from gateway.health import DISK_FLOOR_BYTES, Health, is_checkpoint_late
from gateway.hub import Gateway
from signaling import pages
from signaling.cli.beside import gateway_beside
from signaling.cli.init import IDENTITY
from signaling.cli.opening import configured, load
from signaling.settings import Configuration

OK, WARN, FAIL = "ok", "warn", "fail"
NETWORK_SECONDS: Final = 5.0
COMFORT_BYTES: Final = 4 * DISK_FLOOR_BYTES
BACKUP_AGE: Final = timedelta(days=2)
"""A nightly backup that failed once is noticed the day after."""
CERTIFICATE_LEFT: Final = timedelta(days=14)
SKEW: Final = timedelta(seconds=5)
MAX_LAG: Final = 512
"""Entries the second copy may be behind while it is being written: two segments."""
MIN_DISTINCT_BYTES: Final = 16
"""Distinct values in 32 random bytes: fewer than this happens once in more than 10^10 keys."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, and what to do."""

    result: str
    name: str
    advice: str


@click.command(short_help="Check this deployment, and say what to do.")
@configured
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(config: Path, *, as_json: bool) -> None:
    """Check everything this deployment stands on; exit code 1 when something fails."""
    findings = asyncio.run(_examine(config))
    if as_json:
        click.echo(json.dumps([asdict(each) for each in findings], indent=2))
    else:
        for each in findings:
            click.echo(f"{each.result:<4} {each.name}: {each.advice}")
    if any(each.result == FAIL for each in findings):
        raise SystemExit(1)


async def _examine(config: Path) -> list[Finding]:
    try:
        configuration = load(config)
    except ConfigError as exc:
        return [Finding(FAIL, "configuration", problem) for problem in exc.problems]
    findings = [Finding(OK, "configuration", "complete; every secret is there and private")]
    findings += [*check_keys(configuration), *check_folder(configuration), *check_bundle()]
    try:
        async with gateway_beside(configuration) as gateway:
            findings += [each async for each in check_log(gateway)]
    except StoreError as exc:
        findings.append(Finding(FAIL, "database", f"{exc} ({exc.code})"))
    findings += await asyncio.to_thread(lambda: [*check_service(configuration), *check_origin(configuration)])
    return findings


def check_keys(configuration: Configuration) -> Iterator[Finding]:
    """Keys must be random, and each its own."""
    keys = {name: secret.reveal() for name, secret in configuration.secrets.items() if name.endswith("_key_file")}
    weak = [name for name, key in keys.items() if len(set(key)) < MIN_DISTINCT_BYTES]
    if weak:
        yield Finding(
            FAIL, "keys", f"{', '.join(weak)}: not random; such a key protects nothing, make a new deployment"
        )
    elif len(set(keys.values())) < len(keys):
        yield Finding(FAIL, "keys", "two settings hold the same key; each needs its own, make a new deployment")
    else:
        yield Finding(OK, "keys", "random, and each its own")


def check_folder(configuration: Configuration) -> Iterator[Finding]:
    """The data folder is for its owner alone, and what opens the backups is not in it."""
    folder = configuration.settings.folder
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        yield Finding(WARN, "folder", "others on this machine can look into the data folder; run chmod 700 on it")
    else:
        yield Finding(OK, "folder", "for its owner alone")
    recipient = configuration.settings.backup.recipient
    if recipient is None:
        yield Finding(WARN, "backup-recipient", "set [backup] recipient, or give --recipient to every `sotto backup`")
    elif (folder / IDENTITY).exists() and not configuration.settings.organization.demonstration:
        yield Finding(WARN, "backup-identity", f"move {IDENTITY} to another machine: it opens every backup")
    else:
        yield Finding(OK, "backup-identity", "not in the data folder")


def check_bundle() -> Iterator[Finding]:
    """The web client and the page that verifies exports are part of the program."""
    bundle = pages.load()
    missing = [
        name for name in ("/index.html", "/join.html", "/staff.html", "/verify.html") if name not in bundle.files
    ]
    if missing:
        yield Finding(FAIL, "web", "the web client is not built; run `make web`, or install the released wheel")
    else:
        yield Finding(OK, "web", "the web client is there")


async def check_log(gateway: Gateway) -> AsyncIterator[Finding]:
    """The database answers, the log is whole and signed, its copies are close behind, the disk has room."""
    began = asyncio.get_running_loop().time()
    state = await Health(gateway.store, gateway.log, gateway.segments).log_state()
    milliseconds = (asyncio.get_running_loop().time() - began) * 1000
    yield Finding(OK, "database", f"answers in {milliseconds:.0f} ms")
    for each in _check_state(gateway, state.size):
        yield each
    now = gateway.clock.now()
    late = is_checkpoint_late(state, now=now, allowed=gateway.settings.checkpoint_age + timedelta(minutes=1))
    if late:
        yield Finding(WARN, "checkpoint", f"{state.unsigned} entries wait for a signature; start the service")
    else:
        yield Finding(OK, "checkpoint", f"{state.size - state.unsigned} of {state.size} entries signed")
    if state.sink_lag > MAX_LAG:
        yield Finding(WARN, "second-copy", f"{state.sink_lag} entries behind; start the service, check [audit] folder")
    else:
        yield Finding(OK, "second-copy", _second_copy(gateway))
    for each in [*_check_disk(gateway), await _check_clock(gateway, state.size), await _check_backup(gateway)]:
        yield each


def _check_state(gateway: Gateway, size: int) -> Iterator[Finding]:
    if gateway.guard.is_log_whole:
        yield Finding(OK, "log", f"{size} entries, whole since the newest checkpoint")
    else:
        yield Finding(FAIL, "log", "not what was signed; run `sotto audit verify`, then see RUNBOOK.md, safety mode")
    kept = gateway.settings.audit.kept_checkpoint_file
    folder = gateway.settings.folder.resolve()
    if kept is None:
        yield Finding(WARN, "kept-checkpoint", "set [audit] kept_checkpoint_file to a place outside the data folder")
    elif kept.resolve().is_relative_to(folder):
        yield Finding(WARN, "kept-checkpoint", "lies in the data folder, and would be rolled back with it; move it out")
    elif size and not kept.exists():
        yield Finding(
            WARN, "kept-checkpoint", "not written yet; start the service, check that its folder can be written"
        )
    else:
        yield Finding(OK, "kept-checkpoint", "outside the data folder; copy it to another machine from time to time")


def _second_copy(gateway: Gateway) -> str:
    database, folder = gateway.store.url.database, gateway.settings.audit.folder
    if gateway.store.is_sqlite and database and folder.stat().st_dev == Path(database).stat().st_dev:
        return "up to date; on the database's own disk, and another one would protect better"
    return "up to date"


def _check_disk(gateway: Gateway) -> Iterator[Finding]:
    free = Health(gateway.store, gateway.log, gateway.segments).free_bytes()
    result = FAIL if free < DISK_FLOOR_BYTES else WARN if free < COMFORT_BYTES else OK
    advice = "" if result == OK else "; make room before it is full, or the log cannot be written"
    yield Finding(result, "disk", f"{free // 2**20} MiB free{advice}")


async def _check_clock(gateway: Gateway, size: int) -> Finding:
    async with gateway.store.reading() as unit:
        last = await rows.lines(unit, size - 1, size)
    if last and parse_rfc3339(json.loads(last[0][1])["time"]) > gateway.clock.now() + SKEW:
        return Finding(WARN, "clock", "behind the newest entry of the log; check this machine's time service")
    return Finding(OK, "clock", "not behind the log")


async def _check_backup(gateway: Gateway) -> Finding:
    async with gateway.store.reading() as unit:
        found = await rows.search(unit, rows.Search(type="system.backup_made", limit=1))
    if not found:
        return Finding(WARN, "backup", "none was made yet; run `sotto backup`, and do so every night")
    age = gateway.clock.now() - parse_rfc3339(json.loads(found[0][1])["time"])
    if age > BACKUP_AGE:
        return Finding(WARN, "backup", f"the newest is {age.days} days old; run `sotto backup`")
    return Finding(OK, "backup", f"the newest is {age.total_seconds() / 3600:.0f} hours old")


def check_service(configuration: Configuration) -> Iterator[Finding]:
    """The service runs, and is ready."""
    listen = configuration.settings.listen
    host = f"[{listen.host}]" if ":" in listen.host else listen.host
    try:
        answer = _get(f"http://{host}:{listen.port}/readyz")
    except urllib.error.HTTPError as exc:
        failing = ", ".join(json.loads(exc.read()).get("failing", ["unknown"]))
        yield Finding(FAIL, "service", f"runs, but is not ready: {failing}; see RUNBOOK.md")
    except (OSError, ValueError):
        yield Finding(WARN, "service", "does not answer; start it with `sotto serve`")
    else:
        yield Finding(OK, "service", "runs and is ready" if answer else "runs")


def _get(url: str) -> Any:  # noqa: ANN401  (JSON)
    with urllib.request.urlopen(url, timeout=NETWORK_SECONDS) as answer:  # noqa: S310  (our own address)
        return json.loads(answer.read())


def check_origin(configuration: Configuration) -> Iterator[Finding]:
    """Browsers reach the origin, by a certificate they believe, and our clock agrees with what answers there."""
    settings = configuration.settings
    if not settings.is_secure:
        yield Finding(OK, "origin", "on this machine only, without TLS")
        return
    try:
        left, skew = _look_at(settings.host, urlsplit(settings.listen.origin).port or 443)
    except ssl.SSLCertVerificationError as exc:
        yield Finding(
            FAIL, "origin", f"browsers will refuse the certificate ({exc.verify_message}); renew it at the proxy"
        )
    except OSError:
        yield Finding(
            FAIL, "origin", f"{settings.listen.origin} does not answer; check DNS, the proxy and the firewall"
        )
    else:
        if left < CERTIFICATE_LEFT:
            yield Finding(WARN, "certificate", f"{left.days} days left; check why the proxy has not renewed it")
        else:
            yield Finding(OK, "certificate", f"{left.days} days left")
        if skew > SKEW:
            yield Finding(WARN, "clock-skew", f"{skew.total_seconds():.0f} s from the proxy's clock; check both")


def _look_at(host: str, port: int) -> tuple[timedelta, timedelta]:
    """Return how long the certificate there is good, and how far that server's clock is from ours."""
    context = ssl.create_default_context()
    with (
        socket.create_connection((host, port), timeout=NETWORK_SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=host) as line,
    ):
        until = ssl.cert_time_to_seconds(str((line.getpeercert() or {})["notAfter"]))
        line.sendall(f"HEAD /livez HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        head = line.recv(4096).decode("latin-1")
    now = datetime.now(UTC)
    dates = [each[6:] for each in head.split("\r\n") if each.lower().startswith("date: ")]
    skew = abs(now - parsedate_to_datetime(dates[0])) if dates else timedelta()
    return datetime.fromtimestamp(until, UTC) - now, skew
