"""Sessions, invitations and seats at rest. No name, no address: a display name is ciphertext in memory only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    and_,
    desc,
    insert,
    select,
    update,
)

from gateway.core.ids import SeatId, SessionId, SubjectId
from gateway.store.tables import Instant, is_storable, metadata
from gateway.store.transaction import Unit

session = Table(
    "session",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("host", String(32), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("planned_start", Instant, nullable=True),
    Column("max_minutes", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("opened_at", Instant, nullable=True),
    Column("ended_at", Instant, nullable=True),
)

invitation = Table(
    "invitation",
    metadata,
    Column("ref", String(32), primary_key=True),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("session", String(32), ForeignKey("session.id"), nullable=False, index=True),
    Column("role", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant, nullable=True),
    Column("revoked_at", Instant, nullable=True),
)
"""One link, one seat. `used_at` is when its seat was admitted: until then it may be exchanged again."""

seat = Table(
    "seat",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("session", String(32), ForeignKey("session.id"), nullable=False),
    Column("subject", String(32), nullable=False),
    Column("role", String(16), nullable=False),
    Column("host", Boolean, nullable=False),
    Column("aal", Integer, nullable=False),
    Column("auth", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("since", Instant, nullable=False),
    Column("device", String(16), nullable=False),
    Column("invitation", String(32), ForeignKey("invitation.ref"), nullable=True, index=True),
    Column("replaces", String(32), nullable=True),
    Column("cookie_hash", LargeBinary(32), nullable=False),
    Column("ticket_hash", LargeBinary(32), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("admitted_at", Instant, nullable=True),
    Column("ended_at", Instant, nullable=True),
    Index("seat_session_state", "session", "state"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """One session."""

    id: SessionId
    kind: str
    host: SubjectId
    state: str
    planned_start: datetime | None
    max_minutes: int
    created_at: datetime
    opened_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRow:
    """One link, without the link."""

    ref: str
    token_hash: bytes
    session: SessionId
    role: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None

    def state(self, now: datetime) -> str:
        """Return `open`, `used`, `revoked` or `expired`."""
        if self.revoked_at is not None:
            return "revoked"
        if self.used_at is not None:
            return "used"
        return "expired" if now >= self.expires_at else "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRow:
    """One seat."""

    id: SeatId
    session: SessionId
    subject: SubjectId
    role: str
    host: bool
    aal: int
    auth: str
    state: str
    since: datetime
    device: str
    invitation: str | None
    replaces: SeatId | None
    cookie_hash: bytes
    ticket_hash: bytes
    created_at: datetime
    admitted_at: datetime | None
    ended_at: datetime | None


def _values(row: SessionRow | InvitationRow | SeatRow) -> dict[str, Any]:
    names = row.__dataclass_fields__
    found = {name: getattr(row, name) for name in names}
    return {name: each.reveal() if isinstance(each, SubjectId) else each for name, each in found.items()}


def _session(row: Any) -> SessionRow:  # noqa: ANN401  (a row has no better type)
    return SessionRow(**{**row._asdict(), "host": SubjectId(row.host)})


def _seat(row: Any) -> SeatRow:  # noqa: ANN401
    return SeatRow(**{**row._asdict(), "subject": SubjectId(row.subject)})


async def add_session(unit: Unit, row: SessionRow) -> None:
    """Insert a session."""
    await unit.execute(insert(session).values(**_values(row)))


async def find_session(unit: Unit, wanted: str) -> SessionRow | None:
    """Return a session, if it exists."""
    if not is_storable(wanted):
        return None
    row = (await unit.execute(select(session).where(session.c.id == wanted))).one_or_none()
    return None if row is None else _session(row)


async def sessions_of(unit: Unit, host: SubjectId, limit: int) -> list[SessionRow]:
    """Return a host's sessions, newest first."""
    statement = select(session).where(session.c.host == host.reveal()).order_by(desc(session.c.created_at)).limit(limit)
    return [_session(row) for row in await unit.execute(statement)]


async def unfinished_sessions(unit: Unit) -> list[SessionRow]:
    """Return every session that has not ended."""
    return [_session(row) for row in await unit.execute(select(session).where(session.c.state != "ended"))]


async def change_session(unit: Unit, wanted: SessionId, **values: object) -> None:
    """Update columns of one session."""
    await unit.execute(update(session).where(session.c.id == wanted).values(**values))


async def add_invitation(unit: Unit, row: InvitationRow) -> None:
    """Insert an invitation."""
    await unit.execute(insert(invitation).values(**_values(row)))


async def invitations_of(unit: Unit, wanted: SessionId) -> list[InvitationRow]:
    """Return the invitations of a session, oldest first."""
    c = invitation.c
    rows = await unit.execute(select(invitation).where(c.session == wanted).order_by(c.created_at, c.ref))
    return [InvitationRow(**row._asdict()) for row in rows]


async def find_invitation(
    unit: Unit, *, token_hash: bytes | None = None, ref: str | None = None
) -> InvitationRow | None:
    """Return an invitation by the hash of its link or by its reference."""
    if ref is not None and not is_storable(ref):
        return None
    c = invitation.c
    condition = c.token_hash == token_hash if ref is None else c.ref == ref
    row = (await unit.execute(select(invitation).where(condition))).one_or_none()
    return None if row is None else InvitationRow(**row._asdict())


async def change_invitation(unit: Unit, ref: str, **values: object) -> None:
    """Update columns of one invitation."""
    await unit.execute(update(invitation).where(invitation.c.ref == ref).values(**values))


async def add_seat(unit: Unit, row: SeatRow) -> None:
    """Insert a seat."""
    await unit.execute(insert(seat).values(**_values(row)))


async def seats_of(unit: Unit, wanted: SessionId) -> list[SeatRow]:
    """Return the seats of a session, oldest first."""
    rows = await unit.execute(select(seat).where(seat.c.session == wanted).order_by(seat.c.created_at, seat.c.id))
    return [_seat(row) for row in rows]


async def find_seat(unit: Unit, wanted: str) -> SeatRow | None:
    """Return a seat, if it exists."""
    if not is_storable(wanted):
        return None
    row = (await unit.execute(select(seat).where(seat.c.id == wanted))).one_or_none()
    return None if row is None else _seat(row)


async def change_seat(unit: Unit, wanted: SeatId, **values: object) -> None:
    """Update columns of one seat."""
    await unit.execute(update(seat).where(seat.c.id == wanted).values(**values))


async def use_invitation_of(unit: Unit, wanted: SeatId, at: datetime) -> None:
    """Mark the link a seat came with as used: whoever exchanges it from now on knocks as another device."""
    link = select(seat.c.invitation).where(seat.c.id == wanted).scalar_subquery()
    unused = and_(invitation.c.ref == link, invitation.c.used_at.is_(None))
    await unit.execute(update(invitation).where(unused).values(used_at=at))
