"""What the acts of staff are done with, and the three steps they share."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from gateway.accounts import passkeys, rows, totp
from gateway.accounts.hashing import Hasher
from gateway.accounts.passkeys import Challenges, RelyingParty
from gateway.accounts.profile import open_totp
from gateway.accounts.throttle import Throttle, Turns
from gateway.accounts.totp import Offers
from gateway.core.actions import Action
from gateway.core.errors import CapacityError, Denied
from gateway.core.ids import SubjectId
from gateway.crypto.seal import Sealer
from gateway.guard import Guard
from gateway.policy.ask import Ask, Caller
from gateway.store.engine import Store
from gateway.store.transaction import Unit

PASSWORD: Final = "password"  # noqa: S105  (how somebody signed in)
PASSWORD_AND_CODE: Final = "password+totp"  # noqa: S105
PASSKEY: Final = "passkey"
SETUP: Final = "setup"
LEVELS: Final = {PASSWORD: 1, PASSWORD_AND_CODE: 2, PASSKEY: 2}
"""NIST SP 800-63B's assurance level of each way. A passkey may be synced, so it never says 3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """The parts every act of staff uses. Built once, by the hub."""

    store: Store
    guard: Guard
    sealer: Sealer
    hasher: Hasher
    throttle: Throttle
    turns: Turns
    challenges: Challenges
    offers: Offers
    party: RelyingParty
    idle: timedelta
    """A sign-in ends after so long without use."""
    longest: timedelta
    """A sign-in ends after so long in any case."""

    def now(self) -> datetime:
        """Return the present instant."""
        return self.store.clock.now()

    def ask(self, action: Action, caller: Caller) -> Ask:
        """Return the request for a permit, with the facts of this moment."""
        return Ask(action=action, caller=caller, now=self.now(), is_log_whole=self.guard.is_log_whole)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the browser passes to `navigator.credentials`, and the challenge it gives back with the answer."""

    challenge: str
    options: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an authenticator answered to which challenge; nothing of it is verified yet."""

    challenge: str
    credential: Mapping[str, Any]


async def count_attempt(means: Means, ask: Ask, *, account: bytes | None, address: str | None) -> None:
    """Count an attempt before anything of it is looked at.

    Raises:
        CapacityError: `too_many_attempts`, it came too early; it was not counted.
    """
    async with means.store.transaction() as unit:
        until = await means.throttle.take(unit, account=account, address=address)
    if until is not None:
        await means.guard.refuse(ask, "too_many_attempts")
        seconds = math.ceil((until - ask.now).total_seconds())
        raise CapacityError("too_many_attempts", retry_after=max(seconds, 1))


def use_code(means: Means, account: rows.AccountRow, code: str | None, *, now: datetime) -> int | None:
    """Return the counter of a good code, to be kept; or None where no code app is enrolled.

    Raises:
        Denied: `totp_refused`, an app is enrolled and the code is missing or not good.
    """
    if account.totp_sealed is None:
        return None
    secret = open_totp(means.sealer, account.totp_sealed, account=account.id)
    return totp.verify_code(code or "", secret=secret, last_counter=account.totp_counter, now=now)


async def use_passkey(
    means: Means, unit: Unit, answer: Answer, *, challenge: bytes, account: SubjectId | None
) -> rows.PasskeyRow:
    """Return the enrolled passkey that gave a good answer (of this account, when one is named), used once more.

    Raises:
        Denied: `passkey_refused`.
    """
    named = passkeys.credential_id(answer.credential)
    known = await rows.find_passkey(unit, named, lock=True)
    if known is None or account not in (None, known.account):
        raise Denied("passkey_refused")
    count = passkeys.verify_answer(means.party, answer.credential, challenge=challenge, known=known)
    await rows.change_passkey(unit, known.id, sign_count=count)
    return known
