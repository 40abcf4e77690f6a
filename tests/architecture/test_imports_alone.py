"""Every package imports alone in a fresh interpreter, module by module, with warnings as errors.

A module that works only when another one was imported first, or that warns, is found here and not in a service.
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

IMPORT_EACH_MODULE_FIRST = """
import importlib, pathlib, sys

package = importlib.import_module(sys.argv[1])
files = sorted(pathlib.Path(package.__path__[0]).glob("*.py"))
for module in (f"{package.__name__}.{file.stem}" for file in files if file.stem != "__init__"):
    for name in [name for name in sys.modules if name.partition(".")[0] in ("gateway", "signaling")]:
        del sys.modules[name]
    importlib.import_module(module)
"""


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_alone_and_without_a_warning(package: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", IMPORT_EACH_MODULE_FIRST, package],
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
