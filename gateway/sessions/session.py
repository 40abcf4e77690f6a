"""The live session: who has a seat, who waits, who is here, and who is told what.

Pure: given `now`, it changes itself and returns what is to be sent. It decides nothing: plans come from `decisions`,
and are applied here once they are written. Owned by one task at a time; its caller serialises.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from gateway.core import machine
from gateway.core.clock import rfc3339
from gateway.core.errors import Denied
from gateway.core.ids import PeerId, SeatId, SessionId
from gateway.sessions.messages import (
    UNNUMBERED,
    Cause,
    Kind,
    LobbyGone,
    Notice,
    NoticeCode,
    Numbered,
    SessionUpdate,
    Welcome,
)
from gateway.sessions.plan import GRANTS, HangUp, Output, Plan, SeatChanged, SessionChanged, Step, Tell
from gateway.sessions.seat import REASONS, Seat, SeatRecord, seat_from
from gateway.sessions.state import SEAT, SESSION, SeatEvent, SeatState, SessionEvent, SessionState

WARNINGS: Final[tuple[tuple[timedelta, NoticeCode], ...]] = (
    (timedelta(minutes=2), "two_minutes_left"),
    (timedelta(minutes=10), "ten_minutes_left"),
)
CAUSES: Final[Mapping[SessionEvent, Cause]] = MappingProxyType(
    {SessionEvent.END: "ended_by_host", SessionEvent.LIMIT: "limit", SessionEvent.EXPIRE: "expired"}
)
GONE: Final[Mapping[SeatState, str]] = MappingProxyType(
    {SeatState.LEFT: "not_in_session", SeatState.DECLINED: "declined", SeatState.REMOVED: "removed"}
)
"""What someone is told who connects to a seat that is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """A session as the database holds it."""

    id: SessionId
    kind: Kind
    state: SessionState
    max_minutes: int
    opened_at: datetime | None = None
    expires_at: datetime | None = None
    """When a session nobody came to is over; None: never by itself."""


class LiveSession:
    """One session while people may be in it."""

    def __init__(self, record: SessionRecord, *, incarnation: int) -> None:
        self.record: Final = record
        self.state = record.state
        self.opened_at = record.opened_at
        self.staffless_since: datetime | None = None
        self._incarnation: Final = incarnation
        self._seats: dict[SeatId, Seat] = {}
        self._warned: set[NoticeCode] = set()

    @classmethod
    def restore(
        cls, record: SessionRecord, seats: Iterable[SeatRecord], *, incarnation: int, now: datetime
    ) -> "LiveSession":
        """Return the session as it was before a restart: whoever was here is reconnecting."""
        session = cls(record, incarnation=incarnation)
        for row in seats:
            session._seats[row.id] = seat_from(row, incarnation=incarnation, now=now)
        session._watch_staff(now)
        return session

    # Looking

    @property
    def seats(self) -> Mapping[SeatId, Seat]:
        """Every seat there ever was, in the order they were taken."""
        return MappingProxyType(self._seats)

    @property
    def ends_at(self) -> datetime | None:
        """When its time is up."""
        return None if self.opened_at is None else self.opened_at + timedelta(minutes=self.record.max_minutes)

    # Doing

    def apply(self, plan: Plan, *, now: datetime) -> list[Output]:
        """Carry out a plan that is written (or that only takes power away) and return what is to be sent.

        What no longer fits, because the person has left meanwhile, is not done: nobody is let in on behalf of
        somebody else, and what has ended stays ended.
        """
        if plan.taken is not None and self.state is not SessionState.ENDED:
            self._seats[plan.taken.id] = seat_from(plan.taken, incarnation=self._incarnation, now=now)
        if any(step.event in GRANTS and not self._fits(step) for step in plan.steps):
            return []
        outputs: list[Output] = []
        if plan.session is not None and machine.is_legal(SESSION, self.state, plan.session):
            outputs += self._turn(plan.session, now)
        if plan.name_ct is not None and plan.seat is not None:
            outputs += self._name(self._seats[plan.seat], plan)
        for step in plan.steps:
            if self._fits(step):
                outputs += self._take(self._seats[step.seat], step, now)
        self._watch_staff(now)
        return outputs

    def connected(self, seat_id: SeatId, peer: PeerId, *, resume: int | None, now: datetime) -> list[Output]:
        """Join a connection to its seat: welcome, what was missed, and the others hear that it is back.

        Raises:
            Denied: the seat or the session is over.
        """
        seat = self._seats.get(seat_id)
        if self.state is SessionState.ENDED:
            raise Denied("session_closed")
        if seat is None or seat.is_over:
            raise Denied("not_in_session" if seat is None else GONE[seat.state])
        outputs: list[Output] = [] if seat.peer is None else [HangUp(seat.peer, "replaced")]
        missed = None if resume is None else seat.mailbox.since(resume)
        seat.peer, seat.offline_since = peer, None
        came_back = seat.state is SeatState.RECONNECTING
        if came_back:
            outputs.append(self._step(seat, SeatEvent.RESUME, now))
        outputs.append(Tell(peer, self._welcome(seat, resumed=missed is not None, now=now)))
        outputs += [Tell(peer, message) for message in missed or []]
        if came_back:
            outputs += self._tell(seat.update(), [other for other in self._present() if other is not seat])
        self._watch_staff(now)
        return outputs

    def disconnected(self, seat_id: SeatId, peer: PeerId, *, now: datetime) -> list[Output]:
        """Note that a connection is gone. An older connection of the seat changes nothing."""
        seat = self._seats.get(seat_id)
        if seat is None or seat.peer != peer:
            return []
        seat.peer, seat.offline_since = None, now
        if seat.state is not SeatState.HERE:
            return []
        outputs = self._lose(seat, now)
        self._watch_staff(now)
        return outputs

    def show(self, condition: NoticeCode | None) -> list[Output]:
        """Tell staff how the log is (None: well), once for each change; whoever comes later hears it too."""
        outputs: list[Output] = []
        for seat in self._staff():
            if seat.condition != condition:
                seat.condition = condition
                outputs += self._tell(Notice(seq=UNNUMBERED, code=condition or "audit_back"), [seat])
        return outputs

    def warn(self, *, now: datetime) -> list[Output]:
        """Tell everyone who is here, once, that time is running out."""
        if self.ends_at is None or self.state is not SessionState.OPEN:
            return []
        for left, code in WARNINGS:
            if self.ends_at - now <= left:
                # The shorter warning makes the longer one pointless.
                told = code in self._warned or now >= self.ends_at
                self._warned.update(later for _, later in WARNINGS[WARNINGS.index((left, code)) :])
                return [] if told else self._tell(Notice(seq=UNNUMBERED, code=code), self._present())
        return []

    # Inside

    def _present(self) -> list[Seat]:
        return [seat for seat in self._seats.values() if seat.is_present]

    def _fits(self, step: Step) -> bool:
        seat = self._seats.get(step.seat)
        if seat is None or not machine.is_legal(SEAT, seat.state, step.event):
            return False
        return step.event not in GRANTS or seat.knocks == step.knock

    def _tell(self, message: Numbered, seats: Iterable[Seat]) -> list[Output]:
        """Put the message into each mailbox, and return it for those who are connected."""
        numbered = [(seat.peer, seat.mailbox.put(message)) for seat in seats]
        return [Tell(peer, copy) for peer, copy in numbered if peer is not None]

    def _step(self, seat: Seat, event: SeatEvent, now: datetime) -> SeatChanged:
        """Set the seat's state. The only place that does."""
        before = seat.state
        seat.state = machine.step(SEAT, before, event)
        seat.since = now
        return SeatChanged(seat.id, before, seat.state)

    def _turn(self, event: SessionEvent, now: datetime) -> list[Output]:
        """Set the session's state, and tell everyone who is connected, also those who wait."""
        before = self.state
        self.state = machine.step(SESSION, before, event)
        if event is SessionEvent.OPEN:
            self.opened_at = now
        ends_at = None if self.ends_at is None or self.state is SessionState.ENDED else rfc3339(self.ends_at)
        message = SessionUpdate(
            seq=UNNUMBERED,
            state="open" if self.state is SessionState.OPEN else "ended",
            cause=CAUSES.get(event),
            ends_at=ends_at,
        )
        everyone = [seat for seat in self._seats.values() if not seat.is_over]
        return [SessionChanged(before, self.state), *self._tell(message, everyone)]

    def _name(self, seat: Seat, plan: Plan) -> list[Output]:
        """Take the name someone asks with. Later it cannot be changed: it was what staff admitted."""
        if plan.steps:
            seat.name_ct, seat.name_was_lost = plan.name_ct, False
            return []
        if not seat.name_was_lost or seat.is_over:
            return []
        seat.name_ct, seat.name_was_lost = plan.name_ct, False
        if seat.state is SeatState.WAITING:
            return self._tell(seat.knock(), self._staff())
        return self._tell(seat.update(), self._present())

    def _take(self, seat: Seat, step: Step, now: datetime) -> list[Output]:
        """Take one step of one seat: change it, then tell whoever this concerns."""
        was_present = seat.is_present
        outputs: list[Output] = [self._step(seat, step.event, now)]
        if step.before is SeatState.WAITING:
            outputs += self._tell(LobbyGone(seq=UNNUMBERED, seat=seat.id), self._staff())
        if seat.state is SeatState.WAITING:
            seat.knocks += 1
            outputs += self._tell(seat.update(), [seat]) + self._tell(seat.knock(), self._staff())
        elif seat.is_present and not was_present:
            outputs += self._arrive(seat, now)
        elif step.event is SeatEvent.REPLACE:
            seat.device = "again" if seat.device == "first" else seat.device
            seat.name_ct = None
            seat.knocks += 1
            seat.mailbox.forget()  # What the earlier browser was told is not true of whoever holds the link now.
            outputs += self._hang_up(seat, step.hang_up, now)
        elif seat.is_over:
            outputs += self._depart(seat, step, now, was_present=was_present)
        return outputs

    def _staff(self) -> list[Seat]:
        return [seat for seat in self._present() if seat.is_staff]

    def _arrive(self, seat: Seat, now: datetime) -> list[Output]:
        """Introduce everyone to a newcomer, and the newcomer to everyone."""
        seat.joined_at = now
        outputs = self._tell(seat.update(), self._present())
        for other in self._present():
            if other is not seat:
                outputs += self._tell(other.update(), [seat])
        if seat.is_staff:
            for other in self._seats.values():
                if other.state is SeatState.WAITING:
                    outputs += self._tell(other.knock(), [seat])
        if seat.peer is None:
            # Admitted in the moment the connection was lost: the place is kept as for anyone.
            outputs += self._lose(seat, now)
        return outputs

    def _lose(self, seat: Seat, now: datetime) -> list[Output]:
        changed = self._step(seat, SeatEvent.LOSE, now)
        return [changed, *self._tell(seat.update(), [other for other in self._present() if other is not seat])]

    def _depart(self, seat: Seat, step: Step, now: datetime, *, was_present: bool) -> list[Output]:
        """Tell everyone that someone is gone, and the person too; then close the connection."""
        outputs: list[Output] = []
        if step.event is not SeatEvent.END:
            # The end of the session has been told already, as such.
            audience = [seat, *(self._present() if was_present else [])]
            outputs += self._tell(seat.update(REASONS[step.event]), audience)
        seat.mailbox.forget()
        return outputs + self._hang_up(seat, step.hang_up, now)

    def _hang_up(self, seat: Seat, code: str, now: datetime) -> list[Output]:
        peer, seat.peer, seat.offline_since = seat.peer, None, now
        return [] if peer is None else [HangUp(peer, code)]

    def _welcome(self, seat: Seat, *, resumed: bool, now: datetime) -> Welcome:
        """Return what this seat may see. Whoever was not admitted sees nobody."""
        people = [other.person() for other in self._present()] if seat.is_present else []
        waiting = [other.waiting() for other in self._seats.values() if other.state is SeatState.WAITING]
        return Welcome(
            session=self.record.id,
            kind=self.record.kind,
            seat=seat.id,
            role=seat.record.role,
            state="here" if seat.is_present else "waiting" if seat.state is SeatState.WAITING else "held",
            session_state="open" if self.state is SessionState.OPEN else "planned",
            server_time=rfc3339(now),
            resumed=resumed,
            next=seat.mailbox.last,
            people=people,
            waiting=waiting if seat.is_present and seat.is_staff else [],
            ends_at=None if self.ends_at is None else rfc3339(self.ends_at),
        )

    def _watch_staff(self, now: datetime) -> None:
        """Note since when no staff are here, in a session that is open."""
        if self.state is not SessionState.OPEN or any(seat.state is SeatState.HERE for seat in self._staff()):
            self.staffless_since = None
        elif self.staffless_since is None:
            self.staffless_since = now
