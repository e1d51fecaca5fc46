"""Where a capture may go: the hosts that its script opens or lists, and no others."""

import os
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from ...base.errors import LecternError
from ...base.launch import OFFLINE
from ...episode.capture_block import OWN_PORT
from ..request import CaptureRequest, is_episode_page

LOCAL = ("localhost", "127.0.0.1", "[::1]")
_PORTS = {"http": 80, "https": 443}


class Hosts:
    """The hosts that a page may be opened from. A name allows its subdomains only if it is written ``*.name``.

    `own` are Lectern's servers of the episode's pages (``127.0.0.1:4711``). Of this computer nothing else may be asked for
    anything unless it is named; a name without a port then means all its ports.

    `here_only`: no other computer may be asked for anything: no online access is allowed, or the script names no host at
    all. Nobody is asked to trust the episode's own pages, so they can't tell anybody what they see.
    """

    def __init__(
        self, allowed: Iterable[str], offline: bool = False, alone: bool = False, own: Iterable[str] = ()
    ) -> None:
        self.names = tuple(sorted({name for name in map(_plain, allowed) if name}))
        self.own = tuple(own)
        self.offline = offline
        self.here_only = offline or alone

    @property
    def here(self) -> tuple[str, ...]:
        """What may be asked on this computer: hosts, or hosts with a port."""
        named = (
            f"{alias}{name[len(_bare(name)) :]}" for name in self.names if is_local(name) for alias in _aliases(name)
        )
        return (*self.own, *dict.fromkeys(named))

    def check(self, address: str) -> None:
        """Raise LecternError where `address` may not be gone to."""
        if not self.allow(address):
            raise LecternError(self.refusal(address))

    def allow(self, address: str) -> bool:
        """Return whether the page itself may be gone to."""
        if address.startswith(("about:", "data:", "blob:", "chrome-error:")):
            return True
        return address.startswith(("http://", "https://")) and self.listed(_host_and_port(address))

    def listed(self, host: str) -> bool:
        """Return whether a host (with its port) is one of Lectern's own or one that is named."""
        bare, host = _bare(host), host.lower()
        if is_local(host):
            return host in self.here or bare in self.here
        return not self.offline and any(n == bare or (n.startswith("*.") and bare.endswith(n[1:])) for n in self.names)

    def refusal(self, address: str) -> str:
        """Return why `address` was not gone to, and the way out."""
        parts = urlsplit(address)
        host = parts.netloc.rpartition("@")[2]
        if parts.scheme not in ("http", "https"):
            return f"it would go to {address}; a page of the episode is opened by its path, all else by http or https"
        if self.offline and not is_local(host):
            return f"it would go to {host}, and online access is not allowed (Blender's preferences, System, Network)"
        known = ", ".join(self.names) or "none"
        return f'it would go to {host}, which this capture neither opens nor lists; "hosts: [{host}]" allows it (allowed: {known})'

    def withheld(self, address: str) -> str:
        """Return why `address` was not asked for something that a page shows ("" where nothing is to be told of it)."""
        host = urlsplit(address).netloc
        if self.offline and not is_local(host):
            return ""
        return f'a page of the episode asks {host} for something; "hosts: [{host}]" allows it'

    def foreign(self) -> re.Pattern[str]:
        """Return a pattern of the addresses that are looked at before anything is asked of them: all but those of the hosts."""
        names = [name for name in self.names if not is_local(name) and not self.offline]
        known = [rf"{re.escape(name).replace(r'\*\.', r'(?:[^/:?#]+\.)')}(?::\d+)?" for name in names]
        known += [re.escape(here) + ("" if _bare(here) != here else r"(?::\d+)?") for here in self.here]
        known += [re.escape(_bare(here)) for here in self.here if here.endswith(":80")]
        return re.compile(rf"^(?!data:|blob:|about:|https?://(?:{'|'.join(known) or '(?!)'})(?:[/?#]|$))")


def hosts_of(request: CaptureRequest, own: Iterable[str] = ()) -> Hosts:
    """Return what the script of `request` allows; `own` are Lectern's servers of the episode's pages."""
    steps = (*request.hidden, *request.earlier, *request.steps, *request.finally_)
    opened = [step.value for step in steps if step.action == "open" and not is_episode_page(step.value)]
    opened = [address for address in opened if OWN_PORT not in address]
    named = [_host_and_port(address) for address in (*opened, request.url) if urlsplit(address).netloc]
    named = [host for host in named if host not in own]  # a server of the capture's own brings nobody else with it
    asked = (*named, *request.environment.hosts)
    return Hosts(asked, bool(os.environ.get(OFFLINE)), alone=not asked, own=own)


def is_local(host: str) -> bool:
    """Return whether a host (with or without a port) is a name of this computer."""
    bare = _bare(host)
    return bare in LOCAL or bare.startswith("127.") or bare.endswith(".localhost") or bare in ("0.0.0.0", "[::]")


def _aliases(name: str) -> tuple[str, ...]:
    return LOCAL if _bare(name) in LOCAL else (_bare(name),)


def _host_and_port(address: str) -> str:
    """Return the host of an address with its port, also where that is the usual one."""
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2].lower()
    return host if _bare(host) != host else f"{host}:{_PORTS.get(parts.scheme, 0)}"


def _plain(host: str) -> str:
    """Return a host's name in small letters, without scheme and path; with its port only where it is this computer."""
    named = host.strip().lower().split("://")[-1].split("/")[0].rpartition("@")[2]
    return named if is_local(named) else _bare(named)


def _bare(host: str) -> str:
    return re.sub(r":\d+$", "", host.lower())
