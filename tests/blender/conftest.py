"""Lectern, enabled in the bpy module."""

from collections.abc import Iterator
from pathlib import Path

import bpy
import pytest

import lectern
from lectern.addon import snapshot
from lectern.addon.properties import LecternPanel


@pytest.fixture
def panel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LecternPanel]:
    """The panel's properties, with Lectern enabled in an empty file."""
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(tmp_path / "profile"))
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    lectern.register()
    yield snapshot.panel()
    lectern.unregister()
