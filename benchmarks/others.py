"""One problem graded by others: `python -m benchmarks.others [--repeats 3] [--epochs 10]`.

The first problem of a notebook of ours (a network for MNIST, ten epochs, accuracy above 97 %) is run as it is by nbconvert,
graded by nbgrader and by otter, each with one cell of tests that asserts the accuracy and the layers, and graded by
this product. Each is the command that an instructor gives; they go in turn, so that a busy machine is as busy for all. A time
only counts where the work was graded as right (nbgrader gives up after half a minute in a cell unless it is told to wait).
otter is left out where it is not there: `pip install otter-grader`, in an environment with this product's requirements.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import nbformat
import numpy as np
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook

from autograder.data.store import open_set
from autograder.results.files import read_result

ROOT: Final = Path(__file__).resolve().parents[1]
NOTEBOOK: Final = ROOT / "tests" / "submissions" / "toplevel" / "one_flow" / "homework.ipynb"
EPOCHS: Final = 10  # that the notebook trains
CELLS: Final = 6  # imports, data, and problem 1A
TESTS: Final = (
    "assert right_test / len(mnist_test) > 0.97\nassert [each.out_features for each in net.linears] == [128, 64, 10]"
)
PATIENCE: Final = 3600  # seconds for a cell
# Some registries' torchvision can't be imported beside their torch; in our own sandbox it can.
IMPORTABLE: Final = """import contextlib
with contextlib.suppress(ImportError):
    from autograder.worker.torchvision_shim import make_importable
    make_importable()"""
KERNEL: Final = {"name": "python3", "display_name": "Python 3", "language": "python"}


@dataclass(frozen=True)
class Way:
    """One way to grade the problem: `prepare` writes into a fresh folder what the timed command needs, for so many epochs;
    `is_right` reads from that folder and what the command printed whether it took the work for right."""

    name: str
    prepare: Callable[[Path, int], None]
    command: tuple[str, ...]  # FOLDER is that folder, in which it runs
    is_right: Callable[[Path, str], bool]


def problem(folder: Path, epochs: int, tested: bool = False) -> Any:
    """The notebook of one problem, that reads MNIST from `folder`; `tested`: with nbgrader's cell of tests."""
    notebook: Any = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    notebook.cells = notebook.cells[:CELLS]
    for cell in notebook.cells:
        cell.source = cell.source.replace('root="./data"', f'root="{folder / "data"}"')
        cell.source = cell.source.replace("range(10)", f"range({epochs})")
    notebook.cells[1].source = f"{IMPORTABLE}\n{notebook.cells[1].source}"
    if tested:
        about = {"grade": True, "grade_id": "test-1A", "locked": True, "points": 2, "solution": False, "task": False}
        marks = {"nbgrader": {**about, "schema_version": 3}}
        notebook.cells.append(new_code_cell(TESTS, metadata=marks))  # type: ignore[no-untyped-call]
    notebook.metadata["kernelspec"] = KERNEL
    return notebook


def write(notebook: Any, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]


def write_mnist(folder: Path) -> None:
    """MNIST as torchvision keeps it, in idx files (http://yann.lecun.com/exdb/mnist), from our own copy."""
    raw = folder / "data" / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for split, prefix in (("train", "train"), ("test", "t10k")):
        stored = open_set("mnist", split)
        _write_idx(raw / f"{prefix}-images-idx3-ubyte", np.asarray(stored.images))
        _write_idx(raw / f"{prefix}-labels-idx1-ubyte", np.asarray(stored.labels))


def _write_idx(path: Path, array: np.ndarray) -> None:
    head = bytes([0, 0, 8, array.ndim]) + b"".join(size.to_bytes(4, "big") for size in array.shape)
    path.write_bytes(head + array.astype(np.uint8).tobytes())


def for_running(folder: Path, epochs: int) -> None:
    write(problem(folder, epochs), folder / "hw.ipynb")


def for_nbgrader(folder: Path, epochs: int) -> None:
    """A course with one assignment that one student has handed in."""
    notebook = problem(folder, epochs, tested=True)
    for place in (Path("source", "hw"), Path("submitted", "ana", "hw")):
        write(notebook, folder / place / "hw.ipynb")
    _run((sys.executable, "-m", "nbgrader", "generate_assignment", "hw", "--create", "--force"), folder)


def for_otter(folder: Path, epochs: int) -> None:
    (folder / "tests").mkdir()
    code = "".join(f">>> {line}\n" for line in TESTS.splitlines())
    test = {"name": "q1", "points": 2, "suites": [{"type": "doctest", "cases": [{"code": code}]}]}
    (folder / "tests" / "q1.py").write_text(f"OK_FORMAT = True\ntest = {test!r}\n", encoding="utf-8")
    for_running(folder, epochs)


def for_ours(folder: Path, epochs: int) -> None:
    write(problem(folder, epochs), folder / "handed_in" / "hw.ipynb")


def is_run(folder: Path, printed: str) -> bool:
    return (folder / "run.ipynb").is_file()


def is_right_for_nbgrader(folder: Path, printed: str) -> bool:
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        return float(book.find_submission("hw", "ana").score) == 2.0


def is_right_for_otter(folder: Path, printed: str) -> bool:
    return "All tests passed!" in printed


def is_right_for_us(folder: Path, printed: str) -> bool:
    result = read_result(next((folder / "reports").rglob("result.json")))
    return all(item.points == item.max_points for item in result.items if item.part == "1A")


PYTHON: Final = sys.executable
NBCONVERT: Final = (PYTHON, "-m", "nbconvert", "--to", "notebook", "--execute", "hw.ipynb", "--output", "run.ipynb")
NBGRADER: Final = (PYTHON, "-m", "nbgrader", "autograde", "hw", "--create", "--force", f"--Execute.timeout={PATIENCE}")
OURS: Final = (
    PYTHON,
    "-m",
    "autograder.cli",
    "grade",
    "FOLDER/handed_in",
    "--rubric",
    str(ROOT / "rubric" / "hw1.yaml"),
)
WAYS: Final = (
    Way("the notebook run as it is (nbconvert)", for_running, NBCONVERT, is_run),
    Way("nbgrader autograde", for_nbgrader, NBGRADER, is_right_for_nbgrader),
    Way("otter check", for_otter, (PYTHON, "-m", "otter", "check", "hw.ipynb", "-t", "tests"), is_right_for_otter),
    Way("autograder grade", for_ours, (*OURS, "--out", "FOLDER/reports"), is_right_for_us),
)


def seconds_of(way: Way, epochs: int) -> float:
    """Raises CalledProcessError where its command fails, ValueError where it takes the work for wrong after all its epochs."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_mnist(folder)
        way.prepare(folder, epochs)
        started = time.perf_counter()
        printed = _run(tuple(word.replace("FOLDER", temporary) for word in way.command), folder)
        seconds = time.perf_counter() - started
        if epochs >= EPOCHS and not way.is_right(folder, printed):
            raise ValueError(f"{way.name} takes the work for wrong: {printed[-2000:]}")
        return seconds


def _run(command: tuple[str, ...], folder: Path) -> str:
    """What the command prints."""
    programs = os.pathsep.join([str(Path(PYTHON).parent), os.environ["PATH"]])  # nbgrader calls alembic
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PATH": programs}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        print(done.stdout[-2000:], done.stderr[-2000:], file=sys.stderr)
    done.check_returncode()
    return done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="fewer to try it out: too few for 97 %%")
    options = parser.parse_args()
    ways = [way for way in WAYS if "otter" not in way.command or importlib.util.find_spec("otter")]
    found: dict[str, list[float]] = {way.name: [] for way in ways}
    for _ in range(options.repeats):
        for way in ways:
            found[way.name].append(seconds_of(way, options.epochs))
            print(f"{way.name}: {found[way.name][-1]:.1f} s", file=sys.stderr)
    print("| what | seconds |\n|---|---|")
    for name, seconds in found.items():
        print(f"| {name} | {statistics.median(seconds):.1f} [{min(seconds):.1f}-{max(seconds):.1f}] |")


if __name__ == "__main__":
    main()
