"""What student code tries to get out of its sandbox, and what it finds there. Whoever grades, root or not, and
whatever makes the sandbox, the same holds."""

from __future__ import annotations

import contextlib
import platform
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.sandbox import Kind, Launch, Sandbox, StudentDied, StudentFault, view
from autograder.sandbox.session import Code
from tests.integration.conftest import WALLED

ATTACKS = """
import ctypes, os, socket, time

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
        open(f"/proc/{os.getppid()}/mem", "rb").close()
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

def limits_its_parent():
    import resource
    try:
        resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (0, 0))
    except OSError as error:
        return error.strerror
    return "limited"

def opens_a_setting(path):
    try:
        os.close(os.open(path, os.O_WRONLY))
    except OSError as error:
        return error.strerror
    return "opened"

def opens_a_socket(family, kind):
    try:
        socket.socket(family, kind).close()
    except OSError as error:
        return error.strerror
    return "opened"

def reads(path):
    with open(path, "rb") as file:
        return len(file.read())

def writes(path, text):
    with open(path, "w") as file:
        file.write(text)

def lists(path):
    return sorted(os.listdir(path))

def forks(count):
    for _ in range(count):
        try:
            if os.fork() == 0:
                time.sleep(100)
        except OSError as error:
            return error.strerror
    time.sleep(100)

def shares(gigabytes):
    import mmap
    held = mmap.mmap(-1, gigabytes * 2**30)
    for start in range(0, len(held), 4096):
        held[start] = 1
    time.sleep(100)

def hides(gigabytes):
    for _ in range(gigabytes * 4):  # each is smaller than a file may be
        descriptor = os.memfd_create("hidden")
        for _ in range(4):
            os.write(descriptor, bytes(2**26))
    time.sleep(100)

def has_hungry_children(count):
    for _ in range(count):
        if os.fork() == 0:
            held = bytearray(os.urandom(2**20)) * 300
            time.sleep(100)
    time.sleep(100)

def litters():
    for number in range(30_000):
        os.mknod(f"/tmp/{number}")
    return "done"

def ends_with_a_real_time_signal():
    os.kill(os.getpid(), 40)

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


@pytest.fixture(scope="module", params=WALLED)
def kind(request: pytest.FixtureRequest) -> Kind:
    chosen: Kind = request.param
    return chosen


@pytest.fixture(scope="module")
def sandbox(kind: Kind, handed_in: Path, assignment: Path) -> Iterator[Sandbox]:
    launch = Launch(handed_in, handed_in, assignment / "tests" / "probes", data=())
    functions = {name: {"signature": f"{name}()"} for name in NAMES}
    with Sandbox(kind, launch, Code(("homework.py",), functions, {})) as made:
        yield made


@pytest.fixture(scope="module")
def narrow(kind: Kind, handed_in: Path, assignment: Path) -> Iterator[Sandbox]:
    """A sandbox whose sessions have one GB, with all that they start."""
    settings = view.settings
    launch = Launch(handed_in, handed_in, assignment / "tests" / "probes", data=())
    functions = {name: {"signature": f"{name}()"} for name in NAMES}
    with Sandbox(kind, launch, Code(("homework.py",), functions, {})) as made:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(view, "settings", lambda launch: replace(settings(launch), tree_bytes=2**30))
            made.start()
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


def test_nothing_can_be_written_but_in_scratch_and_shared_memory(call: Call, kind: Kind) -> None:
    refused = {"Read-only file system", "No such file or directory"}
    if kind is not Kind.BUBBLEWRAP:  # a container's /dev is another user's
        refused.add("Permission denied")
    for folder in ("/", "/dev", "/data", "/grader", "/assignment", "/usr", "/etc", "/proc", "/submission"):
        assert call("makes", f"{folder}/new") in refused, folder
    for folder in ("/tmp", "/dev/shm"):
        assert call("makes", f"{folder}/new") == "made", folder


def test_no_setting_of_the_kernel_can_be_changed(call: Call) -> None:
    for name in ("kernel/core_pattern", "vm/overcommit_memory", "kernel/hostname"):
        assert call("opens_a_setting", f"/proc/sys/{name}") in ("Read-only file system", "Permission denied")


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
    assert call("limits_its_parent") == "Operation not permitted"
    assert call("takes_a_descriptor_of_its_parent") == ["Operation not permitted"] * 10
    assert 0 not in call("user")  # grading goes on


def test_a_session_can_neither_end_nor_stop_the_process_that_forked_it(call: Call) -> None:
    for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGINT, signal.SIGTERM, signal.SIGSEGV):
        with_parent = call("signals_its_parent", int(number))
        assert with_parent == "sent"
        assert 0 not in call("user")


def test_student_code_finds_itself_in_proc_as_anywhere(call: Call) -> None:
    for name in ("environ", "maps", "io", "stat"):
        assert call("reads", f"/proc/self/{name}") >= 0


def test_honest_code_notices_nothing(call: Call) -> None:
    assert call("adds_up_in_workers", seconds=60) == 4950
    assert call("adds_up_in_a_pool", seconds=60) == 45
    assert call("adds_up_in_threads") == 45
    assert call("asks_a_program") == "hello\n"
    assert call("draws", seconds=60) > 1000


def test_what_a_check_leaves_behind_the_next_does_not_find(call: Call) -> None:
    before = {folder: call("lists", folder) for folder in ("/tmp", "/dev/shm", ".")}
    for path in ("/tmp/note", "/dev/shm/note", "note", "homework.py", "/tmp/.matplotlib/note"):
        call("writes", path, "answers = 1")
    assert {folder: call("lists", folder) for folder in ("/tmp", "/dev/shm", ".")} == before
    assert "note" not in call("lists", "/tmp/.matplotlib")
    assert 0 not in call("user")  # its file is the one that was handed in


def test_more_litter_than_can_be_cleared_away_costs_a_new_sandbox_and_nothing_else(call: Call) -> None:
    assert call("litters", seconds=60) == "done"
    assert len(call("lists", "/tmp")) < 20


def test_a_flood_of_processes_ends_whoever_grades(call: Call) -> None:
    with contextlib.suppress(StudentDied):  # root has no limit of its own, and is stopped by count
        assert call("forks", 2_000) == "Resource temporarily unavailable"
    assert 0 not in call("user")


@pytest.mark.parametrize(("way", "amount"), [("shares", 2), ("hides", 2), ("has_hungry_children", 8)])
def test_memory_is_counted_for_all_processes_whatever_way_they_hold_it(narrow: Sandbox, way: str, amount: int) -> None:
    with narrow.session(60) as session, pytest.raises(StudentFault, match="memory"):
        session.call("probes.asks:call", {"name": way, "arguments": (amount,)}, seed=0)


def test_a_process_that_ends_by_a_signal_without_a_name_costs_its_check_alone(call: Call) -> None:
    with pytest.raises(StudentDied):
        call("ends_with_a_real_time_signal")
    assert 0 not in call("user")
