#!/usr/bin/env python3
"""Checks a copy of Sotto's audit log without trusting Sotto. One file: Python 3.11 or newer and `cryptography`.

    sotto_verify.py log DIR            a folder with segments, checkpoints and keys
    sotto_verify.py export ZIP         an exported package (this file is packed in it)
    sotto_verify.py event EVENT.json PROOF --vkey V

    --vkey V             the log's public key, as you know it; otherwise the copy's own vkeys.txt is believed
    --witness W          a witness that must have cosigned the newest checkpoint (may be repeated); otherwise the
                         copy's own, which must have cosigned all of them
    --since FILE         a checkpoint you kept elsewhere; otherwise DIR.checkpoint or ZIP.checkpoint beside the copy

    exit 0 intact · 1 tampered (the first bad entry is named) · 2 incomplete · 3 usage

What it decides, and from what:

- The bytes of each entry are hashed as they are (RFC 6962) and must add up to every signed checkpoint. Nothing is
  written anew before it is hashed. An entry must be the closed envelope in canonical JSON (RFC 8785), and its `seq`
  its place; time that goes back is a warning, because order is the truth and time is a claim.
- The first bad entry is the first one with a wrong form, place or leaf hash; when all of these fit, the entries between
  the last checkpoint that adds up and the first that does not are to blame, and the first of them is named.
- A copy cannot show by itself that its end is missing, or that it is not another history signed with the same key.
  Only a checkpoint kept elsewhere can: without one, the best answer is "incomplete".

It imports nothing of Sotto, on purpose, and shares no line with the other verifier, `verify.html`.
"""

import argparse
import base64
import binascii
import hashlib
import json
import re
import struct
import sys
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Any, Final, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

INTACT: Final = 0
TAMPERED: Final = 1
INCOMPLETE: Final = 2
USAGE: Final = 3

FORKED: Final = "has another history of the first {} entries: the log was forked"
NOT_STORED: Final = "is not the one whose hash is stored for it"
CHECKPOINT_END: Final = "\n---\n"
NOTHING_KEPT: Final = "intact as far as this copy can show, but nothing kept elsewhere was given to compare it with"


# --- What is found ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict. `size` and `root` are those of the newest checkpoint that the log signed, if there is one."""

    exit_code: int
    first_bad: int | None
    """The first entry that is not what was signed; None when no single entry is to blame."""
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]
    size: int
    root: str
    """Base64, as in a checkpoint."""
    seen_at: Mapping[str, int]
    """When each known witness last saw a checkpoint, in POSIX seconds, by the name of its key."""


class UsageError(Exception):
    """What was asked cannot be done; says why."""


class Malformed(Exception):
    """Bytes do not have the form they must have; says how, and holds nothing of their content."""


@dataclass(slots=True)
class Findings:
    """Collects what is wrong, what is missing and what is odd."""

    bad: list[tuple[int | None, str]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    checkpoint: "Note | None" = None
    seen_at: dict[str, int] = field(default_factory=dict)

    def report(self) -> Report:
        """Return the verdict: the first bad entry first, and what no single entry is to blame for last."""
        bad = sorted(self.bad, key=lambda each: (each[0] is None, each[0] or 0))
        code = TAMPERED if bad else INCOMPLETE if self.missing else INTACT
        # A copy that is changed is not also "intact as far as it can show".
        missing = [why for why in self.missing if not bad or why != NOTHING_KEPT]
        return Report(
            exit_code=code,
            first_bad=bad[0][0] if bad else None,
            reasons=tuple(why for _, why in bad) + tuple(missing),
            warnings=tuple(self.warnings),
            size=self.checkpoint.size if self.checkpoint else 0,
            root=_base64(self.checkpoint.root) if self.checkpoint else "",
            seen_at=self.seen_at,
        )


# --- The form of an entry ---------------------------------------------------------------------------------------------
# The grammar below accepts canonical JSON of the closed envelope and nothing else: members sorted, none twice, none
# unknown, no white space, one spelling of every string and number. A line that fits needs no second look.

MAX_LINE_BYTES: Final = 60_000

DATA_MEMBERS: Final[Mapping[str, str]] = {
    "access.refused": "action:text code:text count:int",
    "account.created": "by:text role:text",
    "account.disabled": "by:text",
    "account.reset": "by:text",
    "audit.exported": "format:text package_sha256:text rows:int",
    "audit.gap": "cause:text count:int from:text to:text",
    "audit.verification_failed": "by:text cause:text first_bad:int? size:int",
    "audit.verified": "by:text root:text size:int",
    "audit.viewed": "filter:texts rows:int",
    "auth.failed": "code:text count:int method:text",
    "auth.locked": "count:int",
    "auth.logged_out": "cause:text count:int",
    "auth.passkey_added": "credential_sha256:text",
    "auth.passkey_removed": "credential_sha256:text",
    "auth.password_rejected": "code:text",
    "auth.password_set": "by:text",
    "auth.step_up": "method:text",
    "auth.succeeded": "method:text",
    "auth.totp_added": "",
    "auth.totp_removed": "",
    "session.admission_refused": "by:text? count:int reason:text seat:text?",
    "session.admitted": "by:text role:text seat:text",
    "session.created": "jurisdiction:text? kind:text max_minutes:int planned_start:text? recording_allowed:bool",
    "session.ended": "by:text? cause:text seats:int seconds:int",
    "session.invite_issued": "expires:text invite_sha256:text role:text",
    "session.invite_revoked": "invite_sha256:text role:text",
    "session.joined": "role:text seat:text",
    "session.left": "reason:text role:text seat:text seconds:int",
    "session.removed": "reason:text role:text seat:text seconds:int",
    "session.seat_taken": "device:text role:text seat:text",
    "session.waiting": "device:text identity_method:text role:text seat:text",
    "system.backup_made": "sha256:text size:int",
    "system.config_changed": "keys:texts sha256:text",
    "system.restored": "size:int",
    "system.started": "build:text bundle_sha256:text? log_vkey:text witness_vkey:text",
    "system.stopped": "cause:text",
    "system.time_skew": "back_ms:int",
}
"""The closed `data` of every event type, sorted. `?` means null is allowed too. Types are added, never
changed: should one ever get another member, what it is here must go on to verify too, because old logs hold it."""

_TEXT: Final = r'"[^"\\\x00-\x1f]*(?:\\(?:["\\bfnrt]|u00(?:0[0-7bef]|1[0-9a-f]))[^"\\\x00-\x1f]*)*"'
_SPELLING: Final = re.compile(rf'(?:{_TEXT}|[^"\s]++)*+')
_INT: Final = r"(?:0|-?[1-9][0-9]{0,14})"  # 15 digits: exact in every reader of JSON.

FORMS: Final[Mapping[str, str]] = {
    "text": _TEXT,
    "text?": f"(?:null|{_TEXT})",
    "texts": rf"\[(?:{_TEXT}(?:,{_TEXT})*)?\]",
    "int": _INT,
    "int?": f"(?:null|{_INT})",
    "bool": "(?:true|false)",
    "level": "[0-3]",
    "actor": '"(?:participant|service|staff|system|unknown|witness)"',
    "outcome": '"(?:failure|pending|refused|success)"',
    "severity": '"(?:critical|info|notice|warning)"',
    "hash": '"sha256"',
    "uuid": '"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"',
    "time": '"([0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])'
    r'T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z)"',
    "seq": "(0|[1-9][0-9]{0,14})",
    "version": "1",
}

ENVELOPE: Final[Mapping[str, str]] = {
    "actor": "{aal:level auth:text id:text? kind:actor role:text? seat:text?}",
    "basis": "{id:text? jti:text? kind:text sha256:text?}?",
    "commit": "{alg:hash record:text value:text}?",
    "context": "{net:text? req:text? ua:text?}?",
    "data": "{}",
    "id": "uuid",
    "node": "text",
    "org": "text",
    "outcome": "outcome",
    "policy": "{id:text sha256:text version:text}?",
    "reason": "text?",
    "seq": "seq",
    "session": "text?",
    "severity": "severity",
    "subject": "{id:text kind:actor}?",
    "target": "{id:text kind:text}?",
    "time": "time",
    "type": "",
    "v": "version",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What the checks need of an entry."""

    seq: int
    time: str
    type: str
    text: str


def read_entry(line: bytes) -> Entry:
    """Return the entry in a line.

    Raises:
        Malformed: the line is not one entry in canonical form.
    """
    if len(line) > MAX_LINE_BYTES:
        raise Malformed("is longer than an entry may be")
    try:
        text = line.decode()
    except UnicodeDecodeError as exc:
        raise Malformed("is not UTF-8") from exc
    kind = text.rpartition(',"type":"')[2].partition('"')[0]
    match = _grammar(kind).fullmatch(text) if kind in DATA_MEMBERS else None
    if match is None:
        raise Malformed(_explain(text))
    return Entry(int(match[1]), match[2], kind, text)


@cache
def _grammar(kind: str) -> re.Pattern[str]:
    forms = {**ENVELOPE, "data": "{" + DATA_MEMBERS[kind] + "}"}
    members = []
    for name, form in forms.items():
        if name == "type":
            pattern = f'"{re.escape(kind)}"'
        elif form.startswith("{"):
            inside = form[1 : form.index("}")].split()
            pattern = _object(dict(member.split(":") for member in inside))
            pattern = f"(?:null|{pattern})" if form.endswith("?") else pattern
        else:
            pattern = FORMS[form]
        members.append(f'"{name}":{pattern}')
    return re.compile(r"\{" + ",".join(members) + r"\}")


def _object(members: Mapping[str, str]) -> str:
    return r"\{" + ",".join(f'"{name}":{FORMS[form]}' for name, form in members.items()) + r"\}"


def _explain(text: str) -> str:
    """Return why the grammar did not fit. Only words: the grammar alone decides."""
    try:
        entry = _read_json(text)
    except Malformed as exc:
        return str(exc)
    unknown, lacking = sorted(entry.keys() - ENVELOPE.keys()), sorted(ENVELOPE.keys() - entry.keys())
    if unknown:
        return f"has an unknown member {unknown[0][:40]!a}"
    if lacking:
        return f"has no member {lacking[0]!r}"
    kind, data = entry["type"], entry["data"]
    if not isinstance(kind, str) or kind not in DATA_MEMBERS:
        return "is of a type this verifier does not know"
    known = {member.partition(":")[0] for member in DATA_MEMBERS[kind].split()}
    if not isinstance(data, dict) or data.keys() != known:
        return f"does not have the data of {kind}"
    return "is not in the canonical form of an entry"


def _read_json(text: str) -> dict[str, Any]:
    """Return the object in a JSON text whose members are sorted, none twice, all numbers whole, in one spelling."""
    try:
        value = json.loads(text, object_pairs_hook=_sorted_members, parse_float=_refuse, parse_constant=_refuse)
    except (ValueError, RecursionError) as exc:
        raise Malformed("is not JSON") from exc
    if not isinstance(value, dict):
        raise Malformed("is not a JSON object")
    if not _SPELLING.fullmatch(text):
        raise Malformed("is not spelled as canonical JSON")
    return value


def _sorted_members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    for (left, _), (right, _) in pairwise(pairs):
        if left == right:
            raise Malformed(f"has the member {right[:40]!a} twice")
        if left > right:
            raise Malformed(f"has the member {right[:40]!a} out of order")
    return dict(pairs)


def _refuse(_: str) -> NoReturn:
    raise Malformed("has a number that is not whole")


# --- The tree (RFC 6962) ----------------------------------------------------------------------------------------------

HASH_BYTES: Final = 32
TILE_LEAVES: Final = 256


class Tree:
    """Grows by leaf hashes; keeps only the roots of its complete subtrees."""

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        size = self.size
        while size & 1:
            leaf = _node(self._roots.pop(), leaf)
            size >>= 1
        self._roots.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        if not self._roots:
            return hashlib.sha256().digest()
        root = self._roots[-1]
        for left in self._roots[-2::-1]:
            root = _node(left, root)
        return root


def leaf_hash(line: bytes) -> bytes:
    """Return the hash of an entry's exact bytes."""
    return hashlib.sha256(b"\x00" + line).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_from_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root that an inclusion proof leads to (RFC 9162, section 2.1.3.2).

    Raises:
        Malformed: the path has the wrong length.
    """
    if not 0 <= index < size:
        raise Malformed("is for an entry outside the log")
    node, number, last = leaf, index, size - 1
    for sibling in path:
        if last == 0:
            raise Malformed("has too many hashes")
        if number & 1 or number == last:
            node = _node(sibling, node)
            while number and not number & 1:
                number, last = number >> 1, last >> 1
        else:
            node = _node(node, sibling)
        number, last = number >> 1, last >> 1
    if last:
        raise Malformed("has too few hashes")
    return node


# --- Keys and signed notes (C2SP signed-note, tlog-checkpoint, tlog-cosignature) --------------------------------------

LOG_KEY: Final = 0x01
WITNESS_KEY: Final = 0x04
EXPORT_MARK: Final = "export "
SIGNATURE_MARK: Final = "\N{EM DASH} "
BODY_LINES: Final = 3
KEY_BYTES: Final = 32
KEY_ID_BYTES: Final = 4
BLOB_BYTES: Final = {LOG_KEY: 64, WITNESS_KEY: 8 + 64}
"""A log's signature; a witness's time and signature."""

_NAME: Final = re.compile("[!-*,-~]+")
_SIGNER: Final = re.compile(r"[^ +\n]+")
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,14}")


@dataclass(frozen=True, slots=True)
class Key:
    """A public key with its name."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """Return the four bytes that stand before each of its signatures."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_base64(bytes([self.kind]) + self.public)}"


@dataclass(frozen=True, slots=True)
class Keys:
    """The public keys of a copy."""

    log: Key
    witnesses: tuple[Key, ...]
    """They must have cosigned the newest checkpoint."""
    export: bytes | None = None
    steady: tuple[Key, ...] = ()
    """They are the log's own, and cosign every checkpoint at once."""


@dataclass(frozen=True, slots=True)
class Note:
    """A checkpoint, not yet believed."""

    origin: str
    size: int
    root: bytes
    body: str
    signatures: tuple[tuple[str, bytes, bytes], ...]
    """Key name, key id, and what follows it."""


def read_key(text: str) -> Key:
    """Return the public key in a vkey.

    Raises:
        Malformed: it is none, or its id does not belong to it.
    """
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    raw = _read_base64(encoded)
    if not _NAME.fullmatch(name) or len(raw) != 1 + KEY_BYTES:
        raise Malformed("is not a public key")
    key = Key(name, raw[0], raw[1:])
    if key_id != key.id.hex():
        raise Malformed("has a key id that does not belong to its key")
    return key


def read_keys(text: str) -> Keys:
    """Return the keys in a vkeys.txt: the log's first, then witnesses, and in a package `export <key>`.

    Raises:
        Malformed: a line is not a key, or the first is not a log's.
    """
    lines = text.removesuffix("\n").split("\n")
    exports = [_read_base64url(line.removeprefix(EXPORT_MARK)) for line in lines if line.startswith(EXPORT_MARK)]
    keys = [read_key(line) for line in lines if not line.startswith(EXPORT_MARK)]
    if not keys or keys[0].kind != LOG_KEY or len(exports) > 1 or any(len(each) != KEY_BYTES for each in exports):
        raise Malformed("does not begin with a log's key")
    witnesses = tuple(key for key in keys[1:] if key.kind == WITNESS_KEY)
    return Keys(keys[0], witnesses, exports[0] if exports else None, steady=witnesses)


def read_note(text: str) -> Note:
    """Return the parts of a checkpoint.

    Raises:
        Malformed: it is none.
    """
    head, blank, tail = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or not tail.endswith("\n") or len(lines) != BODY_LINES:
        raise Malformed("is not three lines, a blank line and signatures")
    origin, size, root = lines[0], lines[1], _read_base64(lines[2])
    if not _NAME.fullmatch(origin) or not _SIZE.fullmatch(size) or len(root) != HASH_BYTES:
        raise Malformed("does not name a log, a size and a root")
    return Note(origin, int(size), root, head + "\n", tuple(map(_read_signature, tail[:-1].split("\n"))))


def _read_signature(line: str) -> tuple[str, bytes, bytes]:
    name, _, encoded = line.removeprefix(SIGNATURE_MARK).partition(" ")
    raw = _read_base64(encoded)
    if not line.startswith(SIGNATURE_MARK) or not _SIGNER.fullmatch(name) or len(raw) <= KEY_ID_BYTES:
        raise Malformed("has a line that is not a signature")
    return name, raw[:KEY_ID_BYTES], raw[KEY_ID_BYTES:]


def check_signature(note: Note, key: Key) -> int | None:
    """Return when this key signed (0 for a log, which tells no time), or None if it did not.

    Raises:
        Malformed: there is a signature with its name and id, and it is wrong.
    """
    seen = None
    for name, key_id, blob in note.signatures:
        if (name, key_id) != (key.name, key.id):
            continue
        if len(blob) != BLOB_BYTES[key.kind]:
            raise Malformed(f"has a wrong signature by {key.name!a}")
        seconds = int.from_bytes(blob[:-64], "big")
        signed = f"cosignature/v1\ntime {seconds}\n{note.body}" if key.kind == WITNESS_KEY else note.body
        if not _is_signed(blob[-64:], signed.encode(), key.public):
            raise Malformed(f"has a wrong signature by {key.name!a}")
        seen = max(seen or 0, seconds)
    return seen


def check_note(text: str, log: Key) -> Note:
    """Return a checkpoint that the log signed.

    Raises:
        Malformed: it is none, or it is not signed with this key.
    """
    note = read_note(text)
    if note.origin != log.name:
        raise Malformed("is of another log")
    if check_signature(note, log) is None:
        raise Malformed("is not signed with the log's key")
    return note


def _is_signed(signature: bytes, message: bytes, public: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _read_base64(text: str) -> bytes:
    """Return the bytes of base64 in its one canonical spelling."""
    try:
        value = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as exc:
        raise Malformed("holds something that is not base64") from exc
    if _base64(value) != text:
        raise Malformed("holds something that is not base64")
    return value


def _read_base64url(text: str) -> bytes:
    """Return the bytes of base64url without padding, in its one canonical spelling."""
    if {"+", "/", "="} & set(text):
        raise Malformed("holds something that is not base64url")
    return _read_base64(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4))


# --- A copy of the log ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LogCopy:
    """One copy of the whole log, as its holder can show it."""

    lines: Iterable[bytes]
    """Every entry from the first on, without newlines."""
    checkpoints: Sequence[str]
    """Oldest first; the last one is the newest."""
    leaf_hashes: Mapping[int, bytes] = field(default_factory=dict)
    """Leaf hashes stored beside the entries, by tile number, end to end; a tile may be short or absent."""
    head: tuple[int, bytes] | None = None
    """Size and root that the database believes in; without one, entries after the newest checkpoint prove nothing."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A size at which the root is known from a signature."""

    size: int
    root: bytes
    is_kept: bool = False


def verify_log(
    copy: LogCopy,
    *,
    log_vkey: str,
    witnesses: Sequence[str] = (),
    since: str | None = None,
    mirror: Path | None = None,
) -> Report:
    """Return the verdict on a copy; `since` is a checkpoint kept elsewhere, `mirror` a folder that must agree with it.

    The witnesses are the log's own: they have cosigned every checkpoint.

    Raises:
        UsageError: a key or the kept checkpoint cannot be read.
    """
    findings = Findings()
    [log] = _given_keys([log_vkey], LOG_KEY)
    cosigners = _given_keys(witnesses, WITNESS_KEY)
    keys = Keys(log, cosigners, steady=cosigners)
    _check_log(copy, keys, since, findings, mirror=read_directory(mirror, findings) if mirror else None)
    return findings.report()


def verify_directory(
    folder: Path, *, log_vkey: str | None = None, witnesses: Sequence[str] = (), since: str | None = None
) -> Report:
    """Return the verdict on a folder of segments; without `log_vkey` the folder's own keys are believed.

    Raises:
        UsageError: a key or the kept checkpoint cannot be read, or there is no such folder.
    """
    if not folder.is_dir():
        raise UsageError("there is no such folder")
    findings = Findings()
    keys = _choose_keys(_text_file(folder / "vkeys.txt"), log_vkey, witnesses, findings, first=0)
    if keys is not None:
        _check_log(read_directory(folder, findings), keys, since, findings)
    return findings.report()


def read_directory(folder: Path, findings: Findings) -> LogCopy:
    """Return the copy in a folder; its lines are read when they are asked for."""
    *history, torn = (_text_file(folder / "checkpoints.txt") or "").split(CHECKPOINT_END)
    if torn:
        findings.warnings.append("the last checkpoint in checkpoints.txt was not finished")
    newest = _text_file(folder / "checkpoint.txt")
    checkpoints = [f"{record}\n" for record in history] + ([newest] if newest is not None else [])
    tiles = {number: path.read_bytes() for number, path in _numbered(folder / "tiles", ".bin")}
    return LogCopy(_segment_lines(folder / "segments", findings), checkpoints, tiles)


def _segment_lines(folder: Path, findings: Findings) -> Iterator[bytes]:
    for _, path in _numbered(folder, ".jsonl"):
        *lines, torn = path.read_bytes().split(b"\n")
        yield from lines
        if torn:
            findings.warnings.append(f"the last line of {path.name} was not finished")


def _numbered(folder: Path, suffix: str) -> list[tuple[int, Path]]:
    """Return the files that are called by a number, in order."""
    paths = folder.glob(f"*{suffix}")
    return sorted((int(path.stem), path) for path in paths if re.fullmatch("[0-9]{6,12}", path.stem))


def _text_file(path: Path) -> str | None:
    """Return a file's text, or None if there is no such file; bytes that are no text cannot match anything signed."""
    return path.read_bytes().decode(errors="replace") if path.is_file() else None


def _given_keys(texts: Sequence[str], kind: int) -> tuple[Key, ...]:
    """Return the keys somebody gave us."""
    try:
        keys = tuple(read_key(text) for text in texts)
    except Malformed as exc:
        raise UsageError(f"the key that was given {exc}") from exc
    if any(key.kind != kind for key in keys):
        raise UsageError("the key that was given is of another kind")
    return keys


def _choose_keys(
    own: str | None, log_vkey: str | None, witnesses: Sequence[str], findings: Findings, *, first: int | None
) -> Keys | None:
    """Return the keys to check with: those that were given, and for the rest those the copy names for itself."""
    given = _given_keys([log_vkey] if log_vkey else [], LOG_KEY)
    cosigners = _given_keys(witnesses, WITNESS_KEY)
    if own is None:
        if given:
            return Keys(given[0], cosigners)
        findings.missing.append("vkeys.txt is missing")
        return None
    try:
        keys = read_keys(own)
    except Malformed as exc:
        findings.bad.append((first, f"vkeys.txt {exc}"))
        return Keys(given[0], cosigners) if given else None
    keys = replace(keys, log=given[0]) if given else keys
    return replace(keys, witnesses=cosigners, steady=()) if cosigners else keys


def _check_log(
    copy: LogCopy, keys: Keys, since: str | None, findings: Findings, *, mirror: LogCopy | None = None
) -> None:
    broken: list[str] = []
    own = _marks(copy.checkpoints, keys, findings, broken)
    mirrored = _marks(mirror.checkpoints, keys, findings, broken) if mirror else []
    if not own and not broken:
        findings.missing.append("there is no checkpoint")
    kept = _kept_marks(since, keys.log, findings)
    scan = _Scan(copy, keys.log, own + mirrored + kept, findings)
    is_sound = scan.run()
    # What a broken checkpoint does not vouch for, another one of the copy's own may.
    vouched = max((mark.size for mark in own + mirrored), default=0)
    findings.bad += [(vouched if vouched < scan.tree.size else None, f"a checkpoint {why}") for why in broken]
    if not is_sound:
        return
    signed = max([vouched, *(mark.size for mark in kept)])
    _check_end(copy, scan.tree, signed, findings)
    if mirror is not None:
        covered = max((mark.size for mark in mirrored), default=0)
        _check_mirror(mirror, scan.hashes, covered, findings)


def _marks(checkpoints: Sequence[str], keys: Keys, findings: Findings, broken: list[str]) -> list[Mark]:
    """Return what the checkpoints of a copy say, which witnesses must have cosigned."""
    notes: list[Note] = []
    for text in dict.fromkeys(checkpoints):
        try:
            notes.append(check_note(text, keys.log))
        except Malformed as exc:
            broken.append(str(exc))
    if notes:
        newest = max(notes, key=lambda note: note.size)
        for note in notes:
            _check_witnesses(note, keys.witnesses if note is newest else keys.steady, findings)
        if findings.checkpoint is None or newest.size > findings.checkpoint.size:
            findings.checkpoint = newest
    return [Mark(note.size, note.root) for note in notes]


def _check_witnesses(note: Note, witnesses: Sequence[Key], findings: Findings) -> None:
    for witness in witnesses:
        try:
            seconds = check_signature(note, witness)
        except Malformed as exc:
            findings.bad.append((None, f"the checkpoint of {note.size} entries {exc}"))
            continue
        if seconds is None:
            findings.missing.append(f"{witness.name!a} has not cosigned the checkpoint of {note.size} entries")
        else:
            findings.seen_at[witness.name] = max(seconds, findings.seen_at.get(witness.name, 0))


def _kept_marks(since: str | None, log: Key, findings: Findings) -> list[Mark]:
    if since is None:
        findings.missing.append(NOTHING_KEPT)
        return []
    try:
        note = read_note(since)
    except Malformed as exc:
        raise UsageError(f"the kept checkpoint {exc}") from exc
    try:
        check_note(since, log)
    except Malformed as exc:
        findings.bad.append((0, f"the checkpoint kept elsewhere {exc}: this log is signed with another key"))
        return []
    return [Mark(note.size, note.root, is_kept=True)]


class _Scan:
    """Reads the entries once, in order, up to the first that is bad."""

    def __init__(self, copy: LogCopy, log: Key, marks: Iterable[Mark], findings: Findings) -> None:
        self._copy = copy
        self._log = log
        self._marks = deque(sorted(marks, key=lambda mark: (mark.size, mark.is_kept)))
        self._findings = findings
        self.tree = Tree()
        self.hashes: list[bytes] = []
        self._good = 0
        """Entries before this one add up to every checkpoint so far."""
        self._vouched = -1
        """Entries before this one add up to a checkpoint of the copy's own."""
        self._fork: Mark | None = None
        """A kept checkpoint that does not add up: another history, unless the copy's own do not either."""
        self._clock = Clock()

    def run(self) -> bool:
        """Read on while all is well; return whether every entry is there and fits."""
        is_sound = self._meet_marks()
        for line in self._copy.lines if is_sound else ():
            leaf = leaf_hash(line)
            is_sound = self._fits(line, leaf)
            if is_sound:
                self.hashes.append(leaf)
                self.tree.append(leaf)
                is_sound = self._meet_marks()
            if not is_sound:
                break
        self._findings.warnings += self._clock.warnings()
        found = [self._missing() if is_sound else None, self._forked()]
        self._findings.bad += filter(None, found)
        return is_sound and not any(found)

    def _fits(self, line: bytes, leaf: bytes) -> bool:
        """Return whether a line can be the next entry."""
        place = self.tree.size
        number, offset = divmod(place, TILE_LEAVES)
        stored = self._copy.leaf_hashes.get(number, b"")[offset * HASH_BYTES : (offset + 1) * HASH_BYTES]
        try:
            self._clock.read(check_entry(line, place, self._log))
        except Malformed as exc:
            self._findings.bad.append((place, f"entry {place} {exc}"))
            return False
        if stored and stored != leaf:
            self._findings.bad.append((place, f"entry {place} {NOT_STORED}"))
            return False
        return True

    def _meet_marks(self) -> bool:
        """Compare the root with every checkpoint of this size; return whether the copy's own add up."""
        while self._marks and self._marks[0].size == self.tree.size:
            mark = self._marks.popleft()
            if mark.root == self.tree.root():
                self._vouched = self._vouched if mark.is_kept else mark.size
                self._good = self._good if self._fork else mark.size
            elif mark.is_kept:
                self._fork = mark
            else:
                why = f"entries {self._good} to {mark.size - 1} do not add up to the checkpoint of {mark.size} entries"
                self._findings.bad.append((self._good, why))
                return False
        return True

    def _missing(self) -> tuple[int, str] | None:
        """Return what is wrong when the entries end before a checkpoint does."""
        end = self.tree.size
        if not self._marks:
            return None
        last = self._marks[-1]
        whose = "the checkpoint kept elsewhere" if last.is_kept else "the checkpoint"
        cause = ": the log was rolled back or truncated" if last.is_kept else ""
        return end, f"entries {end} to {last.size - 1} are missing, which {whose} covers{cause}"

    def _forked(self) -> tuple[int, str] | None:
        """Return what is wrong when the kept checkpoint does not add up, and the copy's own do or cannot tell."""
        if self._fork is None:
            return None
        size = self._fork.size
        if self._vouched >= size:
            return 0, f"the checkpoint kept elsewhere {FORKED.format(size)}"
        return self._good, f"entries {self._good} to {size - 1} do not add up to the checkpoint kept elsewhere"


NAMED: Final = 10
"""How many entries a warning names."""


class Clock:
    """Watches the times that entries claim."""

    def __init__(self) -> None:
        self._last = ""
        self._back: list[int] = []

    def read(self, entry: Entry) -> None:
        """Compare an entry's time with the one before; one spelling of time makes text comparison right."""
        if entry.time < self._last:
            self._back.append(entry.seq)
        self._last = entry.time

    def warnings(self) -> list[str]:
        """Return a sentence if time went back."""
        if not self._back:
            return []
        named = ", ".join(map(str, self._back[:NAMED]))
        more = f" and {len(self._back) - NAMED} more" if len(self._back) > NAMED else ""
        return [f"time goes back at entry {named}{more}"]


def check_entry(line: bytes, place: int, log: Key) -> Entry:
    """Return the entry of a line that stands at `place` in the log of this key.

    Raises:
        Malformed: it does not.
    """
    entry = read_entry(line)
    if entry.seq != place:
        raise Malformed(f"is missing or moved: entry {entry.seq} stands at its place")
    if entry.type == "system.started" and json.loads(entry.text)["data"]["log_vkey"] != str(log):
        raise Malformed("says that the log is signed with another key")
    return entry


def _check_end(copy: LogCopy, tree: Tree, signed: int, findings: Findings) -> None:
    """Judge the entries after the newest checkpoint, and what the database believes to be the end."""
    unsigned = f"entries {signed} to {tree.size - 1} are not covered by a checkpoint yet"
    if copy.head is None:
        if tree.size > signed:
            findings.missing.append(unsigned)
    elif copy.head[0] != tree.size:
        why = f"the log's head says {copy.head[0]} entries, and {tree.size} are there"
        findings.bad.append((min(tree.size, copy.head[0]), why))
    elif copy.head[1] != tree.root():
        findings.bad.append((signed, f"entries {signed} to {tree.size - 1} do not add up to the log's head"))
    elif tree.size > signed:
        findings.warnings.append(unsigned)


def _check_mirror(mirror: LogCopy, hashes: Sequence[bytes], covered: int, findings: Findings) -> None:
    """Hold a second copy against the leaf hashes of the first; it may lag, and must not differ."""
    size = 0
    for place, line in enumerate(mirror.lines):
        if place == len(hashes):
            findings.bad.append((place, f"entry {place} is in the second copy only: the first was rolled back"))
            return
        if leaf_hash(line) != hashes[place]:
            findings.bad.append((place, f"entry {place} differs between the two copies"))
            return
        size = place + 1
    for number, stored in mirror.leaf_hashes.items():
        if stored != b"".join(hashes[number * TILE_LEAVES : (number + 1) * TILE_LEAVES])[: len(stored)]:
            why = f"the stored hashes of entries from {number * TILE_LEAVES} on are not theirs"
            findings.bad.append((number * TILE_LEAVES, why))
    if size < covered:
        findings.bad.append((size, f"entries {size} to {covered - 1} are missing in the second copy"))
    elif size < len(hashes):
        findings.warnings.append(f"the second copy does not have entries {size} to {len(hashes) - 1} yet")


# --- An exported package ----------------------------------------------------------------------------------------------

MANIFEST_TYP: Final = "sotto-export+jws"
PROOF_HEADER: Final = "c2sp.org/tlog-proof@v1"
MANIFEST_FILES: Final = ("manifest.json", "manifest.jws")
ESSENTIAL: Final = (*MANIFEST_FILES, "vkeys.txt", "checkpoint.txt", "events.jsonl", "tiles/hashes.bin")
VOUCHING: Final = ("vkeys.txt", "checkpoint.txt")
"""Files without which nothing else in a package is vouched for."""

_PROOF_NAME: Final = re.compile(r"proofs/(0|[1-9][0-9]{0,14})\.tlog-proof")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an exporter says of a package; the members are those of manifest.json."""

    count: int
    created_at: str
    exporter: str
    files: dict[str, str]
    kind: str
    origin: str
    root: str
    session: str | None
    size: int
    v: int


def read_manifest(content: bytes) -> Manifest:
    """Return the manifest in a manifest.json.

    Raises:
        Malformed: it is none.
    """
    members = _read_json(content.decode(errors="replace"))
    forms = {"count": int, "files": dict, "size": int, "v": int}
    expected = {each.name: forms.get(each.name, str) for each in fields(Manifest)}
    found = {name: type(value) for name, value in members.items()}
    if found not in (expected, {**expected, "session": type(None)}):
        raise Malformed("does not have the members of a manifest")
    manifest = Manifest(**members)
    if (manifest.v, manifest.kind) != (1, "sotto-export") or {type(each) for each in manifest.files.values()} - {str}:
        raise Malformed("is not the manifest of an export")
    return manifest


def verify_export(
    package: bytes, *, log_vkey: str | None = None, witnesses: Sequence[str] = (), since: str | None = None
) -> Report:
    """Return the verdict on an exported package; without `log_vkey` the package's own keys are believed.

    Raises:
        UsageError: a key or the kept checkpoint cannot be read.
    """
    findings = Findings()
    try:
        files = read_zip(package)
    except Malformed as exc:
        findings.bad.append((None, f"the package {exc}: it is not the file that was exported"))
        return findings.report()
    _Package(files, findings).check(log_vkey, witnesses, since)
    return findings.report()


class _Package:
    """The files of one package, checked against its manifest, its checkpoint and each other."""

    def __init__(self, files: Mapping[str, bytes], findings: Findings) -> None:
        self._files = files
        self._findings = findings
        self._manifest = self._read_manifest()
        names = self._manifest.files if self._manifest else files
        self._seqs = sorted(int(match[1]) for name in names if (match := _PROOF_NAME.fullmatch(name)))
        """The entries that were exported."""
        self._first = self._seqs[0] if self._seqs else None
        """What is named when nothing in the package is vouched for."""

    def check(self, log_vkey: str | None, witnesses: Sequence[str], since: str | None) -> None:
        """Check everything."""
        self._check_files()
        own = self._text("vkeys.txt")
        keys = _choose_keys(own, log_vkey, witnesses, self._findings, first=self._first)
        if keys is None:
            return
        if own is not None:
            self._check_signature(keys.export)
        kept = _kept_marks(since, keys.log, self._findings)
        note = self._check_checkpoint(keys)
        if note is None:
            return
        hashes = self._files.get("tiles/hashes.bin", b"")
        self._check_entries(note, keys.log, hashes)
        self._check_tree(note, hashes, kept)

    def _bad(self, first: int | None, why: str) -> None:
        self._findings.bad.append((first, why))

    def _text(self, name: str) -> str | None:
        content = self._files.get(name)
        return None if content is None else content.decode(errors="replace")

    def _read_manifest(self) -> Manifest | None:
        try:
            return read_manifest(self._files["manifest.json"]) if "manifest.json" in self._files else None
        except Malformed as exc:
            self._bad(None, f"manifest.json {exc}")
            return None

    def _check_files(self) -> None:
        """Compare every file with the manifest."""
        named = self._manifest.files if self._manifest else {}
        absent = sorted({*named, *ESSENTIAL} - self._files.keys())
        self._findings.missing += [f"{name[:80]!a} is missing" for name in absent]
        for name in sorted(self._files.keys() - MANIFEST_FILES if self._manifest else ()):
            content = self._files[name]
            if name not in named:
                self._bad(None, f"the manifest does not name {name[:80]!a}")
            elif hashlib.sha256(content).hexdigest() != named[name]:
                match = _PROOF_NAME.fullmatch(name)
                first = int(match[1]) if match else self._first if name in VOUCHING else None
                self._bad(first, f"{name[:80]!a} is not the file that was exported")

    def _check_signature(self, export_key: bytes | None) -> None:
        """Check that the exporter signed the manifest: the choice of entries is theirs."""
        compact, manifest = self._text("manifest.jws"), self._files.get("manifest.json")
        if compact is None or manifest is None:
            return
        if export_key is None:
            self._bad(self._first, "vkeys.txt names no key of the exporter")
            return
        try:
            check_jws(compact, manifest, export_key)
        except Malformed as exc:
            self._bad(self._first, f"manifest.jws {exc}")

    def _check_checkpoint(self, keys: Keys) -> Note | None:
        text = self._text("checkpoint.txt")
        if text is None:
            return None
        try:
            note = check_note(text, keys.log)
        except Malformed as exc:
            self._bad(self._first, f"nothing here is vouched for: the checkpoint {exc}")
            return None
        self._findings.checkpoint = note
        _check_witnesses(note, keys.witnesses, self._findings)
        if self._manifest is not None:
            claimed = (self._manifest.origin, self._manifest.size, self._manifest.root)
            if claimed != (note.origin, note.size, _base64(note.root)):
                self._bad(self._first, "the manifest names another checkpoint")
        return note

    def _check_entries(self, note: Note, log: Key, hashes: bytes) -> None:
        """Check each entry and its proof, up to the first that is bad."""
        content = self._files.get("events.jsonl")
        if content is None:
            return
        *lines, rest = content.split(b"\n")
        lines += [rest] if rest else []
        if self._manifest and self._manifest.count != len(self._seqs):
            self._bad(None, "the manifest does not name one proof for each entry")
        clock = Clock()
        for seq, line in zip_longest(self._seqs, lines):
            if line is None:
                self._bad(seq, f"entry {seq} is missing")
                break
            if seq is None:
                self._bad(self._seqs[-1] + 1 if self._seqs else 0, "an entry was added that was not exported")
                break
            try:
                clock.read(self._check_entry(seq, line, note, log, hashes))
            except Malformed as exc:
                self._bad(seq, f"entry {seq} {exc}")
                break
        self._findings.warnings += clock.warnings()

    def _check_entry(self, seq: int, line: bytes, note: Note, log: Key, hashes: bytes) -> Entry:
        entry, leaf = check_entry(line, seq, log), leaf_hash(line)
        proof = self._text(f"proofs/{seq}.tlog-proof")
        if proof is not None:
            check_proof(proof, leaf, seq, note, self._text("checkpoint.txt") or "")
        stored = hashes[seq * HASH_BYTES : (seq + 1) * HASH_BYTES]
        if stored and stored != leaf:
            raise Malformed(NOT_STORED)
        return entry

    def _check_tree(self, note: Note, hashes: bytes, kept: Sequence[Mark]) -> None:
        """Check the leaf hashes of the whole log, and with them that it continues the kept checkpoint."""
        roots = _roots(hashes, {note.size, *(mark.size for mark in kept)})
        is_whole = len(hashes) == HASH_BYTES * note.size and roots[note.size] == note.root
        if "tiles/hashes.bin" in self._files and not is_whole:
            self._bad(None, "tiles/hashes.bin does not add up to the checkpoint")
        roots[note.size] = note.root
        for mark in kept:
            if mark.size > note.size:
                why = f"entries {note.size} to {mark.size - 1} are missing, which the checkpoint kept elsewhere covers"
                self._bad(note.size, f"{why}: the log was rolled back, or the package is older than the checkpoint")
            elif roots.get(mark.size, mark.root) != mark.root:
                self._bad(0, f"the checkpoint kept elsewhere {FORKED.format(mark.size)}")


def _roots(hashes: bytes, sizes: set[int]) -> dict[int, bytes]:
    """Return the roots of the first leaves, for those of the sizes that there are leaves for."""
    tree = Tree()
    roots = {0: tree.root()}
    for end in range(HASH_BYTES, len(hashes) + 1, HASH_BYTES):
        tree.append(hashes[end - HASH_BYTES : end])
        if tree.size in sizes:
            roots[tree.size] = tree.root()
    return roots


def check_jws(compact: str, payload: bytes, public: bytes) -> None:
    """Check that `compact` is the signature of `payload` by this key (RFC 7515, Ed25519, its one spelling).

    Raises:
        Malformed: it is not.
    """
    jwk = f'{{"crv":"Ed25519","kty":"OKP","x":"{_base64url(public)}"}}'  # RFC 7638 fixes the order.
    kid = _base64url(hashlib.sha256(jwk.encode()).digest())
    header = f'{{"alg":"Ed25519","kid":"{kid}","typ":"{MANIFEST_TYP}"}}'
    signed, _, signature = compact.rpartition(".")
    if signed != f"{_base64url(header.encode())}.{_base64url(payload)}":
        raise Malformed("is not about this manifest and this exporter's key")
    if not _is_signed(_read_base64url(signature), signed.encode(), public):
        raise Malformed("is not signed with the exporter's key")


def check_proof(text: str, leaf: bytes, seq: int, note: Note, checkpoint: str) -> None:
    """Check a C2SP tlog-proof of a leaf against a checkpoint that is already believed.

    Raises:
        Malformed: it proves nothing of the kind.
    """
    head, _, tail = text.partition("\n\n")
    header, *path = head.split("\n")
    index = path.pop(0) if path else ""
    if (header, index) != (PROOF_HEADER, f"index {seq}"):
        raise Malformed("has a proof of something else")
    if tail != checkpoint:
        raise Malformed("has a proof for another checkpoint")
    hashes = [_read_base64(each) for each in path]
    if any(len(each) != HASH_BYTES for each in hashes):
        raise Malformed("has a proof with something that is not a hash")
    if root_from_path(leaf, seq, note.size, hashes) != note.root:
        raise Malformed("is not what the log holds there")


# --- Zip --------------------------------------------------------------------------------------------------------------
# A reader of its own, because a package must mean the same to every reader: files stand one after the other, each is
# named once, both of its headers agree, and there is nothing in between, before or after.

_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
STORED: Final = 0
DEFLATED: Final = 8
MAX_UNPACKED_BYTES: Final = 1 << 30
"""Larger lets more be exported at once; smaller bounds what a hostile file may ask for."""


def read_zip(blob: bytes) -> dict[str, bytes]:
    """Return the files of a zip archive by name.

    Raises:
        Malformed: it is not a zip archive of the plain kind that Sotto writes.
    """
    try:
        return _read_zip(blob)
    except (struct.error, zlib.error, UnicodeDecodeError, IndexError) as exc:
        raise Malformed("cannot be read") from exc


def _read_zip(blob: bytes) -> dict[str, bytes]:
    end = len(blob) - _END.size
    magic, disk, start_disk, here, count, size, start, comment = _END.unpack_from(blob, max(end, 0))
    if magic != b"PK\5\6" or disk or start_disk or comment or here != count or start + size != end:
        raise Malformed("does not end as it should")
    files: dict[str, bytes] = {}
    position, data_end, unpacked = start, 0, 0
    for _ in range(count):
        central = _CENTRAL.unpack_from(blob, position)
        name_size, extra, remark = central[10:13]
        name = blob[position + _CENTRAL.size :][:name_size]
        position += _CENTRAL.size + name_size
        if central[0] != b"PK\1\2" or extra or remark or central[16] != data_end:
            raise Malformed("has something between its files")
        unpacked += central[9]
        if unpacked > MAX_UNPACKED_BYTES:
            raise Malformed("is larger than a package may be")
        content, data_end = _read_member(blob, data_end, name, central)
        if name.decode() in files:
            raise Malformed("holds a file twice")
        files[name.decode()] = content
    if position != end or data_end != start:
        raise Malformed("has something between its files")
    return files


def _read_member(blob: bytes, start: int, name: bytes, central: tuple[Any, ...]) -> tuple[bytes, int]:
    """Return one file and where it ends; `central` is what the directory says of it."""
    magic, _, *described, name_size, extra = _LOCAL.unpack_from(blob, start)
    flags, method, _, _, crc, packed_size, size = described
    body = start + _LOCAL.size + name_size
    if magic != b"PK\3\4" or extra or blob[body - name_size : body] != name or tuple(described) != central[3:10]:
        raise Malformed("says two different things of one file")
    packed = blob[body : body + packed_size]
    if flags & ~0x800 or method not in (STORED, DEFLATED) or len(packed) != packed_size:
        raise Malformed("holds a file of an unknown kind")
    content = packed if method == STORED else _inflate(packed, size)
    if len(content) != size or zlib.crc32(content) != crc:
        raise Malformed("holds a file that was damaged")
    return content, body + packed_size


def _inflate(packed: bytes, size: int) -> bytes:
    """Return what deflates to `packed`; never grows beyond the size that was announced."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    content = stream.decompress(packed, size + 1)
    if not stream.eof or stream.unused_data or stream.unconsumed_tail:
        raise Malformed("holds a file that was damaged")
    return content


# --- One event --------------------------------------------------------------------------------------------------------


def verify_event(line: bytes, proof: str, *, log_vkey: str, witnesses: Sequence[str] = ()) -> Report:
    """Return the verdict on one entry with its tlog-proof.

    Raises:
        UsageError: a key cannot be read.
    """
    findings = Findings()
    [log] = _given_keys([log_vkey], LOG_KEY)
    keys = Keys(log, _given_keys(witnesses, WITNESS_KEY))
    seq = None
    try:
        seq = read_entry(line).seq
        checkpoint = proof.partition("\n\n")[2]
        note = check_note(checkpoint, keys.log)
        check_entry(line, seq, keys.log)
        check_proof(proof, leaf_hash(line), seq, note, checkpoint)
        findings.checkpoint = note
        _check_witnesses(note, keys.witnesses, findings)
    except Malformed as exc:
        findings.bad.append((seq, f"the entry or its checkpoint {exc}"))
    return findings.report()


# --- Command ----------------------------------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Exit with our own code for wrong usage: 2 already means incomplete."""
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="sotto_verify.py", description="Check a copy of Sotto's audit log without trusting Sotto.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    for name, operands, about in (
        ("log", {"copy": "folder with segments, checkpoints and keys"}, "check a copy of the whole log"),
        ("export", {"copy": "exported package"}, "check a package"),
        ("event", {"copy": "file with one entry", "proof": "its tlog-proof"}, "check one entry"),
    ):
        command = commands.add_parser(name, help=about)
        for operand, meaning in operands.items():
            command.add_argument(operand, type=Path, help=meaning)
        command.add_argument("--vkey", required=name == "event", help="the log's public key, as you know it")
        command.add_argument("--witness", action="append", default=[], help="public key of a witness")
        if name != "event":
            command.add_argument("--since", type=Path, help="checkpoint that you kept elsewhere")
    return parser


def _run(arguments: argparse.Namespace) -> Report:
    copy: Path = arguments.copy
    vkey, witnesses = arguments.vkey, arguments.witness
    if arguments.command == "event":
        line = copy.read_bytes().removesuffix(b"\n")
        return verify_event(
            line, arguments.proof.read_bytes().decode(errors="replace"), log_vkey=vkey, witnesses=witnesses
        )
    since = _since(copy, arguments.since)
    if arguments.command == "export":
        return verify_export(copy.read_bytes(), log_vkey=vkey, witnesses=witnesses, since=since)
    folder = copy / "audit" if (copy / "audit" / "segments").is_dir() else copy  # A whole data folder will do.
    return verify_directory(folder, log_vkey=vkey, witnesses=witnesses, since=since)


def _since(copy: Path, given: Path | None) -> str | None:
    """Return the checkpoint kept elsewhere: the one that was given, or the one beside the copy."""
    if given is not None:
        return given.read_bytes().decode(errors="replace")
    return _text_file(copy.resolve().with_name(copy.resolve().name + ".checkpoint"))


def _say(report: Report) -> None:
    for warning in report.warnings:
        sys.stderr.write(f"warning: {warning}\n")
    if report.exit_code == INTACT:
        seen = [f"; seen by {name} at {_instant(seconds)}" for name, seconds in report.seen_at.items()]
        sys.stdout.write(f"intact: {report.size} entries, root {report.root}{''.join(seen)}\n")
        return
    verdict = "tampered" if report.exit_code == TAMPERED else "incomplete"
    first = "" if report.first_bad is None else f"first bad entry {report.first_bad}: "
    sys.stderr.write(f"{verdict}: {first}{report.reasons[0]}\n")
    sys.stderr.writelines(f"also: {reason}\n" for reason in report.reasons[1:])


def _instant(seconds: int) -> str:
    """Return POSIX seconds for people; a witness's key can sign any number."""
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (OverflowError, ValueError, OSError):
        return f"{seconds} s"


def main(argv: Sequence[str] | None = None) -> int:
    """Check what the command line names, say the verdict, and return the exit code."""
    arguments = _parser().parse_args(argv)
    try:
        report = _run(arguments)
    except (OSError, UsageError) as exc:
        sys.stderr.write(f"cannot check: {exc}\n")
        return USAGE
    _say(report)
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
