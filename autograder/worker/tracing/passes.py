"""Counts samples, right answers and losses of networks' passes over data, per iteration of a loader or by hand."""

from __future__ import annotations

import math
import time
from collections import Counter
from typing import Any, Final
from weakref import WeakKeyDictionary

import torch

from autograder.worker.tracing.by_hand import HandIteration, HandIterations
from autograder.worker.tracing.loaders import (
    batch_size_of,
    draws_at_random,
    goes_in_order,
    labels_in,
    length_of_iteration,
    sampler_of,
    whole_of,
)
from autograder.worker.tracing.origins import described
from autograder.worker.tracing.pictures import JOINT, Known, Pictures
from autograder.worker.tracing.places import Places
from autograder.worker.tracing.seen import Emit, Forward, Iteration, Network, Pass, Record

MAX_PASSES: Final = 6_000
MAX_STEPS_TOLD: Final = 200  # forward passes recorded one by one for a network that is trained without a loader
FIRST: Final = 8  # samples of data whose indices are recorded
LOOKED_AT: Final = 64  # samples of the first batch that identify its set
FEWEST_SCALED: Final = 16  # least samples in a batch whose mean is representative
CLASSES: Final = 10
KERAS_ARRAYS: Final = "ArrayDataset"  # a name that says nothing about the data


class Passes:
    """The iterations under way, and each network's pass through each."""

    def __init__(self, emit: Emit, places: Places, pictures: Pictures | None) -> None:
        self._emit, self._places, self._pictures = emit, places, pictures
        self._by_hand = HandIterations(pictures) if pictures is not None else None
        # Data set -> the pictures of its first batch.
        self._looked_at: WeakKeyDictionary[Any, Known | None] = WeakKeyDictionary()
        # By network, with gradients or without.
        self._hand: dict[tuple[int, bool], tuple[HandIteration, Iteration]] = {}
        self._trained: dict[int, set[tuple[str, str, int]]] = {}  # pictures, by network
        self._data: dict[str, int] = {}
        self._iterations: list[Iteration] = []
        self._alone: Counter[int] = Counter()  # forward passes of each network outside iterations
        self._recorded = 0
        self._steps = 0  # passes of one step each, outside iterations

    @property
    def is_iterating(self) -> bool:
        """Whether a loader is being iterated."""
        return bool(self._iterations)

    def iteration_begins(self, loader: Any) -> Iteration:
        about = described(loader.dataset, sampler_of(loader))
        about |= {"batch": batch_size_of(loader), "batches": _length(loader), "shuffled": draws_at_random(loader)}
        about["in_order"] = goes_in_order(loader)
        about["samples"] = length_of_iteration(loader, about["samples"])
        iteration = Iteration(about, loader.dataset)
        self._iterations.append(iteration)
        return iteration

    def batch_is_given(self, iteration: Iteration, batch: Any) -> None:
        labels = labels_in(batch, iteration.dataset)
        iteration.labels = labels if isinstance(labels, torch.Tensor) else None
        if iteration.data is None:
            self._emit_data(iteration, batch[0] if isinstance(batch, list | tuple) and batch else batch)
        if iteration in self._iterations:  # the one that gave the last batch is the current one
            self._iterations.remove(iteration)
            self._iterations.append(iteration)

    def _emit_data(self, iteration: Iteration, inputs: Any = None) -> None:
        """Record where an iteration's samples come from, once for all with the same origin. Arrays are identified by their
        pictures."""
        about = iteration.about
        if not about["split"] and self._pictures is not None and isinstance(inputs, torch.Tensor) and inputs.dim():
            known = self._known(iteration.dataset, inputs[:LOOKED_AT])
            if known is not None:  # a part of a set, such as a slice of an array
                first = [] if about["shuffled"] else known.places[:FIRST].tolist()
                about |= {"split": known.split, "base": known.size, "first": first}
                about["set"] = known.set if about["set"] == KERAS_ARRAYS else about["set"]
            elif self._pictures.are_of_a_joint_set(inputs):
                about |= {"split": JOINT, "set": ""}
        key = repr(about)
        if key not in self._data:
            self._data[key] = len(self._data)
            self._emit({"what": "data", "id": self._data[key], **about})
        iteration.data = self._data[key]

    def _known(self, dataset: Any, inputs: torch.Tensor) -> Known | None:
        """The pictures of a batch; for whole sets, those of the first batch of the same data set."""
        if self._pictures is None:
            return None
        if self._pictures.are_few or dataset is None:
            return self._pictures.known(inputs)
        whole = whole_of(dataset)
        try:
            if whole not in self._looked_at:
                self._looked_at[whole] = self._pictures.known(inputs)
            return self._looked_at[whole]
        except TypeError:  # a list, for instance, can't be remembered
            return self._pictures.known(inputs)

    def iteration_ends(self, iteration: Iteration) -> None:
        if iteration in self._iterations:
            self._iterations.remove(iteration)
        self._emit_passes(iteration)

    def emit_all(self) -> None:
        """Record the passes under way."""
        for iteration in (*self._iterations, *(each for _, each in self._hand.values())):
            self._emit_passes(iteration)

    def _emit_passes(self, iteration: Iteration) -> None:
        for each in iteration.passes.values():
            self._emit_pass(each)

    def _emit_pass(self, each: Pass) -> None:
        confusion = None if each.confusion is None or each.record["gradients"] else each.confusion.tolist()
        # Measured from batch to batch, as it is unknown when the last one was finished.
        between = (each.last - each.started) / max(each.record["batches"] - 1, 1)
        seconds = between * each.record["batches"]
        self._emit({**each.record, "seconds": seconds, "confusion": confusion, "balanced": _balanced(each.confusion)})

    # --- forward passes

    def count(self, forward: Forward) -> None:
        """Count the samples of a forward pass, and how many of them it gets right; sets `forward.current` to its pass."""
        network = forward.network
        iteration = self._iteration(forward)
        current = iteration.passes.get(network.id) if iteration is not None else None
        if current is None:
            alone = forward.gradients and iteration is None
            self._steps += alone
            self._recorded += not alone
            if self._recorded > MAX_PASSES:
                return
            self._alone[network.id] += alone
            current = Pass(self._begun(forward, self._recorded + self._steps, iteration))
            if iteration is not None:
                iteration.passes[network.id] = current
        current.last = time.monotonic()
        current.record["samples"] += len(forward.output)
        current.record["batches"] += 1
        current.record["random"] |= forward.random
        current.labels = iteration.labels if iteration is not None else None
        if iteration is not None and iteration.pictures is not None:
            forward.pictures = iteration.pictures
            met = len(iteration.pictures & self._trained.get(network.id, set()))
            current.record["met"] = (current.record["met"] or 0) + met
        if current.labels is not None:
            _count_correct(current, forward.output, current.labels)
        forward.current = current

    def _begun(self, forward: Forward, number: int, iteration: Iteration | None) -> Record:
        return {
            "what": "pass",
            "id": number,
            "network": forward.network.id,
            "run": forward.network.run,
            "after": forward.network.steps,
            "steps": 0,
            "data": iteration.data if iteration is not None else None,
            "gradients": forward.gradients,
            "training_mode": forward.training,
            "samples": 0,
            "batches": 0,
            "correct": None,
            "last_accuracy": None,
            "met": None,
            "random": False,
            "loss_means": 0.0,
            "loss_weighted": 0.0,
            "losses": 0,
            "last_loss": None,
            "cross_entropy": 0.0,
            "output": list(forward.output.shape[1:]),
            "scale": _scale(forward.inputs),
            "place": self._places.here(),
        }

    def _iteration(self, forward: Forward) -> Iteration | None:
        """The iteration of a forward pass: a loader's, if its batch has as many samples, or one by hand."""
        iteration = self._iterations[-1] if self._iterations else None
        if iteration is not None and iteration.labels is not None and len(iteration.labels) == len(forward.output):
            return iteration
        if self._by_hand is None:
            return None
        network, gradients = forward.network, forward.gradients
        # These distinguish one evaluation from another.
        callers, loop = ((), None) if gradients else (self._places.callers(), self._places.loop())
        hand = self._by_hand.of(network.id, gradients, network.steps, forward.inputs, callers, loop)
        return self._followed(hand, network.id, gradients) if hand is not None else None

    def _followed(self, hand: HandIteration, network: int, gradients: bool) -> Iteration:
        known, iteration = self._hand.get((network, gradients), (None, Iteration(hand.about)))
        if known is not hand:
            self._emit_passes(iteration)
            iteration = Iteration(hand.about)
            self._emit_data(iteration)
            self._hand[network, gradients] = (hand, iteration)
        iteration.labels = hand.known.labels
        if self._pictures is not None and self._pictures.are_few:  # otherwise it is unknown which ones were trained on
            iteration.pictures = {(hand.known.set, hand.known.split, place) for place in hand.known.places.tolist()}
        return iteration

    def renamed(self, before: Network, after: Network) -> None:
        """Move what is under way from one network to another."""
        for iteration in (*self._iterations, *(each for _, each in self._hand.values())):
            if (known := iteration.passes.pop(before.id, None)) is not None:
                known.record["network"] = after.id
                iteration.passes[after.id] = known
        for gradients in (False, True):
            if (hand := self._hand.pop((before.id, gradients), None)) is not None:
                self._hand[after.id, gradients] = hand
        self._trained[after.id] = set(self._trained.get(before.id, ()))

    def stepped_on(self, forward: Forward) -> None:
        """The forward pass of a batch led to a step."""
        if forward.pictures is not None:
            self._trained.setdefault(forward.network.id, set()).update(forward.pictures)

    def compared(self, last: Forward, one: Any, other: Any, result: Any) -> None:
        """Two tensors were compared: if no loader gave labels, these may be predictions and labels."""
        if last.current is None or last.current.record["data"] is not None:
            return
        if not all(isinstance(each, torch.Tensor) and not each.is_meta for each in (one, other, result)):
            return
        if one.shape == other.shape and one.numel() == len(last.output) and one.numel() > 1:
            last.current.record["correct"] = int(result.sum())
            self._emit_pass(last.current)

    def count_loss(self, forward: Forward, value: float, is_sum: bool) -> None:
        """A loss was computed from a forward pass: the mean over its batch, or the sum."""
        if forward.current is None or not math.isfinite(value):
            return
        record = forward.current.record
        mean = value / len(forward.output) if is_sum else value
        record["loss_means"] += mean
        record["loss_weighted"] += mean * len(forward.output)
        record["losses"] += 1
        record["last_loss"] = value
        few = self._alone[forward.network.id] <= MAX_STEPS_TOLD
        if record["data"] is None and (not record["gradients"] or few):
            self._emit_pass(forward.current)


def _scale(inputs: torch.Tensor) -> list[float] | None:
    """Mean and standard deviation of a batch's numbers; None for few samples, and for numbers that aren't finite."""
    if inputs.is_complex() or len(inputs) < FEWEST_SCALED:
        return None
    deviation, mean = torch.std_mean(inputs.detach().float())
    return [mean.item(), deviation.item()] if torch.isfinite(deviation + mean) else None


def _count_correct(current: Pass, output: torch.Tensor, labels: torch.Tensor) -> None:
    record = current.record
    with torch.no_grad():
        one_hot = labels.dim() == 2 and labels.shape[1] > 1
        truth = labels.detach().argmax(1) if one_hot else labels.detach().reshape(-1)
        if output.dim() != 2 or output.shape[1] < 2 or len(truth) != len(output) or truth.is_floating_point():
            return
        guess = output.detach().argmax(1)
        hits = int((guess == truth).sum())
        record["correct"] = (record["correct"] or 0) + hits
        record["last_accuracy"] = hits / len(output)
        if output.shape[1] == CLASSES and int(truth.max()) < CLASSES:
            if not record["gradients"]:
                record["cross_entropy"] += _cross_entropy(output.detach(), truth)
            if current.confusion is None:
                current.confusion = torch.zeros(CLASSES, CLASSES, dtype=torch.int64)
            counted = torch.bincount(truth.long() * CLASSES + guess, minlength=CLASSES * CLASSES)
            current.confusion += counted.reshape(CLASSES, CLASSES)


def _balanced(confusion: torch.Tensor | None) -> float | None:
    """The mean recall over the classes that occur, for a confusion matrix (true, predicted)."""
    if confusion is None:
        return None
    occurring = confusion[confusion.sum(1) > 0].double()
    right = confusion.diagonal()[confusion.sum(1) > 0]
    return float((right / occurring.sum(1)).mean()) if len(occurring) else None


def _cross_entropy(output: torch.Tensor, classes: torch.Tensor) -> float:
    """The sum of -log p of the true classes (B,), for outputs (B, classes): logits, probabilities or log-probabilities."""
    probabilities = bool((output >= 0).all()) and bool(
        torch.allclose(output.sum(1), torch.ones(len(output)), atol=1e-3)
    )
    scores = output.clamp(min=1e-12).log() if probabilities else output
    return float(torch.log_softmax(scores, 1).gather(1, classes.long()[:, None]).sum().neg())


def _length(loader: Any) -> int | None:
    try:
        return len(loader)
    except TypeError:
        return None
