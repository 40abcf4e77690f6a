"""Any life of a deployment: visits, outages of the log at any moment, crashes and restarts, in whatever order.

After every step: the log alone, folded, says of every session, seat and link exactly what the database says; it is
numbered without a gap, and holds every act that was ever acknowledged. (An invariant of ARCHITECTURE.md.)
"""

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gateway.core.errors import AuditUnavailable, CapacityError, Denied
from gateway.hub import Caller, Kind, Role
from tests.support import clinic as clinics
from tests.support import folding, ledger
from tests.support.clinic import COLLEAGUE, SUPERVISOR, Clinic, Seated
from tests.support.ledger import HOST, NOBODY
from tests.support.staff import ToldClock

if TYPE_CHECKING:
    from gateway.sessions import booking

CALLERS: Final[dict[str, Caller]] = {"specialist": COLLEAGUE, "supervisor": SUPERVISOR}
ROLES: Final[tuple[Role, ...]] = ("participant", "participant", "interpreter", "specialist", "supervisor")
KINDS: Final[tuple[Kind, ...]] = ("one_to_one", "group", "crisis")
which = st.integers(0, 30)


@cache
def template() -> Path:
    """Return an empty database of this version, made once: migrating is the slowest thing a test could do."""
    folder = Path(tempfile.mkdtemp(prefix="sotto-template-"))

    async def make() -> None:
        async with ledger.opened(f"sqlite:///{folder}/sotto.db"):
            pass

    asyncio.run(make())
    return folder / "sotto.db"


class AnyDeployment(RuleBasedStateMachine):
    """Staff and guests come and go; the disk fails and the process dies whenever it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="sotto-life-"))
        self.url = f"sqlite:///{self.folder}/sotto.db"
        shutil.copy(template(), self.folder)
        self.clock = ToldClock()
        self.runner = asyncio.Runner()
        self.is_broken = False
        self.sessions: list[str] = []
        self.links: list[booking.Invited] = []
        self.seated: list[Seated] = []
        self.acknowledged: set[tuple[str, str]] = set()
        """What must be in the log: the type of the event, and what it is about."""
        self.promised: set[tuple[str, str]] = set()
        """What took effect although it could not be written yet; a crash may forget it."""
        self.open()

    def run(self, act: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(act)

    def open(self) -> None:
        async def enter() -> Clinic:
            return await self.opening.__aenter__()

        self.opening = clinics.opened(self.folder, self.url, self.clock)
        self.clinic: Clinic = self.run(enter())

    def close(self) -> None:
        async def leave() -> None:
            await self.opening.__aexit__(None, None, None)

        self.run(leave())

    def attempt(self, act: Coroutine[Any, Any, Any], *proof: tuple[str, str], takes_away: bool = False) -> Any:
        """Do something; what was acknowledged has to be in the log from now on."""
        try:
            done = self.run(act)
        except AuditUnavailable:
            assert self.is_broken, "the log can be written, and we said it cannot"
            return None
        except (Denied, CapacityError):
            return None
        waits = takes_away and bool(self.clinic.gateway.guard._late)
        (self.promised if waits else self.acknowledged).update(proof)
        return done

    # Before and around

    @initialize(kind=st.sampled_from(KINDS))
    def begin(self, kind: Kind) -> None:
        session, host = self.run(self.clinic.open(kind=kind))
        self.sessions.append(session)
        self.seated += [host, self.run(self.clinic.guest(session, host))]

    @rule(kind=st.sampled_from(KINDS))
    def plan(self, kind: Kind) -> None:
        session = self.attempt(self.clinic.plan(kind=kind))
        if session is not None:
            self.sessions.append(session)
            self.acknowledged.add(("session.created", session))

    @rule(n=which, role=st.sampled_from(ROLES), hours=st.sampled_from([0.05, 24]))
    def invite(self, n: int, role: Role, hours: float) -> None:
        made = self.attempt(self.clinic.invite(self.sessions[n % len(self.sessions)], role, hours=hours))
        if made is not None:
            self.links.append(made)
            self.acknowledged.add(("session.invite_issued", made.row.token_hash.hex()))

    @precondition(lambda self: self.links)
    @rule(n=which)
    def revoke(self, n: int) -> None:
        made = self.links[n % len(self.links)]
        proof = ("session.invite_revoked", made.row.token_hash.hex())
        self.attempt(self.clinic.gateway.booking.revoke(HOST, made.row.session, made.row.ref), proof, takes_away=True)

    @rule(n=which)
    def end_over_http(self, n: int) -> None:
        session = self.sessions[n % len(self.sessions)]
        self.attempt(self.clinic.gateway.booking.end(HOST, session), ("session.ended", session), takes_away=True)

    # Seats

    @precondition(lambda self: self.links)
    @rule(n=which)
    def open_link(self, n: int) -> None:
        made = self.links[n % len(self.links)]
        taking = self.clinic.gateway.seating.take_with_link(CALLERS.get(made.row.role, NOBODY), made.token)
        self.sit(self.attempt(taking))

    @rule(n=which)
    def open_own_door(self, n: int) -> None:
        self.sit(self.attempt(self.clinic.gateway.seating.take_as_host(HOST, self.sessions[n % len(self.sessions)])))

    def sit(self, taken: Any) -> None:
        if taken is not None:
            self.acknowledged.add(("session.seat_taken", taken.seat))
            seated = self.attempt(self.clinic.connect(taken))
            if seated is not None:
                self.seated.append(seated)

    @rule(n=which)
    def connect(self, n: int) -> None:
        seated = self.attempt(self.clinic.connect(self.pick(n).taken))
        if seated is not None:
            self.seated.append(seated)

    @rule(n=which)
    def disconnect(self, n: int) -> None:
        self.clinic.gateway.seating.disconnect(self.pick(n).sitting)

    @rule(n=which)
    def ask(self, n: int) -> None:
        self.attempt(self.clinic.gateway.seating.ask(self.pick(n).sitting, "bmFtZQ"))

    @rule(n=which, m=which)
    def admit(self, n: int, m: int) -> None:
        seat = self.pick(n).taken.seat
        self.attempt(self.clinic.gateway.seating.admit(self.pick(m).sitting, seat), ("session.admitted", seat))

    @rule(n=which, m=which)
    def deny(self, n: int, m: int) -> None:
        seat = self.pick(n).taken.seat
        proof = ("session.admission_refused", seat)
        self.attempt(self.clinic.gateway.seating.deny(self.pick(m).sitting, seat), proof, takes_away=True)

    @rule(n=which, m=which)
    def remove(self, n: int, m: int) -> None:
        seat = self.pick(n).taken.seat
        proof = ("session.removed", seat)
        self.attempt(self.clinic.gateway.seating.remove(self.pick(m).sitting, seat), proof, takes_away=True)

    @rule(n=which)
    def leave(self, n: int) -> None:
        seated = self.pick(n)
        proof = ("session.left", seated.taken.seat)
        self.attempt(self.clinic.gateway.seating.leave(seated.sitting), proof, takes_away=True)

    # Time and trouble

    @rule(seconds=st.sampled_from([1, 60, 119, 120, 601, 3600, 90_000]))
    def pass_time(self, seconds: int) -> None:
        self.run(self.clinic.look_round(seconds=seconds))
        if not self.is_broken:
            assert not self.clinic.gateway.guard._late
            self.acknowledged |= self.promised
            self.promised.clear()

    @rule()
    def publish(self) -> None:
        self.run(self.clinic.gateway.publisher.flush())

    @precondition(lambda self: not self.is_broken)
    @rule()
    def break_log(self) -> None:
        self.is_broken = True
        self.run(self.clinic.books.break_log())

    @precondition(lambda self: self.is_broken)
    @rule()
    def mend_log(self) -> None:
        self.is_broken = False
        self.run(self.clinic.books.mend_log())

    @rule()
    def crash(self) -> None:
        self.promised.clear()
        self.close()
        self.open()

    # What must hold

    @invariant()
    def the_log_alone_says_what_the_database_says(self) -> None:
        async def both() -> None:
            events = await self.clinic.books.events()
            async with self.clinic.gateway.store.reading() as unit:
                assert folding.fold(events) == await folding.stored(unit)
            about = {(each["type"], self.about(each)) for each in events}
            assert self.acknowledged <= about

        self.run(both())

    @invariant()
    def memory_and_database_agree_when_nothing_waits(self) -> None:
        if self.clinic.gateway.guard._late:
            return
        for live in self.clinic.gateway.registry.all():
            stored = self.run(self.states(live.record.id))
            assert {seat.id: str(seat.state).replace("reconnecting", "here") for seat in live.seats.values()} == stored

    async def states(self, session: str) -> dict[str, str]:
        async with self.clinic.gateway.store.reading() as unit:
            found = await folding.stored(unit)
        return {seat: state[3] for seat, state in found.seats.items() if state[0] == session}

    def teardown(self) -> None:
        if self.is_broken:
            self.mend_log()
        self.run(self.clinic.look_round(seconds=1))
        self.run(self.clinic.books.assert_whole())
        self.the_log_alone_says_what_the_database_says()
        self.close()
        self.runner.close()
        shutil.rmtree(self.folder)

    def pick(self, n: int) -> Seated:
        return self.seated[n % len(self.seated)]

    @staticmethod
    def about(event: dict[str, Any]) -> str:
        data: dict[str, Any] = event["data"]
        return str(data.get("invite_sha256") or data.get("seat") or event["session"])


AnyDeployment.TestCase.settings = settings(
    max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestAnyDeployment = pytest.mark.timeout(300)(AnyDeployment.TestCase)
