"""The system calls that student code may not make, as a filter that the kernel runs (seccomp), compiled by libseccomp.

Calls that aren't listed here are allowed. An allow-list would break with each version of torch, the C library or a GPU driver,
in the middle of an instructor's grading; the wall itself is the namespaces and the lack of capabilities. The filter removes what
has broken such walls before: calls with a long record of kernel vulnerabilities, and those that would give a process rights in a
namespace of its own. `docs/decisions/0018-the-wall.md`.
"""

from __future__ import annotations

import errno
import functools
import socket
import tempfile
from typing import Any, Final

from autograder.sandbox.records import SandboxUnavailable

# Refused as "not permitted".
FORBIDDEN: Final = """
    mount umount2 pivot_root chroot move_mount open_tree fsopen fsconfig fsmount fspick mount_setattr
    unshare setns
    ptrace process_vm_readv process_vm_writev process_madvise pidfd_getfd kcmp
    keyctl add_key request_key
    bpf perf_event_open fanotify_init lookup_dcookie syslog
    kexec_load kexec_file_load init_module finit_module delete_module
    quotactl quotactl_fd acct swapon swapoff reboot vhangup iopl ioperm modify_ldt
    open_by_handle_at name_to_handle_at
    settimeofday clock_settime clock_adjtime adjtimex sethostname setdomainname
    personality memfd_secret
""".split()
# Refused as "this kernel has no such call", for which libraries have a fallback.
ABSENT: Final = "io_uring_setup io_uring_enter io_uring_register userfaultfd".split()
# Memory and queues that outlive the process that made them: the next check would find them.
LASTING: Final = "shmget msgget semget mq_open".split()
# Newer than many an installed libseccomp, which doesn't know their names; the numbers are the same on all processors.
NEW: Final = {"quotactl_fd": 443, "memfd_secret": 447, "statmount": 457, "listmount": 458, "open_tree_attr": 467}
UNKNOWN: Final = -1  # libseccomp's answer to a name that it doesn't know
# CLONE_NEW... of <linux/sched.h>
NEW_NAMESPACES: Final = (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000)
# Sockets of other families bypass network namespaces (AF_VSOCK: the host of a virtual machine), or belong to rarely used and
# often vulnerable parts of the kernel (AF_ALG, AF_PACKET, ...).
FAMILIES: Final = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, 16)  # 16: AF_NETLINK, which names interfaces


@functools.cache
def compiled() -> bytes:
    """The filter in the form that bubblewrap takes.

    Raises SandboxUnavailable if libseccomp or its Python binding is not installed.
    """
    seccomp = _library()
    made = seccomp.SyscallFilter(seccomp.ALLOW)
    made.set_attr(seccomp.Attr.ACT_BADARCH, seccomp.KILL_PROCESS)  # 32-bit calls would bypass the list
    refused, absent = seccomp.ERRNO(errno.EPERM), seccomp.ERRNO(errno.ENOSYS)
    for name in [*FORBIDDEN, *NEW.keys() - {*FORBIDDEN}]:
        _add(seccomp, made, refused, name)
    for name in (*ABSENT, *LASTING):
        _add(seccomp, made, absent, name)
    # clone3 passes its flags in memory, which no filter can read; the C library falls back to clone.
    _add(seccomp, made, absent, "clone3")
    for flag in NEW_NAMESPACES:
        made.add_rule(refused, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, flag, flag))
    # Limits of another process, such as the one that forks sessions; 0 is the caller itself.
    made.add_rule(refused, "prlimit64", seccomp.Arg(0, seccomp.NE, 0))
    unsupported = seccomp.ERRNO(errno.EAFNOSUPPORT)
    for family in set(range(max(FAMILIES))) - {*FAMILIES}:
        made.add_rule(unsupported, "socket", seccomp.Arg(0, seccomp.EQ, family))
    made.add_rule(unsupported, "socket", seccomp.Arg(0, seccomp.GT, max(FAMILIES)))
    with tempfile.TemporaryFile() as file:
        made.export_bpf(file)
        file.seek(0)
        return file.read()


def _library() -> Any:
    try:
        import pyseccomp
    except ImportError as error:
        raise SandboxUnavailable(
            "student code needs a filter of system calls, and the package `pyseccomp` that makes it is not installed.\n"
            "Install what the grader needs again: pip install -r requirements.txt"
        ) from error
    except RuntimeError as error:  # raised if it finds no libseccomp
        raise SandboxUnavailable(
            "student code needs a filter of system calls, and the library that makes it, libseccomp, is not installed.\n"
            "Install it (Debian and Ubuntu: apt-get install libseccomp2), or grade code that you trust with `--sandbox none`."
        ) from error
    return pyseccomp


def _add(seccomp: Any, made: Any, action: int, name: str) -> None:
    """Add a rule for all calls of this name; none if this processor or this library has no such call."""
    number = seccomp.resolve_syscall(seccomp.Arch.NATIVE, name)
    if number == UNKNOWN:
        number = NEW.get(name, UNKNOWN)
    if number >= 0:  # calls of other processors have negative numbers
        made.add_rule(action, number)
