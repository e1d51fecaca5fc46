"""The person's own folder: what belongs to them and to no episode."""

import os
from pathlib import Path

import platformdirs


def profile_folder() -> Path:
    """Where trust and keys are kept (`LECTERN_CONFIG_HOME` names another place, for tests)."""
    return Path(os.environ.get("LECTERN_CONFIG_HOME") or platformdirs.user_config_path("lectern", appauthor=False))
