"""`sotto serve`: opens the gateway, listens, says that it is ready, and stops in good order when told."""

import asyncio
import errno
import fcntl
import os
import signal
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import click
from aiohttp import web

from gateway.hub import Gateway
from signaling import logs, metrics, pages
from signaling.api.probes import READINESS
from signaling.app import create_app
from signaling.cli import systemd
from signaling.cli.beside import program
from signaling.cli.main import Failure
from signaling.cli.opening import configured, load
from signaling.settings import Configuration

LOOPBACK: Final = "127.0.0.1"
LOCK: Final = "sotto.lock"
BACKLOG: Final = 512
NOTICE_SECONDS: Final = 2.0
"""From "not ready" to closing the door: a proxy that asks every second has noticed by then."""
GRACE_SECONDS: Final = 5.0
"""How long requests that are being answered may take to finish."""


@click.command(short_help="Run the gateway.")
@configured
def serve(config: Path) -> None:
    """Run the gateway until SIGTERM, which drains it; a second SIGTERM, or SIGINT, stops it at once."""
    logs.configure()
    run(load(config))


@dataclass(slots=True)
class Doors:
    """Sockets that listen already."""

    main: socket.socket
    metrics: socket.socket | None = None


async def _nothing(_gateway: Gateway) -> None:
    """Prepare nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What one way of serving adds."""

    tls: ssl.SSLContext | None = None
    prepare: Callable[[Gateway], Awaitable[None]] = _nothing
    """Done when the gateway has started, before anyone is served."""
    announce: Callable[[Configuration], str] = field(
        default=lambda configuration: f"sotto: ready on {configuration.settings.listen.origin}"
    )


def run(configuration: Configuration, occasion: Occasion | None = None) -> None:
    """Serve until told to stop.

    Raises:
        Failure: something this needs is taken, missing or damaged.
        StoreError: the database cannot be used.
    """
    listen = configuration.settings.listen
    with ExitStack() as stack:
        stack.enter_context(only_one(configuration.settings.folder))
        # Taken before anything is written, so that a start that cannot succeed leaves no trace.
        doors = Doors(stack.enter_context(listening(listen.host, listen.port, "port")))
        if listen.metrics_port:
            doors.metrics = stack.enter_context(listening(LOOPBACK, listen.metrics_port, "metrics_port"))
        runner = stack.enter_context(asyncio.Runner(loop_factory=_loop_factory()))
        runner.run(_serve(configuration, doors, occasion or Occasion()))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if find_spec("uvloop") is None:
        return None
    import uvloop  # noqa: PLC0415  (optional)

    return uvloop.new_event_loop


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder's lock: two gateways on one folder would each write half of the truth.

    Raises:
        Failure: another gateway holds it, or the folder cannot be written.
    """
    try:
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as exc:
        raise Failure(
            f"{folder} cannot be written ({exc.strerror}); check its owner and the disk", "folder_unusable"
        ) from exc
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            raise Failure(f"another gateway already runs in {folder}; stop that one first", "folder_in_use") from exc
        yield
    finally:
        os.close(descriptor)


@contextmanager
def listening(host: str, port: int, setting: str) -> Iterator[socket.socket]:
    """Take an address.

    Raises:
        Failure: it is taken, or not ours.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        door = socket.socket(family, kind, protocol)
    except OSError as exc:
        raise Failure(f"{host} is no address of this machine; correct [listen] host", "address_unusable") from exc
    with door:
        try:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind(address)
            door.listen(BACKLOG)
        except OSError as exc:
            raise _taken(host, port, setting, exc) from exc
        yield door


def _taken(host: str, port: int, setting: str, error: OSError) -> Failure:
    if error.errno == errno.EADDRINUSE:
        return Failure(f"port {port} is in use; stop what uses it, or choose another [listen] {setting}", "port_in_use")
    if error.errno in (errno.EACCES, errno.EPERM):
        return Failure(f"port {port} needs more rights; choose a [listen] {setting} above 1023", "port_not_permitted")
    return Failure(f"{host} is no address of this machine; correct [listen] host", "address_unusable")


async def _serve(configuration: Configuration, doors: Doors, occasion: Occasion) -> None:
    stop, bundle = _Stop(), pages.load()
    gateway = Gateway(configuration.settings, configuration.secrets, program(bundle))
    watchdog = asyncio.create_task(systemd.beat(), name="watchdog")
    try:
        await _open(gateway)
        app = create_app(gateway, bundle)
        app.on_startup.append(lambda _: occasion.prepare(gateway))
        if doors.metrics is not None:
            metrics.install(app, doors.metrics)
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=GRACE_SECONDS)
        try:
            await runner.setup()
            await web.SockSite(runner, doors.main, ssl_context=occasion.tls).start()
            click.echo(occasion.announce(configuration))
            await _until_told(stop, app)
        finally:
            await _clean_up(runner, stop)
    finally:
        await gateway.aclose()
        watchdog.cancel()


def _find_database(gateway: Gateway) -> None:
    database = gateway.store.url.database
    if gateway.store.is_sqlite and database and not Path(database).exists():
        # SQLite would make an empty one, and the log would begin again beside its own history.
        message = f"the database {Path(database).name} is missing; put it back, or restore the newest backup"
        raise Failure(message, "store_missing")


async def _open(gateway: Gateway) -> None:
    _find_database(gateway)
    try:
        await gateway.open()
    except OSError as exc:
        message = f"the log's second copy cannot be written ({exc.strerror}); check [audit] folder and its disk"
        raise Failure(message, "sink_unavailable") from exc
    async with gateway.store.transaction() as unit:
        await gateway.log.touch(unit)  # What cannot be written is told by its own code, before anyone depends on it.


class _Stop:
    """Hears SIGTERM and SIGINT. SIGTERM asks to drain, SIGINT asks to stop, a second one of either insists."""

    def __init__(self) -> None:
        self.asked, self.hurried, self.insisted = asyncio.Event(), asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._hear)
        loop.add_signal_handler(signal.SIGINT, self._hear, self.hurried)

    def _hear(self, *also: asyncio.Event) -> None:
        again = (self.hurried, self.insisted) if self.asked.is_set() else ()
        for event in (self.asked, *also, *again):
            event.set()


async def _clean_up(runner: web.AppRunner, stop: _Stop) -> None:
    """Close the door and what is inside; when somebody insists, go on without waiting for anyone."""
    cleaning = asyncio.create_task(runner.cleanup(), name="cleaning")
    insisted = asyncio.create_task(stop.insisted.wait(), name="insisted")
    await asyncio.wait({cleaning, insisted}, return_when=asyncio.FIRST_COMPLETED)
    for task in (cleaning, insisted):
        task.cancel()
    results = await asyncio.gather(cleaning, insisted, return_exceptions=True)
    if isinstance(results[0], Exception):
        raise results[0]


async def _until_told(stop: _Stop, app: web.Application) -> None:
    """Say that we are ready, wait to be told to stop, then give a proxy time to notice that we are not any more."""
    systemd.notify("READY=1")
    await stop.asked.wait()
    systemd.notify("STOPPING=1")
    app[READINESS].is_draining = True
    with suppress(TimeoutError):
        async with asyncio.timeout(NOTICE_SECONDS):
            await stop.hurried.wait()
