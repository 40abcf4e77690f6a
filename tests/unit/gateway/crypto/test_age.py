"""age files: only the holder of the identity reads them, whole or not at all."""

import io
import os
from pathlib import Path

import pyrage
import pytest
from pyrage import x25519

from gateway.core.errors import IntegrityError
from gateway.crypto import age
from gateway.crypto.secrets import Secret

PLAIN = os.urandom(200_000)


class FullDisk(io.BytesIO):
    """A file that takes no more."""

    def write(self, _content: object, /) -> int:
        raise OSError(28, "No space left on device")


@pytest.fixture(scope="module")
def identity() -> tuple[Secret, str]:
    text, recipient = age.new_identity()
    return age.parse_identity_file(text), recipient


@pytest.fixture(scope="module")
def sealed(identity: tuple[Secret, str]) -> bytes:
    into = io.BytesIO()
    age.seal_stream(io.BytesIO(PLAIN), into, recipient=identity[1])
    return into.getvalue()


def opened(sealed: bytes, identity: Secret) -> bytes:
    into = io.BytesIO()
    age.open_stream(io.BytesIO(sealed), into, identity=identity)
    return into.getvalue()


def test_what_is_sealed_opens_with_the_identity_alone(identity: tuple[Secret, str], sealed: bytes) -> None:
    assert opened(sealed, identity[0]) == PLAIN
    other, _ = age.new_identity()
    with pytest.raises(IntegrityError) as refused:
        opened(sealed, age.parse_identity_file(other))
    assert refused.value.code == "backup_not_opened"


def test_any_age_program_reads_it(identity: tuple[Secret, str], sealed: bytes) -> None:
    assert pyrage.decrypt(sealed, [x25519.Identity.from_str(identity[0].reveal().decode())]) == PLAIN


@pytest.mark.parametrize("place", [0, 60, 300, 70_000, 199_000])
def test_a_flipped_byte_is_found(identity: tuple[Secret, str], sealed: bytes, place: int) -> None:
    with pytest.raises(IntegrityError) as refused:
        opened(sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :], identity[0])
    assert refused.value.code == "backup_not_opened"


@pytest.mark.parametrize("length", [0, 100, 70_000, -1])
def test_a_file_cut_short_is_found(identity: tuple[Secret, str], sealed: bytes, length: int) -> None:
    with pytest.raises(IntegrityError) as refused:
        opened(sealed[:length], identity[0])
    assert refused.value.code == "backup_not_opened"


def test_an_identity_file_holds_one_or_is_refused(identity: tuple[Secret, str]) -> None:
    text, recipient = age.new_identity()
    assert recipient in text.splitlines()[0]
    assert age.parse_identity_file(f"\n# mine\n{text}") == age.parse_identity_file(text)
    assert "AGE-SECRET" not in repr(identity[0])
    with pytest.raises(IntegrityError) as refused:
        age.parse_identity_file(recipient)
    assert refused.value.code == "identity_malformed"


def test_what_is_no_identity_or_no_recipient_is_said_so(sealed: bytes) -> None:
    with pytest.raises(IntegrityError) as refused:
        opened(sealed, Secret(b"AGE-SECRET-KEY-1\xff"))
    assert refused.value.code == "identity_malformed"
    with pytest.raises(IntegrityError) as refused:
        age.seal_stream(io.BytesIO(PLAIN), io.BytesIO(), recipient="age1nobody")
    assert refused.value.code == "recipient_malformed"


def test_a_full_disk_is_no_damage(identity: tuple[Secret, str], sealed: bytes, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space left"):
        age.open_stream(io.BytesIO(sealed), FullDisk(), identity=identity[0])
    with pytest.raises(OSError, match="cannot be written"):
        age.seal_stream(io.BytesIO(PLAIN), FullDisk(), recipient=identity[1])
    with (tmp_path / "sealed").open("wb") as into:
        age.seal_stream(io.BytesIO(PLAIN), into, recipient=identity[1])
    assert opened((tmp_path / "sealed").read_bytes(), identity[0]) == PLAIN
