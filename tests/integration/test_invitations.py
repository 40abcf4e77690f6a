"""Links: what they are, how long they work, and how they are taken back."""

import asyncio
from datetime import timedelta
from hashlib import sha256

import pytest

from gateway.core.errors import Denied, NotFound
from gateway.crypto.secrets import parse_b64url
from gateway.sessions import rows
from gateway.sessions.booking import MAX_INVITATIONS
from tests.support.clinic import COLLEAGUE, Clinic
from tests.support.ledger import HOST, NOBODY
from tests.support.staff import NOON


async def links(clinic: Clinic, session: str) -> list[rows.InvitationRow]:
    return list((await clinic.gateway.booking.view(HOST, session)).invitations)


async def test_a_link_has_192_bits_and_only_its_hash_is_kept_or_logged(clinic: Clinic) -> None:
    session = await clinic.plan()
    made = await clinic.invite(session)
    assert len(parse_b64url(made.token)) == 24
    hashed = sha256(made.token.encode())
    assert made.row.token_hash == hashed.digest()
    event = (await clinic.books.events("session.invite_issued"))[0]
    assert event["data"] == {
        "invite_sha256": hashed.hexdigest(),
        "role": "participant",
        "expires": "2026-11-29T12:00:00.000Z",
    }
    assert event["target"] == {"id": made.row.ref, "kind": "invitation"}
    await clinic.gateway.publisher.flush()
    stored = await clinic.stored()
    assert hashed.hexdigest().encode() in stored
    assert made.token.encode() not in stored


async def test_a_link_works_as_long_as_was_said_and_no_longer_than_allowed(clinic: Clinic) -> None:
    session = await clinic.plan()
    made = await clinic.invite(session, hours=1)
    assert made.row.expires_at == NOON + timedelta(hours=1)
    with pytest.raises(Denied, match="expires_in_too_long"):
        await clinic.invite(session, hours=168.001)
    assert len(await links(clinic, session)) == 1


async def test_fifty_links_are_enough_for_any_session(clinic: Clinic) -> None:
    session = await clinic.plan()
    for _ in range(MAX_INVITATIONS):
        await clinic.invite(session)
    with pytest.raises(Denied, match="session_full"):
        await clinic.invite(session)
    assert len(await links(clinic, session)) == MAX_INVITATIONS == 50
    await clinic.invite(await clinic.plan())


async def test_nobody_is_invited_to_what_is_over(clinic: Clinic) -> None:
    session = await clinic.plan()
    await clinic.gateway.booking.end(HOST, session)
    with pytest.raises(Denied, match="session_closed"):
        await clinic.invite(session)


# Taking a link back


@pytest.mark.parametrize("by", ["ref", "token"])
async def test_a_link_is_taken_back_by_its_reference_or_by_itself(clinic: Clinic, by: str) -> None:
    session = await clinic.plan()
    made = await clinic.invite(session)
    kept = await clinic.invite(session)
    await clinic.gateway.booking.revoke(HOST, session, made.row.ref if by == "ref" else made.token)
    with pytest.raises(Denied, match="invitation_revoked"):
        await clinic.gateway.seating.take_with_link(NOBODY, made.token)
    await clinic.gateway.seating.take_with_link(NOBODY, kept.token)
    event = (await clinic.books.events("session.invite_revoked"))[0]
    assert event["data"] == {"invite_sha256": sha256(made.token.encode()).hexdigest(), "role": "participant"}
    assert {link.ref: link.state(NOON) for link in await links(clinic, session)} == {
        made.row.ref: "revoked",
        kept.row.ref: "open",
    }


async def test_a_link_taken_back_twice_is_written_once(clinic: Clinic) -> None:
    session = await clinic.plan()
    made = await clinic.invite(session)
    for _ in range(2):
        await clinic.gateway.booking.revoke(HOST, session, made.row.ref)
    assert len(await clinic.books.events("session.invite_revoked")) == 1


async def test_whoever_waits_with_a_link_that_is_taken_back_is_declined(clinic: Clinic) -> None:
    session, host = await clinic.open()
    made = await clinic.invite(session)
    guest = await clinic.knock(made.token)
    host.browser.heard()
    await clinic.gateway.booking.revoke(HOST, session, made.row.ref)
    assert guest.browser.closed == "declined"
    assert host.browser.heard() == ["lobby.gone"]
    assert (await clinic.books.types())[-2:] == ["session.invite_revoked", "session.admission_refused"]


async def test_whoever_was_admitted_stays_when_the_link_is_taken_back(clinic: Clinic) -> None:
    session, host = await clinic.open()
    made = await clinic.invite(session)
    guest = await clinic.knock(made.token)
    await clinic.gateway.seating.admit(host.sitting, guest.taken.seat)
    await clinic.gateway.booking.revoke(HOST, session, made.row.ref)
    assert guest.browser.closed is None


async def test_a_link_of_another_session_is_not_there(clinic: Clinic) -> None:
    session, other = await clinic.plan(), await clinic.plan(COLLEAGUE)
    foreign = await clinic.invite(other, host=COLLEAGUE)
    for wanted in (foreign.row.ref, foreign.token, "inv_ZZZZZZZZZZZZ"):
        with pytest.raises(NotFound):
            await clinic.gateway.booking.revoke(HOST, session, wanted)
    await clinic.gateway.seating.take_with_link(NOBODY, foreign.token)


async def test_a_link_is_dead_at_once_although_that_cannot_be_written_yet(clinic: Clinic) -> None:
    session = await clinic.plan()
    made = await clinic.invite(session)
    await clinic.books.break_log()
    await clinic.gateway.booking.revoke(HOST, session, made.row.ref)
    with pytest.raises(Denied, match="invitation_revoked"):
        await clinic.gateway.seating.take_with_link(NOBODY, made.token)
    await clinic.books.mend_log()
    await clinic.look_round()
    assert (await links(clinic, session))[0].revoked_at == NOON
    assert (await clinic.books.types())[-2:] == ["audit.gap", "session.invite_revoked"]


async def test_a_link_of_what_is_over_is_taken_back_too(clinic: Clinic) -> None:
    session = await clinic.plan()
    made = await clinic.invite(session)
    await clinic.gateway.booking.end(HOST, session)
    await clinic.gateway.booking.revoke(HOST, session, made.row.ref)
    assert (await links(clinic, session))[0].state(NOON) == "revoked"


# Races


async def test_a_link_taken_back_while_somebody_opens_it_gives_no_seat(clinic: Clinic) -> None:
    session = await clinic.plan()
    made = await clinic.invite(session)
    async with clinic.gateway.registry.holding(session):
        taking = asyncio.create_task(clinic.gateway.seating.take_with_link(NOBODY, made.token))
        await asyncio.sleep(0.1)  # It has looked at the link, and waits for its turn.
        revoking = asyncio.create_task(clinic.gateway.booking.revoke(HOST, session, made.row.ref))
        await asyncio.sleep(0.1)
    with pytest.raises(Denied, match="invitation_revoked"):
        await taking
    await revoking
    assert clinic.live(session).seats == {}


async def test_the_earlier_browser_does_not_connect_while_the_later_one_takes_its_seat(clinic: Clinic) -> None:
    session = await clinic.plan()
    made = await clinic.invite(session)
    first = await clinic.gateway.seating.take_with_link(NOBODY, made.token)
    async with clinic.gateway.registry.holding(session):
        taking = asyncio.create_task(clinic.gateway.seating.take_with_link(NOBODY, made.token))
        await asyncio.sleep(0.1)
        connecting = asyncio.create_task(clinic.connect(first))
        await asyncio.sleep(0.1)  # Its secrets were good when it came, and it waits behind the other.
    second = await taking
    with pytest.raises(Denied, match="not_authenticated"):
        await connecting
    assert (await clinic.connect(second)).browser.closed is None
