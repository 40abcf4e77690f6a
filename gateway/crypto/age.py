"""Files for somebody who is not here: age encryption (age-encryption.org/v1) to one recipient, as a stream.

Whoever runs the gateway holds the recipient and cannot read what they wrote; the identity lies elsewhere.
"""

from io import BufferedIOBase
from typing import Final

import pyrage
from pyrage import x25519

from gateway.core.errors import IntegrityError
from gateway.crypto.secrets import Secret

IDENTITY_PREFIX: Final = "AGE-SECRET-KEY-1"


def new_identity() -> tuple[str, str]:
    """Return the text of a fresh identity file, and its recipient."""
    identity = x25519.Identity.generate()
    recipient = str(identity.to_public())
    return f"# public key: {recipient}\n{identity}\n", recipient


def parse_identity_file(text: str) -> Secret:
    """Return the identity an age identity file holds.

    Raises:
        IntegrityError: it holds none.
    """
    for line in text.splitlines():
        if line.startswith(IDENTITY_PREFIX):
            return Secret(line.strip().encode())
    raise IntegrityError("not an age identity file", code="identity_malformed")


def seal_stream(source: BufferedIOBase, into: BufferedIOBase, *, recipient: str) -> None:
    """Encrypt everything `source` gives to the recipient.

    Raises:
        IntegrityError: `recipient_malformed`.
        OSError: one of the two files would not.
    """
    try:
        to = x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError as exc:
        raise IntegrityError("not an age recipient", code="recipient_malformed") from exc
    try:
        pyrage.encrypt_io(source, into, [to])
    except pyrage.EncryptError as exc:
        raise OSError("the file cannot be written") from exc


def open_stream(source: BufferedIOBase, into: BufferedIOBase, *, identity: Secret) -> None:
    """Decrypt everything `source` gives; a file cut short or altered raises after its sound part was written.

    Raises:
        IntegrityError: `identity_malformed`, or `backup_not_opened` (another recipient's, damaged, or no age file).
        OSError: one of the two files would not.
    """
    try:
        holder = x25519.Identity.from_str(identity.reveal().decode("ascii", "replace"))
    except pyrage.IdentityError as exc:
        raise IntegrityError("not an age identity", code="identity_malformed") from exc
    try:
        pyrage.decrypt_io(source, into, [holder])
    except (pyrage.DecryptError, OSError) as exc:
        if getattr(exc, "errno", None) is not None:
            raise  # The disk's word; what age itself refuses comes without a number.
        raise IntegrityError("the file does not open with this identity", code="backup_not_opened") from exc
