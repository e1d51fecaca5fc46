"""Lip-sync by a program on this computer: any, or one of four engines whose command lines are known.

The engines have no service of their own; each is a folder (`home`) with its code and models. Command lines as read in
MuseTalk @0a89dec, LatentSync @a229c39, SadTalker @cd4c046, InfiniteTalk @0107cd9.
"""

import json
import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from ...base.errors import LecternError
from ...base.frozen import Frozen
from ...base.program_files import in_copy
from ...faces.video_io import facts_of
from ...jobs.supervised import SupervisedProcess
from ...services.face import FaceSource, GeneratedVideo, LipsProvider
from ...services.http import HttpClient
from ...services.prediction import PredictionContext
from ...services.provider import Lane, Reach
from ...services.registry import Registry
from ...services.setting_types import Argv
from ...services.usage import ConnectionTest

MADE = "made"
"""The folder that a program writes into."""
CLIPS = (".mp4", ".mkv", ".mov", ".webm", ".avi")
POLL = 0.1
"""Seconds between two looks at the program."""


class Preset(Frozen):
    """An engine: its arguments, what it takes, and a file of settings that it reads, if any.

    {face}, {speech}, {out} (a file), {folder} (for results) and {config} are filled in.
    """

    command: tuple[str, ...] = ()
    takes: FaceSource = "video"
    config: str = ""
    speed: float = 10.0


PRESETS: Mapping[str, Preset] = {
    "command": Preset(),
    "musetalk": Preset(
        command=(
            *"python -m scripts.inference --inference_config {config} --result_dir {folder}".split(),
            *"--unet_model_path models/musetalkV15/unet.pth --unet_config models/musetalkV15/musetalk.json --version v15".split(),
        ),
        config='{"task_0": {"video_path": {face}, "audio_path": {speech}}}',
    ),
    "latentsync-local": Preset(
        command=(
            *"python -m scripts.inference --unet_config_path configs/unet/stage2.yaml".split(),
            *"--inference_ckpt_path checkpoints/latentsync_unet.pt --guidance_scale 2.0 --inference_steps 20 --seed 1".split(),
            *"--video_path {face} --audio_path {speech} --video_out_path {out}".split(),
        ),
    ),
    "sadtalker-local": Preset(
        command=tuple(
            "python inference.py --driven_audio {speech} --source_image {face} --preprocess full --still "
            "--enhancer gfpgan --result_dir {folder}".split()
        ),
        takes="picture",
    ),
    "infinitetalk-local": Preset(
        command=tuple(
            "python generate_infinitetalk.py --input_json {config} --size infinitetalk-480 --mode streaming "
            "--sample_steps 40 --motion_frame 9 --save_file {stem}".split()
        ),
        takes="picture",
        config='{"prompt": "a person speaks to the camera", "cond_video": {face}, "cond_audio": {"person1": {speech}}}',
        speed=60.0,
    ),
}
"""MuseTalk reads YAML, of which JSON is a part."""


class LipsCommandSettings(BaseModel):
    """A program."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    command: Argv = Field(
        (),
        description="The program and its arguments, with {face}, {speech} and {out} or {folder}; empty: the preset's",
    )
    home: str = Field(
        "", description="The folder it is started in, where the engine and its models are (~, or in the episode)"
    )
    face: FaceSource | None = Field(None, description="picture or video: what it starts from; empty: the preset's")
    parallel: int = Field(1, ge=1, le=16, description="How many may run at once: engines fill a graphics card")


class CommandLips(LipsProvider[LipsCommandSettings]):
    """Runs a program that moves lips."""

    settings = LipsCommandSettings

    def __init__(self, name: str, preset: Preset) -> None:
        self.name, self._preset = name, preset

    def reach(self, settings: LipsCommandSettings) -> Reach:
        """Return the program, and the folder it starts in. Raises LecternError if there is none."""
        return Reach(command=self._command(settings), folder=settings.home)

    def lane(self, settings: LipsCommandSettings) -> Lane | None:
        """Return the lane of the program, whatever it is."""
        return Lane(name=f"{self.family} {self.name}", most=settings.parallel)

    def takes(self, settings: LipsCommandSettings) -> FaceSource:
        """Return what the settings say, or what the engine starts from."""
        return settings.face or self._preset.takes

    def sync(
        self,
        context: PredictionContext,
        settings: LipsCommandSettings,
        face: Path,
        speech: Path,
        seconds: float,
        folder: Path,
    ) -> GeneratedVideo:
        """Run the program to its end, and take the clip that it wrote last."""
        out = folder / MADE
        out.mkdir()
        names = self._names(face, speech, out)
        here = context.programs or context.episode
        placed = (in_copy(part, context.episode, here) for part in self._command(settings))
        program, *arguments = (_fill_placeholders(part, names) for part in placed)
        home = Path(in_copy(settings.home, context.episode, here)) if settings.home else out
        home = here / os.path.expanduser(home)
        words = _run([os.path.expanduser(program), *arguments], str(home), out, context)
        made = max((f for f in out.rglob("*") if f.suffix in CLIPS), key=lambda f: f.stat().st_mtime, default=None)
        if made is None:
            raise LecternError(f"{self.name} wrote no video into {{folder}}; it said:\n{words}")
        facts_of(made, self.name)
        file = f"lips{made.suffix}"
        made.rename(folder / file)
        shutil.rmtree(out)  # what the program left beside its clip belongs to no take
        return GeneratedVideo(file=file)

    def test(self, settings: LipsCommandSettings, http: HttpClient) -> ConnectionTest:
        """Look whether the program is there, and its folder. Nothing is run."""
        try:
            program, home = os.path.expanduser(self._command(settings)[0]), os.path.expanduser(settings.home)
        except LecternError as error:
            return ConnectionTest(ok=False, what=str(error))
        if home and not Path(home).is_dir():
            return ConnectionTest(ok=False, what=f'there is no folder {home}; set "home" to where {self.name} is')
        found = shutil.which(program, path=os.pathsep.join(filter(None, [home, os.environ.get("PATH", "")])))
        return ConnectionTest(
            ok=bool(found), what=f"{program} is {found}" if found else f"there is no program {program} here; install it"
        )

    def _command(self, settings: LipsCommandSettings) -> tuple[str, ...]:
        command = settings.command or self._preset.command
        if not command:
            raise LecternError(
                f'the lip-sync "{self.name}" needs a command: "command": "program {{face}} {{speech}} {{out}}"'
            )
        return command

    def _names(self, face: Path, speech: Path, out: Path) -> dict[str, str]:
        files = {
            "face": face,
            "speech": speech,
            "out": out / "lips.mp4",
            "folder": out,
            "stem": out / "lips",
            "config": out / "settings.json",
        }
        names = {name: str(file.absolute()) for name, file in files.items()}
        quoted = {name: json.dumps(value) for name, value in names.items()}
        (out / "settings.json").write_text(_fill_placeholders(self._preset.config, quoted), encoding="utf-8")
        return names


def _fill_placeholders(text: str, names: Mapping[str, str]) -> str:
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _run(argv: list[str], home: str, out: Path, context: PredictionContext) -> str:
    """Run the program to its end, and return the end of what it wrote.

    It ends, with what it started, when it is not wanted any more, and when Lectern ends.
    """
    try:
        program = SupervisedProcess(argv, out / "log.txt", os.environ, Path(home))
    except OSError as error:
        raise LecternError(
            f"{argv[0]} can't be started in {home} ({error.strerror}); name the engine's folder as its home"
        ) from error
    started = context.clock()
    try:
        while program.ended is None:
            time.sleep(POLL)
            if held := program.held:
                raise LecternError(f"{held} was stopped (SIGSTOP) while it made the face, and was ended; build again")
            waited = context.clock() - started
            context.report(0.9 * waited / (waited + 60.0))
    finally:
        program.close()
    if program.ended:
        raise LecternError(f"{argv[0]} failed with code {program.ended}; it said:\n{program.last_words()}")
    return program.last_words()


def providers(registry: Registry) -> None:
    """Add one of each engine, and the one without."""
    for name, preset in PRESETS.items():
        registry.add(CommandLips(name, preset))
