"""The whole gateway: it opens, starts, restarts where it was, and stops without losing an entry."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.accounts.roles import Role
from gateway.audit import verify
from gateway.core.errors import AuditUnavailable, Denied, StoreError
from gateway.hub import Browser, Gateway
from gateway.staff.sign_in import Credentials
from tests.support import clinic as clinics
from tests.support import house
from tests.support.clinic import Clinic
from tests.support.ledger import HOST
from tests.support.staff import PASSWORD, ToldClock


@pytest.fixture
def clock() -> ToldClock:
    return ToldClock()


# Starting and stopping


async def test_a_start_says_what_runs_and_a_stop_leaves_both_copies_complete(
    tmp_path: Path, database_url: str, clock: ToldClock
) -> None:
    async with clinics.opened(tmp_path, database_url, clock, started=True) as clinic:
        await clinic.plan()
    async with clinics.opened(tmp_path, database_url, clock) as clinic:
        events = await clinic.books.events()
        assert [event["type"] for event in events] == ["system.started", "session.created", "system.stopped"]
        assert events[0]["data"] == {
            "build": "test",
            "bundle_sha256": None,
            "log_vkey": clinic.gateway.log.signer.vkey,
            "witness_vkey": clinic.gateway.log.witness.vkey,
        }
        assert events[2]["data"] == {"cause": "shutdown"}
        await clinic.books.assert_whole()
    kept = (tmp_path / "kept.checkpoint").read_text()
    report = verify.verify_directory(tmp_path / "audit", since=kept)
    assert (report.exit_code, report.size, report.reasons, report.warnings) == (0, 3, (), ())


async def test_a_changed_setting_is_told_by_its_name_and_not_by_its_value(
    tmp_path: Path, database_url: str, clock: ToldClock
) -> None:
    before = house.settings(tmp_path, database_url)
    after = replace(before, organization=replace(before.organization, name="CANARY Clinic"))
    for settings in (before, before, after, after):
        async with clinics.opened(tmp_path, database_url, clock, settings=settings, started=True):
            pass
    async with clinics.opened(tmp_path, database_url, clock) as clinic:
        found = await clinic.books.events("system.config_changed")
        assert [event["data"]["keys"] for event in found] == [["organization.name"]]
        assert b"CANARY" not in await clinic.stored()


async def test_a_service_that_cannot_write_its_start_does_not_start(
    tmp_path: Path, database_url: str, clock: ToldClock
) -> None:
    async with clinics.opened(tmp_path, database_url, clock) as clinic:
        await clinic.books.break_log()
        with pytest.raises(AuditUnavailable):
            await clinic.gateway.start()
        await clinic.books.mend_log()
        assert await clinic.books.lines() == []


async def test_a_database_that_cannot_be_used_stops_the_start(tmp_path: Path) -> None:
    gateway = Gateway(house.settings(tmp_path, f"sqlite:///{tmp_path}/missing/x.db"), house.SECRETS, house.PROGRAM)
    with pytest.raises(StoreError) as refusal:
        await gateway.open()
    assert refusal.value.code == "store_unavailable"
    await gateway.aclose()


async def test_a_command_beside_the_service_changes_nothing_by_opening(
    tmp_path: Path, database_url: str, clock: ToldClock
) -> None:
    async with clinics.opened(tmp_path, database_url, clock, started=True) as clinic:
        await clinic.gateway.publisher.flush()
        segment = tmp_path / "audit" / "segments" / "000000.jsonl"
        with segment.open("ab") as file:
            file.write(b'{"the service is writing just now')
        beside = Gateway(house.settings(tmp_path, database_url), house.SECRETS, house.PROGRAM, clock)
        await beside.open_beside()
        assert beside.guard.is_log_whole
        assert beside.segments.size == 1
        await beside.aclose()
        assert segment.read_bytes().endswith(b"just now")
        assert await clinic.books.types() == ["system.started"]


async def test_a_command_beside_a_damaged_log_gets_no_power(clinic: Clinic, tmp_path: Path, database_url: str) -> None:
    await clinic.books.sql("UPDATE audit_head SET frontier = :other", other=b"?")
    beside = Gateway(house.settings(tmp_path, database_url), house.SECRETS, house.PROGRAM, clinic.clock)
    await beside.open_beside()
    with pytest.raises(Denied, match="safety_mode"):
        await beside.administration.create("b@sunrise.example", Role.ADMIN)
    await beside.aclose()


# Restarts


async def test_sessions_go_on_after_a_crash(tmp_path: Path, database_url: str, clock: ToldClock) -> None:
    async with clinics.opened(tmp_path, database_url, clock) as clinic:
        session, host = await clinic.open()
        guest = await clinic.guest(session, host)
        link = await clinic.invite(session)
        over = await clinic.plan()
        await clinic.gateway.booking.end(HOST, over)
        await clinic.crash()
    async with clinics.opened(tmp_path, database_url, clock) as clinic:
        assert [live.record.id for live in clinic.gateway.registry.all()] == [session]
        states = {seat.id: seat.state for seat in clinic.live(session).seats.values()}
        assert states == {host.taken.seat: "reconnecting", guest.taken.seat: "reconnecting"}
        again = await clinic.connect(host.taken, resume=1)
        welcome = again.browser.told[0]
        assert (again.browser.heard()[0], welcome.resumed) == ("welcome", False)  # type: ignore[attr-defined]
        await clinic.look_round(seconds=119)
        await clinic.connect(guest.taken)
        await clinic.knock(link.token)
        await clinic.look_round(seconds=119)
        assert {seat.state for seat in clinic.live(session).seats.values()} == {"here", "waiting"}


async def test_whoever_does_not_come_back_after_a_crash_has_left(
    tmp_path: Path, database_url: str, clock: ToldClock
) -> None:
    async with clinics.opened(tmp_path, database_url, clock) as clinic:
        session, _ = await clinic.open()
        await clinic.crash()
    async with clinics.opened(tmp_path, database_url, clock) as clinic:
        await clinic.look_round(seconds=120)
        assert (await clinic.books.events("session.left"))[0]["data"]["reason"] == "network"
        await clinic.look_round(minutes=10)
        assert (await clinic.books.events("session.ended"))[0]["data"]["cause"] == "expired"
        assert clinic.gateway.registry.find(session) is None


# What time asks for


async def test_the_service_looks_round_by_itself(tmp_path: Path, database_url: str, clock: ToldClock) -> None:
    async with clinics.opened(tmp_path, database_url, clock, started=True) as clinic:
        session, host = await clinic.open()
        clinic.gateway.count_stranger("origin_not_allowed")
        clock.advance(seconds=61)
        async with asyncio.timeout(10):
            while not await clinic.books.events("access.refused"):
                await asyncio.sleep(0.1)
        await clinic.books.sql("ALTER TABLE account RENAME TO aside")
        await asyncio.sleep(1.2)  # A round that fails is not the last one.
        await clinic.books.sql("ALTER TABLE aside RENAME TO account")
        host.browser.closed = "in a way we never thought of"  # It raises when the warning of the last minutes is sent.
        clock.advance(minutes=81)
        await asyncio.sleep(1.2)
        host.browser.closed = None
        clinic.gateway.seating.disconnect(host.sitting)
        clock.advance(seconds=120)
        async with asyncio.timeout(10):
            while not await clinic.books.events("session.left"):
                await asyncio.sleep(0.1)
        assert clinic.live(session).staffless_since is not None


async def account(clinic: Clinic) -> str:
    """Make an account and sign in; return the cookie."""
    token = await clinic.gateway.administration.create("ana@sunrise.example", Role.SPECIALIST, name="Ana")
    await clinic.gateway.setup.finish(token, password=PASSWORD)
    return await sign_in(clinic)


async def sign_in(clinic: Clinic) -> str:
    given = Credentials("ana@sunrise.example", PASSWORD)
    return (await clinic.gateway.sign_in.with_password(given, Browser())).token


async def test_whoever_signs_out_gives_up_every_seat(clinic: Clinic) -> None:
    presence = await clinic.gateway.presences.find(await account(clinic))
    assert presence is not None
    session, host = await clinic.open(presence.caller)
    _, somebody_else = await clinic.open()
    await clinic.gateway.sign_out.sign_out(presence)
    await clinic.look_round(seconds=1)
    assert (host.browser.closed, somebody_else.browser.closed) == ("not_authenticated", None)
    assert (await clinic.books.events("session.left"))[0]["data"]["reason"] == "left"
    assert clinic.live(session).seats[host.taken.seat].is_over


async def test_an_account_closed_by_a_command_loses_its_seats_within_a_round(
    clinic: Clinic, tmp_path: Path, database_url: str
) -> None:
    presence = await clinic.gateway.presences.find(await account(clinic))
    assert presence is not None
    _, host = await clinic.open(presence.caller)
    beside = Gateway(house.settings(tmp_path, database_url), house.SECRETS, house.PROGRAM, clinic.clock)
    await beside.open_beside()
    await beside.administration.disable("ana@sunrise.example")
    await beside.aclose()
    await clinic.look_round(seconds=1)
    assert host.browser.closed == "not_authenticated"
    with pytest.raises(Denied, match="sign_in_refused"):
        await sign_in(clinic)


async def test_sign_ins_that_grew_old_are_ended_and_told(clinic: Clinic) -> None:
    token = await account(clinic)
    await clinic.look_round(minutes=61)
    assert await clinic.gateway.presences.find(token) is None
    assert [event["data"] for event in await clinic.books.events("auth.logged_out")] == [
        {"cause": "expired", "count": 1}
    ]
