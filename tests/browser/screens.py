"""Pictures of every screen and state, for people to look at: `python -m tests.browser.screens OUT`."""

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.support.chromium import ChromiumTab, chromium
from tests.support.demo import demonstration
from tests.support.tour import SCREENS, Tour

WIDTHS: Final = {360: 740, 1280: 800}


async def take(folder: Path) -> None:
    """Put the pictures into `folder`: `<number>-<screen>-<width>[-dark].png`."""
    folder.mkdir(parents=True, exist_ok=True)

    async def look(screen: str, tab: ChromiumTab) -> None:
        number = SCREENS.index(screen) + 1
        for width, height in WIDTHS.items():
            await tab.page.set_viewport_size({"width": width, "height": height})
            await tab.page.screenshot(path=folder / f"{number:02}-{screen}-{width}.png", full_page=True)
        await tab.page.emulate_media(color_scheme="dark")
        await tab.page.screenshot(path=folder / f"{number:02}-{screen}-{width}-dark.png", full_page=True)
        await tab.page.emulate_media(color_scheme="light")

    with tempfile.TemporaryDirectory() as temporary:
        async with demonstration(Path(temporary) / "data") as demo, chromium() as browser:
            await Tour(demo, browser, look, {"reduced_motion": "reduce"}).walk()


if __name__ == "__main__":
    asyncio.run(take(Path(sys.argv[1])))
