"""Who is signed in: a random cookie, known here by its hash, good until it is old, idle or ended."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from gateway.accounts import profile, roles, rows
from gateway.accounts.roles import Role
from gateway.core.actions import Action
from gateway.core.errors import Denied, StoreError
from gateway.core.events import SYSTEM, Actor, ActorKind, AuthLoggedOut
from gateway.core.ids import SubjectId
from gateway.crypto.secrets import new_token, token_hash
from gateway.guard import Deed
from gateway.policy.ask import Caller
from gateway.staff.means import LEVELS, Means
from gateway.store.transaction import Unit

SEEN_EVERY: Final = timedelta(minutes=1)
"""How often use is written down. Rarer ends an idle sign-in up to this much too early; more often costs writes."""
KEPT: Final = timedelta(days=1)
"""How long a row stays after its sign-in ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """A signed-in person, as one request sees them."""

    account: SubjectId
    role: Role
    aal: int
    auth: str
    step_up_at: datetime | None
    created_at: datetime
    id_hash: bytes = field(repr=False)

    @property
    def actor(self) -> Actor:
        """Who they are, as the log shows it."""
        return staff_actor(self.account, self.role, self.auth)

    @property
    def caller(self) -> Caller:
        """Who they are, as policy asks for it."""
        return Caller(self.actor, self.step_up_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """One of a person's own passkeys, as they named it."""

    id: str
    label: str = field(repr=False)
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """What a person is told about their own account."""

    id: SubjectId
    role: Role
    name: str = field(repr=False)
    aal: int
    step_up_until: datetime | None
    totp: bool
    passkeys: list[Passkey]
    may: list[Action]


def staff_actor(account: SubjectId, role: Role, auth: str) -> Actor:
    """Return a staff member, signed in by `auth`, as the log shows them."""
    return Actor(ActorKind.STAFF, account, role=str(role), aal=LEVELS.get(auth, 0), auth=auth)


class Presences:
    """The sign-ins of staff. Owned by the hub. `ended` is told whose sign-in ended here, as soon as it does."""

    def __init__(self, means: Means, ended: Callable[[SubjectId], None] = lambda _: None) -> None:
        self._means = means
        self._ended = ended
        # What ended although it may not be in the database yet; kept until the row would be too old anyway.
        self._ended_ids: dict[bytes, datetime] = {}
        self._ended_accounts: dict[SubjectId, datetime] = {}

    async def begin(
        self, unit: Unit, account: rows.AccountRow, auth: str, *, is_confirmed: bool
    ) -> tuple[str, Presence]:
        """Insert a sign-in; return its cookie, which exists nowhere else, and who it stands for."""
        token = new_token()
        row = rows.SignInRow(
            id_hash=token_hash(token),
            account=account.id,
            aal=LEVELS[auth],
            auth=auth,
            created_at=unit.now,
            seen_at=unit.now,
            expires_at=unit.now + self._means.longest,
            step_up_at=unit.now if is_confirmed else None,
            revoked_at=None,
        )
        await rows.add_sign_in(unit, row)
        return token, _presence(row, account.role)

    async def find(self, token: str) -> Presence | None:
        """Return who sends this cookie, or None when it is unknown, old, idle or ended."""
        now = self._means.now()
        async with self._means.store.reading() as unit:
            row = await rows.find_sign_in(unit, token_hash(token))
            if row is None or not self._is_live(row, now):
                return None
            account = await rows.find_account(unit, row.account)
        if account is None or account.disabled_at is not None:
            return None
        if now - row.seen_at >= SEEN_EVERY:
            await self._write_seen(row)
        return _presence(row, account.role)

    async def describe(self, presence: Presence) -> Me:
        """Return what this person is told about their own account."""
        async with self._means.store.reading() as unit:
            account = await rows.find_account(unit, presence.account)
            enrolled = await rows.passkeys_of(unit, presence.account)
        assert account is not None, "accounts are never deleted"  # noqa: S101
        sealer = self._means.sealer
        who = profile.open_profile(sealer, account.profile_sealed, account=account.id)
        own = [
            Passkey(
                id=each.id,
                label=profile.open_label(sealer, each.label_sealed, passkey=each.id),
                created_at=each.created_at,
            )
            for each in enrolled
        ]
        return Me(
            id=account.id,
            role=account.role,
            name=who.name,
            aal=presence.aal,
            step_up_until=roles.confirmed_until(presence.step_up_at),
            totp=account.totp_sealed is not None,
            passkeys=own,
            may=roles.allowed(account.role),
        )

    def end_at_once(self, presence: Presence, *, everywhere: bool) -> None:
        """End a sign-in (or all of that person's) in memory, whatever the database is able to do."""
        if everywhere:
            self._ended_accounts[presence.account] = self._means.now()
        else:
            self._ended_ids[presence.id_hash] = self._means.now()
        self._ended(presence.account)

    async def sweep(self) -> None:
        """End what is too old or was not used, write that, and delete what ended long ago."""
        means, now = self._means, self._means.now()
        self._ended_ids = {key: at for key, at in self._ended_ids.items() if now - at < means.longest}
        self._ended_accounts = {who: at for who, at in self._ended_accounts.items() if now - at < means.longest}
        async with means.store.reading() as unit:
            over = await rows.overdue_sign_ins(unit, idle_since=now - means.idle)
        if not over or not means.guard.is_writable:
            return

        async def perform(deed: Deed) -> None:
            for account in over:
                count = await rows.end_overdue_sign_ins(deed.unit, account, idle_since=now - means.idle)
                if count:
                    deed.record(AuthLoggedOut(cause="expired", count=count), subject=account)
            await rows.forget_sign_ins(deed.unit, before=deed.unit.now - KEPT)
            if not deed.drafts:
                raise Denied("not_found")  # They signed out between the look and the act.

        # A sign-in that merely grew old closes nothing: a conversation is not cut because nobody clicked.
        with suppress(Denied):
            await means.guard.note(Action.SIGN_OUT, SYSTEM, now, perform)

    def _is_live(self, row: rows.SignInRow, now: datetime) -> bool:
        if row.revoked_at is not None or row.id_hash in self._ended_ids:
            return False
        ended_at = self._ended_accounts.get(row.account)
        if ended_at is not None and row.created_at <= ended_at:
            return False
        return now < row.expires_at and now - row.seen_at < self._means.idle

    async def _write_seen(self, row: rows.SignInRow) -> None:
        # A database that cannot be written ends idle sign-ins early; it must not refuse somebody who may read.
        with suppress(StoreError):
            async with self._means.store.transaction() as unit:
                await rows.change_sign_in(unit, row.id_hash, seen_at=unit.now)


def _presence(row: rows.SignInRow, role: Role) -> Presence:
    return Presence(
        account=row.account,
        role=role,
        aal=row.aal,
        auth=row.auth,
        step_up_at=row.step_up_at,
        created_at=row.created_at,
        id_hash=row.id_hash,
    )
