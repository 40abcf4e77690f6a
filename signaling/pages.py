"""The built web client, read into memory once: no path from outside ever reaches the file system."""

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import web

STATIC: Final = Path(__file__).parent / "static"
ENTRIES: Final = {"/": "index.html", "/j": "join.html", "/staff": "staff.html"}
IMMUTABLE: Final = "public, max-age=31536000, immutable"
"""Assets carry a hash of their content in their name."""


@dataclass(frozen=True, slots=True)
class Page:
    """One file of the bundle."""

    body: bytes
    content_type: str
    is_asset: bool

    def response(self) -> web.Response:
        """Return it as an answer; pages are never cached, assets for ever."""
        caching = IMMUTABLE if self.is_asset else "no-store"
        charset = "utf-8" if self.content_type.startswith(("text/", "application/javascript")) else None
        headers = {"Cache-Control": caching}
        return web.Response(body=self.body, content_type=self.content_type, charset=charset, headers=headers)


@dataclass(frozen=True, slots=True)
class Pages:
    """Every file of the bundle by path."""

    files: Mapping[str, Page]
    sha256: str | None
    """One hash over all of it, for the log: which program the browsers were given."""

    def entry(self, path: str) -> Page | None:
        """Return the page served at one of `ENTRIES`."""
        return self.files.get("/" + ENTRIES[path])


def load(folder: Path = STATIC) -> Pages:
    """Return the bundle in `folder`; empty when it was not built."""
    files: dict[str, Page] = {}
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if not path.is_file():
            continue
        name, body = "/" + path.relative_to(folder).as_posix(), path.read_bytes()
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        files[name] = Page(body, kind, is_asset=name.startswith("/assets/"))
        digest.update(f"{name} {hashlib.sha256(body).hexdigest()}\n".encode())
    return Pages(files, digest.hexdigest() if files else None)
