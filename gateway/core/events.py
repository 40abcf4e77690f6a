"""The audit catalogue: one closed class per event type, `area.verb` in the past tense.

A class here is the typed constructor of its type's `data`. Types are never renamed and never reused; members may
be added at the end of a class, never removed, because the verifiers must still read old logs. Nothing here may hold
a name, a word that was said, an address, a token or a key: ids are random, free text has no place.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

import msgspec

from gateway.core.ids import SeatId, SessionId, SubjectId


class Outcome(StrEnum):
    """How it ended."""

    SUCCESS = "success"
    REFUSED = "refused"
    FAILURE = "failure"
    PENDING = "pending"


class Severity(StrEnum):
    """How much attention it asks for."""

    INFO = "info"
    NOTICE = "notice"
    WARNING = "warning"
    CRITICAL = "critical"


class ActorKind(StrEnum):
    """Who acts."""

    PARTICIPANT = "participant"
    STAFF = "staff"
    SERVICE = "service"
    SYSTEM = "system"
    WITNESS = "witness"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as the log shows it. `aal` is NIST SP 800-63B's level, 0 for nobody in particular."""

    kind: ActorKind
    subject: SubjectId | None = None
    role: str | None = None
    seat: SeatId | None = None
    aal: int = 0
    auth: str = "none"


SYSTEM: Final = Actor(ActorKind.SYSTEM)
STRANGER: Final = Actor(ActorKind.UNKNOWN)
OPERATOR: Final = Actor(ActorKind.SERVICE, role="operator")
"""Whoever may run commands on the server: the machine knows no more of them."""


class Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one type of event says beyond the envelope."""

    type: ClassVar[str]
    privileged: ClassVar[bool] = False
    """Signed into a checkpoint in the same transaction (▲ in the catalogue)."""
    severity: ClassVar[Severity] = Severity.INFO


class Target(msgspec.Struct, frozen=True):
    """What it was done to, when that is not the session or the person."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event before it has a place in the log."""

    data: Data
    actor: Actor
    outcome: Outcome = Outcome.SUCCESS
    reason: str | None = None
    subject: SubjectId | None = None
    session: SessionId | None = None
    target: Target | None = None


# Sessions


class SessionCreated(Data, frozen=True):
    """A session was planned or begun."""

    type = "session.created"
    kind: str
    planned_start: str | None
    max_minutes: int
    recording_allowed: bool
    jurisdiction: str | None


class SessionInviteIssued(Data, frozen=True):
    """A link for one seat was made; the log knows its hash, nobody's name."""

    type = "session.invite_issued"
    invite_sha256: str
    role: str
    expires: str


class SessionInviteRevoked(Data, frozen=True):
    """A link was taken back."""

    type = "session.invite_revoked"
    invite_sha256: str
    role: str


class SessionSeatTaken(Data, frozen=True):
    """A link was exchanged for a seat; nobody has been asked yet. `device` as in `session.waiting`."""

    type = "session.seat_taken"
    seat: str
    role: str
    device: str


class SessionWaiting(Data, frozen=True):
    """Someone asks to join. `device` is `first`, `again` or `same_link`."""

    type = "session.waiting"
    seat: str
    role: str
    device: str
    identity_method: str


class SessionAdmitted(Data, frozen=True):
    """Staff let someone in."""

    type = "session.admitted"
    seat: str
    role: str
    by: str


class SessionAdmissionRefused(Data, frozen=True):
    """Someone was not let in: by staff (`declined`), or because the link, the cookie or the session is no good."""

    type = "session.admission_refused"
    severity = Severity.NOTICE
    seat: str | None
    reason: str
    by: str | None
    count: int


class SessionJoined(Data, frozen=True):
    """A seat is here."""

    type = "session.joined"
    seat: str
    role: str


class SessionLeft(Data, frozen=True):
    """A seat is empty again, by its own doing or the network's."""

    type = "session.left"
    seat: str
    role: str
    reason: str
    seconds: int


class SessionRemoved(Data, frozen=True):
    """Staff ended a seat."""

    type = "session.removed"
    severity = Severity.NOTICE
    seat: str
    role: str
    reason: str
    seconds: int


class SessionEnded(Data, frozen=True):
    """The session is over for everyone."""

    type = "session.ended"
    privileged = True
    by: str | None
    cause: str
    seconds: int
    seats: int


# Accounts


class AuthSucceeded(Data, frozen=True):
    """Someone signed in."""

    type = "auth.succeeded"
    method: str


class AuthFailed(Data, frozen=True):
    """Sign-ins were refused; strangers are counted, one event a minute for each code."""

    type = "auth.failed"
    severity = Severity.NOTICE
    code: str
    method: str
    count: int


class AuthLocked(Data, frozen=True):
    """Sign-ins were not even tried, because too many came before them."""

    type = "auth.locked"
    severity = Severity.WARNING
    count: int


class AuthLoggedOut(Data, frozen=True):
    """Sign-ins ended. `cause` is `self`, `everywhere`, `expired`, `disabled` or `reset`."""

    type = "auth.logged_out"
    cause: str
    count: int


class AuthStepUp(Data, frozen=True):
    """A signed-in person confirmed that it is them."""

    type = "auth.step_up"
    method: str


class AuthPasswordSet(Data, frozen=True):
    """A password was set. `by` is `setup` or `self`."""

    type = "auth.password_set"
    by: str


class AuthPasswordRejected(Data, frozen=True):
    """A password was not good enough."""

    type = "auth.password_rejected"
    code: str


class AuthTotpAdded(Data, frozen=True):
    """A code app was enrolled."""

    type = "auth.totp_added"


class AuthTotpRemoved(Data, frozen=True):
    """A code app was removed."""

    type = "auth.totp_removed"
    severity = Severity.NOTICE


class AuthPasskeyAdded(Data, frozen=True):
    """A passkey was enrolled."""

    type = "auth.passkey_added"
    credential_sha256: str


class AuthPasskeyRemoved(Data, frozen=True):
    """A passkey was removed."""

    type = "auth.passkey_removed"
    severity = Severity.NOTICE
    credential_sha256: str


class AccessRefused(Data, frozen=True):
    """Someone asked for what they may not have."""

    type = "access.refused"
    severity = Severity.NOTICE
    action: str
    code: str
    count: int


class AccountCreated(Data, frozen=True):
    """A staff account was made."""

    type = "account.created"
    privileged = True
    role: str
    by: str


class AccountDisabled(Data, frozen=True):
    """A staff account was closed, and every sign-in of it ended."""

    type = "account.disabled"
    privileged = True
    by: str


class AccountReset(Data, frozen=True):
    """A staff account's password and second factors were dropped; a new setup link was made."""

    type = "account.reset"
    privileged = True
    by: str


# The log itself


class AuditViewed(Data, frozen=True):
    """Someone read the log. `filter` names the fields searched by, never what was searched for."""

    type = "audit.viewed"
    filter: list[str]
    rows: int


class AuditExported(Data, frozen=True):
    """Entries left the system as a file."""

    type = "audit.exported"
    privileged = True
    severity = Severity.NOTICE
    format: str
    rows: int
    package_sha256: str


class AuditVerified(Data, frozen=True):
    """The log was checked and is whole."""

    type = "audit.verified"
    by: str
    size: int
    root: str


class AuditVerificationFailed(Data, frozen=True):
    """The log was checked and is not whole."""

    type = "audit.verification_failed"
    privileged = True
    severity = Severity.CRITICAL
    by: str
    cause: str
    first_bad: int | None
    size: int


class AuditGap(Data, frozen=True):
    """Between `from_` and `to` entries could not be written at once; `count` of them follow now, late."""

    type = "audit.gap"
    privileged = True
    severity = Severity.WARNING
    from_: str = msgspec.field(name="from")
    to: str
    cause: str
    count: int


# The system


class SystemStarted(Data, frozen=True):
    """The service started, with these keys, this program and this web bundle."""

    type = "system.started"
    privileged = True
    build: str
    bundle_sha256: str | None
    log_vkey: str
    witness_vkey: str


class SystemStopped(Data, frozen=True):
    """The service stopped in good order."""

    type = "system.stopped"
    cause: str


class SystemConfigChanged(Data, frozen=True):
    """The configuration is not what it was at the last start; `keys` are names of settings, never values."""

    type = "system.config_changed"
    privileged = True
    severity = Severity.NOTICE
    keys: list[str]
    sha256: str


class SystemBackupMade(Data, frozen=True):
    """A backup was written; `size` is the number of entries in it."""

    type = "system.backup_made"
    size: int
    sha256: str


class SystemRestored(Data, frozen=True):
    """The data was restored from a backup that held `size` entries."""

    type = "system.restored"
    privileged = True
    severity = Severity.WARNING
    size: int


class SystemTimeSkew(Data, frozen=True):
    """The server's clock went back."""

    type = "system.time_skew"
    severity = Severity.WARNING
    back_ms: int


TYPES: Final[dict[str, type[Data]]] = {kind.type: kind for kind in Data.__subclasses__()}
"""Every type that something emits, by name."""
