"""From a seat: connect with both secrets, ask, admit, decline, remove, leave, end; and what of all that is kept."""

import asyncio

import pytest

from gateway.core.errors import AuditUnavailable, Denied, NotFound
from gateway.core.ids import SeatId
from gateway.sessions import rows
from tests.support.clinic import COLLEAGUE, Browser, Clinic, Seated
from tests.support.ledger import HOST, NOBODY

CANARY = "Q0FOQVJZLW5hbWU"


async def state(clinic: Clinic, seated: Seated) -> str:
    async with clinic.gateway.store.reading() as unit:
        row = await rows.find_seat(unit, seated.taken.seat)
    assert row is not None
    return row.state


async def counted(clinic: Clinic) -> dict[str, int]:
    """Return how many strangers were refused, by code."""
    before = await clinic.books.size()
    await clinic.gateway.guard.catch_up(clinic.clock.now(), everything=True)
    return {event["reason"]: event["data"]["count"] for event in (await clinic.books.events())[before:]}


# Connecting


async def test_a_connection_needs_the_cookie_and_the_ticket_of_its_seat(clinic: Clinic) -> None:
    session, host = await clinic.open()
    made = await clinic.invite(session)
    taken = await clinic.gateway.seating.take_with_link(NOBODY, made.token)
    right, other = taken.secrets, host.taken.secrets
    wrong = [
        (taken.seat, right.ticket, None),
        (taken.seat, right.ticket, ""),
        (taken.seat, right.ticket, other.cookie),
        (taken.seat, other.ticket, right.cookie),
        (taken.seat, right.cookie, right.ticket),
        (host.taken.seat, right.ticket, right.cookie),
        ("st_ZZZZZZZZZZZZ", right.ticket, right.cookie),
    ]
    for seat, ticket, cookie in wrong:
        browser = Browser()
        with pytest.raises(Denied) as refusal:
            await clinic.gateway.seating.connect(seat, ticket, cookie, None, browser)
        assert (refusal.value.code, browser.told) == ("not_authenticated", [])
    assert await counted(clinic) == {"not_authenticated": len(wrong)}
    seated = await clinic.connect(taken)
    assert seated.browser.heard() == ["welcome"]


async def test_a_second_connection_of_a_seat_takes_its_place(clinic: Clinic) -> None:
    _, host = await clinic.open()
    again = await clinic.connect(host.taken)
    assert host.browser.closed == "replaced"
    assert again.browser.heard() == ["welcome"]
    clinic.gateway.seating.disconnect(host.sitting)
    assert clinic.live(host.taken.session).seats[host.taken.seat].peer == again.sitting.peer


@pytest.mark.parametrize("over", ["left", "removed", "declined", "ended"])
async def test_a_seat_that_is_over_takes_no_connection(clinic: Clinic, over: str) -> None:
    session, host = await clinic.open()
    guest = await clinic.knock((await clinic.invite(session)).token)
    seating, seat = clinic.gateway.seating, guest.taken.seat
    if over != "declined":
        await seating.admit(host.sitting, seat)
    ends = {
        "left": lambda: seating.leave(guest.sitting),
        "removed": lambda: seating.remove(host.sitting, seat),
        "declined": lambda: seating.deny(host.sitting, seat),
        "ended": lambda: seating.end(host.sitting),
    }
    await ends[over]()
    with pytest.raises(Denied) as refusal:
        await clinic.connect(guest.taken)
    told = {"left": "not_in_session", "removed": "removed", "declined": "declined", "ended": "session_closed"}
    assert refusal.value.code == told[over]


async def test_a_lost_connection_resumes_what_it_missed(clinic: Clinic) -> None:
    session, host = await clinic.open()
    guest = await clinic.guest(session, host)
    seen = clinic.live(session).seats[host.taken.seat].mailbox.last
    clinic.gateway.seating.disconnect(host.sitting)
    await clinic.gateway.seating.leave(guest.sitting)
    back = await clinic.connect(host.taken, resume=seen)
    assert back.browser.heard() == ["welcome", "seat.state"]


# Acts


async def test_a_visit_from_the_first_knock_to_the_end(clinic: Clinic) -> None:
    session, host = await clinic.open()
    guest = await clinic.guest(session, host)
    assert [await state(clinic, each) for each in (host, guest)] == ["here", "here"]
    clinic.clock.advance(minutes=5)
    await clinic.gateway.seating.leave(guest.sitting)
    clinic.clock.advance(minutes=5)
    await clinic.gateway.seating.end(host.sitting)
    assert [await state(clinic, each) for each in (host, guest)] == ["left", "left"]
    assert (host.browser.closed, guest.browser.closed) == ("ended", "left")
    assert await clinic.books.types() == [
        "session.created",
        "session.seat_taken",
        "session.joined",
        "session.invite_issued",
        "session.seat_taken",
        "session.waiting",
        "session.admitted",
        "session.joined",
        "session.left",
        "session.left",
        "session.ended",
    ]
    left = await clinic.books.events("session.left")
    assert [(each["data"]["reason"], each["data"]["seconds"]) for each in left] == [("left", 300), ("session_end", 600)]
    assert (await clinic.books.events("session.admitted"))[0]["data"]["by"] == host.taken.seat
    assert (await clinic.books.events("session.ended"))[0]["data"] == {
        "by": host.taken.seat,
        "cause": "ended_by_host",
        "seats": 2,
        "seconds": 600,
    }
    await clinic.books.assert_whole()


async def test_whoever_is_declined_or_removed_is_told_and_so_is_the_log(clinic: Clinic) -> None:
    session, host = await clinic.open(kind="group")
    declined = await clinic.knock((await clinic.invite(session)).token)
    removed = await clinic.guest(session, host)
    await clinic.gateway.seating.deny(host.sitting, declined.taken.seat)
    await clinic.gateway.seating.remove(host.sitting, removed.taken.seat)
    assert (declined.browser.closed, removed.browser.closed) == ("declined", "removed")
    assert [await state(clinic, each) for each in (declined, removed)] == ["declined", "removed"]
    refusal, removal = (await clinic.books.events())[-2:]
    assert (refusal["outcome"], refusal["reason"], refusal["data"]["by"]) == ("refused", "declined", host.taken.seat)
    assert (removal["type"], removal["outcome"]) == ("session.removed", "success")


async def test_guests_let_nobody_in_and_nobody_out(clinic: Clinic) -> None:
    session, host = await clinic.open(kind="group")
    guest = await clinic.guest(session, host)
    waiting = await clinic.knock((await clinic.invite(session)).token)
    seating = clinic.gateway.seating
    for act in (
        seating.admit(guest.sitting, waiting.taken.seat),
        seating.deny(guest.sitting, waiting.taken.seat),
        seating.remove(guest.sitting, host.taken.seat),
        seating.end(guest.sitting),
    ):
        with pytest.raises(Denied, match="role_not_permitted"):
            await act
    refused = (await clinic.books.events("access.refused"))[-1]
    assert (refused["actor"]["seat"], refused["session"]) == (guest.taken.seat, session)
    assert [await state(clinic, each) for each in (host, guest, waiting)] == ["here", "here", "waiting"]


async def test_only_the_host_ends_a_session(clinic: Clinic) -> None:
    session, host = await clinic.open(kind="group")
    colleague = await clinic.knock((await clinic.invite(session, "specialist")).token, COLLEAGUE)
    await clinic.gateway.seating.admit(host.sitting, colleague.taken.seat)
    with pytest.raises(Denied, match="role_not_permitted"):
        await clinic.gateway.seating.end(colleague.sitting)
    with pytest.raises(Denied, match="role_not_permitted"):
        await clinic.gateway.seating.remove(colleague.sitting, host.taken.seat)
    assert clinic.live(session).state == "open"


async def test_an_act_on_nobody_and_in_no_session_is_refused(clinic: Clinic) -> None:
    session, host = await clinic.open()
    with pytest.raises(Denied, match="seat_unknown"):
        await clinic.gateway.seating.admit(host.sitting, SeatId("st_ZZZZZZZZZZZZ"))
    await clinic.gateway.booking.end(HOST, session)
    with pytest.raises(NotFound) as refusal:
        await clinic.gateway.seating.ask(host.sitting, None)
    assert refusal.value.code == "session_closed"


async def test_two_staff_admit_the_same_person_at_once_and_once(clinic: Clinic) -> None:
    session, host = await clinic.open()
    guest = await clinic.knock((await clinic.invite(session)).token)
    answers = await asyncio.gather(
        *(clinic.gateway.seating.admit(host.sitting, guest.taken.seat) for _ in range(5)), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [type(None)] + [Denied] * 4
    assert len(await clinic.books.events("session.joined")) == 2


# Names


async def test_a_name_reaches_the_people_and_nothing_that_is_kept(clinic: Clinic) -> None:
    session, host = await clinic.open()
    guest = await clinic.knock((await clinic.invite(session)).token, name_ct=CANARY)
    await clinic.gateway.seating.admit(host.sitting, guest.taken.seat)
    assert CANARY in str(host.browser.told), "staff see whom they let in"
    await clinic.gateway.seating.end(host.sitting)
    await clinic.gateway.publisher.flush()
    assert CANARY.encode() not in await clinic.stored()


# Outages


async def test_nobody_is_let_in_while_that_cannot_be_written(clinic: Clinic) -> None:
    session, host = await clinic.open()
    guest = await clinic.knock((await clinic.invite(session)).token)
    await clinic.books.break_log()
    with pytest.raises(AuditUnavailable):
        await clinic.gateway.seating.admit(host.sitting, guest.taken.seat)
    assert clinic.live(session).seats[guest.taken.seat].state == "waiting"


async def test_somebody_is_taken_out_at_once_and_it_is_written_later(clinic: Clinic) -> None:
    session, host = await clinic.open()
    guest = await clinic.guest(session, host)
    host.browser.heard()
    await clinic.books.break_log()
    await clinic.gateway.seating.remove(host.sitting, guest.taken.seat)
    assert guest.browser.closed == "removed"
    assert await state(clinic, guest) == "here"
    await clinic.look_round()
    assert host.browser.heard() == ["seat.state", "notice"]
    await clinic.books.mend_log()
    await clinic.look_round(seconds=10)
    assert host.browser.heard() == ["notice"], "staff see that it is over"
    assert await state(clinic, guest) == "removed"
    assert (await clinic.books.types())[-2:] == ["audit.gap", "session.removed"]


async def test_whoever_loses_the_network_is_gone_after_two_minutes(clinic: Clinic) -> None:
    session, host = await clinic.open()
    guest = await clinic.guest(session, host)
    clinic.gateway.seating.disconnect(guest.sitting)
    await clinic.look_round(seconds=119)
    assert await state(clinic, guest) == "here"
    await clinic.look_round(seconds=1)
    assert await state(clinic, guest) == "left"
    left = (await clinic.books.events("session.left"))[0]
    assert (left["data"]["reason"], left["actor"]["kind"]) == ("network", "system")
