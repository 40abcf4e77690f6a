"""Sotto as an operator runs it: its own processes, its own folders, on loopback."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.support.postgres import free_port

ROOT: Final = Path(__file__).parents[2]
COMMAND: Final = (sys.executable, "-m", "signaling.cli.main")
START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 20.0
PASSWORD: Final = "mY-kettle-sings-at-dawn"
EMAIL: Final = "specialist@sunrise.example"


@dataclass(frozen=True)
class Answer:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def sotto(*arguments: object, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Answer:
    """Run one command to its end."""
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd or ROOT,
        env=_environment(env),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def _environment(more: Mapping[str, str] | None) -> dict[str, str]:
    return {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "HOME": "/nonexistent", **(more or {})}


@dataclass
class Service:
    """A running `sotto serve` (or `demo`)."""

    process: subprocess.Popen[str]
    url: str
    log: Path
    """Everything it printed: output and log lines."""
    opener: urllib.request.OpenerDirector = field(default_factory=urllib.request.build_opener)
    cookie: str | None = None

    def request(self, method: str, path: str, body: object = None, *, timeout: float = 10) -> tuple[int, Any]:
        """Send JSON; return the status and what came back."""
        headers = {"Content-Type": "application/json", "Origin": self.url}
        if self.cookie is not None:
            headers["Cookie"] = self.cookie
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, content, headers, method=method)  # noqa: S310
        try:
            with self.opener.open(request, timeout=timeout) as answer:
                self.cookie = (answer.headers.get("Set-Cookie") or self.cookie or "").split(";")[0] or None
                return answer.status, _content(answer)
        except urllib.error.HTTPError as exc:
            return exc.code, _content(exc)

    def get(self, path: str) -> tuple[int, Any]:
        return self.request("GET", path)

    def post(self, path: str, body: object = None) -> tuple[int, Any]:
        return self.request("POST", path, {} if body is None else body)

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD) -> None:
        status, _ = self.post("/api/sign-in", {"email": email, "password": password})
        assert status == 200

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Tell it to stop; return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(STOP_SECONDS)

    @property
    def printed(self) -> str:
        return self.log.read_text(encoding="utf-8")


def _content(answer: Any) -> Any:
    """Return an answer's JSON, or its text when it is a page."""
    body = answer.read().decode()
    return json.loads(body) if "json" in answer.headers.get("Content-Type", "") else body


@contextmanager
def serving(
    folder: Path,
    *arguments: object,
    command: str = "serve",
    env: Mapping[str, str] | None = None,
    wrap: tuple[str, ...] = (),
    wait: bool = True,
) -> Iterator[Service]:
    """Run the service on a folder; whatever happens, it is gone afterwards."""
    log = folder.with_name(f"{folder.name}.{time.monotonic_ns()}.log")
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [*wrap, *COMMAND, command, "--data", str(folder), *map(str, arguments)],
            cwd=ROOT,
            env=_environment(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
    service = Service(process, "", log)
    try:
        if wait:
            wait_until_ready(service)
        yield service
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def wait_until_ready(service: Service) -> None:
    """Wait for the line that says so."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        found = re.search(r"^sotto: ready on (\S+)$", service.printed, re.MULTILINE)
        if found:
            service.url = found[1]
            return
        if service.process.poll() is not None:
            raise AssertionError(f"it ended with {service.process.returncode}:\n{service.printed}")
        time.sleep(0.02)
    raise AssertionError(f"not ready within {START_SECONDS:.0f} s:\n{service.printed}")


def made_deployment(parent: Path) -> Path:
    """Make a deployment with one specialist who can sign in; return its folder."""
    folder = parent / "data"
    assert sotto("init", folder, "--origin", f"http://localhost:{free_port()}").code == 0
    link = sotto("admin", "create", "--data", folder, "--email", EMAIL, "--role", "specialist", "--json").json["link"]
    with serving(folder) as service:
        status, _ = service.post("/api/setup", {"token": link.partition("#setup=")[2], "password": PASSWORD})
        assert status == 204
        assert service.stop(signal.SIGINT) == 0
    return folder


def copy(template: Path, into: Path) -> Path:
    """Return a copy of a deployment, with the checkpoint that is kept beside it, on a port of its own."""
    folder = into / template.name
    shutil.copytree(template, folder)
    kept = template.with_name(f"{template.name}.checkpoint")
    if kept.exists():
        shutil.copy(kept, into / kept.name)
    set_port(folder, free_port())
    return folder


def set_port(folder: Path, port: int) -> None:
    """Let the deployment listen elsewhere."""
    change(folder, r"(?m)^origin = .*$", f'origin = "http://localhost:{port}"')
    change(folder, r"(?m)^port = .*$", f"port = {port}")


def change(folder: Path, pattern: str, replacement: str) -> None:
    """Change the configuration by hand, as an operator does."""
    path = folder / "sotto.toml"
    text, count = re.subn(pattern, replacement, path.read_text(encoding="utf-8"))
    assert count == 1, f"{pattern} stands {count} times in the configuration"
    path.write_text(text, encoding="utf-8")
