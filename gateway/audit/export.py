"""The package an auditor takes away: exact entries, proofs, keys, a signed manifest and both verifiers, in one zip.

The same package always becomes the same bytes: files are sorted, and carry no time of their own.
"""

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import rfc8785

from gateway.audit import verify
from gateway.core.errors import CapacityError
from gateway.crypto import jws
from gateway.crypto.secrets import b64url

MANIFEST_TYP: Final = "sotto-export+jws"

MAX_ENTRIES: Final = 60_000
"""Each entry brings a file with its proof, and a plain zip ends at 65,535 files. More would need Zip64, which fewer
programs read; a larger log is taken away session by session, or as JSONL."""

BEGINNING_OF_ZIP: Final = (1980, 1, 1, 0, 0, 0)

README: Final = """\
What this is
  Entries of the audit log {origin}: {count} of {size}, exported at {created_at} by {exporter}{about}.
  They hold no name and nothing that was said. Entry numbers, times and pseudonyms are what the log itself holds.

How to check it, without the service and without a network
  With a browser: open verify.html and drop this package on the page.
  With Python 3.11 or newer and its `cryptography` package:
      python sotto_verify.py export THIS.zip --since CHECKPOINT
  Exit codes: 0 intact, 1 tampered, 2 incomplete, 3 wrong usage.

What to keep elsewhere
  A checkpoint: three lines that name the whole log at one moment, and signatures. A package cannot show by itself
  that the log was not cut short or replaced by another one signed with the same key; a checkpoint from another day
  or another place can. Compare the key in vkeys.txt with the one you were given when the log began.

Files
  events.jsonl       the exact entries, one a line
  proofs/N.tlog-proof   proves that entry N stands in the log (C2SP tlog-proof)
  checkpoint.txt     the signed state of the log that the proofs lead to (C2SP tlog-checkpoint)
  vkeys.txt          public keys: the log, its witnesses, and the exporter's
  tiles/hashes.bin   the hash of every entry of the log, 32 bytes each, so that an older checkpoint can be compared
  manifest.json      what belongs to this package; manifest.jws is its signature
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """What is exported, by whom, and what proves it. Every line is below `size`, in order, with its proof beside it."""

    origin: str
    created_at: str
    exporter: str
    session: str | None
    size: int
    root: bytes
    lines: Sequence[tuple[int, bytes]]
    proofs: Sequence[str]
    checkpoint: str
    vkeys: Sequence[str]
    hashes: bytes
    verify_html: bytes


def build_export(package: Package, seed: bytes) -> bytes:
    """Return the zip archive; `seed` is the export key that signs the manifest.

    Raises:
        CapacityError: more entries than one archive holds.
    """
    if len(package.lines) > MAX_ENTRIES:
        raise CapacityError("export_too_large", f"a package holds at most {MAX_ENTRIES} entries")
    files = _files(package, jws.public_key(seed))
    manifest = _manifest(package, files)
    signature = jws.sign(manifest, seed, typ=MANIFEST_TYP)
    return _zip({**files, "manifest.json": manifest, "manifest.jws": signature.encode()})


def build_jsonl(lines: Sequence[tuple[int, bytes]]) -> bytes:
    """Return the exact entries, one a line."""
    return b"".join(line + b"\n" for _, line in lines)


def _files(package: Package, export_key: bytes) -> dict[str, bytes]:
    numbered = zip(package.lines, package.proofs, strict=True)
    keys = [*package.vkeys, f"export {b64url(export_key)}"]
    return {
        "README.txt": _readme(package).encode(),
        "checkpoint.txt": package.checkpoint.encode(),
        "events.jsonl": build_jsonl(package.lines),
        "sotto_verify.py": Path(verify.__file__).read_bytes(),
        "tiles/hashes.bin": package.hashes,
        "verify.html": package.verify_html,
        "vkeys.txt": "".join(f"{key}\n" for key in keys).encode(),
        **{f"proofs/{seq}.tlog-proof": proof.encode() for (seq, _), proof in numbered},
    }


def _manifest(package: Package, files: Mapping[str, bytes]) -> bytes:
    return rfc8785.dumps(
        {
            "count": len(package.lines),
            "created_at": package.created_at,
            "exporter": package.exporter,
            "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
            "kind": "sotto-export",
            "origin": package.origin,
            "root": base64.b64encode(package.root).decode(),
            "session": package.session,
            "size": package.size,
            "v": 1,
        }
    )


def _readme(package: Package) -> str:
    about = f", about session {package.session}" if package.session else ""
    return README.format(
        origin=package.origin,
        count=len(package.lines),
        size=package.size,
        created_at=package.created_at,
        exporter=package.exporter,
        about=about,
    )


def _zip(files: Mapping[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for name in sorted(files):
            member = zipfile.ZipInfo(name, BEGINNING_OF_ZIP)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            out.writestr(member, files[name])
    return archive.getvalue()
