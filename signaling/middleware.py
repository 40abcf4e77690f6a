"""What happens around every request: an id, the rates, the origin, the error table, the headers."""

import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

import structlog
from aiohttp import web

from gateway.core.errors import CapacityError, NotFound, RemoteProtocolError, SottoError
from gateway.core.ids import random_characters
from gateway.core.settings import Settings
from signaling import problems
from signaling.auth.address import address_of
from signaling.auth.origin import check_origin
from signaling.keys import RATES

logger = structlog.get_logger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HTTP_CODES: Final = {404: "not_found", 405: "method_not_allowed", 413: "too_big", 400: "malformed"}


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request an id, and turn whatever is raised into a problem document. The rim: nothing passes."""
    request_id = random_characters(10)
    began = time.monotonic()
    try:
        response = await handler(request)
    except SottoError as exc:
        response = _problem(exc)
    except web.HTTPException as exc:
        response = _from_http(exc)
    except Exception:  # The outermost boundary: the person gets a code, the operator the traceback.
        logger.exception("request_failed", request=request_id)
        response = _problem(SottoError())
    milliseconds = round((time.monotonic() - began) * 1000, 1)
    route = request.match_info.route.resource
    # The route's pattern, never the path: an invitation stands in a path.
    where = "unknown" if route is None else route.canonical
    logger.info(
        "request", request=request_id, method=request.method, route=where, status=response.status, ms=milliseconds
    )
    return response


@web.middleware
async def limit_rates(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse an address that asks too often; pages and assets are not counted."""
    if request.path.startswith(("/api/", "/ws")):
        wait = request.app[RATES].take(address_of(request), time.monotonic())
        if wait is not None:
            raise CapacityError("too_many_messages", retry_after=max(1, round(wait)))
    return await handler(request)


@web.middleware
async def check_origins(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let state change only from our own origin."""
    await check_origin(request)
    return await handler(request)


def _problem(error: SottoError) -> web.Response:
    status, body, headers = problems.document(error)
    return web.json_response(body, status=status, headers=headers, content_type="application/problem+json")


def _from_http(error: web.HTTPException) -> web.StreamResponse:
    if error.status < HTTPStatus.BAD_REQUEST:
        return error
    code = HTTP_CODES.get(error.status, "malformed")
    response = _problem(NotFound() if code == "not_found" else RemoteProtocolError(code=code))
    if "Allow" in error.headers:
        response.headers["Allow"] = error.headers["Allow"]
    return response


PERMISSIONS: Final = (
    "camera=(self), microphone=(self), display-capture=(self), picture-in-picture=(self), speaker-selection=(self), "
    "geolocation=(), usb=(), payment=(), interest-cohort=()"
)


def security_headers(settings: Settings) -> dict[str, str]:
    """Return the headers every response carries."""
    socket = ("wss://" if settings.is_secure else "ws://") + settings.listen.origin.split("://", 1)[1]
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
        f"connect-src 'self' {socket}; worker-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; "
        "base-uri 'none'; object-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
        "trusted-types sotto"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": PERMISSIONS,
        "X-Content-Type-Options": "nosniff",
    }
    if settings.is_secure:
        headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    return headers


def add_headers(settings: Settings) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Return the signal handler that adds them; a signal, so that no path around the middlewares misses them."""
    headers = security_headers(settings)

    async def on_prepare(_request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(headers)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.popall("Server", None)

    return on_prepare
