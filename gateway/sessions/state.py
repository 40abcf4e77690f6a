"""The two machines of a session: a seat, and the session itself. Tables and nothing else."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final


class SeatState(StrEnum):
    """Where a seat stands."""

    HELD = "held"  # somebody opened the link and has not asked yet
    WAITING = "waiting"
    HERE = "here"
    RECONNECTING = "reconnecting"
    LEFT = "left"
    DECLINED = "declined"
    REMOVED = "removed"


class SeatEvent(StrEnum):
    """What can happen to a seat."""

    ASK = "ask"
    ENTER = "enter"  # staff who need nobody's leave
    ADMIT = "admit"
    DENY = "deny"  # staff declined, or the link was revoked before anybody was admitted
    REPLACE = "replace"  # the link was opened again, elsewhere, before anybody was admitted
    LOSE = "lose"  # the connection is gone
    RESUME = "resume"  # the connection is back
    REMOVE = "remove"
    LEAVE = "leave"
    SUPERSEDE = "supersede"  # the same link, on another device, was admitted instead
    LAPSE = "lapse"  # offline for too long
    END = "end"  # the session is over


class SessionState(StrEnum):
    """Where a session stands."""

    PLANNED = "planned"
    OPEN = "open"
    ENDED = "ended"


class SessionEvent(StrEnum):
    """What can happen to a session."""

    OPEN = "open"  # the first staff seat is here
    END = "end"  # the host, or an operator, ends it
    LIMIT = "limit"  # its time is up, and nobody is connected
    EXPIRE = "expire"  # nobody came, or no staff came back


_SEAT: Final = SeatState
_ON: Final = SeatEvent

SEAT: Final = MappingProxyType(
    {
        (_SEAT.HELD, _ON.ASK): _SEAT.WAITING,
        (_SEAT.HELD, _ON.ENTER): _SEAT.HERE,
        (_SEAT.HELD, _ON.REPLACE): _SEAT.HELD,
        (_SEAT.HELD, _ON.DENY): _SEAT.DECLINED,
        (_SEAT.HELD, _ON.LEAVE): _SEAT.LEFT,
        (_SEAT.HELD, _ON.LAPSE): _SEAT.LEFT,
        (_SEAT.HELD, _ON.END): _SEAT.LEFT,
        (_SEAT.WAITING, _ON.ENTER): _SEAT.HERE,
        (_SEAT.WAITING, _ON.ADMIT): _SEAT.HERE,
        (_SEAT.WAITING, _ON.REPLACE): _SEAT.HELD,
        (_SEAT.WAITING, _ON.DENY): _SEAT.DECLINED,
        (_SEAT.WAITING, _ON.LEAVE): _SEAT.LEFT,
        (_SEAT.WAITING, _ON.LAPSE): _SEAT.LEFT,
        (_SEAT.WAITING, _ON.END): _SEAT.LEFT,
        (_SEAT.HERE, _ON.LOSE): _SEAT.RECONNECTING,
        (_SEAT.HERE, _ON.REMOVE): _SEAT.REMOVED,
        (_SEAT.HERE, _ON.LEAVE): _SEAT.LEFT,
        (_SEAT.HERE, _ON.SUPERSEDE): _SEAT.LEFT,
        (_SEAT.HERE, _ON.END): _SEAT.LEFT,
        (_SEAT.RECONNECTING, _ON.RESUME): _SEAT.HERE,
        (_SEAT.RECONNECTING, _ON.REMOVE): _SEAT.REMOVED,
        (_SEAT.RECONNECTING, _ON.LEAVE): _SEAT.LEFT,
        (_SEAT.RECONNECTING, _ON.SUPERSEDE): _SEAT.LEFT,
        (_SEAT.RECONNECTING, _ON.LAPSE): _SEAT.LEFT,
        (_SEAT.RECONNECTING, _ON.END): _SEAT.LEFT,
    }
)
"""LEFT, DECLINED and REMOVED have no way out: whoever comes back takes a new seat, and knocks."""

SESSION: Final = MappingProxyType(
    {
        (SessionState.PLANNED, SessionEvent.OPEN): SessionState.OPEN,
        (SessionState.PLANNED, SessionEvent.END): SessionState.ENDED,
        (SessionState.PLANNED, SessionEvent.EXPIRE): SessionState.ENDED,
        (SessionState.OPEN, SessionEvent.END): SessionState.ENDED,
        (SessionState.OPEN, SessionEvent.LIMIT): SessionState.ENDED,
        (SessionState.OPEN, SessionEvent.EXPIRE): SessionState.ENDED,
    }
)
"""ENDED has no way out: a new visit is a new session, with a new secret."""
