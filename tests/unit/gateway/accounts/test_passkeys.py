"""Passkeys: what is asked, and every wrong answer refused with the same code."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.accounts.passkeys import (
    LIFETIME,
    REMEMBERED_MOST,
    Challenges,
    Purpose,
    RelyingParty,
    creation_options,
    credential_id,
    request_options,
    verify_answer,
    verify_creation,
)
from gateway.accounts.profile import Profile
from gateway.accounts.rows import PasskeyRow
from gateway.core.errors import Denied
from gateway.core.ids import SubjectId
from gateway.crypto.secrets import b64url, parse_b64url
from tests.support.authenticator import PRESENT, VERIFIED, Authenticator

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
PARTY = RelyingParty("https://sotto.example", "Sunrise Clinic")
ANA = SubjectId("usr_ANA000000000")
BEA = SubjectId("usr_BEA000000000")
PROFILE = Profile("ana@sunrise.example", "Ana")
CHALLENGE = b64url(bytes(range(32)))
ASKED = parse_b64url(CHALLENGE)

Change = Callable[[Authenticator], None]


def authenticator() -> Authenticator:
    return Authenticator(origin=PARTY.origin, rp_id=PARTY.id)


def creation() -> dict[str, Any]:
    return creation_options(PARTY, challenge=CHALLENGE, account=ANA, profile=PROFILE, existing=[b"older"])


def request() -> dict[str, Any]:
    return request_options(PARTY, challenge=CHALLENGE)


def enrolled(device: Authenticator) -> PasskeyRow:
    made = verify_creation(PARTY, device.create(creation()), challenge=ASKED)
    return PasskeyRow(
        id="pk_1",
        account=ANA,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        label_sealed=b"",
        created_at=NOW,
    )


def test_a_passkey_is_made_and_answers() -> None:
    device = authenticator()
    known = enrolled(device)
    assert known.credential_id == device.credential_id
    assert verify_answer(PARTY, device.get(request()), challenge=ASKED, known=known) == 1


def test_a_synced_passkey_that_never_counts_is_good_twice() -> None:
    device = authenticator()
    device.counts = False
    known = enrolled(device)
    for _ in range(2):
        assert verify_answer(PARTY, device.get(request()), challenge=ASKED, known=known) == 0


def test_what_is_asked_of_a_new_passkey() -> None:
    options = creation()
    assert options["rp"] == {"id": "sotto.example", "name": "Sunrise Clinic"}
    assert options["user"]["id"] == b64url(ANA.reveal().encode())
    assert options["challenge"] == CHALLENGE
    assert options["attestation"] == "none"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert [each["id"] for each in options["excludeCredentials"]] == [b64url(b"older")]


def test_what_is_asked_of_a_known_passkey() -> None:
    options = request_options(PARTY, challenge=CHALLENGE, allowed=[b"mine"])
    assert options["rpId"] == "sotto.example"
    assert options["userVerification"] == "required"
    assert [each["id"] for each in options["allowCredentials"]] == [b64url(b"mine")]
    assert not request()["allowCredentials"]


WRONG: list[tuple[str, Change]] = [
    ("another site's passkey", lambda device: setattr(device, "rp_id", "evil.example")),
    ("another origin", lambda device: setattr(device, "origin", "https://evil.example")),
    ("a sub-domain", lambda device: setattr(device, "origin", "https://x.sotto.example")),
    ("another port", lambda device: setattr(device, "origin", "https://sotto.example:8443")),
    ("plain http", lambda device: setattr(device, "origin", "http://sotto.example")),
    ("user not verified", lambda device: setattr(device, "flags", PRESENT)),
    ("user not present", lambda device: setattr(device, "flags", VERIFIED)),
    ("inside another site's frame", lambda device: device.client.update(crossOrigin=True)),
    ("a frame that names its top", lambda device: device.client.update(topOrigin="https://evil.example")),
    ("another challenge", lambda device: device.client.update(challenge=b64url(bytes(32)))),
    ("another ceremony", lambda device: device.client.update(type="payment.get")),
]


@pytest.mark.parametrize("change", [each for _, each in WRONG], ids=[name for name, _ in WRONG])
def test_a_wrong_answer_is_refused_when_made_and_when_used(change: Change) -> None:
    device = authenticator()
    known = enrolled(device)
    change(device)
    with pytest.raises(Denied, match="passkey_refused"):
        verify_answer(PARTY, device.get(request()), challenge=ASKED, known=known)
    with pytest.raises(Denied, match="passkey_refused"):
        verify_creation(PARTY, device.create(creation()), challenge=ASKED)


def test_a_signature_count_that_does_not_grow_is_refused() -> None:
    device = authenticator()
    known = enrolled(device)
    device.sign_count = 5
    first = verify_answer(PARTY, device.get(request()), challenge=ASKED, known=known)
    later = PasskeyRow(**{name: getattr(known, name) for name in known.__slots__} | {"sign_count": first})
    device.sign_count = first - 1
    with pytest.raises(Denied, match="passkey_refused"):
        verify_answer(PARTY, device.get(request()), challenge=ASKED, known=later)


def test_another_key_with_the_same_name_is_refused() -> None:
    device, thief = authenticator(), authenticator()
    known = enrolled(device)
    thief.credential_id, thief.handle = device.credential_id, device.handle
    with pytest.raises(Denied, match="passkey_refused"):
        verify_answer(PARTY, thief.get(request()), challenge=ASKED, known=known)


def test_a_passkey_of_another_account_is_refused() -> None:
    device = authenticator()
    known = enrolled(device)
    device.handle = b64url(BEA.reveal().encode())
    with pytest.raises(Denied, match="passkey_refused"):
        verify_answer(PARTY, device.get(request()), challenge=ASKED, known=known)


def test_an_answer_under_another_name_than_the_known_passkey_is_refused() -> None:
    device = authenticator()
    known = enrolled(device)
    device.credential_id = b"other"
    with pytest.raises(Denied, match="passkey_refused"):
        verify_answer(PARTY, device.get(request()), challenge=ASKED, known=known)


@pytest.mark.parametrize("form", ["tpm", "android-safetynet", "fido-u2f", "apple", "unheard-of"])
def test_an_attestation_nobody_asked_for_is_refused(form: str) -> None:
    with pytest.raises(Denied, match="passkey_refused"):
        verify_creation(PARTY, authenticator().create(creation(), fmt=form), challenge=ASKED)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
SOME = settings(max_examples=60, deadline=None)
MEMBERS = ["id", "rawId", "type", "response", "clientDataJSON", "attestationObject", "authenticatorData", "signature"]


@SOME
@given(member=st.sampled_from(MEMBERS), value=JSON)
def test_any_member_may_be_anything_and_the_answer_is_only_refused(member: str, value: Any) -> None:
    device = authenticator()
    known, made, used = enrolled(device), device.create(creation()), device.get(request())
    for credential in (made, used):
        place = credential if member in credential else credential["response"]
        place[member] = value
    matters_made = member not in {"signature", "authenticatorData"}
    assert not matters_made or is_refused(lambda: verify_creation(PARTY, made, challenge=ASKED))
    matters_used = member != "attestationObject"
    assert not matters_used or is_refused(lambda: verify_answer(PARTY, used, challenge=ASKED, known=known))


@SOME
@given(data=st.binary(max_size=200), member=st.sampled_from(MEMBERS[4:]))
def test_any_bytes_inside_an_answer_are_only_refused(data: bytes, member: str) -> None:
    device = authenticator()
    known, made, used = enrolled(device), device.create(creation()), device.get(request())
    for credential in (made, used):
        if member in credential["response"]:
            credential["response"][member] = b64url(data)
    in_made, in_used = member in made["response"], member in used["response"]
    assert not in_made or is_refused(lambda: verify_creation(PARTY, made, challenge=ASKED))
    assert not in_used or is_refused(lambda: verify_answer(PARTY, used, challenge=ASKED, known=known))


COORDINATE = st.binary(max_size=33) | st.integers() | st.just(bytes(32))
KEYS = st.dictionaries(st.integers(-4, 4), st.integers() | st.binary(max_size=40), max_size=6) | st.fixed_dictionaries(
    {1: st.sampled_from([1, 2, 3, 7]), 3: st.sampled_from([-7, -8, -257, -48]), -1: st.integers(0, 7)},
    optional={-2: COORDINATE, -3: COORDINATE},
)


@SOME
@given(key=KEYS)
def test_a_public_key_may_be_anything_and_is_refused_at_the_latest_when_used(key: dict[int, Any]) -> None:
    device = authenticator()
    device._cose_key = lambda: cbor2.dumps(key)  # type: ignore[method-assign]
    try:
        known = enrolled(device)
    except Denied:
        return
    with pytest.raises(Denied, match="passkey_refused"):
        verify_answer(PARTY, device.get(request()), challenge=ASKED, known=known)


def is_refused(verify: Callable[[], object]) -> bool:
    try:
        verify()
    except Denied as error:
        return error.code == "passkey_refused"
    return False


def test_client_data_that_nests_for_ever_is_refused() -> None:
    device = authenticator()
    known = enrolled(device)
    credential = device.get(request())
    credential["response"]["clientDataJSON"] = b64url(b"[" * 60_000)
    assert is_refused(lambda: verify_answer(PARTY, credential, challenge=ASKED, known=known))


def test_an_answer_without_a_name_is_refused() -> None:
    assert credential_id({"rawId": b64url(b"name")}) == b"name"
    for nameless in ({}, {"rawId": 7}, {"rawId": "é"}):
        with pytest.raises(Denied, match="passkey_refused"):
            credential_id(nameless)


def test_a_challenge_is_good_once() -> None:
    challenges = Challenges()
    challenge = challenges.ask(Purpose.STEP_UP, ANA, now=NOW)
    assert challenges.take(challenge, Purpose.STEP_UP, ANA, now=NOW) == parse_b64url(challenge)
    with pytest.raises(Denied, match="challenge_unknown"):
        challenges.take(challenge, Purpose.STEP_UP, ANA, now=NOW)


@pytest.mark.parametrize(
    ("purpose", "account", "after"),
    [
        (Purpose.SIGN_IN, ANA, timedelta(0)),
        (Purpose.STEP_UP, BEA, timedelta(0)),
        (Purpose.STEP_UP, None, timedelta(0)),
        (Purpose.STEP_UP, ANA, LIFETIME),
    ],
    ids=["another purpose", "another account", "no account", "too late"],
)
def test_a_challenge_is_good_for_nothing_else(purpose: Purpose, account: SubjectId | None, after: timedelta) -> None:
    challenges = Challenges()
    challenge = challenges.ask(Purpose.STEP_UP, ANA, now=NOW)
    with pytest.raises(Denied, match="challenge_unknown"):
        challenges.take(challenge, purpose, account, now=NOW + after)


def test_a_flood_of_sign_ins_pushes_out_no_step_up_and_only_the_oldest_of_its_own() -> None:
    challenges = Challenges()
    mine = challenges.ask(Purpose.STEP_UP, ANA, now=NOW)
    flood = [challenges.ask(Purpose.SIGN_IN, None, now=NOW) for _ in range(REMEMBERED_MOST + 1)]
    assert challenges.take(mine, Purpose.STEP_UP, ANA, now=NOW)
    assert challenges.take(flood[-1], Purpose.SIGN_IN, None, now=NOW)
    with pytest.raises(Denied):
        challenges.take(flood[0], Purpose.SIGN_IN, None, now=NOW)


def test_the_challenge_travels_as_the_browser_repeats_it() -> None:
    credential = authenticator().get(request())
    assert json.loads(parse_b64url(credential["response"]["clientDataJSON"]))["challenge"] == CHALLENGE
