"""The stand-alone verifier: every attack on a folder and on a package, the live database, the command, any bytes."""

import json
import runpy
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.audit import verify
from gateway.crypto import merkle, note
from tests.support.attacks import (
    FOLDER_ATTACKS,
    OTHER_SEED,
    PACKAGE_ATTACKS,
    SIZE,
    Attack,
    PackageAttack,
    flip,
    flip_file,
    forget_hashes,
    pack,
    sign_manifest,
    unpack,
)
from tests.support.written_log import (
    NOON,
    SESSIONS,
    WrittenLog,
    day,
    signer,
    started,
    witness_signer,
    written,
)

LOG = written(SIZE)
KEPT = LOG.checkpoints[-1]
PACKAGE = LOG.export()
LINES: list[dict[str, str]] = json.loads(Path("tests/vectors/audit/lines.json").read_text("utf-8"))["cases"]
NOTES: dict[str, Any] = json.loads(Path("tests/vectors/audit/checkpoint.json").read_text("utf-8"))
JWS: dict[str, Any] = json.loads(Path("tests/vectors/audit/jws.json").read_text("utf-8"))

INTACT, TAMPERED, INCOMPLETE, USAGE = 0, 1, 2, 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return LOG.write(tmp_path / "audit")


def verdict(report: verify.Report) -> tuple[int, int | None]:
    return report.exit_code, report.first_bad


# --- Folders ----------------------------------------------------------------------------------------------------------


def test_an_untouched_copy_is_intact_with_a_checkpoint_kept_elsewhere(folder: Path) -> None:
    report = verify.verify_directory(folder, since=KEPT)
    assert verdict(report) == (INTACT, None)
    assert (report.size, report.reasons, report.warnings) == (SIZE, (), ())
    assert report.root == note._base64(LOG.frontier.root())
    assert report.seen_at == {"localhost/witness/1": int((NOON + timedelta(seconds=SIZE)).timestamp())}


def test_an_untouched_copy_is_incomplete_without_one(folder: Path) -> None:
    report = verify.verify_directory(folder)
    assert verdict(report) == (INCOMPLETE, None)
    assert report.reasons == (verify.NOTHING_KEPT,)


def test_any_older_checkpoint_will_do(folder: Path) -> None:
    for text in LOG.checkpoints:
        assert verdict(verify.verify_directory(folder, since=text)) == (INTACT, None)


@pytest.mark.parametrize("attack", FOLDER_ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_on_a_folder_is_found(attack: Attack, folder: Path) -> None:
    attack.change(folder, LOG)
    assert verdict(verify.verify_directory(folder, since=KEPT)) == (TAMPERED, attack.first_bad)


@pytest.mark.parametrize("attack", FOLDER_ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_on_a_folder_is_never_intact_by_itself(attack: Attack, folder: Path) -> None:
    attack.change(folder, LOG)
    expected = (INCOMPLETE, None) if attack.needs_kept else (TAMPERED, attack.first_bad)
    assert verdict(verify.verify_directory(folder)) == expected


def test_every_single_byte_flipped_in_an_entry_is_found(folder: Path) -> None:
    small = written(12, every=4)
    small.write(folder.parent / "small")
    path = folder.parent / "small" / "segments" / "000000.jsonl"
    content = path.read_bytes()
    starts = [0]
    for line in small.lines:
        starts.append(starts[-1] + len(line) + 1)
    for at in range(0, len(content), 23):
        path.write_bytes(flip(content, at, at % 8))
        report = verify.verify_directory(folder.parent / "small", since=small.checkpoints[-1])
        assert report.exit_code == TAMPERED, at
        seq = next(seq for seq in range(12) if at < starts[seq + 1])
        assert report.first_bad in {seq, seq // 4 * 4}, at


def test_a_log_that_is_rewritten_from_some_entry_on_is_a_fork(tmp_path: Path) -> None:
    other = WrittenLog(checkpoints=LOG.checkpoints[:2])
    for line in LOG.lines[:40]:
        other.append_line(line)
    for event, _ in zip(day(), range(8), strict=False):
        other.append(event)
    other.sign()
    other.write(tmp_path / "audit")
    # 48 entries were signed twice with the same key, and nothing in this copy says which history came first.
    assert verdict(verify.verify_directory(tmp_path / "audit", since=LOG.checkpoints[2])) == (TAMPERED, 0)
    assert verdict(verify.verify_directory(tmp_path / "audit", since=LOG.checkpoints[1])) == (INTACT, None)


def test_entries_changed_after_the_copys_own_checkpoint_are_found_by_the_kept_one(folder: Path) -> None:
    forget_hashes(folder)
    (folder / "checkpoint.txt").write_text(LOG.checkpoints[-2], "utf-8")
    (folder / "checkpoints.txt").unlink()
    path = folder / "segments" / "000001.jsonl"
    path.write_bytes(path.read_bytes().replace(LOG.lines[295], LOG.lines[295].replace(b"org_test", b"org_tesu")))
    assert verdict(verify.verify_directory(folder, since=KEPT)) == (TAMPERED, 288)


def test_a_change_before_the_kept_checkpoint_and_another_after_it_name_the_first(folder: Path) -> None:
    forget_hashes(folder)
    path = folder / "segments" / "000001.jsonl"
    changed = path.read_bytes().replace(LOG.lines[275], LOG.lines[275].replace(b"org_test", b"org_tesu"))
    path.write_bytes(changed.replace(LOG.lines[295], b"{" + LOG.lines[295]))
    (folder / "checkpoint.txt").unlink()
    (folder / "checkpoints.txt").unlink()
    assert verdict(verify.verify_directory(folder, since=LOG.checkpoints[17])) == (TAMPERED, 0)
    assert verdict(verify.verify_directory(folder)) == (TAMPERED, 295)


def test_a_changed_checkpoint_in_the_history_blames_no_entry_that_a_later_one_vouches_for(folder: Path) -> None:
    flip_file(folder / "checkpoints.txt", 150)
    assert verdict(verify.verify_directory(folder, since=KEPT)) == (TAMPERED, None)


def test_a_cosignature_in_the_history_that_is_no_longer_the_witnesss_leaves_the_answer_incomplete(folder: Path) -> None:
    path = folder / "checkpoints.txt"
    path.write_text(path.read_text("utf-8").replace("localhost/witness/1", "localhost/witness/2", 1), "utf-8")
    assert verdict(verify.verify_directory(folder, since=KEPT)) == (INCOMPLETE, None)
    assert verdict(verify.verify_directory(folder, since=KEPT, witnesses=[LOG.witness.vkey])) == (INTACT, None)


def test_entries_no_checkpoint_covers_are_not_taken_on_trust(tmp_path: Path) -> None:
    log = written(20)
    log.append(next(day()))
    log.write(tmp_path / "audit")
    report = verify.verify_directory(tmp_path / "audit", since=log.checkpoints[-1])
    assert verdict(report) == (INCOMPLETE, None)
    assert report.reasons == ("entries 20 to 20 are not covered by a checkpoint yet",)


@pytest.mark.parametrize("name", ["checkpoint.txt", "checkpoints.txt", "tiles/000000.bin"])
def test_what_only_helps_may_be_absent(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert verdict(verify.verify_directory(folder, since=KEPT)) == (INTACT, None)


def test_without_any_checkpoint_there_is_no_answer(folder: Path) -> None:
    (folder / "checkpoint.txt").unlink()
    (folder / "checkpoints.txt").unlink()
    report = verify.verify_directory(folder)
    assert verdict(report) == (INCOMPLETE, None)
    assert "there is no checkpoint" in report.reasons
    assert (report.size, report.root) == (0, "")


def test_without_keys_there_is_no_answer_unless_a_key_is_given(folder: Path) -> None:
    (folder / "vkeys.txt").unlink()
    assert verify.verify_directory(folder, since=KEPT).reasons == ("vkeys.txt is missing",)
    assert verdict(verify.verify_directory(folder, since=KEPT, log_vkey=LOG.log.vkey)) == (INTACT, None)


def test_a_key_that_is_given_outweighs_the_copys_own(folder: Path) -> None:
    other = signer(seed=OTHER_SEED).vkey
    assert verdict(verify.verify_directory(folder, since=KEPT, log_vkey=other)) == (TAMPERED, 0)
    (folder / "vkeys.txt").write_text("garbage\n", "utf-8")
    assert verdict(verify.verify_directory(folder, since=KEPT, log_vkey=LOG.log.vkey)) == (TAMPERED, 0)


def test_a_witness_that_did_not_sign_leaves_the_answer_incomplete(folder: Path) -> None:
    absent = witness_signer("elsewhere.example/witness", OTHER_SEED).vkey
    report = verify.verify_directory(folder, since=KEPT, witnesses=[absent])
    assert verdict(report) == (INCOMPLETE, None)
    assert report.reasons == ("'elsewhere.example/witness' has not cosigned the checkpoint of 300 entries",)


def test_a_witness_whose_signature_is_wrong_is_tampering(folder: Path) -> None:
    head, _, tail = KEPT.rpartition("— ")
    witness, _, encoded = tail.strip().partition(" ")
    broken = head + f"— {witness} {note._base64(flip(note._parse_base64(encoded), 40))}\n"
    (folder / "checkpoint.txt").write_text(broken, "utf-8")
    (folder / "checkpoints.txt").unlink()
    assert verdict(verify.verify_directory(folder, since=KEPT)) == (TAMPERED, None)


def test_a_torn_last_line_is_a_warning_where_no_checkpoint_covers_it(folder: Path) -> None:
    for name in ("segments/000001.jsonl", "checkpoints.txt"):
        with (folder / name).open("ab") as file:
            file.write(b'{"actor":')
    report = verify.verify_directory(folder, since=KEPT)
    assert verdict(report) == (INTACT, None)
    assert report.warnings == (
        "the last checkpoint in checkpoints.txt was not finished",
        "the last line of 000001.jsonl was not finished",
    )


def test_a_torn_last_line_that_was_signed_is_missing(folder: Path) -> None:
    path = folder / "segments" / "000001.jsonl"
    path.write_bytes(path.read_bytes()[:-1])
    assert verdict(verify.verify_directory(folder, since=KEPT)) == (TAMPERED, 299)


def test_time_that_goes_back_is_a_warning(tmp_path: Path) -> None:
    log = WrittenLog()
    log.append(started(log))
    for event, minutes in zip(day(), [5, 4, 4, 3, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0], strict=False):
        log.append(event, NOON + timedelta(minutes=minutes))
    log.sign()
    log.write(tmp_path / "audit")
    report = verify.verify_directory(tmp_path / "audit", since=log.checkpoints[-1])
    assert verdict(report) == (INTACT, None)
    assert report.warnings == ("time goes back at entry 2, 4, 6, 7, 8, 9, 10, 11, 12, 13 and 1 more",)


def test_an_empty_log_proves_nothing_and_hides_nothing(tmp_path: Path) -> None:
    log = WrittenLog()
    log.sign()
    log.write(tmp_path / "audit")
    assert verdict(verify.verify_directory(tmp_path / "audit", since=log.checkpoints[-1])) == (INTACT, None)
    assert verdict(verify.verify_directory(tmp_path / "audit", since=KEPT)) == (TAMPERED, 0)


def test_files_with_other_names_are_no_part_of_the_log(folder: Path) -> None:
    (folder / "segments" / "notes.jsonl").write_bytes(b"x\n")
    (folder / "segments" / "000002.jsonl.part").write_bytes(b"x\n")
    (folder / "tiles" / "99.bin").write_bytes(b"x")
    assert verdict(verify.verify_directory(folder, since=KEPT)) == (INTACT, None)


@pytest.mark.parametrize(
    "arguments",
    [
        {"since": "not a checkpoint"},
        {"log_vkey": "not a key"},
        {"log_vkey": LOG.witness.vkey},
        {"witnesses": [LOG.log.vkey]},
    ],
)
def test_what_cannot_be_read_is_wrong_usage(folder: Path, arguments: dict[str, Any]) -> None:
    with pytest.raises(verify.UsageError):
        verify.verify_directory(folder, **arguments)
    with pytest.raises(verify.UsageError):
        verify.verify_export(PACKAGE, **arguments)


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(verify.UsageError):
        verify.verify_directory(tmp_path / "nowhere")


# --- The database -----------------------------------------------------------------------------------------------------


def database(log: WrittenLog = LOG) -> verify.LogCopy:
    hashes = [merkle.leaf_hash(line) for line in log.lines]
    tiles = {n // 256: b"".join(hashes[n : n + 256]) for n in range(0, len(hashes), 256)}
    return verify.LogCopy(log.lines, log.checkpoints, tiles, (log.frontier.size, log.frontier.root()))


def live(copy: verify.LogCopy, mirror: Path | None = None, log: WrittenLog = LOG) -> verify.Report:
    return verify.verify_log(
        copy, log_vkey=log.log.vkey, witnesses=[log.witness.vkey], since=log.checkpoints[-1], mirror=mirror
    )


def test_a_database_that_agrees_with_its_segments_is_intact(folder: Path) -> None:
    assert verdict(live(database(), folder)) == (INTACT, None)
    assert verdict(live(database())) == (INTACT, None)


@pytest.mark.parametrize("seq", [0, 77, 255, 256, 299])
def test_an_entry_changed_in_the_database_is_named_exactly(folder: Path, seq: int) -> None:
    lines = list(LOG.lines)
    lines[seq] = lines[seq].replace(b"org_test", b"org_tesu")
    assert verdict(live(replace(database(), lines=lines), folder)) == (TAMPERED, seq)


@pytest.mark.parametrize("seq", [0, 77, 299])
def test_an_entry_deleted_in_the_database_is_named_exactly(folder: Path, seq: int) -> None:
    assert verdict(live(replace(database(), lines=LOG.lines[:seq] + LOG.lines[seq + 1 :]), folder)) == (TAMPERED, seq)


def test_a_database_that_was_rolled_back_is_found_by_its_segments(folder: Path) -> None:
    cut = WrittenLog(lines=LOG.lines[:288], checkpoints=LOG.checkpoints[:-1])
    for line in cut.lines:
        cut.frontier = cut.frontier.append(merkle.leaf_hash(line))
    report = verify.verify_log(database(cut), log_vkey=LOG.log.vkey, since=LOG.checkpoints[0], mirror=folder)
    assert verdict(report) == (TAMPERED, 288)


def test_segments_may_lag_behind_the_database(tmp_path: Path) -> None:
    log = written(SIZE)
    log.write(tmp_path / "audit")
    for event in day():
        log.append(event)
    report = live(database(log), tmp_path / "audit", log)
    assert verdict(report) == (INTACT, None)
    last = len(log.lines) - 1
    assert report.warnings == (
        f"entries 300 to {last} are not covered by a checkpoint yet",
        f"the second copy does not have entries 300 to {last} yet",
    )


@pytest.mark.parametrize(
    ("change", "first_bad"),
    [
        (lambda f: flip_file(f / "segments" / "000001.jsonl", 20), 256),
        (lambda f: (f / "segments" / "000001.jsonl").unlink(), 256),
        (lambda f: flip_file(f / "tiles" / "000000.bin", 0), 0),
    ],
)
def test_segments_that_differ_from_the_database_are_named(
    folder: Path, change: Callable[[Path], object], first_bad: int
) -> None:
    change(folder)
    assert verdict(live(database(), folder)) == (TAMPERED, first_bad)


def test_an_entry_that_only_the_segments_have_is_named(folder: Path) -> None:
    with (folder / "segments" / "000001.jsonl").open("ab") as file:
        file.write(LOG.lines[0] + b"\n")
    assert verdict(live(database(), folder)) == (TAMPERED, 300)


@pytest.mark.parametrize(
    ("head", "first_bad"),
    [((SIZE - 1, LOG.frontier.root()), SIZE - 1), ((SIZE + 2, LOG.frontier.root()), SIZE), ((SIZE, bytes(32)), SIZE)],
)
def test_a_head_that_says_something_else_is_found(head: tuple[int, bytes], first_bad: int) -> None:
    assert verdict(live(replace(database(), head=head))) == (TAMPERED, first_bad)


# --- Packages ---------------------------------------------------------------------------------------------------------


def test_an_untouched_package_is_intact_with_a_checkpoint_kept_elsewhere() -> None:
    for text in LOG.checkpoints:
        report = verify.verify_export(PACKAGE, since=text, log_vkey=LOG.log.vkey)
        assert (verdict(report), report.reasons, report.warnings) == ((INTACT, None), (), ())
    assert verify.verify_export(PACKAGE).reasons == (verify.NOTHING_KEPT,)


def test_a_package_of_one_session_is_intact() -> None:
    seqs = [seq for seq, line in enumerate(LOG.lines) if json.loads(line)["session"] == SESSIONS[0]]
    package = LOG.export(seqs, session=SESSIONS[0])
    assert verdict(verify.verify_export(package, since=KEPT)) == (INTACT, None)


def test_an_empty_package_is_intact() -> None:
    assert verdict(verify.verify_export(LOG.export([]), since=KEPT)) == (INTACT, None)


@pytest.mark.parametrize("attack", PACKAGE_ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_on_a_package_is_found(attack: PackageAttack) -> None:
    files = unpack(PACKAGE)
    attack.change(files, LOG)
    assert verdict(verify.verify_export(pack(files), since=KEPT)) == (TAMPERED, attack.first_bad)
    assert verdict(verify.verify_export(pack(files))) == (TAMPERED, attack.first_bad)


def test_a_package_of_a_log_that_was_forked_or_rolled_back_is_found_by_a_kept_checkpoint() -> None:
    assert verdict(verify.verify_export(written(SIZE).export(), since=KEPT)) == (TAMPERED, 0)
    assert verdict(verify.verify_export(written(SIZE).export(), since=LOG.checkpoints[3])) == (TAMPERED, 0)
    assert verdict(verify.verify_export(written(200).export(), since=KEPT)) == (TAMPERED, 200)
    other = written(SIZE, log=signer(seed=OTHER_SEED))
    assert verdict(verify.verify_export(other.export(), since=KEPT)) == (TAMPERED, 0)


@pytest.mark.parametrize(
    "name",
    [
        "manifest.json",
        "manifest.jws",
        "vkeys.txt",
        "checkpoint.txt",
        "events.jsonl",
        "tiles/hashes.bin",
        "proofs/7.tlog-proof",
        "README.txt",
    ],
)
def test_a_package_with_a_part_missing_is_incomplete(name: str) -> None:
    files = unpack(PACKAGE)
    del files[name]
    report = verify.verify_export(pack(files), since=KEPT)
    assert verdict(report) == (INCOMPLETE, None)
    assert f"{name!r} is missing" in report.reasons


def test_a_package_without_keys_is_checked_with_the_one_that_is_given() -> None:
    files = unpack(PACKAGE)
    del files["vkeys.txt"]
    report = verify.verify_export(pack(files), since=KEPT, log_vkey=LOG.log.vkey)
    assert (verdict(report), report.size) == ((INCOMPLETE, None), SIZE)
    files["events.jsonl"] = files["events.jsonl"].replace(LOG.lines[5], LOG.lines[6])
    assert verdict(verify.verify_export(pack(files), since=KEPT, log_vkey=LOG.log.vkey)) == (TAMPERED, 5)


def test_keys_that_begin_with_a_witness_are_no_keys_of_a_log(folder: Path) -> None:
    (folder / "vkeys.txt").write_text("".join(f"{vkey}\n" for vkey in reversed(LOG.vkeys)), "utf-8")
    assert verdict(verify.verify_directory(folder, since=KEPT)) == (TAMPERED, 0)


def test_keys_without_the_exporters_are_no_keys_of_a_package() -> None:
    files = unpack(PACKAGE)
    files["vkeys.txt"] = "".join(f"{key}\n" for key in LOG.vkeys).encode()
    sign_manifest(files)
    assert verdict(verify.verify_export(pack(files), since=KEPT)) == (TAMPERED, 0)


@pytest.mark.parametrize(
    "change",
    [
        lambda blob: blob[:-1],
        lambda blob: blob + b"\0",
        lambda blob: b"\0" + blob,
        lambda blob: blob[:30000],
        lambda blob: blob[:0],
        lambda blob: blob[-22:],
        lambda blob: blob.replace(b"README.txt", b"checkpoint.txt"[:10], 1),
        lambda blob: blob.replace(b"README.txt", b"READ\xff\xfftxt."),
        lambda blob: flip(blob, blob.index(b"PK\1\2") + 8),
        lambda blob: flip(blob, 6),
        lambda blob: flip(blob, 400),
        lambda blob: flip(blob, blob.rindex(b"PK\1\2") + 42),
        lambda blob: flip(blob, len(blob) - 10),
    ],
)
def test_a_file_that_is_not_the_archive_that_was_written_is_found(change: Callable[[bytes], bytes]) -> None:
    assert verdict(verify.verify_export(change(PACKAGE), since=KEPT)) == (TAMPERED, None)


def test_an_archive_that_holds_a_file_twice_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        blob = _archive([("a", b"1"), ("a", b"2")])
    with pytest.raises(verify.Malformed, match="twice"):
        verify.read_zip(blob)


def test_an_archive_that_unpacks_to_more_than_it_may_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(verify, "MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(verify.Malformed, match="larger"):
        verify.read_zip(_archive([("a", bytes(600)), ("b", bytes(600))]))


def test_an_archive_that_grows_beyond_what_it_announced_is_refused() -> None:
    blob = bytearray(_archive([("a", bytes(5000))]))
    for header in (22, blob.index(b"PK\1\2") + 24):
        blob[header : header + 4] = (5).to_bytes(4, "little")
    with pytest.raises(verify.Malformed, match="damaged"):
        verify.read_zip(bytes(blob))


@pytest.mark.parametrize(("at", "value"), [(8, 12), (6, 1)])
def test_an_archive_with_another_compression_or_a_password_is_refused(at: int, value: int) -> None:
    blob = bytearray(_archive([("a", b"1")]))
    for header in (at, blob.index(b"PK\1\2") + at + 2):
        blob[header] = value
    with pytest.raises(verify.Malformed, match="unknown kind"):
        verify.read_zip(bytes(blob))


def test_an_archive_whose_end_counts_fewer_files_is_refused() -> None:
    blob = bytearray(_archive([("a", b"1"), ("b", b"2")]))
    end = len(blob) - 22
    blob[end + 8] = blob[end + 10] = 1
    with pytest.raises(verify.Malformed, match="between"):
        verify.read_zip(bytes(blob))


def test_stored_files_are_read_too() -> None:
    assert verify.read_zip(_archive([("a", b"1"), ("b/c", b"2")], compress=False)) == {"a": b"1", "b/c": b"2"}


def _archive(files: list[tuple[str, bytes]], *, compress: bool = True) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED)
    return buffer.getvalue()


# --- Entries, notes, signatures: what both verifiers share ------------------------------------------------------------


@pytest.mark.parametrize("case", LINES, ids=lambda case: case["name"])
def test_a_line_is_an_entry_or_not(case: dict[str, str]) -> None:
    try:
        verify.read_entry(case["text"].encode())
    except verify.Malformed:
        assert case["expect"] != "ok"
    else:
        assert case["expect"] == "ok"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"{" + b" " * 60_000, "longer"),
        (b"\xff", "UTF-8"),
        (b"[]", "not a JSON object"),
        (b"[" * 100_000, "longer"),
        (b"[" * 50_000, "not JSON"),
    ],
)
def test_bytes_that_are_no_entry_are_refused_for_their_reason(line: bytes, why: str) -> None:
    with pytest.raises(verify.Malformed, match=why):
        verify.read_entry(line)


@pytest.mark.parametrize("case", NOTES["cases"], ids=lambda case: case["name"])
def test_a_checkpoint_is_taken_or_refused(case: dict[str, str]) -> None:
    try:
        verify.check_note(case["text"], verify.read_key(NOTES["vkey"]))
    except verify.Malformed:
        assert case["expect"] != "ok"
    else:
        assert case["expect"] == "ok"


@pytest.mark.parametrize("case", JWS["cases"], ids=lambda case: case["name"])
def test_a_signature_is_taken_or_refused(case: dict[str, str]) -> None:
    public = verify._read_base64url(JWS["public"])
    try:
        verify.check_jws(case["compact"], JWS["payload"].encode(), public)
    except verify.Malformed:
        assert case["expect"] != "ok"
    else:
        assert case["expect"] == "ok"


@given(st.binary(max_size=300))
def test_any_bytes_are_judged_without_a_crash(content: bytes) -> None:
    for read in (verify.read_entry, verify.read_zip, verify.read_manifest):
        with pytest.raises(verify.Malformed):
            read(content)
    text = content.decode(errors="replace")
    for parse in (verify.read_key, verify.read_keys, verify.read_note, verify._read_base64url):
        try:
            parse(text)
        except verify.Malformed:
            continue
        assert parse is verify._read_base64url


@given(at=st.integers(0, len(PACKAGE) - 1), bit=st.integers(0, 7))
def test_a_package_with_any_bit_flipped_is_judged_without_a_crash(at: int, bit: int) -> None:
    report = verify.verify_export(flip(PACKAGE, at, bit), since=KEPT)
    assert report.exit_code in (INTACT, TAMPERED)
    if report.exit_code == INTACT:  # Times and attributes of files in the archive say nothing.
        assert verify.read_zip(flip(PACKAGE, at, bit)) == verify.read_zip(PACKAGE)


def test_an_inclusion_proof_outside_the_log_proves_nothing() -> None:
    with pytest.raises(verify.Malformed, match="outside"):
        verify.root_from_path(bytes(32), 5, 5, [])


# --- One event --------------------------------------------------------------------------------------------------------


def proof_of(seq: int) -> str:
    return LOG.package([seq]).proofs[0]


def test_one_entry_is_intact_with_its_proof() -> None:
    report = verify.verify_event(LOG.lines[9], proof_of(9), log_vkey=LOG.log.vkey, witnesses=[LOG.witness.vkey])
    assert (verdict(report), report.size) == ((INTACT, None), SIZE)


@pytest.mark.parametrize(
    ("line", "proof", "first_bad"),
    [
        (LOG.lines[9].replace(b"org_test", b"org_tesu"), proof_of(9), 9),
        (LOG.lines[9], proof_of(10), 9),
        (LOG.lines[9], proof_of(9).replace("\n\nlocalhost", "\nYQ==\n\nlocalhost"), 9),
        (LOG.lines[9], proof_of(9)[:-3], 9),
        (LOG.lines[9], proof_of(9).replace("\n\nlocalhost", f"\n{note._base64(bytes(32))}\n\nlocalhost"), 9),
        (b"{}", proof_of(9), None),
    ],
)
def test_one_entry_that_its_proof_does_not_prove_is_found(line: bytes, proof: str, first_bad: int | None) -> None:
    assert verdict(verify.verify_event(line, proof, log_vkey=LOG.log.vkey)) == (TAMPERED, first_bad)


def test_one_entry_without_the_cosignature_that_was_asked_for_is_incomplete() -> None:
    absent = witness_signer("elsewhere.example/witness", OTHER_SEED).vkey
    report = verify.verify_event(LOG.lines[9], proof_of(9), log_vkey=LOG.log.vkey, witnesses=[absent])
    assert verdict(report) == (INCOMPLETE, None)


# --- The command ------------------------------------------------------------------------------------------------------


def run(*arguments: object, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    try:
        code = verify.main([str(each) for each in arguments])
    except SystemExit as exc:
        code = int(str(exc.code))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_command_says_intact(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = folder.parent / "kept.txt"
    kept.write_text(KEPT, "utf-8")
    code, out, err = run("log", folder, "--since", kept, capsys=capsys)
    root = note._base64(LOG.frontier.root())
    seen = f"{NOON + timedelta(seconds=SIZE):%Y-%m-%d %H:%M:%S} UTC"
    assert (code, err) == (INTACT, "")
    assert out == f"intact: {SIZE} entries, root {root}; seen by localhost/witness/1 at {seen}\n"


def test_the_command_names_the_first_bad_entry(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flip_file(folder / "segments" / "000000.jsonl", 40)
    code, out, err = run("log", folder, capsys=capsys)
    assert (code, out) == (TAMPERED, "")
    assert err.startswith("tampered: first bad entry 0: entry 0 ")
    assert verify.NOTHING_KEPT not in err, "a changed copy is not also intact"


def test_the_command_says_when_no_single_entry_is_to_blame(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.zip").write_bytes(PACKAGE[:-1])
    code, _, err = run("export", tmp_path / "x.zip", capsys=capsys)
    assert code == TAMPERED
    assert err == "tampered: the package does not end as it should: it is not the file that was exported\n"


def test_the_command_finds_the_checkpoint_beside_a_data_folder(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("log", folder.parent, capsys=capsys)[0] == INCOMPLETE
    beside = folder.parent.with_name(f"{folder.parent.name}.checkpoint")
    beside.write_text(KEPT, "utf-8")
    assert run("log", folder.parent, capsys=capsys)[0] == INTACT
    beside.unlink()


def test_the_command_checks_a_package_and_the_checkpoint_beside_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.zip").write_bytes(PACKAGE)
    code, _, err = run("export", tmp_path / "x.zip", "--vkey", LOG.log.vkey, capsys=capsys)
    assert (code, err) == (INCOMPLETE, f"incomplete: {verify.NOTHING_KEPT}\n")
    (tmp_path / "x.zip.checkpoint").write_text(KEPT, "utf-8")
    assert run("export", tmp_path / "x.zip", "--witness", LOG.witness.vkey, capsys=capsys)[0] == INTACT


def test_the_command_checks_one_event(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "event.json").write_bytes(LOG.lines[9] + b"\n")
    (tmp_path / "event.tlog-proof").write_text(proof_of(9), "utf-8")
    files = (tmp_path / "event.json", tmp_path / "event.tlog-proof")
    assert run("event", *files, "--vkey", LOG.log.vkey, capsys=capsys)[0] == INTACT


def test_the_command_is_the_file_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["sotto_verify.py", "log", "nowhere"])
    with pytest.raises(SystemExit) as caught:
        runpy.run_path(verify.__file__, run_name="__main__")
    assert caught.value.code == USAGE


def test_warnings_are_said_on_the_side(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = WrittenLog()
    log.append(started(log))
    log.append(next(day()), NOON - timedelta(hours=1))
    log.sign()
    log.write(tmp_path / "audit")
    assert run("log", tmp_path / "audit", capsys=capsys)[2].startswith("warning: time goes back at entry 1\n")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["log"],
        ["log", "nowhere"],
        ["export", "nowhere.zip"],
        ["export", "."],
        ["event", "a", "b"],
        ["log", ".", "--since", "nowhere"],
        ["log", ".", "--vkey", "x"],
        ["log", ".", "--what"],
    ],
)
def test_wrong_usage_has_its_own_exit_code(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(*arguments, capsys=capsys)
    assert (code, out) == (USAGE, "")
    assert err


def test_a_time_that_no_calendar_holds_is_said_in_seconds() -> None:
    assert verify._instant(2**63) == f"{2**63} s"


def test_the_verifier_runs_as_one_file_without_the_project(tmp_path: Path) -> None:
    (tmp_path / "sotto_verify.py").write_bytes(Path(verify.__file__).read_bytes())
    (tmp_path / "x.zip").write_bytes(PACKAGE)
    (tmp_path / "x.zip.checkpoint").write_text(KEPT, "utf-8")
    command = [sys.executable, "-I", "sotto_verify.py", "export", "x.zip"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (INTACT, "")
    probe = (
        "import sys; sys.path.insert(0, '.'); import sotto_verify; print(*{m.partition('.')[0] for m in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-I", "-c", probe], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert not {"gateway", "signaling", "msgspec", "sqlalchemy", "rfc8785", "joserfc"} & set(done.stdout.split())


def test_a_log_that_says_it_is_signed_with_another_key_is_not_this_keys_log(tmp_path: Path) -> None:
    log = WrittenLog()
    log.append(started(WrittenLog(log=signer(seed=OTHER_SEED))))
    log.sign()
    log.write(tmp_path / "audit")
    assert verdict(verify.verify_directory(tmp_path / "audit", since=log.checkpoints[-1])) == (TAMPERED, 0)
