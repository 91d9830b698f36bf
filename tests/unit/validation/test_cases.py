"""Which submissions the grader is held against, and what each declares."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from autograder.results import Binding
from autograder.rubric import load_rubric
from autograder.validation import EXPECTED, find_cases, row_of, subset
from autograder.validation.cases import QUICK
from tests.unit.report.sample_results import a_result, an_item

ROOT = Path(__file__).parents[3]
HW1 = ROOT / "rubric" / "hw1.yaml"
BOUND = Binding(function="evaluate", bound_to="hw1.ipynb cell 3 line 12 `test`", how="alias")


def a_submission(root: Path, expected: str) -> None:
    folder = root / "freeform" / "ada"
    folder.mkdir(parents=True)
    (folder / "hw1.py").write_text("def test(): ...\n")
    (folder / EXPECTED).write_text(textwrap.dedent(expected))


def test_a_freeform_submission_is_a_case_of_its_own_kind(tmp_path):
    a_submission(tmp_path, "earns: {1A.network: 1}\nreview: [1B.plot]\nbindings: {evaluate: hw1.py test}\n")
    rubric = load_rubric(HW1)
    (case,) = [case for case in find_cases(rubric, tmp_path) if case.kind == "freeform"]
    assert case.name == "freeform/ada"
    assert "1A.network" not in case.loses and "1B.plot" not in case.loses and "1A.activations" in case.loses
    row = row_of(case, a_result(an_item(id="1A.network")))
    assert not row.as_declared
    assert row_of(case, a_result(an_item(id="1A.network"), bindings=(BOUND,))).deviations == (
        "evaluate is bound to hw1.ipynb cell 3 test (alias); declared: hw1.py test",
    )


@pytest.fixture(scope="module")
def cases():
    return find_cases(load_rubric(HW1), ROOT / "tests" / "submissions")


def test_no_two_cases_have_the_same_name(cases):
    assert len({case.name for case in cases}) == len(cases)


def test_a_bug_is_graded_on_the_items_that_it_must_lose_and_on_those_that_depend_on_its_function(cases):
    (case,) = [case for case in cases if case.name == "train_epoch.zero-grad-missing"]
    assert case.loses <= case.only
    assert "1B.comparison" in case.only  # compare_activations calls train_epoch
    assert "1A.network" not in case.only


def test_the_quick_subset_still_loses_each_item_that_the_whole_loses(cases):
    def lost(chosen):
        return frozenset().union(*(case.loses for case in chosen if case.kind == "wrong"))

    quick = subset(cases)
    assert {case.name for case in quick if case.nightly} == set(QUICK)
    assert lost(quick) == lost(cases)
    assert len(quick) < len(cases) / 4
    assert {case.kind for case in quick} == {case.kind for case in cases}


def test_the_quick_subset_has_no_bug_that_could_be_left_out(cases):
    bugs = [case for case in subset(cases) if case.kind == "wrong" and case.files]
    for bug in bugs:
        assert bug.loses - frozenset().union(*(other.loses for other in bugs if other is not bug))
