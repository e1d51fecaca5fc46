"""Ways of writing that have one meaning only, read as what they mean.

A block is rewritten before it is checked: what follows knows one name for one thing, and ids and takes are the same
as if the author had written it so. Every such reading is reported, and `respelled.py` can write it into the script.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from .blocks import OVERLAYS, AvatarBlock, Overlay
from .canonical_capture import canonical_capture
from .canonical_clips import ALSO_CLIPS, DURATIONS, canonical_clip, with_moments
from .capture_kinds import KINDS
from .fields import declared
from .gallery import gallery
from .model import Scene
from .moods import MOOD_SYNONYMS
from .nodes import MappingNode, Node, Respelling, ScalarNode, SequenceNode
from .respeller import Respeller, each, renamed, scalar_at, seconds_of, with_seconds


def canonical_block(name: str, node: Node, text: str) -> tuple[Node, list[Respelling]]:
    """Return a block's node as it is meant, and what was read otherwise than it is written; `text` is the block's."""
    respeller = Respeller(text)
    rewrite = _BLOCKS.get(name)
    if rewrite is None or not isinstance(node, MappingNode):
        return node, []
    return rewrite(node, respeller), respeller.found


_CARDS = ("card", "titlecard", "title-card", "title_card", "heading")
_PICTURES = ("picture", "photo", "figure", "img", "logo")
_REMARKS = ("note", "remark", "label", "badge", "annotation", "question", "tooltip", "bubble", "box")
_ALSO_OVERLAYS = {
    **dict.fromkeys(_CARDS, "title"),
    **dict.fromkeys(_PICTURES, "image"),
    **dict.fromkeys(_REMARKS, "callout"),
    **dict.fromkeys(("list", "bullet", "bullet-points", "bullet_points", "points", "checklist"), "bullets"),
    **dict.fromkeys(("lowerthird", "lower_third", "banner"), "lower-third"),
    **dict.fromkeys(("text", "subtitle", "sentence"), "caption"),
    **dict.fromkeys(("snippet", "source", "codeblock", "code-block"), "code"),
    **dict.fromkeys(("section", "part"), "chapter"),
}
"""What else a kind of overlay is called."""
_FENCES = {"video": "footage", "lowerthird": "lower-third", **dict.fromkeys((*_CARDS, *_PICTURES), "")}
"""Names of fences that mean a kind of another name ("": that of `_ALSO_OVERLAYS`)."""
_MAYBE_CODE = ("code", "diff")
"""Names of fences that Markdown has for code: they are a block's only where the body has such a block's keys."""
_KIND = re.compile(r'(?:^|[{,])\s*"?(kind|name|type)"?\s*:\s*"?([\w-]+)"?\s*(?=$|[,}])', re.M)


def block_name(info: str, body: str = "") -> tuple[str, str]:
    """Return the block that a fence's name stands for, and the key whose value that name is: ("capture", "kind").

    The key is "" for the name of a block itself, and for a name that has no meaning, or more than one. A block whose
    kind is one of another block's (an overlay of kind "quote") is that other block.
    """
    if info in ("capture", "overlay", "clip"):
        block = _block_of(_kind_within(body))
        return (block, "name" if block == "clip" else "kind") if block not in ("", info) else (info, "")
    block = _block_of(info) if info not in (*_ALSO_OVERLAYS, *ALSO_CLIPS) or info in _FENCES else ""
    if info in ("title", "chapter", "list"):  # there are clips of these names, too, and their values are below `with`
        block = "overlay" if info != "list" or re.search(r"^\W*items\W", body, re.M) else ""
        block = "clip" if re.search(r"^\W*with\W", body, re.M) else block
    if info in _MAYBE_CODE and not re.match(r"\{|(?:text|file|language|code|at|with|id):", body):
        block = ""
    return (block, "name" if block == "clip" else "kind") if block else (info, "")


def _kind_within(body: str) -> str:
    """Return the kind that a block's body says it is; "" where it says none."""
    found = _KIND.search(body)
    return found[2] if found else ""


def _block_of(kind: str) -> str:
    """Return the only block that has such a kind; "" where none has, or several have."""
    kinds = {
        "capture": {*KINDS, "video"},
        "overlay": {*OVERLAYS, *_ALSO_OVERLAYS},
        "clip": {*gallery(), *ALSO_CLIPS},
    }
    meant = [block for block, names in kinds.items() if kind in names]
    return meant[0] if len(meant) == 1 else ""


def with_kind(info: str, node: Node, text: str) -> tuple[Node, Respelling]:
    """Return the body of a fence that is named by a kind (```terminal), with that kind in it.

    Raises SourceError where the body says another kind.
    """
    block, key = block_name(info, text)
    respeller = Respeller(text)
    if info in ("capture", "overlay", "clip"):
        return _as_other_block(info, block, key, node, respeller)
    kind = (_FENCES.get(info) or _ALSO_OVERLAYS.get(info, info)) if info in _FENCES or block == "overlay" else info
    given = node.get(key) if isinstance(node, MappingNode) else None
    if isinstance(given, ScalarNode) and given.text not in (kind, info):
        raise given.fault(f'this block is called "{info}", and its {key} is "{given.text}"; keep one of them')
    start = text.index("{") + 1 if respeller.json else 0
    added = f'"{key}": "{kind}", ' if respeller.json else f"{key}: {kind}\n"
    meant = f"```{block} with {key}: {kind}"
    changes = ((start, start, added),) if given is None else ()
    respelling = Respelling(line=node.line, written=f"```{info}", meant=meant, changes=changes, fence=block)
    if given or not isinstance(node, MappingNode):
        return node, respelling
    return replace(node, entries=((scalar_at(node, key), scalar_at(node, kind)), *node.entries)), respelling


def _as_other_block(info: str, block: str, key: str, node: Node, respeller: Respeller) -> tuple[Node, Respelling]:
    """Return the body of a block whose kind is one of another block's: of an overlay that is a quote."""
    entries = node.entries if isinstance(node, MappingNode) else ()
    written, kind = next((k, v) for k, v in entries if k.text in ("kind", "name", "type"))
    name = kind.text if isinstance(kind, ScalarNode) else ""
    quote = '"' if respeller.text.startswith('"', written.start) else ""
    change = (written.start, written.end, f"{quote}{key}{quote}")
    respelling = Respelling(
        line=node.line,
        written=f"```{info} with {written.text}: {name}",
        meant=f"```{block} with {key}: {name}",
        changes=(change,),
        fence=block,
    )
    kept = tuple((replace(k, text=key) if k is written else k, v) for k, v in entries)
    return (replace(node, entries=kept) if isinstance(node, MappingNode) else node), respelling


# Blocks

_PLACES = {"top": 0.12, "bottom": 0.88, "left": 0.2, "right": 0.8}


def _position_of(text: str) -> str:
    """Return `[0.5, 0.88]` for `bottom`, `[0.8, 0.12]` for `top right`; "" for anything else."""
    parts = re.split(r"[\s,_-]+", text.strip().lower())
    words = [part for part in parts if part not in ("center", "centre", "middle")]
    across, down = [w for w in words if w in ("left", "right")], [w for w in words if w in ("top", "bottom")]
    if not parts[0] or len(across) + len(down) != len(words) or len(across) > 1 or len(down) > 1:
        return ""
    return f"[{_PLACES[across[0]] if across else 0.5:g}, {_PLACES[down[0]] if down else 0.5:g}]"


_AS_TEXT = (
    "title", "heading", "header", "content", "label", "message", "body", "question", "caption", "value", "quote",
)  # fmt: skip
_AS_FILE = ("src", "source", "path", "image", "picture", "filename", "img")
_AS_LABEL = ("filename", "caption", "heading", "header", "label")
"""What the line above code is called besides `title`."""
_OVERLAY_KEYS = {
    "title": dict.fromkeys(_AS_LABEL, "title"),
    "text": {**dict.fromkeys(_AS_TEXT, "text"), "code": "text"},
    "file": dict.fromkeys(_AS_FILE, "file"),
    "items": dict.fromkeys(("bullets", "list", "points", "entries"), "items"),
    "subtitle": dict.fromkeys(("sub", "subtext", "tagline"), "subtitle"),
    "language": dict.fromkeys(("lang", "syntax"), "language"),
    "highlight": dict.fromkeys(
        ("highlights", "lines", "highlight_lines", "mark_lines", "focus", "emphasis"), "highlight"
    ),
    "target": dict.fromkeys(
        (
            "on",
            "near",
            "beside",
            "anchor",
            "element",
            "selector",
            "attach",
            "attach_to",
            "points_to",
            "point_to",
            "pointing_at",
        ),
        "target",
    ),  # fmt: skip
    "alt": dict.fromkeys(("alt_text", "alttext", "description"), "alt"),
}
"""What else the keys of an overlay are called, by the key that its kind has to have."""


def _overlay(node: MappingNode, respeller: Respeller) -> MappingNode:
    def read(key: ScalarNode, entry: Node) -> Node:
        if key.text == "kind" and isinstance(entry, ScalarNode) and entry.text in _ALSO_OVERLAYS:
            return respeller.scalar(entry, _ALSO_OVERLAYS[entry.text], "kind")
        place = _position_of(entry.text) if key.text == "position" and isinstance(entry, ScalarNode) else ""
        if not place or not isinstance(entry, ScalarNode):
            return entry
        respeller.note(entry, f"position: {entry.text}", f"position: {place}", respeller.value(entry, place))
        numbers = tuple(scalar_at(entry, number) for number in place.strip("[]").split(", "))
        return SequenceNode(entry.file, entry.line, entry.start, entry.end, numbers)

    node = each(with_moments(renamed(node, {"type": "kind"}, respeller), respeller), read)
    kind = node.get("kind")
    spec = next((spec for name, spec in OVERLAYS.items() if isinstance(kind, ScalarNode) and name == kind.text), None)
    for keys in (names for key, names in _OVERLAY_KEYS.items() if spec and key in spec.keys):
        others = {name: key for name, key in keys.items() if spec and name not in spec.keys}
        node = renamed(node, others, respeller)
    if spec and "title" in spec.keys:
        node = _with_title(node, respeller)
    return with_seconds(renamed(node, DURATIONS, respeller), declared(Overlay), respeller)


def _with_title(node: MappingNode, respeller: Respeller) -> MappingNode:
    """Return an overlay of code that has both a text and a file: one of them is what stands above the code."""
    text, file = node.get("text"), node.get("file")
    if not isinstance(text, ScalarNode) or not isinstance(file, ScalarNode) or node.get("title"):
        return node
    is_code = "\n" in text.text.strip() or not re.search(r"\w\.\w", file.text)
    return renamed(node, {"file": "title"} if is_code else {"text": "title"}, respeller)


_SCENES = {
    "transition": {**dict.fromkeys(("crossfade", "cross-fade", "dissolve", "fade-in"), "fade"), "none": "cut"},
    "layout": {
        **dict.fromkeys(("split", "side_by_side", "sidebyside", "two-column"), "side-by-side"),
        **dict.fromkeys(("fullscreen", "full-screen", "full_screen"), "full"),
        **dict.fromkeys(("pip", "picture-in-picture"), "inset"),
        **dict.fromkeys(("narrator", "narrator_only", "avatar-only"), "narrator-only"),
    },
}
"""What else the values of a scene's keys are called."""


def _scene(node: MappingNode, respeller: Respeller) -> MappingNode:
    def read(key: ScalarNode, entry: Node) -> Node:
        meant = _SCENES.get(key.text, {}).get(entry.text, "") if isinstance(entry, ScalarNode) else ""
        return respeller.scalar(entry, meant, key.text) if meant and isinstance(entry, ScalarNode) else entry

    return with_seconds(each(node, read), declared(Scene), respeller)


_FILM = {"duration": "length", "lang": "language", "locale": "language", "name": "title", "summary": "description"}


def _front_matter(node: MappingNode, respeller: Respeller) -> MappingNode:
    def read(key: ScalarNode, entry: Node) -> Node:
        if key.text != "narrator" or not isinstance(entry, SequenceNode) or not entry.items:
            return entry
        first = entry.items[0]  # the others speak where a paragraph names them
        names = [item.text for item in entry.items if isinstance(item, ScalarNode)]
        if not isinstance(first, ScalarNode) or len(names) < len(entry.items):
            return entry
        respeller.note(
            key, f"narrator: [{', '.join(names)}]", f"narrator: {first.text}", respeller.value(entry, first.text)
        )
        return first

    return each(renamed(node, _FILM, respeller), read)


_LOOKS = {
    **dict.fromkeys(("name", "narrator", "who", "speaker"), "character"),
    **dict.fromkeys(("emotion", "expression", "face"), "mood"),
    "position": "side", "scale": "size",
}  # fmt: skip


def _avatar(node: MappingNode, respeller: Respeller) -> MappingNode:
    def read(key: ScalarNode, entry: Node) -> Node:
        mood = (
            MOOD_SYNONYMS.get(entry.text.casefold(), "") if key.text == "mood" and isinstance(entry, ScalarNode) else ""
        )
        return respeller.scalar(entry, mood, "mood") if mood and isinstance(entry, ScalarNode) else entry

    return with_seconds(each(renamed(node, _LOOKS, respeller), read), declared(AvatarBlock), respeller)


_BLOCKS: dict[str, Callable[[MappingNode, Respeller], MappingNode]] = {
    "overlay": _overlay,
    "clip": canonical_clip,
    "scene": _scene,
    "avatar": _avatar,
    "capture": canonical_capture,
    "front matter": _front_matter,
}


# Prose

_MARK = re.compile(r"\{\s*(?:(?:mark|cue|at)\s*[:=]\s*|@)([\w.-]+)\s*\}", re.I)
_PAUSE = re.compile(r"\{\s*(?:pause|wait|break)\s*[:=\s]\s*([\d.]+\s*[a-z]*)\s*\}", re.I)


def canonical_brace(source: str) -> str:
    """Return a brace of the prose as it is meant: `{pause 1s}` is `{pause: 1}`, `{mark: one}` is `{one}`."""
    if mark := _MARK.fullmatch(source):
        return f"{{{mark[1]}}}"
    found = _PAUSE.fullmatch(source)
    seconds = found and (seconds_of(found[1]) or (found[1] if re.fullmatch(r"\d+(\.\d+)?", found[1]) else ""))
    return f"{{pause: {seconds}}}" if seconds and not re.fullmatch(r"\{\s*pause\s*:\s*[\d.]+\s*\}", source) else source
