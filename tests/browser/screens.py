"""Pictures of every screen and state, for people to look at: `python -m tests.browser.screens OUT`."""

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Final, Literal

from tests.support.browsers import Named
from tests.support.chromium import ChromiumTab, chromium
from tests.support.demo import demonstration
from tests.support.tour import SCREENS, Tour

WIDTHS: Final = {360: 740, 1280: 800}
SCHEMES: Final[dict[Literal["light", "dark"], str]] = {"light": "", "dark": "-dark"}


async def take(folder: Path) -> None:
    """Put the pictures into `folder`: `<number>-<screen>-<width>[-dark].png`."""

    async def look(screen: str, tab: ChromiumTab) -> None:
        page, name = tab.page, f"{SCREENS.index(screen) + 1:02}-{screen}"
        await page.mouse.move(0, 0)  # what was pressed last does not look pressed
        has_dialog = await tab.count(Named("dialog")) > 0  # it covers what is in sight, not the whole page
        for width, height in WIDTHS.items():
            await page.set_viewport_size({"width": width, "height": height})
            for scheme, suffix in SCHEMES.items():
                await page.emulate_media(color_scheme=scheme)
                await page.evaluate("() => scrollTo(0, 0)")
                await page.screenshot(path=folder / f"{name}-{width}{suffix}.png", full_page=not has_dialog)
        await page.emulate_media(color_scheme="light")

    with tempfile.TemporaryDirectory() as temporary:
        async with demonstration(Path(temporary) / "data") as demo, chromium() as browser:
            await Tour(demo, browser, look, {"reduced_motion": "reduce"}).walk()


if __name__ == "__main__":
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(out))
