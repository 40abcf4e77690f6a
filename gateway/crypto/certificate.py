"""A TLS certificate for a demonstration in a local network: self-signed, for one address, for a year.

Nobody vouches for it, so people compare its fingerprint. A deployment has a proxy with a real one instead.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFETIME: Final = timedelta(days=365)
"""Browsers refuse certificates for more than 398 days."""
BACKDATED: Final = timedelta(hours=1)
"""For machines in the room whose clock is behind."""


@dataclass(frozen=True, slots=True)
class Made:
    """A certificate and its key, as PEM."""

    certificate: str
    key: str = field(repr=False)


def new_certificate(address: str, now: datetime | None = None) -> Made:
    """Return a fresh certificate for an IP address."""
    instant = now or datetime.now(UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Sotto demonstration at {address}")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(instant - BACKDATED)
        .not_valid_after(instant + LIFETIME)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Made(certificate.public_bytes(Encoding.PEM).decode(), secret.decode())


def fingerprint(pem: bytes) -> str:
    """Return a certificate's SHA-256 fingerprint as browsers show it."""
    return x509.load_pem_x509_certificate(pem).fingerprint(SHA256()).hex(":").upper()
