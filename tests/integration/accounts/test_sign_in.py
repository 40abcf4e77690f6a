"""Signing in: who gets in, what strangers learn (nothing), and how they are slowed down."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import pytest

from gateway.accounts import rows
from gateway.accounts.hashing import Cost, Hasher
from gateway.accounts.roles import Role
from gateway.core.errors import AuditUnavailable, CapacityError, Denied
from gateway.crypto.secrets import parse_b64url
from gateway.staff.means import Answer
from gateway.staff.sign_in import Browser, Credentials
from gateway.store.tables import metadata
from tests.support.authenticator import PRESENT
from tests.support.staff import CHEAP, EMAIL, PASSWORD, Desk, ToldClock, answered, opened

T = TypeVar("T")

HERE, THERE = Browser("192.0.2.1"), Browser("192.0.2.2")


async def refused(desk: Desk, password: str = "wrong", email: str = EMAIL, browser: Browser = HERE) -> str:
    with pytest.raises((Denied, CapacityError)) as refusal:
        await desk.sign_in.with_password(Credentials(email, password), browser)
    return refusal.value.code


async def test_a_specialist_signs_in_and_the_log_says_so(desk: Desk) -> None:
    await desk.account()
    signed_in = await desk.enter()
    presence = await desk.present(signed_in.token)
    assert (presence.role, presence.aal, presence.auth) == (Role.SPECIALIST, 1, "password")
    assert presence == signed_in.presence
    event = (await desk.log("auth.succeeded"))[0]
    assert event["data"] == {"method": "password"}
    assert event["actor"] == {
        "aal": 1,
        "auth": "password",
        "id": presence.account.reveal(),
        "kind": "staff",
        "role": "specialist",
        "seat": None,
    }


async def test_only_the_hash_of_a_cookie_is_stored_and_the_cookie_has_256_bits(desk: Desk) -> None:
    await desk.account()
    token = (await desk.enter()).token
    assert len(parse_b64url(token)) == 32
    async with desk.means.store.reading() as unit:
        stored = repr([tuple(row) for table in metadata.sorted_tables for row in await unit.execute(table.select())])
    assert "$argon2id$" in stored
    for secret in (token, EMAIL, "sunrise", PASSWORD):
        assert secret not in stored


async def test_every_reason_to_refuse_looks_the_same(desk: Desk) -> None:
    await desk.account()
    await desk.account("closed@sunrise.example")
    await desk.admin.disable("closed@sunrise.example")
    await desk.admin.create("fresh@sunrise.example", Role.ADMIN)
    assert await refused(desk) == "sign_in_refused"
    assert await refused(desk, email="nobody@sunrise.example") == "sign_in_refused"
    assert await refused(desk, PASSWORD, email="closed@sunrise.example") == "sign_in_refused"
    assert await refused(desk, "", email="fresh@sunrise.example") == "sign_in_refused"
    assert await refused(desk, "x" * 257) == "sign_in_refused"
    assert await desk.counted() == {"sign_in_refused": 5}


class CountingHasher(Hasher):
    """Says how many hashes it computed."""

    computed = 0

    async def _run(self, work: Callable[[], T]) -> T:
        self.computed += 1
        return await super()._run(work)


async def test_every_reason_to_refuse_takes_the_same_work(database_url: str) -> None:
    hasher = CountingHasher(CHEAP, workers=1)
    async with opened(database_url, ToldClock(), hasher) as desk:
        await desk.account()
        await desk.account("closed@sunrise.example")
        await desk.admin.disable("closed@sunrise.example")
        await desk.account("coded@sunrise.example")
        await desk.enroll_totp((await desk.enter(email="coded@sunrise.example")).presence)
        for email in (EMAIL, "nobody@sunrise.example", "closed@sunrise.example", "coded@sunrise.example"):
            for password in ("wrong", PASSWORD * (email != EMAIL), "x" * 300):
                before = hasher.computed
                assert await refused(desk, password, email=email, browser=Browser()) == "sign_in_refused"
                assert hasher.computed == before + 1


async def test_refused_strangers_are_counted_not_written_one_by_one(desk: Desk) -> None:
    await desk.account()
    for _ in range(3):
        await refused(desk)
    assert await desk.log("auth.failed") == []
    await desk.counted()
    event = (await desk.log("auth.failed"))[0]
    assert event["data"] == {"code": "sign_in_refused", "count": 3, "method": "sign_in"}
    assert event["actor"]["id"] is None


async def test_capitals_in_the_address_do_not_matter_and_capitals_in_the_password_do(desk: Desk) -> None:
    await desk.account()
    assert (await desk.enter(email=" ANA@Sunrise.Example")).token
    assert await refused(desk, PASSWORD.upper()) == "sign_in_refused"


async def test_after_ten_wrong_passwords_the_account_waits_longer_and_longer_and_opens_again(desk: Desk) -> None:
    await desk.account()
    for index in range(10):
        assert await refused(desk, browser=Browser(f"192.0.2.{index}")) == "sign_in_refused"
    for seconds in (30, 60, 120):
        with pytest.raises(CapacityError) as early:
            await desk.sign_in.with_password(Credentials(EMAIL, PASSWORD), THERE)
        assert (early.value.code, early.value.retry_after) == ("too_many_attempts", seconds)
        desk.clock.advance(seconds=seconds)
        assert await refused(desk) == "sign_in_refused"
    desk.clock.advance(minutes=15)
    assert (await desk.enter()).token
    assert await refused(desk) == "sign_in_refused"
    assert (await desk.enter()).token
    assert (await desk.counted())["too_many_attempts"] == 3


async def test_an_unknown_account_is_slowed_down_like_a_known_one(desk: Desk) -> None:
    await desk.account()
    answers = {
        email: [await refused(desk, email=email, browser=Browser()) for _ in range(12)]
        for email in (EMAIL, "nobody@sunrise.example")
    }
    assert answers[EMAIL] == answers["nobody@sunrise.example"]
    assert answers[EMAIL] == ["sign_in_refused"] * 10 + ["too_many_attempts"] * 2


async def test_coming_too_early_makes_the_wait_no_longer(desk: Desk) -> None:
    await desk.account()
    for _ in range(10):
        await refused(desk)
    for _ in range(20):
        desk.clock.advance(seconds=1)
        assert await refused(desk, PASSWORD) == "too_many_attempts"
    desk.clock.advance(seconds=10)
    assert (await desk.enter()).token


async def test_an_address_gets_a_hundred_and_one_right_password_does_not_reset_it(desk: Desk) -> None:
    await desk.account()
    for index in range(100):
        if index % 10 == 5:
            await desk.sign_in.with_password(Credentials(EMAIL, PASSWORD), HERE)
        assert await refused(desk, email=f"{index}@sunrise.example") == "sign_in_refused"
    assert await refused(desk, PASSWORD) == "too_many_attempts"
    assert await refused(desk, PASSWORD, browser=Browser("::ffff:192.0.2.1")) == "too_many_attempts"
    assert (await desk.sign_in.with_password(Credentials(EMAIL, PASSWORD), THERE)).token


async def test_a_restart_forgives_no_wrong_password(database_url: str) -> None:
    clock = ToldClock()
    async with opened(database_url, clock) as desk:
        await desk.account()
        for _ in range(10):
            await refused(desk)
    async with opened(database_url, clock) as desk:
        assert await refused(desk, PASSWORD) == "too_many_attempts"


async def test_guesses_sent_at_once_are_no_cheaper_than_guesses_in_a_row(desk: Desk) -> None:
    await desk.account()
    answers = await asyncio.gather(*(refused(desk, browser=Browser()) for _ in range(30)))
    assert sorted(answers) == ["sign_in_refused"] * 10 + ["too_many_attempts"] * 20


async def test_one_person_signs_in_on_twenty_devices_in_one_moment(desk: Desk) -> None:
    await desk.account()
    signed_in = await asyncio.gather(*(desk.enter() for _ in range(20)))
    assert len({each.token for each in signed_in}) == 20


async def test_attempts_are_stored_without_the_address_they_came_from(desk: Desk) -> None:
    await refused(desk, email="nobody@sunrise.example", browser=Browser("192.0.2.77"))
    async with desk.means.store.reading() as unit:
        stored = (await unit.execute(rows.attempt.select())).all()
    assert [len(row[0]) for row in stored] == [32, 32]
    desk.clock.advance(days=2)
    await refused(desk, email="else@sunrise.example", browser=Browser())
    async with desk.means.store.reading() as unit:
        assert len((await unit.execute(rows.attempt.select())).all()) == 1


async def test_a_code_app_is_asked_for_its_code_each_time(desk: Desk) -> None:
    await desk.account()
    secret = await desk.enroll_totp((await desk.enter()).presence)
    desk.clock.advance(seconds=30)
    assert await refused(desk, PASSWORD) == "sign_in_refused"
    code = desk.code(secret)
    with pytest.raises(Denied, match="sign_in_refused"):
        await desk.enter("wrong", code=code)
    signed_in = await desk.enter(code=code)
    assert (signed_in.presence.aal, signed_in.presence.auth) == (2, "password+totp")
    with pytest.raises(Denied, match="sign_in_refused"):
        await desk.enter(code=code)
    desk.clock.advance(seconds=30)
    assert (await desk.enter(code=desk.code(secret))).token


async def test_one_code_sent_twice_at_once_lets_one_in(desk: Desk) -> None:
    await desk.account()
    secret = await desk.enroll_totp((await desk.enter()).presence)
    desk.clock.advance(seconds=30)
    code = desk.code(secret)
    answers = await asyncio.gather(*(desk.enter(code=code) for _ in range(5)), return_exceptions=True)
    assert sum(not isinstance(answer, BaseException) for answer in answers) == 1


async def test_a_passkey_signs_in_without_a_name(desk: Desk) -> None:
    await desk.account()
    device = await desk.enroll((await desk.enter()).presence)
    asked = await desk.sign_in.passkey_options()
    assert not asked.options["allowCredentials"]
    signed_in = await desk.sign_in.with_passkey(answered(device, asked), HERE)
    assert (signed_in.presence.aal, signed_in.presence.auth) == (2, "passkey")
    assert (await desk.log("auth.succeeded"))[-1]["data"] == {"method": "passkey"}


async def test_a_passkey_answer_is_good_once_and_for_five_minutes(desk: Desk) -> None:
    await desk.account()
    device = await desk.enroll((await desk.enter()).presence)
    answer = answered(device, await desk.sign_in.passkey_options())
    await desk.sign_in.with_passkey(answer, HERE)
    late = answered(device, await desk.sign_in.passkey_options())
    desk.clock.advance(minutes=5)
    for each in (answer, late):
        with pytest.raises(Denied, match="challenge_unknown"):
            await desk.sign_in.with_passkey(each, HERE)


async def test_a_passkey_nobody_enrolled_a_copy_and_an_unverified_one_are_refused_alike(desk: Desk) -> None:
    await desk.account()
    device = await desk.enroll((await desk.enter()).presence)
    await desk.sign_in.with_passkey(answered(device, await desk.sign_in.passkey_options()), HERE)
    device.sign_count = 0
    copied = answered(device, await desk.sign_in.passkey_options())
    device.sign_count, device.flags = 9, PRESENT
    unverified = answered(device, await desk.sign_in.passkey_options())
    asked = await desk.sign_in.passkey_options()
    unknown = answered(device, asked)
    unknown.credential["rawId"] = unknown.credential["id"] = "AAAA"  # type: ignore[index]
    for each in (copied, unverified, unknown, Answer((await desk.sign_in.passkey_options()).challenge, {})):
        with pytest.raises(Denied, match="passkey_refused"):
            await desk.sign_in.with_passkey(each, HERE)
    assert await desk.counted() == {"passkey_refused": 4}


async def test_a_closed_account_stays_closed_for_its_passkey(desk: Desk) -> None:
    await desk.account()
    device = await desk.enroll((await desk.enter()).presence)
    await desk.admin.disable(EMAIL)
    with pytest.raises(Denied, match="passkey_refused"):
        await desk.sign_in.with_passkey(answered(device, await desk.sign_in.passkey_options()), HERE)


async def test_wrong_passkeys_count_against_their_address(desk: Desk) -> None:
    for _ in range(100):
        with pytest.raises(Denied):
            await desk.sign_in.with_passkey(Answer("nothing", {}), HERE)
    with pytest.raises(CapacityError, match="too_many_attempts"):
        await desk.sign_in.with_passkey(Answer("nothing", {}), HERE)


async def test_a_browser_that_signs_in_again_leaves_no_sign_in_behind(desk: Desk) -> None:
    await desk.account()
    first = await desk.enter()
    again = await desk.sign_in.with_password(Credentials(EMAIL, PASSWORD), Browser(None, first.token))
    assert again.token != first.token
    assert await desk.presences.find(first.token) is None
    assert await desk.presences.find(again.token) is not None


async def test_a_hash_of_an_older_cost_is_renewed_when_its_owner_comes(desk: Desk) -> None:
    await desk.account()
    older = Hasher(Cost(passes=2, memory_kib=64), workers=1)
    mac = desk.means.sealer.mac(EMAIL.encode(), context="account email")
    async with desk.means.store.transaction() as unit:
        account = await rows.find_account(unit, email_mac=mac)
        assert account is not None
        await rows.change_account(unit, account.id, password_hash=await older.hash(PASSWORD))
    older.close()
    await desk.enter()
    async with desk.means.store.reading() as unit:
        renewed = await rows.find_account(unit, account.id)
    assert renewed is not None
    assert renewed.password_hash is not None
    assert not desk.means.hasher.needs_rehash(renewed.password_hash)
    assert (await desk.enter()).token


async def test_nobody_is_signed_in_when_the_log_cannot_be_written(desk: Desk) -> None:
    await desk.account()
    await desk.break_log()
    with pytest.raises(AuditUnavailable):
        await desk.enter()
    async with desk.means.store.reading() as unit:
        assert (await unit.execute(rows.sign_in.select())).all() == []
