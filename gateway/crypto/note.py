"""Checkpoints of the audit log as signed notes (C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof).

A checkpoint is a body of three lines (origin, size, root), a blank line, and signature lines. The log signs the
body; a witness signs the body together with the time it saw it. Lines of unknown keys are ignored, as the
formats ask, so another kind of signature may be added later. Extension lines in the body are refused: nobody
could audit them.

Pure: `now` is given, keys are given as 32 seed bytes.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gateway.core.errors import IntegrityError
from gateway.crypto.merkle import HASH_BYTES

MAX_TEXT_CHARS: Final = 65_536
"""Longest note that is read. A checkpoint with three cosignatures has about 700 characters."""

KEY_ID_BYTES: Final = 4
PUBLIC_KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
TIME_BYTES: Final = 8
BODY_LINES: Final = 3
PROOF_HEADER: Final = "c2sp.org/tlog-proof@v1"

_SIGNATURE_MARK: Final = "\N{EM DASH} "
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)


class Kind(IntEnum):
    """Signature types of C2SP signed-note that this module signs and checks; the numbers are the format's."""

    ED25519 = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name; prints as its vkey."""

    name: str
    kind: Kind
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Return the four bytes that stand before every signature of this key."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:KEY_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_base64(bytes([self.kind]) + self.public)}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who, and the bytes after the key id."""

    name: str
    key_id: bytes
    blob: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A parsed checkpoint; nothing is known of its signatures until `verify_checkpoint` returned it."""

    origin: str
    size: int
    root: bytes
    body: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class VerifiedCheckpoint:
    """A checkpoint the log signed, and when which of the known witnesses saw it (POSIX seconds, by name)."""

    checkpoint: Checkpoint
    seen_at: dict[str, int]


@dataclass(frozen=True, slots=True)
class TlogProof:
    """A parsed C2SP tlog-proof: where a leaf stands, its audit path, and the checkpoint text it leads to."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint_text: str


class _Signer:
    """A named Ed25519 key. Holds the key object only, so that nothing here prints the seed."""

    kind: Kind

    def __init__(self, name: str, seed: bytes) -> None:
        _check_name(name)
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = VerifierKey(name, self.kind, self._private.public_key().public_bytes_raw())

    @property
    def vkey(self) -> str:
        """Return the public key in the form that is published."""
        return str(self.key)

    def _line(self, blob: bytes) -> str:
        return f"{_SIGNATURE_MARK}{self.key.name} {_base64(self.key.key_id + blob)}\n"


class LogSigner(_Signer):
    """Signs checkpoints as the log."""

    kind = Kind.ED25519

    def sign(self, body: str) -> str:
        """Return the signature line (with its newline) for a checkpoint body."""
        return self._line(self._private.sign(body.encode()))


class WitnessSigner(_Signer):
    """Signs that it saw a checkpoint at a time (C2SP cosignature/v1)."""

    kind = Kind.COSIGNATURE

    def cosign(self, body: str, now: datetime) -> str:
        """Return the cosignature line (with its newline) for a checkpoint body."""
        seconds = int(now.timestamp())
        signature = self._private.sign(_cosigned(body, seconds))
        return self._line(seconds.to_bytes(TIME_BYTES, "big") + signature)


def checkpoint_body(origin: str, size: int, root: bytes) -> str:
    """Return the three lines that are signed."""
    return f"{origin}\n{size}\n{_base64(root)}\n"


def checkpoint_text(body: str, *signature_lines: str) -> str:
    """Return the whole note: the body, a blank line, the lines that `sign` and `cosign` gave."""
    return body + "\n" + "".join(signature_lines)


def tlog_proof(index: int, hashes: Sequence[bytes], checkpoint: str) -> str:
    """Return the text of an inclusion proof that carries its checkpoint."""
    path = "".join(f"{_base64(node)}\n" for node in hashes)
    return f"{PROOF_HEADER}\nindex {index}\n{path}\n{checkpoint}"


def parse_vkey(text: str) -> VerifierKey:
    """Return the public key that a vkey names.

    Raises:
        IntegrityError: not a vkey, of a kind we do not check, or its key id does not fit the key.
    """
    name, _, rest = text.partition("+")  # Base64 has plus signs of its own; names have none.
    hex_id, _, encoded = rest.partition("+")
    _check_name(name)
    raw = _parse_base64(encoded)
    if len(raw) != 1 + PUBLIC_KEY_BYTES or raw[0] not in tuple(Kind):
        raise IntegrityError("the key is of a kind this version does not check", code="key_unknown")
    key = VerifierKey(name, Kind(raw[0]), raw[1:])
    if hex_id != key.key_id.hex():
        raise IntegrityError("the key id of a vkey does not belong to its key", code="malformed")
    return key


def parse_checkpoint(text: str) -> Checkpoint:
    """Return the parts of a checkpoint; checks its form and no signature.

    Raises:
        IntegrityError: not a checkpoint, or one with extension lines.
    """
    if len(text) > MAX_TEXT_CHARS:
        raise IntegrityError("the checkpoint is too long", code="malformed")
    head, blank, tail = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or not tail.endswith("\n") or len(lines) != BODY_LINES:
        raise IntegrityError("a checkpoint is three lines, a blank line and its signatures", code="malformed")
    origin, size, root = lines[0], _parse_number(lines[1]), _parse_hash(lines[2])
    _check_name(origin)
    signatures = tuple(_parse_signature(line) for line in tail[:-1].split("\n"))
    return Checkpoint(origin, size, root, head + "\n", signatures)


def parse_tlog_proof(text: str) -> TlogProof:
    """Return the parts of a tlog-proof; its checkpoint is checked by `verify_checkpoint`.

    Raises:
        IntegrityError: not a tlog-proof, or one with extra data (Sotto writes none).
    """
    head, blank, checkpoint = text.partition("\n\n")
    header, _, rest = head.partition("\n")
    index, *hashes = rest.split("\n")
    if len(text) > MAX_TEXT_CHARS or not blank or header != PROOF_HEADER or not index.startswith("index "):
        raise IntegrityError("not a tlog-proof", code="malformed")
    number = _parse_number(index.removeprefix("index "))
    return TlogProof(number, tuple(_parse_hash(line) for line in hashes), checkpoint)


def verify_checkpoint(text: str, *, log: VerifierKey, witnesses: Sequence[VerifierKey] = ()) -> VerifiedCheckpoint:
    """Return the checkpoint once the log's signature, and every one by a known witness, is right.

    Raises:
        IntegrityError: malformed, of another log, not signed by it, or with a wrong signature of a known key.
    """
    checkpoint = parse_checkpoint(text)
    if checkpoint.origin != log.name:
        raise IntegrityError("the checkpoint is of another log", code="other_log")
    if not _verify_lines(checkpoint, log):
        raise IntegrityError("the checkpoint is not signed by the log's key", code="not_signed")
    seen = {witness.name: times for witness in witnesses if (times := _verify_lines(checkpoint, witness))}
    return VerifiedCheckpoint(checkpoint, {name: max(times) for name, times in seen.items()})


def _verify_lines(checkpoint: Checkpoint, key: VerifierKey) -> list[int]:
    """Return the time of every line of this key (0 where the kind has none); raise if one of them is wrong."""
    lines = [line for line in checkpoint.signatures if (line.name, line.key_id) == (key.name, key.key_id)]
    return [_verify_line(checkpoint.body, line, key) for line in lines]


def _verify_line(body: str, line: Signature, key: VerifierKey) -> int:
    is_cosignature = key.kind is Kind.COSIGNATURE
    if len(line.blob) != SIGNATURE_BYTES + (TIME_BYTES if is_cosignature else 0):
        raise IntegrityError("a signature of the checkpoint has the wrong length", code="not_signed")
    seconds = int.from_bytes(line.blob[:-SIGNATURE_BYTES], "big")
    message = _cosigned(body, seconds) if is_cosignature else body.encode()
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(line.blob[-SIGNATURE_BYTES:], message)
    except InvalidSignature as exc:
        raise IntegrityError("a signature of the checkpoint is wrong", code="not_signed") from exc
    return seconds


def _cosigned(body: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{body}".encode()


def _parse_signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_SIGNATURE_MARK).partition(" ")
    _check_name(name)
    raw = _parse_base64(encoded)
    if not line.startswith(_SIGNATURE_MARK) or len(raw) <= KEY_ID_BYTES:
        raise IntegrityError("not a signature line", code="malformed")
    return Signature(name, raw[:KEY_ID_BYTES], raw[KEY_ID_BYTES:])


def _parse_number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise IntegrityError("not a number without leading zeros", code="malformed")
    return int(text)


def _parse_hash(text: str) -> bytes:
    value = _parse_base64(text)
    if len(value) != HASH_BYTES:
        raise IntegrityError("not a hash of 32 bytes", code="malformed")
    return value


def _parse_base64(text: str) -> bytes:
    try:
        value = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as exc:
        raise IntegrityError("not base64", code="malformed") from exc
    if _base64(value) != text:  # One spelling only: padding bits that are not zero would be a second one.
        raise IntegrityError("not base64", code="malformed")
    return value


def _check_name(name: str) -> None:
    """Refuse a key name that could be read as two fields; `isprintable` also excludes every other space."""
    if not name.isprintable() or not name or {"+", " "} & set(name):
        raise IntegrityError("not a key name: it is empty, or holds a space or a plus", code="malformed")


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
