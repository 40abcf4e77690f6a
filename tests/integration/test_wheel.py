"""What an operator gets: the wheel, installed where nothing else is, runs a demonstration and stops when told.

The environment is new and has no pip. The packages of `requirements.lock`, and no others, are linked in from the
environment that runs this test, where they were installed from the same lock and checked against its hashes.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import venv
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 60.0
STOPS_WITHIN = 20.0


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-d", str(folder), cwd=ROOT)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("operator") / "env"
    venv.create(home, with_pip=False, symlinks=True)
    run(sys.executable, "-m", "pip", "--python", str(home / "bin" / "python"), "--quiet",
        "--disable-pip-version-check", "install", "--no-deps", "--no-index", str(wheel), cwd=home)  # fmt: skip
    site = next(home.glob("lib/python3.*/site-packages"))
    for name in locked("requirements.lock"):
        link_distribution(name, site)
    return home


def test_the_wheel_carries_code_migrations_and_the_web_bundle(wheel: Path) -> None:
    names = names_in(wheel)
    assert {"signaling/static/index.html", "signaling/static/staff.html", "gateway/store/migrations/env.py"} <= names
    assert any(re.fullmatch(r"gateway/store/migrations/versions/\w+\.py", name) for name in names)
    assert any(re.fullmatch(r"signaling/static/assets/.+\.js", name) for name in names)
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"gateway", "signaling"}


def test_the_source_distribution_gives_the_same_wheel_without_node(built: Path, wheel: Path, tmp_path: Path) -> None:
    run("tar", "-xzf", str(next(built.glob("*.tar.gz"))), cwd=tmp_path)
    source = next(tmp_path.iterdir())
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "again"), cwd=source)
    assert not (source / "web" / "node_modules").exists()
    assert names_in(next((tmp_path / "again").glob("*.whl"))) == names_in(wheel)


def test_the_lock_has_everything_the_wheel_asks_for() -> None:
    assert wanted(distribution("sotto").requires or []) <= locked("requirements.lock")


def test_an_installed_demo_answers_and_stops(installed: Path, tmp_path: Path) -> None:
    port = free_port()
    with demo(installed, tmp_path, port) as process:
        base = f"http://localhost:{port}"
        wait_until_it_answers(f"{base}/livez", process)
        for page in ("/", "/staff"):
            answer = urllib.request.urlopen(base + page, timeout=30)  # noqa: S310
            assert answer.status == 200
            assert answer.headers["Content-Type"].startswith("text/html")
            for asset in re.findall(r'(?:src|href)="(/assets/[^"]+)"', answer.read().decode()):
                assert urllib.request.urlopen(base + asset, timeout=30).status == 200  # noqa: S310
        told = json.loads((tmp_path / "data" / "demo.json").read_text(encoding="utf-8"))
        assert told["url"] == base
        process.send_signal(signal.SIGTERM)
        assert process.wait(STOPS_WITHIN) == 0


def run(*command: str, cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def names_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def locked(lock: str) -> set[str]:
    """Names that the lock has for this machine; a few are for other systems only."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    return wanted(line.rstrip("\\ ") for line in lines if re.match(r"[\w.-]+==", line))


def wanted(requirements: Iterable[str]) -> set[str]:
    """Names of what is asked for here, extras left aside."""
    parsed = [Requirement(requirement) for requirement in requirements]
    return {normal(one.name) for one in parsed if one.marker is None or one.marker.evaluate({"extra": ""})}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def link_distribution(name: str, site: Path) -> None:
    """Link a distribution's modules and metadata, nothing of which is below `bin`, into another site-packages."""
    found = distribution(name)
    assert found.files is not None
    for top in {file.parts[0] for file in found.files if file.parts[0] not in ("..", "__pycache__")}:
        source = Path(str(found.locate_file(top)))
        if not (site / top).exists():
            (site / top).symlink_to(source)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def demo(home: Path, folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run `sotto demo` as somebody with an empty home and a bare PATH; whatever happens, it is gone afterwards."""
    empty = folder / "home"
    empty.mkdir()
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [home / "bin" / "sotto", "demo", "--data", str(folder / "data"), "--port", str(port)],
            cwd=folder,
            env={"PATH": os.defpath, "HOME": str(empty)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        sys.stdout.write((folder / "output").read_text(encoding="utf-8", errors="replace"))


def wait_until_it_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        assert process.poll() is None, f"sotto demo ended with {process.returncode}"
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"{url} did not answer within {STARTS_WITHIN:.0f} s")
