"""Results of tests that lie in a project: JUnit's XML, which most test runners write, and what pytest keeps of its last run."""

import json
import os
import re
from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import Path
from typing import Any

from ..base.errors import LecternError
from ..base.files import read_own
from ..base.frozen import Frozen

LARGEST, MOST = 4_000_000, 20
_JUNIT = re.compile(r"(^|/)(junit[^/]*|TEST-[^/]*|test-?results?[^/]*|report)\.xml$", re.IGNORECASE)
_CASE = re.compile(r"<testcase\b(?P<about>[^>]{0,2000}?)(?:/>|>(?P<inside>.{0,4000}?)</testcase>)", re.DOTALL)
_ATTRIBUTE = re.compile(r'\b(\w+)="([^"]*)"')
_PYTEST = ".pytest_cache/v/cache/lastfailed"


class TestResults(Frozen):
    """What a file says of tests: how many it names (0: it only names those that failed), and those that failed."""

    __test__ = False

    file: str
    tests: int
    failed: tuple[str, ...]

    def __str__(self) -> str:
        """Return it as a part of a sentence."""
        return f"{len(self.failed)}{f' of {self.tests}' if self.tests else ''} tests failed"


def results_in(folder: Path, files: Sequence[str]) -> tuple[TestResults, ...]:
    """Return the results that lie in a project with these files."""
    named = [file for file in files if _JUNIT.search(file)][:MOST]
    found = [one for file in named if (one := _junit(file, _read(folder / file)))]
    return (*found, *_pytest(folder))


def _junit(file: str, text: str) -> TestResults | None:
    if "<testsuite" not in text[:2000]:
        return None
    cases = [(dict(_ATTRIBUTE.findall(case["about"])), case["inside"] or "") for case in _CASE.finditer(text)]
    failed = [_name(about) for about, inside in cases if re.search(r"<(failure|error)\b", inside)]
    return TestResults(file=file, tests=len(cases), failed=tuple(failed[:50]))


def _pytest(folder: Path) -> Iterator[TestResults]:
    if any((folder / Path(*Path(_PYTEST).parts[:depth])).is_symlink() for depth in (1, 2, 3)):
        return
    try:
        failed: Any = json.loads(_read(folder / _PYTEST) or "{}")
    except ValueError:
        return
    if isinstance(failed, dict) and failed:
        yield TestResults(file=_PYTEST, tests=0, failed=tuple(str(name)[:200] for name in failed)[:50])


def _name(about: dict[str, str]) -> str:
    parts = (about.get("classname", ""), about.get("name", ""))
    return unescape(".".join(filter(None, parts)))[:200]


def _read(file: Path) -> str:
    """Return a file's text; "" for a link, for what is no file or is too large."""
    try:
        return (
            (read_own(file, inside=None, most=LARGEST) or b"").decode("utf-8", "replace")
            if os.path.lexists(file)
            else ""
        )
    except (LecternError, OSError):
        return ""
