"""ElevenLabs: times of characters, continuity, conversion of a recording; and its faults."""

import hashlib
import json
from typing import Any

import numpy as np
import pytest
from speech import as_json, ask, base64_of, bursts, coded, spans_of, wav

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.services.voice import RecordedSource

VOICE = "21m00Tcm4TlvDq8ikWAM"
SPEECH = ("POST", f"/v1/text-to-speech/{VOICE}/with-timestamps")
CHANGE = ("POST", f"/v1/speech-to-speech/{VOICE}")
TEXT = "One command — it does all."


def alignment(text: str) -> dict[str, Any]:
    """Times of all characters, blanks included, evenly within each word."""
    characters, starts, ends = [], [], []
    for word, (start, end) in zip(text.split(), spans_of(text), strict=True):
        if characters:
            characters, starts, ends = [*characters, " "], [*starts, ends[-1]], [*ends, start]
        step = (end - start) / len(word)
        characters += word
        starts += [start + i * step for i in range(len(word))]
        ends += [start + (i + 1) * step for i in range(len(word))]
    return {
        "characters": characters,
        "character_start_times_seconds": starts,
        "character_end_times_seconds": ends,
    }


def answer(text: str, **more: Any) -> bytes:
    sound = base64_of(coded(text, "mp3", "libmp3lame", 44100))
    return as_json({"audio_base64": sound, "alignment": alignment(text), "normalized_alignment": None, **more})


@pytest.fixture
def eleven(studio: Any) -> Any:
    studio.sections["elevenlabs"] = {"base_url": studio.base, "price": "0.2", "timeout": "0.5"}
    return studio


def line(text: str = TEXT, **more: Any) -> Any:
    return ask(text, "elevenlabs", voice=VOICE, **more)


def test_the_request_is_the_documented_one(eleven: Any, server: Any, reply: Any) -> None:
    server.on(*SPEECH, reply(answer(TEXT)))
    eleven.speak(line(settings={"seed": "7", "stability": "0.4", "send_language": "true"}))
    (asked,) = server.asked
    assert asked.query == {"output_format": ["mp3_44100_128"]}
    assert asked.headers["xi-api-key"] == "secret" and "authorization" not in asked.headers
    assert asked.json() == {
        "text": TEXT,
        "model_id": "eleven_multilingual_v2",
        "voice_settings": {
            "stability": 0.4, "similarity_boost": 0.75, "style": 0.0, "use_speaker_boost": True, "speed": 1.0
        },
        "apply_text_normalization": "auto",
        "seed": 7,
        "language_code": "en",
    }  # fmt: skip


def test_words_are_where_their_characters_are(eleven: Any, server: Any, reply: Any) -> None:
    server.on(*SPEECH, reply(answer(TEXT)))
    take, samples = eleven.speak(line())
    assert (take.tier, take.usage.price) == ("service", pytest.approx(0.2 * len(TEXT) / 1000))
    assert np.allclose([(w.start, w.end) for w in take.words], bursts(samples), atol=0.03)


def test_what_is_said_around_a_part_goes_along(eleven: Any, server: Any, reply: Any) -> None:
    server.on(*SPEECH, lambda asked: reply(answer(asked.json()["text"])))
    eleven.speak(line("First this. Then that.", pauses=[(2, 0.5)], previous="Hello there.", next="Bye."))
    first, second = sorted((asked.json() for asked in server.asked), key=lambda body: body["text"] != "First this.")
    assert (first["previous_text"], first["text"], first["next_text"]) == (
        "Hello there.",
        "First this.",
        "Then that. Bye.",
    )
    assert (second["previous_text"], second["next_text"]) == ("Hello there. First this.", "Bye.")


@pytest.mark.parametrize("times", [None, {}, {"characters": ["O"]}, alignment("Other words than these.")])
def test_without_times_of_this_text_it_is_aligned(
    eleven: Any, aligning: Any, server: Any, reply: Any, times: Any
) -> None:
    server.on(*SPEECH, reply(answer(TEXT, alignment=times)))
    take, samples = eleven.speak(line())
    assert take.tier == "alignment"
    assert np.allclose([(w.start, w.end) for w in take.words], bursts(samples), atol=0.03)


def test_a_character_without_a_voice_is_told(eleven: Any, server: Any) -> None:
    with pytest.raises(LecternError, match='write the id of one to the character\'s "voice"'):
        eleven.speak(ask(TEXT, "elevenlabs", voice=""))
    assert server.asked == []


def test_voices_are_listed_by_their_ids(eleven: Any, server: Any, reply: Any) -> None:
    server.on("GET", "/v1/voices", reply(as_json({"voices": [{"voice_id": VOICE, "name": "Rachel"}]})))
    assert eleven.test("elevenlabs").voices == (VOICE,)


def recorded(folder: Any, text: str = TEXT) -> Any:
    (folder / "recordings").mkdir(exist_ok=True)
    (folder / "recordings" / "intro.wav").write_bytes(wav(text))
    digest = hashlib.sha256(wav(text)).hexdigest()
    return ask(
        text, "elevenlabs-convert", voice=VOICE, recording=RecordedSource(file="recordings/intro.wav", digest=digest)
    )


def test_a_recording_is_sent_to_be_converted_and_comes_back_timed(
    studio: Any, aligning: Any, server: Any, reply: Any
) -> None:
    studio.sections["elevenlabs-convert"] = {"base_url": studio.base, "price": "0.12"}
    server.on(*CHANGE, reply(coded(TEXT, "mp3", "libmp3lame"), kind="audio/mpeg"))
    take, samples = studio.speak(recorded(studio.episode))
    form = server.asked[0].body
    assert b'name="audio"; filename="recording.wav"' in form and b"RIFF" in form
    assert b'name="model_id"\r\n\r\neleven_multilingual_sts_v2' in form
    settings = form.split(b'name="voice_settings"\r\n\r\n')[1].split(b"\r\n")[0]
    assert json.loads(settings) == {"stability": 0.5, "similarity_boost": 0.75}
    assert np.allclose([(w.start, w.end) for w in take.words], bursts(samples), atol=0.03)
    assert take.synthetic and take.usage.price == pytest.approx(0.12 * take.duration / 60)
    studio.speak(recorded(studio.episode))
    assert server.count("POST") == 1  # the answer is kept
