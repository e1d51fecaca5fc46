"""The commands about the scenes of an episode, about its jobs, and about the episodes of a studio."""

from argparse import Namespace
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..base.clock import time_code
from ..base.errors import LecternError
from .arguments import Verbs, add_episode, add_json, add_verb
from .call import DONE, call, existing_folder
from .console import count, format_table, print_json, print_result

if TYPE_CHECKING:
    from ..studio.episodes import EpisodeCard
    from ..studio.scenes import SceneCard

SCENE_ACTIONS = (
    "list", "up", "down", "on", "off", "new", "copy", "delete", "rename", "add", "undo", "redo",
)  # fmt: skip
JOB_ACTIONS = ("list", "first", "cancel")
EPISODE_ACTIONS = ("list", "recent", "new", "rename", "copy", "delete", "restore")


def add_scenes(every: Verbs) -> None:
    """Add the commands to the parser."""
    what = "list the scenes of the episode in DIR, or change them in script.md"
    add_episode(scenes := add_verb(every, "scenes", run_scenes, what))
    scenes.add_argument("action", metavar="|".join(SCENE_ACTIONS), nargs="?", default="list", choices=SCENE_ACTIONS)
    scenes.add_argument(
        "scene", metavar="SCENE", nargs="?", default="", help="the id of the scene (new: the one above, if any)"
    )
    scenes.add_argument("--title", metavar="TEXT", default="", help="the title of the new or renamed scene")
    scenes.add_argument(
        "--text", metavar="TEXT", default="", help="what is said in the new scene, or what the overlay says"
    )
    kinds = "what to add: title, chapter, lower-third, bullets, callout, caption, or the name of a designed clip"
    scenes.add_argument("--kind", metavar="KIND", default="title", help=kinds)
    scenes.add_argument(
        "--at", metavar="MARK", default="", help="the mark at which it appears (default: the scene's start)"
    )
    what = "list what the last build of DIR makes, made and could not make; have a job made first, or cancel it"
    add_episode(jobs := add_verb(every, "jobs", run_jobs, what))
    jobs.add_argument("action", metavar="|".join(JOB_ACTIONS), nargs="?", default="list", choices=JOB_ACTIONS)
    jobs.add_argument("id", metavar="JOB", type=int, nargs="?", default=0, help="the number of the job")
    about = "list the episodes of the studio in DIR, or rename, copy, delete and restore the one in DIR"
    episodes = add_verb(every, "episodes", run_episodes, about)
    episodes.add_argument(
        "action", metavar="|".join(EPISODE_ACTIONS), nargs="?", default="list", choices=EPISODE_ACTIONS
    )
    where = "the studio or the episode (default: this folder)"
    episodes.add_argument("folder", metavar="DIR", type=Path, nargs="?", default=Path(), help=where)
    episodes.add_argument(
        "name",
        metavar="NAME",
        nargs="?",
        default="",
        help="what the folder of the renamed episode or of the copy is called",
    )
    for each in (scenes, episodes, jobs):
        add_json(each)


def run_scenes(options: Namespace) -> int:
    """List the scenes, or change them."""
    from ..studio.scenes import scenes

    told = _change_scenes(options, existing_folder(options.folder)) if options.action != "list" else ""
    found = call(scenes, options)
    if options.json:
        print_json(found)
    else:
        print_result(told or "\n".join(_scene_rows(found)))
    return DONE


def _change_scenes(options: Namespace, folder: Path) -> str:
    """Do what was asked for; return what to say of it."""
    from ..studio import scene_changes as do

    action, scene, config = options.action, options.scene, options.config
    if action in ("undo", "redo"):
        return f"{'Undone' if action == 'undo' else 'Done again'}: {do.undo_change(folder, again=action == 'redo')}"
    if action == "new":
        if not options.title:
            raise LecternError(f'what is it called? Say: lectern scenes {options.folder} new --title "A title"')
        return f'The scene is called "{do.add_scene(folder, options.title, after=scene, text=options.text, config=config)}".'
    if not scene:
        raise LecternError(f"which scene? Say: lectern scenes {options.folder} {action} SCENE")
    match action:
        case "up" | "down":
            do.shift_scene(folder, scene, -1 if action == "up" else 1, config=config)
        case "on" | "off":
            do.set_scene_enabled(folder, scene, action == "on", config=config)
        case "copy":
            return f'The copy is called "{do.copy_scene(folder, scene, config=config)}".'
        case "delete":
            do.delete_scene(folder, scene, config=config)
        case "rename":
            do.retitle_scene(folder, scene, options.title, config=config)
        case _:
            do.add_named_to_scene(folder, scene, options.kind, options.text, at=options.at, config=config)
    return "script.md is changed; the next build shows it. To take it back: " + f"lectern scenes {options.folder} undo"


def _scene_rows(found: "Sequence[SceneCard]") -> list[str]:
    heading = ("", "scene", "state", "at", "made", "title")
    rows = [
        (
            str(card.number or "-"),
            card.id,
            card.state,
            time_code(card.start) if card.duration else "",
            f"{sum(take.made for take in card.takes)} of {len(card.takes)}",
            card.title,
        )
        for card in found
    ]
    return format_table([heading, *rows])


def run_jobs(options: Namespace) -> int:
    """List the jobs of the last build, or change one."""
    from ..studio import jobs as do

    folder = existing_folder(options.folder)
    if options.action == "first":
        do.make_first(folder, options.id)
    elif options.action == "cancel":
        do.cancel_job(folder, options.id)
    found = do.jobs(folder)
    rows = [(str(job.id), job.state, f"{job.progress:.0%}", job.label, job.error) for job in found]
    table = format_table([("job", "state", "done", "what", "why"), *rows]) if rows else ["There are no jobs."]
    print_json(list(found)) if options.json else print_result("\n".join(line.rstrip() for line in table))
    return DONE


def run_episodes(options: Namespace) -> int:
    """List the episodes, or make, rename, copy or delete one."""
    from ..studio import episodes as do

    action, folder = options.action, options.folder
    if action in ("rename", "copy") and not options.name:
        raise LecternError(f"what is it called then? Say: lectern episodes {action} {folder} NAME")
    match action:
        case "list":
            return _print_episodes(options, do.episodes(existing_folder(folder)))
        case "recent":
            return _print_episodes(options, do.recent_episodes())
        case "new":
            place = do.new_episode(folder)
        case "rename":
            place = do.rename_episode(folder, options.name)
        case "copy":
            place = do.duplicate_episode(folder, options.name)
        case "delete":
            place = do.delete_episode(folder)
        case _:
            place = do.restore_episode(folder)
    way_back = f"\nTo take it back: lectern episodes restore {place}" if action == "delete" else ""
    print_json({"folder": str(place)}) if options.json else print_result(f"The episode is in {place} now.{way_back}")
    return DONE


def _print_episodes(options: Namespace, found: "Sequence[EpisodeCard]") -> int:
    if options.json:
        print_json(list(found))
        return DONE
    rows = [(_date(card.changed), "film" if card.film else "", card.title, str(card.folder)) for card in found]
    print_result(
        "\n".join(format_table([("changed", "", "title", "folder"), *rows])) if rows else "There are no episodes."
    )
    print_result(count(len(rows), "episode")) if rows and not options.quiet else None
    return DONE


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M")
