"""The person's own folder: what belongs to them and to no episode."""

import os
from collections.abc import Mapping
from pathlib import Path

import platformdirs


def profile_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where trust, keys and logins are kept (`LECTERN_CONFIG_HOME` names another place, for tests)."""
    return Path(environment.get("LECTERN_CONFIG_HOME") or platformdirs.user_config_path("lectern", appauthor=False))
