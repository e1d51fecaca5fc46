"""What the steps of a face have in common: a provider with its settings, its context, and the takes to build on."""

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import Field

from ..base.arrays import AnyImage
from ..base.files import digest
from ..base.frozen import Frozen
from ..base.profile import asked_folder
from ..jobs.recipe import JobContext
from ..services.policy import SettingPairs
from ..services.prediction import PredictionContext
from ..services.provider import AnyProvider
from ..services.registry import ProviderTools, Registry

UNKEYED = {step: {"bookkeeping": True} for step in ("generate", "motion", "lipsync", "matting")}
"""The fields of requests that takes don't depend on."""


class ProviderChoice(Frozen):
    """A provider by name, with its settings as they are written, and the hash of the plug-in file it comes from.

    `bookkeeping` are those settings that no take depends on (`services/policy.py`); `asset` is the hash of the file of node
    groups that its settings name.
    """

    provider: str
    settings: SettingPairs = ()
    bookkeeping: SettingPairs = Field((), exclude_if=lambda pairs: not pairs)
    plugin: str = Field("", exclude_if=lambda digest: not digest)
    asset: str = Field("", exclude_if=lambda digest: not digest)


def resolve_provider[P: AnyProvider](registry: Registry, kind: type[P], choice: ProviderChoice) -> tuple[P, Any]:
    """Return the provider of a kind, and its validated settings.

    Raises LecternError if there is no such provider, or with all settings that are wrong.
    """
    provider = registry.find(kind, choice.provider)
    return provider, provider.settings_from(dict(choice.settings + choice.bookkeeping))


def prediction_context(context: JobContext, kind: str, request: Frozen, tools: ProviderTools) -> PredictionContext:
    """Return the context of a provider for a request, which the ledger knows by its hash."""
    text = f"{kind} {request.model_dump_json(exclude=UNKEYED)}"
    name, asked = digest(text, 20), asked_folder(context.episode)
    return PredictionContext(
        context.episode, asked, name, context.report, http=tools.http, renderer=tools.renderer, programs=tools.programs
    )


def with_progress(images: Iterable[AnyImage], count: int, context: JobContext) -> Iterator[AnyImage]:
    """Yield the same images, and report how many of about `count` are done."""
    for index, image in enumerate(images):
        if index % 10 == 0:
            context.report(min(index / max(count, 1), 1.0))
        yield image
