"""The commands: each calls one function of the studio and says what came of it. The studio is imported when it is needed."""

import json
import shlex
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import LecternError
from .screen import asker, complain, progress, say

if TYPE_CHECKING:
    from ..episode.model import Settings
    from ..studio.build import BuildResult
    from ..studio.doctor import Finding
    from ..timeline.model import Timeline
    from ..timeline.search import Found

DONE, FINDINGS = 0, 1


def new(options: Namespace) -> int:
    """Writes a starter episode."""
    from ..studio.new import new as write

    for file in write(options.folder):
        say(f"  {file.relative_to(options.folder.absolute())}")
    folder = shlex.quote(str(options.folder))
    say(f"Your episode is in {options.folder}. Read and change script.md, then make the film:\n  lectern build {folder} --trust")
    return DONE


def build(options: Namespace) -> int:
    """Makes the film."""
    folder = episode_folder(options.folder)
    from ..studio.build import build as make

    with progress(options.quiet) as listen:
        result = make(folder, **allowed(options), listen=listen)
    return _tell(result, options.quiet)


def render(options: Namespace) -> int:
    """Renders the film, or one scene of it."""
    folder = episode_folder(options.folder)
    from ..studio.render import render as make

    with progress(options.quiet) as listen:
        result = make(folder, **allowed(options), scene=options.scene, listen=listen)
    return _tell(result, options.quiet)


def timeline(options: Namespace) -> int:
    """Shows the timeline, as a table or as JSON."""
    folder = episode_folder(options.folder)
    from ..studio.timeline import timeline as resolve

    film = resolve(folder, **allowed(options))
    say(film.model_dump_json(by_alias=True) if options.json else _table(film))
    return DONE


def find(options: Namespace) -> int:
    """Tells where a text can be read."""
    folder = episode_folder(options.folder)
    from ..studio.find import find as look

    found = look(folder, options.text, **allowed(options))
    if options.json:
        say(json.dumps([one.model_dump() for one in found], indent=1, ensure_ascii=False))
    else:
        say("\n".join(map(_of_place, found)) or f'"{options.text}" can be read nowhere in the film.')
    return DONE if found else FINDINGS


def check(options: Namespace) -> int:
    """Looks for faults; makes nothing."""
    folder = episode_folder(options.folder)
    from ..studio.check import check as look

    result = look(folder, config=options.config_file)
    if options.json:
        say(result.model_dump_json(by_alias=True))
    elif not options.quiet or result.problems or result.findings:
        say("\n".join([*result.problems, *result.findings, *_of_dangers(len(result.dangers))]) or "The episode is in order.")
    return FINDINGS if result.problems or result.findings else DONE


def doctor(options: Namespace) -> int:
    """Looks whether this computer has what is needed."""
    from ..studio.doctor import doctor as look

    found = look(_settings(options.config_file))
    say(json.dumps([f.model_dump() for f in found], indent=1) if options.json else "\n".join(_of_finding(f) for f in found))
    return FINDINGS if any(f.essential and not f.ok for f in found) else DONE


def worker(options: Namespace) -> int:
    """A worker process of a build; started by Lectern itself."""
    from ..services.plugins import Plugin
    from ..studio.worker import work

    named = (said.partition(":") for said in options.plugins)
    plugins = tuple(Plugin(file=Path(file), digest=digest) for digest, _, file in named)
    work(episode_folder(options.folder), config=options.config_file, plugins=plugins)
    return DONE


def allowed(options: Namespace) -> dict[str, object]:
    """The settings in use, and what the person allows: to run things, to pay for things."""
    return {"config": options.config_file, "trust": options.trust, "agree": asker(options.yes)}


def episode_folder(folder: Path) -> Path:
    """The absolute folder of an episode; LecternError where there is none."""
    if not folder.is_dir():
        raise LecternError(f"There is no folder {folder}. A new episode is made with: lectern new {shlex.quote(str(folder))}")
    return folder.resolve()


def _settings(config: Path | None) -> "Settings":
    """The settings of `config`, or of the lectern.toml nearest to where we are, or the defaults."""
    from ..episode.folder import settings_file
    from ..episode.model import Settings
    from ..episode.settings import read_settings

    file = config or settings_file(Path.cwd())
    return read_settings(file, str(file)) if file else Settings()


def _tell(result: "BuildResult", quiet: bool) -> int:
    for finding in result.findings:
        complain(f"finding: {finding}")
    if result.up_to_date and not quiet:
        say(f"Nothing has changed: {result.film} is up to date ({result.seconds:.1f} s).")
    elif not quiet:
        say(f"{result.film}\n{result.made} takes made, {result.reused} reused, in {_clock(result.seconds)}.")
    return DONE


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"


def _table(film: "Timeline") -> str:
    """Strips by track and time, one a line; times in seconds."""
    rows = [f"{film.title}: {film.frames / film.fps:.1f} s, {film.size[0]}x{film.size[1]} at {film.fps} fps"]
    for strip in film.strips:
        start, end = strip.start / film.fps, strip.end / film.fps
        rows.append(f"{start:8.2f} {end:8.2f}  {strip.track:<12} {strip.kind:<6} {strip.scene:<14} {strip.name}")
    return "\n".join(rows)


def _of_place(found: "Found") -> str:
    """Seconds of the film, scene, what it is in, the box in percent of the frame, the whole text."""
    box = found.box
    where = f"{box.x:4.0%} {box.y:4.0%} {box.w:4.0%} {box.h:4.0%}"
    return f"{found.start:8.2f} {found.end:8.2f}  {found.scene:<14} {found.kind:<8} {where}  {' '.join(found.text.split())}"


def _of_dangers(number: int) -> list[str]:
    things, them = ("1 thing", "it") if number == 1 else (f"{number} things", "them")
    return [f"{things} would run on your computer: a build shows {them} and asks for --trust."] if number else []


def _of_finding(finding: "Finding") -> str:
    mark = "ok     " if finding.ok else "MISSING" if finding.essential else "note   "
    way = "" if finding.ok else "".join(f"\n           {line}" for line in finding.way_out.splitlines())
    return f"{mark}  {finding.name}: {finding.found}{way}"
