"""A gateway that is killed in the middle of a session: everybody comes back by themselves, with seat and name."""

import time
from pathlib import Path

import pytest

from tests.support.browsers import Named, Tab, Tabs
from tests.support.demo import demonstration
from tests.support.walk import HOST, ask_to_join, bring_in, host, person, waiting

CONNECTION = Named("status", "Connection")
BACK_SECONDS = 3.0


async def connected(tab: Tab, since: float) -> None:
    """Wait until the tab is connected again, which must be soon after `since`."""
    left = BACK_SECONDS - (time.monotonic() - since)
    await tab.see(Named("status", "Connection", text="Connected"), within_seconds=left)


@pytest.mark.parametrize(("of_staff", "of_guest"), [("chromium", "firefox"), ("firefox", "chromium")])
async def test_after_kill_9_everybody_is_back_within_three_seconds(
    tabs: Tabs, tmp_path: Path, of_staff: str, of_guest: str
) -> None:
    staff, guest, other = await tabs.open(of_staff), await tabs.open(of_guest), await tabs.open("chromium")
    async with demonstration(tmp_path / "data") as demo:
        visit = await host(staff, demo)
        await bring_in(staff, guest, visit, "Kai")
        await staff.click(Named("button", "Add another link"))
        await staff.see(Named("list", "Links").its("listitem", text="link 2"))
        await ask_to_join(other, await staff.value(Named("textbox", "Participant link")), "Robin")
        await staff.see(waiting("Robin"))

        await demo.kill()
        for tab in (staff, guest, other):
            assert "Your seat is kept" in await tab.text(Named("status", "Connection", text="gone"))
        listened_at = await demo.start()
        for tab in (staff, guest, other):
            await connected(tab, listened_at)
        for tab in (staff, guest):
            for name in (HOST, "Kai"):
                await tab.see(person(name).its("paragraph", text="Here"))
        await other.see(Named("status", "Waiting"))
        await staff.click(waiting("Robin").its("button", "Admit"))
        await other.see(person("Kai"))
        for tab in (staff, guest, other):
            tab.forgive("ERR_CONNECTION_REFUSED", "WebSocket connection", "establish a connection")
            await tabs.close(tab)
