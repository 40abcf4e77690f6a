"""The package: what is in it, that it never changes by itself, and that it ends where a plain zip does."""

import hashlib
import json
import zipfile
from dataclasses import replace
from io import BytesIO

import pytest

from gateway.audit import export, verify
from gateway.core.errors import CapacityError
from gateway.crypto import jws
from gateway.crypto.secrets import b64url
from tests.support.attacks import unpack
from tests.support.written_log import EXPORT_SEED, HOST, SESSIONS, WrittenLog, written

LOG = written(40)
SEQS = [seq for seq, line in enumerate(LOG.lines) if json.loads(line)["session"] == SESSIONS[1]]


def test_a_package_holds_the_exact_lines_their_proofs_and_both_verifiers() -> None:
    files = unpack(LOG.export(SEQS, session=SESSIONS[1]))
    assert sorted(files) == sorted(
        [
            "README.txt",
            "checkpoint.txt",
            "events.jsonl",
            "manifest.json",
            "manifest.jws",
            "sotto_verify.py",
            "tiles/hashes.bin",
            "verify.html",
            "vkeys.txt",
            *(f"proofs/{seq}.tlog-proof" for seq in SEQS),
        ]
    )
    assert files["events.jsonl"].splitlines() == [LOG.lines[seq] for seq in SEQS]
    assert files["checkpoint.txt"].decode() == LOG.checkpoints[-1]
    assert files["vkeys.txt"].decode().splitlines() == [*LOG.vkeys, f"export {b64url(jws.public_key(EXPORT_SEED))}"]


def test_the_manifest_names_every_other_file_and_who_exported_what() -> None:
    files = unpack(LOG.export(SEQS, session=SESSIONS[1]))
    manifest = json.loads(files["manifest.json"])
    named = manifest.pop("files")
    others = {name: content for name, content in files.items() if not name.startswith("manifest.")}
    assert named == {name: hashlib.sha256(content).hexdigest() for name, content in others.items()}
    assert manifest == {
        "count": len(SEQS),
        "created_at": "2026-11-22T12:00:00.000Z",
        "exporter": HOST.reveal(),
        "kind": "sotto-export",
        "origin": "localhost/audit/1",
        "root": verify.read_note(LOG.checkpoints[-1]).body.split("\n")[2],
        "session": SESSIONS[1],
        "size": 40,
        "v": 1,
    }
    signed = jws.verify(files["manifest.jws"].decode(), public=jws.public_key(EXPORT_SEED), typ=export.MANIFEST_TYP)
    assert signed == files["manifest.json"]


def test_the_same_package_is_the_same_bytes() -> None:
    assert LOG.export() == LOG.export()
    with zipfile.ZipFile(BytesIO(LOG.export())) as archive:
        members = archive.infolist()
    assert [member.filename for member in members] == sorted(member.filename for member in members)
    assert {member.date_time for member in members} == {export.BEGINNING_OF_ZIP}


def test_the_page_is_packed_as_it_was_given() -> None:
    page = b"<!doctype html>the page"
    package = export.build_export(replace(LOG.package(), verify_html=page), EXPORT_SEED)
    assert unpack(package)["verify.html"] == page


def test_the_readme_says_what_it_is_and_for_whom() -> None:
    about = unpack(LOG.export(SEQS, session=SESSIONS[1]))["README.txt"].decode()
    assert f"localhost/audit/1: {len(SEQS)} of 40" in about
    assert f"about session {SESSIONS[1]}" in about
    assert "about session" not in unpack(LOG.export())["README.txt"].decode()


def test_both_verifiers_accept_other_programs_reading_the_archive() -> None:
    with zipfile.ZipFile(BytesIO(LOG.export())) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == verify.read_zip(LOG.export())


def test_more_entries_than_a_plain_zip_holds_are_refused() -> None:
    package = LOG.package()
    many = replace(package, lines=[package.lines[0]] * (export.MAX_ENTRIES + 1))
    with pytest.raises(CapacityError) as caught:
        export.build_export(many, EXPORT_SEED)
    assert caught.value.code == "export_too_large"


def test_every_line_needs_its_proof() -> None:
    package = LOG.package()
    with pytest.raises(ValueError, match="shorter"):
        export.build_export(replace(package, proofs=package.proofs[:-1]), EXPORT_SEED)


def test_jsonl_is_the_exact_lines() -> None:
    assert export.build_jsonl(LOG.package(SEQS).lines).splitlines() == [LOG.lines[seq] for seq in SEQS]
    assert export.build_jsonl([]) == b""


def test_an_empty_log_can_be_exported() -> None:
    log = WrittenLog()
    log.sign()
    assert verify.verify_export(log.export(), since=log.checkpoints[-1]).exit_code == verify.INTACT
