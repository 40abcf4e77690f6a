"""The application: the route table on one screen, the middlewares in order, start and stop in one place."""

from collections.abc import AsyncIterator
from typing import Final

from aiohttp import web

from gateway.core.errors import NotFound
from gateway.hub import Gateway
from signaling import middleware, pages
from signaling.api import about, audit, enrollment, me, probes, seats, sessions, sign_in
from signaling.api.openapi import document
from signaling.api.route import Route, handler
from signaling.keys import GATEWAY, OPENAPI, PAGES, RATES, SETTINGS
from signaling.rates import Rates
from signaling.ws import handler as ws

MAX_BODY_BYTES: Final = 64 * 1024
"""Larger than any form of ours; small enough that a hundred of them are nothing."""
API_BURST: Final = 120
API_PER_SECOND: Final = 20.0
"""How often one address may ask. A page makes about ten requests; twenty people behind one address are normal."""

ROUTES: Final[tuple[Route, ...]] = (
    *about.ROUTES,
    *sign_in.ROUTES,
    *me.ROUTES,
    *enrollment.ROUTES,
    *sessions.ROUTES,
    *seats.ROUTES,
    *audit.ROUTES,
)


def create_app(gateway: Gateway, bundle: pages.Pages) -> web.Application:
    """Return the application over a gateway that is open; it starts and closes the gateway with itself."""
    app = web.Application(
        middlewares=[middleware.answer_errors, middleware.limit_rates, middleware.check_origins],
        client_max_size=MAX_BODY_BYTES,
    )
    app[GATEWAY] = gateway
    app[SETTINGS] = gateway.settings
    app[PAGES] = bundle
    app[RATES] = Rates(burst=API_BURST, per_second=API_PER_SECOND)
    app[OPENAPI] = document(ROUTES, gateway.program.version)
    app.on_response_prepare.append(middleware.add_headers(gateway.settings))
    app.cleanup_ctx.append(gateway_lifetime)
    app.cleanup_ctx.append(ws.lifetime)
    _add_routes(app)
    return app


def _add_routes(app: web.Application) -> None:
    for route in ROUTES:
        app.router.add_route(route.method, route.path, handler(route))
    app.router.add_get("/ws", ws.connect)
    probes.install(app)
    app.router.add_get("/api/openapi.json", about.openapi)
    for path in ("/", "/staff"):
        app.router.add_get(path, _page)
    app.router.add_get("/j/{invitation}", _join_page)
    app.router.add_get("/assets/{name:.+}", _asset)


async def gateway_lifetime(app: web.Application) -> AsyncIterator[None]:
    """Say that the service started before anyone is served, and write what waits after everyone has gone."""
    await app[GATEWAY].start()
    yield
    await app[GATEWAY].aclose()


async def _page(request: web.Request) -> web.Response:
    page = request.app[PAGES].entry(request.path)
    if page is None:
        raise NotFound
    return page.response()


async def _join_page(request: web.Request) -> web.Response:
    """Serve the same page for every link: a GET tells nothing about it and uses nothing up."""
    page = request.app[PAGES].entry("/j")
    if page is None:
        raise NotFound
    return page.response()


async def _asset(request: web.Request) -> web.Response:
    page = request.app[PAGES].files.get(request.path)
    if page is None:
        raise NotFound
    return page.response()
