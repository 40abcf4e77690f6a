"""What every table shares: the metadata, how an instant is stored, and the tables of the log.

The tables of a concept stand in that concept's `rows.py`; migrations are written from all of them.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Dialect, Integer, LargeBinary, MetaData, String, Table, Text
from sqlalchemy.types import TypeDecorator

metadata = MetaData()


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored as milliseconds since 1970 UTC: the same on both databases, and sortable."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Return milliseconds."""
        return None if value is None else int(value.timestamp() * 1000)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002
        """Return an aware instant."""
        return None if value is None else datetime.fromtimestamp(value / 1000, UTC)


def is_storable(text: str) -> bool:
    """Answer whether a text can stand in a row at all: PostgreSQL takes no NUL, and even asking for one is an error."""
    return "\0" not in text


audit_leaf = Table(
    "audit_leaf",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("line", LargeBinary, nullable=False),
    Column("leaf_hash", LargeBinary(32), nullable=False),
    Column("type", String(64), nullable=False, index=True),
    Column("outcome", String(16), nullable=False),
    Column("session", String(32), nullable=True, index=True),
)
"""The log. `line` is the truth; the columns after it only find lines and can be rebuilt from them."""

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("last_at", Instant, nullable=True),
)
"""One row (id 1): the size, the compact Merkle range and the latest time seen. Owned by `audit.log`."""

audit_checkpoint = Table(
    "audit_checkpoint",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
)
"""Every checkpoint ever signed, whole, with the range it was signed over."""

audit_tile = Table(
    "audit_tile",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
    Column("root", LargeBinary(32), nullable=False),
)
"""Level-0 tiles: the 256 leaf hashes of a full segment and their root. Proofs are made from these."""

audit_spool = Table(
    "audit_spool",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("body", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
)
"""Entries written while the log is in safety mode and may not grow; appended when it is whole again."""
