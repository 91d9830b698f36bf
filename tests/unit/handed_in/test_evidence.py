"""Numbers side by side: of one place, derived, and of a whole file."""

from __future__ import annotations

import pytest

from autograder.handed_in.evidence import evidence
from autograder.handed_in.numbers import Number


def test_the_gap_is_the_training_accuracy_less_the_test_accuracy():
    found = evidence(
        Number(name, quantity, value, "cell 1")
        for name, train, test in (("none", 0.998, 0.978), ("dropout", 0.981, 0.979))
        for quantity, value in (("train accuracy", train), ("accuracy", test))
    )
    (gap,) = (each for each in found if each.quantity == "gap")
    assert gap.values == {"none": pytest.approx(0.02), "dropout": pytest.approx(0.002)}


def test_a_model_that_is_the_only_one_has_its_numbers_too():
    only = [Number("CNN", "train accuracy", 0.98, "table 1"), Number("CNN", "accuracy", 0.70, "table 1")]
    values = {each.quantity: each.values["CNN"] for each in evidence(only)}
    assert values == {"train accuracy": 0.98, "accuracy": 0.70, "gap": pytest.approx(0.28)}
    assert not evidence([*only, Number("ResNet", "seconds", 90.0, "cell 3")])


def test_models_in_cells_of_their_own_are_set_side_by_side():
    found = evidence(
        [Number("SGD", "accuracy", 0.93, "a.ipynb cell 1"), Number("Adam", "accuracy", 0.97, "a.ipynb cell 2")]
    )
    assert [(dict(each.values), each.place) for each in found] == [
        ({"SGD": 0.93, "Adam": 0.97}, "a.ipynb cell 1 and a.ipynb cell 2")
    ]


def test_a_model_that_was_trained_twice_is_not():
    names = ("SGD", "SGD", "Adam")
    numbers = [Number(name, "accuracy", 0.9, f"a.ipynb cell {cell}") for cell, name in enumerate(names, 1)]
    assert evidence(numbers) == []


def test_logs_keep_their_courses():
    found = evidence(
        Number(name, "accuracy", value, "cell 1", epoch=epoch)
        for name, values in (("SGD", (0.5, 0.9)), ("Adam", (0.9, 0.97)))
        for epoch, value in enumerate(values, 1)
    )
    assert found[0].courses == {"SGD": ((1, 0.5), (2, 0.9)), "Adam": ((1, 0.9), (2, 0.97))}


def test_a_loss_that_no_column_tells_apart_is_the_trainings_too():
    def losses(*titled):
        numbers = [
            Number(name, q, 0.1 + k, "table 1", title=t) for q, t in titled for k, name in enumerate(("SGD", "Adam"))
        ]
        return {each.quantity for each in evidence(numbers)}

    assert losses(("loss", "final loss")) == {"loss", "train loss"}
    assert losses(("loss", "test loss")) == {"loss"}
    assert losses(("loss", "loss"), ("train loss", "train loss")) == {"loss", "train loss"}


def test_a_layer_in_the_name_is_the_column_of_that_layer():
    values = {"Sigmoid, layer 1": 1e-8, "Sigmoid, layer 7": 6e-3, "ReLU, layer 1": 2e-4, "ReLU, layer 7": 2e-3}
    found = evidence(Number(name, "gradient", value, "table 1") for name, value in values.items())
    assert {each.title: dict(each.values) for each in found} == {
        "gradient layer 1": {"Sigmoid": 1e-8, "ReLU": 2e-4},
        "gradient layer 7": {"Sigmoid": 6e-3, "ReLU": 2e-3},
    }
