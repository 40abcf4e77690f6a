"""What may happen in a session now: each `plan_*` decides and changes nothing.

A refusal is a `Denied` with its code. What time itself brings about is decided here too (`plan_due`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from gateway.accounts import roles
from gateway.core import machine
from gateway.core.actions import Action
from gateway.core.errors import CapacityError, Denied
from gateway.core.ids import SeatId, SubjectId
from gateway.sessions.messages import Device, Kind, Role
from gateway.sessions.plan import Plan, Step
from gateway.sessions.seat import REASONS, Seat, SeatRecord
from gateway.sessions.session import LiveSession
from gateway.sessions.state import SEAT, SeatEvent, SeatState, SessionEvent, SessionState

GRACE: Final = timedelta(seconds=120)
"""How long an offline seat is kept. Longer forgives worse networks; shorter tells the others sooner."""
STAFFLESS: Final = timedelta(minutes=10)
"""How long a session goes on without staff. Longer lets them come back; shorter leaves nobody alone with a group."""
WAITS_FOR_STAFF: Final = frozenset({"one_to_one", "crisis"})
"""Kinds in which nobody is sent away for want of staff: these end only when nobody is connected either."""
SEATS: Final[Mapping[Kind, int]] = MappingProxyType(
    {"one_to_one": 3, "group": 12, "family": 12, "crisis": 12, "drop_in": 12, "supervision": 12}
)
"""Seats of each kind, the host's included, whose place is always kept."""

FROM_THE_DOOR: Final = frozenset({Action.SESSION_ASK, Action.SESSION_LEAVE})
"""What somebody who is not here (yet) may do. Everything else needs one to be here."""

_HANG_UPS: Final[Mapping[SeatEvent, str]] = MappingProxyType(
    {
        SeatEvent.LEAVE: "left",
        SeatEvent.LAPSE: "timed_out",
        SeatEvent.REMOVE: "removed",
        SeatEvent.DENY: "declined",
        SeatEvent.END: "ended",
        SeatEvent.SUPERSEDE: "replaced",
        SeatEvent.REPLACE: "replaced",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Someone wants a seat: with an invitation, or as the host of the session."""

    role: Role
    subject: SubjectId
    host: bool = False
    invitation: str | None = None


def require(session: LiveSession, by: SeatId, action: Action) -> Seat:
    """Return the acting seat, which may do `action` now.

    Raises:
        Denied: `session_closed`, `not_in_session`, `role_not_permitted` or `not_admitted`.
    """
    seat = session.seats.get(by)
    if session.state is SessionState.ENDED:
        raise Denied("session_closed")
    if seat is None or seat.is_over:
        raise Denied("not_in_session")
    if not roles.may(roles.Role(seat.record.role), action):
        raise Denied("role_not_permitted")
    if action is Action.SESSION_END and not seat.record.host:
        # Other staff leave; the session is the host's to end.
        raise Denied("role_not_permitted")
    if action not in FROM_THE_DOOR and seat.state is not SeatState.HERE:
        raise Denied("not_admitted")
    return seat


def plan_seat(session: LiveSession, claim: Claim, *, new: SeatId, now: datetime) -> Plan:
    """Decide which seat a claim gets: `new`, or the one its link has already taken and nobody has admitted.

    Raises:
        Denied: `session_closed`, or `removed` when staff took out whoever came with this link.
        CapacityError: `session_full`.
    """
    if session.state is SessionState.ENDED:
        raise Denied("session_closed")
    earlier = [seat for seat in session.seats.values() if _same_claim(seat, claim)]
    if any(seat.state is SeatState.REMOVED for seat in earlier):
        # Whoever staff took out does not come back by the same link; staff who want them back make a new one.
        raise Denied("removed")
    for seat in earlier:
        if seat.is_pending:
            # The earlier browser's credentials die; whoever holds the link now has to ask again.
            return Plan(seat=seat.id, steps=(_step(seat, SeatEvent.REPLACE, now),))
    present = next((seat for seat in earlier if seat.is_present), None)
    if present is None and not claim.host and _guests(session) >= SEATS[session.record.kind] - 1:
        raise CapacityError("session_full")
    was_admitted = any(seat.joined_at is not None for seat in earlier)
    device: Device = "same_link" if was_admitted else "again" if earlier else "first"
    taken = SeatRecord(
        id=new,
        role=claim.role,
        subject=claim.subject,
        host=claim.host,
        invitation=claim.invitation,
        state=SeatState.HELD,
        since=now,
        device=device,
        replaces=None if present is None else present.id,
    )
    return Plan(seat=new, taken=taken)


def plan_ask(session: LiveSession, *, by: SeatId, name_ct: str | None, now: datetime) -> Plan:
    """Decide whether asking means waiting, or being here at once. Asking twice is asking once."""
    seat = require(session, by, Action.SESSION_ASK)
    again = Plan(by=by, seat=by, name_ct=name_ct if seat.name_was_lost else None)
    if seat.is_present:
        return again
    if seat.record.host or (seat.is_staff and not _staff_here(session)):
        opens = SessionEvent.OPEN if session.state is SessionState.PLANNED else None
        steps = _arrival(session, seat, SeatEvent.ENTER, now)
        return Plan(by=by, seat=by, steps=steps, session=opens, name_ct=name_ct)
    if seat.state is SeatState.WAITING:
        return again
    return Plan(by=by, seat=by, steps=(_step(seat, SeatEvent.ASK, now),), name_ct=name_ct)


def plan_admit(session: LiveSession, seat_id: SeatId, *, by: SeatId, now: datetime) -> Plan:
    """Decide whether staff may let this seat in.

    Raises:
        Denied: as `require`, or `seat_unknown`, `not_waiting`.
    """
    require(session, by, Action.SESSION_ADMIT)
    seat = _waiting(session, seat_id)
    return Plan(by=by, seat=seat_id, steps=_arrival(session, seat, SeatEvent.ADMIT, now))


def plan_deny(session: LiveSession, seat_id: SeatId, *, by: SeatId, now: datetime) -> Plan:
    """Decide whether staff may decline this seat."""
    require(session, by, Action.SESSION_DECLINE)
    seat = _waiting(session, seat_id)
    return Plan(by=by, seat=seat_id, steps=(_step(seat, SeatEvent.DENY, now),))


def plan_remove(session: LiveSession, seat_id: SeatId, *, by: SeatId, now: datetime) -> Plan:
    """Decide whether staff may end this seat. The host's is the host's to give up."""
    require(session, by, Action.SESSION_REMOVE)
    seat = _known(session, seat_id)
    if seat.record.host:
        raise Denied("role_not_permitted")
    if not seat.is_present:
        raise Denied("seat_unknown")
    return Plan(by=by, seat=seat_id, steps=(_step(seat, SeatEvent.REMOVE, now),))


def plan_leave(session: LiveSession, *, by: SeatId, now: datetime) -> Plan:
    """Decide what leaving changes."""
    seat = require(session, by, Action.SESSION_LEAVE)
    return Plan(by=by, seat=by, steps=(_step(seat, SeatEvent.LEAVE, now),))


def plan_end(session: LiveSession, *, by: SeatId | None, now: datetime) -> Plan:
    """Decide what ending the session changes. Without a seat (`by`), whoever calls has been authorised elsewhere."""
    if by is not None:
        require(session, by, Action.SESSION_END)
    if session.state is SessionState.ENDED:
        return Plan()
    return _ending(session, SessionEvent.END, by=by, now=now)


def plan_revoke(session: LiveSession, invitation: str, *, now: datetime) -> Plan:
    """Decide what revoking a link changes: whoever came with it and was not admitted is declined."""
    return Plan(steps=_steps(session, SeatEvent.DENY, now, lambda seat: seat.record.invitation == invitation))


def plan_sign_out(session: LiveSession, subject: SubjectId, *, now: datetime) -> Plan:
    """Decide what the end of an account's sign-ins changes: its seats are left, their connections closed."""
    return Plan(
        steps=_steps(
            session, SeatEvent.LEAVE, now, lambda seat: seat.record.subject == subject, hang_up="not_authenticated"
        )
    )


def plan_due(session: LiveSession, *, now: datetime) -> Plan:
    """Decide what is due by now: the seats of people long offline, and the session itself."""
    ending = _due_ending(session, now)
    if ending is not None:
        return _ending(session, ending, by=None, now=now)
    return Plan(
        steps=_steps(
            session,
            SeatEvent.LAPSE,
            now,
            lambda seat: seat.offline_since is not None and now - seat.offline_since >= GRACE,
        )
    )


def _due_ending(session: LiveSession, now: datetime) -> SessionEvent | None:
    connected = any(seat.peer is not None for seat in session.seats.values())
    if session.state is SessionState.PLANNED:
        expires_at = session.record.expires_at
        return SessionEvent.EXPIRE if expires_at and now >= expires_at and not connected else None
    if session.state is SessionState.ENDED:
        return None
    if session.ends_at is not None and now >= session.ends_at and not connected:
        # Never while someone is connected: a limit is a limit of plans, not of people.
        return SessionEvent.LIMIT
    staffless = session.staffless_since is not None and now - session.staffless_since >= STAFFLESS
    if staffless and not (connected and session.record.kind in WAITS_FOR_STAFF):
        return SessionEvent.EXPIRE
    return None


def _ending(session: LiveSession, event: SessionEvent, *, by: SeatId | None, now: datetime) -> Plan:
    return Plan(by=by, session=event, steps=_steps(session, SeatEvent.END, now, lambda _: True))


def _arrival(session: LiveSession, seat: Seat, event: SeatEvent, now: datetime) -> tuple[Step, ...]:
    """Return the steps that let a seat in, and end the one it replaces. There is room: seats are counted when taken."""
    old = session.seats.get(seat.record.replaces) if seat.record.replaces else None
    leaving = [old] if old is not None and old.is_present else []
    return (_step(seat, event, now), *(_step(other, SeatEvent.SUPERSEDE, now) for other in leaving))


def _steps(
    session: LiveSession,
    event: SeatEvent,
    now: datetime,
    concerns: Callable[[Seat], bool],
    *,
    hang_up: str | None = None,
) -> tuple[Step, ...]:
    """Return one step for each seat that `event` can happen to and that it concerns."""
    seats: Iterable[Seat] = session.seats.values()
    found = (seat for seat in seats if machine.is_legal(SEAT, seat.state, event) and concerns(seat))
    return tuple(_step(seat, event, now, hang_up=hang_up) for seat in found)


def _step(seat: Seat, event: SeatEvent, now: datetime, *, hang_up: str | None = None) -> Step:
    return Step(
        seat=seat.id,
        role=seat.record.role,
        subject=seat.record.subject,
        event=event,
        before=seat.state,
        after=machine.step(SEAT, seat.state, event),
        reason=REASONS.get(event),
        seconds=seat.seconds(now),
        knock=seat.knocks,
        hang_up=hang_up or _HANG_UPS.get(event, "left"),
    )


def _known(session: LiveSession, seat_id: SeatId) -> Seat:
    seat = session.seats.get(seat_id)
    if seat is None or seat.is_over:
        raise Denied("seat_unknown")
    return seat


def _waiting(session: LiveSession, seat_id: SeatId) -> Seat:
    seat = _known(session, seat_id)
    if seat.state is not SeatState.WAITING:
        raise Denied("not_waiting")
    return seat


def _same_claim(seat: Seat, claim: Claim) -> bool:
    """Return whether the seat was taken with the same link, or is the same host's."""
    if claim.host or seat.record.host:
        return claim.host and seat.record.host and seat.record.subject == claim.subject
    return seat.record.invitation is not None and seat.record.invitation == claim.invitation


def _staff_here(session: LiveSession) -> bool:
    return any(seat.is_staff and seat.state is SeatState.HERE for seat in session.seats.values())


def _guests(session: LiveSession) -> int:
    """Return how many seats are taken, without the host's and without those that will replace another."""
    live = {seat.id: seat for seat in session.seats.values() if not seat.is_over}
    return sum(1 for seat in live.values() if not seat.record.host and seat.record.replaces not in live)
