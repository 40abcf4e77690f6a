"""Codes from an app on the phone (TOTP, RFC 6238), each good once."""

from datetime import datetime, timedelta
from typing import Final

from pyotp import random_base32
from pyotp.totp import TOTP

from gateway.core.errors import Denied
from gateway.core.ids import SubjectId
from gateway.crypto.secrets import is_same

DIGITS: Final = 6
STEP_SECONDS: Final = 30
DRIFT_STEPS: Final = 1
"""Steps before and after the present one that count. Fewer refuses a phone that is a minute off; more gives a
guesser and a shoulder surfer more time."""
OFFER_LASTS: Final = timedelta(minutes=10)
"""How long somebody may take to read a fresh secret into their app and type the first code."""


class Offers:
    """Secrets that were shown and not confirmed yet, in memory: a restart begins again. Owned by the hub."""

    def __init__(self) -> None:
        self._offered: dict[SubjectId, tuple[str, datetime]] = {}

    def make(self, account: SubjectId, *, now: datetime) -> str:
        """Return a fresh secret for this account; an earlier one is forgotten."""
        self._offered = {who: offer for who, offer in self._offered.items() if now < offer[1]}
        secret = new_secret()
        self._offered[account] = (secret, now + OFFER_LASTS)
        return secret

    def find(self, account: SubjectId, *, now: datetime) -> str:
        """Return the secret this account is setting up.

        Raises:
            Denied: `totp_not_begun`, there is none, or it is too old.
        """
        secret, until = self._offered.get(account, ("", now))
        if now >= until:
            raise Denied("totp_not_begun")
        return secret

    def forget(self, account: SubjectId) -> None:
        """Forget the secret: it is enrolled now."""
        self._offered.pop(account, None)


def new_secret() -> str:
    """Return 160 random bits as base32, as apps take them."""
    return random_base32()


def enrollment_uri(secret: str, *, email: str, organization: str) -> str:
    """Return the `otpauth:` URI an app reads. It holds the secret: show it once, never log it."""
    return TOTP(secret).provisioning_uri(name=email, issuer_name=organization)


def verify_code(code: str, *, secret: str, last_counter: int | None, now: datetime) -> int:
    """Return the counter of a good code, to be kept as the last one used.

    Raises:
        Denied: `totp_refused`, the code is wrong, old, or was used before (RFC 6238, section 5.2).
    """
    given = "".join(code.split())
    if len(given) == DIGITS and given.isascii() and given.isdigit():
        totp = TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
        present = totp.timecode(now)
        for counter in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1):
            is_unused = last_counter is None or counter > last_counter
            if is_same(totp.generate_otp(counter).encode(), given.encode()) and is_unused:
                return counter
    message = "the code is wrong, old or used"
    raise Denied("totp_refused", message)
