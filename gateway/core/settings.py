"""Every setting: its section, type, bounds, default and one sentence. `signaling.settings` reads them from TOML.

Frozen, built once, handed to what needs them; there are no globals. A setting that nothing reads has no place here.
A `*_file` names a file with a secret: it must exist, and nobody but its owner may read it.
"""

from collections.abc import Iterator
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit


def setting(
    sentence: str,
    *,
    default: Any = MISSING,  # noqa: ANN401  (a value of the field's own type)
    low: int | None = None,
    high: int | None = None,
    pattern: str | None = None,
) -> Any:  # noqa: ANN401  (stands for such a value)
    """Declare one setting. Without a default it must be in the file."""
    metadata = {"sentence": sentence, "low": low, "high": high, "pattern": pattern}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """Who runs this gateway."""

    id: str = setting("The organization as the log names it; never changes.", pattern=r"org_[a-z0-9]{1,28}")
    name: str = setting("The organization as people know it; shown on pages, never in the log.", pattern=r".{1,80}")
    node: str = setting("This machine as the log names it.", default="gw-1", pattern=r"[a-z0-9-]{1,32}")
    demonstration: bool = setting("Show the banner of a demonstration on every page.", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Where the gateway listens, and as what browsers know it."""

    host: str = setting(
        "Address to bind; keep it local and put a TLS proxy in front.", default="127.0.0.1", pattern=r"\S{1,255}"
    )
    port: int = setting("TCP port to bind.", default=8080, low=1, high=65535)
    origin: str = setting(
        "Scheme, host and port exactly as browsers show them; https unless the host is localhost.",
        pattern=r"https?://[a-z0-9.\-\[\]:]+",
    )
    metrics_port: int = setting("Port for Prometheus on 127.0.0.1; 0 turns it off.", default=0, low=0, high=65535)
    proxies: tuple[str, ...] = setting("Addresses of proxies whose X-Forwarded-For is believed.", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """The database."""

    url: str = setting(
        "sqlite:///FILE (relative to this file's folder) or postgresql://USER@HOST/DATABASE.",
        default="sqlite:///sotto.db",
        pattern=r"(sqlite:///|postgresql://).+",
    )
    password_file: Path | None = setting("File with the database password, for PostgreSQL.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The log that cannot be altered unnoticed."""

    log_name: str = setting(
        "First part of the log's name in every checkpoint; never changes, also when the origin does.",
        pattern=r"[a-z0-9.:\-]{1,100}",
    )
    log_key_file: Path = setting("Key that signs checkpoints.")
    witness_key_file: Path = setting("Second key, the time witness; keep it on other storage where you can.")
    export_key_file: Path = setting("Key that signs export packages.")
    folder: Path = setting("Folder of the log's second copy; best on another volume.", default=Path("audit"))
    kept_checkpoint_file: Path | None = setting(
        "A copy of the newest checkpoint outside the data folder, so that a rolled-back folder is noticed.",
        default=None,
    )
    checkpoint_seconds: int = setting(
        "Longest time without a checkpoint while entries are written.", default=60, low=1, high=60
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Staff accounts."""

    storage_key_file: Path = setting("Key that seals what must be kept: e-mail addresses, names, code-app secrets.")
    idle_minutes: int = setting("A sign-in ends after so long without use.", default=60, low=5, high=720)
    sign_in_hours: int = setting("A sign-in ends after so long in any case.", default=12, low=1, high=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """Sessions and their links."""

    max_minutes: int = setting(
        "Longest planned length of a session; a conversation is never cut for it.", default=90, low=5, high=480
    )
    invitation_hours: int = setting("How long a link works before its seat was admitted.", default=168, low=1, high=720)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """Backups."""

    recipient: str | None = setting(
        "age recipient every backup is encrypted to; its identity belongs on another machine.",
        default=None,
        pattern=r"age1[a-z0-9]{58}",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole configuration; the secrets its files hold travel beside it, never in it."""

    organization: Organization
    listen: Listen
    store: StoreSettings
    audit: Audit
    accounts: Accounts
    sessions: Sessions
    backup: Backup
    folder: Path = Path()
    """The folder of the configuration file; relative paths start here."""

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach us by TLS."""
        return self.listen.origin.startswith("https://")

    @property
    def host(self) -> str:
        """The host in the origin: the WebAuthn relying party."""
        return urlsplit(self.listen.origin).hostname or ""

    @property
    def checkpoint_age(self) -> timedelta:
        """Longest age of the newest checkpoint while entries are written."""
        return timedelta(seconds=self.audit.checkpoint_seconds)


SECTIONS: Final[dict[str, type]] = {
    "organization": Organization,
    "listen": Listen,
    "store": StoreSettings,
    "audit": Audit,
    "accounts": Accounts,
    "sessions": Sessions,
    "backup": Backup,
}


def declared() -> Iterator[tuple[str, Field[Any]]]:
    """Yield every setting as `section.key` with its declaration, in the order of this file."""
    for section, kind in SECTIONS.items():
        for each in fields(kind):
            yield f"{section}.{each.name}", each


def names() -> set[str]:
    """Return the name of every setting."""
    return {name for name, _ in declared()}
