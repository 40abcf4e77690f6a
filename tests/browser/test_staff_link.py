"""A link for a colleague: copied with one press, good only for somebody who signs in, and names can be read there."""

from tests.support.browsers import Named, Tabs
from tests.support.chromium import ChromiumTab
from tests.support.demo import Demo
from tests.support.walk import (
    CONTINUE,
    EMAIL,
    HOST,
    LINK,
    PASSWORD,
    SIGN_IN,
    admit,
    ask_from_here,
    ask_to_join,
    heading,
    host,
    person,
    waiting,
)

LINKS = Named("list", "Links")
CLIPBOARD = "navigator.clipboard.readText()"


async def test_a_colleague_signs_in_first_and_then_sees_who_is_here(demo: Demo, tabs: Tabs) -> None:
    staff, guest, colleague = [await tabs.open(name) for name in ("chromium", "chromium", "firefox")]
    assert isinstance(staff, ChromiumTab)
    await staff.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit = await host(staff, demo)
    await staff.click(LINKS.its("listitem", text="link 1").its("button", "Copy link"))
    assert await staff.run(CLIPBOARD) == await staff.value(LINK) == visit.link

    await staff.find(Named("combobox", "The link is for")).select_option("a supervisor")
    await staff.click(Named("button", "Add another link"))
    await staff.click(LINKS.its("listitem", text="Supervisor, link 2").its("button", "Copy link"))
    await staff.see(LINKS.its("listitem", text="Supervisor, link 2").its("status", text="Copied"))
    link = await staff.run(CLIPBOARD)
    assert link.endswith(visit.secret)
    assert link != visit.link

    await colleague.go(link)
    await colleague.click(CONTINUE)
    await colleague.see(heading("This link is for staff"))
    await colleague.click(Named("link", "Sign in"))
    account = demo.accounts["supervisor"]
    await colleague.fill(EMAIL, account.email)
    await colleague.fill(PASSWORD, account.password)
    await colleague.click(SIGN_IN)
    await ask_from_here(colleague, "Suri")
    await admit(staff, "Suri")
    await colleague.see(person(HOST))

    await ask_to_join(guest, visit.link, "Kai")
    await admit(colleague, "Kai")
    await staff.see(person("Kai"))
    assert await staff.count(waiting("Kai")) == 0
