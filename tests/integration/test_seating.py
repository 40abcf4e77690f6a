"""Taking a seat: what a link is exchanged for, who is asked to prove more, and what two browsers with one link see."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from gateway.core.errors import AuditUnavailable, CapacityError, Denied, NotFound
from gateway.crypto.secrets import parse_b64url
from gateway.hub import Caller, Role, Taken
from gateway.sessions import rows
from tests.support.clinic import COLLEAGUE, SUPERVISOR, Browser, Clinic
from tests.support.ledger import HOST, NOBODY, READER
from tests.support.staff import NOON


async def seat(clinic: Clinic, taken: Taken) -> rows.SeatRow:
    async with clinic.gateway.store.reading() as unit:
        found = await rows.find_seat(unit, taken.seat)
    assert found is not None
    return found


async def link(clinic: Clinic, session: str) -> rows.InvitationRow:
    return (await clinic.gateway.booking.view(HOST, session)).invitations[0]


# Exchanging a link


async def test_a_link_is_exchanged_for_a_seat_and_two_secrets(clinic: Clinic) -> None:
    session = await clinic.plan()
    made = await clinic.invite(session)
    taken = await clinic.gateway.seating.take_with_link(NOBODY, made.token)
    assert (taken.session, taken.role) == (session, "participant")
    for secret in (taken.secrets.cookie, taken.secrets.ticket):
        assert len(parse_b64url(secret)) == 32
        assert secret not in repr(taken)
        assert secret.encode() not in await clinic.stored()
    row = await seat(clinic, taken)
    assert row.cookie_hash == sha256(taken.secrets.cookie.encode()).digest()
    assert (row.state, row.device, row.invitation, row.host) == ("held", "first", made.row.ref, False)
    event = (await clinic.books.events("session.seat_taken"))[0]
    assert event["data"] == {"seat": taken.seat, "role": "participant", "device": "first"}
    assert event["actor"] == {
        "aal": 0,
        "auth": "invite",
        "id": row.subject.reveal(),
        "kind": "participant",
        "role": "participant",
        "seat": taken.seat,
    }
    assert (await link(clinic, session)).used_at is None, "taking a seat does not use a link up"


async def test_the_same_person_has_another_pseudonym_in_every_session(clinic: Clinic) -> None:
    subjects = set()
    for _ in range(3):
        made = await clinic.invite(await clinic.plan())
        subjects.add((await seat(clinic, await clinic.gateway.seating.take_with_link(NOBODY, made.token))).subject)
    assert len(subjects) == 3


@pytest.mark.parametrize("token", ["", "nothing", "A" * 32, "\0", "ä" * 500])
async def test_a_link_nobody_made_is_invalid(clinic: Clinic, token: str) -> None:
    with pytest.raises(Denied, match="invitation_invalid"):
        await clinic.gateway.seating.take_with_link(NOBODY, token)
    await clinic.gateway.guard.catch_up(clinic.clock.now(), everything=True)
    [event] = await clinic.books.events()
    assert event["data"] == {"seat": None, "reason": "invitation_invalid", "by": None, "count": 1}


async def test_a_link_that_is_too_old_is_expired(clinic: Clinic) -> None:
    made = await clinic.invite(await clinic.plan(), hours=1)
    clinic.clock.advance(minutes=59, seconds=59)
    await clinic.gateway.seating.take_with_link(NOBODY, made.token)
    clinic.clock.advance(seconds=1)
    with pytest.raises(Denied, match="invitation_expired"):
        await clinic.gateway.seating.take_with_link(NOBODY, made.token)


async def test_a_session_that_is_over_has_no_seats(clinic: Clinic) -> None:
    session = await clinic.plan()
    made = await clinic.invite(session)
    await clinic.gateway.booking.end(HOST, session)
    with pytest.raises(Denied, match="session_closed"):
        await clinic.gateway.seating.take_with_link(NOBODY, made.token)


async def test_a_full_session_is_full_and_says_so(clinic: Clinic) -> None:
    session = await clinic.plan(kind="one_to_one")
    tokens = [(await clinic.invite(session)).token for _ in range(3)]
    for token in tokens[:2]:
        await clinic.gateway.seating.take_with_link(NOBODY, token)
    with pytest.raises(CapacityError, match="session_full"):
        await clinic.gateway.seating.take_with_link(NOBODY, tokens[2])
    await clinic.gateway.seating.take_as_host(HOST, session)


async def test_no_seat_is_taken_when_it_cannot_be_written(clinic: Clinic) -> None:
    session = await clinic.plan()
    made = await clinic.invite(session)
    await clinic.books.break_log()
    with pytest.raises(AuditUnavailable):
        await clinic.gateway.seating.take_with_link(NOBODY, made.token)
    assert clinic.live(session).seats == {}


# The same link again


async def test_a_link_opened_again_before_anybody_was_admitted_replaces_the_earlier_browser(clinic: Clinic) -> None:
    session, host = await clinic.open()
    made = await clinic.invite(session)
    first = await clinic.knock(made.token)
    again = await clinic.gateway.seating.take_with_link(NOBODY, made.token)
    assert first.browser.closed == "replaced"
    assert again.seat == first.taken.seat, "one link, one seat"
    assert host.browser.heard()[-2:] == ["lobby.knock", "lobby.gone"]
    for browser in (Browser(), Browser()):
        with pytest.raises(Denied, match="not_authenticated"):
            await clinic.gateway.seating.connect(
                again.seat, first.taken.secrets.ticket, first.taken.secrets.cookie, None, browser
            )
    second = await clinic.connect(again)
    await clinic.gateway.seating.ask(second.sitting, None)
    assert (await seat(clinic, again)).device == "again"
    assert [event["data"]["device"] for event in await clinic.books.events("session.seat_taken")] == [
        "first",
        "first",
        "again",
    ]


async def test_a_link_opened_again_after_somebody_was_admitted_knocks_as_the_same_link(clinic: Clinic) -> None:
    session, host = await clinic.open()
    made = await clinic.invite(session, hours=1)
    first = await clinic.knock(made.token)
    await clinic.gateway.seating.admit(host.sitting, first.taken.seat)
    assert (await link(clinic, session)).used_at == NOON
    clinic.clock.advance(hours=1, minutes=10)
    other = await clinic.knock(made.token)
    assert other.taken.seat != first.taken.seat
    assert first.browser.closed is None, "nobody is put out by whoever else holds the link"
    waiting = (await clinic.books.events("session.waiting"))[-1]
    assert (waiting["data"]["device"], waiting["data"]["seat"]) == ("same_link", other.taken.seat)
    await clinic.gateway.seating.admit(host.sitting, other.taken.seat)
    assert first.browser.closed == "replaced"
    assert [event["data"]["reason"] for event in await clinic.books.events("session.left")] == ["replaced"]


async def test_the_same_link_opened_a_third_time_is_still_known_as_such_after_a_restart(clinic: Clinic) -> None:
    session, host = await clinic.open()
    made = await clinic.invite(session)
    first = await clinic.knock(made.token)
    await clinic.gateway.seating.admit(host.sitting, first.taken.seat)
    await clinic.gateway.seating.take_with_link(NOBODY, made.token)
    third = await clinic.gateway.seating.take_with_link(NOBODY, made.token)
    assert clinic.live(session).seats[third.seat].device == "same_link"
    assert (await seat(clinic, third)).device == "same_link"


# Staff


@pytest.mark.parametrize("role", ["specialist", "supervisor"])
async def test_a_link_for_staff_opens_only_for_staff_who_are_signed_in(clinic: Clinic, role: Role) -> None:
    session = await clinic.plan()
    made = await clinic.invite(session, role)
    with pytest.raises(Denied, match="staff_sign_in_required"):
        await clinic.gateway.seating.take_with_link(NOBODY, made.token)
    right, wrong = (COLLEAGUE, SUPERVISOR) if role == "specialist" else (SUPERVISOR, COLLEAGUE)
    for caller in (wrong, READER):
        with pytest.raises(Denied, match="role_not_permitted"):
            await clinic.gateway.seating.take_with_link(caller, made.token)
    taken = await clinic.gateway.seating.take_with_link(right, made.token)
    row = await seat(clinic, taken)
    assert (row.subject, row.role, row.aal, row.auth) == (right.actor.subject, role, 2, "passkey")


async def test_a_host_who_opens_a_staff_link_of_their_own_gets_their_own_seat(clinic: Clinic) -> None:
    session = await clinic.plan()
    made = await clinic.invite(session, "supervisor")
    taken = await clinic.gateway.seating.take_with_link(HOST, made.token)
    assert (await seat(clinic, taken)).host
    assert taken.role == "specialist"


async def test_a_guests_link_proves_nothing_but_itself_whoever_is_signed_in_beside_it(clinic: Clinic) -> None:
    session = await clinic.plan()
    made = await clinic.invite(session)
    row = await seat(clinic, await clinic.gateway.seating.take_with_link(HOST, made.token))
    assert row.subject.reveal().startswith("prt_")
    assert (row.aal, row.auth) == (0, "invite")


async def test_a_host_takes_their_own_seat_and_nobody_elses(clinic: Clinic) -> None:
    session = await clinic.plan()
    taken = await clinic.gateway.seating.take_as_host(HOST, session)
    row = await seat(clinic, taken)
    assert (row.host, row.subject, row.invitation) == (True, HOST.actor.subject, None)
    with pytest.raises(NotFound):
        await clinic.gateway.seating.take_as_host(COLLEAGUE, session)
    nameless = Caller(replace(HOST.actor, subject=None))
    with pytest.raises(NotFound):
        await clinic.gateway.seating.take_as_host(nameless, session)


async def test_a_link_that_expires_in_the_middle_of_a_session_keeps_its_guest(clinic: Clinic) -> None:
    session, host = await clinic.open()
    made = await clinic.invite(session, hours=0.1)
    guest = await clinic.knock(made.token)
    await clinic.gateway.seating.admit(host.sitting, guest.taken.seat)
    await clinic.look_round(minutes=30)
    assert guest.browser.closed is None
    assert (await link(clinic, session)).state(NOON + timedelta(minutes=30)) == "used"
