"""What is asked, by whom, and the answer."""

from dataclasses import dataclass
from datetime import datetime

from gateway.core.actions import Action
from gateway.core.events import Actor
from gateway.core.ids import SessionId


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, as far as they have proved it."""

    actor: Actor
    step_up_at: datetime | None = None
    """When they last confirmed that it is them (signing in counts)."""

    @property
    def is_stranger(self) -> bool:
        """Whether they hold neither a seat nor a sign-in: their refusals are counted, not written one by one."""
        return self.actor.subject is None and self.actor.seat is None and self.actor.role is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request for a permit, with every fact the rules look at."""

    action: Action
    caller: Caller
    now: datetime
    session: SessionId | None = None
    is_member: bool = True
    """Whether the caller belongs to that session: its host, or a seat in it."""
    is_log_whole: bool = True


@dataclass(frozen=True, slots=True)
class Allow:
    """Yes."""


@dataclass(frozen=True, slots=True)
class Deny:
    """No, and the stable code of the reason."""

    code: str


Decision = Allow | Deny
