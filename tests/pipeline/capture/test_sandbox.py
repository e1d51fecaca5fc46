"""The sandbox: nothing gets out of it, whoever Lectern runs as; and what a person's tools need can be seen in it."""

import ctypes
import json
import os
import platform
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from lectern.pipeline.base.errors import LecternError
from lectern.pipeline.capture.editor.buffer import open_beneath
from lectern.pipeline.capture.sandbox import bubblewrap
from lectern.pipeline.capture.sandbox.bubblewrap import OWNER, sandbox_command
from lectern.pipeline.capture.sandbox.network import VARIABLES, internet_of, is_public
from lectern.pipeline.capture.sandbox.system_calls import filter_program
from lectern.pipeline.capture.sandbox.tools import tool_folders, tool_homes
from lectern.pipeline.capture.terminal.shell import Shell
from lectern.pipeline.capture.terminal.shell_folders import ShellFolders
from lectern.pipeline.episode.capture_block import Environment

ATTEMPTS = Path(__file__).parent / "sandbox_attempts.py"
AS_ROOT = os.geteuid() == 0
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="there is a sandbox on Linux only")

FILTERED, ABSENT, READ_ONLY = {"EPERM"}, {"ENOENT"}, {"EROFS", "EACCES", "EPERM"}
OUT_OF_SIGHT = {"ENOENT", "EACCES", "EPERM"}
MUST_BE = {
    **dict.fromkeys(
        "remount /usr,remount /etc,remount root,mount tmpfs,mount proc,mount sysfs,mount cgroup,mount disk,bind over,"
        "umount shadow,umount proc,umount home,open_tree,move_mount,fsopen,fsmount,mount_setattr,pivot_root,chroot,setns,"
        "unshare mnt,unshare cgroup,unshare uts,unshare ipc,unshare user,unshare pid,unshare net,"
        "clone mnt,clone cgroup,clone uts,clone ipc,clone user,clone pid,clone net,"
        "name_to_handle_at,open_by_handle_at,bpf,perf_event_open,userfaultfd,io_uring,fanotify,kernel module,kexec,reboot,"
        "swapon,kernel log,clock,hostname,add_key,request_key,keyctl,typing,console,"
        "setuid programs,block device,memory device,every process,raw socket".split(","),
        FILTERED,
    ),
    "clone3": {"ENOSYS"}, "setuid": {"EPERM", "EINVAL"}, "setgid": {"EPERM", "EINVAL"},
    "devices": ABSENT, "/sys": ABSENT, "release_agent": ABSENT, "file of outside": ABSENT, "socket": ABSENT,
    "shared memory": ABSENT, "file of outside through process 1": OUT_OF_SIGHT,
    "file of outside through its process": OUT_OF_SIGHT, "shadow": {"EACCES"}, "keys": {"EACCES"},
    "kernel memory": OUT_OF_SIGHT, "uid_map": READ_ONLY,
    **dict.fromkeys(("write /usr", "write /etc", "write /etc/passwd", "write /run/lectern"), READ_ONLY),
    **dict.fromkeys(("core_pattern", "modprobe", "sysrq"), READ_ONLY | ABSENT), "write root": READ_ONLY,
    "kill": {"ESRCH"}, "ptrace": {"ESRCH"}, "process_vm_readv": {"ESRCH"}, "pidfd_open": {"ESRCH"}, "priority": {"EACCES"},
    "abstract socket": {"ECONNREFUSED"}, "loopback": {"ECONNREFUSED"}, "loopback by 6": {"ECONNREFUSED", "EADDRNOTAVAIL"},
    **dict.fromkeys(("network around", "internet", "datagram"), {"ENETUNREACH"}),
    **dict.fromkeys(("vsock", "packet socket", "crypto socket", "bluetooth socket"), {"EAFNOSUPPORT"}),
}  # fmt: skip
"""What each attempt has to end with: the only outcomes that are allowed."""


def place_in(folder: Path) -> ShellFolders:
    for name in ("home", "rc"):
        (folder / name).mkdir(exist_ok=True)
    return ShellFolders(folder / "home", folder / "home", folder / "rc")


@pytest.fixture(params=["root", "an ordinary user"])
def boxed(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """What starts a command in a sandbox, as root and as somebody else."""
    if request.param == "root" and not AS_ROOT:
        pytest.skip("needs root")

    def command(*argv: str) -> list[str]:
        place = place_in(tmp_path)
        if request.param == "root" or not AS_ROOT:
            return [*sandbox_command(place, os.defpath), *argv]
        monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
        monkeypatch.delenv("PYENV_ROOT", raising=False)
        monkeypatch.setattr(bubblewrap, "runs_as_root", lambda: False)
        monkeypatch.setattr(bubblewrap, "_check_sandbox", lambda command: None)
        found = sandbox_command(place, os.defpath)
        for entry in (tmp_path, *tmp_path.rglob("*")):
            os.chown(entry, 65534, 65534)
        for parent in tmp_path.parents:
            if parent.stat().st_uid == os.getuid() and parent.name.startswith(("pytest-", "popen-")):
                parent.chmod(0o755)
        return ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--", *found, *argv]

    return command


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[dict[str, object]]:
    """What an attempt may neither see nor reach: a file, a process, sockets of every kind, shared memory."""
    with ExitStack() as stack:
        (tmp_path / "secret").write_text("of the person")
        process = stack.enter_context(subprocess.Popen(["sleep", "600"]))
        stack.callback(process.kill)
        abstract, named, listening = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX), socket.socket()
        abstract.bind(f"\0lectern-{process.pid}")
        named.bind(str(tmp_path / "socket"))
        (tmp_path / "socket").chmod(0o777)
        listening.bind(("0.0.0.0", 0))
        for server in (abstract, named, listening):
            server.listen()
            stack.callback(server.close)
        libc, shared = ctypes.CDLL(None), process.pid
        memory = libc.shmget(shared, 4096, 0o1666)
        stack.callback(libc.shmctl, memory, 0, None)
        disk = os.stat("/").st_dev
        yield {
            "file": str(tmp_path / "secret"), "pid": process.pid, "abstract": f"lectern-{process.pid}", "shared": shared,
            "socket": str(tmp_path / "socket"), "port": listening.getsockname()[1], "address": own_address(),
            "disk": "/dev/root", "disk_number": disk,
        }  # fmt: skip
        assert process.poll() is None


def own_address() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        with suppress(OSError):
            probe.connect(("192.0.2.1", 53))
        return probe.getsockname()[0] if probe.getsockname()[0] != "0.0.0.0" else "10.0.0.1"


@LINUX
def test_nothing_that_the_kernel_knows_leads_out_of_the_sandbox(boxed, outside):
    command = boxed("python3", "-c", ATTEMPTS.read_text(), json.dumps(outside))
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd="/")
    assert done.returncode == 0, done.stderr
    came = json.loads(done.stdout)
    assert came.keys() == MUST_BE.keys()
    assert {name: what for name, what in came.items() if what not in MUST_BE[name]} == {}
    assert not any(Path(left).exists() for left in ("/usr/LEFT", "/etc/LEFT", "/LEFT"))


@LINUX
def test_a_sandbox_is_one_user_with_a_home_and_no_rights(boxed):
    script = "id; pwd; echo hi > note && cat note; ls -A /home; ls /proc | grep -c '^[0-9]'; cat /proc/self/cgroup >&2"
    done = subprocess.run(boxed("sh", "-c", script), capture_output=True, text=True, timeout=30, cwd="/")
    assert done.stdout.splitlines() == [
        f"uid={OWNER}(me) gid={OWNER}(me) groups={OWNER}(me)",
        "/home/me",
        "hi",
        "me",
        "4",
    ]


@LINUX
@pytest.mark.parametrize("name", ["fcntl", "signal", "termios", "sitecustomize"])
def test_no_file_of_the_episode_runs_before_the_sandbox_is_closed(tmp_path, name):
    place, left = place_in(tmp_path), tmp_path / "left"
    (place.work / f"{name}.py").write_text(f"open({str(left)!r}, 'w')")
    for program in ("sh", "bwrap", "env", "setpriv"):
        (place.work / program).write_text(f"#!/bin/sh\ntouch {left}\n")
        (place.work / program).chmod(0o755)
    own = (
        ("PATH", f".:{os.defpath}"),
        ("PYTHONPATH", "."),
        ("LD_PRELOAD", "./none.so"),
        ("BASH_ENV", "sh"),
        ("ENV", "sh"),
    )
    shell = Shell("bash", 80, 24, place, Environment(sandbox=True, env=own))
    try:
        end = time.monotonic() + 20
        said = b""
        while b"]133;B" not in said and time.monotonic() < end:
            said += shell.read(0.1)
        shell.send("echo $LD_PRELOAD $PYTHONPATH\r")
        while b"./none.so ." not in said and time.monotonic() < end:
            said += shell.read(0.1)
    finally:
        shell.close()
    assert b"./none.so ." in said and not left.exists()


@LINUX
def test_the_filter_refuses_a_machine_that_it_does_not_know():
    assert len(filter_program("x86_64")) % 8 == len(filter_program("aarch64")) % 8 == 0
    with pytest.raises(LecternError, match="no sandbox for riscv64"):
        filter_program("riscv64")


@LINUX
@pytest.mark.skipif(platform.machine() != "x86_64", reason="only there a program has two tables of system calls")
def test_calls_by_the_other_table_of_numbers_are_refused(boxed):
    script = (
        "import ctypes; l = ctypes.CDLL(None, use_errno=True); print(l.syscall(0x40000000 + 39), ctypes.get_errno())"
    )
    done = subprocess.run(boxed("python3", "-c", script), capture_output=True, text=True, timeout=30, cwd="/")
    assert done.stdout.split() == ["-1", "38"]


@pytest.mark.parametrize(("address", "public"), [
    ("93.184.215.14", True), ("2606:2800:21f::1", True), ("127.0.0.1", False), ("127.9.9.9", False), ("::1", False),
    ("0.0.0.0", False), ("::", False), ("10.1.2.3", False), ("172.31.0.1", False), ("192.168.1.1", False), ("100.64.0.1", False),
    ("169.254.169.254", False), ("fe80::1%eth0", False), ("fd00::1", False), ("::ffff:127.0.0.1", False),
    ("64:ff9b::7f00:1", False), ("224.0.0.1", False), ("255.255.255.255", False),
])  # fmt: skip
def test_only_addresses_of_the_internet_are_public(address, public):
    assert is_public(address) is public


PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
ASK = """
import sys, time, urllib.request
end = time.time() + 15
while True:
    try:
        print(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode())
        break
    except Exception as error:
        if "502" in str(error) or time.time() > end:
            print(error)
            break
        time.sleep(0.1)
"""


@LINUX
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::ffff:127.0.0.1]", "2130706433", "0"])
def test_with_network_no_name_of_this_computer_leads_to_its_services(boxed, host):
    reached = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=lambda: reached.append(server.accept()), daemon=True).start()
        address = f"http://{host}:{server.getsockname()[1]}/"
        argv = boxed("python3", "-c", ASK, address)
        environment = {"PATH": os.defpath, **VARIABLES, "NO_PROXY": "", "no_proxy": ""}
        with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=environment, cwd="/") as asking:
            with internet_of(asking.pid):
                assert "not on the internet" in asking.communicate(timeout=40)[0]
    assert reached == []


@LINUX
def test_with_network_a_public_server_answers_through_the_proxy(boxed, monkeypatch):
    monkeypatch.setattr("lectern.pipeline.capture.sandbox.network.is_public", lambda address: True)
    asked = []

    def answer() -> None:
        connection, _ = server.accept()
        asked.append(connection.recv(65536))
        connection.sendall(PAGE)
        connection.close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=answer, daemon=True).start()
        argv = boxed("python3", "-c", ASK, f"http://example.test:{server.getsockname()[1]}/page?a=1")
        found = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", server.getsockname())]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *asked, **how: found)
        environment = {"PATH": os.defpath, **VARIABLES}
        with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=environment, cwd="/") as asking:
            with internet_of(asking.pid):
                assert asking.communicate(timeout=40)[0] == "hello\n"
    assert asked[0].startswith(b"GET /page?a=1 HTTP/1.1\r\n") and b"Connection: close" in asked[0]


@pytest.mark.parametrize("name", ["link", "linked/note", "pipe/note"])
@pytest.mark.parametrize("mode", ["rb", "wb"])
def test_no_link_in_the_home_of_a_sandbox_lets_lectern_open_a_file_outside(tmp_path, name, mode):
    home, secret = tmp_path / "home", tmp_path / "outside/note"
    home.mkdir()
    secret.parent.mkdir()
    secret.write_text("of the person")
    (home / "link").symlink_to(secret)
    (home / "linked").symlink_to(secret.parent)
    os.mkfifo(home / "pipe")
    with pytest.raises((OSError, LecternError)):
        open_beneath(home, name, mode)
    assert secret.read_text() == "of the person"


def test_a_file_of_the_home_is_read_and_written_with_its_folders(tmp_path):
    with open_beneath(tmp_path, "src/new/note", "wb") as file:
        file.write(b"hello")
    with open_beneath(tmp_path, "src/new/note", "rb") as file:
        assert file.read() == b"hello"


def test_tools_are_seen_with_what_is_installed_beside_them_and_nothing_else_of_the_home(tmp_path):
    home = tmp_path / "ada"
    for file in (
        ".cargo/bin/cargo", ".cargo/credentials.toml", ".rustup/toolchains/stable/bin/cargo", ".local/bin/own",
        ".local/share/keyrings/login.keyring", ".local/share/pipx/venvs/black/bin/black", ".local/share/pipx/venvs/black/lib/b.py",
        ".pyenv/shims/python", ".pyenv/versions/3.13/bin/python", ".nvm/versions/node/v22/bin/node",
        ".nvm/versions/node/v22/lib/node_modules/npm/index.js", "go/bin/tool", "go/src/private/main.go",
        "project/bin/run", "project/lib/secret.rb", "project/.git/config", "bin/mine", ".ssh/id_ed25519", ".bash_history",
    ):  # fmt: skip
        (home / file).parent.mkdir(parents=True, exist_ok=True)
        (home / file).write_text("")
    (home / ".local/bin/black").symlink_to(home / ".local/share/pipx/venvs/black/bin/black")
    folders = (
        ".cargo/bin",
        ".local/bin",
        ".pyenv/shims",
        ".nvm/versions/node/v22/bin",
        "go/bin",
        "project/bin",
        "bin",
        "",
        "..",
    )
    path = os.pathsep.join(["/usr/bin", *(str(home / folder) for folder in folders), ".", "relative/bin"])
    shown = tool_folders(path, home, {})

    def seen(file: str) -> bool:
        return any((home / file).is_relative_to(place) for place in shown)

    assert all(map(seen, (
        ".cargo/bin/cargo", ".rustup/toolchains/stable/bin/cargo", ".local/share/pipx/venvs/black/lib/b.py", ".local/bin/own",
        ".pyenv/versions/3.13/bin/python", ".nvm/versions/node/v22/lib/node_modules/npm/index.js", "go/bin/tool",
        "project/bin/run", "bin/mine",
    )))  # fmt: skip
    assert not any(map(seen, (
        ".cargo/credentials.toml", ".local/share/keyrings/login.keyring", "go/src/private/main.go", "project/lib/secret.rb",
        "project/.git/config", ".ssh/id_ed25519", ".bash_history",
    )))  # fmt: skip
    assert tool_homes(home, {"JAVA_HOME": str(home)}) == {
        "RUSTUP_HOME": str(home / ".rustup"), "PYENV_ROOT": str(home / ".pyenv"),
    }  # fmt: skip
