"""A tour of every screen and every state people can meet: whoever looks is told where we are and given the tab."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from tests.support.browsers import Named
from tests.support.chromium import Chromium, ChromiumTab
from tests.support.demo import Demo
from tests.support.walk import (
    ASK,
    CONFIRM,
    CONTINUE,
    EMAIL,
    HOST,
    LEAVE,
    LINK,
    NAME,
    NEW_PASSWORD,
    PASSWORD,
    SAVE_PASSWORD,
    SIGN_IN,
    STATUS_WAITING,
    UNDERSTAND,
    Visit,
    admit,
    ask_to_join,
    confirm,
    end_session,
    heading,
    host,
    new_session,
    person,
    sign_in,
    waiting,
)

Look = Callable[[str, ChromiumTab], Awaitable[None]]
LINKS: Final = Named("list", "Links")

SCREENS: Final = (
    *("landing", "sign-in", "sign-in-refused", "setup", "setup-too-short", "setup-used-link"),
    *("link-incomplete", "link-refused", "sessions-none", "session-planned", "sessions"),
    *("session-alone", "session-no-key", "session-elsewhere"),
    *("join-welcome", "join-before", "join-not-understood", "join-name-too-long", "join-waiting", "join-shift"),
    *("session-waiting", "session-again", "join-replaced", "session-people", "join-here", "session-away"),
    *("session-remove", "join-removed", "join-left", "join-declined", "session-left", "session-end", "join-ended"),
    *("session-ended", "security", "step-up", "step-up-refused", "code-app", "security-done"),
    *("compliance", "compliance-details", "compliance-none", "admin"),
)
"""Where the tour stops, in this order."""


@dataclass
class Tour:
    """One tour through one demonstration, in Chromium; `options` are those of its contexts."""

    demo: Demo
    chromium: Chromium
    look: Look
    options: dict[str, object]

    async def walk(self) -> None:
        """Go through every chapter; each opens its own tabs and closes them."""
        for chapter in (self._strangers, self._planning, self._visit, self._security, self._compliance, self._admin):
            self._open: list[ChromiumTab] = []
            try:
                await chapter()
            finally:
                for tab in self._open:
                    await tab.close()

    async def _tab(self) -> ChromiumTab:
        self._open.append(await self.chromium.tab(**self.options))
        return self._open[-1]

    async def _strangers(self) -> None:
        tab, url = await self._tab(), self.demo.url
        await tab.go(url)
        await tab.see(Named("link", "Staff sign-in"))
        await self.look("landing", tab)
        await tab.click(Named("link", "Staff sign-in"))
        await tab.see(SIGN_IN)
        await self.look("sign-in", tab)
        await tab.fill(EMAIL, "somebody@demo.example")
        await tab.fill(PASSWORD, "not-the-password")
        await tab.click(SIGN_IN)
        await tab.see(Named("alert", text="That did not match."))
        await self.look("sign-in-refused", tab)
        await self._setup(tab)
        await tab.go(f"{url}/j/{'A' * 32}")
        await tab.see(heading("This link is not complete"))
        await self.look("link-incomplete", tab)
        await tab.go(f"{url}/j/{'A' * 32}#{'A' * 43}")
        await tab.click(CONTINUE)
        await tab.see(heading("This link does not work"))
        await self.look("link-refused", tab)

    async def _setup(self, tab: ChromiumTab) -> None:
        link = await self.demo.hire("new@demo.example", "specialist")
        await tab.go(link)
        await tab.see(NEW_PASSWORD)
        await self.look("setup", tab)
        await tab.fill(NEW_PASSWORD, "short")
        await tab.click(SAVE_PASSWORD)
        await tab.see(Named("alert", text="too short"))
        await self.look("setup-too-short", tab)
        await tab.fill(NEW_PASSWORD, "walnut-harbor-violin-4")
        await tab.click(SAVE_PASSWORD)
        await tab.see(SIGN_IN)
        await tab.go("about:blank")
        await tab.go(link)
        await tab.see(Named("alert", text="This link does not work any more."))
        await self.look("setup-used-link", tab)

    async def _planning(self) -> None:
        tab = await self._tab()
        await sign_in(tab, self.demo)
        await tab.see(Named("main", text="No session is planned or open."))
        await self.look("sessions-none", tab)
        await tab.fill(Named("textbox", "Planned start"), "2040-03-01T10:00")
        await tab.click(Named("button", "New session"))
        await tab.see(Named("button", "Enter now"))
        await tab.value(LINK)
        await self.look("session-planned", tab)
        await tab.click(Named("link", "← All sessions"))
        await tab.see(Named("main", text="Planned for"))
        await new_session(tab)
        await end_session(tab)
        await tab.click(Named("link", "← All sessions"))
        await tab.see(heading("Ended"))
        await self.look("sessions", tab)

    async def _visit(self) -> None:
        staff = await self._tab()
        visit = await host(staff, self.demo)
        await self.look("session-alone", staff)
        await self._without_key(staff, visit)
        guest = await self._tab()
        await self._join(guest, visit)
        await staff.see(waiting("Kai"))
        await self.look("session-waiting", staff)
        phone = await self._tab()
        await ask_to_join(phone, visit.link, "Kai's phone")
        await staff.see(waiting("Kai's phone"))
        await self.look("session-again", staff)
        await guest.see(heading("Open in another place"))
        await self.look("join-replaced", guest)
        await admit(staff, "Kai's phone")
        await self._group(staff, guest, phone)

    async def _without_key(self, staff: ChromiumTab, visit: Visit) -> None:
        other = await self._tab()
        await sign_in(other, self.demo)
        await other.go(f"{self.demo.url}/staff#session={visit.id}")
        await other.see(Named("main", text="This browser does not have the key"))
        await other.see(Named("button", "Enter now"))
        await self.look("session-no-key", other)
        await other.click(Named("button", "Enter now"))
        await staff.see(heading("Open in another place"))
        self._open.remove(other)
        await other.close()
        await self.look("session-elsewhere", staff)
        await staff.click(Named("button", "Use it here"))
        await staff.see(person(HOST))

    async def _join(self, guest: ChromiumTab, visit: Visit) -> None:
        await guest.go(visit.link)
        await guest.see(CONTINUE)
        await self.look("join-welcome", guest)
        await guest.click(CONTINUE)
        await guest.see(ASK)
        await self.look("join-before", guest)
        await guest.click(ASK)
        await guest.see(Named("alert", text="Please read the text"))
        await self.look("join-not-understood", guest)
        await guest.click(UNDERSTAND)
        await guest.fill(NAME, "A name that is far too long for anybody to read")
        await guest.see(Named("alert", text="Please use a shorter name."))
        await self.look("join-name-too-long", guest)
        await guest.fill(NAME, "Kai")
        await guest.click(ASK)
        await guest.see(STATUS_WAITING)
        await self.look("join-waiting", guest)
        await guest.press("Shift")
        await guest.see(Named("status", text="Press Shift 2 more times to leave."))
        await self.look("join-shift", guest)

    async def _group(self, staff: ChromiumTab, guest: ChromiumTab, phone: ChromiumTab) -> None:
        await staff.click(Named("button", "Add another link"))
        await staff.see(LINKS.its("listitem", text="link 2"))
        await ask_to_join(guest, await staff.value(Named("textbox", "Participant link")), "Robin")
        await admit(staff, "Robin")
        await self.look("session-people", staff)
        await phone.see(person("Robin"))
        await self.look("join-here", phone)
        await guest.go("about:blank")
        await staff.see(person("Robin").its("paragraph", text="Connection lost."))
        await self.look("session-away", staff)
        await staff.click(person("Kai's phone").its("button", "Remove"))
        await staff.see(Named("dialog"))
        await self.look("session-remove", staff)
        await staff.click(Named("dialog").its("button", "Remove this person"))
        await phone.see(heading("You are not in this session any more"))
        await self.look("join-removed", phone)
        await self._endings(staff, guest)

    async def _endings(self, staff: ChromiumTab, guest: ChromiumTab) -> None:
        await guest.back()
        await guest.see(person("Robin"))
        await guest.click(LEAVE)
        await guest.see(heading("You left"))
        await self.look("join-left", guest)
        for name, end in (("Sol", "Decline"), ("Uma", "Admit")):
            await staff.click(Named("button", "Add another link"))
            await staff.until("document.querySelector('input[readonly]')?.value.startsWith('http')")
            await ask_to_join(guest, await staff.value(Named("textbox", "Participant link")), name)
            await staff.click(waiting(name).its("button", end))
            if end == "Decline":
                await guest.see(heading("Not right now"))
                await self.look("join-declined", guest)
        await guest.see(person("Uma"))
        await staff.click(LEAVE)
        await staff.see(Named("button", "Enter again"))
        await self.look("session-left", staff)
        await staff.click(Named("button", "End session"))
        await staff.see(Named("dialog"))
        await self.look("session-end", staff)
        await staff.click(Named("dialog").its("button", "End for everyone"))
        await guest.see(heading("The session has ended"))
        await self.look("join-ended", guest)
        await staff.miss(Named("button", "Enter again"))
        await self.look("session-ended", staff)

    async def _security(self) -> None:
        tab, password = await self._tab(), self.demo.accounts["supervisor"].password
        await sign_in(tab, self.demo, "supervisor")
        await tab.click(Named("link", "Security"))
        await tab.see(heading("Security"))
        await self.look("security", tab)
        self.demo.let_confirmations_age()
        await tab.click(Named("button", "Set up a code app"))
        await tab.see(CONFIRM)
        await self.look("step-up", tab)
        await tab.fill(CONFIRM.its("textbox", "Password"), "not-the-password")
        await tab.click(CONFIRM.its("button", "Confirm"))
        await tab.see(CONFIRM.its("alert", text="That did not match."))
        await self.look("step-up-refused", tab)
        await confirm(tab, password)
        await tab.see(Named("button", "Confirm code"))
        await self.look("code-app", tab)
        await tab.fill(NEW_PASSWORD, password)
        await tab.click(Named("button", "Change password"))
        await tab.see(Named("status", text="Your password was changed."))
        await self.look("security-done", tab)

    async def _compliance(self) -> None:
        tab = await self._tab()
        await sign_in(tab, self.demo, "compliance")
        await tab.see(Named("table"))
        await self.look("compliance", tab)
        await tab.page.locator("summary").last.click()
        await self.look("compliance-details", tab)
        await tab.fill(Named("textbox", "Type"), "session.unheard_of")
        await tab.click(Named("button", "Show"))
        await tab.miss(Named("table"))
        await tab.see(Named("main", text="No event fits."))
        await self.look("compliance-none", tab)

    async def _admin(self) -> None:
        tab = await self._tab()
        await sign_in(tab, self.demo, "admin")
        await tab.see(heading("Accounts"))
        await self.look("admin", tab)
