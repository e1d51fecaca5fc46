"""`lectern voice clone`: a voice made from a person's recording, once, for every film of theirs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from ..base import audio
from ..base.arrays import MonoSamples
from ..base.errors import LecternError
from ..base.files import digest as digest_of, read_bounded
from ..base.profile import asked_folder, profile_folder
from ..build.costs import CostApproval, decline_costs, estimate, require_agreement
from ..episode.folder import language_in, settings_in
from ..episode.settings import Settings
from ..providers.cloning_engine import (
    CloningEngine,
    best_cloning_provider,
    cloning_engine,
    cloning_fault,
    cloning_providers,
)
from ..services.cloned_voices import (
    PLACE,
    RECORDING,
    ClonedVoice,
    Consent,
    Enrolment,
    cloned_voice,
    sample_digest,
    store_cloned_voice,
    voice_folder,
)
from ..services.cloning import Cloning, VoiceSample
from ..services.keys import host_of, is_local
from ..services.ledger import Ledger
from ..services.policy import default_address
from ..services.registry import Registry
from ..services.transcription import TranscriptionProvider, TranscriptionRequest
from ..services.voice import VoiceProvider
from ..trust.allowed import Trust
from ..trust.grants import require_trust
from ..trust.request import PermissionRequest, service_request
from ..trust.services import key_clause
from ..voice.sound import wav
from ..voice.voice_sample import LONGEST, CheckedSample, SampleCheck, check_sample, cut_at_pause, cut_with_text
from .cloned_voices import ClonedVoiceCard, card_of_voice, trusted_registry

LARGEST = 500_000_000
"""Bytes of a recording that are read."""


@dataclass(frozen=True)
class CloningPlan:
    """What a person is asked about: `name` is made with `provider`, `sent` is a sentence that says where the recording goes.

    `check` is what was found in the recording (None: there is none, the voice is at the service already). `wants_text`: the provider has
    to know what is said in it, and nobody has told.
    """

    name: str
    provider: str
    sent: str
    check: SampleCheck | None
    wants_text: bool


@dataclass(frozen=True)
class CloneAnswer:
    """What a person answers: `whose` voice it is, the `statement` that it may be cloned, `by` whom, and the `text` if that was wanted."""

    whose: str
    statement: str
    by: str
    text: str = ""


type ConsentPrompt = Callable[[CloningPlan], CloneAnswer]


@dataclass(frozen=True)
class _Recording:
    """What is cloned from: the sound of `check`, the `digest` of the file it came from, and what is said in it, as far as it is known."""

    sample: CheckedSample
    digest: str
    text: str


def clone_voice(
    name: str,
    file: Path | None,
    *,
    folder: Path,
    ask: ConsentPrompt,
    provider: str = "",
    voice: str = "",
    text: str = "",
    language: str = "",
    config: Path | None = None,
    trust: Trust = False,
    agree: CostApproval = decline_costs,
) -> ClonedVoiceCard:
    """Clone the voice in the recording `file` with `provider`, and keep it in the profile as `name`; characters can then name it.

    Settings and plug-ins are those that hold in `folder`. `voice` names one that the service has already, so that nothing is sent.
    `text` is what is said in the recording; `ask` asks for consent before anything is sent. A voice that is there already is cloned with
    one more provider, from the same recording. Raises LecternError with the way out, NotTrusted if a file says where the recording
    goes and that isn't allowed, CostDeclined as `build` does.
    """
    settings = settings_in(folder, config)
    registry = trusted_registry(folder, config, settings, trust)
    engine = cloning_engine(provider or best_cloning_provider(registry, settings), registry, settings)
    known = cloned_voice(name)
    _refuse_name(name, registry)
    _refuse_engine(engine, registry, known, voice)
    recording = None if voice else _recording(name, file, known, text)
    wanted = recording is not None and engine.cloning.text_needed(engine.settings) and not recording.text
    listens = wanted and registry.tools.listening is not None
    require_trust(_requests(engine, recording, settings, registry, listens), folder, trust=bool(trust))
    answer = _consent(ask(_plan(name, engine, recording, wanted and not listens)), known)
    spoken = language or (known.language if known else "") or language_in(folder)
    made = _enrolment(engine, answer, voice)
    if recording is None:
        return _kept(name, known, made, spoken, {})
    recording = replace(recording, text=recording.text or " ".join(answer.text.split()))
    sound, said = _sound_for(engine, recording, spoken, _listener(registry, spoken, agree) if listens else None)
    sample = VoiceSample(name, voice_folder(name) / f"{engine.name}.wav", wav(sound), said, spoken, answer.statement)
    return _cloned(engine, made, sample, recording, known, registry)


def _plan(name: str, engine: CloningEngine, recording: _Recording | None, wants_text: bool) -> CloningPlan:
    check = recording.sample.check if recording else None
    return CloningPlan(name, engine.provider.title, _sent(engine, recording), check, wants_text)


def _cloned(
    engine: CloningEngine, made: Enrolment, sample: VoiceSample, recording: _Recording, known: ClonedVoice | None, registry: Registry
) -> ClonedVoiceCard:  # fmt: skip
    """Give the recording to the service, if that keeps it, and write down what came of it."""
    files = {} if known and known.digest else {RECORDING: wav(recording.sample.sound)}
    seconds = len(recording.sample.sound) / audio.RATE
    more = {"seconds": round(seconds, 2), "digest": recording.digest, "text": recording.text}
    findings = recording.sample.check.findings
    if not engine.cloning.keeps:
        digest = sample_digest(sample.wav, sample.text)
        there = made.model_copy(update={"file": sample.file.name, "text": sample.text, "digest": digest})
        return _kept(sample.name, known, there, sample.language, files | {sample.file.name: sample.wav}, more, findings)
    ledger = Ledger(asked_folder(profile_folder() / "voices"))
    key = digest_of(f"{sample.name}\0{engine.name}\0{engine.place}\0{sample.text}".encode() + sample.wav, 20)
    what = f'{engine.provider.title} to clone the voice "{sample.name}"'
    voice = ledger.once(
        key, what, lambda: engine.cloning.enrol(registry.tools.http, engine.settings, sample).encode()
    ).decode()
    card = _kept(sample.name, known, made.model_copy(update={"voice": voice}), sample.language, files, more, findings)
    ledger.forget(key)
    return card


def _kept(
    name: str,
    known: ClonedVoice | None,
    made: Enrolment,
    language: str,
    files: Mapping[str, bytes],
    more: Mapping[str, object] = MappingProxyType({}),
    findings: tuple[str, ...] = (),
) -> ClonedVoiceCard:
    """Write a voice down with one more enrolment."""
    before = known or ClonedVoice(name=name, language=language, enrolments=(made,))
    voice = before.model_copy(update={**more, "enrolments": (*(known.enrolments if known else ()), made)})
    store_cloned_voice(voice, files)
    return card_of_voice(voice, findings)


def _enrolment(engine: CloningEngine, answer: CloneAnswer, voice: str) -> Enrolment:
    own = tuple((name, value) for name, value in sorted(engine.values.items()) if name not in PLACE)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    return Enrolment(
        provider=engine.name,
        base=engine.base,
        voice=voice,
        consent=Consent(whose=answer.whose, statement=answer.statement, by=answer.by, at=at),
        place=engine.place,
        settings=own if engine.name != engine.base else (),
        plugin=engine.plugin,
        shared_with=getattr(engine.provider, "shared_with", ()),
        made=not voice,
    )


def _refuse_name(name: str, registry: Registry) -> None:
    """Raise LecternError if no cloned voice can have that name, or if a provider has a voice of that name."""
    voice_folder(name)
    providers = (registry.find(VoiceProvider, provider) for provider in registry.names(VoiceProvider))
    if owner := next((p for p in providers if p.default_voice == name), None):
        raise LecternError(f'"{name}" is a voice of {owner.title}: choose another name for yours, like my-{name}')


def _refuse_engine(engine: CloningEngine, registry: Registry, known: ClonedVoice | None, voice: str) -> None:
    """Raise LecternError if the provider can't clone, or has the voice already."""
    if known and any(engine.name == there.provider for there in known.enrolments):
        raise LecternError(
            f'"{known.name}" is cloned with {engine.name} already; to make it again: lectern voice forget {known.name} --with {engine.name}'
        )
    if voice:
        return
    if fault := cloning_fault(engine.provider, engine.settings):
        known_ones = ", ".join(cloning_providers(registry))
        raise LecternError(
            fault if isinstance(engine.provider, Cloning) else f"{fault}; those that can are: {known_ones}"
        )


def _recording(name: str, file: Path | None, known: ClonedVoice | None, text: str) -> _Recording:
    """Return what is cloned from. Raises LecternError if it is missing, or not good enough."""
    if file is None and not (known and known.digest):
        raise LecternError(f"name the recording: lectern voice clone {name} FILE.wav (10 to 60 s of speech)")
    path = file or voice_folder(name) / RECORDING
    if not path.is_file():
        raise LecternError(f"there is no recording {path}")
    content = digest_of(read_bounded(path, LARGEST))
    if file is None and known:
        content = known.digest
    if known and known.digest not in ("", content):
        raise LecternError(
            f'"{name}" was made from another recording than {path.name}: choose another name, or forget it first'
        )
    sample = check_sample(path)
    if sample.check.faults:
        raise LecternError("\n".join(f"{path.name}: {fault}" for fault in sample.check.faults))
    if text and sample.check.seconds > LONGEST:
        raise LecternError(
            f"{path.name} is longer than the {LONGEST:.0f} s that are used: cut it, so that it and the text say the same"
        )
    return _Recording(sample, content, " ".join(text.split()) or (known.text if known else ""))


def _requests(
    engine: CloningEngine, recording: _Recording | None, settings: Settings, registry: Registry, listens: bool
) -> tuple[PermissionRequest, ...]:
    """Return the hosts that are sent the recording because a file says so, and not Lectern."""
    asked: list[tuple[str, str]] = []
    if recording and (address := dict(engine.place).get("base_url", "")) and engine.cloning.keeps:
        asked.append((address, default_address(engine.provider.settings)))
    if listens and (choice := settings.transcription):
        provider = registry.find(TranscriptionProvider, choice.provider)
        given = provider.settings_from(dict(choice.settings))
        asked.append((getattr(given, "base_url", ""), default_address(provider.settings)))
    places = (address for address, usual in asked if address and address != usual and not is_local(address))
    return tuple(
        service_request(host, "lectern.toml", f"{host} is sent the recording of a voice{key_clause(host)}")
        for host in map(host_of, places)
    )


def _sent(engine: CloningEngine, recording: _Recording | None) -> str:
    """Return where the recording goes, as a sentence."""
    reach = engine.provider.reach(engine.settings)
    where = reach.host or engine.name
    if recording is None:
        return f"The voice is at {where} already; nothing is sent."
    if reach.command:
        return f"The program {reach.command[0]} is given the recording with every line."
    key = key_clause(reach.host) if reach.host else ""
    return f"{where} is sent the recording{key}{', and keeps it' if engine.cloning.keeps else ', with every line'}."


def _consent(answer: CloneAnswer, known: ClonedVoice | None) -> CloneAnswer:
    """Return the answer. Raises LecternError if it doesn't say what has to be known."""
    whose, statement, by = (" ".join(part.split()) for part in (answer.whose, answer.statement, answer.by))
    given = CloneAnswer(whose, statement, by, answer.text)
    if not (given.whose and given.statement and given.by):
        raise LecternError(
            "a voice is cloned only if it is known whose it is, that it may be cloned, and who says so: give --whose and --consent"
        )
    if known and known.consent.whose != given.whose:
        raise LecternError(
            f'"{known.name}" is the voice of {known.consent.whose}, not of {given.whose}: choose another name'
        )
    return given


def _listener(registry: Registry, language: str, agree: CostApproval) -> Callable[[MonoSamples], str]:
    """Return what writes down what is said in a sound. Raises CostDeclined if that costs something and nobody agrees."""

    def listen(sound: MonoSamples) -> str:
        assert registry.tools.listening
        transcriber = registry.tools.listening(Ledger(asked_folder(profile_folder() / "voices")))
        require_agreement(estimate([transcriber.cost(len(sound) / audio.RATE)]), agree)
        text = transcriber.transcribe(TranscriptionRequest(wav=wav(sound), language=language)).text
        if not text.strip():
            raise LecternError("the transcription heard no words in the recording; give --text with what is said in it")
        return " ".join(text.split())

    return listen


def _sound_for(
    engine: CloningEngine, recording: _Recording, language: str, listen: Callable[[MonoSamples], str] | None
) -> tuple[MonoSamples, str]:
    """Return as much of the recording as the provider takes, and what is said in that, if it has to know."""
    sound, longest = recording.sample.sound, engine.cloning.sample_seconds[1]
    if not engine.cloning.text_needed(engine.settings):
        return cut_at_pause(sound, longest), ""
    if listen:
        cut = cut_at_pause(sound, longest)
        return cut, listen(cut)
    if not recording.text:
        raise LecternError(
            f"{engine.provider.title} has to know what is said in the recording: give --text with it, word by word, or set up "
            "[transcription] in lectern.toml"
        )
    return cut_with_text(sound, recording.text, language, longest)
