"""Hidden checks of Problem 1."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from autograder.checks import Failed, expect, expect_close, expect_number, item
from autograder.checks.recordings import log_softmax
from autograder.worker.protocol import Stored
from judging.changed_pictures import mixed_with_changed
from judging.drawn_pictures import drawn_pictures, renamed
from judging.material import Material
from judging.problem1 import expect_learning, expect_same_training
from probes import mlp, xor

ACTIVATIONS: Final = frozenset({"relu", "sigmoid", "tanh"})


def is_close(found: Any, expected: Any) -> bool:
    try:
        expect_close(found, expected, "")
    except Failed:
        return False
    return True


@item("1A.network")
def test_logits_equal_the_reference_under_copied_weights(student, reference, material, evidence):
    """With the same weights, the network gives the same outputs as the reference, for several shapes and activations."""
    deep, shallow = material.sizes("1A logits deep", 4, 6, 30), material.sizes("1A logits shallow", 2, 4, 20)
    for sizes, activation in (([784, 128, 64, 10], "relu"), (deep, "sigmoid"), (deep, "tanh"), (shallow, "relu")):
        label = f"1A logits {sizes} {activation}"
        run: dict[str, Any] = {
            "layer_sizes": sizes,
            "activation": activation,
            "weights": material.dense_weights(label, sizes),
            "x": material.noise(f"{label} inputs", material.number("1A logits rows", 12, 24), sizes[0]),
        }
        found, expected = student.ask(mlp.mlp_logits, **run), reference.ask(mlp.mlp_logits, **run)
        what = f"The output of `build_mlp({sizes}, '{activation}')` under copied weights"
        # A log-softmax at the end moves all logits of a sample by the same amount: the same classes, the same loss.
        answered = log_softmax(found)
        # Another activation throughout costs an item of its own.
        if not is_close(answered, log_softmax(expected)):
            for other in sorted(ACTIVATIONS - {activation}):
                instead = reference.ask(mlp.mlp_logits, **run | {"activation": other})
                if is_close(answered, log_softmax(instead)):
                    evidence.fact(f"activation that was asked for: {activation}", f"computed with {other}", activation)
                    expected = instead
        expect_close(answered, log_softmax(expected), what)
        lifted = float(np.abs(found - expected).max())
        evidence.fact(f"{sizes} {activation}: largest difference of an output", lifted, "0, up to rounding")


@item("1A.training-step")
def test_training_equals_the_reference_with_adam_and_dropout(student, reference, material, evidence):
    """Two epochs of `train_epoch` with Adam, and with dropout in the network, end at the reference's weights."""
    middles: list[list[list[Any]]] = [[["tanh"]], [["relu"], ["dropout", 0.5]]]
    for middle in middles:
        label = f"1A Adam {middle[0][0]}"
        inputs, hidden, classes = sizes = material.sizes(label, 3, 10, 24)
        rows = material.rows(f"{label} rows", (3, 5), (8, 11), (3, 6))
        run: dict[str, Any] = {
            "network": [["linear", inputs, hidden], *middle, ["linear", hidden, classes]],
            "weights": material.dense_weights(f"{label} weights", sizes),
            "batches": material.batches(f"{label} batches", rows, columns=inputs, classes=classes),
            "optimizer": {"kind": "Adam", "lr": 0.01, "eps": 1e-10},  # so small that its place, Keras's, does not show
            "epochs": 2,
        }
        found, expected = student.ask(mlp.train, **run), reference.ask(mlp.train, **run)
        expect_same_training(found, expected, run["batches"], evidence, student.framework)


@item("1A.evaluation")
def test_evaluation_switches_dropout_off_and_changes_nothing(student, reference, material, evidence):
    """`evaluate` puts the model in evaluation mode, keeps no gradients and leaves weights and statistics alone."""
    inputs, hidden = material.number("1A dropout inputs", 6, 10), material.number("1A dropout hidden", 36, 44)
    rows = material.rows("1A dropout rows", (2, 3), (40, 60), (12, 25))
    run: dict[str, Any] = {
        "network": [
            ["linear", inputs, hidden],
            ["batch-norm", hidden],
            ["relu"],
            ["dropout", 0.9],
            ["linear", hidden, 4],
        ],
        "weights": _with_batch_norm(material, inputs, hidden),
        "batches": material.batches("1A dropout batches", rows, columns=inputs, classes=4),
    }
    found, expected = student.ask(mlp.evaluate, **run), reference.ask(mlp.evaluate, **run)
    accuracy = expect_number(found["accuracy"], "What `evaluate` returns", low=0, high=1)
    evidence.fact("accuracy of a network with dropout", accuracy, expected["accuracy"])
    expect(found["unchanged"], "`evaluate` changes the model's weights or batch-norm statistics.")
    expect_close(accuracy, expected["accuracy"], "The accuracy of a network with dropout", tolerance=1e-5)
    expect(not found["gradients"], "`evaluate` keeps gradients; wrap the loop in `torch.no_grad()`.")


@item("1A.accuracy", seconds=300, random=True)
def test_digits_are_learned_within_the_budget(student, images, material, thresholds, evidence):
    """The 784-128-64-10 network passes the accuracy that the assignment asks for, on the 10 000 MNIST test digits."""
    test = images("mnist", "test")
    digits = drawn_pictures(material, "1A all test digits", test, len(test.labels))
    asked = mixed_with_changed(material, "1A all test digits", digits)
    run = {
        "layer_sizes": [784, 128, 64, 10],
        "activation": "relu",
        "images": Stored("mnist/train-images"),
        "labels": renamed(material, images("mnist", "train").labels),
        "test_images": asked.images,
        "epochs": int(thresholds["budget_epochs"]),
    }
    predictions = expect_learning(
        student, run, asked.labels, thresholds["test_accuracy"], evidence, counted=~asked.changed
    )
    asked.expect_known(predictions, evidence)


@item("1C.decision-boundary", seconds=60, random=True)
def test_the_boundary_separates_the_four_corners(student, material, evidence):
    """On the boundary's own grid, the points nearest to the four corners fall into the right classes."""
    points = material.number("1C separating points", 50, 70)
    found = student.ask(xor.xor_boundary, resolution=points, weights=None)
    expect(
        found["xx"].shape == (points, points),
        f"`xx` has the shape {found['xx'].shape}; ({points}, {points}) was expected for `resolution={points}`.",
    )
    values = []
    for x, y in xor.CORNERS:
        nearest = np.argmin((found["xx"] - x) ** 2 + (found["yy"] - y) ** 2)
        values.append(float(found["probabilities"].ravel()[nearest]))
    order = np.argsort(found["yy"][:, 0])
    evidence.heat_map(
        "The decision boundary of the trained network",
        found["probabilities"][order],
        x_range=(float(found["xx"].min()), float(found["xx"].max())),
        y_range=(float(found["yy"].min()), float(found["yy"].max())),
        points=[(float(x), float(y), float(int(x) ^ int(y))) for x, y in xor.CORNERS],
        x_label="first input",
        y_label="second input",
    )
    evidence.fact("probabilities at 00, 01, 10, 11", values, "low, high, high, low")
    right = [value > 0.5 for value in values]
    expect(
        right == [False, True, True, False],
        f"The grid gives {', '.join(f'{v:.2f}' for v in values)} at 00, 01, 10, 11.",
    )


def _with_batch_norm(material: Material, inputs: int, hidden: int) -> list[np.ndarray]:
    first, first_bias, second, second_bias = material.dense_weights("1A dropout weights", [inputs, hidden, 4])
    scale = material.generator("1A dropout scale").permutation(np.linspace(0.5, 1.5, hidden, dtype=np.float32))
    return [first, first_bias, scale, scale - 1, second, second_bias]
