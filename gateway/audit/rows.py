"""How the log lies in the database: head, leaves, tiles, checkpoints, spool."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, desc, false, func, insert, select, update

from gateway.core.errors import IntegrityError
from gateway.crypto.merkle import HASH_BYTES, TILE_LEAVES, Frontier, root_of
from gateway.store.tables import audit_checkpoint, audit_head, audit_leaf, audit_spool, audit_tile, is_storable
from gateway.store.transaction import Unit


@dataclass(frozen=True, slots=True)
class Head:
    """Where the log ends."""

    frontier: Frontier
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A checkpoint and the range it was signed over."""

    size: int
    note: str
    frontier: Frontier
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a reader of the log asks for, newest first."""

    session: str | None = None
    type: str | None = None
    outcome: str | None = None
    before: int | None = None
    limit: int = 100


async def read_head(unit: Unit, *, lock: bool = False) -> Head:
    """Return the head; with `lock`, hold its row until the transaction ends, so that writers go in single file.

    Raises:
        IntegrityError: it is missing, or not one.
    """
    statement = select(audit_head.c.size, audit_head.c.frontier, audit_head.c.last_at).where(audit_head.c.id == 1)
    if lock and not unit.is_sqlite:
        statement = statement.with_for_update()
    row = (await unit.execute(statement)).one_or_none()
    if row is None:  # The first migration makes the row.
        raise IntegrityError("the log has lost its head")
    return Head(Frontier.decode(row.size, _blob(row.frontier)), row.last_at)


async def read_size(unit: Unit) -> int:
    """Return the size the head claims, whether or not the rest of it makes sense; 0 without one."""
    return (await unit.execute(select(audit_head.c.size).where(audit_head.c.id == 1))).scalar_one_or_none() or 0


async def write_head(unit: Unit, head: Head) -> None:
    """Replace the head."""
    values = {"size": head.frontier.size, "frontier": head.frontier.encode(), "last_at": head.last_at}
    await unit.execute(update(audit_head).where(audit_head.c.id == 1).values(**values))


async def add_leaves(unit: Unit, leaves: Sequence[dict[str, Any]]) -> None:
    """Insert leaves, and the tiles that they fill."""
    await unit.execute(insert(audit_leaf), leaves)
    first, last = leaves[0]["seq"], leaves[-1]["seq"]
    for number in range(first // TILE_LEAVES, (last + 1) // TILE_LEAVES):
        hashes = await leaf_hashes(unit, number * TILE_LEAVES, (number + 1) * TILE_LEAVES)
        row = {"number": number, "hashes": b"".join(hashes), "root": root_of(hashes)}
        await unit.execute(insert(audit_tile).values(**row))


async def leaf_hashes(unit: Unit, start: int, end: int) -> list[bytes]:
    """Return the stored hashes of leaves `start` to `end` (exclusive)."""
    c = audit_leaf.c
    rows = await unit.execute(select(c.leaf_hash).where(and_(c.seq >= start, c.seq < end)).order_by(c.seq))
    return [_blob(row.leaf_hash) for row in rows]


async def lines(unit: Unit, start: int, end: int) -> list[tuple[int, bytes]]:
    """Return `(seq, line)` from `start` to `end` (exclusive), in order."""
    c = audit_leaf.c
    rows = await unit.execute(select(c.seq, c.line).where(and_(c.seq >= start, c.seq < end)).order_by(c.seq))
    return [(row.seq, _blob(row.line)) for row in rows]


async def search(unit: Unit, wanted: Search) -> list[tuple[int, bytes]]:
    """Return matching `(seq, line)`, newest first."""
    c = audit_leaf.c
    statement = select(c.seq, c.line).order_by(desc(c.seq)).limit(wanted.limit)
    texts = ((c.session, wanted.session), (c.type, wanted.type), (c.outcome, wanted.outcome))
    for column, value in texts:
        if value is not None:
            statement = statement.where(column == value if is_storable(value) else false())
    if wanted.before is not None:
        statement = statement.where(c.seq < wanted.before)
    return [(row.seq, _blob(row.line)) for row in await unit.execute(statement)]


async def session_lines(unit: Unit, session: str, below: int) -> list[tuple[int, bytes]]:
    """Return every `(seq, line)` of one session under a tree size, in order."""
    c = audit_leaf.c
    if not is_storable(session):
        return []
    statement = select(c.seq, c.line).where(and_(c.session == session, c.seq < below)).order_by(c.seq)
    return [(row.seq, _blob(row.line)) for row in await unit.execute(statement)]


async def tile_roots(unit: Unit, below: int) -> list[bytes]:
    """Return the roots of the full tiles under a tree size, in order."""
    c = audit_tile.c
    rows = await unit.execute(select(c.root).where(c.number < below // TILE_LEAVES).order_by(c.number))
    return [_blob(row.root) for row in rows]


async def tile(unit: Unit, number: int, below: int) -> list[bytes]:
    """Return the leaf hashes of one tile under a tree size; only the newest tile is short."""
    start, end = number * TILE_LEAVES, min((number + 1) * TILE_LEAVES, below)
    row = (await unit.execute(select(audit_tile.c.hashes).where(audit_tile.c.number == number))).one_or_none()
    if row is None:
        return await leaf_hashes(unit, start, end)
    blob = _blob(row.hashes)[: (end - start) * HASH_BYTES]
    return [blob[at : at + HASH_BYTES] for at in range(0, len(blob), HASH_BYTES)]


async def add_checkpoint(unit: Unit, stored: StoredCheckpoint) -> None:
    """Keep a checkpoint for ever."""
    values = {"size": stored.size, "note": stored.note, "frontier": stored.frontier.encode(), "at": stored.at}
    await unit.execute(insert(audit_checkpoint).values(**values))


async def latest_checkpoint(unit: Unit) -> StoredCheckpoint | None:
    """Return the newest checkpoint, if there is one."""
    row = (await unit.execute(select(audit_checkpoint).order_by(desc(audit_checkpoint.c.size)).limit(1))).one_or_none()
    return None if row is None else _stored(row)


async def checkpoints(unit: Unit, *, above: int = -1) -> list[StoredCheckpoint]:
    """Return the checkpoints over more than `above` entries, oldest first."""
    c = audit_checkpoint.c
    return [_stored(row) for row in await unit.execute(select(audit_checkpoint).where(c.size > above).order_by(c.size))]


def _stored(row: Any) -> StoredCheckpoint:  # noqa: ANN401  (a row has no better type)
    return StoredCheckpoint(row.size, row.note, Frontier.decode(row.size, _blob(row.frontier)), row.at)


async def add_spooled(unit: Unit, bodies: Sequence[bytes]) -> None:
    """Keep entries that the log may not take now."""
    await unit.execute(insert(audit_spool), [{"body": body, "at": unit.now} for body in bodies])


async def take_spooled(unit: Unit) -> list[tuple[bytes, datetime]]:
    """Return and forget the spooled entries, oldest first; their transaction appends them."""
    found = [(_blob(row.body), row.at) for row in await unit.execute(select(audit_spool).order_by(audit_spool.c.id))]
    if found:
        await unit.execute(delete(audit_spool))
    return found


async def count_spooled(unit: Unit) -> int:
    """Return how many entries wait."""
    return int((await unit.execute(select(func.count()).select_from(audit_spool))).scalar_one())


def _blob(value: bytes | str) -> bytes:
    """Return stored bytes. SQLite keeps whatever somebody else wrote: text is judged by its bytes, as all else is."""
    return value.encode() if isinstance(value, str) else bytes(value)
