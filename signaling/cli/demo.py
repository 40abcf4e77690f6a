"""`sotto demo`: a deployment with accounts of every role, made on the first start and reused afterwards."""

import json
import os
import secrets
import ssl
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import click

from gateway.core.errors import Denied
from gateway.core.settings import Settings
from gateway.crypto.certificate import fingerprint, new_certificate
from gateway.hub import AccountRole, Gateway
from signaling import logs
from signaling.cli.init import establish
from signaling.cli.main import Failure
from signaling.cli.opening import CONFIGURATION, PATH, load
from signaling.cli.serve import Occasion, run
from signaling.settings import Configuration

FACTS: Final = "demo.json"
CERTIFICATE, CERTIFICATE_KEY = "demo-certificate.pem", "demo-certificate.key"
NAME: Final = "Sotto demonstration"
PEOPLE: Final = {
    "specialist": "Sam Specialist",
    "supervisor": "Suri Supervisor",
    "compliance": "Casey Compliance",
    "admin": "Alex Admin",
}
ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
PASSWORD_GROUPS, GROUP = 5, 4
"""20 of 31 characters: 99 bits, in groups that can be read from a screen and typed."""


@click.command(short_help="Make a deployment with demo accounts, if there is none, and run it.")
@click.option("--data", type=PATH, default="demo-data", show_default=True, metavar="DIR", help="Where the demo lives.")
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True, help="Port to listen on.")
@click.option("--lan", metavar="ADDRESS", help="Address of this machine in the local network: serve there, by TLS.")
def demo(data: Path, port: int, lan: str | None) -> None:
    """Make a deployment with demo accounts in DIR, if there is none, and run it."""
    logs.configure()
    host = _checked(lan) if lan else "localhost"
    origin = f"{'https' if lan else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"
    if not (data / CONFIGURATION).exists():
        establish(data, origin=origin, name=NAME, demonstration=True)
    configuration = _at(load(data / CONFIGURATION), origin, host if lan else "127.0.0.1", port)
    stage = Stage(data, configuration.settings)
    tls = _tls(data, host) if lan else None
    run(
        configuration,
        Occasion(tls=tls, prepare=stage.prepare, announce=lambda _: stage.announce(is_lan=tls is not None)),
    )


def _checked(address: str) -> str:
    try:
        return ip_address(address).compressed
    except ValueError:
        raise click.BadParameter(
            "give an IP address of this machine, such as 192.168.1.20", param_hint="--lan"
        ) from None


def _at(configuration: Configuration, origin: str, host: str, port: int) -> Configuration:
    """Return the configuration for another port or address than the folder was made with.

    Raises:
        Failure: the folder is no demonstration, or belongs to another host, whose name stands in its log.
    """
    settings = configuration.settings
    if not settings.organization.demonstration:
        raise Failure("this folder is no demonstration; run it with `sotto serve`", "demo_real_folder")
    listen = replace(settings.listen, origin=origin, host=host, port=port)
    moved = replace(settings, listen=listen)
    if moved.host != settings.host:
        message = f"this demo was made for {settings.host}; choose another folder with --data"
        raise Failure(message, "demo_elsewhere")
    return replace(configuration, settings=moved)


class Stage:
    """The people of a demonstration, and what is told about them."""

    def __init__(self, data: Path, settings: Settings) -> None:
        self._path = data / FACTS
        self._data = data
        self._origin = settings.listen.origin
        self._accounts: dict[str, dict[str, str]] = {}

    async def prepare(self, gateway: Gateway) -> None:
        """Make the accounts that are missing, and write down what opens them."""
        self._accounts = self._known()
        for role, name in PEOPLE.items():
            if role not in self._accounts:
                self._accounts[role] = await self._engage(gateway, AccountRole(role), name)
        facts = {"url": self._origin, "data_dir": str(self._data.resolve()), "accounts": self._accounts}
        _write(self._path, json.dumps(facts, indent=2) + "\n")

    def _known(self) -> dict[str, dict[str, str]]:
        try:
            accounts: dict[str, dict[str, str]] = json.loads(self._path.read_text("utf-8"))["accounts"]
        except (FileNotFoundError, ValueError, KeyError):
            return {}  # Never written, or not to the end: the accounts get new passwords.
        return accounts

    async def _engage(self, gateway: Gateway, role: AccountRole, name: str) -> dict[str, str]:
        email, password = f"{role}@demo.example", new_password()
        try:
            token = await gateway.administration.create(email, role, name=name)
        except Denied as exc:
            if exc.code != "email_taken":
                raise
            # A start that was cut short between the account and the note of its password.
            token = await gateway.administration.reset(email)
        await gateway.setup.finish(token, password=password)
        return {"email": email, "password": password}

    def announce(self, *, is_lan: bool) -> str:
        """Return what is printed when everything is ready."""
        width = max(len(each["email"]) for each in self._accounts.values())
        lines = [f"  {each['email']:<{width}}  {each['password']}" for each in self._accounts.values()]
        shown = [f"sotto: ready on {self._origin}", "", f"Staff sign in at {self._origin}/staff:", *lines]
        if is_lan:
            shown += ["", "The certificate was made for this demo; compare its SHA-256 fingerprint in the browser:"]
            shown.append(f"  {fingerprint((self._data / CERTIFICATE).read_bytes())}")
        return "\n".join([*shown, "", "This is a demonstration: no real people in here. Ctrl-C stops it."])


def new_password() -> str:
    """Return a password that nobody guesses and anybody can type."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(PASSWORD_GROUPS))


def _tls(data: Path, host: str) -> ssl.SSLContext:
    certificate, key = data / CERTIFICATE, data / CERTIFICATE_KEY
    if not certificate.exists():
        made = new_certificate(host)
        _write(key, made.key)
        _write(certificate, made.certificate)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


def _write(path: Path, content: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    with open(part, "x", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(content)
    part.replace(path)
