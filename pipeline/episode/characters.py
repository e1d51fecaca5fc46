"""characters/*.json: the narrators of an episode, of the studios above it, and those that Lectern carries."""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from ..base.assets import ASSETS, OWN
from ..base.errors import LecternError, SourceError
from ..base.files import as_on_disk, can_be_path, composed
from ..base.frozen import Frozen
from ..services.cloned_voices import PLACE, ClonedVoice, Enrolment, cloned_voice, reference_to
from ..services.voice import VoiceReference
from .errors import EpisodeErrors
from .fields import Key, Needs, Rule, Rules, check_rules, declared, mapping_schema, read_fields, read_pairs
from .ids import IDENTIFIER
from .nodes import Node, ScalarNode, read_yaml
from .source import read_text, shown_path
from .values import SCALAR, TEXT, Schema, ValidationContext, number, parse_text, value

PHOTOGRAPHS = (".png", ".jpg", ".jpeg")


class NamedProvider(Frozen):
    """A provider by its name: who does a step of a photographed face, and the provider's own settings as they are written."""

    provider: str
    settings: tuple[tuple[str, str], ...] = ()


type FallbackReason = Literal["", "language", "missing", "asked"]
"""Why a fallback speaks: the voice doesn't speak the language, is not installed, or `fallback_voices` asks for it."""


def _parse_portrait(node: Node, context: ValidationContext) -> str:
    """Return `lectern:NAME`, or the name of an SVG or a photograph beside the character's file."""
    name = parse_text(node, context)
    if name.startswith(OWN):
        return name
    name = as_on_disk(context.folder, name) if can_be_path(name) else name
    if not can_be_path(name) or not (context.folder / name).is_file():
        raise node.fault(f'there is no file "{name}" beside this one (Lectern\'s own are called lectern:ada and so on)')
    if not name.lower().endswith((".svg", *PHOTOGRAPHS)):
        raise node.fault(f'a portrait is an SVG drawing or a photograph ({", ".join(PHOTOGRAPHS)}), not "{name}"')
    return name


def _parse_provider(node: Node, context: ValidationContext) -> NamedProvider:
    """Return a provider from its name, or from names and values with the provider among them."""
    if isinstance(node, ScalarNode):
        return NamedProvider(provider=parse_text(node, context))
    values = dict(_parse_pairs(node, context))
    if "provider" not in values:
        raise node.fault('name the "provider", too, like {"provider": "NAME", "resolution": "720p"}')
    return NamedProvider(provider=values.pop("provider"), settings=tuple(sorted(values.items())))


def _parse_pairs(node: Node, context: ValidationContext) -> tuple[tuple[str, str], ...]:
    return read_pairs(node, context, 'expected names and values, like {"speed": "1.1"}')


def _parse_prompt(node: Node, context: ValidationContext) -> str:
    """Return a text that may be empty, with its last line end."""
    return node.text if isinstance(node, ScalarNode) else parse_text(node, context)


_PAIRS_SCHEMA: Schema = {"type": "object", "additionalProperties": TEXT.schema("")}
PORTRAIT = value(
    _parse_portrait, {"type": "string", "pattern": r"^lectern:|\.([sS][vV][gG]|[pP][nN][gG]|[jJ][pP][eE]?[gG])$"}
)
PROVIDER = value(_parse_provider, {"anyOf": [TEXT.schema(""), _PAIRS_SCHEMA | {"required": ["provider"]}]})
PAIRS = value(_parse_pairs, _PAIRS_SCHEMA)
PROMPT = value(_parse_prompt, SCALAR)
_ONE_PORTRAIT = 'a portrait is either a file ("portrait") or generated ("generate"); remove one of them'
_FACE = "see [faces](faces.md)"


class FallbackVoice(Frozen):
    """The voice that speaks for a character where its own doesn't."""

    provider: Annotated[str, Key("The provider of the voice", required=True)] = ""
    voice: Annotated[str, Key("The voice, as its provider calls it", default="the provider's usual one")] = ""
    settings: Annotated[tuple[tuple[str, str], ...], PAIRS, Key("The provider's own settings")] = ()


def _parse_fallback(node: Node, context: ValidationContext) -> FallbackVoice:
    return FallbackVoice(**read_fields(node, "a fallback", declared(FallbackVoice), context))


FALLBACK = value(_parse_fallback, mapping_schema(declared(FallbackVoice)))


class Character(Frozen):
    """A narrator of `characters/<id>.json`: who appears and who is heard.

    A portrait that is a photograph or generated is brought to life by `motion`, `lipsync` (None: nobody was chosen) and
    `matting`. `palette` are pairs of a CSS class of the drawing and a colour.
    `clone` is the person's cloned voice that `voice` named (None: a voice of the provider's). `because` says why the `fallback`
    speaks ("": it doesn't), and `instead_of` for which voice; `provider` and `voice` are the fallback's then.
    """

    id: str
    name: Annotated[str, Key("The character's name in the script", default="the file's name", required=False)]
    portrait: Annotated[
        str,
        PORTRAIT,
        Key(
            "A layered SVG or a photograph (PNG, JPEG) next to this file, or one of Lectern's: `lectern:ada`, `lectern:ben`, "
            "`lectern:kai`, `lectern:ruth`",
            default="(required, unless there is `generate`)",
        ),
    ] = ""
    facing: Annotated[Literal["left", "right"], Key("The side that the drawing looks to: `left` or `right`")] = "right"
    mirror: Annotated[bool, Key("Whether Lectern may mirror the character to look the other way")] = True
    side: Annotated[
        Literal["auto", "left", "right"], Key("Where the character is in the frame, if the scene doesn't say")
    ] = "auto"
    size: Annotated[
        float | None,
        number(0.1, 1, "frame heights"),
        Key(
            "How large the character is, as a fraction of the frame's height, if the scene doesn't say",
            default="`auto`",
        ),
    ] = None
    provider: Annotated[
        str,
        Key(
            "The provider of the voice",
            more="see [voices](voices.md)",
            default="the built-in one that has the `voice`; without one, `hibari`",
        ),
    ] = ""
    voice: Annotated[
        str,
        Key(
            "The voice, as its provider calls it; or one that you have cloned, by its name",
            more="see [voices](voices.md#cloned-voices)",
            default="the provider's usual one",
        ),
    ] = ""
    settings: Annotated[tuple[tuple[str, str], ...], PAIRS, Key("The provider's own settings")] = ()
    fallback: Annotated[
        FallbackVoice | None,
        FALLBACK,
        Key(
            'Another voice, like `{"provider": "espeak", "voice": "en-gb+m3"}`, that speaks in languages which the first doesn\'t '
            "speak",
            more="see [fallback voices](voices.md#fallback-voices)",
            default="eSpeak NG's if neither `provider` nor `voice` is given; otherwise none",
        ),
    ] = None
    palette: Annotated[
        tuple[tuple[str, str], ...], PAIRS, Key("Colours of parts of the drawing", default="the drawing's own")
    ] = ()
    prompt: Annotated[
        str,
        PROMPT,
        Key("How the character looks; prompts for generated pictures and clips of the character begin with this"),
    ] = ""
    rights: Annotated[
        str,
        Key(
            'Who owns the picture and the voice, like `"Photograph: Jane Doe, CC BY 4.0"`; it becomes a line of the film\'s '
            "description"
        ),
    ] = ""
    generate: Annotated[NamedProvider | None, PROVIDER, Key("The provider that generates the portrait", more=_FACE)] = (
        None
    )
    motion: Annotated[
        NamedProvider, PROVIDER, Key("The provider that makes a photographed face move", default="`sway`", more=_FACE)
    ] = NamedProvider(provider="sway")
    lipsync: Annotated[
        NamedProvider | None,
        PROVIDER,
        Key(
            "The provider that moves a photographed face's lips", default="required if the character speaks", more=_FACE
        ),
    ] = None
    matting: Annotated[
        NamedProvider,
        PROVIDER,
        Key("The provider that removes a photograph's background", default="`auto`", more=_FACE),
    ] = NamedProvider(provider="auto")
    file: str = ""
    clone: VoiceReference | None = None
    instead_of: str = ""
    because: FallbackReason = ""

    rules: ClassVar[Rules] = (
        Rule(("portrait", "generate"), missing='a character needs "portrait"', many=_ONE_PORTRAIT),
        Needs("generate", "prompt", 'a portrait that is generated needs a "prompt": how the person looks'),
    )

    @property
    def photographed(self) -> bool:
        """Whether it is a face of pixels, which goes through the steps of `faces`, and no drawing."""
        return self.generate is not None or self.portrait.lower().endswith(PHOTOGRAPHS)


BUILT_IN = ASSETS / "characters"


def read_characters(folders: Iterable[Path], episode: Path) -> tuple[Character, ...]:
    """Return the characters of `folders` (nearest first) and Lectern's own, by id; the nearest of an id wins.

    Raises EpisodeErrors with the faults of all files.
    """
    nearest: dict[str, Path] = {}
    for folder in (*folders, BUILT_IN):
        for path in sorted(folder.glob("*.json")):
            nearest.setdefault(composed(path.stem), path)
    problems: list[SourceError] = []
    characters = [_read(path, shown_path(path, episode), problems) for _, path in sorted(nearest.items())]
    if problems:
        raise EpisodeErrors(problems)
    return tuple(character for character in characters if character)


def _read(path: Path, shown: str, problems: list[SourceError]) -> Character | None:
    """Return the character of a file in its voice; what is wrong with it goes to `problems`."""
    character = _character(path, shown, problems)
    try:
        return character and in_cloned_voice(character, shown)
    except SourceError as error:
        problems.append(error)
    except LecternError as error:
        problems.append(SourceError(shown, 1, str(error)))
    return None


def in_cloned_voice(character: Character, shown: str) -> Character:
    """Return the character with what its `voice` stands for, if that is the name of a voice which this person has cloned.

    The provider is the one it names, or else the one with which the voice was cloned last; a provider that doesn't have the voice keeps
    the name as it is. Where the provider reaches is as it was when the voice was cloned. Raises SourceError if the character says
    otherwise.
    """
    voice = cloned_voice(character.voice)
    if voice is None:
        return character
    named = bool(character.provider)
    enrolment = voice.at(character.provider) if named else voice.enrolments[-1]
    if enrolment is None:
        return character
    _refuse_other_place(character, voice, enrolment, shown)
    frozen = () if named else enrolment.settings
    settings = {**dict(frozen), **dict(character.settings), **dict(enrolment.place)}
    return character.model_copy(
        update={
            "provider": character.provider if named else enrolment.base,
            "voice": enrolment.voice,
            "settings": tuple(sorted(settings.items())),
            "clone": reference_to(voice, enrolment),
        }
    )


def _refuse_other_place(character: Character, voice: ClonedVoice, enrolment: Enrolment, shown: str) -> None:
    """Raise SourceError if a character would have a cloned voice spoken elsewhere than where it was cloned."""
    place, own = dict(enrolment.place), dict(character.settings)
    other = next((key for key in PLACE if key in own and own[key] != place.get(key)), None)
    if other is None:
        return
    path = Path(character.file)
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    line = next((number for number, text in enumerate(lines, 1) if f'"{other}"' in text), 1)
    raise SourceError(
        shown, line,
        f'"{other}": the voice "{voice.name}" was cloned with {enrolment.provider} as it was set up then, and is asked for there alone; '
        f"remove this, or clone it there, too: lectern voice clone {voice.name} --with NAME",
    )  # fmt: skip


def _character(path: Path, shown: str, problems: list[SourceError]) -> Character | None:
    try:
        source = read_text(path, shown)
    except SourceError as error:
        problems.append(error)
        return None
    character, found = (_own if path.parent == BUILT_IN else _parsed)(source, path, shown)
    problems += found
    return character


@cache
def _own(source: str, path: Path, shown: str) -> tuple[Character | None, list[SourceError]]:
    """Return one of Lectern's own characters: reading all of them takes longer than reading a script."""
    return _parsed(source, path, shown)


def _parsed(source: str, path: Path, shown: str) -> tuple[Character | None, list[SourceError]]:
    context = ValidationContext(shown, path.parent)
    try:
        node = _json(source, shown)
        values = read_fields(node, "a character", declared(Character), context)
        check_rules(Character.rules, node, node.line, context)
        _check_names(path, node, context)
    except SourceError as error:
        context.problems.append(error)
    if context.problems:
        return None, context.problems
    id = composed(path.stem)
    return Character(**{"name": id.replace("-", " ").title(), **values}, id=id, file=str(path)), []


def _check_names(path: Path, node: Node, context: ValidationContext) -> None:
    if not IDENTIFIER.fullmatch(composed(path.stem)):
        context.report(
            node.line,
            f"the file's name is the character's id, and \"{composed(path.stem)}\" can't be one; use letters, digits and hyphens",
        )


def _json(source: str, shown: str) -> Node:
    """Return JSON as nodes with lines. Every JSON text is YAML once its tabs, which can only be indentation, are spaces."""
    try:
        json.loads(source)
    except json.JSONDecodeError as error:
        raise SourceError(shown, error.lineno, f"this is not JSON: {error.msg}") from error
    except RecursionError as error:
        raise SourceError(shown, 1, "this is nested too deeply") from error
    except ValueError as error:  # a number of more digits than Python reads
        raise SourceError(shown, 1, f"this is not JSON that can be read: {error}") from error
    node = read_yaml(source.replace("\t", " "), shown, 1)
    if node is None:
        raise SourceError(shown, 1, "this file is empty")
    return node
