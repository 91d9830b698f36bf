"""A class is graded in several processes; what becomes of one submission, or of its process, costs no other."""

from __future__ import annotations

import shutil
import textwrap
from pathlib import Path

import pytest

from autograder.checks.settings import Settings
from autograder.cohort import REPORT, RESULT, Graded, grade_all
from autograder.sandbox import Kind
from autograder.submission import StudentFiles

NAMES = ("ada", "ben", "cleo", "dan", "eve")
STRIKES = """
    import os
    import signal

    from probes import asks

    from autograder.checks import item


    @item("A.secret", seconds=6)
    def test_odd_numbers(student, reference):
        \"\"\"The grader's own process is killed where an answer is 13, as a system does that is out of memory.\"\"\"
        if student.ask(asks.halve, x=3.0) == 13:
            os.kill(os.getpid(), signal.SIGKILL)
    """


@pytest.fixture
def deadly(assignment: Path, tmp_path: Path) -> Path:
    """The small assignment with a check that kills the grader's process for one answer."""
    root = tmp_path / "deadly"
    shutil.copytree(assignment, root, symlinks=True)
    (root / "tests" / "hidden" / "test_small_hidden.py").write_text(textwrap.dedent(STRIKES), encoding="utf-8")
    return root


def graded(root: Path, submit, out: Path) -> dict[str, Graded]:
    files = []
    for name in NAMES:
        half = "13" if name == "ben" else "x / 2"
        folder = submit(f"def halve(x): return {half}\ndef quarter(x): return x / 4\n", name=name)
        files.append(StudentFiles(name, files=(("homework.py", folder / "homework.py"),)))
    settings = Settings(profile="standard", sandbox=Kind.NONE, threads=1)
    done = grade_all(files, out, root / "rubric" / "small.yaml", settings, jobs=2, resume=False, reviews={})
    return {each.submission.student: each for each in done}


def test_a_process_that_is_killed_costs_the_submission_that_it_had_and_no_other(deadly, submit, tmp_path):
    done = graded(deadly, submit, tmp_path / "out")
    assert set(done) == set(NAMES)
    assert done["ben"].result is None
    assert "was killed (exit code" in done["ben"].failure and "--resume" in done["ben"].failure
    others = [done[name] for name in NAMES if name != "ben"]
    assert [each.result.score for each in others if each.result] == [3.0] * 4
    assert all((each.folder / file).exists() for each in others for file in (RESULT, REPORT))
