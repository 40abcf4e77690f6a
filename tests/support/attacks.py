"""What can be done to a copy of the log: each attack of the design, on a folder and on a package.

An attack changes a copy in place and says which entry the verifiers must name: a number, or None when no single entry
is to blame. Both verifiers are held against the same attacks.
"""

import base64
import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import rfc8785

from gateway.audit.export import MANIFEST_TYP, _zip
from gateway.crypto import jws, note
from tests.support.written_log import EXPORT_SEED, WrittenLog, signer, written

SIZE: Final = 300
"""Entries of the attacked log: one full segment with its tile, and one that is not full."""

OTHER_SEED: Final = b"another key, not the log's own.."


def segment(folder: Path, seq: int) -> Path:
    return folder / "segments" / f"{seq // 256:06d}.jsonl"


def edit_lines(folder: Path, seq: int, change: Callable[[list[bytes], int], object]) -> None:
    """Change the lines of the segment that holds an entry."""
    path = segment(folder, seq)
    lines = path.read_bytes().splitlines(keepends=True)
    change(lines, seq % 256)
    path.write_bytes(b"".join(lines))


def flip(content: bytes, at: int, bit: int = 0) -> bytes:
    changed = bytearray(content)
    changed[at] ^= 1 << bit
    return bytes(changed)


def flip_file(path: Path, at: int) -> None:
    path.write_bytes(flip(path.read_bytes(), at))


@dataclass(frozen=True, slots=True)
class Attack:
    """An attack on a folder. `needs_kept` marks what no copy can show by itself."""

    name: str
    change: Callable[[Path, WrittenLog], object]
    first_bad: int | None
    needs_kept: bool = False


def _flip_value(folder: Path, seq: int) -> None:
    """Change a letter, so that the entry keeps its form."""
    edit_lines(folder, seq, lambda lines, at: lines.__setitem__(at, lines[at].replace(b"org_test", b"org_tesu")))


def _delete(folder: Path, seq: int) -> None:
    edit_lines(folder, seq, lambda lines, at: lines.pop(at))


def _insert(folder: Path, seq: int) -> None:
    edit_lines(folder, seq, lambda lines, at: lines.insert(at, lines[at].replace(b"org_test", b"org_evil")))


def _swap(folder: Path, seq: int) -> None:
    def change(lines: list[bytes], at: int) -> None:
        lines[at], lines[at + 1] = lines[at + 1], lines[at]

    edit_lines(folder, seq, change)


def _duplicate(folder: Path, seq: int) -> None:
    edit_lines(folder, seq, lambda lines, at: lines.insert(at, lines[at]))


def _unknown_field(folder: Path, seq: int) -> None:
    edit_lines(folder, seq, lambda lines, at: lines.__setitem__(at, lines[at].replace(b',"v":1}', b',"v":1,"x":1}')))


def _truncate(folder: Path, size: int) -> None:
    segment(folder, size).write_bytes(
        b"".join(segment(folder, size).read_bytes().splitlines(keepends=True)[: size % 256])
    )


def _cut_checkpoints(folder: Path, log: WrittenLog, size: int) -> int:
    """Take away every checkpoint over more than `size` entries; return the size of the newest that stays."""
    kept = [text for text in log.checkpoints if note.parse_checkpoint(text).size <= size]
    (folder / "checkpoints.txt").write_text("".join(f"{text}---\n" for text in kept), "utf-8")
    (folder / "checkpoint.txt").write_text(kept[-1], "utf-8")
    return note.parse_checkpoint(kept[-1]).size


def _roll_back(folder: Path, log: WrittenLog) -> None:
    _truncate(folder, _cut_checkpoints(folder, log, 290))


def _fork(folder: Path, log: WrittenLog) -> None:
    """Another history, of the same size, signed with the same key."""
    _replace(folder, written(SIZE, log=log.log, witness=log.witness))


def _replace(folder: Path, log: WrittenLog) -> None:
    shutil.rmtree(folder)
    log.write(folder)


def _sign_with_another_key(folder: Path, log: WrittenLog, *, everything: bool) -> None:
    other = signer(seed=OTHER_SEED)
    changed = {}
    for text in log.checkpoints:
        parsed = note.parse_checkpoint(text)
        cosigned = text.rpartition("— ")[2]
        changed[text] = note.checkpoint_text(parsed.body, other.sign(parsed.body), f"— {cosigned}")
    (folder / "checkpoint.txt").write_text(changed[log.checkpoints[-1]], "utf-8")
    if everything:
        (folder / "checkpoints.txt").write_text("".join(f"{text}---\n" for text in changed.values()), "utf-8")


def _bring_another_key(folder: Path, log: WrittenLog) -> None:
    """Sign everything with another key, and name that key."""
    _sign_with_another_key(folder, log, everything=True)
    keys = [signer(seed=OTHER_SEED).vkey, log.witness.vkey]
    (folder / "vkeys.txt").write_text("".join(f"{key}\n" for key in keys), "utf-8")


def _rewrite_with_another_key(folder: Path, log: WrittenLog) -> None:
    """Write the whole log anew, honest in itself, with another key."""
    _replace(folder, written(SIZE, log=signer(seed=OTHER_SEED), witness=log.witness))


def forget_hashes(folder: Path) -> None:
    """Take away the hashes of the segment that still grows: checkpoints are what is left to tell."""
    (folder / "tiles" / "000001.bin").unlink()


def _flip_without_hash(folder: Path, seq: int) -> None:
    forget_hashes(folder)
    _flip_value(folder, seq)


FOLDER_ATTACKS: Final = (
    Attack("a letter of an entry with a stored hash", lambda f, _: _flip_value(f, 77), 77),
    Attack("a letter of an entry in the segment that still grows", lambda f, _: _flip_value(f, 277), 277),
    Attack("a letter of an entry without a stored hash", lambda f, _: _flip_without_hash(f, 277), 272),
    Attack("a letter of the first entry", lambda f, _: _flip_value(f, 0), 0),
    Attack(
        "a byte that breaks the form",
        lambda f, _: edit_lines(f, 280, lambda x, a: x.__setitem__(a, flip(x[a], 3, 7))),
        280,
    ),
    Attack("an entry deleted", lambda f, _: _delete(f, 100), 100),
    Attack("an entry deleted near the end", lambda f, _: _delete(f, 290), 290),
    Attack("an entry inserted", lambda f, _: _insert(f, 100), 100),
    Attack("two entries swapped", lambda f, _: _swap(f, 260), 260),
    Attack("an entry twice", lambda f, _: _duplicate(f, 260), 261),
    Attack("an unknown member", lambda f, _: _unknown_field(f, 270), 270),
    Attack("a segment deleted", lambda f, _: segment(f, 0).unlink(), 0),
    Attack("the last segment deleted", lambda f, _: segment(f, 256).unlink(), 256),
    Attack("the tail cut off, its checkpoint left", lambda f, _: _truncate(f, 295), 295),
    Attack(
        "the newest checkpoint signed with another key",
        lambda f, g: _sign_with_another_key(f, g, everything=False),
        None,
    ),
    Attack("all checkpoints signed with another key", lambda f, g: _sign_with_another_key(f, g, everything=True), 0),
    Attack("another key, and the copy names it", _bring_another_key, 0),
    Attack("a stored hash", lambda f, _: flip_file(f / "tiles" / "000000.bin", 32 * 9), 9),
    Attack("the log's public key", lambda f, _: flip_file(f / "vkeys.txt", 70), 0),
    Attack("the tail and its checkpoints cut off", _roll_back, 288, needs_kept=True),
    Attack("another history with the same key", _fork, 0, needs_kept=True),
    Attack("the whole log anew with another key", _rewrite_with_another_key, 0, needs_kept=True),
)


# --- Packages ---------------------------------------------------------------------------------------------------------


def unpack(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(files: dict[str, bytes]) -> bytes:
    return _zip(files)


def sign_manifest(files: dict[str, bytes], seed: bytes = EXPORT_SEED, **claims: Any) -> None:
    """Make the manifest fit the files again, as the exporter could."""
    manifest = json.loads(files["manifest.json"])
    named = {name: content for name, content in files.items() if not name.startswith("manifest.")}
    manifest["files"] = {name: hashlib.sha256(content).hexdigest() for name, content in named.items()}
    manifest.update(claims)
    files["manifest.json"] = rfc8785.dumps(manifest)
    files["manifest.jws"] = jws.sign(files["manifest.json"], seed, typ=MANIFEST_TYP).encode()


@dataclass(frozen=True, slots=True)
class PackageAttack:
    """An attack on the files of a package."""

    name: str
    change: Callable[[dict[str, bytes], WrittenLog], object]
    first_bad: int | None


def _edit_events(files: dict[str, bytes], change: Callable[[list[bytes]], object]) -> None:
    lines = files["events.jsonl"].splitlines(keepends=True)
    change(lines)
    files["events.jsonl"] = b"".join(lines)


def _change_entry(files: dict[str, bytes], seq: int) -> None:
    _edit_events(files, lambda lines: lines.__setitem__(seq, lines[seq].replace(b"org_test", b"org_tesu")))


def _swap_lines(lines: list[bytes]) -> None:
    lines[20], lines[21] = lines[21], lines[20]


def _drop_entry_and_fix_manifest(files: dict[str, bytes]) -> None:
    """Leave an entry out, with its proof and every mention, signed by somebody who is not the exporter."""
    _edit_events(files, lambda lines: lines.pop(30))
    del files["proofs/30.tlog-proof"]
    sign_manifest(files, OTHER_SEED, count=SIZE - 1)


def _other_exporter(files: dict[str, bytes]) -> None:
    sign_manifest(files, OTHER_SEED)


def _other_log_key(files: dict[str, bytes], log: WrittenLog) -> None:
    """Sign the checkpoint with another key, put that key into the keys, and have the exporter vouch for it all."""
    other = signer(seed=OTHER_SEED)
    body = note.parse_checkpoint(log.checkpoints[-1]).body
    old = files["checkpoint.txt"]
    new = note.checkpoint_text(body, other.sign(body), log.checkpoints[-1][log.checkpoints[-1].rindex("— ") :]).encode()
    for name, content in files.items():
        files[name] = content.replace(old, new) if name.startswith("proofs/") else content
    files["checkpoint.txt"] = new
    files["vkeys.txt"] = files["vkeys.txt"].replace(log.log.vkey.encode(), other.vkey.encode())
    sign_manifest(files)


def _change_bytes(name: str, at: int) -> Callable[[dict[str, bytes], WrittenLog], None]:
    def change(files: dict[str, bytes], _: WrittenLog) -> None:
        files[name] = flip(files[name], at)

    return change


def _stray_hash(files: dict[str, bytes]) -> None:
    """Replace the stored hash of an entry, with the exporter's help."""
    files["tiles/hashes.bin"] = flip(files["tiles/hashes.bin"], 32 * 44)
    sign_manifest(files)


def _proof_of_another(files: dict[str, bytes]) -> None:
    files["proofs/12.tlog-proof"] = files["proofs/13.tlog-proof"]
    sign_manifest(files)


def _proof_of_an_older_checkpoint(files: dict[str, bytes], log: WrittenLog) -> None:
    older = log.checkpoints[-2]
    path = log.tree().inclusion_proof(12, note.parse_checkpoint(older).size)
    files["proofs/12.tlog-proof"] = note.tlog_proof(12, path, older).encode()
    sign_manifest(files)


def _shortened_proof(files: dict[str, bytes]) -> None:
    lines = files["proofs/12.tlog-proof"].split(b"\n")
    del lines[2]
    files["proofs/12.tlog-proof"] = b"\n".join(lines)
    sign_manifest(files)


def _change_entry_with_help(files: dict[str, bytes]) -> None:
    _change_entry(files, 99)
    sign_manifest(files)


PACKAGE_ATTACKS: Final = (
    PackageAttack("a letter of an entry", lambda f, _: _change_entry(f, 123), 123),
    PackageAttack("an entry deleted", lambda f, _: _edit_events(f, lambda lines: lines.pop(5)), 5),
    PackageAttack("an entry inserted", lambda f, _: _edit_events(f, lambda lines: lines.insert(5, lines[9])), 5),
    PackageAttack("two entries swapped", lambda f, _: _edit_events(f, _swap_lines), 20),
    PackageAttack("an entry twice", lambda f, _: _edit_events(f, lambda lines: lines.insert(7, lines[7])), 8),
    PackageAttack(
        "the tail cut off", lambda f, _: _edit_events(f, lambda lines: lines.__delitem__(slice(250, None))), 250
    ),
    PackageAttack(
        "an entry added at the end", lambda f, _: _edit_events(f, lambda lines: lines.append(lines[0])), SIZE
    ),
    PackageAttack(
        "an unknown member",
        lambda f, _: _edit_events(
            f, lambda lines: lines.__setitem__(3, lines[3].replace(b',"v":1}', b',"v":1,"x":1}'))
        ),
        3,
    ),
    PackageAttack("the last newline", lambda f, _: f.__setitem__("events.jsonl", f["events.jsonl"][:-1]), None),
    PackageAttack("an entry left out, by somebody else", lambda f, _: _drop_entry_and_fix_manifest(f), 0),
    PackageAttack("the manifest signed with another key", lambda f, _: _other_exporter(f), 0),
    PackageAttack("the checkpoint signed with another key", _other_log_key, 0),
    PackageAttack("a byte of the checkpoint", _change_bytes("checkpoint.txt", 30), 0),
    PackageAttack("a byte of the keys", _change_bytes("vkeys.txt", 50), 0),
    PackageAttack("a byte of a proof", _change_bytes("proofs/40.tlog-proof", 60), 40),
    PackageAttack("a byte of the stored hashes", _change_bytes("tiles/hashes.bin", 32 * 50), 50),
    PackageAttack("a byte of the manifest", _change_bytes("manifest.json", 3), 0),
    PackageAttack(
        "a letter in the manifest",
        lambda f, _: f.__setitem__("manifest.json", f["manifest.json"].replace(b"2026", b"2027")),
        0,
    ),
    PackageAttack("a byte of the signature", _change_bytes("manifest.jws", -5), 0),
    PackageAttack("a byte of the verifier", _change_bytes("sotto_verify.py", 1000), None),
    PackageAttack("a file added", lambda f, _: f.__setitem__("NOTE.txt", b"read me"), None),
    PackageAttack("a stored hash, the exporter helping", lambda f, _: _stray_hash(f), 44),
    PackageAttack("the proof of another entry, the exporter helping", lambda f, _: _proof_of_another(f), 12),
    PackageAttack("a proof for an older checkpoint, the exporter helping", _proof_of_an_older_checkpoint, 12),
    PackageAttack("a hash less in a proof, the exporter helping", lambda f, _: _shortened_proof(f), 12),
    PackageAttack("an entry changed, the exporter helping", lambda f, _: _change_entry_with_help(f), 99),
    PackageAttack("a wrong count, the exporter helping", lambda f, _: sign_manifest(f, count=7), None),
    PackageAttack(
        "another root, the exporter helping",
        lambda f, _: sign_manifest(f, root=base64.b64encode(bytes(32)).decode()),
        0,
    ),
    PackageAttack(
        "a manifest of something else, the exporter helping", lambda f, _: sign_manifest(f, kind="sotto-receipt"), None
    ),
)
