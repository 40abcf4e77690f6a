"""Slow hashes of passwords (Argon2id, RFC 9106), never more at once than the machine has cores.

Knows nothing of accounts. The work is done in threads of low priority, so that media and the event loop go first.
"""

import asyncio
import base64
import os
import secrets
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from gateway.accounts.password import normalize
from gateway.core.errors import CapacityError, IntegrityError

T = TypeVar("T")

SALT_BYTES: Final = 16
TAG_BYTES: Final = 32
NICE: Final = 10
"""Steps of priority the hashing threads give up. Fewer lets them delay the event loop; more lets any other
program of the machine starve a sign-in."""
WAITING_MOST: Final = 64
"""Sign-ins that may wait for a thread. More keeps people waiting longer than they will; fewer refuses a morning's
rush. At 0.16 s a hash, 64 on two cores are 5 s."""
RETRY_SECONDS: Final = 5


@dataclass(frozen=True, slots=True)
class Cost:
    """What one hash costs; the same for us and, for each guess, for whoever stole the hashes."""

    passes: int = 3
    memory_kib: int = 64 * 1024
    lanes: int = 1
    """RFC 9106 (section 4) takes as many lanes as a call may use threads. Here `cores` calls run side by side, so
    each gets one thread: 20 sign-ins take as long as with four lanes (1.6 s on two cores), and the event loop's 99th
    percentile lag is 1.1 ms instead of 3.6 ms (measured; `tests/bench/sign_in_hashing.py`)."""


COST: Final = Cost()


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


class Hasher:
    """Hashes and verifies passwords off the event loop. Owned by the hub, which closes it."""

    def __init__(self, cost: Cost = COST, *, workers: int | None = None, waiting_most: int = WAITING_MOST) -> None:
        self.workers = workers or cores()
        self._argon2 = PasswordHasher(
            time_cost=cost.passes,
            memory_cost=cost.memory_kib,
            parallelism=cost.lanes,
            hash_len=TAG_BYTES,
            salt_len=SALT_BYTES,
            type=Type.ID,
        )
        self._decoy = _decoy(cost)
        self._threads = ThreadPoolExecutor(self.workers, thread_name_prefix="hash", initializer=_give_way)
        self._taken_most = self.workers + waiting_most
        self._taken = 0  # Owned by `_run` and `_release`, under the lock: work ends in the threads.
        self._lock = threading.Lock()

    async def hash(self, password: str) -> str:
        """Return what is kept of a password, with its salt and cost in it.

        Raises:
            CapacityError: `too_many_attempts`, too many are waiting already.
        """
        return await self._run(lambda: self._argon2.hash(normalize(password)))

    async def verify(self, password: str, stored: str) -> bool:
        """Answer whether `password` is the one `stored` was made of.

        Raises:
            CapacityError: `too_many_attempts`, too many are waiting already.
            IntegrityError: `stored` is not a hash.
        """
        return await self._run(lambda: self._matches(password, stored))

    async def waste(self, password: str) -> None:
        """Do the work of `verify` for an account that does not exist, so that waiting tells nothing.

        Raises:
            CapacityError: `too_many_attempts`, too many are waiting already.
        """
        await self._run(lambda: self._matches(password, self._decoy))

    def needs_rehash(self, stored: str) -> bool:
        """Answer whether `stored` was made at another cost than today's."""
        return self._argon2.check_needs_rehash(stored)

    def close(self) -> None:
        """Let running hashes finish, drop the waiting ones."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _matches(self, password: str, stored: str) -> bool:
        try:
            return self._argon2.verify(stored, normalize(password))
        except VerifyMismatchError:
            return False
        except (InvalidHashError, VerificationError) as exc:
            message = "a stored password hash is not one"
            raise IntegrityError(message) from exc

    async def _run(self, work: Callable[[], T]) -> T:
        with self._lock:
            if self._taken >= self._taken_most:
                message = "too many sign-ins at once"
                raise CapacityError("too_many_attempts", message, retry_after=RETRY_SECONDS)
            self._taken += 1
        running = self._threads.submit(work)
        # A caller who goes away frees a waiting place at once, and a working one when the work is done.
        running.add_done_callback(self._release)
        return await asyncio.wrap_future(running)

    def _release(self, _running: Future[T]) -> None:
        with self._lock:
            self._taken -= 1


def _decoy(cost: Cost) -> str:
    """Return what looks like a stored hash of that cost and is the hash of nothing anybody knows."""
    salt, tag = (base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (SALT_BYTES, TAG_BYTES))
    return f"$argon2id$v=19$m={cost.memory_kib},t={cost.passes},p={cost.lanes}${salt}${tag}"


def _give_way() -> None:
    """Lower the priority of the thread that runs this; only Linux has one for each thread."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, min(os.getpriority(os.PRIO_PROCESS, thread) + NICE, 19))
