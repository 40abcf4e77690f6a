"""Is it alive, is it ready: two questions of whoever runs the machine, answered without a sign-in.

`/livez` asks the event loop, `/readyz` everything the service stands on. Anyone may know yes or no; what exactly is
wrong is told on the machine itself.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from ipaddress import ip_address
from typing import Any, Final

from aiohttp import web

from gateway.core.errors import CapacityError
from gateway.health import Health
from signaling.auth.address import address_of
from signaling.keys import GATEWAY

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

RETRY_SECONDS: Final = 5
BEAT_SECONDS: Final = 0.25
MAX_LAG_SECONDS: Final = 1.0
REMEMBERED_SECONDS: Final = 5.0
"""How long the worst lag is shown. Shorter misses it between two probes; longer restarts what has recovered."""
FRESH_SECONDS: Final = 1.0
"""How long an answer about readiness is good: finding out writes to the disk, and anyone may ask."""


class Pulse:
    """Measures how late the event loop is. Owned by the application."""

    def __init__(self) -> None:
        self._worst = (0.0, 0.0)
        """Seconds late, and when that was."""

    @property
    def lag(self) -> float:
        """The worst of the last seconds."""
        late, at = self._worst
        return late if time.monotonic() - at < REMEMBERED_SECONDS else 0.0

    async def run(self) -> None:
        """Measure until cancelled."""
        while True:
            due = time.monotonic() + BEAT_SECONDS
            await asyncio.sleep(BEAT_SECONDS)
            now = time.monotonic()
            if now - due >= self.lag:
                self._worst = (now - due, now)


class Readiness:
    """Knows whether the service should be given new work. Owned by the application."""

    def __init__(self, health: Health) -> None:
        self._health = health
        self._asking = asyncio.Lock()
        self._found: list[str] = []
        self._until = 0.0
        self.is_draining = False

    async def failing(self) -> list[str]:
        """Return the names of the checks that fail."""
        async with self._asking:
            if time.monotonic() >= self._until:
                self._found = await self._health.failing()
                self._until = time.monotonic() + FRESH_SECONDS
        return [*self._found, *(["draining"] if self.is_draining else [])]


PULSE: Final = web.AppKey("pulse", Pulse)
READINESS: Final = web.AppKey("readiness", Readiness)


def install(app: web.Application) -> None:
    """Give the application its probes; it knows its gateway already."""
    gateway = app[GATEWAY]
    app[PULSE] = Pulse()
    app[READINESS] = Readiness(Health(gateway.store, gateway.log, gateway.segments))
    app.middlewares.append(_keep_the_door)
    app.cleanup_ctx.append(_feel_pulse)
    app.router.add_get("/livez", livez)
    app.router.add_get("/readyz", readyz)


@web.middleware
async def _keep_the_door(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let nobody begin what would be cut off in a moment; who is inside stays until the end."""
    if request.path == "/ws" and request.app[READINESS].is_draining:
        raise CapacityError("shutting_down", retry_after=RETRY_SECONDS)
    return await handler(request)


async def _feel_pulse(app: web.Application) -> AsyncIterator[None]:
    task = asyncio.create_task(app[PULSE].run(), name="pulse")
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def livez(request: web.Request) -> web.Response:
    """Answer whether the event loop keeps up."""
    return _answer(request, [] if request.app[PULSE].lag < MAX_LAG_SECONDS else ["loop"])


async def readyz(request: web.Request) -> web.Response:
    """Answer whether to send new work here. In safety mode the answer is no, and conversations go on all the same."""
    return _answer(request, await request.app[READINESS].failing())


def _answer(request: web.Request, failing: list[str]) -> web.Response:
    body: dict[str, Any] = {"ok": not failing}
    if _is_from_here(request):
        body["failing"] = failing
    return web.json_response(body, status=503 if failing else 200)


def _is_from_here(request: web.Request) -> bool:
    """Answer whether a program on this machine asks, and not the proxy for somebody else."""
    address = address_of(request)
    return bool(address) and ip_address(address).is_loopback and "X-Forwarded-For" not in request.headers
