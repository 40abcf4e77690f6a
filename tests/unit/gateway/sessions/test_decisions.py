"""What may happen when: every refusal with its code, and everything time brings about."""

import itertools
from datetime import timedelta

import pytest

from gateway.core.actions import Action
from gateway.core.errors import CapacityError, Denied
from gateway.core.ids import SeatId, SubjectId
from gateway.sessions import decisions
from gateway.sessions.decisions import Claim
from gateway.sessions.messages import Kind, Role
from gateway.sessions.state import SeatState, SessionEvent, SessionState
from signaling.ws.protocol import FROM_CLIENT
from tests.support.scene import Scene

NOBODY = SeatId("st_000000000000")


def code_of(scene: Scene, act: str, *, by: SeatId, target: SeatId) -> str:
    """Return `ok`, or the code `act` is refused with."""
    plans = {
        "lobby.ask": lambda: scene.plan(decisions.plan_ask, by=by, name_ct=None),
        "lobby.admit": lambda: scene.plan(decisions.plan_admit, target, by=by),
        "lobby.deny": lambda: scene.plan(decisions.plan_deny, target, by=by),
        "seat.remove": lambda: scene.plan(decisions.plan_remove, target, by=by),
        "seat.leave": lambda: scene.plan(decisions.plan_leave, by=by),
        "session.end": lambda: scene.plan(decisions.plan_end, by=by),
    }
    try:
        plans[act]()
    except (Denied, CapacityError) as error:
        return error.code
    return "ok"


def test_the_host_needs_nobodys_leave() -> None:
    scene = Scene()
    seat = scene.take("specialist", host=True)
    plan = scene.plan(decisions.plan_ask, by=seat, name_ct=None)
    assert [step.event for step in plan.steps] == ["enter"]
    assert plan.session is SessionEvent.OPEN


def test_a_colleague_waits_while_staff_are_here_and_steps_in_when_none_is() -> None:
    scene = Scene()
    host = scene.host()
    colleague = scene.take("supervisor")
    scene.connect(colleague)
    assert [step.event for step in scene.plan(decisions.plan_ask, by=colleague, name_ct=None).steps] == ["ask"]
    scene.ask(colleague)
    scene.disconnect(host)
    assert [step.event for step in scene.plan(decisions.plan_ask, by=colleague, name_ct=None).steps] == ["enter"]


@pytest.mark.parametrize("role", ["participant", "interpreter", "helper"])
def test_a_guest_never_comes_in_alone(role: Role) -> None:
    scene = Scene()
    seat = scene.take(role)
    scene.connect(seat)
    scene.ask(seat)
    assert scene.state(seat) is SeatState.WAITING
    assert scene.live.state is SessionState.PLANNED


def test_asking_twice_is_asking_once() -> None:
    scene = Scene()
    host = scene.host()
    seat = scene.waiting()
    assert scene.plan(decisions.plan_ask, by=seat, name_ct=None).is_silent
    scene.admit(seat, host)
    assert scene.plan(decisions.plan_ask, by=seat, name_ct=None).is_silent


@pytest.mark.parametrize("act", ["lobby.admit", "lobby.deny"])
def test_only_who_waits_is_admitted_or_declined(act: str) -> None:
    scene = Scene()
    host = scene.host()
    held, here, gone = scene.take(), scene.admitted(host), scene.waiting()
    scene.leave(gone)
    assert code_of(scene, act, by=host, target=held) == "not_waiting"
    assert code_of(scene, act, by=host, target=here) == "not_waiting"
    assert code_of(scene, act, by=host, target=gone) == "seat_unknown"
    assert code_of(scene, act, by=host, target=NOBODY) == "seat_unknown"


def test_only_who_is_here_is_removed_and_never_the_host() -> None:
    scene = Scene()
    host = scene.host()
    colleague = scene.admitted(host, "specialist")
    assert code_of(scene, "seat.remove", by=host, target=scene.waiting()) == "seat_unknown"
    assert code_of(scene, "seat.remove", by=host, target=NOBODY) == "seat_unknown"
    assert code_of(scene, "seat.remove", by=colleague, target=host) == "role_not_permitted"
    assert code_of(scene, "seat.remove", by=host, target=colleague) == "ok"


def test_staff_act_only_from_inside() -> None:
    scene = Scene()
    host = scene.host()
    seat = scene.waiting()
    colleague = scene.waiting("specialist")
    assert code_of(scene, "lobby.admit", by=colleague, target=seat) == "not_admitted"
    scene.disconnect(host)
    assert code_of(scene, "lobby.admit", by=host, target=seat) == "not_admitted"
    assert code_of(scene, "session.end", by=host, target=seat) == "not_admitted"


def test_nothing_may_be_done_with_a_seat_that_is_over_or_unknown() -> None:
    scene = Scene()
    host = scene.host()
    seat = scene.admitted(host)
    scene.leave(seat)
    assert code_of(scene, "lobby.ask", by=seat, target=seat) == "not_in_session"
    assert code_of(scene, "seat.leave", by=NOBODY, target=seat) == "not_in_session"
    scene.end(host)
    assert code_of(scene, "seat.leave", by=host, target=seat) == "session_closed"


def test_an_action_without_a_row_in_the_role_table_is_nobodys() -> None:
    scene = Scene()
    host = scene.host()
    with pytest.raises(Denied) as caught:
        decisions.require(scene.live, host, Action.SYSTEM)
    assert caught.value.code == "role_not_permitted"


def test_only_the_host_ends_the_session_from_inside() -> None:
    scene = Scene()
    host = scene.host()
    colleague = scene.admitted(host, "supervisor")
    assert code_of(scene, "session.end", by=colleague, target=host) == "role_not_permitted"
    assert code_of(scene, "session.end", by=host, target=host) == "ok"


def test_ending_twice_is_ending_once() -> None:
    scene = Scene()
    scene.host()
    scene.end()
    assert scene.plan(decisions.plan_end, by=None).is_silent


def claim(link: str, role: Role = "participant") -> Claim:
    return Claim(role=role, subject=SubjectId("prt_1"), invitation=link)


def test_a_link_holds_one_seat_until_somebody_is_admitted() -> None:
    scene = Scene()
    seat = scene.take(link="inv_1")
    plan = scene.plan(decisions.plan_seat, claim("inv_1"), new=NOBODY)
    assert (plan.seat, plan.taken) == (seat, None)


def test_coming_back_after_leaving_is_a_knock() -> None:
    scene = Scene()
    host = scene.host()
    seat = scene.admitted(host, link="inv_1")
    scene.leave(seat)
    plan = scene.plan(decisions.plan_seat, claim("inv_1"), new=NOBODY)
    assert plan.taken is not None
    assert (plan.taken.state, plan.taken.device, plan.taken.replaces) == ("held", "same_link", None)


def test_whoever_was_removed_does_not_come_back_by_the_same_link() -> None:
    scene = Scene()
    host = scene.host()
    seat = scene.admitted(host, link="inv_1")
    scene.remove(seat, host)
    with pytest.raises(Denied) as caught:
        scene.plan(decisions.plan_seat, claim("inv_1"), new=NOBODY)
    assert caught.value.code == "removed"
    assert scene.plan(decisions.plan_seat, claim("inv_2"), new=NOBODY).taken is not None


def test_a_link_whose_seat_lapsed_before_admission_is_good_again() -> None:
    scene = Scene()
    seat = scene.take(link="inv_1")
    scene.wait(120)
    assert scene.state(seat) is SeatState.LEFT
    plan = scene.plan(decisions.plan_seat, claim("inv_1"), new=NOBODY)
    assert plan.taken is not None
    assert plan.taken.device == "again"


def test_a_guest_cannot_claim_the_hosts_seat_by_being_the_same_person() -> None:
    scene = Scene()
    host = scene.host()
    same = Claim(role="specialist", subject=scene.live.seats[host].record.subject, invitation="inv_1")
    plan = scene.plan(decisions.plan_seat, same, new=NOBODY)
    assert plan.taken is not None
    assert plan.taken.replaces is None


@pytest.mark.parametrize(("kind", "guests"), [("one_to_one", 2), ("group", 11), ("crisis", 11)])
def test_a_full_session_refuses_but_never_the_host(kind: Kind, guests: int) -> None:
    scene = Scene(kind)
    for _ in range(guests):
        scene.take()
    with pytest.raises(CapacityError) as caught:
        scene.take()
    assert caught.value.code == "session_full"
    host = scene.host()
    assert scene.state(host) is SeatState.HERE


def test_another_device_of_a_full_session_takes_no_further_seat() -> None:
    scene = Scene("one_to_one")
    host = scene.host()
    scene.admitted(host, link="inv_1")
    scene.admitted(host, link="inv_2")
    again = scene.waiting(link="inv_1")
    scene.admit(again, host)
    assert scene.state(again) is SeatState.HERE


def test_a_second_device_never_makes_room_for_one_person_more() -> None:
    scene = Scene("one_to_one")
    host = scene.host()
    first, _ = scene.admitted(host, link="inv_1"), scene.admitted(host, link="inv_2")
    again = scene.waiting(link="inv_1")
    scene.leave(first)
    with pytest.raises(CapacityError):
        scene.take(link="inv_3")
    assert code_of(scene, "lobby.admit", by=host, target=again) == "ok"


def test_revoking_a_link_declines_who_came_with_it_and_spares_who_is_here() -> None:
    scene = Scene()
    host = scene.host()
    here, waiting, held = scene.admitted(host, link="inv_1"), scene.waiting(link="inv_2"), scene.take(link="inv_3")
    for link in ("inv_1", "inv_2", "inv_3"):
        scene.apply(scene.plan(decisions.plan_revoke, link))
    states = [scene.state(each) for each in (here, waiting, held)]
    assert states == [SeatState.HERE, SeatState.DECLINED, SeatState.DECLINED]


def test_signing_out_closes_every_seat_of_the_account_and_no_other() -> None:
    scene = Scene()
    host = scene.host()
    guest = scene.admitted(host)
    scene.apply(scene.plan(decisions.plan_sign_out, scene.live.seats[host].record.subject))
    assert scene.people[host].hung_up == "not_authenticated"
    assert scene.state(host) is SeatState.LEFT
    assert scene.people[guest].hung_up is None


# What time brings about


@pytest.mark.parametrize("stage", ["held", "waiting", "here"])
def test_whoever_is_offline_for_two_minutes_has_left(stage: str) -> None:
    scene = Scene()
    host = scene.host()
    seats = {"held": scene.take, "waiting": scene.waiting, "here": lambda: scene.admitted(host)}
    seat = seats[stage]()
    scene.disconnect(seat)
    assert scene.wait(119).is_silent
    (step,) = scene.wait(1).steps
    assert (step.seat, step.reason, step.after) == (seat, "network", SeatState.LEFT)


def test_whoever_is_connected_never_lapses() -> None:
    scene = Scene()
    host = scene.host()
    seat = scene.waiting()
    scene.wait(3600)
    assert scene.state(seat) is SeatState.WAITING
    assert scene.state(host) is SeatState.HERE


def test_the_limit_never_cuts_while_someone_is_connected() -> None:
    scene = Scene(max_minutes=30)
    host = scene.host()
    assert scene.wait(3600).is_silent
    scene.disconnect(host)
    assert scene.wait(0).session is SessionEvent.LIMIT
    assert scene.live.state is SessionState.ENDED


def test_a_planned_session_nobody_came_to_expires() -> None:
    scene = Scene(expires_in=timedelta(hours=1))
    early = scene.waiting()
    assert scene.wait(3600).session is None, "someone is waiting"
    scene.disconnect(early)
    assert scene.wait(0).session is SessionEvent.EXPIRE
    forever = Scene()
    assert forever.wait(10**6).session is None


@pytest.mark.parametrize(
    ("kind", "ends"),
    [("group", True), ("family", True), ("drop_in", True), ("one_to_one", False), ("crisis", False)],
)
def test_ten_minutes_without_staff_end_a_group_while_one_person_is_waited_with(kind: Kind, *, ends: bool) -> None:
    scene = Scene(kind)
    host = scene.host()
    guest = scene.admitted(host)
    scene.disconnect(host)
    scene.wait(599)
    assert scene.live.state is SessionState.OPEN
    assert scene.wait(1).session is (SessionEvent.EXPIRE if ends else None)
    if not ends:
        scene.disconnect(guest)
        assert scene.wait(0).session is SessionEvent.EXPIRE


def test_staff_who_come_back_start_the_ten_minutes_afresh() -> None:
    scene = Scene()
    host = scene.host()
    scene.admitted(host)
    scene.disconnect(host)
    scene.wait(100)
    scene.connect(host)
    scene.wait(3600)
    scene.disconnect(host)
    assert scene.wait(599).session is None


def test_after_a_restart_the_ten_minutes_begin_with_it() -> None:
    scene = Scene()
    scene.host()
    scene.now += timedelta(hours=1)
    scene.restart()
    assert scene.wait(120).session is None
    assert scene.wait(480).session is SessionEvent.EXPIRE


def test_an_ended_session_is_due_for_nothing() -> None:
    scene = Scene()
    scene.host()
    scene.end()
    assert scene.wait(10**6).is_silent


ROLES: tuple[Role, ...] = ("participant", "specialist", "supervisor", "interpreter", "helper")


def expected(act: str, role: str, state: SeatState, *, host: bool) -> str:
    """Return what the documents say of one cell; whatever they do not name is refused."""
    if act in {"lobby.ask", "seat.leave"}:
        return "ok"
    if role not in {"specialist", "supervisor"} or (act == "session.end" and not host):
        return "role_not_permitted"
    return "ok" if state is SeatState.HERE else "not_admitted"


ACTS = ("lobby.ask", "lobby.admit", "lobby.deny", "seat.remove", "seat.leave", "session.end")
STATES = (SeatState.HELD, SeatState.WAITING, SeatState.HERE, SeatState.RECONNECTING)


def test_the_matrix_has_a_row_for_every_message_that_asks_for_something() -> None:
    spoken = {str(kind.__struct_config__.tag) for kind in FROM_CLIENT}
    assert spoken - {"hello", "ping"} == set(ACTS), "hello and ping ask for nothing: they are no one's right"


GUEST_CELLS = list(itertools.product(ACTS, ROLES, STATES))
HOST_CELLS = list(itertools.product(ACTS, ("specialist", "supervisor"), [each for each in STATES if each != "waiting"]))


def bring(scene: Scene, seat: SeatId, state: SeatState, chief: SeatId | None) -> None:
    """Bring a seat into a state."""
    scene.connect(seat)
    if state is not SeatState.HELD:
        scene.ask(seat)
    if state in {SeatState.HERE, SeatState.RECONNECTING} and chief is not None:
        scene.admit(seat, chief)
    if state is SeatState.RECONNECTING:
        scene.disconnect(seat)
    assert scene.state(seat) is state


@pytest.mark.parametrize(("act", "role", "state"), GUEST_CELLS)
def test_every_message_of_every_role_in_every_state(act: str, role: Role, state: SeatState) -> None:
    scene = Scene()
    chief = scene.host()
    target = scene.admitted(chief) if act == "seat.remove" else scene.waiting()
    seat = scene.take(role)
    bring(scene, seat, state, chief)
    assert code_of(scene, act, by=seat, target=target) == expected(act, role, state, host=False)


@pytest.mark.parametrize(("act", "role", "state"), HOST_CELLS)
def test_every_message_of_the_host_in_every_state(act: str, role: Role, state: SeatState) -> None:
    scene = Scene()
    colleague = scene.take("supervisor")
    bring(scene, colleague, SeatState.HERE, None)
    target = scene.admitted(colleague) if act == "seat.remove" else scene.waiting()
    seat = scene.take(role, host=True)
    bring(scene, seat, state, None)
    assert code_of(scene, act, by=seat, target=target) == expected(act, role, state, host=True)
