"""A real `sotto demo`: its own process, its own folder, a free port; told and stopped as an operator would."""

import asyncio
import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.support.postgres import free_port

SOTTO: Final = str(Path(sys.executable).with_name("sotto"))
READY_SECONDS: Final = 30.0
STOP_SECONDS: Final = 20.0
LOOK_AGAIN_SECONDS: Final = 0.02


@dataclass(frozen=True, slots=True)
class Account:
    """What opens one demo account."""

    email: str
    password: str


@dataclass
class Demo:
    """One demonstration: may be started, killed and started again on the same folder and port."""

    folder: Path
    port: int = field(default_factory=free_port)
    accounts: dict[str, Account] = field(default_factory=dict)
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def stderr(self) -> Path:
        return self.folder.with_name(self.folder.name + ".stderr")

    async def start(self) -> float:
        """Start it and wait until it is ready; return the instant (`time.monotonic`) at which it listened."""
        stdout = self.folder.with_name(self.folder.name + ".stdout")
        with stdout.open("wb") as said, self.stderr.open("ab") as complained:
            command = [SOTTO, "demo", "--data", str(self.folder), "--port", str(self.port)]
            self._process = subprocess.Popen(command, stdout=said, stderr=complained, stdin=subprocess.DEVNULL)  # noqa: ASYNC220  (it outlives this call)
        async with asyncio.timeout(READY_SECONDS):
            while "sotto: ready" not in stdout.read_text():
                assert self._process.poll() is None, self.stderr.read_text()[-2000:]
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
        listened_at = time.monotonic()
        facts = json.loads((self.folder / "demo.json").read_text())
        assert facts["url"] == self.url
        self.accounts = {role: Account(**opens) for role, opens in facts["accounts"].items()}
        return listened_at

    async def kill(self) -> None:
        """End it as a power cut would."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """End it as an operator would."""
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            await asyncio.to_thread(self._process.wait, STOP_SECONDS)
            self._process = None

    async def hire(self, email: str, role: str) -> str:
        """Make an account as an operator would, while the gateway serves; return the one-time link to set it up."""
        command = [SOTTO, "admin", "create", "--data", str(self.folder), "--email", email, "--role", role, "--json"]

        def create() -> str:
            return subprocess.run(command, check=True, capture_output=True, text=True, timeout=READY_SECONDS).stdout

        return str(json.loads(await asyncio.to_thread(create))["link"])

    def holds(self, needle: str) -> list[str]:
        """Return where `needle` can be read: the database and its log, the audit copies, everything it printed."""
        files = [*self.folder.rglob("*"), *self.folder.parent.glob(self.folder.name + ".*")]
        return [path.name for path in files if path.is_file() and needle.encode() in path.read_bytes()]

    def let_links_expire(self, session: str) -> None:
        """Make it later for the links of one session: they are too old now."""
        self._change("UPDATE invitation SET expires_at = created_at WHERE session = ?", session)

    def let_confirmations_age(self) -> None:
        """Make it later for everybody who is signed in: whoever proved who they are did so days ago."""
        self._change("UPDATE sign_in SET step_up_at = step_up_at - 10 * (expires_at - created_at)")

    def _change(self, statement: str, *values: str) -> None:
        with closing(sqlite3.connect(self.folder / "sotto.db", timeout=10)) as database, database:
            changed = database.execute(statement, values).rowcount
        assert changed > 0, "there was nothing to change"


@asynccontextmanager
async def demonstration(folder: Path) -> AsyncIterator[Demo]:
    """Run a demonstration in `folder`, and stop it."""
    demo = Demo(folder)
    try:
        await demo.start()
        yield demo
    finally:
        await demo.stop()
