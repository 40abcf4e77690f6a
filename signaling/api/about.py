"""What anyone may know of this deployment, and the API's own description."""

from aiohttp import web
from msgspec import Struct

from signaling.api.route import Call, Route
from signaling.keys import OPENAPI


class About(Struct, frozen=True):
    """Who runs this, and whether it is only a demonstration."""

    organization: str
    demonstration: bool
    version: str


async def about(call: Call) -> About:
    """Return what the pages show."""
    organization = call.gateway.settings.organization
    return About(organization.name, organization.demonstration, call.gateway.program.version)


async def openapi(request: web.Request) -> web.Response:
    """Return the OpenAPI document."""
    return web.json_response(request.app[OPENAPI])


ROUTES = (Route(method="GET", path="/api/about", perform=about, answer=About, summary="About this deployment"),)
