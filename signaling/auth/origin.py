"""State changes only from our own origin: exact Origin, JSON bodies, no token to lose.

A browser always sends Origin with a POST; a program without one holds no one else's cookies (contract.md).
"""

from typing import Final

from aiohttp import web

from gateway.core.errors import Denied, RemoteProtocolError
from signaling.keys import GATEWAY, SETTINGS

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


async def check_origin(request: web.Request) -> None:
    """Refuse a state change from elsewhere, or with a body a plain form could send.

    Raises:
        Denied: `origin_not_allowed`; counted in the log.
        RemoteProtocolError: `content_type_not_json`.
    """
    if request.method in SAFE:
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin != request.app[SETTINGS].listen.origin:
        await refuse_origin(request)
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        await refuse_origin(request)
    if request.method != "DELETE" and request.content_type != "application/json":
        raise RemoteProtocolError(code="content_type_not_json")


async def refuse_origin(request: web.Request) -> None:
    """Count the refusal and raise it.

    Raises:
        Denied: always.
    """
    request.app[GATEWAY].count_stranger("origin_not_allowed")
    raise Denied("origin_not_allowed")
