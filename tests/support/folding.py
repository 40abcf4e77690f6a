"""What the log alone says of sessions, seats and links; to be held against what the database says."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from gateway.accounts.roles import HOSTS
from gateway.core.clock import rfc3339
from gateway.sessions import rows
from gateway.store.transaction import Unit


@dataclass
class State:
    """Sessions by id, seats by id, links by the hash of their secret."""

    sessions: dict[str, tuple[str, str, int, str]] = field(default_factory=dict)
    """Kind, host, minutes, state."""
    seats: dict[str, tuple[str, str, str, str]] = field(default_factory=dict)
    """Session, role, device, state."""
    links: dict[str, tuple[str, str, str, bool]] = field(default_factory=dict)
    """Session, role, expiry, whether it was taken back."""


ENDS = {"session.left": "left", "session.removed": "removed", "session.joined": "here", "session.waiting": "waiting"}


def fold(events: Iterable[dict[str, Any]]) -> State:
    """Return the state that these events, and nothing else, lead to."""
    state = State()
    for event in events:
        _apply(state, event["type"], event["session"], event)
    return state


def _apply(state: State, kind: str, session: str, event: dict[str, Any]) -> None:
    data = event["data"]
    match kind:
        case "session.created":
            state.sessions[session] = (data["kind"], event["actor"]["id"], data["max_minutes"], "planned")
        case "session.ended":
            state.sessions[session] = (*state.sessions[session][:3], "ended")
        case "session.invite_issued":
            state.links[data["invite_sha256"]] = (session, data["role"], data["expires"], False)
        case "session.invite_revoked":
            state.links[data["invite_sha256"]] = (*state.links[data["invite_sha256"]][:3], True)
        case "session.seat_taken":
            state.seats[data["seat"]] = (session, data["role"], data["device"], "held")
        case "session.admission_refused" if data["reason"] == "declined":
            state.seats[data["seat"]] = (*state.seats[data["seat"]][:3], "declined")
        case "session.left" | "session.removed" | "session.joined" | "session.waiting":
            state.seats[data["seat"]] = (*state.seats[data["seat"]][:3], ENDS[kind])
            if kind == "session.joined" and data["role"] in HOSTS and state.sessions[session][3] == "planned":
                state.sessions[session] = (*state.sessions[session][:3], "open")
        case _:
            pass


async def stored(unit: Unit) -> State:
    """Return the state as the database holds it."""
    state = State()
    for row in await unit.execute(rows.session.select()):
        state.sessions[row.id] = (row.kind, row.host, row.max_minutes, row.state)
    for row in await unit.execute(rows.seat.select()):
        state.seats[row.id] = (row.session, row.role, row.device, row.state)
    for row in await unit.execute(rows.invitation.select()):
        expires = rfc3339(row.expires_at)
        state.links[row.token_hash.hex()] = (row.session, row.role, expires, row.revoked_at is not None)
    return state
