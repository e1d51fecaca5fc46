"""What the steps of a face have in common: providers with their settings, benches, the takes they build on."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, Field, ValidationError

from ...errors import LecternError
from ...jobs.recipe import Bench
from ...jobs.takes import CARD
from ...model import Frozen
from ...services.dealings import Pairs
from ...services.prediction import ServiceBench
from ...services.registry import Registry

ASKED = Path(".lectern", "asked")
"""Where in an episode it is written down what services were asked for."""

UNKEYED = {step: {"bookkeeping": True} for step in ("generate", "motion", "lipsync", "matting")}
"""What of the requests of these steps their takes don't depend on."""


class Choice(Frozen):
    """A provider by name, with its settings as they are written, and the hash of the plug-in file it comes from.

    `bookkeeping` are those settings that nothing it makes depends on (`services/dealings.py`); `asset` is the hash of the
    file of node groups that its settings name.
    """

    provider: str
    settings: Pairs = ()
    bookkeeping: Pairs = Field((), exclude_if=lambda pairs: not pairs)
    plugin: str = Field("", exclude_if=lambda digest: not digest)
    asset: str = Field("", exclude_if=lambda digest: not digest)


def chosen(registry: Registry, kind: str, choice: Choice) -> tuple[Any, BaseModel]:
    """The provider and its settings; LecternError with every wrong one."""
    provider = registry.find(kind, choice.provider)
    try:
        return provider, provider.settings.model_validate(dict(choice.settings + choice.bookkeeping))
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        known = ", ".join(provider.settings.model_fields) or "none"
        raise LecternError(f"settings of the {kind} provider {choice.provider}: {told}; its settings are: {known}") from None


def service_bench(bench: Bench, kind: str, request: Frozen) -> ServiceBench:
    """The bench of a provider for a request, which services know by its hash."""
    said = f"{kind} {request.model_dump_json(exclude=UNKEYED)}"
    name = hashlib.sha256(said.encode()).hexdigest()[:20]
    return ServiceBench(bench.episode, bench.episode / ASKED, name, bench.report)


def result_of[T: Frozen](bench: Bench, kind: str, key: str, type_: type[T]) -> tuple[Path, T]:
    """The folder of a finished take, and its description."""
    folder = bench.take(kind, key)
    return folder, type_.model_validate(json.loads((folder / CARD).read_text(encoding="utf-8"))["result"])


def reported(images: Iterable[np.ndarray], count: int, bench: Bench) -> Iterator[np.ndarray]:
    """The same images; the bench hears how many of about `count` are done."""
    for index, image in enumerate(images):
        if index % 10 == 0:
            bench.report(min(index / max(count, 1), 1.0))
        yield image
