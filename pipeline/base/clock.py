"""Seconds and frames: the one place where they are converted."""

import math

type Span = tuple[float, float]
"""Seconds from and until which something is so."""


def frame_at(seconds: float, fps: int) -> int:
    """Return the frame (0-based) whose start is nearest to `seconds`, which may be before the first."""
    return math.floor(seconds * fps + 0.5)


def seconds_at(frame: int, fps: int) -> float:
    """Return the time in seconds at which `frame` (0-based) starts."""
    return frame / fps


def on_frame(seconds: float, fps: int) -> float:
    """Return the time nearest to `seconds` at which a frame starts."""
    return seconds_at(frame_at(seconds, fps), fps)


def time_code(seconds: float) -> str:
    """Return a time in whole seconds as players show it: ``1:05``, and from an hour on ``1:01:05``."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"
