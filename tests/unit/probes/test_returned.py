"""Adapters of functions under other names: what they return is read, what they are given answers to their keys."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import dataclass, field

import pytest

from probes import returned

CURVE = [0.9, 0.5]
STANDARD = {"SGD": {"train_loss": CURVE, "test_accuracy": [0.8, 0.9], "seconds": 2.0}}


@dataclass
class History:
    loss: list[float] = field(default_factory=lambda: CURVE)
    accuracy: list[float] = field(default_factory=lambda: [80.0, 90.0])
    time: float = 2.0


Row = namedtuple("Row", "losses test_acc elapsed")


@pytest.mark.parametrize(
    "entry",
    [
        History(),
        Row(CURVE, [0.8, 0.9], 2.0),
        {"train_losses": CURVE, "accs": [0.8, 0.9], "duration_s": 2.0},
        STANDARD["SGD"],
    ],
    ids=["a dataclass with percent", "a namedtuple", "a dictionary of other keys", "the standard keys"],
)
def test_records_of_a_comparison_are_read_by_their_fields(entry):
    read = returned.comparison(lambda: {"SGD": entry})()
    assert {key: read["SGD"][key] for key in STANDARD["SGD"]} == STANDARD["SGD"]


def test_dictionaries_for_each_quantity_are_turned_over_by_the_names_that_are_returned():
    def compare():
        losses, accs, times = {"SGD": CURVE}, {"SGD": [0.8, 0.9]}, {"SGD": 2.0}
        return losses, accs, times

    read = returned.comparison(compare)()
    assert {key: read["SGD"][key] for key in STANDARD["SGD"]} == STANDARD["SGD"]


def test_they_are_turned_over_by_their_keys_too():
    by_quantity = {"loss": {"relu": CURVE, "tanh": CURVE}, "accuracy": {"relu": 0.9, "tanh": 0.8}}
    read = returned.comparison(lambda: by_quantity)()
    assert (read["tanh"]["train_loss"], read["tanh"]["test_accuracy"]) == (CURVE, 0.8)


def test_where_one_accuracy_is_asked_for_the_last_of_several_is_taken():
    read = returned.final_comparison(lambda: {"relu": {"loss": CURVE, "acc": [70.0, 90.0]}})()
    assert read["relu"]["test_accuracy"] == 0.9


@pytest.mark.parametrize("value", [None, 3, {}, {"relu": None}, [CURVE]])
def test_what_is_no_comparison_is_left_for_the_check_to_judge(value):
    assert returned.comparison(lambda: value)() == value
    assert returned.final_comparison(lambda: value)() == value


def test_a_plot_reads_a_comparison_by_its_authors_keys():
    def plot(results):
        return {name: (r["losses"], r.accuracy, r["time"], "seconds" in r) for name, r in results.items()}

    assert returned.given_comparison(plot)(STANDARD) == {"SGD": (CURVE, [0.8, 0.9], 2.0, True)}


@pytest.mark.parametrize(("key", "value"), [("train_acc", 1), ("test_acc", 2), ("testAccuracy", 2)])
def test_train_and_test_are_told_apart(key, value):
    record = returned.Answering({"train_accuracy": 1, "test_accuracy": 2})
    assert record[key] == getattr(record, key) == value


def test_a_record_does_not_answer_for_what_it_does_not_have():
    record = returned.Answering({"train_loss": CURVE})
    with pytest.raises(KeyError, match="accuracy"):
        record["accuracy"]
    with pytest.raises(AttributeError, match="accuracy"):
        _ = record.accuracy
    assert not hasattr(record, "__array__")


STANDARD_OPTIMIZERS = ["SGD", "SGD+Momentum", "RMSprop", "Adam"]


def by_cases(kind):
    """Not this SGD."""
    if kind == "sgd":
        return 1
    if kind == "sgd_momentum":
        return {"momentum": 2}["momentum"]
    return {"RMSPROP": 3, "adam": 4}[kind]


def with_a_rest(name):
    if name == "SGD":
        return 1
    if name == "Momentum":
        return 2
    if name == "RMSprop":
        return 3
    return 4


def by_standard_names(name):
    return {"SGD": 1, "SGD+Momentum": 2, "RMSprop": 3, "Adam": 4, "adamw": 5}[name]


@pytest.mark.parametrize("build", [by_cases, with_a_rest, by_standard_names])
def test_an_optimizer_is_asked_for_by_its_authors_name(build):
    build = returned.optimizer_name(build)
    assert [build(name) for name in STANDARD_OPTIMIZERS] == [1, 2, 3, 4]
