"""What the operator does with accounts, and what a setup link is good for."""

import pytest

from gateway.accounts.password import PasswordRejected
from gateway.accounts.roles import GUESTS, STAFF, Role
from gateway.audit.log import Mode
from gateway.core.errors import AuditUnavailable, Denied, RemoteProtocolError
from gateway.staff.enrollment import NamedAnswer
from gateway.staff.sign_in import Browser
from tests.support.authenticator import Authenticator
from tests.support.staff import EMAIL, ORIGIN, PASSWORD, Desk, answered, created


async def is_good(desk: Desk, token: str) -> bool:
    try:
        await desk.setup.begin(token)
    except Denied as refusal:
        assert refusal.code == "setup_link_invalid"  # noqa: PT017
        return False
    return True


@pytest.mark.parametrize("role", sorted(STAFF))
async def test_an_account_is_made_with_a_link_and_no_way_in(desk: Desk, role: Role) -> None:
    token = await desk.admin.create(EMAIL, role)
    assert len(token) == 43
    event = (await desk.log("account.created"))[0]
    assert event["data"] == {"by": "operator", "role": role}
    assert event["actor"] == {
        "aal": 0,
        "auth": "none",
        "id": None,
        "kind": "service",
        "role": "operator",
        "seat": None,
    }
    assert event["subject"]["id"].startswith("usr_")
    with pytest.raises(Denied, match="sign_in_refused"):
        await desk.enter("")
    await desk.setup.finish(token, password=PASSWORD)
    assert (await desk.enter()).presence.role == role


@pytest.mark.parametrize("role", sorted(GUESTS | {Role.OPERATOR}))
async def test_guests_and_operators_get_no_account(desk: Desk, role: Role) -> None:
    with pytest.raises(Denied, match="role_not_permitted"):
        await desk.admin.create(EMAIL, role)


@pytest.mark.parametrize(
    "email", ["", "ana", "@", "a@", "@b", "a b@c", "a@b@c", "a@b c", "a" * 65 + "@b", "a@" + "b" * 190]
)
async def test_what_is_no_address_gets_no_account(desk: Desk, email: str) -> None:
    with pytest.raises(Denied, match="email_invalid"):
        await desk.admin.create(email, Role.ADMIN)


async def test_one_address_has_one_account(desk: Desk) -> None:
    await desk.account()
    with pytest.raises(Denied, match="email_taken"):
        await desk.admin.create(EMAIL.upper(), Role.COMPLIANCE)
    assert (await desk.log("access.refused"))[-1]["actor"]["role"] == "operator"


async def test_a_link_is_good_once_and_for_a_day(desk: Desk) -> None:
    token = await desk.admin.create(EMAIL, Role.SPECIALIST)
    assert (await desk.setup.begin(token)).email == EMAIL
    desk.clock.advance(hours=23, minutes=59)
    assert await is_good(desk, token)
    await desk.setup.finish(token, password=PASSWORD)
    assert not await is_good(desk, token)
    with pytest.raises(Denied, match="setup_link_invalid"):
        await desk.setup.finish(token, password=PASSWORD + "!")
    late = await desk.admin.create("bea@sunrise.example", Role.SPECIALIST)
    desk.clock.advance(hours=24)
    assert not await is_good(desk, late)
    assert not await is_good(desk, "A" * 43)
    assert await desk.counted() == {"setup_link_invalid": 4}


async def test_a_refused_choice_leaves_the_link_good(desk: Desk) -> None:
    token = await desk.admin.create(EMAIL, Role.SPECIALIST)
    with pytest.raises(PasswordRejected) as refusal:
        await desk.setup.finish(token, password="xK9#vQ2!mL")
    assert refusal.value.reason == "too_short"
    event = (await desk.log("auth.password_rejected"))[0]
    assert (event["actor"]["auth"], event["actor"]["role"]) == ("setup", "specialist")
    with pytest.raises(RemoteProtocolError):
        await desk.setup.finish(token)
    device = Authenticator(origin="https://evil.example", rp_id="sotto.example")
    wrong = NamedAnswer(created(device, (await desk.setup.begin(token)).asked), "Key")
    with pytest.raises(Denied, match="passkey_refused"):
        await desk.setup.finish(token, password=PASSWORD, passkey=wrong)
    with pytest.raises(Denied, match="sign_in_refused"):
        await desk.enter()
    await desk.setup.finish(token, password=PASSWORD)


async def test_a_link_sets_a_passkey_and_a_password_at_once(desk: Desk) -> None:
    token = await desk.admin.create(EMAIL, Role.SPECIALIST)
    device = Authenticator(origin=ORIGIN, rp_id="sotto.example")
    asked = (await desk.setup.begin(token)).asked
    await desk.setup.finish(token, password=PASSWORD, passkey=NamedAnswer(created(device, asked), ""))
    answer = answered(device, await desk.sign_in.passkey_options())
    presence = (await desk.sign_in.with_passkey(answer, Browser())).presence
    assert [each.label for each in (await desk.presences.describe(presence)).passkeys] == ["Passkey"]
    assert (await desk.enter()).token
    assert (await desk.log("auth.password_set"))[0]["data"] == {"by": "setup"}
    assert len(await desk.log("auth.passkey_added")) == 1


async def test_closing_an_account_ends_everything_it_could_do(desk: Desk) -> None:
    await desk.account()
    signed_in = [await desk.enter() for _ in range(2)]
    await desk.admin.disable(EMAIL)
    for each in signed_in:
        assert await desk.presences.find(each.token) is None
    with pytest.raises(Denied, match="sign_in_refused"):
        await desk.enter()
    assert (await desk.log("account.disabled"))[0]["data"] == {"by": "operator"}
    assert (await desk.log("auth.logged_out"))[0]["data"] == {"cause": "disabled", "count": 2}


async def test_closing_an_account_uses_up_its_link(desk: Desk) -> None:
    token = await desk.admin.create(EMAIL, Role.SPECIALIST)
    await desk.admin.disable(EMAIL)
    assert not await is_good(desk, token)


async def test_a_reset_drops_every_way_in_and_opens_a_closed_account_again(desk: Desk) -> None:
    await desk.account()
    signed_in = await desk.enter()
    device = await desk.enroll(signed_in.presence)
    await desk.enroll_totp(signed_in.presence)
    first = await desk.admin.reset(EMAIL)
    await desk.admin.disable(EMAIL)
    token = await desk.admin.reset(EMAIL)
    assert not await is_good(desk, first)
    assert await desk.presences.find(signed_in.token) is None
    with pytest.raises(Denied, match="sign_in_refused"):
        await desk.enter()
    with pytest.raises(Denied, match="passkey_refused"):
        await desk.sign_in.with_passkey(answered(device, await desk.sign_in.passkey_options()), Browser())
    await desk.setup.finish(token, password=PASSWORD)
    assert (await desk.enter()).presence.aal == 1
    assert (await desk.log("account.reset"))[0]["data"] == {"by": "operator"}
    assert (await desk.log("auth.logged_out"))[0]["data"] == {"cause": "reset", "count": 1}


async def test_an_account_that_does_not_exist_is_neither_closed_nor_reset(desk: Desk) -> None:
    with pytest.raises(Denied, match="account_unknown"):
        await desk.admin.disable(EMAIL)
    with pytest.raises(Denied, match="account_unknown"):
        await desk.admin.reset(EMAIL)


async def test_while_the_log_is_not_whole_no_account_is_made_but_one_may_be_closed(desk: Desk) -> None:
    await desk.account()
    desk.means.guard._log.mode = Mode.SAFETY
    for act in (desk.admin.create("bea@sunrise.example", Role.ADMIN), desk.admin.reset(EMAIL)):
        with pytest.raises(Denied, match="safety_mode"):
            await act
    await desk.admin.disable(EMAIL)
    with pytest.raises(Denied, match="sign_in_refused"):
        await desk.enter()


async def test_no_account_is_made_that_the_log_does_not_show(desk: Desk) -> None:
    await desk.break_log()
    with pytest.raises(AuditUnavailable):
        await desk.admin.create(EMAIL, Role.ADMIN)
    await desk.mend_log()
    assert await desk.admin.create(EMAIL, Role.ADMIN)


async def test_no_event_names_anybody(desk: Desk) -> None:
    await desk.setup.finish(await desk.admin.create(EMAIL, Role.ADMIN, name="Ana María"), password=PASSWORD)
    await desk.enroll((await desk.enter()).presence, label="Blue key")
    for secret in (EMAIL, "Ana", "Blue", PASSWORD, "sunrise"):
        assert secret not in str(await desk.log())
