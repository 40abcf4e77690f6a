"""What makes a password good enough: long, not a known one, not guessable, not made of the person's own names.

No composition rules and no forced change (NIST SP 800-63B, section 3.1.1.2). `judge` is pure but slow, up to a
third of a second for a hostile input: call it in a thread.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from threading import Lock
from typing import Final

from zxcvbn import matching, zxcvbn
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from gateway.core.errors import Denied

LEAST_ALONE: Final = 15
LEAST_WITH_SECOND_FACTOR: Final = 8
MOST: Final = 256
"""Longer is refused, never cut: a cut password would open with a wrong ending."""
LEAST_SCORE: Final = 3
"""zxcvbn: more than 10^8 guesses, out of reach for a slow hash that was stolen."""
SCORED: Final = 36
"""Characters that are scored. zxcvbn's search for substitutions explodes with length (0.34 s at 32, 1.8 s at 72,
measured), and whoever is strong in the first 36 does not get weaker after them."""
LEAST_WORD: Final = 4
"""Shorter pieces of a name occur in honest passwords by accident."""

BLOCKLIST: Final = frozenset(FREQUENCY_LISTS["passwords"])
"""The 30,000 passwords seen most often in leaks, as zxcvbn carries them."""
LOOKALIKES: Final = str.maketrans("013457@$!", "oieastasi")
REPEATED: Final = re.compile(r"(.+?)\1+", re.DOTALL)

_scoring = Lock()
"""zxcvbn keeps the inputs of the run in a module global; one run at a time, wiped after it."""


class Reason(StrEnum):
    """Why a password is refused. Stable: the wire, the log and the catalogue of sentences use these words."""

    TOO_SHORT = "too_short"
    BLOCKLISTED = "blocklisted"
    TOO_GUESSABLE = "too_guessable"
    CONTAINS_IDENTITY = "contains_identity"


class PasswordRejected(Denied):
    """The password is not good enough; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__("password_rejected", f"the password is {reason}")
        self.reason = str(reason)


def normalize(password: str) -> str:
    """Return the password as it is measured and hashed: NFC, so that two keyboards spell one accent the same."""
    return unicodedata.normalize("NFC", password)


def is_too_long(password: str) -> bool:
    """Answer whether `password` is longer than any that can have been set."""
    return len(password) > MOST


def stands_alone(password: str) -> bool:
    """Answer whether `password` is long enough without a second factor."""
    return len(normalize(password)) >= LEAST_ALONE


def judge(password: str, *, identity: Iterable[str], second_factor: bool) -> Reason | None:
    """Return why `password` is refused, or None when it is good.

    `identity` is what a stranger would try first: e-mail address, name, organization. `second_factor` says
    whether every sign-in with this password also needs a code.
    """
    password = normalize(password)
    if len(password) < (LEAST_WITH_SECOND_FACTOR if second_factor else LEAST_ALONE):
        return Reason.TOO_SHORT
    if _is_known(password):
        return Reason.BLOCKLISTED
    words = _words(identity)
    if _is_mostly(password, words):
        return Reason.CONTAINS_IDENTITY
    if _score(password, words) >= LEAST_SCORE:
        return None
    plain = _letters(password)
    return Reason.CONTAINS_IDENTITY if any(word in plain for word in words) else Reason.TOO_GUESSABLE


def _is_known(password: str) -> bool:
    """Answer whether this is a well-known password, or one typed several times."""
    plain = "".join(password.casefold().split())
    unit = REPEATED.fullmatch(plain)
    return plain in BLOCKLIST or (unit is not None and unit[1] in BLOCKLIST)


def _words(identity: Iterable[str]) -> list[str]:
    """Return the pieces of the person's names that are long enough to mean something, longest first."""
    found: set[str] = set()
    for text in identity:
        plain = unicodedata.normalize("NFC", text).casefold()
        pieces = [plain, plain.partition("@")[0], *re.split(r"[\W_]+", plain)]
        found.update(_letters(piece) for piece in pieces)
    return sorted((word for word in found if len(word) >= LEAST_WORD), key=lambda word: (-len(word), word))


def _letters(text: str) -> str:
    """Return only letters and digits, folded, look-alikes undone: what is left when somebody decorates a name."""
    return "".join(filter(str.isalnum, text.casefold().translate(LOOKALIKES)))


def _is_mostly(password: str, words: list[str]) -> bool:
    """Answer whether at least half of the password is the person's own names."""
    whole = rest = _letters(password)
    for word in words:
        rest = rest.replace(word, "")
    return bool(whole) and len(rest) * 2 <= len(whole)


def _score(password: str, words: list[str]) -> int:
    """Return zxcvbn's score, 0 to 4."""
    with _scoring:
        try:
            return int(zxcvbn(password[:SCORED], user_inputs=words)["score"])
        finally:
            matching.RANKED_DICTIONARIES.pop("user_inputs", None)
