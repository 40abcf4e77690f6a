"""Strangers are counted, by what they tried and why it was refused, one minute at a time."""

from datetime import UTC, datetime, timedelta

from gateway.audit.strangers import MAX_KINDS, WINDOW, Strangers, Tally
from gateway.core.actions import Action

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ALMOST = NOON + WINDOW - timedelta(microseconds=1)


def test_nobody_refused_is_nothing_to_say() -> None:
    assert Strangers().take(NOON, everything=True) == []


def test_a_flood_is_one_tally_with_a_count() -> None:
    strangers = Strangers()
    for _ in range(10_000):
        strangers.count(Action.SIGN_IN, "sign_in_refused", NOON)
    assert strangers.take(NOON + WINDOW) == [Tally(Action.SIGN_IN, "sign_in_refused", 10_000, NOON)]


def test_a_minute_is_told_when_it_is_over_and_not_before() -> None:
    strangers = Strangers()
    strangers.count(Action.SIGN_IN, "sign_in_refused", NOON)
    assert strangers.take(ALMOST) == []
    assert len(strangers.take(NOON + WINDOW)) == 1
    assert strangers.take(NOON + 2 * WINDOW) == [], "what was told is forgotten"


def test_a_shutdown_tells_an_unfinished_minute() -> None:
    strangers = Strangers()
    strangers.count(Action.SIGN_IN, "sign_in_refused", NOON)
    assert len(strangers.take(NOON, everything=True)) == 1


def test_a_minute_begins_with_its_first_stranger() -> None:
    strangers = Strangers()
    strangers.count(Action.SIGN_IN, "sign_in_refused", NOON)
    strangers.take(NOON + WINDOW)
    later = NOON + timedelta(hours=1)
    strangers.count(Action.SIGN_IN, "sign_in_refused", later)
    assert strangers.take(later + WINDOW)[0].since == later


def test_what_was_tried_and_why_it_was_refused_are_counted_apart() -> None:
    strangers = Strangers()
    for action, code in ((Action.SIGN_IN, "a"), (Action.SIGN_IN, "b"), (Action.SETUP, "a"), (Action.SIGN_IN, "a")):
        strangers.count(action, code, NOON)
    told = {(tally.action, tally.code): tally.count for tally in strangers.take(NOON + WINDOW)}
    assert told == {(Action.SIGN_IN, "a"): 2, (Action.SIGN_IN, "b"): 1, (Action.SETUP, "a"): 1}


def test_a_clock_set_back_for_hours_does_not_silence_the_log_for_hours() -> None:
    strangers = Strangers()
    strangers.count(Action.SIGN_IN, "sign_in_refused", NOON)
    assert len(strangers.take(NOON - timedelta(hours=3))) == 1


def test_more_kinds_than_there_can_be_do_not_fill_the_memory() -> None:
    strangers = Strangers()
    for number in range(MAX_KINDS + 10):
        strangers.count(Action.SIGN_IN, f"code_{number}", NOON)
    strangers.count(Action.SIGN_IN, "code_0", NOON)
    told = strangers.take(NOON + WINDOW)
    assert len(told) == MAX_KINDS
    assert told[0].count == 2, "known kinds are still counted"
