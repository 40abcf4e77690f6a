"""The one door: who is refused, what the log says of it, and that a permit is all it takes and never less."""

import asyncio
from dataclasses import replace

import pytest

from gateway.audit.log import Mode
from gateway.core.actions import Action
from gateway.core.errors import AuditUnavailable, Denied, IntegrityError, NotAuthenticated, NotFound
from gateway.core.events import ActorKind, AuthLoggedOut, Outcome, Target
from gateway.core.ids import SessionId, SubjectId
from gateway.guard import Deed
from gateway.policy.ask import Caller
from tests.support.ledger import COMMAND, HOST, NOBODY, ORDINARY, READER, Ledger, marking


async def refused(ledger: Ledger, caller: Caller, action: Action, code: str) -> Denied:
    """Try something; it must be refused, and leave nothing behind."""
    with pytest.raises(Denied) as refusal:
        await ledger.guard.act(ledger.ask(caller, action, "ses_1"), marking("undone", ORDINARY))
    assert refusal.value.code == code
    assert await ledger.marks() == set()
    return refusal.value


async def test_an_act_is_done_as_the_permit_says(ledger: Ledger) -> None:
    seen: list[Deed] = []

    async def perform(deed: Deed) -> str:
        seen.append(deed)
        target, subject, session = Target("invitation", "inv_1"), SubjectId("prt_1"), SessionId("ses_1")
        return deed.record(
            ORDINARY, outcome=Outcome.PENDING, reason="why", subject=subject, session=session, target=target
        )

    told = await ledger.guard.act(ledger.ask(), perform)
    [event] = await ledger.events()
    assert event["id"] == told
    assert (event["outcome"], event["reason"], event["session"]) == ("pending", "why", "ses_1")
    assert (event["subject"]["id"], event["target"]["id"], event["actor"]["id"]) == (
        "prt_1",
        "inv_1",
        "usr_0000000000AA",
    )
    [deed] = seen
    permit = deed.permit
    assert (permit.action, permit.actor, permit.at) == (Action.SESSION_CREATE, HOST.actor, ledger.clock.now())


async def test_looking_whether_one_may_does_nothing_and_says_nothing(ledger: Ledger) -> None:
    await ledger.guard.check(ledger.ask())
    assert await ledger.lines() == []


async def test_looking_whether_one_may_and_being_refused_is_written(ledger: Ledger) -> None:
    with pytest.raises(Denied):
        await ledger.guard.check(ledger.ask(READER))
    assert len(await ledger.events("access.refused")) == 1


# Refusals


async def test_whoever_is_signed_in_is_refused_one_entry_at_a_time(ledger: Ledger) -> None:
    refusals = [await refused(ledger, READER, Action.SESSION_CREATE, "role_not_permitted") for _ in range(3)]
    events = await ledger.events()
    assert [event["type"] for event in events] == ["access.refused"] * 3
    assert [each.event for each in refusals] == [event["id"] for event in events], "each is told which entry is theirs"
    assert (events[-1]["outcome"], events[-1]["reason"]) == ("refused", "role_not_permitted")
    assert events[-1]["data"] == {"action": "session.create", "code": "role_not_permitted", "count": 1}
    assert (events[-1]["actor"]["id"], events[-1]["session"]) == ("usr_0000000000CC", "ses_1")


async def test_a_command_is_refused_as_somebody_we_know(ledger: Ledger) -> None:
    await refused(ledger, COMMAND, Action.AUDIT_VIEW, "role_not_permitted")
    assert (await ledger.events())[0]["actor"]["kind"] == "service"


async def test_a_refusal_found_while_doing_undoes_what_was_done(ledger: Ledger) -> None:
    async def perform(deed: Deed) -> None:
        await marking("undone", ORDINARY)(deed)
        raise Denied("session_closed")

    with pytest.raises(Denied, match="session_closed"):
        await ledger.guard.act(ledger.ask(), perform)
    assert await ledger.marks() == set()
    assert [event["reason"] for event in await ledger.events()] == ["session_closed"]


async def test_what_is_not_there_and_what_is_not_yours_look_the_same(ledger: Ledger) -> None:
    foreign = replace(ledger.ask(action=Action.SESSION_END, session="ses_1"), is_member=False)

    async def missing(_deed: Deed) -> None:
        raise NotFound

    told = []
    for ask, perform in ((foreign, marking("undone", ORDINARY)), (ledger.ask(), missing)):
        with pytest.raises(NotFound) as refusal:
            await ledger.guard.act(ask, perform)
        told.append((type(refusal.value), refusal.value.code, str(refusal.value), refusal.value.event))
    assert told[0] == told[1]
    assert [event["reason"] for event in await ledger.events()] == ["not_found"] * 2


async def test_damage_the_act_itself_comes_upon_is_not_the_logs(ledger: Ledger) -> None:
    async def perform(deed: Deed) -> None:
        await marking("undone", ORDINARY)(deed)
        raise IntegrityError(code="seal_broken")

    with pytest.raises(IntegrityError, match="seal_broken"):
        await ledger.guard.act(ledger.ask(), perform)
    assert ledger.guard.is_writable
    assert (await ledger.marks(), await ledger.lines()) == (set(), [])


async def test_the_same_thing_done_twice_at_once_is_a_conflict_and_the_log_is_well(ledger: Ledger) -> None:
    await ledger.act("once")
    with pytest.raises(Denied, match="conflict"):
        await ledger.act("once")
    assert ledger.guard.is_writable
    assert [event["reason"] for event in await ledger.events()] == [None, "conflict"]
    await ledger.assert_whole()


async def test_an_entry_that_finds_its_place_taken_is_no_conflict_of_the_callers(ledger: Ledger) -> None:
    """Only damage does that: the head says the log is shorter than it is."""
    await ledger.act("one")
    await ledger.act("two")
    await ledger.sql("UPDATE audit_head SET size = 0, frontier = :nothing", nothing=b"")
    with pytest.raises(AuditUnavailable):
        await ledger.act("undone")
    assert not ledger.guard.is_writable
    done: list[str] = []
    await ledger.relinquish("later", done)
    assert done == ["later"]


# Strangers


async def test_strangers_are_counted_and_written_once_a_minute(ledger: Ledger) -> None:
    for _ in range(10):
        await refused(ledger, NOBODY, Action.SESSION_CREATE, "not_authenticated")
    await ledger.guard.refuse(ledger.ask(NOBODY, Action.SIGN_IN), "sign_in_refused")
    ledger.clock.advance(seconds=59)
    await ledger.guard.catch_up(ledger.clock.now())
    assert await ledger.lines() == [], "nothing is written for a stranger"
    ledger.clock.advance(seconds=1)
    await ledger.guard.catch_up(ledger.clock.now())
    told = [(event["type"], event["reason"], event["data"]["count"]) for event in await ledger.events()]
    assert told == [("access.refused", "not_authenticated", 10), ("auth.failed", "sign_in_refused", 1)]
    assert {event["actor"]["kind"] for event in await ledger.events()} == {"unknown"}
    await ledger.guard.catch_up(ledger.clock.now())
    assert len(await ledger.lines()) == 2, "and only once"


async def test_a_flood_of_ten_thousand_strangers_is_one_entry(ledger: Ledger) -> None:
    for _ in range(10_000):
        await ledger.guard.refuse(ledger.ask(NOBODY, Action.SIGN_IN), "sign_in_refused")
    assert await ledger.lines() == []
    await ledger.guard.catch_up(ledger.clock.now(), everything=True)
    [event] = await ledger.events()
    assert event["data"] == {"code": "sign_in_refused", "method": "sign_in", "count": 10_000}


async def test_a_stranger_turned_away_at_the_rim_is_counted_too(ledger: Ledger) -> None:
    ledger.guard.count_stranger(Action.REQUEST, "origin_not_allowed", ledger.clock.now())
    await ledger.guard.catch_up(ledger.clock.now(), everything=True)
    assert [event["reason"] for event in await ledger.events()] == ["origin_not_allowed"]


async def test_a_stranger_is_told_to_sign_in(ledger: Ledger) -> None:
    refusal = await refused(ledger, NOBODY, Action.AUDIT_EXPORT, "not_authenticated")
    assert isinstance(refusal, NotAuthenticated)
    assert refusal.event is None


# Safety mode


async def test_in_safety_mode_powers_are_refused_and_the_refusal_is_kept(ledger: Ledger) -> None:
    ledger.log.mode = Mode.SAFETY
    assert not ledger.guard.is_log_whole
    await refused(ledger, COMMAND, Action.ACCOUNT_CREATE, "safety_mode")
    await ledger.act("goes on")
    assert await ledger.marks() == {"goes on"}
    ledger.log.mode = Mode.WHOLE
    async with ledger.store.transaction() as unit:
        await ledger.log.reconcile(unit)
    types = [(event["type"], event["reason"]) for event in await ledger.events()]
    assert types == [("audit.gap", None), ("access.refused", "safety_mode"), ("auth.step_up", None)]


# Facts


async def test_what_happened_anyway_is_written_as_the_systems_own(ledger: Ledger) -> None:
    async def perform(deed: Deed) -> None:
        deed.record(AuthLoggedOut(cause="expired", count=2), subject=SubjectId("usr_1"))

    actor = replace(NOBODY.actor, kind=ActorKind.SYSTEM)
    await ledger.guard.note(Action.SYSTEM, actor, ledger.clock.now(), perform)
    [event] = await ledger.events()
    assert (event["actor"]["kind"], event["subject"]["id"]) == ("system", "usr_1")


async def test_taking_power_away_also_needs_to_be_allowed(ledger: Ledger) -> None:
    done: list[str] = []
    with pytest.raises(Denied, match="role_not_permitted"):
        await ledger.guard.relinquish(ledger.ask(READER), lambda: done.append("done"), marking("undone", ORDINARY))
    assert (done, await ledger.marks()) == ([], set())


async def test_taking_power_away_is_written_with_its_effect(ledger: Ledger) -> None:
    done: list[str] = []
    await ledger.relinquish("gone", done)
    assert (done, await ledger.marks()) == (["gone"], {"gone"})
    assert len(await ledger.lines()) == 1


async def test_the_time_an_act_took_is_told_to_whoever_measures(ledger: Ledger) -> None:
    took: list[float] = []
    ledger.guard.observe = took.append
    await asyncio.gather(*(ledger.act(f"act {number}") for number in range(3)))
    assert len(took) == 3
    assert all(seconds > 0 for seconds in took)
