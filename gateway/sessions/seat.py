"""One seat: a place for one person, from opening the link until it is over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from gateway.accounts.roles import HOSTS
from gateway.core.clock import rfc3339
from gateway.core.ids import PeerId, SeatId, SubjectId
from gateway.sessions.mailbox import Mailbox
from gateway.sessions.messages import (
    UNNUMBERED,
    Device,
    LobbyKnock,
    NoticeCode,
    Person,
    Reason,
    Role,
    SeatUpdate,
    SeatUpdateState,
    Waiting,
)
from gateway.sessions.state import SeatEvent, SeatState

PRESENT: Final = frozenset({SeatState.HERE, SeatState.RECONNECTING})
PENDING: Final = frozenset({SeatState.HELD, SeatState.WAITING})

REASONS: Final[Mapping[SeatEvent, Reason]] = MappingProxyType(
    {
        SeatEvent.LEAVE: "left",
        SeatEvent.LAPSE: "network",
        SeatEvent.REMOVE: "removed",
        SeatEvent.DENY: "declined",
        SeatEvent.END: "session_end",
        SeatEvent.SUPERSEDE: "replaced",
    }
)
"""Why a seat is over, by what ended it; also the `reason` of the audit entry."""

_ON_THE_WIRE: Final[Mapping[SeatState, SeatUpdateState]] = MappingProxyType(
    {
        SeatState.WAITING: "waiting",
        SeatState.HERE: "here",
        SeatState.RECONNECTING: "reconnecting",
        SeatState.LEFT: "left",
        SeatState.DECLINED: "left",
        SeatState.REMOVED: "left",
    }
)
"""HELD is told to nobody: whoever only opened a link has not said anything yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRecord:
    """A seat as the database holds it."""

    id: SeatId
    role: Role
    subject: SubjectId
    host: bool
    invitation: str | None
    """The reference of the invitation it was taken with; None for the host."""
    state: SeatState
    since: datetime
    device: Device = "first"
    replaces: SeatId | None = None
    """The seat that ends when this one is admitted: the same link, on another device."""
    joined_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Seat:
    """A seat in a live session. Owned by `LiveSession`: nothing else writes to it."""

    record: SeatRecord
    mailbox: Mailbox
    state: SeatState
    since: datetime
    device: Device
    joined_at: datetime | None
    offline_since: datetime | None
    peer: PeerId | None = None
    name_ct: str | None = None
    name_was_lost: bool = False
    """After a restart: names are held in memory only, so the person may say it once more, and only then."""
    condition: NoticeCode | None = None
    """What it was last told of the log, when it is staff; None: all is well."""
    knocks: int = 0
    """How often it asked: an admission is for one asking, not for whoever asks next."""

    @property
    def id(self) -> SeatId:
        """The seat's id."""
        return self.record.id

    @property
    def is_staff(self) -> bool:
        """Whether staff who hold sessions sit here."""
        return self.record.role in HOSTS

    @property
    def is_present(self) -> bool:
        """Whether it was admitted and is not over."""
        return self.state in PRESENT

    @property
    def is_pending(self) -> bool:
        """Whether it is not over, and nobody admitted it yet."""
        return self.state in PENDING

    @property
    def is_over(self) -> bool:
        """Whether nothing can happen to it any more."""
        return not (self.is_present or self.is_pending)

    def seconds(self, now: datetime) -> int:
        """Return how long it has been here; 0 before it was admitted."""
        return 0 if self.joined_at is None else max(0, int((now - self.joined_at).total_seconds()))

    def person(self) -> Person:
        """Return the seat as everyone who is here sees it."""
        return Person(
            seat=self.id,
            role=self.record.role,
            state="here" if self.state is SeatState.HERE else "reconnecting",
            since=rfc3339(self.since),
            name_ct=self.name_ct,
        )

    def waiting(self) -> Waiting:
        """Return the seat as staff see it in the waiting room."""
        return Waiting(
            seat=self.id,
            role=self.record.role,
            since=rfc3339(self.since),
            name_ct=self.name_ct,
            device=self.device,
        )

    def knock(self) -> LobbyKnock:
        """Return the message that tells staff of it."""
        return LobbyKnock(seq=UNNUMBERED, waiting=self.waiting())

    def update(self, reason: Reason | None = None) -> SeatUpdate:
        """Return the message that tells its state. However it ended, on the wire it has left."""
        return SeatUpdate(
            seq=UNNUMBERED,
            seat=self.id,
            role=self.record.role,
            state=_ON_THE_WIRE[self.state],
            reason=reason,
            name_ct=self.name_ct,
            since=rfc3339(self.since),
        )


def seat_from(record: SeatRecord, *, incarnation: int, now: datetime) -> Seat:
    """Return the live seat of a record: nobody is connected to it yet, so whoever was here is reconnecting."""
    return Seat(
        record=record,
        mailbox=Mailbox(incarnation),
        state=SeatState.RECONNECTING if record.state is SeatState.HERE else record.state,
        since=record.since,
        device=record.device,
        joined_at=record.joined_at,
        offline_since=now,
        name_was_lost=record.state is not SeatState.HELD,
    )
