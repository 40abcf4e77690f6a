"""Being signed in, and not any more: cookies age, idle, end here, everywhere, and while nothing can be written."""

import asyncio

import pytest
from sqlalchemy import select

from gateway.accounts import rows
from gateway.accounts.roles import Role
from gateway.core.actions import Action
from gateway.core.errors import AuditUnavailable
from tests.support.staff import Desk


async def is_in(desk: Desk, token: str) -> bool:
    return await desk.presences.find(token) is not None


async def test_a_cookie_nobody_was_given_is_nobody(desk: Desk) -> None:
    await desk.account()
    token = (await desk.enter()).token
    for guess in ("", "A" * 43, token[:-1], token + "A", token.lower()):
        assert not await is_in(desk, guess)


async def test_a_sign_in_ends_after_an_hour_without_use(desk: Desk) -> None:
    await desk.account()
    token = (await desk.enter()).token
    for _ in range(5):
        desk.clock.advance(minutes=59)
        assert await is_in(desk, token)
    desk.clock.advance(minutes=60)
    assert not await is_in(desk, token)


async def test_a_sign_in_ends_after_twelve_hours_of_use(desk: Desk) -> None:
    await desk.account()
    token = (await desk.enter()).token
    for _ in range(23):
        desk.clock.advance(minutes=30)
        assert await is_in(desk, token)
    desk.clock.advance(minutes=29, seconds=59)
    assert await is_in(desk, token)
    desk.clock.advance(seconds=1)
    assert not await is_in(desk, token)


async def test_use_is_written_down_at_most_once_a_minute(desk: Desk) -> None:
    await desk.account()
    token = (await desk.enter()).token
    desk.clock.advance(seconds=59)
    await desk.present(token)
    desk.clock.advance(minutes=59)
    assert await is_in(desk, token)


async def test_signing_out_ends_this_browser_and_no_other(desk: Desk) -> None:
    await desk.account()
    here, there = await desk.enter(), await desk.enter()
    await desk.sign_out.sign_out(here.presence)
    assert not await is_in(desk, here.token)
    assert await is_in(desk, there.token)
    assert (await desk.log("auth.logged_out"))[-1]["data"] == {"cause": "self", "count": 1}
    assert desk.ended == [here.presence.account]


async def test_signing_out_everywhere_ends_every_browser_of_this_person_and_of_nobody_else(desk: Desk) -> None:
    await desk.account()
    await desk.account("bea@sunrise.example")
    mine = [await desk.enter() for _ in range(3)]
    hers = await desk.enter(email="bea@sunrise.example")
    await desk.sign_out.sign_out(mine[0].presence, everywhere=True)
    assert [await is_in(desk, each.token) for each in mine] == [False] * 3
    assert await is_in(desk, hers.token)
    assert (await desk.log("auth.logged_out"))[-1]["data"] == {"cause": "everywhere", "count": 3}
    desk.clock.advance(seconds=1)
    assert await is_in(desk, (await desk.enter()).token)


@pytest.mark.parametrize("everywhere", [False, True])
async def test_signing_out_works_while_the_log_cannot_be_written_and_is_written_later(
    desk: Desk,
    everywhere: bool,  # noqa: FBT001
) -> None:
    await desk.account()
    signed_in, other = await desk.enter(), await desk.enter()
    await desk.break_log()
    await desk.sign_out.sign_out(signed_in.presence, everywhere=everywhere)
    assert not await is_in(desk, signed_in.token)
    assert await is_in(desk, other.token) is not everywhere
    assert await desk.log("auth.logged_out") == []
    await desk.mend_log()
    await desk.means.guard.catch_up(desk.clock.now())
    cause = "everywhere" if everywhere else "self"
    assert (await desk.log("auth.logged_out"))[-1]["data"] == {"cause": cause, "count": 2 if everywhere else 1}
    assert (await desk.log("audit.gap"))[-1]["data"]["count"] == 1
    assert not await is_in(desk, signed_in.token)


async def test_what_ran_out_is_ended_written_once_and_forgotten_a_day_later(desk: Desk) -> None:
    await desk.account()
    await desk.account("bea@sunrise.example")
    first, second = await desk.enter(), await desk.enter()
    hers = await desk.enter(email="bea@sunrise.example")
    desk.clock.advance(minutes=30)
    await desk.present(hers.token)
    desk.clock.advance(minutes=30)
    await asyncio.gather(desk.presences.sweep(), desk.presences.sweep())
    events = await desk.log("auth.logged_out")
    assert [each["data"] for each in events] == [{"cause": "expired", "count": 2}]
    assert events[0]["actor"]["kind"] == "system"
    assert events[0]["subject"]["id"] == first.presence.account.reveal()
    assert await is_in(desk, hers.token)
    assert not await is_in(desk, second.token)
    desk.clock.advance(days=2)
    await desk.presences.sweep()
    assert (await desk.log("auth.logged_out"))[-1]["data"] == {"cause": "expired", "count": 1}
    assert not await is_in(desk, hers.token)
    async with desk.means.store.reading() as unit:
        kept = (await unit.execute(select(rows.sign_in.c.id_hash))).scalars().all()
    assert kept == [hers.presence.id_hash]


async def test_nothing_is_swept_while_it_could_not_be_written(desk: Desk) -> None:
    await desk.account()
    await desk.enter()
    await desk.break_log()
    with pytest.raises(AuditUnavailable):
        await desk.enter()
    desk.clock.advance(hours=2)
    await desk.presences.sweep()
    await desk.presences.sweep()
    await desk.mend_log()
    await desk.means.guard.probe()
    await desk.presences.sweep()
    assert [each["data"]["count"] for each in await desk.log("auth.logged_out")] == [1]


async def test_what_a_person_is_told_about_themselves(desk: Desk) -> None:
    await desk.setup.finish(
        await desk.admin.create("cleo@sunrise.example", Role.COMPLIANCE, name="Cleo"), password="vq7Lp2xTn9rWz4k"
    )
    signed_in = await desk.enter("vq7Lp2xTn9rWz4k", email="cleo@sunrise.example")
    me = await desk.presences.describe(signed_in.presence)
    assert (me.role, me.name, me.aal, me.totp, me.passkeys) == (Role.COMPLIANCE, "Cleo", 1, False, [])
    assert me.may == [
        Action.AUDIT_VIEW,
        Action.AUDIT_EXPORT,
        Action.ME_PASSWORD,
        Action.ME_TOTP,
        Action.ME_PASSKEYS,
        Action.STEP_UP,
        Action.SIGN_OUT,
    ]
    await desk.enroll(signed_in.presence, label="  Blue key ")
    await desk.enroll_totp(signed_in.presence)
    me = await desk.presences.describe(signed_in.presence)
    assert [each.label for each in me.passkeys] == ["Blue key"]
    assert me.totp
    assert "Cleo" not in repr(me)
    assert "Blue" not in repr(me)
