"""How far aligned words are from where they were said, and what aligning costs.

`python benchmarks/alignment.py` has eSpeak NG's other voices (none of them a reference) say three paragraphs at other
paces, with long rests, noise, echo, a shifted voice, sentences left out and added, and compares the words' starts with
the times eSpeak NG knows; beside it, the same for words spread by their letters over the recording (the proportional
fallback). CPU seconds count everything, the reference's own synthesis too. The last rows are of another text:
they must be refused. The claims: median <= 15 ms (25 ms in an echoing room), p95 <= 60 ms, at most 0.5 CPU s a minute.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as in a build's workers; read when numpy is loaded
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from costs import cpu_seconds, say

from lectern.pipeline.base import audio
from lectern.pipeline.services.voice import VoiceRequest
from lectern.pipeline.voice.align import Alignment, align
from lectern.pipeline.voice.espeak import record_untreated
from lectern.pipeline.voice.espeak_process import espeak_process
from lectern.pipeline.voice.words import spoken_words

PARAGRAPHS = (
    "Welcome back to the workshop. Today we will build a small bouncing robot in Blender, step by step. First, "
    "open the side panel and choose the physics tab; then press the big play button. Don't worry if nothing moves"
    " yet, because we still have to add a rigid body. By the way, version 5.2 shipped in 2026, and it costs $0! "
    "Could anything be better than that? In the next chapter we place three cameras around the scene, and I will "
    "show you how the timeline keeps everything in sync. Press shift and A to open the add menu. A cube appears "
    "at the cursor. Scale it down, rotate it by forty five degrees, and move it out of the way. Finally, thank "
    "you for watching, and please leave a comment below.",
    "A pull request is a question, not a demand. You ask somebody to read what you changed, and they answer with "
    "their own experience. Before you open one, look at the difference yourself. Remove the debug output, name "
    "your variables well, and write down why you chose this way and not another. Small changes are read within "
    "the hour; large ones wait until Friday. If a test fails, read its message aloud. Most of the time it tells "
    "you what happened, where, and what was expected instead. When it doesn't, improve the message first and then"
    " fix the bug. And once your change has landed, watch it in production for a day, because the real world has "
    "opinions that no test suite shares.",
    "Sound travels slowly compared with light, so thunder follows lightning. Count the seconds between them and "
    "divide by three: that is roughly how many kilometres away the storm is. Engineers use the same idea to "
    "measure the depth of the ocean. A ship sends a short pulse towards the ground and listens for the echo. The "
    "longer it takes, the deeper the water. Bats have done this for millions of years, with voices far above "
    "anything we can hear. Our phones, on the other hand, use two microphones to decide which noise belongs to "
    "the speaker and which to the street. Whatever arrives at both at once is usually your voice. Clever, isn't "
    "it?",
)
ASIDE = "Let me say something that is not in the script at all.".split()

Effect = Callable[[np.ndarray, np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class Condition:
    """How a paragraph is said: `shift` plays it faster by this factor; `rests` are put before words at random."""

    name: str
    voice: str
    rate: int
    shift: float = 1.0
    effects: tuple[Effect, ...] = ()
    rests: tuple[float, float] | None = None
    change: str = ""


@dataclass(frozen=True)
class Spoken:
    """A recording (samples,), the words to find, and when they start (nan: not said)."""

    sound: np.ndarray
    words: tuple[str, ...]
    starts: np.ndarray


def noise(decibels: float) -> Effect:
    """White noise, so many dB below the speech."""
    return lambda sound, random: (
        sound + random.normal(0, _rms(sound) / audio.factor(decibels), len(sound)).astype(np.float32)
    )


def echo(sound: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A room of half a second."""
    length = round(0.35 * audio.RATE)
    room = random.normal(0, 1, length) * np.exp(-np.arange(length) / (0.08 * audio.RATE)) / 14
    room[0] = 1.0
    bins = 1 << (len(sound) + length).bit_length()
    return np.fft.irfft(np.fft.rfft(sound, bins) * np.fft.rfft(room, bins))[: len(sound)].astype(np.float32)


def compressed(sound: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Hard compression, as of a phone."""
    envelope = np.convolve(np.abs(sound), np.full(480, 1 / 480, np.float32), "same") + np.float32(0.002)
    return sound * envelope ** np.float32(-0.4)


CONDITIONS = (
    Condition("other voice", "en-us+f3", 165),
    Condition("fast", "en-us+m3", 215),
    Condition("slow", "en-us+f5", 130),
    Condition("other accent", "en-gb-scotland+f4", 175, effects=(compressed,)),
    Condition("whispered", "en-us+whisper", 165),
    Condition("noise 25 dB", "en-us+klatt4", 180, effects=(noise(25),)),
    Condition("noise 10 dB", "en-us+Annie", 170, effects=(noise(10),)),
    Condition("lower voice, noise 15 dB", "en-us+m7", 180, 0.85, (noise(15),)),
    Condition("higher voice", "en-us+f3", 170, 1.15),
    Condition("long rests, noise 20 dB", "en-us+klatt6", 190, effects=(noise(20),), rests=(0.3, 2.5)),
    Condition("echo", "en-us+f3", 180, effects=(echo,)),
    Condition("higher voice, echo", "en-us+f3", 170, 1.15, (echo,)),
    Condition("a sentence left out", "en-us+m7", 170, change="left out"),
    Condition("a sentence added", "en-us+f5", 170, change="added"),
)
WRONG = (
    Condition("wrong text", "en-us+f3", 165, change="wrong"),
    Condition("words in another order", "en-us+m3", 165, change="order"),
    Condition("only noise", "en-us+f3", 165, effects=(lambda sound, random: noise(-60)(sound, random),)),
)


def main() -> None:
    random = np.random.default_rng(1)
    say(f"{'':26} {'minutes':>7} {'median':>7} {'p95':>6} {'max':>6} ms | {'by letters':>18} | CPU s/min | confidence")
    every = [row(condition, random) for condition in CONDITIONS]
    errors, spread, minutes, spent = (
        sum((e[i] for e in every), start) for i, start in ((0, []), (1, []), (2, 0.0), (3, 0.0))
    )
    tell("all", np.concatenate(errors), np.concatenate(spread), minutes, spent, "")
    long_take()
    ratio = np.median(np.concatenate(spread)) / np.median(np.concatenate(errors))
    say(f"the median error is {ratio:.0f} times smaller than that of words spread by their letters")
    for condition in WRONG:
        found = [align(s.sound, s.words) for s in recordings(condition, random)]
        say(f"{condition.name:26} confidence {', '.join(f'{a.confidence:.2f}' for a in found)}")


def row(condition: Condition, random: np.random.Generator) -> tuple[list[np.ndarray], list[np.ndarray], float, float]:
    errors, spread, minutes, spent, sure = [], [], 0.0, 0.0, []
    for spoken in recordings(condition, random):
        found, seconds = measured(spoken.sound, spoken.words)
        spent += seconds
        minutes += len(spoken.sound) / audio.RATE / 60
        sure.append(found.confidence)
        errors.append(wrong(starts(found), spoken))
        spread.append(wrong(by_letters(spoken), spoken))
    tell(
        condition.name,
        np.concatenate(errors),
        np.concatenate(spread),
        minutes,
        spent,
        " ".join(f"{s:.2f}" for s in sure),
    )
    return errors, spread, minutes, spent


def measured(sound: np.ndarray, words: tuple[str, ...]) -> tuple[Alignment, float]:
    """The alignment, and CPU seconds, eSpeak NG's own included (its process has to end to be counted)."""
    espeak_process.cache_clear()
    before = cpu_seconds()
    found = align(sound, words)
    espeak_process.cache_clear()
    return found, cpu_seconds() - before


def long_take() -> None:
    """All paragraphs in one take, twice over."""
    words = tuple(" ".join(PARAGRAPHS * 2).split())
    recording = record_untreated(_request(Condition("long", "en-us+f3", 165), words, ()))
    sound = audio.apply_filter(recording.pcm[:, None] / np.float32(32768), (), recording.rate)[:, 0]
    found, spent = measured(sound, words)
    times = spoken_words(words, recording.sounds, len(recording.pcm) / recording.rate)
    errors = 1000 * np.abs(starts(found) - np.array([start for start, _ in times]))
    minutes = len(sound) / audio.RATE / 60
    tell("one long take", errors, errors, minutes, spent, f"{found.confidence:.2f}")


def tell(name: str, errors: np.ndarray, spread: np.ndarray, minutes: float, spent: float, sure: str) -> None:
    found = f"{np.median(errors):7.0f} {np.percentile(errors, 95):6.0f} {errors.max():6.0f} ms"
    letters = f"{np.median(spread):8.0f} {np.percentile(spread, 95):6.0f} ms"
    say(f"{name:26} {minutes:7.1f} {found} | {letters:>18} | {spent / minutes:9.2f} | {sure}")


def recordings(condition: Condition, random: np.random.Generator) -> Iterator[Spoken]:
    """Every paragraph, said so."""
    for number, paragraph in enumerate(PARAGRAPHS):
        words = tuple(paragraph.split())
        said, known = _changed(words, condition.change, number)
        pauses = _rests(len(said), condition.rests, random)
        recording = record_untreated(_request(condition, said, pauses))
        sound = audio.apply_filter(
            recording.pcm[:, None] / np.float32(32768), (), round(recording.rate * condition.shift)
        )[:, 0]
        for effect in condition.effects:
            sound = effect(sound, random)
        times = spoken_words(said, recording.sounds, len(recording.pcm) / recording.rate)
        heard = np.array([times[k][0] / condition.shift if k >= 0 else np.nan for k in known])
        yield Spoken(sound, words, heard)


def _changed(words: tuple[str, ...], change: str, number: int) -> tuple[tuple[str, ...], list[int]]:
    """What is said, and for every word of the text its place in that (-1: it is not said)."""
    ends = [index + 1 for index, word in enumerate(words) if word[-1] in ".?!"]
    count, start, end = len(words), ends[min(2, len(ends) - 1)], ends[min(3, len(ends) - 1)]
    if change == "left out":
        return words[:start] + words[end:], [*range(start), *[-1] * (end - start), *range(start, count - end + start)]
    if change == "added":
        said = (*words[:start], *ASIDE, *words[start:])
        return said, [*range(start), *range(start + len(ASIDE), count + len(ASIDE))]
    if change == "wrong":
        return tuple(PARAGRAPHS[number - 1].split()), [-1] * count
    return (words[::-1], [-1] * count) if change == "order" else (words, list(range(count)))


def _rests(count: int, rests: tuple[float, float] | None, random: np.random.Generator) -> tuple[tuple[int, float], ...]:
    if not rests:
        return ()
    return tuple(
        (int(word), float(random.uniform(*rests))) for word in random.choice(np.arange(1, count), 12, replace=False)
    )


def _request(condition: Condition, words: tuple[str, ...], pauses: tuple[tuple[int, float], ...]) -> VoiceRequest:
    settings = (("rate", str(condition.rate)), ("word_gap", "0"))
    return VoiceRequest(provider="espeak", voice=condition.voice, words=words, pauses=pauses, settings=settings)


def starts(found: Alignment) -> np.ndarray:
    return np.array([word.start for word in found.words])


def by_letters(spoken: Spoken) -> np.ndarray:
    letters = np.cumsum([0, *map(len, spoken.words)])
    return letters[:-1] / letters[-1] * len(spoken.sound) / audio.RATE


def wrong(found: np.ndarray, spoken: Spoken) -> np.ndarray:
    """Milliseconds between the found and the true starts of the words that are said."""
    return 1000 * np.abs(found - spoken.starts)[~np.isnan(spoken.starts)]


def _rms(sound: np.ndarray) -> float:
    return float(np.sqrt((sound**2).mean()))


if __name__ == "__main__":
    main()
