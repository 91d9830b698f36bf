"""What names say of versions, and what they don't."""

from __future__ import annotations

import pytest

from autograder.submission.marks import marks_of


@pytest.mark.parametrize(
    "path",
    [
        "hw1_v1.ipynb", "hw1 v2.ipynb", "hw1v3.ipynb", "hw1_version 3.ipynb", "hw1_v2.1.ipynb", "hw1_FINAL.ipynb",
        "hw1Final.ipynb", "hw1_final2.ipynb", "hw1_final_version.ipynb", "final_hw1.ipynb", "latest-hw1.ipynb",
        "hw1_new.ipynb", "old_hw1.ipynb", "hw1.bak.ipynb", "hw1-Copy1.ipynb", "Copy of hw1.ipynb",
        "Kopie von hw1.ipynb", "hw1 - Copy (2).ipynb", "hw1 (1).ipynb", "hw1_draft3.ipynb", "hw1_fixed.ipynb",
        "hw1_submission.ipynb", "hw1_2026-03-01.ipynb", "hw1_20260301_1530.ipynb", "old/hw1.ipynb", "v2/hw1.ipynb",
        "submission/hw1.ipynb", "hw-1_최종.ipynb", "hw1_abgabe.ipynb", "hw1.nbconvert.ipynb",
    ],
)  # fmt: skip
def test_marks_of_a_version_are_told_from_the_name(path):
    assert marks_of(path).any
    assert marks_of(path).base == marks_of("hw1.ipynb").base


@pytest.mark.parametrize(
    "path",
    [
        "hw2.ipynb", "hw1_1.ipynb", "hw1_2.ipynb", "hw1_part2.ipynb", "hw1_problem1_final.ipynb", "hw1_q1.ipynb",
        "hw11.ipynb", "hw1.py", "hw1_ada.ipynb", "hw1_final_1.ipynb", "hw1_12345678.ipynb", "src/hw1.ipynb",
        "part1/hw1.ipynb", "hw1_mobilenetv2.ipynb",
    ],
)  # fmt: skip
def test_other_names_are_of_other_documents(path):
    assert marks_of(path).base != marks_of("hw1.ipynb").base


def test_numbers_are_compared_as_numbers():
    numbers = [marks_of(f"hw1_v{number}.ipynb").number for number in ("1", "2", "2.1", "2.10", "10")]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize(
    "names", [("problem1.py", "problem2.py"), ("hw1.py", "hw2.py"), ("part_1.py", "part_2.py"), ("a.py", "b.py")]
)
def test_parts_have_no_marks(names):
    assert not any(marks_of(name).any for name in names)
    assert len({marks_of(name).base for name in names}) == 2
