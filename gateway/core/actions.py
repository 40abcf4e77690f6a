"""What somebody can ask to do. The words of the role table, of policy and of `access.refused`."""

from enum import StrEnum


class Action(StrEnum):
    """`area.verb`, in the imperative; never renamed, because the log repeats it."""

    SESSION_CREATE = "session.create"
    SESSION_VIEW = "session.view"
    SESSION_INVITE = "session.invite"
    SESSION_REVOKE_INVITATION = "session.revoke_invitation"
    SESSION_TAKE_SEAT = "session.take_seat"
    SESSION_ASK = "session.ask"
    SESSION_ADMIT = "session.admit"
    SESSION_DECLINE = "session.decline"
    SESSION_REMOVE = "session.remove"
    SESSION_LEAVE = "session.leave"
    SESSION_END = "session.end"
    AUDIT_VIEW = "audit.view"
    AUDIT_EXPORT = "audit.export"
    ACCOUNT_CREATE = "account.create"
    ACCOUNT_DISABLE = "account.disable"
    ACCOUNT_RESET = "account.reset"
    ME_PASSWORD = "me.password"  # noqa: S105  (the name of an act)
    ME_TOTP = "me.totp"
    ME_PASSKEYS = "me.passkeys"
    SIGN_IN = "sign_in"
    SETUP = "setup"
    STEP_UP = "step_up"
    SIGN_OUT = "sign_out"
    REQUEST = "request"
    SYSTEM = "system"
