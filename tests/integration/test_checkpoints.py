"""Checkpoints are signed in time, what is stored is held against them, and a log that is not whole does not grow."""

import asyncio
from datetime import timedelta

import pytest

from gateway.audit import rows
from gateway.audit.log import Mode
from gateway.core.errors import AuditUnavailable, IntegrityError, StoreError
from gateway.crypto.merkle import leaf_hash, root_of
from gateway.crypto.note import parse_vkey, verify_checkpoint
from tests.support.ledger import ORDINARY, PRIVILEGED, Ledger


async def test_a_privileged_event_is_signed_in_its_own_transaction(ledger: Ledger) -> None:
    await ledger.act("ordinary", ORDINARY)
    assert await ledger.checkpoints() == []
    await ledger.act("power", PRIVILEGED)
    [checkpoint] = await ledger.checkpoints()
    keys = {"log": parse_vkey(ledger.log.signer.vkey), "witnesses": [parse_vkey(ledger.log.witness.vkey)]}
    verified = verify_checkpoint(checkpoint.note, **keys)  # type: ignore[arg-type]
    assert verified.checkpoint.size == checkpoint.size == 2
    assert verified.checkpoint.root == root_of([leaf_hash(line) for line in await ledger.lines()])
    assert verified.seen_at == {"sotto.example/witness/1": int(ledger.clock.now().timestamp())}


async def test_every_privileged_event_has_a_checkpoint_that_covers_it_at_once(ledger: Ledger) -> None:
    await asyncio.gather(*(ledger.act(f"act {n}", PRIVILEGED if n % 3 else ORDINARY) for n in range(30)))
    signed = {each.size for each in await ledger.checkpoints()}
    privileged = {event["seq"] + 1 for event in await ledger.events("account.created")}
    assert privileged == signed


async def test_without_its_checkpoint_a_privileged_act_does_not_happen(ledger: Ledger) -> None:
    await ledger.sql("DROP TABLE audit_checkpoint")
    with pytest.raises(AuditUnavailable):
        await ledger.act("undone", PRIVILEGED)
    assert (await ledger.marks(), await ledger.lines()) == (set(), [])


async def test_signing_twice_at_once_signs_once(ledger: Ledger) -> None:
    await ledger.act("ordinary")

    async def sign() -> rows.StoredCheckpoint | None:
        async with ledger.store.transaction() as unit:
            return await ledger.log.sign_if_due(unit, timedelta())

    await asyncio.gather(*(ledger.size() for _ in range(10)))  # So that connections are there, and nobody waits.
    assert len(set(await asyncio.gather(*(sign() for _ in range(10))))) == 1
    assert len(await ledger.checkpoints()) == 1


async def test_nothing_is_signed_before_it_is_due_or_twice(ledger: Ledger) -> None:
    async def sign(age: timedelta) -> int | None:
        async with ledger.store.transaction() as unit:
            found = await ledger.log.sign_if_due(unit, age)
        return None if found is None else found.size

    minute = timedelta(minutes=1)
    assert await sign(minute) is None, "an empty log has nothing to sign"
    await ledger.act("first")
    assert await sign(minute) == 1, "the first entry has waited for its checkpoint long enough"
    await ledger.act("second")
    ledger.clock.advance(seconds=59.9)
    assert await sign(minute) == 1
    ledger.clock.advance(seconds=0.1)
    assert await sign(minute) == 2
    ledger.clock.advance(hours=1)
    assert await sign(minute) == 2
    assert [each.size for each in await ledger.checkpoints()] == [1, 2]


# Checking what is stored


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE audit_leaf SET line = :other WHERE seq = 12",
        "DELETE FROM audit_leaf WHERE seq = 12",
        "DELETE FROM audit_leaf WHERE seq = 14",
        "UPDATE audit_leaf SET seq = 15 WHERE seq = 12",
        "UPDATE audit_head SET size = 11, frontier = (SELECT frontier FROM audit_checkpoint)",
        "UPDATE audit_head SET frontier = :other",
        "UPDATE audit_head SET size = 3",
        "DELETE FROM audit_head",
        "UPDATE audit_checkpoint SET note = 'nothing signed'",
        "UPDATE audit_checkpoint SET size = 8",
    ],
)
async def test_harm_since_the_last_checkpoint_is_found(ledger: Ledger, harm: str) -> None:
    await ledger.act("eleven", *[ORDINARY] * 10, PRIVILEGED)
    await ledger.act("four", *[ORDINARY] * 4)
    await ledger.assert_whole()
    await ledger.sql(harm, **({"other": b"x" * 128} if ":other" in harm else {}))
    async with ledger.store.reading() as unit:
        with pytest.raises(IntegrityError):
            await ledger.log.check(unit)


async def test_a_checkpoint_of_another_size_under_our_own_signature_is_found(ledger: Ledger) -> None:
    """An older checkpoint put in the place of the newest one is rightly signed, and yet not the one of that range."""
    await ledger.act("first", PRIVILEGED)
    await ledger.act("second", PRIVILEGED)
    older = (await ledger.checkpoints())[0].note
    await ledger.sql("UPDATE audit_checkpoint SET note = :older WHERE size = 2", older=older)
    async with ledger.store.reading() as unit:
        with pytest.raises(IntegrityError, match="does not match the range"):
            await ledger.log.check(unit)


# Safety mode


async def test_in_safety_mode_entries_are_kept_beside_the_log_with_their_effects(ledger: Ledger) -> None:
    await ledger.act("before", PRIVILEGED)
    ledger.log.mode = Mode.SAFETY
    await ledger.act("during")
    await ledger.sql("DELETE FROM audit_head")
    await ledger.act("during, without a head")
    assert await ledger.marks() == {"before", "during", "during, without a head"}
    async with ledger.store.reading() as unit:
        assert await rows.count_spooled(unit) == 2
    assert len(await ledger.lines()) == 1


async def test_an_entry_that_cannot_be_kept_beside_the_log_does_not_happen_either(ledger: Ledger) -> None:
    ledger.log.mode = Mode.SAFETY
    await ledger.sql("DROP TABLE audit_spool")
    with pytest.raises(AuditUnavailable):
        await ledger.act("undone")
    assert await ledger.marks() == set()


async def test_what_was_kept_is_appended_after_one_gap_once_and_in_order(ledger: Ledger) -> None:
    await ledger.act("before")
    ledger.log.mode = Mode.SAFETY
    for number in range(5):
        ledger.clock.advance(minutes=1)
        await ledger.act(f"during {number}", ORDINARY)
    async with ledger.store.transaction() as unit:
        assert await ledger.log.sign_if_due(unit, timedelta()) is None, "nothing is signed meanwhile"
    ledger.log.mode = Mode.WHOLE
    ledger.clock.advance(minutes=1)
    for _ in range(2):
        async with ledger.store.transaction() as unit:
            await ledger.log.reconcile(unit)
    events = await ledger.events()
    assert [event["type"] for event in events] == ["auth.step_up", "audit.gap"] + ["auth.step_up"] * 5
    assert events[1]["data"] == {
        "from": "2026-11-22T12:01:00.000Z",
        "to": "2026-11-22T12:05:00.000Z",
        "cause": "safety_mode",
        "count": 5,
    }
    assert [event["time"][14:16] for event in events[2:]] == ["01", "02", "03", "04", "05"]
    assert (await ledger.checkpoints())[-1].size == 7, "and all of it is signed"
    await ledger.assert_whole()


async def test_what_cannot_be_appended_stays_beside_the_log(ledger: Ledger) -> None:
    ledger.log.mode = Mode.SAFETY
    await ledger.act("during")
    ledger.log.mode = Mode.WHOLE
    await ledger.break_log()
    with pytest.raises(StoreError):
        async with ledger.store.transaction() as unit:
            await ledger.log.reconcile(unit)
    await ledger.mend_log()
    async with ledger.store.reading() as unit:
        assert await rows.count_spooled(unit) == 1
    assert await ledger.lines() == []
