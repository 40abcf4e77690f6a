"""What each role finds behind its sign-in, and that compliance can read and take away the log."""

import io
import zipfile

import pytest

from tests.support.browsers import Named, Tabs
from tests.support.chromium import ChromiumTab
from tests.support.demo import Demo
from tests.support.walk import CONFIRM, NEW_SESSION, confirm, end_session, heading, host, sign_in

EXPORT = Named("button", "Export")
EVENTS = Named("table", "Events, newest first")
BANNER = Named("banner", text="Demonstration: draft policy")
HOMES = {
    "specialist": ("Sessions", {"Sessions", "Security"}),
    "supervisor": ("Sessions", {"Sessions", "Security"}),
    "compliance": ("Compliance", {"Compliance", "Security"}),
    "admin": ("Accounts", {"Account", "Security"}),
}


@pytest.mark.parametrize("role", HOMES)
async def test_each_role_finds_its_own_pages_and_no_others(demo: Demo, tabs: Tabs, role: str) -> None:
    tab = await tabs.open("chromium")
    await sign_in(tab, demo, role)
    home, links = HOMES[role]
    await tab.see(heading(home))
    await tab.see(BANNER)
    ways = Named("navigation", "Main")
    assert await tab.count(ways.its("link")) == len(links)
    for name in links:
        await tab.see(ways.its("link", name))
    hosts = role in {"specialist", "supervisor"}
    assert await tab.count(NEW_SESSION) == hosts
    assert await tab.count(EXPORT) == (role == "compliance")

    # The address of somebody else's page does not open it.
    other = "#compliance" if hosts else "#session=ses_000000000000"
    await tab.go(f"{demo.url}/staff{other}")
    if hosts:
        await tab.see(Named("main", text="Your role does not allow this."))
    else:
        await tab.see(heading(home))
    await (tab.see if role == "compliance" else tab.miss)(EVENTS)


@pytest.mark.parametrize("path", ["/", "/staff", "/j/" + "A" * 32])
async def test_every_page_of_a_demonstration_says_that_it_is_one(demo: Demo, tabs: Tabs, path: str) -> None:
    tab = await tabs.open("firefox")
    await tab.go(demo.url + path)
    await tab.see(BANNER)


async def test_compliance_reads_the_log_of_one_session(demo: Demo, tabs: Tabs) -> None:
    staff, reviewer = await tabs.open("chromium"), await tabs.open("firefox")
    visit = await host(staff, demo)
    await end_session(staff)

    await sign_in(reviewer, demo, "compliance")
    await reviewer.fill(Named("textbox", "Session"), visit.id)
    await reviewer.click(Named("button", "Show"))
    await reviewer.see(EVENTS.its("row", text="session.ended"))
    for kind in ("session.created", "session.invite_issued", "session.joined"):
        await reviewer.see(EVENTS.its("row", text=kind))
    table = await reviewer.text(EVENTS)
    assert visit.invitation not in table
    assert visit.secret not in table

    await reviewer.fill(Named("textbox", "Type"), "session.created")
    await reviewer.click(Named("button", "Show"))
    await reviewer.miss(EVENTS.its("row", text="session.ended"))
    await reviewer.see(EVENTS.its("row", text="session.created"))


async def test_an_export_is_confirmed_first_and_then_goes_on(demo: Demo, tabs: Tabs) -> None:
    tab = await tabs.open("chromium")
    assert isinstance(tab, ChromiumTab)
    await sign_in(tab, demo, "compliance")
    demo.let_confirmations_age()
    await tab.click(EXPORT)
    await tab.see(CONFIRM)
    await tab.click(CONFIRM.its("button", "Cancel"))
    await tab.see(Named("alert", text="Nothing was done, because you did not confirm."))

    await tab.click(EXPORT)
    async with tab.page.expect_download() as download:
        await confirm(tab, demo.accounts["compliance"].password)
    package = zipfile.ZipFile(io.BytesIO((await (await download.value).path()).read_bytes()))
    names = set(package.namelist())
    assert {"manifest.json", "events.jsonl", "checkpoint.txt", "sotto_verify.py", "verify.html"} <= names
    await tab.see(Named("status", text="The package was made."))
    tab.forgive("status of 403")  # What asked for the confirmation.
