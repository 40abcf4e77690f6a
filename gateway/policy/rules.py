"""The rules: small, pure, and each answers one question. `engine` says which action asks which."""

from gateway.accounts import roles
from gateway.policy.ask import Allow, Ask, Decision, Deny


def role_permits(ask: Ask) -> Decision:
    """The role table decides; a stranger is told to sign in, not what they lack."""
    actor = ask.caller.actor
    if ask.caller.is_stranger:
        return Deny("not_authenticated")
    # A role that is not in the table is no role, wherever it came from.
    is_permitted = any(roles.may(role, ask.action) for role in roles.Role if role == actor.role)
    return Allow() if is_permitted else Deny("role_not_permitted")


def belongs_to_session(ask: Ask) -> Decision:
    """A session exists only for its host and for those who have a seat in it."""
    return Allow() if ask.is_member else Deny("not_found")


def is_stepped_up(ask: Ask) -> Decision:
    """A privileged act needs a fresh confirmation; the role table says how fresh."""
    is_fresh = roles.is_confirmed(ask.caller.step_up_at, now=ask.now)
    return Allow() if is_fresh else Deny("step_up_required")


def is_log_whole(ask: Ask) -> Decision:
    """While the log is not whole, no power is granted."""
    return Allow() if ask.is_log_whole else Deny("safety_mode")


def anyone(_ask: Ask) -> Decision:
    """What strangers may try: proving who they are. The act itself checks the proof."""
    return Allow()
