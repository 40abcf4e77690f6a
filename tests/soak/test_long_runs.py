"""The gating tests' own ideas, for much longer: kills, broken messages, lives of sessions, attacks on both verifiers."""

import os
import random
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from gateway.core.errors import RemoteProtocolError
from signaling.ws import protocol
from tests.integration import test_kill, test_verifiers_agree
from tests.property import test_sessions
from tests.support.process import made_deployment

SEED = int(os.environ.get("SOAK_SEED", "20261122"))
"""Given, a run can be repeated; another one explores elsewhere."""
KILLS = 500
MESSAGES = 500_000
LIVES = 5_000


def test_five_hundred_kills_lose_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_kill, "KILLS", KILLS)
    monkeypatch.setattr(test_kill, "SEED", SEED)
    test_kill.test_nothing_acknowledged_is_lost_and_every_restart_works_by_itself(made_deployment(tmp_path))


def test_half_a_million_broken_messages_are_only_typed_errors() -> None:
    chance = random.Random(SEED)  # noqa: S311  (repeatable on purpose)
    good = [path.read_text("utf-8") for path in sorted(Path("tests/vectors/protocol").glob("*.json"))]
    for _ in range(MESSAGES):
        text = list(chance.choice(good))
        for _ in range(chance.randrange(1, 6)):
            text[chance.randrange(len(text))] = chr(chance.choice((chance.randrange(128), chance.randrange(0xD7FF))))
        try:
            protocol.decode("".join(text))
        except RemoteProtocolError:
            continue


def test_five_thousand_long_lives_of_a_session() -> None:
    longer = settings(max_examples=LIVES, stateful_step_count=120, deadline=None)
    run_state_machine_as_test(test_sessions.AnyLife, settings=longer)


def test_the_verifiers_agree_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_verifiers_agree, "MUTATIONS", 5_000)
    monkeypatch.setattr(test_verifiers_agree, "SEED", SEED)
    test_verifiers_agree.test_on_random_changes_to_folders(tmp_path)
    test_verifiers_agree.test_on_random_changes_to_packages(tmp_path / "packages")
