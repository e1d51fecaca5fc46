"""The assets that Lectern carries, and the theme of the examples."""

from pathlib import Path

from lectern.pipeline.base.theme import Theme

ASSETS = Path(__file__).parents[2] / "assets"
THEME = Theme.model_validate_json((ASSETS / "themes/night.json").read_text(encoding="utf-8"))
