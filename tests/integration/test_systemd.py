"""What the service says to systemd: ready when it serves, alive while its loop turns, and when it stops."""

import signal
import socket
import time
from pathlib import Path

import pytest

from tests.support.process import serving


@pytest.mark.parametrize("is_abstract", [False, True])
def test_readiness_heartbeat_and_stop_are_said(deployment: Path, tmp_path: Path, *, is_abstract: bool) -> None:
    address = f"\0sotto-test-{tmp_path.name}" if is_abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(address)
        supervisor.settimeout(30)
        env = {"NOTIFY_SOCKET": address.replace("\0", "@"), "WATCHDOG_USEC": "900000"}
        with serving(deployment, env=env, wait=False) as service:
            said = supervisor.recv(64)
            while said != b"READY=1":
                said = supervisor.recv(64)
            began, beats = time.monotonic(), 0
            while time.monotonic() - began < 2:
                beats += supervisor.recv(64) == b"WATCHDOG=1"
            assert 3 <= beats <= 9  # Three in the time one is due, give or take.
            service.process.send_signal(signal.SIGTERM)
            while said != b"STOPPING=1":
                said = supervisor.recv(64)
            assert service.process.wait(20) == 0


def test_a_loop_that_hangs_is_not_said_to_be_alive(deployment: Path, tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(address)
        supervisor.settimeout(30)
        with serving(deployment, env={"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "300000"}, wait=False) as service:
            while supervisor.recv(64) != b"WATCHDOG=1":
                pass
            service.process.send_signal(signal.SIGSTOP)
            supervisor.settimeout(1)
            with pytest.raises(TimeoutError):
                listen_for_ever(supervisor)
            service.process.send_signal(signal.SIGCONT)
            while supervisor.recv(64) != b"WATCHDOG=1":
                pass


def listen_for_ever(supervisor: socket.socket) -> None:
    while True:
        supervisor.recv(64)
