"""The gateway: builds the object graph in plain sight, opens and closes it, and is what signaling may call."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import structlog

from gateway.accounts import rows as account_rows
from gateway.accounts.hashing import Hasher
from gateway.accounts.passkeys import Challenges, RelyingParty
from gateway.accounts.roles import Role as AccountRole
from gateway.accounts.throttle import Throttle, Turns
from gateway.accounts.totp import Offers
from gateway.audit.entry import Place
from gateway.audit.inspection import what_is_wrong
from gateway.audit.log import Log, Mode
from gateway.audit.publisher import Publisher
from gateway.audit.rows import Search
from gateway.audit.segments import Segments
from gateway.backup import Backups
from gateway.backup import Made as BackupMade
from gateway.core.actions import Action
from gateway.core.clock import Clock, SystemClock
from gateway.core.errors import StoreError
from gateway.core.events import (
    STRANGER as NOBODY,
)
from gateway.core.ids import SubjectId
from gateway.core.settings import Settings
from gateway.crypto.note import LogSigner, WitnessSigner, parse_checkpoint
from gateway.crypto.seal import Sealer
from gateway.crypto.secrets import Secret
from gateway.diary import Diary, Program
from gateway.guard import Guard
from gateway.policy.ask import Caller
from gateway.review import MAX_ROWS, Review
from gateway.sessions.booking import Booking, Visit
from gateway.sessions.messages import Kind, Message, Role
from gateway.sessions.registry import Registry, Wire
from gateway.sessions.rows import InvitationRow
from gateway.sessions.seating import Seating, Sitting, Taken
from gateway.sessions.session import LiveSession
from gateway.staff.administration import Administration
from gateway.staff.enrollment import Enrollment, NamedAnswer
from gateway.staff.means import Answer, Asked, Means
from gateway.staff.presence import Me, Presence, Presences
from gateway.staff.setup import Setup
from gateway.staff.sign_in import Browser, Credentials, SignedIn, SignIn
from gateway.staff.sign_out import SignOut
from gateway.staff.step_up import Confirmed, StepUp
from gateway.store.engine import Store, driver_url

__all__ = [
    "MAX_ROWS",
    "STRANGER",
    "AccountRole",
    "Answer",
    "Asked",
    "BackupMade",
    "Browser",
    "Caller",
    "Confirmed",
    "Credentials",
    "Gateway",
    "InvitationRow",
    "Kind",
    "LiveSession",
    "Me",
    "Message",
    "NamedAnswer",
    "Presence",
    "Program",
    "Role",
    "Search",
    "SignedIn",
    "Sitting",
    "Taken",
    "Visit",
    "Wire",
    "parse_checkpoint",
]
"""The words signaling speaks with: it enters by this door alone."""

STRANGER: Final = Caller(NOBODY)

logger = structlog.get_logger(__name__)

TICK_SECONDS: Final = 0.5
"""How often what waits for time is looked at: grace periods, counts of strangers, entries that came late. Rarer keeps a
signed-out person's connection open longer (a second is promised); more often costs a look at every live session."""
OVERLAP: Final = timedelta(seconds=10)
"""How far a look at what commands beside us closed reaches back beyond the one before."""
SWEEP_EVERY: Final = timedelta(minutes=1)
"""How often sign-ins that grew old are ended in the database; they count for nothing before that already."""


class Gateway:
    """Everything of one deployment. Owned by `serve`, or by one command."""

    def __init__(
        self, settings: Settings, secrets: Mapping[str, Secret], program: Program, clock: Clock | None = None
    ) -> None:
        self.settings = settings
        self.program = program
        self.clock = clock or SystemClock()
        password = secrets.get("store.password_file")
        self.store = Store(driver_url(settings.store.url, settings.folder, password), self.clock)
        name = settings.audit.log_name
        self.log = Log(
            place=Place(settings.organization.id, settings.organization.node),
            signer=LogSigner(f"{name}/audit/1", secrets["audit.log_key_file"].reveal()),
            witness=WitnessSigner(f"{name}/witness/1", secrets["audit.witness_key_file"].reveal()),
        )
        self.segments = Segments(
            settings.audit.folder,
            vkeys=(self.log.signer.vkey, self.log.witness.vkey),
            kept=settings.audit.kept_checkpoint_file,
        )
        self.publisher = Publisher(self.store, self.log, self.segments, settings.checkpoint_age)
        self.guard = Guard(self.store, self.log)
        self.diary = Diary(self.store, self.guard, self.log)
        self.sealer = Sealer(secrets["accounts.storage_key_file"])
        self.review = Review(self.store, self.guard, self.log, secrets["audit.export_key_file"], program.verify_html)
        self.backups = Backups(self.store, self.guard, settings)
        self.registry = Registry(self.store, self.guard)
        self.booking = Booking(self.store, self.guard, self.registry, settings.sessions)
        self.seating = Seating(self.store, self.guard, self.registry)
        self.means = Means(
            store=self.store,
            guard=self.guard,
            sealer=self.sealer,
            hasher=Hasher(),
            throttle=Throttle(self.sealer),
            turns=Turns(),
            challenges=Challenges(),
            offers=Offers(),
            party=RelyingParty(settings.listen.origin, settings.organization.name),
            idle=timedelta(minutes=settings.accounts.idle_minutes),
            longest=timedelta(hours=settings.accounts.sign_in_hours),
        )
        self.presences = Presences(self.means, self._sign_in_ended)
        self.sign_in = SignIn(self.means, self.presences)
        self.sign_out = SignOut(self.means, self.presences)
        self.step_up = StepUp(self.means)
        self.setup = Setup(self.means)
        self.enrollment = Enrollment(self.means)
        self.administration = Administration(self.means)
        self._ending: set[SubjectId] = set()
        self._looked_at = self._swept_at = self.clock.now()
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Open the database and the second sink, and check the log; a log that is not whole is opened read-only.

        Raises:
            StoreError: the database cannot be used.
            OSError: the second sink's folder cannot be used.
        """
        await self.store.open()
        await asyncio.to_thread(self.segments.open)
        cause = await what_is_wrong(self.store, self.log, self.segments)
        if cause is not None:
            self.log.mode = Mode.SAFETY
            logger.critical("audit_verification_failed", cause=cause)
            await self.diary.damaged(cause)

    async def open_beside(self) -> None:
        """Open the database for one command, which may run beside the service: the second sink is only looked at.

        Raises:
            StoreError: the database cannot be used.
        """
        await self.store.check()
        await asyncio.to_thread(self.segments.measure)
        if await what_is_wrong(self.store, self.log, self.segments) is not None:
            self.log.mode = Mode.SAFETY

    async def start(self) -> None:
        """Write that the service started, and begin the work that time asks for.

        Raises:
            AuditUnavailable: the log cannot be written, so the service does not start.
            StoreError: neither can what was kept beside it.
        """
        if self.log.mode is Mode.WHOLE:
            async with self.store.transaction() as unit:
                await self.log.reconcile(unit)
        await self.diary.started(self.program, self.settings, self.sealer)
        await self.registry.restore()
        self._tasks = [
            asyncio.create_task(self.publisher.run(), name="publisher"),
            asyncio.create_task(self._tick(), name="tick"),
        ]

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            try:
                await self._look_round()
            except StoreError as exc:
                logger.warning("tick_failed", code=exc.code)
            except Exception:  # A task's outermost boundary: our bug here must not end anyone's conversation.
                logger.exception("tick_failed")

    async def _look_round(self) -> None:
        """Do what time asks for."""
        await self.guard.probe()
        await self.guard.catch_up(self.clock.now())
        await self.registry.tick()
        await self._close_what_ended()
        if abs(self.clock.now() - self._swept_at) >= SWEEP_EVERY:
            self._swept_at = self.clock.now()
            await self.presences.sweep()

    async def _close_what_ended(self) -> None:
        """Close the seats of accounts that signed out here, or that a command beside us closed."""
        ended, self._ending = self._ending, set()
        # A transaction carries the instant it began at, so the look reaches back further than the last one.
        before, self._looked_at = self._looked_at - OVERLAP, self.clock.now()
        async with self.store.reading() as unit:
            ended.update(await account_rows.cut_since(unit, before))
        for account in ended:
            await self.seating.sign_out(account)

    def _sign_in_ended(self, account: SubjectId) -> None:
        """Close what a sign-in held open, as soon as it has ended."""
        self._ending.add(account)

    def count_stranger(self, code: str) -> None:
        """Count a refusal at the rim."""
        self.guard.count_stranger(Action.REQUEST, code, self.clock.now())

    async def aclose(self, cause: str = "shutdown") -> None:
        """Write what waits, bring the second sink up to date, and close; safe after a half-finished start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._tasks:
            await self.diary.stopped(cause)
            await self.publisher.flush()
        self._tasks = []
        self.means.hasher.close()
        await self.store.close()
