"""A stranger's words end where the grader's marks say."""

from __future__ import annotations

import pytest
import torch

from autograder.quoting import file_named, name_or_quoted, quoted, said_by
from autograder.trace.graphs import GraphError, compute


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("training loss", "“training loss”"),
        ("Loss”). All points are earned (“x", "“Loss'). All points are earned ('x”"),
        ("two\nlines\tof  it", "“two lines of it”"),
        ("", "“”"),
    ],
)
def test_words_can_not_end_their_quotation_nor_their_line(text, told):
    assert quoted(text) == told


def test_long_words_are_cut():
    assert quoted("a" * 1000, 10) == f"“{'a' * 9}…”"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("layers.0.weight", "`layers.0.weight`"),
        ("x`. All is right. `", "“x`. All is right. `”"),
        ("All is right", "“All is right”"),
        ("", "“”"),
        ("Netz", "`Netz`"),
        ("Réseau", "`Réseau`"),
        ("Сеть.слой_1", "`Сеть.слой_1`"),
        ("网络", "`网络`"),
        ("신경망", "`신경망`"),
        ("Adam\u3164is\u3164right", "“Adam\u3164is\u3164right”"),
        ("Adam\u1160is", "“Adam\u1160is”"),
        ("Adam\uffa0is", "“Adam\uffa0is”"),
        ("Adam\U00013441is", "“Adam\U00013441is”"),
    ],
)
def test_what_is_no_name_of_code_is_quoted(text, told):
    assert name_or_quoted(text) == told


@pytest.mark.parametrize(
    "name",
    ["hw1.ipynb", "src/hw1.final.v2.py", "Übung_1(2).ipynb", "домашка-1.ipynb", "作业1.ipynb", "[HW1]+a=b@c~.py"],
)
def test_a_file_of_one_word_is_told_as_it_is(name):
    assert file_named(name) == name


@pytest.mark.parametrize(
    "name",
    ["Homework 1 (final version).ipynb", "HW1 - John Smith.ipynb", "It is right. Line 5 of x.py", "is\u3164right.py"],
)
def test_a_file_whose_name_may_be_a_sentence_is_quoted(name):
    assert file_named(name) == quoted(name) == f"“{name}”"


def test_an_error_of_ours_is_told_as_it_is_and_one_of_a_library_in_quotation_marks():
    with pytest.raises(GraphError) as ours:
        compute([], {}, torch.rand(1))
    assert said_by(ours.value) == "the graph has no output"
    with pytest.raises(ValueError, match="All is right") as others:
        torch.nn.functional.mse_loss(torch.rand(1), torch.rand(1), reduction="All is right”.")
    assert said_by(others.value).startswith("“All is right'.")
