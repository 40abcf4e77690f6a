"""The cookies: their names and their flags, in one place (contract.md)."""

from aiohttp import web

from gateway.hub import Presence
from signaling.keys import GATEWAY, SETTINGS


def staff_cookie(*, is_secure: bool) -> str:
    """Return the name of the sign-in's cookie."""
    return "__Host-sotto" if is_secure else "sotto"


def seat_cookie(seat: str, *, is_secure: bool) -> str:
    """Return the name of a seat's cookie; one browser may hold several seats."""
    return f"__Host-sotto-seat-{seat}" if is_secure else f"sotto-seat-{seat}"


def set_cookie(response: web.Response, name: str, value: str, *, is_secure: bool) -> None:
    """Set a cookie no script can read and no other site can use; it ends with the browser."""
    response.set_cookie(name, value, httponly=True, samesite="Strict", path="/", secure=is_secure)


def drop_cookie(response: web.Response, name: str, *, is_secure: bool) -> None:
    """Tell the browser to forget a cookie."""
    response.del_cookie(name, httponly=True, samesite="Strict", path="/", secure=is_secure)


async def presence_of(request: web.Request) -> Presence | None:
    """Return who is signed in with this browser, or None."""
    token = request.cookies.get(staff_cookie(is_secure=request.app[SETTINGS].is_secure))
    return None if token is None else await request.app[GATEWAY].presences.find(token)
