"""A route of the HTTP API as data, and the one function that turns it into a handler.

The same table makes the router and the OpenAPI document, so neither can say what the other does not do.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

import msgspec
from aiohttp import web

from gateway.core.errors import NotAuthenticated, RemoteProtocolError
from gateway.hub import STRANGER, Caller, Gateway, Presence
from signaling.auth.address import address_of
from signaling.auth.cookies import presence_of, staff_cookie
from signaling.keys import GATEWAY, SETTINGS

BODY_SECONDS: Final = 10
"""How long a body may take to arrive. Slower is not a person on a bad line: bodies here are small."""


class Empty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """No members."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request, as handlers see it."""

    request: web.Request
    gateway: Gateway
    presence: Presence | None
    """Who is signed in, if anyone is."""

    @property
    def caller(self) -> Caller:
        """Who asks, for policy."""
        return STRANGER if self.presence is None else self.presence.caller

    def signed_in(self) -> Presence:
        """Return who is signed in.

        Raises:
            NotAuthenticated: nobody is; counted in the log.
        """
        if self.presence is None:
            self.gateway.count_stranger("not_authenticated")
            raise NotAuthenticated
        return self.presence

    @property
    def cookie(self) -> str | None:
        """The sign-in cookie this browser sends, good or not."""
        return self.request.cookies.get(staff_cookie(is_secure=self.is_secure))

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.gateway.clock.now()

    @property
    def address(self) -> str:
        """Where it comes from: for throttles alone."""
        return address_of(self.request)

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach us by TLS."""
        return self.request.app[SETTINGS].is_secure

    def part(self, name: str) -> str:
        """Return a part of the path."""
        return self.request.match_info[name]


Answer = msgspec.Struct | web.Response | None
Perform = Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One address: what it takes, does and answers."""

    method: str
    path: str
    perform: Perform
    summary: str
    body: type[msgspec.Struct] | None = None
    answer: type[msgspec.Struct] | None = None
    status: HTTPStatus | None = None
    """The status of success; by default 200 with an answer, 204 without."""

    @property
    def success(self) -> HTTPStatus:
        """Return the status of success."""
        return self.status or (HTTPStatus.NO_CONTENT if self.answer is None else HTTPStatus.OK)


def handler(route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Return the aiohttp handler of a route."""

    async def handle(request: web.Request) -> web.StreamResponse:
        body = await _body(request, route.body)
        call = Call(request, request.app[GATEWAY], await presence_of(request))
        result = await (route.perform(call) if body is None else route.perform(call, body))
        if isinstance(result, web.StreamResponse):
            return result
        if result is None:
            return web.Response(status=route.success if route.answer is None else HTTPStatus.NO_CONTENT)
        return json_response(result, route.success)

    return handle


def json_response(value: msgspec.Struct, status: HTTPStatus = HTTPStatus.OK) -> web.Response:
    """Return a struct as JSON."""
    return web.Response(body=msgspec.json.encode(value), status=status, content_type="application/json")


async def _body(request: web.Request, kind: type[msgspec.Struct] | None) -> msgspec.Struct | None:
    """Return the typed body.

    Raises:
        RemoteProtocolError: `malformed`, `timed_out`.
    """
    if kind is None:
        return None
    try:
        async with asyncio.timeout(BODY_SECONDS):
            raw = await request.read()
        return msgspec.json.decode(raw or b"{}", type=kind, strict=True)
    except TimeoutError:
        raise RemoteProtocolError(code="timed_out") from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        # The library's message repeats what was sent, and that may be a password.
        raise RemoteProtocolError(code="malformed") from None
