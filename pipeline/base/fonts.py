"""Find a font for letters that a film's own fonts lack: Blender's Noto fonts first, then what the system has installed.

Blender's are the same on every computer, and the build needs Blender anyway. Only the system has emoji in colour.
"""

import importlib.util
import os
import shutil
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from PIL import ImageFont, features

from .assets import font_file
from .hangs import run_briefly

EM = 200
"""The size in px at which fonts are opened to look for letters and to measure shaped text."""
_NO_LETTER = "\U0010fffd"
"""A code point that no font has: its picture is the box that a font draws for what it lacks."""
_COLOUR_FONTS = ("NotoColorEmoji.ttf", "Apple Color Emoji.ttc", "seguiemj.ttf")
_BITMAP_SIZES = (109, 136, 160, 128, 96, 64)
"""The px sizes of emoji in fonts that hold bitmaps."""
_SYSTEM_FOLDERS = {
    "win32": (r"%WINDIR%\Fonts", r"%LOCALAPPDATA%\Microsoft\Windows\Fonts"),
    "darwin": ("/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts"),
    "linux": ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts"),
}
EAST_ASIAN = frozenset("CJK HIRAGANA KATAKANA HANGUL BOPOMOFO IDEOGRAPHIC FULLWIDTH HALFWIDTH YI".split())
"""How Unicode's names of letters of East Asian scripts begin; those letters neither join nor stack."""
_EMOJI_BELOW_1F000 = frozenset(
    "⌚⌛⏩⏪⏫⏬⏰⏳◽◾☔☕♈♉♊♋♌♍♎♏♐♑♒♓♿⚓⚡⚪⚫⚽⚾⛄⛅⛎⛔"
    "⛪⛲⛳⛵⛺⛽✅✊✋✨❌❎❓❔❕❗➕➖➗➰➿⬛⬜⭐⭕"
)


class FontFace(NamedTuple):
    """A face of a font file; `colour`: its emoji are drawn in their own colours."""

    file: str
    number: int = 0
    colour: bool = False


def can_shape() -> bool:
    """Return whether scripts whose letters join, stack or run from right to left can be set (Pillow's Raqm is there)."""
    return bool(features.check("raqm"))


@cache
def own_face(name: str) -> FontFace:
    """Return the face of a font that comes with Lectern; `name` is a file of assets/fonts."""
    return FontFace(str(font_file(name)))


@lru_cache(maxsize=5_000)
def face_for(cluster: str, own: FontFace) -> FontFace | None:
    """Return the first face that has every letter of `cluster`; `own` goes first, except for emoji. None: no font has them."""
    letters = [letter for letter in cluster if not _only_directs(letter)]
    return next((face for face in _candidates(cluster, own) if all(has_letter(face, sign) for sign in letters)), None)


@lru_cache(maxsize=5_000)
def browser_face(letter: str, own: FontFace) -> FontFace | None:
    """Return the face with which a browser draws `letter` where `own` comes first. None: it draws a box.

    For letters of private use, browsers ask no font but the page's.
    """
    if _only_directs(letter) or has_letter(own, letter):
        return own
    if unicodedata.category(letter) == "Co":
        return None
    script = _script_name(letter)
    likely = (*_colour_faces(), *((_SERVED[script],) if script in _SERVED else ()))
    found = next((face for face in likely if has_letter(face, letter)), None)
    found = found or next((face for face in _system_faces(letter) if has_letter(face, letter)), None)
    if found and not found.colour:
        _SERVED[script] = found
    return found


_SERVED: dict[str, FontFace] = {}
"""The face that last had a letter of a script: it likely has the next one, and asking the system costs 20 ms each time."""


def _candidates(cluster: str, own: FontFace) -> Iterator[FontFace]:
    emoji = is_emoji(cluster)
    if emoji:
        yield from _colour_faces()
        yield from _blender_faces("EMOJI")
    yield own
    yield from () if emoji else _blender_faces(_script_name(cluster))
    yield from _system_faces(cluster[0])


@lru_cache(maxsize=20_000)
def has_letter(face: FontFace, letter: str) -> bool:
    """Return whether `face` draws anything for `letter` but its box for what it lacks."""
    picture = _picture(face, letter)
    return bool(picture.strip(b"\0")) and picture != _picture(face, _NO_LETTER)


def _only_directs(letter: str) -> bool:
    """Return whether `letter` has no picture of its own: a blank, a joiner, a selector of a letter's variant."""
    return unicodedata.category(letter) in ("Cc", "Cf", "Zs", "Zl", "Zp") or "VARIATION SELECTOR" in _name(letter)


@lru_cache(maxsize=256)
def _picture(face: FontFace, letter: str) -> bytes:
    """Return what `face` draws for `letter` itself: shaping would look for it in parts."""
    opened = open_face(face, EM, shaped=False)
    if opened is None:
        return b""
    return bytes(opened.getmask(letter, mode="RGBA").getband(3) if face.colour else opened.getmask(letter))


def is_emoji(cluster: str) -> bool:
    """Return whether Unicode shows `cluster` as a picture unless it says otherwise (U+FE0E)."""
    if "\ufe0e" in cluster:
        return False
    return "\ufe0f" in cluster or "\u20e3" in cluster or cluster[0] in _EMOJI_BELOW_1F000 or _is_picture(cluster[0])


@lru_cache(maxsize=256)
def open_face(face: FontFace, size: int, weight: int = 400, shaped: bool = True) -> ImageFont.FreeTypeFont | None:
    """Open `face` at `size` px; a font of bitmaps at one of its own sizes. None: it can't be opened.

    `weight` (400 is regular) is what fonts with an axis for it are set to. `shaped`: letters join and stack, if they can.
    """
    if weight != 400:
        regular = open_face(face, size)
        if regular is None or not has_weights(regular):
            return regular
    layout = ImageFont.Layout.RAQM if shaped and can_shape() else ImageFont.Layout.BASIC
    for px in (size, *(_BITMAP_SIZES if face.colour else ())):
        try:
            opened = ImageFont.truetype(face.file, px, index=face.number, layout_engine=layout)
        except OSError:
            continue
        _set_weight(opened, weight)
        return opened
    return None


def has_weights(opened: ImageFont.FreeTypeFont) -> bool:
    """Return whether the font has an axis for its weight."""
    return any(axis["name"] == b"Weight" for axis in _axes(opened))


def _set_weight(opened: ImageFont.FreeTypeFont, weight: int) -> None:
    axes = _axes(opened)
    if weight != 400:
        opened.set_variation_by_axes([weight if a["name"] == b"Weight" else a["default"] or 0 for a in axes])


def _axes(opened: ImageFont.FreeTypeFont) -> list[ImageFont.Axis]:
    try:
        return opened.get_variation_axes()
    except OSError:
        return []


def _is_picture(letter: str) -> bool:
    code = ord(letter)
    return 0x1F000 <= code < 0x1FB00 and not 0x1F100 <= code <= 0x1F16F or 0x1F1E6 <= code <= 0x1F1FF


def _name(letter: str) -> str:
    return unicodedata.name(letter, "")


def _script_name(cluster: str) -> str:
    """Return the script of the first letter as Unicode's names begin: ``DEVANAGARI``; ``CJK`` for all of East Asia."""
    first = _name(cluster[0]).partition(" ")[0]
    return "CJK" if first in EAST_ASIAN else first


def _blender_faces(script: str) -> Iterator[FontFace]:
    """Yield Blender's faces, those whose file names the script first."""
    files = sorted(_blender_files(), key=lambda file: (script not in Path(file).name.upper(), "CJK" in file, file))
    yield from map(FontFace, files)


@cache
def _blender_files() -> tuple[str, ...]:
    """Return the fonts in the data files of the Blender that Lectern uses."""
    folders = [folder for root in _blender_roots() for folder in sorted(root.glob("[0-9]*/datafiles/fonts"))]
    return tuple(str(file) for folder in folders[-1:] for file in sorted(folder.iterdir()) if "Noto" in file.name)


def _blender_roots() -> Iterator[Path]:
    """Yield the folders that hold Blender's versions: beside a program (macOS: in its Resources), in the bpy module."""
    if program := os.environ.get("LECTERN_BLENDER") or shutil.which("blender"):
        beside = Path(program).resolve().parent
        yield from (beside, beside.parent / "Resources")
    module = importlib.util.find_spec("bpy")
    yield from map(Path, module.submodule_search_locations or () if module else ())


@cache
def _colour_faces() -> tuple[FontFace, ...]:
    found = {Path(file).name: file for file in _system_files()}
    return tuple(FontFace(found[name], colour=True) for name in _COLOUR_FONTS if name in found)


@lru_cache(maxsize=2_000)
def _system_faces(letter: str) -> tuple[FontFace, ...]:
    """Return the system's faces that may have `letter`; fontconfig knows which, elsewhere each is asked."""
    fontconfig = shutil.which("fc-list")
    if not fontconfig:
        return tuple(map(FontFace, _system_files()))
    query = [fontconfig, f":charset={ord(letter):x}:scalable=true", "--format", "%{file}\t%{index}\t%{weight}\n"]
    listed = run_briefly(query).stdout
    rows = sorted(
        (row.split("\t") for row in listed.splitlines()), key=lambda row: (row[2] != "80", "Sans" not in row[0], row)
    )
    return tuple(FontFace(file, int(index) & 0xFFFF) for file, index, _ in rows if Path(file).name not in _COLOUR_FONTS)


@cache
def _system_files() -> tuple[str, ...]:
    folders = _SYSTEM_FOLDERS.get(sys.platform, _SYSTEM_FOLDERS["linux"])
    roots = [Path(os.path.expandvars(folder)).expanduser() for folder in folders]
    files = (file for root in roots if root.is_dir() for file in root.rglob("*"))
    return tuple(sorted(str(file) for file in files if file.suffix.lower() in (".ttf", ".otf", ".ttc")))
