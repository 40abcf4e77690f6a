"""Passkeys (W3C Web Authentication, Level 3): what to ask an authenticator, and whether its answer is good.

Always asked for: user verification (a PIN, a finger), no attestation (which maker's device it is does not concern
us). `Challenges` remembers what was asked; nothing else here has a memory.
"""

import json
import struct
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, options_to_json_dict, parse_attestation_object
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AttestationFormat,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from gateway.accounts.profile import Profile
from gateway.accounts.rows import PasskeyRow
from gateway.core.errors import Denied
from gateway.core.ids import SubjectId
from gateway.crypto.secrets import new_token, parse_b64url

LIFETIME: Final = timedelta(minutes=5)
"""How long somebody may look for their key; the specification recommends 5 to 10 minutes."""
REMEMBERED_MOST: Final = 1000
"""Challenges remembered for each purpose. Fewer lets a flood push out somebody who is just touching their key; more
costs memory that strangers decide about (about 300 bytes each)."""
MALFORMED: Final = (WebAuthnException, ValueError, LookupError, TypeError, AttributeError, RecursionError, struct.error)
"""What the library raises for an answer that is no answer."""


class Purpose(StrEnum):
    """What a challenge was given for; it is good for nothing else."""

    SIGN_IN = "sign_in"
    STEP_UP = "step_up"
    ENROLL = "enroll"
    SETUP = "setup"


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Who asks: the configured origin, and the organization's name as authenticators show it."""

    origin: str
    name: str

    @property
    def id(self) -> str:
        """The host of the origin: a passkey made here works here only."""
        return urlsplit(self.origin).hostname or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPasskey:
    """What is kept of a fresh passkey."""

    credential_id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    sign_count: int


@dataclass(frozen=True, slots=True)
class _Asked:
    purpose: Purpose
    account: SubjectId | None
    until: datetime


class Challenges:
    """The challenges that are out, in memory: a restart asks again. Owned by the hub."""

    def __init__(self) -> None:
        self._asked: dict[Purpose, OrderedDict[str, _Asked]] = {purpose: OrderedDict() for purpose in Purpose}

    def ask(self, purpose: Purpose, account: SubjectId | None, *, now: datetime) -> str:
        """Return a fresh challenge (base64url of 32 bytes), good once, for this purpose and account."""
        asked = self._asked[purpose]
        challenge = new_token()
        asked[challenge] = _Asked(purpose, account, now + LIFETIME)
        if len(asked) > REMEMBERED_MOST:
            asked.popitem(last=False)
        return challenge

    def take(self, challenge: str, purpose: Purpose, account: SubjectId | None, *, now: datetime) -> bytes:
        """Return the bytes of a challenge that was asked for this and not answered yet; it is used up now.

        Raises:
            Denied: `challenge_unknown`, unknown, answered, too old, or meant for something or somebody else.
        """
        asked = self._asked[purpose].pop(challenge, None)
        if asked is None or asked.account != account or now >= asked.until:
            raise Denied("challenge_unknown")
        return parse_b64url(challenge)


def creation_options(
    party: RelyingParty, *, challenge: str, account: SubjectId, profile: Profile, existing: Sequence[bytes]
) -> dict[str, Any]:
    """Return what `navigator.credentials.create` takes (as JSON), for one more passkey of an account."""
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=account.reveal().encode(),
        user_name=profile.email,
        user_display_name=profile.name or profile.email,
        challenge=parse_b64url(challenge),
        timeout=int(LIFETIME.total_seconds() * 1000),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in existing],
    )
    return options_to_json_dict(options)


def request_options(party: RelyingParty, *, challenge: str, allowed: Sequence[bytes] = ()) -> dict[str, Any]:
    """Return what `navigator.credentials.get` takes (as JSON); without `allowed`, any passkey of ours will do."""
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        challenge=parse_b64url(challenge),
        timeout=int(LIFETIME.total_seconds() * 1000),
        allow_credentials=[PublicKeyCredentialDescriptor(id=each) for each in allowed],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def verify_creation(party: RelyingParty, credential: Mapping[str, Any], *, challenge: bytes) -> NewPasskey:
    """Return the passkey an authenticator made for us.

    Raises:
        Denied: `passkey_refused`, made for somebody else, for another challenge, unverified, or not a passkey at all.
    """
    try:
        _refuse_frames(credential)
        _refuse_attestation(credential)
        made = webauthn.verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except MALFORMED as exc:
        raise Denied("passkey_refused") from exc
    return NewPasskey(
        credential_id=made.credential_id, public_key=made.credential_public_key, sign_count=made.sign_count
    )


def credential_id(credential: Mapping[str, Any]) -> bytes:
    """Return what an answering authenticator calls its key; nothing is verified yet.

    Raises:
        Denied: `passkey_refused`, it calls it nothing.
    """
    try:
        return base64url_to_bytes(credential["rawId"])
    except MALFORMED as exc:
        raise Denied("passkey_refused") from exc


def verify_answer(party: RelyingParty, credential: Mapping[str, Any], *, challenge: bytes, known: PasskeyRow) -> int:
    """Return the new signature count of an answer made with a known passkey.

    Raises:
        Denied: `passkey_refused`, signed for somebody else, for another challenge, unverified, or by a copy (the
            count did not grow).
    """
    try:
        _refuse_frames(credential)
        _refuse_other_handle(credential, known.account)
        answered = webauthn.verify_authentication_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except MALFORMED as exc:
        raise Denied("passkey_refused") from exc
    if answered.credential_id != known.credential_id:
        raise Denied("passkey_refused")
    return answered.new_sign_count


def _refuse_other_handle(credential: Mapping[str, Any], account: SubjectId) -> None:
    """Refuse an answer that says it belongs to another account (Level 3, section 7.2, step 6)."""
    handle = credential["response"].get("userHandle")
    if handle is not None and base64url_to_bytes(handle) != account.reveal().encode():
        message = "the passkey of another account"
        raise ValueError(message)


def _refuse_frames(credential: Mapping[str, Any]) -> None:
    """Refuse an answer given inside another site's frame; the library does not look (Level 3, section 7.2, step 14)."""
    said = json.loads(base64url_to_bytes(credential["response"]["clientDataJSON"]))
    if said.get("crossOrigin") or "topOrigin" in said:
        message = "answered inside a frame of another site"
        raise ValueError(message)


def _refuse_attestation(credential: Mapping[str, Any]) -> None:
    """Refuse formats nobody asked for, before their parsers see a byte."""
    made = parse_attestation_object(base64url_to_bytes(credential["response"]["attestationObject"]))
    if made.fmt not in {AttestationFormat.NONE, AttestationFormat.PACKED}:
        message = "an attestation nobody asked for"
        raise ValueError(message)
