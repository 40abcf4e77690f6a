"""Staff accounts at rest. Names and e-mail addresses are sealed; an account is found by a keyed hash of its e-mail.

Tokens are kept as SHA-256, passwords as Argon2id, code-app secrets sealed. Columns may be added at the end of a table.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    and_,
    delete,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from gateway.accounts.roles import Role
from gateway.core.ids import SubjectId
from gateway.store.tables import Instant, metadata
from gateway.store.transaction import Unit

account = Table(
    "account",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("email_mac", LargeBinary(32), nullable=False, unique=True),
    Column("profile_sealed", LargeBinary, nullable=False),
    Column("password_hash", Text, nullable=True),
    Column("password_alone", Boolean, nullable=False),
    Column("totp_sealed", LargeBinary, nullable=True),
    Column("totp_counter", BigInteger, nullable=True),
    Column("disabled_at", Instant, nullable=True),
    Column("cut_at", Instant, nullable=True, index=True),
    Column("created_at", Instant, nullable=False),
)
"""`password_alone`: the password is long enough to sign in without a code."""

setup_token = Table(
    "setup_token",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("account", String(32), ForeignKey("account.id"), nullable=False, index=True),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant, nullable=True),
)

sign_in = Table(
    "sign_in",
    metadata,
    Column("id_hash", LargeBinary(32), primary_key=True),
    Column("account", String(32), ForeignKey("account.id"), nullable=False, index=True),
    Column("aal", Integer, nullable=False),
    Column("auth", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("step_up_at", Instant, nullable=True),
    Column("revoked_at", Instant, nullable=True),
)
"""One signed-in browser. `id_hash` is the hash of its cookie, and changes at step-up."""

passkey = Table(
    "passkey",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account", String(32), ForeignKey("account.id"), nullable=False, index=True),
    Column("credential_id", LargeBinary, nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("label_sealed", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
)

attempt = Table(
    "attempt",
    metadata,
    Column("key", LargeBinary(32), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", Instant, nullable=False, index=True),
)
"""Wrong passwords by account and by address; `key` is a keyed hash of either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """One staff account."""

    id: SubjectId
    role: Role
    email_mac: bytes = field(repr=False)
    profile_sealed: bytes = field(repr=False)
    password_hash: str | None = field(repr=False)
    password_alone: bool
    totp_sealed: bytes | None = field(repr=False)
    totp_counter: int | None = field(repr=False)
    disabled_at: datetime | None
    created_at: datetime
    cut_at: datetime | None = None
    """When an operator last ended everything this account had open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRow:
    """One signed-in browser."""

    id_hash: bytes = field(repr=False)
    account: SubjectId
    aal: int
    auth: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    step_up_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyRow:
    """One enrolled passkey: a public key, and how often it was used as far as it tells."""

    id: str
    account: SubjectId
    credential_id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    sign_count: int
    label_sealed: bytes = field(repr=False)
    created_at: datetime


def _values(row: AccountRow | SignInRow | PasskeyRow) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in row.__dataclass_fields__}
    return {name: each.reveal() if isinstance(each, SubjectId) else each for name, each in found.items()}


def _account(row: Any) -> AccountRow:  # noqa: ANN401  (a row has no better type)
    return AccountRow(**{**row._asdict(), "id": SubjectId(row.id), "role": Role(row.role)})


def _sign_in(row: Any) -> SignInRow:  # noqa: ANN401
    return SignInRow(**{**row._asdict(), "account": SubjectId(row.account)})


def _passkey(row: Any) -> PasskeyRow:  # noqa: ANN401
    return PasskeyRow(**{**row._asdict(), "account": SubjectId(row.account)})


# Accounts


async def add_account(unit: Unit, row: AccountRow) -> None:
    """Insert an account."""
    await unit.execute(insert(account).values(**_values(row)))


async def find_account(
    unit: Unit, subject: SubjectId | None = None, *, email_mac: bytes | None = None, lock: bool = False
) -> AccountRow | None:
    """Return an account by its id or by the keyed hash of its e-mail; `lock` keeps it as it is until the end."""
    c = account.c
    condition = c.email_mac == email_mac if subject is None else c.id == subject.reveal()
    statement = select(account).where(condition)
    row = (await unit.execute(statement.with_for_update() if lock else statement)).one_or_none()
    return None if row is None else _account(row)


async def change_account(unit: Unit, wanted: SubjectId, **values: object) -> None:
    """Update columns of one account."""
    await unit.execute(update(account).where(account.c.id == wanted.reveal()).values(**values))


async def cut_since(unit: Unit, instant: datetime) -> list[SubjectId]:
    """Return the accounts an operator closed or reset after `instant`, so that what they hold open is closed too."""
    c = account.c
    return [SubjectId(row.id) for row in await unit.execute(select(c.id).where(c.cut_at > instant))]


# Setup links


async def add_setup_token(unit: Unit, token_hash: bytes, *, wanted: SubjectId, expires_at: datetime) -> None:
    """Insert a setup link, and use up the earlier ones of that account."""
    c = setup_token.c
    earlier = update(setup_token).where(c.account == wanted.reveal(), c.used_at.is_(None))
    await unit.execute(earlier.values(used_at=unit.now))
    await unit.execute(
        insert(setup_token).values(token_hash=token_hash, account=wanted.reveal(), expires_at=expires_at, used_at=None)
    )


async def use_setup_tokens(unit: Unit, wanted: SubjectId) -> None:
    """Use up every setup link of an account."""
    c = setup_token.c
    unused = update(setup_token).where(c.account == wanted.reveal(), c.used_at.is_(None))
    await unit.execute(unused.values(used_at=unit.now))


async def find_setup_account(unit: Unit, token_hash: bytes, *, lock: bool = False) -> SubjectId | None:
    """Return whose setup link this is, if it is still good; with `lock`, hold it until the transaction ends."""
    c = setup_token.c
    good = select(c.account).where(c.token_hash == token_hash, c.used_at.is_(None), c.expires_at > unit.now)
    found = (await unit.execute(good.with_for_update() if lock else good)).scalar_one_or_none()
    return None if found is None else SubjectId(found)


# Sign-ins


async def add_sign_in(unit: Unit, row: SignInRow) -> None:
    """Insert a sign-in."""
    await unit.execute(insert(sign_in).values(**_values(row)))


async def find_sign_in(unit: Unit, id_hash: bytes) -> SignInRow | None:
    """Return a sign-in by the hash of its cookie, whatever its state."""
    row = (await unit.execute(select(sign_in).where(sign_in.c.id_hash == id_hash))).one_or_none()
    return None if row is None else _sign_in(row)


async def change_sign_in(unit: Unit, wanted: bytes, **values: object) -> None:
    """Update columns of one sign-in."""
    await unit.execute(update(sign_in).where(sign_in.c.id_hash == wanted).values(**values))


async def end_sign_ins(unit: Unit, wanted: SubjectId, *, only: bytes | None = None, keep: bytes | None = None) -> int:
    """End the live sign-ins of an account (one of them, or all but one); return how many ended."""
    c = sign_in.c
    statement = update(sign_in).where(c.account == wanted.reveal(), c.revoked_at.is_(None))
    if only is not None:
        statement = statement.where(c.id_hash == only)
    if keep is not None:
        statement = statement.where(c.id_hash != keep)
    return (await unit.execute(statement.values(revoked_at=unit.now))).rowcount


def _overdue(unit: Unit, idle_since: datetime) -> ColumnElement[bool]:
    c = sign_in.c
    return and_(c.revoked_at.is_(None), or_(c.expires_at <= unit.now, c.seen_at <= idle_since))


async def overdue_sign_ins(unit: Unit, *, idle_since: datetime) -> list[SubjectId]:
    """Return whose sign-ins are too old or were not used since then, and have not ended yet."""
    found = await unit.execute(select(sign_in.c.account).where(_overdue(unit, idle_since)).distinct())
    return [SubjectId(each) for each in found.scalars()]


async def end_overdue_sign_ins(unit: Unit, wanted: SubjectId, *, idle_since: datetime) -> int:
    """End those of one account; return how many ended."""
    statement = update(sign_in).where(_overdue(unit, idle_since), sign_in.c.account == wanted.reveal())
    return (await unit.execute(statement.values(revoked_at=unit.now))).rowcount


async def forget_sign_ins(unit: Unit, *, before: datetime) -> None:
    """Delete sign-ins that ended before then."""
    await unit.execute(delete(sign_in).where(sign_in.c.revoked_at < before))


# Passkeys


async def add_passkey(unit: Unit, row: PasskeyRow) -> None:
    """Insert a passkey."""
    await unit.execute(insert(passkey).values(**_values(row)))


async def find_passkey(unit: Unit, credential_id: bytes, *, lock: bool = False) -> PasskeyRow | None:
    """Return a passkey by what its authenticator calls it."""
    statement = select(passkey).where(passkey.c.credential_id == credential_id)
    row = (await unit.execute(statement.with_for_update() if lock else statement)).one_or_none()
    return None if row is None else _passkey(row)


async def passkeys_of(unit: Unit, wanted: SubjectId) -> list[PasskeyRow]:
    """Return the passkeys of an account, oldest first."""
    c = passkey.c
    statement = select(passkey).where(c.account == wanted.reveal()).order_by(c.created_at, c.id)
    return [_passkey(row) for row in await unit.execute(statement)]


async def change_passkey(unit: Unit, wanted: str, **values: object) -> None:
    """Update columns of one passkey."""
    await unit.execute(update(passkey).where(passkey.c.id == wanted).values(**values))


async def remove_passkeys(unit: Unit, of: SubjectId, *, only: str | None = None) -> int:
    """Delete the passkeys of an account, or one of them; return how many."""
    statement = delete(passkey).where(passkey.c.account == of.reveal())
    if only is not None:
        statement = statement.where(passkey.c.id == only)
    return (await unit.execute(statement)).rowcount


# Attempts


async def lock_attempt(unit: Unit, key: bytes) -> tuple[int, datetime]:
    """Return how often and when last something was tried; nobody else can look until this unit ends."""
    c = attempt.c
    into = sqlite.insert(attempt) if unit.is_sqlite else postgresql.insert(attempt)
    # One statement: between an insert and a look, somebody else's success could take the row away.
    kept = into.values(key=key, count=0, last_at=unit.now).on_conflict_do_update(
        index_elements=[c.key], set_={"count": c.count}
    )
    row: Any = (await unit.execute(kept.returning(c.count, c.last_at))).one()
    count, last_at = row
    return count, last_at


async def set_attempt(unit: Unit, key: bytes, *, count: int) -> None:
    """Keep how often something was tried, now being the last time."""
    await unit.execute(update(attempt).where(attempt.c.key == key).values(count=count, last_at=unit.now))


async def return_attempt(unit: Unit, key: bytes) -> None:
    """Take one attempt back."""
    c = attempt.c
    await unit.execute(update(attempt).where(c.key == key, c.count > 0).values(count=c.count - 1))


async def clear_attempts(unit: Unit, key: bytes) -> None:
    """Forget what was tried under one key."""
    await unit.execute(delete(attempt).where(attempt.c.key == key))


async def forget_attempts(unit: Unit, *, before: datetime) -> None:
    """Delete what was last tried before then."""
    await unit.execute(delete(attempt).where(attempt.c.last_at < before))
