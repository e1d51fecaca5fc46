"""The room in which a desktop's programs live: a home of their own, its looks, and the environment they see."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from ...base.assets import font_file
from ..request import CaptureRequest
from ..sandbox.tools import tool_homes
from ..terminal.shell_folders import COMMIT_DATES, ShellFolders
from .display import Display

USUAL_SCALE = 2.0
"""How many times larger than usual everything is drawn, so that menus can be read in a film."""
_FONTS = ("Inter-Regular.otf", "Inter-SemiBold.otf", "JetBrainsMono-Regular.ttf", "JetBrainsMono-Bold.ttf")
_GTK = """[Settings]
gtk-font-name = Inter 10
gtk-cursor-blink = false
gtk-xft-antialias = 1
gtk-xft-hinting = 1
gtk-xft-hintstyle = hintslight
gtk-xft-rgba = none
"""
_OPENBOX_THEME = """border.width: {line}
padding.width: {pad}
padding.height: {pad}
window.client.padding.width: 0
window.handle.width: 0
*.border.color: {bar}
*.title.bg: Flat Solid
*.title.bg.color: {bar}
*.label.bg: Flat Solid
*.label.bg.color: {bar}
*.label.text.color: {text}
*.button.*.bg: Flat Solid
*.button.*.bg.color: {bar}
*.button.*.image.color: {text}
window.label.text.justify: center
"""
"""Openbox's frames in the colours of the film's windows."""
_FONTCONFIG = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<match><edit name="rgba" mode="assign"><const>none</const></edit></match>
<alias binding="strong"><family>sans-serif</family><prefer><family>Inter</family></prefer></alias>
<alias binding="strong"><family>monospace</family><prefer><family>JetBrains Mono</family></prefer></alias>
</fontconfig>
"""
_OPENBOX = """<?xml version="1.0" encoding="UTF-8"?><openbox_config xmlns="http://openbox.org/3.4/rc">
<focus><focusNew>yes</focusNew><followMouse>no</followMouse></focus>
<theme><name>Lectern</name><titleLayout>LC</titleLayout><animateIconify>no</animateIconify>
{fonts}</theme><desktops><number>1</number><popupTime>0</popupTime></desktops>
<resize><drawContents>yes</drawContents><popupShow>Never</popupShow></resize><keyboard>{keys}</keyboard>
<mouse><dragThreshold>4</dragThreshold>
<context name="Titlebar"><mousebind button="Left" action="Drag"><action name="Move"/></mousebind>
<mousebind button="Left" action="DoubleClick"><action name="ToggleMaximize"/></mousebind></context>
<context name="Titlebar BLCorner BRCorner Bottom Left Right Top">
<mousebind button="Left" action="Press"><action name="Focus"/><action name="Raise"/></mousebind></context>
<context name="BLCorner BRCorner Bottom Left Right Top">
<mousebind button="Left" action="Drag"><action name="Resize"/></mousebind></context>
<context name="Client"><mousebind button="Left" action="Press"><action name="Focus"/><action name="Raise"/></mousebind></context>
<context name="Close"><mousebind button="Left" action="Click"><action name="Close"/></mousebind></context>
</mouse><applications>{applications}</applications></openbox_config>
"""
WINDOW_SETTINGS = "openbox.xml"
"""The file of `ShellFolders.rc` with openbox's settings: programs can read it, and change nothing that Lectern writes."""
_CENTRED = '<application class="*"><position force="no"><x>center</x><y>center</y></position></application>'
_FILL_KEY = """<keybind key="XF86Launch9"><action name="If"><query target="default"><type>normal</type></query>
<then><action name="MaximizeFull"/></then></action></keybind>"""
"""The key with which `assets/pages/desktop.js` makes a window fill the screen that has undone it itself, as GTK 4's do."""
_FILLS = '<application class="*" type="normal"><decor>no</decor><maximized>yes</maximized></application>'


def write_appearance(home: Path, request: CaptureRequest) -> None:
    """Write settings with the film's letters, and carets that stand still: a blinking one would be a change that nobody made."""
    fonts = home / ".local/share/fonts"
    fonts.mkdir(parents=True, exist_ok=True)
    for name in _FONTS:
        shutil.copy(font_file(name), fonts / name)
    _write(home / ".config/fontconfig/fonts.conf", _FONTCONFIG)
    for version in ("3.0", "4.0"):
        _write(home / f".config/gtk-{version}/settings.ini", _GTK)
    _write_window_theme(home, request)


def maximise_windows(rc: Path, fill: bool) -> None:
    """Say whether the windows that openbox is given from now on fill the screen, without a frame."""
    places = ("ActiveWindow", "InactiveWindow")
    fonts = "".join(f'<font place="{place}"><name>Inter</name><size>10</size></font>' for place in places)
    keys, applications = (_FILL_KEY, _FILLS) if fill else ("", _CENTRED)
    _write(rc / WINDOW_SETTINGS, _OPENBOX.format(fonts=fonts, keys=keys, applications=applications))


def runtime_folder(place: ShellFolders) -> Path:
    """Return the folder for sockets and the like."""
    return place.rc / "runtime"


def display_scale(request: CaptureRequest) -> float:
    """Return how many times larger than usual programs draw."""
    return USUAL_SCALE * request.environment.scale


def environment(
    request: CaptureRequest, shown: Display, place: ShellFolders, around: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Return a program's variables: nothing of the person's own settings. What the capture itself sets comes on top."""
    scale, home = display_scale(request), place.home
    whole = max(1, int(scale))
    return {
        "PATH": around.get("PATH", os.defpath), "HOME": str(home), "DISPLAY": shown.name, "XAUTHORITY": str(shown.authority),
        "LANG": "C.UTF-8", "TZ": "UTC", "XDG_RUNTIME_DIR": str(runtime_folder(place)), "XDG_SESSION_TYPE": "x11",
        "XDG_CONFIG_HOME": f"{home}/.config", "XDG_DATA_HOME": f"{home}/.local/share", "XDG_CACHE_HOME": f"{home}/.cache",
        "GDK_BACKEND": "x11", "GDK_SCALE": str(whole), "GDK_DPI_SCALE": f"{scale / whole:.4g}", "NO_AT_BRIDGE": "1",
        "QT_QPA_PLATFORM": "xcb", "QT_SCALE_FACTOR": f"{scale:.4g}", "QT_FONT_DPI": "96", "ELM_SCALE": f"{scale:.4g}",
        "GSK_RENDERER": "cairo",  # GTK 4 needs seconds for its first picture by OpenGL
        "LIBGL_ALWAYS_SOFTWARE": "1", **COMMIT_DATES, **tool_homes(Path.home().resolve()),
    }  # fmt: skip


def _write_window_theme(home: Path, request: CaptureRequest) -> None:
    scale, colours = display_scale(request), dict(request.colours)
    folder = home / ".themes/Lectern/openbox-3"
    bar, text = colours.get("window_bar", "#dddddd"), colours.get("window_text", "#222222")
    _write(
        folder / "themerc", _OPENBOX_THEME.format(line=max(1, round(scale)), pad=round(4 * scale), bar=bar, text=text)
    )
    _write(folder / "close.xbm", _close_button_bitmap(round(8 * scale)))


def _close_button_bitmap(side: int) -> str:
    """Return the button that closes a window, as an X bitmap."""
    thick = max(1, side // 10)
    rows = [
        [abs(x - y) <= thick or abs(side - 1 - x - y) <= thick for x in range(-(-side // 8) * 8)] for y in range(side)
    ]
    parts = [(row, at) for row in rows for at in range(0, len(row), 8)]
    data = [sum(1 << bit for bit in range(8) if row[at + bit] and at + bit < side) for row, at in parts]
    bits = ", ".join(f"0x{byte:02x}" for byte in data)
    return (
        f"#define close_width {side}\n#define close_height {side}\nstatic unsigned char close_bits[] = {{\n{bits}}};\n"
    )


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
