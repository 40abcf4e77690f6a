"""Without a pointer: from the sign-in to an admitted guest, with Tab, Enter and Space, always seeing where one is."""

import pytest

from tests.support.browsers import Named, Tab, Tabs
from tests.support.demo import Demo
from tests.support.walk import (
    ASK,
    CONTINUE,
    EMAIL,
    HOST,
    LEAVE,
    LINK,
    NAME,
    NEW_SESSION,
    PASSWORD,
    STATUS_WAITING,
    UNDERSTAND,
    heading,
    person,
    waiting,
)

FARTHEST = 40
"""Presses of Tab after which something cannot be said to be within reach."""
RING = """(() => {
  const focused = document.activeElement;
  const style = getComputedStyle(focused);
  const { left, top, bottom, width, height } = focused.getBoundingClientRect();
  const inSight = top >= 0 && bottom <= innerHeight + 1;
  const covering = document.elementFromPoint(left + width / 2, top + height / 2);
  const uncovered = covering !== null && (focused.contains(covering) || covering.contains(focused));
  return [style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2, inSight, uncovered];
})()"""


async def reach(tab: Tab, thing: Named) -> None:
    """Press Tab until it has the focus; everything on the way must show that it has it, uncovered and in sight."""
    await tab.see(thing)
    for _ in range(FARTHEST):
        if await tab.has_focus(thing):
            return
        await tab.press("Tab")
        if await tab.run("document.activeElement !== document.body"):
            shown = await tab.run(RING)
            assert shown == [True, True, True], (shown, await tab.run("document.activeElement.outerHTML"))
    pytest.fail(f"{thing} was not reached")


async def press(tab: Tab, thing: Named, key: str = "Enter") -> None:
    await reach(tab, thing)
    await tab.press(key)


async def write(tab: Tab, thing: Named, text: str) -> None:
    await reach(tab, thing)
    await tab.type(text)


@pytest.mark.parametrize(("of_staff", "of_guest"), [("chromium", "firefox"), ("firefox", "chromium")])
async def test_a_whole_visit_without_a_pointer(demo: Demo, tabs: Tabs, of_staff: str, of_guest: str) -> None:
    staff, guest = await tabs.open(of_staff), await tabs.open(of_guest)
    account = demo.accounts["specialist"]
    await staff.go(f"{demo.url}/staff")
    await write(staff, EMAIL, account.email)
    await write(staff, PASSWORD, account.password)
    await staff.press("Enter")
    await press(staff, NEW_SESSION)
    await staff.see(person(HOST))
    await reach(staff, Named("button", "Leave"))

    await guest.go(await staff.value(LINK))
    await press(guest, CONTINUE)
    await press(guest, UNDERSTAND, "Space")
    await write(guest, NAME, "kai")
    await press(guest, ASK)
    await guest.see(STATUS_WAITING)

    await staff.reload()
    await press(staff, waiting("kai").its("button", "Admit"), "Space")
    await guest.see(person(HOST))
    await press(guest, LEAVE, "Space")
    await guest.see(heading("You left"))


async def test_the_way_past_the_bar_and_a_dialog_keep_the_focus_where_it_belongs(demo: Demo, tabs: Tabs) -> None:
    tab = await tabs.open("chromium")
    account = demo.accounts["specialist"]
    await tab.go(f"{demo.url}/staff")
    await press(tab, Named("link", "Skip to the content"))
    assert await tab.has_focus(Named("main"))
    await write(tab, EMAIL, account.email)
    await write(tab, PASSWORD, account.password)
    await tab.press("Enter")
    await press(tab, NEW_SESSION)

    end = Named("button", "End session")
    await press(tab, end)
    dialog = Named("dialog", "End the session for everyone?")
    await tab.see(dialog)
    for _ in range(6):
        await tab.press("Tab")
        assert await tab.run("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    await tab.press("Escape")
    await tab.miss(dialog)
    assert await tab.has_focus(end)


async def test_the_arrow_keys_go_from_button_to_button_in_the_toolbar(demo: Demo, tabs: Tabs) -> None:
    tab = await tabs.open("firefox")
    account = demo.accounts["specialist"]
    await tab.go(f"{demo.url}/staff")
    await tab.fill(EMAIL, account.email)
    await tab.fill(PASSWORD, account.password)
    await press(tab, Named("button", "Sign in"))
    await press(tab, NEW_SESSION)
    await reach(tab, LEAVE)
    await tab.press("ArrowRight")
    assert await tab.has_focus(Named("button", "End session"))
    await tab.press("ArrowLeft")
    assert await tab.has_focus(LEAVE)
