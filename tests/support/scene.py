"""A live session with people in it: what tests say and what everyone heard. Each person folds what they are told,
as a client does, so that what clients believe can be compared with what is so."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.core.ids import PeerId, SeatId, SubjectId, new_peer_id, new_seat_id, new_session_id
from gateway.sessions import decisions
from gateway.sessions.decisions import Claim
from gateway.sessions.messages import (
    Kind,
    LobbyGone,
    LobbyKnock,
    Message,
    Numbered,
    Role,
    SeatUpdate,
    SessionUpdate,
    Welcome,
)
from gateway.sessions.plan import HangUp, Output, Plan, Tell
from gateway.sessions.seat import SeatRecord
from gateway.sessions.session import LiveSession, SessionRecord
from gateway.sessions.state import SeatState, SessionState
from signaling.ws import protocol

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Person:
    """One browser: what it was told, and what it makes of it."""

    def __init__(self, seat: SeatId) -> None:
        self.seat = seat
        self.peer: PeerId | None = None
        self.heard: list[Message] = []
        self.hung_up: str | None = None
        self.seen = 0
        self.state = "held"
        self.session_state = "planned"
        self.people: dict[str, tuple[str, str, str | None]] = {}
        self.waiting: dict[str, tuple[str, str, str | None]] = {}

    def hear(self, message: Message) -> None:
        """Fold one message, checked as it would come off the wire."""
        assert protocol.decode_from_server(protocol.encode(message)) == message
        self.heard.append(message)
        if isinstance(message, Numbered):
            assert message.seq == self.seen + 1, "a message was lost or doubled"
            self.seen = message.seq
        if isinstance(message, Welcome):
            self._welcome(message)
        elif isinstance(message, SeatUpdate):
            self._update(message)
        elif isinstance(message, LobbyKnock):
            knock = message.waiting
            self.waiting[knock.seat] = (knock.since, knock.device, knock.name_ct)
        elif isinstance(message, LobbyGone):
            self.waiting.pop(message.seat, None)
        elif isinstance(message, SessionUpdate):
            self.session_state = message.state

    def _welcome(self, message: Welcome) -> None:
        if not message.resumed:
            self.seen = message.next
        self.state, self.session_state = message.state, message.session_state
        self.people = {each.seat: (each.state, each.since, each.name_ct) for each in message.people}
        self.waiting = {each.seat: (each.since, each.device, each.name_ct) for each in message.waiting}

    def _update(self, message: SeatUpdate) -> None:
        if message.seat == self.seat:
            self.state = message.state
        if message.state in {"here", "reconnecting"}:
            self.people[message.seat] = (message.state, message.since, message.name_ct)
        else:
            self.people.pop(message.seat, None)

    def types(self) -> list[str]:
        """Return the types of what was heard since the last call."""
        names = [str(type(message).__struct_config__.tag) for message in self.heard]
        self.heard.clear()
        return names


class Scene:
    """A session, its clock, and everyone who ever came."""

    def __init__(self, kind: Kind = "group", max_minutes: int = 90, *, expires_in: timedelta | None = None) -> None:
        self.now = NOON
        self.record = SessionRecord(
            id=new_session_id(),
            kind=kind,
            state=SessionState.PLANNED,
            max_minutes=max_minutes,
            expires_at=None if expires_in is None else NOON + expires_in,
        )
        self.live = LiveSession(self.record, incarnation=7)
        self.people: dict[SeatId, Person] = {}
        self.outputs: list[Output] = []
        self.incarnation = 7

    # What people do

    def take(self, role: Role = "participant", *, link: str | None = None, host: bool = False) -> SeatId:
        """Open a link (or the host's own door) and return the seat."""
        subject = SubjectId("usr_HOST") if host else SubjectId(f"prt_{link}")
        claim = Claim(role=role, subject=subject, host=host, invitation=None if host else link or new_seat_id())
        plan = self.plan(decisions.plan_seat, claim, new=new_seat_id())
        self.apply(plan)
        assert plan.seat is not None
        self.people.setdefault(plan.seat, Person(plan.seat))
        return plan.seat

    def connect(self, seat: SeatId, *, resume: bool = False) -> Person:
        """Connect a browser to its seat."""
        person = self.people[seat]
        peer = new_peer_id()
        outputs = self.live.connected(seat, peer, resume=person.seen if resume else None, now=self.now)
        person.peer, person.hung_up = peer, None
        self.deliver(outputs)
        return person

    def disconnect(self, seat: SeatId) -> None:
        """Lose the connection."""
        person = self.people[seat]
        if person.peer is not None:
            peer, person.peer = person.peer, None
            self.deliver(self.live.disconnected(seat, peer, now=self.now))

    def ask(self, seat: SeatId, name: str | None = "bmFtZQ") -> None:
        self.apply(self.plan(decisions.plan_ask, by=seat, name_ct=name))

    def admit(self, seat: SeatId, by: SeatId) -> None:
        self.apply(self.plan(decisions.plan_admit, seat, by=by))

    def deny(self, seat: SeatId, by: SeatId) -> None:
        self.apply(self.plan(decisions.plan_deny, seat, by=by))

    def remove(self, seat: SeatId, by: SeatId) -> None:
        self.apply(self.plan(decisions.plan_remove, seat, by=by))

    def leave(self, seat: SeatId) -> None:
        self.apply(self.plan(decisions.plan_leave, by=seat))

    def end(self, by: SeatId | None = None) -> None:
        self.apply(self.plan(decisions.plan_end, by=by))

    def wait(self, seconds: float) -> Plan:
        """Let time pass, and do what is due; return what that was."""
        self.now += timedelta(seconds=seconds)
        plan = self.plan(decisions.plan_due)
        self.apply(plan)
        self.deliver(self.live.warn(now=self.now))
        return plan

    # Shortcuts

    def host(self) -> SeatId:
        """Return the host's seat, here."""
        seat = self.take("specialist", host=True)
        self.connect(seat)
        self.ask(seat, "aG9zdA")
        return seat

    def waiting(self, role: Role = "participant", *, link: str | None = None) -> SeatId:
        """Return a seat that has asked."""
        seat = self.take(role, link=link)
        self.connect(seat)
        self.ask(seat)
        return seat

    def admitted(self, by: SeatId, role: Role = "participant", *, link: str | None = None) -> SeatId:
        """Return a seat that `by` let in."""
        seat = self.waiting(role, link=link)
        self.admit(seat, by)
        return seat

    def restart(self) -> None:
        """Lose everything but the database."""
        rows = [
            SeatRecord(
                id=seat.id,
                role=seat.record.role,
                subject=seat.record.subject,
                host=seat.record.host,
                invitation=seat.record.invitation,
                state=SeatState.HERE if seat.is_present else seat.state,
                since=seat.since,
                device=seat.device,
                replaces=seat.record.replaces,
                joined_at=seat.joined_at,
            )
            for seat in self.live.seats.values()
        ]
        record = SessionRecord(
            id=self.record.id,
            kind=self.record.kind,
            state=self.live.state,
            max_minutes=self.record.max_minutes,
            opened_at=self.live.opened_at,
            expires_at=self.record.expires_at,
        )
        self.incarnation += 1
        self.live = LiveSession.restore(record, rows, incarnation=self.incarnation, now=self.now)
        for person in self.people.values():
            person.peer = None

    # Carrying out

    def plan(self, decide: Callable[..., Plan], *args: Any, **kwargs: Any) -> Plan:
        """Decide, and make sure that deciding changed nothing."""
        before = repr(self.live.seats)
        plan = decide(self.live, *args, **kwargs, now=self.now)
        assert repr(self.live.seats) == before
        return plan

    def apply(self, plan: Plan) -> list[Output]:
        outputs = self.live.apply(plan, now=self.now)
        self.deliver(outputs)
        return outputs

    def deliver(self, outputs: list[Output]) -> None:
        """Bring each message to whoever holds that connection."""
        self.outputs += outputs
        by_peer = {person.peer: person for person in self.people.values() if person.peer is not None}
        for output in outputs:
            if isinstance(output, Tell | HangUp) and output.peer in by_peer:
                person = by_peer[output.peer]
                if isinstance(output, Tell):
                    assert person.hung_up is None, "told after hanging up"
                    person.hear(output.message)
                else:
                    person.hung_up, person.peer = output.code, None

    def state(self, seat: SeatId) -> SeatState:
        return self.live.seats[seat].state
