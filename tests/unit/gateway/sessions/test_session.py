"""The live session as a transcript: what people do, what everyone hears."""

from datetime import timedelta

import pytest

from gateway.core.errors import Denied
from gateway.core.ids import PeerId, SeatId
from gateway.sessions import decisions
from gateway.sessions.mailbox import RING
from gateway.sessions.messages import LobbyGone, LobbyKnock, Notice, NoticeCode, SeatUpdate, SessionUpdate, Welcome
from gateway.sessions.plan import HangUp, SeatChanged, SessionChanged
from gateway.sessions.state import SeatState, SessionState
from tests.support.scene import Scene


def test_the_first_staff_member_opens_the_session() -> None:
    scene = Scene()
    seat = scene.take("specialist", host=True)
    host = scene.connect(seat)
    assert host.types() == ["welcome"]
    scene.ask(seat)
    assert host.types() == ["session.state", "seat.state"]
    assert (host.session_state, host.state) == ("open", "here")
    assert scene.live.opened_at == scene.now


def test_asking_is_told_to_staff_and_to_nobody_else() -> None:
    scene = Scene()
    host = scene.host()
    other = scene.admitted(host)
    scene.people[host].types()
    scene.people[other].types()
    seat = scene.waiting()
    assert scene.people[seat].types() == ["welcome", "seat.state"]
    assert scene.people[host].types() == ["lobby.knock"]
    assert scene.people[other].types() == []


def test_whoever_waits_sees_nobody() -> None:
    scene = Scene()
    host = scene.host()
    scene.admitted(host)
    seat = scene.waiting()
    person = scene.people[seat]
    assert (person.people, person.waiting) == ({}, {})
    welcome = scene.connect(seat).heard[-1]
    assert isinstance(welcome, Welcome)
    assert (welcome.state, welcome.people, welcome.waiting) == ("waiting", [], [])


def test_whoever_is_let_in_meets_everyone_and_everyone_meets_them() -> None:
    scene = Scene()
    host = scene.host()
    first = scene.admitted(host)
    second = scene.waiting()
    for person in scene.people.values():
        person.heard.clear()
    scene.admit(second, host)
    assert scene.people[host].types() == ["lobby.gone", "seat.state"]
    assert scene.people[first].types() == ["seat.state"]
    assert scene.people[second].types() == ["seat.state"] * 3
    everyone = {host, first, second}
    assert set(scene.people[second].people) == set(scene.people[first].people) == everyone


def test_staff_who_come_later_hear_who_waits() -> None:
    scene = Scene()
    early = scene.waiting()
    host = scene.host()
    assert list(scene.people[host].waiting) == [early]


def test_whoever_is_declined_is_told_and_gone() -> None:
    scene = Scene()
    host = scene.host()
    seat = scene.waiting()
    scene.deny(seat, host)
    told = scene.people[seat].heard[-1]
    assert isinstance(told, SeatUpdate)
    assert (told.state, told.reason) == ("left", "declined")
    assert scene.people[seat].hung_up == "declined"
    assert isinstance(scene.people[host].heard[-1], LobbyGone)
    with pytest.raises(Denied) as caught:
        scene.connect(seat)
    assert caught.value.code == "declined"


def test_whoever_is_removed_is_told_and_gone_for_everyone() -> None:
    scene = Scene()
    host = scene.host()
    seat, other = scene.admitted(host), scene.admitted(host)
    scene.remove(seat, host)
    told = scene.people[seat].heard[-1]
    assert isinstance(told, SeatUpdate)
    assert (told.seat, told.reason) == (seat, "removed")
    assert scene.people[seat].hung_up == "removed"
    assert seat not in scene.people[other].people
    assert seat not in scene.people[host].people
    with pytest.raises(Denied) as caught:
        scene.connect(seat)
    assert caught.value.code == "removed"


def test_whoever_leaves_is_gone_and_may_not_come_back_on_that_seat() -> None:
    scene = Scene()
    host = scene.host()
    seat = scene.admitted(host)
    scene.leave(seat)
    assert scene.people[seat].hung_up == "left"
    assert seat not in scene.people[host].people
    with pytest.raises(Denied) as caught:
        scene.connect(seat)
    assert caught.value.code == "not_in_session"


def test_a_lost_connection_keeps_the_seat_and_the_others_know() -> None:
    scene = Scene()
    host = scene.host()
    seat = scene.admitted(host)
    scene.disconnect(seat)
    assert scene.state(seat) is SeatState.RECONNECTING
    assert scene.people[host].people[seat][0] == "reconnecting"
    scene.wait(119)
    person = scene.connect(seat, resume=True)
    assert scene.state(seat) is SeatState.HERE
    assert person.state == "here"
    assert scene.people[host].people[seat][0] == "here"


def test_what_was_missed_is_repeated_once_and_in_order() -> None:
    scene = Scene()
    host = scene.host()
    seat = scene.admitted(host)
    scene.disconnect(host)
    scene.leave(seat)
    others = [scene.waiting() for _ in range(3)]
    person = scene.connect(host, resume=True)
    assert person.types()[-5:] == ["welcome", "seat.state", "lobby.knock", "lobby.knock", "lobby.knock"]
    assert seat not in person.people
    assert list(person.waiting) == others


def test_a_gap_that_is_too_long_starts_afresh() -> None:
    scene = Scene()
    host = scene.host()
    scene.disconnect(host)
    for _ in range(RING // 2 + 1):
        seat = scene.waiting()
        scene.leave(seat)
    welcome = scene.connect(host, resume=True).heard[-1]
    assert isinstance(welcome, Welcome)
    assert not welcome.resumed


def test_a_second_connection_of_the_same_seat_replaces_the_first() -> None:
    scene = Scene()
    host = scene.host()
    peer = scene.people[host].peer
    scene.connect(host)
    assert HangUp(PeerId(str(peer)), "replaced") in scene.outputs
    assert peer is not None
    assert scene.live.disconnected(host, peer, now=scene.now) == [], "the old connection's end changes nothing"
    assert scene.state(host) is SeatState.HERE


def test_opening_the_link_elsewhere_before_admission_replaces_the_browser() -> None:
    scene = Scene()
    host = scene.host()
    seat = scene.waiting(link="inv_1")
    assert scene.take(link="inv_1") == seat
    assert scene.people[seat].hung_up == "replaced"
    assert isinstance(scene.people[host].heard[-1], LobbyGone)
    assert scene.state(seat) is SeatState.HELD
    scene.connect(seat)
    scene.ask(seat)
    knock = scene.people[host].heard[-1]
    assert isinstance(knock, LobbyKnock)
    assert knock.waiting.device == "again"


def test_an_admission_is_for_the_browser_that_asked_and_not_for_the_next() -> None:
    scene = Scene()
    host = scene.host()
    seat = scene.waiting(link="inv_1")
    plan = scene.plan(decisions.plan_admit, seat, by=host)
    scene.take(link="inv_1")
    scene.connect(seat)
    scene.ask(seat)
    assert scene.apply(plan) == []
    assert scene.state(seat) is SeatState.WAITING


def test_the_same_link_on_another_device_knocks_and_takes_over() -> None:
    scene = Scene()
    host = scene.host()
    old = scene.admitted(host, link="inv_1")
    new = scene.waiting(link="inv_1")
    assert new != old
    knock = scene.people[host].heard[-1]
    assert isinstance(knock, LobbyKnock)
    assert knock.waiting.device == "same_link"
    assert scene.state(old) is SeatState.HERE
    scene.admit(new, host)
    assert scene.people[old].hung_up == "replaced"
    assert scene.state(old) is SeatState.LEFT
    assert set(scene.people[host].people) == {host, new}


def test_declining_another_device_leaves_the_first_one_here() -> None:
    scene = Scene()
    host = scene.host()
    old = scene.admitted(host, link="inv_1")
    new = scene.waiting(link="inv_1")
    scene.deny(new, host)
    assert scene.state(old) is SeatState.HERE
    assert scene.people[old].hung_up is None


def test_the_host_goes_on_at_another_device_at_once() -> None:
    scene = Scene()
    old = scene.host()
    new = scene.host()
    assert new != old
    assert scene.people[old].hung_up == "replaced"
    assert scene.state(new) is SeatState.HERE


def test_someone_admitted_while_offline_is_expected_back() -> None:
    scene = Scene()
    host = scene.host()
    seat = scene.waiting()
    scene.disconnect(seat)
    scene.admit(seat, host)
    assert scene.state(seat) is SeatState.RECONNECTING
    assert scene.people[host].people[seat][0] == "reconnecting"
    person = scene.connect(seat, resume=True)
    assert person.state == "here"
    assert set(person.people) == {host, seat}


def test_the_end_is_told_to_everyone_also_to_those_who_wait() -> None:
    scene = Scene()
    host = scene.host()
    seat, waiting, held = scene.admitted(host), scene.waiting(), scene.take()
    scene.connect(held)
    scene.end(host)
    assert scene.live.state is SessionState.ENDED
    for each in (host, seat, waiting, held):
        told = scene.people[each].heard[-1]
        assert isinstance(told, SessionUpdate)
        assert (told.state, told.cause) == ("ended", "ended_by_host")
        assert scene.people[each].hung_up == "ended"
    with pytest.raises(Denied) as caught:
        scene.connect(seat)
    assert caught.value.code == "session_closed"


def test_a_plan_that_no_longer_fits_does_nothing() -> None:
    scene = Scene()
    host = scene.host()
    seat = scene.waiting()
    admit = scene.plan(decisions.plan_admit, seat, by=host)
    remove = scene.plan(decisions.plan_leave, by=seat)
    scene.apply(remove)
    assert scene.apply(admit) == []
    assert scene.apply(remove) == []
    scene.end(host)
    claim = decisions.Claim(role="helper", subject=scene.live.seats[seat].record.subject, invitation="inv_9")
    late = decisions.plan_seat(Scene().live, claim, new=SeatId("st_000000000000"), now=scene.now)
    assert scene.apply(late) == []
    assert "st_000000000000" not in scene.live.seats


def test_every_step_is_reported_for_the_log() -> None:
    scene = Scene()
    host = scene.host()
    changes = [each for each in scene.outputs if isinstance(each, SeatChanged | SessionChanged)]
    assert changes == [
        SessionChanged(SessionState.PLANNED, SessionState.OPEN),
        SeatChanged(host, SeatState.HELD, SeatState.HERE),
    ]


def test_after_a_restart_whoever_was_here_comes_back_without_asking() -> None:
    scene = Scene()
    host = scene.host()
    seat = scene.admitted(host)
    waiting = scene.waiting()
    scene.restart()
    assert scene.state(seat) is SeatState.RECONNECTING
    assert scene.live.opened_at is not None
    person = scene.connect(seat, resume=True)
    assert isinstance(person.heard[-1], Welcome)
    assert not person.heard[-1].resumed
    assert scene.state(seat) is SeatState.HERE
    scene.connect(host)
    assert list(scene.people[host].waiting) == [waiting]


def test_a_name_is_said_once_more_after_a_restart_and_only_then() -> None:
    scene = Scene()
    host = scene.host()
    seat = scene.admitted(host)
    waiting = scene.waiting()
    scene.ask(seat, "c29tZW9uZSBlbHNl")
    assert scene.people[host].people[seat][2] == "bmFtZQ", "whoever was admitted keeps the name they were admitted with"
    scene.restart()
    for each in (host, seat, waiting):
        scene.connect(each)
    assert scene.people[host].people[seat][2] is None
    scene.ask(seat, "bmFtZQ")
    scene.ask(waiting, "d2FpdHM")
    assert scene.people[host].people[seat][2] == "bmFtZQ"
    assert scene.people[host].waiting[waiting][2] == "d2FpdHM"
    scene.ask(seat, "c29tZW9uZSBlbHNl")
    assert scene.people[host].people[seat][2] == "bmFtZQ"


def test_everyone_is_warned_once_ten_and_two_minutes_before_the_end() -> None:
    scene = Scene(max_minutes=30)
    host = scene.host()
    seat = scene.admitted(host)
    person = scene.people[seat]
    person.types()
    scene.wait(19 * 60)
    assert person.types() == []
    scene.wait(60)
    scene.wait(1)
    assert person.types() == ["notice"]
    scene.wait(8 * 60)
    scene.wait(1)
    assert person.types() == ["notice"]
    scene.wait(3 * 60)
    assert person.types() == []


def test_a_warning_that_comes_too_late_is_not_given() -> None:
    scene = Scene(max_minutes=30)
    host = scene.host()
    scene.people[host].types()
    scene.wait(29 * 60)
    assert scene.people[host].types() == ["notice"], "only the shorter one"
    other = Scene(max_minutes=30)
    host = other.host()
    other.people[host].types()
    other.wait(31 * 60)
    assert other.people[host].types() == []


def test_what_an_earlier_browser_missed_is_not_told_to_the_one_that_replaced_it() -> None:
    scene = Scene()
    seat = scene.waiting(link="inv_1")
    scene.disconnect(seat)
    scene.people[seat].seen -= 1
    scene.take(link="inv_1")
    welcome = scene.connect(seat, resume=True).heard[-1]
    assert isinstance(welcome, Welcome)
    assert (welcome.state, welcome.resumed) == ("held", False)


def test_how_the_log_is_concerns_staff_and_is_told_once_a_change() -> None:
    scene = Scene()
    host = scene.host()
    seat = scene.admitted(host)
    scene.people[seat].types()
    conditions: tuple[NoticeCode | None, ...] = ("audit_unavailable", "audit_unavailable", None, None)
    for condition in conditions:
        scene.deliver(scene.live.show(condition))
    told = [each.code for each in scene.people[host].heard if isinstance(each, Notice)]
    assert told == ["audit_unavailable", "audit_back"]
    assert scene.people[seat].types() == []


def test_staff_who_come_while_the_log_is_away_hear_it_too() -> None:
    scene = Scene()
    scene.deliver(scene.live.show("safety_mode"))
    host = scene.host()
    scene.deliver(scene.live.show("safety_mode"))
    assert scene.people[host].types()[-1] == "notice"


def test_connecting_to_a_seat_that_never_was_is_refused() -> None:
    scene = Scene()
    with pytest.raises(Denied) as caught:
        scene.live.connected(SeatId("st_000000000000"), PeerId("peer_1"), resume=None, now=scene.now)
    assert caught.value.code == "not_in_session"


def test_the_welcome_says_when_time_is_up() -> None:
    scene = Scene(max_minutes=50)
    host = scene.host()
    welcome = scene.connect(host).heard[-1]
    assert isinstance(welcome, Welcome)
    assert welcome.ends_at == "2026-11-22T12:50:00.000Z"
    assert scene.live.ends_at == scene.now + timedelta(minutes=50)
