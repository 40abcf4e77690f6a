"""Does what is stored agree with what was signed, here and elsewhere? Asked at every start, before the log may grow."""

import asyncio
from typing import Final

from gateway.audit import rows
from gateway.audit.log import Log
from gateway.audit.segments import Segments
from gateway.core.errors import IntegrityError
from gateway.crypto.note import verify_checkpoint
from gateway.store.engine import Store
from gateway.store.transaction import Unit

CHANGED: Final = "entries_changed"
"""What is stored since the newest checkpoint does not fold to the head."""
AHEAD: Final = "segments_ahead"
"""The second copy holds entries that the database does not: it was rolled back."""


async def what_is_wrong(store: Store, log: Log, segments: Segments) -> str | None:
    """Return why the log may not grow, or None: one of the causes above, `segments_disagree` or `kept_disagree`.

    Raises:
        StoreError: the database cannot be read.
    """
    # Read before the database is: beside a running service the other order could show us its future.
    notes = await asyncio.to_thread(
        lambda: {"segments": segments.newest_checkpoint(), "kept": segments.kept_checkpoint()}
    )
    async with store.reading() as unit:
        try:
            await log.check(unit)
            size = await rows.read_size(unit)
        except IntegrityError:
            return CHANGED
        if segments.size > size:
            return AHEAD
        for name, note in notes.items():
            if note is not None and not await _is_our_past(unit, log, note, size):
                return f"{name}_disagree"
    return None


async def _is_our_past(unit: Unit, log: Log, note: str, size: int) -> bool:
    """Answer whether a checkpoint found elsewhere is one this log went through."""
    try:
        found = verify_checkpoint(note, log=log.verifier).checkpoint
        return found.size <= size and await log.root_at(unit, found.size) == found.root
    except IntegrityError:
        return False
