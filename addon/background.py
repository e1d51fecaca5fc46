"""Commands that run in a process of their own while Blender's window stays usable."""

import json
from collections.abc import Callable
from pathlib import Path

import bpy

from ..pipeline.base.episode_paths import EpisodePaths
from ..pipeline.base.errors import LecternError
from ..pipeline.cli.call import DONE, FINDINGS
from . import character_list, child, snapshot

POLL_SECONDS = 0.25
"""Time between two looks at the running commands."""
VERIFIED = (DONE, FINDINGS)
"""The exit codes of a film that was verified, whatever was found."""


class BackgroundCommand:
    """A running command of Lectern's. `finish` takes in its result once it has ended."""

    def __init__(self, process: child.ChildProcess, finish: Callable[[child.ChildProcess], None]) -> None:
        """Watch `process`; `finish` is called once, after it has ended."""
        self.process = process
        self._finish = finish

    def poll(self) -> float | None:
        """Take in the result if the command has ended.

        Returns the seconds after which to poll again, or None if the command is done.
        """
        if self.process.code is None:
            return POLL_SECONDS
        self._finish(self.process)
        return None

    def close(self) -> None:
        """Stop the command without taking in a result."""
        self.process.stop()


_commands: dict[str, BackgroundCommand] = {}
"""The running commands: at most one of each kind ("build", "doctor", "thumbnails", "voices", "sample", "clone", ...)."""


def start_command(kind: str, command: BackgroundCommand) -> BackgroundCommand:
    """Watch `command` from now on and return it. A running command of the same kind is stopped."""
    if previous := _commands.get(kind):
        previous.close()
    _commands[kind] = command
    return command


def running_command(kind: str) -> BackgroundCommand | None:
    """Return the running command of a kind, if there is one."""
    return _commands.get(kind)


def poll_commands() -> float | None:
    """Show the progress of the running commands and take in the results of those that have ended.

    Returns the seconds after which to poll again, or None if nothing was running.
    """
    if not _commands:
        return None
    delays = [_poll(kind) for kind in list(_commands)]
    return min((delay for delay in delays if delay is not None), default=POLL_SECONDS)


def wait(command: BackgroundCommand) -> None:
    """Block until `command` has ended and its result is taken in."""
    command.process.process.wait()
    while any(running is command for running in _commands.values()):
        poll_commands()


def stop_all() -> None:
    """Stop every running command, because Blender closes or the extension is disabled."""
    while _commands:
        _commands.popitem()[1].close()


def run_doctor(*argv: str) -> BackgroundCommand:
    """Start ``lectern doctor``, or the command in `argv`. The preferences show what it prints."""
    argv = argv or ("doctor",)
    snapshot.fill_lines(snapshot.panel().doctor_output, ["Checking…"])
    return start_command("doctor", BackgroundCommand(child.start(argv, log_file(argv[0])), _finish_doctor))


def draw_thumbnails(folder: Path) -> BackgroundCommand:
    """Start drawing the missing thumbnails of the episode's characters. The panel shows them when they are done."""
    argv = ("character", "thumbnails", str(folder), "--quiet")
    process = child.start(argv, log_file("thumbnails"))
    return start_command("thumbnails", BackgroundCommand(process, lambda _: snapshot.forget()))


def list_voices(folder: Path, every: bool) -> BackgroundCommand:
    """Start listing the voices that speak the language of the episode in `folder`, or with `every` those of all languages."""
    snapshot.set_properties(voices_error="")
    argv = ("voices", "--json", "--in", str(folder), *(["--all"] if every else []))
    return start_command("voices", BackgroundCommand(child.start(argv, log_file("voices")), _finish_voices))


def play_sample(folder: Path, text: str, *who: str) -> BackgroundCommand:
    """Start recording `text` as the options `who` of ``lectern say`` name the speaker; the recording is played when it is done.

    A paid service bills it: the button's tooltip says so.
    """
    sample = Path(bpy.app.tempdir) / "lectern-sample.wav"
    argv = ("say", text, *who, "--in", str(folder), "--output", str(sample), "--quiet", "--yes")
    snapshot.set_properties(sample_error="")
    process = child.start(argv, sample.with_suffix(".log"))
    return start_command("sample", BackgroundCommand(process, lambda ended: _finish_sample(ended, sample)))


def clone_voice(name: str, file: str, *options: str) -> BackgroundCommand:
    """Start making the cloned voice `name` from the recording `file`. The panel shows what came of it."""
    snapshot.set_properties(is_cloning=True, clone_outcome="", clone_error="")
    process = child.start(("voice", "clone", name, file, *options), log_file("clone"))
    return start_command("clone", BackgroundCommand(process, _finish_clone))


def run_capture(folder: Path, argv: tuple[str, ...], activity: str, picture: Path | None = None) -> BackgroundCommand:
    """Start a command that works on captures; the panel shows `activity` meanwhile.

    If the command draws a `picture`, the picture is opened when it is done (only with a window).
    """
    snapshot.set_properties(capture_activity=activity, capture_error="")
    process = child.start((*argv, "--quiet", "--no-wait"), log_file(argv[0]))
    return start_command("capture", BackgroundCommand(process, lambda ended: _finish_capture(ended, picture)))


def run_episodes(argv: tuple[str, ...], activity: str) -> BackgroundCommand:
    """Start ``lectern episodes ARGV``; the panel shows `activity` meanwhile, and what went wrong."""
    snapshot.set_properties(episode_activity=activity, episode_error="")
    process = child.start(("episodes", *argv), log_file("episodes"))
    return start_command("episodes", BackgroundCommand(process, _finish_episodes))


def verify_film(folder: Path) -> BackgroundCommand:
    """Start measuring and listening to the film of the episode in `folder`; its page is opened when it is done."""
    snapshot.set_properties(verify_activity="Measuring the film and listening to it", verify_outcome="")
    process = child.start(("verify", str(folder)), log_file("verify"))
    page = EpisodePaths(folder=folder).certificate
    return start_command("verify", BackgroundCommand(process, lambda ended: _finish_verify(ended, page)))


def failure_message(process: child.ChildProcess) -> str:
    """Return the last lines that a failed command has printed, or at least its exit code."""
    return "\n".join(process.messages()[-6:]) or f"The command ended with exit code {process.code} and no message."


def _poll(kind: str) -> float | None:
    command, delay = _commands[kind], None
    try:
        delay = command.poll()
    finally:
        if delay is None and _commands.get(kind) is command:
            del _commands[kind]
    return delay


def _finish_doctor(process: child.ChildProcess) -> None:
    snapshot.fill_lines(snapshot.panel().doctor_output, process.lines())


def _finish_voices(process: child.ChildProcess) -> None:
    if process.code != 0:
        snapshot.set_properties(voices_error=failure_message(process))
    else:
        snapshot.fill_voices(json.loads("\n".join(process.lines())))
    snapshot.redraw()


def _finish_sample(process: child.ChildProcess, sample: Path) -> None:
    try:
        if process.code != 0:
            raise LecternError(failure_message(process))
        character_list.play(sample)
    except LecternError as error:
        snapshot.set_properties(sample_error=str(error))


def _finish_clone(process: child.ChildProcess) -> None:
    failed, said = process.code != 0, failure_message(process)
    snapshot.set_properties(is_cloning=False, clone_outcome="" if failed else said, clone_error=said if failed else "")
    snapshot.redraw()


def _finish_capture(process: child.ChildProcess, picture: Path | None) -> None:
    failed = process.code != 0
    snapshot.set_properties(capture_activity="", capture_error=failure_message(process) if failed else "")
    if not failed and picture and not bpy.app.background:
        bpy.ops.wm.path_open(filepath=str(picture))
    snapshot.forget()
    snapshot.redraw()


def _finish_episodes(process: child.ChildProcess) -> None:
    failed = process.code != 0
    snapshot.set_properties(episode_activity="", episode_error=failure_message(process) if failed else "")
    snapshot.forget()
    snapshot.redraw()


def _finish_verify(process: child.ChildProcess, page: Path) -> None:
    done = process.code in VERIFIED
    said = [line for line in process.messages() if "points." in line][-1:] if done else []
    snapshot.set_properties(verify_activity="", verify_outcome=said[0] if said else failure_message(process))
    if done and not bpy.app.background:
        bpy.ops.wm.url_open(url=page.as_uri())
    snapshot.redraw()


def log_file(name: str) -> Path:
    """Return the file for the output of a command, which is this Blender's alone."""
    return Path(bpy.app.tempdir) / f"lectern-{name}.log"
