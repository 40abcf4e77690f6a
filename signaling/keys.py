"""What the application carries, by typed key."""

from typing import Any, Final

from aiohttp import web

from gateway.core.settings import Settings
from gateway.hub import Gateway
from signaling.pages import Pages
from signaling.rates import Rates

GATEWAY: Final = web.AppKey("gateway", Gateway)
SETTINGS: Final = web.AppKey("settings", Settings)
PAGES: Final = web.AppKey("pages", Pages)
RATES: Final = web.AppKey("rates", Rates)
OPENAPI: Final = web.AppKey("openapi", dict[str, Any])
