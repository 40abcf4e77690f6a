"""What a link does and does not do: a look at it costs nothing, and a link that is no good says so in plain words."""

import urllib.request

import pytest

from tests.support.browsers import Named, Tab, Tabs
from tests.support.demo import Demo
from tests.support.walk import (
    CONTINUE,
    STATUS_WAITING,
    Visit,
    admit,
    ask_from_here,
    ask_to_join,
    end_session,
    heading,
    host,
    new_session,
    person,
    sign_in,
    waiting,
)

LINKS = Named("list", "Links")
BOTH = pytest.mark.parametrize("browser", ["chromium", "firefox"])


def preview(link: str) -> str:
    """Fetch a link as a mail scanner or a chat's previewer does: without the fragment, without running anything."""
    with urllib.request.urlopen(link.partition("#")[0]) as answer:  # noqa: S310  (our own http URL)
        page: str = answer.read().decode()
    return page


async def test_a_previewer_sees_an_appointment_and_uses_nothing_up(demo: Demo, tabs: Tabs) -> None:
    staff, looker = await tabs.open("chromium"), await tabs.open("chromium")
    visit = await host(staff, demo)
    for _ in range(3):
        page = preview(visit.link)
        assert "<title>Appointment</title>" in page
        assert visit.invitation not in page

    # A previewer that does run the page, and even knows the fragment, still has not pressed "Continue".
    await looker.go(visit.link)
    await looker.see(CONTINUE)
    assert "Not used yet" in await staff.text(LINKS.its("listitem"))
    assert await staff.count(Named("list", "Waiting").its("listitem")) == 0

    await ask_to_join(looker, visit.link, "Kai")
    await admit(staff, "Kai")
    await staff.see(LINKS.its("listitem", text="Used"))


@BOTH
async def test_the_secret_leaves_the_address_bar_at_once_and_the_title_stays_neutral(
    demo: Demo, tabs: Tabs, browser: str
) -> None:
    guest = await tabs.open(browser)
    staff = await tabs.open("chromium")
    visit = await host(staff, demo)
    await guest.go(visit.link)
    await guest.see(CONTINUE)
    assert await guest.address() == visit.link.partition("#")[0]
    assert await guest.run("history.state") is None
    assert visit.secret not in await guest.run("document.documentElement.outerHTML")
    titles = {await guest.title()}
    await ask_from_here(guest, "Kai")
    titles.add(await guest.title())
    await admit(staff, "Kai")
    await guest.see(person("Kai"))
    assert titles | {await guest.title()} == {"Appointment"}


@BOTH
async def test_a_link_without_its_last_part_says_that_it_is_not_complete(demo: Demo, tabs: Tabs, browser: str) -> None:
    staff, guest = await tabs.open("chromium"), await tabs.open(browser)
    visit = await host(staff, demo)
    bare, _, secret = visit.link.partition("#")
    for cut in (bare, f"{bare}#", f"{bare}#{secret[:20]}"):
        await guest.go("about:blank")
        await guest.go(cut)
        await guest.see(heading("This link is not complete"))
    # The whole link, pasted over the cut one in the same tab, works.
    await guest.go(visit.link)
    await guest.see(CONTINUE)


async def test_with_a_wrong_secret_no_name_can_be_read_and_nothing_else_breaks(demo: Demo, tabs: Tabs) -> None:
    staff, guest = await tabs.open("chromium"), await tabs.open("firefox")
    visit = await host(staff, demo)
    wrong = visit.link.partition("#")[0] + "#" + "A" * 43
    await ask_to_join(guest, wrong, "Kai")
    await staff.see(waiting("Name cannot be read"))
    await staff.click(waiting("Name cannot be read").its("button", "Decline"))
    await guest.see(heading("Not right now"))


async def open_and_continue(tab: Tab, visit: Visit) -> None:
    await tab.go(visit.link)
    await tab.click(CONTINUE)


async def test_a_link_that_was_taken_back_says_so(demo: Demo, tabs: Tabs) -> None:
    staff, guest = await tabs.open("chromium"), await tabs.open("firefox")
    visit = await host(staff, demo)
    await staff.click(LINKS.its("listitem", text="link 1").its("button", "Revoke"))
    await staff.see(LINKS.its("listitem", text="Revoked"))
    await open_and_continue(guest, visit)
    await guest.see(heading("This link was taken back"))


async def test_a_link_that_is_too_old_says_so(demo: Demo, tabs: Tabs) -> None:
    staff, guest = await tabs.open("chromium"), await tabs.open("firefox")
    visit = await host(staff, demo)
    demo.let_links_expire(visit.id)
    await open_and_continue(guest, visit)
    await guest.see(heading("This link is too old"))


async def test_a_link_that_nobody_made_and_a_link_of_an_ended_session_say_so(demo: Demo, tabs: Tabs) -> None:
    staff, guest = await tabs.open("chromium"), await tabs.open("firefox")
    visit = await host(staff, demo)
    await end_session(staff)
    await open_and_continue(guest, visit)
    await guest.see(heading("This session has ended"))
    nobody_s = visit.link.replace(visit.invitation, "A" * 32)
    await open_and_continue(guest, Visit(visit.id, nobody_s))
    await guest.see(heading("This link does not work"))


async def test_each_person_gets_a_link_of_their_own(demo: Demo, tabs: Tabs) -> None:
    staff, first, second = [await tabs.open(name) for name in ("chromium", "chromium", "firefox")]
    await sign_in(staff, demo)
    one = await new_session(staff)
    await staff.click(Named("button", "Add another link"))
    await staff.see(LINKS.its("listitem", text="link 2"))
    other = Visit(one.id, await staff.value(Named("textbox", "Participant link")))
    assert other.invitation != one.invitation
    assert other.secret == one.secret
    await ask_to_join(first, one.link, "Kai")
    await ask_to_join(second, other.link, "Robin")
    for name in ("Kai", "Robin"):
        await admit(staff, name)
    await first.see(person("Robin"))
    await second.see(person("Kai"))
    assert await first.count(STATUS_WAITING) == 0
