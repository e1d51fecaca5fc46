"""Shells and programs as they are: zsh, fish, vim, less, git, htop, Python; secrets; faults; what repeats."""

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from support.assets import THEME
from support.contexts import context_in

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.base.geometry import Size
from lectern.pipeline.capture.colours import contrast
from lectern.pipeline.capture.fault import BrowserDied, StepFault
from lectern.pipeline.capture.pictures import read_pictures
from lectern.pipeline.capture.recipes import record_once as record
from lectern.pipeline.capture.request import CaptureRequest, capture_request
from lectern.pipeline.capture.take import CaptureTake
from lectern.pipeline.capture.terminal.page import cells_for_grid
from lectern.pipeline.episode.folder import read_episode
from lectern.pipeline.episode.model import Episode

pytestmark = pytest.mark.browser

SIZE = (1504, 900)
SLEEPS = tuple(str(number * 1_000_000 + os.getpid()) for number in (1, 2, 3, 4))
"""Seconds that no other process of this machine sleeps."""
HALF = (752, 450)
"""Of the window, with letters half as large: it has the same rows, and each picture costs half. For all that counts no px."""
QUARTER = (376, 225)
"""The same again. For what is filmed more than once."""
SCRIPT = "---\ntitle: T\n---\n\n# One {#one}\n\n```capture\nkind: terminal\n%s```\n\nLook.\n"


QUICK = 200.0
"""Letters a second, so that few pictures show how something is typed."""


def film(
    folder: Path, block: str, files: dict[str, str] | None = None, size: Size = HALF, speed: float = QUICK
) -> CaptureTake:
    """Records `block` in the episode `folder`, typed at `speed`; its take lies in `folder`/take."""
    for name, text in {"script.md": SCRIPT % block, **(files or {})}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "take").mkdir(exist_ok=True)
    episode = read_episode(folder, None)
    return record(sized(episode, 0, size, speed), folder / "take", context_in(folder))


def sized(episode: Episode, scene: int, size: Size, speed: float = QUICK) -> CaptureRequest:
    """The request of a scene's capture in a window of `size`, with as many rows as one of `SIZE` has, typed at `speed`."""
    request = capture_request(episode, episode.scenes[scene].captures[0], THEME, size)
    environment = request.environment.model_copy(update={"scale": request.environment.scale * size[0] / SIZE[0]})
    return request.model_copy(update={"environment": environment, "typing_speed": speed})


def shown(take: CaptureTake, time: float = 1e9) -> str:
    return "\n".join(box.text for box in [entry for entry in take.text if entry.time <= time][-1].boxes)


def picture(folder: Path, take: CaptureTake, time: float) -> np.ndarray:
    index = max(i for i, t in enumerate(take.times) if t <= time + 1e-6)
    return list(read_pictures(folder / "take" / take.pictures))[index]


def cast_text(folder: Path) -> str:
    events = [json.loads(line) for line in (folder / "take/session.cast").read_text().splitlines()[1:]]
    return "".join(event[2] for event in events if event[1] == "o")


SCENES = """---
title: T
---

# Set up {#set-up}

```capture
kind: terminal
hidden:
  - run: mkdir src && echo unseen
steps:
  - run: PRICE=12
  - run: cd src
```

Look.

# Open {#open}

```capture
kind: terminal
continue: true
steps:
  - run: echo price is $PRICE
    expect: price is 12
  - type: python3 -q
  - wait: {text: ">>>"}
  - type: lamp = 42
```

Look.

# Use {#use}

```capture
kind: terminal
continue: open
steps:
  - type: print(lamp)
    expect: "42"
  - press: Ctrl+D
  - run: echo ${PWD##*/} $PRICE
    expect: src 12
```

Look.
"""


def test_a_terminal_goes_on_in_the_third_scene_with_its_variable_its_folder_and_its_open_program(
    tmp_path: Path,
) -> None:
    (tmp_path / "script.md").write_text(SCENES)
    (tmp_path / "take").mkdir()
    episode = read_episode(tmp_path, None)
    take = record(sized(episode, 2, HALF), tmp_path / "take", context_in(tmp_path))
    assert shown(take, 0.0).split("\n") == [
        "~ ❯ PRICE=12", "~ ❯ cd src", "src ❯ echo price is $PRICE", "price is 12", "src ❯ python3 -q", ">>> lamp = 42", ">>>",
    ]  # fmt: skip
    assert "unseen" not in cast_text(tmp_path)
    assert [event.action for event in take.events] == ["type", "press", "run"]
    assert [key.keys for key in take.keys] == ["Ctrl+D"]
    assert shown(take).split("\n")[-2:] == ["src 12", "src ❯"]


PROGRAMS = r"""
folder: lab
shell: zsh
environment:
  theme: day
  sandbox: true
  env:
    GIT_AUTHOR_NAME: Ada
    GIT_AUTHOR_EMAIL: ada@example.org
    GIT_COMMITTER_NAME: Ada
    GIT_COMMITTER_EMAIL: ada@example.org
    GIT_AUTHOR_DATE: 2026-01-01T09:00:00Z
    GIT_COMMITTER_DATE: 2026-01-01T09:00:00Z
hidden:
  - run: git init -q -b main && git add . && git commit -qm First
steps:
  - type: vim -N -u NONE hello.py
  - wait: {text: print}
  - press: Shift+G o
  - type: 'print("and vim")'
    enter: false
  - press: Escape
  - type: ":wq"
  - wait: {exit: 0}
  - run: git diff --color
    expect: +print("and vim")
  - run: git commit -qam "Vim was here" && git log --oneline --color
    expect: Vim was here
  - type: less poem.txt
  - wait: {text: line 16}
  - scroll: 110
  - press: q
  - type: python3 -q
  - wait: {text: ">>>"}
  - type: 2 ** 100
    expect: "1267650600228229401496703205376"
  - press: Ctrl+D
  - run: pwd; wc -c < /etc/shadow; echo x > /usr/x; ls -A /home /tmp
    exit: 0
"""


@pytest.fixture(scope="module")
def programs(tmp_path_factory) -> tuple[CaptureTake, Path]:
    folder = tmp_path_factory.mktemp("programs")
    poem = "".join(f"This is line {number} of it.\n" for number in range(1, 99))
    return film(folder, PROGRAMS, {"lab/hello.py": 'print("hello")\n', "lab/poem.txt": poem}), folder


def test_vim_edits_and_saves_a_file(programs):
    take = programs[0]
    vim = shown(take, take.events[3].end)
    assert 'print("and vim")' in vim and "~" in vim and "zsh" not in vim
    assert take.events[3].target is not None and take.events[3].target.w == 1


def test_git_shows_its_colours(programs):
    take, folder = programs
    line = next(
        b for b in [v for v in take.text if v.time <= take.events[7].end][-1].boxes if b.text.startswith("+print")
    )
    left, top, right, bottom = line.box.pixels(HALF)
    seen = picture(folder, take, take.events[7].end)[top:bottom, left:right].reshape(-1, 3)
    assert (np.abs(seen.astype(int) - (0x1C, 0x6E, 0x33)).max(axis=1) < 4).any()


def test_scrolling_in_less_scrolls_less(programs):
    take = programs[0]
    assert shown(take, take.events[10].end).startswith("This is line 1 of it.")
    assert shown(take, take.events[11].end).startswith("This is line 6 of it.")


def test_keys_are_told_with_their_times_as_they_are_written(programs):
    take = programs[0]
    assert [key.keys for key in take.keys] == ["Shift+G", "o", "Escape", "q", "Ctrl+D"]
    assert take.events[2].start <= take.keys[0].time < take.keys[1].time < take.events[2].end


def test_a_sandbox_has_a_home_of_its_own_and_a_system_that_stays_as_it_is(programs):
    said = shown(programs[0])
    assert "/home/me/lab" in said and "read-only file system: /usr/x" in said and not Path("/usr/x").exists()
    assert said.splitlines()[-4:-1] == ["/home:", "me", "/tmp:"]


def test_htop_in_fish_fills_the_screen_and_goes(tmp_path):
    take = film(tmp_path, """
shell: fish
environment: {scale: 0.7, prompt: "{folder} it's 100% $HOME >"}
steps:
  - type: htop
  - wait: {text: F10}
  - press: q
  - wait: {gone: F10}
  - run: "false"
    exit: 1
  - type: echo )
  - wait: {exit: 2}
""")  # fmt: skip
    assert "PID" in shown(take, take.events[1].effect)
    assert shown(take).startswith("~ it's 100% $HOME > htop") and "PID" not in shown(take)


SECRET = """
steps:
  - type: cat
  - type: {secret: DEMO_PW}
  - press: Control+D
  - type: read -s PW
  - type: {secret: DEMO_PW}
  - type: |
      python3 -c 'import getpass; print("got", getpass.getpass("[sudo] password for ada: "))'
  - wait: {text: "[sudo] password"}
  - type: {secret: DEMO_PW}
  - wait: {prompt: true}
  - run: for i in 0 6; do printf %s "${PW:$i:6}"; sleep 0.05; done; echo
  - run: 'echo "it is $PW" | base64; echo done'
    expect: done
"""


def test_a_secret_is_typed_and_appears_nowhere(tmp_path, monkeypatch):
    monkeypatch.setenv("DEMO_PW", "hunter2-plum")
    take = film(tmp_path, SECRET)
    assert "got ••••••••••••" in shown(take)
    assert shown(take).splitlines().count("••••••••••••") >= 3  # cat's line, typed and answered, and the one in pieces
    kept = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert [file for file in kept if b"hunter2" in file.read_bytes() or b"r2-plum" in file.read_bytes()] == []
    assert "plum" not in take.model_dump_json() and "plum" not in cast_text(tmp_path)


def test_a_secret_is_in_no_fault_and_one_that_can_not_be_hidden_ends_the_capture(tmp_path, monkeypatch):
    monkeypatch.setenv("DEMO_PW", "hunter2-plum")
    monkeypatch.setattr("lectern.pipeline.capture.terminal.actions.EXPECT_TIMEOUT", 0.2)
    painted = "steps:\n  - type: cat\n  - type: {secret: DEMO_PW}\n  - press: Ctrl+D\n  - run: printf '\\033[9Gplum\\rhunter2-\\n'\n"
    with pytest.raises(LecternError, match="can't be hidden"):
        film(tmp_path, painted)
    assert list((tmp_path / "take").iterdir()) == []
    with pytest.raises(StepFault, match="•{12}") as fault:
        film(tmp_path, painted + "    expect: apples\n")
    assert fault.value.picture is None and "hunter2-plum" not in str(fault.value)


def test_two_recordings_of_the_same_steps_are_the_same_to_the_byte(tmp_path):
    block = """
folder: lab
steps:
  - run: ls -l; wc -l words.txt
  - run: for i in 1 2 3; do printf "\\r$i/3 "; sleep 0.1; done; echo
  - type: python3 -q
  - wait: {text: ">>>"}
  - type: 8 * 8
    expect: "64"
  - press: Ctrl+D
  - wait: {prompt: true}
  - run: seq 40
  - scroll: -400
"""
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab/words.txt").write_text("one\ntwo\n")
    made = []
    while len(made) < 2 or (len(made) < 4 and made[-1] not in made[:-1]):  # a busy machine hides a wait now and then
        take = film(tmp_path, block, size=QUARTER)
        made.append(
            (take, (tmp_path / "take/session.cast").read_bytes(), (tmp_path / "take" / take.pictures).read_bytes())
        )
    assert made[-1][1].splitlines() in [cast.splitlines() for _, cast, _ in made[:-1]]
    assert made[-1] in made[:-1]
    assert len(made[0][0].times) > 40


def test_wide_letters_and_colours_are_drawn_where_they_are_told_to_be(tmp_path):
    squares = "".join(f"\x1b[48;5;{n}m  " for n in (16, 46, 201)) + "\x1b[48;2;18;52;86m  \x1b[0m"
    text = f"日本 wide 🎉|\n{squares}\x1b[0m\x1b[7mM\x1b[0m\x1b[30mM\x1b[0m.\n"
    take = film(tmp_path, "steps:\n  - run: cat t\n    zoom: 2\n  - highlight: wide\nblur: [日本]\nenvironment:\n"
                "  files: [{path: t, file: t.txt}]\n", {"t.txt": text}, SIZE)  # fmt: skip
    cell = 21 / SIZE[0]
    blurred, wide = take.blurred[-1].boxes[0], take.events[1].target
    assert (blurred.w, wide.w) == (pytest.approx(4 * cell), pytest.approx(4 * cell))
    assert wide.x - blurred.x == pytest.approx(5 * cell)
    left, top, right, bottom = blurred.pixels(SIZE)
    ink = picture(tmp_path, take, 1e9)[top:bottom, left:right].max(axis=(0, 2)) > 120
    assert ink[:42].any() and ink[42:].any()  # two letters, each two cells wide
    assert _squares(tmp_path, take, blurred) == [(0, 0, 0), (0, 255, 0), (255, 0, 255), (18, 52, 86)]
    _look_legible(tmp_path, take, blurred)
    _look_sharp(tmp_path, take)


def _look_legible(folder: Path, take: CaptureTake, above) -> None:
    """Inverse letters have the background's colour; black ones on the dark ground are made lighter until they can be read."""
    left, _, _, bottom = above.pixels(SIZE)
    inverse, black = (
        picture(folder, take, 1e9)[bottom + 6 : bottom + 40, left + 21 * n : left + 21 * (n + 1)] for n in (8, 9)
    )
    letter, ground = inverse.reshape(-1, 3).min(axis=0), inverse[0, 0]
    assert ["#%02x%02x%02x" % tuple(c) for c in (letter, ground)] == [
        THEME.terminal[c] for c in ("background", "foreground")
    ]
    assert contrast("#%02x%02x%02x" % tuple(black.reshape(-1, 3).max(axis=0)), THEME.terminal["background"]) >= 4.4


def _squares(folder: Path, take: CaptureTake, above) -> list[tuple[int, ...]]:
    left, _, _, bottom = above.pixels(SIZE)
    row = picture(folder, take, 1e9)[bottom + 20]
    return [tuple(int(v) for v in row[left + 42 * n + 20]) for n in range(4)]


def _look_sharp(folder: Path, take: CaptureTake) -> None:
    """The larger pictures show the same, twice as large, and more of it."""
    assert (take.sharpness, take.sharp_of) == (2.0, tuple(range(len(take.times))))
    with av.open(str(folder / "take" / take.sharp)) as video:
        large = [frame.to_ndarray(format="rgb24") for frame in video.decode(video=0)]
    plain = list(read_pictures(folder / "take" / take.pictures))
    assert len(large) == len(plain) and large[0].shape == (1800, 3008, 3)
    halved = large[-1].reshape(900, 2, 1504, 2, 3).mean(axis=(1, 3))
    assert np.abs(halved - plain[-1]).mean() < 1.5
    assert not np.array_equal(large[-1][::2, ::2], large[-1][1::2, 1::2])


V2 = [{"version": 2, "width": 80, "height": 24}, [0.5, "o", "$ "], [1.0, "o", "u"], [1.2, "o", "v in"], [1.4, "o", "it"],
      [2.0, "o", "\r\nInitialized project\r\n$ "], [4.0, "o", "\x1b[H\x1b[2Jbye"], [5.0, "o", "."]]  # fmt: skip


def test_steps_are_found_in_a_cast_that_was_recorded_before(tmp_path):
    written = "".join(json.dumps(line) + "\n" for line in V2)
    take = film(tmp_path, """
cast: old.cast
steps:
  - run: uv init
    at: a
  - wait: {text: Initialized}
  - highlight: project
  - wait: {gone: uv init}
    expect: bye
""".replace("    at: a\n", ""), {"old.cast": written}, SIZE)  # fmt: skip
    run, initialised, project, gone = take.events
    assert (run.effect, initialised.effect, project.effect, gone.effect) == (1.0, 2.0, 2.0, 4.0)
    assert project.target.w * SIZE[0] == pytest.approx(len("project") * 16)  # 80 columns of 16 px
    assert shown(take, 3.0).splitlines()[:2] == ["$ uv init", "Initialized project"]


def test_a_terminal_that_was_resized_stays_in_its_corner_and_a_moment_is_when_it_says(tmp_path):
    lines = [
        {"version": 2, "width": 20, "height": 5},
        [0.5, "o", "x" * 25 + "\r\n$"],
        [1.5, "r", "40x10"],
        [2.0, "o", "\x1b[10;35Hcorner"],
    ]
    take = film(tmp_path, """
cast: old.cast
steps:
  - moment: 0.9
  - moment: 2
    on: corner
""", {"old.cast": "".join(json.dumps(line) + "\n" for line in lines) + '[2.5, "o", "cut o'}, SIZE)  # fmt: skip
    assert [event.effect for event in take.events] == [0.9, 2.0]
    cut, words = take.notes
    assert (
        cut == "old.cast:5 is cut off; what is before it is shown" and f'words in two: "{"x" * 25}"; record it' in words
    )
    grid, corner = cells_for_grid(40, 10, SIZE), take.events[1].target
    assert corner.pixels(SIZE)[:2] == (grid.left + 34 * grid.width, grid.top + 9 * grid.height)
    assert (shown(take, 1.0), shown(take, 1.6)) == ("x" * 20 + "\n" + "x" * 5 + "\n$", "x" * 25 + "\n$")


def test_what_is_typed_in_a_cast_is_no_answer_to_itself(tmp_path):
    written = "".join(json.dumps(line) + "\n" for line in V2)
    take = film(tmp_path, "cast: old.cast\nsteps:\n  - run: uv init\n  - wait: {text: it}\n", {"old.cast": written})
    assert take.events[1].effect == 2.0  # with "Initialized"
    with pytest.raises(StepFault, match=r'"uv init" should be on the screen'):
        film(tmp_path, "cast: old.cast\nsteps:\n  - run: uv init\n    expect: uv init\n", {"old.cast": written})


def test_what_is_not_in_a_cast_is_told(tmp_path):
    written = "".join(json.dumps(line) + "\n" for line in V2)
    with pytest.raises(
        StepFault, match=r'(?s)steps\[1\] \(run npm init\): .*"npm init" is not typed in it.*as it looked'
    ) as fault:
        film(tmp_path, "cast: old.cast\nsteps:\n  - run: npm init\n", {"old.cast": written})
    assert fault.value.picture.stat().st_size > 1000


def test_a_shell_that_dies_is_told_with_its_picture_and_leaves_nothing_running(tmp_path):
    block = f"steps:\n  - run: setsid sleep {SLEEPS[0]} & sleep {SLEEPS[1]} & echo started\n  - run: kill -9 $$\n"
    with pytest.raises(
        StepFault, match=r"(?s)steps\[2\] \(run kill.*the shell has ended; it was killed by signal 9.*started"
    ):
        film(tmp_path, block)
    assert (next((tmp_path / ".lectern/faults").glob("terminal-*-steps-2.png"))).stat().st_size > 1000
    assert _running(SLEEPS[0]) + _running(SLEEPS[1]) == []


@pytest.fixture
def in_the_background() -> Iterator[None]:
    """Ctrl+C is ignored, as it is by a job that a script has started in the background."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)


def test_a_program_that_hangs_is_told_and_the_last_steps_are_done(in_the_background, tmp_path, monkeypatch):
    monkeypatch.setattr("lectern.pipeline.capture.terminal.actions.PATIENCE", 0.8)
    block = f"steps:\n  - run: sleep {SLEEPS[2]}\nfinally:\n  - run: touch {tmp_path}/cleaned\n"
    with pytest.raises(
        StepFault, match=r"steps\[1\] \(run sleep \d+\): it did not end within 0.8 s; a program that asks"
    ):
        film(tmp_path, block)
    assert (tmp_path / "cleaned").exists() and _running(SLEEPS[2]) == []


def test_a_command_that_fails_is_told_with_what_it_wrote_and_a_long_one_that_works_is_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr("lectern.pipeline.capture.terminal.actions.PATIENCE", 1.5)
    block = """
hidden:
  - type: cat
  - press: Ctrl+C
  - run: cat none 2> /dev/null | cat
steps:
  - run: for i in 1 2 3 4 5 6 7 8 9; do echo $i; sleep 0.2; done
  - run: gti
    exit: 127
    expect: not found
  - type: (exit 3)
  - wait: {exit: 3}
  - run: |
      cat nothing
      true
"""
    with pytest.raises(
        StepFault,
        match=r'(?s)steps\[5\] \(run cat.*the command failed \(status 1\).*"exit: 1".*cat: nothing: No such file',
    ):
        film(tmp_path, block)


def test_a_browser_that_is_killed_is_told_with_the_step_and_a_picture(tmp_path):
    killer = threading.Thread(target=_kill_the_browser, args=(tmp_path,))
    killer.start()
    with pytest.raises(
        BrowserDied,
        match=r"(?s)^steps\[1\] \(run touch .*(?:the browser that draws the terminal has died|the browser could do no more).*as it looked",
    ):
        film(tmp_path, f"steps:\n  - run: touch {tmp_path}/go; sleep {SLEEPS[3]}; echo now\n    expect: now\n")
    killer.join()
    assert _running(SLEEPS[3]) == []


def test_a_recording_that_has_no_room_ends(tmp_path):
    (tmp_path / "take").mkdir()
    (tmp_path / "take/pictures.mkv").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        film(tmp_path, "steps:\n  - run: echo hi\n")


def _kill_the_browser(folder: Path) -> None:
    while not (folder / "go").exists():
        time.sleep(0.02)
    for pid in _browsers():
        os.kill(pid, signal.SIGKILL)


def _browsers() -> list[int]:
    """Browsers that this process has started."""
    return [pid for pid in _below(os.getpid()) if b"chrom" in _command(pid) and b"--type=" not in _command(pid)]


def _below(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(child) for task in tasks for child in task.read_text().split()]
    return children + [below for child in children for below in _below(child)]


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
    except OSError:
        return b""


def _running(text: str) -> list[bytes]:
    pids = [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]
    commands = {pid: _command(pid) for pid in pids if pid != os.getpid()}
    return [command for command in commands.values() if b"sleep" in command and text.encode() in command]
