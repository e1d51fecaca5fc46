"""The blocks that say how a scene looks, besides its captures: overlay, avatar, clip and shot."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import BaseModel

from ..base.frozen import Frozen
from .code_lines import HIGHLIGHT, LitLines, with_code
from .errors import list_names, with_article
from .fields import (
    BLOCK_ID,
    Key,
    Offer,
    Rule,
    Rules,
    check_rules,
    check_span,
    declared,
    mapping_schema,
    read_fields,
    subset,
)
from .nodes import MappingNode, Node, ScalarNode, describe_node
from .targets import as_a_program_names
from .values import (
    CHARACTER,
    FILE,
    PLACE,
    TEXT,
    CharacterId,
    FileName,
    Identifier,
    MarkName,
    Schema,
    ValidationContext,
    choice,
    entries,
    number,
    parse_text,
    value,
)

OverlayKind = Literal["title", "chapter", "lower-third", "bullets", "callout", "code", "image", "caption"]


_OVERLAY_KIND = choice(*get_args(OverlayKind), of="overlay block")


class BulletItem(Frozen):
    """An entry of an overlay's list, and the mark it appears with (None: with the overlay)."""

    text: Annotated[str, Key("The text of the entry")]
    at: Annotated[MarkName | None, Key("The mark at which it appears", default="with the overlay")] = None


def _read_item(node: Node, context: ValidationContext) -> BulletItem:
    if isinstance(node, ScalarNode):
        return BulletItem(text=parse_text(node, context))
    return BulletItem(**{"text": "", **read_fields(node, "an item", declared(BulletItem), context)})


ITEM = value(_read_item, {"anyOf": [TEXT.schema(""), mapping_schema(declared(BulletItem))]})


class Overlay(Frozen):
    """Something written or shown over the picture from `at` until `until` (marks; None: the scene's start and end).

    `items` are a list's entries; an item may carry its own mark in `item_marks` (None: comes with the overlay).
    `position` is the centre as a fraction of the frame (None: placed where it hides nothing).
    """

    kind: Annotated[OverlayKind, _OVERLAY_KIND, Key("What the overlay is")]
    id: Annotated[Identifier, BLOCK_ID]
    text: Annotated[str, Key("The text, or the heading of a list, or the line below a picture")] = ""
    subtitle: Annotated[str, Key("A smaller line below the text")] = ""
    items: Annotated[
        tuple[str, ...],
        entries(ITEM, "items"),
        Key("The entries of a list: texts, or a `text` and the mark `at` which it appears"),
    ] = ()
    item_marks: tuple[str | None, ...] = ()
    file: Annotated[FileName | None, Key("A file of the episode: the picture, or the code")] = None
    alt: Annotated[
        str, Key("What the picture shows, in words, for the film's description: nobody sees it in the film")
    ] = ""
    title: Annotated[str, Key("A line above the code, like the file's name", default="the language")] = ""
    language: Annotated[str, Key("The language of the code, like `python`")] = ""
    highlight: Annotated[
        tuple[LitLines, ...],
        HIGHLIGHT,
        Key("The lines of the code that light up: `3-5`, or a list of `lines` and the mark `at` which they do"),
    ] = ()
    target: Annotated[
        str,
        Key("A text on the screen beside which a callout is placed", default="what the latest step points at"),
    ] = ""
    position: Annotated[
        tuple[float, float] | None,
        PLACE,
        Key("Its centre as fractions of the frame, `[0.5, 0.25]`", default="`auto`: where it hides nothing"),
    ] = None
    at: Annotated[MarkName | None, Key("The mark at which it appears", default="the scene's start")] = None
    until: Annotated[
        MarkName | None,
        Key(
            "The mark at which it disappears",
            default="where a card is all that the scene shows, the scene's end; else `title`, `chapter`: 3.2 s, "
            "`callout`: 4 s, `lower-third`, `caption`, `image`: 5 s, `code`: 6 s, `bullets`: 4 s after the last item",
        ),
    ] = None
    seconds: Annotated[
        float | None, number(0.5, 600, "seconds"), Key("How long it stays; use it instead of `until`")
    ] = None
    line: int = 0

    rules: ClassVar[Rules] = (
        Rule(("seconds", "until"), many='an overlay goes away after "seconds" or at "until", not both', on_fence=True),
    )


@dataclass(frozen=True)
class OverlayKindSpec:
    """What a kind of overlay shows: `keys` besides those of all kinds; it needs the first (`either`: one of the first two)."""

    about: str
    keys: tuple[str, ...]
    either: bool = False


OVERLAYS: dict[OverlayKind, OverlayKindSpec] = {
    "title": OverlayKindSpec("the film's title", ("text", "subtitle")),
    "chapter": OverlayKindSpec("the title of a part, under its number, which Lectern counts", ("text", "subtitle")),
    "lower-third": OverlayKindSpec("a line at the lower edge", ("text", "subtitle")),
    "bullets": OverlayKindSpec("a list; each entry can appear at its own mark", ("items", "text")),
    "callout": OverlayKindSpec("a remark", ("text", "target")),
    "code": OverlayKindSpec(
        "code; lines of it can light up at their marks", ("text", "file", "title", "language", "highlight"), either=True
    ),
    "image": OverlayKindSpec("a picture", ("file", "text", "alt")),
    "caption": OverlayKindSpec("a line of text", ("text",)),
}
OVERLAY_KEYS = ("kind", "id", "position", "at", "until", "seconds")
"""The keys of all kinds."""


def overlay_rules(kind: OverlayKind) -> Rules:
    """Return the rules of the keys of an overlay of `kind`."""
    spec = OVERLAYS[kind]
    what = with_article(f'"{kind}"')
    if spec.either:
        either = f'{what} overlay needs either "{spec.keys[0]}" or a "{spec.keys[1]}"'
        return (Rule(spec.keys[:2], missing=either, many=either),)
    return (Rule(spec.keys[:1], missing=f'{what} overlay needs "{spec.keys[0]}"'),)


def overlay_schema(kind: OverlayKind) -> Schema:
    """Return the JSON Schema of an overlay block of `kind`."""
    fields = subset(declared(Overlay), (*OVERLAYS[kind].keys, *OVERLAY_KEYS))
    schema: dict[str, Any] = mapping_schema(fields, (*overlay_rules(kind), *Overlay.rules))
    return schema | {"properties": schema["properties"] | {"kind": {"const": kind}}}


def read_overlay(node: Node, id: str, line: int, context: ValidationContext) -> Overlay:
    """Return an overlay block; its faults go to `context`."""
    values = read_block(Overlay, "an overlay block", node, line, context)
    if "kind" in values and isinstance(node, MappingNode):
        _check_kind(node, values["kind"], context)
    if values.get("kind") == "code":
        values = with_code(values, context)
    items: tuple[BulletItem, ...] = values.pop("items", ())
    values |= {"items": tuple(item.text for item in items), "item_marks": tuple(item.at for item in items)}
    return Overlay(**{"kind": "title", **values, "id": id, "line": line})


def _check_kind(node: MappingNode, kind: OverlayKind, context: ValidationContext) -> None:
    """Report what an overlay of this kind would leave out, and what it lacks."""
    allowed = (*OVERLAYS[kind].keys, *OVERLAY_KEYS)
    for key, _ in node.entries:
        if key.text in declared(Overlay) and key.text not in allowed:
            what = with_article(f'"{kind}"')
            context.report(key.line, f'{what} overlay shows no "{key.text}"; it takes: {list_names(allowed)}')
    check_rules(overlay_rules(kind), node, node.line, context)
    target = node.get("target")
    if isinstance(target, ScalarNode) and kind == "callout" and (way := as_a_program_names(target.text)):
        step = f"- highlight: {way} with the same at:"
        message = (
            f"names a thing on a page, and a callout stands beside a text: name one that is seen there, or write {step}"
        )
        beside = "as a step of the capture, and leave target: out: a callout goes beside what the latest step points at"
        context.problems.append(target.fault(f'"target": "{target.text}" {message} {beside}', (), f"highlight: {way}"))


Mood = Literal["neutral", "cheerful", "serious", "surprised", "worried"]
"""How a narrator looks."""


class AvatarBlock(Frozen):
    """How a narrator appears in the scene. `character` None: all of them; `at` is the mark from which `mood` is shown."""

    id: Annotated[Identifier, BLOCK_ID]
    character: Annotated[CharacterId | None, Key("The character that the block is about", default="all of them")] = None
    side: Annotated[
        Literal["auto", "left", "right"], Key("`left`, `right`, or `auto`: where the narrator hides nothing")
    ] = "auto"
    size: Annotated[
        float | None,
        number(0.1, 1, "frame heights"),
        Key("The height as a fraction of the frame's height", default="as large as there is room for"),
    ] = None
    visible: Annotated[bool, Key("`false`: heard, not seen")] = True
    mood: Annotated[Mood | None, Key("How the narrator looks in this scene", default="`neutral`")] = None
    at: Annotated[
        MarkName | None,
        Key(
            "The mark at which the mood changes; everything else holds for the whole scene", default="the scene's start"
        ),
    ] = None
    line: int = 0


def read_avatar(node: Node, id: str, line: int, context: ValidationContext) -> AvatarBlock:
    """Return an avatar block; its faults go to `context`."""
    return AvatarBlock(**read_block(AvatarBlock, "an avatar block", node, line, context) | {"id": id, "line": line})


_ONE_CLIP = 'a clip block is one of "html", "file" and "name", but has: {given}'


def _read_nothing(node: Node, context: ValidationContext) -> str:
    """Leave `with` to the reader of clips, which knows for which clip it is."""
    return ""


class Clip(Frozen):
    """HTML that is drawn frame by frame with a transparent background: exactly one of `html`, `file` and `name`.

    `html_line` is the line of the script on which `html` begins; `values` are those of `with`, as JSON. It is on the
    `stage`, beside the narrators, or fills the `frame`, from `at` for `seconds` or until `until` (None: as long as a
    designed clip lasts, or until the scene's end).
    """

    id: Annotated[Identifier, BLOCK_ID]
    name: Annotated[
        str,
        Key(
            "A designed clip",
            default="one of `name`, `html` and `file` is required",
        ),
    ] = ""
    html: Annotated[str, Key("The page itself")] = ""
    html_line: int = 0
    file: Annotated[FileName, Key("A page of the episode, like `clips/orbit/index.html`")] = ""
    values: Annotated[
        str,
        value(_read_nothing, {"type": "object"}),
        Key("Values: for a designed clip those in the table above, for your own clip whatever you like", "with"),
    ] = ""
    files: Annotated[
        tuple[str, ...],
        entries(FILE, "files"),
        Key("Files of the episode that it uses without giving their full names", default="the files that it names"),
    ] = ()
    place: Annotated[
        Literal["stage", "frame"],
        Key(
            "`stage`: beside the narrator, hiding the footage behind it. `frame`: over the whole frame and everything in it",
            default="`stage`; `title`: `frame`",
        ),
    ] = "stage"
    at: Annotated[
        MarkName | None,
        Key(
            "The mark at which it appears",
            default="the scene's start, or when the clip before it in the same place disappears",
        ),
    ] = None
    until: Annotated[
        MarkName | None,
        Key(
            "The mark at which it disappears. A scene lasts until its clips are done",
            default="as long as the designed clip needs (`title`, `chapter`: 4.5 s); otherwise until the scene ends, or the "
            "next clip in the same place appears",
        ),
    ] = None
    seconds: Annotated[
        float | None,
        number(0.1, 600, "seconds"),
        Key("How long it stays; use it instead of `until`", default="the same"),
    ] = None
    line: int = 0

    rules: ClassVar[Rules] = (
        Rule(("html", "file", "name"), missing=_ONE_CLIP, many=_ONE_CLIP),
        Rule(("seconds", "until"), many='a clip goes away after "seconds" or at "until", not both', on_fence=True),
    )


def _read_aspect(node: Node, context: ValidationContext) -> str:
    if isinstance(node, ScalarNode) and re.fullmatch(_ASPECT, node.text, re.ASCII):
        return node.text
    raise node.fault(f"an aspect is two whole numbers, like 16:9, not {describe_node(node)}")


def _read_first_frame(node: Node, context: ValidationContext) -> str:
    return "previous" if isinstance(node, ScalarNode) and node.text == "previous" else FILE.read(node, context)


_ASPECT = r"[1-9]\d*:[1-9]\d*"


class Shot(Frozen):
    """A generated video. It is read and checked, and can't be made yet."""

    id: Annotated[Identifier, BLOCK_ID]
    prompt: Annotated[str, Key("What the video shows")]
    provider: Annotated[str, Key("Which provider makes it")] = ""
    model: Annotated[str, Key("Which of the provider's models makes it")] = ""
    seconds: Annotated[float | None, number(0.5, 60, "seconds"), Key("Its length")] = None
    aspect: Annotated[
        str, value(_read_aspect, {"type": "string", "pattern": f"^{_ASPECT}$"}), Key("Its shape, like `16:9`")
    ] = ""
    characters: Annotated[
        tuple[str, ...], entries(CHARACTER, "characters"), Key("Who is in it: a list of characters")
    ] = ()
    first_frame: Annotated[
        str,
        value(_read_first_frame, FILE.schema("")),
        Key("A picture to start from, or `previous`: the last frame of the shot before"),
    ] = ""
    smooth: Annotated[bool, Key("Whether it runs smoothly into the next shot")] = False
    lipsync: Annotated[bool, Key("Whether the mouths follow the narration")] = False
    at: Annotated[MarkName | None, Key("The mark at which it appears")] = None
    until: Annotated[MarkName | None, Key("The mark at which it disappears")] = None
    line: int = 0


def read_shot(node: Node, id: str, line: int, context: ValidationContext) -> Shot:
    """Return a shot block; its faults go to `context`."""
    values = read_block(Shot, "a shot block", node, line, context)
    return Shot(**{"prompt": "", **values, "id": id, "line": line})


def read_block(
    model: type[BaseModel], what: str, node: Node, line: int, context: ValidationContext, offer: Offer | None = None
) -> dict[str, Any]:
    """Return what a block sets, by the attributes of `model`; its faults go to `context`. `line` is that of its fence."""
    values = read_fields(node, what, declared(model), context, offer=offer)
    check_rules(getattr(model, "rules", ()), node, line, context)
    check_span(values, line, context)
    return values
