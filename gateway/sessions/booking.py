"""Sessions before and around the conversation: plan one, invite, take an invitation back, look, end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from gateway.core.actions import Action
from gateway.core.clock import rfc3339
from gateway.core.errors import Denied, NotFound, SottoError
from gateway.core.events import SessionCreated, SessionInviteIssued, SessionInviteRevoked, Target
from gateway.core.ids import SessionId, SubjectId, new_id, new_session_id
from gateway.core.settings import Sessions
from gateway.crypto.secrets import INVITATION_BYTES, new_token, token_hash
from gateway.guard import Deed, Guard
from gateway.policy.ask import Ask, Caller
from gateway.sessions import rows
from gateway.sessions.decisions import plan_end, plan_revoke
from gateway.sessions.messages import Kind, Role
from gateway.sessions.registry import Registry, session_record
from gateway.sessions.session import LiveSession
from gateway.sessions.state import SessionState
from gateway.store.engine import Store

MAX_LISTED: Final = 200
"""Sessions in one list, newest first."""
MAX_INVITATIONS: Final = 50
"""Links one session may have. A group has twelve seats; the rest is for links that went astray."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A session with its links, as staff see it; the people in it come from the live session."""

    session: rows.SessionRow
    invitations: Sequence[rows.InvitationRow]
    live: LiveSession | None
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Invited:
    """A fresh link: the only time its secret is known outside the browser that asked."""

    token: str
    row: rows.InvitationRow


class Booking:
    """What staff do with sessions over HTTP. Owned by the hub."""

    def __init__(self, store: Store, guard: Guard, registry: Registry, settings: Sessions) -> None:
        self._store = store
        self._guard = guard
        self._registry = registry
        self._settings = settings

    async def create(
        self, caller: Caller, kind: Kind, planned_start: datetime | None, max_minutes: int | None
    ) -> Visit:
        """Plan a session.

        Raises:
            Denied: not a role that hosts, or `max_minutes_too_long`.
            AuditUnavailable: it cannot be written; there is no session.
        """
        ask = self._ask(Action.SESSION_CREATE, caller)
        minutes = max_minutes or self._settings.max_minutes

        async def perform(deed: Deed) -> rows.SessionRow:
            if minutes > self._settings.max_minutes:
                raise Denied("max_minutes_too_long")
            row = rows.SessionRow(
                id=new_session_id(),
                kind=kind,
                host=_subject(caller),
                state=SessionState.PLANNED.value,
                planned_start=planned_start,
                max_minutes=minutes,
                created_at=deed.at,
                opened_at=None,
                ended_at=None,
            )
            await rows.add_session(deed.unit, row)
            data = SessionCreated(
                kind=kind,
                planned_start=None if planned_start is None else rfc3339(planned_start),
                max_minutes=minutes,
                recording_allowed=False,
                jurisdiction=None,
            )
            deed.record(data, session=row.id)
            return row

        row = await self._guard.act(ask, perform)
        self._registry.add(session_record(row))
        return Visit(row, (), self._registry.find(row.id), is_mine=True)

    async def list(self, caller: Caller) -> list[Visit]:
        """Return the caller's own sessions, newest first, without their links.

        Raises:
            Denied: not a role that hosts.
        """
        await self._guard.check(self._ask(Action.SESSION_VIEW, caller))
        async with self._store.reading() as unit:
            found = await rows.sessions_of(unit, _subject(caller), MAX_LISTED)
        return [Visit(row, (), self._registry.find(row.id), is_mine=True) for row in found]

    async def view(self, caller: Caller, session: str) -> Visit:
        """Return one session with its links.

        Raises:
            Denied: `not_found`, also when it is somebody else's.
        """
        row, live = await self._find(caller, session, Action.SESSION_VIEW)
        async with self._store.reading() as unit:
            links = await rows.invitations_of(unit, row.id)
        return Visit(row, links, live, is_mine=row.host == caller.actor.subject)

    async def invite(self, caller: Caller, session: str, role: Role, expires_in: timedelta | None) -> Invited:
        """Make a link for one seat.

        Raises:
            Denied: not found, `session_closed`, `expires_in_too_long`, or too many links.
        """
        row, _ = await self._find(caller, session, Action.SESSION_INVITE)
        longest = timedelta(hours=self._settings.invitation_hours)
        lifetime = expires_in or longest

        async def perform(deed: Deed) -> Invited:
            if row.state == SessionState.ENDED.value:
                raise Denied("session_closed")
            if lifetime > longest:
                raise Denied("expires_in_too_long")
            if len(await rows.invitations_of(deed.unit, row.id)) >= MAX_INVITATIONS:
                raise Denied("session_full")
            token = new_token(INVITATION_BYTES)
            link = rows.InvitationRow(
                ref=new_id("inv"),
                token_hash=token_hash(token),
                session=row.id,
                role=role,
                created_at=deed.at,
                expires_at=deed.at + lifetime,
                used_at=None,
                revoked_at=None,
            )
            await rows.add_invitation(deed.unit, link)
            data = SessionInviteIssued(invite_sha256=link.token_hash.hex(), role=role, expires=rfc3339(link.expires_at))
            deed.record(data, session=row.id, target=Target("invitation", link.ref))
            return Invited(token, link)

        return await self._guard.act(self._ask(Action.SESSION_INVITE, caller, row.id), perform)

    async def revoke(self, caller: Caller, session: str, wanted: str) -> None:
        """Take a link back, by its reference or by itself; whoever waits with it is declined. Takes effect at once.

        Raises:
            Denied: `not_found`.
        """
        row, _ = await self._find(caller, session, Action.SESSION_REVOKE_INVITATION)
        async with self._store.reading() as unit:
            link = await rows.find_invitation(unit, ref=wanted) or await rows.find_invitation(
                unit, token_hash=token_hash(wanted)
            )
        if link is None or link.session != row.id:
            raise await self._guard.refuse(self._ask(Action.SESSION_REVOKE_INVITATION, caller, row.id), "not_found")
        if link.revoked_at is not None:
            return

        async def perform(deed: Deed) -> None:
            await rows.change_invitation(deed.unit, link.ref, revoked_at=deed.at)
            data = SessionInviteRevoked(invite_sha256=link.token_hash.hex(), role=link.role)
            deed.record(data, session=row.id, target=Target("invitation", link.ref))

        ask = self._ask(Action.SESSION_REVOKE_INVITATION, caller, row.id)
        await self._guard.relinquish(ask, lambda: self._registry.revoked.add(link.ref), perform)
        await self._decline_whoever_waits(caller, row.id, link.ref)

    async def _decline_whoever_waits(self, caller: Caller, session: SessionId, ref: str) -> None:
        if self._registry.find(session) is None:
            return
        async with self._registry.holding(session) as live:
            plan = plan_revoke(live, ref, now=self._store.clock.now())
            if not plan.is_silent:
                await self._registry.carry_out(live, plan, self._ask(Action.SESSION_DECLINE, caller, session))

    async def end(self, caller: Caller, session: str) -> Visit:
        """End a session for everyone. Takes effect at once; ending what has ended changes nothing.

        Raises:
            Denied: `not_found`, or not the host.
        """
        row, _ = await self._find(caller, session, Action.SESSION_END)
        ask = self._ask(Action.SESSION_END, caller, row.id)
        if row.host != caller.actor.subject:
            raise await self._guard.refuse(ask, "role_not_permitted")
        try:
            async with self._registry.holding(row.id) as live:
                await self._registry.carry_out(live, plan_end(live, by=None, now=ask.now), ask)
        except NotFound:
            pass  # It has ended already, which is what was asked.
        return await self.view(caller, session)

    async def _find(self, caller: Caller, session: str, action: Action) -> tuple[rows.SessionRow, LiveSession | None]:
        """Return a session the caller belongs to, once the rules agree.

        Raises:
            Denied: they do not; written.
        """
        async with self._store.reading() as unit:
            row = await rows.find_session(unit, session)
        live = self._registry.find(session)
        is_member = row is not None and (row.host == caller.actor.subject or _sits_in(live, caller))
        found = SessionId(session) if row is not None else None
        await self._guard.check(self._ask(action, caller, found, is_member=is_member))
        if row is None:
            raise NotFound
        return row, live

    def _ask(self, action: Action, caller: Caller, session: SessionId | None = None, *, is_member: bool = True) -> Ask:
        now = self._store.clock.now()
        whole = self._guard.is_log_whole
        return Ask(action=action, caller=caller, now=now, session=session, is_member=is_member, is_log_whole=whole)


def _sits_in(live: LiveSession | None, caller: Caller) -> bool:
    return live is not None and any(
        seat.record.subject == caller.actor.subject and seat.is_present for seat in live.seats.values()
    )


def _subject(caller: Caller) -> SubjectId:
    if caller.actor.subject is None:
        raise SottoError("a stranger passed the guard")
    return caller.actor.subject
