"""Wrong variants: edits of a right submission that works at the top level."""

from __future__ import annotations

import json

import pytest

from autograder.results import Status
from autograder.rubric.problems import RubricError
from autograder.validation.toplevel import Edit, Left, Named, edited
from tests.unit.report.sample_results import a_result, an_item


def notebook(*cells: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": list(text)} for text in cells]})


def test_an_edit_replaces_a_text_of_a_notebooks_code(tmp_path):
    (tmp_path / "hw1.ipynb").write_text(notebook("a = 1\n", "b = 2\n"))
    found = json.loads(edited(tmp_path, [Edit(file="hw1.ipynb", old="b = 2", new="b = 3")])["hw1.ipynb"])
    assert ["".join(cell["source"]) for cell in found["cells"]] == ["a = 1\n", "b = 3\n"]


def test_two_edits_of_one_file_follow_each_other(tmp_path):
    (tmp_path / "hw1.py").write_text("a = 1\nb = 2\n")
    edits = [Edit(file="hw1.py", old="a = 1", new="a = 5"), Edit(file="hw1.py", old="b = 2", new="b = a")]
    assert edited(tmp_path, edits) == {"hw1.py": "a = 5\nb = a\n"}


@pytest.mark.parametrize("old", ["c = 3", "= "])
def test_a_text_that_does_not_stand_there_once_is_refused(tmp_path, old):
    (tmp_path / "hw1.py").write_text("a = 1\nb = 2\n")
    with pytest.raises(RubricError, match="once is needed"):
        edited(tmp_path, [Edit(file="hw1.py", old=old, new="")])


@pytest.mark.parametrize(
    ("points", "message", "deviates"),
    [(0.5, "The legend labels the wrong lines.", 0), (1.0, "The legend is wrong.", 1), (0.5, "It is wrong.", 1)],
)
def test_points_that_are_left_and_a_word_of_the_message_are_held_against_what_is_declared(points, message, deviates):
    item = an_item(id="1B.plot", status=Status.PARTIAL, points=points, max_points=1, message=message)
    assert len(list(Left({"1B.plot": 0.5}, ("legend",)).deviations(a_result(items=(item,))))) == deviates


@pytest.mark.parametrize(
    ("points", "message", "deviates"),
    [
        (0.5, "All weights are zero.", 0),
        (1.0, "All weights are zero.", 1),
        (0.5, "It is wrong.", 1),
        (0.0, "Wrong.", 2),
    ],
)
def test_what_a_half_good_submission_is_left_with_and_told_is_held_against_what_is_declared(points, message, deviates):
    item = an_item(id="1B.plot", status=Status.PARTIAL, points=points, max_points=1, message=message)
    assert len(list(Named({"1B.plot": 0.5}, {"1B.plot": "zero"}).deviations(a_result(items=(item,))))) == deviates
