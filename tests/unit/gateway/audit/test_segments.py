"""The second copy: append-only files that survive being cut off at any byte, and verify on their own."""

import stat
from pathlib import Path

import pytest

from gateway.audit import verify
from gateway.audit.segments import SEPARATOR, Segments
from gateway.core.errors import IntegrityError
from gateway.crypto.merkle import TILE_LEAVES, leaf_hash
from tests.support.written_log import WrittenLog, written

LOG = written(600, every=100)
NUMBERED = list(enumerate(LOG.lines))


def folder_of(path: Path, kept: Path | None = None, log: WrittenLog = LOG) -> Segments:
    """Return the second copy in a folder, as a service finds it on start."""
    segments = Segments(path / "audit", vkeys=log.vkeys, kept=kept)
    segments.open()
    return segments


def content(segments: Segments, name: str) -> bytes:
    return (segments.folder / name).read_bytes()


def complete(path: Path) -> Segments:
    segments = folder_of(path)
    segments.add(NUMBERED)
    segments.add_checkpoints(LOG.checkpoints)
    return segments


def verdict(segments: Segments) -> list[str]:
    """Return everything the stand-alone verifier finds in the folder, held against its own newest checkpoint."""
    report = verify.verify_directory(segments.folder, since=LOG.checkpoints[-1])
    return [*report.reasons, *report.warnings]


def test_a_fresh_folder_is_empty_and_says_whose_it_is(tmp_path: Path) -> None:
    segments = folder_of(tmp_path)
    assert (segments.size, segments.newest_checkpoint(), segments.kept_checkpoint()) == (0, None, None)
    assert content(segments, "vkeys.txt").decode().splitlines() == LOG.vkeys


def test_segments_hold_the_exact_lines_and_tiles_their_hashes(tmp_path: Path) -> None:
    segments = complete(tmp_path)
    names = sorted(path.name for path in (segments.folder / "segments").iterdir())
    assert names == ["000000.jsonl", "000001.jsonl", "000002.jsonl"]
    assert b"".join(content(segments, f"segments/{name}") for name in names) == b"".join(
        line + b"\n" for line in LOG.lines
    )
    assert sorted(path.stem for path in (segments.folder / "tiles").iterdir()) == [name[:6] for name in names]
    assert content(segments, "tiles/000001.bin") == b"".join(
        leaf_hash(line) for line in LOG.lines[TILE_LEAVES : 2 * TILE_LEAVES]
    )
    assert verdict(segments) == []


def test_checkpoints_are_a_history_and_the_newest_is_also_kept_elsewhere(tmp_path: Path) -> None:
    kept = tmp_path / "kept.checkpoint"
    segments = folder_of(tmp_path, kept)
    segments.add(NUMBERED)
    for note in LOG.checkpoints:
        segments.add_checkpoints([note])
    assert content(segments, "checkpoints.txt").decode() == "".join(note + SEPARATOR for note in LOG.checkpoints)
    assert segments.newest_checkpoint() == segments.kept_checkpoint() == kept.read_text() == LOG.checkpoints[-1]


@pytest.mark.parametrize("batch", [1, 7, 255, 256, 257, 600])
def test_however_many_lines_come_at_once_the_files_are_the_same(tmp_path: Path, batch: int) -> None:
    segments = folder_of(tmp_path)
    for start in range(0, len(NUMBERED), batch):
        segments.add(NUMBERED[start : start + batch])
    segments.add_checkpoints(LOG.checkpoints)
    assert segments.size == 600
    assert verdict(segments) == []


def test_a_folder_opened_again_goes_on_where_it_was(tmp_path: Path) -> None:
    folder_of(tmp_path).add(NUMBERED[:300])
    again = folder_of(tmp_path)
    assert again.size == 300
    again.add(NUMBERED[300:])
    again.add_checkpoints(LOG.checkpoints)
    assert verdict(again) == []


@pytest.mark.parametrize("torn", [1, 100, 299])
def test_a_torn_last_line_is_cut_off_and_written_again(tmp_path: Path, torn: int) -> None:
    folder_of(tmp_path).add(NUMBERED[:300])
    last = tmp_path / "audit" / "segments" / "000001.jsonl"
    last.write_bytes(last.read_bytes()[:-torn])
    again = folder_of(tmp_path)
    assert again.size == 299
    again.add(NUMBERED[299:])
    again.add_checkpoints(LOG.checkpoints)
    assert verdict(again) == []


def test_killed_between_making_a_segment_and_writing_its_first_line(tmp_path: Path) -> None:
    folder_of(tmp_path).add(NUMBERED[:TILE_LEAVES])
    (tmp_path / "audit" / "segments" / "000001.jsonl").touch()
    again = folder_of(tmp_path)
    assert again.size == TILE_LEAVES
    again.add(NUMBERED[TILE_LEAVES:])
    again.add_checkpoints(LOG.checkpoints)
    assert verdict(again) == []


def test_killed_between_the_last_line_of_a_segment_and_its_tile(tmp_path: Path) -> None:
    folder_of(tmp_path).add(NUMBERED[: TILE_LEAVES * 2])
    tiles = [tmp_path / "audit" / "tiles" / f"00000{number}.bin" for number in (0, 1)]
    before = [tile.read_bytes() for tile in tiles]
    for tile in tiles:
        tile.unlink()
    folder_of(tmp_path)
    assert [tile.read_bytes() for tile in tiles] == before


@pytest.mark.parametrize("bytes_kept", [0, 31, 32, 100, 320, 400])
def test_a_tile_grows_with_its_segment_and_a_torn_one_is_mended(tmp_path: Path, bytes_kept: int) -> None:
    folder_of(tmp_path).add(NUMBERED[:10])
    tile = tmp_path / "audit" / "tiles" / "000000.bin"
    whole = tile.read_bytes()
    assert whole == b"".join(leaf_hash(line) for _, line in NUMBERED[:10])
    tile.write_bytes((whole + bytes(100))[:bytes_kept])
    folder_of(tmp_path)
    assert tile.read_bytes() == whole


def test_a_tile_remembers_what_a_changed_line_was(tmp_path: Path) -> None:
    folder_of(tmp_path).add(NUMBERED[:10])
    tile, segment = (tmp_path / "audit" / each for each in ("tiles/000000.bin", "segments/000000.jsonl"))
    before = tile.read_bytes()
    segment.write_bytes(segment.read_bytes().replace(b"gw-1", b"gw-2", 1))
    folder_of(tmp_path)
    assert tile.read_bytes() == before


@pytest.mark.parametrize("torn", [1, 4, 5, 60, 300])
def test_a_torn_last_checkpoint_is_cut_off_and_written_again(tmp_path: Path, torn: int) -> None:
    segments = complete(tmp_path)
    history = segments.folder / "checkpoints.txt"
    whole = history.read_bytes()
    history.write_bytes(whole[:-torn])
    again = folder_of(tmp_path)
    again.add_checkpoints(LOG.checkpoints[-2:])
    assert history.read_bytes() == whole
    assert verdict(again) == []


def test_killed_between_the_history_and_the_newest_checkpoint(tmp_path: Path) -> None:
    segments = complete(tmp_path)
    (segments.folder / "checkpoint.txt").write_text(LOG.checkpoints[-2])
    before = content(segments, "checkpoints.txt")
    again = folder_of(tmp_path)
    again.add_checkpoints(LOG.checkpoints[-1:])
    assert content(again, "checkpoints.txt") == before, "the history has it already"
    assert again.newest_checkpoint() == LOG.checkpoints[-1]


def test_a_kept_copy_that_cannot_be_written_does_not_make_the_history_grow(tmp_path: Path) -> None:
    segments = folder_of(tmp_path, tmp_path / "missing" / "kept.checkpoint")
    segments.add(NUMBERED)
    for _ in range(3):
        with pytest.raises(FileNotFoundError):
            segments.add_checkpoints(LOG.checkpoints)
    assert content(segments, "checkpoints.txt").decode().count(SEPARATOR) == len(LOG.checkpoints)


def test_a_history_that_is_not_one_is_left_for_the_verifiers(tmp_path: Path) -> None:
    folder_of(tmp_path)
    (tmp_path / "audit" / "checkpoints.txt").write_bytes(b"\xffno checkpoint\n" + SEPARATOR.encode())
    again = folder_of(tmp_path)
    again.add(NUMBERED)
    again.add_checkpoints(LOG.checkpoints)
    assert verdict(again) != []


def test_a_write_that_failed_is_not_continued_before_somebody_looked(tmp_path: Path) -> None:
    segments = folder_of(tmp_path)
    segments.add(NUMBERED[:10])
    (segments.folder / "segments" / "000000.jsonl").rename(tmp_path / "aside")
    (segments.folder / "segments" / "000000.jsonl").mkdir()
    with pytest.raises(IsADirectoryError):
        segments.add(NUMBERED[10:20])
    assert not segments.is_measured
    (segments.folder / "segments" / "000000.jsonl").rmdir()
    # Half of the second line of the batch had reached the disk.
    torn = (tmp_path / "aside").read_bytes() + LOG.lines[10] + b"\n" + LOG.lines[11][:9]
    (segments.folder / "segments" / "000000.jsonl").write_bytes(torn)
    segments.open()
    assert (segments.is_measured, segments.size) == (True, 11)
    segments.add(NUMBERED[11:])
    segments.add_checkpoints(LOG.checkpoints)
    assert verdict(segments) == []


def test_a_missing_line_is_not_written_over(tmp_path: Path) -> None:
    segments = folder_of(tmp_path)
    segments.add(NUMBERED[:10])
    with pytest.raises(IntegrityError, match="end at 10, the database continues at 11"):
        segments.add(NUMBERED[11:20])


def test_looking_counts_and_mends_nothing(tmp_path: Path) -> None:
    segments = folder_of(tmp_path)
    segments.measure()
    assert segments.size == 0
    segments.add(NUMBERED[:300])
    last = segments.folder / "segments" / "000001.jsonl"
    last.write_bytes(last.read_bytes() + b'{"torn')
    beside = Segments(segments.folder, vkeys=LOG.vkeys)
    beside.measure()
    assert beside.size == 300
    assert last.read_bytes().endswith(b'{"torn')


def test_a_checkpoint_that_is_no_text_is_read_as_none_that_anyone_signed(tmp_path: Path) -> None:
    kept = tmp_path / "kept.checkpoint"
    segments = folder_of(tmp_path, kept)
    kept.write_bytes(b"\xff\xfe\x00")
    assert segments.kept_checkpoint() == "\ufffd\ufffd\x00"


def test_a_foreign_file_is_no_segment(tmp_path: Path) -> None:
    segments = complete(tmp_path)
    (segments.folder / "segments" / "notes.jsonl").write_text("not ours\n")
    assert folder_of(tmp_path).size == 600


def test_nothing_is_left_half_replaced(tmp_path: Path) -> None:
    segments = complete(tmp_path)
    assert list(segments.folder.rglob("*.part")) == []
    assert stat.S_ISREG((segments.folder / "checkpoint.txt").stat().st_mode)
