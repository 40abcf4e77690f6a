"""The second copy follows the database, and the newest checkpoint never grows old while entries are written."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.audit import verify
from gateway.audit.log import Mode
from gateway.audit.publisher import BATCH_LINES, Publisher
from gateway.audit.segments import Segments
from gateway.core.errors import IntegrityError
from gateway.crypto.note import parse_checkpoint
from tests.support.ledger import ORDINARY, PRIVILEGED, Ledger

MINUTE = timedelta(minutes=1)


class Copy:
    """The second copy of a ledger, and what keeps it close."""

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        self.kept = folder / "kept.checkpoint"
        vkeys = [ledger.log.signer.vkey, ledger.log.witness.vkey]
        self.segments = Segments(folder / "audit", vkeys=vkeys, kept=self.kept)
        self.segments.open()
        self.publisher = Publisher(ledger.store, ledger.log, self.segments, MINUTE)

    async def catch_up(self) -> int:
        """Do one round; return the size of the newest checkpoint that is published."""
        await self.publisher.catch_up(MINUTE)
        newest = self.segments.newest_checkpoint()
        return 0 if newest is None else parse_checkpoint(newest).size

    def verdict(self) -> list[str]:
        """Return everything the stand-alone verifier finds in the copy, held against the checkpoint kept elsewhere."""
        report = verify.verify_directory(self.segments.folder, since=self.kept.read_text())
        return [*report.reasons, *report.warnings]


async def test_an_entry_that_is_not_privileged_is_signed_within_a_minute(ledger: Ledger, tmp_path: Path) -> None:
    copy = Copy(ledger, tmp_path)
    assert await copy.catch_up() == 0, "an empty log has nothing to sign"
    await ledger.act("first")
    assert await copy.catch_up() == 1
    await ledger.act("second")
    ledger.clock.advance(seconds=59)
    assert await copy.catch_up() == 1
    ledger.clock.advance(seconds=1)
    assert await copy.catch_up() == 2
    assert copy.verdict() == []


async def test_an_entry_after_a_quiet_hour_is_signed_at_once(ledger: Ledger, tmp_path: Path) -> None:
    copy = Copy(ledger, tmp_path)
    await ledger.act("first", PRIVILEGED)
    ledger.clock.advance(hours=1)
    await ledger.act("second")
    assert await copy.catch_up() == 2


async def test_a_clock_set_back_does_not_keep_entries_unsigned(ledger: Ledger, tmp_path: Path) -> None:
    copy = Copy(ledger, tmp_path)
    await ledger.act("first", PRIVILEGED)
    ledger.clock.advance(days=-1)
    await ledger.act("second")
    assert await copy.catch_up() == 3, "with the entry that says the clock went back"


async def test_a_quiet_log_is_signed_once_and_takes_no_lock(ledger: Ledger, tmp_path: Path) -> None:
    copy = Copy(ledger, tmp_path)
    await ledger.act("first", PRIVILEGED)
    async with ledger.store.transaction() as unit:
        await ledger.log.touch(unit)  # Somebody writes for long, and we do not wait for them.
        ledger.clock.advance(hours=1)
        assert await asyncio.wait_for(copy.catch_up(), 2) == 1
    assert len(await ledger.checkpoints()) == 1


async def test_every_line_and_every_checkpoint_reaches_the_copy(ledger: Ledger, tmp_path: Path) -> None:
    copy = Copy(ledger, tmp_path)
    for number in range(12):
        await ledger.act(f"act {number}", *[ORDINARY] * 99, PRIVILEGED)
    assert await copy.catch_up() == 1200 > BATCH_LINES
    assert copy.segments.size == 1200
    history = (copy.segments.folder / "checkpoints.txt").read_text()
    assert history == "".join(each.note + "---\n" for each in await ledger.checkpoints())
    assert copy.verdict() == []


async def test_a_stop_in_good_order_leaves_nothing_behind(ledger: Ledger, tmp_path: Path) -> None:
    copy = Copy(ledger, tmp_path)
    await ledger.act("first", PRIVILEGED)
    await copy.catch_up()
    await ledger.act("second")
    await copy.publisher.flush()
    assert copy.segments.size == await ledger.size() == 2
    assert parse_checkpoint(copy.kept.read_text()).size == 2
    assert copy.verdict() == []


async def test_a_new_start_publishes_only_what_is_new(ledger: Ledger, tmp_path: Path) -> None:
    await ledger.act("first", PRIVILEGED)
    await Copy(ledger, tmp_path).catch_up()
    await ledger.act("second", PRIVILEGED)
    copy = Copy(ledger, tmp_path)
    assert await copy.catch_up() == 2
    assert (copy.segments.folder / "checkpoints.txt").read_text().count("---\n") == 2
    assert copy.verdict() == []


async def test_a_checkpoint_waits_until_the_copy_has_its_lines(ledger: Ledger, tmp_path: Path) -> None:
    copy = Copy(ledger, tmp_path)
    await ledger.act("first", PRIVILEGED)
    await copy.catch_up()
    await ledger.act("second", PRIVILEGED)
    blocked = copy.segments.folder / "segments" / "000000.jsonl"
    blocked.rename(tmp_path / "aside")
    blocked.mkdir()
    with pytest.raises(IsADirectoryError):
        await copy.catch_up()
    assert parse_checkpoint(copy.segments.newest_checkpoint() or "").size == 1
    blocked.rmdir()
    (tmp_path / "aside").rename(blocked)
    assert await copy.catch_up() == 2
    assert copy.verdict() == []


async def test_what_a_full_disk_tore_is_mended_before_it_is_continued(ledger: Ledger, tmp_path: Path) -> None:
    copy = Copy(ledger, tmp_path)
    await ledger.act("first", *[ORDINARY] * 10)
    await copy.catch_up()
    await ledger.act("second", *[ORDINARY] * 10, PRIVILEGED)
    segment = copy.segments.folder / "segments" / "000000.jsonl"
    with segment.open("ab") as file:
        file.write((await ledger.lines())[10] + b"\n" + (await ledger.lines())[11][:50])
    copy.segments.is_measured = False  # What the failed write left behind.
    assert await copy.catch_up() == 21
    assert copy.verdict() == []


async def test_a_copy_that_does_not_continue_the_database_is_left_as_it_is(ledger: Ledger, tmp_path: Path) -> None:
    copy = Copy(ledger, tmp_path)
    await ledger.act("first", *[ORDINARY] * 3)
    await ledger.sql("DELETE FROM audit_leaf WHERE seq = 0")
    with pytest.raises(IntegrityError):
        await copy.catch_up()
    assert copy.segments.size == 0
    await copy.publisher.flush()  # An orderly stop says so in the log of the service, and goes on.


async def test_a_checkpoint_over_lines_that_are_gone_is_not_published(ledger: Ledger, tmp_path: Path) -> None:
    copy = Copy(ledger, tmp_path)
    await ledger.act("first", PRIVILEGED)
    await ledger.act("second", PRIVILEGED)
    await ledger.sql("DELETE FROM audit_leaf WHERE seq = 1")
    assert await copy.catch_up() == 1
    await ledger.sql("DELETE FROM audit_checkpoint WHERE size = 1")
    assert await copy.catch_up() == 1


async def test_in_safety_mode_nothing_of_a_damaged_database_reaches_the_copy(ledger: Ledger, tmp_path: Path) -> None:
    copy = Copy(ledger, tmp_path)
    await ledger.act("first", PRIVILEGED)
    await copy.catch_up()
    await ledger.act("second")
    await ledger.sql("UPDATE audit_leaf SET line = :other WHERE seq = 1", other=b"{}")
    ledger.log.mode = Mode.SAFETY
    ledger.clock.advance(hours=1)
    assert await copy.catch_up() == 1
    await copy.publisher.flush()
    assert copy.segments.size == 1
    assert copy.verdict() == []


async def test_the_service_says_when_the_copy_is_behind_and_goes_on_by_itself(ledger: Ledger, tmp_path: Path) -> None:
    copy = Copy(ledger, tmp_path)
    following = asyncio.create_task(copy.publisher.run())
    blocked = copy.segments.folder / "segments" / "000000.jsonl"
    blocked.mkdir()
    await ledger.act("first", PRIVILEGED)
    await until(lambda: copy.publisher.is_behind)
    await asyncio.sleep(1.5)  # A second round that fails says nothing new.
    assert copy.publisher.is_behind
    blocked.rmdir()
    await until(lambda: not copy.publisher.is_behind)
    assert copy.segments.size == 1
    following.cancel()
    with pytest.raises(asyncio.CancelledError):
        await following


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not happened():
            await asyncio.sleep(0.05)
