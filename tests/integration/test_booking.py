"""Sessions before and around the conversation: who plans and who ends them, and what strangers learn."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.accounts.roles import HOSTS, Role
from gateway.core.errors import AuditUnavailable, Denied, NotFound
from gateway.hub import Caller
from tests.support.clinic import COLLEAGUE, SUPERVISOR, Browser, Clinic
from tests.support.ledger import HOST, NOBODY, READER
from tests.support.staff import NOON

MISSING = "ses_ZZZZZZZZZZZZ"
Use = Callable[[Clinic, Caller, str], Awaitable[object]]

USES: dict[str, Use] = {
    "view": lambda clinic, caller, session: clinic.gateway.booking.view(caller, session),
    "invite": lambda clinic, caller, session: clinic.gateway.booking.invite(caller, session, "helper", None),
    "revoke": lambda clinic, caller, session: clinic.gateway.booking.revoke(caller, session, "inv_1"),
    "end": lambda clinic, caller, session: clinic.gateway.booking.end(caller, session),
    "sit down": lambda clinic, caller, session: clinic.gateway.seating.take_as_host(caller, session),
}
EVERY_USE = pytest.mark.parametrize("use", USES.values(), ids=list(USES))


# Planning


async def test_a_session_is_planned_and_the_log_says_so(clinic: Clinic) -> None:
    start = NOON + timedelta(days=1)
    visit = await clinic.gateway.booking.create(HOST, "group", start, 45)
    session = visit.session
    assert (session.kind, session.state, session.max_minutes, session.planned_start) == ("group", "planned", 45, start)
    assert (session.host, visit.is_mine, visit.live) == (HOST.actor.subject, True, clinic.live(session.id))
    [event] = await clinic.books.events()
    assert (event["type"], event["session"]) == ("session.created", session.id)
    assert event["data"] == {
        "kind": "group",
        "planned_start": "2026-11-23T12:00:00.000Z",
        "max_minutes": 45,
        "recording_allowed": False,
        "jurisdiction": None,
    }


async def test_a_session_is_as_long_as_the_organization_says_at_most(clinic: Clinic) -> None:
    assert (await clinic.gateway.booking.create(HOST, "crisis", None, None)).session.max_minutes == 90
    with pytest.raises(Denied, match="max_minutes_too_long"):
        await clinic.gateway.booking.create(HOST, "crisis", None, 91)
    assert len(await clinic.gateway.booking.list(HOST)) == 1
    assert (await clinic.books.types())[-1] == "access.refused"


@pytest.mark.parametrize("role", sorted(set(Role) - HOSTS))
async def test_only_those_who_hold_sessions_plan_and_list_them(clinic: Clinic, role: Role) -> None:
    caller = replace(HOST, actor=replace(HOST.actor, role=role))
    for act in (clinic.plan(caller), clinic.gateway.booking.list(caller)):
        with pytest.raises(Denied, match="role_not_permitted"):
            await act
    assert clinic.gateway.registry.all() == []


async def test_a_list_holds_ones_own_sessions_newest_first(clinic: Clinic) -> None:
    first = await clinic.plan()
    clinic.clock.advance(minutes=1)
    await clinic.plan(COLLEAGUE)
    second = await clinic.plan()
    assert [visit.session.id for visit in await clinic.gateway.booking.list(HOST)] == [second, first]


async def test_there_is_no_session_when_it_cannot_be_written(clinic: Clinic) -> None:
    await clinic.books.break_log()
    with pytest.raises(AuditUnavailable):
        await clinic.plan()
    assert clinic.gateway.registry.all() == []
    await clinic.books.mend_log()
    assert await clinic.gateway.booking.list(HOST) == []


# Somebody else's session


@EVERY_USE
async def test_a_foreign_session_looks_exactly_like_one_that_does_not_exist(clinic: Clinic, use: Use) -> None:
    session = await clinic.plan()
    told: list[Any] = []
    for wanted in (session, MISSING):
        with pytest.raises(NotFound) as refusal:
            await use(clinic, COLLEAGUE, wanted)
        told.append((type(refusal.value), refusal.value.code, str(refusal.value), refusal.value.event))
    assert told[0] == told[1]
    refusals = (await clinic.books.events())[1:]
    assert [event["session"] for event in refusals] == [session, None], "the log knows which was meant, if there is one"
    assert MISSING not in str(refusals)


@EVERY_USE
async def test_a_stranger_learns_nothing_of_any_session(clinic: Clinic, use: Use) -> None:
    session = await clinic.plan()
    for wanted in (session, MISSING):
        with pytest.raises(Denied, match="not_authenticated"):
            await use(clinic, NOBODY, wanted)
    assert await clinic.books.types() == ["session.created"], "strangers are counted, not written"


async def test_a_session_no_database_could_hold_is_not_there_either(clinic: Clinic) -> None:
    session = await clinic.plan()
    for use in USES.values():
        with pytest.raises(NotFound):
            await use(clinic, HOST, "\0")
    with pytest.raises(NotFound):
        await clinic.gateway.booking.revoke(HOST, session, "\0")
    with pytest.raises(Denied, match="not_authenticated"):
        await clinic.gateway.seating.connect("\0", "ticket", "cookie", None, Browser())
    assert clinic.gateway.guard.is_writable


async def test_a_guest_on_staff_may_look_and_may_not_end_it_over_http(clinic: Clinic) -> None:
    session, host = await clinic.open()
    link = await clinic.invite(session, "supervisor")
    guest = await clinic.knock(link.token, SUPERVISOR)
    with pytest.raises(NotFound):
        await clinic.gateway.booking.view(SUPERVISOR, session)
    await clinic.gateway.seating.admit(host.sitting, guest.taken.seat)
    assert not (await clinic.gateway.booking.view(SUPERVISOR, session)).is_mine
    with pytest.raises(Denied, match="role_not_permitted"):
        await clinic.gateway.booking.end(SUPERVISOR, session)
    assert clinic.live(session).state == "open"


# The end


async def test_the_host_ends_a_session_for_everyone_over_http(clinic: Clinic) -> None:
    session, host = await clinic.open()
    guest = await clinic.guest(session, host)
    clinic.clock.advance(minutes=30)
    visit = await clinic.gateway.booking.end(HOST, session)
    assert (visit.session.state, visit.session.ended_at, visit.live) == ("ended", NOON + timedelta(minutes=30), None)
    assert (host.browser.closed, guest.browser.closed) == ("ended", "ended")
    ended = (await clinic.books.events("session.ended"))[0]
    assert ended["data"] == {"by": None, "cause": "ended_by_host", "seconds": 1800, "seats": 2}
    assert (await clinic.books.checkpoints())[-1].size == await clinic.books.size(), "and it is signed at once"


async def test_ending_what_has_ended_changes_nothing(clinic: Clinic) -> None:
    session = await clinic.plan()
    for _ in range(2):
        assert (await clinic.gateway.booking.end(HOST, session)).session.state == "ended"
    assert len(await clinic.books.events("session.ended")) == 1


async def test_a_reader_of_the_log_enters_no_session(clinic: Clinic) -> None:
    session = await clinic.plan()
    for use in USES.values():
        with pytest.raises(Denied, match="role_not_permitted"):
            await use(clinic, READER, session)
    assert json.loads((await clinic.books.lines())[-1])["actor"]["role"] == "compliance"
