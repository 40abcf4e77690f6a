"""Every setting stands in the example with its sentence, and nothing else does."""

import re
from pathlib import Path

from gateway.core.settings import declared, names
from signaling.cli.configuration import EXAMPLE, render

ROOT = Path(__file__).parents[2]
SHOWN = (ROOT / "deploy" / "sotto.example.toml").read_text(encoding="utf-8")


def test_the_example_is_the_schema() -> None:
    assert render(EXAMPLE) == SHOWN, "run: python -m signaling.cli.configuration > deploy/sotto.example.toml"


def test_every_setting_is_in_the_example_and_none_other() -> None:
    section, shown = "", set()
    for line in SHOWN.splitlines():
        if found := re.fullmatch(r"\[(\w+)\]", line):
            section = found[1]
        elif found := re.fullmatch(r"(?:# )?(\w+) = .+", line):
            shown.add(f"{section}.{found[1]}")
    assert shown == names()


def test_every_setting_has_one_sentence_and_every_number_its_bounds() -> None:
    for name, each in declared():
        sentence = each.metadata["sentence"]
        assert re.fullmatch(r"[a-zA-Z].+\.", sentence), name
        assert each.type is not int or each.metadata["low"] < each.metadata["high"], name


def test_every_setting_is_read_somewhere() -> None:
    source = "\n".join(
        path.read_text(encoding="utf-8")
        for package in ("gateway", "signaling")
        for path in (ROOT / package).rglob("*.py")
        if path.name != "configuration.py"
    )
    for name in names():
        assert f".{name.partition('.')[2]}" in source or f'"{name}"' in source, f"nothing reads {name}"
