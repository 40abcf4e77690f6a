"""The role table, drawn: whoever changes a cell changes this drawing too, and it is read in review."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.accounts import roles
from gateway.accounts.roles import GUESTS, HOSTS, STAFF, TABLE, Role
from gateway.core.actions import Action
from gateway.policy.engine import RULES
from gateway.policy.rules import is_stepped_up

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)

DRAWN = """\
                           part spec supe inte help comp admi oper confirmed
session.create              .    x    x    .    .    .    .    .
session.view                .    x    x    .    .    .    .    .
session.invite              .    x    x    .    .    .    .    .
session.revoke_invitation   .    x    x    .    .    .    .    .
session.take_seat           x    x    x    x    x    .    .    .
session.ask                 x    x    x    x    x    .    .    .
session.admit               .    x    x    .    .    .    .    .
session.decline             .    x    x    .    .    .    .    .
session.remove              .    x    x    .    .    .    .    .
session.leave               x    x    x    x    x    .    .    .
session.end                 .    x    x    .    .    .    .    .
audit.view                  .    .    .    .    .    x    .    .
audit.export                .    .    .    .    .    x    .    x   yes
account.create              .    .    .    .    .    .    .    x
account.disable             .    .    .    .    .    .    .    x
account.reset               .    .    .    .    .    .    .    x
me.password                 .    x    x    .    .    x    x    .   yes
me.totp                     .    x    x    .    .    x    x    .   yes
me.passkeys                 .    x    x    .    .    x    x    .   yes
step_up                     .    x    x    .    .    x    x    .
sign_out                    .    x    x    .    .    x    x    .
"""


def draw() -> str:
    lines = [" " * 27 + " ".join(role[:4] for role in Role) + " confirmed"]
    for action in TABLE:
        cells = "".join(f" {'x' if roles.may(role, action) else '.'}   " for role in Role)
        confirmed = "yes" if roles.needs_confirmation(action) else ""
        lines.append(f"{action:<27}{cells}{confirmed}".rstrip())
    return "\n".join(lines) + "\n"


def test_the_table_is_the_one_that_was_agreed() -> None:
    assert draw() == DRAWN


def test_nobody_holds_sessions_and_reads_the_log() -> None:
    for role in Role:
        kinds = {action.partition(".")[0] for action in roles.allowed(role)}
        assert not {"session", "audit"} <= kinds
        assert not {"session", "account"} <= kinds


def test_compliance_enters_no_session_and_admin_sees_neither_sessions_nor_the_log() -> None:
    compliance = {action.partition(".")[0] for action in roles.allowed(Role.COMPLIANCE)}
    admin = {action.partition(".")[0] for action in roles.allowed(Role.ADMIN)}
    assert compliance == {"audit", "me", "step_up", "sign_out"}
    assert admin == {"me", "step_up", "sign_out"}


def test_every_role_is_staff_or_a_guest_or_the_operator() -> None:
    assert HOSTS < STAFF
    assert not STAFF & GUESTS
    assert STAFF | GUESTS | {Role.OPERATOR} == frozenset(Role)


def test_what_the_table_does_not_name_nobody_may() -> None:
    unnamed = set(Action) - set(TABLE)
    assert unnamed == {Action.SIGN_IN, Action.SETUP, Action.REQUEST, Action.SYSTEM}
    assert not any(roles.may(role, action) for role in Role for action in unnamed)


def test_policy_asks_for_a_confirmation_exactly_where_the_table_says_so() -> None:
    asked = {action for action, rules in RULES.items() if is_stepped_up in rules}
    assert asked == {action for action in Action if roles.needs_confirmation(action)}


@pytest.mark.parametrize(
    ("ago", "counts"),
    [(timedelta(0), True), (timedelta(minutes=15), True), (timedelta(minutes=15, milliseconds=1), False)],
)
def test_a_confirmation_counts_for_fifteen_minutes(ago: timedelta, counts: bool) -> None:  # noqa: FBT001
    assert roles.is_confirmed(NOW - ago, now=NOW) is counts
    assert roles.confirmed_until(NOW) == NOW + timedelta(minutes=15)


def test_who_never_confirmed_is_not_confirmed() -> None:
    assert not roles.is_confirmed(None, now=NOW)
    assert roles.confirmed_until(None) is None
