"""`lectern service`: the voices, transcription and services of faces that can be used, and whether they answer."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

from ..avatar.live.providers import LOCAL
from ..episode.characters import read_characters
from ..episode.folder import character_folders, settings_file
from ..episode.model import Character, Provider, Settings
from ..episode.settings import read_settings
from ..errors import LecternError
from ..model import Frozen
from ..services.dealings import usual_address
from ..services.keys import FILE, host_of, is_local, sound_key, store_key
from ..services.profile import profile_folder
from ..services.registry import Registry
from ..services.transcription import OpenAITranscription, TranscriptionSettings
from ..services.usage import Tested
from .faces import faces, steps_of
from .plugins import plugins_of
from .trust import Danger, is_trusted, require_trust, trust, trusted_whole
from .voices import keys, services, voice_registry

Kind = Literal["voice", "transcription", "image", "motion", "lipsync", "matting"]
FACES: tuple[Kind, ...] = ("image", "motion", "lipsync", "matting")
TRANSCRIPTION = "transcription"


class ServiceCard(Frozen):
    """Something that can be asked: its `host` ("": a program, or Lectern itself), and where that host's key comes from ("":
    there is none). `used`: by lectern.toml, or by whom."""

    kind: Kind
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


class KeptKey(Frozen):
    """A key that was put into `file`; `first` names what is looked at before it, and holds one, too."""

    host: str
    file: Path
    first: str = ""


class _Known(Frozen):
    """A service as it can be tested: `given` is the address that a file gives it."""

    card: ServiceCard
    test: Callable[[], Tested]
    given: str = ""


def service_list(folder: Path, config: Path | None = None, trusted: bool = False) -> tuple[ServiceCard, ...]:
    """Everything that can be asked with the settings that hold in `folder`, which need not be an episode.

    Plug-ins are among it where the episode is trusted. Contacts nobody.
    """
    return tuple(known.card for known in _known(folder.resolve(), config, trusted))


def service_test(
    folder: Path, name: str | None = None, *, config: Path | None = None, trusted: bool = False
) -> tuple[TestedCard, ...]:
    """Asks the service called `name` (None: all that lectern.toml or a character uses) whether it works; free of charge.

    LecternError where there is none of that name; NotTrusted where a file says that another address than the usual one
    is asked, and the person has not allowed that.
    """
    folder = folder.resolve()
    every = _known(folder, config, trusted)
    chosen = [known for known in every if (known.card.name == name if name else known.card.used)]
    if name and not chosen:
        there = ", ".join(dict.fromkeys(known.card.name for known in every))
        raise LecternError(f'there is no service called "{name}"; there are: {there}')
    _allow([known for known in chosen if known.given], folder, config, trusted)
    return tuple(_tested(known) for known in chosen)


def keep_key(host: str, key: str) -> KeptKey:
    """Keeps the key of a host (or of an address's) in the person's profile; an empty key is forgotten."""
    host = host_of(host if "://" in host else f"https://{host}")
    file = profile_folder() / FILE
    store_key(file, host, sound_key(key.strip(), "what was given"))
    source = keys().source(host)
    return KeptKey(host=host, file=file, first="" if source in ("", str(file)) else source)


def _tested(known: _Known) -> TestedCard:
    try:
        found = known.test()
    except LecternError as error:
        found = Tested(ok=False, what=str(error))
    return TestedCard(service=known.card, ok=found.ok, what=found.what, voices=found.voices)


def _known(folder: Path, config: Path | None, trusted: bool) -> tuple[_Known, ...]:
    file = config or settings_file(folder)
    settings = read_settings(file, str(file)) if file else Settings()
    people = read_characters(character_folders(folder, config), folder)
    plugins = plugins_of(folder, config) if trusted or trusted_whole(folder, config) else ()
    return (
        *_voices(voice_registry(settings, plugins), settings, people),
        _transcription(settings),
        *_faces(faces(settings, plugins), people),
    )


def _allow(asked: list[_Known], folder: Path, config: Path | None, trusted: bool) -> None:
    """Raises NotTrusted unless the person allows asking at the addresses that files give."""
    allowed = trusted_whole(folder, config)
    asked = [known for known in asked if not any(_names(danger, known) for danger in allowed)]
    would_ask = tuple(
        Danger(kind="host", where="lectern.toml", what=f"{k.card.host} is asked what it has{_with_key(k.card)}") for k in asked
    )
    if trusted and not is_trusted(would_ask):
        trust(would_ask, folder)
    require_trust(would_ask)


def _names(danger: Danger, known: _Known) -> bool:
    """Whether something of a trusted episode is sent to the service anyway."""
    return danger.kind == "host" and danger.what.startswith(f"{known.card.host} is sent ")


def _with_key(card: ServiceCard) -> str:
    return f", with the key from {card.key}" if card.key else ""


def _card(kind: Kind, name: str, address: str, used: Iterable[str]) -> ServiceCard:
    host = host_of(address) if address else ""
    return ServiceCard(kind=kind, name=name, host=host, key=keys().source(host) if host else "", used=tuple(dict.fromkeys(used)))


def _voices(registry: Registry, settings: Settings, people: Iterable[Character]) -> Iterator[_Known]:
    for name in registry.names("voice"):
        provider = registry.find("voice", name)
        used = [c.name for c in people if c.provider == name]
        used += ["lectern.toml"] if name in dict(settings.voice) else []
        yield _voice(provider, used)


def _voice(provider: Any, used: list[str]) -> _Known:
    if not hasattr(provider, "test"):
        return _Known(card=_card("voice", provider.name, "", used), test=_built_in)
    settings = provider.configured() if hasattr(provider, "configured") else provider.settings()
    address = getattr(settings, "base_url", "")
    given = "" if not address or address == usual_address(type(settings)) or is_local(address) else address
    return _Known(card=_card("voice", provider.name, address, used), test=lambda: provider.test(settings), given=given)


def _transcription(settings: Settings) -> _Known:
    asked = settings.transcription or TranscriptionSettings()
    card = _card("transcription", TRANSCRIPTION, asked.base_url, ["lectern.toml"] if settings.transcription else [])
    given = "" if asked.base_url == usual_address(TranscriptionSettings) or is_local(asked.base_url) else asked.base_url
    return _Known(card=card, test=lambda: OpenAITranscription(services(), asked).test(), given=given)


def _faces(registry: Registry, people: Iterable[Character]) -> Iterator[_Known]:
    for kind in FACES:
        for name in registry.names(kind):
            if name not in LOCAL:
                yield _face(registry.find(kind, name), kind, [(c.name, dict(s.settings)) for c, s in _steps(people, kind, name)])


def _face(provider: Any, kind: Kind, steps: list[tuple[str, dict[str, str]]]) -> _Known:
    given = next((values["base_url"] for _, values in steps if "base_url" in values), "")
    address = given or usual_address(provider.settings)
    card = _card(kind, provider.name, address, [name for name, _ in steps])
    values = steps[0][1] if steps else {}
    test = (lambda: provider.test_at(address, values)) if hasattr(provider, "test_at") else _built_in
    return _Known(card=card, test=test, given="" if given and is_local(given) else given)


def _steps(people: Iterable[Character], kind: Kind, name: str) -> list[tuple[Character, Provider]]:
    return [(c, step) for c in people for of, step in steps_of(c) if (of, step.provider) == (kind, name)]


def _built_in() -> Tested:
    return Tested(ok=True, what="it is on this computer; there is nothing to contact")
