"""An episode as a language model writes it: its form, and what is wrong with it, found out in a folder of its own."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from ..base.files import make_folder, write_atomic
from ..build.paces import pace_of, paces_of
from ..changes.model import CLOSED, is_changeable
from ..episode.folder import read_episode
from ..episode.model import Episode
from ..episode.source import SCRIPT
from ..planning.lints import pace_text, plan_findings
from ..services.chat.structured import ROUNDS
from .check import CheckResult, Diagnostic, check, diagnostic
from .tried_captures import failing_captures, require_sandbox_here

BRIEF = "brief.md"
MOST_FILES, LARGEST_FILE = 40, 200_000
NOT_WRITTEN = (SCRIPT, BRIEF, "lectern.toml", "edits.json")
"""Files that are no model's to write beside a script: settings can name programs."""
_NEVER = ("plugins", "characters", "prompts")
"""Folders in which files would run, or say what a model is asked."""


class WrittenFile(BaseModel):
    """A file beside the script."""

    model_config = ConfigDict(extra="forbid")

    path: str = Field(max_length=200)
    text: str = Field(max_length=LARGEST_FILE)


class WrittenEpisode(BaseModel):
    """An episode as a model writes it."""

    model_config = ConfigDict(extra="forbid")

    script: str = Field(min_length=1, max_length=LARGEST_FILE)
    files: list[WrittenFile] = Field(max_length=MOST_FILES)

    @property
    def texts(self) -> dict[str, str | None]:
        """What all files shall read, by their path."""
        return {SCRIPT: self.script, **{file.path: file.text for file in self.files}}


class Reviewed(CheckResult):
    """What a check found, what is `weak` in the plan though it can be built, and which captures were tried and are `failing`."""

    weak: tuple[Diagnostic, ...] = ()
    failing: tuple[str, ...] = ()

    @property
    def left(self) -> tuple[Diagnostic, ...]:
        """What is weak and is not mended, each once."""
        return tuple(dict.fromkeys((*self.findings, *self.weak)))

    def wrong(self, round: int) -> list[str]:
        """Return what a model has to mend in a round: the last time, only what stops a build."""
        told = [*self.problems, *self.failing, *((*self.findings, *self.weak) if round < ROUNDS else ())]
        return [str(each) for each in told]


class Reviewer:
    """Reviews what a model writes: by `check`, and by what makes a plan weak. `sources` are what claims can come from.

    With the folder of an episode that is there already (`base`), its files are those that the model doesn't write, and what was
    wrong with it before is not told. With `rehearse`, its captures are tried in the sandbox.
    """

    def __init__(
        self, config: Path | None, sources: str = "", base: Path | None = None, *, rehearse: bool = False
    ) -> None:
        self._config, self._sources, self._base, self._rehearse = config, sources, base, rehearse
        if rehearse:
            require_sandbox_here()
        before = self.review({}) if base else Reviewed(problems=())
        self._known = frozenset(each.message for each in (*before.problems, *before.findings, *before.weak))
        self.last = before

    def faults(self, written: WrittenEpisode, round: int) -> Sequence[str]:
        """Return what is wrong with an episode in a round, for the model."""
        self.last = self._without_known(self.review(written.texts))
        return [*file_faults(written), *self.last.wrong(round)]

    def review(self, texts: Mapping[str, str | None]) -> Reviewed:
        """Return what is wrong with an episode of these texts and the files that are there already."""
        with tempfile.TemporaryDirectory(prefix="lectern-plan-") as scratch:
            place = Path(scratch) / "episode"
            if self._base:
                shutil.copytree(self._base, place, symlinks=True, ignore=shutil.ignore_patterns(*CLOSED, "*.blend*"))
            else:
                make_folder(place, inside=None)
            for name, content in texts.items():
                if content is not None and is_changeable(name):
                    write_atomic(place / name, content, inside=place)
            found = check(place, config=self._config, film=False)
            sound = not found.problems
            weak = self._weak(place, texts) if sound else ()
            failing = self._failing(place) if sound and self._rehearse and texts else ()
        known = {name: getattr(found, name) for name in CheckResult.model_fields}
        return Reviewed(**known, weak=weak, failing=failing)

    def _failing(self, place: Path) -> tuple[str, ...]:
        return tuple(failing_captures(read_episode(place, self._config)))

    def _without_known(self, found: Reviewed) -> Reviewed:
        new = {
            name: tuple(each for each in getattr(found, name) if each.message not in self._known)
            for name in ("problems", "findings", "weak")
        }
        return found.model_copy(update=new)

    def _weak(self, place: Path, texts: Mapping[str, str | None]) -> tuple[Diagnostic, ...]:
        episode = read_episode(place, self._config)
        beside = "\n".join(text or "" for name, text in texts.items() if name != SCRIPT)
        found = plan_findings(episode, f"{self._sources}\n{beside}", paces_of(episode))
        return tuple(map(diagnostic, found))


def told_pace(episode: Episode) -> str:
    """Return how fast the narrator speaks, as a model is told it."""
    speaker = episode.narrator or episode.characters[0].id
    return pace_text(episode, speaker, pace_of(episode, speaker))


def file_faults(written: WrittenEpisode) -> list[str]:
    """Return which files are no model's to write."""
    wrong = [
        file.path
        for file in written.files
        if not is_changeable(file.path) or file.path in NOT_WRITTEN or file.path.partition("/")[0] in _NEVER
    ]
    return [f'files: "{path}" is no path of a file beside the script' for path in wrong]
