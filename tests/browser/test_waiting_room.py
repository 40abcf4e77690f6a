"""Who is let in, who is not, who is sent away, and what a second device with the same link means."""

from tests.support.browsers import Named, Tabs
from tests.support.demo import Demo
from tests.support.walk import (
    CONTINUE,
    HOST,
    STATUS_WAITING,
    admit,
    ask_to_join,
    bring_in,
    heading,
    host,
    person,
    sign_in,
    waiting,
)


async def test_whoever_is_declined_is_told_so_kindly_and_is_in_nobody_s_list(demo: Demo, tabs: Tabs) -> None:
    staff, guest = await tabs.open("chromium"), await tabs.open("firefox")
    visit = await host(staff, demo)
    await ask_to_join(guest, visit.link, "Kai")
    await staff.click(waiting("Kai").its("button", "Decline"))
    await guest.see(heading("Not right now"))
    await staff.miss(waiting("Kai"))
    assert await staff.count(person("Kai")) == 0


async def test_whoever_is_removed_is_told_and_the_link_lets_them_in_no_more(demo: Demo, tabs: Tabs) -> None:
    staff, guest = await tabs.open("chromium"), await tabs.open("firefox")
    visit = await host(staff, demo)
    await bring_in(staff, guest, visit, "Kai")

    question = Named("dialog", text="Kai")
    await staff.click(person("Kai").its("button", "Remove"))
    await staff.click(question.its("button", "Cancel"))
    await staff.miss(question)
    await guest.see(person("Kai"))

    await staff.click(person("Kai").its("button", "Remove"))
    await staff.click(question.its("button", "Remove this person"))
    await guest.see(heading("You are not in this session any more"))
    await staff.miss(person("Kai"))

    await guest.go(visit.link)
    await guest.click(CONTINUE)
    await guest.see(heading("You are not in this session any more"))


async def test_a_second_device_before_admission_takes_the_place_of_the_first(demo: Demo, tabs: Tabs) -> None:
    staff, first, second = [await tabs.open(name) for name in ("chromium", "chromium", "firefox")]
    visit = await host(staff, demo)
    await ask_to_join(first, visit.link, "Kai")
    await staff.see(waiting("Kai"))

    await ask_to_join(second, visit.link, "Kai again")
    await first.see(heading("Open in another place"))
    await staff.see(waiting("Kai again"))
    assert "opened again on another device" in await staff.text(waiting("Kai again"))
    assert await staff.count(Named("list", "Waiting").its("listitem")) == 1

    await admit(staff, "Kai again")
    await second.see(person(HOST))


async def test_a_second_device_after_admission_knocks_and_replaces_the_first_only_when_admitted(
    demo: Demo, tabs: Tabs
) -> None:
    staff, first, second = [await tabs.open(name) for name in ("firefox", "chromium", "chromium")]
    visit = await host(staff, demo)
    await bring_in(staff, first, visit, "Kai")

    await ask_to_join(second, visit.link, "Kai's phone")
    assert "This link has let someone in before." in await staff.text(waiting("Kai's phone"))
    await first.see(person("Kai"))

    await admit(staff, "Kai's phone")
    await second.see(person(HOST))
    await first.see(heading("Open in another place"))
    await staff.miss(person("Kai"))


async def test_whoever_waits_when_the_session_ends_is_told(demo: Demo, tabs: Tabs) -> None:
    staff, guest = await tabs.open("chromium"), await tabs.open("firefox")
    visit = await host(staff, demo)
    await ask_to_join(guest, visit.link, "Kai")
    await staff.click(Named("button", "End session"))
    await staff.click(Named("dialog").its("button", "End for everyone"))
    await guest.see(heading("The session has ended"))
    assert await guest.count(STATUS_WAITING) == 0


async def test_a_look_from_a_browser_without_the_key_takes_the_host_s_seat_only_when_asked(
    demo: Demo, tabs: Tabs
) -> None:
    staff, other = await tabs.open("chromium"), await tabs.open("firefox")
    visit = await host(staff, demo)
    await sign_in(other, demo)
    await other.go(f"{demo.url}/staff#session={visit.id}")
    await other.see(Named("main", text="This browser does not have the key of this session."))
    await staff.see(person(HOST))
    await other.click(Named("button", "Enter now"))
    await other.see(person("Specialist"))
    await staff.see(heading("Open in another place"))
    await staff.click(Named("button", "Use it here"))
    await staff.see(person(HOST))
