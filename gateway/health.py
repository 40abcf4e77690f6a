"""How this deployment is: what readiness, metrics and the doctor ask. Changes nothing."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from gateway.audit import rows
from gateway.audit.log import Log, Mode
from gateway.audit.segments import Segments
from gateway.core.errors import IntegrityError, StoreError
from gateway.store.engine import Store

DISK_FLOOR_BYTES: Final = 256 * 1024 * 1024
"""Free space under which the service no longer counts as ready: days of entries, time enough to make room."""


@dataclass(frozen=True, slots=True)
class LogState:
    """Where the log is, and how far its copies are behind it."""

    size: int
    unsigned: int
    """Entries no checkpoint covers yet."""
    signed_at: datetime | None
    sink_lag: int
    """Entries the second copy does not hold yet."""


class Health:
    """Looks at what the gateway stands on. Owned by whoever asks."""

    def __init__(self, store: Store, log: Log, segments: Segments) -> None:
        self._store = store
        self._log = log
        self._segments = segments

    async def failing(self) -> list[str]:
        """Return the names of what does not hold now: `database`, `audit`, `log`, `disk`; empty when all is well."""
        failing = await self._write_problem()
        if self._log.mode is not Mode.WHOLE:
            failing.append("log")
        if self.free_bytes() < DISK_FLOOR_BYTES:
            failing.append("disk")
        return failing

    async def _write_problem(self) -> list[str]:
        is_reached = False
        try:
            async with self._store.transaction() as unit:
                is_reached = True
                await self._log.touch(unit)
        except (StoreError, IntegrityError):
            return ["audit"] if is_reached else ["database"]
        return []

    def free_bytes(self) -> int:
        """Return the space left on the fullest disk we write to."""
        places = [self._segments.folder]
        if self._store.is_sqlite and self._store.url.database:
            places.append(Path(self._store.url.database).parent)
        return min((shutil.disk_usage(each).free for each in places if each.exists()), default=0)

    async def log_state(self) -> LogState:
        """Return where the log is.

        Raises:
            StoreError: the database cannot be read.
        """
        async with self._store.reading() as unit:
            size = (await rows.read_head(unit)).frontier.size
            newest = await rows.latest_checkpoint(unit)
        signed = newest.size if newest else 0
        return LogState(size, size - signed, newest.at if newest else None, max(0, size - self._segments.size))


def is_checkpoint_late(state: LogState, *, now: datetime, allowed: timedelta) -> bool:
    """Answer whether entries have waited for a signature longer than they may."""
    return state.unsigned > 0 and (state.signed_at is None or now - state.signed_at > allowed)
