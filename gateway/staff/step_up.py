"""Confirming that it is still you: by passkey where one is enrolled, else by password (and code)."""

from dataclasses import dataclass, field
from datetime import datetime

from gateway.accounts import passkeys, rows
from gateway.accounts.passkeys import Purpose
from gateway.accounts.password import is_too_long
from gateway.accounts.roles import CONFIRMATION_LASTS
from gateway.core.actions import Action
from gateway.core.errors import Denied
from gateway.core.events import AuthStepUp
from gateway.crypto.secrets import new_token, token_hash
from gateway.guard import Deed
from gateway.staff.means import (
    LEVELS,
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
from gateway.staff.presence import Presence


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A fresh confirmation: the browser's new cookie, and how long it counts."""

    token: str = field(repr=False)
    until: datetime


class StepUp:
    """How a signed-in person confirms that it is them. Owned by the hub."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def options(self, presence: Presence) -> Asked | None:
        """Return what this person's authenticator is asked, or None when they confirm by password."""
        async with self._means.store.reading() as unit:
            enrolled = await rows.passkeys_of(unit, presence.account)
        if not enrolled:
            return None
        challenge = self._means.challenges.ask(Purpose.STEP_UP, presence.account, now=self._means.now())
        allowed = [each.credential_id for each in enrolled]
        return Asked(challenge, passkeys.request_options(self._means.party, challenge=challenge, allowed=allowed))

    async def with_passkey(self, presence: Presence, answer: Answer) -> Confirmed:
        """Confirm by passkey.

        Raises:
            Denied: `passkey_refused`, or `challenge_unknown` when it took too long.
            AuditUnavailable: it cannot be written, so it does not count.
        """
        means = self._means
        ask = means.ask(Action.STEP_UP, presence.caller)

        async def perform(deed: Deed) -> Confirmed:
            account = presence.account
            challenge = means.challenges.take(answer.challenge, Purpose.STEP_UP, account, now=ask.now)
            await use_passkey(means, deed.unit, answer, challenge=challenge, account=account)
            return await self._confirm(deed, presence, PASSKEY)

        return await means.guard.act(ask, perform)

    async def with_password(self, presence: Presence, password: str, code: str | None) -> Confirmed:
        """Confirm by password, and code where a code app is enrolled.

        Raises:
            Denied: `step_up_refused`, or `passkey_required` where a passkey is enrolled.
            CapacityError: `too_many_attempts`.
            AuditUnavailable: it cannot be written, so it does not count.
        """
        means = self._means
        ask = means.ask(Action.STEP_UP, presence.caller)
        async with means.store.reading() as unit:
            found = await rows.find_account(unit, presence.account)
            enrolled = await rows.passkeys_of(unit, presence.account)
        if enrolled:
            raise await means.guard.refuse(ask, "passkey_required")
        if found is None or found.password_hash is None or is_too_long(password):
            raise await means.guard.refuse(ask, "step_up_refused")
        stored = found.password_hash
        await count_attempt(means, ask, account=found.email_mac, address=None)
        if not await means.hasher.verify(password, stored):
            raise await means.guard.refuse(ask, "step_up_refused")

        async def perform(deed: Deed) -> Confirmed:
            account = await rows.find_account(deed.unit, found.id, lock=True)
            if account is None or account.disabled_at is not None or account.password_hash != stored:
                raise Denied("step_up_refused")
            try:
                counter = use_code(means, account, code, now=ask.now)
            except Denied as exc:
                raise Denied("step_up_refused") from exc
            await rows.change_account(deed.unit, account.id, totp_counter=counter)
            await means.throttle.forgive(deed.unit, account=account.email_mac, address=None)
            return await self._confirm(deed, presence, PASSWORD if counter is None else PASSWORD_AND_CODE)

        return await means.guard.act(ask, perform)

    async def _confirm(self, deed: Deed, presence: Presence, auth: str) -> Confirmed:
        """Write the confirmation, under a new cookie: a stolen one does not gain by it."""
        row = await rows.find_sign_in(deed.unit, presence.id_hash)
        if row is None or row.revoked_at is not None:
            raise Denied("not_authenticated")  # Signed out, or confirmed in another tab, meanwhile.
        token = new_token()
        strongest = max(presence.auth, auth, key=lambda way: LEVELS[way])
        await rows.change_sign_in(
            deed.unit,
            presence.id_hash,
            id_hash=token_hash(token),
            step_up_at=deed.unit.now,
            seen_at=deed.unit.now,
            aal=LEVELS[strongest],
            auth=strongest,
        )
        deed.record(AuthStepUp(method=auth), subject=presence.account)
        return Confirmed(token, deed.unit.now + CONFIRMATION_LASTS)
