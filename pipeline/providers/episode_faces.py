"""The photographed and generated faces of an episode: whose they are, and which provider does which step."""

from collections.abc import Iterator
from pathlib import Path

from ..base.errors import FilmFinding, LecternError, SourceError
from ..episode.characters import Character, NamedProvider
from ..episode.model import Episode
from ..faces.matte import AUTO
from ..faces.provider_call import ProviderChoice, resolve_provider
from ..services.face import ImageProvider, LipsProvider, MattingProvider, MotionProvider
from ..services.policy import split_settings
from ..services.provider import AnyProvider, Reach
from ..services.registry import Registry
from .episode_voices import line_of, speaking_characters

STILL = "still"
"""The lip-sync that leaves the mouth as it is: said by an author who wants that."""

FaceStep = tuple[type[AnyProvider], NamedProvider]
"""A step of a face: the kind of provider, and which one does it."""


def face_faults(episode: Episode, registry: Registry) -> tuple[SourceError, ...]:
    """Return what is wrong with the steps of the photographed characters."""
    speak = {c.id for c in speaking_characters(episode)}
    return tuple(fault for c in photographed_characters(episode) for fault in _faults(c, registry, c.id in speak))


def face_findings(episode: Episode) -> tuple[FilmFinding, ...]:
    """Return what a viewer would notice."""
    still = [c for c in speaking_characters(episode) if c.photographed and c.lipsync and c.lipsync.provider == STILL]
    return tuple(
        FilmFinding(f'{c.name} speaks with a still mouth, as "lipsync": "{STILL}" in {Path(c.file).name} says')
        for c in still
    )


def photographed_characters(episode: Episode) -> tuple[Character, ...]:
    """Return the photographed characters of the film: those who speak, and the narrator, who is seen where nobody does."""
    seen = {episode.narrator, *(c.id for c in speaking_characters(episode))}
    return tuple(c for c in episode.characters if c.photographed and c.id in seen)


def steps_of(character: Character) -> tuple[FaceStep, ...]:
    """Return the steps of a face by the kind of provider, and who does them."""
    steps: tuple[tuple[type[AnyProvider], NamedProvider | None], ...] = (
        (ImageProvider, character.generate),
        (MotionProvider, character.motion),
        (LipsProvider, character.lipsync),
        (MattingProvider, character.matting),
    )
    return tuple((kind, step) for kind, step in steps if step)


def provided_steps(character: Character) -> tuple[FaceStep, ...]:
    """Return those of `steps_of` that a provider does: not what Lectern chooses itself, or what is left out."""
    return tuple((k, step) for k, step in steps_of(character) if step.provider != STILL and choice_of(step) != AUTO)


def reach_of_step(registry: Registry, kind: type[AnyProvider], step: NamedProvider) -> Reach:
    """Return where a step reaches: unknown if no provider of `registry` is called so.

    Raises LecternError if its settings are wrong.
    """
    if step.provider not in registry.names(kind):
        return Reach(unknown=True)
    provider, settings = resolve_provider(registry, kind, choice_of(step))
    return provider.reach(settings)


def choice_of(provider: NamedProvider) -> ProviderChoice:
    """Return who does a step, as takes know it."""
    settings, bookkeeping = split_settings(provider.settings)
    return ProviderChoice(provider=provider.provider, settings=settings, bookkeeping=bookkeeping)


def _faults(character: Character, registry: Registry, speaks: bool) -> Iterator[SourceError]:
    file = f"characters/{Path(character.file).name}"
    if speaks and character.lipsync is None:
        yield SourceError(
            file, 1,
            f'{character.name} speaks, and nobody moves the lips of a photograph by itself; set "lipsync" to one of: '
            f'{", ".join(registry.names(LipsProvider))}; or to "{STILL}", if the mouth may stay shut',
        )  # fmt: skip
    for kind, step in provided_steps(character):
        try:
            reach_of_step(registry, kind, step)
            registry.find(kind, step.provider)
        except LecternError as error:
            key = "generate" if kind is ImageProvider else kind.kind
            yield SourceError(file, line_of(Path(character.file), key), str(error))
