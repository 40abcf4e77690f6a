"""Identifiers: random, typed, and for people unprintable.

Knows nothing of what they identify. An id of a person prints as its type; the one way out is `reveal`.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NewType

SessionId = NewType("SessionId", str)
SeatId = NewType("SeatId", str)
PeerId = NewType("PeerId", str)
"""One connection of one person: random, says nothing, may be logged."""

CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ID_CHARACTERS: Final = 12
"""60 random bits. Shorter reads better; longer makes two equal ids less likely (the primary key refuses the second)."""
PSEUDONYM_CHARACTERS: Final = 8


@dataclass(frozen=True, slots=True)
class SubjectId:
    """A person, `prt_…` or `usr_…`. Prints as nothing; log the per-connection `PeerId` instead."""

    _value: str = field(repr=False)

    def reveal(self) -> str:
        """Return the value; every call site is a place where identity leaves the process."""
        return self._value

    def __str__(self) -> str:
        return repr(self)


def random_characters(count: int) -> str:
    """Return `count` random Crockford base32 characters (5 bits each)."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(count))


def new_id(prefix: str) -> str:
    """Return `prefix_` and 12 random Crockford characters."""
    return f"{prefix}_{random_characters(ID_CHARACTERS)}"


def new_session_id() -> SessionId:
    """Return a fresh `ses_…`."""
    return SessionId(new_id("ses"))


def new_seat_id() -> SeatId:
    """Return a fresh `st_…`."""
    return SeatId(new_id("st"))


def new_peer_id() -> PeerId:
    """Return a fresh `peer_…`, for logs."""
    return PeerId(new_id("peer"))


def new_participant_id() -> SubjectId:
    """Return a fresh pseudonym: random, not derived, so that no key's leak re-identifies anyone."""
    return SubjectId(f"prt_{random_characters(PSEUDONYM_CHARACTERS)}")


def new_account_id() -> SubjectId:
    """Return a fresh `usr_…`."""
    return SubjectId(new_id("usr"))


def uuid7(now: datetime) -> str:
    """Return a UUIDv7 for `now` (RFC 9562 section 5.7): 48 bits of milliseconds, 74 random bits."""
    milliseconds = int(now.timestamp() * 1000)
    value = (milliseconds & ((1 << 48) - 1)) << 80 | 0x7 << 76 | secrets.randbits(12) << 64
    value |= 0b10 << 62 | secrets.randbits(62)
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
