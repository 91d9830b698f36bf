"""Grading in containers of podman and docker: what a whole grading gives, and that nothing of them is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.checks.settings import Settings
from autograder.grading import grade
from autograder.rubric import load_rubric
from autograder.sandbox import Kind, Launch, Sandbox, StudentTimeout, container
from autograder.sandbox.session import Code
from tests.integration.conftest import CONTAINERS

HOMEWORK = """
import os, time

def reads(path):
    with open(path) as file:
        return file.read()

def lists(path):
    return os.listdir(path)

def writes(path):
    with open(path, "w") as file:
        file.write("new")
    return "written"

def endless():
    print("begun", flush=True)
    while True:
        time.sleep(1)
"""
FUNCTIONS = {name: {"signature": f"{name}()"} for name in ("reads", "lists", "writes", "endless")}
# A grader that says when student code has begun, which then doesn't end.
GRADER = """
import sys, threading, time
from pathlib import Path
from autograder.sandbox import Kind, Launch, Sandbox, container
from autograder.sandbox.session import Code
from autograder.sandbox.tracing import run_traced

kind, name, folder, probes, how = sys.argv[1:]
container.new_name = lambda: name
launch = Launch(Path(folder), Path(folder), Path(probes), ())

def checked():
    code = Code(("homework.py",), {"endless": {"signature": "endless()"}}, {})
    with Sandbox(Kind(kind), launch, code) as sandbox, sandbox.session(300) as session:
        session.load()
        print("begun", flush=True)
        session.call("probes.asks:call", {"name": "endless", "arguments": ()}, seed=0)

def traced():
    threading.Timer(5, print, ["begun"], {"flush": True}).start()
    run_traced(Kind(kind), launch, ["script.py"], 300, 0)

globals()[how]()
"""


@pytest.fixture(scope="module", params=CONTAINERS)
def kind(request: pytest.FixtureRequest) -> Kind:
    chosen: Kind = request.param
    return chosen


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of every container that a test starts."""
    name = container.new_name()
    monkeypatch.setattr(container, "new_name", lambda: name)
    return name


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    folder = tmp_path / "handed-in"
    folder.mkdir()
    (folder / "homework.py").write_text(HOMEWORK)
    (folder / "script.py").write_text(HOMEWORK + "\nendless()\n")
    return folder


@pytest.fixture
def sandbox(kind: Kind, named: str, handed_in: Path, assignment: Path) -> Iterator[Sandbox]:
    launch = Launch(handed_in, handed_in, assignment / "tests" / "probes", data=())
    with Sandbox(kind, launch, Code(("homework.py",), FUNCTIONS, {})) as made:
        yield made


def asked(sandbox: Sandbox, name: str, *arguments: object, seconds: float = 20) -> object:
    with sandbox.session(seconds) as session:
        return session.call("probes.asks:call", {"name": name, "arguments": arguments}, seed=0)


def is_there(kind: Kind, name: str) -> bool:
    listed = [kind.value, "ps", "--all", "--format", "{{.Names}}"]
    return name in subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split()


def is_gone(kind: Kind, name: str) -> bool:
    """Whether a container is gone within a minute: podman and docker clear away on their own time."""
    deadline = time.monotonic() + 60
    while is_there(kind, name):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def test_a_submission_is_graded_in_containers_as_anywhere(kind: Kind, assignment: Path, tmp_path: Path) -> None:
    folder = tmp_path / "student"
    folder.mkdir()
    (folder / "homework.py").write_text("def halve(x):\n    return x / 2\n\ndef quarter(x):\n    return x / 2\n")
    settings = Settings("standard", kind, threads=1, run_seconds=30)
    result = grade(folder, load_rubric(assignment / "rubric" / "small.yaml"), settings)
    assert {item.id: item.points for item in result.items} == {"A.halve": 1, "A.secret": 1, "A.quarter": 0, "A.why": 0}
    assert result.environment.sandbox == kind.value


def test_a_hung_check_costs_its_deadline_and_the_end_leaves_no_container(
    kind: Kind, named: str, sandbox: Sandbox
) -> None:
    with pytest.raises(StudentTimeout):
        asked(sandbox, "endless", seconds=3)
    assert is_there(kind, named)
    sandbox.close()
    assert is_gone(kind, named)


def test_one_that_is_ended_before_it_has_started_leaves_no_container(kind: Kind, named: str, sandbox: Sandbox) -> None:
    sandbox.start()
    sandbox.close()
    assert is_gone(kind, named)


@pytest.mark.parametrize("how", ["checked", "traced"])
def test_where_the_grader_is_killed_its_container_ends(
    kind: Kind, how: str, handed_in: Path, assignment: Path, tmp_path: Path
) -> None:
    script = tmp_path / "grader.py"
    script.write_text(GRADER)
    name = container.new_name()
    words = [sys.executable, str(script), kind.value, name, str(handed_in), str(assignment / "tests" / "probes"), how]
    root = Path(container.__file__).parents[2]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(root)}
    ) as grader:
        assert grader.stdout is not None
        assert grader.stdout.readline() == "begun\n"
        assert is_there(kind, name)
        grader.send_signal(signal.SIGKILL)
    assert is_gone(kind, name)


def test_nothing_is_told_of_the_machines_network_and_hardware(sandbox: Sandbox) -> None:
    for name in ("hosts", "hostname", "resolv.conf"):
        assert asked(sandbox, "reads", f"/etc/{name}") == ""
    assert asked(sandbox, "lists", "/sys") == []


def test_files_that_only_their_owner_may_read_are_shown_to_student_code(sandbox: Sandbox, handed_in: Path) -> None:
    (handed_in / "notes").mkdir(mode=0o700)
    (handed_in / "notes" / "values.txt").write_text("1 2 3")
    (handed_in / "notes" / "values.txt").chmod(0o600)
    assert asked(sandbox, "reads", "notes/values.txt") == "1 2 3"
    assert (handed_in / "notes" / "values.txt").stat().st_mode & 0o777 == 0o600


def test_weights_are_found_where_torch_looks_and_missing_ones_may_be_tried_to_download(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = tmp_path / "torch" / "hub" / "checkpoints"
    weights.mkdir(parents=True)
    (weights / "net.pth").write_text("weights")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    inside = "/tmp/torch/hub/checkpoints"
    assert asked(sandbox, "reads", f"{inside}/net.pth") == "weights"
    assert asked(sandbox, "writes", f"{inside}/other.pth") == "written"
