"""How many parameters a network has, as tables state it: whole, in thousands or in millions."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from autograder.trace.places import Place
from autograder.trace.rows import Row
from traced.parameters import states_parameters

EXPERIMENT = SimpleNamespace(network=SimpleNamespace(parameters=591_274, trainable=591_274))


def row(*cells, heads=(), number=0):
    return Row(Place(source="hw1.py"), "printed", number, cells, heads)


@pytest.mark.parametrize(
    "cells", [("Deep", "591,274"), ("Deep", "591274"), ("Deep", "591.3k"), ("Deep: 0.59M",), ("0.591 million",)]
)
def test_a_row_states_a_count_as_it_is_or_with_its_unit(cells):
    assert states_parameters(row(*cells), EXPERIMENT)


@pytest.mark.parametrize("heads", [("network", "Params (M)"), ("network", "parameters")])
def test_the_head_of_a_column_may_say_the_unit_or_only_that_it_counts_parameters(heads):
    assert states_parameters(row("Deep", "0.591", heads=heads), EXPERIMENT)


def test_the_unit_may_stand_in_a_line_above_the_printed_ones():
    own = row("Deep", "0.59", number=2)
    assert states_parameters(own, EXPERIMENT, [row("network", "params (M)", "accuracy"), own])


@pytest.mark.parametrize("cells", [("val acc", "0.5913"), ("loss 0.59", "acc 0.61"), ("591.3", "0.71")])
def test_an_accuracy_or_a_loss_of_the_same_digits_is_no_count(cells):
    assert not states_parameters(row(*cells), EXPERIMENT, [row("Epoch 3 of 10", number=1), row(*cells)])
