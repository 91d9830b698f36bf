"""Public checks of Problem 2: optimizers, vanishing gradients, regularization."""

from __future__ import annotations

import numpy as np

from autograder.checks import Failed, expect, expect_array, expect_close, expect_number, item
from autograder.checks.figures import expect_figure
from judging.problem1 import layers
from judging.problem2 import (
    CONFIGURATIONS,
    EPOCHS,
    OPTIMIZERS,
    Comparison,
    configurations,
    dense_layers,
    entries,
    expect_accuracies,
    expect_losses,
    expect_panel,
    options,
    sizes_in_words,
    trained_by,
)
from probes import gradients, material, optimizers, plots, regularization

HISTORY = {
    name: {
        "train_loss": [2.1 - 0.3 * place, 1.4 - 0.25 * place, 0.9 - 0.2 * place, 0.7 - 0.15 * place],
        "test_accuracy": [0.41 + 0.11 * place, 0.52 + 0.1 * place, 0.6 + 0.09 * place, 0.66 + 0.085 * place],
        "seconds": 10.5 + place,
    }
    for place, name in enumerate(OPTIMIZERS)
}
GRADIENTS = {
    "sigmoid": np.array([[10.0 ** (layer - 7) * (1 + step / 5) for layer in range(7)] for step in range(6)]),
    "relu": np.array([[0.002 * (1 + layer) * (1 + step / 9) for layer in range(7)] for step in range(6)]),
}


@item("2A.optimizers")
def test_each_optimizer_has_the_settings_of_the_assignment(student, reference, evidence):
    """`build_optimizer` makes each of the four optimizers: its first three updates are those of the assignment's settings."""
    generator = np.random.default_rng(20)
    run = {
        "start": [generator.uniform(-1, 1, shape).astype(np.float32) for shape in [(3, 4), (3,)]],
        "gradients": [
            [generator.standard_normal(shape).astype(np.float32) for shape in [(3, 4), (3,)]] for _ in range(3)
        ],
    }
    for name, settings in OPTIMIZERS.items():
        found = student.ask(optimizers.changes, name=name, **run)
        expected = reference.ask(optimizers.changes, name=name, **run)
        for number, (one, other) in enumerate(zip(found, expected, strict=True), start=1):
            difference = max(float(np.abs(a - b).max()) for a, b in zip(one, other, strict=True)) / 1000
            evidence.fact(f"{name}, step {number}: largest difference of an update", difference, "0, up to rounding")
            size = max(float(np.abs(b).max()) for b in other) / 1000
            expect(
                difference <= 2e-3 * size,
                f"Step {number} of `build_optimizer({name!r}, ...)` is not that of {settings['kind']} with "
                f"{options(settings)}.",
            )


@item("2A.loss-plot")
def test_loss_curves_of_the_four_optimizers_are_on_one_plot(student, evidence):
    """`plot_optimizers` draws the four loss curves on the same axes, labelled, with a legend and axis labels."""
    figure = student.ask(plots.draw, function="plot_optimizers", arguments=(HISTORY,))
    expect_figure(figure, evidence, "Loss of the four optimizers")
    expect_panel(figure, {name: entry["train_loss"] for name, entry in HISTORY.items()})


@item("2A.accuracy-plot")
def test_accuracy_curves_of_the_four_optimizers_are_on_one_plot(student, evidence):
    """`plot_optimizers` draws the four test accuracy curves on the same axes, labelled, with a legend and axis labels."""
    figure = student.ask(plots.draw, function="plot_optimizers", arguments=(HISTORY,))
    expect_figure(figure, evidence, "Test accuracy of the four optimizers")
    expect_panel(figure, {name: entry["test_accuracy"] for name, entry in HISTORY.items()})


@item("2A.comparison", seconds=40)
def test_four_optimizers_are_compared_by_what_was_really_trained(student, reference, images, evidence):
    """`compare_optimizers` trains a fresh 784-128-64-10 network with each optimizer and returns each epoch's loss."""
    comparison = Comparison(student, reference, images, "compare_optimizers")
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
def test_accuracies_of_the_optimizers_are_the_models_own(student, reference, images, evidence):
    """The reported test accuracy of each epoch is what the network trained with that optimizer reaches on the test loader."""
    comparison = Comparison(student, reference, images, "compare_optimizers")
    reported = entries(comparison.returned, tuple(OPTIMIZERS), ("test_accuracy",), "compare_optimizers")
    comparison.expect_fresh_networks(tuple(OPTIMIZERS))
    for name, training in trained_by(comparison).items():
        values = expect_accuracies(reported[name]["test_accuracy"], training, name, "test_accuracy")
        evidence.fact(f"{name}: test accuracy by epoch", values, values)


@item("2A.comparison", seconds=40)
def test_training_times_are_given_in_seconds(student, reference, images, evidence):
    """The reported seconds of each optimizer are those that its training took."""
    comparison = Comparison(student, reference, images, "compare_optimizers", pause=0.03)
    reported = entries(comparison.returned, tuple(OPTIMIZERS), ("seconds",), "compare_optimizers")
    # The clock is seen at the end of each forward pass: the true time is longer than the first to the last of an epoch,
    # and two of four trainings can't take more than the whole call.
    shortest = min(
        (sum(end - start for start, end in (run.span for run in training.training())) for training in comparison.trainings),
        default=0.0,
    )
    total = 0.0
    for name in OPTIMIZERS:
        seconds = expect_number(reported[name]["seconds"], f"`seconds` of {name}")
        total += seconds
        evidence.fact(f"{name}: seconds", seconds, f"at least {shortest:.2f}")
        expect(seconds > 0, f"`seconds` of {name} is {seconds:.4g}; a time above 0 was expected.")
        expect(
            seconds >= 0.95 * shortest,
            f"`seconds` of {name} is {seconds:.4g}, but its {EPOCHS} epochs took at least {shortest:.2f} seconds.",
        )
    evidence.fact("seconds of the four together", total, f"at most {comparison.seconds:.2f}, the whole call")
    expect(
        total <= 1.02 * comparison.seconds + 0.2,
        f"The four times add up to {total:.2f} seconds, but the whole call took {comparison.seconds:.2f}: take the time "
        "anew for each optimizer.",
    )


@item("2B.network")
def test_the_deep_network_has_five_or_more_hidden_layers(student, thresholds, evidence):
    """`build_deep_mlp` makes a network from 784 pixels to 10 classes with five or more hidden layers, as many as asked for."""
    fewest = int(thresholds["fewest_hidden_layers"])
    steps = student.ask(gradients.deep_structure, activation="relu", sizes={})
    dense = dense_layers(steps)
    evidence.fact("hidden layers of `build_deep_mlp(\"relu\")`", len(dense) - 1, f"{fewest} or more")
    joined = all(one[1] == other[0] for one, other in zip(dense[:-1], dense[1:], strict=True))
    expect(dense and joined, f"The network computes the dense layers {layers(dense)}; they don't follow each other.")
    expect(
        (dense[0][0], dense[-1][1]) == (784, 10),
        f"The network leads from {dense[0][0]} inputs to {dense[-1][1]} outputs; 784 and 10 were expected.",
    )
    expect(len(dense) > fewest, f"The network has {len(dense) - 1} hidden layers; {fewest} or more were expected.")
    steps = student.ask(gradients.deep_structure, activation="relu", sizes={"hidden_layers": 5, "width": 32})
    found, expected = dense_layers(steps), ((784, 32), *[(32, 32)] * 4, (32, 10))
    evidence.fact("`build_deep_mlp(\"relu\", hidden_layers=5, width=32)`", layers(found), layers(expected))
    expect(
        found == expected,
        f"With `hidden_layers=5, width=32` the dense layers are {layers(found)}; {layers(expected)} were expected.",
    )


@item("2B.network")
def test_every_hidden_layer_uses_the_activation_asked_for(student, evidence):
    """`build_deep_mlp` puts the activation that was asked for after every hidden layer, and none after the last one."""
    for name in ("sigmoid", "relu"):
        steps = student.ask(gradients.deep_structure, activation=name, sizes={})
        kinds = [step["kind"] for step in steps if step["kind"] != "log softmax"]
        hidden = kinds.count("dense") - 1
        expected = ["dense", name] * hidden + ["dense"]
        evidence.fact(f'`build_deep_mlp("{name}")`', " → ".join(kinds), " → ".join(expected))
        expect(
            kinds == expected,
            f'`build_deep_mlp("{name}")` computes {" → ".join(kinds)}; {" → ".join(expected)} was expected.',
        )


@item("2B.gradient-tracking")
def test_gradient_magnitudes_equal_the_reference(student, reference, evidence):
    """`gradient_magnitudes` returns the mean absolute gradient of each weight matrix, input layer first, biases left out."""
    for name in ("sigmoid", "relu"):
        run = magnitudes_run(name)
        found = expect_array(student.ask(gradients.magnitudes, **run)["first"], "What `gradient_magnitudes` returns")
        expected = reference.ask(gradients.magnitudes, **run)["first"]
        evidence.fact(f"{name}: magnitude by layer", found, expected)
        expect(
            found.shape != (2 * len(expected),),
            f"`gradient_magnitudes` returns {len(found)} numbers for {len(expected)} layers: leave the biases out.",
        )
        expect(
            found.shape == expected.shape,
            f"`gradient_magnitudes` returns an array of shape {found.shape} for {len(expected)} layers; "
            f"{expected.shape} was expected.",
        )
        expect_close(found / expected, np.ones_like(expected), f"{name}: the share of the right magnitudes", tolerance=1e-3)


@item("2B.gradient-tracking")
def test_measuring_gradients_leaves_the_weights_as_they_were(student, evidence):
    """`gradient_magnitudes` leaves the weights as they were, and gives the same when it is called again."""
    found = student.ask(gradients.magnitudes, **magnitudes_run("relu"))
    evidence.fact("weights unchanged", found["unchanged"], "yes")
    evidence.fact("second call", found["second"], found["first"])
    expect(found["unchanged"], "`gradient_magnitudes` changes the model's weights: it must not take a step.")
    first, second = (expect_array(found[name], "What `gradient_magnitudes` returns") for name in ("first", "second"))
    expect(
        first.shape == second.shape and np.allclose(first, second, rtol=1e-4),
        "A second call of `gradient_magnitudes` on the same batch gives other numbers: clear the gradients first.",
    )


@item("2B.gradient-tracking")
def test_gradients_are_tracked_while_training(student, reference, evidence):
    """`track_gradients` trains for the given steps and returns the magnitudes of each step, one row a step."""
    network = [["linear", 20, 16], ["sigmoid"], ["linear", 16, 12], ["sigmoid"], ["linear", 12, 5]]
    run = {
        "network": network,
        "weights": [3 * array for array in material.dense_weights([20, 16, 12, 5], seed=21)],
        "batches": material.batches([12] * 6, columns=20, classes=5, seed=22),
        "optimizer": {"kind": "SGD", "lr": 0.5, "momentum": 0.5},
        "steps": 5,
    }
    answer, expected = student.ask(gradients.tracked, **run), reference.ask(gradients.tracked, **run)
    found = expect_array(answer["gradients"], "What `track_gradients` returns")
    moved = max(float(np.abs(one - other).max()) for one, other in zip(answer["weights"], run["weights"], strict=True))
    evidence.fact("shape", list(found.shape), "5 steps, 3 layers")
    evidence.fact("largest change of a weight", moved, "as the reference trains")
    expect(moved > 0, "`track_gradients` does not train: the weights are the same afterwards.")
    expect(found.shape != (3, 5), "`track_gradients` returns (layers, steps); (steps, layers) was expected.")
    expect(found.shape == (5, 3), f"`track_gradients` returns the shape {found.shape}; (5, 3) was expected: steps, layers.")
    expect(len(np.unique(found, axis=0)) > 1, "The tracked gradients are the same at every step.")
    for index, (one, other) in enumerate(zip(answer["weights"], expected["weights"], strict=True)):
        expect_close(one, other, f"Parameter {index + 1} after the tracked steps")
    right = np.asarray(expected["gradients"])
    for step in range(5):
        evidence.fact(f"magnitudes at step {step + 1}", found[step], right[step])
    expect_close(found / right, np.ones_like(right), "The share of the right magnitudes", tolerance=1e-3)


@item("2B.plot")
def test_gradients_of_sigmoid_and_relu_are_on_one_plot(student, evidence):
    """`plot_gradients` draws the magnitudes across the layers, sigmoid and ReLU on the same axes, with a legend."""
    figure = student.ask(plots.draw, function="plot_gradients", arguments=(GRADIENTS,))
    expect_figure(figure, evidence, "Gradient magnitudes of sigmoid and ReLU")
    problems = []
    for across in (_mean, _last, _first, _median):
        for scale in (np.asarray, np.log10):
            lines = {name: scale(across(array)) for name, array in GRADIENTS.items()}
            if any(all(_has_bars(axes, line) for line in lines.values()) for axes in figure["axes"]):
                return
            try:
                expect_panel(figure, lines)
            except Failed as problem:
                problems.append(problem)
            else:
                return
    # The most telling: lines that are there but not labelled say so; otherwise the means over the steps are missing.
    raise next((problem for problem in problems if "No axes" not in str(problem)), problems[0])


@item("2C.dropout")
def test_dropout_acts_on_the_hidden_layers_and_nowhere_else(student, evidence):
    """`build_regularized_mlp` drops hidden neurons in training, with the given probability, and no input or output."""
    for probability in (None, 0.2):
        share = 0.5 if probability is None else probability
        call = "build_regularized_mlp(sizes)" if probability is None else f"build_regularized_mlp(sizes, {probability})"
        for what, kernels, expected in (
            ("outputs are zero", ("copy", "copy", "mean"), 0.0),
            ("neurons of the second hidden layer are zero", ("copy", "mean", "copy"), share),
            ("neurons of either hidden layer are zero", ("mean", "copy", "copy"), 1 - (1 - share) ** 2),
        ):
            run = {"layer_sizes": [WIDTH] * 4, "dropout": probability, "weights": _kernels(kernels), "x": _ones()}
            outputs = expect_array(student.ask(regularization.both_modes, **run)["training"], "The network's output")
            zeros = float((outputs == 0).mean())
            evidence.fact(f"`{call}`: share in which {what}", zeros, expected)
            # 10 000 independent draws: a right share differs by 0.05 less than once in a billion trainings.
            expect(
                abs(zeros - expected) < 0.05,
                f"In training mode, in a share of {zeros:.2f} the {what} under `{call}`; {expected:.2f} was expected.",
            )
        kept = outputs[outputs != 0]
        scaled = (1 - share) ** -2
        evidence.fact(f"`{call}`: factor of what is kept by two layers", [float(kept.min()), float(kept.max())], scaled)
        expect(
            np.ptp(kept) < 1e-3 * scaled,
            f"Under `{call}` the first layer's sums vary although its inputs don't: dropout acts on the inputs.",
        )
        expect_close(kept.mean(), scaled, f"The factor of what two layers of dropout keep under `{call}`", tolerance=1e-3)


@item("2C.comparison", seconds=40)
def test_three_configurations_are_compared_by_what_was_really_trained(student, reference, images, evidence):
    """`compare_regularization` trains without, with L2 and with dropout, and reports each network's own accuracies."""
    comparison = Comparison(student, reference, images, "compare_regularization")
    keys = ("train_accuracy", "test_accuracy")
    reported = entries(comparison.returned, CONFIGURATIONS, keys, "compare_regularization")
    comparison.expect_fresh_networks(CONFIGURATIONS)
    trainings = configurations(comparison)
    dropped = [step["probability"] for step in trainings["dropout"].training_steps if "probability" in step]
    evidence.fact("dropout probabilities", dropped, "0.5 for each hidden layer")
    expect(
        all(abs(probability - 0.5) < 1e-6 for probability in dropped),
        f"The network with dropout drops with probability {', '.join(f'{one:g}' for one in dropped)}; 0.5 was expected.",
    )
    for name, training in trainings.items():
        for key in keys:
            values = expect_accuracies(reported[name][key], training, name, key)
            evidence.fact(f"{name}: {key.replace('_', ' ')} by epoch", values)
    curves = {f"{name}, {key[:-9]}": reported[name][key] for name in CONFIGURATIONS for key in keys}
    evidence.curves("Accuracy on a few digits", curves, y_label="accuracy")


@item("2C.plot")
def test_train_and_test_accuracy_of_each_configuration_are_plotted(student, evidence):
    """`plot_regularization` draws train and test accuracy of all three configurations, with a legend and axis labels."""
    lines = {
        ("none", "train"): [0.71, 0.88, 0.97, 0.99],
        ("none", "test"): [0.7, 0.84, 0.9, 0.91],
        ("l2", "train"): [0.69, 0.85, 0.93, 0.95],
        ("l2", "test"): [0.68, 0.83, 0.905, 0.925],
        ("dropout", "train"): [0.55, 0.74, 0.86, 0.9],
        ("dropout", "test"): [0.6, 0.79, 0.915, 0.935],
    }
    comparison = {
        name: {f"{split}_accuracy": lines[name, split] for split in ("train", "test")} for name in CONFIGURATIONS
    }
    figure = student.ask(plots.draw, function="plot_regularization", arguments=(comparison,))
    expect_figure(figure, evidence, "Train and test accuracy by regularization")
    one_axes = {"": list(lines)}
    by_name = {name: [key for key in lines if key[0] == name] for name in CONFIGURATIONS}
    by_split = {split: [key for key in lines if key[1] == split] for split in ("train", "test")}
    problems = []
    for panels in (one_axes, by_name, by_split):
        try:
            for keys in panels.values():
                _expect_labelled(figure, {key: lines[key] for key in keys})
        except Failed as problem:
            problems.append(problem)
        else:
            return
    raise problems[0]


WIDTH = 100


def magnitudes_run(activation):
    """The arguments of `gradients.magnitudes` for a small network whose gradients are well above rounding."""
    sizes = [20, 16, 14, 12, 5]
    network = []
    for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True):
        network += [["linear", inputs, outputs], [activation]]
    return {
        "network": network[:-1],
        "weights": [3 * array for array in material.dense_weights(sizes, seed=23)],
        "batch": material.batches([24], columns=20, classes=5, seed=24)[0],
    }


def _mean(array):
    return array.mean(axis=0)


def _last(array):
    return array[-1]


def _first(array):
    return array[0]


def _median(array):
    return np.median(array, axis=0)


def _has_bars(axes, heights):
    bars = axes["bars"]
    windows = (bars[start : start + len(heights)] for start in range(len(bars) - len(heights) + 1))
    return bool(axes["legend"]) and any(np.allclose(window, heights, rtol=1e-4) for window in windows)


def _expect_labelled(figure, lines):
    """Each line on the same axes, with labels that differ, in a legend."""
    numbered = {str(number): values for number, values in enumerate(lines.values())}
    labels = []
    for axes in figure["axes"]:
        drawn = [_label_of(axes, values) for values in numbered.values()]
        if None not in drawn:
            labels = drawn
            expect(axes["legend"], "The lines are drawn, but the axes have no legend: call `legend()`.")
            expect(axes["y_label"].strip(), "The axes with the accuracies have no label on the y axis.")
            break
    missing = [f"{name}, {split}" for (name, split), values in lines.items() if not _drawn(figure, values)]
    expect(not missing, f"The figure lacks the lines of {'; '.join(missing)}.")
    expect(labels, "The lines of train and test accuracy are on different axes, so they can't be compared.")
    expect(
        all(labels) and len(set(labels)) == len(labels),
        "The legend does not tell the lines apart: give each a label of its own, with configuration and train or test.",
    )


def _label_of(axes, values):
    fitting = [line["label"] for line in axes["lines"] if line["y"] == values]
    return fitting[0] if fitting else None


def _drawn(figure, values):
    return any(_label_of(axes, values) is not None for axes in figure["axes"])


def _ones():
    return np.ones((WIDTH, WIDTH), np.float32)


def _kernels(kinds):
    """Weights of a network WIDTH wide: each layer either copies its inputs or gives their mean to every neuron."""
    identity, mean = np.eye(WIDTH, dtype=np.float32), np.full((WIDTH, WIDTH), 1 / WIDTH, np.float32)
    zeros = np.zeros(WIDTH, np.float32)
    return [array for kind in kinds for array in ({"copy": identity, "mean": mean}[kind], zeros)]
