"""Confirming that it is you: what counts, what it renews, and that a passkey is asked for where there is one."""

import pytest

from gateway.core.actions import Action
from gateway.core.errors import AuditUnavailable, CapacityError, Denied
from gateway.staff.presence import Presence
from gateway.staff.sign_in import Browser
from gateway.staff.step_up import Confirmed
from tests.support.staff import PASSWORD, Desk, answered


async def may_change(desk: Desk, presence: Presence) -> bool:
    try:
        await desk.means.guard.check(desk.means.ask(Action.ME_PASSKEYS, presence.caller))
    except Denied as refusal:
        assert refusal.code == "step_up_required"  # noqa: PT017
        return False
    return True


async def by_password(desk: Desk, presence: Presence, password: str = PASSWORD, code: str | None = None) -> Confirmed:
    return await desk.step_up.with_password(presence, password, code)


async def test_signing_in_counts_for_fifteen_minutes(desk: Desk) -> None:
    await desk.account()
    token = (await desk.enter()).token
    desk.clock.advance(minutes=15)
    assert await may_change(desk, await desk.present(token))
    desk.clock.advance(seconds=1)
    assert not await may_change(desk, await desk.present(token))
    event = (await desk.log("access.refused"))[-1]
    assert (event["data"]["code"], event["data"]["action"]) == ("step_up_required", "me.passkeys")


async def test_a_confirmation_counts_for_fifteen_minutes_and_renews_the_cookie(desk: Desk) -> None:
    await desk.account()
    signed_in = await desk.enter()
    desk.clock.advance(minutes=20)
    assert await desk.step_up.options(signed_in.presence) is None
    confirmed = await by_password(desk, signed_in.presence)
    assert confirmed.token != signed_in.token
    assert await desk.presences.find(signed_in.token) is None
    presence = await desk.present(confirmed.token)
    assert await may_change(desk, presence)
    me = await desk.presences.describe(presence)
    assert me.step_up_until == confirmed.until
    assert (await desk.log("auth.step_up"))[-1]["data"] == {"method": "password"}
    desk.clock.advance(minutes=16)
    assert not await may_change(desk, await desk.present(confirmed.token))


async def test_a_confirmation_does_not_lengthen_the_twelve_hours(desk: Desk) -> None:
    await desk.account()
    signed_in = await desk.enter()
    token, presence = signed_in.token, signed_in.presence
    for _ in range(14):
        desk.clock.advance(minutes=50)
        token = (await by_password(desk, presence)).token
        presence = await desk.present(token)
    desk.clock.advance(minutes=20)
    assert await desk.presences.find(token) is None


async def test_a_wrong_password_confirms_nothing_is_written_and_slowed_down(desk: Desk) -> None:
    await desk.account()
    signed_in = await desk.enter()
    for _ in range(10):
        with pytest.raises(Denied, match="step_up_refused"):
            await by_password(desk, signed_in.presence, "wrong")
    with pytest.raises(CapacityError, match="too_many_attempts"):
        await by_password(desk, signed_in.presence)
    with pytest.raises(CapacityError, match="too_many_attempts"):
        await desk.enter()
    failed = await desk.log("auth.failed")
    assert len(failed) == 10
    assert failed[0]["data"] == {"code": "step_up_refused", "count": 1, "method": "step_up"}
    assert failed[0]["actor"]["id"] == signed_in.presence.account.reveal()
    assert len(await desk.log("auth.locked")) == 1
    assert (await desk.present(signed_in.token)).step_up_at == signed_in.presence.step_up_at


async def test_a_password_longer_than_any_is_refused_without_work(desk: Desk) -> None:
    await desk.account()
    with pytest.raises(Denied, match="step_up_refused"):
        await by_password(desk, (await desk.enter()).presence, "x" * 257)


async def test_where_a_code_app_is_enrolled_the_code_is_asked_for_too(desk: Desk) -> None:
    await desk.account()
    signed_in = await desk.enter()
    secret = await desk.enroll_totp(signed_in.presence)
    desk.clock.advance(minutes=20)
    for code in (None, "000000", desk.code("JBSWY3DPEHPK3PXP")):
        with pytest.raises(Denied, match="step_up_refused"):
            await by_password(desk, signed_in.presence, code=code)
    confirmed = await by_password(desk, signed_in.presence, code=desk.code(secret))
    presence = await desk.present(confirmed.token)
    assert (presence.aal, presence.auth) == (2, "password+totp")


async def test_where_a_passkey_is_enrolled_only_a_passkey_confirms(desk: Desk) -> None:
    await desk.account()
    device = await desk.enroll((await desk.enter()).presence)
    signed_in = await desk.enter()
    assert not await may_change(desk, signed_in.presence)
    with pytest.raises(Denied, match="passkey_required"):
        await by_password(desk, signed_in.presence)
    asked = await desk.step_up.options(signed_in.presence)
    assert asked is not None
    assert len(asked.options["allowCredentials"]) == 1
    answer = answered(device, asked)
    confirmed = await desk.step_up.with_passkey(signed_in.presence, answer)
    presence = await desk.present(confirmed.token)
    assert (presence.aal, presence.auth) == (2, "passkey")
    assert await may_change(desk, presence)
    with pytest.raises(Denied, match="challenge_unknown"):
        await desk.step_up.with_passkey(presence, answer)


async def test_a_passkey_sign_in_counts_as_a_confirmation(desk: Desk) -> None:
    await desk.account()
    device = await desk.enroll((await desk.enter()).presence)
    answer = answered(device, await desk.sign_in.passkey_options())
    assert await may_change(desk, (await desk.sign_in.with_passkey(answer, Browser())).presence)


async def test_nobody_confirms_with_somebody_elses_passkey_or_challenge(desk: Desk) -> None:
    await desk.account()
    await desk.account("bea@sunrise.example")
    mine = await desk.enter()
    await desk.enroll(mine.presence)
    hers = await desk.enter(email="bea@sunrise.example")
    device = await desk.enroll(hers.presence)
    asked = await desk.step_up.options(mine.presence)
    assert asked is not None
    with pytest.raises(Denied, match="passkey_refused"):
        await desk.step_up.with_passkey(mine.presence, answered(device, asked))
    asked = await desk.step_up.options(mine.presence)
    assert asked is not None
    with pytest.raises(Denied, match="challenge_unknown"):
        await desk.step_up.with_passkey(hers.presence, answered(device, asked))
    asked = await desk.sign_in.passkey_options()
    with pytest.raises(Denied, match="challenge_unknown"):
        await desk.step_up.with_passkey(hers.presence, answered(device, asked))


async def test_whoever_signed_out_or_was_closed_meanwhile_confirms_nothing(desk: Desk) -> None:
    await desk.account()
    first, second = await desk.enter(), await desk.enter()
    await desk.sign_out.sign_out(first.presence)
    with pytest.raises(Denied, match="not_authenticated"):
        await by_password(desk, first.presence)
    await desk.admin.disable("ana@sunrise.example")
    with pytest.raises(Denied, match="step_up_refused"):
        await by_password(desk, second.presence)


async def test_nothing_is_confirmed_when_it_cannot_be_written(desk: Desk) -> None:
    await desk.account()
    signed_in = await desk.enter()
    desk.clock.advance(minutes=20)
    await desk.break_log()
    with pytest.raises(AuditUnavailable):
        await by_password(desk, signed_in.presence)
    assert not await may_change(desk, await desk.present(signed_in.token))
