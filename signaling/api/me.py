"""A person's own account, as they are told about it."""

from msgspec import Struct

from gateway.core.clock import rfc3339
from gateway.hub import Me
from signaling.api.route import Call, Route


class PasskeyView(Struct, frozen=True):
    """One of one's own passkeys."""

    id: str
    label: str
    created_at: str


class MeView(Struct, frozen=True):
    """Who is signed in, what they may do, and how they confirm it."""

    id: str
    role: str
    name: str
    aal: int
    step_up_until: str | None
    totp: bool
    passkeys: list[PasskeyView]
    may: list[str]


def view_me(me: Me) -> MeView:
    """Return it as it travels; this is shown to nobody but the person."""
    return MeView(
        id=me.id.reveal(),
        role=str(me.role),
        name=me.name,
        aal=me.aal,
        step_up_until=None if me.step_up_until is None else rfc3339(me.step_up_until),
        totp=me.totp,
        passkeys=[PasskeyView(each.id, each.label, rfc3339(each.created_at)) for each in me.passkeys],
        may=[str(action) for action in me.may],
    )


async def me(call: Call) -> MeView:
    """Return who is signed in."""
    return view_me(await call.gateway.presences.describe(call.signed_in()))


ROUTES = (Route(method="GET", path="/api/me", perform=me, answer=MeView, summary="Who is signed in"),)
