"""The size of a film as people write it, and the lines of lectern.toml that mean it."""

import re

KEYS = (
    "size", "resolution", "aspect", "aspect_ratio", "ratio", "format", "format_size", "dimensions", "orientation",
    "video_size", "frame_size", "quality", "shape",
)  # fmt: skip
"""What the size of a film may be called."""
USUAL = (1920, 1080)
_SHAPES = {
    **dict.fromkeys(("landscape", "wide", "widescreen", "horizontal", "hd", "full hd", "fullhd", "youtube"), USUAL),
    **dict.fromkeys(("portrait", "vertical", "upright", "tall", "story", "reel", "shorts", "tiktok"), (1080, 1920)),
    **dict.fromkeys(("square", "instagram"), (1080, 1080)),
    **dict.fromkeys(("4k", "uhd"), (3840, 2160)),
}


def size_of(written: str) -> tuple[int, int] | None:
    """Return the width and height in px that `1920x1080`, `[1080, 1080]`, `9:16`, `portrait` or `720p` mean; else None."""
    text = written.strip(" []()\"'").casefold()
    if text in _SHAPES:
        return _SHAPES[text]
    if lines := re.fullmatch(r"(\d{3,4})p(?:\d{2})?", text, re.ASCII):
        return round(int(lines[1]) * 16 / 18) * 2, int(lines[1])
    found = re.fullmatch(r"(\d{1,5})\s*(?:[x\u00d7*:,/;]|by)\s*(\d{1,5})\s*(?:px)?", text, re.ASCII)
    across, down = (int(found[1]), int(found[2])) if found else (0, 0)
    if not across or not down:
        return None
    if min(across, down) >= 90:
        return across, down
    short = min(across, down)
    whole = round(1080 * across / short / 2) * 2, round(1080 * down / short / 2) * 2
    return whole if max(whole) <= 7680 else None


def size_advice(key: str, value: str, what: str) -> tuple[str, str]:
    """Return what a message adds about a key of `what` that is the film's size, and what to write instead; else "", ""."""
    size = size_of(value) if key in KEYS else None
    if size is None:
        return "", ""
    where = {"[film]": "", "lectern.toml": " below a line [film]"}.get(
        what, " below a line [film] in lectern.toml, beside script.md"
    )
    if size == USUAL:
        return f": leave it out, for a film is 1920x1080; an upright one has width = 1080 and height = 1920{where}", ""
    lines = f"width = {size[0]} and height = {size[1]}"
    return f": write two lines, {lines}{where}", lines
