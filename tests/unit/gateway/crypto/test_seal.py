"""Sealed values open only where they were sealed; keyed hashes tell nothing without the key."""

import hashlib

import pytest

from gateway.core.errors import IntegrityError
from gateway.crypto.seal import NONCE_BYTES, Sealer
from gateway.crypto.secrets import Secret

SEALER = Sealer(Secret(bytes(32)))
OTHER = Sealer(Secret(bytes([1]) * 32))
PLACE = "account profile usr_1"


def test_what_was_sealed_opens_and_is_not_to_be_seen() -> None:
    sealed = SEALER.seal(b"ana@sunrise.example", context=PLACE)
    assert SEALER.open(sealed, context=PLACE) == b"ana@sunrise.example"
    assert b"ana" not in sealed


def test_the_same_value_is_never_sealed_the_same() -> None:
    assert len({SEALER.seal(b"", context=PLACE) for _ in range(100)}) == 100


def test_a_value_moved_to_another_row_does_not_open() -> None:
    sealed = SEALER.seal(b"secret", context=PLACE)
    with pytest.raises(IntegrityError) as refusal:
        SEALER.open(sealed, context="account profile usr_2")
    assert refusal.value.code == "seal_broken"


def test_another_storage_key_does_not_open_it() -> None:
    with pytest.raises(IntegrityError):
        OTHER.open(SEALER.seal(b"secret", context=PLACE), context=PLACE)


def test_every_single_flipped_byte_is_noticed() -> None:
    sealed = SEALER.seal(b"secret", context=PLACE)
    for index in range(len(sealed)):
        altered = bytearray(sealed)
        altered[index] ^= 1
        with pytest.raises(IntegrityError):
            SEALER.open(bytes(altered), context=PLACE)


@pytest.mark.parametrize("length", [0, 5, NONCE_BYTES, NONCE_BYTES + 15])
def test_a_value_cut_short_is_refused(length: int) -> None:
    with pytest.raises(IntegrityError):
        SEALER.open(SEALER.seal(b"secret", context=PLACE)[:length], context=PLACE)


def test_a_keyed_hash_is_the_same_for_the_same_and_differs_by_place_and_key() -> None:
    mac = SEALER.mac(b"ana@sunrise.example", context="account email")
    assert mac == SEALER.mac(b"ana@sunrise.example", context="account email")
    assert len(mac) == 32
    assert mac not in (
        SEALER.mac(b"ana@sunrise.example", context="throttle"),
        OTHER.mac(b"ana@sunrise.example", context="account email"),
        hashlib.sha256(b"ana@sunrise.example").digest(),
    )
