"""Each rule answers one question, and at its edges."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from gateway.core.actions import Action
from gateway.core.events import STRANGER, Actor, ActorKind
from gateway.core.ids import SubjectId
from gateway.policy import rules
from gateway.policy.ask import Allow, Ask, Caller, Deny

NOON: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
SPECIALIST: Final = Actor(ActorKind.STAFF, SubjectId("usr_1"), "specialist")
ASK: Final = Ask(action=Action.SESSION_CREATE, caller=Caller(SPECIALIST), now=NOON)


def test_a_role_that_is_in_the_table_is_permitted() -> None:
    assert rules.role_permits(ASK) == Allow()


def test_a_role_that_is_not_in_the_table_for_this_is_not() -> None:
    assert rules.role_permits(replace(ASK, action=Action.AUDIT_EXPORT)) == Deny("role_not_permitted")


@pytest.mark.parametrize("role", ["janitor", "", "Specialist", None])
def test_a_role_nobody_knows_is_none(role: str | None) -> None:
    caller = Caller(replace(SPECIALIST, role=role))
    assert rules.role_permits(replace(ASK, caller=caller)) == Deny("role_not_permitted")


def test_a_stranger_is_told_to_sign_in_and_not_what_they_lack() -> None:
    assert rules.role_permits(replace(ASK, caller=Caller(STRANGER))) == Deny("not_authenticated")


def test_a_session_one_does_not_belong_to_is_not_there() -> None:
    assert rules.belongs_to_session(ASK) == Allow()
    assert rules.belongs_to_session(replace(ASK, is_member=False)) == Deny("not_found")


@pytest.mark.parametrize(
    ("ago", "decision"),
    [
        (timedelta(), Allow()),
        (timedelta(minutes=15), Allow()),
        (timedelta(minutes=15, milliseconds=1), Deny("step_up_required")),
        (timedelta(days=1), Deny("step_up_required")),
        (None, Deny("step_up_required")),
    ],
)
def test_a_confirmation_is_good_for_fifteen_minutes(ago: timedelta | None, decision: Allow | Deny) -> None:
    caller = Caller(SPECIALIST, None if ago is None else NOON - ago)
    assert rules.is_stepped_up(replace(ASK, caller=caller)) == decision


def test_no_power_is_granted_while_the_log_is_not_whole() -> None:
    assert rules.is_log_whole(ASK) == Allow()
    assert rules.is_log_whole(replace(ASK, is_log_whole=False)) == Deny("safety_mode")


def test_anyone_may_try_to_prove_who_they_are() -> None:
    assert rules.anyone(replace(ASK, caller=Caller(STRANGER), is_log_whole=False, is_member=False)) == Allow()
