"""Accuracies, times and sizes in the forms that students print them in."""

from __future__ import annotations

import pytest

from autograder.handed_in.naming import Naming
from autograder.handed_in.numbers import Number, standings
from autograder.handed_in.passages import Passage
from autograder.handed_in.printed_numbers import numbers

NAMING = Naming({"ReLU": [], "sigmoid": [], "tanh": [], "SGD": [], "SGD+Momentum": ["SGD with momentum"], "Adam": []})


def read(text: str, code: str = "") -> list[Number]:
    passages = [Passage("code", "a.ipynb", "cell 1", code), Passage("printed", "a.ipynb", "cell 1", text)]
    return numbers(passages, NAMING)


def tabled(*rows: tuple[str, ...]) -> list[Number]:
    return numbers([Passage("table", "a.ipynb", "cell 1", "", rows=rows)], NAMING)


def values(found: list[Number], quantity: str) -> dict[str, float]:
    return {each.name: each.value for each in found if each.quantity == quantity}


@pytest.mark.parametrize(
    ("line", "epoch", "accuracy"),
    [
        ("Epoch 3: loss=0.1223, test_acc=0.9672", 3, 0.9672),
        ("Epoch [3/10], Loss: 0.1223, Test Accuracy: 96.72%", 3, 0.9672),
        ("epoch 3: loss 0.1219, test accuracy 0.9674", 3, 0.9674),
        ("Epoche 3 | Verlust 0,12 | Genauigkeit 96,7 %", 3, 0.967),
        ("Ep 3 - val_acc: .9672", 3, None),
        ("Test Accuracy: 97.71%", None, 0.9771),
        ("test accuracy  0.9781000018119812", None, 0.9781000018119812),
        ("Accuracy of the network on the 10000 test images: 97.71 %", None, None),
        ("Test set: Average loss: 0.0743, Accuracy: 9771/10000 (97.71%)", None, 0.9771),
        ("accuracy 1.0", None, 1.0),
        ("accuracy: 1", None, 1.0),
        ("Report the final accuracy on all 4 XOR cases", None, None),
        ("test_acc={acc:.4f}", None, None),
        ("Final test acc = 97.8", None, 0.978),
    ],
)
def test_a_printed_accuracy_is_read_in_many_forms(line, epoch, accuracy):
    found = [each for each in read(line) if each.quantity == "accuracy"]
    if accuracy is None:  # not read rather than misread
        assert all(0 <= each.value <= 1 for each in found)
        assert not any(each.value in (0.04, 0.1, 1.0) for each in found)
    else:
        assert [(each.epoch, each.value) for each in found] == [(epoch, pytest.approx(accuracy))]


def test_training_accuracy_is_told_from_test_accuracy():
    found = read(
        "Epoch 1: train_acc=0.91, test_acc=0.89\nEpoch 2 - accuracy: 0.95 - loss: 0.1 - val_accuracy: 0.93 - val_loss: 0.2"
    )
    assert [(each.quantity, each.value) for each in found] == [
        ("train accuracy", 0.91),
        ("accuracy", 0.89),
        ("train accuracy", 0.95),
        ("accuracy", 0.93),
    ]


def test_names_with_a_number_are_accuracies_where_the_code_says_so():
    text = "relu: 0.9778\nsigmoid: 0.9719\ntanh: 0.9760"
    found = read(text, "for act, acc in final_acc.items():\n    print(f'{act}: {acc:.4f}')")
    assert values(found, "accuracy") == {"relu": 0.9778, "sigmoid": 0.9719, "tanh": 0.9760}
    assert read(text, "print(final_losses)") == []
    assert read("weights: 0.97", "print(acc)") == []


def test_logs_of_several_models_are_told_apart_by_the_lines_between_them():
    found = read(
        "Running: SGD\nEpoch 1: loss=2.18, acc=0.5266\nEpoch 2: loss=1.38, acc=0.7885\n\n"
        "--- Adam ---\nEpoch 1: loss=0.41, acc=0.9414\nEpoch 2: loss=0.17, acc=0.9530\n"
    )
    assert [(each.name, each.epoch, each.value) for each in found] == [
        ("SGD", 1, 0.5266),
        ("SGD", 2, 0.7885),
        ("Adam", 1, 0.9414),
        ("Adam", 2, 0.9530),
    ]
    assert [dict(each.values) for each in standings(found)] == [{"SGD": 0.7885, "Adam": 0.9530}]


def test_logs_that_name_the_model_in_each_line_are_told_apart_too():
    found = read(
        "[relu] Epoch 1: test_acc 0.93\n[tanh] Epoch 1: test_acc 0.92\nSGD with momentum final accuracy = 97.7 % (81.3 s)"
    )
    assert values(found, "accuracy") == {"ReLU": 0.93, "tanh": 0.92, "SGD+Momentum": pytest.approx(0.977)}
    assert values(found, "seconds") == {"SGD+Momentum": 81.3}


def test_tables_of_pandas_are_read_whatever_their_index():
    found = tabled(
        ("", "Architecture", "Parameters", "Training Time (s)", "Test Accuracy"),
        ("0", "CNN_A (Baseline)", "545,098", "374.31", "0.7187"),
        ("1", "CNN_B (Deeper)", "1080042", "312.92", "73.79%"),
    )
    assert values(found, "parameters") == {"CNN_A (Baseline)": 545098, "CNN_B (Deeper)": 1080042}
    assert values(found, "seconds") == {"CNN_A (Baseline)": 374.31, "CNN_B (Deeper)": 312.92}
    assert values(found, "accuracy") == {"CNN_A (Baseline)": 0.7187, "CNN_B (Deeper)": pytest.approx(0.7379)}


def test_a_table_on_its_side_is_turned():
    found = tabled(("", "SGD", "Adam"), ("test accuracy", "0.93", "0.97"), ("seconds", "137", "121"))
    assert values(found, "accuracy") == {"SGD": 0.93, "Adam": 0.97}
    assert values(found, "seconds") == {"SGD": 137, "Adam": 121}


def test_of_train_and_test_columns_the_test_column_counts():
    found = tabled(("model", "train acc (%)", "test acc (%)"), ("none", "99,9", "97,8"), ("dropout", "98,1", "97,9"))
    assert values(found, "accuracy") == {"none": pytest.approx(0.978), "dropout": pytest.approx(0.979)}
    assert values(found, "train accuracy") == {"none": pytest.approx(0.999), "dropout": pytest.approx(0.981)}


def test_columns_called_train_and_test_are_accuracies_where_they_can_be_no_losses():
    found = tabled(("", "Train", "Test"), ("none", "0.998", "0.978"), ("dropout", "0.974", "0.977"))
    assert values(found, "accuracy") == {"none": 0.978, "dropout": 0.977}
    assert values(found, "train accuracy") == {"none": 0.998, "dropout": 0.974}
    assert not list(tabled(("", "Train", "Test"), ("none", "0.61", "0.88"), ("dropout", "0.70", "0.79")))


@pytest.mark.parametrize(
    "rows",
    [
        (("", "layer 1", "layer 6"), ("sigmoid", "2e-07", "0.01"), ("relu", "0.001", "0.005")),
        (("", "sigmoid", "relu"), ("layer 1", "2e-07", "0.001"), ("layer 6", "0.01", "0.005")),
    ],
)
def test_fractions_by_layer_are_gradients_whichever_way_the_table_lies(rows):
    first, last = (dict(each.values) for each in standings(tabled(*rows)))
    assert first == {"sigmoid": 2e-07, "relu": 0.001}
    assert last == {"sigmoid": 0.01, "relu": 0.005}


def test_the_best_and_the_final_test_accuracy_are_told_apart():
    found = tabled(("", "best test acc", "final test acc"), ("A", "0.72", "0.70"), ("B", "0.75", "0.74"))
    assert {each.title: each.values["A"] for each in standings(found)} == {
        "best test acc": 0.72,
        "final test acc": 0.70,
    }


def test_a_table_that_is_printed_is_read_as_one():
    found = read(
        "Optimizer       Accuracy    Time (s)\n------------------------\n"
        "SGD             0.9352      137.88\nAdam            0.9758      121.34\n"
    )
    assert values(found, "accuracy") == {"SGD": 0.9352, "Adam": 0.9758}
    assert values(found, "seconds") == {"SGD": 137.88, "Adam": 121.34}


def test_a_table_without_titles_says_nothing():
    assert tabled(("a", "b"), ("relu", "0.97"), ("tanh", "0.96")) == []


def test_lines_without_end_are_read_in_no_time():
    assert read("relu " * 200_000 + "0.97\n" + "acc" * 200_000 + "\n" + "a:" * 100_000) == []


def test_a_log_that_breaks_off_gives_no_standing():
    found = read("Running: SGD\nEpoch 1: acc=0.52\nEpoch 2: acc=0.78\nRunning: Adam\nEpoch 1: acc=0.94\n")
    assert len(found) == 3
    assert standings(found) == []


def test_prose_gives_accuracies_with_a_fraction_and_no_names():
    text = "ReLU reached a final test accuracy of 97.7%, as the accuracy of 3 others shows."
    found = numbers([Passage("text", "a.ipynb", "after cell 1", text)], NAMING)
    assert [(each.name, each.value) for each in found] == [("", pytest.approx(0.977))]


def test_a_column_in_minutes_is_counted_in_seconds():
    found = tabled(("", "training time (min)"), ("ReLU", "2.1"), ("tanh", "3"))
    assert values(found, "seconds") == {"ReLU": 126.0, "tanh": 180.0}


def test_a_gap_below_one_beside_percentages_is_in_percent():
    found = tabled(("", "Train acc", "Test acc", "Gap"), ("none", "99.6", "97.8", "1.8"), ("L2", "98.1", "97.6", "0.5"))
    assert values(found, "gap") == {"none": pytest.approx(0.018), "L2": pytest.approx(0.005)}
