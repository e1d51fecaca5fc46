"""Changing what a strip stands for: who speaks it, when it appears, its take, its file."""

import shutil
from pathlib import Path

from ..base.errors import LecternError
from ..base.files import held, replacing
from ..characters.replace import line_spoken_by
from ..episode.edit import set_field
from ..episode.folder import read_episode
from ..episode.mark_edit import with_mark_at
from ..episode.model import Episode
from ..episode.nodes import quoted
from ..episode.scene_edit import add_block
from ..jobs.take_file import TakeFile
from ..voice.line_request import settings_for
from ..voice.recording_files import SUFFIXES, chosen_take, takes_of
from .elements import ElementCard
from .scene_changes import change_script

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".svg")
_RECORDINGS = "recordings"
_CHOSEN = ".chosen"


def speak_as(folder: Path, line: str, character: str, *, config: Path | None = None) -> None:
    """Have another character speak a line, given by its id; who speaks the lines after it stays."""
    change_script(
        folder, config, f"let {character} speak", lambda text, episode: line_spoken_by(text, episode, line, character)
    )


def appear_at(folder: Path, element: ElementCard, mark: str, *, config: Path | None = None) -> None:
    """Have an overlay or a clip appear at a mark of its scene ("": when the scene begins)."""
    if element.kind not in ("overlay", "clip"):
        raise LecternError("only overlays and clips appear at a mark; a step of a capture has its own in the script")
    source = quoted(mark) if mark else None
    if source is None and not element.at:
        return
    change_script(
        folder, config, f'let {element.title} appear {f"at {mark}" if mark else "with its scene"}',
        lambda text, _: set_field(text, element.line, ("at",), source),
    )  # fmt: skip


def move_mark(folder: Path, scene: str, mark: str, line: str, word: int, *, config: Path | None = None) -> None:
    """Put a mark of a scene before another word, given by its line's id and its number there, or behind the line's last word.

    Raises LecternError if the script has no such mark or line by now, or if a mark can't stand there.
    """
    change_script(
        folder, config, f"move {{{mark}}}", lambda text, episode: with_mark_at(text, episode, scene, mark, line, word)
    )


def place_narrator(folder: Path, scene: str, character: str, side: str, *, config: Path | None = None) -> None:
    """Have a character stand on a side of a scene: left, right, or auto, where Lectern finds that less is hidden."""

    def change(text: str, episode: Episode) -> str:
        found = next((each for each in episode.scenes if each.id == scene), None)
        if found is None or character not in [each.id for each in episode.characters]:
            raise LecternError(
                f'There is no {"scene" if found is None else "character"} "{scene if found is None else character}"'
            )
        own = next((block for block in found.avatars if block.character == character and block.at is None), None)
        if own:
            return set_field(text, own.line, ("side",), side)
        return add_block(text, found.line, "avatar", f"character: {character}\nside: {side}\n")

    change_script(folder, config, f"place {character}", change)


def forget_take(folder: Path, source: str) -> None:
    """Delete a take, given by a file of it (as a strip's `source`), so that the next build makes it anew."""
    take = TakeFile.parse(source)
    with held(folder / "media" / take.kind, folder) as place:
        if not place.kind(take.key):
            raise LecternError(f"{source} is not there any more: the next build makes it")
        place.remove(take.key)


def recorded_takes(folder: Path, line: str) -> tuple[tuple[Path, ...], Path | None]:
    """Return a person's own recordings of a line, in order, and the one that is used."""
    place = recordings_folder(folder, line)
    return takes_of(place, line), chosen_take(place, line)


def add_recording(folder: Path, line: str, file: Path) -> Path:
    """Copy a sound file into the episode as the newest own recording of a line, which is used from now on; return the copy."""
    if file.suffix.lower() not in SUFFIXES:
        raise LecternError(f"{file.name} is no recording that Lectern reads; it may be {', '.join(SUFFIXES)}")
    place = recordings_folder(folder, line)
    taken = takes_of(place, line)
    numbers = [int(part) for take in taken for part in take.stem.removeprefix(line).split(".") if part.isdigit()]
    number = max([1, *numbers]) + 1 if taken else 1
    _choose_none(folder, place, line)
    return _copied(file, place / f"{line}{f'.{number}' if number > 1 else ''}{file.suffix.lower()}", folder)


def choose_recording(folder: Path, line: str, take: str) -> Path:
    """Have the own recording with the file name `take` used for a line; return where it is now."""
    place, names = recordings_folder(folder, line), chosen_names(folder, line, take)
    with held(place, folder) as inside:
        for old, new in names.items():
            inside.move(old, inside, new)
    return place / names.get(take, take)


def chosen_names(folder: Path, line: str, take: str) -> dict[str, str]:
    """Return the new names that own recordings of a line need, by their old ones, so that `take` is the one that is used."""
    place = recordings_folder(folder, line)
    names = [file.name for file in takes_of(place, line)]
    if take not in names:
        raise LecternError(
            f"there is no recording {take} of this line in {place}; there are: {', '.join(names) or 'none'}"
        )
    former = {name: name.replace(_CHOSEN, "") for name in names if is_chosen(name) and name != take}
    return former if is_chosen(take) else {**former, take: chosen_name(take)}


def chosen_name(take: str) -> str:
    """Return what a recording is called that is used although it isn't the last one."""
    return f"{Path(take).stem}{_CHOSEN}{Path(take).suffix}"


def is_chosen(name: str) -> bool:
    """Return whether a recording's name says that it is the one that is used."""
    return Path(name).stem.endswith(_CHOSEN)


def replace_file(folder: Path, element: ElementCard, file: Path, *, config: Path | None = None) -> Path:
    """Copy a picture into the episode, and have an overlay show it; return the copy.

    The former picture stays where it is. Raises LecternError if the element shows no file.
    """
    episode = read_episode(folder, config)
    overlays = (overlay for scene in episode.scenes for overlay in scene.overlays)
    overlay = next((each for each in overlays if each.id == element.id and each.kind == "image"), None)
    if overlay is None:
        raise LecternError(f"{element.title} shows no picture of yours; only an image overlay does")
    if file.suffix.lower() not in PICTURES:
        raise LecternError(f"{file.name} is no picture that Lectern reads; it may be {', '.join(PICTURES)}")
    place = (folder / overlay.file).parent if overlay.file else folder / "images"
    copy = file if file.is_relative_to(folder) else _copied(file, _free_file(place, file.name), folder)
    shown = copy.relative_to(folder).as_posix()
    change_script(
        folder, config, f"show {copy.name}", lambda text, _: set_field(text, overlay.line, ("file",), quoted(shown))
    )
    return copy


def recordings_folder(folder: Path, line: str) -> Path:
    """Return where the own recordings of a line are. Raises LecternError if the script has no such line."""
    episode = read_episode(folder)
    speaker = next((each.speaker for scene in episode.scenes for each in scene.lines if each.id == line), None)
    if speaker is None:
        raise LecternError(f'the script has no line "{line}" any more: select its strip again after a build')
    name = settings_for(episode, episode.character(speaker)).get("folder", _RECORDINGS)
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise LecternError(f"the folder of recordings, {name}, is not in the episode: name another one in lectern.toml")
    return folder / name


def _choose_none(folder: Path, place: Path, line: str) -> None:
    """Let no own recording of a line be called chosen: then the last one is used."""
    for take in takes_of(place, line):
        if is_chosen(take.name):
            with held(place, folder) as inside:
                inside.move(take.name, inside, take.name.replace(_CHOSEN, ""))


def _copied(file: Path, to: Path, folder: Path) -> Path:
    try:
        with replacing(to, inside=folder) as draft:
            shutil.copyfile(file, draft)
    except OSError as error:
        raise LecternError(f"{file} can't be copied to {to} ({error.strerror})") from error
    return to


def _free_file(place: Path, name: str) -> Path:
    names = (place / name, *(place / f"{Path(name).stem}-{n}{Path(name).suffix}" for n in range(2, 10_000)))
    return next(file for file in names if not file.exists())
