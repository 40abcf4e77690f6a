"""While the log cannot be written: nobody gets more than they had, what takes power away happens at once, and every
fact is written afterwards, in order, after one entry that says for how long it had to wait."""

import asyncio

import pytest

from gateway import guard as guards
from gateway.audit import rows
from gateway.core.actions import Action
from gateway.core.errors import AuditUnavailable, Denied
from gateway.guard import Deed
from tests.support.ledger import NOBODY, ORDINARY, PRIVILEGED, READER, Ledger, marking


async def test_an_act_that_gives_power_is_refused_and_nothing_is_done(ledger: Ledger) -> None:
    await ledger.break_log()
    for data in (ORDINARY, PRIVILEGED):
        with pytest.raises(AuditUnavailable) as refusal:
            await ledger.act("undone", data)
        assert refusal.value.code == "audit_unavailable"
    await ledger.mend_log()
    await ledger.guard.catch_up(ledger.clock.now())
    assert (await ledger.marks(), await ledger.lines()) == (set(), []), "nor is it done later"


async def test_what_takes_power_away_takes_effect_at_once_and_is_written_later(ledger: Ledger) -> None:
    done: list[str] = []
    await ledger.break_log()
    for name in ("first", "second", "third"):
        ledger.clock.advance(minutes=1)
        await ledger.relinquish(name, done)
    assert done == ["first", "second", "third"]
    assert await ledger.marks() == set()
    await ledger.mend_log()
    ledger.clock.advance(minutes=1)
    await ledger.guard.catch_up(ledger.clock.now())
    assert await ledger.marks() == {"first", "second", "third"}
    events = await ledger.events()
    assert await ledger.types() == ["audit.gap"] + ["auth.step_up"] * 3
    assert events[0]["data"] == {
        "from": "2026-11-22T12:01:00.000Z",
        "to": "2026-11-22T12:03:00.000Z",
        "cause": "audit_unavailable",
        "count": 3,
    }
    assert [event["time"][14:16] for event in events] == ["04", "01", "02", "03"], "when it happened, in that order"
    assert {event["actor"]["kind"] for event in events[1:]} == {"staff"}, "and by whom"
    await ledger.assert_whole()


async def test_what_comes_while_others_wait_waits_behind_them(ledger: Ledger) -> None:
    await ledger.break_log()
    await ledger.relinquish("first")
    await ledger.mend_log()
    await ledger.relinquish("second")
    assert await ledger.marks() == set(), "the second could be written, and would overtake the first"
    await ledger.guard.catch_up(ledger.clock.now())
    assert await ledger.marks() == {"first", "second"}
    assert (await ledger.events("audit.gap"))[0]["data"]["count"] == 2


async def test_a_refusal_stands_although_it_cannot_be_written_and_is_written_later(ledger: Ledger) -> None:
    await ledger.break_log()
    with pytest.raises(Denied, match="role_not_permitted") as refusal:
        await ledger.guard.act(ledger.ask(READER), marking("undone", ORDINARY))
    assert refusal.value.event is None
    for _ in range(5):
        await ledger.guard.refuse(ledger.ask(NOBODY, Action.SIGN_IN), "sign_in_refused")
    ledger.clock.advance(minutes=1)
    await ledger.guard.catch_up(ledger.clock.now())
    await ledger.mend_log()
    await ledger.guard.catch_up(ledger.clock.now())
    assert await ledger.types() == ["audit.gap", "access.refused", "auth.failed"]
    assert (await ledger.events())[2]["data"]["count"] == 5


async def test_health_turns_both_ways_by_itself(ledger: Ledger) -> None:
    assert ledger.guard.is_writable
    await ledger.guard.probe()
    await ledger.break_log()
    await ledger.relinquish("first")
    assert not ledger.guard.is_writable
    await ledger.guard.catch_up(ledger.clock.now())
    assert not ledger.guard.is_writable
    await ledger.mend_log()
    await ledger.guard.catch_up(ledger.clock.now())
    assert ledger.guard.is_writable


async def test_health_is_found_again_when_nothing_waits(ledger: Ledger) -> None:
    async def lock_the_head_away() -> None:
        rename = "ALTER TABLE {} RENAME TO {}"
        await ledger.sql(rename.format("audit_head", "aside"))
        with pytest.raises(AuditUnavailable):
            await ledger.act("undone")
        await ledger.guard.probe()
        assert not ledger.guard.is_writable
        await ledger.sql(rename.format("aside", "audit_head"))

    await lock_the_head_away()
    await ledger.guard.probe()
    assert ledger.guard.is_writable
    assert await ledger.lines() == [], "looking writes nothing"


async def test_a_log_that_is_damaged_while_we_run_is_one_that_cannot_be_written(ledger: Ledger) -> None:
    await ledger.act("before")
    async with ledger.store.reading() as unit:
        frontier = (await rows.read_head(unit)).frontier.encode()
    await ledger.sql("UPDATE audit_head SET frontier = :other", other=b"?")
    done: list[str] = []
    with pytest.raises(AuditUnavailable):
        await ledger.act("undone")
    await ledger.relinquish("gone", done)
    await ledger.guard.probe()
    await ledger.guard.catch_up(ledger.clock.now())
    assert (done, ledger.guard.is_writable) == (["gone"], False)
    await ledger.sql("UPDATE audit_head SET frontier = :right", right=frontier)
    await ledger.guard.catch_up(ledger.clock.now())
    assert ledger.guard.is_writable
    assert await ledger.marks() == {"before", "gone"}
    await ledger.assert_whole()


async def test_a_second_failure_while_catching_up_loses_nothing(ledger: Ledger) -> None:
    await ledger.break_log()
    for number in range(450):
        await ledger.relinquish(f"fact {number:03d}")
    await ledger.mend_log()
    await ledger.sql(LIMIT[ledger.store.is_sqlite])
    await ledger.guard.catch_up(ledger.clock.now())
    assert 0 < len(await ledger.marks()) < 450
    await ledger.sql(UNLIMIT[ledger.store.is_sqlite])
    await ledger.guard.catch_up(ledger.clock.now())
    assert len(await ledger.marks()) == 450
    gaps = await ledger.events("audit.gap")
    assert sum(gap["data"]["count"] for gap in gaps) == 450
    assert len(await ledger.lines()) == 450 + len(gaps)
    await ledger.assert_whole()


async def test_no_more_than_ten_thousand_facts_wait(ledger: Ledger) -> None:
    await ledger.break_log()
    done: list[str] = []
    for number in range(guards.MAX_LATE + 3):
        await ledger.relinquish(f"fact {number}", done)
    assert guards.MAX_LATE == 10_000
    assert len(done) == 10_003, "and yet each took effect"
    assert len(ledger.guard._late) == 10_000


async def test_what_has_become_true_another_way_meanwhile_is_left_out(ledger: Ledger) -> None:
    async def obsolete(deed: Deed) -> None:
        await marking("half of it", ORDINARY)(deed)
        raise Denied("not_found")

    await ledger.break_log()
    await ledger.relinquish("first")
    await ledger.guard.note(Action.SYSTEM, NOBODY.actor, ledger.clock.now(), obsolete)
    await ledger.relinquish("third")
    await ledger.mend_log()
    await ledger.guard.catch_up(ledger.clock.now())
    assert await ledger.types() == ["audit.gap", "auth.step_up", "auth.step_up"]
    assert await ledger.marks() == {"first", "third"}


async def test_acts_and_facts_at_once_through_an_outage(ledger: Ledger) -> None:
    """Whatever was acknowledged is in the log, and nothing is there twice."""
    done: list[str] = []
    acted: list[str] = []

    async def act(number: int) -> None:
        try:
            await ledger.act(f"act {number}")
        except AuditUnavailable:
            return
        acted.append(f"act {number}")

    async def both(numbers: range) -> None:
        await asyncio.gather(*(act(n) for n in numbers), *(ledger.relinquish(f"fact {n}", done) for n in numbers))

    await both(range(10))
    await ledger.break_log()
    await both(range(10, 20))
    await ledger.mend_log()
    await both(range(20, 30))
    await ledger.guard.catch_up(ledger.clock.now())
    assert len(done) == 30
    assert len(acted) == 20
    assert await ledger.marks() == {*done, *acted}
    assert len(await ledger.events("auth.step_up")) == 50
    await ledger.assert_whole()


LIMIT = {
    True: "CREATE TRIGGER refuse BEFORE INSERT ON audit_leaf WHEN NEW.seq > 250 BEGIN SELECT RAISE(ABORT, 'full'); END",
    False: "ALTER TABLE audit_leaf ADD CONSTRAINT refuse CHECK (seq <= 250) NOT VALID",
}
UNLIMIT = {True: "DROP TRIGGER refuse", False: "ALTER TABLE audit_leaf DROP CONSTRAINT refuse"}
