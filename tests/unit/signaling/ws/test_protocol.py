"""The protocol: every fixture both ways, and nothing but typed errors for everything else."""

import json
import random
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway.core.errors import RemoteProtocolError
from gateway.sessions.messages import END
from signaling.ws import protocol
from signaling.ws.protocol import FROM_CLIENT, FROM_SERVER, MAX_MESSAGE_BYTES

VECTORS: Final = sorted((Path(__file__).parents[3] / "vectors" / "protocol").glob("*.json"))
FIXTURES: Final[list[dict[str, Any]]] = [json.loads(path.read_text("utf-8")) for path in VECTORS]
PING: Final = '{"type":"ping","id":"p1"}'
CODES: Final = {"malformed", "protocol_violated", "too_big"}


def outcome(text: str) -> str:
    """Return the code a text is refused with, or the type of the message it is."""
    try:
        return str(type(protocol.decode(text)).__struct_config__.tag)
    except RemoteProtocolError as error:
        return error.code


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture["wire"]["type"])
def test_every_fixture_is_read_and_written_alike(fixture: dict[str, Any]) -> None:
    decode = protocol.decode if fixture["direction"] == "c2s" else protocol.decode_from_server
    message = decode(json.dumps(fixture["wire"]))
    assert json.loads(protocol.encode(message)) == fixture["wire"]


def test_every_message_has_a_fixture_in_its_direction() -> None:
    found = {(fixture["direction"], fixture["wire"]["type"]) for fixture in FIXTURES}
    types = {("c2s", str(each.__struct_config__.tag)) for each in FROM_CLIENT}
    types |= {("s2c", str(each.__struct_config__.tag)) for each in FROM_SERVER}
    assert found == types
    assert [path.stem for path in VECTORS] == sorted(wire["wire"]["type"] for wire in FIXTURES)


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture["wire"]["type"])
def test_schemas_are_closed(fixture: dict[str, Any]) -> None:
    decode = protocol.decode if fixture["direction"] == "c2s" else protocol.decode_from_server
    for member in fixture["wire"]:
        if member != "id" or fixture["direction"] == "s2c":
            less = {key: value for key, value in fixture["wire"].items() if key != member}
            if member == "resume" or (member == "id" and fixture["wire"]["type"] == "pong"):
                continue
            with pytest.raises(RemoteProtocolError):
                decode(json.dumps(less))
    with pytest.raises(RemoteProtocolError):
        decode(json.dumps(fixture["wire"] | {"more": 1}))


@pytest.mark.parametrize("kind", [*FROM_CLIENT, *FROM_SERVER])
def test_a_schema_names_every_member_and_allows_no_other(kind: type[msgspec.Struct]) -> None:
    schema = protocol.schemas()[str(kind.__struct_config__.tag)]
    assert set(schema["properties"]) == {"type", *kind.__struct_fields__}
    assert schema["additionalProperties"] is False
    assert END not in json.dumps(schema).replace("\\\\", "\\")


@pytest.mark.parametrize(
    ("what", "text", "code"),
    [
        ("nothing", "", "malformed"),
        ("half an object", '{"type":"ping"', "malformed"),
        ("something after the end", PING + " 1", "malformed"),
        ("a list", "[]", "protocol_violated"),
        ("a text", '"ping"', "protocol_violated"),
        ("null", "null", "protocol_violated"),
        ("no type", "{}", "protocol_violated"),
        ("an unknown type", '{"type":"pong2"}', "protocol_violated"),
        ("what only the server says", '{"type":"pong","server_time":"2026-11-22T10:10:03.214Z"}', "protocol_violated"),
        ("a type that is no text", '{"type":1}', "protocol_violated"),
        ("an unknown member", '{"type":"ping","now":true}', "protocol_violated"),
        ("a member twice", '{"type":"ping","type":"ping"}', "malformed"),
        ("a member twice, escaped once", '{"type":"ping","id":"a","\\u0069d":"b"}', "malformed"),
        ("a member twice, deeper", '{"type":"ping","id":{"a":1,"a":1}}', "malformed"),
        ("NaN", '{"type":"ping","id":NaN}', "malformed"),
        ("Infinity", '{"type":"ping","id":-Infinity}', "malformed"),
        ("a fraction", '{"type":"hello","seat":"st_7Q2M9K4T0BZH","ticket":"x","version":1.0}', "malformed"),
        ("an exponent", '{"type":"ping","id":1e999}', "malformed"),
        ("2^53", '{"type":"ping","id":9007199254740992}', "malformed"),
        ("2^63", '{"type":"ping","id":9223372036854775808}', "malformed"),
        ("a million digits", '{"type":"ping","id":' + "9" * 60_000 + "}", "malformed"),
        ("a lone surrogate", '{"type":"ping","id":"\\ud800"}', "malformed"),
        ("a lone surrogate as a name", '{"type":"ping","\\udfff":1}', "malformed"),
        ("a raw surrogate", '{"type":"ping","id":"\ud800"}', "malformed"),
        ("a control character", '{"type":"ping","id":"\x00"}', "malformed"),
        ("an id with a line feed at its end", '{"type":"ping","id":"a\\n"}', "protocol_violated"),
        ("a depth of 100", "[" * 100 + "]" * 100, "protocol_violated"),
        ("a depth of 30,000", "[" * 30_000 + "]" * 30_000, "malformed"),
        ("an endless opening", "[" * 60_000, "malformed"),
        ("exactly 64 KiB", PING + " " * (MAX_MESSAGE_BYTES - len(PING)), "ping"),
        ("one byte more", PING + " " * (MAX_MESSAGE_BYTES - len(PING) + 1), "too_big"),
        ("64 KiB of characters, more in bytes", '{"id":"' + "é" * 40_000 + '"}', "too_big"),
        ("a seat in small letters", '{"type":"seat.remove","seat":"st_7q2m9k4t0bzh"}', "protocol_violated"),
        ("a seat too long", '{"type":"seat.remove","seat":"st_7Q2M9K4T0BZHX"}', "protocol_violated"),
        ("a name that is too long", '{"type":"lobby.ask","name_ct":"' + "a" * 257 + '"}', "protocol_violated"),
        ("a name in the clear", '{"type":"lobby.ask","name_ct":"Sam Doe"}', "protocol_violated"),
        ("a request without an id", '{"type":"seat.leave"}', "seat.leave"),
    ],
)
def test_what_is_not_a_message_is_refused_with_a_code(what: str, text: str, code: str) -> None:
    assert outcome(text) == code, what


def test_a_refusal_repeats_nothing_that_was_said() -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        protocol.decode('{"type":"ping","Alexandra":"secret"}')
    assert "Alexandra" not in str(caught.value)
    assert caught.value.__cause__ is None


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
@example("\ud800")
def test_any_text_is_a_message_or_a_typed_error(text: str) -> None:
    assert outcome(text) in CODES


@settings(max_examples=500, deadline=None)
@given(fixture=st.sampled_from(FIXTURES), member=st.integers(0, 20), value=values)
def test_any_member_changed_to_anything_is_a_message_or_a_typed_error(
    fixture: dict[str, Any], member: int, value: object
) -> None:
    wire = dict(fixture["wire"])
    wire[list(wire)[member % len(wire)]] = value
    assert outcome(json.dumps(wire)) in CODES | {str(each.__struct_config__.tag) for each in FROM_CLIENT}


def test_twenty_thousand_broken_messages_are_only_typed_errors() -> None:
    rng = random.Random(20_261_122)  # noqa: S311  (the same inputs every time)
    texts = [json.dumps(fixture["wire"]) for fixture in FIXTURES]
    types = {str(each.__struct_config__.tag) for each in FROM_CLIENT}
    pieces = [
        '"',
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\\u",
        "\\ud83d",
        "null",
        "1e9",
        "-0",
        "NaN",
        "\x00",
        "\U0001f600",
        "é",
    ]
    seen = set()
    for _ in range(20_000):
        text = list(rng.choice(texts))
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(text) + 1)
            match rng.randrange(4):
                case 0:
                    text[at : at + rng.randint(1, 9)] = []
                case 1:
                    text.insert(at, rng.choice(pieces))
                case 2:
                    text[at : at + 1] = [chr(rng.randrange(0x300))]
                case _:
                    text[at:at] = text[: rng.randint(1, 30)]
        seen.add(outcome("".join(text)))
    assert seen <= CODES | types
    assert {"malformed", "protocol_violated"} <= seen
