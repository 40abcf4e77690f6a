"""How staff get in, what they are asked again, and how they get out: in the browser, with every means there is."""

import time

import pytest
from pyotp.totp import TOTP

from tests.support.browsers import Named, Tab, Tabs
from tests.support.chromium import ChromiumTab
from tests.support.demo import Account, Demo
from tests.support.walk import (
    CONFIRM,
    EMAIL,
    NEW_PASSWORD,
    NEW_SESSION,
    PASSWORD,
    SAVE_PASSWORD,
    SIGN_IN,
    SIGN_OUT,
    confirm,
    heading,
    hire,
    sign_in,
    sign_in_as,
)

CODE = Named("textbox", "Code from your app")
SECURITY = Named("link", "Security")
WITH_PASSKEY = Named("button", "Sign in with a passkey")
BOTH = pytest.mark.parametrize("browser", ["chromium", "firefox"])


async def refused(tab: Tab, words: str) -> None:
    await tab.see(Named("alert", text=words))


@BOTH
async def test_a_wrong_password_and_an_unknown_address_get_the_same_plain_sentence(
    demo: Demo, tabs: Tabs, browser: str
) -> None:
    tab = await tabs.open(browser)
    await tab.go(f"{demo.url}/staff")
    said = []
    for email in (demo.accounts["specialist"].email, "nobody@demo.example"):
        await tab.fill(EMAIL, email)
        await tab.fill(PASSWORD, "not-the-password-at-all")
        await tab.click(SIGN_IN)
        await refused(tab, "That did not match.")
        said.append(await tab.text(Named("alert", text="That")))
        await tab.reload()
    assert said[0] == said[1]


@BOTH
async def test_a_setup_link_sets_a_password_once(demo: Demo, tabs: Tabs, browser: str) -> None:
    tab = await tabs.open(browser)
    link = await demo.hire("setup@demo.example" if browser == "chromium" else "setup-too@demo.example", "supervisor")
    await tab.go(link)
    await tab.see(heading("Set up your account"))
    assert "setup=" not in await tab.address()
    for password, why in (("short", "too short"), ("passwordpassword", "easy to guess")):
        await tab.fill(NEW_PASSWORD, password)
        await tab.click(SAVE_PASSWORD)
        await refused(tab, why)
    await tab.fill(NEW_PASSWORD, "walnut-harbor-violin-4")
    await tab.click(SAVE_PASSWORD)
    await tab.see(Named("main", text="Your account is ready. Sign in now."))
    tab.forgive("status of 422")

    await tab.go("about:blank")
    await tab.go(link)
    await refused(tab, "This link does not work any more.")
    tab.forgive("status of 403", "status of 404", "status of 410")


async def test_a_code_app_is_set_up_and_then_needed_to_sign_in(demo: Demo, tabs: Tabs) -> None:
    tab = await tabs.open("chromium")
    account = await hire(tab, demo, "codes@demo.example")
    demo.let_confirmations_age()
    await tab.click(SECURITY)
    await tab.click(Named("button", "Set up a code app"))
    await confirm(tab, account.password)
    secret = await tab.value(Named("textbox", "Key for your code app"))
    await tab.fill(Named("textbox", "Code that your app shows now"), TOTP(secret).now())
    await tab.click(Named("button", "Confirm code"))
    await tab.see(Named("status", text="The code app is set up."))
    await tab.click(SIGN_OUT)

    await tab.fill(EMAIL, account.email)
    await tab.fill(PASSWORD, account.password)
    await tab.click(SIGN_IN)
    await refused(tab, "That did not match.")
    # A code counts once; the next one is good already, for a phone whose clock is ahead.
    await tab.fill(CODE, TOTP(secret).at(int(time.time()) + 30))
    await tab.click(SIGN_IN)
    await tab.see(SIGN_OUT)


async def authenticator(tab: ChromiumTab) -> None:
    """Give the tab's device a fingerprint reader that always says yes."""
    devtools = await tab.page.context.new_cdp_session(tab.page)
    await devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


async def test_a_passkey_is_added_signs_in_and_is_what_confirms_from_then_on(demo: Demo, tabs: Tabs) -> None:
    tab = await tabs.open("chromium")
    assert isinstance(tab, ChromiumTab)
    await authenticator(tab)
    account = await hire(tab, demo, "passkeys@demo.example")
    demo.let_confirmations_age()
    await tab.click(SECURITY)
    await tab.fill(Named("textbox", "Name for the new passkey"), "My laptop")
    await tab.click(Named("button", "Add a passkey"))
    await confirm(tab, account.password)
    await tab.see(Named("list", "Passkeys").its("listitem", text="My laptop"))
    await tab.click(SIGN_OUT)

    await tab.click(WITH_PASSKEY)
    await tab.see(SIGN_OUT)
    demo.let_confirmations_age()
    await tab.click(SECURITY)
    await tab.click(Named("list", "Passkeys").its("button", "Remove"))
    assert await tab.count(CONFIRM.its("textbox")) == 0
    await tab.click(CONFIRM.its("button", "Confirm"))
    await tab.see(Named("status", text="The passkey was removed."))
    await tab.miss(Named("list", "Passkeys"))


async def test_a_setup_link_can_make_a_passkey_instead_of_a_password(demo: Demo, tabs: Tabs) -> None:
    tab = await tabs.open("chromium")
    assert isinstance(tab, ChromiumTab)
    await authenticator(tab)
    await tab.go(await demo.hire("no-password@demo.example", "specialist"))
    await tab.click(Named("button", "Set up a passkey"))
    await tab.see(Named("main", text="Your account is ready. Sign in now."))
    await tab.click(WITH_PASSKEY)
    await tab.see(NEW_SESSION)


async def test_signing_out_everywhere_ends_the_other_browser_too(demo: Demo, tabs: Tabs) -> None:
    here, there = await tabs.open("chromium"), await tabs.open("firefox")
    await sign_in(here, demo)
    await sign_in(there, demo)
    await there.click(NEW_SESSION)
    await there.see(Named("button", "End session"))

    await here.click(SECURITY)
    await here.click(Named("button", "Sign out everywhere"))
    await here.see(Named("main", text="You are signed out."))
    await there.miss(Named("button", "End session"))
    await there.go(f"{demo.url}/")
    await there.go(f"{demo.url}/staff")
    await there.see(SIGN_IN)


async def test_a_sign_in_that_ended_says_so_at_the_next_press(demo: Demo, tabs: Tabs) -> None:
    here, there = await tabs.open("chromium"), await tabs.open("chromium")
    await sign_in(here, demo)
    await sign_in(there, demo)
    await here.click(SECURITY)
    await here.click(Named("button", "Sign out everywhere"))
    await here.see(SIGN_IN)
    await there.click(NEW_SESSION)
    await there.see(Named("main", text="Your sign-in has ended. Please sign in again."))


async def test_changing_the_password_is_confirmed_first(demo: Demo, tabs: Tabs) -> None:
    tab = await tabs.open("chromium")
    account = await hire(tab, demo, "change@demo.example")
    demo.let_confirmations_age()
    await tab.click(SECURITY)
    await tab.fill(NEW_PASSWORD, "orchid-lantern-saddle-9")
    await tab.click(Named("button", "Change password"))
    await confirm(tab, account.password)
    await tab.see(Named("status", text="Your password was changed."))
    await tab.click(SIGN_OUT)
    await sign_in_as(tab, demo, Account(account.email, "orchid-lantern-saddle-9"))
