"""What student code tries to get out of its sandbox, and what it finds there. Whoever grades, root or not, the same holds."""

from __future__ import annotations

import platform
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.sandbox import Kind, Launch, Sandbox
from autograder.sandbox.bubblewrap import bubblewrap_problem
from autograder.sandbox.session import Code

pytestmark = pytest.mark.skipif(bool(bubblewrap_problem()), reason=f"no sandbox here: {bubblewrap_problem()}")

ATTACKS = """
import ctypes, os, socket

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

def error_of(result):
    return os.strerror(ctypes.get_errno()) if result == -1 else "done"

def system_call(*arguments):
    arguments = [each.encode() if isinstance(each, str) else each for each in arguments]
    return error_of(libc.syscall(*arguments))

def enters_a_user_namespace():
    return error_of(libc.unshare(0x10000000))

def clones_into_a_user_namespace():
    pid = libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0) if os.uname().machine == "x86_64" else libc.syscall(
        220, 0x10000000 | 17, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    return error_of(pid)

def opens_the_memory_of_its_parent():
    try:
        open(f"/proc/{os.getppid()}/mem", "r+b").close()
    except OSError as error:
        return error.strerror
    return "opened"

def opens_the_files_of_its_parent():
    opened = []
    for number in range(64):
        for kind in ("fd", "map_files", "root", "cwd"):
            try:
                os.close(os.open(f"/proc/{os.getppid()}/{kind}/{number}", os.O_RDONLY))
                opened.append(number)
            except OSError:
                pass
    return opened

def traces_its_parent():
    attach, seize = 16, 0x4206
    return [error_of(libc.ptrace(request, os.getppid(), 0, 0)) for request in (attach, seize)]

def writes_into_its_parent():
    class Piece(ctypes.Structure):
        _fields_ = [("at", ctypes.c_void_p), ("size", ctypes.c_size_t)]
    data = ctypes.create_string_buffer(8)
    ours, theirs = Piece(ctypes.addressof(data), 8), Piece(ctypes.addressof(data), 8)
    return error_of(libc.process_vm_writev(os.getppid(), ctypes.byref(ours), 1, ctypes.byref(theirs), 1, 0))

def signals_its_parent(number):
    os.kill(os.getppid(), number)
    return "sent"

def takes_a_descriptor_of_its_parent():
    pidfd = os.pidfd_open(os.getppid())
    return [error_of(libc.syscall(438, pidfd, number, 0)) for number in range(10)]

def opens_a_socket(family, kind):
    try:
        socket.socket(family, kind).close()
    except OSError as error:
        return error.strerror
    return "opened"

def reads(path):
    with open(path, "rb") as file:
        return len(file.read())

def adds_up_in_workers():
    from torch.utils.data import DataLoader
    return int(sum(batch.sum() for batch in DataLoader(list(range(100)), batch_size=10, num_workers=2)))

def adds_up_in_a_pool():
    import multiprocessing
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return sum(pool.map(abs, range(10)))

def adds_up_in_threads():
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(4) as pool:
        return sum(pool.map(abs, range(10)))

def asks_a_program():
    import subprocess
    return subprocess.run(["echo", "hello"], capture_output=True, text=True).stdout

def draws():
    import matplotlib.pyplot as plt
    plt.plot([1, 2]); plt.savefig("plot.png")
    return os.path.getsize("plot.png")
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


DANGEROUS = {
    "io_uring_setup": (425, 8, 0), "keyctl": (250, 0, 0, 0), "bpf": (321, 0, 0, 0), "userfaultfd": (323, 0),
    "perf_event_open": (298, 0, 0, -1, -1, 0), "open_tree": (428, -100, "/", 1), "fsopen": (430, "tmpfs", 0),
    "setns": (308, 0, 0), "clone3": (435, 0, 0), "name_to_handle_at": (303, -100, "/", 0, 0, 0),
    "personality": (135, 0x40000), "shmget": (29, 0, 4096, 0o1600), "listmount": (458, 0, 0, 0, 0),
}  # fmt: skip


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers are those of x86-64")
def test_system_calls_with_a_record_of_holes_are_refused(sandbox: Sandbox) -> None:
    with sandbox.session(20) as session:
        for name, words in DANGEROUS.items():
            said = session.call("probes.asks:call", {"name": "system_call", "arguments": words}, seed=0)
            assert said in ("Operation not permitted", "Function not implemented"), name


def test_no_further_user_namespace_can_be_entered(call: Call) -> None:
    refused = ("Operation not permitted", "No space left on device")
    assert call("enters_a_user_namespace") in refused
    assert call("clones_into_a_user_namespace") in refused


def test_sockets_that_no_network_namespace_holds_are_refused(call: Call) -> None:
    vsock, alg = 40, 38
    for family in (vsock, alg):
        assert call("opens_a_socket", family, int(socket.SOCK_STREAM)) == "Address family not supported by protocol"
    assert call("opens_a_socket", int(socket.AF_UNIX), int(socket.SOCK_STREAM)) == "opened"


def test_a_session_can_not_touch_the_process_that_forked_it(call: Call, sandbox: Sandbox) -> None:
    assert call("opens_the_memory_of_its_parent") == "Permission denied"
    assert call("opens_the_files_of_its_parent") == []
    assert call("traces_its_parent") == ["Operation not permitted"] * 2
    assert call("writes_into_its_parent") == "Operation not permitted"
    assert call("takes_a_descriptor_of_its_parent") == ["Operation not permitted"] * 10
    assert call("user") == [1000] * 4  # grading goes on


def test_a_session_can_neither_end_nor_stop_the_process_that_forked_it(call: Call) -> None:
    for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGINT, signal.SIGTERM, signal.SIGSEGV):
        with_parent = call("signals_its_parent", int(number))
        assert with_parent == "sent"
        assert call("user") == [1000] * 4


def test_student_code_finds_itself_in_proc_as_anywhere(call: Call) -> None:
    for name in ("environ", "maps", "io", "stat"):
        assert call("reads", f"/proc/self/{name}") >= 0


def test_honest_code_notices_nothing(call: Call) -> None:
    assert call("adds_up_in_workers", seconds=60) == 4950
    assert call("adds_up_in_a_pool", seconds=60) == 45
    assert call("adds_up_in_threads") == 45
    assert call("asks_a_program") == "hello\n"
    assert call("draws", seconds=60) > 1000
