"""The verifier in an auditor's browser: the page out of the package, opened from the disk, without any network."""

import base64
import json
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.audit.export import build_export
from tests.support.attacks import pack, unpack
from tests.support.browsers import Named, Tab, Tabs
from tests.support.chromium import ChromiumTab
from tests.support.second_verifier import PAGE
from tests.support.written_log import EXPORT_SEED, written

LOG = written(120)
KEPT = LOG.checkpoints[-1]
PACKAGE = build_export(replace(LOG.package(), verify_html=PAGE.read_bytes()), EXPORT_SEED)

INTACT = Named("heading", "Intact")
CHANGED = Named("heading", "Changed")
INCOMPLETE = Named("heading", "Incomplete")
BROWSERS = ["chromium", "firefox"]


def page_of(package: bytes, folder: Path) -> str:
    """Take the page out of a package, as its reader would; return its address."""
    page = folder / "verify.html"
    page.write_bytes(unpack(package)["verify.html"])
    return page.as_uri()


async def drop(tab: Tab, **files: bytes) -> None:
    """Let files fall onto the page; `x_zip` is a file called x.zip."""
    encoded = {name.replace("_", "."): base64.b64encode(content).decode() for name, content in files.items()}
    await tab.run(
        f"""(() => {{
          const transfer = new DataTransfer();
          for (const [name, content] of Object.entries({json.dumps(encoded)})) {{
            const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
            transfer.items.add(new File([bytes], name));
          }}
          document.body.dispatchEvent(new DragEvent("drop", {{ dataTransfer: transfer, bubbles: true }}));
        }})()"""
    )


@pytest.mark.parametrize("browser", BROWSERS)
async def test_an_untouched_package_is_intact_with_its_checkpoint_and_incomplete_without(
    tabs: Tabs, tmp_path: Path, browser: str
) -> None:
    tab = await tabs.open(browser)
    await tab.go(page_of(PACKAGE, tmp_path))
    assert await tab.title() == "Check an audit log"
    await drop(tab, x_zip=PACKAGE)
    await tab.see(INCOMPLETE)
    await tab.see(Named("listitem", text="No checkpoint kept elsewhere was given to compare with."))
    await drop(tab, x_checkpoint=KEPT.encode())
    await tab.see(INTACT)
    await tab.see(Named("status", text="The log it comes from holds 120 entries"))
    assert await tab.count(Named("row")) == 121
    await tab.see(Named("row", text="119"))


@pytest.mark.parametrize("browser", BROWSERS)
async def test_a_changed_package_names_the_first_bad_entry(tabs: Tabs, tmp_path: Path, browser: str) -> None:
    files = unpack(PACKAGE)
    files["events.jsonl"] = files["events.jsonl"].replace(
        LOG.lines[42], LOG.lines[42].replace(b"org_test", b"org_tesu")
    )
    tab = await tabs.open(browser)
    await tab.go(page_of(PACKAGE, tmp_path))
    await drop(tab, x_zip=pack(files), x_checkpoint=KEPT.encode())
    await tab.see(CHANGED)
    await tab.see(Named("status", text="The first bad entry is 42."))
    await tab.see(Named("listitem", text="Entry 42 is not what the log holds there."))
    assert await tab.count(Named("row")) == 43


@pytest.mark.parametrize("browser", BROWSERS)
async def test_a_package_of_a_log_that_was_rolled_back_is_found_by_the_kept_checkpoint(
    tabs: Tabs, tmp_path: Path, browser: str
) -> None:
    tab = await tabs.open(browser)
    await tab.go(page_of(PACKAGE, tmp_path))
    await drop(tab, x_zip=written(100).export(), x_txt=KEPT.encode())
    await tab.see(CHANGED)


async def test_files_are_chosen_with_the_keyboard_and_a_key_can_be_given(tabs: Tabs, tmp_path: Path) -> None:
    tab = await tabs.open("chromium")
    assert isinstance(tab, ChromiumTab)
    (tmp_path / "x.zip").write_bytes(PACKAGE)
    (tmp_path / "kept.txt").write_text(KEPT, "utf-8")
    await tab.go(page_of(PACKAGE, tmp_path))
    await tab.page.get_by_label("Checkpoint you kept elsewhere").set_input_files(tmp_path / "kept.txt")
    await tab.page.get_by_label("Exported package (.zip)").set_input_files(tmp_path / "x.zip")
    await tab.see(INTACT)
    await tab.fill(Named("textbox", "Public key of the log"), LOG.witness.vkey)
    await tab.press("Enter")
    await tab.see(Named("status", text="is not the key of a log"))
    await tab.miss(INTACT)
    await tab.fill(Named("textbox", "Public key of the log"), LOG.log.vkey)
    await tab.press("Enter")
    await tab.see(INTACT)


async def test_a_folder_with_a_copy_of_the_whole_log_is_checked_too(tabs: Tabs, tmp_path: Path) -> None:
    tab = await tabs.open("chromium")
    assert isinstance(tab, ChromiumTab)
    folder = LOG.write(tmp_path / "data" / "audit").parent
    await tab.go(page_of(PACKAGE, tmp_path))
    await tab.page.get_by_label("Or a folder with a copy of the whole log").set_input_files(folder)
    await tab.see(INCOMPLETE)
    assert await tab.count(Named("row")) == 121


async def test_the_page_speaks_spanish_and_fits_a_phone(tabs: Tabs, tmp_path: Path) -> None:
    tab = await tabs.open("chromium")
    assert isinstance(tab, ChromiumTab)
    await tab.page.set_viewport_size({"width": 360, "height": 740})
    await tab.go(page_of(PACKAGE, tmp_path))
    await drop(tab, x_zip=PACKAGE, x_checkpoint=KEPT.encode())
    await tab.see(INTACT)
    assert await tab.run("document.documentElement.scrollWidth") == 360
    await tab.click(Named("button", "Español"))
    await tab.see(Named("heading", "Intacto"))
    assert await tab.run("document.documentElement.lang") == "es"
    assert await tab.run("document.documentElement.scrollWidth") == 360


async def test_a_file_that_is_no_package_is_said_to_be_none(tabs: Tabs, tmp_path: Path) -> None:
    tab = await tabs.open("chromium")
    await tab.go(page_of(PACKAGE, tmp_path))
    await drop(tab, x_zip=b"<html><script>alert(1)</script>", x_checkpoint=KEPT.encode())
    await tab.see(CHANGED)
    assert await tab.count(Named("table")) == 0
    await drop(tab, x_zip=PACKAGE, x_checkpoint=b"not a checkpoint")
    await tab.see(Named("status", text="The file you gave as a checkpoint is not one."))
