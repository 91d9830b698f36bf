"""Public checks of Problem 1: multilayer perceptrons, activations, XOR."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from autograder.checks import expect, expect_array, expect_close, expect_number, expect_series, item
from autograder.checks.figures import expect_figure, expect_lines
from judging.curves import losses as falling
from judging.drawn_pictures import drawn_pictures
from judging.problem1 import (
    NAMES,
    Comparison,
    answered,
    expect_learning,
    expect_same_training,
    layers,
    not_the_accuracy,
    numbers,
)
from probes import mlp, plots, xor

MOMENTUM = {"kind": "SGD", "lr": 0.1, "momentum": 0.9}
SIZES = {"inputs": (18, 24), "hidden": (14, 20), "classes": (4, 7)}
CASES = ("00", "01", "10", "11")


@item("1A.network")
def test_the_network_has_the_layers_that_were_asked_for(student, material, evidence):
    """`build_mlp` makes one dense layer for each pair of neighbouring sizes, with biases, and gives one number per class."""
    rows = material.number("1A structure rows", 2, 200)
    shallow, deep = material.sizes("1A shallow", 2, 5, 40), material.sizes("1A deep", 5, 4, 40)
    for sizes in ([784, 128, 64, 10], shallow, deep):
        found = student.ask(mlp.mlp_structure, layer_sizes=sizes, activation="relu", rows=rows)
        dense = [(step["inputs"], step["outputs"]) for step in found["steps"] if step["kind"] == "dense"]
        expected = list(pairwise(sizes))
        evidence.fact(f"dense layers for {sizes}", layers(dense), layers(expected))
        expect(
            dense == expected,
            f"`build_mlp({sizes})` computes the dense layers {layers(dense)}; {layers(expected)} were expected.",
        )
        others = sorted(
            {step["kind"] for step in found["steps"]} - {"dense", "relu", "log softmax", "softmax", "sigmoid", "tanh"}
        )
        expect(not others, f"`build_mlp({sizes})` also contains {', '.join(others)}, which nobody asked for.")
        count = sum(inputs * outputs + outputs for inputs, outputs in expected)
        expect(
            found["parameters"] == count,
            f"`build_mlp({sizes})` has {found['parameters']:,} parameters; {count:,} were expected (weights and biases).",
        )
        expect(
            found["output_shape"] == [rows, sizes[-1]],
            f"`build_mlp({sizes})` turns a batch of {rows} into {found['output_shape']}; [{rows}, {sizes[-1]}] was expected.",
        )


@item("1A.activations")
def test_each_activation_is_the_one_asked_for(student, material, evidence):
    """`build_mlp` puts the activation that was asked for between the layers, and none after the last one."""
    rows = material.number("1A activation rows", 2, 200)
    for name in (*NAMES, None):
        hidden = material.number(f"1A activation {name} depth", 2, 5)  # one would not show what a second one has
        sizes = material.sizes(f"1A activation {name}", hidden + 2, 3, 20)
        found = student.ask(mlp.mlp_structure, layer_sizes=sizes, activation=name, rows=rows)
        kinds = [step["kind"] for step in found["steps"] if step["kind"] not in ("log softmax", "dropout")]
        wanted = name or "relu"
        expected = ["dense", wanted] * hidden + ["dense"]
        call = f'`build_mlp(sizes, "{name}")`' if name else "`build_mlp(sizes)`"
        evidence.fact(call, " → ".join(kinds), " → ".join(expected))
        expect(kinds == expected, f"{call} computes {' → '.join(kinds)}; {' → '.join(expected)} was expected.")


@item("1A.activations")
def test_an_unknown_activation_is_a_value_error_that_names_the_choices(student, evidence):
    """Where the activation is chosen by name, an unknown one is refused with a `ValueError` that names the choices."""
    found = student.ask(mlp.mlp_refusal, activation="swiish")
    if not found:
        evidence.fact(
            "unknown names",
            "does not apply: the network is not called `build_mlp`, or is given a module instead",
        )
        return
    evidence.fact('`build_mlp(sizes, "swiish")` raised', f"{found['raised']}: {found['text']}", "ValueError")
    expect(
        found["is_value_error"],
        f"`build_mlp` with the activation 'swiish' raised {found['raised']}; a `ValueError` was expected.",
    )
    missing = [name for name in NAMES if name not in found["text"].lower()]
    expect(
        not missing, f"The error's text does not name the choices ({', '.join(missing)} missing): {found['text']!r}."
    )


@item("1A.training-step")
def test_one_epoch_changes_the_weights_as_the_reference_does(student, reference, material, evidence):
    """`train_epoch` changes the weights exactly as the reference does, and returns each epoch's mean loss."""
    inputs, hidden, classes = sizes = drawn_sizes(material, "1A step")
    rows = material.rows("1A step rows", (4, 6), (10, 14), (4, 7))
    run: dict[str, Any] = {
        "network": [["linear", inputs, hidden], ["relu"], ["linear", hidden, classes]],
        "weights": material.dense_weights("1A step weights", sizes),
        "batches": material.batches("1A step batches", rows, columns=inputs, classes=classes),
        "optimizer": MOMENTUM,
        "epochs": 2,  # gradients that are cleared once an epoch differ from ones that never are
    }
    found = student.ask(mlp.train, **run)
    expected = reference.ask(mlp.train, **run)
    expect_same_training(found, expected, run["batches"], evidence, student.framework)


@item("1A.evaluation")
def test_accuracy_is_counted_over_all_samples(student, material, evidence):
    """`evaluate` returns the share of samples that are classified right, also when the last batch is smaller."""
    inputs, classes = material.number("1A evaluation inputs", 5, 9), material.number("1A evaluation classes", 4, 6)
    weights = material.dense_weights("1A evaluation weights", [inputs, classes])
    drawn = answered(material)
    batches = []
    noise = material.batches("1A evaluation batches", drawn.rows, columns=inputs, classes=classes)
    for (x, _), right in zip(noise, drawn.right, strict=True):
        predicted = (x @ weights[0].T + weights[1]).argmax(axis=1)
        hit = np.arange(len(x)) < right
        batches.append((x, np.where(hit, predicted, (predicted + 1) % classes)))
    share = drawn.accuracy
    network = [["linear", inputs, classes]]
    found = student.ask(mlp.evaluate, network=network, weights=weights, batches=batches)
    accuracy = expect_number(found["accuracy"], "What `evaluate` returns")
    evidence.fact(f"accuracy on {sum(drawn.rows)} samples with known answers", accuracy, share)
    expect(
        abs(accuracy - 100 * share) > 1e-3,
        f"`evaluate` returns a percentage ({accuracy:.4g}); a fraction between 0 and 1 was expected.",
    )
    expect_close(accuracy, share, "The accuracy", tolerance=1e-5)


@item("1A.accuracy", seconds=40, random=True)
def test_digits_of_the_sample_are_learned(student, images, material, thresholds, evidence):
    """The 784-128-64-10 network learns real digits: it passes the bound on 500 test digits after 2 000 for training."""
    budget = int(thresholds["sample_epochs"])
    train = drawn_pictures(material, "1A training digits", images("mnist", "train"), 2000)
    test = drawn_pictures(material, "1A test digits", images("mnist", "test"), 500)
    bound = thresholds["sample_accuracy"]
    run = {
        "layer_sizes": [784, 128, 64, 10],
        "activation": "relu",
        "images": train.images,
        "labels": train.labels,
        "test_images": test.images,
        "epochs": budget,
        "batch_size": 32,
    }
    expect_learning(student, run, test.labels, bound, evidence)


@item("1B.comparison", seconds=40)
def test_three_activations_are_compared_by_what_was_really_trained(student, images, material, evidence):
    """`compare_activations` trains one network for each activation and returns each epoch's training loss."""
    comparison = Comparison(student, images, material)
    for name in NAMES:
        entry = comparison.entry(name)
        losses = expect_series(entry["train_loss"], comparison.epochs, f"`train_loss` of {name}")
        passes = comparison.model(name).training()
        expect(
            all(run.loader == "train" for run in passes),
            f"The {name} network was trained on the test loader; train on `train_loader` only.",
        )
        real = [run.losses() for run in passes]
        evidence.fact(f"{name}: loss by epoch", losses, [pair[1] for pair in real])
        expect(
            len(real) == comparison.epochs,
            f"The {name} network was trained for {len(real)} epochs; {comparison.epochs} were asked for.",
        )
        expect(
            all(min(abs(value - mean) for mean in pair) < 1e-3 for value, pair in zip(losses, real, strict=True)),
            f"`train_loss` of {name} is {numbers(losses)}; the network's own training losses were "
            f"{numbers([pair[1] for pair in real])}.",
        )
    evidence.curves("Training loss on the sample", {name: comparison.entry(name)["train_loss"] for name in NAMES})


@item("1B.comparison", seconds=40)
def test_reported_accuracies_are_the_models_own(student, images, material, evidence):
    """The reported test accuracy of each activation is what its trained network reaches on the test loader."""
    comparison = Comparison(student, images, material)
    for name in NAMES:
        reported = expect_number(comparison.entry(name)["test_accuracy"], f"`test_accuracy` of {name}", low=0, high=1)
        trained = comparison.model(name)
        real = [run.accuracy() for run in trained.on("test")]
        evidence.fact(f"{name}: test accuracy", reported, real[-1] if real else "never measured")
        if not real or abs(reported - real[-1]) > 1e-4:
            raise not_the_accuracy(reported, trained, f"`test_accuracy` of {name}", real)


@item("1B.plot")
def test_loss_curves_of_the_three_are_on_one_plot(student, material, evidence):
    """`plot_activations` draws the three loss curves on the same axes, labelled, with a legend and axis labels."""
    epochs = material.number("1B plot epochs", 3, 7)
    lines = {name: falling(material, f"1B plot {name}", epochs) for name in NAMES}
    accuracy = material.number("1B plot accuracy", 81, 95) / 100
    comparison = {name: {"train_loss": losses, "test_accuracy": accuracy} for name, losses in lines.items()}
    figure = student.ask(plots.draw, function="plot_activations", arguments=(comparison,))
    expect_figure(figure, evidence, "The three activations' loss curves")
    expect_lines(figure, lines)


@item("1C.model")
def test_the_xor_network_has_two_inputs_and_one_sigmoid_output(student, material, evidence):
    """`build_xor_model` has 2 inputs, one hidden layer of 2 to 4 neurons and 1 sigmoid output."""
    points = 10 * material.noise("1C points", material.number("1C rows", 5, 200), 2)
    for hidden in (None, *material.sizes("1C hidden", 2, 2, 4)):
        found = student.ask(xor.xor_structure, hidden=hidden, points=points)
        if not found:
            break  # a network of a fixed width, under another name than the standard one
        dense = [(step["inputs"], step["outputs"]) for step in found["steps"] if step["kind"] == "dense"]
        call = "`build_xor_model()`" if hidden is None else f"`build_xor_model({hidden})`"
        wanted = "2→2…4, then →1" if hidden is None else f"2→{hidden}, {hidden}→1"
        evidence.fact(call, layers(dense), wanted)
        width = dense[0][1] if dense else 0
        expect(
            dense == [(2, width), (width, 1)],
            f"{call} computes the dense layers {layers(dense)}; {wanted} was expected.",
        )
        expect(
            2 <= width <= 4 if hidden is None else width == hidden,
            f"{call} has {width} hidden neurons; {'2 to 4' if hidden is None else hidden} were expected.",
        )
        kinds = [step["kind"] for step in found["steps"]]
        between = kinds[kinds.index("dense") + 1 : len(kinds) - kinds[::-1].index("dense") - 1]
        expect(
            between, f"{call} has no activation after its hidden layer; without one it is linear and can't solve XOR."
        )
        expect(kinds[-1] == "sigmoid", f"{call} ends with {kinds[-1]}; a sigmoid was expected.")
        outputs = expect_array(found["outputs"], f"The output of {call}")
        expect(
            outputs.size == len(points),
            f"{call} gives {outputs.size} numbers for {len(points)} points; one each was expected.",
        )


@item("1C.accuracy", seconds=60, random=True)
def test_all_four_xor_cases_are_right(student, material, thresholds, evidence):
    """The network that `train_xor` returns gets all four XOR cases right."""
    asked = cases_asked(material)
    found = student.ask(xor.xor_trained, points=xor.CORNERS[asked])
    probabilities = expect_array(found, "The trained network's output")
    expect(
        probabilities.shape == asked.shape,
        f"The network gives {probabilities.size} numbers for {asked.size} pairs of inputs; one each was expected.",
    )
    right = 0
    for number, case in enumerate(CASES):
        own = probabilities[asked == number]
        is_one = case in ("01", "10")
        right += bool(((own > 0.5) == is_one).all())
        expected = "above 0.5" if is_one else "below 0.5"
        evidence.fact(f"probability for {case[0]} xor {case[1]}", f"{float(own[0]):.4f}", expected)
    bound = int(thresholds["correct_cases"])
    evidence.measure("cases right", right, above=bound - 1, expected=f"{bound} of 4")
    expect(right >= bound, f"{right} of the 4 XOR cases are right; {bound} are needed.")


@item("1C.decision-boundary")
def test_the_boundary_grid_holds_the_models_own_probabilities(student, material, evidence):
    """`decision_boundary` evaluates the given network on a square grid that covers the four corners."""
    points = material.number("1C resolution", 19, 31)
    found = student.ask(xor.xor_boundary, resolution=points, weights=material.dense_weights("1C boundary", [2, 4, 1]))
    shapes = {name: list(found[name].shape) for name in ("xx", "yy", "probabilities")}
    for name, shape in shapes.items():
        wanted = [points, points]
        evidence.fact(f"shape of {name}", shape, wanted)
        expect(shape == wanted, f"`{name}` has the shape {shape}; {wanted} was expected for `resolution={points}`.")
    for name in ("xx", "yy"):
        low, high = float(found[name].min()), float(found[name].max())
        expect(
            low <= 0 and high >= 1,
            f"`{name}` runs from {low:.2g} to {high:.2g}; it must cover 0 to 1.",
            sign=f"`{name}` does not cover 0 to 1",
        )
    expect(
        not np.isin(found["probabilities"], (0, 1)).all(),
        "The grid holds classes, 0 or 1; the network's own probabilities were expected.",
    )
    expect_close(found["probabilities"], found["own"], "The grid of probabilities")


@item("1C.decision-boundary")
def test_the_boundary_is_drawn(student, material, evidence):
    """`plot_decision_boundary` draws the probabilities as an area over both inputs, with labelled axes."""
    margin, steepness = material.generator("1C drawn boundary").uniform((0.2, 5), (0.8, 10))
    axis = np.linspace(-margin, 1 + margin, material.number("1C drawn points", 24, 36))
    xx, yy = np.meshgrid(axis, axis)
    probabilities = 1 / (1 + np.exp(-steepness * (np.abs(xx - yy) - 0.5)))
    figure = student.ask(plots.draw, function="plot_decision_boundary", arguments=((xx, yy, probabilities),))
    expect_figure(figure, evidence, "The decision boundary")
    drawn = any(axes["contours"] or axes["images"] for axes in figure["axes"])
    expect(drawn, "The figure shows no area: draw the probabilities with `contourf`, `imshow` or `pcolormesh`.")


def drawn_sizes(material, label):
    """Inputs, hidden neurons and classes of a small network."""
    return [material.number(f"{label} {what}", *span) for what, span in SIZES.items()]


def cases_asked(material):
    """The numbers of XOR cases to ask for: each of the four at least once, some again, in random order."""
    again = material.sizes("1C again", material.number("1C cases again", 4, 8), 0, 11)
    return material.generator("1C order").permutation([*range(4), *(number % 4 for number in again)])
