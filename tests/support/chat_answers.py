"""What a language model answers in tests of the studio, and the settings that name it."""

import json
from pathlib import Path
from typing import Any

import pytest

COUNT = "---\ntitle: Count\n---\n\n# Count {#count}\n\nOne command {wc}counts.\n\n```capture\nkind: terminal\nfolder: data\nsteps:\n  - run: wc -l a.txt\n    at: wc\n```\n"
"""A script of one scene that `check` accepts, with the file data/a.txt."""


def answer(reply: Any, content: object, tokens: int = 5, **more: object) -> Any:
    """Return what a server of OpenAI's kind replies."""
    text = content if isinstance(content, str) else json.dumps(content)
    found = {
        "choices": [{"message": {"content": text, **more}, "finish_reason": "stop"}],
        "usage": {"total_tokens": tokens},
    }
    return reply(json.dumps(found).encode(), kind="application/json")


def studio_with_model(place: Path, base_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a studio whose settings name a model at an address, with a profile of its own."""
    monkeypatch.setenv("LECTERN_CONFIG_HOME", str(place / "profile"))
    studio = place / "studio"
    studio.mkdir()
    (studio / "lectern.toml").write_text(f'[model]\nmodel = "m"\nbase_url = "{base_url}"\n')
    return studio
