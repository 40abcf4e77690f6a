"""Sealing small values at rest, and keyed hashes to look them up by (AES-256-GCM, HKDF, HMAC).

One key per purpose is derived from the deployment's storage key (HKDF-SHA256, RFC 5869), so that a value
sealed for one column cannot be moved to another.
"""

import hmac
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.core.errors import IntegrityError
from gateway.crypto.secrets import Secret

NONCE_BYTES: Final = 12


class Sealer:
    """Seals, opens and looks up under keys derived from the storage key."""

    def __init__(self, key: Secret) -> None:
        self._key = key

    def _derive(self, label: str) -> bytes:
        hkdf = HKDF(algorithm=SHA256(), length=32, salt=b"sotto/1 storage", info=label.encode())
        return hkdf.derive(self._key.reveal())

    def seal(self, plaintext: bytes, *, context: str) -> bytes:
        """Return nonce and ciphertext; `context` names the column and the row, and must be given again to open."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(self._derive("seal")).encrypt(nonce, plaintext, context.encode())

    def open(self, sealed: bytes, *, context: str) -> bytes:
        """Return the plaintext.

        Raises:
            IntegrityError: altered, sealed under another key, or moved from another place.
        """
        nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return AESGCM(self._derive("seal")).decrypt(nonce, ciphertext, context.encode())
        except (InvalidTag, ValueError) as exc:
            raise IntegrityError("a sealed value does not open", code="seal_broken") from exc

    def mac(self, data: bytes, *, context: str) -> bytes:
        """Return a 32-byte keyed hash: equal for equal data, tells nothing without the storage key."""
        return hmac.digest(self._derive(f"mac {context}"), data, "sha256")
