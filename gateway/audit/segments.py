"""The second sink: a folder of append-only segments that follows the database and verifies on its own.

Segment N holds lines 256 N to 256 N + 255 (C2SP entry bundle N). Put the folder on another volume, or one with
object lock: it is the copy the database is held against. Synchronous on purpose; the publisher runs it in a thread.

Files: `segments/000000.jsonl`, `tiles/000000.bin` (leaf hashes of a full segment), `checkpoint.txt` (newest),
`checkpoints.txt` (all, each followed by `---`), `vkeys.txt`. Names and forms never change; new files may appear.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from gateway.core.errors import IntegrityError
from gateway.crypto.merkle import TILE_LEAVES, leaf_hash

SEPARATOR: Final = "---\n"


class Segments:
    """The folder. Owned by the publisher."""

    def __init__(self, folder: Path, *, vkeys: Sequence[str], kept: Path | None = None) -> None:
        self.folder = folder
        self._vkeys = "".join(f"{vkey}\n" for vkey in vkeys)
        self._kept = kept
        self.size = 0
        """Whole lines that are known to be on the disk."""

    def open(self) -> None:
        """Make the folder if need be, cut off a torn last line, and count what is there.

        Raises:
            OSError: the folder cannot be written.
        """
        for part in ("segments", "tiles"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        _replace(self.folder / "vkeys.txt", self._vkeys)
        names = sorted((self.folder / "segments").glob("*.jsonl"))
        if not names:
            return
        last = names[-1]
        content = last.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if whole != content:
            # A crash in the middle of a write: the database has the line, and will be asked for it again.
            with last.open("r+b") as file:
                file.truncate(len(whole))
                os.fsync(file.fileno())
        self.size = int(last.stem) * TILE_LEAVES + whole.count(b"\n")

    def add(self, lines: Sequence[tuple[int, bytes]]) -> None:
        """Append lines in order, and the tile of every segment they fill; return when they are on the disk.

        Raises:
            OSError: not known to be written; the next `open` tells what was.
            IntegrityError: a line is missing between what is here and what was given.
        """
        for number, batch in _by_segment(lines):
            if batch[0][0] != self.size:
                raise IntegrityError(f"the segments end at {self.size}, the database continues at {batch[0][0]}")
            path = self.folder / "segments" / f"{number:06d}.jsonl"
            with path.open("ab") as file:
                file.write(b"".join(line + b"\n" for _, line in batch))
                file.flush()
                os.fsync(file.fileno())
            self.size += len(batch)
            if self.size % TILE_LEAVES == 0:
                hashes = b"".join(leaf_hash(line) for line in path.read_bytes().splitlines())
                _replace(self.folder / "tiles" / f"{number:06d}.bin", hashes)

    def add_checkpoints(self, notes: Sequence[str]) -> None:
        """Append checkpoints to the history, and make the last one the newest here and in the kept copy.

        Raises:
            OSError: not known to be written.
        """
        with (self.folder / "checkpoints.txt").open("a", encoding="utf-8") as file:
            file.write("".join(note + SEPARATOR for note in notes))
            file.flush()
            os.fsync(file.fileno())
        _replace(self.folder / "checkpoint.txt", notes[-1])
        if self._kept is not None:
            _replace(self._kept, notes[-1])

    def newest_checkpoint(self) -> str | None:
        """Return the newest checkpoint written here, if there is one."""
        path = self.folder / "checkpoint.txt"
        return path.read_text("utf-8") if path.exists() else None

    def kept_checkpoint(self) -> str | None:
        """Return the checkpoint kept outside the folder, if there is one."""
        return self._kept.read_text("utf-8") if self._kept is not None and self._kept.exists() else None


def _by_segment(lines: Sequence[tuple[int, bytes]]) -> Iterator[tuple[int, list[tuple[int, bytes]]]]:
    batch: list[tuple[int, bytes]] = []
    for seq, line in lines:
        if batch and seq // TILE_LEAVES != batch[0][0] // TILE_LEAVES:
            yield batch[0][0] // TILE_LEAVES, batch
            batch = []
        batch.append((seq, line))
    if batch:
        yield batch[0][0] // TILE_LEAVES, batch


def _replace(path: Path, content: str | bytes) -> None:
    """Write a whole file so that a reader, or a crash, sees the old one or the new one."""
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
