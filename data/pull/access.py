"""Where a help desk is and how it knows us: from environment variables or a file that only its owner can read."""

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import SecretStr

from analytics.errors import SLAError

System = Literal["freshdesk", "zendesk", "jira"]
SECRETS = "DUETIME_SECRETS"
_HOSTS: dict[str, str] = {"freshdesk": "freshdesk.com", "zendesk": "zendesk.com", "jira": "atlassian.net"}
_SECRET: dict[str, str] = {"freshdesk": "api_key", "zendesk": "api_token", "jira": "api_token"}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


class AccessError(SLAError, ValueError):
    """An address or a secret that is missing or cannot be used."""


@dataclass(frozen=True)
class Access:
    """How to reach a help desk.

    Attributes:
        system: which one.
        address: "https://acme.freshdesk.com", without a slash at the end.
        email: of the account the secret belongs to; None where the secret stands alone.
        secret: API key or token.
    """

    system: System
    address: str
    email: str | None
    secret: SecretStr

    @property
    def variable(self) -> str:
        """The environment variable that holds the secret."""
        return _variable(self.system, _SECRET[self.system])


def access(system: System, *, secrets: Path | None = None, environment: Mapping[str, str] | None = None) -> Access:
    """How to reach a help desk, as its environment variables say, else a TOML file with a table of its name.

    Args:
        system: the help desk.
        secrets: the file; else the one DUETIME_SECRETS names, if any.
        environment: else that of this process.

    Raises:
        AccessError: something is missing, the file is open to others, or the address is no safe one.
    """
    known = os.environ if environment is None else environment
    named = secrets or (Path(known[SECRETS]) if known.get(SECRETS) else None)
    written = _written(named, system) if named else {}

    def told(name: str) -> str:
        return (known.get(_variable(system, name)) or written.get(name) or "").strip()

    secret = _SECRET[system]
    missing = [_variable(system, name) for name in ("domain", secret) if not told(name)]
    if missing:
        raise AccessError(
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set. Set the environment "
            f"variable{'s' * (len(missing) > 1)}, or write {' and '.join(name.lower() for name in missing)} without "
            f"'duetime_{system}_' under [{system}] in a TOML file of mode 0600 and name it with --secrets."
        )
    for name in (secret, "email"):
        if not re.fullmatch(r"[\x21-\x7e]*", told(name)):
            raise AccessError(
                f"{_variable(system, name)} has a space, a line end or a letter in it that no key has. Copy it again."
            )
    return Access(system, address(told("domain"), system), told("email") or None, SecretStr(told(secret)))


def address(domain: str, system: System) -> str:
    """A help desk's address, made of what people write: "acme", "acme.freshdesk.com" or a whole URL.

    Raises:
        AccessError: it holds a name or password, or is reached without encryption beyond this machine.

    Example:
        >>> address("acme", "freshdesk")
        'https://acme.freshdesk.com'
    """
    given = domain if "://" in domain else f"https://{domain if '.' in domain else f'{domain}.{_HOSTS[system]}'}"
    variable = _variable(system, "domain")
    try:
        parts = urlsplit(given)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    if not plain or not (_HOST.fullmatch(host) or host in _LOOPBACK) or parts.scheme not in {"http", "https"}:
        raise AccessError(
            f"{variable} is no address. Expected one such as acme.{_HOSTS[system]}, and nothing else in it."
        )
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise AccessError(f"{variable} begins with http://, which sends the key in the clear. Write https://.")
    place = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{place}{f':{port}' if port else ''}{parts.path.rstrip('/')}"


def _variable(system: str, name: str) -> str:
    return f"DUETIME_{system}_{name}".upper()


def _written(path: Path, system: str) -> dict[str, str]:
    """The table of one help desk in a file of secrets; errors tell the file and the line, never what stands there."""
    try:
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise AccessError(f"{path.name} can be read by others than its owner. Run 'chmod 600' on it.")
        content: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"line \d+", str(error))
        raise AccessError(
            f"{path.name} is not TOML ({where.group() if where else 'at its end'}). "
            f'Expected a table [{system}] with lines such as domain = "acme".'
        ) from None
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise AccessError(f"The file of secrets {path.name} cannot be read ({reason}). Check --secrets.") from None
    table = content.get(system, {})
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise AccessError(f"[{system}] in {path.name} must hold text in quotes only.")
    return table
