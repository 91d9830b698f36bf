"""Public checks of Problem 3: convolutional networks, architectures, what the first layer sees."""

from __future__ import annotations

from itertools import zip_longest

import numpy as np

from autograder.checks import Failed, expect, expect_array, expect_close, expect_number, item
from judging.drawn_pictures import drawn_pictures
from judging.problem1 import numbers
from judging.problem3 import (
    EPOCHS,
    HISTORY,
    ArchitectureComparison,
    TrainingRun,
    chain,
    convolutions,
    expect_learning,
    expect_matrix,
    expect_varied,
    seen_in_first_steps,
)
from judging.small_network import small_network
from probes import cnn, features

LAYERS = [
    "conv 3→32 3×3",
    "relu",
    "max pool 2×2",
    "conv 32→64 3×3",
    "relu",
    "max pool 2×2",
    "dense 4096→128",
    "relu",
    "dense 128→10",
]
SHARES = np.arange(10, 0, -1) / 55  # of the classes: no two alike, so that a transposed matrix shows


@item("3A.network")
def test_the_cnn_has_the_layers_that_were_asked_for(student, material, thresholds, evidence):
    """`build_cnn` makes the network of the assignment, layer by layer, with its 545 098 parameters."""
    rows = material.number("3A rows", 2, 64)
    found = student.ask(cnn.cnn_structure, rows=rows)
    layers = chain(found["steps"])
    count = int(thresholds["parameters"])
    evidence.fact("layers", " → ".join(layers), " → ".join(LAYERS))
    evidence.fact("trainable parameters", f"{found['parameters']:,}", f"{count:,}")
    expect(
        found["output_shape"] == [rows, 10],
        f"`build_cnn()` turns a batch of {rows} pictures into {found['output_shape']}; [{rows}, 10] was expected.",
    )
    # Max pooling and ReLU commute, so either order is the same network.
    swapped = [LAYERS[index] for index in (0, 2, 1, 3, 5, 4, 6, 7, 8)]
    if layers not in (LAYERS, swapped):
        pairs = enumerate(zip_longest(layers, LAYERS, fillvalue="nothing more"), start=1)
        place, here, wanted = next((place, *pair) for place, pair in pairs if pair[0] != pair[1])
        raise Failed(f"Layer {place} of `build_cnn()` is {here}; {wanted} was expected.")
    expect(
        found["parameters"] == count,
        f"`build_cnn()` has {found['parameters']:,} trainable parameters; {count:,} were expected.",
    )


@item("3A.training")
def test_training_a_cnn_records_every_epoch(student, images, material, evidence):
    """`train_cnn` trains for the given epochs, and after each measures the validation set in evaluation mode."""
    run = TrainingRun(student, images, material, "3A every epoch", dropout=True)
    run.expect_every_epoch()
    for number in range(EPOCHS):
        run.measured(number)
    for key in HISTORY:
        evidence.fact(key.replace("_", " "), run.series(key), f"{EPOCHS} values, one an epoch")


@item("3A.training")
def test_recorded_losses_and_accuracies_are_the_models_own(student, images, material, evidence):
    """The recorded losses and accuracies are those that the model had."""
    run = TrainingRun(student, images, material, "3A history", dropout=True)
    run.expect_every_epoch()
    for number, training in enumerate(run.model.training()):
        recorded = {key: float(run.series(key)[number]) for key in HISTORY}
        measured = run.measured(number)
        losses = [loss for one in measured for loss in one.losses()]
        accuracies = [one.accuracy() for one in measured]
        for key, real in zip(HISTORY, (list(training.losses()), losses, accuracies), strict=True):
            what = f"{key.replace('_', ' ')} of epoch {number + 1}"
            evidence.fact(what, recorded[key], numbers(sorted(set(real))))
            if min(abs(recorded[key] - one) for one in real) < 1e-3 * max(1, real[0]):
                continue
            source = run.source_of(recorded[key], number)
            expect(
                False,
                f"The {what} is recorded as {recorded[key]:.4g}{f', which is {source}' if source else ''}; the model's own "
                f"was {real[-1]:.4g}.",
                sign=f"the {what} is {source}" if source else "",
            )


@item("3A.accuracy", seconds=60, random=True)
def test_pictures_of_the_sample_are_learned(student, images, material, thresholds, evidence):
    """`train_cnn` makes `build_cnn`'s network learn 800 real pictures: accuracy well above chance, or a loss that falls."""
    train = drawn_pictures(material, "3A training pictures", images("cifar10", "train"), 1000)
    test = drawn_pictures(material, "3A test pictures", images("cifar10", "test"), 250)
    found = student.ask(
        cnn.learn_pictures,
        images=train.images,
        labels=train.labels,
        first=800,
        validation=200,
        test_images=test.images,
        epochs=int(thresholds["sample_epochs"]),
        batch_size=32,
    )
    accuracy, losses = expect_learning(found, test.labels, evidence)
    fall = losses[0] - losses[-1]
    evidence.measure("fall of the training loss", fall, above=thresholds["sample_fall"])
    evidence.measure("test accuracy after the sample's epochs", accuracy, above=thresholds["sample_accuracy"])
    if not (accuracy > thresholds["sample_accuracy"] or fall > thresholds["sample_fall"]):
        raise Failed(
            f"After {len(losses)} epochs on 800 pictures the accuracy is {accuracy:.3f}, chance is 0.1, "
            f"and the training loss went from {losses[0]:.3f} to {losses[-1]:.3f}: the network does not learn."
            + seen_in_first_steps(student, images, material)
        )


@item("3A.confusion-matrix")
def test_the_confusion_matrix_counts_true_rows_and_predicted_columns(student, reference, material, evidence):
    """`confusion_matrix` counts, for every sample, the true class's row and the predicted class's column."""
    generator = material.generator("3A confusion batches")
    shares = generator.permutation(SHARES)
    network = small_network(material, "3A confusion", dropout=True)
    rows = material.rows("3A confusion rows", (2, 2), (36, 46), (8, 16))
    run = {
        "network": network.layers,
        "weights": [2 * array for array in network.weights],
        "batches": [
            (generator.random((count, 3, 32, 32), dtype=np.float32), generator.choice(10, count, p=shares))
            for count in rows
        ],
    }
    found, expected = student.ask(cnn.confusion, **run), reference.ask(cnn.confusion, **run)["matrix"]
    matrix = expect_matrix(found["matrix"])
    evidence.fact("sum of the matrix", int(matrix.sum()), f"{sum(rows)} samples")
    evidence.fact("sums of the rows", matrix.sum(axis=1).astype(int), expected.sum(axis=1))
    expect(
        not np.array_equal(matrix, expected.T) or np.array_equal(expected, expected.T),
        "The confusion matrix is transposed: true classes belong in the rows, predicted ones in the columns.",
    )
    expect(
        matrix.sum() == expected.sum(),
        f"The matrix counts {matrix.sum():.0f} samples; the loader has {sum(rows)}, in batches of {', '.join(map(str, rows))}.",
    )
    expect_close(matrix, expected, "The confusion matrix")
    expect(found["unchanged"], "`confusion_matrix` changes the model's weights or statistics.")


@item("3B.architectures")
def test_three_or_more_architectures_classify_pictures(student, material, thresholds, evidence):
    """`build_cnn_variants` returns three or more convolutional networks, no two alike, that give ten outputs per picture."""
    fewest = int(thresholds["fewest_architectures"])
    rows = material.number("3B rows", 2, 64)
    found = student.ask(cnn.variants, rows=rows)
    evidence.table(
        "Architectures",
        ("name", "layers", "parameters"),
        [(name, " → ".join(chain(one["steps"])), f"{one['parameters']:,}") for name, one in found.items()],
    )
    for name, one in found.items():
        expect(
            one["output_shape"] == [rows, 10],
            f"'{name}' turns a batch of {rows} pictures into {one['output_shape']}; [{rows}, 10] was expected.",
        )
        expect(convolutions(one["steps"]), f"'{name}' has no convolution.")
    different = {tuple(chain(one["steps"])) for one in found.values()}
    evidence.fact("different architectures", len(different), f"{fewest} or more")
    expect(
        len(different) >= fewest,
        f"There are {len(different)} different architectures among {len(found)}; {fewest} or more were expected.",
    )


@item("3B.architectures")
def test_the_architectures_differ_in_depth_filters_kernels_and_pooling(student, material, thresholds, evidence):
    """Between them, the architectures vary the number of convolutions, the filters, the kernel sizes and the pooling."""
    rows = material.number("3B varied rows", 2, 64)
    found = student.ask(cnn.variants, rows=rows)
    for name, one in found.items():
        expect(
            one["output_shape"] == [rows, 10],
            f"'{name}' turns a batch of {rows} pictures into {one['output_shape']}; [{rows}, 10] was expected.",
        )
    expect_varied(found, thresholds["credit_for_each_variation"], evidence)


@item("3B.comparison")
def test_trainable_parameters_are_counted(student, material, evidence):
    """`count_parameters` counts all trainable parameters of a network, and none that is frozen."""
    filters, outputs = material.number("3B counted filters", 2, 7), material.number("3B counted outputs", 5, 15)
    inputs = filters * 32 * 32
    network = [["conv", 3, filters, 3], ["batch-norm-2d", filters], ["relu"], ["flatten"], ["linear", inputs, outputs]]
    convolution = filters * 3 * 9 + filters
    everything = convolution + 2 * filters + inputs * outputs + outputs
    for frozen, right in (((), everything), ((0, 1), everything - convolution)):
        found = expect_number(student.ask(cnn.parameter_count, network=network, frozen=frozen), "`count_parameters`")
        what = "with the convolution frozen" if frozen else "of a small network"
        evidence.fact(f"parameters {what}", f"{found:,.0f}", f"{right:,}")
        expect(found == right, f"`count_parameters` gives {found:,.0f} {what}; {right:,} was expected.")


@item("3B.comparison", seconds=60)
def test_architectures_are_compared_by_what_was_really_trained(student, images, material, thresholds, evidence):
    """`compare_architectures` trains three or more fresh networks and reports each one's own parameters and accuracy."""
    comparison = ArchitectureComparison(student, images, material)
    comparison.expect_fresh_networks()
    fewest = int(thresholds["fewest_architectures"])
    expect(
        len(comparison.entries) >= fewest,
        f"The table has {len(comparison.entries)} architectures; {fewest} or more were expected.",
    )
    for name, entry in comparison.entries.items():
        comparison.training_of(name)
        evidence.fact(f"{name}: parameters", f"{entry['parameters']:,}", "those of a network that was trained")
    for name in comparison.entries:
        evidence.fact(f"{name}: test accuracy", comparison.expect_own_accuracy(name), "the network's own")


@item("3C.filters")
def test_the_filters_are_those_of_the_first_convolution(student, material, thresholds, evidence):
    """`first_layer_filters` returns the first convolution's weights as (filters, height, width, channels)."""
    found = student.ask(features.filters, values=material.noise("3C filters", 999))
    filters, kernel = expect_array(found["filters"], "What `first_layer_filters` returns"), found["kernel"]
    expected = np.moveaxis(kernel, 1, -1)
    evidence.fact("shape of the filters", list(filters.shape), list(expected.shape))
    expect(
        filters.shape != kernel.shape or kernel.shape == expected.shape,
        f"The filters have the shape {kernel.shape}: PyTorch's (filters, channels, height, width). "
        f"{expected.shape} was expected, with the channels last.",
    )
    fewest = int(thresholds["fewest_filters"])
    expect(
        filters.ndim == 4 and len(filters) >= fewest,
        f"The array of filters has the shape {filters.shape}; {fewest} or more filters were expected, as "
        "(filters, height, width, channels).",
    )
    expect_close(filters, expected[: len(filters)], "The array of filters")


@item("3C.activation-maps")
def test_the_maps_are_the_output_of_the_first_convolution(student, material, evidence):
    """`activation_maps` returns what the first convolution makes of each image, before or after its activation."""
    shape = (material.number("3C images", 2, 5), 3, 32, 32)
    images = material.generator("3C pictures").random(shape, dtype=np.float32)
    found = student.ask(features.maps, values=material.noise("3C maps", 999), images=images)
    maps, expected = expect_array(found["maps"], "What `activation_maps` returns"), found["convolved"]
    evidence.fact("shape of the maps", list(maps.shape), list(expected.shape))
    expect(
        maps.shape == expected.shape,
        f"The maps have the shape {maps.shape}; {expected.shape} was expected: images, filters, height, width.",
    )
    after = np.maximum(expected, 0)
    activated = np.abs(maps - after).max() < np.abs(maps - expected).max()
    evidence.fact("the maps are those", "after the activation" if activated else "before the activation")
    expect_close(maps, after if activated else expected, "The array of activation maps")
    expect(found["unchanged"], "`activation_maps` changes the model's weights.")
