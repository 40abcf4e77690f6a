"""Numbers for Prometheus, on a port of their own that only this machine reaches. No ids, no names, no addresses.

Labels are routes (patterns, never paths) and statuses. Nothing is measured unless `[listen] metrics_port` is set.
"""

import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from gateway.core.errors import StoreError
from gateway.health import Health
from gateway.hub import Gateway
from signaling.api.probes import PULSE
from signaling.keys import GATEWAY

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
SOCKET_ROUTE: Final = "/ws"


class Metrics:
    """Everything that is measured of one application. Its registry is its own, so that two can live in one process."""

    def __init__(self, gateway: Gateway) -> None:
        self.registry = CollectorRegistry()
        self._health = Health(gateway.store, gateway.log, gateway.segments)
        self._requests = Counter(
            "sotto_requests", "HTTP requests answered.", ["route", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "sotto_request_seconds", "Time to answer.", ["route"], buckets=SECONDS, registry=self.registry
        )
        self._sockets = Gauge("sotto_open_sockets", "WebSockets open now.", registry=self.registry)
        self._appends = Histogram(
            "sotto_audit_append_seconds",
            "Time to write an act and its entries.",
            buckets=SECONDS,
            registry=self.registry,
        )
        self._lag = Gauge("sotto_loop_lag_seconds", "Worst lateness of the event loop lately.", registry=self.registry)
        self._entries = Gauge("sotto_audit_entries", "Entries in the log.", registry=self.registry)
        self._unsigned = Gauge("sotto_audit_unsigned", "Entries no checkpoint covers yet.", registry=self.registry)
        self._sink = Gauge("sotto_audit_sink_lag", "Entries the second copy lacks.", registry=self.registry)
        self._free = Gauge("sotto_disk_free_bytes", "Space left on the fullest disk.", registry=self.registry)
        gateway.guard.observe = self._appends.observe

    async def text(self, lag: float) -> bytes:
        """Return everything in Prometheus's format."""
        self._lag.set(lag)
        self._free.set(self._health.free_bytes())
        try:
            state = await self._health.log_state()
        except StoreError:
            return generate_latest(self.registry)  # Yesterday's numbers, while readiness says what is wrong.
        self._entries.set(state.size)
        self._unsigned.set(state.unsigned)
        self._sink.set(state.sink_lag)
        return generate_latest(self.registry)

    @web.middleware
    async def observe(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Count one request and take its time; for a WebSocket, that it is open."""
        resource = request.match_info.route.resource
        route = "unknown" if resource is None else resource.canonical
        if route == SOCKET_ROUTE:
            with self._sockets.track_inprogress():
                return await handler(request)
        began = time.monotonic()
        response = await handler(request)
        self._seconds.labels(route).observe(time.monotonic() - began)
        self._requests.labels(route, str(response.status)).inc()
        return response


def install(app: web.Application, door: socket.socket) -> None:
    """Measure an application that was not started yet, and show the numbers on `door`."""
    metrics = Metrics(app[GATEWAY])
    # Outermost, so that what the error table makes of an exception is what is counted.
    app.middlewares.insert(0, metrics.observe)

    async def show(_request: web.Request) -> web.Response:
        body = await metrics.text(app[PULSE].lag)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def lifetime(_app: web.Application) -> AsyncIterator[None]:
        own = web.Application()
        own.router.add_get("/metrics", show)
        runner = web.AppRunner(own, access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await runner.setup()
        await web.SockSite(runner, door).start()
        yield
        await runner.cleanup()

    app.cleanup_ctx.append(lifetime)
