"""Plans: which of them may happen without a log."""

import pytest

from gateway.sessions import decisions
from gateway.sessions.plan import Plan
from gateway.sessions.state import SessionEvent
from tests.support.scene import Scene


def test_letting_in_gives_power_so_it_needs_the_log() -> None:
    scene = Scene()
    host = scene.host()
    seat = scene.waiting()
    assert not scene.plan(decisions.plan_admit, seat, by=host).takes_away
    assert not scene.plan(decisions.plan_ask, by=scene.take(), name_ct=None).takes_away
    claim = decisions.Claim(role="participant", subject=scene.live.seats[seat].record.subject, invitation="inv_9")
    assert not scene.plan(decisions.plan_seat, claim, new=seat).takes_away
    assert not Plan(session=SessionEvent.OPEN).takes_away


@pytest.mark.parametrize("act", ["deny", "remove", "leave", "end", "revoke", "lapse", "sign_out"])
def test_what_only_takes_power_away_does_not_wait_for_the_log(act: str) -> None:
    scene = Scene()
    host = scene.host()
    guest, waiting = scene.admitted(host), scene.waiting(link="inv_1")
    plans = {
        "deny": lambda: scene.plan(decisions.plan_deny, waiting, by=host),
        "remove": lambda: scene.plan(decisions.plan_remove, guest, by=host),
        "leave": lambda: scene.plan(decisions.plan_leave, by=guest),
        "end": lambda: scene.plan(decisions.plan_end, by=host),
        "revoke": lambda: scene.plan(decisions.plan_revoke, "inv_1"),
        "lapse": lambda: scene.plan(decisions.plan_due),
        "sign_out": lambda: scene.plan(decisions.plan_sign_out, scene.live.seats[host].record.subject),
    }
    if act == "lapse":
        scene.disconnect(guest)
        scene.now += decisions.GRACE
    plan = plans[act]()
    assert plan.takes_away
    assert not plan.is_silent


def test_a_plan_says_what_its_entry_needs() -> None:
    scene = Scene()
    host = scene.host()
    guest = scene.admitted(host)
    scene.now += decisions.GRACE
    (step,) = scene.plan(decisions.plan_remove, guest, by=host).steps
    assert (step.seat, step.role, step.reason, step.seconds) == (guest, "participant", "removed", 120)
    assert (step.before, step.after) == ("here", "removed")
