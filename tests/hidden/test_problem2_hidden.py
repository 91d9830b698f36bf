"""Hidden checks of Problem 2."""

from __future__ import annotations

import numpy as np

from autograder.checks import expect, expect_close, item
from autograder.checks.recordings import log_softmax
from judging.drawn_pictures import drawn_pictures
from judging.first_steps import in_words
from judging.problem2 import (
    CONFIGURATIONS,
    OPTIMIZERS,
    Comparison,
    configurations,
    decays,
    expect_weight_decay,
    expected_changes,
)
from probes import gradients, optimizers, regularization


@item("2A.optimizers")
def test_steps_of_each_optimizer_equal_the_reference(student, material, evidence):
    """Eight steps of each optimizer equal the reference's, also where gradients are zero, tiny or change their sign."""
    rows, columns = material.sizes("2A eight steps", 2, 5, 9)
    generator = material.generator("2A eight steps' gradients")
    signs = generator.choice([-1, 1], (8, rows, columns))
    sizes = 10.0 ** generator.uniform(-3, 1, (8, rows, columns))
    steps = (signs * sizes).astype(np.float32)
    steps[:, 0] = 0
    steps[4:, 1] = 0
    start = generator.uniform(-2, 2, (rows, columns)).astype(np.float32)
    for name, settings in OPTIMIZERS.items():
        gradients_of_steps = [[step] for step in steps]
        found = np.array(student.ask(optimizers.changes, name=name, start=[start], gradients=gradients_of_steps))
        expected = np.array(expected_changes(student.framework, settings, [start], gradients_of_steps))
        scale = float(np.abs(expected).max())
        difference = float(np.abs(found - expected).max())
        evidence.fact(f"{name}: largest difference of an update", difference / 1000, "0, up to rounding")
        expect(
            difference <= 2e-3 * scale,
            f"The steps of `build_optimizer({name!r}, ...)` are not those of {settings['kind']} with {in_words(settings)}.",
        )


@item("2B.network", random=True)
def test_gradients_of_the_sigmoid_network_vanish_towards_the_input(student, images, material, thresholds, evidence):
    """In `build_deep_mlp`'s sigmoid network the gradients vanish towards the input, in its ReLU network far less so."""
    ((x, y),) = drawn_pictures(material, "2B digits", images("mnist", "train"), 64).flat_batches([64])
    ratios = {}
    for name in ("sigmoid", "relu"):
        found = np.asarray(student.ask(gradients.deep_gradients, activation=name, x=x, y=y))
        expect(found.min() > 0, f"A layer of `build_deep_mlp({name!r})` gets no gradient at all.")
        ratios[name] = float(found[0] / found[-1])
        evidence.fact(f"{name}: gradient of the first layer as a share of the last's", ratios[name])
    bound = thresholds["largest_sigmoid_share"]
    share = ratios["sigmoid"] / ratios["relu"]
    evidence.measure("sigmoid's share as a part of ReLU's", share, below=bound)
    expect(
        share < bound,
        f"Sigmoid's gradients shrink towards the input to {share:.2g} of ReLU's; below {bound:g} was expected.",
    )


@item("2C.dropout")
def test_dropout_is_off_in_evaluation_mode(student, reference, material, evidence):
    """In evaluation mode nothing is dropped: the network gives the reference's outputs under copied weights, every time."""
    deep = material.sizes("2C deep", 4, 6, 32)
    shallow = [
        material.number("2C inputs", 8, 16),
        material.number("2C hidden", 30, 44),
        material.number("2C outputs", 3, 7),
    ]
    for sizes, dropout in ((deep, None), (shallow, material.number("2C evaluation probability", 70, 85) / 100)):
        run = {
            "layer_sizes": sizes,
            "dropout": dropout,
            "weights": material.dense_weights(f"2C weights {dropout}", sizes),
            "x": material.noise(f"2C inputs {dropout}", material.number("2C rows", 15, 25), sizes[0]),
        }
        found = student.ask(regularization.both_modes, **run)
        expected = reference.ask(regularization.both_modes, **run)
        first, second = found["evaluation"]
        evidence.fact(f"{sizes}: largest difference between two passes", float(np.abs(first - second).max()), 0)
        expect(
            np.array_equal(first, second),
            "In evaluation mode two passes of the same batch give different outputs: dropout is still active.",
        )
        what = f"The output in evaluation mode of `build_regularized_mlp({sizes})` under copied weights"
        expect_close(log_softmax(first), log_softmax(expected["evaluation"][0]), what)


@item("2C.comparison", seconds=40)
def test_l2_is_a_weight_decay_of_one_thousandth(student, images, material, thresholds, evidence):
    """Weight decay acts in the L2 configuration alone, and its first steps are those of a weight decay of 0.001."""
    comparison = Comparison(student, images, material, "compare_regularization")
    comparison.expect_fresh_networks(CONFIGURATIONS)
    trainings = configurations(comparison)
    for name in ("none", "dropout"):
        decayed = decays(comparison, trainings[name])
        evidence.fact(f"{name}: weights without a gradient move", decayed, "no")
        expect(not decayed, f"The configuration '{name}' is trained with weight decay; only L2 should be.")
    decay = thresholds["weight_decay"]
    settings = expect_weight_decay(comparison, trainings["none"], trainings["l2"], decay)
    evidence.fact("the L2 network's optimizer", f"{settings['kind']}, {in_words(settings)}", f"weight decay {decay:g}")
