"""`lectern service`: the voices, transcription, language model and services of faces that can be used, and whether they answer."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel

from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..base.profile import profile_folder
from ..episode.characters import Character
from ..episode.folder import characters_in, settings_in
from ..episode.settings import Settings
from ..episode.voices import DEFAULT_TRANSCRIPTION, LIKE
from ..providers.episode_faces import steps_of
from ..providers.episode_providers import Providers, plugins_of, user_keys
from ..services.chat.models import open_chat
from ..services.face import ImageProvider, LipsProvider, MattingProvider, MotionProvider
from ..services.keys import KEYS_FILE, host_of, is_local, require_valid_key, store_key
from ..services.policy import RemotePolicy, default_address
from ..services.provider import AnyProvider
from ..services.registry import Registry
from ..services.transcription import TranscriptionProvider
from ..services.usage import ConnectionTest
from ..services.voice import VoiceProvider
from ..trust.allowed import Trust
from ..trust.grants import require_trust
from ..trust.permissions import fully_trusted_requests
from ..trust.request import PermissionRequest, service_request
from .language_model import own_model

FACES: tuple[type[AnyProvider], ...] = (ImageProvider, MotionProvider, LipsProvider, MattingProvider)
TRANSCRIPTION = "transcription"
MODEL = "model"
"""What services are called here that lectern.toml has a table for."""


class ServiceCard(Frozen):
    """Something that can be asked: its `kind` of provider, its `host` ("": a program, or Lectern itself), and where the `key` comes from.

    `key` is "" where there is none. `used` names lectern.toml and the characters that use it.
    """

    kind: str
    name: str
    host: str = ""
    key: str = ""
    used: tuple[str, ...] = ()


class TestedCard(Frozen):
    """What the test of a service found."""

    service: ServiceCard
    ok: bool
    what: str
    voices: tuple[str, ...] = ()


class StoredKey(Frozen):
    """A key that was put into `file`; `first` names what is looked at before it, and holds one, too."""

    host: str
    file: Path
    first: str = ""


class _TestableService(Frozen):
    """A service as it can be tested: `given` is the address that a file gives it."""

    card: ServiceCard
    test: Callable[[], ConnectionTest]
    given: str = ""


def service_list(folder: Path, *, config: Path | None = None, trust: Trust = False) -> tuple[ServiceCard, ...]:
    """Return everything that can be asked with the settings that hold in `folder`, which need not be an episode.

    Plug-ins are among it if the episode is trusted. Contacts nobody.
    """
    return tuple(service.card for service in _testable_services(folder.resolve(), config, trust))


def service_test(
    folder: Path, name: str | None = None, *, config: Path | None = None, trust: Trust = False
) -> tuple[TestedCard, ...]:
    """Ask the service called `name` (None: all that lectern.toml or a character uses) whether it works; free of charge.

    Raises LecternError if there is none of that name; NotTrusted if a file says that another address than the usual one
    is asked, and the person has not allowed that.
    """
    folder = folder.resolve()
    services = _testable_services(folder, config, trust)
    chosen = [service for service in services if (service.card.name == name if name else service.card.used)]
    if name and not chosen:
        known = ", ".join(dict.fromkeys(service.card.name for service in services))
        raise LecternError(f'there is no service called "{name}"; there are: {known}')
    _require_permission([service for service in chosen if service.given], folder, config, trust)
    return tuple(_test_service(service) for service in chosen)


def store_service_key(host: str, key: str) -> StoredKey:
    """Keep the key of a host (or of an address's host) in the person's profile; forget it where `key` is empty."""
    host = host_of(host if "://" in host else f"https://{host}")
    file = profile_folder() / KEYS_FILE
    store_key(file, host, require_valid_key(key.strip(), "what was given"))
    source = user_keys().source(host)
    return StoredKey(host=host, file=file, first="" if source in ("", str(file)) else source)


def _test_service(known: _TestableService) -> TestedCard:
    try:
        found = known.test()
    except LecternError as error:
        found = ConnectionTest(ok=False, what=str(error))
    return TestedCard(service=known.card, ok=found.ok, what=found.what, voices=found.voices)


def _testable_services(folder: Path, config: Path | None, trust: Trust) -> tuple[_TestableService, ...]:
    settings = settings_in(folder, config)
    cast = characters_in(folder, config)
    plugins = plugins_of(folder, config) if trust is True or fully_trusted_requests(folder, config) else ()
    providers = Providers(settings, plugins)
    return (
        *_voices(providers.registry, settings, cast),
        *_transcriptions(providers.registry, settings),
        *_faces(providers.registry, cast),
        *_language_model(providers.registry, settings),
    )


def _require_permission(services: list[_TestableService], folder: Path, config: Path | None, trust: Trust) -> None:
    """Raise NotTrusted unless the person allows asking at the addresses that files give."""
    trusted = fully_trusted_requests(folder, config)
    requests = tuple(
        service_request(
            service.card.host, "lectern.toml", f"{service.card.host} is asked what it has{_key_clause(service.card)}"
        )
        for service in services
        if not any(_covers(request, service) for request in trusted)
    )
    require_trust(requests, folder, trust=bool(trust))


def _covers(request: PermissionRequest, service: _TestableService) -> bool:
    """Return whether a request of a trusted episode has something sent to the service anyway."""
    return request.to_service and request.host == service.card.host


def _key_clause(card: ServiceCard) -> str:
    return f", with the key from {card.key}" if card.key else ""


def _voices(registry: Registry, settings: Settings, cast: Iterable[Character]) -> Iterator[_TestableService]:
    for name in registry.names(VoiceProvider):
        used = [c.name for c in cast if c.provider == name]
        used += ["lectern.toml"] if name in dict(settings.voice) else []
        values = {key: value for key, value in dict(settings.voice).get(name, ()) if key != LIKE}
        yield _testable(registry, VoiceProvider, name, values, used)


def _transcriptions(registry: Registry, settings: Settings) -> Iterator[_TestableService]:
    chosen = settings.transcription
    for name in registry.names(TranscriptionProvider):
        mine = chosen is not None and chosen.provider == name
        values = dict(chosen.settings) if chosen and mine else {}
        found = _testable(registry, TranscriptionProvider, name, values, ["lectern.toml"] if mine else [])
        shown = TRANSCRIPTION if name == DEFAULT_TRANSCRIPTION else name
        yield found.model_copy(update={"card": found.card.model_copy(update={"name": shown})})


def _faces(registry: Registry, cast: Iterable[Character]) -> Iterator[_TestableService]:
    for kind in FACES:
        for name in registry.names(kind):
            steps = [(c, step) for c in cast for of, step in steps_of(c) if (of, step.provider) == (kind, name)]
            first = next((dict(step.settings) for _, step in steps if "base_url" in dict(step.settings)), None)
            values = first if first is not None else dict(steps[0][1].settings) if steps else {}
            if not registry.find(kind, name).local:
                yield _testable(registry, kind, name, values, [c.name for c, _ in steps])


def _language_model(registry: Registry, settings: Settings) -> Iterator[_TestableService]:
    """Yield the language model of lectern.toml, else the person's own; a program is looked for and not run."""
    chosen, http = settings.model or own_model(), registry.tools.http
    if chosen is None:
        return
    host = "" if chosen.is_program else host_of(chosen.address)
    whose = "lectern.toml" if settings.model else "your lectern.toml"
    card = ServiceCard(
        kind="language model", name=MODEL, host=host, key=http.keys.source(host) if host else "", used=(whose,)
    )
    named = chosen.base_url if settings.model and host and not is_local(chosen.address) else ""
    yield _TestableService(card=card, test=lambda: open_chat(http, chosen).test(), given=named)


def _testable(
    registry: Registry, kind: type[AnyProvider], name: str, values: Mapping[str, str], used: Iterable[str]
) -> _TestableService:
    """Return a provider as it can be tested with the settings that a file gives it."""
    provider = registry.find(kind, name)
    settings = _settings_for_test(provider, values)
    address = settings.base_url if isinstance(settings, RemotePolicy) else ""
    host = host_of(address) if address else ""
    card = ServiceCard(
        kind=provider.kind,
        name=name,
        host=host,
        key=registry.tools.http.keys.source(host) if host else "",
        used=tuple(dict.fromkeys(used)),
    )
    given = "" if not address or address == default_address(provider.settings) or is_local(address) else address
    return _TestableService(card=card, test=lambda: provider.test(settings, registry.tools.http), given=given)


def _settings_for_test(provider: AnyProvider, values: Mapping[str, str]) -> BaseModel:
    """Return a provider's settings; the defaults where none are set, even if a model still has to be chosen."""
    return provider.settings_from(values) if values else provider.settings.model_construct()
