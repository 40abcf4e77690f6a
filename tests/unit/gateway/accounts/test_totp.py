"""Codes from an app, checked with the vectors of RFC 6238 and with clocks that are off."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from pyotp.totp import TOTP

from gateway.accounts import totp
from gateway.core.errors import Denied
from gateway.core.ids import SubjectId

SECRET = base64.b32encode(b"12345678901234567890").decode()
NOW = datetime(2026, 11, 22, 10, 0, 7, tzinfo=UTC)
COUNTER = int(NOW.timestamp()) // 30


def code(steps: int = 0) -> str:
    return TOTP(SECRET).at(NOW, counter_offset=steps)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_vectors_of_the_standard(seconds: int, expected: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    assert totp.verify_code(expected, secret=SECRET, last_counter=None, now=now) == seconds // 30


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_one_step_of_drift_is_forgiven(steps: int) -> None:
    assert totp.verify_code(code(steps), secret=SECRET, last_counter=None, now=NOW) == COUNTER + steps


@pytest.mark.parametrize("steps", [-3, -2, 2, 3])
def test_more_drift_is_not(steps: int) -> None:
    with pytest.raises(Denied, match="the code is wrong"):
        totp.verify_code(code(steps), secret=SECRET, last_counter=None, now=NOW)


def test_a_code_is_good_once_and_an_older_one_after_it_is_not() -> None:
    used = totp.verify_code(code(), secret=SECRET, last_counter=None, now=NOW)
    for steps in (-1, 0):
        with pytest.raises(Denied):
            totp.verify_code(code(steps), secret=SECRET, last_counter=used, now=NOW)
    later = NOW + timedelta(seconds=30)
    assert totp.verify_code(code(1), secret=SECRET, last_counter=used, now=later) == used + 1


def test_a_code_may_be_typed_with_spaces() -> None:
    typed = f" {code()[:3]} {code()[3:]} "
    assert totp.verify_code(typed, secret=SECRET, last_counter=None, now=NOW) == COUNTER


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "-12345", "1e5000", "\x00" * 6])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(Denied) as refusal:
        totp.verify_code(typed, secret=SECRET, last_counter=None, now=NOW)
    assert refusal.value.code == "totp_refused"


def test_a_fresh_secret_has_160_bits_and_an_app_can_read_it() -> None:
    secret = totp.new_secret()
    assert len(base64.b32decode(secret)) == 20
    assert secret != totp.new_secret()
    uri = totp.enrollment_uri(secret, email="ana@sunrise.example", organization="Sunrise Clinic")
    assert uri.startswith("otpauth://totp/Sunrise%20Clinic:ana%40sunrise.example?")
    assert f"secret={secret}" in uri


def test_a_secret_that_was_shown_waits_ten_minutes_for_its_first_code() -> None:
    offers, ana, bea = totp.Offers(), SubjectId("usr_ANA"), SubjectId("usr_BEA")
    secret = offers.make(ana, now=NOW)
    almost = NOW + totp.OFFER_LASTS - timedelta(seconds=1)
    assert offers.find(ana, now=almost) == secret
    assert offers.make(ana, now=NOW) != secret
    for who, now in ((bea, NOW), (ana, NOW + totp.OFFER_LASTS)):
        with pytest.raises(Denied, match="totp_not_begun"):
            offers.find(who, now=now)
    offers.forget(ana)
    with pytest.raises(Denied, match="totp_not_begun"):
        offers.find(ana, now=NOW)


def test_secrets_nobody_confirmed_are_not_kept() -> None:
    offers = totp.Offers()
    for index in range(50):
        offers.make(SubjectId(f"usr_{index}"), now=NOW)
    offers.make(SubjectId("usr_LAST"), now=NOW + totp.OFFER_LASTS)
    assert len(offers._offered) == 1
