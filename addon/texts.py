"""Text files of an episode in Blender's text editor."""

from pathlib import Path

import bpy

from ..pipeline.base.errors import LecternError
from ..pipeline.base.files import LinkRefused

MOST_EDITORS = 4
"""How many texts are shown side by side."""


def require_own(file: Path, folder: Path) -> Path:
    """Return a file of the episode in `folder`. Raises LinkRefused for a link: Blender would save through it.

    Raises LecternError for what is no file, like a pipe: Blender would wait for it for ever.
    """
    for place in (file, *file.parents):
        if place == folder and file.is_file():
            return file
        if place.is_symlink():
            raise LinkRefused(place)
    raise LecternError(f"{file} is no file in {folder}")


def open_in_text_editor(file: Path, *, beside: bool = False) -> bpy.types.Text:
    """Open a text file in a text editor: one that is already on the screen, or else one in a new window.

    With `beside`, it is shown beside the text that is open, up to four of them.
    """
    return _shown(_find_open(file) or bpy.data.texts.load(str(file)), beside)


def _shown(text: bpy.types.Text, beside: bool) -> bpy.types.Text:
    if not bpy.app.background:
        area = _editor_for(text, beside)
        area.spaces.active.text = text
        area.spaces.active.show_syntax_highlight = True
        area.spaces.active.show_line_numbers = True
        area.spaces.active.show_word_wrap = True
    return text


def show_text(name: str, content: str) -> bpy.types.Text:
    """Show a text that is in no file in a text editor, as `name`."""
    text = bpy.data.texts.get(name) or bpy.data.texts.new(name)
    text.from_string(content)
    return _shown(text, beside=False)


def open_at_line(file: Path, line: int) -> bpy.types.Text:
    """Open a text file of the episode with the cursor at a `line` (from 1), which is selected. Raises LinkRefused."""
    text = open_in_text_editor(require_own(file, file.parent))
    number = min(max(line, 1), len(text.lines)) - 1
    text.select_set(number, 0, number, -1)
    for area in _text_editors():
        if area.spaces.active.text == text:
            area.spaces.active.top = max(0, number - 8)
    return text


def take_in_changes(folder: Path) -> list[str]:
    """Read again the open texts of the episode in `folder` that other programs have changed.

    Returns the names of those that were changed here, too, and not saved: these stay as they are.
    """
    both = []
    for text in (text for text in bpy.data.texts if text.filepath and text.is_modified):
        file = Path(bpy.path.abspath(text.filepath))
        if not file.is_relative_to(folder) or not file.is_file():
            continue
        if text.is_dirty:
            both.append(file.name)
        else:
            _reload(text)
    return both


def _reload(text: bpy.types.Text) -> None:
    """Read a text again from its file. One that no editor shows is dropped: opening it reads it."""
    line, column = text.current_line_index, text.current_character
    area = next((area for area in _text_editors() if area.spaces.active.text == text), None)
    if area is None:
        bpy.data.texts.remove(text)
        return
    window = next(w for w in bpy.context.window_manager.windows if area in w.screen.areas.values())
    region = next(region for region in area.regions if region.type == "WINDOW")
    with bpy.context.temp_override(window=window, area=area, region=region):
        bpy.ops.text.reload()
    number = min(line, len(text.lines) - 1)
    text.cursor_set(number, character=min(column, len(text.lines[number].body)))


def _find_open(file: Path) -> bpy.types.Text | None:
    return next((t for t in bpy.data.texts if t.filepath and Path(bpy.path.abspath(t.filepath)) == file), None)


def _text_editors() -> list[bpy.types.Area]:
    areas = (a for window in bpy.context.window_manager.windows for a in window.screen.areas)
    return [a for a in areas if a.type == "TEXT_EDITOR"]


def _editor_for(text: bpy.types.Text, beside: bool) -> bpy.types.Area:
    """Return the text editor in which a text is to be shown."""
    editors = _text_editors()
    shown = next((area for area in editors if area.spaces.active.text in (text, None)), None)
    if shown or not editors:
        return shown or _new_text_editor()
    if not beside or len(editors) >= MOST_EDITORS:
        return editors[0]
    largest = max(editors, key=lambda area: area.width * area.height)
    window = next(w for w in bpy.context.window_manager.windows if largest in w.screen.areas.values())
    with bpy.context.temp_override(window=window, area=largest):
        bpy.ops.screen.area_split(direction="VERTICAL" if largest.width >= largest.height else "HORIZONTAL", factor=0.5)
    return next(area for area in _text_editors() if area not in editors)


def _new_text_editor() -> bpy.types.Area:
    bpy.ops.wm.window_new()
    area = bpy.context.window_manager.windows[-1].screen.areas[0]
    area.type = "TEXT_EDITOR"
    return area
