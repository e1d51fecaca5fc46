"""`lectern clips`: the designed clips, each with what it takes and an example."""

import json
from argparse import Namespace
from collections.abc import Mapping
from textwrap import fill, indent

from ..episode.gallery import DesignedClip, Value, gallery
from .screen import say
from .verbs import DONE


def clips(options: Namespace) -> int:
    """Lists the designed clips, or shows one of them."""
    named = [clip for clip in gallery().values() if options.name in ("", clip.name)]
    if options.json:
        say(json.dumps([clip.model_dump(exclude_defaults=True) for clip in named], ensure_ascii=False, indent=1))
    else:
        say("\n\n".join(map(_told, named)) if named else f'There is no clip "{options.name}"; the clips are: {", ".join(gallery())}')
    return DONE


def _told(clip: DesignedClip) -> str:
    lasts = f"{clip.seconds:g} s" if clip.seconds else "until the scene ends"
    example = indent(f"```clip\n{clip.example}```", "    ")
    return f"{fill(f'{clip.name}: {clip.about} ({clip.place}, {lasts})', 110)}\n{_values(clip.values, '  ')}\n\n{example}"


def _values(values: Mapping[str, Value], margin: str) -> str:
    rows = []
    for name, value in values.items():
        rows.append(f"{margin}{name:<10} {value.about}{' (needed)' if value.needed else ''}")
        rows += [_values(value.of, f"{margin}  ")] if value.of else []
    return "\n".join(rows)
