"""What the neural voices are made of, without a model: pieces of phonemes, their sounds, times, and the files' hashes."""

from importlib.util import find_spec

import numpy as np
import pytest

from lectern.pipeline.avatar.visemes import shapes_of
from lectern.pipeline.base import audio
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.providers.voices.hibari import Hibari
from lectern.pipeline.providers.voices.kokoro import Kokoro
from lectern.pipeline.services.voice import Phoneme
from lectern.pipeline.voice import neural_models
from lectern.pipeline.voice.delivery import delivery_of
from lectern.pipeline.voice.neural_line import ended_where_heard, with_floor
from lectern.pipeline.voice.neural_models import (
    RATE,
    UNIT,
    HibariModel,
    KokoroModel,
    ModelFault,
    checked,
    spoken,
    style_of,
)
from lectern.pipeline.voice.neural_server import split_phonemes
from lectern.pipeline.voice.neural_times import phonemes_in, timed_sounds, word_spans
from lectern.pipeline.voice.sound import limit_level, normalize_level
from lectern.pipeline.voice.sounds_of_phonemes import sounds_of


def symbols(text):
    return [sound.symbol for sound in sounds_of(text)]


def test_sounds_are_written_as_espeak_writes_them():
    assert symbols("həlˈO ðˈɛɹ.") == ["h", "ə", "l", "oʊ", "ð", "ɛ", "ɹ"]
    assert symbols("nˈɛvəɹ ʤˈɑb ʧˈɪn wˈWd bˈY sˈI dˈA") == [
        *("n", "ɛ", "v", "ɚ"), *("dʒ", "ɑ", "b"), *("tʃ", "ɪ", "n"), *("w", "aʊ", "d"), *("b", "ɔɪ"), *("s", "aɪ"), *("d", "eɪ"),
    ]  # fmt: skip
    assert symbols("kˈɑː ɡˈQ bˈɜːd") == ["k", "ɑː", "ɡ", "əʊ", "b", "ɜː", "d"]


def test_every_sound_of_the_alphabet_has_a_mouth():
    for symbol in "AIOQSTWYabdefhijklmnoprstuvwzæðŋɑɐɒɔəɛɜɡɪɹɾʃʊʌʒʔʤʧᵊᵻ":
        (sound,) = sounds_of(symbol)
        assert shapes_of(sound.symbol), symbol


def test_a_stress_mark_belongs_to_the_sound_behind_it():
    first, second = sounds_of("bˈi")
    assert (first.first, first.end, second.first, second.end) == (0, 1, 1, 3)


@pytest.mark.parametrize("longest", [5, 7, 20])
def test_pieces_are_short_enough_and_nothing_is_lost(longest):
    words, marks = ["wˈʌn,", "tˈu", "θɹˈi.", "", "fˈɔɹ" * 5], str.maketrans("", "", " ,.")
    pieces = list(split_phonemes(words, longest))
    assert all(len(piece.text) <= longest and len(piece.text) == len(piece.owners) for piece in pieces)
    assert "".join(piece.text for piece in pieces).translate(marks) == "".join(words).translate(marks)
    assert [owner for piece in pieces for owner in piece.owners] == sorted(o for p in pieces for o in p.owners)


def test_a_piece_ends_with_a_clause_if_one_ends():
    assert [piece.text for piece in split_phonemes(["wˈʌn", "tˈu,", "θɹˈi", "fˈɔɹ"], 16)] == ["wˈʌn tˈu,", "θɹˈi fˈɔɹ"]


def test_what_nobody_can_say_is_no_piece():
    assert list(split_phonemes(["…", "", "—"], 100)) == []


def made(units, loud):
    """Sound of so many units, which is loud between the given times."""
    sound = np.zeros(sum(units) * UNIT, np.float32)
    for start, end in loud:
        sound[round(start * RATE) : round(end * RATE)] = 0.5
    return sound


def test_sounds_begin_and_end_where_they_are_heard_and_rests_at_commas_are_none_of_them():
    text, owners = "ab, kd.", (0, 0, 0, 1, 1, 1, 1)
    units = (8, 4, 12, 2, 2, 4, 14, 2, 1)  # the model counts the rests to the sounds before them
    sounds = timed_sounds(text, owners, units, made(units, [(0.17, 0.4), (0.65, 0.95)]))
    assert [(s.symbol, s.word) for s in sounds] == [("a", 0), ("b", 0), ("k", 1), ("d", 1)]
    assert [(round(s.start, 2), round(s.end, 2)) for s in sounds] == [
        (0.17, 0.25),
        (0.25, 0.4),
        (0.65, 0.75),
        (0.75, 0.95),
    ]
    assert word_spans(sounds, 3)[2] is None
    assert [round(time, 2) for span in word_spans(sounds, 2) for time in span] == [0.17, 0.4, 0.65, 0.95]
    assert all(a.end <= b.start for a, b in zip(phonemes_in(sounds), phonemes_in(sounds)[1:], strict=False))


def test_another_file_than_the_known_model_is_refused_with_the_way_out():
    with pytest.raises(ModelFault, match="pip install --force-reinstall hibari-tts==0.2.1"):
        checked(b"another model", "0" * 64, "hibari-tts==0.2.1")


def test_packages_that_are_missing_are_named_with_the_ways_out(monkeypatch):
    parts = (("no_such_part", "part==1"), ("numpy", "numpy==2"), ("no_other_part", "other==1"))
    monkeypatch.setattr(KokoroModel, "packages", parts)
    assert (
        Kokoro().missing()
        == "the voice kokoro is not installed here: run pip install part==1 other==1 (Blender's extension has no room for it)"
    )
    with pytest.raises(ModelFault, match=r'other==1 .*; or .*fallback_voices = "missing"'):
        KokoroModel()
    assert Hibari().missing() == ""


def test_where_there_are_no_wheels_for_what_runs_the_models_the_ways_out_are_told(monkeypatch):
    monkeypatch.setattr(neural_models, "find_spec", lambda name: None if name == "onnxruntime" else find_spec(name))
    for voice, model in ((Hibari(), HibariModel), (Kokoro(), KokoroModel)):
        assert voice.missing().endswith(
            "needs onnxruntime, which is not installed here: run pip install onnxruntime "
            "(on Intel Macs with Python 3.13; it knows no later one there)"
        )
        with pytest.raises(ModelFault, match=r'needs onnxruntime.*; or .*fallback_voices = "missing"'):
            model()


def test_times_that_do_not_fit_the_sound_are_refused():
    with pytest.raises(ModelFault, match="don't fit"):
        spoken(np.zeros(4 * UNIT, np.float32), [1, 1, 1], "ab", delivery_of("ab", (0, 0)))
    with pytest.raises(ModelFault, match="don't fit"):
        spoken(np.zeros(9 * UNIT, np.float32), [1, 1, 1, 1], "ab", delivery_of("ab", (0, 0)))


def test_the_floor_of_a_room_is_everywhere_and_is_not_heard():
    floor = with_floor(np.zeros(RATE, np.float32))
    pcm = np.round(floor * 32767).astype(int)
    silent = np.flatnonzero(np.diff(np.flatnonzero(np.concatenate([[1], pcm[2400:-2400], [1]]))))
    assert silent.size and np.diff(np.flatnonzero(pcm)).max() < 480  # no 10 ms without it, its soft ends included
    assert -76 < 20 * np.log10(np.sqrt(np.mean(floor**2))) < -74
    assert (with_floor(np.zeros(RATE, np.float32)) == floor).all()


def test_a_sound_before_a_rest_ends_where_it_is_not_heard_any_more():
    level = np.concatenate([np.full(30, -15.0), np.linspace(-20, -60, 10), np.full(60, -75), np.full(20, -15.0)])
    sound = np.repeat(10 ** (level / 20), round(0.01 * audio.RATE)).astype(np.float32)
    said = [("a", 0.0, 0.2), ("l", 0.2, 0.4), ("b", 1.0, 1.1), ("e", 1.1, 1.2)]
    ended = ended_where_heard([Phoneme(symbol=s, start=a, end=b) for s, a, b in said], sound)
    assert [(p.symbol, p.start, round(p.end, 3)) for p in ended] == [
        ("a", 0.0, 0.2), ("l", 0.2, 0.36), ("b", 1.0, 1.1), ("e", 1.1, 1.2),
    ]  # fmt: skip
    (silent,) = ended_where_heard([Phoneme(symbol="s", start=0.5, end=0.6)], np.zeros(audio.RATE, np.float32))
    assert (silent.start, silent.end) == (0.5, 0.51)


def test_loud_peaks_are_held_down_and_the_rest_stays_as_loud_as_all_lines():
    time = np.arange(4 * audio.RATE) / audio.RATE
    sound = (0.05 * np.sin(2 * np.pi * 220 * time)).astype(np.float32)
    sound[:: audio.RATE // 2] = 1.0
    level = audio.measure(limit_level(sound[:, None]))
    assert level.integrated == pytest.approx(-20, abs=1) and level.true_peak <= -1.0
    assert audio.measure(normalize_level(sound[:, None])).integrated < -24
    assert len(limit_level(sound[:, None])) == len(sound)


@pytest.mark.parametrize("voice", Kokoro.voices)
def test_each_voice_of_kokoro_has_a_style_for_every_length(voice):
    styles = style_of(voice)
    assert styles.shape == (KokoroModel.longest, 256) and np.isfinite(styles).all() and np.abs(styles).max() > 0.1


def test_what_the_voices_cannot_speak_is_said_with_the_way_out():
    kokoro, hibari = Kokoro(), Hibari()
    plain, other = kokoro.settings(), hibari.settings()
    assert kokoro.language_fault(plain, "bm_george", "en-GB", "Café, π aside.").startswith("the voice")
    assert kokoro.language_fault(plain, "bm_george", "en-GB", "A café!") == ""
    assert "kokoro-server" in kokoro.language_fault(plain, "af_bella(2)+af_sky(1)", "en", "")
    assert '"provider": "espeak"' in hibari.language_fault(other, "heart", "de", "")
    assert "it has: heart" in hibari.language_fault(other, "emma", "en", "")
    with pytest.raises(LecternError, match="called kokoro-server now"):
        kokoro.settings_from({"base_url": "http://localhost:8880"})
