"""Problem 1C: a network that learns XOR."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checks import Evidence, Failed, NeedsReview
from autograder.judging import NotShown, conclude, shows
from autograder.trace.losses import OF_SIGMOID
from autograder.trace.observed import Experiment, Observed
from autograder.trace.records import BY_HAND
from traced import steps
from traced.boundary import boundary_faults
from traced.curves import Faults
from traced.roles import before_last, linear_layers, sizes
from traced.xor import CASES, answers_at, knew_before, learns_nothing, other_labels, right_cases, xors


@shows("1C.model")
def the_xor_network_has_two_inputs_few_hidden_neurons_and_one_sigmoid_output(
    observed: Observed, evidence: Evidence, thresholds: Any
) -> None:
    """The network that is trained on XOR has 2 inputs, a hidden layer of 2 to 4 neurons, and 1 output with a sigmoid."""
    experiment = _the_xor(observed)
    evidence.at(experiment.network.made if experiment.network else experiment.place)
    linear = linear_layers(experiment)
    evidence.fact("layers", " → ".join(map(str, sizes(experiment))), "2 → 2 to 4 → 1")
    faults: Faults = []
    hidden = [layer.size_out for layer in linear[:-1]]
    low, high = thresholds["fewest_hidden"], thresholds["most_hidden"]
    if linear[-1].size_out != 1:
        faults.append((0.5, f"The XOR network has {linear[-1].size_out} outputs; 1 is asked for."))
    if not hidden or not all(low <= size <= high for size in hidden):
        found = " and ".join(map(str, hidden)) or "no"
        faults.append((0.5, f"The XOR network has {found} hidden neurons; {low:g} to {high:g} are asked for."))
    if hidden and not any(layer.kind == "activation" for layer in before_last(experiment.layers)):
        faults.append((0.5, "There is no activation between its layers, so it is a linear model."))
    last = experiment.layers[-1]
    told = steps.told_loss(experiment)
    # Of anything but probabilities, PyTorch has no binary cross entropy.
    outside = told == "binary_cross_entropy" or steps.loss_of(experiment) in OF_SIGMOID
    if last.name == "sigmoid" and "with_logits" in told:
        evidence.remark(
            "The network ends in a sigmoid, and `BCEWithLogitsLoss` takes the sigmoid of that once more, so the loss can't fall "
            "below 0.50: give it logits, or take `BCELoss`."
        )
    elif last.name == "sigmoid":
        pass
    elif "with_logits" in told:
        evidence.fact("sigmoid", "inside the loss, `BCEWithLogitsLoss`")
    elif outside:
        evidence.fact("sigmoid", "between the network and the loss")
    elif steps.loss_of(experiment) == BY_HAND:
        raise NeedsReview(
            "The XOR network has no sigmoid at its output, and its loss is computed by hand: there may be one in it."
        )
    elif linear[-1].size_out == 1:
        faults.append(
            (0.5, f"The XOR network's output is followed by {last.name or 'nothing'}; a sigmoid is asked for.")
        )
    conclude(faults)


def _the_xor(observed: Observed) -> Experiment:
    """The training on XOR that ended best; of several the last. Raises NotShown."""
    found = xors(observed)
    if not found:
        raise NotShown
    return max(reversed(found), key=right_cases)


@shows("1C.accuracy")
def all_four_xor_cases_are_right(observed: Observed, evidence: Evidence, thresholds: Any, secret: int) -> None:
    """The trained network, computed by the grader, answers all four cases right."""
    experiment = _the_xor(observed)
    evidence.at(experiment.place)
    answers = answers_at(experiment, np.array(CASES))
    if answers is None:
        raise NeedsReview(
            "The trained XOR network was not recorded as a whole, or can't be computed, so a person looks at its answers."
        )
    evidence.fact("outputs at 00, 01, 10, 11", [f"{float(each):.4f}" for each in answers], "low, high, high, low")
    correct = right_cases(experiment)
    if correct < thresholds["correct_cases"]:
        why = (
            other_labels(experiment)
            or f"The trained network gets {correct} of the 4 cases right: {steps.why_wrong(experiment)}"
        )
        raise Failed(why)
    if not experiment.replayed.proved:
        steps.expect_right(experiment, evidence)
    if sentence := learns_nothing(experiment, secret):
        raise Failed(sentence)
    if sentence := knew_before(experiment):
        raise NeedsReview(sentence)


@shows("1C.decision-boundary")
def the_decision_boundary_is_drawn_from_the_networks_own_answers(
    observed: Observed, evidence: Evidence, secret: int
) -> None:
    """A picture shows the network's answers on a grid around the four cases, as the grader computes them too."""
    experiment = _the_xor(observed)
    faults = boundary_faults(observed, experiment, evidence)
    if experiment.replayed.proved and (sentence := learns_nothing(experiment, secret)):
        raise Failed(sentence)
    conclude(faults)
