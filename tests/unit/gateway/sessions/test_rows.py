"""What a link is good for, at every instant of its life."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.core.ids import SessionId
from gateway.sessions.rows import InvitationRow

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
LINK = InvitationRow(
    ref="inv_1",
    token_hash=bytes(32),
    session=SessionId("ses_1"),
    role="participant",
    created_at=NOON,
    expires_at=LATER,
    used_at=None,
    revoked_at=None,
)


@pytest.mark.parametrize(
    ("link", "now", "state"),
    [
        (LINK, NOON, "open"),
        (LINK, LATER - timedelta(milliseconds=1), "open"),
        (LINK, LATER, "expired"),
        (replace(LINK, used_at=NOON), NOON, "used"),
        (replace(LINK, used_at=NOON), LATER, "used"),
        (replace(LINK, used_at=NOON, revoked_at=NOON), NOON, "revoked"),
        (replace(LINK, revoked_at=NOON), LATER, "revoked"),
    ],
)
def test_the_state_of_a_link(link: InvitationRow, now: datetime, state: str) -> None:
    assert link.state(now) == state
