"""The whole way of one visit, in every pairing of the browsers: from the sign-in to the end of the session."""

import time

import pytest

from tests.support.browsers import Named, Tabs
from tests.support.demo import Demo
from tests.support.walk import (
    HOST,
    LEAVE,
    LINK,
    PEOPLE,
    STATUS_WAITING,
    admit,
    ask_to_join,
    end_session,
    heading,
    host,
    person,
    waiting,
)

CANARY = "Marigold Canary"
PAIRINGS = [(staff, guest) for staff in ("chromium", "firefox") for guest in ("chromium", "firefox")]


@pytest.mark.parametrize(("of_staff", "of_guest"), PAIRINGS)
async def test_a_visit_from_the_sign_in_to_the_end(demo: Demo, tabs: Tabs, of_staff: str, of_guest: str) -> None:
    staff, guest = await tabs.open(of_staff), await tabs.open(of_guest)
    visit = await host(staff, demo)
    assert len(visit.secret) == 43
    assert len(visit.invitation) == 32

    await ask_to_join(guest, visit.link, CANARY)
    await staff.see(waiting(CANARY))
    await admit(staff, CANARY)
    for tab in (staff, guest):
        await tab.see(person(CANARY))
        await tab.see(person(HOST))

    await guest.reload()
    reloaded_at = time.monotonic()
    await guest.see(person(HOST))
    assert time.monotonic() - reloaded_at < 3
    await guest.see(person(CANARY))
    assert await guest.count(STATUS_WAITING) == 0
    assert await staff.count(waiting(CANARY)) == 0
    await staff.see(person(CANARY).its("paragraph", text="Here"))

    await guest.click(LEAVE)
    await guest.see(heading("You left"))
    assert await guest.run("sessionStorage.length") == 0
    await staff.miss(person(CANARY))
    await end_session(staff)
    await staff.see(Named("main", text="This session has ended."))
    assert await staff.count(PEOPLE) + await staff.count(LINK) == 0

    # The same search finds what the server does know.
    assert demo.holds(visit.id) != []
    for private in (CANARY, visit.secret, visit.invitation):
        assert demo.holds(private) == []
