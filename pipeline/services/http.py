"""The one HTTP client for services: a key goes to its own host only, and a request is repeated only where that is safe.

A *submit* of a paid service is sent once. After an error whose outcome is unknown it may have been charged, so it is
never sent again by itself: `ResponseLost` says so, and the person decides. Reading is repeated; so is a submit that the service
refused with 429 and a time, and, where nothing is charged, one that failed.
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies

from ..base.errors import LecternError
from ..base.frozen import Frozen
from .answer import (
    STOP_SECONDS,
    Address,
    AnswerOutOfBounds,
    RequestGuard,
    Stop,
    Stopped,
    addresses_of,
    is_public,
    read_body,
)
from .error_body import asked_to_wait, error_message_in
from .keys import Keys, host_of, is_local

if TYPE_CHECKING:  # it is imported by the first request: most builds send none, and it takes a while
    import ssl

    import httpx

ATTEMPTS = 4
"""How often a request that may be repeated is sent at most."""

PATIENCE = 120.0
"""Seconds that a service may ask to be left alone (Retry-After) before its answer counts as a refusal."""

REDIRECTS = 5

MEGABYTE = 1_000_000
ANSWER_SECONDS = 900.0
ANSWER_MEGABYTES = 256
"""Bounds of an answer that holds sound or pictures. A service's settings can change them."""
LIST_BYTES = 16 * MEGABYTE
"""The largest answer that lists something or says how far something is."""

PASSING = frozenset({429, 500, 502, 503, 504, 529})
"""Answers after which the same request may succeed."""


class Service(Frozen):
    """A service: its `name` for a person, its address, how it wants its key, and whether a submit is charged.

    `timeout` is how long nothing may arrive. A whole answer takes at most `answer_seconds`, and has at most
    `answer_bytes`, unpacked.
    """

    name: str
    base: str
    header: str = "Authorization"
    scheme: str = "Bearer "
    paid: bool = True
    timeout: float = 120.0
    answer_seconds: float = ANSWER_SECONDS
    answer_bytes: int = ANSWER_MEGABYTES * MEGABYTE

    @property
    def host(self) -> str:
        """The host of its address, to which its key belongs."""
        return host_of(self.base)

    def url(self, path: str) -> str:
        """Return the address of `path` below its own."""
        return self.base.rstrip("/") + path


@dataclass(frozen=True)
class HttpResponse:
    """What came back: `kind` is the content type without its parameters."""

    body: bytes
    kind: str = ""

    def json(self, service: Service) -> Any:
        """Return the body as JSON. Raises LecternError if it breaks off or is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise LecternError(
                f"{service.name} sent an answer that breaks off or is no JSON ({self.kind or 'no type'}, "
                f"{len(self.body)} bytes{_quoted(self.body)}); is {service.base} the right address?"
            ) from None


class ResponseLost(LecternError):
    """A paid request was sent and its answer did not arrive: nobody knows whether it was made and charged."""


class NotSent(LecternError):
    """A request never got to its service, so it can't have been charged."""


class HttpStatusError(LecternError):
    """The service said no: `status` is what it answered with, `words` is what it said about that (often nothing)."""

    def __init__(self, message: str, status: int, words: str = "") -> None:
        self.status, self.words = status, words
        super().__init__(message)


class _Follow(NamedTuple):
    """Whoever follows an answer while it arrives, and may stop it."""

    heard: Callable[[bytes], None] | None = None
    stop: Stop | None = None


class HttpClient:
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
        self._clients: dict[bool, httpx.Client] = {}

    def get(
        self,
        service: Service,
        path: str,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> HttpResponse:
        """Read what is at `path`; after a fault that passes by itself, ask again."""
        request = {"method": "GET", "url": service.url(path), "params": query, "headers": dict(headers or {})}
        small = service.model_copy(update={"answer_bytes": min(LIST_BYTES, service.answer_bytes)})
        return self._answered(small, request, repeat=True)

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
        headers: Mapping[str, str] | None = None,
        heard: Callable[[bytes], None] | None = None,
        stop: Stop | None = None,
    ) -> HttpResponse:
        """Ask for something to be made; of a paid service, once.

        `files` are (name, bytes, content type) by field; `headers` go along with the key. `heard` gets the answer piece by piece, as
        it arrives; what it raises passes. Raises `ResponseLost` if the outcome is unknown, `HttpStatusError` if the service said
        no, `Stopped` as soon as `stop` says that the answer is no longer wanted.
        """
        body = {"json": json, "content": content, "data": form, "files": files, "headers": dict(headers or {})}
        request = {"method": "POST", "url": service.url(path), "params": query, **body}
        sent = self._sent(service, request, repeat=not service.paid, follow=_Follow(heard, stop))
        return self._checked(service, sent)

    def put(self, service: Service, url: str, content: bytes, headers: Mapping[str, str]) -> HttpResponse:
        """Upload to an address that the service gave, with the headers it gave and no key; repeated."""
        _refuse_downgrade(service, service.base, url)
        request = {"method": "PUT", "url": url, "content": content, "headers": dict(headers)}
        return self._checked(service, self._sent(service, request, repeat=True, keyed=False, given=True))

    def delete(
        self, service: Service, path: str, *, query: Mapping[str, str] | None = None, json: Any = None
    ) -> HttpResponse:
        """Take back what was asked for; repeated."""
        request = {"method": "DELETE", "url": service.url(path), "params": query, "json": json}
        return self._answered(service, request, repeat=True)

    def download(self, service: Service, url: str) -> HttpResponse:
        """Fetch a result; follows redirects. The service's key goes along only to the host it was stored for.

        Raises LecternError if the way leads from https to http, or to this computer or its own network, unless the
        service itself is there.
        """
        before = service.base
        for _ in range(REDIRECTS):
            _refuse_downgrade(service, before, url)
            response = self._sent(service, {"method": "GET", "url": url}, repeat=True, given=True)
            if not response.has_redirect_location:
                return self._checked(service, response)
            before, url = url, urljoin(url, response.headers["location"])
        raise LecternError(f"{service.name} sends from one address to the next without end; try again later")

    def wait(self, seconds: float, stop: Stop | None = None) -> None:
        """Wait between two looks at something under way. Raises Stopped as soon as `stop` says that it is no longer wanted."""
        while stop and seconds > 0:
            if stop():
                raise Stopped("it was cancelled")
            self._sleep(min(STOP_SECONDS, seconds))
            seconds -= STOP_SECONDS
        self._sleep(max(seconds, 0.0))

    def _answered(self, service: Service, request: dict[str, Any], repeat: bool, keyed: bool = True) -> HttpResponse:
        return self._checked(service, self._sent(service, request, repeat, keyed))

    def _sent(
        self,
        service: Service,
        request: dict[str, Any],
        repeat: bool,
        keyed: bool = True,
        given: bool = False,
        follow: _Follow = _Follow(),
    ) -> "httpx.Response":
        """Return the response, sent again if `repeat` allows it, or if it was refused with a time to come back.

        `given`: the address comes from the service, so it may not lead where only this computer gets.
        """
        import httpx

        own = self._auth(service, request["url"]) if keyed else {}
        request["headers"] = {"Accept-Encoding": "identity", **request.get("headers", {}), **own}
        for attempt in range(1, ATTEMPTS + 1):
            last = attempt == ATTEMPTS
            try:
                response = self._send_once(service, request, given, follow)
            except AnswerOutOfBounds as error:
                raise _out_of_bounds_error(service, request, error) from error
            except httpx.RequestError as error:
                if last or not repeat or isinstance(error, httpx.UnsupportedProtocol):
                    raise _unanswered_error(service, request, error) from error
                self.wait(2.0 ** (attempt - 1), follow.stop)
                continue
            pause = self._pause(response, attempt, repeat)
            if last or pause is None:
                return response
            self.wait(pause, follow.stop)
        raise AssertionError("the last attempt returns or raises")

    def _send_once(
        self, service: Service, request: Mapping[str, Any], given: bool, follow: _Follow
    ) -> "httpx.Response":
        """Return the response, read within the service's bounds. Raises AnswerOutOfBounds if it is beyond them."""
        import httpx

        client = self._client(request["url"])
        may_connect = _reachable_from(service, request["url"]) if given else lambda address: True
        with RequestGuard(service.answer_seconds, may_connect, follow.stop) as guard:
            try:
                with client.stream(**request, timeout=service.timeout, extensions={"trace": guard}) as response:
                    body = read_body(response, service.answer_bytes, follow.heard)
            except httpx.RequestError as error:
                if guard.stopped:
                    raise Stopped(f"{service.name} was stopped: its answer is no longer wanted") from error
                if guard.expired:
                    raise AnswerOutOfBounds(f"it was not done after {service.answer_seconds:g} s") from error
                raise
        headers = [(name, value) for name, value in response.headers.items() if name != "content-encoding"]
        return httpx.Response(response.status_code, headers=headers, content=body, request=response.request)

    def _pause(self, response: "httpx.Response", attempt: int, repeat: bool) -> float | None:
        """Return seconds until the request may be sent again; None if it may not."""
        asked = asked_to_wait(response, self._clock())
        if response.status_code not in PASSING or not (repeat or (response.status_code == 429 and asked is not None)):
            return None
        pause = 2.0 ** (attempt - 1) if asked is None else max(1.0, asked)
        return pause if pause <= PATIENCE else None

    def _checked(self, service: Service, response: "httpx.Response") -> HttpResponse:
        if response.is_success:
            kind = response.headers.get("content-type", "").partition(";")[0].strip()
            return HttpResponse(body=response.content, kind=kind)
        words = error_message_in(_redact_key(response.content, self.keys.of(service.host)))
        raise HttpStatusError(self._refusal(service, response, words), response.status_code, words)

    def _refusal(self, service: Service, response: "httpx.Response", words: str) -> str:
        status, quoted = response.status_code, f": {words}" if words else ""
        said_so = f"{service.name} refused this ({status}{quoted})"
        if status in (401, 403):
            return f"{said_so}; {self._key_advice(service)}"
        if status == 402:
            return f"{said_so}; top up the account there, or choose another provider"
        if status == 429:
            asked = asked_to_wait(response, self._clock())
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
        """Return the header with the key, for the service's own host alone, and never in the clear across a network."""
        key = self.keys.of(service.host) if host_of(url) == service.host else None
        if not key:
            return {}
        if urlsplit(url).scheme != "https" and not is_local(url):
            raise NotSent(f"{service.name} has a key, but {url} is not encrypted; use an address with https://")
        return {service.header: service.scheme + key}

    def _client(self, url: str) -> "httpx.Client":
        """Return the client for this computer, which knows no proxy, or the one for the world.

        Neither keeps connections open: one that the other side has closed meanwhile looks like a lost answer.
        """
        import httpx

        local = is_local(url)
        if self._offline and not local:
            raise NotSent(f"{host_of(url)} is not contacted: allow online access in Blender's preferences")
        if local not in self._clients:
            limits = httpx.Limits(max_keepalive_connections=0)
            trusted = _certificates(trust_env=not local)
            self._clients[local] = httpx.Client(
                verify=trusted, limits=limits, trust_env=not local, follow_redirects=False
            )
        return self._clients[local]


@cache
def _certificates(trust_env: bool) -> "ssl.SSLContext":
    """Return whom an encrypted connection trusts; with `trust_env`, as SSL_CERT_FILE and SSL_CERT_DIR say. Reading it takes 30 ms."""
    import httpx

    return httpx.create_ssl_context(trust_env=trust_env)


def _unanswered_error(service: Service, request: Mapping[str, Any], error: "httpx.RequestError") -> LecternError:
    import httpx

    before = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError, httpx.PoolTimeout, httpx.UnsupportedProtocol)
    late = isinstance(error, httpx.TimeoutException)
    what = "did not answer in time" if late else f"broke off ({error or 'no answer'})"
    if isinstance(error, before):  # the service has seen nothing
        where = f"{service.base} ({error})"
        return NotSent(f"{service.name} can't be reached at {where}; is it running, and is this its address?")
    if request["method"] == "POST" and service.paid:
        return ResponseLost(
            f"{service.name} {what}. Nobody knows whether it was made, and charged; so it was not sent again. "
            f"Look into your account there, and build again to ask once more"
        )
    return LecternError(f"{service.name} {what}, {ATTEMPTS} times; build again, and if it stays so, look at its log")


def _refuse_downgrade(service: Service, before: str, url: str) -> None:
    """Raise LecternError if a way that was encrypted goes on in the clear."""
    host = host_of(url)
    if urlsplit(before).scheme == "https" and urlsplit(url).scheme != "https":
        raise LecternError(f"{service.name} leads from https to {host} without encryption; it was not followed")


def _reachable_from(service: Service, url: str) -> Callable[[Address], bool]:
    """Return whether a connection may be used for `url`, which the service gave.

    It may lead to the internet, and to the service itself. A proxy decides for itself where it leads.
    """

    def may_connect(address: Address) -> bool:
        if is_public(address[0]) or address in addresses_of(service.base):
            return True
        there = addresses_of(url)
        return bool(getproxies()) and address not in there and all(is_public(ip) for ip, _ in there)

    return may_connect


def _out_of_bounds_error(service: Service, request: Mapping[str, Any], error: AnswerOutOfBounds) -> LecternError:
    refusal = f"The answer of {service.name} is not used: {error}"
    way_out = "If that is right, raise answer_megabytes or answer_seconds in its settings"
    if request["method"] == "POST" and service.paid:
        return ResponseLost(f"{refusal}. It may have been made, and charged; it was not asked for again. {way_out}")
    return LecternError(f"{refusal}. {way_out}")


def _quoted(body: bytes) -> str:
    words = error_message_in(body[:2000])
    return f', "{words[:80]}"' if words else ""


def _redact_key(body: bytes, key: str | None) -> bytes:
    """Return `body` without the key: services quote a wrong one back, and it must not get into logs."""
    return body.replace(key.encode(), "…".encode()) if key else body
