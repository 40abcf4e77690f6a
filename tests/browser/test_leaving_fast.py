"""Leaving at once: nothing of Sotto on the screen, behind "Back", or in the tab's memory."""

import asyncio
import time

import pytest

from tests.support.browsers import LOOK_AGAIN_SECONDS, Tab, Tabs
from tests.support.demo import Demo
from tests.support.walk import (
    CONTINUE,
    LEAVE_QUIETLY,
    STATUS_WAITING,
    ask_from_here,
    bring_in,
    host,
    person,
    waiting,
)

BOTH = pytest.mark.parametrize("browser", ["chromium", "firefox"])
NOWHERE = "about:blank"
ELSEWHERE = "data:text/html,<title>Weather</title>"
AT_ONCE_SECONDS = 0.3
ATTEMPTS = 5
"""What is measured includes the driver and whatever else the machine does: the best of a few is the page's own."""


async def press_shift_three_times(tab: Tab) -> float:
    """Return the seconds from the third press to a neutral document."""
    await tab.press("Shift")
    await tab.press("Shift")
    began = time.monotonic()
    await tab.press("Shift")
    return await gone(tab, began)


async def gone(tab: Tab, began: float) -> float:
    while await tab.address() != NOWHERE:
        assert time.monotonic() - began < 10, await tab.address()
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
    return time.monotonic() - began


async def leaves_no_trace(tab: Tab, demo: Demo) -> None:
    assert await tab.title() in {"", NOWHERE}
    assert await tab.run("document.body.innerText") == ""
    await tab.back()
    await tab.until("document.title === 'Weather'")
    await tab.go(demo.url)
    assert await tab.run("sessionStorage.length + localStorage.length") == 0


@BOTH
async def test_three_presses_of_shift_leave_from_inside_a_session(demo: Demo, tabs: Tabs, browser: str) -> None:
    staff, guest = await tabs.open("chromium"), await tabs.open(browser)
    visit = await host(staff, demo)
    await guest.go(ELSEWHERE)
    await bring_in(staff, guest, visit, "Kai")
    await press_shift_three_times(guest)
    await staff.miss(person("Kai"))
    await leaves_no_trace(guest, demo)


@BOTH
async def test_the_button_leaves_from_the_waiting_room_and_staff_see_only_that_nobody_waits(
    demo: Demo, tabs: Tabs, browser: str
) -> None:
    staff, guest = await tabs.open("chromium"), await tabs.open(browser)
    visit = await host(staff, demo)
    await guest.go(ELSEWHERE)
    await guest.go(visit.link)
    await ask_from_here(guest, "Kai")
    await staff.see(waiting("Kai"))
    await guest.click(LEAVE_QUIETLY)
    await gone(guest, time.monotonic())
    await staff.miss(waiting("Kai"))
    page = await staff.run("document.body.innerText")
    assert "quiet" not in page.lower()
    await leaves_no_trace(guest, demo)


@BOTH
async def test_leaving_takes_less_than_a_third_of_a_second(demo: Demo, tabs: Tabs, browser: str) -> None:
    staff, guest = await tabs.open("chromium"), await tabs.open(browser)
    visit = await host(staff, demo)
    took = []
    for _ in range(ATTEMPTS):
        await guest.go(visit.link)
        await guest.see(CONTINUE)
        took.append(await press_shift_three_times(guest))
        if took[-1] < AT_ONCE_SECONDS:
            break
    assert took[-1] < AT_ONCE_SECONDS, took


async def test_writing_capital_letters_does_not_leave(demo: Demo, tabs: Tabs) -> None:
    staff, guest = await tabs.open("chromium"), await tabs.open("chromium")
    visit = await host(staff, demo)
    await guest.go(visit.link)
    await guest.see(CONTINUE)
    for letter in "KAI":
        await guest.press(f"Shift+{letter}")
    await guest.press("Shift")
    await ask_from_here(guest, "KAI")
    await guest.see(STATUS_WAITING)
