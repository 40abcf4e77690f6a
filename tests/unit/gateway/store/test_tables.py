"""How an instant is stored: whole milliseconds, aware, in UTC."""

from datetime import UTC, datetime, timedelta, timezone

from sqlalchemy.dialects import sqlite

from gateway.store.tables import Instant, is_storable

DIALECT = sqlite.dialect()
AT = datetime(2026, 11, 22, 10, 10, 3, 214_999, tzinfo=timezone(timedelta(hours=2)))


def test_an_instant_is_stored_as_whole_milliseconds_and_comes_back_in_utc() -> None:
    stored = Instant().process_bind_param(AT, DIALECT)
    assert stored == 1_795_335_003_214
    found = Instant().process_result_value(stored, DIALECT)
    assert found == AT.replace(microsecond=214_000)
    assert found.tzinfo is UTC


def test_no_instant_stays_none() -> None:
    assert Instant().process_bind_param(None, DIALECT) is None
    assert Instant().process_result_value(None, DIALECT) is None


def test_a_text_with_nul_stands_in_no_row() -> None:
    assert is_storable("ses_000000000001")
    assert is_storable("")
    assert not is_storable("ses\0")
