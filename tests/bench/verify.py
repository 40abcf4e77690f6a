"""How long the stand-alone verifiers take for 100,000 entries, read from the disk, on one core."""

import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Final

from gateway.audit import verify
from tests.bench.table import Row, show
from tests.support.second_verifier import Question, ask
from tests.support.written_log import written

ENTRIES: Final = 100_000
EVERY: Final = 64
"""Entries between two checkpoints: each has two signatures to check, and a busy day signs about that often."""
PACKAGED: Final = 10_000
ROUNDS: Final = 5


def seconds(question: Question) -> float:
    """Return how long the first verifier takes; it must find the copy intact."""
    began = time.perf_counter()
    if question.kind == "log":
        report = verify.verify_directory(question.path, since=question.since)
    else:
        report = verify.verify_export(question.path.read_bytes(), since=question.since)
    assert report.exit_code == verify.INTACT, report.reasons
    return time.perf_counter() - began


def second_seconds(question: Question) -> float:
    """Return how long the second one takes in Node, which it is started in."""
    began = time.perf_counter()
    [said] = ask([question])
    assert said["exit_code"] == verify.INTACT, said
    return time.perf_counter() - began


def measure() -> list[Row]:
    """Return the rows of the table."""
    with tempfile.TemporaryDirectory() as folder:
        whole, part = written(ENTRIES, every=EVERY), written(PACKAGED, every=EVERY)
        copy = Question("log", "log", whole.write(Path(folder) / "audit"), whole.checkpoints[0])
        package = Question("export", "export", Path(folder) / "x.zip", part.checkpoints[0])
        package.path.write_bytes(part.export())
        return [
            Row(f"sotto_verify.py: a log of {ENTRIES:,}", median(seconds(copy) for _ in range(ROUNDS)), "s", 5),
            Row(f"sotto_verify.py: a package of {PACKAGED:,}", median(seconds(package) for _ in range(ROUNDS)), "s"),
            Row(f"verify.html (in Node): a log of {ENTRIES:,}", second_seconds(copy), "s"),
            Row(f"verify.html (in Node): a package of {PACKAGED:,}", second_seconds(package), "s"),
        ]


if __name__ == "__main__":
    show(measure())
