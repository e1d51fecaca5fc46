"""The voices that Lectern carries, each with its settings of lectern.toml."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ..errors import LecternError
from ..services.http import Http
from ..services.registry import Registry
from ..services.voice_settings import BUILT_IN, VoiceSettings, as_text
from . import espeak
from .command import PRESETS, Command
from .elevenlabs import Conversion, ElevenLabs
from .gemini import Gemini
from .kokoro import Kokoro
from .openai import EdgeSpeech, LocalAI, OpenAISpeech
from .piper import Piper
from .recording import Recording
from .speaking import Means, PaidVoice, Speaker

Sections = Mapping[str, Mapping[str, str]]
"""`[voice.NAME]` of lectern.toml by name; `like` names the built-in voice that a name of one's own behaves like."""

SERVICES: Mapping[str, tuple[type[PaidVoice], str]] = MappingProxyType(
    {
        "openai": (OpenAISpeech, "OpenAI"),
        "localai": (LocalAI, "LocalAI"),
        "edge-tts": (EdgeSpeech, "openai-edge-tts"),
        "kokoro": (Kokoro, "Kokoro"),
        "elevenlabs": (ElevenLabs, "ElevenLabs"),
        "elevenlabs-convert": (Conversion, "ElevenLabs"),
        "piper": (Piper, "Piper"),
    }
)

LOCAL: Mapping[str, Callable[[str, type[VoiceSettings], Mapping[str, str], Means], Speaker]] = MappingProxyType(
    {
        "gemini": Gemini,
        "command": Command,
        "macos": Command,
        "windows": Command,
        "piper-command": Command,
        "recording": Recording,
    }
)


def add_built_in(registry: Registry, sections: Sections, http: Http, means: Means = Means()) -> None:
    """Adds eSpeak NG, the voices that Lectern carries, and those that `sections` name after one of them."""
    espeak.providers(registry)
    for name in BUILT_IN:
        registry.add("voice", _provider(name, name, sections.get(name, {}), http, means))
    for name, values in sections.items():
        if kind := values.get("like"):
            registry.add("voice", _provider(name, kind, values, http, means))


def _provider(name: str, kind: str, values: Mapping[str, str], http: Http, means: Means) -> Speaker:
    if kind not in BUILT_IN:
        raise LecternError(f'[voice.{name}] is like "{kind}", which is none of: {", ".join(BUILT_IN)}')
    standing = {key: value for key, value in values.items() if key != "like"}
    if kind in SERVICES:
        made, label = SERVICES[kind]
        return made(name, BUILT_IN[kind], http, label if name == kind else name, standing, means)
    if kind in PRESETS:
        standing = {"command": as_text(PRESETS[kind]), **standing}
    return LOCAL[kind](name, BUILT_IN[kind], standing, means)
