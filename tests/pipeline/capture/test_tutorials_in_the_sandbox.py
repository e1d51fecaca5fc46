"""Ten tutorials in the sandbox, as a person would record them: their tools are there, and nothing else of theirs is."""

import os
import re
import shlex
import shutil
import socket
import subprocess
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lectern.pipeline.capture.sandbox.bubblewrap import sandbox_missing
from lectern.pipeline.capture.terminal.shell import Shell
from lectern.pipeline.capture.terminal.shell_folders import ShellFolders
from lectern.pipeline.episode.capture_block import Environment

pytestmark = [
    pytest.mark.workers,
    pytest.mark.skipif(bool(sandbox_missing()), reason="needs bubblewrap"),
]

THEIRS = (
    ".ssh/id_ed25519", ".bash_history", ".mail/inbox", ".aws/credentials", ".netrc", ".pypirc", ".npmrc", ".gitconfig",
    ".git-credentials", ".cargo/credentials.toml", ".docker/config.json", ".config/pip/pip.conf", ".pgpass", "work/secret.py",
    ".local/share/keyrings/login.keyring", ".gnupg/private-keys-v1.d/a.key", ".config/chromium/Default/Cookies",
)  # fmt: skip
"""What a person has in their home, and no program in a sandbox may see. Each holds `CANARY`."""
CANARY = "correct-horse-battery"
LONGEST = 300.0
"""Seconds that a command may take on a machine that has much else to do."""

CARGO = """#!/bin/sh
case $1 in
new)
  for name; do :; done
  mkdir -p "$name/src" && printf '[package]\\nname = "%s"\\n' "$name" >"$name/Cargo.toml" && echo 'fn main() {}' >"$name/src/main.rs" ;;
run) . "$RUSTUP_HOME/toolchains/stable/greeting" && mkdir -p target && echo "$GREETING" | tee target/said ;;
esac
"""
"""What a cargo does, for computers that have none: it needs its toolchain, which is elsewhere in the home."""
DOCKER = """#!/usr/bin/env python3
import os, socket, sys
host = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
try:
    socket.socket(socket.AF_UNIX).connect(host.removeprefix("unix://"))
except OSError:
    sys.exit(f"Cannot connect to the Docker daemon at {host}. Is the docker daemon running?")
"""


@dataclass(frozen=True)
class Tutorial:
    """Commands that are typed one after the other; each ends with `status` and all of them say `says`."""

    name: str
    lines: tuple[str, ...]
    says: str
    needs: tuple[str, ...] = ()
    status: int = 0


TUTORIALS = (
    Tutorial("pip", (
        "python3 -m venv --without-pip .venv", "pip --python .venv/bin/python install -q --no-index --no-cache-dir hello-1.0-py3-none-any.whl",
        ".venv/bin/python -c 'import hello; print(hello.GREETING)'",
    ), "hello from a wheel", ("pip",)),
    Tutorial("npm", (
        "mkdir shop greet && echo '{\"name\": \"greet\", \"version\": \"1.0.0\"}' > greet/package.json",
        "echo 'module.exports = \"hello from a package\"' > greet/index.js", "cd shop && npm init -y >/dev/null",
        "npm install --offline --no-audit --no-fund ../greet", "node -p 'require(\"greet\")' && cd",
    ), "hello from a package", ("npm", "node")),
    Tutorial("cargo", ("cargo new --vcs none hi", "cd hi && cargo run --offline && ls target && cd"), "Hello, world!"),
    Tutorial("docker", ("docker ps",), "Cannot connect to the Docker daemon", status=1),
    Tutorial("docker at the person's socket", ("DOCKER_HOST=unix://@HOME@/.docker/run/docker.sock docker ps",),
             "Cannot connect to the Docker daemon", status=1),
    Tutorial("git push", (
        "git init -q --bare remote.git && git init -q -b main site && cd site", "echo hi > index.html && git add .",
        "git -c user.name=me -c user.email=me@example.org commit -qm 'Begin'", "git remote add origin ../remote.git",
        "git push -u origin main && cd", "git -C remote.git log --format='%an: %s' main",
    ), r"new branch\]\s+main -> main(.|\n)*me: Begin", ("git",)),
    Tutorial("a database", (
        "sqlite3 lamps.db 'create table lamps (name, price); insert into lamps values (\"desk\", 40), (\"floor\", 90)'",
        "sqlite3 lamps.db 'select sum(price) from lamps'",
    ), r"\b130\b", ("sqlite3",)),
    Tutorial("a server", (
        "mkdir www && echo served here > www/a.txt && (cd www && exec python3 -m http.server 8000 >/dev/null 2>&1) &",
        "python3 -c \"import time, urllib.request as u, urllib.error as e\nfor _ in range(600):\n    try:\n"
        "        print(u.urlopen('http://localhost:8000/a.txt').read()); break\n    except e.URLError: time.sleep(0.1)\"",
        "kill %1",
    ), "served here"),
    Tutorial("make", (
        r"printf '#include <stdio.h>\nint main(void) { puts(\"built here\"); }\n' > lamp.c", "make lamp && ./lamp",
    ), "built here", ("make", "cc")),
    Tutorial("ssh-keygen", (
        "ssh-keygen -q -t ed25519 -N '' -C me@studio -f ~/.ssh/id_ed25519", "ssh-keygen -lf ~/.ssh/id_ed25519.pub",
    ), r"SHA256:\S+ me@studio \(ED25519\)", ("ssh-keygen",)),
    Tutorial("a script", (
        r"printf '#!/bin/sh\nsort \"$1\" | uniq -c\n' > count && chmod +x count", r"printf 'b\na\nb\n' > words && ./count words",
    ), r"1 a\s+2 b"),
    Tutorial("a tool of the person's", ("greeter", "! touch @HOME@/.local/bin/mine"), r"hello from a tool\s(.|\n)*Read-only file system"),
)  # fmt: skip


def make_home(home: Path) -> None:
    """Lay out the home of a person who has tools, and much that is nobody else's business."""
    for name in THEIRS:
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(CANARY)
    tool = home / ".local/share/pipx/venvs/greeter/bin/greeter"
    for file, text in (
        (tool, "#!/bin/sh\n. $(dirname $(readlink -f $0))/../lib/words; echo $WORDS\n"),
        (tool.parent.parent / "lib/words", "WORDS='hello from a tool'\n"),
        (home / ".local/bin/docker", "" if shutil.which("docker") else DOCKER),
        (home / ".cargo/bin/cargo", "" if real_rust() else CARGO),
        (home / ".rustup/toolchains/stable/greeting", "GREETING='Hello, world!'\n"),
    ):
        if text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            file.chmod(0o755)
    (home / ".local/bin").mkdir(exist_ok=True)
    (home / ".local/bin/greeter").symlink_to(tool)


def real_rust() -> Path | None:
    """Return where this computer has the toolchains of its cargo, None where it has no cargo that works."""
    toolchains = Path(os.environ.get("RUSTUP_HOME") or Path.home() / ".rustup")
    there = shutil.which("cargo") and shutil.which("cc") and toolchains.is_dir()
    works = there and subprocess.run(["cargo", "--version"], capture_output=True, check=False).returncode == 0
    return toolchains if works else None


def write_wheel(file: Path) -> None:
    about = "hello-1.0.dist-info"
    with zipfile.ZipFile(file, "w") as wheel:
        wheel.writestr("hello.py", "GREETING = 'hello from a wheel'\n")
        wheel.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: hello\nVersion: 1.0\n")
        wheel.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{about}/RECORD", f"hello.py,,\n{about}/METADATA,,\n{about}/WHEEL,,\n{about}/RECORD,,\n")


class Typist:
    """Somebody who types commands in a sandbox of the person whose home is `home`."""

    def __init__(self, shell: Shell, home: Path) -> None:
        self._shell, self._home = shell, home
        self._until(r"\x1b\]133;B")

    def type(self, line: str) -> tuple[str, int]:
        """Type a command; return what was said, and its status."""
        self._shell.send(line.replace("@HOME@", str(self._home)).replace("\n", "\x16\n") + "\r")
        said = self._until(r"\x1b\]133;D;(\d+)(.|\n)*\x1b\]133;B")
        output = re.split(r"\x1b\]133;C\x07|\x1b\]133;D", said)[1]
        shown = re.sub(r"\x1b\][^\x07]*\x07|\x1b\[[0-9;?]*[A-Za-z]", "", output).replace("\r", "")
        return shown, int(re.findall(r"\x1b\]133;D;(\d+)", said)[-1])

    def _until(self, pattern: str) -> str:
        said, end = "", time.monotonic() + LONGEST
        while not re.search(pattern, said):
            said += self._shell.read(0.5).decode(errors="replace")
            assert time.monotonic() < end, said
        return said


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("person") / "ada"
    make_home(folder)
    return folder


@pytest.fixture(scope="module")
def called(home: Path) -> Iterator[socket.socket]:
    """A service of the person's, which nobody in the sandbox may reach."""
    (home / ".docker/run").mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as server:
        before = Path.cwd()
        os.chdir(home / ".docker/run")  # a socket's path has to be short
        server.bind("docker.sock")
        os.chdir(before)
        server.listen()
        server.setblocking(False)
        yield server


@pytest.fixture(scope="module")
def typist(home: Path, called: socket.socket, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Typist]:
    place = tmp_path_factory.mktemp("place")
    for name in ("home", "rc"):
        (place / name).mkdir()
    write_wheel(place / "home/hello-1.0-py3-none-any.whl")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUSTUP_HOME", str(real_rust() or home / ".rustup"))
        patch.setenv("HOME", str(home))
        patch.setenv("PATH", f"{home}/.cargo/bin:{home}/.local/bin:{os.environ['PATH']}")
        patch.setenv("AWS_SECRET_ACCESS_KEY", CANARY)
        patch.setenv("SSH_AUTH_SOCK", str(home / ".docker/run/docker.sock"))
        folders = ShellFolders(place / "home", place / "home", place / "rc")
        shell = Shell("bash", 200, 50, folders, Environment(sandbox=True))
    try:
        yield Typist(shell, home)
    finally:
        shell.close()


@pytest.mark.parametrize("tutorial", TUTORIALS, ids=lambda tutorial: tutorial.name)
def test_a_tutorial_goes_through_with_the_persons_tools(
    typist: Typist, called: socket.socket, tutorial: Tutorial
) -> None:
    if missing := [program for program in tutorial.needs if not shutil.which(program)]:
        pytest.skip(f"this computer has no {missing[0]}")
    said = ""
    for line in tutorial.lines:
        shown, status = typist.type(line)
        said += shown
        assert status == tutorial.status, f"{line}: {status}\n{said}"
    assert re.search(tutorial.says, said), said
    with pytest.raises(BlockingIOError):
        called.accept()


def test_nothing_that_is_the_persons_is_seen(typist: Typist, home: Path) -> None:
    found, _ = typist.type(
        f"grep -rsl --exclude-dir=proc {CANARY[:7]}''{CANARY[7:]} {shlex.quote(str(home))} ~ /tmp /run"
    )
    assert found.split() == []
    seen, _ = typist.type(
        f"for f in {' '.join(THEIRS)}; do test -e @HOME@/$f && echo seen: $f; done; ls -A @HOME@; env"
    )
    assert "seen:" not in seen and CANARY not in seen and "SSH_AUTH_SOCK" not in seen
    tools = {".local", *([] if real_rust() else [".cargo", ".rustup"])}
    assert {name for name in seen.split() if name.startswith(".") and (home / name).exists()} <= tools


def test_there_are_ten_tutorials_and_the_persons_history_has_none_of_them(typist: Typist, home: Path) -> None:
    assert len(TUTORIALS) >= 10
    assert (home / ".bash_history").read_text() == CANARY
    assert typist.type("echo $HISTFILE:$HOME")[0].split() == [":/home/me"]
