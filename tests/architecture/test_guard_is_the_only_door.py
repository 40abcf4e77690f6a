"""One door: permits are made in one file, and only what goes through it writes the log.

Read from the source, so that a way round the guard is found when it is written, not when it is used.
"""

import ast
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
SOURCES: Final = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
    for folder in ("gateway", "signaling")
    for path in sorted((ROOT / folder).rglob("*.py"))
}
DOOR: Final = "gateway/guard.py"


def calls(name: str) -> set[str]:
    """Return the files in which something of this name is called, as a function, a class or a method."""
    return {file for file, tree in SOURCES.items() for node in ast.walk(tree) if _is_call(node, name)}


def imports(name: str) -> set[str]:
    """Return the files that import this name from anywhere."""
    return {
        file
        for file, tree in SOURCES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and name in {alias.name for alias in node.names}
    }


def _is_call(node: ast.AST, name: str) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    return (isinstance(called, ast.Name) and called.id == name) or (
        isinstance(called, ast.Attribute) and called.attr == name
    )


@pytest.mark.parametrize("made", ["Permit", "Deed"])
def test_permits_and_deeds_are_made_by_the_guard_alone(made: str) -> None:
    assert calls(made) == {DOOR}


def test_a_permit_is_made_where_the_rules_were_asked_or_the_system_itself_acts() -> None:
    """`_permit` asks; `note` and the guard's own entries are facts, which nobody can be refused."""
    functions = [node for node in ast.walk(SOURCES[DOOR]) if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef)]
    makers = {node.name for node in functions if any(_is_call(inner, "Permit") for inner in ast.walk(node))}
    assert makers == {"_permit", "note", "_write_refusal", "catch_up"}


def test_nobody_decides_but_the_guard() -> None:
    assert calls("decide") == {DOOR}
    assert imports("decide") == {DOOR}


def test_entries_are_appended_by_the_guard_and_what_was_kept_by_the_log_itself() -> None:
    """`append` is also a method of lists: what counts is who can reach a `Log` and a `Unit` at once."""
    appended = {
        file
        for file, tree in SOURCES.items()
        for node in ast.walk(tree)
        if _is_call(node, "append") and isinstance(node, ast.Call) and len(node.args) == 2
    }
    assert appended == {DOOR, "gateway/audit/log.py"}
    assert calls("reconcile") == {"gateway/hub.py"}


@pytest.mark.parametrize(
    ("table", "files"),
    [
        ("audit_leaf", {"gateway/audit/rows.py"}),
        ("audit_head", {"gateway/audit/rows.py"}),
        ("audit_checkpoint", {"gateway/audit/rows.py"}),
        ("audit_tile", {"gateway/audit/rows.py"}),
        ("audit_spool", {"gateway/audit/rows.py"}),
    ],
)
def test_the_tables_of_the_log_are_touched_in_one_file(table: str, files: set[str]) -> None:
    assert imports(table) <= files


@pytest.mark.parametrize("written", ["add_leaves", "add_spooled", "write_head", "add_checkpoint", "take_spooled"])
def test_the_rows_of_the_log_are_written_by_the_log_alone(written: str) -> None:
    assert calls(written) == {"gateway/audit/log.py"}


def test_drafts_are_made_by_deeds_and_by_the_log_about_itself() -> None:
    assert calls("draft") == {DOOR, "gateway/audit/log.py"}


def test_this_test_would_see_a_way_round() -> None:
    tree = ast.parse("async def admit(seat):\n    return guard.Permit(action, actor, now)\n")
    assert any(_is_call(node, "Permit") for node in ast.walk(tree))
    assert len(SOURCES) > 50
