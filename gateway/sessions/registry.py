"""Every session that has not ended, the connections of the people in it, and the one way a plan is carried out."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from gateway.core.actions import Action
from gateway.core.errors import NotFound
from gateway.core.events import SYSTEM
from gateway.core.ids import PeerId, SeatId, SessionId
from gateway.guard import Deed, Guard
from gateway.policy.ask import Ask
from gateway.sessions import entries, rows
from gateway.sessions.decisions import plan_due
from gateway.sessions.messages import Message, NoticeCode
from gateway.sessions.plan import HangUp, Output, Plan, SeatChanged, SessionChanged, Tell
from gateway.sessions.seat import SeatRecord
from gateway.sessions.session import LiveSession, SessionRecord
from gateway.sessions.state import SeatState, SessionState
from gateway.store.engine import Store

logger = structlog.get_logger(__name__)

UNVISITED: Final = timedelta(hours=24)
"""How long after its planned start, or after its making, a session nobody came to is kept."""


class Wire(Protocol):
    """One connection, as sessions see it. Neither call waits: a slow reader is the connection's own affair."""

    def tell(self, message: Message) -> None:
        """Send a message."""
        ...

    def hang_up(self, code: str) -> None:
        """Close, and say why."""
        ...


class Registry:
    """What is live. Owned by the hub."""

    def __init__(self, store: Store, guard: Guard) -> None:
        self._store = store
        self._guard = guard
        self._live: dict[SessionId, LiveSession] = {}
        self._locks: dict[SessionId, asyncio.Lock] = {}
        self._wires: dict[PeerId, Wire] = {}
        self._incarnation = secrets.randbits(32)
        self.revoked: set[str] = set()
        """Links taken back by this process: they are dead even while that cannot be written."""

    async def restore(self) -> None:
        """Take up every session that had not ended when the process did."""
        async with self._store.reading() as unit:
            for found in await rows.unfinished_sessions(unit):
                seats = [_seat_record(row) for row in await rows.seats_of(unit, found.id)]
                record = session_record(found)
                self._live[found.id] = LiveSession.restore(record, seats, incarnation=self._incarnation, now=unit.now)

    def add(self, record: SessionRecord) -> None:
        """Take up a new session."""
        self._live[record.id] = LiveSession(record, incarnation=self._incarnation)

    def find(self, session: str) -> LiveSession | None:
        """Return a live session for looking at."""
        return self._live.get(SessionId(session))

    def all(self) -> list[LiveSession]:
        """Return every live session."""
        return list(self._live.values())

    @asynccontextmanager
    async def holding(self, session: str) -> AsyncIterator[LiveSession]:
        """Give a live session to one task at a time: between plan and apply nobody else decides.

        Raises:
            NotFound: it has ended, or never was.
        """
        found = self.find(session)
        if found is None:
            raise NotFound(code="session_closed")
        async with self._locks.setdefault(found.record.id, asyncio.Lock()):
            yield found

    async def carry_out(self, live: LiveSession, plan: Plan, ask: Ask) -> None:
        """Write the plan and apply it; one that only takes power away is applied at once.

        Raises:
            Denied: the guard says no.
            AuditUnavailable: it gives power, and cannot be written; nothing happened.
        """
        if plan.is_silent:
            self.apply(live, plan, ask.now)
            return

        async def perform(deed: Deed) -> None:
            await entries.write(deed, live, plan)

        if plan.takes_away:
            await self._guard.relinquish(ask, lambda: self.apply(live, plan, ask.now), perform)
        else:
            await self._guard.act(ask, perform)
            self.apply(live, plan, ask.now)

    def apply(self, live: LiveSession, plan: Plan, now: datetime) -> None:
        """Change the live session and tell everyone; a session that has ended is let go."""
        self.deliver(live, live.apply(plan, now=now))
        if live.state is SessionState.ENDED:
            self._live.pop(live.record.id, None)
            self._locks.pop(live.record.id, None)

    # Connections

    def connect(self, live: LiveSession, seat: SeatId, peer: PeerId, wire: Wire, resume: int | None) -> None:
        """Join a connection to its seat.

        Raises:
            Denied: the seat is over.
        """
        outputs = live.connected(seat, peer, resume=resume, now=self._store.clock.now())
        self._wires[peer] = wire
        self.deliver(live, outputs)

    def disconnect(self, session: str, seat: SeatId, peer: PeerId) -> None:
        """Note that a connection is gone."""
        self._wires.pop(peer, None)
        live = self.find(session)
        if live is not None:
            self.deliver(live, live.disconnected(seat, peer, now=self._store.clock.now()))

    def deliver(self, live: LiveSession, outputs: Iterable[Output]) -> None:
        """Send what a session has to say; connections that are gone hear nothing."""
        for output in outputs:
            match output:
                case Tell(peer, message):
                    if wire := self._wires.get(peer):
                        wire.tell(message)
                case HangUp(peer, code):
                    if wire := self._wires.pop(peer, None):
                        wire.hang_up(code)
                case SeatChanged(seat, before, after):
                    logger.info("seat_changed", session=live.record.id, seat=seat, before=before, after=after)
                case SessionChanged(before, after):
                    logger.info("session_changed", session=live.record.id, before=before, after=after)

    # Time

    def _condition(self) -> NoticeCode | None:
        """Return what staff should know of the log; None: all is well."""
        if not self._guard.is_log_whole:
            return "safety_mode"
        return None if self._guard.is_writable else "audit_unavailable"

    async def tick(self) -> None:
        """Do what is due by now: grace periods, time limits, warnings, banners."""
        for session in list(self._live):
            try:
                async with self.holding(session) as live:
                    now = self._store.clock.now()
                    self.deliver(live, live.warn(now=now) + live.show(self._condition()))
                    plan = plan_due(live, now=now)
                    if not plan.is_silent:
                        await self.happen(live, plan, now)
            except NotFound:
                continue  # It ended while we looked at the one before.

    async def happen(self, live: LiveSession, plan: Plan, now: datetime) -> None:
        """Let time have its way, and write it now or later."""

        async def perform(deed: Deed) -> None:
            await entries.write(deed, live, plan)

        self.apply(live, plan, now)
        await self._guard.note(Action.SYSTEM, SYSTEM, now, perform)


def session_record(row: rows.SessionRow) -> SessionRecord:
    """Return what a live session needs of its row."""
    return SessionRecord(
        id=row.id,
        kind=row.kind,  # type: ignore[arg-type]  # Written by us alone, checked at the rim.
        state=SessionState(row.state),
        max_minutes=row.max_minutes,
        opened_at=row.opened_at,
        expires_at=(row.planned_start or row.created_at) + UNVISITED,
    )


def _seat_record(row: rows.SeatRow) -> SeatRecord:
    return SeatRecord(
        id=row.id,
        role=row.role,  # type: ignore[arg-type]  # As above.
        subject=row.subject,
        host=row.host,
        invitation=row.invitation,
        state=SeatState(row.state),
        since=row.since,
        device=row.device,  # type: ignore[arg-type]  # As above.
        replaces=row.replaces,
        joined_at=row.admitted_at,
    )
