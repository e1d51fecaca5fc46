"""What a strip of the timeline stands for in the script, and why it is when and where it is. Reads nothing but what it is given."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from ..base.clock import seconds_at
from ..base.errors import LecternError
from ..base.frozen import Frozen
from ..episode.blocks import Clip, Overlay
from ..episode.capture_block import Capture
from ..episode.edit import field_source, paragraph_source
from ..episode.model import Episode, Line, Scene
from ..timeline.editable import BY_NAME
from ..timeline.model import Strip, StripId, Timeline
from .edits import value_label

ElementKind = Literal["line", "capture", "overlay", "clip", "narrator", "other"]
RECORDING = "recording"
"""The provider whose voices are a person's own recordings."""


class MarkCard(Frozen):
    """A mark: its name, the word before which it is ("": the end), and its frame on the film (0-based; -1: not built)."""

    name: str
    word: str
    frame: int


class ElementCard(Frozen):
    """What a strip stands for. `line` is a line of script.md (0: no line of it); times are seconds of the film.

    `text` is its source in the script: a paragraph's Markdown, an overlay's text. `steps` are those of a capture, `marks` those
    of a line, `why` are sentences about its time and place, `by_hand` what a person has changed. `source` is the file that it
    plays, relative to the episode.
    """

    strip: str
    kind: ElementKind
    id: str
    scene: str
    title: str
    line: int
    start: float
    seconds: float
    text: str = ""
    key: str = ""
    speaker: str = ""
    voice: str = ""
    recorded: bool = False
    at: str = ""
    marks: tuple[MarkCard, ...] = ()
    steps: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    by_hand: tuple[str, ...] = ()
    source: str = ""


class Known(NamedTuple):
    """All that is needed to tell what a strip stands for: an episode as it was read, its exact script, its last timeline."""

    episode: Episode
    script: str
    film: Timeline


def element_of(known: Known, strip: str) -> ElementCard:
    """Return what the strip with the id `strip` stands for. Raises LecternError if the last build has no such strip."""
    id = strip.partition("#")[0]
    found = next((each for each in (*known.film.strips, *known.film.off) if each.id == strip), None) or next(
        (each for each in (*known.film.strips, *known.film.off) if each.id == id), None
    )
    if found is None:
        raise LecternError("This strip is not in the last build's timeline: build the episode to see what it is")
    scene = next((each for each in known.episode.scenes if each.id == found.scene), None)
    if scene is None:
        return _card(
            known, found, "other", why=("Its scene is not in the script any more: the next build takes it away",)
        )
    owner = StripId.parse(id).owner
    if line := _line_of(known.film, scene, owner):
        return _of_line(known, found, scene, line)
    for capture in (capture for capture in scene.captures if capture.id == owner):
        return _of_capture(known, found, scene, capture)
    blocks: tuple[Overlay | Clip, ...] = (*scene.overlays, *scene.clips)
    for block in (block for block in blocks if block.id == owner):
        return _of_block(known, found, scene, block)
    if any(character.id == owner for character in known.episode.characters):
        return _of_narrator(known, found, scene, owner)
    gone = (
        () if owner in ("plate", "pointer", "ripple") else ("The script says something else by now: build to see it",)
    )
    return _card(known, found, "other", title=found.name, line=scene.line, why=gone)


def _of_line(known: Known, strip: Strip, scene: Scene, line: Line) -> ElementCard:
    character = known.episode.character(line.speaker)
    before = _line_before(scene, line)
    follows = f'after "{_words(before)}"' if before else f"{scene.before:g} s after the scene begins"
    shown = [
        step.at for capture in scene.captures for step in capture.steps if step.at in {mark.name for mark in line.marks}
    ]
    waits = f"; it waits where {', '.join(map(str, shown))} would be seen too late" if shown else ""
    changed = (
        () if strip.owner == line.id else ("Its words or its speaker have changed: the next build speaks it anew",)
    )
    return _card(
        known, strip, "line", id=line.id, title=_words(line), line=line.line, text=_paragraph(known, line.line),
        speaker=character.name, voice=f"{character.provider} {character.voice}".strip(),
        recorded=character.provider == RECORDING, marks=tuple(_marks(known, scene, line)),
        why=(f"It is spoken {follows}{waits}", *changed),
    )  # fmt: skip


def _of_capture(known: Known, strip: Strip, scene: Scene, capture: Capture) -> ElementCard:
    steps = tuple(_steps(known, capture))
    marked = sum(step.at is not None for step in capture.steps)
    timed = "so that the effect of each step with a mark is seen on its word" if marked else "over the whole scene"
    place = {"full": "it fills the frame", "side-by-side": "it leaves room for the narrator"}.get(
        scene.layout, "where the narrator and the overlays hide least of it"
    )
    return _card(
        known, strip, "capture", id=capture.id, title=f"{capture.kind.capitalize()} capture", line=capture.line, steps=steps,
        text=capture.goal or "", why=(f"Its recording is shown {timed}", f"Its window: {place} (layout: {scene.layout})"),
    )  # fmt: skip


def _of_block(known: Known, strip: Strip, scene: Scene, block: Overlay | Clip) -> ElementCard:
    if isinstance(block, Overlay):
        kind: ElementKind = "overlay"
        title, text, key = block.kind.replace("-", " ").capitalize(), block.text, "text"
        if block.kind == "bullets" and not text:
            text, key = "\n".join(block.items), "items"
        place = (
            "where the script says (position)" if block.position else "where it hides nothing of what is seen meanwhile"
        )
    else:
        kind, title, text, key = "clip", f"Clip: {block.name or block.file or 'own page'}", "", ""
        place = "over the whole frame" if block.place == "frame" else "on the stage, beside the narrator"
    begins = f'at the mark "{block.at}"' if block.at else "when the scene begins"
    ends = (
        f'until the mark "{block.until}"'
        if block.until
        else f"for {block.seconds:g} s"
        if block.seconds
        else "as long as usual"
    )
    return _card(
        known, strip, kind, id=block.id, title=title, line=block.line, text=text, key=key, at=block.at or "",
        why=(f"It appears {begins}, {ends}", f"It is {place}"),
    )  # fmt: skip


def _of_narrator(known: Known, strip: Strip, scene: Scene, owner: str) -> ElementCard:
    character = known.episode.character(owner)
    blocks = [block for block in scene.avatars if block.character in (None, owner)]
    side = next((block.side for block in blocks if block.side != "auto"), "")
    size = next((block.size for block in blocks if block.size), None)
    placed = f"on the {side}, as the script says" if side else "on the side where less is hidden, over the whole scene"
    large = f"{size:.0%} of the frame's height, as the script says" if size else "as large as there is room for"
    return _card(
        known, strip, "narrator", id=owner, title=character.name, line=blocks[0].line if blocks else scene.line,
        speaker=character.name, voice=f"{character.provider} {character.voice}".strip(),
        why=(f"{character.name} stands {placed}", f"The size: {large}"),
    )  # fmt: skip


def _card(known: Known, strip: Strip, kind: ElementKind, **more: object) -> ElementCard:
    fps = known.film.fps
    known_values = {
        "strip": strip.id, "kind": kind, "id": strip.owner, "scene": strip.scene, "title": strip.name, "line": 0,
        "start": seconds_at(strip.start, fps), "seconds": seconds_at(strip.end - strip.start, fps),
        "source": getattr(strip, "source", ""), "by_hand": tuple(_by_hand(strip)),
    }  # fmt: skip
    return ElementCard.model_validate(known_values | more)


def _by_hand(strip: Strip) -> Iterator[str]:
    for hand in strip.by_hand:
        label = BY_NAME[hand.property].label if hand.property in BY_NAME else hand.property
        was = "" if hand.script is None else f", not {value_label(hand.script)}"
        yield f"{label}: {value_label(hand.value)}{was}"


def _marks(known: Known, scene: Scene, line: Line) -> Iterator[MarkCard]:
    frames = {marker.name: marker.frame for marker in known.film.markers}
    for mark in line.marks:
        word = line.words[mark.word].written if mark.word < len(line.words) else ""
        yield MarkCard(name=mark.name, word=word, frame=frames.get(f"{scene.id}/{mark.name}", -1))


def _steps(known: Known, capture: Capture) -> Iterator[str]:
    for number in range(len(capture.steps)):
        try:
            yield " ".join(field_source(known.script, capture.line, ("steps", number)).split())
        except LecternError:  # written in another form, or in a script that has changed since
            yield capture.steps[number].action


def _paragraph(known: Known, line: int) -> str:
    try:
        return paragraph_source(known.script, line)
    except LecternError:  # the script has changed since
        return ""


def _line_of(film: Timeline, scene: Scene, id: str) -> Line | None:
    """Return the line of a scene with this id; also one that was changed since the build, if no other line is new or gone."""
    spoken = [
        strip
        for strip in (*film.strips, *film.off)
        if strip.scene == scene.id and StripId.parse(strip.id).part.startswith("voice-")
    ]
    then = list(dict.fromkeys(strip.owner for strip in sorted(spoken, key=lambda strip: strip.start)))
    found = next((line for line in scene.lines if line.id == id), None)
    changed = found is None and id in then and len(then) == len(scene.lines)
    return scene.lines[then.index(id)] if changed else found


def _line_before(scene: Scene, line: Line) -> Line | None:
    at = scene.lines.index(line)
    return scene.lines[at - 1] if at else None


def _words(line: Line, most: int = 7) -> str:
    words = [word.written for word in line.words]
    return " ".join(words[:most]) + (" …" if len(words) > most else "")
