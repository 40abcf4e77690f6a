"""Checkpoints: the vector both verifiers share, every way to be malformed, and signatures of other keys."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.errors import IntegrityError
from gateway.crypto import merkle, note

VECTORS: dict[str, Any] = json.loads(Path("tests/vectors/audit/checkpoint.json").read_text("utf-8"))
LOG = note.LogSigner("sotto.example.org/audit/1", bytes.fromhex(VECTORS["log_seed"]))
WITNESS = note.WitnessSigner("sotto.example.org/witness/1", bytes.fromhex(VECTORS["witness_seed"]))

CODES = {"unsigned": "not_signed", "wrong_signature": "not_signed", "other_log": "other_log", "malformed": "malformed"}


def outcome(text: str, witnesses: list[note.VerifierKey]) -> str:
    try:
        note.verify_checkpoint(text, log=LOG.key, witnesses=witnesses)
    except IntegrityError as error:
        return error.code
    return "ok"


def test_the_log_signs_the_checkpoint_of_the_vector() -> None:
    leaves = [merkle.leaf_hash(line.encode()) for line in VECTORS["leaves"]]
    body = note.checkpoint_body(LOG.key.name, len(leaves), merkle.root_of(leaves))
    assert LOG.vkey == VECTORS["vkey"]
    assert note.checkpoint_text(body, LOG.sign(body)) == VECTORS["checkpoint"]


def test_the_proof_of_the_vector_leads_from_its_leaf_to_its_checkpoint() -> None:
    leaves = [merkle.leaf_hash(line.encode()) for line in VECTORS["leaves"]]
    path = merkle.Tree.from_leaves(leaves).inclusion_proof(3, 5)
    assert note.tlog_proof(3, path, VECTORS["checkpoint"]) == VECTORS["proof"]
    proof = note.parse_tlog_proof(VECTORS["proof"])
    checkpoint = note.verify_checkpoint(proof.checkpoint_text, log=LOG.key).checkpoint
    merkle.verify_inclusion(leaves[3], index=proof.index, size=checkpoint.size, path=proof.hashes, root=checkpoint.root)


def test_a_witness_says_when_it_saw_the_checkpoint() -> None:
    now = datetime.fromtimestamp(VECTORS["cosigned_at"], UTC)
    body = note.parse_checkpoint(VECTORS["checkpoint"]).body
    assert WITNESS.vkey == VECTORS["witness_vkey"]
    assert note.checkpoint_text(body, LOG.sign(body), WITNESS.cosign(body, now)) == VECTORS["cosigned"]
    verified = note.verify_checkpoint(VECTORS["cosigned"], log=LOG.key, witnesses=[WITNESS.key])
    assert verified.seen_at == {WITNESS.key.name: VECTORS["cosigned_at"]}


def test_a_witness_that_has_not_signed_has_seen_nothing() -> None:
    assert note.verify_checkpoint(VECTORS["checkpoint"], log=LOG.key, witnesses=[WITNESS.key]).seen_at == {}


def test_the_latest_of_two_cosignatures_counts() -> None:
    body = note.parse_checkpoint(VECTORS["checkpoint"]).body
    lines = [WITNESS.cosign(body, datetime.fromtimestamp(seconds, UTC)) for seconds in (200, 100)]
    text = note.checkpoint_text(body, LOG.sign(body), *lines)
    assert note.verify_checkpoint(text, log=LOG.key, witnesses=[WITNESS.key]).seen_at == {WITNESS.key.name: 200}


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_a_checkpoint_is_taken_or_refused_for_its_reason(case: dict[str, str]) -> None:
    assert outcome(case["text"], [WITNESS.key]) == CODES.get(case["expect"], "ok")


@given(at=st.integers(0, 71), bit=st.integers(0, 7))
def test_a_cosignature_with_one_bit_changed_is_refused(at: int, bit: int) -> None:
    parsed = note.parse_checkpoint(VECTORS["cosigned"])
    line = parsed.signatures[1]
    blob = bytearray(line.blob)
    blob[at] ^= 1 << bit
    changed = note.Signature(line.name, line.key_id, bytes(blob))
    encoded = note._base64(changed.key_id + changed.blob)
    text = note.checkpoint_text(parsed.body, LOG.sign(parsed.body), f"— {changed.name} {encoded}\n")
    assert outcome(text, [WITNESS.key]) == "not_signed"


def test_a_cosignature_of_the_wrong_length_is_refused() -> None:
    body = note.parse_checkpoint(VECTORS["checkpoint"]).body
    line = f"— {WITNESS.key.name} {note._base64(WITNESS.key.key_id + bytes(3000))}\n"
    assert outcome(note.checkpoint_text(body, LOG.sign(body), line), [WITNESS.key]) == "not_signed"


@given(st.text())
def test_any_text_is_a_checkpoint_or_malformed(text: str) -> None:
    for parse in (note.parse_checkpoint, note.parse_tlog_proof, note.parse_vkey):
        with pytest.raises(IntegrityError):
            parse(text)


@given(at=st.integers(0, len(VECTORS["cosigned"]) - 1), character=st.characters())
def test_a_checkpoint_with_one_character_changed_does_not_pass_as_cosigned(at: int, character: str) -> None:
    text = VECTORS["cosigned"]
    changed = text[:at] + character + text[at + 1 :]
    if changed == text:
        return
    try:
        verified = note.verify_checkpoint(changed, log=LOG.key, witnesses=[WITNESS.key])
    except IntegrityError:
        return
    assert verified.seen_at == {}  # Only the witness's name or key id changed: its line is a stranger's now.


def test_an_endless_checkpoint_is_refused_before_it_is_read() -> None:
    text = VECTORS["checkpoint"] + "— a.example YQ==\n" * 10_000
    assert outcome(text, []) == "malformed"
    with pytest.raises(IntegrityError):
        note.parse_tlog_proof(VECTORS["proof"] + "\n" * note.MAX_TEXT_CHARS)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda vkey: vkey.replace("+ec5ded59+", "+ec5ded58+"), "malformed"),
        (lambda vkey: vkey.replace("+ec5ded59+", "+EC5DED59+"), "malformed"),
        (lambda vkey: vkey.replace("sotto.example.org", "other.example.org"), "malformed"),
        (lambda vkey: vkey.removeprefix("sotto.example.org/audit/1"), "malformed"),
        (lambda vkey: vkey[:-4], "key_unknown"),
        (lambda vkey: vkey.replace("+AXm1", "+BnmX"), "key_unknown"),
        (lambda vkey: vkey.rpartition("+")[0], "malformed"),
    ],
)
def test_a_vkey_that_is_none_is_refused(change: Any, code: str) -> None:
    with pytest.raises(IntegrityError) as caught:
        note.parse_vkey(change(VECTORS["vkey"]))
    assert caught.value.code == code


def test_a_vkey_is_read_as_it_was_written() -> None:
    assert note.parse_vkey(LOG.vkey) == LOG.key
    assert note.parse_vkey(WITNESS.vkey) == WITNESS.key


def test_the_vkey_of_the_signed_note_specification_has_its_key_id() -> None:
    key = note.parse_vkey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    assert (key.name, key.key_id.hex()) == ("example.com/foo", "530d903a")


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u00a0b"])
def test_a_name_that_could_be_read_as_two_fields_signs_nothing(name: str) -> None:
    with pytest.raises(IntegrityError):
        note.LogSigner(name, bytes(32))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("@v1", "@v2"),
        lambda text: text.replace("index 3", "index 03"),
        lambda text: text.replace("index 3", "extra YQ==\nindex 3"),
        lambda text: text.replace("index 3\n", ""),
        lambda text: text.replace("0+CmKo96", "0+CmKo9"),
        lambda text: text.replace("0+CmKo96klbIvrcVr97YPkMm0sRzedJZsXCahArS8R0=", "YQ=="),
        lambda text: text.replace("\n\n", "\n"),
    ],
)
def test_a_proof_that_is_none_is_refused(change: Any) -> None:
    with pytest.raises(IntegrityError):
        note.parse_tlog_proof(change(VECTORS["proof"]))


def test_a_signer_prints_no_seed() -> None:
    assert VECTORS["log_seed"] not in repr(vars(LOG)) + repr(LOG)
