"""The bundle in memory: what is served, as what, and for how long it may be kept."""

from pathlib import Path

import pytest

from signaling import pages


@pytest.fixture
def bundle(tmp_path: Path) -> pages.Pages:
    files = {
        "index.html": "<!doctype html>landing",
        "join.html": "<!doctype html>join",
        "staff.html": "<!doctype html>staff",
        "assets/main-Bx12.js": "export {};",
        "assets/style-Cy34.css": "body{}",
        "assets/data-Dz56.bin": "\x00",
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return pages.load(tmp_path)


@pytest.mark.parametrize(("path", "content"), [("/", "landing"), ("/j", "join"), ("/staff", "staff")])
def test_each_entry_is_its_page_and_is_never_kept(bundle: pages.Pages, path: str, content: str) -> None:
    page = bundle.entry(path)
    assert page is not None
    answer = page.response()
    assert answer.body == f"<!doctype html>{content}".encode()
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("main-Bx12.js", "text/javascript; charset=utf-8"),
        ("style-Cy34.css", "text/css; charset=utf-8"),
        ("data-Dz56.bin", "application/octet-stream"),
    ],
)
def test_assets_carry_a_hash_in_their_name_and_are_kept(bundle: pages.Pages, name: str, kind: str) -> None:
    answer = bundle.files[f"/assets/{name}"].response()
    assert answer.headers["Content-Type"] == kind
    assert "immutable" in answer.headers["Cache-Control"]


def test_the_hash_of_the_bundle_is_of_every_name_and_every_byte(bundle: pages.Pages, tmp_path: Path) -> None:
    assert pages.load(tmp_path).sha256 == bundle.sha256
    (tmp_path / "assets" / "main-Bx12.js").write_text("export {};;", encoding="utf-8")
    changed = pages.load(tmp_path).sha256
    (tmp_path / "assets" / "main-Bx12.js").rename(tmp_path / "assets" / "main-Bx13.js")
    assert len({bundle.sha256, changed, pages.load(tmp_path).sha256}) == 3


def test_a_bundle_that_was_not_built_is_empty_and_has_no_hash(tmp_path: Path) -> None:
    nothing = pages.load(tmp_path / "nowhere")
    assert (dict(nothing.files), nothing.sha256, nothing.entry("/")) == ({}, None, None)
