"""The demo's certificate: for one address, for a time that browsers accept, and found again by its fingerprint."""

import hashlib
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509

from gateway.crypto.certificate import fingerprint, new_certificate

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize("address", ["192.168.1.20", "2001:db8::7"])
def test_it_is_for_one_address_and_less_than_398_days(address: str) -> None:
    certificate = x509.load_pem_x509_certificate(new_certificate(address, NOON).certificate.encode())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.IPAddress) == [ip_address(address)]
    assert certificate.not_valid_before_utc < NOON < certificate.not_valid_after_utc
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc < timedelta(days=398)
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_a_server_can_use_it_and_its_key_does_not_print(tmp_path: Path) -> None:
    made = new_certificate("127.0.0.1")
    (tmp_path / "c.pem").write_text(made.certificate, encoding="ascii")
    (tmp_path / "k.pem").write_text(made.key, encoding="ascii")
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(tmp_path / "c.pem", tmp_path / "k.pem")
    assert "PRIVATE" not in repr(made)


def test_the_fingerprint_is_the_one_browsers_show() -> None:
    pem = new_certificate("127.0.0.1").certificate
    assert fingerprint(pem.encode()) == hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).digest().hex(":").upper()
