"""Debian's own Chromium and Firefox, driven the way a person uses them: by role and accessible name.

Each is started with a fresh profile, reaches nothing but this machine, and is ended with its test run. What both can
do is `Tab`; `chromium.py` and `firefox.py` say how.
"""

import asyncio
import shutil
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

PATIENCE_SECONDS: Final = 10.0
"""How long a page may take to show something; two cores run two browsers and a gateway."""
LOOK_AGAIN_SECONDS: Final = 0.02
PROGRAMS: Final = {"chromium": "chromium", "firefox": "firefox-esr"}
TABS_AT_ONCE: Final = 4

WATCH: Final = """
document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
  console.error(`securitypolicyviolation: ${effectiveDirective} blocked ${blockedURI}`);
});
"""
"""Run before any page: a violation becomes a console error, and those are counted."""

STRANGER: Final = "status of 401"
"""`GET /api/me` of somebody who is not signed in yet: Chromium writes every refused request into its console."""


@dataclass(frozen=True, slots=True)
class Named:
    """Something on a page as a person finds it: its role, its accessible name, and a text it holds."""

    role: str
    name: str | None = None
    text: str | None = None
    within: "Named | None" = None

    def its(self, role: str, name: str | None = None, *, text: str | None = None) -> "Named":
        """Return something inside this."""
        return Named(role, name, text, within=self)


class Tab(ABC):
    """One tab of one person, with its own cookies and storage."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        """Console errors and policy violations so far, in every document of this tab."""

    def unexpected(self) -> list[str]:
        """Return the complaints that nobody could explain."""
        return [said for said in self.complaints if STRANGER not in said]

    def forgive(self, *parts: str) -> None:
        """Strike the complaints a test causes on purpose: those that hold one of `parts`."""
        self.complaints = [said for said in self.complaints if not any(part in said for part in parts)]

    @abstractmethod
    async def go(self, url: str) -> None:
        """Open an address and wait until it is loaded."""

    @abstractmethod
    async def reload(self) -> None: ...

    @abstractmethod
    async def back(self) -> None: ...

    @abstractmethod
    async def address(self) -> str:
        """Return the address of the document."""

    @abstractmethod
    async def see(self, thing: Named, *, within_seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until exactly one such thing is there."""

    @abstractmethod
    async def miss(self, thing: Named, *, within_seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until no such thing is there."""

    @abstractmethod
    async def count(self, thing: Named) -> int: ...

    @abstractmethod
    async def click(self, thing: Named) -> None:
        """Press it with the pointer, once it is there."""

    @abstractmethod
    async def fill(self, thing: Named, text: str) -> None:
        """Put a text into a field, in place of what it holds."""

    @abstractmethod
    async def text(self, thing: Named) -> str:
        """Return what can be read in it."""

    @abstractmethod
    async def value(self, thing: Named) -> str:
        """Return what a field holds."""

    @abstractmethod
    async def has_focus(self, thing: Named) -> bool: ...

    @abstractmethod
    async def press(self, key: str) -> None:
        """Press and release one key, by its name (`Tab`, `Enter`, `Shift`) or its character."""

    @abstractmethod
    async def run(self, expression: str) -> Any:
        """Return the value of an expression in the page, awaited, as JSON."""

    @abstractmethod
    async def close(self) -> None: ...

    async def type(self, text: str) -> None:
        """Type a text, key by key, wherever the focus is."""
        for character in text:
            await self.press("Space" if character == " " else character)

    async def title(self) -> str:
        """Return the title of the document."""
        return str(await self.run("document.title"))

    async def until(self, expression: str, *, within_seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until an expression in the page is true."""
        deadline = time.monotonic() + within_seconds
        while not await self.run(expression):
            assert time.monotonic() < deadline, f"never true: {expression}"
            await asyncio.sleep(LOOK_AGAIN_SECONDS)


class Browser(ABC):
    """A browser that runs."""

    @abstractmethod
    async def tab(self) -> Tab:
        """Open a tab for a new person."""


@dataclass
class Browsers:
    """The browsers of one test run: each started when it is first wanted, and all ended together."""

    starts: dict[str, Callable[[], AbstractAsyncContextManager[Browser]]]
    _running: dict[str, tuple[Browser, AbstractAsyncContextManager[Browser]]] = field(default_factory=dict)

    async def get(self, name: str) -> Browser:
        """Return the running browser, or skip the test where it is not installed."""
        if shutil.which(PROGRAMS[name]) is None:
            pytest.skip(f"{name} is not installed (Debian: apt-get install {PROGRAMS[name]})")
        if name not in self._running:
            start = self.starts[name]()
            self._running[name] = (await start.__aenter__(), start)
        return self._running[name][0]

    async def aclose(self) -> None:
        """End them all."""
        while self._running:
            _, (_, start) = self._running.popitem()
            await start.__aexit__(None, None, None)


class Tabs:
    """The tabs of one test: never more than a few at once, none forgotten."""

    def __init__(self, browsers: Browsers) -> None:
        self._browsers = browsers
        self._open: list[Tab] = []

    async def open(self, browser: str) -> Tab:
        """Open a tab for a new person in that browser."""
        assert len(self._open) < TABS_AT_ONCE, "close a tab first"
        tab = await (await self._browsers.get(browser)).tab()
        self._open.append(tab)
        return tab

    async def close(self, tab: Tab) -> None:
        """Close one of them; a complaint of its console fails the test."""
        self._open.remove(tab)
        await tab.close()
        assert not tab.unexpected(), tab.unexpected()

    async def aclose(self) -> None:
        """Close them all."""
        unexpected: list[str] = []
        while self._open:
            tab = self._open.pop()
            await tab.close()
            unexpected += tab.unexpected()
        assert not unexpected, unexpected


@asynccontextmanager
async def all_browsers() -> AsyncIterator[Browsers]:
    """Run whatever browsers are wanted."""
    from tests.support.chromium import chromium  # noqa: PLC0415  (they import this module's words)
    from tests.support.firefox import firefox  # noqa: PLC0415

    browsers = Browsers({"chromium": chromium, "firefox": firefox})
    try:
        yield browsers
    finally:
        await browsers.aclose()
