"""Answers that were recorded in one grading run are worth nothing in the next one, whose inputs are drawn anew."""

from __future__ import annotations

import base64
import pickle
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.answering.players import Student, name_of
from autograder.checks.settings import Settings
from autograder.grading import grade
from autograder.results import Result
from autograder.rubric import load_rubric
from autograder.sandbox import Kind
from tests.integration.conftest import needs_bubblewrap

pytestmark = needs_bubblewrap

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "solutions" / "pytorch"
ITEMS = frozenset(
    {"1A.network", "1A.evaluation", "2A.optimizers", "3A.confusion-matrix", "3B.architectures", "3B.comparison"}
)
Recorded = list[tuple[str, dict[str, Any], Any]]  # probe, arguments, answer
SEEN, NEW = 1, 2  # secrets


def graded(path: Path, secret: int, items: frozenset[str] = ITEMS) -> Result:
    settings = Settings("quick", Kind.BUBBLEWRAP, threads=1, only=items, run_seconds=0, secret=secret)
    return grade(path, load_rubric(ROOT / "rubric" / "hw1.yaml"), settings)


@pytest.fixture(scope="module")
def recorded() -> Recorded:
    """The questions of a run and the reference's answers."""
    found: Recorded = []
    honest = Student.ask

    def recording(student: Student, probe: Callable[..., Any], **arguments: Any) -> Any:
        answer = honest(student, probe, **arguments)
        found.append((name_of(probe), arguments, answer))
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Student, "ask", recording)
        result = graded(REFERENCE, SEEN)
    assert lost(result) == set()
    return found


def lost(result: Result) -> set[str]:
    return {item.id for item in result.items if item.id in ITEMS and item.points < item.max_points}


def earned(result: Result) -> set[str]:
    return {item.id for item in result.items if item.points > 0}


@pytest.fixture(autouse=True)
def _nameless(monkeypatch: pytest.MonkeyPatch) -> None:
    """No bug is looked for: there is none, and the search would take its time."""
    monkeypatch.setattr("autograder.checks.naming.bugs_behind", lambda *_: ())


def test_recorded_answers_earn_nothing_where_the_inputs_are_new(recorded, tmp_path):
    folder = Path(
        shutil.copytree(ROOT / "tests" / "submissions" / "hostile" / "replayed_answers", tmp_path / "replayed")
    )
    packed = base64.b64encode(zlib.compress(pickle.dumps(recorded)))
    (folder / "answers.py").write_text(f"PACKED = {packed!r}\n", encoding="utf-8")
    assert earned(graded(folder, SEEN)) == ITEMS  # the attack works
    assert earned(graded(folder, NEW)) == set()


def test_numbers_that_were_right_once_are_wrong_where_the_inputs_are_new(recorded, tmp_path):
    items = frozenset({"1A.evaluation", "3A.confusion-matrix", "3B.comparison"})
    answers = {probe: answer for probe, _, answer in recorded}
    accuracy = answers["probes.mlp:evaluate"]["accuracy"]
    matrix = answers["probes.cnn:confusion"]["matrix"].tolist()
    table = answers["probes.comparisons:compare"]["returned"]
    folder = Path(shutil.copytree(REFERENCE, tmp_path / "fixed", ignore=shutil.ignore_patterns("__pycache__")))
    fix(folder / "problem1.py", "evaluate", str(accuracy))
    fix(folder / "problem3.py", "confusion_matrix", f"np.array({matrix})")
    fix(folder / "problem3.py", "compare_architectures", str(table))
    assert lost(graded(folder, SEEN, items)) & items == set()
    assert lost(graded(folder, NEW, items)) & items == items


def fix(file: Path, function: str, value: str) -> None:
    """Let a function of the reference return a fixed value, after all that it did before."""
    text = file.read_text(encoding="utf-8").replace(f"def {function}(", f"def honestly_{function}(")
    call = f"honestly_{function}(*given, **named)"
    file.write_text(f"{text}\n\ndef {function}(*given, **named):\n    {call}\n    return {value}\n", encoding="utf-8")


def test_a_grading_is_repeated_exactly_by_its_secret(recorded):
    again: Recorded = []
    honest = Student.ask

    def recording(student: Student, probe: Callable[..., Any], **arguments: Any) -> Any:
        again.append((name_of(probe), arguments, None))
        return honest(student, probe, **arguments)

    items = frozenset({"1A.evaluation"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Student, "ask", recording)
        assert graded(REFERENCE, SEEN, items).secret == SEEN
    asked = [(probe, arguments) for probe, arguments, _ in recorded if probe == "probes.mlp:evaluate"]
    assert pickle.dumps([(probe, arguments) for probe, arguments, _ in again]) == pickle.dumps(asked)
