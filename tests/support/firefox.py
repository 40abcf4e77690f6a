"""Debian's Firefox, driven by WebDriver BiDi: its own accessibility engine finds what a person would find."""

import asyncio
import json
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect

from tests.support.browsers import LOOK_AGAIN_SECONDS, PATIENCE_SECONDS, PROGRAMS, WATCH, Browser, Named, Tab
from tests.support.postgres import free_port

START_SECONDS: Final = 30.0
STALE: Final = ("no such node", "stale element reference", "no such element", "move target out of bounds")
"""The page drew itself anew between two commands: look again."""

PREFERENCES: Final[dict[str, bool | int | str]] = {
    # Whoever is not this machine is behind a proxy that is not there: it contacts nobody.
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.failover_direct": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "app.update.disabledForTesting": True,
    "app.normandy.enabled": False,
    "browser.safebrowsing.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.push.connection.enabled": False,
    "extensions.update.enabled": False,
    "services.settings.server": "data:,#none/v1",
    "browser.shell.checkDefaultBrowser": False,
    "intl.accept_languages": "en-US, en",
}
KEYS: Final = {"Tab": "\ue004", "Enter": "\ue006", "Shift": "\ue008", "Escape": "\ue00c", "Space": " "}
KEYS_ARROWS: Final = {"ArrowLeft": "\ue012", "ArrowRight": "\ue014"}

AIM: Final = """node => {
  node.scrollIntoView({ block: "center", behavior: "instant" });
  window.hit = false;
  node.addEventListener("click", () => { window.hit = true; }, { once: true, capture: true });
}"""
"""The page may move under the pointer, and then the press goes elsewhere: whether it arrived is asked afterwards."""

FILL: Final = """(field, text) => {
  field.focus();
  field.select();
  return text === "" ? document.execCommand("delete") : document.execCommand("insertText", false, text);
}"""


class BidiError(Exception):
    """Firefox refused a command: its error code and its message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Wire:
    """One WebDriver BiDi session: commands and their answers, and the console of every tab."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._number = 0
        self.consoles: dict[str, list[str]] = {}
        self._reader = asyncio.create_task(self._read(), name="bidi reader")

    async def _read(self) -> None:
        async for frame in self._socket:
            message = json.loads(frame)
            if message["type"] == "event":
                self._hear(message["params"])
            else:
                self._answers.pop(message["id"]).set_result(message)

    def _hear(self, entry: dict[str, Any]) -> None:
        console = self.consoles.get(entry["source"].get("context", ""))
        if console is not None and entry["level"] == "error":
            console.append(entry["text"] or "an error without a text")

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and return its result."""
        self._number += 1
        answer = self._answers[self._number] = asyncio.get_running_loop().create_future()
        await self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        async with asyncio.timeout(START_SECONDS):
            message = await answer
        if message["type"] == "error":
            raise BidiError(message["error"], message["message"])
        result: dict[str, Any] = message["result"]
        return result

    async def aclose(self) -> None:
        """End the session's connection."""
        await self._socket.close()
        await self._reader


class FirefoxTab(Tab):
    """A window in its own user context: a tab behind another one would sleep, as nobody looks at it."""

    def __init__(self, wire: Wire, person: str, context: str) -> None:
        super().__init__()
        self._wire = wire
        self._person = person
        self._context = context
        wire.consoles[context] = self.complaints

    def forgive(self, *parts: str) -> None:
        super().forgive(*parts)
        self._wire.consoles[self._context] = self.complaints

    async def go(self, url: str) -> None:
        await self._wire.call("browsingContext.navigate", context=self._context, url=url, wait="complete")

    async def reload(self) -> None:
        await self._wire.call("browsingContext.reload", context=self._context, wait="complete")

    async def back(self) -> None:
        await self._wire.call("browsingContext.traverseHistory", context=self._context, delta=-1)

    async def address(self) -> str:
        tree = await self._wire.call("browsingContext.getTree", root=self._context, maxDepth=0)
        return str(tree["contexts"][0]["url"])

    async def _locate(self, thing: Named) -> list[dict[str, Any]]:
        start: dict[str, Any] = {}
        if thing.within is not None:
            around = await self._locate(thing.within)
            if not around:
                return []
            start = {"startNodes": [{"sharedId": node["sharedId"]} for node in around]}
        named = {} if thing.name is None else {"name": thing.name}
        nodes = await self._nodes({"role": thing.role, **named}, **start)
        if thing.role == "textbox" and named:
            # A password has no role of its own in HTML; everybody else calls it a textbox.
            nodes += [node for node in await self._nodes(named, **start) if _is_password(node)]
        if thing.text is None:
            return nodes
        return [node for node in nodes if thing.text in await self._on(node, "node => node.textContent")]

    async def _nodes(self, wanted: dict[str, str], **start: Any) -> list[dict[str, Any]]:
        locator = {"type": "accessibility", "value": wanted}
        found = await self._wire.call("browsingContext.locateNodes", context=self._context, locator=locator, **start)
        nodes: list[dict[str, Any]] = found["nodes"]
        return nodes

    async def _on(self, node: dict[str, Any], function: str, *arguments: str) -> Any:
        given = [{"sharedId": node["sharedId"]}, *({"type": "string", "value": each} for each in arguments)]
        return await self._evaluated(
            "script.callFunction", functionDeclaration=function, arguments=given, userActivation=True
        )

    async def _evaluated(self, method: str, **parameters: Any) -> Any:
        target = {"context": self._context}
        answer = await self._wire.call(method, target=target, awaitPromise=True, **parameters)
        if answer["type"] == "exception":
            raise BidiError("javascript error", answer["exceptionDetails"]["text"])
        return answer["result"].get("value")

    async def _until(
        self, thing: Named, attempt: Callable[[list[dict[str, Any]]], Awaitable[Any]], seconds: float
    ) -> Any:
        """Look again and again until `attempt` answers something about what was found."""
        deadline = time.monotonic() + seconds
        found: list[dict[str, Any]] = []
        while True:
            try:
                found = await self._locate(thing)
                answer = await attempt(found)
                if answer is not None:
                    return answer
            except BidiError as exc:
                if exc.code not in STALE:
                    raise
            if time.monotonic() > deadline:
                page = await self.run("document.body.innerText")
                raise AssertionError(f"{thing}: {len(found)} found in:\n{page}\n{self.complaints}")
            await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def _with(self, thing: Named, function: str, *arguments: str) -> Any:
        async def attempt(found: list[dict[str, Any]]) -> Any:
            return [await self._on(found[0], function, *arguments)] if len(found) == 1 else None

        return (await self._until(thing, attempt, PATIENCE_SECONDS))[0]

    async def see(self, thing: Named, *, within_seconds: float = PATIENCE_SECONDS) -> None:
        await self._until(thing, lambda found: _answer(len(found) == 1), within_seconds)

    async def miss(self, thing: Named, *, within_seconds: float = PATIENCE_SECONDS) -> None:
        await self._until(thing, lambda found: _answer(not found), within_seconds)

    async def count(self, thing: Named) -> int:
        return len(await self._locate(thing))

    async def click(self, thing: Named) -> None:
        async def attempt(found: list[dict[str, Any]]) -> bool | None:
            if len(found) != 1:
                return None
            await self._on(found[0], AIM)
            origin = {"type": "element", "element": {"sharedId": found[0]["sharedId"]}}
            move = {"type": "pointerMove", "x": 0, "y": 0, "origin": origin}
            press = [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
            await self._perform({"type": "pointer", "id": "mouse", "actions": [move, *press]})
            return await self.run("window.hit !== false") or None

        await self._until(thing, attempt, PATIENCE_SECONDS)

    async def fill(self, thing: Named, text: str) -> None:
        await self._with(thing, FILL, text)

    async def text(self, thing: Named) -> str:
        return str(await self._with(thing, "node => node.innerText"))

    async def value(self, thing: Named) -> str:
        return str(await self._with(thing, "node => node.value"))

    async def has_focus(self, thing: Named) -> bool:
        return bool(await self._with(thing, "node => node === document.activeElement"))

    async def press(self, key: str) -> None:
        value = KEYS.get(key) or KEYS_ARROWS.get(key, key)
        strokes = [{"type": "keyDown", "value": value}, {"type": "keyUp", "value": value}]
        await self._perform({"type": "key", "id": "keyboard", "actions": strokes})

    async def _perform(self, actions: dict[str, Any]) -> None:
        await self._wire.call("input.performActions", context=self._context, actions=[actions])

    async def run(self, expression: str) -> Any:
        as_json = f"Promise.resolve({expression}).then((value) => JSON.stringify(value ?? null))"
        return json.loads(await self._evaluated("script.evaluate", expression=as_json))

    async def close(self) -> None:
        await self._wire.call("browser.removeUserContext", userContext=self._person)


def _is_password(node: dict[str, Any]) -> bool:
    return bool(node["value"]["attributes"].get("type") == "password")


async def _answer(is_so: bool) -> bool | None:  # noqa: FBT001  (a predicate's result)
    return True if is_so else None


class Firefox(Browser):
    """The running browser."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def tab(self) -> FirefoxTab:
        person = (await self._wire.call("browser.createUserContext"))["userContext"]
        made = await self._wire.call("browsingContext.create", type="window", userContext=person)
        return FirefoxTab(self._wire, person, made["context"])


async def _dial(port: int, process: "subprocess.Popen[bytes]") -> ClientConnection:
    async with asyncio.timeout(START_SECONDS):
        while True:
            assert process.poll() is None, "Firefox ended before it began"
            with suppress(OSError):
                return await connect(f"ws://127.0.0.1:{port}/session", max_size=None, ping_interval=None)
            await asyncio.sleep(LOOK_AGAIN_SECONDS)


@asynccontextmanager
async def firefox() -> AsyncIterator[Firefox]:
    """Start Firefox with a fresh profile, and end it."""
    with tempfile.TemporaryDirectory(prefix="firefox-", ignore_cleanup_errors=True) as profile:
        written = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFERENCES.items()]
        (Path(profile) / "user.js").write_text("".join(written), encoding="utf-8")
        port = free_port()
        program = shutil.which(PROGRAMS["firefox"]) or PROGRAMS["firefox"]
        command = [program, "--headless", "--no-remote", "--profile", profile, f"--remote-debugging-port={port}"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: ASYNC220
        try:
            wire = Wire(await _dial(port, process))
            await wire.call("session.new", capabilities={})
            await wire.call("session.subscribe", events=["log.entryAdded"])
            await wire.call("script.addPreloadScript", functionDeclaration=f"() => {{ {WATCH} }}")
            yield Firefox(wire)
            await wire.aclose()
        finally:
            process.send_signal(signal.SIGTERM)
            await asyncio.to_thread(process.wait, START_SECONDS)
