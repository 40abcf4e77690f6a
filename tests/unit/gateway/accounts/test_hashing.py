"""Hashing off the loop: right, wrong, unknown, too many, and with the cost that was decided."""

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

from gateway.accounts.hashing import COST, NICE, Cost, Hasher, cores
from gateway.core.errors import CapacityError, IntegrityError

CHEAP = Cost(passes=1, memory_kib=64)
PASSWORD = "mY-kettle-sings-at-dawn"


@pytest.fixture
async def hasher() -> AsyncIterator[Hasher]:
    hasher = Hasher(CHEAP, workers=2, waiting_most=3)
    yield hasher
    hasher.close()


async def test_only_the_right_password_matches(hasher: Hasher) -> None:
    stored = await hasher.hash(PASSWORD)
    assert await hasher.verify(PASSWORD, stored)
    assert not await hasher.verify(PASSWORD + " ", stored)
    assert stored != await hasher.hash(PASSWORD)


async def test_two_keyboards_spell_one_accent_the_same(hasher: Hasher) -> None:
    assert await hasher.verify("cafe\u0301", await hasher.hash("café"))


async def test_the_decided_cost_is_what_is_stored() -> None:
    hasher = Hasher(workers=1)
    stored = await hasher.hash(PASSWORD)
    hasher.close()
    found = extract_parameters(stored)
    assert (found.type, found.time_cost, found.memory_cost, found.parallelism) == (Type.ID, 3, 65536, 1)
    assert (found.salt_len, found.hash_len) == (16, 32)
    assert COST.memory_kib == 64 * 1024


async def test_work_wasted_on_an_unknown_account_is_the_work_of_a_known_one(hasher: Hasher) -> None:
    assert not hasher.needs_rehash(hasher._decoy)
    assert not await hasher.verify(PASSWORD, hasher._decoy)
    await hasher.waste(PASSWORD)
    assert Hasher(CHEAP)._decoy != hasher._decoy


async def test_an_older_cost_asks_for_a_new_hash(hasher: Hasher) -> None:
    older = Hasher(Cost(passes=2, memory_kib=64))
    assert hasher.needs_rehash(await older.hash(PASSWORD))
    assert not hasher.needs_rehash(await hasher.hash(PASSWORD))
    older.close()


async def test_something_else_in_the_place_of_a_hash_is_not_a_wrong_password(hasher: Hasher) -> None:
    for stored in ("", "$argon2id$nonsense", "$2b$12$" + "x" * 53):
        with pytest.raises(IntegrityError):
            await hasher.verify(PASSWORD, stored)


async def test_one_too_many_is_told_to_wait_and_a_place_comes_back(hasher: Hasher) -> None:
    gate = threading.Event()
    waiting = [asyncio.ensure_future(hasher._run(gate.wait)) for _ in range(5)]
    await asyncio.sleep(0)
    with pytest.raises(CapacityError) as refusal:
        await hasher.waste(PASSWORD)
    assert refusal.value.code == "too_many_attempts"
    assert refusal.value.retry_after is not None
    gate.set()
    await asyncio.gather(*waiting)
    await hasher.waste(PASSWORD)


async def test_whoever_goes_away_while_waiting_frees_the_place(hasher: Hasher) -> None:
    gate = threading.Event()
    waiting = [asyncio.ensure_future(hasher._run(gate.wait)) for _ in range(5)]
    await asyncio.sleep(0)
    waiting[-1].cancel()
    with suppress(asyncio.CancelledError):
        await waiting[-1]
    waiting[-1] = asyncio.ensure_future(hasher._run(gate.wait))
    gate.set()
    assert await asyncio.gather(*waiting) == [True] * 5


async def test_no_more_hashes_run_at_once_than_there_are_workers(hasher: Hasher) -> None:
    running = most = 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        threading.Event().wait(0.01)
        with lock:
            running -= 1

    await asyncio.gather(*(hasher._run(work) for _ in range(5)))
    assert most == 2
    assert Hasher(CHEAP).workers == cores()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a priority for each thread")
async def test_hashing_threads_give_way_and_the_loop_does_not(hasher: Hasher) -> None:
    mine = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    theirs = await hasher._run(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
    assert mine == os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    assert theirs == min(mine + NICE, 19)
