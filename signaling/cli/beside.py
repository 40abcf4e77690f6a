"""The gateway for one command, opened beside a service that may be running."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from gateway.hub import Gateway, Program
from signaling import pages
from signaling.settings import Configuration


def program(bundle: pages.Pages | None = None) -> Program:
    """Return what is running."""
    found = bundle or pages.load()
    verifier = found.files.get("/verify.html")
    return Program(version=version("sotto"), bundle_sha256=found.sha256, verify_html=verifier.body if verifier else b"")


@asynccontextmanager
async def gateway_beside(configuration: Configuration) -> AsyncIterator[Gateway]:
    """Give the gateway for one command.

    Raises:
        StoreError: the database cannot be used.
    """
    gateway = Gateway(configuration.settings, configuration.secrets, program())
    try:
        await gateway.open_beside()
        yield gateway
    finally:
        await gateway.aclose()
