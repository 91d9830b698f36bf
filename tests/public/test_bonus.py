"""Public checks of the bonus."""

from __future__ import annotations

from autograder.checks import expect, expect_keys, expect_series, item
from autograder.checks.recordings import trained_models
from judging.bonus import ENOUGH, ask_pretrained, recognised
from judging.drawn_pictures import drawn_pictures
from judging.problem1 import numbers
from probes import transfer

EPOCHS = 4


@item("bonus.code", seconds=60)
def test_the_network_has_its_pre_trained_weights(student, material, evidence):
    """`build_transfer_model` loads weights that were trained on ImageNet: they equal the published file."""
    found = ask_pretrained(student, transfer.network, **network_run(material, "weights"))
    known, kept = recognised(found["tensors"])
    evidence.fact("network", known.name)
    evidence.fact(
        "tensors that equal the published ones", f"{len(kept)} of {len(known.digests)}", "all but the last layer"
    )
    expect(
        len(kept) >= ENOUGH * len(known.digests),
        f"Only {len(kept)} of the {len(known.digests)} tensors equal the published weights of {known.name}: the network's "
        "weights are random, or were changed.",
    )


@item("bonus.code", seconds=60)
def test_only_the_last_layer_is_replaced(student, material, evidence):
    """`build_transfer_model` puts a new trainable last layer, one output per class, on an otherwise complete network."""
    run = network_run(material, "last layer")
    classes, shape = run["num_classes"], [run["rows"], run["num_classes"]]
    found = ask_pretrained(student, transfer.network, **run)
    expect(
        found["output_shape"] == shape,
        f"`build_transfer_model(num_classes={classes})` turns {run['rows']} pictures into {found['output_shape']}; {shape} was "
        "expected.",
    )
    known, kept = recognised(found["tensors"])
    lost = [name for name in known.digests if name not in kept]
    dense = [name for name in lost if known.shapes[name][:1] == (1000,)]
    evidence.fact("tensors of the published network that are gone", lost, dense)
    others = [name for name in lost if name not in dense]
    expect(
        len(others) <= 2,  # a classifier of two dense layers, as VGG's, may be replaced whole
        f"{len(others)} tensors beside the last layer differ from the published ones, such as `{(others or [''])[0]}`.",
    )
    heads = [tensor for tensor in found["tensors"] if tensor["name"] == found["head"]]
    evidence.fact("last layer", found["head"])
    expect(heads and heads[0]["trainable"], f"The last layer, `{found['head']}`, is frozen: it must be trained.")


@item("bonus.code", seconds=120, random=True)
def test_fine_tuning_trains_the_network(student, images, material, evidence):
    """`fine_tune` trains the new layer for the given epochs and returns the mean loss of each, which falls."""
    batches = drawn_pictures(material, "bonus training", images("cifar10", "train"), 48).batches([16, 16, 16])
    found = ask_pretrained(student, transfer.fine_tuning, batches=batches, epochs=EPOCHS, pretrained=True)
    history = expect_keys(found["returned"], ("train_loss",), "What `fine_tune` returns")
    losses = expect_series(history["train_loss"], EPOCHS, "`train_loss`")
    evidence.curves("Training loss on 48 pictures", {"your network": losses})
    evidence.fact("tensors that were trained", len(found["changed"]), "one or more")
    expect(found["changed"], "`fine_tune` leaves all weights as they were.")
    for training in trained_models(found, {"train": [y for _, y in batches]}):
        for number, (value, run) in enumerate(zip(losses, training.training(), strict=False), start=1):
            expect(
                min(abs(value - mean) for mean in run.losses()) < 1e-3,
                f"`train_loss` of epoch {number} is {value:.4g}; the model's own was {numbers(run.losses()[1:])}.",
            )
    evidence.measure("fall of the training loss", losses[0] - losses[-1], above=0.0)
    expect(
        losses[-1] < losses[0],
        f"The training loss does not fall: {numbers(losses)} over {EPOCHS} epochs of 48 pictures.",
    )


def network_run(material, label):
    """The arguments of `transfer.network`: how many classes it is to tell apart, and how many pictures it gets."""
    classes, rows = material.number(f"bonus classes {label}", 3, 14), material.number(f"bonus rows {label}", 2, 20)
    return {"num_classes": classes, "pretrained": True, "rows": rows}
