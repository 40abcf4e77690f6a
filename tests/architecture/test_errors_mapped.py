"""Every error code has one meaning, one place where people find it, and somebody who raises it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from gateway.store.engine import SENTENCES
from signaling.problems import PROBLEMS

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "signaling" / "problems.py"
PROTOCOL = ROOT / "PROTOCOL.md"
RUNBOOK = ROOT / "deploy" / "RUNBOOK.md"

FIRST_IS_CODE: Final = {"Denied", "Deny", "CapacityError", "NotAuthenticated", "NotFound"}
SECOND_IS_CODE: Final = {"Failure"}
OTHERS: Final = {"RemoteProtocolError", "StoreError", "IntegrityError", "AuditUnavailable", "SottoError", "ConfigError"}


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for package in ("gateway", "signaling"):
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def raised() -> dict[str, str]:
    """Every code our source gives to an error, and one place where it does."""
    found: dict[str, str] = {}
    for path, tree in sources():
        for node in ast.walk(tree):
            for code in codes_in(node):
                found.setdefault(code, f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}")
    return found


def for_operators() -> set[str]:
    """Codes that never travel: commands print them, and the runbook says what to do."""
    return {code for code in {*raised(), *SENTENCES} if code not in PROBLEMS}


def codes_in(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ClassDef):  # The code a whole class of errors has.
        assigned = [each for each in node.body if isinstance(each, ast.Assign | ast.AnnAssign) and each.value]
        return [text(each.value) for each in assigned if named(each) == "code" and text(each.value)]
    if not isinstance(node, ast.Call):
        return []
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name not in FIRST_IS_CODE | SECOND_IS_CODE | OTHERS:
        return []
    given = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
    given += node.args[:1] if name in FIRST_IS_CODE else node.args[1:2] if name in SECOND_IS_CODE else []
    return [text(each) for each in given if text(each)]


def named(node: ast.Assign | ast.AnnAssign) -> str:
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    return target.id if isinstance(target, ast.Name) else ""


def text(node: ast.AST | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_every_code_is_told_to_people_by_the_table_or_to_operators_by_the_runbook() -> None:
    told = set(re.findall(r"^\| `([a-z_]+)` \|", RUNBOOK.read_text(encoding="utf-8"), re.MULTILINE))
    assert for_operators() == {code for code in told if not code.startswith("sotto_")}  # Those are metrics.


def test_no_code_stands_twice_in_the_table() -> None:
    rows = [
        text(key)
        for node in ast.walk(ast.parse(TABLE.read_text(encoding="utf-8")))
        if isinstance(node, ast.Dict)
        for key in node.keys
    ]
    codes = [code for code in rows if code in PROBLEMS]
    assert sorted(codes) == sorted(PROBLEMS)


def test_every_code_of_the_table_is_used_and_documented() -> None:
    words = {
        each.value
        for path, tree in sources()
        if path != TABLE
        for each in ast.walk(tree)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }
    stems = {word for word in words if word.endswith("_")}  # f"invitation_{state}"
    unused = {code for code in PROBLEMS if code not in words}
    assert {code for code in unused if not any(code.removeprefix(stem) in words for stem in stems)} == set()
    protocol = PROTOCOL.read_text(encoding="utf-8")
    assert [code for code in PROBLEMS if f"`{code}`" not in protocol] == []


def test_the_reader_of_this_test_finds_codes() -> None:
    found = raised()
    assert {"not_found", "store_newer", "folder_in_use", "malformed", "safety_mode"} <= set(found)
