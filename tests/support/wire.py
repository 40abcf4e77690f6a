"""A client of the session protocol, as a stranger would write one from PROTOCOL.md."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import ClientWebSocketResponse, WSMsgType

from tests.support.house import Visitor

PATIENCE: Final = 10.0
"""Nothing in a test takes longer, unless it is broken."""
NAME: Final = "c2VhbGVkLW5hbWU"


@dataclass
class Line:
    """One connection of one browser."""

    socket: ClientWebSocketResponse
    seat: str
    seen: int = 0
    heard: list[dict[str, Any]] = field(default_factory=list)
    passed_over: list[dict[str, Any]] = field(default_factory=list)
    """What came while an answer was awaited."""

    async def say(self, type_: str, **members: object) -> None:
        """Send a message."""
        await self.socket.send_str(json.dumps({"type": type_, **members}))

    async def next(self) -> dict[str, Any]:
        """Return the next message; a numbered one must be the next number."""
        frame = await self.socket.receive(PATIENCE)
        assert frame.type is WSMsgType.TEXT, (frame.type, frame.data, frame.extra)
        message: dict[str, Any] = json.loads(frame.data)
        if "seq" in message:
            assert self.seen in {0, message["seq"] - 1}, "a message was lost or doubled"
            self.seen = message["seq"]
        if message["type"] == "welcome" and not message["resumed"]:
            self.seen = message["next"]
        self.heard.append(message)
        return message

    async def until(self, type_: str, **members: object) -> dict[str, Any]:
        """Return the first message of that type with those members."""
        while True:
            message = self.passed_over.pop(0) if self.passed_over else await self.next()
            if message["type"] == type_ and all(message[key] == value for key, value in members.items()):
                return message

    async def ask(self, type_: str, **members: object) -> dict[str, Any]:
        """Send a request and return its answer."""
        await self.say(type_, id="r1", **members)
        while True:
            message = await self.next()
            if message["type"] in {"done", "refused", "pong"} and message.get("id") == "r1":
                return message
            self.passed_over.append(message)

    async def closed(self) -> tuple[int, str]:
        """Return number and reason of the close, whatever is said before it."""
        while True:
            frame = await self.socket.receive(PATIENCE)
            if frame.type is WSMsgType.CLOSE:
                return int(frame.data), str(frame.extra)
            if frame.type is not WSMsgType.TEXT:
                return int(self.socket.close_code or 0), ""


@dataclass
class Seat:
    """A seat one browser took."""

    visitor: Visitor
    id: str
    ticket: str

    def hello(self, **members: object) -> dict[str, object]:
        """Return the first message of a connection."""
        return {"seat": self.id, "ticket": self.ticket, "version": 1, **members}

    @asynccontextmanager
    async def dial(self, **headers: str) -> AsyncIterator[Line]:
        """Open a socket and say nothing yet."""
        async with self.visitor.session.ws_connect("/ws", protocols=("sotto.v1",), headers=headers) as socket:
            yield Line(socket, self.id)

    @asynccontextmanager
    async def connected(self, **members: object) -> AsyncIterator[Line]:
        """Open a socket, say hello and hear the welcome."""
        async with self.dial() as line:
            await line.say("hello", **self.hello(**members))
            if isinstance(resume := members.get("resume"), int):
                line.seen = resume
            assert (await line.next())["type"] == "welcome"
            yield line

    @asynccontextmanager
    async def here(self) -> AsyncIterator[Line]:
        """As `connected`, for a host: ask, and be here."""
        async with self.connected() as line:
            assert (await line.ask("lobby.ask", name_ct=NAME))["type"] == "done"
            yield line


async def take(visitor: Visitor, **body: object) -> Seat:
    """Take a seat with an invitation or as the host."""
    status, seat = await visitor.post("/api/seats", body)
    assert status == 201, seat
    return Seat(visitor, seat["seat"], seat["ticket"])


async def within(seconds: float, line: Line) -> tuple[int, str]:
    """Return how the line was closed, which must happen within that time."""
    async with asyncio.timeout(seconds):
        return await line.closed()
