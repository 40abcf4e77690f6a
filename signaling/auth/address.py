"""Where a request comes from: needed for throttles, never logged, never stored in clear."""

from ipaddress import ip_address

from aiohttp import web

from signaling.keys import SETTINGS


def address_of(request: web.Request) -> str:
    """Return the caller's address; a proxy is believed only when the configuration names it."""
    peer = request.remote or ""
    proxies = request.app[SETTINGS].listen.proxies
    if peer not in proxies:
        return peer
    for hop in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        candidate = hop.strip()
        if candidate in proxies:
            continue
        return candidate if _is_address(candidate) else peer
    return peer


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
