"""The log in the database, verified while it is written: nothing false is found, and nothing wrong is missed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.audit.live import BATCH_LINES, verify_live
from gateway.audit.publisher import Publisher
from gateway.audit.segments import Segments
from gateway.audit.verify import INCOMPLETE, INTACT, TAMPERED, Report
from gateway.core.events import AuthStepUp
from tests.support.ledger import PRIVILEGED, Ledger, opened


@dataclass
class Office:
    """A log, its second copy, and somebody who verifies it."""

    ledger: Ledger
    folder: Path
    publisher: Publisher

    async def publish(self) -> None:
        await self.publisher.catch_up(timedelta())

    async def verify(self) -> Report:
        kept = self.folder / "checkpoint.txt"
        since = kept.read_text(encoding="utf-8") if kept.exists() else None
        return await verify_live(self.ledger.store, self.ledger.log, self.folder, since=since)


@asynccontextmanager
async def office(folder: Path, database_url: str) -> AsyncIterator[Office]:
    async with opened(database_url) as ledger:
        segments = Segments(folder, vkeys=(ledger.log.signer.vkey, ledger.log.witness.vkey))
        segments.open()
        yield Office(ledger, folder, Publisher(ledger.store, ledger.log, segments, timedelta(seconds=60)))


@pytest.fixture
async def desk(tmp_path: Path, database_url: str) -> AsyncIterator[Office]:
    async with office(tmp_path / "audit", database_url) as found:
        yield found


async def test_a_whole_log_is_intact_and_its_size_is_the_signed_one(desk: Office) -> None:
    for number in range(3):
        await desk.ledger.act(f"m{number}", *[AuthStepUp(method="passkey")] * 200)
    await desk.ledger.act("last", PRIVILEGED)
    await desk.publish()
    report = await desk.verify()
    assert (report.exit_code, report.size, report.reasons) == (INTACT, 601, ())


async def test_without_a_second_copy_and_a_kept_checkpoint_nothing_can_be_known_of_the_end(desk: Office) -> None:
    await desk.ledger.act("one", PRIVILEGED)
    report = await verify_live(desk.ledger.store, desk.ledger.log, desk.folder / "nowhere", since=None)
    assert report.exit_code == INCOMPLETE
    assert "nothing kept elsewhere" in report.reasons[0]


async def test_a_log_that_is_being_written_is_not_called_rolled_back(desk: Office) -> None:
    await desk.ledger.act("first", PRIVILEGED)
    await desk.publish()
    stop = asyncio.Event()

    async def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            await desk.ledger.act(f"w{number}", PRIVILEGED, AuthStepUp(method="passkey"))
            await desk.publish()

    writing = asyncio.create_task(write())
    try:
        reports = [await desk.verify() for _ in range(8)]
    finally:
        stop.set()
        await writing
    assert [(each.exit_code, each.reasons) for each in reports] == [(INTACT, ())] * 8
    assert reports[-1].size > reports[0].size


async def test_a_changed_entry_is_named(desk: Office) -> None:
    await desk.ledger.act("m", *[AuthStepUp(method="passkey")] * 300)
    await desk.publish()
    line = (await desk.ledger.lines())[17].replace(b"passkey", b"unknown")
    await desk.ledger.sql("UPDATE audit_leaf SET line = :line WHERE seq = 17", line=line)
    report = await desk.verify()
    assert (report.exit_code, report.first_bad) == (TAMPERED, 17)


async def test_a_deleted_entry_is_named(desk: Office) -> None:
    await desk.ledger.act("m", *[AuthStepUp(method="passkey")] * 300)
    await desk.publish()
    await desk.ledger.sql("DELETE FROM audit_leaf WHERE seq = 17")
    report = await desk.verify()
    assert (report.exit_code, report.first_bad) == (TAMPERED, 17)


async def test_an_entry_behind_the_end_is_named(desk: Office) -> None:
    await desk.ledger.act("m", *[AuthStepUp(method="passkey")] * 5)
    await desk.publish()
    copy = "INSERT INTO audit_leaf SELECT 5, line, leaf_hash, type, outcome, session FROM audit_leaf WHERE seq = 4"
    await desk.ledger.sql(copy)
    report = await desk.verify()
    assert (report.exit_code, report.first_bad) == (TAMPERED, 5)


async def test_a_database_rolled_back_behind_its_second_copy_is_found(desk: Office) -> None:
    await desk.ledger.act("m", *[AuthStepUp(method="passkey")] * 5)
    await desk.publish()
    segment = desk.folder / "segments" / "000000.jsonl"
    segment.write_bytes(segment.read_bytes() + b"{}\n")
    report = await desk.verify()
    assert (report.exit_code, report.first_bad) == (TAMPERED, 5)


async def test_a_long_log_is_read_in_parts_and_says_how_far_it_is(desk: Office) -> None:
    await desk.ledger.act("m", *[AuthStepUp(method="passkey")] * (BATCH_LINES + 1))
    await desk.publish()
    told: list[tuple[int, int]] = []
    store, log = desk.ledger.store, desk.ledger.log
    report = await verify_live(store, log, desk.folder, since=None, progress=lambda *far: told.append(far))
    assert report.first_bad is None
    assert told == [(BATCH_LINES, BATCH_LINES + 1), (BATCH_LINES + 1, BATCH_LINES + 1)]
