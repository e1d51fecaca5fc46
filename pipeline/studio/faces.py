"""Narrators with a photographed or generated face: who there is, and who does which step."""

from collections.abc import Iterator
from pathlib import Path

from ..avatar.live.matte import AUTO
from ..avatar.live.providers import LOCAL, STILL, out_of_the_box
from ..avatar.live.providers.compositor import KeyRequest
from ..avatar.live.work import Choice, chosen
from ..episode.model import Character, Episode, Provider, Settings
from ..errors import LecternError, SourceError
from ..services.dealings import told_apart, usual_address
from ..services.http import Http
from ..services.plugins import Plugin, add_plugins
from ..services.registry import Registry, add_installed
from .renderer import Report, find_renderer
from .voices import line_of, services, speaking


def faces(settings: Settings, plugins: tuple[Plugin, ...] = ()) -> Registry:
    """What can do the steps of a face, with the person's keys; Blender is looked for only when one of them needs it.

    `plugins` are run, so they have to be trusted.
    """

    def key(request: KeyRequest, report: Report) -> None:
        find_renderer(settings.blender).run("key", request.model_dump(), report)

    registry = out_of_the_box(services(), key)
    add_installed(registry)
    add_plugins(registry, plugins)
    return registry


def refuse_faces(episode: Episode, registry: Registry) -> tuple[SourceError, ...]:
    """What is wrong with the steps of the photographed characters."""
    speak = {c.id for c in speaking(episode)}
    return tuple(fault for c in photographed(episode) for fault in _faults(c, registry, c.id in speak))


def face_findings(episode: Episode) -> tuple[str, ...]:
    """What a viewer would notice."""
    still = [c for c in speaking(episode) if c.photographed and c.lipsync and c.lipsync.provider == STILL]
    return tuple(f'{c.name} speaks with a still mouth, as "lipsync": "{STILL}" in {Path(c.file).name} says' for c in still)


def photographed(episode: Episode) -> tuple[Character, ...]:
    """Those with a face of pixels in the film: who speaks, and the narrator, who stands where nobody does."""
    seen = {episode.narrator, *(c.id for c in speaking(episode))}
    return tuple(c for c in episode.characters if c.photographed and c.id in seen)


def steps_of(character: Character) -> tuple[tuple[str, Provider], ...]:
    """The steps of a face by the kind of provider, and who does them."""
    steps = (("image", character.generate), ("motion", character.motion), ("lipsync", character.lipsync), ("matting", character.matting))
    return tuple((kind, step) for kind, step in steps if step)


def outside(character: Character) -> tuple[tuple[str, Provider], ...]:
    """Those of `steps_of` for which something is contacted or run."""
    return tuple((kind, step) for kind, step in steps_of(character) if step.provider not in LOCAL)


def address_of(kind: str, step: Provider) -> str:
    """Where the service is that does a step ("": a program, or a plug-in, of which nobody knows)."""
    known = out_of_the_box(Http(), lambda request, report: None)
    usual = usual_address(known.find(kind, step.provider).settings) if step.provider in known.names(kind) else ""
    return dict(step.settings).get("base_url", usual)


def choice_of(provider: Provider) -> Choice:
    """Who does a step, as takes know it."""
    settings, bookkeeping = told_apart(provider.settings)
    return Choice(provider=provider.provider, settings=settings, bookkeeping=bookkeeping)


def _faults(character: Character, registry: Registry, speaks: bool) -> Iterator[SourceError]:
    file = f"characters/{Path(character.file).name}"
    if speaks and character.lipsync is None:
        yield SourceError(
            file, 1,
            f'{character.name} speaks, and nobody moves the lips of a photograph by itself; set "lipsync" to one of: '
            f'{", ".join(registry.names("lipsync"))}; or to "{STILL}", if the mouth may stay shut',
        )  # fmt: skip
    for kind, step in steps_of(character):
        if step.provider != STILL and choice_of(step) != AUTO:
            try:
                chosen(registry, kind, choice_of(step))
            except LecternError as error:
                yield SourceError(file, line_of(Path(character.file), "generate" if kind == "image" else kind), str(error))
