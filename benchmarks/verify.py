"""Does `lectern verify` find what is wrong with a film, and nothing in a sound one? Films are damaged on purpose.

    python benchmarks/verify.py [EPISODE …] [--only WORD …] [--json FILE] [--in FOLDER]     (default: all of benchmarks/films)

Each EPISODE is built in FOLDER if it isn't there yet. For each damage, its film is written once more with that damage (sound: mixed
anew and joined by Lectern's own `join`, as if it had been mastered so; pictures: encoded anew) and measured whole. It is listened to where measuring alone finds
nothing, and always if it is sound. Undamaged pictures are looked at once, and each sound is listened to once. Prints for each case
whether it was found, as what, and the CPU seconds; then how many damages were found and how many sound films have findings.
"""

import argparse
import hashlib
import json
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import psutil

from lectern.pipeline.base import audio
from lectern.pipeline.base.episode_paths import EpisodePaths
from lectern.pipeline.build.report import read_report
from lectern.pipeline.film.card import FilmCard
from lectern.pipeline.film.join import join
from lectern.pipeline.publish.subtitles import srt
from lectern.pipeline.quality.film import ExpectedFilm, believed, findings_by_measure, listen, look, measure
from lectern.pipeline.services.voice import VoiceRequest
from lectern.pipeline.studio.build import build
from lectern.pipeline.voice.espeak import speak_line
from lectern.pipeline.voice.whisper_process import whisper_process

RATE = audio.RATE
FILMS = Path(__file__).parent / "films"


@dataclass
class Film:
    """A film in pieces: its sound (samples, 2), its frames as yuv420p arrays (None: as they are), its captions."""

    expected: ExpectedFilm
    sound: np.ndarray
    source: Path
    cues: tuple
    frames: list | None = None
    remastered: bool = True

    def line(self, number):
        lines = self.expected.lines
        return lines[number % len(lines)]

    def span(self, number):
        line = self.line(number)
        return slice(round((line.start - 0.05) * RATE), round((line.end + 0.1) * RATE))

    def pictures(self):
        if self.frames is None:
            with av.open(str(self.source)) as file:
                self.frames = [frame.to_ndarray(format="yuv420p") for frame in file.decode(video=0)]
        return self.frames


# Damages of the sound


def missing(film):
    film.sound[film.span(1)] = 0


def twice(film):
    part = film.span(0)
    again = film.sound[part].copy()
    film.sound = np.concatenate([film.sound[: part.stop], again, film.sound[part.stop :]])[: len(film.sound)]


def words_twice(film):
    words = film.line(1).words[-4:]
    a, b = round(words[0].start * RATE), round(words[-1].end * RATE)
    film.sound = np.concatenate([film.sound[:b], film.sound[a:b], film.sound[b:]])[: len(film.sound)]


def cut_begin(film):
    part = film.span(1)
    film.sound[part.start : part.start + round(0.45 * RATE)] = 0


def cut_end(film):
    part = film.span(0)
    film.sound[part.stop - round(0.55 * RATE) : part.stop] = 0


def middle_silent(film):
    word = max(film.line(1).words, key=lambda word: word.end - word.start)
    film.sound[round(word.start * RATE) : round(word.end * RATE)] = 0


def words_taken_out(film):
    words = film.line(1).words[3:6]
    a, b = round(words[0].start * RATE), round(words[-1].end * RATE)
    film.sound = np.concatenate([film.sound[:a], film.sound[b:], np.zeros((b - a, 2), np.float32)])


def swapped(film):
    one, other = film.span(0), film.span(1)
    first, second = film.sound[one].copy(), film.sound[other].copy()
    parts = [film.sound[: one.start], second, film.sound[one.stop : other.start], first, film.sound[other.stop :]]
    film.sound = np.concatenate(parts)[: len(film.sound)]


def sentences_swapped(film):
    words = film.line(0).words
    middle = next(i + 1 for i, word in enumerate(words) if word.written[-1:] in ".,!?:" and i > 1)
    a, b, c = (round(time * RATE) for time in (words[0].start, words[middle].start, words[-1].end))
    film.sound = np.concatenate([film.sound[:a], film.sound[b:c], film.sound[a:b], film.sound[c:]])


def backwards(film):
    word = max(film.line(1).words, key=lambda word: word.end - word.start)
    part = slice(round(word.start * RATE), round(word.end * RATE))
    film.sound[part] = film.sound[part][::-1].copy()


def line_backwards(film):
    film.sound[film.span(1)] = film.sound[film.span(1)][::-1].copy()


def other_words(film):
    film.sound[film.span(1)] = 0
    _say(film, 1, "Please remember to buy some milk and two loaves of bread.", "en-us")


def other_language(film):
    film.sound[film.span(1)] = 0
    _say(film, 1, "Der Server antwortet mit einem Fehler, weil die Funktion gar nichts zurückgab.", "de")


def quiet_line(film):
    film.sound[film.span(1)] *= 0.22


def loud_line(film):
    film.sound[film.span(1)] *= 3.2


def quiet_film(film):
    film.sound *= 0.18
    film.remastered = False


def clipped(film):
    """A film whose voices were clipped before it was mastered, so that it is no louder."""
    level = _voice_level(film)
    film.sound = np.clip(film.sound * 9, -0.6, 0.6).astype(np.float32)
    film.sound *= np.float32(level / _voice_level(film))


def clipped_full(film):
    film.sound = np.clip(film.sound * 6, -1, 1).astype(np.float32)
    film.remastered = False


def squashed(film):
    film.sound[film.span(1)] = 0.35 * np.tanh(12 * film.sound[film.span(1)])


def loud_music(film):
    film.sound += _music(len(film.sound)) * _voice_level(film) * 0.55


def loud_noise(film):
    film.sound += _noise(len(film.sound)) * _voice_level(film) * 0.4


def hum_50(film):
    film.sound += _hum(len(film.sound), 50) * _voice_level(film) * 0.12


def hum_60(film):
    film.sound += _hum(len(film.sound), 60) * _voice_level(film) * 0.12


def hum_of_a_dimmer(film):
    film.sound += _hum(len(film.sound), 100) * _voice_level(film) * 0.12


def hum_in_a_scene(film):
    half = len(film.sound) // 2
    film.sound[half:] += _hum(len(film.sound) - half, 100) * _voice_level(film) * 0.15


def hiss(film):
    film.sound += np.diff(_noise(len(film.sound) + 1), axis=0) * _voice_level(film) * 0.03


def whistle(film):
    time = np.arange(len(film.sound)) / RATE
    film.sound += (np.sin(2 * np.pi * 3150 * time) * _voice_level(film) * 0.04).astype(np.float32)[:, None]


def fan(film):
    white = np.fft.rfft(_noise(len(film.sound))[:, 0])
    rumble = np.fft.irfft(white / np.sqrt(np.maximum(np.arange(len(white)), 30)), len(film.sound))
    film.sound += (rumble / np.sqrt(np.mean(rumble**2)) * _voice_level(film) * 0.09).astype(np.float32)[:, None]


def babble(film):
    other = film.sound[::-1].copy()
    film.sound += np.roll(other, RATE, axis=0) * 0.7


def sound_late(film, frames=8):
    film.sound = np.roll(film.sound, round(frames / film.expected.fps * RATE), axis=0)


def sound_early(film):
    sound_late(film, -8)


def line_late(film):
    part = film.span(1)
    said = film.sound[part].copy()
    film.sound[part] = 0
    start = part.start + round(0.4 * RATE)
    film.sound[start : start + len(said)] += said[: len(film.sound) - start]


def dropouts(film):
    part = film.span(1)
    for start in range(part.start, part.stop, round(0.6 * RATE)):
        film.sound[start : start + round(0.15 * RATE)] = 0


def pitched(film):
    """A line that a machine speaks far too high: at half again its speed."""
    part = film.span(1)
    said = film.sound[part]
    places = np.arange(0, len(said) - 1, 1.5)
    high = np.stack([np.interp(places, np.arange(len(said)), said[:, channel]) for channel in (0, 1)], axis=1)
    film.sound[part] = 0
    film.sound[part.start : part.start + len(high)] = high


def stuttered(film):
    word = max(film.line(0).words, key=lambda word: word.end - word.start)
    a, b = round(word.start * RATE), round((word.start + 0.12) * RATE)
    film.sound = np.concatenate([film.sound[:a], np.tile(film.sound[a:b], (4, 1)), film.sound[b:]])[: len(film.sound)]


def music_hides_a_late_sound(film):
    film.sound = np.roll(film.sound, round(8 / film.expected.fps * RATE), axis=0)
    soft_music(film)


def no_sound(film):
    film.sound[:] = 0
    film.remastered = False


# Damages of the pictures


def late_5(film):
    film.frames = [film.pictures()[0]] * 5 + film.pictures()[:-5]


def late_10(film):
    film.frames = [film.pictures()[0]] * 10 + film.pictures()[:-10]


def late_under_music(film):
    late_10(film)
    soft_music(film)


def early_10(film):
    film.frames = film.pictures()[10:] + [film.pictures()[-1]] * 10


def early_5(film):
    film.frames = film.pictures()[5:] + [film.pictures()[-1]] * 5


def no_narrator(film):
    _hide(film, {look.scene: look.box for look in film.expected.narrators})


def no_narrator_in_a_scene(film):
    look = film.expected.narrators[-1]
    _hide(film, {look.scene: look.box})


def covered_text(film):
    for text in film.expected.texts[:1]:
        film.frames = [
            _painted(f, text.box, 120) if text.start <= n < text.end else f for n, f in enumerate(film.pictures())
        ]


def pale_text(film):
    text = film.expected.texts[0]
    film.frames = [_pale(f, text.box) if text.start <= n < text.end else f for n, f in enumerate(film.pictures())]


def still_mouths(film):
    film.pictures()
    for mouth in film.expected.mouths:
        first = film.frames[mouth.start]
        for n in range(mouth.start, min(mouth.end, len(film.frames))):
            film.frames[n] = _copied(film.frames[n], first, mouth.box)


def missed_steps(film):
    for step in film.expected.steps:
        for n in range(step.frame - 2, min(step.frame + 20, len(film.pictures()))):
            film.frames[n] = film.frames[step.frame - 3]


def black_end(film):
    black = np.full_like(film.pictures()[0], 128)
    black[: len(black) * 2 // 3] = 16
    film.frames = [black if n > len(film.frames) * 0.6 else f for n, f in enumerate(film.frames)]


def short_film(film):
    film.frames = film.pictures()[:-20]


# Damages of the captions


def late_captions(film):
    film.cues = tuple(cue.model_copy(update={"start": cue.start + 1.2, "end": cue.end + 1.2}) for cue in film.cues)


def early_captions(film):
    film.cues = tuple(
        cue.model_copy(update={"start": max(0, cue.start - 0.4), "end": cue.end - 0.4}) for cue in film.cues
    )


def missing_caption(film):
    film.cues = film.cues[:1] + film.cues[2:]


def wrong_caption(film):
    film.cues = (film.cues[0].model_copy(update={"lines": ("Something else altogether",)}), *film.cues[1:])


def no_captions(film):
    film.cues = ()


# Sound films


def as_it_is(film):
    pass


def soft_music(film):
    film.sound += _music(len(film.sound)) * _voice_level(film) * 0.06


def quiet_room(film):
    film.sound += _noise(len(film.sound)) * _voice_level(film) * 0.012


def softer(film):
    film.sound *= 0.6


def a_frame_late(film):
    sound_late(film, 1)


def brighter_voice(film):
    film.sound = audio.apply_filter(film.sound, [("treble", "g=4")])


def narrow_voice(film):
    film.sound = audio.apply_filter(film.sound, [("highpass", "f=90"), ("lowpass", "f=11000")])


def encoded_again(film):
    film.sound = audio.through_aac(film.sound, 96_000)[: len(film.sound)]


def pictures_encoded_again(film):
    film.pictures()


def mono(film):
    film.sound = np.repeat(film.sound.mean(axis=1, keepdims=True), 2, axis=1)


def echo(film):
    for seconds, share in ((0.031, 0.12), (0.047, 0.08)):
        film.sound[round(seconds * RATE) :] += film.sound[: -round(seconds * RATE)] * share


SOUND = ("words", "voices", "sound")
DAMAGES: dict[Callable, tuple[str, ...]] = {
    **dict.fromkeys(
        (missing, twice, words_twice, cut_begin, cut_end, middle_silent, words_taken_out, swapped, sentences_swapped, backwards,
         line_backwards, other_words, other_language, quiet_line, loud_line, quiet_film, clipped, clipped_full, squashed, loud_music,
         loud_noise, hum_50, hum_60, hum_of_a_dimmer, hum_in_a_scene, hiss, whistle, fan, babble, pitched, stuttered,
         music_hides_a_late_sound, sound_late, sound_early, line_late, dropouts, no_sound),
        SOUND,
    ),
    **dict.fromkeys((late_5, late_10, late_under_music, early_5, early_10, missed_steps), ("steps", "lips", "file")),
    **dict.fromkeys((no_narrator, no_narrator_in_a_scene), ("narrators",)),
    **dict.fromkeys((covered_text, pale_text), ("texts",)),
    still_mouths: ("lips",),
    black_end: ("narrators", "texts", "lips", "steps"),
    short_film: ("file",),
    **dict.fromkeys((late_captions, early_captions, missing_caption, wrong_caption, no_captions), ("captions",)),
}  # fmt: skip
SAID = {
    **dict.fromkeys((late_5, late_10, late_under_music), (" late", " after ", " early", " before ")),
    **dict.fromkeys((early_5, early_10), (" early", " before ", " late", " after ")),
    sound_early: ("early", "early", "s late", "s late"),
    **dict.fromkeys((sound_late, line_late, music_hides_a_late_sound), ("s late", "s late", "s early", "s early")),
}
"""What is said of a damage (one of the first two), and what would be wrong (the others), of steps, lips and voices."""
CLEAN = (as_it_is, soft_music, quiet_room, softer, a_frame_late, brighter_voice, narrow_voice, encoded_again,
         pictures_encoded_again, mono, echo)  # fmt: skip


def _say(film, number, text, voice):
    with tempfile.TemporaryDirectory() as folder:
        take = speak_line(VoiceRequest(provider="espeak", voice=voice, words=tuple(text.split())), Path(folder))
        said = audio.read(Path(folder) / take.audio)[:, 0]
    start = film.span(number).start
    said = said[: len(film.sound) - start] * (_voice_level(film) / max(1e-6, np.sqrt(np.mean(said**2))))
    film.sound[start : start + len(said)] += said[:, None].astype(np.float32)


def _voice_level(film):
    parts = np.concatenate([film.sound[film.span(n)] for n in range(len(film.expected.lines))])
    return float(np.sqrt(np.mean(parts**2)))


def _music(samples):
    time = np.arange(samples) / RATE
    chords = ((220, 277.2, 329.6), (196, 246.9, 293.7), (174.6, 220, 261.6), (196, 246.9, 329.6))
    wave = np.zeros(samples)
    for i, chord in enumerate(chords):
        on = (time // 1.5).astype(int) % len(chords) == i
        beat = np.exp(-2.5 * (time % 0.375))
        wave += on * beat * sum(np.sin(2 * np.pi * f * k * time) / k for f in chord for k in (1, 2, 3, 4))
    return (wave / np.sqrt(np.mean(wave**2))).astype(np.float32)[:, None] * np.ones((1, 2), np.float32)


def _noise(samples):
    return np.random.default_rng(1).normal(0, 1, (samples, 1)).astype(np.float32) * np.ones((1, 2), np.float32)


def _hum(samples, hertz):
    time = np.arange(samples) / RATE
    wave = sum(np.sin(2 * np.pi * hertz * k * time) / k for k in range(1, 7))
    return (wave / np.sqrt(np.mean(wave**2))).astype(np.float32)[:, None]


def _planes(frame):
    height = len(frame) * 2 // 3
    width = frame.shape[1]
    colour = frame[height:].reshape(2, height // 2, width // 2)
    return frame[:height], colour, (width, height)


def _painted(frame, box, luma):
    out = frame.copy()
    y, colour, size = _planes(out)
    left, top, right, bottom = box.pixels(size)
    left, top = max(0, left), max(0, top)
    y[top:bottom, left:right] = luma
    colour[:, top // 2 : bottom // 2, left // 2 : right // 2] = 128
    return out


def _pale(frame, box):
    out = frame.copy()
    y, _, size = _planes(out)
    left, top, right, bottom = box.pixels(size)
    part = y[max(0, top) : bottom, max(0, left) : right]
    part[:] = (part.astype(np.float32) * 0.3 + 150).astype(np.uint8)
    return out


def _copied(frame, source, box):
    out = frame.copy()
    to, _, size = _planes(out)
    left, top, right, bottom = box.pixels(size)
    to[top:bottom, left:right] = _planes(source)[0][top:bottom, left:right]
    half = np.s_[:, top // 2 : bottom // 2, left // 2 : right // 2]
    _planes(out)[1][half] = _planes(source)[1][half]
    return out


def _hide(film, boxes):
    """Paint the colour at the frame's corner over narrators."""
    film.frames = [_painted(f, box, int(f[8, 8])) for f in film.pictures() for box in list(boxes.values())[:1]]
    for box in list(boxes.values())[1:]:
        film.frames = [_painted(f, box, int(f[8, 8])) for f in film.frames]


def _encoded(frames, file, fps):
    height = len(frames[0]) * 2 // 3
    with av.open(str(file), "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=fps, options={"crf": "14", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = frames[0].shape[1], height, "yuv420p"
        context = stream.codec_context
        context.color_primaries = context.color_trc = context.colorspace = context.color_range = 1
        for number, frame in enumerate(frames):
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="yuv420p")
            picture.pts, picture.time_base = number, Fraction(1, fps)
            out.mux(stream.encode(picture))
        out.mux(stream.encode(None))
    return file


def _written(film, folder):
    sound = film.sound.astype(np.float32)
    if film.remastered:  # to its own loudness, which costs nothing
        found = audio.measure(audio.through_aac(sound))
        wanted = {"loudness": found.integrated, "true_peak": found.true_peak + 0.5}
        film.expected = film.expected.model_copy(update=wanted)
    audio.write(folder / "sound.wav", sound, bits=24)
    pictures = film.source if film.frames is None else _encoded(film.frames, folder / "p.mp4", film.expected.fps)
    out = folder / "film.mp4"
    join([pictures], folder / "sound.wav", out, FilmCard(subtitles=film.cues))
    (folder / "film.srt").write_text(srt(film.cues), encoding="utf-8")
    return out


class Examiner:
    """Measures films; the pictures of each whole film are looked at once, and each sound is listened to once."""

    def __init__(self):
        self.seen, self.heard = {}, {}

    def examined(self, film, asked, folder):
        """Return the findings of each measure in a film; it is listened to if `asked` (what should be found) is not found yet."""
        file = _written(film, folder)
        pictures = self._looked(film) if film.frames is None else None
        found = measure(file, film.expected, None, pictures)
        said = findings_by_measure(found, film.expected)
        if not any(said[name] for name in asked):
            lines = believed(self._listened(file, film.expected), film.expected.lines, found.voices)
            said = findings_by_measure(found.model_copy(update={"heard": lines}), film.expected)
        return said

    def _looked(self, film):
        if film.source not in self.seen:
            self.seen[film.source] = look(film.source, film.expected)
        return self.seen[film.source]

    def _listened(self, file, expected):
        key = hashlib.sha256(audio.read(file).tobytes()).hexdigest()
        if key not in self.heard:
            self.heard[key] = listen(file, expected, whisper_process())
        return self.heard[key]


def built(episode, place):
    """Return an episode that is built: a copy in `place`, unless it is built where it is."""
    if read_report(EpisodePaths(folder=episode)):
        return episode
    copy = place / episode.name
    if not read_report(EpisodePaths(folder=copy)):
        shutil.copytree(episode, copy, dirs_exist_ok=True)
        build(copy, trust=True)
    return copy


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("episodes", type=Path, nargs="*", default=sorted(FILMS.iterdir()))
    asked.add_argument("--only", nargs="*", default=[""])
    asked.add_argument("--json", type=Path)
    asked.add_argument("--in", type=Path, dest="place", default=Path(tempfile.gettempdir()) / "lectern-films")
    options = asked.parse_args()
    rows, examiner = [], Examiner()
    for episode in options.episodes:
        for change, measures in (*dict.fromkeys(CLEAN, ()).items(), *DAMAGES.items()):
            if any(word in change.__name__ for word in options.only):
                rows.append(row := one_case(built(episode, options.place), change, measures, examiner))
                found = ", ".join(sorted(row["found"])) or "nothing"
                sign = "ok    " if row["right"] else "WRONG "
                print(
                    f"{sign}{row['film']:<8}{row['change']:<24}{found:<28}{row['cpu']:6.1f} s  {row['first']}",
                    flush=True,
                )
                if options.json:
                    options.json.write_text(json.dumps(rows, indent=1))
    damaged = [row for row in rows if row["damaged"]]
    clean = [row for row in rows if not row["damaged"]]
    print(f"{sum(row['right'] for row in damaged)} of {len(damaged)} damages found and named; "
          f"{sum(not row['right'] for row in clean)} of {len(clean)} sound films with findings")  # fmt: skip
    return 0 if all(row["right"] for row in rows) else 1


def one_case(episode, change, measures, examiner):
    paths = EpisodePaths(folder=episode)
    report = read_report(paths)
    before, started = _cpu(), time.monotonic()
    film = Film(report.expected, audio.read(paths.film).copy(), paths.film, report.expected.captions)
    with tempfile.TemporaryDirectory() as folder:
        change(film)
        found = examiner.examined(film, measures, Path(folder))
    said = {name: [str(one) for one in some] for name, some in found.items() if some}
    if not measures:
        right = not said
    else:
        right = bool(set(said) & set(measures)) and _rightly_named(said, change)
    return {
        "film": episode.name, "change": change.__name__, "damaged": bool(measures), "right": right, "found": said,
        "first": next((one for name in (*measures, *said) for one in said.get(name, ())), ""),
        "cpu": round(_cpu() - before, 1), "wall": round(time.monotonic() - started, 1),
    }  # fmt: skip


def _rightly_named(said, change):
    if change not in SAID:
        return True
    texts = [text for name in ("steps", "lips", "voices") for text in said.get(name, ())]
    right, wrong = SAID[change][:2], SAID[change][2:]
    return any(word in text for text in texts for word in right) and not any(
        word in text for text in texts if "mouth" in text or "shows" in text or "heard" in text for word in wrong
    )


def _cpu():
    own = resource.getrusage(resource.RUSAGE_SELF)
    child = whisper_process()._child
    ear = sum(psutil.Process(child.pid).cpu_times()[:2]) if child and child.poll() is None else 0.0
    return own.ru_utime + own.ru_stime + ear


if __name__ == "__main__":
    sys.exit(main())
