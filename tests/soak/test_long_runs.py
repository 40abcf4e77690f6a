"""The ideas of the gating tests, for much longer: kills, broken messages, lives of sessions, attacks."""

import json
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

SEED = int(os.environ.get("SOAK_SEED", "20261122"))
"""Given, a run can be repeated; another one explores elsewhere."""
KILLS = 500
MESSAGES = 500_000
LIVES = 5_000


def test_five_hundred_kills_lose_nothing(deployment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_kill, "KILLS", KILLS)
    monkeypatch.setattr(test_kill, "SEED", SEED)
    test_kill.test_nothing_acknowledged_is_lost_and_every_restart_works_by_itself(deployment)


def test_half_a_million_broken_messages_are_only_typed_errors() -> None:
    chance = random.Random(SEED)  # noqa: S311  (repeatable on purpose)
    fixtures = [json.loads(path.read_text("utf-8")) for path in sorted(Path("tests/vectors/protocol").glob("*.json"))]
    good = [json.dumps(each["wire"]) for each in fixtures if each["direction"] == "c2s"]
    understood = 0
    for _ in range(MESSAGES):
        text = list(chance.choice(good))
        for _ in range(chance.randrange(1, 6)):
            text[chance.randrange(len(text))] = chr(chance.choice((chance.randrange(128), chance.randrange(0xD7FF))))
        try:
            protocol.decode("".join(text))
        except RemoteProtocolError:
            continue
        understood += 1
    assert understood > MESSAGES // 1000, "the changes are small enough that some are still messages"


def test_five_thousand_long_lives_of_a_session() -> None:
    longer = settings(max_examples=LIVES, stateful_step_count=120, deadline=None)
    run_state_machine_as_test(test_sessions.AnyLife, settings=longer)


def test_the_verifiers_agree_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_verifiers_agree, "CHANGES", 3_000)
    monkeypatch.setattr(test_verifiers_agree, "SEED", SEED + 7)
    for name, test in (
        ("folders", test_verifiers_agree.test_on_random_changes_to_folders),
        ("packages", test_verifiers_agree.test_on_random_changes_to_packages),
    ):
        (tmp_path / name).mkdir()
        test(tmp_path / name)
