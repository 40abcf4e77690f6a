"""Every error Sotto raises on purpose, and who must act.

SottoError                    code                       who must act
├── ConfigError               config_invalid             the operator (carries every problem at once)
├── StoreError                store_locked …             the operator (the database cannot be used)
├── RemoteProtocolError       protocol_violated …        the peer
├── Denied                    role_not_permitted …       the caller
│   ├── NotAuthenticated      not_authenticated          the caller, by signing in
│   └── NotFound              not_found                  the caller (also: exists, but not for you)
├── IntegrityError            tampered …                 whoever stored the bytes
├── CapacityError             too_many_attempts …        nobody: wait
├── AuditUnavailable          audit_unavailable          the operator: we cannot keep our promise
└── IllegalTransition         illegal_state              us

`code` is stable, snake_case, one spelling on the wire, in the audit `reason` and in PROTOCOL.md, and is
never reused. `str(error)` is for operators; what a person reads is chosen by code.
"""

from collections.abc import Sequence


class SottoError(Exception):
    """Root of the tree."""

    code: str = "internal"

    def __init__(self, message: str = "", *, code: str | None = None) -> None:
        super().__init__(message or code or self.code)
        if code is not None:
            self.code = code


class ConfigError(SottoError):
    """The configuration cannot be used; `problems` holds every reason found."""

    code = "config_invalid"

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


class StoreError(SottoError):
    """The database cannot be used: `store_locked`, `store_read_only`, `store_newer`, `store_unavailable`."""

    code = "store_unavailable"


class RemoteProtocolError(SottoError):
    """The other side broke the protocol."""

    code = "protocol_violated"


class Denied(SottoError):
    """The caller may not; the refusal has been written or counted before this reaches them."""

    code = "role_not_permitted"

    def __init__(self, code: str, message: str = "", *, event: str | None = None) -> None:
        super().__init__(message, code=code)
        self.event = event
        """Id of the audit event of this refusal, when it was written one by one."""


class NotAuthenticated(Denied):
    """The caller is a stranger here."""

    def __init__(self, code: str = "not_authenticated", message: str = "") -> None:
        super().__init__(code, message)


class NotFound(Denied):
    """There is no such thing, or not for this caller: the two look the same."""

    def __init__(self, code: str = "not_found", message: str = "") -> None:
        super().__init__(code, message)


class IntegrityError(SottoError):
    """Stored or received bytes are not what was written or signed."""

    code = "tampered"


class CapacityError(SottoError):
    """A limit was reached; `retry_after` says how many seconds to wait, when that is known."""

    code = "overloaded"

    def __init__(self, code: str, message: str = "", *, retry_after: int | None = None) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after


class AuditUnavailable(SottoError):
    """The entry cannot be written, so the act does not happen."""

    code = "audit_unavailable"


class IllegalTransition(SottoError):
    """A state machine was asked for a step its table does not have."""

    code = "illegal_state"
