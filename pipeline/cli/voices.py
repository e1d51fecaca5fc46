"""The commands that make voices and narrators alone."""

import json
from argparse import Namespace
from collections.abc import Iterable, Sequence

from ..model import Frozen
from .screen import asker, complain, progress, say as tell
from .verbs import DONE, episode_folder


def say(options: Namespace) -> int:
    """Says a text."""
    from ..studio.say import say as speak

    said = speak(
        options.text, options.output, character=options.character, folder=episode_folder(options.folder),
        config=options.config_file, trusted=options.trust, agree=asker(options.yes),
    )  # fmt: skip
    if not options.quiet:
        tell(f"{said.file}  {said.seconds:.1f} s, {said.character}")
    return DONE


def voice(options: Namespace) -> int:
    """Makes the voices, and shows them as a table."""
    from ..studio.voice import voice as speak

    with progress(options.quiet) as listen:
        lines = speak(
            episode_folder(options.folder), scene=options.scene, provider=options.provider, config=options.config_file,
            trusted=options.trust, listen=listen, agree=asker(options.yes),
        )  # fmt: skip
    heading = ("line", "speaker", "provider", "seconds", "times from", "sure", "text")
    rows = [
        (str(s.line), s.speaker, s.provider, f"{s.seconds:.2f}", s.tier, f"{s.confidence:.0%}", beginning(s.text))
        for s in lines
    ]
    for said in (said for s in lines for said in (s.finding, s.note and f"script.md:{s.line}: {s.note}") if said):
        complain(f"finding: {said}")
    total = f"{sum(s.seconds for s in lines):.1f} s are spoken in {len(lines)} line{'s' if len(lines) != 1 else ''}."
    show(options, lines, [*table([heading, *rows]), total])
    return DONE


def avatar(options: Namespace) -> int:
    """Makes the narrators, and shows their clips as a table."""
    from ..studio.avatar import avatar as make

    with progress(options.quiet) as listen:
        clips = make(
            episode_folder(options.folder), scene=options.scene, config=options.config_file, trusted=options.trust,
            listen=listen, agree=asker(options.yes),
        )  # fmt: skip
    heading = ("scene", "character", "side", "pixels", "seconds", "file")
    rows = [
        (c.scene, c.character, c.side + (" (mirrored)" if c.mirrored else ""), str(c.pixels), f"{c.seconds:.2f}", c.file)
        for c in clips
    ]
    show(options, clips, table([heading, *rows]))
    return DONE


def show(options: Namespace, values: Iterable[Frozen], rows: Iterable[str]) -> None:
    """Says `values` as JSON if that was asked for, else `rows`."""
    plain = [value.model_dump(mode="json") for value in values]
    tell(json.dumps(plain, indent=1, ensure_ascii=False) if options.json else "\n".join(rows))


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows with their columns in line; the last column is as long as it is."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
    return ["  ".join([*(cell.ljust(width) for cell, width in zip(row, widths)), row[-1]]) for row in rows]


def beginning(text: str, most: int = 48) -> str:
    """The text, or as much of it as fits with an ellipsis."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
