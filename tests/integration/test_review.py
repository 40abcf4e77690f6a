"""Reading the log: only by its readers, only with an entry that says so, and with proofs that hold elsewhere."""

import asyncio
import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.audit import verify
from gateway.audit.log import Mode
from gateway.audit.rows import Search
from gateway.core.errors import AuditUnavailable, Denied, NotFound
from gateway.core.events import SessionJoined
from gateway.core.ids import SessionId
from gateway.crypto.note import parse_checkpoint
from gateway.crypto.secrets import Secret
from gateway.guard import Deed
from gateway.policy.ask import Caller
from gateway.review import Review
from tests.support.ledger import COMMAND, HOST, NOBODY, ORDINARY, PRIVILEGED, READER, Ledger
from tests.support.staff import NOON

ONE, OTHER = SessionId("ses_000000000001"), SessionId("ses_000000000002")
CANARY = "Jane Doe of Elm Street"


@pytest.fixture
def review(ledger: Ledger) -> Review:
    return Review(ledger.store, ledger.guard, ledger.log, Secret(bytes([3]) * 32), b"<!doctype html>")


@pytest.fixture
def reader(ledger: Ledger) -> Caller:
    """Somebody who reads the log, and has just confirmed that it is them."""
    return replace(READER, step_up_at=ledger.clock.now())


async def joins(ledger: Ledger, session: SessionId, count: int = 1) -> None:
    async def perform(deed: Deed) -> None:
        for _ in range(count):
            deed.record(SessionJoined(seat="st_1", role="participant"), session=session)

    await ledger.guard.act(ledger.ask(), perform)


# Searching


async def test_a_search_returns_the_entries_newest_first_and_is_one_itself(ledger: Ledger, review: Review) -> None:
    await joins(ledger, ONE)
    await ledger.act("else")
    found = await review.search(READER, Search())
    assert [event["type"] for event in found.events] == ["auth.step_up", "session.joined"]
    assert found.next_before is None
    viewed = (await ledger.events())[-1]
    assert (viewed["type"], viewed["data"]) == ("audit.viewed", {"filter": [], "rows": 2})
    assert viewed["actor"]["id"] == "usr_0000000000CC"


async def test_every_filter_narrows_and_none_of_its_values_is_logged(ledger: Ledger, review: Review) -> None:
    await joins(ledger, ONE, 3)
    await joins(ledger, OTHER)
    await ledger.act("else")
    searches: list[tuple[Search, int]] = [
        (Search(session=ONE), 3),
        (Search(type="session.joined"), 4),
        (Search(type="session.joined", session=OTHER), 1),
        (Search(before=2), 2),
        (Search(outcome="refused"), 0),
        (Search(session=CANARY), 0),
        (Search(type="\0"), 0),
    ]
    for wanted, count in searches:
        assert len((await review.search(READER, wanted)).events) == count
    told = [event["data"] for event in await ledger.events("audit.viewed")]
    assert told[2] == {"filter": ["session", "type"], "rows": 1}
    assert CANARY not in str(await ledger.lines())


async def test_pages_follow_each_other_without_a_gap(ledger: Ledger, review: Review) -> None:
    await joins(ledger, ONE, 10)
    seen: list[int] = []
    before: int | None = None
    while True:
        page = await review.search(READER, Search(before=before, limit=3, type="session.joined"))
        seen += [event["seq"] for event in page.events]
        if page.next_before is None:
            break
        before = page.next_before
    assert seen == list(range(9, -1, -1))


@pytest.mark.parametrize("caller", [HOST, COMMAND, NOBODY])
async def test_nobody_else_reads_the_log(ledger: Ledger, review: Review, caller: Caller) -> None:
    await joins(ledger, ONE)
    for read in (review.search(caller, Search()), review.checkpoint(caller), review.prove(caller, 0)):
        with pytest.raises(Denied):
            await read
    assert await ledger.events("audit.viewed") == []


async def test_a_reading_that_cannot_be_written_is_not_done(ledger: Ledger, review: Review) -> None:
    await joins(ledger, ONE)
    await ledger.break_log()
    for read in (review.search(READER, Search()), review.checkpoint(READER), review.prove(READER, 0)):
        with pytest.raises(AuditUnavailable):
            await read


# Checkpoints and proofs


async def test_a_checkpoint_covers_everything_that_is_there_with_the_request_for_it(
    ledger: Ledger, review: Review
) -> None:
    await joins(ledger, ONE)
    checkpoint = await review.checkpoint(READER)
    assert parse_checkpoint(checkpoint.note).size == checkpoint.size == 2


async def test_checkpoints_asked_for_at_once_while_others_write(ledger: Ledger, review: Review) -> None:
    asked = [review.checkpoint(READER) for _ in range(10)]
    await asyncio.gather(*asked, *(ledger.act(f"act {number}", PRIVILEGED) for number in range(10)))
    await ledger.assert_whole()


async def test_a_proof_holds_without_us(ledger: Ledger, review: Review) -> None:
    await joins(ledger, ONE, 5)
    line, proof = await review.prove(READER, 3)
    assert line == (await ledger.lines())[3]
    vkeys = {"log_vkey": ledger.log.signer.vkey, "witnesses": [ledger.log.witness.vkey]}
    assert verify.verify_event(line, proof, **vkeys).exit_code == 0  # type: ignore[arg-type]
    assert verify.verify_event(line.replace(b"st_1", b"st_2"), proof, **vkeys).exit_code == 1  # type: ignore[arg-type]


async def test_an_entry_that_is_not_there_has_no_proof(ledger: Ledger, review: Review) -> None:
    await joins(ledger, ONE)
    for seq in (2, 1_000_000):
        with pytest.raises(NotFound):
            await review.prove(READER, seq)


async def test_in_safety_mode_the_log_is_read_as_it_was_signed(ledger: Ledger, review: Review) -> None:
    ledger.log.mode = Mode.SAFETY
    with pytest.raises(NotFound):
        await review.checkpoint(READER)
    ledger.log.mode = Mode.WHOLE
    await ledger.act("power", PRIVILEGED)
    await ledger.act("later")
    ledger.log.mode = Mode.SAFETY
    assert len((await review.search(READER, Search())).events) == 2
    assert (await review.checkpoint(READER)).size == 1
    with pytest.raises(NotFound):
        await review.prove(READER, 1)


# Exports


async def test_an_export_is_a_package_that_verifies_elsewhere(ledger: Ledger, review: Review, reader: Caller) -> None:
    await joins(ledger, ONE, 3)
    await joins(ledger, OTHER)
    made = await review.export(reader, ONE, "zip")
    assert made.rows == 3
    report = verify.verify_export(made.content, log_vkey=ledger.log.signer.vkey, since=made.checkpoint)
    assert (report.exit_code, report.reasons) == (0, ())
    event = (await ledger.events("audit.exported"))[0]
    assert event["data"] == {
        "format": "zip",
        "rows": 3,
        "package_sha256": hashlib.sha256(made.content).hexdigest(),
    }
    assert (event["session"], event["target"]["kind"]) == (ONE, "export")


async def test_an_export_as_lines_is_the_exact_lines(ledger: Ledger, review: Review, reader: Caller) -> None:
    await joins(ledger, ONE, 3)
    made = await review.export(reader, None, "jsonl")
    assert made.content == b"".join(line + b"\n" for line in (await ledger.lines())[:3])


async def test_an_operator_exports_by_command(ledger: Ledger, review: Review) -> None:
    await joins(ledger, ONE)
    command = replace(COMMAND, step_up_at=ledger.clock.now())
    made = await review.export(command, None, "zip")
    assert b'"exporter":"operator"' in verify.read_zip(made.content)["manifest.json"]


async def test_an_export_that_cannot_be_written_to_the_log_leaves_nothing(
    ledger: Ledger, review: Review, reader: Caller
) -> None:
    await joins(ledger, ONE)
    await review.checkpoint(READER)
    await ledger.break_log()
    with pytest.raises(AuditUnavailable):
        await review.export(reader, None, "jsonl")


@pytest.mark.parametrize(
    ("caller", "code"),
    [
        (replace(READER, step_up_at=NOON - timedelta(minutes=16)), "step_up_required"),
        (READER, "step_up_required"),
        (replace(READER, step_up_at=NOON), "safety_mode"),
        (HOST, "role_not_permitted"),
        (NOBODY, "not_authenticated"),
    ],
)
async def test_an_export_is_refused_before_anything_is_built_and_the_log_repeats_no_words(
    ledger: Ledger, review: Review, caller: Caller, code: str
) -> None:
    await ledger.act("ordinary")
    ledger.log.mode = Mode.SAFETY if code == "safety_mode" else Mode.WHOLE
    with pytest.raises(Denied, match=code):
        await review.export(caller, SessionId(CANARY), "zip")
    assert await ledger.checkpoints() == [], "a package begins with a checkpoint"
    ledger.log.mode = Mode.WHOLE
    async with ledger.store.transaction() as unit:
        await ledger.log.reconcile(unit)
    assert CANARY not in str(await ledger.lines())


async def test_a_session_nobody_has_heard_of_is_refused_and_written_without_its_name(
    ledger: Ledger, review: Review, reader: Caller
) -> None:
    await joins(ledger, ONE)
    for unknown in (CANARY, "\0"):
        with pytest.raises(NotFound):
            await review.export(reader, SessionId(unknown), "zip")
    refusal = (await ledger.events("access.refused"))[0]
    assert (refusal["reason"], refusal["session"]) == ("not_found", None)
    assert CANARY not in str(await ledger.lines())


async def test_a_whole_log_of_many_segments_exports_with_every_proof(
    ledger: Ledger, review: Review, reader: Caller
) -> None:
    await ledger.act("many", *[ORDINARY] * 300)
    made = await review.export(reader, None, "zip")
    files = verify.read_zip(made.content)
    assert len([name for name in files if name.startswith("proofs/")]) == made.rows == 300
    assert json.loads(files["manifest.json"])["size"] == 300
    report = verify.verify_export(made.content, since=made.checkpoint)
    assert report.reasons == ()
