"""What the documents at the root name, exists: files, folders, make targets and commands."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = ["README.md", "ARCHITECTURE.md", "DECISIONS.md", "THREAT_MODEL.md", "CHANGELOG.md", "PROTOCOL.md"]
PATH = re.compile(r"`((?:gateway|signaling|web|tests|deploy)/[\w./{},*-]*)`|\]\(((?!https?:)[\w./-]+)\)")
PLACES = re.compile(r"/(?:root|home|tmp)/")


def named(text: str) -> list[str]:
    return [first or second for first, second in PATH.findall(text)]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_path_a_document_names_exists(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    missing = [each for each in named(text) if not any(ROOT.glob(each.rstrip("/")))]
    assert missing == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_document_names_a_place_on_somebodys_machine(name: str) -> None:
    assert PLACES.findall((ROOT / name).read_text("utf-8")) == []


def test_the_readme_speaks_of_make_targets_and_commands_that_exist() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"make ([a-z-]+)", text)) <= targets
    commands = {path.stem.replace("_", "-") for path in (ROOT / "signaling" / "cli").glob("*.py")}
    assert set(re.findall(r"^sotto ([a-z-]+)", text, re.MULTILINE)) <= commands
