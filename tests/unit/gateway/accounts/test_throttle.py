"""How long to wait after wrong passwords: the pure rule. What is stored is tested against the store."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.accounts.throttle import (
    ACCOUNT_LIMIT,
    ADDRESS_LIMIT,
    AT_ONCE,
    LONGEST_DELAY,
    WINDOW,
    Limit,
    Turns,
    network_of,
)

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
LIMIT = Limit(free=10)


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(0, 0), (1, 0), (9, 0), (10, 30), (11, 60), (12, 120), (13, 240), (14, 480), (15, 900), (16, 900), (10**9, 900)],
)
def test_the_delay_doubles_and_is_never_a_lock(attempts: int, seconds: int) -> None:
    assert LIMIT.next_allowed(attempts, NOW) == NOW + timedelta(seconds=seconds)


def test_ten_are_free_for_an_account_and_a_hundred_for_an_address() -> None:
    assert ACCOUNT_LIMIT.next_allowed(9, NOW) == ADDRESS_LIMIT.next_allowed(99, NOW) == NOW
    assert ACCOUNT_LIMIT.next_allowed(10, NOW) == ADDRESS_LIMIT.next_allowed(100, NOW) > NOW


@pytest.mark.parametrize(
    ("attempts", "quiet", "left"),
    [
        (10, timedelta(0), 10),
        (10, timedelta(seconds=89), 10),
        (10, timedelta(seconds=90), 9),
        (10, timedelta(minutes=15), 0),
        (3, timedelta(minutes=3), 1),
        (12, timedelta(minutes=14), 12),
        (12, timedelta(minutes=15), 11),
        (12, timedelta(minutes=30), 10),
        (12, timedelta(minutes=45), 0),
        (5, timedelta(minutes=-5), 5),
    ],
)
def test_quiet_is_forgotten(attempts: int, quiet: timedelta, left: int) -> None:
    assert LIMIT.remembered(attempts, NOW, now=NOW + quiet) == left


@given(attempts=st.integers(0, 200), minutes=st.integers(0, 10_000))
def test_waiting_never_makes_it_worse(attempts: int, minutes: int) -> None:
    sooner = LIMIT.remembered(attempts, NOW, now=NOW + timedelta(minutes=minutes))
    later = LIMIT.remembered(attempts, NOW, now=NOW + timedelta(minutes=minutes + 1))
    assert 0 <= later <= sooner <= attempts


def guesses(limit: Limit, duration: timedelta) -> int:
    """How many guesses somebody gets who comes back the moment it is allowed."""
    count, at, last_at, attempts = 0, NOW, NOW, 0
    while at < NOW + duration:
        remembered = limit.remembered(attempts, last_at, now=at)
        if (allowed := limit.next_allowed(remembered, last_at)) > at:
            at = allowed
            continue
        count, attempts, last_at = count + 1, remembered + 1, at
    return count


def test_a_patient_guesser_gets_a_hundred_and_some_a_day() -> None:
    assert guesses(LIMIT, WINDOW) == 14
    assert guesses(LIMIT, timedelta(days=1)) <= 10 + 6 + timedelta(days=1) // LONGEST_DELAY


def test_whoever_waits_out_the_longest_delay_may_try() -> None:
    for attempts in range(200):
        later = NOW + LONGEST_DELAY
        assert LIMIT.next_allowed(LIMIT.remembered(attempts, NOW, now=later), NOW) <= later


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_one_customer_is_one_address(address: str, network: str) -> None:
    assert network_of(address) == network


async def test_a_few_attempts_on_one_account_go_on_at_once_and_nothing_is_kept_of_them() -> None:
    turns = Turns()
    running = most = 0

    async def attempt(account: bytes) -> None:
        nonlocal running, most
        async with turns.of(account):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            running -= 1

    await asyncio.gather(*(attempt(b"ana") for _ in range(20)))
    assert most == AT_ONCE
    assert len(turns._turns) == 0
    assert turns.of(b"ana") is not turns.of(b"bea")
