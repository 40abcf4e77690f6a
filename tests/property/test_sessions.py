"""Any life of a session: whatever people, networks, time and restarts do, in whatever order.

After every step: nobody is here whom no staff admitted; whoever was sent away was told, and is gone for everyone;
what each browser believes is what is so; ends are ends.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gateway.core.errors import CapacityError, Denied
from gateway.core.ids import SeatId
from gateway.sessions import decisions
from gateway.sessions.messages import Kind, Role, SeatUpdate, SessionUpdate
from gateway.sessions.plan import Plan
from gateway.sessions.seat import Seat
from gateway.sessions.state import SeatEvent, SeatState, SessionState
from tests.support.scene import Scene

LINKS: Final = ("inv_1", "inv_2", "inv_3", "inv_4", "inv_5")
ROLES: Final[dict[str, Role]] = {
    "inv_1": "participant",
    "inv_2": "participant",
    "inv_3": "specialist",
    "inv_4": "interpreter",
    "inv_5": "supervisor",
}
TOLD: Final = {SeatState.DECLINED: "declined", SeatState.REMOVED: "removed"}

which = st.integers(0, 11)


class AnyLife(RuleBasedStateMachine):
    """People come, go, and are let in or not."""

    def __init__(self) -> None:
        super().__init__()
        self.scene = Scene()
        self.let_in: set[SeatId] = set()
        self.over: dict[SeatId, SeatState] = {}

    @initialize(kind=st.sampled_from(["one_to_one", "group", "crisis"]))
    def begin(self, kind: Kind) -> None:
        """Start in the middle of a session: the host, one guest, one who waits."""
        self.scene = Scene(kind, max_minutes=20)
        host = self.scene.host()
        self.let_in.add(self.scene.admitted(host, link="inv_1"))
        self.scene.waiting(link="inv_2")

    # What people do

    @rule(link=st.sampled_from(LINKS))
    def open_link(self, link: str) -> None:
        self.attempt(self.scene.take, ROLES[link], link=link)

    @rule()
    def open_own_door(self) -> None:
        self.attempt(self.scene.take, "specialist", host=True)

    @rule(n=which, resume=st.booleans())
    def connect(self, n: int, *, resume: bool) -> None:
        self.attempt(self.scene.connect, self.pick(n), resume=resume)

    @rule(n=which)
    def disconnect(self, n: int) -> None:
        self.scene.disconnect(self.pick(n))

    @rule(n=which, m=which)
    def cut_and_come_back(self, n: int, m: int) -> None:
        """What happens meanwhile is repeated, once."""
        seat = self.pick(n)
        if self.scene.people[seat].peer is not None:
            self.scene.disconnect(seat)
            self.leave(m)
            self.open_link("inv_2")
            self.scene.wait(5)
            self.attempt(self.scene.connect, seat, resume=True)

    @rule(n=which)
    def ask(self, n: int) -> None:
        self.do(decisions.plan_ask, by=self.pick(n), name_ct="bmFtZQ")

    @rule(n=which, m=which)
    def admit(self, n: int, m: int) -> None:
        self.do(decisions.plan_admit, self.pick(n), by=self.pick(m))

    @rule(n=which, m=which)
    def deny(self, n: int, m: int) -> None:
        self.do(decisions.plan_deny, self.pick(n), by=self.pick(m))

    @rule(n=which, m=which)
    def remove(self, n: int, m: int) -> None:
        self.do(decisions.plan_remove, self.pick(n), by=self.pick(m))

    @rule(n=which, m=which)
    def admit_while_the_link_is_opened_again(self, n: int, m: int) -> None:
        """Between deciding and doing, somebody else takes the seat, and asks."""
        seat = self.pick(n)
        try:
            plan = self.scene.plan(decisions.plan_admit, seat, by=self.pick(m))
        except Denied:
            return
        link = self.scene.live.seats[seat].record.invitation
        assert link is not None
        self.open_link(link)
        self.attempt(self.scene.connect, seat)
        self.do(decisions.plan_ask, by=seat, name_ct=None)
        is_here = self.scene.live.seats[seat].is_present
        self.carry_out(plan)
        assert self.scene.live.seats[seat].is_present == is_here, "somebody was let in for somebody else"

    @rule(n=which)
    def leave(self, n: int) -> None:
        self.do(decisions.plan_leave, by=self.pick(n))

    @rule(link=st.sampled_from(LINKS))
    def revoke(self, link: str) -> None:
        self.do(decisions.plan_revoke, link)

    @rule(seconds=st.sampled_from([1, 30, 119, 120, 300, 601]))
    def pass_time(self, seconds: int) -> None:
        self.scene.wait(seconds)

    @rule()
    def restart(self) -> None:
        self.scene.restart()

    @precondition(lambda self: len(self.scene.live.seats) > 6)
    @rule(n=which)
    def end(self, n: int) -> None:
        self.do(decisions.plan_end, by=self.pick(n))

    # What must hold

    @invariant()
    def nobody_is_here_whom_no_staff_admitted(self) -> None:
        for seat in self.scene.live.seats.values():
            assert not seat.is_present or seat.is_staff or seat.id in self.let_in

    @invariant()
    def ends_are_ends(self) -> None:
        for seat, state in self.over.items():
            assert self.scene.state(seat) is state
        self.over = {seat.id: seat.state for seat in self.scene.live.seats.values() if seat.is_over}

    @invariant()
    def whoever_was_sent_away_was_told_and_has_no_connection(self) -> None:
        for seat in self.scene.live.seats.values():
            person = self.scene.people[seat.id]
            if seat.is_over:
                assert seat.peer is None
                assert person.peer is None
            if seat.state in TOLD and person.hung_up == TOLD[seat.state]:
                last = person.heard[-1]
                assert isinstance(last, SeatUpdate)
                assert (last.seat, last.state, last.reason) == (seat.id, "left", TOLD[seat.state])

    @invariant()
    def what_people_believe_is_so(self) -> None:
        seats = self.scene.live.seats.values()
        here = {each.id: belief(each) for each in seats if each.is_present}
        waiting = {
            each.id: (each.waiting().since, each.device, each.name_ct)
            for each in seats
            if each.state is SeatState.WAITING
        }
        for seat in seats:
            person = self.scene.people[seat.id]
            if seat.peer is None:
                continue
            assert person.people == (here if seat.is_present else {})
            assert person.waiting == (waiting if seat.is_present and seat.is_staff else {})
            assert person.state == seat.state
            assert person.session_state == self.scene.live.state
            assert person.seen == seat.mailbox.last, "everything was told"

    @invariant()
    def whoever_is_here_is_connected_and_whoever_is_not_is_expected(self) -> None:
        for seat in self.scene.live.seats.values():
            assert seat.state is not SeatState.HERE or seat.peer is not None
            assert seat.state is not SeatState.RECONNECTING or seat.peer is None
            assert seat.is_over or (seat.peer is None) == (seat.offline_since is not None)

    @invariant()
    def an_ended_session_is_empty_and_everyone_was_told(self) -> None:
        if self.scene.live.state is not SessionState.ENDED:
            return
        for seat in self.scene.live.seats.values():
            assert seat.is_over
            person = self.scene.people[seat.id]
            if person.hung_up == "ended":
                assert isinstance(person.heard[-1], SessionUpdate)

    @invariant()
    def no_session_holds_more_people_than_it_has_seats(self) -> None:
        present = [each for each in self.scene.live.seats.values() if each.is_present]
        assert len(present) <= decisions.SEATS[self.scene.record.kind]

    # Inside

    def pick(self, n: int) -> SeatId:
        seats = list(self.scene.live.seats)
        return seats[n % len(seats)]

    def attempt(self, act: Callable[..., object], *args: object, **kwargs: object) -> None:
        with suppress(Denied, CapacityError):
            act(*args, **kwargs)

    def do(self, decide: Callable[..., Plan], *args: object, **kwargs: object) -> None:
        with suppress(Denied):
            self.carry_out(self.scene.plan(decide, *args, **kwargs))

    def carry_out(self, plan: Plan) -> None:
        self.scene.apply(plan)
        admitted = {step.seat for step in plan.steps if step.event is SeatEvent.ADMIT}
        if plan.by is not None and admitted:
            assert self.scene.live.seats[plan.by].is_staff
            self.let_in |= admitted


def belief(seat: Seat) -> tuple[str, str, str | None]:
    """Return what everyone who is here should believe of this seat."""
    person = seat.person()
    return person.state, person.since, person.name_ct


AnyLife.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestAnyLife = AnyLife.TestCase
