"""Taking a seat: a link, or one's own session, for a seat with a ticket and a cookie. A GET never does this."""

from http import HTTPStatus
from typing import Annotated

from msgspec import Meta, Struct

from gateway.core.errors import RemoteProtocolError
from signaling.api.route import Call, Route, json_response
from signaling.auth.cookies import seat_cookie, set_cookie


class SeatRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Either an invitation, or (signed in) one's own session."""

    invitation: Annotated[str, Meta(max_length=64)] | None = None
    session: Annotated[str, Meta(max_length=32)] | None = None


class SeatTaken(Struct, frozen=True):
    """The seat. The ticket belongs in the page's own memory; the cookie comes beside it."""

    seat: str
    session: str
    role: str
    ticket: str


async def take(call: Call, body: SeatRequest) -> object:
    """Exchange a link or one's own session for a seat."""
    if (body.invitation is None) == (body.session is None):
        raise RemoteProtocolError(code="malformed")
    seating = call.gateway.seating
    if body.invitation is not None:
        taken = await seating.take_with_link(call.caller, body.invitation)
    else:
        taken = await seating.take_as_host(call.caller, body.session or "")
    view = SeatTaken(taken.seat, taken.session, taken.role, taken.secrets.ticket)
    response = json_response(view, HTTPStatus.CREATED)
    name = seat_cookie(taken.seat, is_secure=call.is_secure)
    set_cookie(response, name, taken.secrets.cookie, is_secure=call.is_secure)
    return response


ROUTES = (
    Route(method="POST", path="/api/seats", perform=take, body=SeatRequest, answer=SeatTaken,
          status=HTTPStatus.CREATED, summary="Take a seat"),
)  # fmt: skip
