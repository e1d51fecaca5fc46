"""A scene's paragraphs become lines: who speaks, which words, where the marks are."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from markdown_it.token import Token

from ..base.errors import SourceError
from .errors import list_names, nearly_same, suggestion
from .ids import content_id, slug
from .model import Line, Mark, Rest, Word
from .prose_faults import manner_fault, prose_faults
from .spoken.speech import ENGLISH, SpeechRules
from .values import NamedCharacter, find_character
from .words import CUES, NAMED, Paragraph, paragraph_of

_NAME = re.compile(r"([^\W\d_]+(?:[ .'\u2019-][^\W\d_]+)?)")
"""Bold that is at most two words, followed by a colon, is meant as a speaker, even where no character has that name."""


@dataclass(frozen=True)
class Prose:
    """A paragraph of a script; `item`: it is an entry of a list."""

    tokens: tuple[Token, ...]
    line: int
    item: bool = False


_CUE_USED = re.compile(rf"\b(?:at|until)[\"']?\s*:\s*[\"']?\{{?({'|'.join(CUES)})\b")


def with_used_cues(paragraphs: Iterable[Prose], blocks: Iterable[str]) -> Iterator[Prose]:
    """Yield the paragraphs of a scene with `{say}` and `{pause}` as marks where the texts of its `blocks` use these."""
    used = {f"{{{found[1]}}}" for body in blocks for found in _CUE_USED.finditer(body)}
    for prose in paragraphs:
        tokens = (t.copy(meta={**t.meta, NAMED: True}) if t.content in used else t for t in prose.tokens)
        yield replace(prose, tokens=tuple(tokens))


@dataclass(frozen=True)
class Narration:
    """What is said in a scene; `places` is (line, word) of each mark."""

    lines: tuple[Line, ...]
    places: dict[str, tuple[int, int]]
    problems: tuple[SourceError, ...]


def narration_of(
    paragraphs: Iterable[Prose],
    scene: str,
    narrator: str,
    characters: Sequence[NamedCharacter],
    file: str,
    speech: SpeechRules = ENGLISH,
) -> Narration:
    """Return the lines of `scene`; the narrator speaks until a paragraph names somebody else."""
    builder = _NarrationBuilder(file, scene, narrator, characters, speech)
    for prose in paragraphs:
        builder.take(prose)
    builder.end()
    return Narration(*_named(builder.drafts, scene), (*builder.problems, *builder.repeated_marks()))


@dataclass
class _LineDraft:
    speaker: str
    line: int
    words: tuple[Word, ...]
    marks: list[Mark]
    rests: list[Rest]
    speed: float


@dataclass
class _NarrationBuilder:
    """Gathers lines; marks and rests of a paragraph without words wait in `marks` and `rests` for the next words."""

    file: str
    scene: str
    speaker: str
    characters: Sequence[NamedCharacter]
    speech: SpeechRules
    drafts: list[_LineDraft] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    rests: list[tuple[Rest, int]] = field(default_factory=list)
    problems: list[SourceError] = field(default_factory=list)

    def take(self, prose: Prose) -> None:
        """Add a paragraph."""
        given = [t for t in prose.tokens if t.type != "text" or t.content]
        tokens = self._without_speaker(given, prose.line)
        manners = list[SourceError]()
        if tokens is not given:
            name = next((c.name for c in self.characters if c.id == self.speaker), self.speaker)
            manners = list(manner_fault(tokens, name, self.file, prose.line))
        self._look_for_late_speakers(tokens, prose.line)
        faults = prose_faults(tokens, self.characters, self.file, prose.line)
        told = {fault.details.found for fault in manners}
        self.problems += (*manners, *(fault for fault in faults if fault.details.found not in told))
        paragraph = paragraph_of(tokens, self.file, prose.line, self.speech)
        self.problems += paragraph.problems
        if paragraph.words:
            self._add(paragraph, prose)
        else:
            self.marks += paragraph.marks
            self.rests += [(rest, prose.line) for rest in paragraph.rests]
            if paragraph.speed != 1:
                message = "{speed: ...} is alone here; write it into the paragraph that is spoken so"
                self.problems.append(SourceError(self.file, prose.line, message))

    def end(self) -> None:
        """Give what still waits to the end of the last line."""
        if not self.drafts:
            waiting = [mark.line for mark in self.marks] + [line for _, line in self.rests]
            message = f'nothing is said in scene "{self.scene}", so there is no place for a mark or a pause'
            self.problems += [SourceError(self.file, line, message) for line in waiting]
            return
        last = self.drafts[-1]
        last.marks += [mark.model_copy(update={"word": len(last.words)}) for mark in self.marks]
        last.rests += [rest.model_copy(update={"word": len(last.words)}) for rest, _ in self.rests]

    def repeated_marks(self) -> Iterator[SourceError]:
        """Yield the fault of each mark whose name the scene has used before."""
        first: dict[str, int] = {}
        for mark in (mark for draft in self.drafts for mark in draft.marks):
            if mark.name in first:
                where = f'in scene "{self.scene}" (first on line {first[mark.name]})'
                yield SourceError(self.file, mark.line, f'the mark "{mark.name}" is used twice {where}')
            first.setdefault(mark.name, mark.line)

    def _add(self, paragraph: Paragraph, prose: Prose) -> None:
        words = _as_sentence(paragraph.words) if prose.item else paragraph.words
        marks = [mark.model_copy(update={"word": 0}) for mark in self.marks]
        rests = [rest.model_copy(update={"word": 0}) for rest, _ in self.rests]
        self.marks, self.rests = [], []
        self.drafts.append(
            _LineDraft(
                self.speaker, prose.line, words, [*marks, *paragraph.marks], [*rests, *paragraph.rests], paragraph.speed
            )
        )

    def _without_speaker(self, tokens: list[Token], line: int) -> list[Token]:
        """Return the tokens without a `**Name:**` at their start, which makes `Name` the speaker."""
        start = next((i for i, t in enumerate(tokens) if t.type != "brace" and t.content != " "), 0)
        label = _label(tokens, start)
        speaker = find_character(self.characters, label) if label else None
        if not label or (speaker is None and not _NAME.fullmatch(label)):
            return tokens
        if speaker is None:
            self.problems.append(SourceError(self.file, line, self._unknown(label)))
        self.speaker = speaker.id if speaker else self.speaker
        return [*tokens[:start], *_behind_label(tokens, start)]

    def _look_for_late_speakers(self, tokens: list[Token], line: int) -> None:
        """Report a speaker on a line of its own within a paragraph, which is a forgotten empty line."""
        for index, token in enumerate(tokens):
            line += token.type in ("softbreak", "hardbreak")
            label = _label(tokens, index + 1) if token.type in ("softbreak", "hardbreak") else None
            if label and find_character(self.characters, label):
                message = f'"{label}" starts to speak in the middle of a paragraph; leave an empty line above'
                self.problems.append(SourceError(self.file, line, message))

    def _unknown(self, label: str) -> str:
        names = [c.name for c in self.characters]
        near = nearly_same(label, names)
        another = "" if near else f'; another one is made with "lectern character new {slug(label)}"'
        return (
            f'no character is called "{label}"{suggestion(near)}; the characters are: {list_names(names)}{another}'
            f" (where it is just emphasis, write *{label}:*)"
        )


def _label(tokens: list[Token], start: int) -> str | None:
    """Return what is bold in `**Name:**` or `**Name**:` at `start`."""
    kinds = [t.type for t in tokens[start : start + 3]]
    if kinds != ["strong_open", "text", "strong_close"]:
        return None
    text = tokens[start + 1].content
    after = tokens[start + 3].content if len(tokens) > start + 3 and tokens[start + 3].type == "text" else ""
    bare = text.rstrip().removesuffix(":").rstrip()
    return bare if text.rstrip().endswith(":") or after.lstrip().startswith(":") else None


def _behind_label(tokens: list[Token], start: int) -> list[Token]:
    rest = tokens[start + 3 :]
    if rest and not tokens[start + 1].content.rstrip().endswith(":"):
        rest = [rest[0].copy(content=rest[0].content.lstrip().removeprefix(":")), *rest[1:]]
    return rest


def _as_sentence(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Return the words of a list's entry, said like a sentence: the voice falls at the end although no full stop is written."""
    last = words[-1]
    if last.spoken[-1:] in (".", "!", "?", "\u2026", ":", ";", ","):
        return words
    return (*words[:-1], last.model_copy(update={"spoken": f"{last.spoken}."}))


def _named(drafts: list[_LineDraft], scene: str) -> tuple[tuple[Line, ...], dict[str, tuple[int, int]]]:
    """Return the drafts with their ids, and where the marks are.

    Lines that say the same in one scene are told apart by their number among equals. That is safe, unlike for blocks:
    the same words by the same speaker are the same recording, so none of them can get another's voice; and an edit
    on one of them no longer fits once their number changes, which shows as a conflict.
    """
    seen: Counter[str] = Counter()
    lines: list[Line] = []
    for draft in drafts:
        id = content_id("line", scene, draft.speaker, *(word.written for word in draft.words))
        seen[id] += 1
        unique = id if seen[id] == 1 else f"{id}-{seen[id]}"
        lines.append(
            Line(
                id=unique,
                speaker=draft.speaker,
                words=draft.words,
                marks=tuple(draft.marks),
                rests=tuple(draft.rests),
                line=draft.line,
                speed=draft.speed,
            )
        )
    places = {mark.name: (i, mark.word) for i, line in reversed(list(enumerate(lines))) for mark in line.marks}
    return tuple(lines), places
