"""Taking a seat and acting from it: exchange a link, connect, ask, admit, decline, remove, leave, end."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from gateway.accounts.roles import HOSTS
from gateway.core.actions import Action
from gateway.core.errors import CapacityError, Denied, NotFound
from gateway.core.events import STRANGER, Actor, ActorKind, SessionSeatTaken
from gateway.core.ids import PeerId, SeatId, SessionId, SubjectId, new_participant_id, new_peer_id, new_seat_id
from gateway.crypto.secrets import is_same, new_token, token_hash
from gateway.guard import Deed, Guard
from gateway.policy.ask import Ask, Caller
from gateway.sessions import decisions, entries, rows
from gateway.sessions.decisions import Claim
from gateway.sessions.plan import Plan
from gateway.sessions.registry import Registry, Wire
from gateway.sessions.session import LiveSession
from gateway.store.engine import Store

STAFF_ROLES: Final = frozenset(role.value for role in HOSTS)


@dataclass(frozen=True, slots=True)
class Secrets:
    """The two secrets of a seat: the cookie stays in the browser's jar, the ticket in the page. Both must fit."""

    cookie: str = field(repr=False)
    ticket: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Taken:
    """A seat that was taken just now."""

    seat: SeatId
    session: SessionId
    role: str
    secrets: Secrets


@dataclass(frozen=True, slots=True)
class Sitting:
    """One connection of one seat."""

    session: SessionId
    seat: SeatId
    peer: PeerId
    caller: Caller


class Seating:
    """What people do with seats. Owned by the hub."""

    def __init__(self, store: Store, guard: Guard, registry: Registry) -> None:
        self._store = store
        self._guard = guard
        self._registry = registry

    async def take_with_link(self, caller: Caller, invitation: str) -> Taken:
        """Exchange a link for a seat; again, before it was admitted, replaces the earlier browser.

        Raises:
            Denied: `invitation_invalid`, `…_expired`, `…_revoked`, `staff_sign_in_required`, `session_closed`.
            CapacityError: `session_full`.
        """
        ask = self._ask(Action.SESSION_TAKE_SEAT, caller)
        async with self._store.reading() as unit:
            link = await rows.find_invitation(unit, token_hash=token_hash(invitation))
            session = None if link is None else await rows.find_session(unit, link.session)
        if link is None or session is None:
            raise await self._guard.refuse(ask, "invitation_invalid")
        try:
            self._check_link(link, ask.now)
            claim = _claim(caller, link, session)
        except Denied as exc:
            raise await self._guard.refuse(ask, exc.code) from exc
        return await self._take(ask, session.id, claim)

    def _check_link(self, link: rows.InvitationRow, now: datetime) -> None:
        """Refuse a link that is no good. One that was used still knocks: as `same_link`."""
        self._check_not_revoked(link.ref)
        state = link.state(now)
        if state in ("revoked", "expired"):
            raise Denied(f"invitation_{state}")

    def _check_not_revoked(self, ref: str | None) -> None:
        if ref in self._registry.revoked:
            raise Denied("invitation_revoked")

    async def take_as_host(self, caller: Caller, session: str) -> Taken:
        """Give signed-in staff the seat in their own session.

        Raises:
            Denied: `not_authenticated`, or `not_found` when it is not theirs.
        """
        async with self._store.reading() as unit:
            row = await rows.find_session(unit, session)
        ask = self._ask(Action.SESSION_TAKE_SEAT, caller, None if row is None else row.id)
        if caller.actor.role not in STAFF_ROLES:
            raise await self._guard.refuse(ask, "not_authenticated" if caller.is_stranger else "role_not_permitted")
        if row is None or caller.actor.subject is None or row.host != caller.actor.subject:
            raise await self._guard.refuse(ask, "not_found")
        return await self._take(ask, row.id, _host_claim(caller, row))

    async def _take(self, ask: Ask, session: SessionId, claim: Claim) -> Taken:
        try:
            async with self._registry.holding(session) as live:
                self._check_not_revoked(claim.invitation)  # Once more: while we waited for our turn, it may have been.
                plan = decisions.plan_seat(live, claim, new=new_seat_id(), now=ask.now)
                secrets = Secrets(new_token(), new_token())
                await self._seat_down(live, plan, ask, claim, secrets)
        except (Denied, CapacityError) as exc:
            if isinstance(exc, Denied) and exc.event is not None:
                raise
            raise await self._refusal(ask, exc) from exc
        assert plan.seat is not None  # noqa: S101  (a seat plan is about a seat)
        return Taken(plan.seat, session, claim.role, secrets)

    async def _seat_down(self, live: LiveSession, plan: Plan, ask: Ask, claim: Claim, secrets: Secrets) -> None:
        hashes = {"cookie_hash": token_hash(secrets.cookie), "ticket_hash": token_hash(secrets.ticket)}
        # A guest's link proves nothing but itself, whoever is signed in beside it.
        actor = ask.caller.actor if claim.role in STAFF_ROLES else STRANGER

        async def perform(deed: Deed) -> None:
            if plan.taken is None:
                assert plan.seat is not None  # noqa: S101  (as above)
                await rows.change_seat(deed.unit, plan.seat, **hashes)
                await entries.write(deed, live, plan)
                return
            row = rows.SeatRow(
                id=plan.taken.id,
                session=live.record.id,
                subject=claim.subject,
                role=claim.role,
                host=claim.host,
                aal=actor.aal,
                auth="invite" if actor.subject is None else actor.auth,
                state=plan.taken.state.value,
                since=deed.at,
                device=plan.taken.device,
                invitation=claim.invitation,
                replaces=plan.taken.replaces,
                created_at=deed.at,
                admitted_at=None,
                ended_at=None,
                cookie_hash=hashes["cookie_hash"],
                ticket_hash=hashes["ticket_hash"],
            )
            await rows.add_seat(deed.unit, row)
            data = SessionSeatTaken(seat=row.id, role=row.role, device=row.device)
            deed.record(data, session=row.session, subject=row.subject, actor=_actor(row))

        await self._guard.act(ask, perform)
        self._registry.apply(live, plan, ask.now)

    # Connections

    async def connect(self, seat: str, ticket: str, cookie: str | None, resume: int | None, wire: Wire) -> Sitting:
        """Join a connection to the seat its cookie and its ticket belong to.

        Raises:
            Denied: `not_authenticated`, or the seat or session is over.
        """
        found = await self._proved(seat, ticket, cookie)
        async with self._registry.holding(found.session) as live:
            # Once more, now that nobody else decides: while we waited for our turn, the link may have been opened
            # again, and then the earlier browser's secrets are dead.
            row = await self._proved(seat, ticket, cookie)
            sitting = Sitting(row.session, row.id, new_peer_id(), Caller(_actor(row)))
            self._registry.connect(live, row.id, sitting.peer, wire, resume)
        return sitting

    async def _proved(self, seat: str, ticket: str, cookie: str | None) -> rows.SeatRow:
        """Return the seat whose cookie and ticket these are.

        Raises:
            Denied: `not_authenticated`; counted.
        """
        async with self._store.reading() as unit:
            row = await rows.find_seat(unit, seat)
        if row is not None and cookie is not None:
            fits = is_same(row.cookie_hash, token_hash(cookie)) & is_same(row.ticket_hash, token_hash(ticket))
            if fits:
                return row
        self._guard.count_stranger(Action.SESSION_ASK, "not_authenticated", self._store.clock.now())
        raise Denied("not_authenticated")

    def disconnect(self, sitting: Sitting) -> None:
        """Note that the connection is gone; the seat is kept for a while."""
        self._registry.disconnect(sitting.session, sitting.seat, sitting.peer)

    # Acts

    async def ask(self, sitting: Sitting, name_ct: str | None) -> None:
        """Ask to join, with the encrypted name; hosts are in at once."""
        await self._act(
            sitting,
            Action.SESSION_ASK,
            lambda live, now: decisions.plan_ask(live, by=sitting.seat, name_ct=name_ct, now=now),
        )

    async def admit(self, sitting: Sitting, seat: SeatId) -> None:
        """Let somebody in."""
        await self._act(
            sitting, Action.SESSION_ADMIT, lambda live, now: decisions.plan_admit(live, seat, by=sitting.seat, now=now)
        )

    async def deny(self, sitting: Sitting, seat: SeatId) -> None:
        """Decline somebody who waits."""
        await self._act(
            sitting, Action.SESSION_DECLINE, lambda live, now: decisions.plan_deny(live, seat, by=sitting.seat, now=now)
        )

    async def remove(self, sitting: Sitting, seat: SeatId) -> None:
        """Take somebody out of the session."""
        await self._act(
            sitting,
            Action.SESSION_REMOVE,
            lambda live, now: decisions.plan_remove(live, seat, by=sitting.seat, now=now),
        )

    async def leave(self, sitting: Sitting) -> None:
        """Give the seat up."""
        await self._act(
            sitting, Action.SESSION_LEAVE, lambda live, now: decisions.plan_leave(live, by=sitting.seat, now=now)
        )

    async def end(self, sitting: Sitting) -> None:
        """End the session for everyone."""
        await self._act(
            sitting, Action.SESSION_END, lambda live, now: decisions.plan_end(live, by=sitting.seat, now=now)
        )

    async def _act(self, sitting: Sitting, action: Action, plan: Callable[[LiveSession, datetime], Plan]) -> None:
        """Decide and carry out, while nobody else decides in this session.

        Raises:
            Denied: written, with a stable code.
            CapacityError: a limit, written too.
            AuditUnavailable: it would give somebody more than they had, and cannot be written.
        """
        ask = self._ask(action, sitting.caller, sitting.session)
        async with self._registry.holding(sitting.session) as live:
            try:
                decided = plan(live, ask.now)
            except (Denied, CapacityError) as exc:
                raise await self._refusal(ask, exc) from exc
            await self._registry.carry_out(live, decided, ask)

    async def _refusal(self, ask: Ask, error: Denied | CapacityError) -> Denied | CapacityError:
        """Write the refusal of `error`, and return what to raise: a limit stays a limit."""
        denied = await self._guard.refuse(ask, error.code)
        return error if isinstance(error, CapacityError) else denied

    async def sign_out(self, subject: SubjectId) -> None:
        """End every seat of an account whose sign-ins have ended, and close its connections."""
        for live in self._registry.all():
            try:
                async with self._registry.holding(live.record.id) as held:
                    now = self._store.clock.now()
                    plan = decisions.plan_sign_out(held, subject, now=now)
                    if not plan.is_silent:
                        await self._registry.happen(held, plan, now)
            except NotFound:
                continue

    def _ask(self, action: Action, caller: Caller, session: SessionId | None = None) -> Ask:
        now = self._store.clock.now()
        return Ask(action=action, caller=caller, now=now, session=session, is_log_whole=self._guard.is_log_whole)


def _claim(caller: Caller, link: rows.InvitationRow, session: rows.SessionRow) -> Claim:
    """Return what a link claims; a staff link opens only for staff who are signed in.

    Raises:
        Denied: `staff_sign_in_required` or `role_not_permitted`.
    """
    if link.role not in STAFF_ROLES:
        return Claim(role=link.role, subject=new_participant_id(), invitation=link.ref)  # type: ignore[arg-type]
    if caller.actor.subject is None:
        raise Denied("staff_sign_in_required")
    if caller.actor.subject == session.host:
        return _host_claim(caller, session)
    if caller.actor.role != link.role:
        raise Denied("role_not_permitted")
    return Claim(role=link.role, subject=caller.actor.subject, invitation=link.ref)  # type: ignore[arg-type]


def _host_claim(caller: Caller, session: rows.SessionRow) -> Claim:
    return Claim(role=caller.actor.role, subject=session.host, host=True)  # type: ignore[arg-type]


def _actor(row: rows.SeatRow) -> Actor:
    kind = ActorKind.STAFF if row.role in STAFF_ROLES else ActorKind.PARTICIPANT
    return Actor(kind, row.subject, row.role, row.id, row.aal, row.auth)
