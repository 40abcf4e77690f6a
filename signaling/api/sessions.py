"""Sessions and their links."""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Final

from msgspec import Meta, Struct

from gateway.core.clock import parse_rfc3339, rfc3339
from gateway.core.errors import RemoteProtocolError
from gateway.hub import InvitationRow, Kind, LiveSession, Role, Visit
from signaling.api.route import Call, Empty, Route

SESSION_ENDED: Final = "ended"


class NewSession(Struct, frozen=True, forbid_unknown_fields=True):
    """A session to plan; without a start it can begin at once."""

    kind: Kind = "one_to_one"
    planned_start: Annotated[str, Meta(max_length=40)] | None = None
    max_minutes: Annotated[int, Meta(ge=5, le=480)] | None = None


class NewInvitation(Struct, frozen=True, forbid_unknown_fields=True):
    """A link for one seat; `expires_in` in seconds."""

    role: Role
    expires_in: Annotated[int, Meta(ge=60, le=30 * 24 * 3600)] | None = None


class SeatView(Struct, frozen=True):
    """A seat that is not over."""

    seat: str
    role: str
    state: str
    since: str


class InvitationView(Struct, frozen=True):
    """A link, without its secret."""

    ref: str
    role: str
    expires_at: str
    state: str


class SessionView(Struct, frozen=True):
    """A session as staff see it."""

    id: str
    kind: str
    state: str
    mine: bool
    planned_start: str | None
    max_minutes: int
    created_at: str
    ended_at: str | None
    seats: list[SeatView]
    invitations: list[InvitationView]


class SessionList(Struct, frozen=True):
    """Sessions, newest first."""

    sessions: list[SessionView]


class Invitation(Struct, frozen=True):
    """A fresh link's secret: shown once, kept by the browser that asked."""

    invitation: str
    ref: str
    role: str
    expires_at: str


async def create(call: Call, body: NewSession) -> SessionView:
    """Plan a session."""
    try:
        start = None if body.planned_start is None else parse_rfc3339(body.planned_start)
    except ValueError:
        raise RemoteProtocolError(code="planned_start_invalid") from None
    return _view(call, await call.gateway.booking.create(call.caller, body.kind, start, body.max_minutes))


async def list_sessions(call: Call) -> SessionList:
    """Return the caller's sessions."""
    return SessionList([_view(call, visit) for visit in await call.gateway.booking.list(call.caller)])


async def view(call: Call) -> SessionView:
    """Return one session."""
    return _view(call, await call.gateway.booking.view(call.caller, call.part("session")))


async def end(call: Call, _body: Empty) -> SessionView:
    """End a session for everyone."""
    return _view(call, await call.gateway.booking.end(call.caller, call.part("session")))


async def invite(call: Call, body: NewInvitation) -> Invitation:
    """Make a link."""
    lifetime = None if body.expires_in is None else timedelta(seconds=body.expires_in)
    made = await call.gateway.booking.invite(call.caller, call.part("session"), body.role, lifetime)
    return Invitation(made.token, made.row.ref, made.row.role, rfc3339(made.row.expires_at))


async def revoke(call: Call) -> None:
    """Take a link back."""
    await call.gateway.booking.revoke(call.caller, call.part("session"), call.part("invitation"))


def _view(call: Call, visit: Visit) -> SessionView:
    row, live = visit.session, visit.live
    return SessionView(
        id=row.id,
        kind=row.kind,
        state=SESSION_ENDED if live is None else live.state.value,  # Every session that has not ended is live.
        mine=visit.is_mine,
        planned_start=None if row.planned_start is None else rfc3339(row.planned_start),
        max_minutes=row.max_minutes,
        created_at=rfc3339(row.created_at),
        ended_at=None if row.ended_at is None else rfc3339(row.ended_at),
        seats=_seats(live),
        invitations=[_link(call, each) for each in visit.invitations],
    )


def _seats(live: LiveSession | None) -> list[SeatView]:
    if live is None:
        return []
    seats = (seat for seat in live.seats.values() if not seat.is_over)
    return [SeatView(seat.id, seat.record.role, seat.state.value, rfc3339(seat.since)) for seat in seats]


def _link(call: Call, row: InvitationRow) -> InvitationView:
    return InvitationView(row.ref, row.role, rfc3339(row.expires_at), row.state(call.now))


ROUTES = (
    Route(method="POST", path="/api/sessions", perform=create, body=NewSession, answer=SessionView,
          status=HTTPStatus.CREATED, summary="Plan a session"),
    Route(method="GET", path="/api/sessions", perform=list_sessions, answer=SessionList, summary="My sessions"),
    Route(method="GET", path="/api/sessions/{session}", perform=view, answer=SessionView, summary="One session"),
    Route(method="POST", path="/api/sessions/{session}/end", perform=end, body=Empty, answer=SessionView,
          summary="End a session for everyone"),
    Route(method="POST", path="/api/sessions/{session}/invitations", perform=invite, body=NewInvitation,
          answer=Invitation, status=HTTPStatus.CREATED, summary="Make a link for one seat"),
    Route(method="DELETE", path="/api/sessions/{session}/invitations/{invitation}", perform=revoke,
          summary="Take a link back"),
)  # fmt: skip
