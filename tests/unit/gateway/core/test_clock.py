"""The one spelling of an instant, and reading it back."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from gateway.core.clock import SystemClock, parse_rfc3339, rfc3339

INSTANT = datetime(2026, 11, 22, 10, 10, 3, 214_999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (INSTANT, "2026-11-22T10:10:03.214Z"),
        (INSTANT.astimezone(timezone(timedelta(hours=-5))), "2026-11-22T10:10:03.214Z"),
        (datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00.000Z"),
    ],
)
def test_an_instant_is_written_in_utc_with_milliseconds(instant: datetime, text: str) -> None:
    assert rfc3339(instant) == text


@pytest.mark.parametrize("text", ["2026-11-22T10:10:03.214Z", "2026-11-22T12:10:03.214+02:00"])
def test_an_instant_is_read_in_any_offset(text: str) -> None:
    assert parse_rfc3339(text) == INSTANT.replace(microsecond=214_000)
    assert parse_rfc3339(text).tzinfo is UTC


@pytest.mark.parametrize("text", ["2026-11-22T10:10:03", "yesterday", ""])
def test_an_instant_without_an_offset_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"offset|Invalid isoformat"):
        parse_rfc3339(text)


def test_the_machines_own_clock_tells_utc() -> None:
    assert SystemClock().now().tzinfo is UTC
