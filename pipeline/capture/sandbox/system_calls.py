"""The system calls that a sandbox refuses, as the program for the kernel's filter (seccomp, in classic BPF).

Namespaces and rights are what holds a sandbox; this closes what they leave open: new namespaces, in which a program has
rights again, and parts of the kernel that know no namespaces, such as keyrings and the sockets of a virtual machine.
"""

import errno
import platform
import struct
from collections.abc import Iterable

from ...base.errors import LecternError

_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""The kernel's number of a machine, and the column of its system calls below."""

_REFUSED = {
    "unshare": (272, 97), "setns": (308, 268), "chroot": (161, 51), "pivot_root": (155, 41), "mount": (165, 40),
    "umount2": (166, 39), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442), "open_tree_attr": (467, 467),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "fanotify_init": (300, 262),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219), "bpf": (321, 280), "syslog": (103, 116),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427), "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142), "swapon": (167, 224),
    "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60), "quotactl_fd": (443, 443),
}  # fmt: skip
_CLONE, _CLONE3, _SOCKET, _SOCKETPAIR, _IOCTL = (56, 220), (435, 435), (41, 198), (53, 199), (16, 29)
_NEW_NAMESPACES = 0x7E020000
"""The flags of clone that make a namespace."""
_FAMILIES = (1, 2, 10, 16)
"""AF_UNIX, AF_INET, AF_INET6 and AF_NETLINK: what has its own in a network namespace. AF_VSOCK, for one, has none."""
_TYPES_FOR_OTHERS = (0x5412, 0x541C)
"""TIOCSTI and TIOCLINUX: they put letters into a terminal as if somebody had typed them."""
_X32 = 0x40000000
"""From here on, numbers of x86-64 are those of another table."""

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000
_NUMBER, _ARCHITECTURE, _FIRST, _SECOND = 0, 4, 16, 24
"""Where the kernel keeps a call's number, its machine, and its first two arguments."""

type Instruction = tuple[int, int, int, int]


def filter_program(machine: str = platform.machine()) -> bytes:
    """Return the filter for this `machine`, as bubblewrap reads it. Raises LecternError for one that isn't known."""
    if machine not in _MACHINES:
        raise LecternError(f"there is no sandbox for {machine} processors yet, only for {' and '.join(_MACHINES)}")
    architecture, column = _MACHINES[machine]
    families = [step for family in _FAMILIES for step in _where(_EQUAL, family, [_allow()])]
    program = [
        _load(_ARCHITECTURE), *_unless_equal(architecture, [_fail(errno.ENOSYS)]),
        _load(_NUMBER), *_where(_AT_LEAST, _X32, [_fail(errno.ENOSYS)]),
        *(step for numbers in _REFUSED.values() for step in _where(_EQUAL, numbers[column], [_fail(errno.EPERM)])),
        *_where(_EQUAL, _CLONE3[column], [_fail(errno.ENOSYS)]),  # programs then use clone, whose flags can be seen
        *_where(_EQUAL, _CLONE[column], [_load(_FIRST), *_where(_ANY_BIT, _NEW_NAMESPACES, [_fail(errno.EPERM)]), _allow()]),
        *_where(_EQUAL, _SOCKET[column], [_load(_FIRST), *families, _fail(errno.EAFNOSUPPORT)]),
        *_where(_EQUAL, _SOCKETPAIR[column], [_load(_FIRST), *families, _fail(errno.EAFNOSUPPORT)]),
        *_where(_EQUAL, _IOCTL[column], [_load(_SECOND), *_refused_requests(), _allow()]),
        _allow(),
    ]  # fmt: skip
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


def _refused_requests() -> Iterable[Instruction]:
    return (step for request in _TYPES_FOR_OTHERS for step in _where(_EQUAL, request, [_fail(errno.EPERM)]))


def _where(test: int, value: int, then: list[Instruction]) -> list[Instruction]:
    """Return `then`, skipped unless what was loaded passes the test."""
    return [(test, 0, len(then), value), *then]


def _unless_equal(value: int, then: list[Instruction]) -> list[Instruction]:
    return [(_EQUAL, len(then), 0, value), *then]


def _load(offset: int) -> Instruction:
    return _LOAD, 0, 0, offset


def _allow() -> Instruction:
    return _RETURN, 0, 0, _ALLOW


def _fail(error: int) -> Instruction:
    return _RETURN, 0, 0, _FAIL | error
