"""Secrets that do not print, tokens of the length they should have, and key files."""

import base64
import re

import pytest

from gateway.core.errors import IntegrityError
from gateway.crypto.secrets import (
    INVITATION_BYTES,
    Secret,
    b64url,
    is_same,
    new_key_file,
    new_token,
    parse_b64url,
    parse_key_file,
    token_hash,
)


def test_a_secret_prints_as_nothing() -> None:
    secret = Secret(b"CANARY")
    for shown in (repr(secret), str(secret), f"{secret}", f"{[secret]}"):
        assert "CANARY" not in shown
    assert secret.reveal() == b"CANARY"


@pytest.mark.parametrize("size", range(6))
def test_base64url_goes_there_and_back_without_padding(size: int) -> None:
    value = bytes(range(250, 250 + size))
    text = b64url(value)
    assert "=" not in text
    assert parse_b64url(text) == value


@pytest.mark.parametrize("text", ["AA==", "A", "A+/A", "AB", "Ä", "AA\n", "A A"])
def test_any_other_spelling_of_base64url_is_refused(text: str) -> None:
    with pytest.raises(IntegrityError) as refusal:
        parse_b64url(text)
    assert refusal.value.code == "malformed"


def test_a_link_has_192_bits_and_a_cookie_256() -> None:
    assert len(parse_b64url(new_token(INVITATION_BYTES))) * 8 == 192
    assert len(parse_b64url(new_token())) * 8 == 256
    assert len({new_token() for _ in range(100)}) == 100
    assert re.fullmatch("[A-Za-z0-9_-]{32}", new_token(INVITATION_BYTES))


def test_a_token_is_kept_as_its_sha256() -> None:
    assert token_hash("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_comparing_answers_whether_two_are_equal() -> None:
    assert is_same(b"one", b"one")
    assert not is_same(b"one", b"two")
    assert not is_same(b"one", b"one more")


def test_a_fresh_key_file_holds_32_bytes_nobody_has_seen() -> None:
    text = new_key_file()
    assert text.endswith("\n")
    assert len(parse_key_file(text).reveal()) == 32
    assert new_key_file() != text


@pytest.mark.parametrize(
    "text", ["", "not base64!", base64.b64encode(bytes(31)).decode(), base64.b64encode(bytes(33)).decode()]
)
def test_a_key_file_with_anything_else_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(IntegrityError) as refusal:
        parse_key_file(text)
    assert refusal.value.code == "key_malformed"
    assert not text or text not in str(refusal.value)
