"""No name, address, password, link, token, cookie or id of a person stands in what the service prints or writes down.

A real service is used for everything it can do, with values that would be recognized anywhere; then everything it
printed is searched, and so is its audit log.
"""

import json
import re
import secrets
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientSession, CookieJar

from tests.support.house import Visitor
from tests.support.process import EMAIL, PASSWORD, Service, serving, sotto
from tests.support.wire import take

CANARY = "canary"


@dataclass
class Kept:
    """Everything that must appear nowhere, by what it is."""

    values: dict[str, str] = field(default_factory=dict)

    def keep(self, what: str, value: str) -> str:
        self.values[what] = value
        return value


@asynccontextmanager
async def browser(service: Service) -> AsyncIterator[Visitor]:
    jar = CookieJar(unsafe=True)
    async with ClientSession(service.url, cookie_jar=jar, headers={"Origin": service.url}) as session:
        yield Visitor(session)


async def test_what_is_printed_and_what_is_written_down_names_nobody(deployment: Path) -> None:
    kept = Kept({"email": EMAIL, "password": PASSWORD})
    with serving(deployment) as service:
        token = make_account(deployment, kept)
        async with browser(service) as staff, browser(service) as guest:
            await be_staff(staff, token, kept)
            await be_refused(guest, kept)
            await visit(staff, guest, kept)
        assert service.stop(signal.SIGINT) == 0
        printed = service.printed
    assert len(printed.splitlines()) > 20
    log = audit_log(deployment)
    for what, value in kept.values.items():
        assert len(value) >= 6
        assert value not in printed, f"{what} was printed"
        if what != "account":  # Ids without a name are what the log consists of.
            assert value not in log, f"{what} stands in the log"
    assert not re.search(r"(?:prt|usr)_[0-9A-Z]{8}|@|\d+\.\d+\.\d+\.\d+|[0-9a-f]{32}|[\w-]{43}", printed)
    assert not re.search(r"@|\b127\.0\.0\.1\b", log)


def make_account(deployment: Path, kept: Kept) -> str:
    email = kept.keep("other email", f"{CANARY}.{secrets.token_hex(4)}@sunrise.example")
    name = kept.keep("name", f"Canary {secrets.token_hex(4).title()}")
    arguments = ("--data", deployment, "--email", email, "--name", name, "--role", "compliance", "--json")
    link: str = sotto("admin", "create", *arguments).json["link"]
    return kept.keep("setup token", link.partition("#setup=")[2])


async def be_staff(staff: Visitor, token: str, kept: Kept) -> None:
    assert (await staff.post("/api/setup", {"token": token, "password": PASSWORD}))[0] == 204
    assert (await staff.post("/api/sign-in", {"email": EMAIL, "password": PASSWORD}))[0] == 200
    for cookie in staff.session.cookie_jar:
        kept.keep("cookie", cookie.value)
    _, me = await staff.get("/api/me")
    kept.keep("account", me["id"])
    status, totp = await staff.post("/api/me/totp")
    assert status == 200
    kept.keep("code app secret", totp["secret"])


async def be_refused(guest: Visitor, kept: Kept) -> None:
    """Send things where they do not belong: what is refused is not repeated."""
    odd = kept.keep("odd value", f"{CANARY}-{secrets.token_urlsafe(16)}")
    for path in (f"/j/{odd}", f"/{odd}", f"/api/sessions/{odd}", f"/assets/{odd}", f"/?name={odd}"):
        async with guest.session.get(path) as response:
            assert response.status in (200, 401, 404)
    for body in (f'{{"email": "{odd}"', f'"{odd}"', f'{{"{odd}": 1}}', f'{{"email": ["{odd}"], "password": 1}}'):
        for path in ("/api/sign-in", "/api/seats", "/api/setup"):
            async with guest.session.post(path, data=body, headers={"Content-Type": "application/json"}) as response:
                assert response.status == 400
    assert (await guest.post("/api/sign-in", {"email": f"{odd}@x.example", "password": odd}))[0] in (401, 429)
    assert (await guest.post("/api/seats", {"invitation": odd}))[0] == 403
    async with guest.session.get("/api/me", headers={"Cookie": f"sotto={odd}", "X-Forwarded-For": odd}) as response:
        assert response.status == 401


async def visit(staff: Visitor, guest: Visitor, kept: Kept) -> None:
    """Let somebody ask to join, be admitted, say odd things, and leave."""
    session = await staff.new_session()
    invitation = kept.keep("invitation", await staff.invite(session))
    name = kept.keep("sealed name", secrets.token_urlsafe(48))
    host = await take(staff, session=session)
    seat = await take(guest, invitation=invitation)
    kept.keep("ticket", seat.ticket)
    for cookie in guest.session.cookie_jar:
        kept.keep("seat cookie", cookie.value)
    async with host.here() as desk, seat.connected() as line:
        await line.say("lobby.ask", name_ct=name, id="r1")
        await desk.until("lobby.knock")
        assert (await desk.ask("lobby.admit", seat=seat.id))["type"] == "done"
        await line.until("seat.state", seat=seat.id, state="here")
        await line.say(kept.values["odd value"], name=name)
        assert (await line.closed())[0] == 1002
        await desk.say("session.end")
        assert await desk.closed() == (1000, "ended")


def audit_log(deployment: Path) -> str:
    with closing(sqlite3.connect(deployment / "sotto.db")) as database:
        lines = [line for (line,) in database.execute("SELECT line FROM audit_leaf ORDER BY seq")]
    assert {"session.joined", "auth.failed"} <= {json.loads(line)["type"] for line in lines}
    return b"\n".join(lines).decode()
