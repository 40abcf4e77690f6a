"""Token buckets: a burst, then so many a second, each caller alone."""

import pytest

from signaling.rates import MAX_BUCKETS, Rates


def test_a_burst_passes_and_then_one_waits() -> None:
    bucket = Rates(burst=3, per_second=2.0)
    assert [bucket.take("a", 100.0) for _ in range(3)] == [None, None, None]
    assert bucket.take("a", 100.0) == pytest.approx(0.5)
    assert bucket.take("a", 100.5) is None
    assert bucket.take("a", 100.5) == pytest.approx(0.5)


def test_a_refusal_costs_nothing() -> None:
    bucket = Rates(burst=1, per_second=1.0)
    assert bucket.take("a", 0.0) is None
    for _ in range(100):
        assert bucket.take("a", 0.5) == pytest.approx(0.5)
    assert bucket.take("a", 1.0) is None


def test_a_bucket_fills_up_to_its_burst_and_no_further() -> None:
    bucket = Rates(burst=2, per_second=1.0)
    assert bucket.take("a", 0.0) is None
    assert [bucket.take("a", 10_000.0) for _ in range(3)] == [None, None, pytest.approx(1.0)]


def test_callers_do_not_pay_for_each_other() -> None:
    bucket = Rates(burst=1, per_second=1.0)
    assert bucket.take("a", 0.0) is None
    assert bucket.take("a", 0.0) is not None
    assert bucket.take("b", 0.0) is None


def test_the_caller_longest_away_is_forgotten_first() -> None:
    bucket = Rates(burst=1, per_second=0.001)
    bucket.take("first", 0.0)
    bucket.take("second", 0.0)
    bucket.take("first", 0.0)  # Refused, and yet here again.
    for number in range(MAX_BUCKETS - 1):
        bucket.take(str(number), 0.0)
    assert bucket.take("first", 0.0) is not None
    assert bucket.take("second", 0.0) is None
