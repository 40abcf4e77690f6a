"""Secrets that do not print, tokens, and the hashes we keep instead of them."""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import Final

from gateway.core.errors import IntegrityError

KEY_BYTES: Final = 32
INVITATION_BYTES: Final = 24
"""192 bits (contract): nobody guesses one, and the link still fits in a text message."""


@dataclass(frozen=True, slots=True)
class Secret:
    """Bytes that print as nothing; the one way out is `reveal`."""

    _value: bytes = field(repr=False)

    def reveal(self) -> bytes:
        """Return the bytes; every call site is a place where a key is used."""
        return self._value

    def __str__(self) -> str:
        return repr(self)


def b64url(value: bytes) -> str:
    """Return base64url without padding (RFC 7515 section 2)."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def parse_b64url(text: str) -> bytes:
    """Return the bytes of unpadded base64url.

    Raises:
        IntegrityError: other characters, padding, or a length no encoder produces.
    """
    try:
        value = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as exc:
        raise IntegrityError("not base64url", code="malformed") from exc
    if b64url(value) != text:
        raise IntegrityError("not base64url", code="malformed")
    return value


def new_token(size: int = KEY_BYTES) -> str:
    """Return `size` random bytes as base64url, for a cookie, a ticket or a link."""
    return b64url(secrets.token_bytes(size))


def token_hash(token: str) -> bytes:
    """Return the 32 bytes kept at rest instead of a token. Tokens are random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).digest()


def is_same(left: bytes, right: bytes) -> bool:
    """Answer whether two secrets are equal, in time that does not tell where they differ."""
    return hmac.compare_digest(left, right)


def parse_key_file(text: str) -> Secret:
    """Return the 32-byte key a key file holds (base64, one line).

    Raises:
        IntegrityError: not base64 of exactly 32 bytes.
    """
    try:
        value = base64.b64decode(text.strip(), validate=True)
    except (ValueError, binascii.Error) as exc:
        raise IntegrityError("not a key file", code="key_malformed") from exc
    if len(value) != KEY_BYTES:
        raise IntegrityError("not a key of 32 bytes", code="key_malformed")
    return Secret(value)


def new_key_file() -> str:
    """Return the text of a fresh key file."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii") + "\n"
