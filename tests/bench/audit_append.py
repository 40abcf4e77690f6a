"""How many privileged acts a second one process makes durable: entry, effect, checkpoint, fsync (SQLite)."""

import asyncio
import os
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Final

from uvloop import run

from gateway.audit.entry import Place
from gateway.audit.log import Log
from gateway.core.actions import Action
from gateway.core.clock import SystemClock
from gateway.core.events import OPERATOR, AccountCreated
from gateway.crypto.note import LogSigner, WitnessSigner
from gateway.guard import Deed, Guard
from gateway.policy.ask import Ask, Caller
from gateway.store.engine import Store, driver_url
from tests.bench.table import Row, show

EVENTS: Final = 600
ROUNDS: Final = 5
CALLER: Final = Caller(OPERATOR)


async def per_second(folder: Path, *, at_once: int) -> float:
    """Return durable privileged acts a second, `at_once` callers side by side."""
    store = Store(driver_url("sqlite:///bench.db", folder), SystemClock())
    await store.open()
    signer = LogSigner("bench/audit/1", os.urandom(32))
    guard = Guard(store, Log(place=Place("org_bench", "gw-1"), signer=signer, witness=_witness()))

    async def perform(deed: Deed) -> None:
        deed.record(AccountCreated(role="specialist", by="operator"))

    async def caller() -> None:
        for _ in range(EVENTS // at_once):
            await guard.act(Ask(action=Action.ACCOUNT_CREATE, caller=CALLER, now=store.clock.now()), perform)

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(at_once)))
    seconds = time.perf_counter() - began
    await store.close()
    return EVENTS / seconds


def _witness() -> WitnessSigner:
    return WitnessSigner("bench/witness/1", os.urandom(32))


def fsyncs_per_second(folder: Path) -> float:
    """Return what the disk itself can do: 4 KiB and an fsync, again and again."""
    descriptor = os.open(folder / "fsync", os.O_CREAT | os.O_WRONLY)
    began = time.perf_counter()
    for _ in range(EVENTS):
        os.write(descriptor, bytes(4096))
        os.fsync(descriptor)
    seconds = time.perf_counter() - began
    os.close(descriptor)
    return EVENTS / seconds


def measure() -> list[Row]:
    """Return the rows of this benchmark."""
    one, ten, disk = [], [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            disk.append(fsyncs_per_second(folder))
            one.append(run(per_second(folder, at_once=1)))
        with tempfile.TemporaryDirectory() as name:
            ten.append(run(per_second(Path(name), at_once=10)))
    return [
        Row("durable privileged events, one caller", median(one), "1/s", 300, is_floor=True),
        Row("durable privileged events, ten callers", median(ten), "1/s", 300, is_floor=True),
        Row("for comparison: bare fsyncs of 4 KiB on this disk", median(disk), "1/s"),
    ]


if __name__ == "__main__":
    show(measure())
