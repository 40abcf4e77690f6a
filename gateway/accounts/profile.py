"""What a staff account says of a person, sealed at rest, and the keyed hash it is found by."""

import unicodedata
from dataclasses import dataclass, field

import msgspec

from gateway.core.ids import SubjectId
from gateway.crypto.seal import Sealer


@dataclass(frozen=True, slots=True)
class Profile:
    """A person's e-mail address and name. Prints as nothing."""

    email: str = field(repr=False)
    name: str = field(repr=False)


def normalize_email(email: str) -> str:
    """Return the address as it is compared: whoever types capitals or a space after it means the same."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def email_mac(sealer: Sealer, email: str) -> bytes:
    """Return what an account is looked up by; without the storage key it tells nothing."""
    return sealer.mac(normalize_email(email).encode(), context="account email")


def seal_profile(sealer: Sealer, profile: Profile, *, account: SubjectId) -> bytes:
    """Return a profile as it is stored."""
    return sealer.seal(msgspec.json.encode(profile), context=f"account.profile {account.reveal()}")


def open_profile(sealer: Sealer, sealed: bytes, *, account: SubjectId) -> Profile:
    """Return a stored profile.

    Raises:
        IntegrityError: `seal_broken`, altered, or moved here from another account.
    """
    return msgspec.json.decode(sealer.open(sealed, context=f"account.profile {account.reveal()}"), type=Profile)


def seal_label(sealer: Sealer, label: str, *, passkey: str) -> bytes:
    """Return what somebody calls one of their passkeys, as it is stored."""
    return sealer.seal(label.encode(), context=f"passkey.label {passkey}")


def open_label(sealer: Sealer, sealed: bytes, *, passkey: str) -> str:
    """Return what somebody calls one of their passkeys.

    Raises:
        IntegrityError: `seal_broken`, altered, or moved here from another passkey.
    """
    return sealer.open(sealed, context=f"passkey.label {passkey}").decode()


def seal_totp(sealer: Sealer, secret: str, *, account: SubjectId) -> bytes:
    """Return the secret of a code app as it is stored."""
    return sealer.seal(secret.encode(), context=f"account.totp {account.reveal()}")


def open_totp(sealer: Sealer, sealed: bytes, *, account: SubjectId) -> str:
    """Return the secret of a code app.

    Raises:
        IntegrityError: `seal_broken`, altered, or moved here from another account.
    """
    return sealer.open(sealed, context=f"account.totp {account.reveal()}").decode()
