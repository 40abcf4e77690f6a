"""Signatures of payloads: the key of RFC 8037, its thumbprint by RFC 7638, and every header but the one."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.errors import IntegrityError
from gateway.crypto import jws
from gateway.crypto.secrets import b64url, parse_b64url

VECTORS: dict[str, Any] = json.loads(Path("tests/vectors/audit/jws.json").read_text("utf-8"))
SEED = parse_b64url(VECTORS["seed"])
PUBLIC = parse_b64url(VECTORS["public"])
TYP = VECTORS["typ"]


def outcome(compact: str) -> str:
    try:
        payload = jws.verify(compact, public=PUBLIC, typ=TYP)
    except IntegrityError as error:
        return error.code
    assert payload.decode() == VECTORS["payload"]
    return "ok"


def test_the_public_key_and_the_thumbprint_are_those_of_rfc_8037() -> None:
    assert b64url(jws.public_key(SEED)) == VECTORS["public"] == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    assert jws.thumbprint(PUBLIC) == VECTORS["thumbprint"] == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_a_signature_is_taken_or_refused(case: dict[str, str]) -> None:
    assert outcome(case["compact"]) == case["expect"]


def test_signing_the_same_twice_gives_the_same() -> None:
    assert jws.sign(VECTORS["payload"].encode(), SEED, typ=TYP) == VECTORS["cases"][0]["compact"]


@given(st.binary(max_size=2000), st.from_regex(r"[a-z]{1,20}\+jws", fullmatch=True))
def test_what_was_signed_is_what_verifies(payload: bytes, typ: str) -> None:
    assert jws.verify(jws.sign(payload, SEED, typ=typ), public=PUBLIC, typ=typ) == payload


@given(st.text())
def test_any_text_is_refused(text: str) -> None:
    assert outcome(text) == "not_signed"
    header = VECTORS["cases"][0]["compact"].partition(".")[0]
    assert outcome(f"{header}.{text}") == "not_signed"


@given(at=st.integers(0, 10_000), character=st.sampled_from("ABab01-_=. é"))
def test_one_character_changed_is_refused(at: int, character: str) -> None:
    compact = VECTORS["cases"][0]["compact"]
    at %= len(compact)
    changed = compact[:at] + character + compact[at + 1 :]
    assert outcome(changed) == ("ok" if changed == compact else "not_signed")


def test_a_manifest_of_some_megabytes_is_signed() -> None:
    payload = b"x" * 6_000_000
    assert jws.verify(jws.sign(payload, SEED, typ=TYP), public=PUBLIC, typ=TYP) == payload
