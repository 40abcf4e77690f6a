"""Changing what one signs in with."""

import pytest

from gateway.accounts.password import PasswordRejected
from gateway.core.errors import AuditUnavailable, Denied, RemoteProtocolError
from gateway.staff.enrollment import PASSKEYS_MOST, NamedAnswer
from gateway.staff.presence import Presence
from gateway.staff.sign_in import Browser
from tests.support.authenticator import PRESENT, Authenticator
from tests.support.staff import ORIGIN, PASSWORD, SHORTER, Desk, answered, created

NEW = "wellbeing umbrella quartz 77"


async def signed_in(desk: Desk) -> Presence:
    await desk.account()
    return (await desk.enter()).presence


async def rejected(desk: Desk, presence: Presence, password: str) -> str:
    with pytest.raises(PasswordRejected) as refusal:
        await desk.enrollment.set_password(presence, password)
    assert refusal.value.code == "password_rejected"
    return refusal.value.reason


async def test_a_new_password_replaces_the_old_one_and_ends_the_other_browsers(desk: Desk) -> None:
    presence = await signed_in(desk)
    elsewhere = await desk.enter()
    await desk.enrollment.set_password(presence, NEW)
    assert (await desk.log("auth.password_set"))[-1]["data"] == {"by": "self"}
    assert (await desk.log("auth.logged_out"))[-1]["data"] == {"cause": "everywhere", "count": 1}
    assert await desk.presences.find(elsewhere.token) is None
    with pytest.raises(Denied, match="sign_in_refused"):
        await desk.enter(PASSWORD)
    assert (await desk.enter(NEW)).token


async def test_a_password_that_is_not_good_enough_is_refused_with_its_reason_and_written(desk: Desk) -> None:
    presence = await signed_in(desk)
    assert await rejected(desk, presence, SHORTER) == "too_short"
    assert await rejected(desk, presence, "passwordpassword") == "blocklisted"
    assert await rejected(desk, presence, "qwertyuiopasdfgh") == "too_guessable"
    assert await rejected(desk, presence, "Sunrise-Clinic-ana!") == "contains_identity"
    with pytest.raises(RemoteProtocolError):
        await desk.enrollment.set_password(presence, "x" * 257)
    events = await desk.log("auth.password_rejected")
    assert [each["data"]["code"] for each in events] == [
        "too_short",
        "blocklisted",
        "too_guessable",
        "contains_identity",
    ]
    assert {each["outcome"] for each in events} == {"refused"}
    assert (await desk.enter(PASSWORD)).token


async def test_a_shorter_password_is_good_beside_a_code_and_keeps_the_code_app(desk: Desk) -> None:
    presence = await signed_in(desk)
    secret = await desk.enroll_totp(presence)
    await desk.enrollment.set_password(presence, SHORTER)
    desk.clock.advance(seconds=30)
    assert (await desk.enter(SHORTER, code=desk.code(secret))).presence.aal == 2
    with pytest.raises(PasswordRejected) as refusal:
        await desk.enrollment.remove_totp(presence)
    assert refusal.value.reason == "too_short"
    assert (await desk.presences.describe(presence)).totp
    await desk.enrollment.set_password(presence, NEW)
    await desk.enrollment.remove_totp(presence)
    assert (await desk.enter(NEW)).presence.aal == 1


async def test_a_passkey_is_no_second_factor_for_a_shorter_password(desk: Desk) -> None:
    presence = await signed_in(desk)
    await desk.enroll(presence)
    assert await rejected(desk, presence, SHORTER) == "too_short"


async def test_a_code_app_counts_from_its_first_code_on(desk: Desk) -> None:
    presence = await signed_in(desk)
    with pytest.raises(Denied, match="totp_not_begun"):
        await desk.enrollment.confirm_totp(presence, "123456")
    offer = await desk.enrollment.offer_totp(presence)
    assert offer.secret in offer.uri
    assert offer.secret not in repr(offer)
    with pytest.raises(Denied, match="totp_refused"):
        await desk.enrollment.confirm_totp(presence, "000000")
    assert (await desk.enter()).presence.auth == "password"
    await desk.enrollment.confirm_totp(presence, desk.code(offer.secret))
    assert (await desk.log("auth.totp_added"))[-1]["subject"]["id"] == presence.account.reveal()
    with pytest.raises(Denied, match="sign_in_refused"):
        await desk.enter(code=desk.code(offer.secret))  # The first code was used to enroll.


async def test_removing_a_code_app_that_is_not_there_is_said(desk: Desk) -> None:
    with pytest.raises(Denied, match="not_found"):
        await desk.enrollment.remove_totp(await signed_in(desk))


async def test_a_passkey_is_enrolled_and_removed(desk: Desk) -> None:
    presence = await signed_in(desk)
    device = await desk.enroll(presence, label="x" * 200)
    known = (await desk.presences.describe(presence)).passkeys
    assert [len(each.label) for each in known] == [64]
    await desk.enrollment.remove_passkey(presence, known[0].id)
    assert (await desk.presences.describe(presence)).passkeys == []
    added, removed = (await desk.log("auth.passkey_added"))[0], (await desk.log("auth.passkey_removed"))[0]
    assert added["data"] == removed["data"]
    with pytest.raises(Denied, match="passkey_refused"):
        await desk.sign_in.with_passkey(answered(device, await desk.sign_in.passkey_options()), Browser())


async def test_the_only_way_in_cannot_be_removed(desk: Desk) -> None:
    await signed_in(desk)
    token = await desk.admin.reset("ana@sunrise.example")
    device = Authenticator(origin=ORIGIN, rp_id="sotto.example")
    welcome = await desk.setup.begin(token)
    await desk.setup.finish(token, passkey=NamedAnswer(created(device, welcome.asked), "Key"))
    answer = answered(device, await desk.sign_in.passkey_options())
    presence = (await desk.sign_in.with_passkey(answer, Browser())).presence
    only = (await desk.presences.describe(presence)).passkeys[0]
    with pytest.raises(Denied, match="last_way_in"):
        await desk.enrollment.remove_passkey(presence, only.id)
    await desk.enroll(presence)
    await desk.enrollment.remove_passkey(presence, only.id)


async def test_nobody_removes_somebody_elses_passkey(desk: Desk) -> None:
    presence = await signed_in(desk)
    await desk.account("bea@sunrise.example")
    hers = (await desk.enter(email="bea@sunrise.example")).presence
    await desk.enroll(hers)
    theirs = (await desk.presences.describe(hers)).passkeys[0]
    with pytest.raises(Denied, match="not_found"):
        await desk.enrollment.remove_passkey(presence, theirs.id)


async def test_one_authenticator_is_enrolled_once_and_nobody_hoards_them(desk: Desk) -> None:
    presence = await signed_in(desk)
    device = await desk.enroll(presence)
    asked = await desk.enrollment.passkey_options(presence)
    assert len(asked.options["excludeCredentials"]) == 1
    with pytest.raises(Denied, match="passkey_refused"):
        await desk.enrollment.add_passkey(presence, NamedAnswer(created(device, asked), "again"))
    for _ in range(PASSKEYS_MOST - 1):
        await desk.enroll(presence)
    with pytest.raises(Denied, match="passkey_refused"):
        await desk.enroll(presence)


async def test_an_unverified_or_late_enrollment_is_refused(desk: Desk) -> None:
    presence = await signed_in(desk)
    device = Authenticator(origin=ORIGIN, rp_id="sotto.example", flags=PRESENT)
    answer = created(device, await desk.enrollment.passkey_options(presence))
    with pytest.raises(Denied, match="passkey_refused"):
        await desk.enrollment.add_passkey(presence, NamedAnswer(answer, "Key"))
    with pytest.raises(Denied, match="challenge_unknown"):
        await desk.enrollment.add_passkey(presence, NamedAnswer(answer, "Key"))


async def test_every_change_needs_a_fresh_confirmation(desk: Desk) -> None:
    await desk.account()
    token = (await desk.enter()).token
    desk.clock.advance(minutes=16)
    presence = await desk.present(token)
    answer = NamedAnswer(answered(Authenticator(ORIGIN, ""), await desk.sign_in.passkey_options()), "Key")
    for change in (
        desk.enrollment.set_password(presence, NEW),
        desk.enrollment.offer_totp(presence),
        desk.enrollment.confirm_totp(presence, "123456"),
        desk.enrollment.remove_totp(presence),
        desk.enrollment.passkey_options(presence),
        desk.enrollment.add_passkey(presence, answer),
        desk.enrollment.remove_passkey(presence, "pk_1"),
    ):
        with pytest.raises(Denied, match="step_up_required"):
            await change
    assert len(await desk.log("access.refused")) == 7


async def test_nothing_changes_when_it_cannot_be_written(desk: Desk) -> None:
    presence = await signed_in(desk)
    offer = await desk.enrollment.offer_totp(presence)
    await desk.break_log()
    with pytest.raises(AuditUnavailable):
        await desk.enrollment.set_password(presence, NEW)
    with pytest.raises(AuditUnavailable):
        await desk.enrollment.confirm_totp(presence, desk.code(offer.secret))
    with pytest.raises(AuditUnavailable):
        await desk.enroll(presence)
    await desk.mend_log()
    me = await desk.presences.describe(presence)
    assert (me.totp, me.passkeys) == (False, [])
    assert (await desk.enter(PASSWORD)).token
