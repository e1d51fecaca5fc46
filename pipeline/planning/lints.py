"""What is weak in a planned script though it can be built: long sentences, scenes with nothing to see, claims without a source."""

import re
from collections.abc import Iterable, Iterator, Mapping

from ..base.errors import SourceError
from ..episode.model import Episode, Scene
from ..episode.source import SCRIPT
from ..timing.expected_length import ExpectedScene, expected_scenes, length_finding, letter_seconds

LONG_SENTENCE = 25
"""Words. Viewers hear a sentence once."""
STEP_SECONDS = 0.8
"""Seconds of narration that a step needs at least, or it is over before anybody has seen it."""
SILENT_STEPS = 4
"""Steps in a row that the narration doesn't mention (that have no mark)."""
ALIKE, LEAST_ALIKE = 0.7, 10
"""The share of content words that two scenes have in common for them to say the same, and how many words they need for that."""
_QUIET = ("wait", "pause", "highlight", "zoom")
_UNITS = (
    r"%|percent|per cent|times|fold|x\b|ms\b|milliseconds?|seconds?|minutes?|hours?|megabytes?|gigabytes?|MB\b|GB\b|users?|stars?|"
    r"million|billion"
)
_NUMBER = re.compile(rf"\b(\d+(?:[.,]\d+)*)\s*(?:{_UNITS})", re.IGNORECASE)
_CLAIM = re.compile(
    r"\b(studies (?:show|say)|research (?:shows|says)|experts (?:say|agree)|statistics|the (?:fastest|most popular|best known|most used|"
    r"safest|only)|(?:fast|slow|small|larg|saf)er than|scientifically|proven|everybody uses|most (?:people|developers|teams))\b",
    re.IGNORECASE,
)
_STOP = frozenset(
    "a an and are as at be but by can do does for from had has have here how i if in into is it its just let now of on or so that "
    "the them then there these they this to up us was we what when which will with you your".split()
)


def plan_findings(
    episode: Episode, sources: str = "", paces: Mapping[str, float] | None = None
) -> tuple[SourceError, ...]:
    """Return what is weak in an episode, in the order of its lines.

    `sources` are what claims can come from: the brief, the project, the files of the episode. `paces` are the seconds that a
    letter takes, by speaker, as measured; others are estimated.
    """
    scenes = [scene for scene in episode.scenes if scene.enabled]
    expected = {one.id: one for one in expected_scenes(episode, paces or {})}
    found = [
        finding
        for scene in scenes
        for finding in (
            *_sentences(scene),
            *_pictures(scene),
            *_steps(scene, expected.get(scene.id)),
            *_claims(scene, sources),
        )
    ]
    found += [*_alike(scenes), *_length(episode, expected)]
    return tuple(sorted(found, key=lambda one: one.line))


def pace_text(episode: Episode, speaker: str, pace: float | None) -> str:
    """Return how fast a character speaks, as a model is told it: words a minute, measured or estimated."""
    words = 60 / ((pace or letter_seconds(episode, speaker)) * 4.7)
    how = "measured in its recordings" if pace else "as voices usually do"
    return f"{episode.character(speaker).name} says about {words:.0f} words a minute ({how})"


def sentences_of(words: Iterable[tuple[str, int]]) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield sentences, each as its words and the line of its first, of words with their lines."""
    sentence, line = list[str](), 0
    for written, at in words:
        line = line or at
        sentence.append(written)
        if re.search(r"[.!?…]['\"”’)]*$", written):
            yield tuple(sentence), line
            sentence, line = [], 0
    if sentence:
        yield tuple(sentence), line


def _sentences(scene: Scene) -> Iterator[SourceError]:
    for line in scene.lines:
        for words, at in sentences_of((word.written, word.line) for word in line.words):
            if len(words) > LONG_SENTENCE:
                begin = " ".join(words[:6])
                yield SourceError(
                    SCRIPT,
                    at,
                    f'the sentence "{begin} …" has {len(words)} words; say it in two, of {LONG_SENTENCE} at most',
                )


def _pictures(scene: Scene) -> Iterator[SourceError]:
    shown = scene.captures or scene.overlays or scene.clips or scene.shots
    if scene.lines and not shown and scene.layout != "narrator-only":
        way_out = "show what is meant by a capture, an overlay or a clip, or write layout: narrator-only"
        yield SourceError(SCRIPT, scene.line, f'scene "{scene.id}" shows nothing of what it says; {way_out}')


def _steps(scene: Scene, expected: ExpectedScene | None) -> Iterator[SourceError]:
    for capture in scene.captures:
        seen = [step for step in capture.steps if step.action not in _QUIET]
        if seen and not scene.lines:
            yield SourceError(
                SCRIPT,
                capture.line,
                f'nothing is said about the {len(seen)} steps of "{capture.id}"; say what is done, and why',
            )
            continue
        silent = 0
        for step in seen:
            silent = 0 if step.at else silent + 1
            if silent == SILENT_STEPS:
                yield SourceError(
                    SCRIPT, capture.line, f'capture "{capture.id}": {silent} steps follow each other without a word about them; give the '
                    "one that matters a mark (at) at the word that names it, or take the others out",
                )  # fmt: skip
        least = STEP_SECONDS * len(seen)
        if expected and expected.spoken < least:
            yield SourceError(
                SCRIPT, capture.line, f'capture "{capture.id}" has {len(seen)} steps in {expected.spoken:.0f} s of narration; say more '
                f"(it takes {least:.0f} s to see them), or do less",
            )  # fmt: skip


def _claims(scene: Scene, sources: str) -> Iterator[SourceError]:
    shown = f"{sources}\n{_shown_text(scene)}"
    for line in scene.lines:
        for words, at in sentences_of((word.written, word.line) for word in line.words):
            text = " ".join(words)
            wrong = [number[0] for number in _NUMBER.finditer(text) if not _has_number(shown, number[1])]
            wrong += [claim[0] for claim in _CLAIM.finditer(text) if claim[0].casefold() not in shown.casefold()]
            if wrong:
                yield SourceError(
                    SCRIPT, at, f'"{wrong[0]}" is a claim without its source: neither the brief nor the project says it, and the '
                    "scene does not show it; show it, name its source in the brief, or leave it out",
                )  # fmt: skip


def _shown_text(scene: Scene) -> str:
    """Return what a scene shows, as text: its blocks with all that is written in them."""
    blocks = (*scene.captures, *scene.overlays, *scene.clips)
    return "\n".join(block.model_dump_json() for block in blocks)


def _has_number(text: str, number: str) -> bool:
    return re.search(rf"(?<![\d.,]){re.escape(number)}(?![\d]|[.,]\d)", text) is not None


def _alike(scenes: list[Scene]) -> Iterator[SourceError]:
    words = [(scene, _content_words(scene)) for scene in scenes]
    for index, (scene, said) in enumerate(words):
        for other, before in words[:index]:
            if min(len(said), len(before)) >= LEAST_ALIKE and len(said & before) / min(len(said), len(before)) >= ALIKE:
                yield SourceError(
                    SCRIPT,
                    scene.line,
                    f'scene "{scene.id}" says the same as "{other.id}"; leave one of them out, or say what is new',
                )


def _content_words(scene: Scene) -> frozenset[str]:
    plain = (re.sub(r"\W", "", word.written.casefold()) for line in scene.lines for word in line.words)
    return frozenset(word for word in plain if word and word not in _STOP)


def _length(episode: Episode, expected: Mapping[str, ExpectedScene]) -> Iterator[SourceError]:
    if episode.length and (told := length_finding(episode, episode.length, expected.values())):
        yield SourceError(SCRIPT, 1, told)
