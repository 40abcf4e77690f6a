"""One WebSocket connection as a machine: what was said, what is answered, when it is over.

Pure: no socket, no clock. `now` is seconds of a clock that never jumps. The glue carries out what is returned.
"""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from gateway.core import machine
from gateway.core.errors import RemoteProtocolError
from signaling.problems import PROBLEMS
from signaling.ws import protocol
from signaling.ws.protocol import VERSION, Act, Done, FromClient, Hello, Message, Ping, Refused

HELLO_SECONDS: Final = 10.0
"""Time to say who one is. Longer forgives slow phones; shorter frees a place an idle stranger holds."""
SILENCE_SECONDS: Final = 30.0
"""Time without a word. Clients ping every 10 s, so three pings may be lost before the connection counts as dead."""
BURST: Final = 50
PER_SECOND: Final = 20.0
"""Messages a client may send at once, and on average. A person needs a few a minute; joining needs a dozen."""

ENDINGS: Final = MappingProxyType({"left": 1000, "ended": 1000, "gone": 1000})
"""How a connection closes when nothing is wrong. Every other code is an error and stands in `problems`."""


class State(StrEnum):
    """Where a connection stands."""

    NEW = "new"
    AUTHENTICATING = "authenticating"
    OPEN = "open"
    CLOSED = "closed"


class Event(StrEnum):
    """What can happen to a connection."""

    HELLO = "hello"
    ACCEPT = "accept"  # ticket and cookie fit
    BREACH = "breach"  # the client broke the protocol
    SILENCE = "silence"
    HANG_UP = "hang_up"  # we close: refused, removed, ended, replaced, shutting down


TRANSITIONS: Final = MappingProxyType(
    {
        (State.NEW, Event.HELLO): State.AUTHENTICATING,
        (State.NEW, Event.BREACH): State.CLOSED,
        (State.NEW, Event.SILENCE): State.CLOSED,
        (State.NEW, Event.HANG_UP): State.CLOSED,
        (State.AUTHENTICATING, Event.ACCEPT): State.OPEN,
        (State.AUTHENTICATING, Event.BREACH): State.CLOSED,
        (State.AUTHENTICATING, Event.SILENCE): State.CLOSED,
        (State.AUTHENTICATING, Event.HANG_UP): State.CLOSED,
        (State.OPEN, Event.BREACH): State.CLOSED,
        (State.OPEN, Event.SILENCE): State.CLOSED,
        (State.OPEN, Event.HANG_UP): State.CLOSED,
    }
)
"""CLOSED has no way out: whoever comes back opens a new connection, and resumes."""


@dataclass(frozen=True, slots=True)
class Send:
    """Send this message."""

    message: Message


@dataclass(frozen=True, slots=True)
class Pong:
    """Answer a ping; the rim knows what time it is."""

    id: str | None


@dataclass(frozen=True, slots=True)
class Authenticate:
    """Find out whether ticket and cookie fit; then say `accepted` or `hang_up`."""

    hello: Hello


@dataclass(frozen=True, slots=True)
class Perform:
    """Do what is asked, if it may be done; then say `answer`."""

    message: Act


@dataclass(frozen=True, slots=True)
class Close:
    """Close the socket with this number and this reason."""

    number: int
    code: str


Output = Send | Pong | Authenticate | Perform | Close


class Connection:
    """One connection. Owned by its handler."""

    def __init__(self, *, now: float) -> None:
        self.state = State.NEW
        self._opened_at = now
        self._heard_at = now
        self._tokens = float(BURST)
        self._counted_at = now
        self._was_warned = False

    @property
    def deadline(self) -> float | None:
        """When `tick` has to be called next; None when it is over."""
        if self.state is State.CLOSED:
            return None
        return self._heard_at + SILENCE_SECONDS if self.state is State.OPEN else self._opened_at + HELLO_SECONDS

    def hear(self, text: str, *, now: float) -> list[Output]:
        """Return what to do about one text message."""
        try:
            message = protocol.decode(text)
        except RemoteProtocolError as error:
            return self.breach(error.code)
        return self.receive(message, now=now)

    def receive(self, message: FromClient, *, now: float) -> list[Output]:
        """Return what to do about one message that is well formed."""
        if self.state is State.CLOSED:
            return []
        self._heard_at = now
        if not self._has_token(now):
            return self._too_many(message)
        if isinstance(message, Hello):
            return self._greet(message)
        if isinstance(message, Ping):
            return [Pong(message.id)] if self.state is State.OPEN else self.breach("protocol_violated")
        return [Perform(message)] if self.state is State.OPEN else self.breach("protocol_violated")

    def accepted(self, *, now: float) -> None:
        """Note that ticket and cookie fit. A connection that is over meanwhile stays over."""
        if self.state is State.AUTHENTICATING:
            self._set_state(Event.ACCEPT)
            self._heard_at = now

    def answer(self, message: Act, code: str | None, *, now: float) -> list[Output]:
        """Return the answer to a request: done, or refused with a code. Working on it was no silence of the client."""
        self._heard_at = max(self._heard_at, now)
        if self.state is not State.OPEN:
            return []
        if code is None:
            return [] if message.id is None else [Send(Done(id=message.id))]
        return [Send(Refused(id=message.id, code=code, detail=PROBLEMS[code].sentence))]

    def tick(self, *, now: float) -> list[Output]:
        """Return what to do because time has passed."""
        if self.deadline is None or now < self.deadline:
            return []
        return self._close(Event.SILENCE, "timed_out")

    def breach(self, code: str) -> list[Output]:
        """Return what to do about a client that broke the protocol."""
        return self._close(Event.BREACH, code)

    def hang_up(self, code: str) -> list[Output]:
        """Return what to do when this side ends the connection."""
        return self._close(Event.HANG_UP, code)

    def _greet(self, hello: Hello) -> list[Output]:
        if self.state is not State.NEW:
            return self.breach("protocol_violated")
        if hello.version != VERSION:
            return self.breach("version_unsupported")
        self._set_state(Event.HELLO)
        return [Authenticate(hello)]

    def _has_token(self, now: float) -> bool:
        """Take a token from the bucket, if there is one. A full bucket forgets that there ever was a warning."""
        self._tokens = min(BURST, self._tokens + (now - self._counted_at) * PER_SECOND)
        self._counted_at = now
        if self._tokens >= BURST:
            self._was_warned = False
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def _too_many(self, message: FromClient) -> list[Output]:
        """Warn once; then it is over. The message itself is dropped, so nobody else notices the flood."""
        if self._was_warned or self.state is not State.OPEN:
            return self.breach("too_many_messages")
        self._was_warned = True
        request = None if isinstance(message, Hello) else message.id
        sentence = PROBLEMS["too_many_messages"].sentence
        return [Send(Refused(id=request, code="too_many_messages", detail=sentence))]

    def _close(self, event: Event, code: str) -> list[Output]:
        if self.state is State.CLOSED:
            return []
        self._set_state(event)
        return [Close(close_number(code), code)]

    def _set_state(self, event: Event) -> None:
        """Set the state. The only place that does."""
        self.state = machine.step(TRANSITIONS, self.state, event)


def close_number(code: str) -> int:
    """Return the WebSocket close code for a reason."""
    ending = ENDINGS.get(code)
    return PROBLEMS[code].close if ending is None else ending
