"""The losses that the grader computes: those of the libraries, by name, and those that student code wrote out by hand.

Only the value of a loss by hand was recorded. It is taken to be the loss with this value for the recorded outputs and labels; the
repeated steps then prove it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import torch
from torch.nn import functional

from autograder.quoting import name_or_quoted
from autograder.trace import keras_rules
from autograder.trace.norms import norms_on
from autograder.trace.records import Loss

LOSSES: Final = {
    name: getattr(functional, name)
    for name in (
        "cross_entropy nll_loss binary_cross_entropy binary_cross_entropy_with_logits mse_loss l1_loss smooth_l1_loss huber_loss "
        "kl_div multi_margin_loss"
    ).split()
}
OPTIONS: Final = frozenset("reduction label_smoothing ignore_index delta beta log_target margin p".split())
SOFTMAX_TWICE: Final = "cross_entropy_of_softmax"
SIGMOID_FIRST: Final = "binary_cross_entropy_of_sigmoid"
OF_SIGMOID: Final = ("binary_cross_entropy_with_logits", SIGMOID_FIRST, "mse_of_sigmoid")
# How a small number keeps a logarithm from minus infinity: added, or as the least value.
ADDED: Final = "added"
LEAST: Final = "least"
SMALL: Final = tuple(10.0**-power for power in range(12, 2, -1))  # numbers that code writes there
Made = Callable[[torch.Tensor, Mapping[str, object]], torch.Tensor]


def _logarithm(probabilities: torch.Tensor, options: Mapping[str, object]) -> torch.Tensor:
    small = options.get(ADDED)
    if isinstance(small, float):
        return (probabilities + small).log()
    least = options.get(LEAST)
    return probabilities.clamp(min=least if isinstance(least, float) else 1e-12).log()


# Losses of what student code makes of the network's output before it calls one of the above: that one, and what is made.
OF_MORE: Final[Mapping[str, tuple[str, Made]]] = {
    "nll_of_probabilities": ("nll_loss", _logarithm),
    "nll_of_softmax": ("nll_loss", lambda output, options: _logarithm(output.softmax(-1), options)),
    SOFTMAX_TWICE: ("cross_entropy", lambda output, _: output.softmax(-1)),
    "mse_of_softmax": ("mse_loss", lambda output, _: output.softmax(-1)),
    "mse_of_sigmoid": ("mse_loss", lambda output, _: output.sigmoid()),
    # That of logits in all but the last digits, by which many steps on the same batch lead elsewhere.
    SIGMOID_FIRST: ("binary_cross_entropy", lambda output, _: output.sigmoid()),
}
OF_CLASSES: Final = ("cross_entropy", "nll_loss", "nll_of_probabilities", "nll_of_softmax", SOFTMAX_TWICE)
OF_PROBABILITIES: Final = ("nll_of_probabilities", "binary_cross_entropy")
KEPT_SMALL: Final = ("nll_of_probabilities", "nll_of_softmax")
OF_NUMBERS: Final = (
    "binary_cross_entropy",
    *OF_SIGMOID[:2],
    "mse_loss",
    "mse_of_sigmoid",
    "mse_of_softmax",
    "l1_loss",
)
ALIKE: Final = 1e-4  # of a loss's value: a small number that is added inside a logarithm changes it less
LARGEST_FACTOR: Final = 1.0  # of a penalty on weights
SHARP: Final = 1e-4  # of what a penalty adds; a factor of two digits matches by chance that often
ROUNDING: Final = 2e-7  # of a loss of single precision
FEW: Final = 8  # samples whose labels can all be tried


def loss_of(loss: Loss, output: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The recorded loss function, of the grader's own output. Raises ValueError for an unknown one."""
    if loss.name in keras_rules.LOSSES:
        return keras_rules.loss_by(loss.name, loss.options, output, labels)
    if loss.name in OF_MORE:
        name, made = OF_MORE[loss.name]
        return loss_of(loss.model_copy(update={"name": name}), made(output, loss.options), labels)
    if loss.name not in LOSSES:
        raise ValueError(f"the loss {name_or_quoted(loss.name)} is not one that the grader knows")
    options = {name: value for name, value in loss.options.items() if name in OPTIONS}
    if "ignore_index" in options:
        options["ignore_index"] = int(options["ignore_index"])
    column = output.dim() > labels.dim() and output.shape[-1] == 1 and loss.name not in ("cross_entropy", "nll_loss")
    if column or (labels.is_floating_point() and output.numel() == labels.numel()):
        output = output.reshape(labels.shape)
    if labels.is_floating_point() and output.dtype == torch.float64:
        labels = labels.double()
    value: torch.Tensor = LOSSES[loss.name](output, labels, **options)
    return value


def stepped_on(
    loss: Loss, output: torch.Tensor, labels: torch.Tensor, weights: Mapping[str, torch.Tensor]
) -> torch.Tensor:
    """The loss that gradients are computed from: with what Keras's regularizers add, or times the factor that code applied. The
    sign is left out: going up the slope of a loss does not make it another loss."""
    value = loss_of(loss, output, labels)
    if loss.norms:
        return value + norms_on(weights, loss.norms)
    if loss.penalties:
        return value + keras_rules.penalty_on(weights, loss.penalties)
    factor = abs(loss.backward / loss.value) if loss.backward is not None and loss.value and not loss.itself else 1.0
    return value * factor if abs(factor - 1) > 1e-6 else value


def recognised(loss: Loss, output: torch.Tensor, labels: torch.Tensor | None) -> tuple[Loss, torch.Tensor]:
    """A loss by hand as one that `loss_of` computes, and its labels in the form that it takes, for outputs (B, ...).

    If labels (B,) were not recorded and the samples are few, all labels of two classes are tried. Of several losses with similar
    values, the closest is taken: outputs near one half give nearly the same for other labels. Raises ValueError if no loss has
    the recorded value.
    """
    if loss.value is None:
        raise ValueError("the loss was not recorded")
    closest, found = ALIKE * abs(loss.value) + 1e-7, None
    with torch.no_grad():
        for known in _labels(output, labels):
            candidates = sorted(_candidates(output, known), key=lambda entry: not _is_made_by(loss, entry[0]))
            for candidate, form in candidates:
                if candidate.name == SIGMOID_FIRST and not _is_made_by(loss, candidate):
                    continue
                value = float(loss_of(candidate, output, form))
                for factor in _factors(output, form):
                    if (difference := abs(value * factor - loss.value)) <= closest and (
                        found is None or difference < closest
                    ):
                        changes = {"value": value, "backward": value * factor, "itself": factor == 1.0}
                        closest, found = difference, (candidate.model_copy(update=changes), form)
    if found is None:
        raise ValueError("the loss is computed by hand, and is not one that the grader knows")
    return found


def of_another_batch(known: Loss, output: torch.Tensor, labels: torch.Tensor) -> tuple[Loss, torch.Tensor]:
    """A recognised loss by hand, for another batch: with its labels in the form that it takes. Raises ValueError if they can't be
    brought into it."""
    for candidate, form in _candidates(output, labels):
        if (candidate.name, candidate.options) == (known.name, known.options):
            return known, form
    raise ValueError("the labels of one batch are of another form than those of the first")


def with_more_in_it(
    loss: Loss, output: torch.Tensor, labels: torch.Tensor | None, total: float
) -> tuple[Loss, torch.Tensor]:
    """A loss by hand as one that `loss_of` computes plus a multiple of `total`, the size of the weights; returned as by
    `recognised`, with a `value` that excludes the multiple.

    The factor is one that code would write: of several losses, the one with the shortest factor is taken, then the one with the
    closest value. Raises ValueError if there is none.
    """
    found: list[tuple[int, float, Loss, torch.Tensor]] = []
    recorded = loss.value or 0.0
    with torch.no_grad():
        for known in _labels(output, labels):
            for candidate, form in _candidates(output, known):
                value = float(loss_of(candidate, output, form))
                factor = (recorded - value) / total if total > 0 else 0.0
                for digits in (1, 2):
                    short = float(f"{factor:.{digits - 1}e}")
                    apart = abs(short - factor) * total
                    if 0 < short <= LARGEST_FACTOR and apart <= max(
                        SHARP * abs(recorded - value), ROUNDING * abs(recorded)
                    ):
                        more = {"value": value, "backward": recorded, "itself": False}
                        found.append((digits, apart, candidate.model_copy(update=more), form))
                        break
    if not found:
        raise ValueError("the loss is computed by hand, and is not one that the grader knows")
    _, _, known_as, form = min(found, key=lambda entry: entry[:2])
    return known_as, form


def _is_made_by(loss: Loss, candidate: Loss) -> bool:
    """Whether the recorded function computes this loss, from what code makes of the output."""
    return candidate.name in OF_MORE and OF_MORE[candidate.name][0] == loss.name


def _labels(output: torch.Tensor, labels: torch.Tensor | None) -> Iterator[torch.Tensor]:
    if labels is not None:
        yield labels
    elif 2 <= len(output) <= FEW:
        for each in itertools.product((0, 1), repeat=len(output)):
            yield torch.tensor(each)


def _candidates(output: torch.Tensor, labels: torch.Tensor) -> Iterator[tuple[Loss, torch.Tensor]]:
    """Each loss that can be computed from these outputs and labels, with the labels in the form that it takes."""
    if output.dim() == 2 and output.shape[1] > 1 and not labels.is_floating_point() and labels.dim() == 1:
        classes = labels.long()
        if int(classes.max()) >= output.shape[1] or int(classes.min()) < 0:
            return
        forms = [(name, classes) for name in OF_CLASSES]
        forms += [(name, functional.one_hot(classes, output.shape[1]).to(output.dtype)) for name in OF_NUMBERS]
    elif output.numel() == labels.numel():
        forms = [(name, labels.reshape(output.shape).to(output.dtype)) for name in OF_NUMBERS]
    else:
        return
    probabilities = bool(((output >= 0) & (output <= 1)).all())
    for name, form in forms:
        if (name not in OF_PROBABILITIES or probabilities) and (name != "mse_of_softmax" or form.shape[-1] > 1):
            small: list[dict[str, float]] = [{}]
            if name in KEPT_SMALL:
                small += [{kind: number} for number in SMALL for kind in (LEAST, ADDED)]
            for reduction, kept in itertools.product(("mean", "sum"), small):
                yield Loss(name=name, options={"reduction": reduction, **kept}), form


def _factors(output: torch.Tensor, form: torch.Tensor) -> Sequence[float]:
    """What code may multiply a loss by: one half; with several outputs also their number or its inverse, if it sums over them
    where the library averages, or averages where the library takes that of the right class."""
    outputs = output.shape[-1] if output.dim() == 2 else 1
    if outputs == 1:
        return 1.0, 0.5
    return (1.0, 0.5, outputs, outputs / 2) if form.dim() == 2 else (1.0, 0.5, 1 / outputs)
