"""How long to wait after wrong passwords: exponential delay per account and per address, never a lock.

An attempt is counted before its password is looked at and given back when it was right, so that guesses sent at
once are no cheaper than guesses in a row. An attempt that comes too early is refused and not counted: waiting helps,
and nobody can push the next chance further away. Keys are keyed hashes; neither e-mail nor address is stored.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final
from weakref import WeakValueDictionary

from gateway.accounts import rows
from gateway.crypto.seal import Sealer
from gateway.store.transaction import Unit

WINDOW: Final = timedelta(minutes=15)
FIRST_DELAY: Final = timedelta(seconds=30)
LONGEST_DELAY: Final = timedelta(minutes=15)
"""Longer slows a guesser further (one guess in 15 min is 96 a day); shorter gives an attacked person the account
back sooner."""
MOST_DOUBLINGS: Final = 16
"""Far beyond the longest delay; keeps a large count from overflowing before it is cut."""
KEPT: Final = timedelta(days=1)
"""An attempt this old is forgotten whatever came before it."""
AT_ONCE: Final = 4
"""Attempts on one account at once. Fewer leaves cores idle; as many as are free would refuse right passwords."""
V6_PREFIX: Final = 64
"""One customer's network: a single machine may use any address in it."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How many wrong attempts in a window are free, and what comes after them. Pure."""

    free: int

    def next_allowed(self, attempts: int, last_at: datetime) -> datetime:
        """Return the first instant the next attempt may be made after `attempts` wrong ones."""
        if attempts < self.free:
            return last_at
        doublings = min(attempts - self.free, MOST_DOUBLINGS)
        return last_at + min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)

    def remembered(self, attempts: int, last_at: datetime, *, now: datetime) -> int:
        """Return how many of `attempts` still count.

        One beyond the free ones is forgotten in each window, then the free ones evenly over one window.
        """
        quiet = max(now - last_at, timedelta(0))
        beyond = max(attempts - self.free, 0)
        forgotten = min(quiet // WINDOW, beyond)
        if forgotten < beyond:
            return attempts - forgotten
        left = quiet - beyond * WINDOW
        return max(min(attempts, self.free) - left // (WINDOW / self.free), 0)


ACCOUNT_LIMIT: Final = Limit(free=10)
ADDRESS_LIMIT: Final = Limit(free=100)
"""A whole clinic may stand behind one address."""


class Turns:
    """Lets a few attempts on one account go on at once; the others wait their turn.

    Attempts are counted before they turn out right: without turns, somebody who signs in on many devices in one
    moment would be refused for their own right passwords.
    """

    def __init__(self) -> None:
        self._turns: WeakValueDictionary[bytes, asyncio.Semaphore] = WeakValueDictionary()

    def of(self, account: bytes) -> asyncio.Semaphore:
        """Return the turns of one account, known or unknown; forgotten when nobody waits any more."""
        return self._turns.setdefault(account, asyncio.Semaphore(AT_ONCE))


class Throttle:
    """Counts attempts in the database, so that a restart forgives nothing."""

    def __init__(self, sealer: Sealer, *, account: Limit = ACCOUNT_LIMIT, address: Limit = ADDRESS_LIMIT) -> None:
        self._sealer = sealer
        self._account = account
        self._address = address

    async def take(self, unit: Unit, *, account: bytes | None, address: str | None) -> datetime | None:
        """Count one attempt and return None; or return when the next one may be made, and count nothing.

        `account` is the keyed hash of the e-mail address, the same whether or not there is such an account.
        """
        await rows.forget_attempts(unit, before=unit.now - KEPT)
        counts, until = [], unit.now
        keys = self._keys(account, address)
        for key, limit in keys:
            attempts, at = await rows.lock_attempt(unit, key)
            last_at = min(at, unit.now)  # A clock that went back makes nobody wait until it has caught up.
            count = limit.remembered(attempts, last_at, now=unit.now)
            counts.append(count)
            until = max(until, limit.next_allowed(count, last_at))
        if until > unit.now:
            return until
        for (key, _), count in zip(keys, counts, strict=True):
            await rows.set_attempt(unit, key, count=count + 1)
        return None

    async def forgive(self, unit: Unit, *, account: bytes | None, address: str | None) -> None:
        """Take back a counted attempt that turned out right, and the wrong ones on that account before it.

        The address gets only this one back: else whoever has one account could guess at the others for ever.
        """
        if account is not None:
            await rows.clear_attempts(unit, self._account_key(account))
        if address is not None:
            await rows.return_attempt(unit, self._address_key(address))

    def _keys(self, account: bytes | None, address: str | None) -> list[tuple[bytes, Limit]]:
        """Return what an attempt is counted under, always in the same order: rows are locked in it."""
        keys = [] if account is None else [(self._account_key(account), self._account)]
        return keys if address is None else [*keys, (self._address_key(address), self._address)]

    def _account_key(self, account: bytes) -> bytes:
        return self._sealer.mac(account, context="attempt account")

    def _address_key(self, address: str) -> bytes:
        return self._sealer.mac(network_of(address).encode(), context="attempt address")


def network_of(address: str) -> str:
    """Return what stands for one customer: an IPv4 address, or the /64 of an IPv6 address."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address  # A socket in the file system has no address: whoever comes by it is one customer.
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ip_network((parsed, V6_PREFIX), strict=False))
    return str(parsed)
