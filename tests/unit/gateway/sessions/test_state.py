"""The tables of seat and session, read as sentences."""

import pytest

from gateway.core import machine
from gateway.sessions.state import SEAT, SESSION, SeatEvent, SeatState, SessionEvent, SessionState


@pytest.mark.parametrize(
    ("sentence", "path", "end"),
    [
        ("asked, let in, left", "ask admit leave", SeatState.LEFT),
        ("asked and declined", "ask deny", SeatState.DECLINED),
        ("staff come in by themselves", "enter remove", SeatState.REMOVED),
        ("the connection breaks and comes back", "ask admit lose resume", SeatState.HERE),
        ("the connection breaks for good", "ask admit lose lapse", SeatState.LEFT),
        ("the link is opened again before anybody was let in", "ask replace ask admit", SeatState.HERE),
        ("another device takes over", "ask admit supersede", SeatState.LEFT),
        ("the session ends around someone who waits", "ask end", SeatState.LEFT),
    ],
)
def test_a_seat_may_go_this_way(sentence: str, path: str, end: SeatState) -> None:
    state = SeatState.HELD
    for event in path.split():
        state = machine.step(SEAT, state, SeatEvent(event))
    assert state is end, sentence


@pytest.mark.parametrize("state", [SeatState.HELD, SeatState.RECONNECTING, SeatState.LEFT, SeatState.REMOVED])
def test_only_who_waits_can_be_admitted(state: SeatState) -> None:
    assert not machine.is_legal(SEAT, state, SeatEvent.ADMIT)


def test_the_only_ways_to_be_here_are_admission_staff_and_coming_back() -> None:
    ways = {event for (_, event), after in SEAT.items() if after is SeatState.HERE}
    assert ways == {SeatEvent.ADMIT, SeatEvent.ENTER, SeatEvent.RESUME}


def test_nobody_comes_back_who_was_not_here() -> None:
    assert [before for (before, event) in SEAT if event is SeatEvent.LOSE] == [SeatState.HERE]
    assert [before for (before, event) in SEAT if event is SeatEvent.RESUME] == [SeatState.RECONNECTING]


@pytest.mark.parametrize("state", [SessionState.PLANNED, SessionState.OPEN])
def test_a_session_that_has_not_ended_can_be_ended(state: SessionState) -> None:
    assert machine.step(SESSION, state, SessionEvent.END) is SessionState.ENDED


def test_a_limit_is_only_reached_by_a_session_that_began() -> None:
    assert not machine.is_legal(SESSION, SessionState.PLANNED, SessionEvent.LIMIT)
