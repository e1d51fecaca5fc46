"""Keys of services. A key belongs to one host and is given to no other, whatever an episode's settings say."""

import ipaddress
import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.parse import SplitResult, urlsplit

from ..base.errors import LecternError
from ..base.files import write_atomic

OTHERS = "LECTERN_KEYS"
"""The variable for all other hosts: ``LECTERN_KEYS="localhost:5050=secret speech.example.org=secret"``."""

KEYS_FILE = "keys.json"
"""The file of the person's profile: a JSON object of hosts and keys."""


class Keys:
    """The keys of this person, from `environment` and from `file` (see `KEYS_FILE`; None or missing: none there).

    `variables` are the environment variables in which people keep the keys of well-known hosts, first found first used.
    Each provider names those of its own host.
    """

    def __init__(
        self,
        environment: Mapping[str, str] = MappingProxyType({}),
        file: Path | None = None,
        variables: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    ) -> None:
        self._environment, self._file, self._variables = environment, file, variables

    def of(self, host: str) -> str | None:
        """Return the key that was stored for exactly this host (with its port, where it is not the scheme's own)."""
        named = (self._environment.get(variable, "").strip() for variable in self._variables.get(host, ()))
        key = next(filter(None, named), None) or self._others().get(host) or self._filed().get(host, "").strip()
        return require_valid_key(key, self.source(host)) if key else None

    def source(self, host: str) -> str:
        """Return where the key of `host` comes from, for a person ("" where there is none). Never the key itself."""
        for variable in self._variables.get(host, ()):
            if self._environment.get(variable, "").strip():
                return variable
        if host in self._others():
            return OTHERS
        return str(self._file) if host in self._filed() else ""

    def way_out(self, host: str) -> str:
        """Return what to do where a key is missing."""
        variable = self._variables.get(host, ())
        first = f"set {variable[0]}" if variable else f'set {OTHERS}="{host}=your-key"'
        return f"{first}, or keep it in your profile: lectern service key {host}" if self._file else first

    def _others(self) -> dict[str, str]:
        pairs = (entry.partition("=") for entry in self._environment.get(OTHERS, "").split())
        return {host.lower(): key for host, _, key in pairs if key}

    def _filed(self) -> dict[str, str]:
        if self._file is None or not self._file.is_file():
            return {}
        _require_private(self._file)
        return _read(self._file)


def host_of(url: str) -> str:
    """Return the host of a service's address, with its port if that is not the usual one. Raises LecternError if it has none."""
    parts = _parts(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _no_address(url)
    if parts.username or parts.password:
        raise LecternError(
            f"the address of {parts.hostname} holds a password; keys are kept in {OTHERS} or in {KEYS_FILE}"
        )
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = {"http": 80, "https": 443}[parts.scheme]
    return name if _port(parts.netloc, url) in (None, usual) else f"{name}:{parts.port}"


def is_local(url: str) -> bool:
    """Return whether an address is this very computer. Raises LecternError if it is no address."""
    name = _parts(url).hostname or ""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def store_key(file: Path, host: str, key: str) -> None:
    """Put the key of `host` into the key file, which only this person can read; an empty key takes it out."""
    kept = _read(file) if file.is_file() else {}
    kept = {**{name: value for name, value in kept.items() if name != host}, **({host: key} if key else {})}
    write_atomic(file, json.dumps(kept, indent=1), inside=None, private=True)


def require_valid_key(key: str, source: str) -> str:
    """Return the key. Raises LecternError if it can't be one."""
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise LecternError(f"the key from {source} holds characters that no key has; copy it again")
    return key


def _parts(url: str) -> SplitResult:
    """Return an address in its parts. Raises LecternError if no name of a host can be in it."""
    try:
        parts = urlsplit(url)
        (parts.hostname or "").encode("idna")
    except ValueError:
        raise _no_address(url) from None
    if not url.isprintable() or " " in parts.netloc:
        raise _no_address(url)
    return parts


def _no_address(url: str) -> LecternError:
    return LecternError(f'"{url}" is no address of a service; one looks like https://api.example.org/v1')


def _port(netloc: str, url: str) -> int | None:
    try:
        return urlsplit(f"//{netloc}").port
    except ValueError:
        raise LecternError(f'"{url}" has no valid port; a port is a number up to 65535') from None


def _read(file: Path) -> dict[str, str]:
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise LecternError(f'{file} is no JSON ({error}); it looks like {{"api.example.org": "your-key"}}') from error
    if not isinstance(kept, dict) or not all(isinstance(value, str) for value in kept.values()):
        raise LecternError(f'{file}: hosts and keys are wanted, like {{"api.example.org": "your-key"}}')
    return {host.lower(): key for host, key in kept.items()}


def _require_private(file: Path) -> None:
    if os.name == "posix" and file.stat().st_mode & 0o077:
        raise LecternError(f"{file} can be read by others on this computer; run: chmod 600 {file}")
