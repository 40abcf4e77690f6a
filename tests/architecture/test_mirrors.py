"""Every module with logic has its tests, where they are looked for: `a/b.py` in `tests/unit/a/test_b.py`, or here."""

from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
TESTS: Final = ROOT / "tests"

PURE: Final = ("gateway/core/", "gateway/crypto/", "gateway/policy/")
"""What does no input and no output is tested without any: a unit test, and nothing in its place."""

ELSEWHERE: Final = {
    # What stands on a database or a file is tested on real ones.
    "gateway/accounts/rows.py": "integration/accounts/test_sign_in.py",
    "gateway/audit/inspection.py": "integration/test_safety_mode.py",
    "gateway/audit/live.py": "integration/test_live.py",
    "gateway/audit/log.py": "integration/test_log.py integration/test_checkpoints.py",
    "gateway/audit/publisher.py": "integration/test_publisher.py",
    "gateway/audit/rows.py": "integration/test_log.py integration/test_checkpoints.py",
    "gateway/backup.py": "integration/test_backup.py",
    "gateway/diary.py": "integration/test_hub.py",
    "gateway/health.py": "integration/test_probes.py",
    "gateway/hub.py": "integration/test_hub.py integration/test_safety_mode.py",
    "gateway/review.py": "integration/test_review.py",
    "gateway/sessions/booking.py": "integration/test_booking.py integration/test_invitations.py",
    "gateway/sessions/entries.py": "property/test_log_is_the_truth.py integration/test_sitting.py",
    "gateway/sessions/registry.py": "integration/test_sitting.py integration/test_hub.py",
    "gateway/sessions/seating.py": "integration/test_seating.py integration/test_sitting.py",
    "gateway/staff/administration.py": "integration/accounts/test_administration.py",
    "gateway/staff/enrollment.py": "integration/accounts/test_enrollment.py",
    "gateway/staff/means.py": "integration/accounts/test_sign_in.py",
    "gateway/staff/presence.py": "integration/accounts/test_presence.py",
    "gateway/staff/setup.py": "integration/accounts/test_administration.py",
    "gateway/staff/sign_in.py": "integration/accounts/test_sign_in.py",
    "gateway/staff/sign_out.py": "integration/accounts/test_presence.py",
    "gateway/staff/step_up.py": "integration/accounts/test_step_up.py",
    "gateway/store/deployment.py": "integration/test_store.py",
    "gateway/store/schema.py": "integration/test_store.py",
    "gateway/store/snapshot.py": "integration/test_store.py integration/test_backup.py",
    "gateway/store/transaction.py": "integration/test_store.py",
    # What speaks HTTP or WebSocket is tested over them.
    "signaling/app.py": "integration/test_http_api.py",
    "signaling/metrics.py": "integration/test_cli.py",
    "signaling/middleware.py": "integration/test_web_safety.py",
}
FOLDERS: Final = {
    "signaling/api/": "integration/test_http_api.py",
    "signaling/auth/": "integration/test_web_safety.py",
    "signaling/cli/": "integration/test_cli.py",
}
NOTHING_TO_TEST: Final = {
    "signaling/keys.py": "names of the keys of the application, and nothing else",
    "gateway/store/migrations/env.py": "run by every test that opens a database",
    "gateway/store/migrations/versions/0001_foundations.py": "held against the tables by test_store.py",
}

MODULES: Final = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("gateway", "signaling")
    for path in (ROOT / folder).rglob("*.py")
    if path.name != "__init__.py"
)


def mirror(module: str) -> Path:
    """Return where a module's unit tests are."""
    path = Path(module)
    return TESTS / "unit" / path.with_name(f"test_{path.name}")


def elsewhere(module: str) -> str:
    """Return where else a module's tests are, if this file says so."""
    folder = next((tests for prefix, tests in FOLDERS.items() if module.startswith(prefix)), "")
    return ELSEWHERE.get(module, folder)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_has_its_tests(module: str) -> None:
    if mirror(module).exists() or module in NOTHING_TO_TEST:
        return
    named = elsewhere(module).split()
    assert named, f"{module} has neither {mirror(module).relative_to(ROOT)} nor a line in this file"
    assert not module.startswith(PURE), "a pure module is tested as one"
    for name in named:
        assert (TESTS / name).exists(), f"{module} is said to be tested in {name}, which is not there"


def test_this_file_speaks_of_modules_that_exist() -> None:
    assert set(ELSEWHERE) | set(NOTHING_TO_TEST) <= set(MODULES)
    assert all(any(module.startswith(folder) for module in MODULES) for folder in FOLDERS)


@pytest.mark.parametrize("test", sorted((TESTS / "unit").rglob("test_*.py")), ids=lambda path: path.stem)
def test_a_unit_test_is_of_a_module_that_exists(test: Path) -> None:
    module = test.relative_to(TESTS / "unit").with_name(test.name.removeprefix("test_"))
    assert (ROOT / module).exists(), f"{test.relative_to(ROOT)} mirrors nothing"
