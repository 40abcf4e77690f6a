"""kill -9 at fifty random moments under load: what was acknowledged is in the log, and the log is whole."""

import json
import random
import signal
import threading
import time
from pathlib import Path

import pytest

from tests.support.process import Service, serving, sotto

KILLS = 50
WRITERS = 4
LONGEST_LOAD = 0.5
SEED = 20261122


class Writer(threading.Thread):
    """Creates sessions until the service dies; remembers the ones it was told about."""

    def __init__(self, service: Service) -> None:
        super().__init__(daemon=True)
        self._service = Service(service.process, service.url, service.log, cookie=service.cookie)
        self.acknowledged: list[str] = []

    def run(self) -> None:
        while True:
            try:
                status, made = self._service.request("POST", "/api/sessions", {}, timeout=5)
            except (OSError, ValueError):  # Killed while it answered: nothing was acknowledged.
                return
            if status == 201:
                self.acknowledged.append(made["id"])
            elif status == 429:
                time.sleep(0.05)


@pytest.mark.timeout(300)
def test_nothing_acknowledged_is_lost_and_every_restart_works_by_itself(deployment: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311
    acknowledged: list[str] = []
    cookie: str | None = None
    for turn in range(KILLS):
        in_start = turn % 10 == 9
        with serving(deployment, wait=not in_start) as service:
            if in_start:
                time.sleep(chance.uniform(0.3, 1.2))
            else:
                if cookie is None:
                    service.sign_in()
                    cookie = service.cookie
                service.cookie = cookie
                acknowledged += load(service, chance.uniform(0.0, LONGEST_LOAD))
            service.process.kill()
            assert service.process.wait(10) in (-signal.SIGKILL, 0)
    assert len(acknowledged) > 3 * KILLS
    with serving(deployment) as service:  # The last restart, after which it stops in good order.
        assert service.stop(signal.SIGINT) == 0
    verdict = sotto("audit", "verify", "--data", deployment)
    assert verdict.code == 0, verdict.err
    assert missing(deployment, acknowledged) == set()


def load(service: Service, seconds: float) -> list[str]:
    """Let writers write until the service is killed under their hands."""
    writers = [Writer(service) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    time.sleep(seconds)
    service.process.kill()
    for writer in writers:
        writer.join(10)
        assert not writer.is_alive()
    return [session for writer in writers for session in writer.acknowledged]


def missing(deployment: Path, acknowledged: list[str]) -> set[str]:
    """Return the sessions that no entry of the log speaks of."""
    out = deployment.with_name("log.jsonl")
    assert sotto("audit", "export", "--data", deployment, "--format", "jsonl", "--out", out).code == 0
    events = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    return set(acknowledged) - {event["session"] for event in events if event["type"] == "session.created"}
