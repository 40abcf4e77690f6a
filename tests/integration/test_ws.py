"""The session protocol over real sockets: who may connect, what is said, and every way it ends."""

import asyncio
import base64
import json
import random
import socket as sockets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from aiohttp import WSServerHandshakeError
from structlog.testing import capture_logs
from yarl import URL

from gateway.accounts.roles import Role
from gateway.audit import rows
from gateway.sessions.messages import Notice
from signaling.ws import connection, handler
from signaling.ws.handler import Socket
from tests.support.house import House, Visitor
from tests.support.wire import NAME, Line, Seat, take, within


@dataclass
class Visit:
    """A session with its host's seat, and its links."""

    house: House
    staff: Visitor
    id: str
    host: Seat

    async def guest(self, role: str = "participant") -> Seat:
        """Return a seat taken with a fresh link."""
        return await take(self.house.visitor(), invitation=await self.staff.invite(self.id, role))


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """One kind of database: sockets know nothing of it (test_visit.py goes through with each)."""
    return f"sqlite:///{tmp_path}/sotto.db"


@pytest.fixture
async def visit(house: House) -> Visit:
    staff = await house.staff()
    session = await staff.new_session(kind="group")
    return Visit(house, staff, session, await take(staff, session=session))


async def settled(condition: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


# Who may connect


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "http://evil.example",
        "http://localhost",
        "https://localhost:{port}",
        "http://LOCALHOST:{port}",
        "http://a.localhost:{port}",
        "http://localhost:{port}.evil.example",
        "http://localhost:{port}/",
    ],
)
async def test_no_other_site_opens_a_socket(house: House, origin: str | None) -> None:
    port = house.url.rsplit(":", 1)[1]
    visitor = house.visitor()
    visitor.session.headers.popall("Origin")
    headers = {} if origin is None else {"Origin": origin.format(port=port)}
    with pytest.raises(WSServerHandshakeError) as caught:
        async with visitor.session.ws_connect("/ws", protocols=("sotto.v1",), headers=headers):
            pass
    assert caught.value.status == HTTPStatus.FORBIDDEN


async def test_two_origins_are_no_origin(house: House) -> None:
    async with raw(house.url, f"Origin: {house.url}") as (reader, _):
        assert b" 403 " in await reader.readline()


@pytest.mark.parametrize("protocols", [(), ("sotto.v2",), ("chat",)])
async def test_a_socket_without_our_subprotocol_is_refused(house: House, protocols: tuple[str, ...]) -> None:
    with pytest.raises(WSServerHandshakeError) as caught:
        async with house.visitor().session.ws_connect("/ws", protocols=protocols):
            pass
    assert caught.value.status == HTTPStatus.BAD_REQUEST


async def test_a_plain_request_is_told_that_this_is_no_page(house: House) -> None:
    status, problem = await house.visitor().get("/ws")
    assert (status, problem["code"]) == (400, "malformed")


async def test_one_address_opens_only_so_many(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handler, "MAX_SOCKETS_PER_ADDRESS", 2)
    async with visit.host.dial(), visit.host.dial():
        with pytest.raises(WSServerHandshakeError) as caught:
            async with visit.host.dial():
                pass
        assert caught.value.status == HTTPStatus.SERVICE_UNAVAILABLE
    async with visit.host.connected():
        pass


# The first message


@pytest.mark.parametrize(
    ("first", "number", "reason"),
    [
        ("{", 1007, "malformed"),
        ('{"type":"ping"}', 1002, "protocol_violated"),
        ('{"type":"lobby.ask","name_ct":null}', 1002, "protocol_violated"),
        (
            '{"type":"hello","seat":"st_7Q2M9K4T0BZH","ticket":"' + "k" * 43 + '","version":2}',
            4406,
            "version_unsupported",
        ),
        (
            '{"type":"hello","seat":"st_7Q2M9K4T0BZH","ticket":"' + "k" * 43 + '","version":1}',
            4401,
            "not_authenticated",
        ),
        ('{"type":"hello"}', 1002, "protocol_violated"),
        ("x" * 65_535, 1007, "malformed"),
    ],
)
async def test_a_bad_first_message_ends_it(visit: Visit, first: str, number: int, reason: str) -> None:
    async with visit.host.dial() as line:
        await line.socket.send_str(first)
        assert await line.closed() == (number, reason)


async def test_what_is_longer_than_a_message_may_be_ends_it(visit: Visit) -> None:
    async with visit.host.connected() as line:
        await line.socket.send_str("x" * 1_000_000)
        assert (await within(5, line))[0] == 1009


async def test_the_longest_message_is_heard_and_one_byte_more_is_not(visit: Visit) -> None:
    ping = '{"type":"ping","id":"p1"}'
    async with visit.host.connected() as line:
        await line.socket.send_str(ping.ljust(65_536))
        assert (await line.next())["type"] == "pong"
        await line.socket.send_str(ping.ljust(65_537))
        assert (await within(5, line))[0] == 1009


async def test_bytes_are_no_message(visit: Visit) -> None:
    async with visit.host.connected() as line:
        await line.socket.send_bytes(b'{"type":"ping"}')
        assert await line.closed() == (1002, "protocol_violated")


async def test_broken_messages_end_in_codes_and_never_in_a_traceback(visit: Visit) -> None:
    rng = random.Random(53)  # noqa: S311  (the same inputs every time)
    whole = json.dumps({"type": "hello", **visit.host.hello()})
    with capture_logs() as logs:
        for _ in range(60):
            text = list(whole)
            for _ in range(rng.randint(1, 6)):
                text[rng.randrange(len(text))] = chr(rng.randrange(1, 0x2FF))
            async with visit.host.dial() as line:
                await line.socket.send_str("".join(text))
                assert (await line.closed())[0] in {1002, 1007, 4401, 4406}
    assert [each for each in logs if each["log_level"] != "info"] == []


async def test_saying_nothing_ends_it(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "HELLO_SECONDS", 0.2)
    async with visit.host.dial() as line:
        assert await within(2, line) == (4408, "timed_out")


async def test_ticket_and_cookie_must_both_fit(visit: Visit) -> None:
    guest, other = await visit.guest(), await visit.guest()
    async with guest.dial() as line:
        await line.say("hello", **guest.hello(ticket=other.ticket))
        assert await line.closed() == (4401, "not_authenticated")
    async with Seat(other.visitor, guest.id, guest.ticket).dial() as line:
        await line.say("hello", **guest.hello())
        assert await line.closed() == (4401, "not_authenticated")
    async with guest.connected():
        pass


# A visit


async def test_ask_knock_admit_and_meet(visit: Visit) -> None:
    guest = await visit.guest()
    async with visit.host.here() as host, guest.connected() as line:
        assert (await line.ask("lobby.ask", name_ct=NAME))["type"] == "done"
        knock = await host.until("lobby.knock")
        assert (knock["waiting"]["seat"], knock["waiting"]["name_ct"]) == (guest.id, NAME)
        assert (await host.ask("lobby.admit", seat=guest.id))["type"] == "done"
        assert (await line.until("seat.state", seat=guest.id, state="here"))["reason"] is None
        met = await line.until("seat.state", seat=visit.host.id)
        assert met["role"] == "specialist"
        _, seen = await visit.staff.get(f"/api/sessions/{visit.id}")
        assert (seen["state"], sorted(seat["state"] for seat in seen["seats"])) == ("open", ["here", "here"])


async def test_a_ping_is_answered_with_the_time(visit: Visit) -> None:
    async with visit.host.connected() as line:
        pong = await line.ask("ping")
        assert pong["type"] == "pong"
        assert pong["server_time"].endswith("Z")


@pytest.mark.parametrize("act", ["lobby.admit", "lobby.deny", "seat.remove", "session.end"])
async def test_what_a_guest_may_not_do_is_refused_and_written(visit: Visit, act: str) -> None:
    guest, other = await visit.guest(), await visit.guest()
    async with visit.host.here() as host, guest.connected() as line:
        await line.ask("lobby.ask", name_ct=None)
        await host.until("lobby.knock")
        await host.ask("lobby.admit", seat=guest.id)
        target = {} if act == "session.end" else {"seat": other.id}
        answer = await line.ask(act, **target)
        assert (answer["type"], answer["code"]) == ("refused", "role_not_permitted")
        assert (await host.ask("ping"))["type"] == "pong"
    async with visit.house.gateway.store.reading() as unit:
        events = [json.loads(line_) for _, line_ in await rows.lines(unit, 0, 1000)]
    refusals = [each for each in events if each["type"] == "access.refused" and each["actor"]["seat"] == guest.id]
    assert [each["reason"] for each in refusals] == ["role_not_permitted"]


async def test_whoever_is_declined_is_told_and_hung_up_on(visit: Visit) -> None:
    guest = await visit.guest()
    async with visit.host.here() as host, guest.connected() as line:
        await line.ask("lobby.ask", name_ct=None)
        await host.until("lobby.knock")
        await host.ask("lobby.deny", seat=guest.id)
        assert (await line.until("seat.state", state="left"))["reason"] == "declined"
        assert await line.closed() == (4410, "declined")
    async with guest.dial() as line:
        await line.say("hello", **guest.hello())
        assert await line.closed() == (4410, "declined")


async def test_leaving_closes_the_connection_in_peace(visit: Visit) -> None:
    async with visit.host.here() as host:
        await host.say("seat.leave")
        assert await host.closed() == (1000, "left")


# Losing and resuming


async def test_after_a_cut_nothing_is_lost_and_nothing_comes_twice(visit: Visit) -> None:
    guest = await visit.guest()
    async with guest.connected() as line:
        await line.ask("lobby.ask", name_ct=NAME)
        async with visit.host.here() as host:
            await host.until("lobby.knock")
            await host.ask("lobby.admit", seat=guest.id)
            await line.until("seat.state", seat=visit.host.id, state="here")
            cut(line)
            await host.until("seat.state", seat=guest.id, state="reconnecting")
            others = [await visit.guest("helper") for _ in range(3)]
            for other in others:
                async with other.connected() as third:
                    await third.ask("lobby.ask", name_ct=None)
                    await host.until("lobby.knock")
                    await host.ask("lobby.admit", seat=other.id)
                    await third.until("seat.state", seat=other.id, state="here")
                    await third.say("seat.leave")
                    assert await third.closed() == (1000, "left")
            async with guest.connected(resume=line.seen) as again:
                assert again.heard[0]["resumed"] is True
                await again.ask("ping")
                told = [(each["seat"], each["state"]) for each in again.heard if each["type"] == "seat.state"]
                assert told == [pair for other in others for pair in ((other.id, "here"), (other.id, "left"))]
                assert again.seen == again.heard[0]["next"]


async def test_a_number_we_never_gave_starts_afresh(visit: Visit) -> None:
    async with visit.host.connected(resume=2**53 - 1) as line:
        assert line.heard[0]["resumed"] is False


async def test_a_second_tab_takes_over(visit: Visit) -> None:
    async with visit.host.here() as first, visit.host.connected() as second:
        assert await first.closed() == (4409, "replaced")
        assert second.heard[0]["state"] == "here"


async def test_the_link_opened_on_another_device_replaces_the_browser_that_only_waits(visit: Visit) -> None:
    invitation = await visit.staff.invite(visit.id)
    first = await take(visit.house.visitor(), invitation=invitation)
    async with first.connected() as line:
        await line.ask("lobby.ask", name_ct=None)
        second = await take(visit.house.visitor(), invitation=invitation)
        assert second.id == first.id
        assert await line.closed() == (4409, "replaced")
    async with first.dial() as line:
        await line.say("hello", **first.hello())
        assert await line.closed() == (4401, "not_authenticated")
    async with second.connected() as line:
        assert line.heard[0]["state"] == "held"


async def test_a_restart_keeps_every_seat(visit: Visit) -> None:
    async with visit.host.here():
        pass
    await settled(lambda: not wires(visit))
    await visit.house.gateway.registry.restore()
    async with visit.host.connected(resume=1) as line:
        assert (line.heard[0]["resumed"], line.heard[0]["state"]) == (False, "here")


# Floods, slow readers, dead lines


async def test_a_flood_is_warned_once_and_ended_and_nobody_else_notices(visit: Visit) -> None:
    guest = await visit.guest()
    async with visit.host.here() as host, guest.connected() as line:
        for _ in range(10_000):
            try:
                await line.say("ping")
            except ConnectionError:
                break
        assert await within(10, line) == (1008, "too_many_messages")
        assert (await host.ask("ping"))["type"] == "pong"


async def test_a_reader_that_is_too_slow_is_cut_off_and_nobody_waits_for_it(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler, "FLUSH_SECONDS", 0.5)
    guest = await visit.guest()
    async with visit.host.here() as host, deaf(guest, small=True):
        (slow,) = [wire for wire in wires(visit) if wire._sitting is not None and wire._sitting.seat == guest.id]
        transport = slow._request.transport
        assert transport is not None
        transport.get_extra_info("socket").setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, 4096)
        async with asyncio.timeout(10):
            while not slow._outbox.is_finished:
                slow.tell(Notice(seq=1, code="audit_back"))
                await asyncio.sleep(0)
        assert slow._outbox.code == "overloaded"
        assert (await host.ask("ping"))["type"] == "pong"
        await settled(transport.is_closing)


async def test_a_line_that_is_dead_is_noticed(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "HELLO_SECONDS", 0.5)
    monkeypatch.setattr(connection, "SILENCE_SECONDS", 0.3)
    monkeypatch.setattr(handler, "CLOSE_SECONDS", 0.3)
    guest = await visit.guest()
    async with deaf(guest) as reader:
        assert len(wires(visit)) == 1
        await settled(lambda: not wires(visit))
        assert b"timed_out" in await asyncio.wait_for(reader.read(), 10), "the close frame, then the end of the stream"


async def test_a_browser_that_vanishes_is_reconnecting_for_the_others(visit: Visit) -> None:
    guest = await visit.guest()
    async with visit.host.here() as host, guest.connected() as line:
        await line.ask("lobby.ask", name_ct=None)
        await host.until("lobby.knock")
        await host.ask("lobby.admit", seat=guest.id)
        cut(line)
        gone = await host.until("seat.state", seat=guest.id, state="reconnecting")
        assert gone["reason"] is None


# W4: what ends a sign-in, a seat or a session closes its sockets within a second


async def test_signing_out_closes_the_socket(visit: Visit) -> None:
    async with visit.host.here() as host:
        await visit.staff.post("/api/sign-out")
        assert await within(1, host) == (4401, "not_authenticated")


async def test_an_account_that_is_disabled_loses_its_socket(visit: Visit) -> None:
    async with visit.host.here() as host:
        await visit.house.gateway.administration.disable(f"{Role.SPECIALIST}@sunrise.example")
        assert await within(1, host) == (4401, "not_authenticated")


async def test_ending_the_session_closes_every_socket(visit: Visit) -> None:
    guest = await visit.guest()
    async with visit.host.here() as host, guest.connected() as line:
        await visit.staff.post(f"/api/sessions/{visit.id}/end")
        assert (await line.until("session.state"))["cause"] == "ended_by_host"
        assert await within(1, line) == (1000, "ended")
        assert await within(1, host) == (1000, "ended")
    async with guest.dial() as line:
        await line.say("hello", **guest.hello())
        assert await line.closed() == (4404, "session_closed")


async def test_being_removed_closes_the_socket(visit: Visit) -> None:
    guest = await visit.guest()
    async with visit.host.here() as host, guest.connected() as line:
        await line.ask("lobby.ask", name_ct=None)
        await host.until("lobby.knock")
        await host.ask("lobby.admit", seat=guest.id)
        await host.ask("seat.remove", seat=guest.id)
        assert await within(1, line) == (4410, "removed")


async def test_taking_a_link_back_closes_the_socket_that_came_with_it(visit: Visit) -> None:
    invitation = await visit.staff.invite(visit.id)
    guest = await take(visit.house.visitor(), invitation=invitation)
    async with guest.connected() as line:
        assert await visit.staff.delete(f"/api/sessions/{visit.id}/invitations/{invitation}") == 204
        assert await within(1, line) == (4410, "declined")


# Our own end


async def test_a_service_that_stops_says_so_and_does_not_keep_anyone_waiting(visit: Visit) -> None:
    async with visit.host.here() as host:
        (wire,) = wires(visit)
        application = wire._request.app
        await application[handler.SOCKETS].close(application)
        assert await within(1, host) == (1012, "shutting_down")


async def test_a_bug_of_ours_is_a_code_and_no_text(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> None:
        raise RuntimeError("the kettle")

    monkeypatch.setattr(visit.house.gateway.seating, "ask", broken)
    async with visit.host.connected() as line:
        await line.say("lobby.ask", name_ct=None)
        assert await line.closed() == (1011, "internal")


# Raw sockets


def wires(visit: Visit) -> list[Socket]:
    """Return every socket the gateway knows."""
    return [wire for wire in visit.house.gateway.registry._wires.values() if isinstance(wire, Socket)]


def cut(line: Line) -> None:
    """Cut the line without a word, as a network does."""
    transport = line.socket._response.connection.transport  # type: ignore[union-attr]
    assert transport is not None
    transport.abort()


@asynccontextmanager
async def raw(
    url: str, *headers: str, small: bool = False
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Shake hands by hand, for clients no library would let us write."""
    host, port = url.removeprefix("http://").split(":")
    loop = asyncio.get_running_loop()
    address = (await loop.getaddrinfo(host, int(port), type=sockets.SOCK_STREAM))[0]
    plain = sockets.socket(address[0], address[1])
    if small:
        plain.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    plain.setblocking(False)
    await loop.sock_connect(plain, address[4])
    reader, writer = await asyncio.open_connection(sock=plain, limit=4096)
    lines = [
        "GET /ws HTTP/1.1",
        f"Host: {host}:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(bytes(16)).decode()}",
        "Sec-WebSocket-Protocol: sotto.v1",
        f"Origin: {url}",
        *headers,
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        await asyncio.sleep(0)


@asynccontextmanager
async def deaf(seat: Seat, *, small: bool = False) -> AsyncIterator[asyncio.StreamReader]:
    """Open a socket by hand, say hello, read up to the welcome, then say and read nothing more."""
    url = str(seat.visitor.session._base_url).rstrip("/")
    cookies = seat.visitor.session.cookie_jar.filter_cookies(URL(url))
    pairs = "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())
    async with raw(url, f"Cookie: {pairs}", small=small) as (reader, writer):
        assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
        data = json.dumps({"type": "hello", **seat.hello()}).encode()
        assert len(data) < 126
        writer.write(bytes([0x81, 0x80 | len(data)]) + bytes(4) + data)  # One text frame under a mask of zeros.
        assert b"welcome" in await reader.readuntil(b"}")
        yield reader
