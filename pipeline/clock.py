"""Seconds and frames: the one place where they are converted."""


def frame_at(seconds: float, fps: int) -> int:
    """The frame (0-based) whose start is nearest to `seconds`."""
    return int(seconds * fps + 0.5)


def seconds_at(frame: int, fps: int) -> float:
    """The time in seconds at which `frame` (0-based) starts."""
    return frame / fps
