"""What only asks how a command is used does not wait for what grades."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
HEAVY = ("torch", "matplotlib", "numpy", "nbformat", "autograder.rubric")
PROGRAM = """
import sys
from autograder.cli import main
try:
    main()
finally:
    print("imported:", *(name for name in {heavy!r} if name in sys.modules), file=sys.stderr)
"""


def started(*words: str) -> tuple[int, str, str]:
    """Exit code, what was printed, and which heavy packages the command has imported."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(heavy=HEAVY), *words],
        env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    *said, imported = done.stderr.splitlines()
    return done.returncode, done.stdout + "\n".join(said), imported.removeprefix("imported:").strip()


@pytest.mark.parametrize(
    ("words", "code", "expected"),
    [
        (["--help"], 0, "validate"),
        (["--version"], 0, "autograder 0."),
        (["data", "--help"], 0, "fetch"),
        (["grade", "--help"], 0, "--profile"),
        (["check", "-h"], 0, "--rubric"),
        (["grade"], 2, "Missing argument"),
        (["grad", "homework"], 2, "No such command"),
        (["validate", "--jobs", "none"], 2, "--jobs"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_help_and_wrong_use_import_nothing_that_grades(words: list[str], code: int, expected: str) -> None:
    ended, said, imported = started(*words)
    assert expected in said
    assert (ended, imported) == (code, "")


def test_what_grades_imports_no_plotting_before_there_is_something_to_draw() -> None:
    program = "import sys, autograder.cli.graded; print('matplotlib' in sys.modules, 'torch' in sys.modules)"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    said = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["False", "True"]
