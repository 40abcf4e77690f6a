"""The one door: decide, and write the audit entry in the same transaction as the effect. No entry, no effect.

Only this file makes a `Permit`. Whoever is refused is written (a stranger: counted) before they are told.
Acts that only take power away, and facts that happen anyway, are the one exception: they take effect at once
and are written as soon as they can be, after one `audit.gap`.
"""

import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

import structlog

from gateway.audit.entry import Draft, draft
from gateway.audit.log import Log, Mode
from gateway.audit.strangers import Strangers
from gateway.core.actions import Action
from gateway.core.clock import rfc3339
from gateway.core.errors import (
    AuditUnavailable,
    Denied,
    IllegalTransition,
    IntegrityError,
    NotAuthenticated,
    NotFound,
    StoreError,
)
from gateway.core.events import (
    STRANGER,
    SYSTEM,
    AccessRefused,
    Actor,
    AuditGap,
    AuthFailed,
    AuthLocked,
    Data,
    Event,
    Outcome,
    SessionAdmissionRefused,
    Target,
)
from gateway.core.ids import SeatId, SessionId, SubjectId
from gateway.policy.ask import Ask, Deny
from gateway.policy.engine import decide
from gateway.store.engine import Store
from gateway.store.transaction import Unit

logger = structlog.get_logger(__name__)

MAX_LATE: Final = 10_000
"""Facts that may wait for the log at once. Each is a small closure; beyond this the oldest outage has lasted hours."""
LATE_BATCH: Final = 200

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Permit:
    """Proof that the guard said yes, to whom, to what and when."""

    action: Action
    actor: Actor
    at: datetime


class Deed:
    """One permitted act while it is being done: its transaction, and the entries it must leave."""

    def __init__(self, unit: Unit, permit: Permit) -> None:
        self.unit = unit
        self.permit = permit
        self.at = permit.at
        self.drafts: list[Draft] = []

    def record(  # noqa: PLR0913  (the members of the envelope an act may fill; all but one by name)
        self,
        data: Data,
        *,
        outcome: Outcome = Outcome.SUCCESS,
        reason: str | None = None,
        subject: SubjectId | None = None,
        session: SessionId | None = None,
        target: Target | None = None,
        actor: Actor | None = None,
    ) -> str:
        """Say what this act is in the log; return the event's id. Written when the act's transaction commits."""
        event = Event(
            data=data,
            actor=actor or self.permit.actor,
            outcome=outcome,
            reason=reason,
            subject=subject,
            session=session,
            target=target,
        )
        entry = draft(event, self.at)
        self.drafts.append(entry)
        return entry.id


Perform = Callable[[Deed], Awaitable[T]]


@dataclass(frozen=True, slots=True)
class _Late:
    permit: Permit
    perform: Perform[object]


class Guard:
    """Makes permits. Owned by the hub."""

    def __init__(self, store: Store, log: Log) -> None:
        self._store = store
        self._log = log
        self._strangers = Strangers()
        self._late: deque[_Late] = deque()
        self.is_writable = True
        """Whether the last entry could be written."""
        self.observe: Callable[[float], None] = lambda _seconds: None
        """Told how long each act took with its entries; metrics listen here."""

    async def check(self, ask: Ask) -> None:
        """Decide without doing: for work that is prepared before the act itself.

        Raises:
            Denied: it may not; the refusal is in the log.
        """
        await self._permit(ask)

    async def act(self, ask: Ask, perform: Perform[T]) -> T:
        """Do what is asked, if it may be done and can be written.

        Raises:
            Denied: it may not; the refusal is in the log.
            AuditUnavailable: the entry cannot be written; nothing happened.
        """
        permit = await self._permit(ask)
        try:
            return await self._do(permit, perform)
        except Denied as exc:
            raise await self.refuse(ask, exc.code) from exc

    async def relinquish(self, ask: Ask, at_once: Callable[[], None], perform: Perform[object]) -> None:
        """Do what only takes power away: `at_once` in memory whatever happens, `perform` as soon as it can be written.

        Raises:
            Denied: it may not; the refusal is in the log.
        """
        permit = await self._permit(ask)
        at_once()
        await self._do_or_queue(permit, perform)

    async def note(self, action: Action, actor: Actor, now: datetime, perform: Perform[object]) -> None:
        """Write what happened anyway, now or later."""
        await self._do_or_queue(Permit(action, actor, now), perform)

    async def refuse(self, ask: Ask, code: str) -> Denied:
        """Write (a stranger: count) that `ask` was refused with `code`; return the error to raise."""
        event: str | None = None
        if ask.caller.is_stranger:
            self._strangers.count(ask.action, code, ask.now)
        else:
            event = await self._write_refusal(ask, code)
        if code == "not_authenticated":
            return NotAuthenticated()
        return NotFound() if code == "not_found" else Denied(code, event=event)

    async def _permit(self, ask: Ask) -> Permit:
        decision = decide(ask)
        if isinstance(decision, Deny):
            raise await self.refuse(ask, decision.code)
        return Permit(ask.action, ask.caller.actor, ask.now)

    async def _do(self, permit: Permit, perform: Perform[T]) -> T:
        began = time.perf_counter()
        is_done = False
        try:
            async with self._store.transaction() as unit:
                deed = Deed(unit, permit)
                result = await perform(deed)
                if not deed.drafts:
                    message = f"{permit.action} left no entry"
                    raise IllegalTransition(message)
                is_done = True
                await self._log.append(unit, deed.drafts)
        except StoreError as exc:
            if exc.code == "store_conflict" and not is_done:
                raise Denied("conflict") from exc  # Two at once, and the other was first: the log itself is well.
            raise self._unwritable(exc) from exc
        except IntegrityError as exc:
            if not is_done:
                raise  # What the act itself read is damaged, not the log.
            raise self._unwritable(exc) from exc
        self._set_writable(is_writable=True)
        self.observe(time.perf_counter() - began)
        return result

    async def _do_or_queue(self, permit: Permit, perform: Perform[object]) -> bool:
        """Do it, or let it wait; return whether it is done."""
        late = _Late(permit, perform)
        if self._late:  # Order is kept: what waits comes first.
            self._queue(late)
            return False
        try:
            await self._do(permit, perform)
        except AuditUnavailable:
            self._queue(late)
            return False
        return True

    def _queue(self, late: _Late) -> None:
        if len(self._late) < MAX_LATE:
            self._late.append(late)
        else:
            logger.error("audit_queue_full")

    async def _write_refusal(self, ask: Ask, code: str) -> str | None:
        """Write the refusal; if even that cannot be done, the refusal stands and is written later."""
        ids: list[str] = []

        async def perform(deed: Deed) -> None:
            data = refusal(ask.action, code, 1, seat=ask.caller.actor.seat)
            ids.append(deed.record(data, outcome=Outcome.REFUSED, reason=code, session=ask.session))

        is_written = await self._do_or_queue(Permit(ask.action, ask.caller.actor, ask.now), perform)
        return ids[0] if is_written else None

    def count_stranger(self, action: Action, code: str, now: datetime) -> None:
        """Count a refusal at the rim, where nobody has said who they are."""
        self._strangers.count(action, code, now)

    async def catch_up(self, now: datetime, *, everything: bool = False) -> None:
        """Write what waits: strangers' counts of a minute that is over, and facts the log could not take."""
        for tally in self._strangers.take(now, everything=everything):
            data = refusal(tally.action, tally.code, tally.count)
            await self.note(tally.action, STRANGER, now, _recording(data, tally.code))
        while self._late:
            batch = [self._late[index] for index in range(min(LATE_BATCH, len(self._late)))]
            try:
                await self._do(Permit(Action.SYSTEM, SYSTEM, now), _catching_up(batch))
            except AuditUnavailable:
                return
            for _ in batch:
                self._late.popleft()

    def _unwritable(self, cause: StoreError | IntegrityError) -> AuditUnavailable:
        self._set_writable(is_writable=False, code=cause.code)
        return AuditUnavailable(str(cause))

    def _set_writable(self, *, is_writable: bool, code: str | None = None) -> None:
        if is_writable == self.is_writable:
            return
        self.is_writable = is_writable
        logger.warning("audit_writable" if is_writable else "audit_unavailable", code=code)

    async def probe(self) -> None:
        """Find out whether the log can be written again, when nothing waits that would tell."""
        if self.is_writable:
            return
        try:
            async with self._store.transaction() as unit:
                await self._log.touch(unit)
        except (StoreError, IntegrityError):
            return
        self._set_writable(is_writable=True)

    @property
    def is_log_whole(self) -> bool:
        """Whether the log may grow; the facts of every `Ask` include it."""
        return self._log.mode is Mode.WHOLE


def refusal(action: Action, code: str, count: int, *, seat: SeatId | None = None) -> Data:
    """Return what the log says of refusals: each kind of act has its own word for it."""
    if action in (Action.SIGN_IN, Action.SETUP, Action.STEP_UP):
        locked = code == "too_many_attempts"
        return AuthLocked(count=count) if locked else AuthFailed(code=code, method=str(action), count=count)
    if action in (Action.SESSION_TAKE_SEAT, Action.SESSION_ASK):
        return SessionAdmissionRefused(seat=seat, reason=code, by=None, count=count)
    return AccessRefused(action=str(action), code=code, count=count)


def _recording(data: Data, code: str) -> Perform[object]:
    async def perform(deed: Deed) -> None:
        deed.record(data, outcome=Outcome.REFUSED, reason=code)

    return perform


def _catching_up(batch: Sequence[_Late]) -> Perform[object]:
    """Return an act that writes what waited, after one entry that says for how long it did."""

    async def perform(deed: Deed) -> None:
        first, last = rfc3339(batch[0].permit.at), rfc3339(batch[-1].permit.at)
        deed.record(AuditGap(from_=first, to=last, cause="audit_unavailable", count=len(batch)))
        for late in batch:
            one = Deed(deed.unit, late.permit)
            try:
                async with deed.unit.part():
                    await late.perform(one)
            except Denied:
                continue  # Meanwhile it has become true by another way, and that way is in the log.
            deed.drafts += one.drafts

    return perform
