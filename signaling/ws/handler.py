"""The glue between one WebSocket and everything else: who may connect, one reader, one writer, one timer.

What is said is decided in `connection`; what is done is done by the hub; what waits to be sent waits in `outbox`.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from typing import Final, assert_never

import structlog
from aiohttp import WSMsgType, web

from gateway.core.clock import rfc3339
from gateway.core.errors import CapacityError, RemoteProtocolError, SottoError
from gateway.core.ids import SeatId
from gateway.hub import Gateway, Message, Sitting
from signaling.auth.address import address_of
from signaling.auth.cookies import seat_cookie
from signaling.auth.origin import refuse_origin
from signaling.keys import GATEWAY, SETTINGS
from signaling.problems import code_of
from signaling.ws import connection as machine
from signaling.ws.connection import Authenticate, Close, Connection, Output, Perform, Send
from signaling.ws.outbox import Finish, Outbox
from signaling.ws.protocol import (
    MAX_MESSAGE_BYTES,
    SUBPROTOCOL,
    Act,
    Hello,
    LobbyAdmit,
    LobbyAsk,
    LobbyDeny,
    Pong,
    SeatLeave,
    SeatRemove,
    SessionEnd,
    encode,
)

logger = structlog.get_logger(__name__)

MAX_SOCKETS: Final = 2000
"""Sockets at once. Each may hold an outbox (512 KiB at the very worst) and a file descriptor."""
MAX_SOCKETS_PER_ADDRESS: Final = 200
"""Sockets from one address. A whole clinic behind one address is normal; a thousand idle strangers are not."""
CLOSE_SECONDS: Final = 3.0
"""How long the other side may take to agree to a close."""
FLUSH_SECONDS: Final = 5.0
"""How long what was said before the end may take to go out; then the line is cut."""
BUSY_SECONDS: Final = 1.0
"""How often to look again while our own work, not the client, is what takes time."""


class Sockets:
    """Every open socket of this process: counted on the way in, closed together at the end."""

    def __init__(self) -> None:
        self._open: set[Socket] = set()
        self._by_address: Counter[str] = Counter()

    def add(self, socket: "Socket", address: str) -> None:
        """Take a socket in.

        Raises:
            CapacityError: there are too many already, here or from that address.
        """
        if len(self._open) >= MAX_SOCKETS or self._by_address[address] >= MAX_SOCKETS_PER_ADDRESS:
            raise CapacityError("overloaded", retry_after=10)
        self._open.add(socket)
        self._by_address[address] += 1

    def drop(self, socket: "Socket", address: str) -> None:
        """Let a socket go."""
        self._open.discard(socket)
        self._by_address[address] -= 1
        if self._by_address[address] <= 0:
            del self._by_address[address]

    async def close(self, _app: web.Application) -> None:
        """Tell every client that we stop: they come back by themselves."""
        for socket in list(self._open):
            socket.hang_up("shutting_down")


SOCKETS: Final = web.AppKey("sockets", Sockets)


async def lifetime(app: web.Application) -> AsyncIterator[None]:
    """Keep the book of open sockets, and close them before the server waits for its handlers."""
    sockets = app[SOCKETS] = Sockets()
    app.on_shutdown.append(sockets.close)
    yield


async def connect(request: web.Request) -> web.StreamResponse:
    """Turn a request into a session connection, and serve it until it is over.

    Raises:
        Denied: `origin_not_allowed`.
        RemoteProtocolError: not a WebSocket request, or without our subprotocol.
        CapacityError: `overloaded`.
    """
    if request.headers.getall("Origin", []) != [request.app[SETTINGS].listen.origin]:
        # A page of another site could open this with our cookies; browsers always say which site it is.
        await refuse_origin(request)
    response = web.WebSocketResponse(
        protocols=(SUBPROTOCOL,),
        max_msg_size=MAX_MESSAGE_BYTES + 1,  # The library's limit is the first size it refuses.
        compress=False,
        timeout=CLOSE_SECONDS,
    )
    offer = response.can_prepare(request)
    if not offer.ok:
        raise RemoteProtocolError("not a WebSocket request", code="malformed")
    if offer.protocol != SUBPROTOCOL:
        raise RemoteProtocolError("no subprotocol of ours", code="version_unsupported")
    socket, address = Socket(request, response), address_of(request)
    sockets = request.app[SOCKETS]
    sockets.add(socket, address)
    try:
        await response.prepare(request)
        await socket.run()
    finally:
        sockets.drop(socket, address)
    return response


class Socket:
    """One WebSocket while it lasts. It is the hub's `Wire`."""

    def __init__(self, request: web.Request, response: web.WebSocketResponse) -> None:
        self._request = request
        self._response = response
        self._gateway: Gateway = request.app[GATEWAY]
        self._loop = asyncio.get_running_loop()
        self._connection = Connection(now=self._loop.time())
        self._outbox = Outbox()
        self._sitting: Sitting | None = None
        self._is_busy = False

    # The hub's side

    def tell(self, message: Message) -> None:
        """Send a message, soon. A reader that is too slow loses the connection, not the others' time."""
        if not self._outbox.put(encode(message)) and self._connection.state is not machine.State.CLOSED:
            self._carry_out(self._connection.hang_up("overloaded"))

    def hang_up(self, code: str) -> None:
        """Send what was told already, then close."""
        self._carry_out(self._connection.hang_up(code))

    # Its own life

    async def run(self) -> None:
        """Serve the connection until it is over, then keep its seat for a while."""
        writer = asyncio.create_task(self._write(), name="ws writer")
        watcher = asyncio.create_task(self._watch(), name="ws watcher")
        try:
            await self._read()
        except Exception:  # The task's outermost boundary: the person gets a code, the operator the traceback.
            logger.exception("socket_failed", peer=self._peer)
            self.hang_up("internal")
        finally:
            if self._sitting is not None:
                self._gateway.seating.disconnect(self._sitting)
            self.hang_up("gone")
            await asyncio.wait({writer})
            watcher.cancel()
            logger.info("socket_closed", peer=self._peer, code=self._outbox.code)

    @property
    def _peer(self) -> str | None:
        return None if self._sitting is None else self._sitting.peer

    async def _read(self) -> None:
        """Take each message, and do what is to be done about it before the next."""
        async for frame in self._response:
            if frame.type is WSMsgType.TEXT:
                await self._do(self._connection.hear(frame.data, now=self._loop.time()))
            elif frame.type is WSMsgType.BINARY:
                self._carry_out(self._connection.breach("protocol_violated"))

    async def _write(self) -> None:
        """Send what is in the outbox, one at a time; the last thing is the close."""
        with suppress(ConnectionError):  # Gone is gone: the reader notices too.
            while isinstance(item := await self._outbox.take(), str):
                await self._response.send_str(item)
            await self._response.close(code=item.number, message=item.code.encode())

    async def _watch(self) -> None:
        """Notice silence. Once the end is decided, give it a moment, then cut the line."""
        while not self._outbox.is_finished:
            deadline = self._connection.deadline or self._loop.time()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(deadline):
                    await self._outbox.finished()
            if self._is_busy:
                await asyncio.sleep(BUSY_SECONDS)
            else:
                self._carry_out(self._connection.tick(now=self._loop.time()))
        await asyncio.sleep(FLUSH_SECONDS)
        if self._request.transport is not None:
            self._request.transport.abort()

    async def _do(self, outputs: Iterable[Output]) -> None:
        """Carry out what the connection decided, also what takes time."""
        self._is_busy = True
        try:
            for output in outputs:
                if isinstance(output, Authenticate):
                    await self._authenticate(output.hello)
                elif isinstance(output, Perform):
                    code = await self._perform(output.message)
                    self._carry_out(self._connection.answer(output.message, code, now=self._loop.time()))
                else:
                    self._carry_out([output])
        finally:
            self._is_busy = False

    def _carry_out(self, outputs: Iterable[Output]) -> None:
        """Carry out what takes no time."""
        for output in outputs:
            if isinstance(output, Send):
                self.tell(output.message)
            elif isinstance(output, machine.Pong):
                self.tell(Pong(id=output.id, server_time=rfc3339(self._gateway.clock.now())))
            elif isinstance(output, Close):
                self._outbox.finish(Finish(output.number, output.code))

    async def _authenticate(self, hello: Hello) -> None:
        """Find the seat that cookie and ticket belong to, and join it."""
        settings = self._request.app[SETTINGS]
        cookie = self._request.cookies.get(seat_cookie(hello.seat, is_secure=settings.is_secure))
        try:
            self._sitting = await self._gateway.seating.connect(hello.seat, hello.ticket, cookie, hello.resume, self)
        except SottoError as error:
            self.hang_up(code_of(error))
            return
        self._connection.accepted(now=self._loop.time())
        logger.info("socket_opened", peer=self._peer, seat=self._sitting.seat, session=self._sitting.session)

    async def _perform(self, message: Act) -> str | None:
        """Do what is asked; return None, or the code it was refused with."""
        if self._sitting is None:
            return "not_authenticated"
        try:
            await self._act(self._sitting, message)
        except SottoError as error:
            return code_of(error)
        return None

    async def _act(self, sitting: Sitting, message: Act) -> None:
        seating = self._gateway.seating
        match message:
            case LobbyAsk():
                await seating.ask(sitting, message.name_ct)
            case LobbyAdmit():
                await seating.admit(sitting, SeatId(message.seat))
            case LobbyDeny():
                await seating.deny(sitting, SeatId(message.seat))
            case SeatRemove():
                await seating.remove(sitting, SeatId(message.seat))
            case SeatLeave():
                await seating.leave(sitting)
            case SessionEnd():
                await seating.end(sitting)
            case _:
                assert_never(message)
