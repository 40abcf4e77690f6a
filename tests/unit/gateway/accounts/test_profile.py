"""Who an account belongs to: found by a keyed hash, readable with the key only, printed never."""

import pytest

from gateway.accounts.profile import Profile, email_mac, normalize_email, open_profile, seal_profile
from gateway.core.errors import IntegrityError
from gateway.core.ids import SubjectId
from gateway.crypto.seal import Sealer
from gateway.crypto.secrets import Secret

SEALER = Sealer(Secret(bytes(32)))
ANA, BEA = SubjectId("usr_ANA000000000"), SubjectId("usr_BEA000000000")
PROFILE = Profile("ana@sunrise.example", "Ana María")


def test_a_profile_comes_back() -> None:
    sealed = seal_profile(SEALER, PROFILE, account=ANA)
    assert b"sunrise" not in sealed
    assert open_profile(SEALER, sealed, account=ANA) == PROFILE


def test_a_profile_moved_to_another_account_does_not_open() -> None:
    sealed = seal_profile(SEALER, PROFILE, account=ANA)
    with pytest.raises(IntegrityError) as error:
        open_profile(SEALER, sealed, account=BEA)
    assert error.value.code == "seal_broken"


@pytest.mark.parametrize("typed", ["ana@sunrise.example", "Ana@Sunrise.Example", " ana@sunrise.example "])
def test_capitals_and_spaces_are_the_same_address(typed: str) -> None:
    assert normalize_email(typed) == "ana@sunrise.example"
    assert email_mac(SEALER, typed) == email_mac(SEALER, "ana@sunrise.example")


def test_the_hash_of_an_address_needs_the_key() -> None:
    other = Sealer(Secret(bytes([1]) * 32))
    assert email_mac(SEALER, PROFILE.email) != email_mac(other, PROFILE.email)


def test_a_profile_prints_as_nothing() -> None:
    assert repr(PROFILE) == "Profile()"
