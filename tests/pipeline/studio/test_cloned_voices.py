"""A voice is cloned once, with consent that is written down, and then speaks for characters; a stranger has to ask."""

import base64
import json
import os
import stat
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.recordings import person, record

from lectern.pipeline.base import audio
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.build.costs import CostDeclined
from lectern.pipeline.build.report import _cloned, _synthetic
from lectern.pipeline.cli import cloned_voices as commands
from lectern.pipeline.cli.main import main
from lectern.pipeline.cli.options import joined_verbs
from lectern.pipeline.episode.errors import EpisodeErrors
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.providers.episode_voices import speaking_faults, untrusted_registry, voice_faults
from lectern.pipeline.providers.voices.elevenlabs import ElevenLabs
from lectern.pipeline.publish.description import Credit, credits_of, disclosure
from lectern.pipeline.services.cloned_voices import cloned_voice
from lectern.pipeline.services.http import ResponseLost
from lectern.pipeline.services.voice import VoiceTake
from lectern.pipeline.studio.clone import CloneAnswer, CloningPlan, clone_voice
from lectern.pipeline.studio.cloned_voices import forget_voice, voice_list
from lectern.pipeline.studio.say import say
from lectern.pipeline.timeline.model import Timeline
from lectern.pipeline.trust.allowed import require_sandbox
from lectern.pipeline.trust.grants import NotTrusted
from lectern.pipeline.trust.permissions import permission_requests, voice_permissions
from lectern.pipeline.voice.line_request import line_requests

ADD, MADE = ("POST", "/v1/voices/add"), b'{"voice_id": "c38k", "requires_verification": false}'
SAID = CloneAnswer("Vera Example", "Vera has agreed, in writing.", "Vera Example")


@pytest.fixture(autouse=True)
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    for name in ("ELEVENLABS_API_KEY", "LECTERN_KEYS", "FISH_API_KEY", "FISH_AUDIO_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "profile"


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record(tmp_path_factory.mktemp("recording") / "talk.wav", person())


@pytest.fixture
def home(tmp_path: Path, server: Any, reply: Any) -> Path:
    """A studio whose ElevenLabs is the test's server, with an episode in it."""
    server.on(*ADD, reply(MADE, kind="application/json"))
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "lectern.toml").write_text(f'[voice.elevenlabs]\nbase_url = "{server.base}"\nprice = 0.2\n')
    return folder


def clone(home: Path, file: Path | None, name: str = "my-voice", **more: Any) -> Any:
    return clone_voice(name, file, folder=home, **{"ask": lambda plan: SAID, "provider": "elevenlabs", **more})


def episode(folder: Path, **character: object) -> Path:
    (folder / "characters").mkdir(parents=True, exist_ok=True)
    vera = {"name": "Vera", "portrait": "lectern:ada", "voice": "my-voice", **character}
    (folder / "characters" / "vera.json").write_text(json.dumps(vera))
    (folder / "script.md").write_text("---\nnarrator: vera\n---\n# One\n\nThis is all there is.\n")
    return folder


def test_a_voice_is_kept_in_the_profile_alone_with_whose_it_is_who_said_so_and_when(
    home: Path, recording: Path, profile: Path, server: Any
) -> None:
    plans: list[CloningPlan] = []
    card = clone(home, recording, ask=lambda plan: plans.append(plan) or SAID)
    (plan,) = plans
    assert plan.provider == "ElevenLabs" and "is sent the recording, and keeps it." in plan.sent
    assert plan.check and plan.check.seconds == pytest.approx(card.seconds, abs=0.1)
    kept = cloned_voice("my-voice")
    assert kept and kept.consent.whose == "Vera Example" and kept.consent.statement == "Vera has agreed, in writing."
    assert kept.consent.by == "Vera Example" and kept.consent.at[:2] == "20" and kept.enrolments[0].voice == "c38k"
    files = sorted(profile.rglob("voices/*/*"))
    assert [file.name for file in files] == ["recording.wav", "voice.json"]
    assert os.name != "posix" or {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert [file.name for file in home.rglob("*")] == ["lectern.toml"]
    assert voice_list() == (card.model_copy(update={"findings": ()}),)
    assert server.count("POST") == 1


def test_without_consent_nothing_is_sent(
    home: Path, recording: Path, server: Any, profile: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    argv = ["voice", "clone", "my-voice", str(recording), "--with", "elevenlabs", "--in", str(home)]
    assert main(argv) == 2 and "Nobody can be asked here" in capsys.readouterr().err
    assert main([*argv, "--whose", "Vera"]) == 2
    monkeypatch.setattr(commands, "_is_terminal", lambda: True)
    for answers in (["mine", "no"], ["", "yes"]):
        monkeypatch.setattr("builtins.input", lambda question, left=answers: left.pop(0))
        assert main(argv) == 2 and "Nothing was cloned" in capsys.readouterr().err
    with pytest.raises(LecternError, match="known whose it is"):
        clone(home, recording, ask=lambda plan: CloneAnswer("Vera", " ", "me"))
    assert server.asked == [] and not (profile / "voices").exists()


def test_a_person_is_asked_whose_voice_it_is_and_an_agent_says_it(
    home: Path, recording: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(commands, "_is_terminal", lambda: True)
    monkeypatch.setattr("builtins.input", lambda question: "mine" if "Whose" in question else "yes")
    rest = ["--with", "elevenlabs", "--in", str(home), "--by", "vera"]
    assert main(["voice", "clone", "asked", str(recording), *rest]) == 0
    shown = capsys.readouterr()
    assert "is sent the recording" in shown.err and '"voice": "asked"' in shown.out
    said = ["--whose", "Ben", "--consent", "Ben has agreed on 3 May 2026.", "--json"]
    assert main(["voice", "clone", "told", str(recording), *rest, *said]) == 0
    assert json.loads(capsys.readouterr().out)["whose"] == "Ben"
    one, other = voice_list()
    assert (one.whose, one.by) == ("vera", "vera") and one.consent.startswith("This is my own voice; it may be cloned")
    assert (other.whose, other.consent, other.by) == ("Ben", "Ben has agreed on 3 May 2026.", "vera")
    assert main(["voice", "list"]) == 0
    assert "asked  vera" in capsys.readouterr().out


def test_a_bad_recording_is_refused_before_anybody_is_asked_or_anything_sent(
    home: Path, tmp_path: Path, server: Any
) -> None:
    def ask(plan: CloningPlan) -> CloneAnswer:
        raise AssertionError

    short = record(tmp_path / "short.wav", person(8))
    with pytest.raises(LecternError, match=r"short.wav: there are only 3\.\d s of speech"):
        clone(home, short, ask=ask)
    with pytest.raises(LecternError, match="there is no recording"):
        clone(home, tmp_path / "gone.wav", ask=ask)
    with pytest.raises(LecternError, match="name the recording: lectern voice clone my-voice FILE.wav"):
        clone(home, None, ask=ask)
    for name in ("My Voice", "../me", "", "-x", "a" * 65):
        with pytest.raises(LecternError, match="can't be the name of a cloned voice"):
            clone(home, short, name=name, ask=ask)
    with pytest.raises(LecternError, match='"alloy" is a voice of OpenAI'):
        clone(home, short, name="alloy", ask=ask)
    for provider in ("espeak", "openai", "piper"):
        with pytest.raises(LecternError, match="can't clone voices; those that can are: chatterbox, "):
            clone(home, short, provider=provider, ask=ask)
    assert server.asked == []


def test_a_character_names_the_voice_and_speaks_with_it_wherever_it_was_cloned(
    home: Path, recording: Path, server: Any, reply: Any, tmp_path: Path
) -> None:
    clone(home, recording)
    away = episode(tmp_path / "away")
    read = read_episode(away)
    (vera,) = [c for c in read.characters if c.id == "vera"]
    assert (vera.provider, vera.voice, vera.clone.name) == ("elevenlabs", "c38k", "my-voice")
    assert dict(vera.settings) == {"base_url": server.base}
    (request,) = line_requests(untrusted_registry(read), read, read.scenes).values()
    assert (request.voice, request.reference) == ("c38k", None)
    named = read_episode(episode(tmp_path / "named", provider="elevenlabs-convert"))
    assert next(c for c in named.characters if c.id == "vera").voice == "c38k"


def test_a_strangers_episode_has_to_ask_for_a_persons_voice(
    home: Path, recording: Path, tmp_path: Path, server: Any
) -> None:
    clone(home, recording)
    asked, folder = len(server.asked), episode(tmp_path / "theirs")
    for requests in (permission_requests(read_episode(folder)), voice_permissions(read_episode(folder))):
        (voice,) = [request for request in requests if request.kind == "voice"]
        assert voice.where == "characters/vera.json" and voice.personal
        assert 'Vera speaks with your cloned voice "my-voice", the voice of Vera Example' in voice.what
    with pytest.raises(NotTrusted, match="speaks with your cloned voice"):
        say("Hello.", tmp_path / "hello.wav", folder=folder, character="vera", agree=lambda costs: True)
    with pytest.raises(NotTrusted, match="No sandbox holds this"):
        require_sandbox(permission_requests(read_episode(folder)))
    assert len(server.asked) == asked


def test_whoever_trusts_it_hears_the_cloned_voice_at_the_price_of_any_line(
    home: Path, recording: Path, tmp_path: Path, server: Any, reply: Any
) -> None:
    clone(home, recording)
    spoken = base64.b64encode(recording.read_bytes()).decode()
    path = "/v1/text-to-speech/c38k/with-timestamps"
    server.on("POST", path, reply(json.dumps({"audio_base64": spoken}).encode(), kind="application/json"))
    folder, out, asked = episode(tmp_path / "theirs"), tmp_path / "hello.wav", []
    (folder / "lectern.toml").write_text("[voice.elevenlabs]\nprice = 0.2\n")
    with pytest.raises(CostDeclined, match="ElevenLabs"):
        say("Hello.", out, folder=folder, character="vera", trust=True)
    done = say("Hello.", out, folder=folder, character="vera", agree=lambda costs: asked.append(costs) or True)
    assert done.seconds > 10 and out.is_file() and len(asked) == 1
    assert [a.path for a in server.asked] == ["/v1/voices/add", path]


def test_a_cloned_voice_of_another_computer_is_told_from_a_language(tmp_path: Path) -> None:
    read = read_episode(episode(tmp_path / "theirs"))
    (fault,) = speaking_faults(read, untrusted_registry(read))
    assert 'has no voice "my-voice"' in fault.message and "on the computer on which it was cloned" in fault.message


def test_the_report_names_the_voice_and_the_day_of_its_consent_but_not_the_person(
    home: Path, recording: Path, tmp_path: Path
) -> None:
    clone(home, recording)
    read = read_episode(episode(tmp_path / "ep"))
    heard = (Credit(id="vera", name="Vera", photographed=False, voice="cloned"),)
    assert _synthetic(read, heard) == ('Vera: elevenlabs, the cloned voice "my-voice"',)
    (told,) = _cloned(read, heard)
    kept = cloned_voice("my-voice")
    assert kept and told.consent == kept.consent.at[:10] and "Example" not in told.model_dump_json()
    assert _cloned(read, (heard[0].model_copy(update={"voice": "recorded"}),)) == ()


def test_a_voice_is_asked_for_only_where_it_was_cloned(
    home: Path, recording: Path, tmp_path: Path, server: Any
) -> None:
    clone(home, recording)
    folder = episode(tmp_path / "theirs", settings={"base_url": "https://evil.example"})
    with pytest.raises(EpisodeErrors, match=r'characters/vera.json:1: "base_url": the voice "my-voice" was cloned'):
        read_episode(folder)
    folder = episode(tmp_path / "other", provider="elevenlabs")
    (folder / "lectern.toml").write_text('[voice.elevenlabs]\nbase_url = "https://evil.example"\n')
    vera = next(c for c in read_episode(folder).characters if c.id == "vera")
    assert dict(vera.settings)["base_url"] == server.base
    assert "evil" not in str(permission_requests(read_episode(folder)))


def test_a_recording_that_goes_along_with_every_line_is_part_of_the_request_and_of_the_question(
    home: Path, recording: Path, tmp_path: Path, server: Any, profile: Path
) -> None:
    (home / "lectern.toml").write_text(f'[voice.gpu]\nlike = "xtts"\nbase_url = "{server.base}"\n')
    card = clone(home, recording, provider="gpu")
    assert [(e.provider, e.voice) for e in card.providers] == [("gpu", "")] and server.asked == []
    read = read_episode(episode(tmp_path / "ep"))
    vera = next(c for c in read.characters if c.id == "vera")
    assert vera.provider == "xtts"  # the episode's settings know no gpu
    (request,) = line_requests(untrusted_registry(read), read, read.scenes).values()
    assert request.reference and (request.reference.name, request.reference.file) == ("my-voice", "gpu.wav")
    assert "what Vera says, and your recording" in str(permission_requests(read))
    assert (profile / "voices" / "my-voice" / "gpu.wav").is_file()


def test_a_voice_is_cloned_with_one_more_provider_from_the_same_recording(
    home: Path, recording: Path, tmp_path: Path, server: Any
) -> None:
    clone(home, recording)
    with pytest.raises(LecternError, match="is cloned with elevenlabs already"):
        clone(home, None)
    with pytest.raises(LecternError, match="was made from another recording"):
        clone(home, record(tmp_path / "other.wav", person(seed=5)), provider="pocket-tts")
    with pytest.raises(LecternError, match="is the voice of Vera Example, not of Ben"):
        clone(home, None, provider="pocket-tts", ask=lambda plan: CloneAnswer("Ben", "yes", "Ben"))
    card = clone(home, None, provider="pocket-tts")
    assert [e.provider for e in card.providers] == ["elevenlabs", "pocket-tts"] and card.providers[
        1
    ].where == "pocket-tts"
    vera = next(c for c in read_episode(episode(tmp_path / "ep")).characters if c.id == "vera")
    assert vera.provider == "pocket-tts"  # the last one, where nobody says which
    read = read_episode(episode(tmp_path / "ep", provider="chatterbox"))
    (fault,) = voice_faults(read, untrusted_registry(read))
    assert "not with Chatterbox: lectern voice clone my-voice --with chatterbox" in fault.message


def test_a_voice_that_a_service_has_already_needs_no_recording(home: Path, server: Any) -> None:
    card = clone(home, None, voice="21m00")
    assert card.providers[0].voice == "21m00" and server.asked == []
    gone = forget_voice("my-voice", folder=home)
    assert gone.deleted == () and "Lectern has not made it there" in gone.left[0] and server.asked == []


def test_a_lost_answer_is_told_and_the_recording_is_not_sent_twice_by_itself(
    home: Path, recording: Path, server: Any, reply: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ElevenLabs, "enrol", killed)
        with pytest.raises(KeyboardInterrupt):
            clone(home, recording)
    with pytest.raises(ResponseLost, match='waited for ElevenLabs to clone the voice "my-voice"'):
        clone(home, recording)
    assert server.asked == [] and voice_list() == ()
    clone(home, recording)
    forget_voice("my-voice", folder=home, only_here=True)
    server.on(*ADD, reply(b'{"voice_id": "new"}', kind="application/json"))
    assert clone(home, recording).providers[0].voice == "new"  # no answer of before the voice was forgotten


def test_forgetting_deletes_at_the_service_too_unless_that_fails(
    home: Path, recording: Path, server: Any, reply: Any, profile: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lectern.pipeline.services.http.ATTEMPTS", 1)
    clone(home, recording)
    argv = ["voice", "forget", "my-voice", "--in", str(home)]
    assert main(argv) == 2 and "and at 127.0.0.1" in (told := capsys.readouterr().err) and "Nothing was deleted" in told
    server.on("DELETE", "/v1/voices/c38k", reply(b"{}", 500), reply(b"{}"))
    assert main([*argv, "--yes"]) == 2 and "The voice was not forgotten" in capsys.readouterr().err
    assert len(voice_list()) == 1
    assert main([*argv, "--yes"]) == 0 and "was forgotten. It was deleted at 127.0.0.1" in capsys.readouterr().out
    assert list((profile / "voices").iterdir()) == [] and server.count("DELETE") == 2
    assert main([*argv, "--yes"]) == 2 and "there are: none yet" in capsys.readouterr().err


def test_an_address_from_a_file_gets_a_recording_only_if_it_is_trusted(home: Path, recording: Path) -> None:
    (home / "lectern.toml").write_text('[voice.elevenlabs]\nbase_url = "https://speech.invalid"\n')
    with pytest.raises(NotTrusted, match="speech.invalid is sent the recording of a voice"):
        clone(home, recording)
    with pytest.raises(LecternError, match="can't be reached"):
        clone(home, recording, trust=True)


def test_what_is_said_in_a_recording_is_given_asked_for_or_heard(
    home: Path, recording: Path, server: Any, reply: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "lectern.pipeline.studio.clone.cut_with_text", lambda sound, text, language, longest: (sound, text)
    )
    (home / "lectern.toml").write_text(f'[voice.fish-speech]\nbase_url = "{server.base}"\n')
    server.on("POST", "/v1/references/add", reply(b'{"success": true}', kind="application/json"))
    with pytest.raises(LecternError, match="has to know what is said in the recording: give --text"):
        clone(home, recording, provider="fish-speech")
    clone(home, recording, name="given", provider="fish-speech", text="Given  words.")
    asked = CloneAnswer("Vera Example", "yes", "Vera", "Asked words.")
    clone(home, recording, name="asked", provider="fish-speech", ask=lambda plan: asked)
    with (home / "lectern.toml").open("a") as toml:
        toml.write(f'[transcription]\nbase_url = "{server.base}/v1"\nprice = 0\n')
    heard = b'{"text": "Heard words.", "words": [], "task": "transcribe"}'
    server.on("POST", "/v1/audio/transcriptions", reply(heard, kind="application/json"))
    clone(home, recording, name="heard", provider="fish-speech")
    bodies = [asked.body for asked in server.asked if asked.path.endswith("/add")]
    assert [words in body for words, body in zip((b"Given words.", b"Asked words.", b"Heard words."), bodies)] == [
        True
    ] * 3


def test_a_film_says_that_a_voice_was_made_from_a_recording() -> None:
    def credit(name: str, voice: Any) -> Credit:
        return Credit(id=name.lower(), name=name, photographed=False, voice=voice)

    assert disclosure([credit("Vera", "cloned")]).startswith(
        "Vera is a drawing with a synthetic voice made from a person's recording."
    )
    both = disclosure([credit("Vera", "cloned"), credit("Ben", "cloned"), credit("Ada", "synthetic")])
    assert "Vera and Ben are drawings with synthetic voices made from people's recordings." in both
    assert "Ada is a drawing with a synthetic voice." in both


def test_credits_tell_a_cloned_voice_from_a_synthetic_one(home: Path, recording: Path, tmp_path: Path) -> None:
    clone(home, recording)
    read = read_episode(episode(tmp_path / "ep"))
    take = VoiceTake(audio="voice.wav", duration=1.0, words=(), phonemes=(), tier="service")
    voices = {line.id: take for scene in read.scenes for line in scene.lines}
    timeline = Timeline.model_construct(strips=())
    assert [(c.name, c.voice) for c in credits_of(read, timeline, voices)] == [("Vera", "cloned")]
    real = {id: take.model_copy(update={"synthetic": False}) for id, take in voices.items()}
    assert [c.voice for c in credits_of(read, timeline, real)] == ["recorded"]


def test_a_damaged_record_is_named(home: Path, recording: Path, profile: Path, tmp_path: Path) -> None:
    clone(home, recording)
    (profile / "voices" / "my-voice" / "voice.json").write_text("{}")
    with pytest.raises(EpisodeErrors, match="voice.json is damaged"):
        read_episode(episode(tmp_path / "ep"))


def test_verbs_of_two_words_are_told_from_folders() -> None:
    assert joined_verbs(["voice", "clone", "me", "a.wav"]) == ["voice clone", "me", "a.wav"]
    assert joined_verbs(["--quiet", "-c", "voice", "voice", "list"]) == ["--quiet", "-c", "voice", "voice list"]
    for other in (["voice", "./list"], ["voice"], ["build", "voice", "list"], ["say", "voice", "-o", "list"]):
        assert joined_verbs(other) == other


def test_the_recording_that_is_kept_is_what_is_used(home: Path, recording: Path, profile: Path) -> None:
    clone(home, recording)
    kept = audio.read(profile / "voices" / "my-voice" / "recording.wav")[:, 0]
    assert np.abs(kept[:2400]).max() > 0 and audio.measure(kept[:, None]).integrated == pytest.approx(-20, abs=0.5)
