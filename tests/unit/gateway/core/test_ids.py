"""Identifiers: random, of one form each, and for people unprintable."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from gateway.core import ids
from gateway.core.ids import CROCKFORD, SubjectId, uuid7

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TWELVE, EIGHT = f"[{CROCKFORD}]{{12}}", f"[{CROCKFORD}]{{8}}"


@pytest.mark.parametrize(
    ("make", "form"),
    [
        (ids.new_session_id, f"ses_{TWELVE}"),
        (ids.new_seat_id, f"st_{TWELVE}"),
        (ids.new_peer_id, f"peer_{TWELVE}"),
        (lambda: ids.new_id("inv"), f"inv_{TWELVE}"),
        (lambda: ids.new_participant_id().reveal(), f"prt_{EIGHT}"),
        (lambda: ids.new_account_id().reveal(), f"usr_{TWELVE}"),
    ],
)
def test_every_kind_of_id_has_its_prefix_and_is_never_the_same(make: Callable[[], str], form: str) -> None:
    made = {make() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(form, each) for each in made)


def test_ids_have_no_letters_that_people_confuse() -> None:
    assert len(CROCKFORD) == 32
    assert not set("ILOU") & set(CROCKFORD)


def test_a_person_prints_as_nothing_and_compares_as_themselves() -> None:
    who = SubjectId("usr_CANARY000000")
    for shown in (repr(who), str(who), f"{who}", f"{[who]}", f"{who!s:>40}"):
        assert "CANARY" not in shown
    assert who.reveal() == "usr_CANARY000000"
    assert who == SubjectId("usr_CANARY000000")
    assert who != SubjectId("usr_000000000000")


def test_an_event_id_is_a_uuid_of_version_7_that_carries_its_millisecond() -> None:
    value = UUID(uuid7(NOON))
    assert (value.version, value.variant) == (7, "specified in RFC 4122")
    assert value.int >> 80 == int(NOON.timestamp() * 1000)


def test_event_ids_sort_by_time_and_differ_within_one_millisecond() -> None:
    later = [uuid7(NOON + timedelta(milliseconds=number)) for number in range(50)]
    assert later == sorted(later)
    assert len({uuid7(NOON) for _ in range(1000)}) == 1000
