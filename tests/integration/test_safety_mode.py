"""A log that is not what was signed: found at the start, told, left as it is; sessions go on, powers do not."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from gateway.accounts.roles import Role
from gateway.audit import verify
from gateway.audit.log import Mode
from gateway.core.errors import AuditUnavailable, Denied
from gateway.crypto.note import LogSigner, WitnessSigner, checkpoint_body, checkpoint_text
from tests.support import clinic as clinics
from tests.support import ledger as ledgers
from tests.support.clinic import Clinic
from tests.support.ledger import HOST, READER, Books
from tests.support.staff import ToldClock


@dataclass
class Place:
    """A deployment between two starts of its service."""

    folder: Path
    url: str
    clock: ToldClock

    @asynccontextmanager
    async def opened(self, *, started: bool = False) -> AsyncIterator[Clinic]:
        async with clinics.opened(self.folder, self.url, self.clock, started=started) as clinic:
            yield clinic

    @asynccontextmanager
    async def books(self) -> AsyncIterator[Books]:
        """Give access to what lies there while nobody is at work."""
        async with ledgers.opened(self.url, self.clock) as books:
            yield books

    @property
    def sink(self) -> Path:
        return self.folder / "audit"

    @property
    def kept(self) -> Path:
        return self.folder / "kept.checkpoint"


@pytest.fixture
async def place(tmp_path: Path, database_url: str) -> Place:
    """A deployment with a history, which ended in a crash: the last entries are in the database only, unsigned."""
    place = Place(tmp_path, database_url, ToldClock())
    async with place.opened(started=True) as clinic:
        session, host = await clinic.open()
        await clinic.guest(session, host)
        await clinic.gateway.booking.end(HOST, session)
    async with place.opened() as clinic:
        for _ in range(3):
            await clinic.plan()
    return place


Harm = Callable[[Place, Books], Awaitable[None]]


def statement(sql: str, **values: object) -> Harm:
    async def harm(_place: Place, books: Books) -> None:
        await books.sql(sql, **values)

    return harm


def forged(name: str, seed: bytes, size: int) -> str:
    """Return a checkpoint that was rightly signed, by whoever holds that key, over something else."""
    body = checkpoint_body(name, size, bytes(32))
    signer, witness = LogSigner(name, seed), WitnessSigner("localhost/witness/1", bytes([2]) * 32)
    return checkpoint_text(body, signer.sign(body), witness.cosign(body, ToldClock().now()))


async def replace_checkpoint(_place: Place, books: Books) -> None:
    newest = (await books.checkpoints())[-1]
    await books.sql("UPDATE audit_checkpoint SET note = :note WHERE size = :size", size=newest.size,
                    note=forged("localhost/audit/1", bytes([1]) * 32, newest.size))  # fmt: skip


async def roll_back(_place: Place, books: Books) -> None:
    """Make the database what it was at its first checkpoint: whole in itself, and older than the second copy."""
    first = (await books.checkpoints())[0]
    frontier = first.frontier.encode()
    await books.sql("UPDATE audit_head SET size = :size, frontier = :frontier", size=first.size, frontier=frontier)
    await books.sql("DELETE FROM audit_leaf WHERE seq >= :size", size=first.size)
    await books.sql("DELETE FROM audit_checkpoint WHERE size > :size", size=first.size)


async def roll_back_both(place: Place, books: Books) -> None:
    """As `roll_back`, and the second copy with it: only the checkpoint kept elsewhere remembers."""
    await roll_back(place, books)
    shutil.rmtree(place.sink)


async def fork_the_copy(place: Place, _books: Books) -> None:
    (place.sink / "checkpoint.txt").write_text(forged("localhost/audit/1", bytes([1]) * 32, 5))


async def swap_the_copy(place: Place, _books: Books) -> None:
    (place.sink / "checkpoint.txt").write_text(forged("localhost/audit/1", b"another log's key, of 32 bytes..", 5))


async def spoil_the_kept(place: Place, _books: Books) -> None:
    place.kept.write_bytes(b"\xff\x00 no checkpoint")


async def change_an_old_line(place: Place, books: Books) -> None:
    """Delete an entry that a checkpoint covers: only what was signed elsewhere shows it."""
    await books.sql("DELETE FROM audit_leaf WHERE seq = 2")
    assert place.kept.exists()


HARMS: dict[str, tuple[Harm, str]] = {
    "an entry since the last checkpoint was changed": (
        statement("UPDATE audit_leaf SET line = :line WHERE seq = (SELECT max(seq) FROM audit_leaf)", line=b"{}"),
        "entries_changed",
    ),
    "the head was changed": (statement("UPDATE audit_head SET frontier = :other", other=bytes(32)), "entries_changed"),
    "the head is no head": (statement("UPDATE audit_head SET frontier = :other", other=b"?"), "entries_changed"),
    "the head is gone": (statement("DELETE FROM audit_head"), "entries_changed"),
    "the newest checkpoint was replaced": (replace_checkpoint, "entries_changed"),
    "an entry under a checkpoint is gone": (change_an_old_line, "segments_disagree"),
    "the database was rolled back": (roll_back, "segments_ahead"),
    "the database and the second copy were rolled back": (roll_back_both, "kept_disagree"),
    "the second copy is of another history": (fork_the_copy, "segments_disagree"),
    "the second copy is of another log": (swap_the_copy, "segments_disagree"),
    "the kept checkpoint cannot be read": (spoil_the_kept, "kept_disagree"),
}


@pytest.mark.parametrize(("harm", "cause"), HARMS.values(), ids=list(HARMS))
async def test_harm_is_found_at_the_start_told_and_not_covered_up(place: Place, harm: Harm, cause: str) -> None:
    async with place.books() as books:
        await harm(place, books)
        sink = {path: path.read_bytes() for path in place.sink.rglob("*.jsonl")}
    async with place.opened(started=True) as clinic:
        lines = await clinic.books.lines()
        assert clinic.gateway.log.mode is Mode.SAFETY
        told = (await clinic.books.spooled())[0]
        assert (told["type"], told["severity"]) == ("audit.verification_failed", "critical")
        assert (told["data"]["by"], told["data"]["cause"]) == ("start", cause)
        session, host = await clinic.open()
        await clinic.guest(session, host)
        with pytest.raises(Denied, match="safety_mode"):
            await clinic.gateway.administration.create("b@sunrise.example", Role.ADMIN)
        await clinic.look_round(minutes=5)
        assert {message.code for message in host.browser.told if hasattr(message, "code")} == {"safety_mode"}
        await clinic.gateway.publisher.flush()
        assert await clinic.books.lines() == lines, "the log does not grow"
    assert {path: path.read_bytes() for path in place.sink.rglob("*.jsonl")} == sink, "nor does the second copy"
    async with place.opened() as clinic:
        kept = [event["type"] for event in await clinic.books.spooled()]
        assert kept[:2] == ["audit.verification_failed", "system.started"]
        assert {"session.created", "session.admitted", "access.refused", "system.stopped"} <= set(kept)


async def test_a_log_that_is_whole_is_not_suspected(place: Place) -> None:
    for _ in range(2):
        async with place.opened(started=True) as clinic:
            assert clinic.gateway.guard.is_log_whole
            await clinic.plan()


async def test_in_safety_mode_an_act_and_its_entry_still_share_one_transaction(place: Place) -> None:
    async with place.books() as books:
        await books.sql("DELETE FROM audit_head")
    async with place.opened() as clinic:
        session = await clinic.plan()
        assert (await kept(clinic))[-1] == ("session.created", session)
        before = await clinic.gateway.booking.list(HOST)
        await clinic.books.sql("ALTER TABLE audit_spool RENAME TO aside")
        with pytest.raises(AuditUnavailable):
            await clinic.plan()
        await clinic.books.sql("ALTER TABLE aside RENAME TO audit_spool")
        assert len(await clinic.gateway.booking.list(HOST)) == len(before)


async def kept(clinic: Clinic) -> list[tuple[str, str]]:
    return [(event["type"], event["session"]) for event in await clinic.books.spooled()]


async def test_an_export_is_refused_and_reading_is_not(place: Place) -> None:
    async with place.books() as books:
        await books.sql("UPDATE audit_head SET frontier = :other", other=bytes(32))
    async with place.opened() as clinic:
        reader = replace(READER, step_up_at=place.clock.now())
        with pytest.raises(Denied, match="safety_mode"):
            await clinic.gateway.review.export(reader, None, "jsonl")
        assert (await clinic.gateway.review.checkpoint(reader)).size > 0


async def test_once_the_damage_is_undone_what_was_kept_joins_the_log(place: Place) -> None:
    async with place.books() as books:
        last = len(await books.lines()) - 1
        line = (await books.lines())[last]
        await books.sql("UPDATE audit_leaf SET line = :line WHERE seq = :seq", line=b"{}", seq=last)
    async with place.opened(started=True) as clinic:
        place.clock.advance(minutes=1)
        session = await clinic.plan()
        before = [event["id"] for event in await clinic.books.spooled()]
    async with place.books() as books:
        await books.sql("UPDATE audit_leaf SET line = :line WHERE seq = :seq", line=line, seq=last)
    async with place.opened(started=True) as clinic:
        assert clinic.gateway.guard.is_log_whole
        assert await clinic.books.spooled() == []
        events = (await clinic.books.events())[last + 1 :]
        assert [event["type"] for event in events] == [
            "audit.gap",
            "audit.verification_failed",
            "system.started",
            "session.created",
            "system.stopped",
            "system.started",
        ]
        assert [event["id"] for event in events[1:4]] == before, "each once, as it was"
        assert (events[0]["data"]["cause"], events[0]["data"]["count"]) == ("safety_mode", 4)
        assert events[3]["session"] == session
        await clinic.books.assert_whole()
    report = verify.verify_directory(place.sink, since=place.kept.read_text())
    assert report.reasons == ()
    assert report.warnings == (f"time goes back at entry {last + 2}",), "what was kept says when it happened"
