"""The diagrams equal the tables, wherever a document draws one."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.support import documents

ROOT: Final = Path(__file__).parents[2]
DIAGRAMS: Final = [name for name in documents.BLOCKS if name.startswith("diagram: ")]


@pytest.mark.parametrize("name", DIAGRAMS)
def test_the_protocol_draws_every_machine_as_it_is(name: str) -> None:
    text = documents.PROTOCOL.read_text("utf-8")
    assert documents.block(text, name) == documents.BLOCKS[name](), "python -m tests.support.documents writes it again"


def test_no_document_draws_a_machine_by_hand() -> None:
    for path in ROOT.glob("*.md"):
        drawn = path.read_text("utf-8").count("stateDiagram")
        marked = re.findall(r"<!-- (diagram: \w+) -->", path.read_text("utf-8"))
        assert drawn == len(marked), path.name
        assert set(marked) <= set(DIAGRAMS), path.name
