"""Signing in, by password (and code) or by passkey.

Whoever is refused learns nothing: an unknown address, a wrong password, a missing code and a closed account take the
same work, get the same answer, and are slowed down alike.
"""

from dataclasses import dataclass, field
from datetime import datetime

from gateway.accounts import passkeys, rows
from gateway.accounts.passkeys import Purpose
from gateway.accounts.password import is_too_long
from gateway.accounts.profile import email_mac
from gateway.core.actions import Action
from gateway.core.errors import Denied
from gateway.core.events import STRANGER, AuthLoggedOut, AuthSucceeded
from gateway.crypto.secrets import token_hash
from gateway.guard import Deed
from gateway.policy.ask import Caller
from gateway.staff.means import (
    PASSKEY,
    PASSWORD,
    PASSWORD_AND_CODE,
    Answer,
    Asked,
    Means,
    count_attempt,
    use_code,
    use_passkey,
)
from gateway.staff.presence import Presence, Presences


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody typed. Prints as nothing."""

    email: str = field(repr=False)
    password: str = field(repr=False)
    code: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh sign-in: the cookie, and who it stands for."""

    token: str = field(repr=False)
    presence: Presence


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a sign-in comes from: the network address, and the cookie it sends already, if any."""

    address: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)


class SignIn:
    """How staff get in. Owned by the hub."""

    def __init__(self, means: Means, presences: Presences) -> None:
        self._means = means
        self._presences = presences

    async def with_password(self, given: Credentials, browser: Browser) -> SignedIn:
        """Sign in by password, and code where a code app is enrolled.

        Raises:
            Denied: `sign_in_refused`, whatever the reason.
            CapacityError: `too_many_attempts`.
            AuditUnavailable: it cannot be written, so nobody is signed in.
        """
        mac = email_mac(self._means.sealer, given.email)
        async with self._means.turns.of(mac):
            return await self._with_password(given, mac, browser)

    async def _with_password(self, given: Credentials, mac: bytes, browser: Browser) -> SignedIn:
        means = self._means
        ask = means.ask(Action.SIGN_IN, Caller(STRANGER))
        await count_attempt(means, ask, account=mac, address=browser.address)
        async with means.store.reading() as unit:
            found = await rows.find_account(unit, email_mac=mac)
        if not await self._is_right(found, given, ask.now) or found is None:
            raise await means.guard.refuse(ask, "sign_in_refused")
        stored = found.password_hash or ""
        renewed = await means.hasher.hash(given.password) if means.hasher.needs_rehash(stored) else stored

        async def perform(deed: Deed) -> SignedIn:
            account = await rows.find_account(deed.unit, found.id, lock=True)
            if account is None or account.disabled_at is not None or account.password_hash != stored:
                raise Denied("sign_in_refused")  # Closed or changed since we looked.
            try:
                counter = use_code(means, account, given.code, now=ask.now)
            except Denied as exc:
                raise Denied("sign_in_refused") from exc  # The same code was used beside us.
            await rows.change_account(deed.unit, account.id, password_hash=renewed, totp_counter=counter)
            await means.throttle.forgive(deed.unit, account=mac, address=browser.address)
            has_passkey = bool(await rows.passkeys_of(deed.unit, account.id))
            auth = PASSWORD if account.totp_sealed is None else PASSWORD_AND_CODE
            # Where there is a passkey, only the passkey confirms.
            return await self._begin(deed, account, auth, browser, is_confirmed=not has_passkey)

        return await means.guard.act(ask, perform)

    async def passkey_options(self) -> Asked:
        """Return what a browser asks its authenticator to sign in; the same for everybody."""
        challenge = self._means.challenges.ask(Purpose.SIGN_IN, None, now=self._means.now())
        return Asked(challenge, passkeys.request_options(self._means.party, challenge=challenge))

    async def with_passkey(self, answer: Answer, browser: Browser) -> SignedIn:
        """Sign in by passkey.

        Raises:
            Denied: `passkey_refused`, or `challenge_unknown` when it took too long.
            CapacityError: `too_many_attempts`.
            AuditUnavailable: it cannot be written, so nobody is signed in.
        """
        means = self._means
        ask = means.ask(Action.SIGN_IN, Caller(STRANGER))
        await count_attempt(means, ask, account=None, address=browser.address)

        async def perform(deed: Deed) -> SignedIn:
            challenge = means.challenges.take(answer.challenge, Purpose.SIGN_IN, None, now=ask.now)
            used = await use_passkey(means, deed.unit, answer, challenge=challenge, account=None)
            account = await rows.find_account(deed.unit, used.account, lock=True)
            if account is None or account.disabled_at is not None:
                raise Denied("passkey_refused")
            await means.throttle.forgive(deed.unit, account=None, address=browser.address)
            return await self._begin(deed, account, PASSKEY, browser, is_confirmed=True)

        return await means.guard.act(ask, perform)

    async def _is_right(self, account: rows.AccountRow | None, given: Credentials, now: datetime) -> bool:
        """Answer whether everything fits, after the same work whatever does not."""
        if account is None or account.password_hash is None or is_too_long(given.password):
            await self._means.hasher.waste(given.password)
            return False
        matches = await self._means.hasher.verify(given.password, account.password_hash)
        try:
            # Looked at even when the password was wrong: else the time would tell that it was right.
            use_code(self._means, account, given.code, now=now)
        except Denied:
            return False
        is_strong_enough = account.password_alone or account.totp_sealed is not None
        return matches and is_strong_enough and account.disabled_at is None

    async def _begin(
        self, deed: Deed, account: rows.AccountRow, auth: str, browser: Browser, *, is_confirmed: bool
    ) -> SignedIn:
        """Begin a sign-in under a fresh cookie; the one this browser had before ends."""
        token, presence = await self._presences.begin(deed.unit, account, auth, is_confirmed=is_confirmed)
        deed.record(AuthSucceeded(method=auth), actor=presence.actor, subject=account.id)
        if browser.token is not None:
            before = await rows.find_sign_in(deed.unit, token_hash(browser.token))
            if before is not None and await rows.end_sign_ins(deed.unit, before.account, only=before.id_hash):
                deed.record(AuthLoggedOut(cause="self", count=1), actor=presence.actor, subject=before.account)
        return SignedIn(token, presence)
