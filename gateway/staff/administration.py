"""Making, closing and resetting staff accounts: acts of the operator, from the command line only."""

import re
from datetime import timedelta
from typing import Final

from gateway.accounts import rows
from gateway.accounts.profile import Profile, email_mac, normalize_email, seal_profile
from gateway.accounts.roles import STAFF, Role
from gateway.core.actions import Action
from gateway.core.errors import Denied
from gateway.core.events import OPERATOR, AccountCreated, AccountDisabled, AccountReset, AuthLoggedOut
from gateway.core.ids import SubjectId, new_account_id
from gateway.crypto.secrets import new_token, token_hash
from gateway.guard import Deed
from gateway.policy.ask import Caller
from gateway.staff.means import Means
from gateway.store.transaction import Unit

LINK_LASTS: Final = timedelta(hours=24)
"""How long a setup link waits (contract). Shorter meets closed mailboxes; longer leaves a key lying about."""
EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}", re.ASCII)
BY: Final = "operator"


class Administration:
    """What the operator may do with accounts. Owned by one command."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def create(self, email: str, role: Role, *, name: str = "") -> str:
        """Make an account without any way in; return the one-time token of its setup link.

        Raises:
            Denied: `email_invalid`, `email_taken`, `role_not_permitted` (a role that has no account) or `safety_mode`.
            AuditUnavailable: it cannot be written, so there is no account.
        """
        means = self._means
        address = normalize_email(email)

        async def perform(deed: Deed) -> str:
            if EMAIL.fullmatch(address) is None:
                raise Denied("email_invalid")
            if role not in STAFF:
                raise Denied("role_not_permitted")
            mac = email_mac(means.sealer, address)
            if await rows.find_account(deed.unit, email_mac=mac) is not None:
                raise Denied("email_taken")
            account = new_account_id()
            row = rows.AccountRow(
                id=account,
                role=role,
                email_mac=mac,
                profile_sealed=seal_profile(means.sealer, Profile(address, name.strip()), account=account),
                password_hash=None,
                password_alone=False,
                totp_sealed=None,
                totp_counter=None,
                disabled_at=None,
                created_at=deed.unit.now,
            )
            await rows.add_account(deed.unit, row)
            deed.record(AccountCreated(role=str(role), by=BY), subject=account)
            return await _new_link(deed.unit, account)

        return await means.guard.act(means.ask(Action.ACCOUNT_CREATE, Caller(OPERATOR)), perform)

    async def reset(self, email: str) -> str:
        """Drop every way in, end every sign-in, open the account again; return the token of a new setup link.

        Raises:
            Denied: `account_unknown` or `safety_mode`.
            AuditUnavailable: it cannot be written, so nothing changed.
        """

        async def perform(deed: Deed) -> str:
            account = await self._find(deed.unit, email)
            await rows.remove_passkeys(deed.unit, account)
            await rows.change_account(
                deed.unit,
                account,
                password_hash=None,
                password_alone=False,
                totp_sealed=None,
                totp_counter=None,
                disabled_at=None,
            )
            deed.record(AccountReset(by=BY), subject=account)
            await _end_everything(deed, account, cause="reset")
            return await _new_link(deed.unit, account)

        return await self._means.guard.act(self._means.ask(Action.ACCOUNT_RESET, Caller(OPERATOR)), perform)

    async def disable(self, email: str) -> None:
        """Close an account: every sign-in ends, no link and no password opens it; `reset` opens it again.

        Raises:
            Denied: `account_unknown`.
            AuditUnavailable: it cannot be written, so nothing changed.
        """

        async def perform(deed: Deed) -> None:
            account = await self._find(deed.unit, email)
            await rows.change_account(deed.unit, account, disabled_at=deed.unit.now)
            await rows.use_setup_tokens(deed.unit, account)
            deed.record(AccountDisabled(by=BY), subject=account)
            await _end_everything(deed, account, cause="disabled")

        await self._means.guard.act(self._means.ask(Action.ACCOUNT_DISABLE, Caller(OPERATOR)), perform)

    async def _find(self, unit: Unit, email: str) -> SubjectId:
        account = await rows.find_account(unit, email_mac=email_mac(self._means.sealer, email), lock=True)
        if account is None:
            raise Denied("account_unknown")
        return account.id


async def _new_link(unit: Unit, account: SubjectId) -> str:
    """Return the token of a fresh setup link; the earlier ones are used up."""
    token = new_token()
    await rows.add_setup_token(unit, token_hash(token), wanted=account, expires_at=unit.now + LINK_LASTS)
    return token


async def _end_everything(deed: Deed, account: SubjectId, *, cause: str) -> None:
    await rows.change_account(deed.unit, account, cut_at=deed.unit.now)
    ended = await rows.end_sign_ins(deed.unit, account)
    if ended:
        deed.record(AuthLoggedOut(cause=cause, count=ended), subject=account)
