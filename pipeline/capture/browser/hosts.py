"""Where a capture may go: the hosts that its script opens or lists, and no others."""

import os
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from ...errors import LecternError
from ..request import CaptureRequest, local_page

OFFLINE = "LECTERN_OFFLINE"
"""The variable that Lectern in Blender sets for its processes where online access is not allowed."""
LOCAL = ("localhost", "127.0.0.1", "[::1]")


class Hosts:
    """The hosts that a page may be opened from. A name allows its subdomains only if it is written ``*.name``.

    `here_only`: nothing but this computer may be asked for anything: no online access is allowed, or the script names no
    host at all; nobody is asked to trust the episode's own pages, so they can't tell anybody what they see.
    """

    def __init__(self, allowed: Iterable[str], offline: bool = False, alone: bool = False) -> None:
        self.names = tuple(sorted({name for name in map(_plain, allowed) if name}))
        self.offline = offline
        self.here_only = offline or alone

    def check(self, address: str) -> None:
        """LecternError where `address` may not be gone to."""
        if not self.allow(address):
            raise LecternError(self.refusal(address))

    def allow(self, address: str) -> bool:
        """Whether the page itself may be gone to."""
        if address.startswith(("about:", "data:", "blob:", "chrome-error:")):
            return True
        host = urlsplit(address).netloc.rpartition("@")[2]
        return address.startswith(("http://", "https://")) and self._listed(host) and not (self.offline and not _is_local(host))

    def refusal(self, address: str) -> str:
        """Why `address` was not gone to, and the way out."""
        parts = urlsplit(address)
        host = parts.netloc.rpartition("@")[2]
        if parts.scheme not in ("http", "https"):
            return f"it would go to {address}; a page of the episode is opened by its path, all else by http or https"
        if self.offline and not _is_local(host):
            return f"it would go to {host}, and online access is not allowed (Blender's preferences, System, Network)"
        known = ", ".join(name for name in self.names if not _is_local(name)) or "none"
        return f'it would go to {host}, which this capture neither opens nor lists; "hosts: [{host}]" allows it (allowed: {known})'

    def withheld(self, address: str) -> str:
        """Why `address` was not asked for something that a page shows ("" where nothing is to be told of it)."""
        host = urlsplit(address).netloc
        return "" if self.offline else f'a page of the episode asks {host} for something; "hosts: [{host}]" allows it'

    def foreign(self) -> re.Pattern[str]:
        """Addresses that are looked at before anything is asked of them: whatever is not at one of the hosts."""
        names = "|".join(re.escape(n).replace(r"\*\.", r"(?:[^/:?#]+\.)") for n in self.names if not (self.offline and not _is_local(n)))
        return re.compile(rf"^(?!data:|blob:|about:|https?://(?:{names or '(?!)'})(?::\d+)?(?:[/?#]|$))")

    def _listed(self, host: str) -> bool:
        bare = re.sub(r":\d+$", "", host.lower())
        return any(n in (bare, host.lower()) or (n.startswith("*.") and bare.endswith(n[1:])) for n in self.names)


def hosts_of(request: CaptureRequest) -> Hosts:
    """What the script of `request` allows."""
    steps = (*request.hidden, *request.steps, *request.finally_)
    opened = [step.value for step in steps if step.action == "open" and not local_page(step.value)]
    named = [host for address in (*opened, request.url) if (host := urlsplit(address).netloc)]
    asked = (*named, *request.environment.hosts)
    return Hosts((*LOCAL, *asked), bool(os.environ.get(OFFLINE)), alone=not asked)


def _plain(host: str) -> str:
    """A host's name in small letters, without scheme, port and path."""
    bare = host.strip().lower().split("://")[-1].split("/")[0].rpartition("@")[2]
    return re.sub(r":\d+$", "", bare)


def _is_local(host: str) -> bool:
    return re.sub(r":\d+$", "", host.lower()) in LOCAL
