"""Every table, and every file a deployment has, stands in STATE.md."""

import re
from pathlib import Path

import gateway.hub  # noqa: F401  (so that every concept has told its tables)
from gateway.store.tables import metadata
from signaling.cli import demo, init, serve
from signaling.cli.opening import CONFIGURATION

ROOT = Path(__file__).parents[2]
STATE = (ROOT / "deploy" / "STATE.md").read_text(encoding="utf-8")


def named() -> set[str]:
    """Everything that stands in the first column of a table."""
    return {name for row in re.findall(r"^\| (.*?) \|", STATE, re.MULTILINE) for name in re.findall(r"`([^`]+)`", row)}


def test_every_table_is_documented_and_none_that_is_not_there() -> None:
    written = {name for name in named() if re.fullmatch(r"[a-z_]+", name)}
    assert written == set(metadata.tables)


def test_every_file_of_a_deployment_is_documented() -> None:
    keys = {f"keys/{key}.key" for key in init.KEYS}
    others = {CONFIGURATION, init.IDENTITY, serve.LOCK, demo.FACTS, demo.CERTIFICATE, demo.CERTIFICATE_KEY, "sotto.db"}
    assert keys | others <= named()
