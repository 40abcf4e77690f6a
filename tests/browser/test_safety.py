"""Nothing a person writes becomes markup, and nothing any page does breaks its own policy.

Every tab of every test in this folder must close without a console error or a violation (`Tabs`); here is shown that
this would be noticed, and what names do.
"""

import asyncio

import pytest

from tests.support.browsers import LOOK_AGAIN_SECONDS, PATIENCE_SECONDS, Named, Tab, Tabs
from tests.support.demo import Demo
from tests.support.walk import (
    ASK,
    CONTINUE,
    NAME,
    UNDERSTAND,
    admit,
    ask_to_join,
    bring_in,
    host,
    person,
    sign_in,
    waiting,
)

BOTH = pytest.mark.parametrize("browser", ["chromium", "firefox"])
MARKUP = "<img src=x onerror=alert(1)>"
NAMES = {
    "\u202egnp.exe\u202c Kai": "gnp.exe Kai",
    "K\u200ba\ufeffi \u2066Rose\u2069": "Kai Rose",
    "  Kai \t Rose  Ann ": "Kai Rose Ann",
    "Zoe\u0308 👩\u200d👩\u200d👧": "Zoë 👩\u200d👩\u200d👧",
}
WRITTEN = "[...document.querySelectorAll('bdi')].map((one) => one.textContent)"


async def complains(tab: Tab, of: str) -> None:
    """Wait until the tab's console holds it."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not any(of in said for said in tab.unexpected()):
            await asyncio.sleep(LOOK_AGAIN_SECONDS)


@BOTH
async def test_a_violation_of_the_policy_would_be_noticed(demo: Demo, tabs: Tabs, browser: str) -> None:
    tab = await tabs.open(browser)
    await sign_in(tab, demo)
    assert tab.unexpected() == []
    assert await tab.run(
        "(() => { try { document.body.innerHTML = '<b>x</b>'; } catch (e) { return e.name; } })()"
    ) == ("TypeError")
    assert await tab.run("fetch('http://localhost:1/').catch((error) => error.name)") == "TypeError"
    for directive in ("require-trusted-types-for", "connect-src"):
        await complains(tab, f"securitypolicyviolation: {directive}")
    tab.forgive("")


@BOTH
async def test_names_are_shown_as_text_and_without_marks_nobody_sees(demo: Demo, tabs: Tabs, browser: str) -> None:
    staff, guest = await tabs.open(browser), await tabs.open("chromium")
    visit = await host(staff, demo)
    for typed, shown in NAMES.items():
        await ask_to_join(guest, visit.link, typed)
        await staff.see(waiting(shown))
        assert shown in await staff.run(WRITTEN)
        await guest.click(Named("button", "Stop waiting"))
        await staff.miss(waiting(shown))
    await bring_in(staff, guest, visit, MARKUP)
    for tab in (staff, guest):
        assert MARKUP in await tab.run(WRITTEN)
        assert await tab.run("document.images.length") == 0


async def test_a_name_of_forty_characters_is_enough_and_one_more_is_refused(demo: Demo, tabs: Tabs) -> None:
    staff, guest = await tabs.open("chromium"), await tabs.open("chromium")
    visit = await host(staff, demo)
    await guest.go(visit.link)
    await guest.click(CONTINUE)
    await guest.click(UNDERSTAND)
    for long in ("m" * 41, "o\u0308" * 41, "🌻" * 17):
        await guest.fill(NAME, long)
        await guest.see(Named("alert", text="Please use a shorter name."))
        await guest.click(ASK)
        await guest.see(ASK)
    assert await staff.count(Named("list", "Waiting").its("listitem")) == 0
    await guest.fill(NAME, "m" * 40)
    await guest.click(ASK)
    await staff.see(waiting("m" * 40))


async def test_a_name_left_empty_becomes_a_guest_with_a_number(demo: Demo, tabs: Tabs) -> None:
    staff, guest = await tabs.open("chromium"), await tabs.open("firefox")
    visit = await host(staff, demo)
    await ask_to_join(guest, visit.link, "")
    told = await guest.text(Named("status", "Waiting"))
    name = told.partition("We call you ")[2].rstrip(".\u2069").lstrip("\u2068")
    assert name.startswith("Guest ")
    await admit(staff, name)
    await guest.see(person(name))
