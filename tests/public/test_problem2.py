"""Public checks of Problem 2: optimizers, vanishing gradients, regularization."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from autograder.checks import expect, expect_array, expect_close, expect_number, item
from judging.first_steps import in_words
from judging.problem1 import layers
from judging.problem2 import (
    CONFIGURATIONS,
    OPTIMIZERS,
    Comparison,
    configurations,
    dense_layers,
    entries,
    expect_accuracies,
    expect_long_enough,
    expect_losses,
    expect_within,
    expected_changes,
    sizes_in_words,
    trained_by,
)
from probes import gradients, optimizers, regularization

PAUSE = 0.03  # seconds, at each batch: what is timed must take some time


@item("2A.optimizers")
def test_each_optimizer_has_the_settings_of_the_assignment(student, material, evidence):
    """`build_optimizer` makes each of the four optimizers: its first three updates are those of the assignment's settings."""
    generator = material.generator("2A steps")
    rows, columns = material.sizes("2A shapes", 2, 3, 8)
    shapes = [(rows, columns), (rows,)]
    run: dict[str, Any] = {
        "start": [generator.uniform(-1, 1, shape).astype(np.float32) for shape in shapes],
        "gradients": [[generator.standard_normal(shape).astype(np.float32) for shape in shapes] for _ in range(3)],
    }
    for name, settings in OPTIMIZERS.items():
        found = student.ask(optimizers.changes, name=name, **run)
        expected = expected_changes(student.framework, settings, **run)
        for number, (one, other) in enumerate(zip(found, expected, strict=True), start=1):
            difference = max(float(np.abs(a - b).max()) for a, b in zip(one, other, strict=True)) / 1000
            evidence.fact(f"{name}, step {number}: largest difference of an update", difference, "0, up to rounding")
            size = max(float(np.abs(b).max()) for b in other) / 1000
            expect(
                difference <= 2e-3 * size,
                f"Step {number} of `build_optimizer({name!r}, ...)` is not that of {settings['kind']} with "
                f"{in_words(settings)}.",
            )


@item("2A.comparison", seconds=40)
def test_four_optimizers_are_compared_by_what_was_really_trained(student, images, material, evidence):
    """`compare_optimizers` trains a fresh 784-128-64-10 network with each optimizer and returns each epoch's loss."""
    comparison = Comparison(student, images, material, "compare_optimizers")
    reported = entries(comparison.returned, tuple(OPTIMIZERS), ("train_loss",), "compare_optimizers")
    comparison.expect_fresh_networks(tuple(OPTIMIZERS))
    sizes = sizes_in_words(dense_layers(comparison.trainings[0].steps))
    evidence.fact("layers of the networks", sizes, "784-128-64-10")
    expect(sizes == "784-128-64-10", f"The networks have the layers {sizes}; 784-128-64-10 was expected.")
    for name, training in trained_by(comparison).items():
        losses = expect_losses(reported[name]["train_loss"], training, name)
        evidence.fact(f"{name}: loss by epoch", losses, [run.losses()[1] for run in training.training()])
    evidence.curves("Training loss on a few digits", {name: reported[name]["train_loss"] for name in OPTIMIZERS})


@item("2A.comparison", seconds=40)
def test_accuracies_of_the_optimizers_are_the_models_own(student, images, material, evidence):
    """The reported test accuracy of each epoch is what the network trained with that optimizer reaches on the test loader."""
    comparison = Comparison(student, images, material, "compare_optimizers")
    reported = entries(comparison.returned, tuple(OPTIMIZERS), ("test_accuracy",), "compare_optimizers")
    comparison.expect_fresh_networks(tuple(OPTIMIZERS))
    for name, training in trained_by(comparison).items():
        values = expect_accuracies(reported[name]["test_accuracy"], training, name, "test_accuracy")
        evidence.fact(f"{name}: test accuracy by epoch", values, values)


@item("2A.comparison", seconds=40)
def test_training_times_are_given_in_seconds(student, images, material, evidence):
    """The reported seconds of each optimizer are those that its training took."""
    comparison = Comparison(student, images, material, "compare_optimizers", pause=PAUSE)
    reported = entries(comparison.returned, tuple(OPTIMIZERS), ("seconds",), "compare_optimizers")
    # The clock is seen at the end of each forward pass: the true time is longer than the first to the last of an epoch,
    # and two of four trainings can't take more than the whole call.
    shortest = min(
        (
            sum(end - start for start, end in (run.span for run in training.training()))
            for training in comparison.trainings
        ),
        default=0.0,
    )
    for name in OPTIMIZERS:
        seconds = expect_number(reported[name]["seconds"], f"`seconds` of {name}")
        evidence.fact(f"{name}: seconds", seconds, f"at least {shortest:.2f}")
        expect(seconds > 0, f"`seconds` of {name} is {seconds:.4g}; a time above 0 was expected.")
        expect_long_enough(seconds, shortest, name)
    times = times_of(comparison)
    evidence.fact("seconds of the four together", sum(times), f"at most {comparison.seconds:.2f}, the whole call")

    def again():
        return times_of(Comparison(student, images, material, "compare_optimizers", pause=PAUSE))

    expect_within(times, comparison.seconds, "optimizer", again)


def times_of(comparison):
    reported = entries(comparison.returned, tuple(OPTIMIZERS), ("seconds",), "compare_optimizers")
    return [float(reported[name]["seconds"]) for name in OPTIMIZERS]


@item("2B.network")
def test_the_deep_network_has_five_or_more_hidden_layers(student, material, thresholds, evidence):
    """`build_deep_mlp` makes a network from 784 pixels to 10 classes with five or more hidden layers, as many as asked for."""
    fewest = int(thresholds["fewest_hidden_layers"])
    rows = material.number("2B rows", 2, 200)
    found = student.ask(gradients.deep_structure, activation="relu", sizes={}, rows=rows)
    dense = dense_layers(found["steps"])
    evidence.fact('hidden layers of `build_deep_mlp("relu")`', len(dense) - 1, f"{fewest} or more")
    joined = all(one[1] == other[0] for one, other in pairwise(dense))
    expect(dense and joined, f"The network computes the dense layers {layers(dense)}; they don't follow each other.")
    expect(
        (dense[0][0], dense[-1][1]) == (784, 10),
        f"The network leads from {dense[0][0]} inputs to {dense[-1][1]} outputs; 784 and 10 were expected.",
    )
    expect(
        found["matrices"] >= len(dense),
        f"The network computes {len(dense)} dense layers with {found['matrices']} matrices of weights: some are the same.",
    )
    expect(len(dense) > fewest, f"The network has {len(dense) - 1} hidden layers; {fewest} or more were expected.")
    expect(
        found["output_shape"] == [rows, 10],
        f"The network turns a batch of {rows} into {found['output_shape']}; [{rows}, 10] was expected.",
    )
    taken = student.ask(gradients.deep_sizes)
    if not taken:
        evidence.fact("other sizes", "does not apply: the network has a fixed depth and width")
        return
    drawn = {"hidden_layers": material.number("2B depth", 5, 9), "width": material.number("2B width", 20, 50)}
    sizes = {name: number for name, number in drawn.items() if name in taken}
    steps = student.ask(gradients.deep_structure, activation="relu", sizes=sizes, rows=rows)["steps"]
    depth, width = sizes.get("hidden_layers", len(dense) - 1), sizes.get("width", dense[0][1])
    layers_found, expected = dense_layers(steps), ((784, width), *[(width, width)] * (depth - 1), (width, 10))
    asked = ", ".join(f"{name}={number}" for name, number in sizes.items())
    evidence.fact(f'`build_deep_mlp("relu", {asked})`', layers(layers_found), layers(expected))
    expect(
        layers_found == expected,
        f"With `{asked}` the dense layers are {layers(layers_found)}; {layers(expected)} were expected.",
    )


@item("2B.network")
def test_every_hidden_layer_uses_the_activation_asked_for(student, material, evidence):
    """`build_deep_mlp` puts the activation that was asked for after every hidden layer, and none after the last one."""
    for name in ("sigmoid", "relu"):
        rows = material.number(f"2B rows of {name}", 2, 200)
        found = student.ask(gradients.deep_structure, activation=name, sizes={}, rows=rows)
        kinds = [step["kind"] for step in found["steps"] if step["kind"] != "log softmax"]
        hidden = kinds.count("dense") - 1
        expected = ["dense", name] * hidden + ["dense"]
        evidence.fact(f'`build_deep_mlp("{name}")`', " → ".join(kinds), " → ".join(expected))
        expect(
            kinds == expected,
            f'`build_deep_mlp("{name}")` computes {" → ".join(kinds)}; {" → ".join(expected)} was expected.',
        )
        expect(
            found["output_shape"] == [rows, 10],
            f'`build_deep_mlp("{name}")` turns a batch of {rows} into {found["output_shape"]}; [{rows}, 10] was expected.',
        )


@item("2B.gradient-tracking")
def test_gradient_magnitudes_equal_the_reference(student, reference, material, evidence):
    """`gradient_magnitudes` returns the mean absolute gradient of each weight matrix, input layer first, biases left out."""
    for name in ("sigmoid", "relu"):
        run = magnitudes_run(material, name)
        found = expect_array(student.ask(gradients.magnitudes, **run)["first"], "What `gradient_magnitudes` returns")
        expected = reference.ask(gradients.magnitudes, **run)["first"]
        evidence.fact(f"{name}: magnitude by layer", found, expected)
        expect(
            found.shape != (2 * len(expected),),
            f"`gradient_magnitudes` returns {found.size} numbers for {len(expected)} layers: leave the biases out.",
        )
        expect(
            found.shape == expected.shape,
            f"`gradient_magnitudes` returns an array of shape {found.shape} for {len(expected)} layers; "
            f"{expected.shape} was expected.",
        )
        expect_close(
            found / expected, np.ones_like(expected), f"{name}: the share of the right magnitudes", tolerance=1e-3
        )


@item("2B.gradient-tracking")
def test_measuring_gradients_leaves_the_weights_as_they_were(student, material, evidence):
    """`gradient_magnitudes` leaves the weights as they were, and gives the same when it is called again."""
    found = student.ask(gradients.magnitudes, **magnitudes_run(material, "relu"))
    evidence.fact("weights unchanged", found["unchanged"], "yes")
    evidence.fact("second call", found["second"], found["first"])
    expect(found["unchanged"], "`gradient_magnitudes` changes the model's weights: it must not take a step.")
    first, second = (expect_array(found[name], "What `gradient_magnitudes` returns") for name in ("first", "second"))
    expect(
        first.shape == second.shape and np.allclose(first, second, rtol=1e-4),
        "A second call of `gradient_magnitudes` on the same batch gives other numbers: clear the gradients first.",
    )


@item("2B.gradient-tracking")
def test_gradients_are_tracked_while_training(student, reference, material, evidence):
    """`track_gradients` trains for the given steps and returns the magnitudes of each step, one row per step."""
    inputs, first, second, classes = sizes = [
        *material.sizes("2B tracked", 3, 11, 22),
        material.number("2B classes", 4, 7),
    ]
    network = [
        ["linear", inputs, first],
        ["sigmoid"],
        ["linear", first, second],
        ["sigmoid"],
        ["linear", second, classes],
    ]
    steps = material.number("2B steps", 4, 7)
    rows = [material.number("2B tracked rows", 10, 15)] * (steps + 1)
    run: dict[str, Any] = {
        "network": network,
        "weights": [3 * array for array in material.dense_weights("2B tracked weights", sizes)],
        "batches": material.batches("2B tracked batches", rows, columns=inputs, classes=classes),
        "optimizer": {"kind": "SGD", "lr": 0.5, "momentum": 0.5},
        "steps": steps,
    }
    answer, expected = student.ask(gradients.tracked, **run), reference.ask(gradients.tracked, **run)
    found = expect_array(answer["gradients"], "What `track_gradients` returns")
    moved = max(float(np.abs(one - other).max()) for one, other in zip(answer["weights"], run["weights"], strict=True))
    evidence.fact("shape", list(found.shape), f"{steps} steps, 3 layers")
    evidence.fact("largest change of a weight", moved, "as the reference trains")
    expect(moved > 0, "`track_gradients` does not train: the weights are the same afterwards.")
    expect(found.shape != (3, steps), "`track_gradients` returns (layers, steps); (steps, layers) was expected.")
    expect(
        found.shape == (steps, 3),
        f"`track_gradients` returns the shape {found.shape}; ({steps}, 3) was expected: steps, layers.",
    )
    expect(len(np.unique(found, axis=0)) > 1, "The tracked gradients are the same at every step.")
    for index, (one, other) in enumerate(zip(answer["weights"], expected["weights"], strict=True)):
        expect_close(one, other, f"Parameter {index + 1} after the tracked steps")
    right = np.asarray(expected["gradients"])
    for step in range(steps):
        evidence.fact(f"magnitudes at step {step + 1}", found[step], right[step])
    expect_close(found / right, np.ones_like(right), "The share of the right magnitudes", tolerance=1e-3)


@item("2C.dropout")
def test_dropout_acts_on_the_hidden_layers_and_nowhere_else(student, material, evidence):
    """`build_regularized_mlp` drops hidden neurons in training, with the given probability, and no input or output."""
    width = material.number("2C width", 100, 110)
    size = material.number("2C size of the inputs", 70, 150) / 100
    inputs = np.full((width, width), size, np.float32)
    for probability in (None, material.number("2C probability", 10, 38) / 100):
        share = 0.5 if probability is None else probability
        call = "build_regularized_mlp(sizes)" if probability is None else f"build_regularized_mlp(sizes, {probability})"
        for what, kernels, expected in (
            ("outputs are zero", ("copy", "copy", "mean"), 0.0),
            ("neurons of the second hidden layer are zero", ("copy", "mean", "copy"), share),
            ("neurons of either hidden layer are zero", ("mean", "copy", "copy"), 1 - (1 - share) ** 2),
        ):
            weights = _kernels(kernels, width)
            run = {"layer_sizes": [width] * 4, "dropout": probability, "weights": weights, "x": inputs}
            outputs = expect_array(student.ask(regularization.both_modes, **run)["training"], "The network's output")
            # The last output is tied to zero, so the difference to it is the same for logits and for their log-softmax.
            outputs = (outputs - outputs[:, -1:])[:, :-1] / size
            zeros = float((np.abs(outputs) < 1e-6).mean())
            evidence.fact(f"`{call}`: share in which {what}", zeros, expected)
            # 10 000 independent draws: a right share differs by 0.05 less than once in a billion trainings.
            expect(
                abs(zeros - expected) < 0.05,
                f"In training mode, in a share of {zeros:.2f} the {what} under `{call}`; {expected:.2f} was expected.",
            )
        kept = outputs[np.abs(outputs) >= 1e-6]
        scaled = (1 - share) ** -2
        evidence.fact(f"`{call}`: factor of what is kept by two layers", [float(kept.min()), float(kept.max())], scaled)
        expect(
            np.ptp(kept) < 1e-3 * scaled,
            f"Under `{call}` the first layer's sums vary although its inputs don't: dropout acts on the inputs.",
        )
        expect_close(
            kept.mean(), scaled, f"The factor of what two layers of dropout keep under `{call}`", tolerance=1e-3
        )


@item("2C.comparison", seconds=40)
def test_three_configurations_are_compared_by_what_was_really_trained(student, images, material, evidence):
    """`compare_regularization` trains without, with L2 and with dropout, and reports each network's own accuracies."""
    comparison = Comparison(student, images, material, "compare_regularization")
    keys = ("train_accuracy", "test_accuracy")
    reported = entries(comparison.returned, CONFIGURATIONS, keys, "compare_regularization")
    comparison.expect_fresh_networks(CONFIGURATIONS)
    trainings = configurations(comparison)
    dropped = [step["probability"] for step in trainings["dropout"].training_steps if "probability" in step]
    evidence.fact("dropout probabilities", dropped, "0.5 for each hidden layer")
    text = f"The network with dropout drops with probability {', '.join(f'{one:g}' for one in sorted(set(dropped)))}"
    expect(all(abs(one - 0.5) < 1e-6 for one in dropped), f"{text}; 0.5 was expected.", sign=text)
    for name, training in trainings.items():
        for key in keys:
            values = expect_accuracies(reported[name][key], training, name, key)
            evidence.fact(f"{name}: {key.replace('_', ' ')} by epoch", values)
    curves = {f"{name}, {key[:-9]}": reported[name][key] for name in CONFIGURATIONS for key in keys}
    evidence.curves("Accuracy on a few digits", curves, y_label="accuracy")


def magnitudes_run(material, activation):
    """The arguments of `gradients.magnitudes` for a small network whose gradients are well above rounding."""
    sizes = [*material.sizes("2B magnitudes", 4, 12, 24), material.number("2B magnitudes classes", 4, 7)]
    network: list[list[Any]] = []
    for inputs, outputs in pairwise(sizes):
        network += [["linear", inputs, outputs], [activation]]
    rows = material.number("2B magnitudes rows", 20, 30)
    return {
        "network": network[:-1],
        "weights": [3 * array for array in material.dense_weights("2B magnitudes weights", sizes)],
        "batch": material.batches("2B magnitudes batch", [rows], columns=sizes[0], classes=sizes[-1])[0],
    }


def _kernels(kinds, width):
    """Weights of a network `width` wide: each layer either copies its inputs or gives their mean to every neuron."""
    identity, mean = np.eye(width, dtype=np.float32), np.full((width, width), 1 / width, np.float32)
    zeros = np.zeros(width, np.float32)
    kernels = [{"copy": identity, "mean": mean}[kind].copy() for kind in kinds]
    kernels[-1][-1] = 0
    return [array for kernel in kernels for array in (kernel, zeros)]
