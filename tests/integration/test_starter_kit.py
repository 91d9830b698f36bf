"""A released kit in a student's hands: another folder, the engine from the kit's wheel, no solution anywhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]


def run(folder: Path, engine: Path, *words: object) -> subprocess.CompletedProcess[str]:
    """Run a Python module in a folder, with the engine in another."""
    environment = os.environ | {"PYTHONPATH": str(engine), "COLUMNS": "160"}
    command = [
        sys.executable,
        "-P",
        "-m",
        *map(str, words),
    ]  # as the `autograder` command: no module of the folder gets in
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=200, check=False
    )


@pytest.fixture(scope="module")
def released(assignment: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The kit as it was released, and the engine installed from its wheel."""
    root = tmp_path_factory.mktemp("course") / "assignment"
    shutil.copytree(assignment, root)
    (root / "templates" / "starter" / "kit.yaml").write_text("notebook: homework\npackages: [numpy]\n")
    shutil.copyfile(CHECKOUT / "requirements.txt", root / "requirements.txt")
    kit = tmp_path_factory.mktemp("student") / "kit"
    done = run(root, CHECKOUT, "autograder.cli", "release", kit)
    assert done.returncode == 0, done.stderr
    assert "Filled in from the reference, it passes all public checks." in done.stdout
    engine = tmp_path_factory.mktemp("engine")
    (wheel,) = kit.glob("autograder_checks/*.whl")
    installed = run(kit, engine, "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", engine, wheel)
    assert installed.returncode == 0, installed.stderr
    return kit, engine


@pytest.fixture
def kit(released: tuple[Path, Path], tmp_path: Path) -> Path:
    """A copy of the kit to fill in."""
    return Path(shutil.copytree(released[0], tmp_path / "kit"))


@pytest.fixture
def student(released: tuple[Path, Path], kit: Path) -> Run:
    """Run a module in the kit, as a student does who installed the kit's engine."""
    return lambda *words: run(kit, released[1], *words)


def fill(kit: Path, halve: str, quarter: str = "return x / 4") -> None:
    path = kit / "numbers.py"
    _, _, rest = path.read_text().partition("def halve(x):\n")
    text = f"def halve(x):\n    {halve}\n" + rest[rest.index("\n\n\n") :]
    path.write_text(text.replace("# YOUR CODE HERE\n    raise NotImplementedError()", quarter))


def test_nothing_in_the_kit_names_what_is_hidden(kit):
    texts = [path.read_text() for path in kit.rglob("*") if path.suffix in {".py", ".yaml", ".md", ".ipynb"}]
    assert texts
    assert not any("test_odd_numbers" in text or "half = x / 2" in text for text in texts)
    assert not (kit / "autograder_checks" / "solutions").exists()
    assert not (kit / "autograder_checks" / "tests" / "hidden").exists()


def test_the_unfilled_kit_scores_nothing_and_says_what_is_to_be_written(student):
    done = student("autograder.cli", "check", ".")
    assert done.returncode == 0, done.stderr
    told = " ".join(done.stdout.split())
    assert "A small assignment: kit" in told
    assert "`halve` is still to be written (homework.ipynb cell 1 line 1, numbers.py line 7)." in told
    assert "Score: 0 of 4 points" in done.stdout


def test_the_filled_kit_passes_all_public_checks_by_recorded_answers(kit, student):
    fill(kit, "return x / 2")
    done = student("autograder.cli", "check", ".")
    assert "Score: 2 of 4 points" in done.stdout, done.stdout + done.stderr
    assert "– / 1" in done.stdout  # what only a hidden check looks at
    assert "failed" not in done.stdout


def test_wrong_code_is_told_what_was_expected(kit, student):
    fill(kit, "return x * 2")
    assert "`halve(2.0)` is 4; 1 was expected." in student("autograder.cli", "check", ".").stdout


def test_one_check_runs_under_pytest_itself(kit, student):
    fill(kit, "return x / 2", "return x / 3")
    done = student("pytest", "-q", "-p", "no:cacheprovider", "autograder_checks/tests/public", "--submission", ".")
    assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr


def test_work_is_checked_by_its_own_kit_from_any_folder(released, kit, tmp_path):
    done = run(tmp_path, released[1], "autograder.cli", "check", "kit/homework.ipynb")
    assert "`quarter` is still to be written (homework.ipynb cell 2 line 1)." in done.stdout, done.stderr


def test_a_damaged_kit_is_told_with_what_to_do(kit, student):
    (kit / "autograder_checks" / "reference-answers").write_bytes(b"")
    done = student("autograder.cli", "check", ".")
    assert done.returncode == 2
    assert "unpack the starter kit again" in done.stderr


def test_the_kits_checks_are_not_handed_in(kit, student):
    fill(kit, "return x / 2")
    done = student("autograder.cli", "pack", ".", "--anyway")
    assert done.returncode == 0, done.stderr
    listed = subprocess.run(["python3", "-m", "zipfile", "-l", kit.with_suffix(".zip")], capture_output=True, text=True)
    assert "numbers.py" in listed.stdout
    assert "autograder_checks" not in listed.stdout


def test_a_reference_that_fails_its_own_checks_gives_no_kit(assignment, tmp_path):
    root = Path(shutil.copytree(assignment, tmp_path / "assignment"))
    (root / "templates" / "starter" / "kit.yaml").write_text("notebook: homework\npackages: [numpy]\n")
    shutil.copyfile(CHECKOUT / "requirements.txt", root / "requirements.txt")
    checks = root / "tests" / "public" / "test_small.py"
    checks.write_text(checks.read_text().replace("reference.ask(asks.quarter, x=8.0)", "3.0"))
    done = run(root, CHECKOUT, "autograder.cli", "release", tmp_path / "kit")
    assert done.returncode == 1
    assert "test_numbers_are_quartered" in done.stderr
    assert not (tmp_path / "kit").exists()
