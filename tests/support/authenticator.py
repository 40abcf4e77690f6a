"""A passkey authenticator in software: ES256, attestation `none`, and every way of answering wrongly a test needs."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from gateway.crypto.secrets import b64url, parse_b64url

PRESENT = 0x01
VERIFIED = 0x04
ATTESTED = 0x40


@dataclass
class Authenticator:
    """One security key with one passkey on it. Fields may be changed between answers, as an attacker would."""

    origin: str
    rp_id: str
    flags: int = PRESENT | VERIFIED
    sign_count: int = 0
    counts: bool = True
    """Whether it counts its signatures; synced passkeys say 0 for ever."""
    client: dict[str, Any] = field(default_factory=dict)
    """Members the browser adds to (or changes in) the client data."""
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: str | None = None
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: dict[str, Any], **members: Any) -> dict[str, Any]:
        """Answer `navigator.credentials.create`."""
        self.handle = options["user"]["id"]
        attested = bytes(16) + len(self.credential_id).to_bytes(2) + self.credential_id + self._cose_key()
        made = {"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + attested, **members}
        response = {
            "clientDataJSON": b64url(self._client_data("webauthn.create", options["challenge"])),
            "attestationObject": b64url(cbor2.dumps(made)),
        }
        return self._credential(response)

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer `navigator.credentials.get`."""
        if self.counts:
            self.sign_count += 1
        said = self._client_data("webauthn.get", options["challenge"])
        data = self._data()
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": b64url(said),
            "authenticatorData": b64url(data),
            "signature": b64url(signature),
            "userHandle": self.handle,
        }
        return self._credential(response)

    def _credential(self, response: dict[str, Any]) -> dict[str, Any]:
        name = b64url(self.credential_id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}

    def _client_data(self, kind: str, challenge: str) -> bytes:
        parse_b64url(challenge)
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False, **self.client}
        return json.dumps(said).encode()

    def _data(self, more: int = 0) -> bytes:
        rp_hash = hashlib.sha256(self.rp_id.encode()).digest()
        return rp_hash + (self.flags | more).to_bytes(1) + self.sign_count.to_bytes(4)

    def _cose_key(self) -> bytes:
        point = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)})
