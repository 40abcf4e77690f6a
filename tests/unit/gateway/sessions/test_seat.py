"""One seat: what others see of it, and what nobody does."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.core.ids import SeatId, SubjectId
from gateway.sessions.messages import Role
from gateway.sessions.seat import Seat, SeatRecord, seat_from
from gateway.sessions.state import SeatState

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def seat(state: SeatState = SeatState.HELD, role: Role = "participant") -> Seat:
    record = SeatRecord(
        id=SeatId("st_7Q2M9K4T0BZH"),
        role=role,
        subject=SubjectId("prt_SECRET01"),
        host=False,
        invitation="inv_1",
        state=state,
        since=NOW,
    )
    return seat_from(record, incarnation=1, now=NOW)


def test_whoever_was_here_before_a_restart_is_reconnecting() -> None:
    assert seat(SeatState.HERE).state is SeatState.RECONNECTING
    assert seat(SeatState.WAITING).state is SeatState.WAITING


@pytest.mark.parametrize("role", ["specialist", "supervisor"])
def test_those_who_hold_sessions_are_staff(role: Role) -> None:
    assert seat(role=role).is_staff


@pytest.mark.parametrize("role", ["participant", "interpreter", "helper"])
def test_everyone_else_is_a_guest(role: Role) -> None:
    assert not seat(role=role).is_staff


def test_every_state_is_pending_present_or_over() -> None:
    for state in SeatState:
        one = seat()
        one.state = state
        assert [one.is_pending, one.is_present, one.is_over].count(True) == 1, state


def test_the_time_here_counts_from_admission() -> None:
    one = seat()
    assert one.seconds(NOW) == 0
    one.joined_at = NOW
    assert one.seconds(NOW + timedelta(seconds=90)) == 90
    assert one.seconds(NOW - timedelta(hours=1)) == 0, "a clock that goes back makes nobody's visit negative"


def test_however_a_seat_ended_others_see_that_it_left() -> None:
    for state, reason in ((SeatState.LEFT, "left"), (SeatState.DECLINED, "declined"), (SeatState.REMOVED, "removed")):
        one = seat()
        one.state = state
        update = one.update(reason)  # type: ignore[arg-type]
        assert (update.state, update.reason) == ("left", reason)


def test_a_seat_never_prints_whose_it_is() -> None:
    assert "SECRET" not in repr(seat())
