"""The interpreter of state machines, and what must hold for every machine there is."""

from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core import machine
from gateway.core.errors import IllegalTransition
from gateway.sessions.state import SEAT, SESSION, SeatEvent, SeatState, SessionEvent, SessionState
from signaling.ws import connection


class Light(StrEnum):
    RED = "red"
    GREEN = "green"
    BROKEN = "broken"


class Sign(StrEnum):
    GO = "go"
    STOP = "stop"
    HIT = "hit"


LIGHTS: Final = MappingProxyType(
    {
        (Light.RED, Sign.GO): Light.GREEN,
        (Light.GREEN, Sign.STOP): Light.RED,
        (Light.RED, Sign.HIT): Light.BROKEN,
    }
)

MACHINES: Final[dict[str, tuple[Any, type[StrEnum], type[StrEnum], set[Any]]]] = {
    "seat": (SEAT, SeatState, SeatEvent, {SeatState.LEFT, SeatState.DECLINED, SeatState.REMOVED}),
    "session": (SESSION, SessionState, SessionEvent, {SessionState.ENDED}),
    "connection": (connection.TRANSITIONS, connection.State, connection.Event, {connection.State.CLOSED}),
}


def test_a_step_of_the_table_is_taken() -> None:
    assert machine.step(LIGHTS, Light.RED, Sign.GO) is Light.GREEN


def test_a_step_that_is_not_in_the_table_is_our_bug() -> None:
    with pytest.raises(IllegalTransition) as caught:
        machine.step(LIGHTS, Light.GREEN, Sign.HIT)
    assert caught.value.code == "illegal_state"


def test_asking_whether_a_step_is_legal_takes_no_step() -> None:
    assert machine.is_legal(LIGHTS, Light.RED, Sign.HIT)
    assert not machine.is_legal(LIGHTS, Light.GREEN, Sign.HIT)


def test_the_ends_are_the_states_without_a_way_out() -> None:
    assert machine.ends(LIGHTS) == {Light.BROKEN}


def test_the_diagram_shows_every_step_the_start_and_the_ends() -> None:
    assert machine.mermaid(LIGHTS, Light.RED).splitlines() == [
        "stateDiagram-v2",
        "    [*] --> red",
        "    red --> green: go",
        "    green --> red: stop",
        "    red --> broken: hit",
        "    broken --> [*]",
    ]


@pytest.mark.parametrize("name", MACHINES)
def test_every_machine_has_exactly_its_ends(name: str) -> None:
    table, states, _, ends = MACHINES[name]
    assert machine.ends(table) == ends
    assert {state for pair in table for state in pair[:1]} | set(table.values()) == set(states)


@pytest.mark.parametrize("name", MACHINES)
def test_every_event_of_every_machine_has_a_step(name: str) -> None:
    table, _, events, _ = MACHINES[name]
    assert {event for _, event in table} == set(events)


@given(data=st.data(), name=st.sampled_from(sorted(MACHINES)))
def test_any_sequence_of_events_steps_or_raises_and_ends_are_absorbing(data: st.DataObject, name: str) -> None:
    table, states, events, ends = MACHINES[name]
    state: StrEnum = next(iter(states))
    for event in data.draw(st.lists(st.sampled_from(list(events)), max_size=40)):
        try:
            after = machine.step(table, state, event)
        except IllegalTransition:
            assert (state, event) not in table
            continue
        assert table[state, event] is after
        assert state not in ends
        state = after
