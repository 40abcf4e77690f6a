"""The second sink: a folder of append-only segments that follows the database and verifies on its own.

Segment N holds lines 256 N to 256 N + 255 (C2SP entry bundle N). Put the folder on another volume, or one with
object lock: it is the copy the database is held against. Synchronous on purpose; the publisher runs it in a thread.

Files: `segments/000000.jsonl`, `tiles/000000.bin` (leaf hashes of its lines), `checkpoint.txt` (newest),
`checkpoints.txt` (all, each followed by `---`), `vkeys.txt`. Names and forms never change; new files may appear.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from gateway.core.errors import IntegrityError
from gateway.crypto.merkle import HASH_BYTES, TILE_LEAVES, leaf_hash
from gateway.crypto.note import parse_checkpoint

SEPARATOR: Final = "---\n"


class Segments:
    """The folder. Owned by the publisher."""

    def __init__(self, folder: Path, *, vkeys: Sequence[str], kept: Path | None = None) -> None:
        self.folder = folder
        self._vkeys = "".join(f"{vkey}\n" for vkey in vkeys)
        self._kept = kept
        self.size = 0
        """Whole lines that are known to be on the disk."""
        self.is_measured = False
        """Whether the disk holds what we believe: not after a write that failed, until `open` has looked again."""
        self._signed = 0  # The size of the last checkpoint in the history.

    def open(self) -> None:
        """Make the folder if need be, mend what a crash in the middle of a write left, and count what is there.

        Raises:
            OSError: the folder cannot be written.
        """
        for part in ("segments", "tiles"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        _replace(self.folder / "vkeys.txt", self._vkeys)
        names = self._segments()
        if names:
            # The database has the torn line, and will be asked for it again.
            _cut_torn(names[-1], b"\n")
        self.measure()
        for path in names:
            self._grow_tile(int(path.stem))
        self._signed = self._open_history()
        self.is_measured = True

    def measure(self) -> None:
        """Count what is there and mend nothing: for a command beside the service, which may be writing just now."""
        names = self._segments()
        self.size = int(names[-1].stem) * TILE_LEAVES + names[-1].read_bytes().count(b"\n") if names else 0

    def _segments(self) -> list[Path]:
        return sorted((self.folder / "segments").glob("[0-9]*.jsonl"))

    def _grow_tile(self, number: int) -> None:
        """Add the hashes of lines the tile does not have: they are new, or we were killed between the two.

        What it has, it keeps: the tile is what tells which line is not what it was.
        """
        tile = self.folder / "tiles" / f"{number:06d}.bin"
        stored = tile.stat().st_size if tile.exists() else 0
        if stored == TILE_LEAVES * HASH_BYTES:
            return
        lines = (self.folder / "segments" / f"{number:06d}.jsonl").read_bytes().splitlines()
        known = min(stored // HASH_BYTES, len(lines))
        if stored != known * HASH_BYTES:
            _cut(tile, known * HASH_BYTES)
        if known < len(lines):
            self._append(tile, b"".join(leaf_hash(line) for line in lines[known:]))

    def _open_history(self) -> int:
        """Cut off a torn last checkpoint; return the size of the last whole one, 0 where that is no checkpoint."""
        path, end = self.folder / "checkpoints.txt", b"\n" + SEPARATOR.encode()
        if not path.exists():
            return 0
        *_, last = _cut_torn(path, end).removesuffix(end).split(end)
        try:
            return parse_checkpoint(last.decode(errors="replace") + "\n").size
        except IntegrityError:
            return 0  # Nothing to continue from: the verifiers say what is wrong with it.

    def add(self, lines: Sequence[tuple[int, bytes]]) -> None:
        """Append lines in order, and their hashes to the tiles; return when they are on the disk.

        Raises:
            OSError: not known to be written; `open` tells what was.
            IntegrityError: a line is missing between what is here and what was given.
        """
        for number, batch in _by_segment(lines):
            if batch[0][0] != self.size:
                raise IntegrityError(f"the segments end at {self.size}, the database continues at {batch[0][0]}")
            path = self.folder / "segments" / f"{number:06d}.jsonl"
            self._append(path, b"".join(line + b"\n" for _, line in batch))
            self.size += len(batch)
            self._grow_tile(number)

    def add_checkpoints(self, notes: Sequence[str]) -> None:
        """Append checkpoints to the history, and make the last one the newest here and in the kept copy.

        Those the history has already, because only what follows it failed, are not written twice.

        Raises:
            OSError: not known to be written; `open` tells what was.
        """
        sizes = [parse_checkpoint(note).size for note in notes]
        fresh = [note for note, size in zip(notes, sizes, strict=True) if size > self._signed]
        if fresh:
            self._append(self.folder / "checkpoints.txt", "".join(note + SEPARATOR for note in fresh).encode())
            self._signed = sizes[-1]
        _replace(self.folder / "checkpoint.txt", notes[-1])
        if self._kept is not None:
            _replace(self._kept, notes[-1])

    def _append(self, path: Path, content: bytes) -> None:
        self.is_measured = False
        with path.open("ab") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        self.is_measured = True

    def newest_checkpoint(self) -> str | None:
        """Return the newest checkpoint written here, if there is one."""
        return _text(self.folder / "checkpoint.txt")

    def kept_checkpoint(self) -> str | None:
        """Return the checkpoint kept outside the folder, if there is one."""
        return None if self._kept is None else _text(self._kept)


def _by_segment(lines: Sequence[tuple[int, bytes]]) -> Iterator[tuple[int, list[tuple[int, bytes]]]]:
    batch: list[tuple[int, bytes]] = []
    for seq, line in lines:
        if batch and seq // TILE_LEAVES != batch[0][0] // TILE_LEAVES:
            yield batch[0][0] // TILE_LEAVES, batch
            batch = []
        batch.append((seq, line))
    if batch:
        yield batch[0][0] // TILE_LEAVES, batch


def _text(path: Path) -> str | None:
    """Return a file's text; bytes that are no text cannot match anything signed, and are for the reader to refuse."""
    return path.read_bytes().decode(errors="replace") if path.exists() else None


def _cut_torn(path: Path, end: bytes) -> bytes:
    """Cut off what follows the last whole record (a crash in the middle of a write left it); return what stays."""
    content = path.read_bytes()
    whole = content[: content.rfind(end) + len(end)] if end in content else b""
    if whole != content:
        _cut(path, len(whole))
    return whole


def _cut(path: Path, size: int) -> None:
    with path.open("r+b") as file:
        file.truncate(size)
        os.fsync(file.fileno())


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
