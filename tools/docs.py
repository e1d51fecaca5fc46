#!/usr/bin/env python3
"""Write the tables of fields into docs/ from the declarations in pipeline/episode.

    tools/docs.py           writes them
    tools/docs.py --check   changes nothing; ends with 1 if a page is out of date

A table goes between two lines: <!-- fields: NAME --> and <!-- end -->.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from pydantic import BaseModel

from lectern.pipeline.episode.blocks import OVERLAY_KEYS, OVERLAYS, AvatarBlock, Clip, Overlay, Shot
from lectern.pipeline.episode.brand import BrandSettings
from lectern.pipeline.episode.capture_block import Capture, Environment, Limits
from lectern.pipeline.episode.capture_kinds import KINDS
from lectern.pipeline.episode.characters import Character
from lectern.pipeline.episode.fields import DeclaredField, declared, subset
from lectern.pipeline.episode.frontmatter import FrontMatter
from lectern.pipeline.episode.model import Scene
from lectern.pipeline.episode.music import Music
from lectern.pipeline.episode.settings import BlenderSettings, CaptureSettings, FilmSettings, SoundSettings
from lectern.pipeline.episode.steps import ACTIONS, FILMED, Step
from lectern.pipeline.episode.targets import Target, Wait

DOCS = Path(__file__).resolve().parent.parent / "docs"
MARKED = re.compile(r"(<!-- fields: (?P<name>[\w-]+) -->\n).*?(<!-- end -->)", re.S)


def names_of_kinds(kinds: Iterable[str]) -> str:
    """Return the kinds as the docs list them: "all", "all but footage", "browser, ide"."""
    found = set(kinds)
    left = [kind for kind in KINDS if kind not in found]
    if not left:
        return "all"
    return "all but " + left[0] if len(left) == 1 else ", ".join(kind for kind in KINDS if kind in found)


def written(page: str) -> str:
    """Return a page with its tables as the declarations have them now."""
    return MARKED.sub(lambda found: f"{found[1]}\n{TABLES[found['name']]()}\n\n{found[3]}", page)


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [head, ("---",) * len(head), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return "\n".join(_row(row) for row in lines)


def _row(cells: tuple[str, ...]) -> str:
    ruled = all(cell == "---" for cell in cells)
    return f"|{'|'.join(cells)}|" if ruled else f"| {' | '.join(cells)} |".replace("|  |", "| |")


def keys(fields: Iterable[DeclaredField], first: str = "Key") -> str:
    """Return the table of a mapping's keys."""
    return table((first, "What it is", "Default"), [(f"`{f.name}`", about(f), default(f)) for f in fields])


def keys_of(model: type[BaseModel], *without: str) -> Iterable[DeclaredField]:
    """Return the fields of a block, but for its `id`, which all blocks have."""
    return [field for name, field in declared(model).items() if name not in ("id", *without)]


def about(field: DeclaredField) -> str:
    """Return what a field is, with its limits where that does not name them, and with a link."""
    text, limits = field.key.about, field.value.limits
    named = all(option in text for option in limits.split(", ")) or (limits.startswith("`true`"))
    listed = "" if named or not limits else f": {limits}" if limits.startswith("`") else f" ({limits})"
    return text + listed + (f"; {field.key.more}" if field.key.more else "")


def default(field: DeclaredField) -> str:
    """Return what holds without a field."""
    if field.required or field.key.default:
        return field.key.default or "(required)"
    if isinstance(field.default, bool):
        return f"`{str(field.default).lower()}`"
    if isinstance(field.default, str):
        return f"`{field.default}`" if field.default else "none"
    return f"{field.default:g}" if isinstance(field.default, int | float) else "none"


def overlay_kinds() -> str:
    """Return the table of the kinds of overlays."""
    rows = []
    for kind, spec in OVERLAYS.items():
        needed = " or ".join(f"**`{key}`**" for key in spec.keys[: 2 if spec.either else 1])
        rest = [f"`{key}`" for key in spec.keys[2 if spec.either else 1 :]]
        rows.append((f"`{kind}`", spec.about, ", ".join([needed, *rest])))
    return table(("Kind", "What it shows", "Its keys (the bold ones are required)"), rows)


def capture() -> str:
    """Return the table of the keys of a capture."""
    own = {key for spec in KINDS.values() for key in spec.keys}
    rows = [
        (
            f"`{field.name}`",
            about(field),
            names_of_kinds(kind for kind, spec in KINDS.items() if field.name in spec.keys or field.name not in own),
            default(field),
        )
        for field in keys_of(Capture)
    ]
    return table(("Key", "What it is", "For", "Default"), rows)


def environment() -> str:
    """Return the table of the settings of a capture's environment."""
    rows = [
        (f"`{f.name}`", about(f), names_of_kinds(kind for kind, spec in KINDS.items() if f.name in spec.settings))
        for f in keys_of(Environment)
    ]
    return table(("Key", "What it is", "For"), rows)


def actions() -> str:
    """Return the table of what a step can do."""
    rows = [
        (
            f"`{action}`",
            spec.about,
            ", ".join(f"`{example}`" for example in spec.examples),
            "; ".join(f"`{o.name}:` {o.key.about}{' (required)' if o.required else ''}" for o in spec.options.values()),
            names_of_kinds(kind for kind, has in KINDS.items() if action in has.actions),
        )
        for action, spec in ACTIONS.items()
    ]
    return table(("Action", "What it does", "Examples", "Its options", "For"), rows)


def examples(model: type[BaseModel], head: tuple[str, str], before: str = "") -> str:
    """Return a table of examples of each field."""
    return table(head, [(f"`{before}{field.key.example}`", about(field)) for field in declared(model).values()])


def named(fields: Iterable[DeclaredField]) -> str:
    """Return a table of keys without defaults."""
    return table(("Key", "What it is"), [(f"`{field.name}`", about(field)) for field in fields])


def settings() -> str:
    """Return a lectern.toml with all defaults."""
    models = {
        "film": FilmSettings,
        "brand": BrandSettings,
        "sound": SoundSettings,
        "capture": CaptureSettings,
        "blender": BlenderSettings,
    }
    tables = [
        f"[{name}]\n" + "\n".join(setting(model, key) for key in model.model_fields) for name, model in models.items()
    ]
    return "```toml\n" + "\n\n".join(tables) + "\n```"


def setting(model: type[BaseModel], key: str) -> str:
    """Return a line of lectern.toml: a key with its default, and what it is."""
    field = model.model_fields[key]
    return f"{f'{key} = {json.dumps(field.default)}':<24} # {field.description}"


TABLES: dict[str, Callable[[], str]] = {
    "front-matter": lambda: keys(keys_of(FrontMatter)),
    "scene": lambda: keys(keys_of(Scene)),
    "overlay-kinds": overlay_kinds,
    "overlay": lambda: keys(
        subset(declared(Overlay), [key for key in OVERLAY_KEYS if key not in ("kind", "id")]).values()
    ),
    "avatar": lambda: keys(keys_of(AvatarBlock)),
    "clip": lambda: keys(keys_of(Clip)),
    "shot": lambda: named(keys_of(Shot)),
    "music": lambda: keys(keys_of(Music)),
    "character": lambda: keys(keys_of(Character)),
    "settings": settings,
    "capture": capture,
    "actions": actions,
    "step": lambda: named(subset(declared(Step), (*FILMED, "expect")).values()),
    "targets": lambda: examples(Target, ("Target", "What it names")),
    "waits": lambda: examples(Wait, ("Condition", "It waits until"), "wait: "),
    "environment": environment,
    "limits": lambda: keys(keys_of(Limits), "Limit"),
}


def main() -> int:
    """Write the pages, or tell which are out of date."""
    parser = argparse.ArgumentParser(description="Write the tables of fields into docs/.")
    parser.add_argument("--check", action="store_true", help="change nothing; end with 1 if a page is out of date")
    check, stale = parser.parse_args().check, []
    for page in sorted(DOCS.glob("*.md")):
        before = page.read_text("utf-8")
        after = written(before)
        if after != before:
            stale.append(page.name)
            if not check:
                page.write_text(after, "utf-8")
    if stale:
        print(f"{'out of date, run tools/docs.py' if check else 'written'}: {', '.join(stale)}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
