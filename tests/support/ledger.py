"""A log at work: the real store, log and guard, a clock that is told, and what may be done to them."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import insert, text

from gateway.audit import rows
from gateway.audit.entry import Place
from gateway.audit.log import Log
from gateway.core.actions import Action
from gateway.core.events import (
    OPERATOR,
    STRANGER,
    AccountCreated,
    Actor,
    ActorKind,
    AuthStepUp,
    Data,
)
from gateway.core.ids import SessionId, SubjectId
from gateway.crypto.merkle import leaf_hash, root_of
from gateway.crypto.note import LogSigner, WitnessSigner, parse_checkpoint
from gateway.guard import Deed, Guard, Perform
from gateway.policy.ask import Ask, Caller
from gateway.store import deployment
from gateway.store.engine import Store, driver_url
from tests.support.staff import ToldClock

HOST: Final = Caller(Actor(ActorKind.STAFF, SubjectId("usr_0000000000AA"), "specialist", aal=2, auth="passkey"))
READER: Final = Caller(Actor(ActorKind.STAFF, SubjectId("usr_0000000000CC"), "compliance", aal=2, auth="passkey"))
COMMAND: Final = Caller(OPERATOR)
NOBODY: Final = Caller(STRANGER)

ORDINARY: Final[Data] = AuthStepUp(method="passkey")
PRIVILEGED: Final[Data] = AccountCreated(role="admin", by="operator")


@dataclass
class Books:
    """A store and its log, for whoever looks at them, or harms them."""

    store: Store
    log: Log
    clock: ToldClock

    # Looking

    async def lines(self) -> list[bytes]:
        async with self.store.reading() as unit:
            return [line for _, line in await rows.lines(unit, 0, 1_000_000)]

    async def events(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Return what the log says (of one type), oldest first."""
        events = [json.loads(line) for line in await self.lines()]
        return [each for each in events if kind in (None, each["type"])]

    async def types(self) -> list[str]:
        """Return the types of what the log says, oldest first."""
        return [each["type"] for each in await self.events()]

    async def size(self) -> int:
        async with self.store.reading() as unit:
            return (await rows.read_head(unit)).frontier.size

    async def checkpoints(self) -> list[rows.StoredCheckpoint]:
        async with self.store.reading() as unit:
            return await rows.checkpoints(unit)

    async def spooled(self) -> list[dict[str, Any]]:
        """Return what is kept beside the log while it may not grow, oldest first."""
        async with self.store.reading() as unit:
            found = await unit.execute(text("SELECT body FROM audit_spool ORDER BY id"))
            return [json.loads(row.body) for row in found]

    async def assert_whole(self) -> None:
        """The entries are numbered without a gap, and fold to the head and to every checkpoint."""
        lines = await self.lines()
        assert [json.loads(line)["seq"] for line in lines] == list(range(len(lines)))
        leaves = [leaf_hash(line) for line in lines]
        async with self.store.reading() as unit:
            head = await rows.read_head(unit)
            await self.log.check(unit)
        assert (head.frontier.size, head.frontier.root()) == (len(lines), root_of(leaves))
        for each in await self.checkpoints():
            signed = parse_checkpoint(each.note)
            assert (signed.size, signed.root) == (each.size, root_of(leaves[: each.size]))

    # Harm

    async def sql(self, statement: str, **values: object) -> None:
        """Do to the database what only somebody with access to it can."""
        async with self.store.transaction() as unit:
            await unit.execute(text(statement).bindparams(**values))

    async def break_log(self) -> None:
        """Make the database refuse every new entry of the log, as a full disk would."""
        await break_log(self.store)

    async def mend_log(self) -> None:
        """Let the log be written again."""
        await mend_log(self.store)


async def break_log(store: Store) -> None:
    """Make the database refuse every new entry of the log, as a full disk would."""
    trigger = "CREATE TRIGGER refuse BEFORE INSERT ON audit_leaf BEGIN SELECT RAISE(ABORT, 'full'); END"
    constraint = "ALTER TABLE audit_leaf ADD CONSTRAINT refuse CHECK (false) NOT VALID"
    async with store.transaction() as unit:
        await unit.execute(text(trigger if unit.is_sqlite else constraint))


async def mend_log(store: Store) -> None:
    """Let the log be written again."""
    constraint = "ALTER TABLE audit_leaf DROP CONSTRAINT refuse"
    async with store.transaction() as unit:
        await unit.execute(text("DROP TRIGGER refuse" if unit.is_sqlite else constraint))


@dataclass
class Ledger(Books):
    """A log, and the door to it: acts leave a mark in the database, and in the log what they were."""

    def __post_init__(self) -> None:
        self.guard = Guard(self.store, self.log)

    def ask(self, caller: Caller = HOST, action: Action = Action.SESSION_CREATE, session: str | None = None) -> Ask:
        whole = self.guard.is_log_whole
        wanted = None if session is None else SessionId(session)
        return Ask(action=action, caller=caller, now=self.clock.now(), session=wanted, is_log_whole=whole)

    async def act(self, mark: str = "mark", *data: Data) -> None:
        """Leave a mark, and say in the log what it was (something ordinary, if nothing is given)."""
        await self.guard.act(self.ask(), marking(mark, *(data or (ORDINARY,))))

    async def relinquish(self, mark: str = "mark", done: list[str] | None = None) -> None:
        """Do what takes power away: `done` shows that it took effect at once."""
        told = [] if done is None else done
        await self.guard.relinquish(self.ask(), lambda: told.append(mark), marking(mark, ORDINARY))

    async def marks(self) -> set[str]:
        """Return the marks that acts have left."""
        async with self.store.reading() as unit:
            return set(await deployment.read(unit, "mark"))


def marking(mark: str, *data: Data) -> Perform[None]:
    """Return an act that leaves a mark and says `data`."""

    async def perform(deed: Deed) -> None:
        row = {"kind": "mark", "name": mark, "value": b"done"}
        await deed.unit.execute(insert(deployment.deployment).values(**row))
        for each in data:
            deed.record(each)

    return perform


@asynccontextmanager
async def opened(url: str, clock: ToldClock | None = None, *, busy_seconds: float = 5) -> AsyncIterator[Ledger]:
    """Open a log on a database; a second time finds what the first one left."""
    told = clock or ToldClock()
    store = Store(driver_url(url, Path()), told, busy_seconds=busy_seconds)
    await store.open()
    log = Log(
        place=Place("org_test", "gw-1"),
        signer=LogSigner("sotto.example/audit/1", bytes(32)),
        witness=WitnessSigner("sotto.example/witness/1", bytes([1]) * 32),
    )
    try:
        yield Ledger(store, log, told)
    finally:
        await store.close()
