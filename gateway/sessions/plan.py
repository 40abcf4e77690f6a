"""What is going to happen (`Plan`), and what came of it (`Output`): the vocabulary between deciding and doing.

A plan is decided first, written to the database with its audit entries second, applied third. Plans that only take
power away may be applied although the entry could not be written: nobody stays in a session because a disk is full.
"""

from dataclasses import dataclass
from typing import Final

from gateway.core.ids import PeerId, SeatId, SubjectId
from gateway.sessions.messages import Message, Reason, Role
from gateway.sessions.seat import SeatRecord
from gateway.sessions.state import SeatEvent, SeatState, SessionEvent, SessionState

GRANTS: Final = frozenset({SeatEvent.ASK, SeatEvent.ENTER, SeatEvent.ADMIT})
"""What gives someone more than they had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of one seat, with everything its audit entry and its row need."""

    seat: SeatId
    role: Role
    subject: SubjectId
    event: SeatEvent
    before: SeatState
    after: SeatState
    reason: Reason | None
    seconds: int
    knock: int
    hang_up: str
    """The code its connection is closed with, when the step ends the connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is going to happen."""

    by: SeatId | None = None
    """The seat that asked for it; None for an operator, the API or time itself."""
    taken: SeatRecord | None = None
    steps: tuple[Step, ...] = ()
    session: SessionEvent | None = None
    name_ct: str | None = None
    seat: SeatId | None = None
    """The seat it is about, when it is about one."""

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to write: it is so already, or concerns only what memory holds."""
        return self.taken is None and not self.steps and self.session is None

    @property
    def takes_away(self) -> bool:
        """Whether it only takes power away, so that it happens even when its entry cannot be written."""
        grants = any(step.event in GRANTS for step in self.steps)
        return self.taken is None and not grants and self.session is not SessionEvent.OPEN


@dataclass(frozen=True, slots=True)
class Tell:
    """Send this to that connection."""

    peer: PeerId
    message: Message


@dataclass(frozen=True, slots=True)
class HangUp:
    """Close that connection; `code` says why."""

    peer: PeerId
    code: str


@dataclass(frozen=True, slots=True)
class SeatChanged:
    """A seat's machine took a step: for the log."""

    seat: SeatId
    before: SeatState
    after: SeatState


@dataclass(frozen=True, slots=True)
class SessionChanged:
    """The session's machine took a step: for the log."""

    before: SessionState
    after: SessionState


Output = Tell | HangUp | SeatChanged | SessionChanged
