"""What student code tries to get out of its sandbox, and what it finds there. Whoever grades, root or not, the same holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.sandbox import Kind, Launch, Sandbox
from autograder.sandbox.bubblewrap import bubblewrap_problem
from autograder.sandbox.session import Code

pytestmark = pytest.mark.skipif(bool(bubblewrap_problem()), reason=f"no sandbox here: {bubblewrap_problem()}")

ATTACKS = """
import ctypes, os

libc = ctypes.CDLL(None, use_errno=True)


def remounts(path):
    remount, bind = 32, 4096
    if libc.mount(None, path.encode(), None, remount | bind, None) != 0:
        return os.strerror(ctypes.get_errno())
    return "remounted"

def overwrites(path):
    try:
        with open(path, "w") as file:
            file.write("replaced")
    except OSError as error:
        return error.strerror
    return "replaced"

def status():
    with open("/proc/self/status") as file:
        return dict(line.split(":", 1) for line in file.read().splitlines())

def user():
    return [os.getuid(), os.geteuid(), os.getgid(), os.getegid()]

def room(path):
    about = os.statvfs(path)
    return about.f_blocks * about.f_frsize

def makes(path):
    try:
        open(path, "x").close()
    except OSError as error:
        return error.strerror
    return "made"

def command_lines():
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            with open(f"/proc/{name}/cmdline") as file:
                found.append(file.read())
    return found
"""
NAMES = [line.split("(")[0].removeprefix("def ") for line in ATTACKS.splitlines() if line.startswith("def ")]
Call = Callable[..., Any]


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("handed-in")
    (folder / "homework.py").write_text(ATTACKS)
    return folder


@pytest.fixture(scope="module")
def sandbox(handed_in: Path, assignment: Path) -> Iterator[Sandbox]:
    launch = Launch(handed_in, handed_in, assignment / "tests" / "probes", data=())
    functions = {name: {"signature": f"{name}()"} for name in NAMES}
    with Sandbox(Kind.BUBBLEWRAP, launch, Code(("homework.py",), functions, {})) as made:
        yield made


@pytest.fixture
def call(sandbox: Sandbox) -> Call:
    """Call a student's function in a session of its own."""

    def run(name: str, *arguments: object, seconds: float = 20) -> Any:
        with sandbox.session(seconds) as session:
            return session.call("probes.asks:call", {"name": name, "arguments": arguments}, seed=0)

    return run


def test_read_only_mounts_can_not_be_made_writable(call: Call) -> None:
    for path in ("/submission", "/usr", "/grader/autograder/worker", "/assignment/probes"):
        assert call("remounts", path) == "Operation not permitted"


def test_a_remount_does_not_open_the_handed_in_files_to_a_write(sandbox: Sandbox, handed_in: Path) -> None:
    with sandbox.session(20) as session:
        for name, path in (("remounts", "/submission"), ("overwrites", "/submission/homework.py")):
            session.call("probes.asks:call", {"name": name, "arguments": (path,)}, seed=0)
    assert (handed_in / "homework.py").read_text() == ATTACKS


def test_student_code_is_nobody_in_particular(call: Call) -> None:
    assert 0 not in call("user")


def test_student_code_has_no_capability_and_can_gain_none(call: Call) -> None:
    status = call("status")
    for capabilities in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(status[capabilities], 16) == 0, capabilities
    assert status["NoNewPrivs"].strip() == "1"


def test_nothing_can_be_written_but_in_scratch_and_shared_memory(call: Call) -> None:
    for folder in ("/", "/dev", "/data", "/grader", "/assignment", "/usr", "/etc", "/proc", "/submission"):
        assert call("makes", f"{folder}/new") in ("Read-only file system", "No such file or directory"), folder
    for folder in ("/tmp", "/dev/shm"):
        assert call("makes", f"{folder}/new") == "made", folder


def test_what_can_be_written_has_a_size(call: Call) -> None:
    for folder in ("/tmp", "/dev/shm"):
        assert call("room", folder) <= 2 * 2**30, folder


def test_no_command_line_in_sight_names_a_folder_of_the_machine(call: Call, handed_in: Path) -> None:
    assert not any(str(handed_in) in line for line in call("command_lines"))
