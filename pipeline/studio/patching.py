"""What lies over a scene's footage, from its event log: which clips are wanted, and where and when they are seen."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..capture.picture.blurred import BLUR, BlurRequest, blur_canvas
from ..capture.picture.closeup import CLOSE_UP, CloseUpRequest
from ..capture.picture.footage import FootageRequest, Veil
from ..capture.picture.keycaps import BADGE, badge_request
from ..capture.picture.outline import OUTLINE, outline_canvas, outline_request
from ..capture.picture.spotlight import SPOTLIGHT, spotlight_request
from ..clock import frame_at
from ..geometry import FULL, Box, Size, box_of_pixels
from ..jobs.recipe import Recipe
from ..layout.theme import Theme
from ..model import Frozen
from ..timeline.base import Base, FootageSpan
from ..timeline.closeups import close_ups
from ..timeline.emphasis import emphases
from ..timeline.hiding import Hidden, during, hidden, steady_from, steady_until
from ..timeline.takes import Patch
from ..timeline.views import View
from .arranging import Arranged
from .recording import Recordings

PATCHES = (CLOSE_UP, BLUR, SPOTLIGHT, OUTLINE, BADGE)
"""The recipes of all that lies over footage."""


@dataclass(frozen=True)
class Wish:
    """A patch whose clip is still to be made by `recipe` from `request`."""

    patch: Patch
    recipe: Recipe
    request: Frozen


@dataclass(frozen=True)
class Dress:
    """What all patches of a film share."""

    theme: Theme
    size: Size
    fps: int


def wishes(
    scene: Arranged,
    recordings: Recordings,
    footage: dict[str, tuple[Base, FootageSpan, FootageRequest]],
    origin: int,
    dress: Dress,
) -> Iterator[Wish]:
    """All patches of a scene that starts at frame `origin`; `footage` by capture: its stretch, its frames, its request."""
    for view in scene.schedule.views:
        base, span, request = footage[view.capture]
        yield from _close_ups(scene, view, base, request, origin)
        yield from _blurs(scene, view, recordings, base, span, request)
    yield from _emphases(scene, recordings, dress)
    yield from _badges(scene, dress)


def _close_ups(scene: Arranged, view: View, base: Base, request: FootageRequest, origin: int) -> Iterator[Wish]:
    for one in close_ups(scene.layout, base.start - origin, base.end - origin, request.fps):
        patch = Patch(
            id=f"{view.capture}/close-up-{one.number}",
            name="Close-up",
            track="Picture close",
            start=one.start,
            end=one.end,
            fades=False,
        )
        part = request.model_copy(update={"start": one.start, "end": one.end})
        yield Wish(patch, CLOSE_UP, CloseUpRequest(footage=part, views=one.views))


def _blurs(
    scene: Arranged, view: View, recordings: Recordings, base: Base, span: FootageSpan, footage: FootageRequest
) -> Iterator[Wish]:
    """Strips over the regions; in the crosses the footage itself is veiled."""
    for region in _steady(hidden(view, scene.layout, recordings.captures[view.capture], span, footage.fps), base, span):
        request = BlurRequest(
            capture=footage.capture,
            plan=footage.plan,
            fps=footage.fps,
            start=region.start,
            end=region.end,
            content=footage.content,
            frame=footage.frame,
            regions=region.regions,
            views=region.views,
        )
        patch = Patch(
            id=f"{view.capture}/blur-{region.number}",
            name="Blur",
            track="Blur",
            start=region.start,
            end=region.end,
            box=_box(blur_canvas(request), footage.frame),
            fades=False,
        )
        yield Wish(patch, BLUR, request)


def veiled(
    footage: FootageRequest, scene: Arranged, view: View, recordings: Recordings, base: Base, span: FootageSpan
) -> FootageRequest:
    """The footage, unreadable where it has to be while it crosses into its neighbours."""
    regions = hidden(view, scene.layout, recordings.captures[view.capture], span, footage.fps)
    crossed = [(footage.start, steady_from(base, span)), (steady_until(base, span), footage.end)]
    parts = [part for region in regions for start, end in crossed if (part := during(region, start - 1, end + 1))]
    veils = tuple(Veil(start=part.start, end=part.end, regions=part.regions) for part in parts)
    return footage.model_copy(update={"veils": veils})


def _steady(regions: Iterable[Hidden], base: Base, span: FootageSpan) -> Iterator[Hidden]:
    for region in regions:
        if part := during(region, steady_from(base, span), steady_until(base, span)):
            yield part


def _emphases(scene: Arranged, recordings: Recordings, dress: Dress) -> Iterator[Wish]:
    for one in emphases(scene.schedule, scene.layout, recordings.captures):
        lit = one.kind == "spotlight"
        box = FULL if lit else _box(outline_canvas(one.course, dress.size), dress.size)
        patch = Patch(
            id=f"{one.capture}/{one.kind}-{one.step}",
            name="Spotlight" if lit else "Highlight",
            track="Spotlight" if lit else "Highlight",
            start=one.start,
            end=one.end,
            box=None if lit else box,
        )
        make = spotlight_request if lit else outline_request
        yield Wish(patch, SPOTLIGHT if lit else OUTLINE, make(one.course, dress.theme, dress.size, dress.fps))


def _badges(scene: Arranged, dress: Dress) -> Iterator[Wish]:
    for number, place in enumerate(scene.layout.badges):
        patch = Patch(
            id=f"{place.capture}/keys-{number}",
            name="Keys " + " ".join("+".join(chord.keys) for chord in place.chords),
            track="Keys",
            start=frame_at(place.start, dress.fps),
            end=max(frame_at(place.end, dress.fps), frame_at(place.start, dress.fps) + 1),
            box=place.box,
        )
        yield Wish(patch, BADGE, badge_request(place.chords, dress.theme, dress.size[1], dress.fps))


def _box(canvas: tuple[int, int, int, int], frame: Size) -> Box:
    left, top, right, bottom = canvas
    return box_of_pixels(left, top, right - left, bottom - top, frame)
