"""Debian's Chromium, driven by Playwright. Playwright brings no browser of its own here."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, cast

from playwright.async_api import Browser as PlaywrightBrowser
from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page, async_playwright, expect

from tests.support.browsers import PATIENCE_SECONDS, PROGRAMS, WATCH, Browser, Named, Tab

FLAGS: Final = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",  # it talks to nobody but us
)


class ChromiumTab(Tab):
    """A page in its own context; `page` is for what only Chromium can do."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def find(self, thing: Named) -> Locator:
        """Return Playwright's locator of it."""
        scope = self.page if thing.within is None else self.find(thing.within)
        role = cast("Any", thing.role)
        found = scope.get_by_role(role) if thing.name is None else scope.get_by_role(role, name=thing.name, exact=True)
        return found if thing.text is None else found.filter(has_text=thing.text)

    async def go(self, url: str) -> None:
        await self.page.goto(url)

    async def reload(self) -> None:
        await self.page.reload()

    async def back(self) -> None:
        await self.page.go_back()

    async def address(self) -> str:
        return self.page.url

    async def see(self, thing: Named, *, within_seconds: float = PATIENCE_SECONDS) -> None:
        await expect(self.find(thing)).to_be_visible(timeout=within_seconds * 1000)

    async def miss(self, thing: Named, *, within_seconds: float = PATIENCE_SECONDS) -> None:
        await expect(self.find(thing)).to_have_count(0, timeout=within_seconds * 1000)

    async def count(self, thing: Named) -> int:
        return await self.find(thing).count()

    async def click(self, thing: Named) -> None:
        await self.find(thing).click(timeout=PATIENCE_SECONDS * 1000)

    async def fill(self, thing: Named, text: str) -> None:
        await self.find(thing).fill(text, timeout=PATIENCE_SECONDS * 1000)

    async def text(self, thing: Named) -> str:
        return await self.find(thing).inner_text(timeout=PATIENCE_SECONDS * 1000)

    async def value(self, thing: Named) -> str:
        return await self.find(thing).input_value(timeout=PATIENCE_SECONDS * 1000)

    async def has_focus(self, thing: Named) -> bool:
        focused: bool = await self.find(thing).evaluate("element => element === document.activeElement")
        return focused

    async def press(self, key: str) -> None:
        await self.page.keyboard.press(key)

    async def run(self, expression: str) -> Any:
        return await self.page.evaluate(f"() => ({expression})")

    async def close(self) -> None:
        await self.page.context.close()


class Chromium(Browser):
    """The running browser."""

    def __init__(self, browser: PlaywrightBrowser) -> None:
        self._browser = browser

    async def tab(self, **options: Any) -> ChromiumTab:
        """Open a tab; `options` are those of a Playwright context."""
        context: BrowserContext = await self._browser.new_context(locale="en-US", **options)
        await context.add_init_script(WATCH)
        return ChromiumTab(await context.new_page())


@asynccontextmanager
async def chromium() -> AsyncIterator[Chromium]:
    """Start Chromium with a fresh profile, and end it."""
    async with async_playwright() as playwright:
        program = shutil.which(PROGRAMS["chromium"])
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        try:
            yield Chromium(browser)
        finally:
            await browser.close()
