"""A whole gateway in a folder with a clock that is told: people in their browsers, restarts, crashes and damage.

Nothing happens by itself: `look_round` does what time asks for, unless the service was started with `start`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from gateway.core.events import Actor, ActorKind
from gateway.core.ids import SubjectId
from gateway.core.settings import Settings
from gateway.hub import Caller, Gateway, Kind, Message, Role, Sitting, Taken
from gateway.sessions.booking import Invited
from gateway.sessions.session import LiveSession
from gateway.store.tables import metadata
from tests.support import house
from tests.support.ledger import HOST, NOBODY, Books
from tests.support.staff import ToldClock

COLLEAGUE: Final = Caller(Actor(ActorKind.STAFF, SubjectId("usr_0000000000BB"), "specialist", aal=2, auth="passkey"))
SUPERVISOR: Final = Caller(Actor(ActorKind.STAFF, SubjectId("usr_0000000000DD"), "supervisor", aal=2, auth="passkey"))


@dataclass
class Browser:
    """One connection of one person, as sessions see it."""

    told: list[Message] = field(default_factory=list)
    closed: str | None = None

    def tell(self, message: Message) -> None:
        assert self.closed is None, "nothing is sent on a closed connection"
        self.told.append(message)

    def hang_up(self, code: str) -> None:
        self.closed = code

    def heard(self) -> list[str]:
        """Return the types of what was heard since the last call."""
        types = [str(type(message).__struct_config__.tag) for message in self.told]
        self.told.clear()
        return types


@dataclass
class Seated:
    """Somebody with a seat and a connection."""

    taken: Taken
    sitting: Sitting
    browser: Browser


class Clinic:
    """A gateway, and what people do with it."""

    def __init__(self, gateway: Gateway, clock: ToldClock) -> None:
        self.gateway = gateway
        self.clock = clock
        self.books = Books(gateway.store, gateway.log, clock)

    def live(self, session: str) -> LiveSession:
        found = self.gateway.registry.find(session)
        assert found is not None
        return found

    async def plan(self, host: Caller = HOST, kind: Kind = "one_to_one") -> str:
        """Plan a session; return its id."""
        return (await self.gateway.booking.create(host, kind, None, None)).session.id

    async def invite(
        self, session: str, role: Role = "participant", *, hours: float | None = None, host: Caller = HOST
    ) -> Invited:
        expires_in = None if hours is None else timedelta(hours=hours)
        return await self.gateway.booking.invite(host, session, role, expires_in)

    async def connect(self, taken: Taken, resume: int | None = None) -> Seated:
        """Connect a seat with its own secrets."""
        browser = Browser()
        secrets = taken.secrets
        sitting = await self.gateway.seating.connect(taken.seat, secrets.ticket, secrets.cookie, resume, browser)
        return Seated(taken, sitting, browser)

    async def open(self, host: Caller = HOST, kind: Kind = "one_to_one") -> tuple[str, Seated]:
        """Plan a session and sit down in it as its host."""
        session = await self.plan(host, kind)
        seated = await self.connect(await self.gateway.seating.take_as_host(host, session))
        await self.gateway.seating.ask(seated.sitting, None)
        return session, seated

    async def knock(self, token: str, caller: Caller = NOBODY, name_ct: str | None = "bmFtZQ") -> Seated:
        """Open a link, connect and ask to join."""
        seated = await self.connect(await self.gateway.seating.take_with_link(caller, token))
        await self.gateway.seating.ask(seated.sitting, name_ct)
        return seated

    async def guest(self, session: str, host: Seated) -> Seated:
        """Invite somebody and let them in."""
        guest = await self.knock((await self.invite(session)).token)
        await self.gateway.seating.admit(host.sitting, guest.taken.seat)
        return guest

    async def look_round(self, **later: float) -> None:
        """Let time pass, and do what it asks for."""
        self.clock.advance(**later)
        await self.gateway._look_round()

    async def stored(self) -> bytes:
        """Return everything that is at rest: every row of every table, and every file of the folder."""
        folder = self.gateway.settings.folder
        found = [
            path.read_bytes() for path in await asyncio.to_thread(lambda: list(folder.rglob("*"))) if path.is_file()
        ]
        async with self.gateway.store.reading() as unit:
            for table in metadata.sorted_tables:
                found += [repr(row).encode() for row in await unit.execute(table.select())]
        return b"".join(found)

    async def crash(self) -> None:
        """Lose everything that memory held."""
        for task in self.gateway._tasks:
            task.cancel()
        self.gateway._tasks = []
        await self.gateway.aclose()


@asynccontextmanager
async def opened(
    folder: Path, url: str, clock: ToldClock, *, settings: Settings | None = None, started: bool = False
) -> AsyncIterator[Clinic]:
    """Open a gateway on a folder; a second time finds what the first one left."""
    gateway = Gateway(settings or house.settings(folder, url), house.SECRETS, house.PROGRAM, clock)
    try:
        await gateway.open()
        if started:
            await gateway.start()
        else:
            await gateway.registry.restore()
        yield Clinic(gateway, clock)
    finally:
        await gateway.aclose()
