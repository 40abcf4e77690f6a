"""Keeps the second sink close behind the database, and the newest checkpoint young. One task per service."""

import asyncio
from datetime import timedelta
from typing import Final

import structlog

from gateway.audit import rows
from gateway.audit.log import Log, Mode
from gateway.audit.segments import Segments
from gateway.core.errors import IntegrityError, StoreError
from gateway.crypto.merkle import TILE_LEAVES
from gateway.crypto.note import parse_checkpoint
from gateway.store.engine import Store

logger = structlog.get_logger(__name__)

PAUSE_SECONDS: Final = 1.0
"""How long the sink may lag. Shorter means more fsyncs; longer, more lines that only the database has."""
BATCH_LINES: Final = 4 * TILE_LEAVES


class Publisher:
    """Follows the database. Owned by the hub."""

    def __init__(self, store: Store, log: Log, segments: Segments, checkpoint_age: timedelta) -> None:
        self._store = store
        self._log = log
        self._segments = segments
        self._age = checkpoint_age
        self._published: int | None = None
        self.is_behind = False
        """Whether the sink cannot be written just now; doctor and readiness show it."""

    async def run(self) -> None:
        """Follow until cancelled."""
        while True:
            await asyncio.sleep(PAUSE_SECONDS)
            try:
                await self.catch_up(self._age)
                self.is_behind = False
            except (OSError, StoreError, IntegrityError) as exc:
                if not self.is_behind:
                    logger.warning("audit_sink_behind", code=getattr(exc, "code", "sink_unavailable"))
                self.is_behind = True

    async def catch_up(self, age: timedelta) -> None:
        """Sign if a checkpoint is due, then write what the sink does not have yet.

        Raises:
            OSError: the sink's disk would not.
            StoreError: the database would not.
            IntegrityError: the sink and the database do not continue each other.
        """
        if self._log.mode is Mode.SAFETY:
            return  # The sink is what the damaged database is held against: nothing of that may reach it.
        if not self._segments.is_measured:
            await asyncio.to_thread(self._segments.open)
        newest = await self._newest_checkpoint(age)
        while True:
            async with self._store.reading() as unit:
                lines = await rows.lines(unit, self._segments.size, self._segments.size + BATCH_LINES)
            if not lines:
                break
            await asyncio.to_thread(self._segments.add, lines)
        if self._published is None:
            self._published = self._already_published()
        if newest is not None and newest.size > self._published:
            await self._publish(self._published)

    def _already_published(self) -> int:
        note = self._segments.newest_checkpoint()
        return 0 if note is None else parse_checkpoint(note).size

    async def _newest_checkpoint(self, age: timedelta) -> rows.StoredCheckpoint | None:
        """Return the newest checkpoint, signed now if one is due; looks first, so that an idle log takes no lock."""
        async with self._store.reading() as unit:
            latest, head = await rows.latest_checkpoint(unit), await rows.read_head(unit)
            is_covered = latest is not None and latest.size == head.frontier.size
            if is_covered or (latest is not None and abs(unit.now - latest.at) < age):
                return latest
        async with self._store.transaction() as unit:
            return await self._log.sign_if_due(unit, age)

    async def _publish(self, published: int) -> None:
        """Write the checkpoints the sink has not seen, up to the lines it holds."""
        async with self._store.reading() as unit:
            fresh = await rows.checkpoints(unit, above=published)
        due = [each for each in fresh if each.size <= self._segments.size]
        if due:
            await asyncio.to_thread(self._segments.add_checkpoints, [each.note for each in due])
            self._published = due[-1].size

    async def flush(self) -> None:
        """Sign and write everything that is left, as far as the disks let us; for an orderly stop."""
        try:
            await self.catch_up(timedelta())
        except (OSError, StoreError, IntegrityError) as exc:
            logger.warning("audit_sink_behind", code=getattr(exc, "code", "sink_unavailable"))
