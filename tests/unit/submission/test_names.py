from __future__ import annotations

import pytest

from autograder.submission.names import find_requirements, leftover, natural_key, safe_name, without_suffix
from autograder.submission.records import Limits


def test_numbers_in_names_sort_by_value():
    names = ["problem10.ipynb", "Problem2.ipynb", "problem1.ipynb", "1b.py", "a.py"]
    assert sorted(names, key=natural_key) == [
        "1b.py",
        "a.py",
        "problem1.ipynb",
        "Problem2.ipynb",
        "problem10.ipynb",
    ]


def test_what_separates_a_number_from_its_word_does_not_count():
    names = ["Part2/a.py", "part 1/b.py", "part_3/a.py", "part-1/a.py"]
    assert sorted(names, key=natural_key) == ["part-1/a.py", "part 1/b.py", "Part2/a.py", "part_3/a.py"]


def test_a_safe_name_is_relative_and_tidy():
    assert safe_name("./a//b\\c.py", Limits()) == "a/b/c.py"
    assert safe_name("...hidden/.py", Limits()) == "...hidden/.py"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("a/__pycache__/b.pyc", "Python caches"),
        ("data/FashionMNIST/raw/x", "data sets"),
        ("lib/Site-Packages/x.py", "a virtual environment"),
        ("raw/mnist/x.py", None),
        ("git/x.py", None),
        ("site-packages", None),
    ],
)
def test_leftovers_are_told_by_their_folders_and_names(path, kind):
    assert leftover(path) == kind


def test_the_right_requirements_file_wins_over_its_likenesses():
    names = ["requirements-dev.txt", "sub/requirements.txt", "requirments.txt", "requirements.txt"]
    assert find_requirements(names) == "requirements.txt"
    assert find_requirements(["a/requirements.txt", "requirements.txt"]) == "requirements.txt"
    assert find_requirements(["requirements.py", "results.txt", "readme.txt"]) is None


def test_a_name_without_its_suffix_is_never_empty_or_a_dot():
    names = ["hw1.tar.gz", "hw1.zip", "ada.lovelace", ".zip", "..zip", "..tar.gz"]
    assert [without_suffix(name) for name in names] == ["hw1", "hw1", "ada", ".zip", "..zip", "..tar.gz"]
