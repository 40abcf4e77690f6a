"""Who may do what: the whole table, written down a second time so that no change of it goes unnoticed."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from typing import Final

import pytest

from gateway.accounts.roles import CONFIRMED, Role
from gateway.core.actions import Action
from gateway.core.events import STRANGER, Actor, ActorKind
from gateway.core.ids import SubjectId
from gateway.policy.ask import Allow, Ask, Caller, Deny
from gateway.policy.engine import RULES, decide
from gateway.policy.rules import is_stepped_up

NOON: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)

# One column a role: participant specialist supervisor interpreter helper compliance admin operator.
COLUMNS: Final = (
    Role.PARTICIPANT,
    Role.SPECIALIST,
    Role.SUPERVISOR,
    Role.INTERPRETER,
    Role.HELPER,
    Role.COMPLIANCE,
    Role.ADMIN,
    Role.OPERATOR,
)
TABLE: Final = {
    Action.SESSION_CREATE: ". x x . . . . .",
    Action.SESSION_VIEW: ". x x . . . . .",
    Action.SESSION_INVITE: ". x x . . . . .",
    Action.SESSION_REVOKE_INVITATION: ". x x . . . . .",
    Action.SESSION_TAKE_SEAT: "x x x x x x x x",  # The link, or the session's own host, is the proof.
    Action.SESSION_ASK: "x x x x x . . .",
    Action.SESSION_ADMIT: ". x x . . . . .",
    Action.SESSION_DECLINE: ". x x . . . . .",
    Action.SESSION_REMOVE: ". x x . . . . .",
    Action.SESSION_LEAVE: "x x x x x . . .",
    Action.SESSION_END: ". x x . . . . .",
    Action.AUDIT_VIEW: ". . . . . x . .",
    Action.AUDIT_EXPORT: ". . . . . x . x",
    Action.ACCOUNT_CREATE: ". . . . . . . x",
    Action.ACCOUNT_DISABLE: ". . . . . . . x",
    Action.ACCOUNT_RESET: ". . . . . . . x",
    Action.ME_PASSWORD: ". x x . . x x .",
    Action.ME_TOTP: ". x x . . x x .",
    Action.ME_PASSKEYS: ". x x . . x x .",
    Action.STEP_UP: ". x x . . x x .",
    Action.SIGN_OUT: ". x x . . x x .",
    Action.SIGN_IN: "x x x x x x x x",
    Action.SETUP: "x x x x x x x x",
}
NOT_ASKED: Final = {Action.SYSTEM, Action.REQUEST}
"""What happens by itself, and what is counted at the rim before anybody asked for anything: never a permit."""
POWERS: Final = {Action.AUDIT_EXPORT, Action.ACCOUNT_CREATE, Action.ACCOUNT_RESET}
FOR_STRANGERS: Final = {Action.SIGN_IN, Action.SETUP, Action.SESSION_TAKE_SEAT}


def ask(action: Action, role: str | None) -> Ask:
    """Return the request of somebody who is confirmed and belongs, so that only the role decides."""
    return Ask(action=action, caller=Caller(Actor(ActorKind.STAFF, SubjectId("usr_1"), role), NOON), now=NOON)


def test_every_action_has_rules_or_is_never_asked_for() -> None:
    assert set(RULES) == set(Action) - NOT_ASKED == set(TABLE)
    assert all(rules for rules in RULES.values()), "an empty list of rules would agree to everything"


@pytest.mark.parametrize(("action", "column"), list(product(TABLE, range(len(COLUMNS)))))
def test_the_table_is_the_one_written_here(action: Action, column: int) -> None:
    expected = Allow() if TABLE[action].split()[column] == "x" else Deny("role_not_permitted")
    assert decide(ask(action, COLUMNS[column])) == expected


def test_the_table_here_has_every_role() -> None:
    assert set(COLUMNS) == set(Role)


@pytest.mark.parametrize("action", sorted(NOT_ASKED))
def test_no_rule_means_no(action: Action) -> None:
    assert {decide(ask(action, role)) for role in Role} == {Deny("role_not_permitted")}


@pytest.mark.parametrize("action", sorted(set(TABLE) - FOR_STRANGERS))
def test_an_unknown_role_may_nothing(action: Action) -> None:
    assert decide(ask(action, "janitor")) == Deny("role_not_permitted")


@pytest.mark.parametrize("action", list(TABLE))
def test_a_stranger_may_try_to_prove_who_they_are_and_nothing_else(action: Action) -> None:
    decision = decide(Ask(action=action, caller=Caller(STRANGER), now=NOON))
    assert decision == (Allow() if action in FOR_STRANGERS else Deny("not_authenticated"))


@pytest.mark.parametrize("action", list(TABLE))
def test_while_the_log_is_not_whole_powers_are_refused_and_everything_else_goes_on(action: Action) -> None:
    permitted = next(role for role in Role if decide(ask(action, role)) == Allow())
    decision = decide(replace(ask(action, permitted), is_log_whole=False))
    assert decision == (Deny("safety_mode") if action in POWERS else Allow())


@pytest.mark.parametrize("action", list(TABLE))
def test_what_needs_a_confirmation_is_refused_without_one(action: Action) -> None:
    permitted = next(role for role in Role if decide(ask(action, role)) == Allow())
    unconfirmed = replace(ask(action, permitted), caller=Caller(ask(action, permitted).caller.actor, None))
    assert decide(unconfirmed) == (Deny("step_up_required") if action in CONFIRMED else Allow())
    assert (is_stepped_up in RULES[action]) == (action in CONFIRMED), "the role table says the same"


@pytest.mark.parametrize("action", list(TABLE))
def test_in_somebody_elses_session_there_is_nothing_to_do(action: Action) -> None:
    permitted = next(role for role in Role if decide(ask(action, role)) == Allow())
    is_about_one = action.startswith("session.") and action not in {Action.SESSION_CREATE, Action.SESSION_TAKE_SEAT}
    decision = decide(replace(ask(action, permitted), is_member=False))
    assert decision == (Deny("not_found") if is_about_one else Allow())


def test_the_first_refusal_is_the_one_that_is_told() -> None:
    """Whoever lacks the role does not learn that the log is not whole."""
    asked = replace(ask(Action.AUDIT_EXPORT, Role.ADMIN), is_log_whole=False, is_member=False)
    assert decide(asked) == Deny("role_not_permitted")
