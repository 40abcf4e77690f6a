"""One connection as a transcript: said, answered. It reads like PROTOCOL.md."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.problems import PROBLEMS
from signaling.ws.connection import (
    BURST,
    ENDINGS,
    HELLO_SECONDS,
    SILENCE_SECONDS,
    Authenticate,
    Close,
    Connection,
    Output,
    Perform,
    Pong,
    Send,
    State,
    close_number,
)
from signaling.ws.protocol import (
    FromClient,
    Hello,
    LobbyAdmit,
    LobbyAsk,
    LobbyDeny,
    Ping,
    Refused,
    SeatLeave,
    SeatRemove,
    SessionEnd,
    encode,
)

SEAT: Final = "st_7Q2M9K4T0BZH"
HELLO: Final = Hello(seat=SEAT, ticket="k" * 43, version=1)
BROKEN: Final = Close(1002, "protocol_violated")


def play(*transcript: tuple[FromClient, list[Output]]) -> Connection:
    """Say each message and compare the answers; a hello that is good is accepted."""
    connection = Connection(now=0)
    for said, answered in transcript:
        assert connection.receive(said, now=1) == answered
        if answered and isinstance(answered[0], Authenticate):
            connection.accepted(now=1)
    return connection


def opened(now: float = 0) -> Connection:
    """Return a connection that said hello and was welcomed."""
    connection = Connection(now=now)
    connection.receive(HELLO, now=now)
    connection.accepted(now=now)
    return connection


def test_hello_comes_first_and_is_checked_before_anything_else() -> None:
    play((HELLO, [Authenticate(HELLO)]), (Ping(id="p1"), [Pong("p1")]), (Ping(), [Pong(None)]))


@pytest.mark.parametrize("first", [Ping(), LobbyAsk(name_ct=None), SeatLeave(), SessionEnd(), LobbyAdmit(seat=SEAT)])
def test_anything_before_hello_ends_the_connection(first: FromClient) -> None:
    play((first, [BROKEN]), (HELLO, []))


def test_hello_twice_ends_the_connection() -> None:
    play((HELLO, [Authenticate(HELLO)]), (HELLO, [BROKEN]))


def test_speaking_before_the_welcome_ends_the_connection() -> None:
    connection = Connection(now=0)
    connection.receive(HELLO, now=0)
    assert connection.receive(LobbyAsk(name_ct=None), now=0) == [BROKEN]


@pytest.mark.parametrize("version", [0, 2, 2**31])
def test_another_version_is_told_to_reload(version: int) -> None:
    hello = Hello(seat=SEAT, ticket="k" * 43, version=version)
    play((hello, [Close(4406, "version_unsupported")]))


@pytest.mark.parametrize(
    "act",
    [
        LobbyAsk(name_ct=None),
        LobbyAdmit(seat=SEAT),
        LobbyDeny(seat=SEAT),
        SeatRemove(seat=SEAT),
        SeatLeave(),
        SessionEnd(),
    ],
)
def test_requests_are_passed_on_once_the_connection_is_open(act: FromClient) -> None:
    play((HELLO, [Authenticate(HELLO)]), (act, [Perform(act)]))  # type: ignore[arg-type]


def test_a_request_that_was_done_is_answered_by_its_id() -> None:
    connection = opened()
    (answer,) = connection.answer(SeatLeave(id="a5"), None, now=1)
    assert isinstance(answer, Send)
    assert encode(answer.message) == '{"type":"done","id":"a5"}'


def test_a_request_without_an_id_is_answered_only_when_refused() -> None:
    connection = opened()
    assert connection.answer(SeatLeave(), None, now=1) == []
    (answer,) = connection.answer(LobbyAdmit(seat=SEAT), "not_waiting", now=1)
    sentence = PROBLEMS["not_waiting"].sentence
    assert answer == Send(Refused(id=None, code="not_waiting", detail=sentence))


def test_a_refused_ticket_closes_the_connection() -> None:
    connection = Connection(now=0)
    connection.receive(HELLO, now=0)
    assert connection.hang_up("not_authenticated") == [Close(4401, "not_authenticated")]
    connection.accepted(now=0)
    assert connection.state is State.CLOSED


@pytest.mark.parametrize(
    ("text", "close"),
    [
        ("{", Close(1007, "malformed")),
        ('{"type":"join"}', BROKEN),
        (" " * 65_537, Close(1009, "too_big")),
    ],
)
def test_what_is_not_a_message_ends_the_connection(text: str, close: Close) -> None:
    assert opened().hear(text, now=1) == [close]
    assert Connection(now=0).hear(text, now=1) == [close]


def test_a_message_off_the_wire_is_heard() -> None:
    assert opened().hear('{"type":"ping","id":"p1"}', now=1) == [Pong("p1")]


# Time


def test_no_hello_within_ten_seconds_ends_the_connection() -> None:
    connection = Connection(now=100)
    assert connection.deadline == 100 + HELLO_SECONDS
    assert connection.tick(now=109.9) == []
    assert connection.tick(now=110) == [Close(4408, "timed_out")]
    assert connection.deadline is None
    assert connection.tick(now=200) == []


def test_talking_does_not_put_off_the_hello() -> None:
    connection = Connection(now=0)
    connection.receive(HELLO, now=9)
    assert connection.deadline == HELLO_SECONDS


def test_thirty_seconds_of_silence_end_the_connection_and_a_ping_ends_the_silence() -> None:
    connection = opened()
    connection.receive(Ping(), now=29)
    assert connection.tick(now=30) == []
    assert connection.deadline == 29 + SILENCE_SECONDS
    assert connection.tick(now=59) == [Close(4408, "timed_out")]


def test_our_own_slowness_is_no_silence_of_the_client() -> None:
    connection = opened()
    connection.receive(SeatLeave(), now=1)
    connection.answer(SeatLeave(), "audit_unavailable", now=40)
    assert connection.tick(now=41) == []


# Floods


def test_a_burst_is_served_and_what_comes_after_is_warned_once_and_then_over() -> None:
    connection = opened()
    for _ in range(BURST - 1):  # Hello was the first.
        assert connection.receive(Ping(id="p1"), now=0) == [Pong("p1")]
    (warning,) = connection.receive(LobbyAsk(id="a1", name_ct=None), now=0)
    assert isinstance(warning, Send)
    assert isinstance(warning.message, Refused)
    assert (warning.message.id, warning.message.code) == ("a1", "too_many_messages")
    assert connection.receive(Ping(), now=0) == [Close(1008, "too_many_messages")]
    assert connection.receive(Ping(), now=9) == []


def test_twenty_a_second_are_fine_for_ever() -> None:
    connection = opened()
    for n in range(2000):
        assert connection.receive(Ping(), now=n / 20) == [Pong(None)]


def test_a_client_that_slows_down_after_the_warning_goes_on() -> None:
    connection = opened()
    for _ in range(BURST):
        connection.receive(Ping(), now=0)
    assert connection.receive(Ping(), now=1) == [Pong(None)]
    for _ in range(BURST):
        connection.receive(Ping(), now=100)
    (warning,) = connection.receive(Ping(), now=100)
    assert isinstance(warning, Send), "a quiet time has made the first warning forgotten"


def test_a_flood_of_hellos_is_no_way_around() -> None:
    connection = opened()
    assert connection.receive(HELLO, now=0) == [BROKEN]


# Ends


def test_every_reason_to_close_has_a_number() -> None:
    assert {close_number(code) for code in ENDINGS} == {1000}
    for code, number in (("replaced", 4409), ("removed", 4410), ("declined", 4410), ("session_closed", 4404)):
        assert close_number(code) == number


@given(st.lists(st.sampled_from(["hello", "ping", "ask", "junk", "tick", "accept", "hang_up", "answer"]), max_size=30))
def test_nothing_is_said_after_the_close_and_it_is_said_once(events: list[str]) -> None:
    connection, now, closes = Connection(now=0), 0.0, 0
    for event in events:
        now += 3
        was_closed = connection.state is State.CLOSED
        outputs: list[Output] = []
        match event:
            case "hello":
                outputs = connection.receive(HELLO, now=now)
            case "ping":
                outputs = connection.receive(Ping(), now=now)
            case "ask":
                outputs = connection.receive(LobbyAsk(name_ct=None), now=now)
            case "junk":
                outputs = connection.hear("{", now=now)
            case "tick":
                outputs = connection.tick(now=now)
            case "accept":
                connection.accepted(now=now)
            case "hang_up":
                outputs = connection.hang_up("replaced")
            case _:
                outputs = connection.answer(SeatLeave(id="a1"), None, now=now)
        assert not (was_closed and outputs)
        closes += sum(isinstance(output, Close) for output in outputs)
        assert not any(isinstance(output, Perform | Pong) for output in outputs) or connection.state is State.OPEN
    assert closes == (connection.state is State.CLOSED)
