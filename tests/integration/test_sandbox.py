"""What student code can do to its worker, and what it can't do to anything else."""

from __future__ import annotations

import contextlib
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from autograder.sandbox import (
    Kind,
    Launch,
    Sandbox,
    StudentDied,
    StudentError,
    StudentFault,
    StudentMissing,
    StudentTimeout,
)
from autograder.sandbox.faults import StudentUnread
from autograder.sandbox.fonts import font_list
from autograder.sandbox.session import Code
from autograder.worker.protocol import Opaque
from tests.integration.conftest import WALLED

HOSTILE = """
import os, signal, socket, struct, subprocess, sys, threading, time
import numpy as np


def honest(x):
    print("working on", x)
    return x * 2

def endless():
    while True:
        pass

def stubborn():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(1000)

def leaves():
    sys.exit(3)

def leaves_at_once():
    os._exit(0)

def crashes():
    import ctypes
    ctypes.string_at(0)

def raises():
    return [1, 2][7]

def prints(count):
    line = "x" * 999_999
    for _ in range(count):
        print(line)
    return "done"

def hungry():
    return np.ones(10**11)

def computes(seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass
    return "done"

def nothing():
    return None

def odd():
    return [float("nan"), {1, 2}, lambda: 0]

def huge():
    return np.zeros(2**28)

def starts_a_process():
    child = subprocess.Popen(["sleep", "1000"], start_new_session=True)
    return child.pid

def forks_without_end():
    while True:
        try:
            os.fork()
        except OSError:
            pass

def kills_its_parent():
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(5)

def babbles():
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b"\\xff" * 64)
        except OSError:
            pass
    return 1

def drips():
    opened = [fd for fd in range(3, 64) if os.path.exists(f"/proc/self/fd/{fd}")]
    sockets = [fd for fd in opened if "socket" in os.readlink(f"/proc/self/fd/{fd}")]
    for descriptor in sockets:
        os.write(descriptor, struct.pack("!IQ", 2**20, 0))
    while True:
        try:
            time.sleep(0.05)
            for descriptor in sockets:
                os.write(descriptor, b" ")
        except BaseException:
            pass

def drips_later():
    threading.Timer(0.5, drips).start()
    return "done"

def reads(path):
    with open(path) as file:
        return file.read()

def lists(path):
    return sorted(os.listdir(path))

def writes():
    with open("notes.txt", "w") as file:
        file.write("mine")
    return os.path.exists("notes.txt")

def calls_home(port):
    socket.create_connection(("127.0.0.1", port), timeout=2)

def asks():
    return input("your name? ")

def environment():
    return dict(os.environ)

def font_lists():
    folder = os.environ["MPLCONFIGDIR"]
    return [open(os.path.join(folder, name)).read() for name in os.listdir(folder) if name.startswith("fontlist")]

def processes():
    return [name for name in os.listdir("/proc") if name.isdigit()]
"""
NAMES = [line.split("(")[0].removeprefix("def ") for line in HOSTILE.splitlines() if line.startswith("def ")]
KINDS = [Kind.NONE, *WALLED]


@pytest.fixture(scope="module", params=KINDS, ids=str)
def sandbox(
    request: pytest.FixtureRequest, assignment: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sandbox]:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "homework.py").write_text(HOSTILE)
    functions = {name: {"signature": f"{name}()"} for name in [*NAMES, "missing"]}
    launch = Launch(folder, folder, assignment / "tests" / "probes", data=())
    with Sandbox(request.param, launch, Code(("homework.py",), functions, {})) as made:
        yield made


@pytest.fixture
def call(sandbox: Sandbox) -> Callable[..., object]:
    """Call a student's function in a session of its own."""

    def run(name: str, *arguments: object, seconds: float = 20) -> object:
        with sandbox.session(seconds) as session:
            return session.call("probes.asks:call", {"name": name, "arguments": arguments}, seed=0)

    return run


def test_an_answer_comes_back(call):
    assert call("honest", 21) == 42


def test_a_second_question_can_follow_in_the_same_session(sandbox):
    with sandbox.session(20) as session:
        for x in (1, 2):
            assert session.call("probes.asks:call", {"name": "honest", "arguments": (x,)}, seed=0) == 2 * x
        assert session.output.splitlines() == ["working on 1", "working on 2"]


def test_matplotlib_finds_the_list_of_fonts_and_need_not_make_it(call):
    listed = font_list()
    assert listed is not None
    assert call("font_lists") == [listed.read_text()]


def test_an_endless_loop_costs_its_deadline_and_nothing_more(call):
    with pytest.raises(
        StudentTimeout, match=r"still running after 2 s and was stopped. It was at \w+.py:\d+"
    ) as caught:
        call("endless", seconds=2)
    assert "in endless" in caught.value.traceback
    assert call("honest", 1) == 2


def test_processes_that_start_processes_are_counted_and_ended_together(sandbox, call):
    if sandbox.kind is Kind.NONE:
        pytest.skip("without a sandbox nobody counts them")
    with pytest.raises(StudentDied, match="more than 256 processes"):
        call("forks_without_end", seconds=60)
    assert call("honest", 1) == 2


def test_a_session_that_waits_for_a_processor_is_not_stopped_for_it(call):
    # Sessions of their own, for the system may share its processors among sessions first (sched(7), "autogroup").
    spins = [sys.executable, "-c", "while True: pass"]
    busy = [subprocess.Popen(spins, start_new_session=True) for _ in range(4 * (os.cpu_count() or 1))]
    try:
        assert call("computes", 3.5, seconds=3) == "done"  # and less than half of that was its own
    finally:
        for process in busy:
            process.kill()
            process.wait()


def test_a_process_that_ignores_signals_is_stopped_all_the_same(call):
    with pytest.raises(StudentTimeout):
        call("stubborn", seconds=2)
    assert call("honest", 1) == 2


def test_sys_exit_is_told_as_what_it_is(call):
    with pytest.raises(StudentError, match=r"sys\.exit\(3\)"):
        call("leaves")


def test_ending_the_process_is_told_as_what_it_is(call):
    with pytest.raises(StudentDied, match="ended the whole process"):
        call("leaves_at_once")
    assert call("honest", 1) == 2


def test_a_crash_of_the_interpreter_is_told_as_what_it_is(call):
    with pytest.raises(StudentDied, match="SIGSEGV"):
        call("crashes")
    assert call("honest", 1) == 2


def test_an_error_shows_the_students_own_line_and_nothing_of_ours(call):
    with pytest.raises(StudentError) as caught:
        call("raises")
    assert caught.value.kind == "IndexError"
    assert caught.value.traceback.splitlines() == [
        'File "homework.py", line 29, in raises',
        "    return [1, 2][7]",
        "IndexError: list index out of range",
    ]


def test_a_flood_of_prints_is_read_and_only_its_beginning_kept(sandbox):
    with sandbox.session(60) as session:
        assert session.call("probes.asks:call", {"name": "prints", "arguments": (100,)}, seed=0) == "done"
        session.close()
        assert "more bytes were printed" in session.output
        assert len(session.output) < 20_000


def test_more_memory_than_allowed_is_the_students_error(call):
    with pytest.raises(StudentError) as caught:
        call("hungry")
    assert caught.value.kind in ("MemoryError", "_ArrayMemoryError")


def test_an_answer_too_large_to_send_is_refused_with_a_reason(call):
    with pytest.raises(StudentFault, match="too large"):
        call("huge", seconds=60)


def test_odd_values_arrive_as_what_they_are(call):
    assert call("nothing") is None
    nan, a_set, function = call("odd")
    assert math.isnan(nan)
    assert isinstance(a_set, Opaque)
    assert isinstance(function, Opaque)


def test_a_missing_function_is_told_with_its_signature(call):
    with pytest.raises(StudentMissing, match="missing"):
        call("missing")


def test_processes_that_were_left_behind_are_killed(sandbox, call):
    pid = call("starts_a_process")
    assert call("honest", 1) == 2
    if sandbox.kind is Kind.NONE:
        assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_killing_the_nursery_costs_at_most_one_check(call):
    with contextlib.suppress(StudentFault):
        call("kills_its_parent")
    assert call("honest", 1) == 2


def test_writing_into_every_open_file_costs_at_most_one_check(call):
    with contextlib.suppress(StudentFault):
        call("babbles")
    assert call("honest", 1) == 2


def test_an_answer_that_drips_byte_by_byte_ends_at_the_deadline(call):
    with pytest.raises(StudentTimeout):
        call("drips", seconds=3)
    assert call("honest", 1) == 2


def test_after_a_check_an_answer_that_drips_ends_at_the_deadline_too(sandbox, call):
    with sandbox.session(4) as session:
        assert session.call("probes.asks:call", {"name": "drips_later"}, seed=0) == "done"
        time.sleep(1)
        assert session.account() == []
    assert call("honest", 1) == 2


def test_a_session_that_is_hurried_gives_its_calls_less_time_and_tells_in_which_function_it_was(sandbox, call):
    with sandbox.session(60) as session:
        session.hurry(3)
        with pytest.raises(StudentTimeout, match="still running after 3 s") as stopped:
            session.call("probes.asks:call", {"name": "endless"}, seed=0)
    assert stopped.value.function == "homework.py: endless"
    assert call("honest", 1) == 2


def test_asking_for_input_ends_at_once(call):
    with pytest.raises(StudentError, match="EOF"):
        call("asks")


def test_a_submission_can_write_beside_itself_and_the_next_check_finds_it_as_it_was(call):
    assert call("writes") is True
    assert call("lists", ".") == ["homework.py"]


def test_no_environment_variable_of_the_grader_leaks(call, monkeypatch, sandbox):
    if sandbox.kind is not Kind.NONE:
        names = set(call("environment"))
        assert not {name for name in names if "TOKEN" in name or "SECRET" in name or "PYTEST" in name}
        assert names <= {
            "HOME", "PATH", "LANG", "PYTHONHASHSEED", "OMP_NUM_THREADS", "MPLCONFIGDIR", "KERAS_BACKEND", "AUTOGRADER",
            "OMP_WAIT_POLICY", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "MPLBACKEND", "CUDA_VISIBLE_DEVICES",
            "PYTHONPATH", "TORCH_HOME", "PWD", "LC_CTYPE", "KMP_INIT_AT_FORK", "KMP_DUPLICATE_LIB_OK", "TORCHINDUCTOR_CACHE_DIR",
        }  # fmt: skip


@pytest.fixture
def walled(sandbox: Sandbox) -> Sandbox:
    if sandbox.kind is Kind.NONE:
        pytest.skip("without a sandbox, code runs with the user's own rights")
    return sandbox


@pytest.mark.usefixtures("walled")
def test_the_sandbox_shows_nothing_of_the_grader_but_the_worker(call):
    assert call("lists", "/grader/autograder") == ["__init__.py", "worker"]
    assert "hidden" not in call("lists", "/assignment")
    assert call("lists", "/assignment") == ["probes"]


@pytest.mark.usefixtures("walled")
def test_the_sandbox_shows_no_home_and_no_passwords(call, sandbox):
    shown = {"alternatives", "fonts", "ld.so.cache"}
    if sandbox.kind is not Kind.BUBBLEWRAP:  # which a container always has; empty, and a link to /proc
        shown |= {"hosts", "hostname", "resolv.conf", "mtab"}
    for path in ("/etc", "/var", "/srv", str(Path(__file__).parent)):
        with contextlib.suppress(StudentError):
            assert set(call("lists", path)) <= shown
    # Python itself may be installed under a home; on the way to it nothing else is shown.
    home = Path.home()
    python = [Path(prefix) for prefix in (sys.base_prefix, sys.prefix)]
    with contextlib.suppress(StudentError):
        assert set(call("lists", str(home))) <= {p.relative_to(home).parts[0] for p in python if p.is_relative_to(home)}


@pytest.mark.usefixtures("walled")
def test_the_sandbox_reaches_no_network(call):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(StudentError):
        call("calls_home", server.getsockname()[1])


@pytest.mark.usefixtures("walled")
def test_the_sandbox_sees_no_process_of_the_machine(call):
    assert len(call("processes")) <= 5


def test_files_that_can_not_be_read_in_time_are_given_up(assignment, tmp_path):
    (tmp_path / "homework.py").write_text("def honest(x):\n    return x\n\n\n" * 200_000)
    launch = Launch(tmp_path, tmp_path, assignment / "tests" / "probes", data=())
    with Sandbox(Kind.NONE, launch, Code(("homework.py",), {"honest": {"signature": "honest(x)"}}, {})) as sandbox:
        for _ in range(3):
            with sandbox.session(1) as session, pytest.raises(StudentUnread, match="far more code in them"):
                session.load()
        assert sandbox.unread.times == 2  # the third was not begun
