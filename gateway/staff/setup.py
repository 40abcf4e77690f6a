"""The first sign-in's preparation: whoever holds the one-time link sets a password, a passkey, or both."""

from dataclasses import dataclass, field

from gateway.accounts import passkeys, rows
from gateway.accounts.passkeys import Purpose
from gateway.accounts.profile import Profile, open_profile
from gateway.core.actions import Action
from gateway.core.errors import Denied, RemoteProtocolError
from gateway.core.events import STRANGER, AuthPasswordSet
from gateway.crypto.secrets import token_hash
from gateway.guard import Deed
from gateway.policy.ask import Ask, Caller
from gateway.staff.enrollment import NamedAnswer, NewPassword, accept_password, enroll_passkey
from gateway.staff.means import SETUP, Asked, Means
from gateway.staff.presence import staff_actor


@dataclass(frozen=True, slots=True)
class Welcome:
    """What the holder of a setup link is shown."""

    email: str = field(repr=False)
    asked: Asked


class Setup:
    """What a setup link is good for, once. Owned by the hub."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def begin(self, token: str) -> Welcome:
        """Return whose link this is, and what their authenticator is asked; the link stays good.

        Raises:
            Denied: `setup_link_invalid`, unknown, used or expired.
        """
        means = self._means
        account, who = await self._holder(means.ask(Action.SETUP, Caller(STRANGER)), token)
        challenge = means.challenges.ask(Purpose.SETUP, account.id, now=means.now())
        options = passkeys.creation_options(
            means.party, challenge=challenge, account=account.id, profile=who, existing=[]
        )
        return Welcome(who.email, Asked(challenge, options))

    async def finish(self, token: str, *, password: str | None = None, passkey: NamedAnswer | None = None) -> None:
        """Set what was chosen, and use the link up.

        Raises:
            Denied: `setup_link_invalid`, `passkey_refused`, `challenge_unknown`, or `password_rejected` with a reason.
            RemoteProtocolError: neither a password nor a passkey came.
            AuditUnavailable: it cannot be written, so nothing was set.
        """
        means = self._means
        ask = means.ask(Action.SETUP, Caller(STRANGER))
        if password is None and passkey is None:
            message = "a setup needs a password or a passkey"
            raise RemoteProtocolError(message, code="malformed")
        account, who = await self._holder(ask, token)
        actor = staff_actor(account.id, account.role, SETUP)
        new = None if password is None else NewPassword(password, who, second_factor=False)
        hashed = None if new is None else await accept_password(means, ask, actor, new)

        async def perform(deed: Deed) -> None:
            if await rows.find_setup_account(deed.unit, token_hash(token), lock=True) != account.id:
                raise Denied("setup_link_invalid")  # Used beside us.
            await rows.use_setup_tokens(deed.unit, account.id)
            if hashed is not None:
                await rows.change_account(deed.unit, account.id, password_hash=hashed, password_alone=True)
                deed.record(AuthPasswordSet(by="setup"), actor=actor, subject=account.id)
            if passkey is not None:
                challenge = means.challenges.take(passkey.answer.challenge, Purpose.SETUP, account.id, now=ask.now)
                data = await enroll_passkey(means, deed.unit, account.id, passkey, challenge=challenge)
                deed.record(data, actor=actor, subject=account.id)

        await means.guard.act(ask, perform)

    async def _holder(self, ask: Ask, token: str) -> tuple[rows.AccountRow, Profile]:
        async with self._means.store.reading() as unit:
            wanted = await rows.find_setup_account(unit, token_hash(token))
            account = None if wanted is None else await rows.find_account(unit, wanted)
        if account is None or account.disabled_at is not None:
            raise await self._means.guard.refuse(ask, "setup_link_invalid")
        return account, open_profile(self._means.sealer, account.profile_sealed, account=account.id)
