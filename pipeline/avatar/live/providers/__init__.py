"""Everything that Lectern itself brings for the steps of a face."""

from ....services.http import Http
from ....services.registry import Registry
from .command import CommandLips
from .compositor import BlenderKey, Key
from .matte import Chroma, Difference
from .on_replicate import ReplicateImages, ReplicateLips, ReplicateMotion, ReplicateMatte
from .on_wavespeed import WaveSpeedLips, WaveSpeedMotion
from .openai import OpenAIImages
from .rembg import Rembg
from .sway import Sway

STILL = "still"
"""The lip-sync that leaves the mouth as it is: said by an author who wants that."""

LOCAL = frozenset({"sway", STILL, "auto", "chroma", "difference", "blender-chroma", "blender-difference"})
"""Providers that run nothing but Lectern and Blender, and reach nobody."""


def out_of_the_box(http: Http, key: Key) -> Registry:
    """The providers of kinds "image", "motion", "lipsync" and "matting"; `key` is how Blender is reached."""
    registry = Registry()
    for kind, providers in (
        ("image", (OpenAIImages(http), ReplicateImages(http))),
        ("motion", (Sway(), ReplicateMotion(http), WaveSpeedMotion(http))),
        ("lipsync", (WaveSpeedLips(http), *(ReplicateLips(http, name) for name in ("latentsync", "sadtalker")), *CommandLips.presets())),
        ("matting", (Chroma(), Difference(), BlenderKey("blender-chroma", key), BlenderKey("blender-difference", key), Rembg(http), ReplicateMatte(http))),
    ):
        for provider in providers:
            registry.add(kind, provider)
    return registry
