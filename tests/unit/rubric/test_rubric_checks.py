"""A rubric and the collected checks must agree about which check proves which item."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_rubric import SMALL, line_of, write

from autograder.rubric import FoundCheck, Rubric, RubricError, load_rubric, verify_checks


@pytest.fixture
def rubric(tmp_path: Path) -> Rubric:
    return load_rubric(write(tmp_path, SMALL))


def found_in(rubric: Rubric) -> dict[str, FoundCheck]:
    """The checks that `rubric` lists, as if each had been found in one test file."""
    return {
        name: FoundCheck(name, item.id, "public", f"tests/public/test_small.py:{line}")
        for item in rubric.items
        for line, name in enumerate(item.checks, start=1)
    }


def told(rubric: Rubric, found: dict[str, FoundCheck]) -> str:
    with pytest.raises(RubricError) as caught:
        verify_checks(rubric, found)
    return str(caught.value).removeprefix(f"{rubric.path}:")


def test_checks_that_agree_with_the_rubric_are_accepted(rubric: Rubric) -> None:
    found = found_in(rubric)
    verify_checks(rubric, found)
    assert {(name, item.id) for item in rubric.items for name in item.checks} == {
        (name, check.item) for name, check in found.items()
    }


def test_a_check_that_does_not_exist_names_the_nearest(rubric: Rubric) -> None:
    found = found_in(rubric)
    del found["test_dropout_is_off"]
    renamed = FoundCheck("test_dropout_is_of", "1A.evaluation", "public", "tests/public/test_small.py:9")
    assert told(rubric, {**found, renamed.name: renamed}).splitlines() == [
        f"{line_of('test_accuracy_is_counted') - 1}: parts[0].items[1].checks: check 'test_dropout_is_of' at "
        "tests/public/test_small.py:9 is for this item; list it here, or delete it there",
        f"{rubric.path}:{line_of('test_dropout_is_off')}: parts[0].items[1].checks.test_dropout_is_off: "
        "'test_dropout_is_off': no such check in tests/public or tests/hidden; "
        "did you mean 'test_dropout_is_of'?",
    ]


def test_a_check_that_claims_another_item_is_named(rubric: Rubric) -> None:
    found = found_in(rubric)
    found["test_logits"] = FoundCheck("test_logits", "1A.evaluation", "hidden", "tests/hidden/test_small.py:3")
    assert told(rubric, found) == (
        f"{line_of('test_logits')}: parts[0].items[0].checks[1]: 'test_logits': this check is for item "
        "'1A.evaluation' at tests/hidden/test_small.py:3; correct the one or the other"
    )


def test_a_check_for_an_item_that_is_not_there_names_the_nearest(rubric: Rubric) -> None:
    stray = FoundCheck("test_stray", "1A.netwrok", "public", "tests/public/test_small.py:30")
    assert told(rubric, {**found_in(rubric), "test_stray": stray}) == (
        f"{line_of('parts:')}: parts: check 'test_stray' at tests/public/test_small.py:30 is for item "
        "'1A.netwrok', which is not in this rubric; did you mean '1A.network'?"
    )
