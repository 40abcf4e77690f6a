"""The role table: who may do what, and what must be confirmed first. Separation of duties is this page.

Roles are not cumulative. Whoever holds sessions does not read the log; whoever reads the log enters no session;
whoever runs the machine does neither.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from gateway.core.actions import Action


class Role(StrEnum):
    """What somebody is here for. One account has one role; one seat has one role."""

    PARTICIPANT = "participant"
    SPECIALIST = "specialist"
    SUPERVISOR = "supervisor"
    INTERPRETER = "interpreter"
    HELPER = "helper"
    COMPLIANCE = "compliance"
    ADMIN = "admin"
    OPERATOR = "operator"
    """Whoever may run commands on the server. Never an account, never a seat."""


GUESTS: Final = frozenset({Role.PARTICIPANT, Role.INTERPRETER, Role.HELPER})
"""They come with an invitation and have no account."""
HOSTS: Final = frozenset({Role.SPECIALIST, Role.SUPERVISOR})
"""They hold sessions. A host also needs to belong to the session: that is a rule of policy, not of this table."""
STAFF: Final = HOSTS | {Role.COMPLIANCE, Role.ADMIN}
"""They have accounts."""
REVIEWERS: Final = frozenset({Role.COMPLIANCE})
COMMAND_LINE: Final = frozenset({Role.OPERATOR})

TABLE: Final[Mapping[Action, frozenset[Role]]] = MappingProxyType(
    {
        Action.SESSION_CREATE: HOSTS,
        Action.SESSION_VIEW: HOSTS,
        Action.SESSION_INVITE: HOSTS,
        Action.SESSION_REVOKE_INVITATION: HOSTS,
        Action.SESSION_TAKE_SEAT: HOSTS | GUESTS,
        Action.SESSION_ASK: HOSTS | GUESTS,
        Action.SESSION_ADMIT: HOSTS,
        Action.SESSION_DECLINE: HOSTS,
        Action.SESSION_REMOVE: HOSTS,
        Action.SESSION_LEAVE: HOSTS | GUESTS,
        Action.SESSION_END: HOSTS,
        Action.AUDIT_VIEW: REVIEWERS,
        Action.AUDIT_EXPORT: REVIEWERS | COMMAND_LINE,
        Action.ACCOUNT_CREATE: COMMAND_LINE,
        Action.ACCOUNT_DISABLE: COMMAND_LINE,
        Action.ACCOUNT_RESET: COMMAND_LINE,
        Action.ME_PASSWORD: STAFF,
        Action.ME_TOTP: STAFF,
        Action.ME_PASSKEYS: STAFF,
        Action.STEP_UP: STAFF,
        Action.SIGN_OUT: STAFF,
    }
)

CONFIRMED: Final = frozenset({Action.AUDIT_EXPORT, Action.ME_PASSWORD, Action.ME_TOTP, Action.ME_PASSKEYS})
"""What a signed-in person does only after confirming that it is them (step-up)."""
CONFIRMATION_LASTS: Final = timedelta(minutes=15)
"""Shorter asks for the password again in the middle of one task; longer helps whoever finds the desk empty."""


def may(role: Role, action: Action) -> bool:
    """Answer whether the table lets `role` do `action`; what it does not name, nobody may."""
    return role in TABLE.get(action, frozenset())


def allowed(role: Role) -> list[Action]:
    """Return everything `role` may do, in the order of the table."""
    return [action for action, roles in TABLE.items() if role in roles]


def needs_confirmation(action: Action) -> bool:
    """Answer whether `action` needs a fresh step-up."""
    return action in CONFIRMED


def confirmed_until(step_up_at: datetime | None) -> datetime | None:
    """Return when a step-up ends, or None when there was none."""
    return None if step_up_at is None else step_up_at + CONFIRMATION_LASTS


def is_confirmed(step_up_at: datetime | None, *, now: datetime) -> bool:
    """Answer whether a step-up at `step_up_at` still counts; the fifteenth minute does, the sixteenth does not."""
    until = confirmed_until(step_up_at)
    return until is not None and now <= until
