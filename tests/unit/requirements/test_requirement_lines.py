"""Requirements files as students write them, line by line."""

from __future__ import annotations

import pytest

from autograder.requirements.requirement_lines import read_lines


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("torch", "torch"),
        ("Scikit_Learn >= 1.2, < 2  # for the confusion matrix", "scikit-learn"),
        ("torch[extra]==2.1; python_version > '3.8'", "torch"),
        ("numpy==1.26.0 --hash=sha256:abc", "numpy"),
        ("git+https://github.com/someone/thing.git#egg=the_thing", "the-thing"),
        ("-e git+https://github.com/someone/thing.git#egg=thing", "thing"),
        ("--extra-index-url https://example.org/whl", ""),
        ("torch @ https://example.org/torch.whl", "torch"),
    ],
)
def test_what_pip_takes_is_taken(line, name):
    (read,) = read_lines(line)
    assert (read.name, read.problem) == (name, "")


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("pip install torch numpy", "torch numpy"),
        ("!pip install torch", "`torch`"),
        ("numpy=1.26.4=py311h64a7726_0", "`numpy==1.26.4`"),
        ("numpy @ file:///home/conda/feedstock/work", "your own machine"),
        ("Python 3.10", "pip can't read it"),
        ("numpy==", "pip can't read it"),
        ("random", "part of Python"),
        ("-r other.txt", "not handed in"),
    ],
)
def test_what_pip_would_not_take_is_told_with_what_to_write(line, advice):
    (read,) = read_lines(f"\n{line}\n")
    assert read.number == 2
    assert advice in read.problem


def test_continued_lines_are_one_and_comments_are_none():
    lines = read_lines("# all of it\nnumpy \\\n  >=1.0\n\ntorch\n")
    assert [(line.number, line.name) for line in lines] == [(2, "numpy"), (5, "torch")]


def test_a_file_that_another_one_names_is_read_in_its_place():
    lines = read_lines("-r base.txt\ntorch", {"base.txt": "numpy\npandas"}.get)
    assert [line.name for line in lines] == ["numpy", "pandas", "torch"]


def test_a_file_that_names_itself_is_read_once():
    lines = read_lines("-r a.txt", {"a.txt": "-r a.txt\nnumpy"}.get)
    assert [line.name for line in lines] == ["", "numpy"]
