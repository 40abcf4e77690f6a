"""The WebSocket protocol `sotto.v1`: every message, its schema, and the one way in and out.

Knows nothing of sockets. Schemas are closed both ways: an unknown type, member or value is the other side's error.
So a message that gains a member, and a new message, mean a new version; nothing is ever renamed or reused. Whoever
changes a message changes its fixture in `tests/vectors/protocol/` and its section in PROTOCOL.md (both are tested).
"""

import json
from typing import Annotated, Any, Final, NoReturn

import msgspec
from msgspec import Meta

from gateway.core.errors import RemoteProtocolError
from gateway.sessions.messages import (
    END,
    LARGEST,
    Instant,
    LobbyGone,
    LobbyKnock,
    Message,
    NameCiphertext,
    Notice,
    SeatRef,
    SeatUpdate,
    SessionUpdate,
    Welcome,
)

VERSION: Final = 1
SUBPROTOCOL: Final = "sotto.v1"
MAX_MESSAGE_BYTES: Final = 64 * 1024
"""Longest message either side may send. Larger lets one peer hold more memory; smaller cuts what comes with media."""

RequestId = Annotated[
    str, Meta(pattern="^[A-Za-z0-9_-]{1,64}" + END, description="Chosen by the client; the answer repeats it.")
]
Ticket = Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{43}" + END, description="From `POST /api/seats`.")]
Resume = Annotated[int, Meta(ge=0, le=LARGEST, description="The last `seq` (or `next`) the client has seen.")]
Version = Annotated[int, Meta(ge=0, le=LARGEST)]
Code = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{1,63}" + END, description="Stable; see the table of codes.")]


class Hello(Message, frozen=True, kw_only=True, tag="hello", omit_defaults=True):
    """The first message: which seat, and the ticket that belongs to it."""

    seat: SeatRef
    ticket: Ticket
    version: Version
    resume: Resume | None = None


class Request(Message, frozen=True, kw_only=True, omit_defaults=True):
    """A message that may carry an `id`; its answer repeats it."""

    id: RequestId | None = None


class Ping(Request, frozen=True, tag="ping"):
    """Says that this end is alive."""


class LobbyAsk(Request, frozen=True, kw_only=True, tag="lobby.ask"):
    """Ask to join."""

    name_ct: NameCiphertext | None


class LobbyAdmit(Request, frozen=True, kw_only=True, tag="lobby.admit"):
    """Staff let someone in."""

    seat: SeatRef


class LobbyDeny(Request, frozen=True, kw_only=True, tag="lobby.deny"):
    """Staff decline someone."""

    seat: SeatRef


class SeatRemove(Request, frozen=True, kw_only=True, tag="seat.remove"):
    """Staff end someone's seat."""

    seat: SeatRef


class SeatLeave(Request, frozen=True, tag="seat.leave"):
    """Give this seat up."""


class SessionEnd(Request, frozen=True, tag="session.end"):
    """End the session for everyone."""


class Pong(Message, frozen=True, kw_only=True, tag="pong", omit_defaults=True):
    """The answer to `ping`."""

    id: RequestId | None = None
    server_time: Instant


class Done(Message, frozen=True, kw_only=True, tag="done"):
    """The request with this `id` was carried out."""

    id: RequestId


class Refused(Message, frozen=True, kw_only=True, tag="refused"):
    """A request was not carried out, or this is the one warning before the connection is closed."""

    id: RequestId | None
    code: Code
    detail: Annotated[str, Meta(max_length=512)]


Act = LobbyAsk | LobbyAdmit | LobbyDeny | SeatRemove | SeatLeave | SessionEnd
FromClient = Hello | Ping | Act
FromServer = Welcome | Pong | LobbyKnock | LobbyGone | SeatUpdate | SessionUpdate | Notice | Done | Refused

FROM_CLIENT: Final[tuple[type[Message], ...]] = (
    Hello, Ping, LobbyAsk, LobbyAdmit, LobbyDeny, SeatRemove, SeatLeave, SessionEnd,
)  # fmt: skip
FROM_SERVER: Final[tuple[type[Message], ...]] = (
    Welcome, Pong, LobbyKnock, LobbyGone, SeatUpdate, SessionUpdate, Notice, Done, Refused,
)  # fmt: skip

_from_client: Final = msgspec.json.Decoder(FromClient)
_from_server: Final = msgspec.json.Decoder(FromServer)
_encoder: Final = msgspec.json.Encoder()


def decode(text: str) -> FromClient:
    """Return the client's message.

    Raises:
        RemoteProtocolError: `too_big`, `malformed` (not the JSON we accept), or `protocol_violated` (no such message).
    """
    data = _strict(text)
    try:
        message: FromClient = _from_client.decode(data)
    except msgspec.ValidationError:
        # What was wrong is not repeated: it may quote what the peer sent.
        raise RemoteProtocolError("no such message") from None
    except (msgspec.DecodeError, RecursionError):
        raise RemoteProtocolError("not JSON", code="malformed") from None
    return message


def decode_from_server(text: str) -> FromServer:
    """Return the server's message, as a client written in Python would read it.

    Raises:
        RemoteProtocolError: as `decode`.
    """
    try:
        message: FromServer = _from_server.decode(_strict(text))
    except msgspec.ValidationError as error:
        raise RemoteProtocolError(str(error)) from None
    except (msgspec.DecodeError, RecursionError):
        raise RemoteProtocolError("not JSON", code="malformed") from None
    return message


def encode(message: Message) -> str:
    """Return the message as it goes on the wire."""
    return _encoder.encode(message).decode()


def schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of every message by its type, self-contained, for PROTOCOL.md."""
    messages = (*FROM_CLIENT, *FROM_SERVER)
    found, raw = msgspec.json.schema_components(messages, ref_template="#/$defs/{name}")
    definitions = json.loads(json.dumps(raw).replace(json.dumps(END)[1:-1], "$"))
    shared = {name: schema for name, schema in definitions.items() if name in {"Person", "Waiting"}}
    result = {}
    for reference in found:
        schema = definitions[reference["$ref"].rsplit("/", 1)[1]]
        used = {name: part for name, part in shared.items() if f"#/$defs/{name}" in json.dumps(schema)}
        result[schema["properties"]["type"]["enum"][0]] = schema | ({"$defs": used} if used else {})
    return result


def _strict(text: str) -> bytes:
    """Return the bytes of `text` when it is JSON without anything two parsers could read differently."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        raise RemoteProtocolError("a lone surrogate", code="malformed") from None
    if len(data) > MAX_MESSAGE_BYTES:
        raise RemoteProtocolError("longer than a message may be", code="too_big")
    try:
        json.loads(text, object_pairs_hook=_once, parse_int=_safe, parse_float=_never, parse_constant=_never)
    except (ValueError, RecursionError):
        raise RemoteProtocolError("not JSON", code="malformed") from None
    return data


def _once(pairs: list[tuple[str, Any]]) -> None:
    """Refuse a member that comes twice: one parser takes the first, another the last."""
    if len({key for key, _ in pairs}) != len(pairs):
        raise RemoteProtocolError("a member comes twice", code="malformed")


def _safe(digits: str) -> int:
    """Return the integer, unless JavaScript would round it."""
    value = int(digits) if len(digits) <= len(str(-LARGEST)) else LARGEST + 1
    if abs(value) > LARGEST:
        raise RemoteProtocolError("an integer beyond 2^53", code="malformed")
    return value


def _never(number: str) -> NoReturn:
    """Refuse fractions, exponents, NaN and infinities: no message has any."""
    raise RemoteProtocolError(f"a number that is not an integer ({len(number)} characters)", code="malformed")


__all__ = ["Act", "FromClient", "FromServer", "Message", "decode", "encode", "schemas"]
