"""A whole gateway behind a real server on loopback, in the test's own process; and people who use it over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from aiohttp import ClientSession, CookieJar, web

from gateway.accounts.roles import Role
from gateway.core.clock import Clock
from gateway.core.settings import (
    Accounts,
    Audit,
    Backup,
    Listen,
    Organization,
    Sessions,
    Settings,
    StoreSettings,
)
from gateway.crypto.secrets import Secret
from gateway.hub import Gateway, Program
from signaling.app import create_app
from signaling.pages import Page, Pages
from tests.support.postgres import free_port

PASSWORD: Final = "mY-kettle-sings-at-dawn"
NAMES: Final = ("audit.log_key_file", "audit.witness_key_file", "audit.export_key_file", "accounts.storage_key_file")
SECRETS: Final = {name: Secret(bytes([number]) * 32) for number, name in enumerate(NAMES, start=1)}
PROGRAM: Final = Program(version="test", bundle_sha256=None, verify_html=b"<!doctype html><title>Verify</title>")
PAGES: Final = Pages(
    {
        f"/{name}": Page(f"<!doctype html><title>{name}</title>".encode(), "text/html", is_asset=False)
        for name in ("index.html", "join.html", "staff.html")
    }
    | {"/assets/a-1234.js": Page(b"export {};", "text/javascript", is_asset=True)},
    None,
)


def settings(folder: Path, database_url: str, *, origin: str = "http://localhost:8080") -> Settings:
    """Return a configuration for one test."""
    key = folder / "unused.key"
    return Settings(
        organization=Organization(id="org_test", name="Sunrise Peer Center"),
        listen=Listen(origin=origin),
        store=StoreSettings(url=database_url),
        audit=Audit(
            log_name="localhost",
            log_key_file=key,
            witness_key_file=key,
            export_key_file=key,
            folder=folder / "audit",
            kept_checkpoint_file=folder / "kept.checkpoint",
        ),
        accounts=Accounts(storage_key_file=key),
        sessions=Sessions(),
        backup=Backup(),
        folder=folder,
    )


@dataclass
class House:
    """A gateway that is being served."""

    gateway: Gateway
    url: str
    people: list[ClientSession] = field(default_factory=list)

    def visitor(self) -> "Visitor":
        """Return a browser nobody is signed in with."""
        session = ClientSession(self.url, cookie_jar=CookieJar(unsafe=True), headers={"Origin": self.url})
        self.people.append(session)
        return Visitor(session)

    async def staff(self, role: Role = Role.SPECIALIST, *, email: str | None = None) -> "Visitor":
        """Return a browser in which a fresh account of that role is signed in."""
        address = email or f"{role}@sunrise.example"
        token = await self.gateway.administration.create(address, role, name=role.title())
        await self.gateway.setup.finish(token, password=PASSWORD)
        visitor = self.visitor()
        status, _ = await visitor.post("/api/sign-in", {"email": address, "password": PASSWORD})
        assert status == 200
        return visitor


@dataclass
class Visitor:
    """One browser."""

    session: ClientSession

    async def post(self, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """Send JSON; return the status and the JSON answer."""
        async with self.session.post(path, json={} if body is None else body, headers=headers) as response:
            return response.status, await response.json(content_type=None) if response.content_length else None

    async def get(self, path: str) -> tuple[int, Any]:
        """Return the status and the JSON answer."""
        async with self.session.get(path) as response:
            return response.status, await response.json(content_type=None)

    async def delete(self, path: str) -> int:
        """Return the status."""
        async with self.session.delete(path) as response:
            return response.status

    async def new_session(self, **body: object) -> str:
        """Plan a session; return its id."""
        status, made = await self.post("/api/sessions", body)
        assert status == 201
        return str(made["id"])

    async def invite(self, session: str, role: str = "participant", **body: object) -> str:
        """Make a link; return its secret."""
        status, made = await self.post(f"/api/sessions/{session}/invitations", {"role": role, **body})
        assert status == 201
        return str(made["invitation"])


@asynccontextmanager
async def serving(folder: Path, database_url: str, *, clock: Clock | None = None) -> AsyncIterator[House]:
    """Serve a gateway on a free loopback port."""
    port = free_port()
    origin = f"http://localhost:{port}"
    gateway = Gateway(settings(folder, database_url, origin=origin), SECRETS, PROGRAM, clock)
    await gateway.open()
    runner = web.AppRunner(create_app(gateway, PAGES), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "localhost", port).start()
    house = House(gateway, origin)
    try:
        yield house
    finally:
        for session in house.people:
            await session.close()
        await asyncio.sleep(0)
        await runner.cleanup()
