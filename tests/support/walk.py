"""What people do in a session, step by step, as they would tell it. Used by every test in a browser."""

from dataclasses import dataclass
from typing import Final

from tests.support.browsers import Named, Tab
from tests.support.demo import Account, Demo

EMAIL: Final = Named("textbox", "Email")
PASSWORD: Final = Named("textbox", "Password")
SIGN_IN: Final = Named("button", "Sign in")
NEW_SESSION: Final = Named("button", "New session")
LINK: Final = Named("textbox", "Participant link")
WAITING: Final = Named("list", "Waiting")
PEOPLE: Final = Named("region", "People")
CONTINUE: Final = Named("button", "Continue")
UNDERSTAND: Final = Named("checkbox", "I understand")
NAME: Final = Named("textbox", "How should we call you?")
ASK: Final = Named("button", "Ask to join")
STATUS_WAITING: Final = Named("status", "Waiting")
LEAVE: Final = Named("button", "Leave")
LEAVE_QUIETLY: Final = Named("button", "Leave now, quietly")
SIGN_OUT: Final = Named("button", "Sign out")
NEW_PASSWORD: Final = Named("textbox", "New password")
SAVE_PASSWORD: Final = Named("button", "Save password")
CONFIRM: Final = Named("dialog", "Confirm that it is you")
HOST: Final = "Sam Specialist"


@dataclass(frozen=True, slots=True)
class Visit:
    """A session as its host has it before them."""

    id: str
    link: str

    @property
    def invitation(self) -> str:
        """The part of the link that the server knows."""
        return self.link.partition("#")[0].rpartition("/")[2]

    @property
    def secret(self) -> str:
        """The part of the link that the server must never know."""
        return self.link.partition("#")[2]


def heading(name: str) -> Named:
    """Return the heading with that name."""
    return Named("heading", name)


def waiting(name: str) -> Named:
    """Return the entry of somebody in the list "Waiting"."""
    return WAITING.its("listitem", text=name)


def person(name: str) -> Named:
    """Return somebody in the region "People"."""
    return PEOPLE.its("group", name)


async def sign_in(tab: Tab, demo: Demo, role: str = "specialist") -> None:
    """Sign in with the password of a demo account."""
    await sign_in_as(tab, demo, demo.accounts[role])


async def sign_in_as(tab: Tab, demo: Demo, account: Account) -> None:
    """Sign in with a password, from wherever the tab is."""
    await tab.go(f"{demo.url}/staff")
    await tab.fill(EMAIL, account.email)
    await tab.fill(PASSWORD, account.password)
    await tab.click(SIGN_IN)
    await tab.see(SIGN_OUT)


async def hire(tab: Tab, demo: Demo, email: str, role: str = "specialist") -> Account:
    """Make an account, set its password by its link, and sign in with it."""
    account = Account(email, "walnut-harbor-violin-4")
    await tab.go(await demo.hire(email, role))
    await tab.fill(NEW_PASSWORD, account.password)
    await tab.click(SAVE_PASSWORD)
    await tab.see(Named("main", text="Your account is ready. Sign in now."))
    await sign_in_as(tab, demo, account)
    return account


async def new_session(tab: Tab) -> Visit:
    """Make a session and read its link off the page."""
    await tab.click(NEW_SESSION)
    await tab.see(person(HOST))
    return Visit((await tab.address()).partition("#session=")[2], await tab.value(LINK))


async def host(tab: Tab, demo: Demo) -> Visit:
    """Sign in as the specialist and open a new session."""
    await sign_in(tab, demo)
    return await new_session(tab)


async def ask_to_join(tab: Tab, link: str, name: str) -> None:
    """Open a link and go the participant's way up to the waiting room."""
    await tab.go(link)
    await ask_from_here(tab, name)


async def ask_from_here(tab: Tab, name: str) -> None:
    """Go the participant's way on a page that shows the link's welcome."""
    await tab.click(CONTINUE)
    await tab.click(UNDERSTAND)
    await tab.fill(NAME, name)
    await tab.click(ASK)
    await tab.see(STATUS_WAITING)


async def admit(tab: Tab, name: str) -> None:
    """Let somebody in who waits, and see them among the people."""
    await tab.click(waiting(name).its("button", "Admit"))
    await tab.see(person(name))
    await tab.miss(waiting(name))


async def bring_in(staff: Tab, guest: Tab, visit: Visit, name: str) -> None:
    """Let a guest come all the way into the session."""
    await ask_to_join(guest, visit.link, name)
    await admit(staff, name)
    await guest.see(person(name))


async def end_session(tab: Tab) -> None:
    """End the session for everyone, and confirm it."""
    await tab.click(Named("button", "End session"))
    await tab.click(Named("dialog").its("button", "End for everyone"))
    await tab.miss(Named("button", "End session"))


async def confirm(tab: Tab, password: str) -> None:
    """Answer the dialog that asks for a fresh confirmation."""
    await tab.see(CONFIRM)
    await tab.fill(CONFIRM.its("textbox", "Password"), password)
    await tab.click(CONFIRM.its("button", "Confirm"))
    await tab.miss(CONFIRM)
