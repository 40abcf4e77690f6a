"""Signing out: this browser or all of them. It takes effect at once, also while the log cannot be written."""

from gateway.accounts import rows
from gateway.core.actions import Action
from gateway.core.events import AuthLoggedOut
from gateway.guard import Deed
from gateway.staff.means import Means
from gateway.staff.presence import Presence, Presences


class SignOut:
    """How staff leave. Owned by the hub."""

    def __init__(self, means: Means, presences: Presences) -> None:
        self._means = means
        self._presences = presences

    async def sign_out(self, presence: Presence, *, everywhere: bool = False) -> None:
        """End this sign-in, or every one of this person."""
        only = None if everywhere else presence.id_hash

        async def perform(deed: Deed) -> None:
            count = await rows.end_sign_ins(deed.unit, presence.account, only=only)
            cause = "everywhere" if everywhere else "self"
            deed.record(AuthLoggedOut(cause=cause, count=count), subject=presence.account)

        await self._means.guard.relinquish(
            self._means.ask(Action.SIGN_OUT, presence.caller),
            lambda: self._presences.end_at_once(presence, everywhere=everywhere),
            perform,
        )
