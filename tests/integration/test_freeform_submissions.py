"""Free-form submissions are bound as their authors would expect, and what no check can call in them is seen. No training."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.mapping import targets_for
from autograder.rubric import load_rubric
from autograder.submission import Submission, collect
from autograder.validation import EXPECTED, Case, Expected, find_cases
from autograder.worker.binding import Code, Function, Mapped, load, outside

ROOT = Path(__file__).resolve().parents[2]
RUBRIC = load_rubric(ROOT / "rubric" / "hw1.yaml")
# Left to a person, and no sign of it can be read: a run shows them (docs/decisions/0027-what-was-not-recognised-waits.md).
LEFT_BY_RUNNING = {
    "freeform/everything_at_top_level": {"1A.network"},
    "freeform/numpy_and_pickles": {
        *("1A.accuracy", "1B.plot", "2A.accuracy-plot", "2A.loss-plot"),
        *("2B.gradient-tracking", "2B.network", "2B.plot", "2C.comparison", "2C.plot"),
    },
    "freeform/numpy_from_scratch": {"1B.plot"},
    "freeform/raw_tensor_xor": {"2B.gradient-tracking", "2B.plot"},
    "freeform/scripts_and_a_plotting_script": {"2B.gradient-tracking", "2B.plot"},
}
CASES = [case for case in find_cases(RUBRIC, ROOT / "tests" / "submissions") if case.kind == "freeform"]


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture
def submission(case: Case, tmp_path: Path) -> Submission:
    handed_in = tmp_path / "handed_in"
    shutil.copytree(case.folder, handed_in, ignore=shutil.ignore_patterns(EXPECTED))
    return collect(handed_in, tmp_path / "submission")


@pytest.fixture
def code(submission: Submission) -> Iterator[Code]:
    targets, _ = targets_for(submission, {}, RUBRIC.functions)
    functions = {name: Function(name, **RUBRIC.function(name).model_dump()) for name in RUBRIC.functions}
    mapping = {name: Mapped(*target) for name, target in targets.items()}
    yield load(submission.folder, submission.sources, functions, mapping)
    for name in [name for name in sys.modules if name.partition(".")[0] == "submission"]:
        del sys.modules[name]


@pytest.fixture
def expected(case: Case) -> Expected:
    assert case.expects is not None
    return case.expects


def test_there_are_at_least_fifteen_of_them():
    assert len(CASES) >= 15


def test_each_is_bound_as_its_author_would_expect(code, expected):
    assert list(expected.wrong_bindings(code.bindings())) == []
    assert code.ran() == ()  # nothing of it was run to find out


def test_what_no_check_can_call_is_seen_where_it_is_and_nowhere_else(case, code, expected):
    lacking = [item for item in RUBRIC.items if any(name not in code for name in item.needs)]
    found = outside.find(code, signs={item.id: item.signs for item in lacking})
    done = expected.review | {*expected.earns, *expected.may_earn}  # left to a person, or proved by running it
    assert set(found) <= done
    left_by_reading = expected.review - LEFT_BY_RUNNING.get(case.name, set())
    assert left_by_reading & {item.id for item in lacking} <= set(found)


@pytest.mark.parametrize("name", ["nothing", "problem2_only"])
def test_where_nothing_was_handed_in_nothing_is_seen(name, tmp_path):
    handed_in = tmp_path / "handed_in"
    shutil.copytree(ROOT / "tests" / "submissions" / "wrong" / name, handed_in)
    submission = collect(handed_in, tmp_path / "submission")
    functions = {name: Function(name, **RUBRIC.function(name).model_dump()) for name in RUBRIC.functions}
    code = load(submission.folder, submission.sources, functions)
    lacking = [item for item in RUBRIC.items if any(function not in code for function in item.needs)]
    assert lacking
    assert outside.find(code, signs={item.id: item.signs for item in lacking}) == {}
