"""`sotto admin`: makes, closes and resets staff accounts; works while the service runs."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, TypeVar

import click

from gateway.hub import AccountRole, Gateway
from signaling.cli.beside import gateway_beside
from signaling.cli.opening import configured, load, say

T = TypeVar("T")

ROLES: Final = ("specialist", "supervisor", "compliance", "admin")
LINK: Final = """\
Give this link to {email}, by a way only they can read. It works once, for 24 hours:
{link}"""

email_option = click.option("--email", required=True, help="The person's e-mail address.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(short_help="Create, disable and reset staff accounts.")
def admin() -> None:
    """Create, disable and reset staff accounts. Works while the service runs."""


@admin.command()
@configured
@email_option
@click.option(
    "--role", required=True, type=click.Choice(ROLES), help="What they are here for; roles are not cumulative."
)
@click.option("--name", default="", help="The person's name, as colleagues will see it.")
@json_option
def create(config: Path, email: str, role: str, name: str, *, as_json: bool) -> None:
    """Make an account, and print the one-time link to set its password or passkey."""
    _print_link(
        config, email, lambda it: it.administration.create(email, AccountRole(role), name=name), as_json=as_json
    )


@admin.command()
@configured
@email_option
@json_option
def reset(config: Path, email: str, *, as_json: bool) -> None:
    """Drop an account's password, passkeys and sign-ins, and print a new one-time link."""
    _print_link(config, email, lambda it: it.administration.reset(email), as_json=as_json)


@admin.command()
@configured
@email_option
@json_option
def disable(config: Path, email: str, *, as_json: bool) -> None:
    """Close an account and end its sign-ins; `reset` opens it again."""
    asyncio.run(_with_gateway(config, lambda it: it.administration.disable(email)))
    say({"email": email, "disabled": True}, f"{email} is closed. `sotto admin reset` opens it again.", as_json=as_json)


def _print_link(config: Path, email: str, act: Callable[[Gateway], Awaitable[str]], *, as_json: bool) -> None:
    token = asyncio.run(_with_gateway(config, act))
    link = f"{load(config).settings.listen.origin}/staff#setup={token}"
    say({"email": email, "link": link}, LINK.format(email=email, link=link), as_json=as_json)


async def _with_gateway(config: Path, act: Callable[[Gateway], Awaitable[T]]) -> T:
    async with gateway_beside(load(config)) as gateway:
        return await act(gateway)
