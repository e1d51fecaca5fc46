"""The one door to services: keys that go to their own host, and requests that are repeated only where that is safe.

A *submit* of a paid service is sent once. After an error whose outcome is unknown it may have been charged, so it is
never sent again by itself: `AnswerLost` says so, and the person decides. Reading is repeated; so is a submit that the service
refused with 429 and a time, and, where nothing is charged, one that failed.
"""

import email.utils
import json
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from ..errors import LecternError
from ..model import Frozen
from .keys import Keys, host_of, is_local
from .said import said

if TYPE_CHECKING:  # it is imported by the first request: most builds send none, and it takes a while
    import httpx

ATTEMPTS = 4
"""How often a request that may be repeated is sent at most."""

PATIENCE = 120.0
"""Seconds that a service may ask to be left alone (Retry-After) before its answer counts as a refusal."""

REDIRECTS = 5

PASSING = frozenset({429, 500, 502, 503, 504})
"""Answers after which the same request may succeed."""


class Service(Frozen):
    """A service: its `name` for a person, its address, how it wants its key, and whether a submit is charged."""

    name: str
    base: str
    header: str = "Authorization"
    scheme: str = "Bearer "
    paid: bool = True
    timeout: float = 120.0

    @property
    def host(self) -> str:
        return host_of(self.base)

    def url(self, path: str) -> str:
        return self.base.rstrip("/") + path


class Answer(Frozen):
    """What came back: `kind` is the content type without its parameters."""

    body: bytes
    kind: str = ""

    def json(self, service: Service) -> Any:
        """The body as JSON; LecternError if it breaks off or is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise LecternError(
                f"{service.name} sent an answer that breaks off or is no JSON ({self.kind or 'no type'}, "
                f"{len(self.body)} bytes{_quoted(self.body)}); is {service.base} the right address?"
            ) from None


class AnswerLost(LecternError):
    """A paid request was sent and its answer did not arrive: nobody knows whether it was made and charged."""


class Refused(LecternError):
    """The service said no: `status` is what it answered with."""

    def __init__(self, message: str, status: int) -> None:
        self.status = status
        super().__init__(message)


class Http:
    """Speaks to services with the keys of this person. `offline`: only to this very computer. Threads may share it."""

    def __init__(
        self,
        keys: Keys = Keys(),
        *,
        offline: bool = False,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.keys, self._offline, self._sleep, self._clock = keys, offline, sleep, clock
        self._clients: dict[bool, "httpx.Client"] = {}

    def get(self, service: Service, path: str, query: Mapping[str, str] | None = None) -> Answer:
        """Reads; repeated after faults that pass."""
        request = {"method": "GET", "url": service.url(path), "params": query}
        return self._answered(service, request, repeat=True)

    def submit(
        self,
        service: Service,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        json: Any = None,
        content: bytes | None = None,
        form: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
    ) -> Answer:
        """Asks for something to be made; of a paid service, once.

        `files` are (name, bytes, content type) by field. Raises `AnswerLost` where the outcome is unknown, `Refused`
        where the service said no.
        """
        body = {"json": json, "content": content, "data": form, "files": files}
        request = {"method": "POST", "url": service.url(path), "params": query, **body}
        return self._answered(service, request, repeat=not service.paid)

    def put(self, service: Service, url: str, content: bytes, headers: Mapping[str, str]) -> Answer:
        """Uploads to an address that the service gave, with the headers it gave and no key; repeated."""
        request = {"method": "PUT", "url": url, "content": content, "headers": dict(headers)}
        return self._answered(service, request, repeat=True, keyed=False)

    def delete(self, service: Service, path: str) -> Answer:
        """Takes back what was asked for; repeated."""
        return self._answered(service, {"method": "DELETE", "url": service.url(path)}, repeat=True)

    def download(self, service: Service, url: str) -> Answer:
        """Fetches a result; follows redirects. The service's key goes along only to the host it was stored for."""
        for _ in range(REDIRECTS):
            response = self._sent(service, {"method": "GET", "url": url}, repeat=True)
            if not response.has_redirect_location:
                return self._checked(service, response)
            url = urljoin(url, response.headers["location"])
        raise LecternError(f"{service.name} sends from one address to the next without end; try again later")

    def wait(self, seconds: float) -> None:
        """Waits between two looks at something under way."""
        self._sleep(seconds)

    def _answered(self, service: Service, request: dict[str, Any], repeat: bool, keyed: bool = True) -> Answer:
        return self._checked(service, self._sent(service, request, repeat, keyed))

    def _sent(self, service: Service, request: dict[str, Any], repeat: bool, keyed: bool = True) -> "httpx.Response":
        """The response, sent again where `repeat` allows it, or where it was refused with a time to come back."""
        client = self._client(request["url"])
        import httpx

        headers = {**request.pop("headers", {}), **(self._auth(service, request["url"]) if keyed else {})}
        for attempt in range(1, ATTEMPTS + 1):
            last = attempt == ATTEMPTS
            try:
                response = client.request(**request, headers=headers, timeout=service.timeout)
            except httpx.RequestError as error:
                if last or not repeat or isinstance(error, httpx.UnsupportedProtocol):
                    raise _unanswered(service, request, error) from error
                self._sleep(2.0 ** (attempt - 1))
                continue
            pause = self._pause(response, attempt, repeat)
            if last or pause is None:
                return response
            self._sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _pause(self, response: "httpx.Response", attempt: int, repeat: bool) -> float | None:
        """Seconds until the request may be sent again; None where it may not."""
        asked = _seconds(response.headers.get("retry-after", ""), self._clock())
        if response.status_code not in PASSING or not (repeat or (response.status_code == 429 and asked is not None)):
            return None
        pause = 2.0 ** (attempt - 1) if asked is None else asked
        return pause if pause <= PATIENCE else None

    def _checked(self, service: Service, response: "httpx.Response") -> Answer:
        if response.is_success:
            kind = response.headers.get("content-type", "").partition(";")[0].strip()
            return Answer(body=response.content, kind=kind)
        words = said(_without_key(response.content, self.keys.of(service.host)))
        raise Refused(self._refusal(service, response, words), response.status_code)

    def _refusal(self, service: Service, response: "httpx.Response", words: str) -> str:
        status, quoted = response.status_code, f": {words}" if words else ""
        said_so = f"{service.name} refused this ({status}{quoted})"
        if status in (401, 403):
            return f"{said_so}; {self._key_advice(service)}"
        if status == 402:
            return f"{said_so}; top up the account there, or choose another provider"
        if status == 429:
            asked = _seconds(response.headers.get("retry-after", ""), self._clock())
            when = f"in {asked:.0f} s" if asked else "later"
            return f"{service.name} is asked too often, or its quota is used up ({status}{quoted}); build again {when}"
        if response.is_redirect:
            return f"{service.name} has moved to {response.headers.get('location', '?')}; set its address to that"
        if status >= 500:
            charged = "; it was not sent again, because it may have been charged" if service.paid else ""
            return f"{service.name} failed ({status}{quoted}){charged}; build again; if it stays so, look at its log"
        return f"{said_so}; the settings and the voice have to be ones that it has"

    def _key_advice(self, service: Service) -> str:
        source = self.keys.source(service.host)
        if source:
            return f"the key of {service.host} comes from {source}: is it the right one, and may it do this?"
        return f"there is no key for {service.host}: {self.keys.way_out(service.host)}"

    def _auth(self, service: Service, url: str) -> dict[str, str]:
        """The header with the key, for the service's own host alone, and never in the clear across a network."""
        key = self.keys.of(service.host) if host_of(url) == service.host else None
        if not key:
            return {}
        if urlsplit(url).scheme != "https" and not is_local(url):
            raise LecternError(f"{service.name} has a key, but {url} is not encrypted; use an address with https://")
        return {service.header: service.scheme + key}

    def _client(self, url: str) -> "httpx.Client":
        """The client for this computer, which knows no proxy, or the one for the world.

        Neither keeps connections open: one that the other side has closed meanwhile looks like a lost answer.
        """
        import httpx

        local = is_local(url)
        if self._offline and not local:
            raise LecternError(f"{host_of(url)} is not contacted: allow online access in Blender's preferences")
        if local not in self._clients:
            limits = httpx.Limits(max_keepalive_connections=0)
            self._clients[local] = httpx.Client(limits=limits, trust_env=not local, follow_redirects=False)
        return self._clients[local]


def _unanswered(service: Service, request: Mapping[str, Any], error: "httpx.RequestError") -> LecternError:
    import httpx

    before = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError, httpx.PoolTimeout, httpx.UnsupportedProtocol)
    late = isinstance(error, httpx.TimeoutException)
    what = "did not answer in time" if late else f"broke off ({error or 'no answer'})"
    if isinstance(error, before):  # the service has seen nothing
        where = f"{service.base} ({error})"
        return LecternError(f"{service.name} can't be reached at {where}; is it running, and is this its address?")
    if request["method"] == "POST" and service.paid:
        return AnswerLost(
            f"{service.name} {what}. Nobody knows whether it was made, and charged; so it was not sent again. "
            f"Look into your account there, and build again to ask anew"
        )
    return LecternError(f"{service.name} {what}, {ATTEMPTS} times; build again, and if it stays so, look at its log")


def _seconds(value: str, now: float) -> float | None:
    """Retry-After: seconds, or a date (RFC 9110, 10.2.3)."""
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - now)
    except (ValueError, TypeError):
        return None


def _quoted(body: bytes) -> str:
    words = said(body[:2000])
    return f', "{words[:80]}"' if words else ""


def _without_key(body: bytes, key: str | None) -> bytes:
    """Services quote a wrong key back; it shall not get into logs."""
    return body.replace(key.encode(), "…".encode()) if key else body
