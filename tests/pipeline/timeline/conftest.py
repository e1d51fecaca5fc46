"""Lets these tests use the made-up scenes of the layout's tests."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "layout"))
