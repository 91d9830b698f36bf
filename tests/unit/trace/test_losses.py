from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from autograder.trace.losses import loss_of, recognised, stepped_on, with_more_in_it
from autograder.trace.records import BY_HAND, Loss

torch.manual_seed(0)
LOGITS = torch.randn(16, 10)
CLASSES = torch.randint(0, 10, (16,))
PROBABILITIES = torch.sigmoid(torch.randn(4, 1))
XOR = torch.tensor([0, 1, 1, 0])


def by_hand(value: torch.Tensor) -> Loss:
    return Loss(name=BY_HAND, value=float(value), backward=float(value), itself=True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cross_entropy", -torch.log_softmax(LOGITS, 1)[torch.arange(16), CLASSES].mean()),
        ("cross_entropy", -(torch.log_softmax(LOGITS, 1) * functional.one_hot(CLASSES, 10)).sum()),
        ("mse_loss", ((LOGITS - functional.one_hot(CLASSES, 10)) ** 2).mean() / 2),
    ],
)
def test_a_loss_of_classes_that_is_written_out_is_known_by_its_value(name, value):
    found, labels = recognised(by_hand(value), LOGITS, CLASSES)
    assert found.name == name
    assert torch.isclose(stepped_on(found, LOGITS, labels, {}), value, rtol=1e-4)


def test_probabilities_of_classes_have_their_logarithm_taken():
    output = torch.softmax(LOGITS, 1)
    value = -torch.log(output[range(16), CLASSES] + 1e-9).mean()
    found, labels = recognised(by_hand(value), output, CLASSES)
    assert found.name == "nll_of_probabilities"
    assert torch.isclose(loss_of(found, output, labels), value, rtol=1e-4)


ANSWERS = functional.one_hot(CLASSES, 10).float()
SHARES = torch.softmax(LOGITS, 1)
SURE = torch.softmax(8 * LOGITS, 1)  # some of them are below 1e-7
EACH = torch.sigmoid(LOGITS)


@pytest.mark.parametrize(
    ("name", "output", "value"),
    [
        ("nll_of_probabilities", SHARES, functional.nll_loss(SHARES.clamp(min=1e-9).log(), CLASSES)),
        ("nll_of_probabilities", SURE, functional.nll_loss(SURE.clamp(min=1e-9).log(), CLASSES)),
        ("nll_of_probabilities", SURE, -(ANSWERS * torch.log(SURE + 1e-7)).sum(1).mean()),
        ("nll_of_probabilities", SHARES, -(ANSWERS * torch.log(SHARES + 1e-4)).sum(1).mean()),
        ("nll_of_probabilities", SHARES, -(ANSWERS * torch.log(SHARES + 1e-8)).mean()),
        ("nll_of_softmax", 8 * LOGITS, -torch.log(SURE + 1e-6)[range(16), CLASSES].mean()),
        ("cross_entropy", LOGITS, (torch.logsumexp(LOGITS, 1) - LOGITS[range(16), CLASSES]).mean()),
        ("cross_entropy", LOGITS, -(ANSWERS * LOGITS.log_softmax(1)).mean()),
        ("binary_cross_entropy", EACH, functional.binary_cross_entropy(EACH, ANSWERS, reduction="none").sum(1).mean()),
        ("mse_loss", SHARES, ((SHARES - ANSWERS) ** 2).sum(1).mean()),
        ("mse_loss", SHARES, ((SHARES - ANSWERS) ** 2).sum(1).mean() / 2),
        ("mse_of_softmax", LOGITS, ((SHARES - ANSWERS) ** 2).sum(1).mean()),
        ("l1_loss", SHARES, (SHARES - ANSWERS).abs().sum(1).mean()),
    ],
)
def test_small_numbers_in_logarithms_and_sums_over_classes_make_no_other_loss(name, output, value):
    output = output.clone().requires_grad_(True)
    found, labels = recognised(by_hand(value), output, CLASSES)
    assert found.name == name
    assert torch.isclose(stepped_on(found, output, labels, {}), value, rtol=1e-5)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (
            "binary_cross_entropy",
            -(
                XOR[:, None] * torch.log(PROBABILITIES + 1e-9)
                + (1 - XOR[:, None]) * torch.log(1 - PROBABILITIES + 1e-9)
            ).mean(),
        ),
        ("mse_loss", ((PROBABILITIES[:, 0] - XOR) ** 2).sum()),
    ],
)
def test_labels_of_a_few_samples_are_found_with_the_loss(name, value):
    found, labels = recognised(by_hand(value), PROBABILITIES, None)
    assert (found.name, labels.flatten().tolist()) == (name, [0, 1, 1, 0])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cross_entropy_of_softmax", functional.cross_entropy(LOGITS.softmax(1), CLASSES)),
        ("mse_of_softmax", functional.mse_loss(LOGITS.softmax(1), functional.one_hot(CLASSES, 10).float())),
    ],
)
def test_what_is_made_of_the_logits_of_classes_before_the_loss_is_known_by_the_value(name, value):
    found, labels = recognised(by_hand(value), LOGITS, CLASSES)
    assert found.name == name
    assert torch.isclose(stepped_on(found, LOGITS, labels, {}), value, rtol=1e-4)


@pytest.mark.parametrize(
    ("name", "loss"),
    [
        ("binary_cross_entropy_with_logits", functional.binary_cross_entropy),
        ("mse_of_sigmoid", functional.mse_loss),
    ],
)
def test_a_sigmoid_between_the_network_and_the_loss_is_known_by_the_value(name, loss):
    logits, answers = torch.randn(4, 1), XOR[:, None].float()
    found, labels = recognised(by_hand(loss(torch.sigmoid(logits), answers)), logits, XOR)
    assert (found.name, labels.flatten().tolist()) == (name, [0, 1, 1, 0])


def test_a_value_that_no_loss_has_is_told():
    with pytest.raises(ValueError, match="by hand"):
        recognised(by_hand(torch.tensor(123.0)), LOGITS, CLASSES)


def test_of_labels_that_make_nearly_the_same_value_the_closest_are_taken():
    output = torch.tensor([[0.4866], [0.49236], [0.4923], [0.4866]])
    right = torch.tensor([[0.0], [1.0], [1.0], [0.0]])
    value = float(functional.binary_cross_entropy(output, right))
    _, labels = recognised(Loss(name=BY_HAND, value=value), output, None)
    assert torch.equal(labels, right)


def test_of_losses_alike_that_of_the_function_that_was_called_is_taken():
    logits, answers = torch.randn(4, 1), XOR[:, None].float()
    value = float(functional.binary_cross_entropy(torch.sigmoid(logits), answers))
    found, labels = recognised(Loss(name="binary_cross_entropy", value=value), logits, answers)
    assert found.name == "binary_cross_entropy_of_sigmoid"
    assert float(loss_of(found, logits, labels)) == value


@pytest.mark.parametrize("factor", [1e-5, 0.001, 0.0005, 0.012])
def test_a_multiple_of_the_weights_in_a_loss_by_hand_is_found_with_it(factor):
    value = functional.cross_entropy(LOGITS, CLASSES) + factor * 37.5
    found, labels = with_more_in_it(by_hand(value), LOGITS, CLASSES, 37.5)
    assert found.name == "cross_entropy" and torch.equal(labels, CLASSES) and found.value is not None
    assert (float(value) - found.value) / 37.5 == pytest.approx(factor, rel=1e-2)


def test_what_is_no_multiple_as_code_writes_it_is_told():
    with pytest.raises(ValueError, match="by hand"):
        with_more_in_it(by_hand(functional.cross_entropy(LOGITS, CLASSES) + 0.0123456), LOGITS, CLASSES, 1.0)


def test_a_loss_of_doubles_takes_labels_of_single_precision():
    output = PROBABILITIES.double()
    value = loss_of(Loss(name="binary_cross_entropy"), output, XOR[:, None].float())
    assert value.dtype == torch.float64
