"""The log: no effect without its entry and no entry without its effect, numbered without a gap, signed in time."""

import asyncio
import json
from datetime import timedelta

import pytest

from gateway.audit import rows, verify
from gateway.core.errors import AuditUnavailable, IllegalTransition, IntegrityError
from gateway.core.events import AuditViewed
from gateway.crypto.merkle import TILE_LEAVES, leaf_hash, root_of
from gateway.guard import Deed
from tests.support import ledger as ledgers
from tests.support.ledger import ORDINARY, PRIVILEGED, Ledger, marking

TOO_LONG = AuditViewed(filter=["x" * 60_000], rows=0)


async def test_an_act_leaves_its_effect_and_its_entry(ledger: Ledger) -> None:
    await ledger.act("done")
    assert await ledger.marks() == {"done"}
    [event] = await ledger.events()
    assert (event["type"], event["seq"], event["time"]) == ("auth.step_up", 0, "2026-11-22T12:00:00.000Z")
    await ledger.assert_whole()


async def test_an_effect_whose_entry_cannot_be_written_does_not_happen(ledger: Ledger) -> None:
    await ledger.break_log()
    with pytest.raises(AuditUnavailable):
        await ledger.act("undone")
    await ledger.mend_log()
    assert (await ledger.marks(), await ledger.lines()) == (set(), [])


async def test_an_effect_whose_entry_does_not_fit_the_log_does_not_happen(ledger: Ledger) -> None:
    with pytest.raises(AuditUnavailable):
        await ledger.act("undone", TOO_LONG)
    assert (await ledger.marks(), await ledger.lines()) == (set(), [])


async def test_an_entry_whose_effect_fails_does_not_exist(ledger: Ledger) -> None:
    async def fails_later(deed: Deed) -> None:
        deed.record(ORDINARY)
        raise LookupError

    with pytest.raises(LookupError):
        await ledger.guard.act(ledger.ask(), fails_later)
    assert await ledger.lines() == []


async def test_an_act_that_says_nothing_is_our_bug_and_changes_nothing(ledger: Ledger) -> None:
    with pytest.raises(IllegalTransition, match=r"session\.create left no entry"):
        await ledger.guard.act(ledger.ask(), marking("silent"))
    assert (await ledger.marks(), await ledger.lines()) == (set(), [])


async def test_entries_of_one_act_stand_together(ledger: Ledger) -> None:
    await asyncio.gather(*(ledger.act(f"pair {number}", ORDINARY, PRIVILEGED) for number in range(20)))
    types = [event["type"] for event in await ledger.events()]
    assert types == ["auth.step_up", "account.created"] * 20


async def test_two_hundred_acts_at_once_are_numbered_without_a_gap(ledger: Ledger) -> None:
    data = (ORDINARY, ORDINARY, ORDINARY, PRIVILEGED)
    await asyncio.gather(*(ledger.act(f"act {number}", data[number % 4]) for number in range(200)))
    assert len(await ledger.marks()) == len(await ledger.lines()) == 200
    await ledger.assert_whole()


async def test_the_stored_columns_repeat_what_the_line_says(ledger: Ledger) -> None:
    await ledger.act("done")
    async with ledger.store.reading() as unit:
        assert await rows.leaf_hashes(unit, 0, 1) == [leaf_hash(line) for line in await ledger.lines()]
        assert len(await rows.search(unit, rows.Search(type="auth.step_up", outcome="success"))) == 1


async def test_a_second_start_goes_on_where_the_first_one_stopped(database_url: str) -> None:
    async with ledgers.opened(database_url) as first:
        await first.act("first", PRIVILEGED)
    async with ledgers.opened(database_url) as second:
        await second.act("second", PRIVILEGED)
        assert [json.loads(line)["seq"] for line in await second.lines()] == [0, 1]
        await second.assert_whole()


# The clock


async def test_a_clock_that_goes_back_is_told_once_and_changes_no_order(ledger: Ledger) -> None:
    await ledger.act("before")
    ledger.clock.advance(minutes=-5)
    await ledger.act("after")
    await ledger.act("later")
    events = await ledger.events()
    assert [event["type"] for event in events] == ["auth.step_up", "system.time_skew", "auth.step_up", "auth.step_up"]
    assert events[1]["data"] == {"back_ms": 300_000}
    assert events[1]["time"] == events[2]["time"] == "2026-11-22T11:55:00.000Z"
    await ledger.assert_whole()


@pytest.mark.parametrize(("back_ms", "told"), [(999, 0), (1000, 1)])
async def test_a_correction_of_less_than_a_second_is_not_worth_an_entry(
    ledger: Ledger, back_ms: int, told: int
) -> None:
    await ledger.act("before")
    ledger.clock.advance(milliseconds=-back_ms)
    await ledger.act("after")
    assert len(await ledger.events("system.time_skew")) == told


async def test_a_clock_that_goes_back_in_small_steps_is_noticed_too(ledger: Ledger) -> None:
    for number in range(10):
        await ledger.act(f"step {number}")
        ledger.clock.advance(milliseconds=-500)
    assert [event["data"]["back_ms"] for event in await ledger.events("system.time_skew")] == [1000] * 4


# Proofs


async def test_every_entry_of_a_long_log_proves_its_place(database_url: str) -> None:
    async with ledgers.opened(database_url) as ledger:
        for number in range(60):
            await ledger.act(f"ten {number}", *[ORDINARY] * 10)
        async with ledger.store.transaction() as unit:
            checkpoint = await ledger.log.sign_if_due(unit, timedelta())
        assert checkpoint is not None
        assert checkpoint.size == 600
        async with ledger.store.reading() as unit:
            proofs = await ledger.log.prove(unit, range(600), checkpoint)
            lines = await ledger.lines()
            leaves = [leaf_hash(line) for line in lines]
            for size in range(601):
                assert await ledger.log.root_at(unit, size) == root_of(leaves[:size])
            assert len(await rows.tile_roots(unit, 600)) == 600 // TILE_LEAVES
        for line, proof in zip(lines, proofs, strict=True):
            report = verify.verify_event(
                line, proof, log_vkey=ledger.log.signer.vkey, witnesses=[ledger.log.witness.vkey]
            )
            assert report.reasons == ()


async def test_a_root_that_cannot_be_computed_is_not_made_up(ledger: Ledger) -> None:
    await ledger.act("ten", *[ORDINARY] * 10)
    await ledger.sql("DELETE FROM audit_leaf WHERE seq = 3")
    async with ledger.store.reading() as unit:
        with pytest.raises(IntegrityError, match="entries below 10 are missing"):
            await ledger.log.root_at(unit, 10)
