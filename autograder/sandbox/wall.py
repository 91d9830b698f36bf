"""The wall's self-test: a program in the same sandbox as student code tries to get out, before any student code runs.

That bubblewrap or a container started says little: an old or setuid version, a kernel without a feature, local configuration or a
security module may silently leave a hole. So the wall is tested at the start of each grading.
"""

from __future__ import annotations

import functools
import itertools
import json
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from autograder.isolation import Kind
from autograder.sandbox import container, view
from autograder.sandbox import launch as launching
from autograder.sandbox.records import SandboxUnavailable

PROGRAM: Final = "autograder.worker.escapes"
SECONDS: Final = 30.0  # it takes a fifth of a second; on a busy machine, much more
MOST_BYTES: Final = 64 * 2**10
MOST_FILES: Final = 20  # of the home folder; they must be invisible
READ_ONLY: Final = "/ /usr /dev /proc/sys /data /submission /assignment/probes /grader/autograder/worker".split()
HIDDEN: Final = ("/etc/passwd", "/etc/shadow", "/proc/kcore", "/sys/kernel/uevent_helper")
# Writing there only subscribes to load notifications and changes nothing. podman masks it, docker can't.
HARMLESS: Final = {Kind.DOCKER: ("/proc/pressure",)}
UPDATE: Final = "Update {program}"
OTHERS: Final = {Kind.BUBBLEWRAP: "Or grade in a container (`--sandbox container`), or"}
PROGRAMS: Final = {Kind.BUBBLEWRAP: "bubblewrap (0.8 or newer)"}
# What student code could do if an attempt succeeded, and how to fix it.
MEANING: Final[Mapping[str, tuple[str, str]]] = {
    "root": ("is root inside", UPDATE),
    "capabilities": ("has root's rights", UPDATE),
    "remount": ("can make read-only folders writable", UPDATE),
    "write": ("can write into folders that were shown to it read-only", UPDATE),
    "kernel": ("can change settings of the kernel", UPDATE),
    "read": ("can read files that should be hidden from it", UPDATE),
    "network": ("reaches a server of this machine", "Enable network namespaces in the kernel"),
    "parent": (
        "can change the process that it is forked from",
        "Enable the filter of system calls (seccomp) in the kernel",
    ),
    "calls": ("can make dangerous system calls", "Update libseccomp, and enable seccomp in the kernel"),
    "room": ("can fill this machine's memory with files", UPDATE),
    "others": ("sees what belongs to other processes", UPDATE),
    "namespace": ("can be root in a user namespace of its own", UPDATE),
}


@dataclass(frozen=True)
class Fact:
    """One attempt to get out: its name in MEANING, and what it gained; empty if the wall held."""

    name: str
    gained: str
    kind: Kind

    @property
    def held(self) -> bool:
        return not self.gained

    def sentence(self) -> str:
        """What student code could do, as a sentence."""
        meaning, help_ = MEANING[self.name]
        return (
            f"Student code {meaning} ({self.gained}). {help_.format(program=PROGRAMS.get(self.kind, self.kind.value))}."
        )


@functools.cache
def tested(kind: Kind) -> tuple[Fact, ...]:
    """Test the wall of `kind`, once per process.

    Raises SandboxUnavailable if an attempt to get out succeeds, saying which and how to fix it; or if there is no answer.
    """
    facts = tried(kind)
    broken = [fact.sentence() for fact in facts if not fact.held]
    if broken:
        raise SandboxUnavailable(
            "the sandbox of this machine does not hold, so nothing was graded.\n"
            + "\n".join(broken)
            + f"\n{OTHERS.get(kind, 'Or grade')} on another machine; or, for code that you trust, with `--sandbox none`."
        )
    return facts


def tried(kind: Kind) -> tuple[Fact, ...]:
    """What a program in the sandbox of student code could do. Raises SandboxUnavailable if it did not answer."""
    ours, theirs = socket.socketpair()
    with (
        ours,
        tempfile.TemporaryDirectory(prefix="autograder-") as folder,
        tempfile.TemporaryFile() as output,
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_UNIX) as local,
    ):
        secret = Path(folder, "secret")
        secret.touch()
        launch = container.empty_launch(Path(folder).resolve())
        name = container.new_name()
        local.bind(f"\0{name}")
        local.listen()
        worker = launching.start(kind, launch, theirs, PROGRAM, output)
        try:
            attempts = {
                "read_only": [*READ_ONLY, *map(str, view.python_folders())],
                "hidden": [str(secret), *HIDDEN, *_files_at_home()],
                "port": server.getsockname()[1],
                "name": name,
                "sizes": view.SIZES,
                "harmless": HARMLESS.get(kind, ()),
            }
            ours.sendall(json.dumps(attempts).encode() + b"\n")
            gained = _answer(ours)
        except (OSError, ValueError, KeyError) as error:
            output.seek(0)
            said = output.read(MOST_BYTES).decode(errors="replace").strip().splitlines()
            raise SandboxUnavailable(
                "the sandbox could not be tried, so nothing was graded "
                f"({said[-1] if said else f'it said nothing: {type(error).__name__}'})."
            ) from error
        finally:
            worker.end()
    return tuple(Fact(name, str(gained[name]), kind) for name in MEANING)


def _files_at_home() -> Iterator[str]:
    try:
        files = [path for path in Path.home().iterdir() if path.is_file()]
    except (OSError, RuntimeError):
        return
    yield from map(str, itertools.islice(files, MOST_FILES))


def _answer(connection: socket.socket) -> dict[str, Any]:
    """The line that the program answers: name -> what was gained. Raises OSError, ValueError or KeyError for anything else."""
    deadline = time.monotonic() + SECONDS
    data = b""
    while not data.endswith(b"\n"):
        connection.settimeout(max(deadline - time.monotonic(), 0.001))
        piece = connection.recv(MOST_BYTES)
        data += piece
        if not piece or len(data) > MOST_BYTES:
            raise ValueError("the answer is malformed")
    gained = dict(json.loads(data))
    if missing := MEANING.keys() - gained.keys():
        raise KeyError(*missing)
    return gained
