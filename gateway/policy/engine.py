"""Which action asks which rules. No rule means no."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from gateway.core.actions import Action
from gateway.policy.ask import Allow, Ask, Decision, Deny
from gateway.policy.rules import anyone, belongs_to_session, is_log_whole, is_stepped_up, role_permits

Rule = Callable[[Ask], Decision]

OWN_ACCOUNT: Final = (role_permits, is_stepped_up)
IN_SESSION: Final = (role_permits, belongs_to_session)
OPERATOR: Final = (role_permits, is_log_whole)

RULES: Final[Mapping[Action, tuple[Rule, ...]]] = MappingProxyType(
    {
        Action.SIGN_IN: (anyone,),
        Action.SETUP: (anyone,),
        Action.SESSION_TAKE_SEAT: (anyone,),
        Action.SIGN_OUT: (role_permits,),
        Action.STEP_UP: (role_permits,),
        Action.ME_PASSWORD: OWN_ACCOUNT,
        Action.ME_TOTP: OWN_ACCOUNT,
        Action.ME_PASSKEYS: OWN_ACCOUNT,
        Action.SESSION_CREATE: (role_permits,),
        Action.SESSION_VIEW: IN_SESSION,
        Action.SESSION_INVITE: IN_SESSION,
        Action.SESSION_REVOKE_INVITATION: IN_SESSION,
        Action.SESSION_ASK: IN_SESSION,
        Action.SESSION_ADMIT: IN_SESSION,
        Action.SESSION_DECLINE: IN_SESSION,
        Action.SESSION_REMOVE: IN_SESSION,
        Action.SESSION_LEAVE: IN_SESSION,
        Action.SESSION_END: IN_SESSION,
        Action.AUDIT_VIEW: (role_permits,),
        Action.AUDIT_EXPORT: (role_permits, is_stepped_up, is_log_whole),
        Action.ACCOUNT_CREATE: OPERATOR,
        Action.ACCOUNT_RESET: OPERATOR,
        Action.ACCOUNT_DISABLE: (role_permits,),
    }
)
"""Acts that only take power away ask for no more than the role, so that nothing stands in their way."""


def decide(ask: Ask) -> Decision:
    """Return the first refusal, or `Allow` when every rule of the action agrees."""
    for rule in RULES.get(ask.action, ()):
        decision = rule(ask)
        if isinstance(decision, Deny):
            return decision
    return Allow() if ask.action in RULES else Deny("role_not_permitted")
