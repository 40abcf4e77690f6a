"""The log in the database, as a copy the verifier can read while the service goes on writing.

Order matters: first the second copy is frozen, then the database is looked at in one consistent view. So the view
holds everything the frozen copy does, and whatever is in the copy alone was taken out of the database.
"""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from gateway.audit import rows
from gateway.audit.log import Log
from gateway.audit.verify import LogCopy, Report, verify_log
from gateway.crypto.merkle import TILE_LEAVES
from gateway.store.engine import Store
from gateway.store.transaction import Unit

BATCH_LINES: Final = 8 * TILE_LEAVES
"""Lines in memory at once: a log may be larger than the machine."""

Progress = Callable[[int, int], None]
"""Told again and again how many entries of how many were read."""


async def verify_live(
    store: Store, log: Log, folder: Path, *, since: str | None, progress: Progress = lambda _done, _size: None
) -> Report:
    """Return the verdict on the log in the database, held against the second copy in `folder` and a kept checkpoint.

    Raises:
        StoreError: the database cannot be read.
        UsageError: the kept checkpoint cannot be read.
    """
    with TemporaryDirectory(prefix="sotto-verify-") as scratch:
        mirror = await asyncio.to_thread(freeze, folder, Path(scratch))
        async with store.reading() as unit:
            copy = await _copy(unit, progress)
            return await asyncio.to_thread(
                verify_log,
                copy,
                log_vkey=log.signer.vkey,
                witnesses=[log.witness.vkey],
                since=since,
                mirror=mirror,
            )


def freeze(folder: Path, into: Path) -> Path | None:
    """Return the second copy as it is now: what is finished by reference, what still grows copied."""
    segments = sorted((folder / "segments").glob("*.jsonl"))
    texts = sorted(folder.glob("checkpoint*.txt"))
    if not segments and not texts:
        return None
    for name in ("segments", "tiles"):
        (into / name).mkdir()
    for path in texts:  # Before the segments, whose entries they speak of.
        shutil.copyfile(path, into / path.name)
    growing = segments[-1].stem if segments else ""
    tiles = [path for path in sorted((folder / "tiles").glob("*.bin")) if path.stem <= growing]
    for path in [*tiles, *segments]:  # Tiles before the segments they are of, as with texts.
        copy = into / path.parent.name / path.name
        if path.stem == growing:
            shutil.copyfile(path, copy)
        else:
            copy.symlink_to(path.resolve())
    return into


async def _copy(unit: Unit, progress: Progress) -> LogCopy:
    head = (await rows.read_head(unit)).frontier
    tiles = {number: await rows.tile(unit, number, head.size) for number in range(-(-head.size // TILE_LEAVES))}
    return LogCopy(
        lines=_lines(unit, asyncio.get_running_loop(), head.size, progress),
        checkpoints=[each.note for each in await rows.checkpoints(unit)],
        leaf_hashes={number: b"".join(hashes) for number, hashes in tiles.items()},
        head=(head.size, head.root()),
    )


def _lines(unit: Unit, loop: asyncio.AbstractEventLoop, size: int, progress: Progress) -> Iterator[bytes]:
    """Yield every line there is, also behind the head; called in the verifier's thread, reads in the loop's."""
    start = 0
    while True:
        batch = asyncio.run_coroutine_threadsafe(rows.lines(unit, start, start + BATCH_LINES), loop).result()
        if not batch and start >= size:
            return
        yield from (line for _, line in batch)
        start += BATCH_LINES
        progress(min(start, size), size)
