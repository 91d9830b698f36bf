"""Which messages say what to do themselves, so that no general hint is needed beside them."""

from __future__ import annotations

import pytest

from autograder.report.advice import advice, says_what_to_do


@pytest.mark.parametrize(
    "message",
    [
        "The gradients are read after `clip_grad_norm_` has cut them: read them before that.",
        "`self.dropout` is a layer of dropout, and nothing calls it: apply it in `forward`, after each activation.",
        "The picture has no boundary: ask the network about a grid of points, and draw its answers.",
        "The loader shuffles on every pass. Take both in one pass.",
        "`evaluate` keeps gradients; wrap the loop in `torch.no_grad()`.",
        "The network was trained on the test loader; train on `train_loader` only.",
        "Both are random: for the test set, use a transform without augmentation.",
        "Train longer, or start from other weights.",
    ],
)
def test_a_clause_that_begins_with_a_verb_says_what_to_do(message):
    assert says_what_to_do(message)
    assert advice(message, "Do something else.") == ""


@pytest.mark.parametrize(
    "message",
    [
        "",
        "Train and test accuracy of dropout are not both measured.",
        "Maps of 1 image are shown; maps of 2 to 3 are asked for.",
        "The test accuracy is 0.7910; more than 0.85 is needed.",
        "`plot_optimizers` was not found. A function `plot_optimizers(comparison)` is expected.",
        "Test accuracies are shown, test losses are not.",
    ],
)
def test_what_only_names_a_fault_leaves_room_for_the_hint(message):
    assert not says_what_to_do(message)
    assert advice(message, "Do something else.") == "Do something else."
