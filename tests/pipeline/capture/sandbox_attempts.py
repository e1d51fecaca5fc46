"""Tries to leave the sandbox that it runs in, in every way that the kernel knows; prints what came of each as JSON.

Run by test_sandbox.py with another Python: only the standard library is used. Arguments: what is outside, as JSON.
"""

import ctypes
import errno
import fcntl
import json
import os
import platform
import pty
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable

OUTSIDE = json.loads(sys.argv[1])
ARM = platform.machine() == "aarch64"
LIBC = ctypes.CDLL(None, use_errno=True)
NAMESPACES = {"mnt": 0x20000, "cgroup": 0x2000000, "uts": 0x4000000, "ipc": 0x8000000, "user": 0x10000000,
              "pid": 0x20000000, "net": 0x40000000}  # fmt: skip
RDONLY, REMOUNT, BIND, NOSUID = 1, 32, 4096, 2


def checked(result: int) -> int:
    """Raise OSError for what a function of C returned, if it failed."""
    if result == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def call(x86: int, arm: int, *arguments: object) -> int:
    """Make a system call by its number."""
    wide = [ctypes.c_long(argument) if isinstance(argument, int) else argument for argument in arguments]
    return checked(LIBC.syscall(arm if ARM else x86, *wide))


def mount(source: str | None, target: str, kind: str | None, flags: int) -> int:
    """Mount something."""
    encode = [text.encode() if text else None for text in (source, target, kind)]
    return checked(LIBC.mount(*encode, ctypes.c_ulong(flags), None))


def write(path: str) -> str:
    """Write a file, and say so."""
    with open(path, "w") as file:
        file.write("1")
    return f"wrote {path}"


def read(path: str) -> str:
    """Return what is in a file, or that there is nothing."""
    with open(path, "rb") as file:
        return f"read {len(file.read(4096))} bytes"


def connect(family: int, address: object, kind: int = socket.SOCK_STREAM) -> str:
    """Connect with a socket that others listen on."""
    with socket.socket(family, kind) as client:
        client.settimeout(3)
        client.connect(address)
    return "connected"


def vector() -> ctypes.Array[ctypes.c_size_t]:
    """Return the place and the length of some memory."""
    return (ctypes.c_size_t * 2)(ctypes.addressof(ctypes.create_string_buffer(64)), 64)


def as_other_user() -> str:
    """Become root by each program that says it makes one root."""
    found = [f"/usr/bin/{name}" for name in os.listdir("/usr/bin") if is_setuid(f"/usr/bin/{name}")]
    for program in (["/usr/bin/newgrp"], ["/usr/bin/sudo", "-n", "id", "-u"]):
        if program[0] in found:
            done = subprocess.run(program, input="id -u\n", capture_output=True, text=True)
            assert "0\n" != done.stdout, program
    raise PermissionError(errno.EPERM, "nobody became root")


def is_setuid(path: str) -> bool:
    """Return whether a program is another user than who starts it."""
    return bool(os.stat(path).st_mode & stat.S_ISUID)


def type_for_others(request: int) -> str:
    """Put a letter into a terminal as if somebody had typed it."""
    _, slave = pty.openpty()
    fcntl.ioctl(slave, request, b"x")
    return "typed"


def device(kind: int, number: int) -> str:
    """Make a device file and open it."""
    os.mknod("/tmp/device", kind | 0o600, number)
    return read("/tmp/device")


def every_process() -> str:
    """Look for a process without the filter, or with rights: whoever traces it has them, too."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with open(f"/proc/{pid}/status") as file:
            facts = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
        if (
            facts["Seccomp"] != "2"
            or facts["NoNewPrivs"] != "1"
            or any(int(facts[f"Cap{c}"], 16) for c in ("Prm", "Eff", "Bnd", "Amb"))
        ):
            return f"{pid} {facts}"
    raise PermissionError(errno.EPERM, "all are filtered")


def unusual_devices() -> str:
    """Look for a device that is not one of the harmless ones."""
    usual = {
        "console",
        "core",
        "fd",
        "full",
        "null",
        "ptmx",
        "pts",
        "random",
        "shm",
        "stderr",
        "stdin",
        "stdout",
        "tty",
        "urandom",
        "zero",
    }
    if more := set(os.listdir("/dev")) - usual:
        return f"there is {more}"
    raise FileNotFoundError(errno.ENOENT, "none")


ATTEMPTS: dict[str, Callable[[], object]] = {
    "remount /usr": lambda: mount(None, "/usr", None, REMOUNT | BIND),
    "remount /etc": lambda: mount(None, "/etc", None, REMOUNT | BIND | NOSUID),
    "remount root": lambda: mount(None, "/", None, REMOUNT),
    "mount tmpfs": lambda: mount("x", "/tmp", "tmpfs", 0),
    "mount proc": lambda: mount("x", "/tmp", "proc", 0),
    "mount sysfs": lambda: mount("x", "/tmp", "sysfs", 0),
    "mount cgroup": lambda: mount("x", "/tmp", "cgroup2", 0),
    "mount disk": lambda: mount(OUTSIDE["disk"], "/tmp", "ext4", 0),
    "bind over": lambda: mount("/tmp", "/usr", None, BIND),
    "umount shadow": lambda: checked(LIBC.umount2(b"/etc/shadow", 2)),
    "umount proc": lambda: checked(LIBC.umount2(b"/proc", 2)),
    "umount home": lambda: checked(LIBC.umount2(b"/home/me", 0)),
    "open_tree": lambda: call(428, 428, -100, b"/", 1),
    "move_mount": lambda: call(429, 429, -100, b"/usr", -100, b"/tmp", 0),
    "fsopen": lambda: call(430, 430, b"tmpfs", 0),
    "fsmount": lambda: call(432, 432, 0, 0, 0),
    "mount_setattr": lambda: call(442, 442, -100, b"/usr", 0, None, 0),
    "pivot_root": lambda: call(155, 41, b"/tmp", b"/tmp"),
    "chroot": lambda: os.chroot("/tmp"),
    "block device": lambda: device(stat.S_IFBLK, OUTSIDE["disk_number"]),
    "memory device": lambda: device(stat.S_IFCHR, os.makedev(1, 1)),
    "devices": unusual_devices,
    "file of outside": lambda: read(OUTSIDE["file"]),
    "file of outside through process 1": lambda: read(f"/proc/1/root{OUTSIDE['file']}"),
    "file of outside through its process": lambda: read(f"/proc/{OUTSIDE['pid']}/root{OUTSIDE['file']}"),
    "shadow": lambda: read("/etc/shadow"),
    "write /usr": lambda: write("/usr/LEFT"),
    "write /etc": lambda: write("/etc/LEFT"),
    "write /etc/passwd": lambda: write("/etc/passwd"),
    "write /run/lectern": lambda: write("/run/lectern/LEFT"),
    "write root": lambda: write("/LEFT"),
    "core_pattern": lambda: write("/proc/sys/kernel/core_pattern"),
    "sysrq": lambda: write("/proc/sysrq-trigger"),
    "modprobe": lambda: write("/proc/sys/kernel/modprobe"),
    "/sys": lambda: write("/sys/kernel/uevent_helper"),
    "release_agent": lambda: write("/sys/fs/cgroup/release_agent"),
    "uid_map": lambda: write("/proc/self/uid_map"),
    "kernel memory": lambda: read("/proc/kcore"),
    "setuid": lambda: os.setuid(0),
    "setgid": lambda: os.setgid(0),
    "setuid programs": as_other_user,
    "every process": every_process,
    "kill": lambda: os.kill(OUTSIDE["pid"], signal.SIGKILL),
    "ptrace": lambda: checked(LIBC.ptrace(16, OUTSIDE["pid"], None, None)),
    "process_vm_readv": lambda: call(310, 270, OUTSIDE["pid"], vector(), 1, vector(), 1, 0),
    "pidfd_open": lambda: call(434, 434, OUTSIDE["pid"], 0),
    "priority": lambda: os.setpriority(os.PRIO_PROCESS, 0, -5),
    "abstract socket": lambda: connect(socket.AF_UNIX, "\0" + OUTSIDE["abstract"]),
    "socket": lambda: connect(socket.AF_UNIX, OUTSIDE["socket"]),
    "loopback": lambda: connect(socket.AF_INET, ("127.0.0.1", OUTSIDE["port"])),
    "loopback by 6": lambda: connect(socket.AF_INET6, ("::1", OUTSIDE["port"])),
    "network around": lambda: connect(socket.AF_INET, (OUTSIDE["address"], OUTSIDE["port"])),
    "internet": lambda: connect(socket.AF_INET, ("192.0.2.1", 80)),
    "datagram": lambda: connect(socket.AF_INET, ("192.0.2.1", 53), socket.SOCK_DGRAM),
    "vsock": lambda: connect(40, (2, 1024)),
    "packet socket": lambda: socket.socket(17, socket.SOCK_RAW),
    "crypto socket": lambda: socket.socket(38, socket.SOCK_SEQPACKET),
    "bluetooth socket": lambda: socket.socket(31, socket.SOCK_RAW, 1),
    "raw socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
    "add_key": lambda: call(248, 217, b"user", b"left", b"1", 1, -4),
    "request_key": lambda: call(249, 218, b"user", b"left", None, -4),
    "keyctl": lambda: call(250, 219, 0, -4, 0),
    "keys": lambda: read("/proc/keys"),
    "shared memory": lambda: checked(LIBC.shmget(OUTSIDE["shared"], 1, 0)),
    **{f"unshare {name}": lambda flag=flag: checked(LIBC.unshare(flag)) for name, flag in NAMESPACES.items()},
    **{f"clone {name}": lambda flag=flag: call(56, 220, flag | signal.SIGCHLD, None, None, None, None) or os._exit(0)
       for name, flag in NAMESPACES.items()},
    "clone3": lambda: call(435, 435, None, 0),
    "setns": lambda: checked(LIBC.setns(os.open("/proc/1/ns/user", os.O_RDONLY), 0)),
    "name_to_handle_at": lambda: call(303, 264, -100, b"/usr", None, None, 0),
    "open_by_handle_at": lambda: call(304, 265, -100, ctypes.create_string_buffer(64), 0),
    "bpf": lambda: call(321, 280, 0, None, 0),
    "perf_event_open": lambda: call(298, 241, None, 0, -1, -1, 0),
    "userfaultfd": lambda: call(323, 282, 0),
    "io_uring": lambda: call(425, 425, 1, None),
    "fanotify": lambda: call(300, 262, 0, 0),
    "kernel module": lambda: call(313, 273, 0, b"", 0),
    "kexec": lambda: call(246, 104, 0, 0, None, 0),
    "reboot": lambda: call(169, 142, 0, 0, 0, None),
    "swapon": lambda: call(167, 224, b"/tmp/swap", 0),
    "kernel log": lambda: call(103, 116, 3, None, 0),
    "clock": lambda: checked(LIBC.clock_settime(0, (ctypes.c_long * 2)(0, 0))),
    "hostname": lambda: socket.sethostname("left"),
    "typing": lambda: type_for_others(0x5412),
    "console": lambda: type_for_others(0x541C),
}  # fmt: skip


def outcome(attempt: Callable[[], object]) -> str:
    """Return the name of the error that an attempt ends with, or what it did."""
    try:
        return f"DID IT: {attempt()}"
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, str(error))


if __name__ == "__main__":
    print(json.dumps({name: outcome(attempt) for name, attempt in ATTEMPTS.items()}))
