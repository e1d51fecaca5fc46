"""Keys of services. A key belongs to one host and is given to no other, whatever an episode's settings say."""

import ipaddress
import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.parse import SplitResult, urlsplit

from ..errors import LecternError

VARIABLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "api.openai.com": ("OPENAI_API_KEY",),
        "api.elevenlabs.io": ("ELEVENLABS_API_KEY",),
        "api.us.elevenlabs.io": ("ELEVENLABS_API_KEY",),
        "api.eu.residency.elevenlabs.io": ("ELEVENLABS_API_KEY",),
        "api.in.residency.elevenlabs.io": ("ELEVENLABS_API_KEY",),
        "api.sg.residency.elevenlabs.io": ("ELEVENLABS_API_KEY",),
        "generativelanguage.googleapis.com": ("GOOGLE_API_KEY", "GEMINI_API_KEY"),
        "api.replicate.com": ("REPLICATE_API_TOKEN",),
        "api.wavespeed.ai": ("WAVESPEED_API_KEY",),
    }
)
"""The environment variables in which people keep the keys of well-known hosts, first found first used."""

OTHERS = "LECTERN_KEYS"
"""The variable for all other hosts: ``LECTERN_KEYS="localhost:5050=secret speech.example.org=secret"``."""

FILE = "keys.json"
"""The file of the person's profile: a JSON object of hosts and keys."""


class Keys:
    """The keys of this person, from `environment` and from `file` (see `FILE`; None or missing: none there)."""

    def __init__(self, environment: Mapping[str, str] = MappingProxyType({}), file: Path | None = None) -> None:
        self._environment, self._file = environment, file

    def of(self, host: str) -> str | None:
        """The key that was stored for exactly this host (with its port, where it is not the scheme's own)."""
        named = (self._environment.get(variable, "").strip() for variable in VARIABLES.get(host, ()))
        key = next(filter(None, named), None) or self._others().get(host) or self._filed().get(host, "").strip()
        return sound_key(key, self.source(host)) if key else None

    def source(self, host: str) -> str:
        """Where the key of `host` comes from, for a person ("" where there is none). Never the key itself."""
        for variable in VARIABLES.get(host, ()):
            if self._environment.get(variable, "").strip():
                return variable
        if host in self._others():
            return OTHERS
        return str(self._file) if host in self._filed() else ""

    def way_out(self, host: str) -> str:
        """What to do where a key is missing."""
        variable = VARIABLES.get(host, ())
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
    """The host of a service's address, with its port where that is not the usual one; LecternError if it has none."""
    parts = _parts(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _no_address(url)
    if parts.username or parts.password:
        raise LecternError(f'the address of {parts.hostname} holds a password; keys are kept in {OTHERS} or in {FILE}')
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = {"http": 80, "https": 443}[parts.scheme]
    return name if _port(parts.netloc, url) in (None, usual) else f"{name}:{parts.port}"


def is_local(url: str) -> bool:
    """Whether an address is this very computer; LecternError where it is none."""
    name = _parts(url).hostname or ""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def store_key(file: Path, host: str, key: str) -> None:
    """Puts the key of `host` into the key file, which only this person can read; an empty key takes it out."""
    kept = _read(file) if file.is_file() else {}
    kept = {**{name: value for name, value in kept.items() if name != host}, **({host: key} if key else {})}
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(json.dumps(kept, indent=1))
    draft.replace(file)


def sound_key(key: str, source: str) -> str:
    """The key; LecternError where it can't be one."""
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise LecternError(f"the key from {source} holds characters that no key has; copy it again")
    return key


def _parts(url: str) -> SplitResult:
    """An address in its parts; LecternError where no name of a host can be in it."""
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
