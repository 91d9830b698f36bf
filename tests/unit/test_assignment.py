"""Which rubric says what is asked: never one that may have been handed in, unless whoever grades names it."""

from __future__ import annotations

import pytest

from autograder.assignment import CHECKOUT, find_rubric
from autograder.rubric import RubricError


@pytest.fixture
def ada(tmp_path):
    """A student's folder with a rubric of its own."""
    folder = tmp_path / "class" / "ada"
    (folder / "rubric").mkdir(parents=True)
    (folder / "rubric" / "hw1.yaml").write_text("assignment: {}\n")
    (folder / "part1").mkdir()
    return folder


@pytest.mark.parametrize("start", [".", "part1"])
@pytest.mark.parametrize("graded", [".", "part1", "hw1.ipynb", ".."])
def test_a_rubric_that_lies_together_with_what_is_graded_is_not_taken(ada, start, graded):
    with pytest.raises(RubricError, match="others may have written it"):
        find_rubric(None, ada / start, [ada / graded])


def test_a_student_who_is_called_rubric_asks_nothing(tmp_path):
    for name in ("rubric", "bob"):
        (tmp_path / name).mkdir()
    (tmp_path / "rubric" / "hw1.yaml").write_text("assignment: {}\n")
    with pytest.raises(RubricError, match="name it with --rubric FILE"):
        find_rubric(None, tmp_path, [tmp_path / "bob"])


def test_a_rubric_that_is_named_is_taken(ada):
    given = ada / "rubric" / "hw1.yaml"
    assert find_rubric(given, ada, [ada]) == given


def test_an_assignment_apart_from_what_is_graded_is_found_where_the_command_is_run(ada, tmp_path):
    assert find_rubric(None, ada, [tmp_path / "elsewhere"]) == ada / "rubric" / "hw1.yaml"


def test_this_checkout_is_trusted_with_what_lies_in_it(tmp_path):
    own = CHECKOUT / "rubric" / "hw1.yaml"
    assert find_rubric(None, CHECKOUT, [CHECKOUT / "solutions"]) == own
    assert find_rubric(None, tmp_path, [tmp_path]) == own
