"""What the log says of a refusal: each kind of act has its own word for it."""

import pytest

from gateway.core.actions import Action
from gateway.core.events import AccessRefused, AuthFailed, AuthLocked, Data, SessionAdmissionRefused
from gateway.core.ids import SeatId
from gateway.guard import refusal

SEAT = SeatId("st_1")


@pytest.mark.parametrize(
    ("action", "code", "data"),
    [
        (Action.SIGN_IN, "sign_in_refused", AuthFailed(code="sign_in_refused", method="sign_in", count=3)),
        (Action.SETUP, "setup_link_invalid", AuthFailed(code="setup_link_invalid", method="setup", count=3)),
        (Action.STEP_UP, "passkey_refused", AuthFailed(code="passkey_refused", method="step_up", count=3)),
        (Action.SIGN_IN, "too_many_attempts", AuthLocked(count=3)),
        (
            Action.SESSION_TAKE_SEAT,
            "invitation_expired",
            SessionAdmissionRefused(seat=SEAT, reason="invitation_expired", by=None, count=3),
        ),
        (
            Action.SESSION_ASK,
            "not_authenticated",
            SessionAdmissionRefused(seat=SEAT, reason="not_authenticated", by=None, count=3),
        ),
        (
            Action.AUDIT_VIEW,
            "role_not_permitted",
            AccessRefused(action="audit.view", code="role_not_permitted", count=3),
        ),
        (
            Action.SESSION_ADMIT,
            "not_waiting",
            AccessRefused(action="session.admit", code="not_waiting", count=3),
        ),
        (
            Action.ME_PASSWORD,
            "too_many_attempts",
            AccessRefused(action="me.password", code="too_many_attempts", count=3),
        ),
    ],
)
def test_a_refusal_is_told_in_the_words_of_what_was_asked(action: Action, code: str, data: Data) -> None:
    assert refusal(action, code, 3, seat=SEAT) == data


@pytest.mark.parametrize("action", Action)
def test_every_refusal_can_be_counted(action: Action) -> None:
    data = refusal(action, "a_code", 17)
    assert getattr(data, "count", None) == 17
