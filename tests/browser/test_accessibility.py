"""Every screen and state, looked at once by axe-core, at the narrowest width, and as a screen reader is told of it.

axe finds only a part of what can be wrong: that it finds nothing is where the work begins, not where it ends.
"""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import pytest
import pytest_asyncio

from tests.support.browsers import Browsers
from tests.support.chromium import Chromium, ChromiumTab
from tests.support.demo import demonstration
from tests.support.tour import SCREENS, Tour

pytestmark = pytest.mark.timeout(300)
"""The first of these waits for the whole tour."""

AXE: Final = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES: Final = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
WIDTHS: Final = {360: 740, 1280: 800}
NARROWEST: Final = 320
GOLDEN: Final = Path(__file__).parent / "snapshots"
"""A file that is not there is written, and its test fails once: to take a change over, remove the file, run, look."""
KEPT: Final = (
    *("landing", "sign-in", "sessions", "session-waiting", "session-people", "step-up", "compliance-none"),
    *("join-welcome", "join-before", "join-waiting", "join-here", "join-left"),
)
CHANGING: Final = {
    r"\d{1,2}:\d{2}(:\d{2})?\s[AP]M": "<time>",
    r"[A-Z][a-z]{2} \d{1,2}, 20(?!40)\d\d": "<date>",
    r"http://localhost:\d+/j/[\w#-]+": "<link>",
    r"ses_\w+": "<session>",
    r"Guest \d{4}": "Guest <number>",
    r"\d+ entries are signed, .* ago\. Root \S+": "<checkpoint>",
    r"(?<=group: The whole checkpoint ).*": "<checkpoint>",
    r"(?<=- status): .*(asks? to join|is here|came in|left)\.": "",  # news stays for a few seconds
    r"[\u2066-\u2069]": "",
}
"""What differs from run to run."""
FORGIVEN: Final = re.compile(r"status of (401|403|404|410|422)")


@dataclass
class Findings:
    """What was found on one screen."""

    violations: list[str] = field(default_factory=list)
    width: int = 0
    told: str = ""


async def violations(tab: ChromiumTab, where: str) -> list[str]:
    """Return what axe-core finds, each with its rule and the place."""
    report: dict[str, Any] = await tab.page.evaluate("(rules) => axe.run(document, rules)", RULES)
    return [
        f"{where}: {found['id']} ({found['help']}) at {json.dumps(node['target'])}: {node['failureSummary']}"
        for found in report["violations"]
        for node in found["nodes"]
    ]


async def examine(tab: ChromiumTab) -> Findings:
    """Look at a screen in every width and scheme, and leave it as it was."""
    found = Findings()
    await tab.page.evaluate(AXE.read_text("utf-8"))
    for scheme in SCHEMES:
        await tab.page.emulate_media(color_scheme=scheme)
        for width, height in WIDTHS.items():
            await tab.page.set_viewport_size({"width": width, "height": height})
            found.violations += await violations(tab, f"{width} px, {scheme}")
    found.told = await tab.page.locator("body").aria_snapshot()
    await tab.page.set_viewport_size({"width": NARROWEST, "height": 640})
    found.width = await tab.page.evaluate("() => document.documentElement.scrollWidth")
    await tab.page.set_viewport_size({"width": 1280, "height": 800})
    await tab.page.emulate_media(color_scheme="light")
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def found(browsers: Browsers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, Findings]]:
    """What one tour through a fresh demonstration found, by screen."""
    chromium = await browsers.get("chromium")
    assert isinstance(chromium, Chromium)
    findings: dict[str, Findings] = {}
    complaints: list[str] = []

    async def look(screen: str, tab: ChromiumTab) -> None:
        findings[screen] = await examine(tab)
        complaints.extend(said for said in tab.complaints if not FORGIVEN.search(said))

    async with demonstration(tmp_path_factory.mktemp("tour") / "data") as demo:
        await Tour(demo, chromium, look, {"bypass_csp": True, "reduced_motion": "reduce"}).walk()
    assert tuple(findings) == SCREENS
    assert complaints == []
    yield findings


@pytest.mark.parametrize("screen", SCREENS)
async def test_axe_finds_nothing(found: dict[str, Findings], screen: str) -> None:
    assert found[screen].violations == []


@pytest.mark.parametrize("screen", SCREENS)
async def test_nothing_has_to_be_scrolled_sideways_at_320_pixels(found: dict[str, Findings], screen: str) -> None:
    assert found[screen].width <= NARROWEST


@pytest.mark.parametrize("screen", KEPT)
async def test_a_screen_reader_is_told_what_it_was_told_before(found: dict[str, Findings], screen: str) -> None:
    told = found[screen].told
    for pattern, name in CHANGING.items():
        told = re.sub(pattern, name, told)
    golden = GOLDEN / f"{screen}.yaml"
    if not golden.exists():
        golden.write_text(told + "\n", "utf-8")
        pytest.fail(f"{golden.name} was not there and was written: look at it, and run again")
    assert told + "\n" == golden.read_text("utf-8")


async def test_axe_would_find_something(browsers: Browsers) -> None:
    chromium = await browsers.get("chromium")
    assert isinstance(chromium, Chromium)
    tab = await chromium.tab()
    await tab.go("data:text/html,<html><input><p style='color:%23ccc;background:%23fff'>pale")
    found = await examine(tab)
    await tab.close()
    assert {"label", "color-contrast", "document-title"} <= {one.split()[3] for one in found.violations}
