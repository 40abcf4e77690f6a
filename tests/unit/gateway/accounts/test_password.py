"""The password rule, as a table: said, and answered."""

import threading

import pytest
from zxcvbn import matching

from gateway.accounts import password
from gateway.accounts.password import MOST, Reason, judge

IDENTITY = ("lena.fischer@sunrise-clinic.example", "Lena Fischer", "Sunrise Clinic")
SHORT, KNOWN, WEAK, OWN = Reason.TOO_SHORT, Reason.BLOCKLISTED, Reason.TOO_GUESSABLE, Reason.CONTAINS_IDENTITY

ALONE = [
    ("", SHORT),
    ("xK9#vQ2!mL7$w", SHORT),
    ("fourteen chars", SHORT),
    ("Tr0ub4dor&3", SHORT),
    ("a\u0308" * 14, SHORT),  # 14 letters in two parts each: they are measured whole.
    ("passwordpassword", KNOWN),
    ("letmeinletmeinletmein", KNOWN),
    ("dragon dragon dragon", KNOWN),
    ("PasswordPassword", KNOWN),
    ("123456789012345", WEAK),
    ("aaaaaaaaaaaaaaaaaaaa", WEAK),
    ("qwertyuiopasdfgh", WEAK),
    ("abcdefghijklmnopqrs", WEAK),
    ("iloveyou12345678", WEAK),
    ("p4$$w0rdp4$$w0rd", WEAK),
    ("1q2w3e4r5t6y7u8i9o0p", WEAK),
    ("lena.fischer@sunrise-clinic.example", OWN),
    ("LenaFischer2026!", OWN),
    ("Sunrise-Clinic-2026", OWN),
    ("sunriseclinicsunriseclinic", OWN),
    ("l3na.f1scher.sunr1se", OWN),
    ("mY-kettle-sings-at-dawn", None),
    ("grüne Wolken über dem Hafen", None),
    ("ひみつのことばはながいほうがいい", None),
    ("wellbeing Lena umbrella quartz 77", None),  # A name in a long sentence of one's own does no harm.
    ("tangerine bicycle under snow", None),
    ("vq7Lp2xTn9rWz4k", None),
]
WITH_SECOND_FACTOR = [
    ("xK9#vQ2", SHORT),
    ("password", KNOWN),
    ("PASSWORD", KNOWN),
    ("monkey123", KNOWN),
    ("summer2026", WEAK),
    ("xK9#vQ2!", WEAK),
    ("fischer7", OWN),
    ("lena12345678", OWN),
    ("Tr0ub4dor&3", None),
    ("xK9#vQ2!mL", None),
]


@pytest.mark.parametrize(("given", "answer"), ALONE)
def test_a_password_on_its_own(given: str, answer: Reason | None) -> None:
    assert judge(given, identity=IDENTITY, second_factor=False) == answer


@pytest.mark.parametrize(("given", "answer"), WITH_SECOND_FACTOR)
def test_a_password_beside_a_second_factor(given: str, answer: Reason | None) -> None:
    assert judge(given, identity=IDENTITY, second_factor=True) == answer


def test_the_same_word_is_good_for_whom_it_does_not_name() -> None:
    assert judge("l3na.f1scher.sunr1se", identity=("bo@else.example",), second_factor=False) is None


def test_two_spellings_of_one_accent_are_one_password() -> None:
    assert password.normalize("cafe\u0301") == "café"


def test_length_alone_is_measured_as_the_rule_measures_it() -> None:
    assert password.stands_alone("x" * 15)
    assert not password.stands_alone("x" * 14)
    assert not password.is_too_long("x" * MOST)
    assert password.is_too_long("x" * (MOST + 1))


def test_nothing_of_a_person_stays_behind_in_the_scorer() -> None:
    judge("tangerine bicycle under snow", identity=IDENTITY, second_factor=False)
    assert "user_inputs" not in matching.RANKED_DICTIONARIES


def test_two_people_scored_at_once_do_not_mix() -> None:
    answers: list[Reason | None] = []
    identities = [("quartz.umbrella@one.example",), ("bo@else.example",)] * 8

    def ask(identity: tuple[str, ...]) -> None:
        answers.append(judge("quartzumbrella quartz", identity=identity, second_factor=False))

    threads = [threading.Thread(target=ask, args=(identity,)) for identity in identities]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, answers)) == sorted(map(str, [Reason.CONTAINS_IDENTITY, None] * 8))
