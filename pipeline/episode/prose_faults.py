"""What is in the prose and would be read aloud although nobody means it to: speakers, stage directions, comments."""

import re
from collections.abc import Iterator, Sequence
from typing import get_args

from markdown_it.token import Token

from ..base.errors import FaultDetails, SourceError
from .blocks import Mood
from .errors import list_names
from .markdown_faults import ALOUD
from .moods import MOOD_WORDS, mood_of_word
from .values import NamedCharacter

STRANGE_MARKDOWN = {
    "hr": 'a rule ("{}") says nothing; a heading starts a scene, and the front matter starts on the very first line',
    "html_block": "HTML can't be spoken; notes to yourself go into a note block",
    "code_block": "a paragraph that starts with four spaces or a tab is code in Markdown; remove them, or show code "
    'with an overlay block of "kind: code"',
}
"""What is said of Markdown that has no meaning in a script, by the types of its tokens."""
_ANYBODY = ("narrator", "speaker", "host", "voice", "voiceover", "voice-over", "vo")
"""What scripts for people call whoever speaks."""
_DIRECTIONS = "|".join(
    (
        "pause", "beat", "silence", "laugh(?:s|ing|ter)?", "sighs?", "whisper(?:s|ing)?", "music", "applause", "cut to",
        "fade(?: in| out)?", "scene", "zoom(?: in| out)?", "sfx",
    )
)  # fmt: skip
_DIRECTION = re.compile(
    rf"\[\s*(?:{_DIRECTIONS})\b[^\]]{{0,40}}\]|\(\s*(?:{_DIRECTIONS})\s*[:,.]?\s*[\d.]*\s*(?:s|sec|seconds?|ms)?\s*\)",
    re.I,
)
_MANNER = re.compile(rf"[\[(]\s*({'|'.join(MOOD_WORDS)}|[a-z]{{3,}}ly)\s*[\])]", re.I)
"""How somebody looks or speaks, in brackets: [worried], (excitedly)."""
_CUE_TIME = re.compile(r"(?:\d+:)?\d{1,2}:\d\d[.,]\d{1,3}\s*-+>\s*(?:\d+:)?\d{1,2}:\d\d[.,]\d{1,3}")
"""When a subtitle is seen, as in SRT and VTT."""
_TIME_STAMP = re.compile(r"\[(?:\d+:)?\d{1,2}:\d\d(?:[.,]\d+)?\]")
"""When a line of a transcript is said."""
_BRACKETED = re.compile(r"(?<!\S)\[([^\W\d_][\w' \u2019-]{1,40})\](?=[\s.,;:!?]|$)")
"""Words in brackets, which are what somebody does, or a word that is meant to be marked: [smiles], [Guten Tag]{say: ...}."""
_SAID = re.compile(r"\[([^\]\[]+)\]\(\s*(?:pronounced?|pronunciation|say|ipa|sounds[ -]like)\s*[:=]?\s*([^)]+)\)", re.I)
_SPEAKER = re.compile(r"([^\W\d_][\w .'\u2019-]{0,24}?)\s*(?:\(([^)]{1,40})\)\s*)?:(?=\s|$)")
_IN_BRACKETS = re.compile(r"\[([^\]]{1,24})\]:?\s")
_AFTER_NAME = re.compile(r"\s*\(([^)]{1,40})\)\s*:")
_NAME_WITH_MANNER = re.compile(
    r"(?P<name>[^(\[,:\u2013\u2014]+?)\s*(?:[(\[](?P<how>[^)\]]{1,40})[)\]]|[,\u2013\u2014]\s*(?P<also>[^:]{1,40}?))\s*:?\s*"
)
"""A bold speaker with how they speak: `Ben (sceptical):`, `Ben, sceptical:`."""
_BEGINS_IN_BRACKETS = re.compile(r"\s*[(\[]([a-z][\w'\u2019-]*(?: [\w'\u2019-]+){0,3})[)\]]")
_BREAKS = ("softbreak", "hardbreak")
_Found = tuple[str, str, str]
"""What is written, what is wrong with it, and what to write instead."""


def prose_faults(
    tokens: Sequence[Token], characters: Sequence[NamedCharacter], file: str, line: int
) -> Iterator[SourceError]:
    """Yield what nobody means to be read aloud in a paragraph that starts at `line`."""
    names = {name.casefold(): known.name for known in characters for name in (known.name, known.id)}
    fault = next(_at_start(tokens, names), None)
    if fault:
        yield _fault(file, line, *fault)
    for before, token in zip((None, *tokens), tokens, strict=False):
        if before and before.type in _BREAKS and token.type == "text":
            yield from (_fault(file, line, *_below(found)) for found in _plain_speaker(token.content, names))
        line += token.type in _BREAKS
        first_found = fault[0] if fault else ""
        inside = (*_within(token), *_in_brackets(token, names))
        yield from (_fault(file, line, *found) for found in inside if found[0] not in first_found)
    yield from (_fault(file, line, *found) for found in _late_speakers(tokens, names))


def _below(found: _Found) -> _Found:
    """Return a speaker who is named at the start of a line, where a paragraph of their own begins."""
    written, message, instead = found
    return written, f"{message}, with an empty line above", f"\n\n{instead}" if instead else ""


def _fault(file: str, line: int, found: str, message: str, instead: str) -> SourceError:
    return SourceError(file, line, f'"{found}" {message}', FaultDetails(found=found, instead=instead))


_NO_MANNER = "how something is said can't be written"


def _at_start(tokens: Sequence[Token], names: dict[str, str]) -> Iterator[_Found]:
    """Yield a speaker who is not written as one, and a comment."""
    first = next((i for i, t in enumerate(tokens) if t.type not in ("text", "brace") or t.content.strip()), 0)
    kinds = [token.type for token in tokens[first : first + 3]]
    text = tokens[first].content if kinds[:1] == ["text"] else ""
    if text.lstrip().startswith("// "):
        yield text.strip()[:30], f"{ALOUD}; notes to yourself go into a note block", "```note"
    yield from _plain_speaker(text, names)
    after = tokens[first + len(kinds)].content if len(tokens) > first + len(kinds) else ""
    if kinds == ["strong_open", "text", "strong_close"]:
        yield from _bold_with_manner(tokens[first + 1].content, after, names)
    elif kinds[:1] == ["brace"]:
        name = names.get(tokens[first].content.strip("{}").casefold(), "")
        if name and tokens[first + 1 :] and tokens[first + 1].content.startswith(":"):
            yield f"{tokens[first].content}:", f"is a mark; who speaks is in bold: **{name}:**", f"**{name}:**"


def _bold_with_manner(bold: str, after: str, names: dict[str, str]) -> Iterator[_Found]:
    """Yield a bold speaker with how they speak: `**Ben (happy):**`, `**Ben** (happy):`."""
    inside, following = _NAME_WITH_MANNER.fullmatch(bold.strip()), _AFTER_NAME.match(after)
    is_label = bold.rstrip().endswith(":") or after.lstrip().startswith(":")
    if following and (name := names.get(bold.strip().casefold(), "")):
        yield f"**{name}**{following[0]}", _about_manner(name, following[1]), f"**{name}:**"
    elif inside and is_label and (name := names.get(inside["name"].strip().casefold(), "")):
        yield f"**{bold}**", _about_manner(name, inside["how"] or inside["also"]), f"**{name}:**"


def _about_manner(name: str, manner: str) -> str:
    """Return what is said of a word for how somebody speaks."""
    mood = mood_of_word(manner)
    block = f"an avatar block with character: {name}, mood: {mood or 'NAME'} and at: with a mark"
    moods = f'no mood is called "{manner}", they are: {list_names(get_args(Mood))}'
    way = f"{block} shows it" if mood else f"{block} shows a mood ({moods})"
    return f"{ALOUD}; {_NO_MANNER}: write **{name}:**, and {way}"


def manner_fault(tokens: Sequence[Token], name: str, file: str, line: int) -> Iterator[SourceError]:
    """Yield the words in brackets after the speaker `name` that say how they speak, where `_within` tells nothing of them."""
    text = tokens[0].content if tokens and tokens[0].type == "text" else ""
    found = _BEGINS_IN_BRACKETS.match(text)
    if found and not any(True for _ in _within(tokens[0])):
        yield _fault(file, line, found[0].strip(), _about_manner(name, found[1]), "")


def _plain_speaker(text: str, names: dict[str, str]) -> Iterator[_Found]:
    """Yield a speaker at the start of a plain text: `Ada: …`, `[Ada] …`, `Narrator: …`."""
    spoken, bracketed = _SPEAKER.match(text), _IN_BRACKETS.match(text)
    name = names.get((spoken or bracketed or [""])[1].strip().casefold(), "") if spoken or bracketed else ""
    if spoken and name:
        manner = f"; {_NO_MANNER}" if spoken[2] else ""
        word = f"for the word itself, write *{spoken[1]}:*"
        yield spoken[0], f"{ALOUD}; who speaks is in bold: **{name}:**{manner} ({word})", f"**{name}:**"
    elif bracketed and name:
        yield bracketed[0].strip(), f"{ALOUD}; who speaks is in bold: **{name}:**", f"**{name}:**"
    elif spoken and re.sub(r"[\s\d]+$", "", spoken[1]).casefold() in _ANYBODY:
        way = "leave it out, for the narrator speaks, or name a character in bold, like **Ben:**"
        yield spoken[0], f"{ALOUD}; {way}", ""


def _within(token: Token) -> Iterator[_Found]:
    """Yield stage directions, and pronunciations written as links, in a token of text."""
    address = re.match(r"(?:pronounce|say|ipa):(.+)", str(token.attrs.get("href", "")), re.I)
    if token.type == "link_open" and address:
        instead = f"{{say: {address[1]}}}"
        yield address[0], f"is no address; write how a word is said right after it: word{instead}", instead
    if token.type != "text":
        return
    for found in _CUE_TIME.finditer(token.content):
        yield found[0], f"{ALOUD}: it is the time of a subtitle; write the text alone, without numbers and times", ""
    for found in _TIME_STAMP.finditer(token.content):
        yield found[0], f"{ALOUD}: it is the time of a transcript; leave it out", ""
    for said in _SAID.finditer(token.content):
        instead = f"{said[1]}{{say: {said[2].strip()}}}"
        yield said[0], f"{ALOUD}; write how a word is said right after it: {instead}", instead
    for found in _MANNER.finditer(_SAID.sub("", token.content)):
        mood = mood_of_word(found[1])
        way = (
            f"write an avatar block with mood: {mood}, and at: with a mark before this word" if mood else "leave it out"
        )
        yield found[0], f"{ALOUD}; {way}" + ("" if mood else f", for {_NO_MANNER}"), ""
    for found in _DIRECTION.finditer(_SAID.sub("", token.content)):
        if _MANNER.fullmatch(found[0]):
            continue
        seconds = re.search(r"\d+(?:\.\d+)?", found[0])
        pause = re.match(r"\W*(?:pause|beat|silence)", found[0], re.I)
        instead = f"{{pause: {seconds[0] if seconds else 1}}}" if pause else ""
        way = f"write {instead}" if pause else "leave it out, or put it into a note block"
        yield found[0], f"{ALOUD}; {way}", instead


def _in_brackets(token: Token, names: dict[str, str]) -> Iterator[_Found]:
    """Yield words in brackets of a text that nothing else is said of."""
    for found in _BRACKETED.finditer(_SAID.sub("", token.content) if token.type == "text" else ""):
        if _MANNER.fullmatch(found[0]) or _DIRECTION.fullmatch(found[0]) or found[1].casefold() in names:
            continue
        moods = f"an avatar block with mood: ({list_names(get_args(Mood))}) and at: shows it"
        way = f"what somebody does is left out ({moods}), and what is said stands without brackets: {found[1]}"
        yield found[0], f"{ALOUD}, and its brackets stand in the subtitles; {way}", ""


def _late_speakers(tokens: Sequence[Token], names: dict[str, str]) -> Iterator[_Found]:
    """Yield a bold name with a colon in the middle of a line."""
    for index, token in enumerate(tokens[1:-2], 1):
        if token.type == "strong_open" and tokens[index - 1].type == "text" and tokens[index - 1].content.strip():
            bold = tokens[index + 1].content.strip()
            if bold.endswith(":") and (name := names.get(bold.rstrip(": ").casefold())):
                way = f"starts to speak in the middle of a paragraph; leave an empty line above **{name}:**"
                yield f"**{bold}**", way, f"\n\n**{name}:**"
