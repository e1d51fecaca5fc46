"""The commands about episodes and films. The studio is imported when it is needed, so that `lectern --help` is quick."""

import shlex
from argparse import Namespace
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import fill, indent
from typing import TYPE_CHECKING

from ..base.errors import LecternError, SourceError
from .arguments import Verbs, add_episode, add_json, add_scene, add_verb
from .call import DONE, FAULT, FINDINGS, call
from .console import count, format_table, print_error, print_json, print_result, print_values
from .progress import print_event

if TYPE_CHECKING:
    from ..episode.gallery import ClipValue, DesignedClip
    from ..studio.build import BuildResult
    from ..studio.check import CheckResult, Diagnostic
    from ..studio.doctor import Finding
    from ..timeline.model import Timeline
    from ..timeline.search import TextMatch


def add_making(every: Verbs) -> None:
    """Add the commands that make an episode or its film."""
    new = add_verb(every, "new", run_new, "write a small episode to start from into DIR")
    new.add_argument("folder", metavar="DIR", type=Path)
    kinds = "tutorial (the default), talk, short, dialogue or release-notes"
    new.add_argument("--template", metavar="NAME", default="tutorial", help=kinds)
    build = add_verb(every, "build", run_build, "make the film of the episode in DIR; only what changed is made")
    add_episode(build)
    exported = add_verb(
        every, "export", run_export, "write the film's timeline for other editing programs, as OpenTimelineIO"
    )
    add_episode(exported)
    exported.add_argument(
        "-o", "--output", metavar="FILE", type=Path, help="where it goes (default: renders/film.otio of the episode)"
    )
    add_json(exported)
    render = add_verb(
        every, "render", run_render, "render the film, or one scene, from its timeline as it stands in Blender"
    )
    add_episode(render)
    add_scene(render)
    for verb in (build, render):
        verb.add_argument("--json", action="store_true", help="for programs: a line of JSON for each event, on stdout")
    add_episode(add_verb(every, "adopt", run_adopt, "use the takes of DIR that you made on another computer of yours"))
    worker = add_verb(every, "worker", run_worker, None)
    add_episode(worker)
    worker.add_argument("--run", metavar="RUN", required=True)
    worker.add_argument("--programs", type=Path)
    worker.add_argument("--plug-in", dest="plugins", metavar="HASH:FILE", action="append", default=[])


def add_looking(every: Verbs) -> None:
    """Add the commands that look at an episode or at Lectern and change nothing."""
    timeline = add_verb(every, "timeline", run_timeline, "show every strip of the film")
    check = add_verb(every, "check", run_check, "look for faults in the script without making anything")
    judged = "measure the finished film, listen to it, and show in renders/report.html how good it is"
    verify = add_verb(every, "verify", run_verify, judged)
    for verb in (timeline, check, verify):
        add_episode(verb)
    check.add_argument("--fix", action="store_true", help="write into script.md what it was read as, and nothing else")
    find = add_verb(every, "find", run_find, "tell where in the film of the episode in DIR a text can be read")
    add_episode(find)
    find.add_argument("text", metavar="TEXT")
    designed = add_verb(every, "clips", run_clips, "list the designed clips, with what each takes and an example")
    designed.add_argument("name", metavar="NAME", nargs="?", default="", help="only this one")
    add_verb(every, "skill", run_skill, "print how to write a script on one page, for language models")
    schema = add_verb(every, "schema", run_schema, "print what may be written in a file or a block, as JSON Schema")
    what = "script, settings, character, or block with the name of a block (default: script)"
    schema.add_argument("of", metavar="WHAT", nargs="?", default="script", help=what)
    schema.add_argument("block", metavar="BLOCK", nargs="?", default="", help="scene, capture, overlay, …")
    looks = add_verb(every, "themes", run_themes, "list what a film can look like")
    pictures = "write a picture of each into this folder, as PNG files"
    looks.add_argument("--pictures", metavar="FOLDER", type=Path, help=pictures)
    looks.add_argument(
        "--in", dest="folder", metavar="DIR", type=Path, default=Path(), help="the episode that is meant"
    )
    heard = add_verb(every, "sounds", run_sounds, "list the music and the effects that come with Lectern")
    heard.add_argument("--samples", metavar="FOLDER", type=Path, help="write each into this folder, as a WAV file")
    brand = add_verb(
        every, "brand", run_brand, "show what the studio's brand makes of the theme, and how well that is read"
    )
    add_episode(brand)
    doctor = add_verb(every, "doctor", run_doctor, "look whether this computer has what Lectern needs")
    for verb in (timeline, check, verify, find, designed, looks, heard, doctor, brand):
        add_json(verb)


def run_new(options: Namespace) -> int:
    """Write a starter episode."""
    from ..studio.new import new

    for file in call(new, options, folder=options.folder, template=options.template):
        print_result(f"  {file.relative_to(options.folder.absolute())}")
    print_result(
        f"Your episode is in {options.folder}. Read and change script.md, then make the film:\n"
        f"  lectern build {shlex.quote(str(options.folder))} --trust"
    )
    return DONE


def run_build(options: Namespace) -> int:
    """Make the film."""
    from ..studio.build import build

    return _make(build, options)


def run_render(options: Namespace) -> int:
    """Render the film, or one scene of it."""
    from ..studio.build import render

    return _make(render, options)


def run_export(options: Namespace) -> int:
    """Write the timeline as OpenTimelineIO, and say what that can't carry."""
    from ..studio.export import export

    result = call(export, options)
    if options.json:
        print_json(result)
        return DONE
    for what in result.left_out:
        print_error(f"not carried: {what}")
    for file in result.missing:
        print_error(f"missing: {file}")
    if result.stale:
        print_error(f"note: changed since the last build, and exported as it was then: {', '.join(result.stale)}")
    counted = f"{count(result.tracks, 'track')}, {count(result.clips, 'clip')}, {count(result.markers, 'marker')}"
    print_result(f"{result.file}\n{counted}, {result.seconds:.1f} s.")
    return DONE


def run_timeline(options: Namespace) -> int:
    """Show the timeline, as a table or as JSON."""
    from ..studio.timeline import timeline

    film = call(timeline, options)
    print_json(film) if options.json else print_result("\n".join(_timeline_rows(film)))
    return DONE


def run_find(options: Namespace) -> int:
    """Show where a text can be read."""
    from ..studio.timeline import find

    found = call(find, options)
    nowhere = f'"{options.text}" can be read nowhere in the film.'
    print_values(options, found, map(_match_row, found) if found else [nowhere])
    return DONE if found else FINDINGS


def run_check(options: Namespace) -> int:
    """Look for faults; make nothing."""
    from ..studio.check import check

    result = call(check, options)
    if options.json:
        print_json(result)
    elif not options.quiet or result.problems or result.findings:
        print_result("\n".join(_check_lines(result)))
    return FAULT if result.problems else FINDINGS if result.findings else DONE


def _check_lines(result: "CheckResult") -> list[str]:
    """Return what a check found, a line each; that all is in order comes first."""
    about = f" It will be about {result.seconds:.0f} s long." if result.seconds else ""
    script = "The episode is in order." if result.film else f"The script is in order. There is no film yet.{about}"
    messages = [*map(str, result.problems), *map(str, result.findings)]
    fixed = [f"rewritten: {note}" for note in result.fixed]
    notes = [f"note: {note}" for note in result.notes]
    return [
        *fixed,
        *(messages or [script]),
        *notes,
        *_ways_to_rewrite(result),
        *(f"note: {note}" for note in result.voices),
        *_permission_lines(len(result.permissions)),
    ]


def _ways_to_rewrite(result: "CheckResult") -> list[str]:
    """Return who writes what was read otherwise than it is written: Lectern, or where it can't, the author."""
    by_hand = sorted({note.line for note in result.by_hand})
    lines = f"line{'s' if len(by_hand) > 1 else ''} {', '.join(map(str, by_hand))}"
    if len(result.by_hand) < len(result.notes):
        rest = f", except for {lines}: that is for you to write, or to leave as it is" if by_hand else ""
        return [f"note: lectern check --fix writes that into script.md{rest}"]
    return [f"note: --fix can't write {lines} for you; Lectern reads it as it is"] if by_hand else []


def run_verify(options: Namespace) -> int:
    """Measure the film, listen to it, and write its page."""
    from ..studio.verify import verify

    result = call(verify, options)
    if options.json:
        print_json(result)
    else:
        for finding in result.findings:
            print_error(f"finding: {finding}")
        if result.note:
            print_error(f"note: {result.note}")
        print_result(f"{result.score} of 100 points. {result.page}")
    return FINDINGS if result.findings else DONE


def run_adopt(options: Namespace) -> int:
    """Use takes that were made on another computer."""
    from ..studio.adopt import adopt

    result = call(adopt, options)
    print_result(f"{count(result.adopted, 'take')} of another computer will be used.")
    for take in result.damaged:
        print_error(f"media/{take} is damaged, and will be made again.")
    return FINDINGS if result.damaged else DONE


def run_doctor(options: Namespace) -> int:
    """Look whether this computer has what is needed."""
    from ..episode.folder import settings_in
    from ..studio.doctor import doctor

    found = doctor(settings_in(Path.cwd(), options.config))
    print_values(options, found, map(_finding_lines, found))
    return FINDINGS if any(finding.essential and not finding.ok for finding in found) else DONE


def run_schema(options: Namespace) -> int:
    """Print what may be written, as JSON Schema."""
    from ..studio.reference import schema

    print_json(call(schema, options))
    return DONE


def run_skill(options: Namespace) -> int:
    """Print how to write a script, on one page."""
    from ..studio.reference import skill

    print_result(call(skill, options).removesuffix("\n"))
    return DONE


def run_clips(options: Namespace) -> int:
    """List the designed clips, or show one of them."""
    from ..episode.gallery import gallery

    named = [clip for clip in gallery().values() if options.name in ("", clip.name)]
    if options.json:
        print_json([clip.model_dump(exclude_defaults=True) for clip in named])
    else:
        none = f'There is no clip "{options.name}"; the clips are: {", ".join(gallery())}'
        print_result("\n\n".join(map(_clip_text, named)) or none)
    return DONE


def run_worker(options: Namespace) -> int:
    """Work for a build; started by Lectern itself."""
    from ..build.recipes import work
    from ..services.plugins import Plugin

    named = (option.partition(":") for option in options.plugins)
    plugins = tuple(Plugin(file=Path(file), digest=digest) for digest, _, file in named)
    call(work, options, plugins=plugins)
    return DONE


def _make(function: "Callable[..., BuildResult]", options: Namespace) -> int:
    """Make a film or a scene, and say what came of it; with `--json`, as events."""
    try:
        result = call(function, options, events=options.json)
    except LecternError as error:
        if options.json:
            print_event("failed", message=str(error), problems=_problems(error))
        raise
    if options.json:
        print_event("done", **dict(result))
        return DONE
    return _print_build_result(result, options.quiet)


def _problems(error: LecternError) -> list["Diagnostic"]:
    """Return what is wrong, with its places, where they are known."""
    from ..episode.errors import EpisodeErrors
    from ..studio.check import diagnostic

    known = error.problems if isinstance(error, EpisodeErrors) else [error] if isinstance(error, SourceError) else []
    return [diagnostic(problem) for problem in known]


def _print_build_result(result: "BuildResult", quiet: bool) -> int:
    for note in () if quiet else result.notes:
        print_error(f"note: {note}")
    for finding in result.findings:
        print_error(f"finding: {finding}")
    if result.up_to_date and not quiet:
        print_result(f"Nothing has changed: {result.film} is up to date ({result.seconds:.1f} s).")
    elif not quiet:
        print_result(f"{result.film}\n{result.made} takes made, {result.reused} reused, in {_clock(result.seconds)}.")
    return DONE


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"


def _timeline_rows(film: "Timeline") -> list[str]:
    """Return strips by track and time, one a line; times in seconds."""
    rows = [f"{film.title}: {film.frames / film.fps:.1f} s, {film.size[0]}x{film.size[1]} at {film.fps} fps"]
    for strip in film.strips:
        start, end = strip.start / film.fps, strip.end / film.fps
        rows.append(f"{start:8.2f} {end:8.2f}  {strip.track:<12} {strip.kind:<6} {strip.scene:<14} {strip.name}")
    return rows


def _match_row(found: "TextMatch") -> str:
    """Return seconds of the film, scene, what the text is in, its box in percent of the frame, and the whole text."""
    box = found.box
    where = f"{box.x:4.0%} {box.y:4.0%} {box.w:4.0%} {box.h:4.0%}"
    return f"{found.start:8.2f} {found.end:8.2f}  {found.scene:<14} {found.kind:<8} {where}  {' '.join(found.text.split())}"


def _permission_lines(number: int) -> list[str]:
    shown = "it" if number == 1 else "them"
    line = f"{count(number, 'thing')} would run on your computer: a build shows {shown} and asks for --trust."
    return [line] if number else []


def _finding_lines(finding: "Finding") -> str:
    mark = "ok     " if finding.ok else "MISSING" if finding.essential else "note   "
    way = "" if finding.ok else "".join(f"\n           {line}" for line in finding.way_out.splitlines())
    return f"{mark}  {finding.name}: {finding.found}{way}"


def _clip_text(clip: "DesignedClip") -> str:
    lasts = f"{clip.seconds:g} s" if clip.seconds else "until the scene ends"
    example = indent(f"```clip\n{clip.example}```", "    ")
    return (
        f"{fill(f'{clip.name}: {clip.about} ({clip.place}, {lasts})', 110)}\n{_values(clip.values, '  ')}\n\n{example}"
    )


def _values(values: Mapping[str, "ClipValue"], margin: str) -> str:
    rows = []
    for name, value in values.items():
        rows.append(f"{margin}{name:<10} {value.about}{' (needed)' if value.needed else ''}")
        rows += [_values(value.of, f"{margin}  ")] if value.of else []
    return "\n".join(rows)


def run_brand(options: Namespace) -> int:
    """Show the studio's brand over the theme; what can't be read is a finding."""
    from ..studio.brand import brand

    card = call(brand, options)
    rows = [("key", "films have", "from"), *((v.key, v.value, v.source) for v in card.values)]
    legible = [("", "on", "contrast"), *((c.what, c.ground, f"{c.contrast:g}:1") for c in card.contrasts)]
    where = f'{card.settings or "No lectern.toml"}, over the theme "{card.theme}"'
    print_values(options, [card], [where, "", *format_table(rows), "", *format_table(legible), "", *card.faults])
    return FINDINGS if card.faults else DONE


def run_themes(options: Namespace) -> int:
    """List Lectern's themes; with `--pictures`, write one of each."""
    from ..studio.themes import themes

    cards = call(themes, options)
    heading = ("theme", "", "mood", "fonts", "contrast", "")
    rows = [
        (
            f"{c.name}{' *' * c.used}",
            "light" if c.light else "dark",
            c.mood,
            ", ".join(dict.fromkeys(c.fonts)),
            f"{c.contrast:g}:1",
            str(c.picture or ""),
        )
        for c in cards
    ]
    used = ["* is that of this film."] if any(c.used for c in cards) else []
    way = 'Choose one in lectern.toml, below [film]: theme = "paper"'
    print_values(options, cards, [*format_table([heading, *rows]), *used, way])
    return DONE


def run_sounds(options: Namespace) -> int:
    """List Lectern's sounds; with `--samples`, write each."""
    from ..studio.sounds import sounds

    cards = sounds(samples=options.samples)
    rows = [(card.name, card.kind, f"{card.seconds:g} s", card.about, str(card.sample or "")) for card in cards]
    way = "Use one in a music block: name: night"
    print_values(options, cards, [*format_table([("sound", "", "", "what it is", ""), *rows]), way])
    return DONE
