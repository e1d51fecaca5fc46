"""JSON Schemas (draft 2020-12) of what an author writes, for editors and for language models."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from pydantic import BaseModel

from ..base.errors import LecternError
from ..services.transcription import TranscriptionProvider
from ..services.voice import VoiceProvider
from .blocks import OVERLAYS, AvatarBlock, Clip, Shot, overlay_schema
from .capture_block import capture_schema
from .capture_kinds import KINDS
from .characters import Character
from .clip import clip_fields, name_of
from .errors import did_you_mean, list_names
from .fields import declared, mapping_schema
from .frontmatter import FrontMatter
from .gallery import DesignedClip, gallery
from .model import Scene
from .music import Music
from .reading_steps import action_schemas, step_name, step_schema
from .settings import Settings
from .targets import target_schema
from .values import SCALAR, Schema
from .voices import DEFAULT_TRANSCRIPTION, LIKE, SECRETS, settings_of_kind

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def script_schema() -> Schema:
    """Return the schema of a script as data: `front_matter`, and `blocks` in their order, each under its name."""
    blocks = {name: {"$ref": f"#/$defs/{name}"} for name in BLOCKS}
    block = {
        "type": "object", "properties": blocks, "additionalProperties": False, "minProperties": 1, "maxProperties": 1,
    }  # fmt: skip
    parts = {"front_matter": mapping_schema(declared(FrontMatter)), "blocks": {"type": "array", "items": block}}
    root = {"type": "object", "properties": parts, "additionalProperties": False}
    return _document("The front matter and the blocks of script.md", root)


def block_schema(name: str) -> Schema:
    """Return the schema of a block. Raises LecternError where there is no block of that name."""
    if name not in BLOCKS:
        raise LecternError(
            f'there is no "{name}" block{did_you_mean(name, BLOCKS)}; the blocks are: {list_names(BLOCKS)}'
        )
    return _document(f"A {name} block of script.md", BLOCKS[name]())


def character_schema() -> Schema:
    """Return the schema of a file in characters/."""
    return _document("A character of Lectern", mapping_schema(declared(Character), Character.rules))


def settings_schema() -> Schema:
    """Return the schema of lectern.toml."""
    schema = Settings.model_json_schema()
    sections = {name: model.model_json_schema() for name, model in settings_of_kind(VoiceProvider).items()}
    own = {
        "type": "object",
        "properties": {LIKE: {"enum": list(sections), "description": "The provider that this voice behaves like"}},
        "propertyNames": {"not": {"enum": list(SECRETS)}},
    }
    words = {"type": "object", "additionalProperties": {"type": "string", "minLength": 1}}
    written: dict[str, Schema] = {
        "voice": {"type": "object", "properties": sections, "additionalProperties": own},
        "transcription": {"anyOf": list(map(_transcription_schema, settings_of_kind(TranscriptionProvider).items()))},
        "pronunciation": words,
    }
    for name, part in written.items():
        schema["properties"][name] = part | {"description": schema["properties"][name]["description"]}
    del schema["$defs"]["TranscriptionChoice"]
    schema["properties"]["model"] = schema["properties"]["model"]["anyOf"][0]  # TOML has no null
    return _document("The settings of Lectern, lectern.toml", schema)


def _transcription_schema(known: tuple[str, type[BaseModel]]) -> Schema:
    """Return the schema of `[transcription]` with a provider; one that needn't be named is the default."""
    name, settings = known
    schema = settings.model_json_schema()
    schema["properties"] = {"provider": {"const": name, "description": "Who writes it down"}, **schema["properties"]}
    if name != DEFAULT_TRANSCRIPTION:
        schema["required"] = ["provider", *schema.get("required", ())]
    return schema


def _document(title: str, schema: Schema) -> Schema:
    """Return a schema with all the definitions that it refers to."""
    definitions: dict[str, Schema] = {}
    waiting = sorted(_references(schema) & _DEFINITIONS.keys())
    while waiting:
        name = waiting.pop()
        definitions[name] = _DEFINITIONS[name]()
        waiting += sorted((_references(definitions[name]) & _DEFINITIONS.keys()) - definitions.keys() - set(waiting))
    found = dict(sorted((schema.get("$defs", {}) | definitions).items()))
    body = {key: part for key, part in schema.items() if key not in ("title", "$defs")}
    return {"$schema": DIALECT, "title": title, **body} | ({"$defs": found} if found else {})


def _references(schema: Any) -> set[str]:
    """Return the names of the definitions that a schema refers to."""
    if isinstance(schema, Mapping):
        own = {schema["$ref"].removeprefix("#/$defs/")} if isinstance(schema.get("$ref"), str) else set()
        return own.union(*map(_references, schema.values()))
    return set().union(*map(_references, schema)) if isinstance(schema, list) else set()


def _one_of(prefix: str, kinds: Mapping[Any, object]) -> Schema:
    """Return the schema of a block of any kind; without a `kind` nothing can be said of it."""
    return {"type": "object", "required": ["kind"], "oneOf": [{"$ref": f"#/$defs/{prefix}-{kind}"} for kind in kinds]}


def _clip_schema() -> Schema:
    schema = mapping_schema(declared(Clip), Clip.rules)
    return schema | {"allOf": [*schema["allOf"], *map(_designed_schema, gallery().values())]}


def _designed_schema(clip: DesignedClip) -> Schema:
    """Return what holds for the values of a designed clip, where it is this one."""
    named = {"properties": {"name": {"const": clip.name}}, "required": ["name"]}
    needed = {"required": ["with"]} if any(wanted.needed for wanted in clip.values.values()) else {}
    return {
        "if": named,
        "then": {"properties": {"with": mapping_schema(clip_fields(clip.values, name_of(clip)))}} | needed,
    }


BLOCKS: dict[str, Callable[[], Schema]] = {
    "scene": lambda: mapping_schema(declared(Scene)),
    "capture": lambda: _one_of("capture", KINDS),
    "overlay": lambda: _one_of("overlay", OVERLAYS),
    "avatar": lambda: mapping_schema(declared(AvatarBlock)),
    "shot": lambda: mapping_schema(declared(Shot)),
    "clip": _clip_schema,
    "music": lambda: mapping_schema(declared(Music)),
    "note": lambda: SCALAR | {"description": "Whatever the author likes; it is never spoken or shown"},
}


def _definitions() -> Iterator[tuple[str, Callable[[], Schema]]]:
    yield "target", lambda: target_schema("")
    yield from BLOCKS.items()
    for overlay in OVERLAYS:
        yield f"overlay-{overlay}", partial(overlay_schema, overlay)
    for kind in KINDS:
        yield f"capture-{kind}", partial(capture_schema, kind)
        for seen in (True, False):
            yield step_name(kind, seen), partial(step_schema, kind, seen)
            yield from ((name, partial(dict, schema)) for name, schema in action_schemas(kind, seen).items())


_DEFINITIONS: dict[str, Callable[[], Schema]] = dict(_definitions())
