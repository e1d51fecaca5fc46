"""The neural voice out of the box, judged by its own sound. The model is loaded once, for all tests of a run."""

import os
import signal
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
from support.contexts import context_in
from support.melody import loudness, pitch_of, semitones
from support.providers import VOICE

from lectern.pipeline.base import audio
from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.files import file_digest
from lectern.pipeline.providers.voices.hibari import Hibari
from lectern.pipeline.services.voice import VoiceRequest, VoiceTake
from lectern.pipeline.voice.neural_process import NeuralProcess, neural_process

PARAGRAPH = (
    "Welcome back. Today we build a small map, step by step, in Blender. First, open the side panel; then choose the physics "
    "tab. Don't worry, nothing moves yet. Now, if you like, press play. Maybe it moves!"
)

QUESTION = {"words": ["Hi."], "emphasis": [], "british": False, "voice": "heart", "speed": 1.0, "pitch": 0.0, "seed": 1}

pytestmark = pytest.mark.media


def ask(text, pauses=(), emphasis=(), who=("hibari", "heart"), **settings):
    words, given = tuple(text.split(" ")), tuple(settings.items())
    return VoiceRequest(provider=who[0], voice=who[1], words=words, pauses=pauses, emphasis=emphasis, settings=given)


def spoken(request, folder):
    folder.mkdir(parents=True, exist_ok=True)
    take = VOICE.make(request, folder, context_in(folder))
    return take, audio.read(folder / take.audio)[:, 0]


@pytest.fixture(scope="module")
def paragraph(tmp_path_factory) -> tuple[VoiceTake, np.ndarray, Path]:
    folder = tmp_path_factory.mktemp("paragraph")
    return *spoken(ask(PARAGRAPH), folder), folder


def test_words_start_where_the_sound_starts_after_every_rest(paragraph):
    take, sound, _ = paragraph
    envelope = np.abs(sound[: len(sound) // 48 * 48]).reshape(-1, 48).max(axis=1)
    loud = envelope > 0.01 * envelope.max()
    rests = [(a.end, b.start) for a, b in zip(take.words, take.words[1:]) if b.start - a.end > 0.1]
    assert len(rests) >= 8
    errors = [
        told - (round(told * 1000) - 60 + int(np.argmax(loud[round(told * 1000) - 60 :]))) / 1000 for _, told in rests
    ]
    assert np.abs(errors).max() <= 0.012
    assert not any(loud[round(end * 1000) + 15 : round(start * 1000) - 15].any() for end, start in rests)


def test_phonemes_fill_the_words_in_order(paragraph):
    take, sound, _ = paragraph
    assert [word.index for word in take.words] == list(range(len(PARAGRAPH.split())))
    assert all(a.end <= b.start + 1e-9 for a, b in zip(take.phonemes, take.phonemes[1:]))
    said = [[p.symbol for p in take.phonemes if w.start <= p.start < w.end] for w in take.words]
    assert said[0] == ["w", "ɛ", "l", "k", "ə", "m"] and said[-1][0] == "m" and all(said)
    assert take.tier == "service" and take.duration == pytest.approx(len(sound) / audio.RATE)


def test_a_line_is_as_loud_as_all_lines_without_silence_around_it_or_a_digital_zero_in_it(paragraph):
    take, sound, _ = paragraph
    assert audio.measure(sound[:, None]).integrated == pytest.approx(-20, abs=0.5)
    assert np.abs(sound).max() < 0.9
    assert take.words[0].start < 0.08 and take.duration - take.words[-1].end < 0.25
    zero = np.flatnonzero(np.diff(np.concatenate([[1], (sound[4800:-4800] != 0).astype(int), [1]])))
    assert np.diff(zero)[::2].max(initial=0) < 24


def test_lines_are_equally_loud_whatever_is_emphasised_in_them_and_in_every_mood(tmp_path):
    plain = ask("Press play, and wait until the tests are done.")
    others = plain.model_copy(update={"emphasis": (0, 5, 6)}), ask(" ".join(plain.words), pitch="2", speed="0.8")
    lines = (spoken(request, tmp_path / str(number))[1] for number, request in enumerate((plain, *others)))
    levels = [audio.measure(np.tile(sound, 2)[:, None]).integrated for sound in lines]
    assert max(levels) - min(levels) < 0.5 and levels[0] == pytest.approx(-20, abs=0.5)


def test_nothing_clicks_where_sentences_are_joined(paragraph):
    take, sound, _ = paragraph
    steps = np.abs(np.diff(sound))
    for a, b in zip(take.words, take.words[1:]):
        if b.start - a.end > 0.1:
            middle = slice(round((a.end + 0.02) * audio.RATE), round((b.start - 0.02) * audio.RATE))
            assert steps[middle].max() < 0.01


def test_the_same_words_make_the_same_bytes_and_another_seed_others(tmp_path):
    request = ask("Press play, and wait.")
    assert spoken(request, tmp_path / "a")[0] == spoken(request, tmp_path / "b")[0]
    spoken(ask("Press play, and wait.", seed="7"), tmp_path / "c")
    first, again, other = (file_digest(tmp_path / name / "voice.wav", 64) for name in "abc")
    assert first == again != other


def test_speed_and_pauses_are_kept(tmp_path):
    usual, _ = spoken(ask("Press play, and wait for it."), tmp_path / "a")
    slow, _ = spoken(ask("Press play, and wait for it.", speed="0.7"), tmp_path / "b")
    paused, _ = spoken(ask("Press play, and wait for it.", pauses=((2, 1.5),)), tmp_path / "c")
    assert 1.25 < slow.words[-1].end / usual.words[-1].end < 1.6
    assert paused.words[2].start - paused.words[1].end == pytest.approx(1.5, abs=0.03)


@pytest.mark.parametrize(
    "text",
    [
        "Well 🙂 done — really (yes) state-of-the-art uv_init() --help.",
        "a" * 300,
        "x",
        "— 👩‍💻 starts 3,000,000 times 🎉 … ☕",
    ],
)
def test_every_word_is_heard_exactly_once(text, tmp_path):
    take, _ = spoken(ask(text), tmp_path)
    assert [word.index for word in take.words] == list(range(len(text.split(" "))))
    assert all(a.end <= b.start for a, b in zip(take.words, take.words[1:]))
    assert take.words[-1].end <= take.duration


@pytest.mark.parametrize(("text", "message"), [("🙂 🎉", "no words"), ("…", "no words"), ("漢字", "reads English")])
def test_a_line_without_a_word_of_english_is_refused(text, message, tmp_path):
    with pytest.raises(LecternError, match=message):
        spoken(ask(text), tmp_path)


def test_a_sentence_that_is_far_too_long_is_spoken_in_pieces(tmp_path):
    take, _ = spoken(ask(" ".join(["this", "is", "long"] * 100)), tmp_path)
    assert len(take.words) == 300 and take.duration > 60
    assert psutil.Process(neural_process("hibari").pid).memory_info().rss < 700e6


def test_a_server_that_was_killed_is_replaced(tmp_path):
    spoken(ask("Wait."), tmp_path / "a")
    os.kill(neural_process("hibari").pid, signal.SIGKILL)
    take, _ = spoken(ask("Wait."), tmp_path / "b")
    assert take.words


def test_all_processes_share_one_server_which_ends_soon_after_the_last_of_them():
    one, other = NeuralProcess("hibari"), NeuralProcess("hibari")
    assert one.ask(QUESTION) == other.ask(QUESTION)
    assert one.pid == other.pid
    server = psutil.Process(one.pid)
    for connection in (one, other, neural_process("hibari")):
        connection.close()
    server.wait(5)
    assert not server.is_running() or server.status() == psutil.STATUS_ZOMBIE


def test_a_server_that_hangs_is_ended_and_replaced(tmp_path):
    one = NeuralProcess("hibari", patience=1.0)
    one.ask(QUESTION)
    stopped = one.pid
    os.kill(stopped, signal.SIGSTOP)
    before = time.monotonic()
    assert one.ask(QUESTION)[0]["pieces"]
    assert time.monotonic() - before < 30 and one.pid != stopped
    one.close()


def word_of(spoken_line, index):
    """The sound of a word of a line."""
    take, sound = spoken_line
    return sound[round(take.words[index].start * audio.RATE) : round(take.words[index].end * audio.RATE)]


def emphasis_of(who, folder, sentences):
    """How much longer (times), louder (dB) and higher (semitones) emphasised words of sentences are, in the median."""
    found = []
    for number, (text, index) in enumerate(sentences):
        plain = word_of(spoken(ask(text, who=who), folder / f"{number}"), index)
        strong = word_of(spoken(ask(text, who=who, emphasis=(index,)), folder / f"{number}-strong"), index)
        higher = semitones(*(np.percentile(pitch_of(sound, audio.RATE), 80) for sound in (strong, plain)))
        found.append((len(strong) / len(plain), loudness(strong) - loudness(plain), higher))
    return np.median(found, axis=0)


EMPHASISED = (
    ("We want the name, not the value.", 3),
    ("The second request is faster.", 1),
    ("That is a very small change.", 4),
    ("You never need to restart it.", 1),
)


def test_an_emphasised_word_is_heard_longer_louder_and_higher(tmp_path):
    longer, louder, higher = emphasis_of(("hibari", "heart"), tmp_path, EMPHASISED)
    assert 1.15 < longer < 1.6 and 1.5 < louder < 5 and 1 < higher < 5


def test_a_question_ends_higher_than_the_same_words_as_a_statement(tmp_path):
    def end_of(text):
        return np.median(pitch_of(spoken(ask(text), tmp_path / text)[1], audio.RATE)[-8:])

    rises = [semitones(end_of(f"{text}?"), end_of(f"{text}.")) for text in ("You saved the file", "Does it compile")]
    assert min(rises) > 2


def test_moods_change_how_fast_and_how_high_a_line_is(tmp_path):
    def line_in(mood):
        settings = Hibari().in_mood({}, mood)
        take, sound = spoken(
            ask("First, open the side panel and choose the physics tab; nothing moves yet.", **settings),
            tmp_path / mood,
        )
        return take.words[-1].end - take.words[0].start, np.median(pitch_of(sound, audio.RATE))

    usual, cheerful, serious = (line_in(mood) for mood in ("neutral", "cheerful", "serious"))
    assert cheerful[0] < 0.98 * usual[0] and serious[0] > 1.03 * usual[0]
    assert 0.6 < semitones(cheerful[1], usual[1]) < 2 and -2 < semitones(serious[1], usual[1]) < -0.5


def test_the_voice_rests_longer_the_more_the_sign_divides(tmp_path):
    def rest_in(text, index):
        take, _ = spoken(ask(text), tmp_path / text[:24])
        return take.words[index].start - take.words[index - 1].end

    comma = rest_in("Open the panel, then press the play button.", 3)
    semicolon = rest_in("Open the panel; then press the play button.", 3)
    colon, sentence = rest_in("There is one answer: the cache.", 4), rest_in("Open the panel. Then press play.", 3)
    assert 0.05 < comma < semicolon < sentence and 0.2 < colon < 0.6 and sentence == pytest.approx(0.45, abs=0.04)


def test_a_british_man_says_the_same_with_kokoro(tmp_path):
    words = ("Now", "press", "play.")
    take, sound = spoken(VoiceRequest(provider="kokoro", voice="bm_george", words=words), tmp_path)
    assert [word.index for word in take.words] == [0, 1, 2]
    assert [p.symbol for p in take.phonemes][:2] == ["n", "aʊ"] and take.phonemes[-1].end <= take.duration
    assert audio.measure(sound[:, None]).integrated == pytest.approx(-20, abs=0.5) and np.abs(sound).max() < 0.9
    assert psutil.Process(neural_process("kokoro").pid).memory_info().rss < 700e6
    _, other = spoken(
        VoiceRequest(provider="kokoro", voice="bm_george", words=words, settings=(("seed", "1"),)), tmp_path
    )
    assert len(other) != len(sound) or np.abs(other - sound).max() > 0.1


def test_kokoro_emphasises_and_asks_too(tmp_path):
    george = ("kokoro", "bm_george")
    longer, louder, higher = emphasis_of(george, tmp_path, EMPHASISED[1:2])
    assert 1.1 < longer < 1.8 and 1 < louder < 6 and 1 < higher < 6
    asked, told = (spoken(ask(f"It moves{end}", who=george), tmp_path / end)[1] for end in "?.")
    assert semitones(*(np.median(pitch_of(sound, audio.RATE)[-8:]) for sound in (asked, told))) > 1.5
    neural_process("kokoro").close()
