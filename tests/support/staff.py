"""Staff at work: the real store, log and guard, a clock that is told, and people with authenticators."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from pyotp.totp import TOTP

from gateway.accounts.hashing import Cost, Hasher
from gateway.accounts.passkeys import Challenges, RelyingParty
from gateway.accounts.roles import Role
from gateway.accounts.throttle import Throttle, Turns
from gateway.accounts.totp import Offers
from gateway.audit import rows as audit_rows
from gateway.audit.entry import Place
from gateway.audit.log import Log
from gateway.core.ids import SubjectId
from gateway.crypto.note import LogSigner, WitnessSigner
from gateway.crypto.seal import Sealer
from gateway.crypto.secrets import Secret
from gateway.guard import Guard
from gateway.staff.administration import Administration
from gateway.staff.enrollment import Enrollment, NamedAnswer
from gateway.staff.means import Answer, Asked, Means
from gateway.staff.presence import Presence, Presences
from gateway.staff.setup import Setup
from gateway.staff.sign_in import Browser, Credentials, SignedIn, SignIn
from gateway.staff.sign_out import SignOut
from gateway.staff.step_up import StepUp
from gateway.store.engine import Store, driver_url
from tests.support import ledger
from tests.support.authenticator import Authenticator

NOON: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
ORIGIN: Final = "https://sotto.example"
EMAIL: Final = "ana@sunrise.example"
PASSWORD: Final = "mY-kettle-sings-at-dawn"
SHORTER: Final = "xK9#vQ2!mL"
"""Good enough beside a code only."""
CHEAP: Final = Cost(passes=1, memory_kib=64)


@dataclass
class ToldClock:
    """A clock that stands still until it is told."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def advance(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass
class Desk:
    """Everything staff can do, put together as the hub does it."""

    means: Means
    clock: ToldClock
    ended: list[SubjectId] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.presences = Presences(self.means, self.ended.append)
        self.admin = Administration(self.means)
        self.setup = Setup(self.means)
        self.sign_in = SignIn(self.means, self.presences)
        self.sign_out = SignOut(self.means, self.presences)
        self.step_up = StepUp(self.means)
        self.enrollment = Enrollment(self.means)

    async def account(self, email: str = EMAIL, role: Role = Role.SPECIALIST, password: str = PASSWORD) -> None:
        """Make an account with a password."""
        await self.setup.finish(await self.admin.create(email, role), password=password)

    async def enter(self, password: str = PASSWORD, *, email: str = EMAIL, code: str | None = None) -> SignedIn:
        """Sign in by password, from nowhere in particular."""
        return await self.sign_in.with_password(Credentials(email, password, code), Browser())

    async def enroll(self, presence: Presence, label: str = "Key") -> Authenticator:
        """Give somebody who is signed in a fresh authenticator."""
        device = Authenticator(origin=ORIGIN, rp_id="sotto.example")
        asked = await self.enrollment.passkey_options(presence)
        await self.enrollment.add_passkey(presence, NamedAnswer(created(device, asked), label))
        return device

    async def enroll_totp(self, presence: Presence) -> str:
        """Give somebody who is signed in a code app; return its secret. Its first code is used up."""
        offer = await self.enrollment.offer_totp(presence)
        await self.enrollment.confirm_totp(presence, self.code(offer.secret))
        return offer.secret

    def code(self, secret: str) -> str:
        """Return what a code app shows now."""
        return TOTP(secret).at(self.clock.now())

    async def present(self, token: str) -> Presence:
        """Return who a cookie stands for; it must stand for somebody."""
        presence = await self.presences.find(token)
        assert presence is not None
        return presence

    async def log(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Return what the log says (of one type), oldest first."""
        async with self.means.store.reading() as unit:
            found = await audit_rows.lines(unit, 0, 10_000)
        events = [json.loads(line) for _, line in found]
        return [each for each in events if kind in (None, each["type"])]

    async def break_log(self) -> None:
        """Make the database refuse every new entry of the log, as a full disk would."""
        await ledger.break_log(self.means.store)

    async def mend_log(self) -> None:
        """Let the log be written again."""
        await ledger.mend_log(self.means.store)

    async def counted(self) -> dict[str, int]:
        """Return how many strangers were refused, by code, since this was last asked."""
        before = len(await self.log())
        await self.means.guard.catch_up(self.clock.now(), everything=True)
        events = (await self.log())[before:]
        return {each["reason"]: each["data"]["count"] for each in events if each["actor"]["kind"] == "unknown"}


def created(device: Authenticator, asked: Asked) -> Answer:
    """Return what an authenticator answers when asked for a new passkey."""
    return Answer(asked.challenge, device.create(asked.options))


def answered(device: Authenticator, asked: Asked) -> Answer:
    """Return what an authenticator answers when asked for a passkey it has."""
    return Answer(asked.challenge, device.get(asked.options))


@asynccontextmanager
async def opened(url: str, clock: ToldClock, hasher: Hasher | None = None) -> AsyncIterator[Desk]:
    """Open the desk on a database; a second time finds what the first one left."""
    store = Store(driver_url(url, Path()), clock)
    await store.open()
    log = Log(
        place=Place("org_test", "gw-1"),
        signer=LogSigner("sotto.example/audit/1", bytes(32)),
        witness=WitnessSigner("sotto.example/witness/1", bytes([1]) * 32),
    )
    sealer = Sealer(Secret(bytes(32)))
    means = Means(
        store=store,
        guard=Guard(store, log),
        sealer=sealer,
        hasher=hasher or Hasher(CHEAP, workers=2),
        throttle=Throttle(sealer),
        turns=Turns(),
        challenges=Challenges(),
        offers=Offers(),
        party=RelyingParty(ORIGIN, "Sunrise Clinic"),
        idle=timedelta(minutes=60),
        longest=timedelta(hours=12),
    )
    yield Desk(means, clock)
    means.hasher.close()
    await store.close()
