"""Compact JSON Web Signatures with Ed25519 (RFC 7515, RFC 8037, RFC 9864), keys named by thumbprint (RFC 7638).

The protected header is closed: `alg`, `kid` and `typ`, spelled as canonical JSON (RFC 8785). A verifier says which key
and which `typ` it expects, so a signature made for one purpose is never taken for another, and there is one header it
can accept: it compares, and parses nothing.

Pure: keys are given as 32 bytes.
"""

from typing import Final

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from gateway.core.errors import IntegrityError
from gateway.crypto.secrets import b64url

ALGORITHM: Final = "Ed25519"
MAX_PAYLOAD_BYTES: Final = 64 * 1024 * 1024
"""An export's manifest names every file, about 100 bytes each. Larger lets more entries into one export; smaller
bounds what a hostile signature may make us hash."""


def sign(payload: bytes, seed: bytes, *, typ: str) -> str:
    """Return the compact JWS of `payload`; `typ` says what it was signed for."""
    key = OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(seed))
    return jws.serialize_compact(_header(key, typ), payload, key, registry=_registry())


def verify(compact: str, *, public: bytes, typ: str) -> bytes:
    """Return the payload once it is known to be signed by this key for this purpose.

    Raises:
        IntegrityError: malformed, another key, another purpose, or altered.
    """
    key = _public_key(public)
    header = b64url(rfc8785.dumps(_header(key, typ)))
    if compact.partition(".")[0] != header:
        raise IntegrityError("signed with another key, or for another purpose", code="not_signed")
    try:
        signed = jws.deserialize_compact(compact, key, registry=_registry())
    except (JoseError, ValueError) as exc:
        raise IntegrityError("the signature does not verify", code="not_signed") from exc
    return signed.payload or b""


def public_key(seed: bytes) -> bytes:
    """Return the 32 public bytes that belong to a seed."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def thumbprint(public: bytes) -> str:
    """Return the RFC 7638 thumbprint of a public key: its `kid`."""
    return _public_key(public).thumbprint()


def _header(key: OKPKey, typ: str) -> dict[str, str]:
    return {"alg": ALGORITHM, "kid": key.thumbprint(), "typ": typ}


def _public_key(public: bytes) -> OKPKey:
    return OKPKey.import_key(Ed25519PublicKey.from_public_bytes(public))


def _registry() -> jws.JWSRegistry:
    """Return joserfc's rules, narrowed to one algorithm and widened to the size of a manifest."""
    registry = jws.JWSRegistry(algorithms=[ALGORITHM])
    registry.max_payload_length = MAX_PAYLOAD_BYTES
    return registry
