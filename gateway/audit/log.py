"""The log: entries join the tree in the transaction of the effect they record, or nothing happens.

Knows the two keys that sign. Never retries a failed write: the database says what is durable, and every
transaction reads the head again, so a restart and the next act walk through the same door.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any, Final

import rfc8785

from gateway.audit import entry, rows
from gateway.core.errors import IntegrityError
from gateway.core.events import SYSTEM, AuditGap, Event, SystemTimeSkew
from gateway.crypto.merkle import TILE_LEAVES, Frontier, Tree, leaf_hash, tiles_for_inclusion
from gateway.crypto.note import (
    LogSigner,
    VerifierKey,
    WitnessSigner,
    checkpoint_body,
    checkpoint_text,
    tlog_proof,
    verify_checkpoint,
)
from gateway.store import deployment
from gateway.store.transaction import Unit

CLOCK_TOLERANCE: Final = timedelta(seconds=1)
"""How far the clock may go back before the log says so. Less would report every NTP correction."""


class Mode(Enum):
    """Whether the log may grow."""

    WHOLE = auto()
    SAFETY = auto()
    """What is stored is not what was signed: read only; sessions go on, powers do not."""


class Log:
    """The audit log of one deployment. Owned by the hub; written by the guard alone."""

    def __init__(self, *, place: entry.Place, signer: LogSigner, witness: WitnessSigner) -> None:
        self.place = place
        self.signer = signer
        self.witness = witness
        self.mode = Mode.WHOLE

    @property
    def verifier(self) -> VerifierKey:
        """The log's public key."""
        return self.signer.key

    async def append(self, unit: Unit, drafts: Sequence[entry.Draft]) -> None:
        """Write the entries in the open transaction, and sign where one of them asks for it.

        In safety mode the tree may not grow: the entries are kept beside it, in the same transaction.

        Raises:
            StoreError: not written; the transaction of the effect must not commit.
            AuditUnavailable: an entry does not fit the log.
        """
        bodies = [entry.envelope(each, self.place) for each in drafts]
        if self.mode is Mode.SAFETY:
            await rows.add_spooled(unit, [rfc8785.dumps(body) for body in bodies])
            return
        head = await rows.read_head(unit, lock=True)
        skew = _skew(head.last_at, unit.now)
        if skew is not None:
            bodies.insert(0, entry.envelope(entry.draft(skew, unit.now), self.place))
        frontier = await self._grow(unit, head.frontier, bodies)
        # After a skew the clock's new reading counts, so that one correction is reported once.
        last_at = unit.now if skew or head.last_at is None else max(head.last_at, unit.now)
        await rows.write_head(unit, rows.Head(frontier, last_at))
        if any(each.event.data.privileged for each in drafts):
            await self._sign(unit, frontier)

    async def _grow(self, unit: Unit, frontier: Frontier, bodies: Sequence[dict[str, Any]]) -> Frontier:
        leaves = []
        for body in bodies:
            line = entry.line(body, frontier.size)
            hashed = leaf_hash(line)
            leaves.append(
                {
                    "seq": frontier.size,
                    "line": line,
                    "leaf_hash": hashed,
                    "type": body["type"],
                    "outcome": body["outcome"],
                    "session": body["session"],
                }
            )
            frontier = frontier.append(hashed)
        await rows.add_leaves(unit, leaves)
        return frontier

    async def _sign(self, unit: Unit, frontier: Frontier) -> rows.StoredCheckpoint:
        body = checkpoint_body(self.signer.key.name, frontier.size, frontier.root())
        note = checkpoint_text(body, self.signer.sign(body), self.witness.cosign(body, unit.now))
        stored = rows.StoredCheckpoint(frontier.size, note, frontier, unit.now)
        await rows.add_checkpoint(unit, stored)
        return stored

    async def touch(self, unit: Unit) -> None:
        """Write something where an entry would be written: fails when an entry would."""
        await rows.read_head(unit, lock=True)
        # Never twice the same: SQLite skips a write that changes nothing, and a full disk would look writable.
        await deployment.replace(unit, "probe", {"last": secrets.token_bytes(8)})

    async def sign_if_due(self, unit: Unit, age: timedelta) -> rows.StoredCheckpoint | None:
        """Sign the head if there are entries no checkpoint covers and the last one is `age` old; return the newest."""
        head = await rows.read_head(unit, lock=True)  # First: whoever held it may have signed what we would.
        latest = await rows.latest_checkpoint(unit)
        if self.mode is Mode.SAFETY or head.frontier.size == (latest.size if latest else 0):
            return latest
        if latest is not None and abs(unit.now - latest.at) < age:
            return latest
        return await self._sign(unit, head.frontier)

    async def check(self, unit: Unit) -> None:
        """Check that what is stored since the last checkpoint folds to the head, and that the checkpoint is ours.

        Raises:
            IntegrityError: it does not; the log must not grow.
        """
        latest = await rows.latest_checkpoint(unit)
        frontier, size = Frontier(), 0
        if latest is not None:
            verified = verify_checkpoint(latest.note, log=self.verifier, witnesses=[self.witness.key]).checkpoint
            if (verified.size, verified.root) != (latest.size, latest.frontier.root()):
                raise IntegrityError("the newest checkpoint does not match the range stored with it")
            frontier, size = latest.frontier, latest.size
        head = await rows.read_head(unit)
        for seq, line in await rows.lines(unit, size, head.frontier.size + 1):
            if seq != frontier.size:
                raise IntegrityError(f"entry {frontier.size} is missing")
            frontier = frontier.append(leaf_hash(line))
        if frontier != head.frontier:
            raise IntegrityError(f"the entries from {size} on are not what the log's head was computed from")

    async def reconcile(self, unit: Unit) -> None:
        """Append what was kept beside the log while it could not grow, with one `audit.gap` before it."""
        spooled = await rows.take_spooled(unit)
        if not spooled:
            return
        gap = AuditGap(
            from_=json.loads(spooled[0][0])["time"],
            to=json.loads(spooled[-1][0])["time"],
            cause="safety_mode",
            count=len(spooled),
        )
        await self.append(unit, [entry.draft(Event(data=gap, actor=SYSTEM), unit.now)])
        head = await rows.read_head(unit, lock=True)
        frontier = await self._grow(unit, head.frontier, [json.loads(body) for body, _ in spooled])
        await rows.write_head(unit, replace(head, frontier=frontier))
        await self._sign(unit, frontier)

    async def root_at(self, unit: Unit, size: int) -> bytes:
        """Return the root the log had with its first `size` entries.

        Raises:
            IntegrityError: some of them are missing.
        """
        ragged = size // TILE_LEAVES
        leaves = {ragged: await rows.tile(unit, ragged, size)}
        try:
            return Tree(await rows.tile_roots(unit, size), leaves).root(size)
        except LookupError as exc:
            raise IntegrityError(f"entries below {size} are missing") from exc

    async def prove(self, unit: Unit, seqs: Sequence[int], checkpoint: rows.StoredCheckpoint) -> list[str]:
        """Return a C2SP tlog-proof for each entry, all against one checkpoint."""
        size = checkpoint.size
        numbers = {number for seq in seqs for number in tiles_for_inclusion(seq, size)}
        leaves = {number: await rows.tile(unit, number, size) for number in sorted(numbers)}
        tree = Tree(await rows.tile_roots(unit, size), leaves)
        return [tlog_proof(seq, tree.inclusion_proof(seq, size), checkpoint.note) for seq in seqs]


def _skew(last_at: datetime | None, now: datetime) -> Event | None:
    if last_at is None or last_at - now < CLOCK_TOLERANCE:
        return None
    back = int((last_at - now).total_seconds() * 1000)
    return Event(data=SystemTimeSkew(back_ms=back), actor=SYSTEM)
