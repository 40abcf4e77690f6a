"""THE table: every error code, its HTTP status, its WebSocket close code and its public sentence (RFC 9457).

Handlers raise; only this file knows statuses. What nobody planned is `internal`: a code and no text.
A code is never reused. Each sentence says what happened and what to do next, and nothing about anyone else.
"""

from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from gateway.core.errors import CapacityError, Denied, SottoError

H = HTTPStatus


@dataclass(frozen=True, slots=True)
class Problem:
    """How one code looks from outside."""

    status: HTTPStatus
    close: int
    sentence: str


PROBLEMS: Final = MappingProxyType(
    {
        # The caller's request
        "malformed": Problem(
            H.BAD_REQUEST,
            1007,
            "The request is not in the form this address takes. Check it against the documentation.",
        ),
        "protocol_violated": Problem(
            H.BAD_REQUEST, 1002, "A message came where the protocol has no place for it. Reload the page."
        ),
        "version_unsupported": Problem(H.BAD_REQUEST, 4406, "This page is from another version. Reload it."),
        "too_big": Problem(
            H.REQUEST_ENTITY_TOO_LARGE, 1009, "The request is larger than this address takes. Send less."
        ),
        "too_many_messages": Problem(
            H.TOO_MANY_REQUESTS, 1008, "Too many messages at once. Wait a moment, then go on."
        ),
        "timed_out": Problem(H.REQUEST_TIMEOUT, 4408, "Nothing came for too long. Connect again."),
        "not_found": Problem(
            H.NOT_FOUND, 4404, "There is nothing here for you. Check the address, or ask whoever gave it to you."
        ),
        "method_not_allowed": Problem(H.METHOD_NOT_ALLOWED, 1002, "This address does not take that method."),
        "content_type_not_json": Problem(H.UNSUPPORTED_MEDIA_TYPE, 1007, "Send the request as application/json."),
        "origin_not_allowed": Problem(
            H.FORBIDDEN, 4403, "The request comes from another site. Open Sotto at its own address."
        ),
        # Who is calling
        "not_authenticated": Problem(
            H.UNAUTHORIZED, 4401, "You are not signed in here. Sign in, or open your link again."
        ),
        "sign_in_refused": Problem(
            H.UNAUTHORIZED,
            4401,
            "That did not match. Check the e-mail address, the password and the code, then try again.",
        ),
        "step_up_required": Problem(H.UNAUTHORIZED, 4401, "Please confirm that it is you, then do it again."),
        "step_up_refused": Problem(H.FORBIDDEN, 4401, "That did not match. Check it and try again."),
        "passkey_refused": Problem(
            H.FORBIDDEN, 4401, "The passkey was not accepted. Try again, or use another way to sign in."
        ),
        "passkey_required": Problem(H.FORBIDDEN, 4401, "You have a passkey: please confirm with it."),
        "challenge_unknown": Problem(H.CONFLICT, 4401, "That took too long. Please begin again."),
        "setup_link_invalid": Problem(
            H.FORBIDDEN, 4401, "This setup link does not work any more. Ask your administrator for a new one."
        ),
        "too_many_attempts": Problem(H.TOO_MANY_REQUESTS, 1013, "Too many attempts. Wait a little, then try again."),
        "role_not_permitted": Problem(
            H.FORBIDDEN, 4403, "Your role does not include this. Ask somebody whose role does."
        ),
        # Accounts
        "password_rejected": Problem(
            H.UNPROCESSABLE_ENTITY,
            1008,
            "That password is not strong enough. Choose a longer one that is hard to guess.",
        ),
        "totp_refused": Problem(
            H.UNPROCESSABLE_ENTITY, 1008, "The code did not match. Wait for the next one in your app and try again."
        ),
        "totp_not_begun": Problem(H.CONFLICT, 1008, "No code app is being set up. Begin again."),
        "email_taken": Problem(
            H.CONFLICT, 1008, "There is an account with this e-mail address already. Reset it instead."
        ),
        "email_invalid": Problem(H.UNPROCESSABLE_ENTITY, 1008, "That is not an e-mail address. Check it."),
        "last_way_in": Problem(
            H.CONFLICT, 1008, "This is your only way to sign in. Set a password or add another passkey first."
        ),
        "conflict": Problem(
            H.CONFLICT, 1008, "Somebody else changed this a moment ago. Look at it again, then try again."
        ),
        "account_unknown": Problem(H.NOT_FOUND, 4404, "There is no such account. Check the e-mail address."),
        # Sessions
        "invitation_invalid": Problem(
            H.FORBIDDEN, 4403, "This link does not work. Ask whoever gave it to you for a new one."
        ),
        "invitation_expired": Problem(
            H.FORBIDDEN, 4403, "This link has expired. Ask whoever gave it to you for a new one."
        ),
        "invitation_revoked": Problem(
            H.FORBIDDEN, 4403, "This link was taken back. Ask whoever gave it to you for a new one."
        ),
        "staff_sign_in_required": Problem(
            H.UNAUTHORIZED, 4401, "This link is for staff. Sign in first, then open it again."
        ),
        "session_closed": Problem(H.CONFLICT, 4404, "This session has ended."),
        "session_full": Problem(H.CONFLICT, 4409, "Every seat of this session is taken. Ask the host."),
        "not_in_session": Problem(H.FORBIDDEN, 4401, "You are not in this session. Open your link again."),
        "seat_unknown": Problem(H.NOT_FOUND, 4404, "That person is not here any more."),
        "not_waiting": Problem(H.CONFLICT, 4409, "That person is not waiting any more."),
        "not_admitted": Problem(H.FORBIDDEN, 4403, "You are still waiting. Someone will let you in."),
        "replaced": Problem(H.CONFLICT, 4409, "This link was opened on another device. Go on there."),
        "removed": Problem(H.FORBIDDEN, 4410, "You were taken out of this session. Ask whoever invited you."),
        "declined": Problem(H.FORBIDDEN, 4410, "You were not let in this time. Ask whoever invited you."),
        "planned_start_invalid": Problem(
            H.UNPROCESSABLE_ENTITY, 1008, "The planned start is not a date and time with an offset. Correct it."
        ),
        "max_minutes_too_long": Problem(
            H.UNPROCESSABLE_ENTITY, 1008, "Sessions may not be planned that long here. Choose a shorter time."
        ),
        "expires_in_too_long": Problem(
            H.UNPROCESSABLE_ENTITY, 1008, "Links may not live that long here. Choose a shorter time."
        ),
        # The log
        "export_too_large": Problem(
            H.UNPROCESSABLE_ENTITY, 1008, "That is more than one package holds. Export one session, or export as JSONL."
        ),
        # Us
        "audit_unavailable": Problem(
            H.SERVICE_UNAVAILABLE,
            1013,
            "This cannot be written to the log just now, so it was not done. Try again in a moment.",
        ),
        "safety_mode": Problem(
            H.SERVICE_UNAVAILABLE, 1013, "The log needs a check by your operator first, so this was not done."
        ),
        "overloaded": Problem(H.SERVICE_UNAVAILABLE, 1013, "Too much is going on just now. Try again in a moment."),
        "shutting_down": Problem(
            H.SERVICE_UNAVAILABLE, 1012, "The service is restarting. It will be back in a moment."
        ),
        "internal": Problem(
            H.INTERNAL_SERVER_ERROR,
            1011,
            "Something went wrong on our side. Try again; if it stays, tell your organization.",
        ),
    }
)
"""Codes an operator alone meets (`config_invalid`, `store_…`) never travel: they are printed by commands."""


def code_of(error: BaseException) -> str:
    """Return the public code of an error; what has none is `internal`."""
    code = error.code if isinstance(error, SottoError) else "internal"
    if code in PROBLEMS:
        return code
    return "audit_unavailable" if code.startswith("store_") else "internal"


def document(error: BaseException) -> tuple[HTTPStatus, dict[str, Any], dict[str, str]]:
    """Return status, RFC 9457 members and headers for an error."""
    code = code_of(error)
    problem = PROBLEMS[code]
    body: dict[str, Any] = {
        "type": f"urn:sotto:error:{code}",
        "title": problem.status.phrase,
        "status": int(problem.status),
        "code": code,
        "detail": problem.sentence,
    }
    headers: dict[str, str] = {}
    if isinstance(error, Denied) and error.event is not None:
        body["event"] = error.event
    if isinstance(error, CapacityError) and error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    extra = getattr(error, "reason", None)
    if code == "password_rejected" and isinstance(extra, str):
        body["reason"] = extra
    return problem.status, body, headers
