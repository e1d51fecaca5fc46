"""The phone or tablet that Lectern draws around a page: rim, buttons, the status bar, the bar to swipe."""

from ..capture.window import HANDLE, RIM, STATUS, Shape

RADII = {"phone": 58, "tablet": 46}
"""Radius in px of a device's outer corners."""
_TIME = {"phone": 24, "tablet": 22}
"""Size in px of the time in the status bar."""
_CLOCK = "9:41"


def device_drawing(shape: Shape, width: int, height: int, colours: dict[str, str]) -> str:
    """Return the SVG of a device of `width` by `height` px, rim included; `colours` has body, edge, screen and ink."""
    rim, radius = RIM[shape], RADII[shape]
    inner = (rim, rim, width - 2 * rim, height - 2 * rim)
    return (
        f"{_buttons(shape, width, height, colours)}"
        f'<rect width="{width}" height="{height}" rx="{radius}" fill="{colours["body"]}"/>'
        f'<rect x="1.5" y="1.5" width="{width - 3}" height="{height - 3}" rx="{radius - 1.5}" fill="none" '
        f'stroke="{colours["edge"]}" stroke-width="3"/>'
        f'<rect x="{inner[0]}" y="{inner[1]}" width="{inner[2]}" height="{inner[3]}" rx="{radius - rim}" fill="{colours["screen"]}"/>'
        f"{_status(shape, width, colours)}{_camera(shape, width, height, colours)}{_handle(shape, width, height, colours)}"
    )


def _buttons(shape: Shape, width: int, height: int, colours: dict[str, str]) -> str:
    if shape == "tablet":
        return f'<rect x="{width - 190}" y="-4" width="84" height="10" rx="4" fill="{colours["edge"]}"/>'
    tall = f'<rect x="{width - 6}" y="{height * 0.24:.0f}" width="10" height="96" rx="4" fill="{colours["edge"]}"/>'
    return (
        tall
        + f'<rect x="{width - 6}" y="{height * 0.24 - 76:.0f}" width="10" height="52" rx="4" fill="{colours["edge"]}"/>'
    )


def _status(shape: Shape, width: int, colours: dict[str, str]) -> str:
    size, rim = _TIME[shape], RIM[shape]
    middle, indent = rim + STATUS[shape] / 2, rim + (30 if shape == "phone" else 24)
    ink = colours["ink"]
    return (
        f'<text x="{indent}" y="{middle + 0.36 * size}" font-family="Inter" font-weight="600" font-size="{size}" fill="{ink}">'
        f"{_CLOCK}</text>{_signal(width - indent - 74, middle, ink)}{_battery(width - indent - 38, middle, ink)}"
    )


def _signal(x: float, middle: float, ink: str) -> str:
    return "".join(
        f'<rect x="{x + 7 * i}" y="{middle + 8 - 4 - 4 * i}" width="5" height="{4 + 4 * i}" rx="1.5" fill="{ink}"/>'
        for i in range(4)
    )


def _battery(x: float, middle: float, ink: str) -> str:
    return (
        f'<rect x="{x}" y="{middle - 8}" width="34" height="16" rx="5" fill="none" stroke="{ink}" stroke-width="2"/>'
        f'<rect x="{x + 3.5}" y="{middle - 4.5}" width="22" height="9" rx="2.5" fill="{ink}"/>'
        f'<rect x="{x + 35.5}" y="{middle - 3}" width="3" height="6" rx="1.5" fill="{ink}"/>'
    )


def _camera(shape: Shape, width: int, height: int, colours: dict[str, str]) -> str:
    if shape == "phone":
        return f'<circle cx="{width / 2}" cy="{RIM[shape] + STATUS[shape] / 2}" r="10" fill="{colours["body"]}"/>'
    return f'<circle cx="{width / 2}" cy="{RIM[shape] / 2}" r="5" fill="{colours["edge"]}"/>'


def _handle(shape: Shape, width: int, height: int, colours: dict[str, str]) -> str:
    wide, y = (150 if shape == "phone" else 220), height - RIM[shape] - HANDLE[shape] / 2
    return f'<rect x="{(width - wide) / 2}" y="{y - 3}" width="{wide}" height="6" rx="3" fill="{colours["ink"]}" fill-opacity="0.75"/>'
