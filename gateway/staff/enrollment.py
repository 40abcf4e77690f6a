"""How a signed-in, freshly confirmed person changes what they sign in with: password, code app, passkeys."""

import asyncio
import hashlib
from dataclasses import dataclass, field
from typing import Final

from gateway.accounts import passkeys, rows, totp
from gateway.accounts.passkeys import Purpose
from gateway.accounts.password import PasswordRejected, Reason, is_too_long, judge, stands_alone
from gateway.accounts.profile import Profile, open_profile, seal_label, seal_totp
from gateway.core.actions import Action
from gateway.core.errors import Denied, NotFound, RemoteProtocolError
from gateway.core.events import (
    Actor,
    AuthLoggedOut,
    AuthPasskeyAdded,
    AuthPasskeyRemoved,
    AuthPasswordRejected,
    AuthPasswordSet,
    AuthTotpAdded,
    AuthTotpRemoved,
    Outcome,
)
from gateway.core.ids import SubjectId, new_id
from gateway.guard import Deed
from gateway.policy.ask import Ask
from gateway.staff.means import Answer, Asked, Means
from gateway.staff.presence import Presence
from gateway.store.transaction import Unit

PRODUCT: Final = "Sotto"
LABEL_MOST: Final = 64
PASSKEYS_MOST: Final = 20
"""More than anybody has; keeps the list of an account readable."""


@dataclass(frozen=True, slots=True)
class NamedAnswer:
    """A fresh passkey, and what its owner calls it."""

    answer: Answer
    label: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A password somebody wants, and whose it would be."""

    password: str = field(repr=False)
    who: Profile
    second_factor: bool = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Offer:
    """A code app's fresh secret, as text and as the URI behind a QR code. Shown once, never logged."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


async def accept_password(means: Means, ask: Ask, actor: Actor, new: NewPassword) -> str:
    """Return the hash of a password that is good enough; write that it was not, when it was not.

    Raises:
        PasswordRejected: with the reason.
        CapacityError: `too_many_attempts`.
    """
    if is_too_long(new.password):
        message = "a password longer than the rule allows"
        raise RemoteProtocolError(message, code="malformed")
    identity = (new.who.email, new.who.name, means.party.name, PRODUCT)
    reason = await asyncio.to_thread(judge, new.password, identity=identity, second_factor=new.second_factor)
    if reason is None:
        return await means.hasher.hash(new.password)
    code = str(reason)

    async def perform(deed: Deed) -> None:
        data = AuthPasswordRejected(code=code)
        deed.record(data, outcome=Outcome.REFUSED, reason=code, actor=actor, subject=actor.subject)

    await means.guard.act(ask, perform)
    raise PasswordRejected(reason)


async def enroll_passkey(
    means: Means, unit: Unit, account: SubjectId, new: NamedAnswer, *, challenge: bytes
) -> AuthPasskeyAdded:
    """Insert a passkey an authenticator made for this account; return what the log says of it.

    Raises:
        Denied: `passkey_refused`, not a good one, known already, or one too many.
    """
    made = passkeys.verify_creation(means.party, new.answer.credential, challenge=challenge)
    known = await rows.find_passkey(unit, made.credential_id)
    if known is not None or len(await rows.passkeys_of(unit, account)) >= PASSKEYS_MOST:
        raise Denied("passkey_refused")
    name = new_id("pk")
    label = new.label.strip()[:LABEL_MOST] or "Passkey"
    row = rows.PasskeyRow(
        id=name,
        account=account,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        label_sealed=seal_label(means.sealer, label, passkey=name),
        created_at=unit.now,
    )
    await rows.add_passkey(unit, row)
    return AuthPasskeyAdded(credential_sha256=hashlib.sha256(made.credential_id).hexdigest())


class Enrollment:
    """What staff change about their own account. Owned by the hub."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def set_password(self, presence: Presence, password: str) -> None:
        """Set a new password, and end this person's other sign-ins.

        Raises:
            Denied: `step_up_required`, or `password_rejected` with a reason.
            AuditUnavailable: it cannot be written, so nothing changed.
        """
        means = self._means
        ask = means.ask(Action.ME_PASSWORD, presence.caller)
        await means.guard.check(ask)
        found, who = await self._account(presence)
        new = NewPassword(password, who, second_factor=found.totp_sealed is not None)
        hashed = await accept_password(means, ask, presence.actor, new)
        is_alone = stands_alone(password)

        async def perform(deed: Deed) -> None:
            account = await rows.find_account(deed.unit, presence.account, lock=True)
            if account is None or (account.totp_sealed is None and not is_alone):
                raise Denied("password_rejected")  # The code app was removed beside us.
            await rows.change_account(deed.unit, account.id, password_hash=hashed, password_alone=is_alone)
            deed.record(AuthPasswordSet(by="self"), subject=account.id)
            ended = await rows.end_sign_ins(deed.unit, account.id, keep=presence.id_hash)
            if ended:
                deed.record(AuthLoggedOut(cause="everywhere", count=ended), subject=account.id)

        await means.guard.act(ask, perform)

    async def offer_totp(self, presence: Presence) -> Offer:
        """Return a fresh secret for a code app; nothing changes until its first code comes back.

        Raises:
            Denied: `step_up_required`.
        """
        means = self._means
        await means.guard.check(means.ask(Action.ME_TOTP, presence.caller))
        _, who = await self._account(presence)
        secret = means.offers.make(presence.account, now=means.now())
        return Offer(secret, totp.enrollment_uri(secret, email=who.email, organization=means.party.name))

    async def confirm_totp(self, presence: Presence, code: str) -> None:
        """Enroll the code app that was offered; every later sign-in by password needs its code.

        Raises:
            Denied: `step_up_required`, `totp_not_begun` or `totp_refused`.
            AuditUnavailable: it cannot be written, so nothing changed.
        """
        means = self._means
        ask = means.ask(Action.ME_TOTP, presence.caller)

        async def perform(deed: Deed) -> None:
            account = presence.account
            secret = means.offers.find(account, now=ask.now)
            counter = totp.verify_code(code, secret=secret, last_counter=None, now=ask.now)
            sealed = seal_totp(means.sealer, secret, account=account)
            await rows.change_account(deed.unit, account, totp_sealed=sealed, totp_counter=counter)
            deed.record(AuthTotpAdded(), subject=account)

        await means.guard.act(ask, perform)
        means.offers.forget(presence.account)

    async def remove_totp(self, presence: Presence) -> None:
        """Remove the code app, if the password is long enough without it.

        Raises:
            Denied: `step_up_required`, `not_found`, or `password_rejected` because it is too short alone.
            AuditUnavailable: it cannot be written, so nothing changed.
        """
        means = self._means
        ask = means.ask(Action.ME_TOTP, presence.caller)

        async def perform(deed: Deed) -> bool:
            account = await rows.find_account(deed.unit, presence.account, lock=True)
            if account is None or account.totp_sealed is None:
                raise NotFound
            if account.password_hash is not None and not account.password_alone:
                data = AuthPasswordRejected(code=str(Reason.TOO_SHORT))
                deed.record(data, outcome=Outcome.REFUSED, reason=data.code, subject=account.id)
                return False
            await rows.change_account(deed.unit, account.id, totp_sealed=None, totp_counter=None)
            deed.record(AuthTotpRemoved(), subject=account.id)
            return True

        if not await means.guard.act(ask, perform):
            raise PasswordRejected(Reason.TOO_SHORT)

    async def passkey_options(self, presence: Presence) -> Asked:
        """Return what this person's authenticator is asked to make.

        Raises:
            Denied: `step_up_required`.
        """
        means = self._means
        await means.guard.check(means.ask(Action.ME_PASSKEYS, presence.caller))
        account, who = await self._account(presence)
        async with means.store.reading() as unit:
            existing = [each.credential_id for each in await rows.passkeys_of(unit, account.id)]
        challenge = means.challenges.ask(Purpose.ENROLL, account.id, now=means.now())
        options = passkeys.creation_options(
            means.party, challenge=challenge, account=account.id, profile=who, existing=existing
        )
        return Asked(challenge, options)

    async def add_passkey(self, presence: Presence, new: NamedAnswer) -> None:
        """Enroll a passkey; from now on only a passkey confirms.

        Raises:
            Denied: `step_up_required`, `passkey_refused`, or `challenge_unknown` when it took too long.
            AuditUnavailable: it cannot be written, so nothing changed.
        """
        means = self._means
        ask = means.ask(Action.ME_PASSKEYS, presence.caller)

        async def perform(deed: Deed) -> None:
            account = presence.account
            challenge = means.challenges.take(new.answer.challenge, Purpose.ENROLL, account, now=ask.now)
            deed.record(await enroll_passkey(means, deed.unit, account, new, challenge=challenge), subject=account)

        await means.guard.act(ask, perform)

    async def remove_passkey(self, presence: Presence, name: str) -> None:
        """Remove one passkey.

        Raises:
            Denied: `step_up_required`, `not_found`, or `last_way_in` when nothing else would be left to sign in with.
            AuditUnavailable: it cannot be written, so nothing changed.
        """
        means = self._means
        ask = means.ask(Action.ME_PASSKEYS, presence.caller)

        async def perform(deed: Deed) -> None:
            account = await rows.find_account(deed.unit, presence.account, lock=True)
            own = {each.id: each for each in await rows.passkeys_of(deed.unit, presence.account)}
            if account is None or name not in own:
                raise NotFound
            if account.password_hash is None and len(own) == 1:
                raise Denied("last_way_in")
            await rows.remove_passkeys(deed.unit, account.id, only=name)
            sha256 = hashlib.sha256(own[name].credential_id).hexdigest()
            deed.record(AuthPasskeyRemoved(credential_sha256=sha256), subject=account.id)

        await means.guard.act(ask, perform)

    async def _account(self, presence: Presence) -> tuple[rows.AccountRow, Profile]:
        async with self._means.store.reading() as unit:
            account = await rows.find_account(unit, presence.account)
        if account is None:
            raise NotFound
        return account, open_profile(self._means.sealer, account.profile_sealed, account=account.id)
