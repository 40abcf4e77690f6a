"""Every package imports alone in a fresh interpreter, module by module, with warnings as errors.

A package that works only when another one was imported first, or that warns, is found here and not in a service.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = sorted(
    ".".join(file.parent.relative_to(ROOT).parts)
    for name in ("gateway", "signaling")
    for file in (ROOT / name).rglob("__init__.py")
)

IMPORT_EVERY_MODULE = """
import importlib, pathlib, sys

package = importlib.import_module(sys.argv[1])
for file in sorted(pathlib.Path(package.__path__[0]).glob("*.py")):
    importlib.import_module(f"{package.__name__}.{file.stem}" if file.stem != "__init__" else package.__name__)
"""


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_alone_and_without_a_warning(package: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", IMPORT_EVERY_MODULE, package],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout + done.stderr == ""


def test_no_folder_with_code_was_forgotten() -> None:
    """A folder without `__init__.py` would escape the test above; alembic's scripts are run, never imported."""
    folders = {
        ".".join(file.parent.relative_to(ROOT).parts)
        for name in ("gateway", "signaling")
        for file in (ROOT / name).rglob("*.py")
    }
    assert {folder for folder in folders - set(PACKAGES) if "migrations" not in folder} == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_says_what_it_is_and_nothing_else(package: str) -> None:
    source = (ROOT.joinpath(*package.split(".")) / "__init__.py").read_text(encoding="utf-8")
    tree = ast.parse(source)
    assert ast.get_docstring(tree), f"{package}/__init__.py does not say what the package is"
    assert len(tree.body) == 1, f"{package}/__init__.py holds more than a docstring"
