"""A paragraph's inline Markdown becomes words, marks and rests."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, get_args

from markdown_it.token import Token

from ..base.errors import SourceError
from .blocks import Mood
from .errors import list_names
from .ids import IDENTIFIER
from .markdown import lines_after
from .model import Mark, Rest, Word
from .moods import mood_of_word
from .spoken.doubts import Doubt
from .spoken.phonetic import is_phonetic, marked, phonetic_fault
from .spoken.speech import ENGLISH, SpeechRules, WrittenWord, doubts_of, is_silent, spoken_forms

CUES = ("say", "pause")
"""What braces say besides marks. A mark can have such a name where a block uses it: its token has NAMED in its `meta`."""
NAMED = "named"
LONGEST_REST = 30.0
"""Seconds; a longer pause is a slip of the keyboard."""
SLOWEST, FASTEST = 0.5, 2.0
"""How many times as fast as usual a paragraph can be spoken."""

_JOINTS = "-\u2010\u2013\u2014/\\"
"""A mark may split a word after one of these."""


_MARKED = re.compile(r"(?<!\w)(==|~~|\+\+)(?=\S)([^=~+]*[^\s=~+])\1(?!\w)|(?<=\w)(~)(\w{1,3})~")
"""Marked, struck, inserted or lowered text, as other tools than CommonMark write it: ==this==, ~~this~~, H~2~O."""

_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]")
_NO_FOOTNOTES = (
    'narration has no footnotes, and "{}" would be read aloud; remove it, or write what it says as a sentence'
)

_GROUPED_NUMBER = r"(?<![\w+,.-])(?<!\d )[1-9]\d{0,2}(?:(?:[ \u00a0\u2009\u202f]\d{3}){2,}|[\u00a0\u2009\u202f]\d{3}| 000)(?![-\w]| \d)\S*"
"""A number whose thousands are separated by spaces, with the punctuation after it: one word."""


@dataclass(frozen=True)
class Paragraph:
    """What one paragraph says, `speed` times as fast as usual; `problems` are its faults."""

    words: tuple[Word, ...]
    marks: tuple[Mark, ...]
    rests: tuple[Rest, ...]
    problems: tuple[SourceError, ...]
    speed: float = 1.0


def paragraph_of(tokens: list[Token], file: str, line: int, speech: SpeechRules = ENGLISH) -> Paragraph:
    """Return the words of inline `tokens`, the first of which is at `line`, and how they are said."""
    writing = _WordBuilder(file, speech)
    atoms = list(_atoms(tokens, line, writing.problems, file))
    for index, atom in enumerate(atoms):
        following = atoms[index + 1].kind if index + 1 < len(atoms) else "space"
        writing.take(atom, whole=following == "say")
    return writing.finished()


def plain_title(tokens: list[Token]) -> str:
    """Return the text of a heading without its marks of emphasis and braces."""
    kinds = {"softbreak": " ", "hardbreak": " "}
    parts = (t.content if t.type in ("text", "code_inline") else kinds.get(t.type, "") for t in tokens)
    return " ".join("".join(parts).split())


@dataclass(frozen=True)
class _Atom:
    """The smallest thing a paragraph is made of."""

    kind: Literal["text", "code", "space", "mark", "say", "pause", "speed"]
    text: str
    line: int
    emphasis: bool = False


def _atoms(tokens: list[Token], line: int, problems: list[SourceError], file: str) -> Iterator[_Atom]:
    first, emphasis, address = line, 0, False
    for token in tokens:
        lines, began = lines_after(token), line
        line = line if lines is None else first + lines
        if token.type.endswith(("em_open", "strong_open", "em_close", "strong_close")):
            emphasis += token.nesting
        elif token.type in ("link_open", "link_close"):
            address = token.type == "link_open" and token.info == "auto"
        elif token.type in ("softbreak", "hardbreak"):
            line += 1
            yield _Atom("space", " ", line)
        else:
            yield from _leaf(token, began, emphasis > 0, address, problems, file)


def _leaf(
    token: Token, line: int, emphasis: bool, address: bool, problems: list[SourceError], file: str
) -> Iterator[_Atom]:
    if token.type == "code_inline" or address:
        yield _Atom("code", token.content, line, emphasis)
    elif token.type == "text":
        if note := _FOOTNOTE.search(token.content):
            problems.append(SourceError(file, line, _NO_FOOTNOTES.format(note[0])))
        yield from _pieces("text", _MARKED.sub(lambda found: found[2] or found[4], token.content), line, emphasis)
    elif token.type == "brace":
        try:
            yield _brace_atom(token.content, line, file, bool(token.meta.get(NAMED)))
        except SourceError as error:
            problems.append(error)
    else:
        problems.append(SourceError(file, line, _NOT_SPOKEN[token.type]))


_NOT_SPOKEN = {
    "image": 'an image can\'t be spoken; show it with an overlay block of "kind: image" and "file: ..."',
    "html_inline": "HTML can't be spoken; write \\< for the character itself, and notes to yourself into a note block",
}


def _pieces(kind: Literal["text", "code"], text: str, line: int, emphasis: bool) -> Iterator[_Atom]:
    for piece in re.findall(rf"{_GROUPED_NUMBER}|\s+|\S+" if kind == "text" else r"\s+|\S+", text):
        yield _Atom("space" if piece.isspace() else kind, piece, line, emphasis)


def _brace_atom(source: str, line: int, file: str, named: bool) -> _Atom:
    """Return the mark, pronunciation, pause or speed in braces; `named`: a block uses it. Raises SourceError for anything else."""
    if not (len(source) >= 2 and source.startswith("{") and source.endswith("}")):
        what = "is never closed" if source == "{" else "was never opened"
        raise SourceError(file, line, f'this "{source}" {what}; write \\{source} to say the character itself')
    name, colon, value = (part.strip() for part in " ".join(source[1:-1].split()).partition(":"))
    if colon and name == "say" and value:
        if is_phonetic(value) and (fault := phonetic_fault(value)):
            raise SourceError(file, line, fault)
        return _Atom("say", marked(value), line)
    if colon and name == "pause":
        return _Atom("pause", _seconds(value, source, line, file), line)
    if colon and name == "speed":
        return _Atom("speed", _speed(value, source, line, file), line)
    if not colon and (named or name not in CUES) and IDENTIFIER.fullmatch(name):
        return _Atom("mark", name, line)
    raise SourceError(file, line, _wrong_brace(name, colon, source))


def _wrong_brace(name: str, colon: str, source: str) -> str:
    if name in CUES:
        example = "how the word before it is said is {say: you vee}" if name == "say" else "a pause is {pause: 0.5}"
        return f'"{source}" says nothing: {example}; and as a mark, no block of this scene has at: {name}'
    if name.startswith("#") and not colon:
        return f'"{source}" is an id, and only headings take one'
    if name in ("lang", "language", "voice", "accent"):
        way = "one word at a time, how it sounds to this voice, like Guten{say: goo-ten} Tag{say: tahk}"
        return f'"{source}": a film is spoken in one language, and in the voices of its characters; write, {way}'
    if name in ("mood", "emotion", "feeling", "tone", "style"):
        mood = mood_of_word(source[1:-1].partition(":")[2])
        block = f"an avatar block with mood: {mood or 'cheerful'} and at: smile"
        others = "" if mood else f" (moods are: {list_names(get_args(Mood))})"
        return (
            f'"{source}": a mood is shown by the narrator: put a mark, like {{smile}}, here, and write {block}{others}'
        )
    known = "a mark {name}, {say: ...}, {pause: seconds} and {speed: 0.8}"
    return f'Lectern doesn\'t know "{source}": there are {known}; \\{{ is the character'


def _seconds(value: str, source: str, line: int, file: str) -> str:
    if re.fullmatch(r"\d+(\.\d+)?", value) and 0 < float(value) <= LONGEST_REST:
        return value
    wanted = f"a number of seconds above 0 and up to {LONGEST_REST:g}, like {{pause: 0.5}}"
    raise SourceError(file, line, f'"{source}": a pause is {wanted}')


def _speed(value: str, source: str, line: int, file: str) -> str:
    if re.fullmatch(r"\d+(\.\d+)?", value) and SLOWEST <= float(value) <= FASTEST:
        return value
    wanted = f"a number from {SLOWEST:g} to {FASTEST:g}, like {{speed: 0.8}}, by which a paragraph is spoken faster than usual"
    raise SourceError(file, line, f'"{source}": a speed is {wanted}')


@dataclass
class _WordDraft:
    """A word while it is written; `say` replaces its pronunciation. `before` is punctuation that stood alone before it."""

    line: int
    pieces: list[tuple[str, bool]] = field(default_factory=list)
    before: str = ""
    say: str | None = None
    emphasis: bool = False

    @property
    def written(self) -> str:
        """The word with its punctuation."""
        return self.before + "".join(text for text, _ in self.pieces)

    def add(self, atom: _Atom) -> None:
        """Append an atom to the word."""
        self.pieces.append((atom.text, atom.kind == "code"))
        self.emphasis = self.emphasis or (atom.emphasis and not is_silent(atom.text))


@dataclass
class _WordBuilder:
    """Puts atoms together. A mark or rest belongs before the word that sounds next."""

    file: str
    speech: SpeechRules
    words: list[_WordDraft] = field(default_factory=list)
    current: _WordDraft | None = None
    inner_brace: _Atom | None = None
    marks: list[Mark] = field(default_factory=list)
    rests: list[Rest] = field(default_factory=list)
    problems: list[SourceError] = field(default_factory=list)
    speed: float | None = None

    def take(self, atom: _Atom, whole: bool) -> None:
        """Add one atom; `whole`: a pronunciation follows, so a code span stays one word."""
        if atom.kind == "space":
            self._close()
        elif atom.kind == "text":
            self._write(atom)
        elif atom.kind == "code":
            self._write_code(atom, whole)
        elif atom.kind == "say":
            self._say(atom)
        elif atom.kind == "speed":
            self._set_speed(atom)
        else:
            self._place(atom)

    def finished(self) -> Paragraph:
        """Return the paragraph of all that was added."""
        self._close()
        if self.current:
            message = f'"{self.current.written.strip()}" can\'t be spoken'
            self.problems.append(SourceError(self.file, self.current.line, message))
        written = [WrittenWord(tuple(draft.pieces), draft.say) for draft in self.words]
        spoken = spoken_forms(written, self.speech)
        doubted = doubts_of(written, spoken, self.speech)
        words = tuple(
            _word(draft, how, doubted.get(i)) for i, (draft, how) in enumerate(zip(self.words, spoken, strict=True))
        )
        marks = tuple(m.model_copy(update={"word": min(m.word, len(words))}) for m in self.marks)
        rests = tuple(r.model_copy(update={"word": min(r.word, len(words))}) for r in self.rests)
        return Paragraph(words, marks, rests, tuple(self.problems), self.speed or 1.0)

    def _write(self, atom: _Atom) -> None:
        if self.inner_brace:
            self._check_inner_brace(atom)
        self.current = self.current or _WordDraft(atom.line)
        self.current.add(atom)

    def _write_code(self, atom: _Atom, whole: bool) -> None:
        for piece in [atom] if whole else _pieces("code", atom.text, atom.line, atom.emphasis):
            if piece.kind == "space":
                self._close()
            else:
                self._write(piece)

    def _check_inner_brace(self, atom: _Atom) -> None:
        """Check a brace within a word that goes on: fine before punctuation and after a hyphen or a dash."""
        brace, self.inner_brace = self.inner_brace, None
        if is_silent(atom.text[0]) or self.current is None:
            return
        if self.current.written[-1] in _JOINTS:
            return self._close()
        word = self.current.written + atom.text
        self.problems.append(
            SourceError(
                self.file,
                brace.line if brace else atom.line,
                f'a brace inside the word "{word}"; put it before the word',
            )
        )

    def _place(self, atom: _Atom) -> None:
        sounding = self.current is not None and not is_silent(self.current.written)
        index = len(self.words) + sounding
        self.inner_brace = atom if sounding else None
        if atom.kind == "mark":
            self.marks.append(Mark(name=atom.text, word=index, line=atom.line))
        else:
            self.rests.append(Rest(word=index, seconds=float(atom.text)))

    def _set_speed(self, atom: _Atom) -> None:
        if self.speed is not None:
            self.problems.append(
                SourceError(self.file, atom.line, "a paragraph has one {speed: ...}; begin another one")
            )
        self.speed = float(atom.text)

    def _say(self, atom: _Atom) -> None:
        sounding = self.current is not None and not is_silent(self.current.written)
        word = self.current if sounding else (self.words[-1] if self.words else None)
        if word is None or is_silent(word.written):
            self.problems.append(
                SourceError(
                    self.file,
                    atom.line,
                    f'"{{say: {atom.text}}}" has no word before it; write it right after its word',
                )
            )
        else:
            word.say = atom.text

    def _close(self) -> None:
        """End the word; punctuation on its own joins the word before it, or waits for the next one."""
        self.inner_brace = None
        draft = self.current
        if draft is None:
            return
        if not is_silent(draft.written):
            self.words.append(draft)
            self.current = None
        elif self.words:
            (text, is_code), *rest = draft.pieces
            self.words[-1].pieces += [(f" {text}", is_code), *rest]
            self.current = None
        else:
            draft.before, draft.pieces = f"{draft.written.rstrip()} ", []


def _word(draft: _WordDraft, spoken: str, doubt: Doubt | None) -> Word:
    spoken = unicodedata.normalize("NFC", spoken)
    return Word(written=draft.written, spoken=spoken, line=draft.line, emphasis=draft.emphasis, doubt=doubt)
