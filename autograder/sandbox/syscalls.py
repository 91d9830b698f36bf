"""The system calls that student code may not make, as a filter that the kernel runs (seccomp), compiled by libseccomp.

What isn't named here is allowed. A list of what is allowed would break with each version of torch, the C library or a GPU's
driver, and it would be an instructor's grading that breaks; the namespaces, and having no capability, are the wall itself.
The filter takes away what has opened such walls before: calls with a long record of holes in the kernel, and those that
would give a process rights in a namespace of its own. `docs/decisions/0018-the-wall.md`.
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
# Refused as "this kernel has no such call", for which libraries have another way.
ABSENT: Final = "io_uring_setup io_uring_enter io_uring_register userfaultfd".split()
# Memory and queues that outlive the process that made them: the next check would find them.
LASTING: Final = "shmget msgget semget mq_open".split()
# Newer than many an installed libseccomp, which then doesn't know their names; the numbers are the same on all processors.
NEW: Final = {"quotactl_fd": 443, "memfd_secret": 447, "statmount": 457, "listmount": 458, "open_tree_attr": 467}
UNKNOWN: Final = -1  # libseccomp's answer to a name that it has never heard of
NEW_NAMESPACES: Final = (
    0x20000,
    0x2000000,
    0x4000000,
    0x8000000,
    0x10000000,
    0x20000000,
    0x40000000,
)  # <linux/sched.h>
# Sockets of other families reach what no network namespace holds (AF_VSOCK: the machine below a virtual one), or are
# seldom used and often broken parts of the kernel (AF_ALG, AF_PACKET, ...).
FAMILIES: Final = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, 16)  # 16: AF_NETLINK, which names interfaces


@functools.cache
def compiled() -> bytes:
    """The filter as bubblewrap takes it.

    Raises SandboxUnavailable where libseccomp, or its Python binding, is not installed.
    """
    seccomp = _library()
    made = seccomp.SyscallFilter(seccomp.ALLOW)
    made.set_attr(seccomp.Attr.ACT_BADARCH, seccomp.KILL_PROCESS)  # 32-bit calls would go round the list
    refused, absent = seccomp.ERRNO(errno.EPERM), seccomp.ERRNO(errno.ENOSYS)
    for name in [*FORBIDDEN, *NEW.keys() - {*FORBIDDEN}]:
        _add(seccomp, made, refused, name)
    for name in (*ABSENT, *LASTING):
        _add(seccomp, made, absent, name)
    # clone3 has its flags in memory, where no filter can look; the C library falls back to clone.
    _add(seccomp, made, absent, "clone3")
    for flag in NEW_NAMESPACES:
        made.add_rule(refused, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, flag, flag))
    # Limits of another process, such as of the one that forks sessions; 0 is the caller itself.
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
    except RuntimeError as error:  # what it raises where it finds no libseccomp
        raise SandboxUnavailable(
            "student code needs a filter of system calls, and the library that makes it, libseccomp, is not installed.\n"
            "Install it (Debian and Ubuntu: apt-get install libseccomp2), or grade code that you trust with `--sandbox none`."
        ) from error
    return pyseccomp


def _add(seccomp: Any, made: Any, action: int, name: str) -> None:
    """Add a rule for all calls of this name; none where this processor, or this library, has no such call."""
    number = seccomp.resolve_syscall(seccomp.Arch.NATIVE, name)
    if number == UNKNOWN:
        number = NEW.get(name, UNKNOWN)
    if number >= 0:  # those of other processors have numbers below
        made.add_rule(action, number)
